import { holdsCpr } from '#patrons'
import type { NewTitle } from './items.ts'
import { hasCheckDigit, isDk5 } from './marc-map.ts'

export const MATERIALS = ['book', 'audiobook', 'film', 'game', 'music', 'magazine', 'comic', 'e-book', 'other'] as const

/** What staff may write of a title, in the order a form asks for it. */
export const TITLE_FIELDS = [
  'title',
  'subtitle',
  'author',
  'contributors',
  'material',
  'audience',
  'year',
  'language',
  'edition',
  'publisher',
  'pages',
  'isbn',
  'dk5',
  'series',
  'volume',
  'subjects',
] as const
export type TitleField = (typeof TITLE_FIELDS)[number]
export type TitleTyped = Readonly<Record<TitleField, string>>
export type WrittenTitle = Pick<NewTitle, TitleField>

export type TitleFault =
  | 'missing'
  | 'too-long'
  | 'not-allowed'
  | 'cpr'
  | 'no-year'
  | 'no-isbn'
  | 'no-language'
  | 'no-dk5'
export type TitleFaults = Readonly<Partial<Record<TitleField, TitleFault>>>

const LONGEST = 1000
const MOST_LINES = 100

/** What was typed as a title, and what is wrong with it, field by field. */
export function readTitle(typed: TitleTyped): { readonly title: WrittenTitle; readonly faults: TitleFaults } {
  const line = (name: TitleField) => typed[name].replace(/\s+/g, ' ').trim()
  const orNothing = (name: TitleField) => line(name) || null
  const title: WrittenTitle = {
    title: line('title'),
    subtitle: orNothing('subtitle'),
    author: orNothing('author'),
    contributors: linesOf(typed.contributors),
    material: typed.material,
    audience: typed.audience === 'child' ? 'child' : 'adult',
    year: /^\d{4}$/.test(line('year')) ? Number(line('year')) : null,
    language: orNothing('language'),
    edition: orNothing('edition'),
    publisher: orNothing('publisher'),
    pages: orNothing('pages'),
    isbn: linesOf(typed.isbn).map(bareIsbn),
    dk5: orNothing('dk5'),
    series: orNothing('series'),
    volume: orNothing('volume'),
    subjects: linesOf(typed.subjects),
  }
  const faults: Partial<Record<TitleField, TitleFault>> = {}
  for (const name of TITLE_FIELDS) {
    const fault = generalFault(typed[name]) ?? ownFault(name, title, line(name))
    if (fault) faults[name] = fault
  }
  return { title, faults }
}

function generalFault(text: string): TitleFault | undefined {
  const lines = text.split(/\r?\n/)
  if (lines.length > MOST_LINES || lines.some((each) => each.length > LONGEST)) return 'too-long'
  // A list is kept and compared by characters that no text has.
  if (/[^\P{Cc}\r\n\t]/u.test(text)) return 'not-allowed'
  return undefined
}

function ownFault(name: TitleField, title: WrittenTitle, line: string): TitleFault | undefined {
  switch (name) {
    case 'title':
      return title.title === '' ? 'missing' : cprFault(line)
    case 'year':
      return line === '' || (title.year !== null && title.year >= 1000 && title.year <= 2999) ? undefined : 'no-year'
    case 'isbn':
      return title.isbn.every(isIsbn) ? undefined : 'no-isbn'
    case 'language':
      return title.language === null || /^[a-z]{3}$/.test(title.language) ? undefined : 'no-language'
    case 'material':
      return MATERIALS.some((material) => material === title.material) ? undefined : 'missing'
    case 'dk5':
      return title.dk5 === null || isDk5(title.dk5) ? cprFault(line) : 'no-dk5'
    default:
      return cprFault(line)
  }
}

function cprFault(line: string): TitleFault | undefined {
  return holdsCpr(line) ? 'cpr' : undefined
}

function linesOf(text: string): string[] {
  const lines = text.split(/\r?\n/).map((line) => line.replace(/\s+/g, ' ').trim())
  return [...new Set(lines.filter((line) => line !== ''))]
}

export function bareIsbn(text: string): string {
  return text.replace(/[ -]/g, '').toUpperCase()
}

/** Ten or thirteen digits whose last fits the others: a slip of the finger is caught here. */
export function isIsbn(bare: string): boolean {
  return /^(?:\d{9}[\dX]|97[89]\d{10})$/.test(bare) && hasCheckDigit(bare)
}

/** A title as it stands in the form that changes it. */
export function typedTitle(title: WrittenTitle): TitleTyped {
  const lines = (values: readonly string[]) => values.join('\n')
  return {
    title: title.title,
    subtitle: title.subtitle ?? '',
    author: title.author ?? '',
    contributors: lines(title.contributors),
    material: title.material,
    audience: title.audience,
    year: title.year === null ? '' : String(title.year),
    language: title.language ?? '',
    edition: title.edition ?? '',
    publisher: title.publisher ?? '',
    pages: title.pages ?? '',
    isbn: lines(title.isbn),
    dk5: title.dk5 ?? '',
    series: title.series ?? '',
    volume: title.volume ?? '',
    subjects: lines(title.subjects),
  }
}
