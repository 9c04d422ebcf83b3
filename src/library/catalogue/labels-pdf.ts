import { readFile } from 'node:fs/promises'
import { setImmediate } from 'node:timers/promises'
import { fileURLToPath } from 'node:url'
import bwipjs from 'bwip-js/node'
import PDFDocument from 'pdfkit'
import { type Language, unreachable } from '#core'
import { type LabelSheet, labelsOn } from './label-sheets.ts'

/** What stands on the labels of one item. */
export interface LabelledItem {
  readonly barcode: string
  readonly title: string
  readonly library: string
  /** On the spine, from the top: the shelf, and how the author or title begins. */
  readonly spine: readonly string[]
}

export type LabelKind = 'item' | 'spine'

export interface LabelPrint {
  readonly sheet: LabelSheet
  readonly kinds: readonly LabelKind[]
  /** The first free label of a sheet that was used before, counted from 1 along the rows. */
  readonly start: number
  readonly language: Language
  readonly compress?: boolean
}

// The design system's own typeface: the fonts every PDF reader has know no letters beyond western Europe's.
const FONTS = new URL('../fonts/IBMPlexSans/complete/ttf/', import.meta.resolve('dkfds'))
const PADDING = 1.8
/** A reader needs ten modules of white on each side of a barcode. */
const QUIET = 10
const WIDEST_MODULE = 0.42

const words = {
  title: { da: 'Etiketter', en: 'Labels' },
  barcode: { da: (text: string) => `Stregkode ${text}`, en: (text: string) => `Barcode ${text}` },
} as const

/** Labels to print: Code 128, which every scanner at a library reads, with its number below; or what stands on a spine. */
export async function labelsPdf(items: readonly LabelledItem[], print: LabelPrint): Promise<Buffer> {
  const { sheet, language } = print
  const size: [number, number] = [mm(sheet.page[0]), mm(sheet.page[1])]
  const pdf = new PDFDocument({
    size,
    margin: 0,
    autoFirstPage: false,
    tagged: true,
    lang: language,
    displayTitle: true,
    pdfVersion: '1.7',
    compress: print.compress ?? true,
    info: { Title: words.title[language] },
  })
  const chunks: Buffer[] = []
  pdf.on('data', (chunk: Buffer) => chunks.push(chunk))
  const ended = new Promise<void>((resolve, reject) => pdf.on('end', resolve).on('error', reject))
  pdf.registerFont('text', await readFile(fileURLToPath(new URL('IBMPlexSans-Regular.ttf', FONTS))))
  pdf.registerFont('bold', await readFile(fileURLToPath(new URL('IBMPlexSans-SemiBold.ttf', FONTS))))
  let place = Math.max(1, Math.min(print.start, labelsOn(sheet))) - 1
  pdf.addPage()
  for (const item of items) {
    for (const kind of print.kinds) {
      if (place === labelsOn(sheet)) {
        pdf.addPage()
        place = 0
      }
      drawLabel(pdf, item, kind, { ...cornerOf(sheet, place), sheet, language })
      place++
    }
    // Others are served between two labels.
    await setImmediate()
  }
  pdf.end()
  await ended
  return Buffer.concat(chunks)
}

type Pdf = InstanceType<typeof PDFDocument>

interface Spot {
  /** The label's upper left corner, in millimetres. */
  readonly x: number
  readonly y: number
  readonly sheet: LabelSheet
  readonly language: Language
}

function cornerOf(sheet: LabelSheet, place: number): { x: number; y: number } {
  const column = place % sheet.columns
  const row = Math.floor(place / sheet.columns)
  return { x: sheet.left + column * sheet.across, y: sheet.top + row * sheet.down }
}

function drawLabel(pdf: Pdf, item: LabelledItem, kind: LabelKind, spot: Spot): void {
  const whole = pdf.struct('Sect')
  pdf.addStructure(whole)
  switch (kind) {
    case 'item':
      drawItem(pdf, item, spot, whole)
      break
    case 'spine':
      drawSpine(pdf, item, spot, whole)
      break
    default:
      unreachable(kind)
  }
  whole.end()
}

