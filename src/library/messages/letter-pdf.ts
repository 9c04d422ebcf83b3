import { readFile } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import type PdfKit from 'pdfkit'
import type { Language } from '#core'
import { dateText } from '#web'

/** A letter as it is printed: nothing is looked up for it. */
export interface Letter {
  /** Name, street, postcode and town: the lines in the window, at most {@link MOST_ADDRESS_LINES}. */
  readonly address: readonly string[]
  readonly sender: { readonly name: string; readonly address: readonly string[] }
  readonly date: Temporal.PlainDate
  readonly subject: string
  /** An empty line ends a paragraph. */
  readonly body: string
  readonly language: Language
}

export interface LetterPdfOptions {
  /** The printer prints on both sides: each letter begins on a sheet of its own, so that none is on another's back. */
  readonly bothSides?: boolean
  readonly compress?: boolean
}

/**
 * What is seen of the sheet through the window, in millimetres from its upper left corner, whichever of the usual Danish
 * envelopes it is put in: E65 (M65) shows 15–110 by 40–70, C65 15–115 by 39–74, C5 15–120 by 44–79.
 */
export const WINDOW = { left: 15, top: 44, right: 110, bottom: 70 } as const
/** How far from the window's edge nothing is written, as a sheet slides in its envelope. */
const ROOM = { side: 5, top: 1 } as const
export const MOST_ADDRESS_LINES = 5
const SENDER_SIZE = 7
const ADDRESS_SIZE = 10
const ADDRESS_LINE = 4.1
const SMALLEST_SIZE = 6

/** Where the sheet is folded: in three for E65 and C65, in two for C5. */
const FOLDS = [99, 148.5, 198]
const MARGIN = { side: 20, top: 25, bottom: 25 }
const SENDER_TOP = 15
const DATE_TOP = 82
const SUBJECT_TOP = 92
const TEXT_SIZE = 11

// The design system's own typeface: the fonts every PDF reader has know no letters beyond western Europe's.
const FONTS = new URL('../fonts/IBMPlexSans/complete/ttf/', import.meta.resolve('dkfds'))

const words = {
  title: { da: 'Breve', en: 'Letters' },
  sender: { da: (text: string) => `Afsender: ${text}`, en: (text: string) => `Sender: ${text}` },
  page: {
    da: (page: number, of: number) => `Side ${page} af ${of}`,
    en: (page: number, of: number) => `Page ${page} of ${of}`,
  },
} as const

/**
 * Letters on A4, each from page one, with the address in the window, marks to fold by, and numbers where there are more
 * pages than one. Tagged, with its language and title, so that it can be read aloud as well as printed.
 */
export async function letterPdf(letters: readonly Letter[], options: LetterPdfOptions = {}): Promise<Buffer> {
  const [first] = letters
  const language = first?.language ?? 'da'
  // Loaded when it is wanted: its fonts and tables take a tenth of a second, which every command would wait for.
  const { default: PDFDocument } = await import('pdfkit')
  const pdf = new PDFDocument({
    size: 'A4',
    margins: { left: mm(MARGIN.side), right: mm(MARGIN.side), top: mm(MARGIN.top), bottom: mm(MARGIN.bottom) },
    autoFirstPage: false,
    bufferPages: true,
    tagged: true,
    lang: language,
    displayTitle: true,
    pdfVersion: '1.7',
    compress: options.compress ?? true,
    info: { Title: first && letters.length === 1 ? printable(first.subject) : words.title[language] },
  })
  const chunks: Buffer[] = []
  pdf.on('data', (chunk: Buffer) => chunks.push(chunk))
  const ended = new Promise<void>((resolve, reject) => pdf.on('end', resolve).on('error', reject))
  pdf.registerFont('text', await font('IBMPlexSans-Regular.ttf'))
  pdf.registerFont('bold', await font('IBMPlexSans-SemiBold.ttf'))
  for (const letter of letters) {
    writeLetter(pdf, letter, options)
    // Others are served between two letters: a desk with a queue does not wait for two hundred of them.
    await setImmediate()
  }
  // A file without a page is none.
  if (letters.length === 0) pdf.addPage()
  pdf.end()
  await ended
  return Buffer.concat(chunks)
}

async function font(name: string): Promise<Buffer> {
  return readFile(fileURLToPath(new URL(name, FONTS)))
}

type Pdf = InstanceType<typeof PdfKit>

function writeLetter(pdf: Pdf, letter: Letter, { bothSides = false }: LetterPdfOptions): void {
  const before = pdf.bufferedPageRange().count
  pdf.addPage()
  const whole = pdf.struct('Sect', { lang: letter.language })
  pdf.addStructure(whole)
  const put = (tag: string, write: () => unknown) => whole.add(pdf.struct(tag, {}, [() => void write()]))
  drawFolds(pdf)
  writeSender(pdf, letter, put)
  writeAddress(pdf, letter, put)
  writeText(pdf, letter, put)
  whole.end()
  const count = pdf.bufferedPageRange().count - before
  if (count > 1) numberPages(pdf, letter, before, count)
  if (bothSides && count % 2 === 1) pdf.addPage()
}

