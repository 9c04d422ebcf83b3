import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import type PdfKit from 'pdfkit'
import type { PersonExport } from './export.ts'
import { type ExportBlock, exportBlocks } from './export-blocks.ts'
import { exportTexts as words } from './export-texts.ts'

// The design system's own typeface: the fonts every PDF reader has know no letters beyond western Europe's.
const FONTS = new URL('../fonts/IBMPlexSans/complete/ttf/', import.meta.resolve('dkfds'))
const MARGIN = 56
const SIZES = { 1: 20, 2: 15, 3: 11.5 } as const
const TEXT_SIZE = 10
const INDENT = 150

/** The same document for printing and keeping: tagged, so that it can be read aloud, with its language and its title. */
export async function exportPdf(data: PersonExport): Promise<Buffer> {
  // Loaded when it is wanted: its fonts and tables take a tenth of a second, which every command would wait for.
  const { default: PDFDocument } = await import('pdfkit')
  const document = new PDFDocument({
    size: 'A4',
    margin: MARGIN,
    bufferPages: true,
    tagged: true,
    lang: data.language,
    displayTitle: true,
    pdfVersion: '1.7',
    info: { Title: data.title },
  })
  const chunks: Buffer[] = []
  document.on('data', (chunk: Buffer) => chunks.push(chunk))
  const ended = new Promise<void>((resolve, reject) => document.on('end', resolve).on('error', reject))
  document.registerFont('text', await font('IBMPlexSans-Regular.ttf'))
  document.registerFont('bold', await font('IBMPlexSans-SemiBold.ttf'))
  for (const block of exportBlocks(data)) writeBlock(document, block)
  numberPages(document, data)
  document.end()
  await ended
  return Buffer.concat(chunks)
}

async function font(name: string): Promise<Buffer> {
  return readFile(fileURLToPath(new URL(name, FONTS)))
}

type Pdf = InstanceType<typeof PdfKit>

function writeBlock(pdf: Pdf, block: ExportBlock): void {
  switch (block.kind) {
    case 'heading':
      if (pdf.y > pdf.page.height - MARGIN * 2.5) pdf.addPage()
      pdf.moveDown(block.level === 2 ? 1 : 0.5)
      tagged(pdf, `H${block.level}`, () =>
        pdf.font('bold').fontSize(SIZES[block.level]).text(printable(block.text), MARGIN),
      )
      return
    case 'paragraph':
      tagged(pdf, 'P', () => pdf.font('text').fontSize(TEXT_SIZE).text(printable(block.text), MARGIN).moveDown(0.4))
      return
    case 'list':
      for (const item of block.items)
        tagged(pdf, 'P', () =>
          pdf
            .font('text')
            .fontSize(TEXT_SIZE)
            .text(printable(item), MARGIN + 12),
        )
      return
    case 'pairs':
      for (const [term, text] of block.pairs) writePair(pdf, term, text)
      pdf.moveDown(0.4)
  }
}

function writePair(pdf: Pdf, term: string, value: string): void {
  const text = printable(value)
  const width = pdf.page.width - 2 * MARGIN - INDENT
  const height = pdf.font('text').fontSize(TEXT_SIZE).heightOfString(text, { width })
  const bottom = pdf.page.height - MARGIN
  // A value that fits on a page is kept together with its label; a longer one goes on where it began.
  if (pdf.y + Math.min(height, bottom - MARGIN) > bottom) pdf.addPage()
  const top = pdf.y
  tagged(pdf, 'P', () =>
    pdf
      .font('bold')
      .fontSize(TEXT_SIZE)
      .text(term, MARGIN, top, { width: INDENT - 10 }),
  )
  const after = pdf.y
  tagged(pdf, 'P', () => pdf.font('text').text(text, MARGIN + INDENT, top, { width }))
  pdf.x = MARGIN
  pdf.y = Math.max(after, pdf.y) + 2
}

/** What the typeface has no letter for is told by its number, rather than lost in an empty box. */
function printable(text: string): string {
  return text.replace(
    /[^\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{N}\p{P}\p{Sc}\p{Sm}\p{Z}\p{M}\n^\x60]/gu,
    (letter) => `[U+${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase()}]`,
  )
}

/** Puts what `write` writes in the order it is read aloud, under the name of what it is. */
function tagged(pdf: Pdf, tag: string, write: () => unknown): void {
  pdf.addStructure(pdf.struct(tag, {}, [() => void write()]))
}

function numberPages(pdf: Pdf, { language }: PersonExport): void {
  const { start, count } = pdf.bufferedPageRange()
  for (let index = 0; index < count; index++) {
    pdf.switchToPage(start + index)
    // Below the margin, where text would otherwise begin a new page.
    pdf.page.margins.bottom = 0
    pdf.markContent('Artifact', { type: 'Pagination' })
    pdf
      .font('text')
      .fontSize(8)
      .text(words.page(index + 1, count, language), MARGIN, pdf.page.height - MARGIN / 1.5, { lineBreak: false })
    pdf.endMarkedContent()
  }
}