type Section = ReturnType<Pdf['struct']>

function drawItem(pdf: Pdf, { barcode, title, library }: LabelledItem, spot: Spot, whole: Section): void {
  const { sheet, x, y } = spot
  const small = sheet.height < 24 ? 6 : 7.5
  const inner = sheet.width - 2 * PADDING
  const line = (small * 1.25 * 25.4) / 72
  const bars = sheet.height - 2 * PADDING - 3 * line
  const put = (tag: string, text: string, top: number, options: { readonly bold?: boolean } = {}) =>
    whole.add(
      pdf.struct(tag, {}, [
        () => oneLine(pdf.font(options.bold ? 'bold' : 'text'), text, small, { x: x + PADDING, y: top, width: inner }),
      ]),
    )
  put('P', library, y + PADDING)
  whole.add(
    pdf.struct('Figure', { alt: words.barcode[spot.language](barcode) }, [
      () => drawBars(pdf, barcode, { x: x + PADDING, y: y + PADDING + line, width: inner, height: bars }),
    ]),
  )
  put('P', barcode, y + PADDING + line + bars + 0.3, { bold: true })
  put('P', title, y + PADDING + 2 * line + bars)
}

interface Box {
  readonly x: number
  readonly y: number
  readonly width: number
  readonly height: number
}

function drawBars(pdf: Pdf, text: string, box: Box): void {
  const modules = modulesOf(text)
  const total = modules.reduce((sum, each) => sum + each, 0)
  const module = Math.min(WIDEST_MODULE, box.width / (total + 2 * QUIET))
  let left = box.x + (box.width - total * module) / 2
  for (const [index, width] of modules.entries()) {
    if (index % 2 === 0) pdf.rect(mm(left), mm(box.y), mm(width * module), mm(box.height))
    left += width * module
  }
  pdf.fill('#000000')
}

/** The widths of bars and spaces in turn, a bar first. */
export function modulesOf(text: string): readonly number[] {
  const [symbol] = bwipjs.raw({ bcid: 'code128', text })
  if (!symbol || !('sbs' in symbol)) throw new Error('the barcode has no bars')
  return [...symbol.sbs]
}

function drawSpine(pdf: Pdf, { spine }: LabelledItem, { sheet, x, y }: Spot, whole: Section): void {
  const lines = spine.filter((line) => line !== '').slice(0, 4)
  const room = sheet.height - 2 * PADDING
  const size = Math.min(15, (room / Math.max(2, lines.length) / 1.25 / 25.4) * 72)
  const step = (size * 1.25 * 25.4) / 72
  const top = y + PADDING + (room - step * lines.length) / 2
  for (const [index, line] of lines.entries()) {
    const place = { x: x + PADDING, y: top + index * step, width: sheet.width - 2 * PADDING }
    whole.add(pdf.struct('P', {}, [() => oneLine(pdf.font('bold'), line, size, place)]))
  }
}

const SMALLEST = 5

/** In the middle; smaller when it is too wide, and shortened when it still is. */
function oneLine(pdf: Pdf, text: string, size: number, place: Omit<Box, 'height'>): void {
  let fits = size
  const width = mm(place.width)
  while (fits > SMALLEST && pdf.fontSize(fits).widthOfString(text) > width) fits -= 0.5
  const letters = [...text]
  while (letters.length > 1 && pdf.fontSize(fits).widthOfString(`${letters.join('')}…`) > width) {
    if (pdf.widthOfString(letters.join('')) <= width) break
    letters.pop()
  }
  const shown = letters.length === [...text].length ? text : `${letters.join('').trimEnd()}…`
  const left = mm(place.x) + (width - pdf.widthOfString(shown)) / 2
  pdf.fillColor('#000000').text(shown, left, mm(place.y), { lineBreak: false })
}

function mm(millimetres: number): number {
  return (millimetres / 25.4) * 72
}
