import type { PatronRow } from '#patrons'

/**
 * Our ids are UUIDs and theirs are whole numbers, which scripts in a browser read exactly up to 53 bits. The last 48 bits
 * of an id are chance: within what one patron has they name one row, and outside it nothing is ever looked up by them.
 */
export function numberOf(id: string): number {
  return Number.parseInt(id.slice(-12), 16)
}

/** The rows of one patron that are meant by numbers; undefined where there is none. */
export function meant<Row extends { readonly id: string }>(rows: readonly Row[], number: number): Row | undefined {
  return rows.find(({ id }) => numberOf(id) === number)
}

/** The patron number as a whole number; a number with letters, from another system, has none and is told by the id's. */
export function patronIdOf({ id, number }: Pick<PatronRow, 'id' | 'number'>): number {
  return /^\d{1,15}$/.test(number) ? Number(number) : numberOf(id)
}

/** How a patron number may be written that is sent as a whole number: leading noughts get lost on the way. */
export function numbersOf(patronId: string): string[] {
  return [...new Set([patronId, patronId.padStart(9, '0')])]
}

/** The ISIL of a branch. A code of two digits completes the agency's number, one of six is a number itself. */
export function isilOf(agency: string, code: string): string {
  if (/^\d{6}$/.test(code)) return `DK-${code}`
  return /^\d{2}$/.test(code) ? `DK-${agency.slice(0, 4)}${code}` : `DK-${agency}-${code}`
}
