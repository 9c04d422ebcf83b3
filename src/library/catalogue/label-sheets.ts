import type { Text2 } from '#core'
import { rollName, sheetName } from './label-sheets-texts.ts'

/** A sheet of labels, in millimetres. */
export interface LabelSheet {
  readonly code: string
  readonly name: Text2
  readonly page: readonly [width: number, height: number]
  readonly columns: number
  readonly rows: number
  /** From the upper left corner of the sheet to the first label. */
  readonly left: number
  readonly top: number
  /** From one label’s corner to the next one’s. */
  readonly across: number
  readonly down: number
  readonly width: number
  readonly height: number
}

const A4 = [210, 297] as const

function sheet(
  code: string,
  grid: readonly [columns: number, rows: number],
  size: readonly [width: number, height: number],
  place: Pick<LabelSheet, 'left' | 'top' | 'across' | 'down'>,
): LabelSheet {
  const [columns, rows] = grid
  const [width, height] = size
  const name = sheetName(code, columns * rows, width, height)
  return { code, name, page: A4, columns, rows, width, height, ...place }
}

function roll(width: number, height: number): LabelSheet {
  const name = rollName(width, height)
  const place = { left: 0, top: 0, across: width, down: height }
  return { code: `roll-${width}-${height}`, name, page: [width, height], columns: 1, rows: 1, width, height, ...place }
}

/** The sheets that are sold everywhere, by the number on their box, and rolls for label printers. */
export const LABEL_SHEETS: readonly LabelSheet[] = [
  sheet('L7651', [5, 13], [38.1, 21.2], { left: 4.75, top: 10.7, across: 40.64, down: 21.2 }),
  sheet('L4736', [4, 12], [45.7, 21.2], { left: 9.75, top: 21.3, across: 48.26, down: 21.2 }),
  sheet('L7159', [3, 8], [63.5, 33.9], { left: 7.25, top: 12.9, across: 66.04, down: 33.9 }),
  sheet('L7160', [3, 7], [63.5, 38.1], { left: 7.25, top: 15.15, across: 66.04, down: 38.1 }),
  roll(50, 25),
  roll(38, 19),
]

export function labelsOn({ columns, rows }: LabelSheet): number {
  return columns * rows
}
