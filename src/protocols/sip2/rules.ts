import type { ItemState } from '#catalogue'
import type { Identified } from './call.ts'
import type { PatronFacts } from './ports.ts'

const POSITIONS = 14

/**
 * The fourteen signs of a patron's state. Some machines refuse when any of them is set, some when all of the first four
 * are: so a hard block sets the first four, what the patron can settle sets the first and its own, and nothing else.
 */
export function patronStatus(who: Pick<Identified, 'card'>, patron: PatronFacts | undefined): string {
  if (who.card === 'unknown' || !patron) return signs([1, 2, 3, 4])
  const set: number[] = []
  if (who.card !== 'good' || patron.restricted || patron.blocks.some((code) => code !== 'debt')) set.push(1, 2, 3, 4)
  if (who.card === 'lost' || patron.blocks.includes('card-stolen')) set.push(5)
  if (patron.blocks.includes('debt')) set.push(1, 11, 12)
  if (hasTooMany(patron)) set.push(1, 6)
  return signs(set)
}

export function signs(set: readonly number[]): string {
  return Array.from({ length: POSITIONS }, (_, at) => (set.includes(at + 1) ? 'Y' : ' ')).join('')
}

export function hasTooMany({ loans, most_loans }: PatronFacts): boolean {
  return most_loans !== null && loans >= most_loans
}

export const LISTS = ['ready', 'overdue', 'loans', 'debts', 'recalled', 'waiting'] as const
export type List = (typeof LISTS)[number]

/** Which lists the ten signs ask for. The standard says one; some machines want all at once. */
export function askedLists(summary: string): List[] {
  return LISTS.filter((_, at) => summary[at] === 'Y')
}

/** The part of a list between two places counted from one, both included. What is no number is the whole. */
export function page<Entry>(list: readonly Entry[], from: string, to: string): readonly Entry[] {
  const first = place(from) ?? 1
  const last = place(to) ?? list.length
  return list.slice(first - 1, Math.max(last, first - 1))
}

function place(text: string): number | undefined {
  return /^\d{1,6}$/.test(text) && Number(text) > 0 ? Number(text) : undefined
}

export function count(number: number): string {
  return String(Math.min(number, 9999)).padStart(4, '0')
}

/** Øre of an amount such as `25`, `25.5` or `25,50`; undefined of anything else, also of more than a million kroner. */
export function readAmount(text: string): number | undefined {
  const [, whole, part] = /^(\d{1,7})(?:[.,](\d{1,2}))?$/.exec(text.trim()) ?? []
  if (whole === undefined) return undefined
  return Number(whole) * 100 + Number((part ?? '').padEnd(2, '0'))
}

/** SIP's two digits for where an item is. */
export const CIRCULATION_STATUS: Readonly<Record<ItemState, string>> = {
  'on-order': '02',
  available: '03',
  'on-loan': '04',
  'on-shelf-for-pickup': '08',
  'in-transit': '10',
  'claimed-returned': '11',
  lost: '12',
  missing: '13',
  damaged: '01',
  withdrawn: '01',
}

const MEDIA: Readonly<Record<string, string>> = {
  book: '001',
  'children-book': '001',
  'picture-book': '001',
  comic: '001',
  magazine: '002',
  film: '005',
  music: '006',
  audiobook: '006',
}

/** SIP's three digits for what kind of thing a title is. */
export function mediaType(material: string): string {
  return MEDIA[material] ?? '000'
}