type Put = (tag: string, write: () => unknown) => void

function drawFolds(pdf: Pdf): void {
  pdf.markContent('Artifact', { type: 'Layout' })
  pdf.lineWidth(0.4).strokeColor('#767676')
  for (const fold of FOLDS) pdf.moveTo(mm(4), mm(fold)).lineTo(mm(8), mm(fold)).stroke()
  pdf.endMarkedContent()
}

/** Who it is from, in the corner opposite the window. */
function writeSender(pdf: Pdf, { sender }: Letter, put: Put): void {
  const left = mm(125)
  const width = pdf.page.width - mm(MARGIN.side) - left
  put('P', () => {
    pdf.font('bold').fontSize(TEXT_SIZE).text(printable(sender.name), left, mm(SENDER_TOP), { width })
    pdf.font('text').fontSize(9)
    for (const line of sender.address) pdf.text(printable(line), left, pdf.y, { width })
  })
}

/** The sender in small letters, so that what cannot be delivered finds back, and below it whom it is for. */
function writeAddress(pdf: Pdf, { sender, address, language }: Letter, put: Put): void {
  const left = mm(WINDOW.left + ROOM.side)
  const width = mm(WINDOW.right - ROOM.side) - left
  const top = WINDOW.top + ROOM.top
  const from = words.sender[language]([sender.name, ...sender.address].map(printable).join(', '))
  put('P', () => oneLine(pdf.font('text'), from, SENDER_SIZE, left, mm(top), width))
  put('P', () => {
    for (const [index, line] of addressLines(address).entries()) {
      oneLine(pdf, printable(line), ADDRESS_SIZE, left, mm(top + 3.9 + index * ADDRESS_LINE), width)
    }
  })
}

/** What does not fit below the window's edge stands on the second line with what was there: the town comes last. */
function addressLines(address: readonly string[]): readonly string[] {
  const lines = address.map((line) => line.trim()).filter((line) => line !== '')
  const over = lines.length - MOST_ADDRESS_LINES
  if (over <= 0) return lines
  return [lines[0] ?? '', lines.slice(1, 2 + over).join(', '), ...lines.slice(2 + over)]
}

/** Smaller when it is too wide, and shortened when it still is: a second line would push the town out of the window. */
function oneLine(pdf: Pdf, text: string, size: number, x: number, y: number, width: number): void {
  let fits = size
  while (fits > SMALLEST_SIZE && pdf.fontSize(fits).widthOfString(text) > width) fits -= 0.5
  const letters = [...text]
  while (letters.length > 1 && pdf.fontSize(fits).widthOfString(`${letters.join('')}…`) > width) {
    if (pdf.widthOfString(letters.join('')) <= width) break
    letters.pop()
  }
  const shown = letters.length === [...text].length ? text : `${letters.join('')}…`
  pdf.text(shown, x, y, { lineBreak: false })
}

function writeText(pdf: Pdf, { date, subject, body, language }: Letter, put: Put): void {
  const left = mm(MARGIN.side)
  const width = pdf.page.width - 2 * left
  put('P', () =>
    pdf.font('text').fontSize(TEXT_SIZE).text(dateText(date, language), left, mm(DATE_TOP), { width, align: 'right' }),
  )
  put('H1', () => pdf.font('bold').fontSize(14).text(printable(subject), left, mm(SUBJECT_TOP), { width }))
  pdf.moveDown(0.8)
  for (const paragraph of body.replace(/\r\n?/g, '\n').split(/\n{2,}/)) {
    if (paragraph.trim() === '') continue
    put('P', () =>
      pdf.font('text').fontSize(TEXT_SIZE).text(printable(paragraph.trim()), left, pdf.y, { width, lineGap: 2 }),
    )
    pdf.moveDown(0.6)
  }
}

function numberPages(pdf: Pdf, { language }: Letter, from: number, count: number): void {
  for (let index = 0; index < count; index++) {
    pdf.switchToPage(from + index)
    // Below the margin, where text would otherwise begin a new page.
    const { margins } = pdf.page
    const { bottom } = margins
    margins.bottom = 0
    pdf.markContent('Artifact', { type: 'Pagination' })
    const text = words.page[language](index + 1, count)
    pdf.font('text').fontSize(8)
    const left = pdf.page.width - mm(MARGIN.side) - pdf.widthOfString(text)
    pdf.text(text, left, pdf.page.height - mm(15), { lineBreak: false })
    pdf.endMarkedContent()
    margins.bottom = bottom
  }
}

/** What the typeface has no letter for is told by its number, rather than lost in an empty box. */
function printable(text: string): string {
  return text
    .toWellFormed()
    .replaceAll('\t', ' ')
    .replace(
      /[^\p{Script=Latin}\p{Script=Greek}\p{Script=Cyrillic}\p{N}\p{P}\p{Sc}\p{Sm}\p{Z}\p{M}\n^\x60]/gu,
      (letter) => `[U+${(letter.codePointAt(0) ?? 0).toString(16).toUpperCase()}]`,
    )
}

function mm(millimetres: number): number {
  return (millimetres / 25.4) * 72
}
