// From fields to what Kvit keeps of a record: MARC 21 here, danMARC2 in marc-danmarc2.ts, and what both share.
import type { BibliographicRecord } from './marc.ts'
import {
  allOf,
  controlValue,
  fieldsWith,
  firstIn,
  firstOf,
  type MarcField,
  type MarcFields,
  unique,
} from './marc-fields.ts'

export type Material = BibliographicRecord['material']
export type Item = BibliographicRecord['items'][number]

/** What is kept of a MARC 21 record, or why nothing can be. */
export function mapMarc21(marc: MarcFields, warnings: Set<string>): BibliographicRecord | string {
  if (marc.leader[5] === 'd') return DELETED
  const fixed = controlValue(marc, '008') ?? ''
  const titleField = fieldsWith(marc, '245')[0]
  const author = mainAuthor(marc)
  const imprint = fieldsWith(marc, '264').find((field) => field.ind2 === '1') ?? fieldsWith(marc, '260', '264')[0]
  const series = fieldsWith(marc, '490', '440', '830', '800')[0]
  return checked(
    {
      record_id: controlValue(marc, '001')?.trim() ?? otherNumber(marc, warnings),
      agency_code: controlValue(marc, '003')?.trim() ?? null,
      title: titleOf(titleField),
      subtitle: withoutIsbd(firstOf(titleField, 'b')),
      author,
      contributors: unique(
        fieldsWith(marc, '700', '710', '711')
          // An added entry with a title is a work contained in this one, not a person behind it.
          .filter((field) => firstOf(field, 't') === null)
          .map((field) => nameOf(field)),
      ).filter((name) => name !== author),
      edition: withoutIsbd(firstIn(marc, '250', 'a')),
      publisher: withoutIsbd(firstOf(imprint, 'b')),
      year: yearIn(fixed.slice(7, 11)) ?? yearIn(firstOf(imprint, 'c')),
      language: languageOf(fixed.slice(35, 38)) ?? languageOf(firstIn(marc, '041', 'a')),
      isbn: isbnsOf(
        fieldsWith(marc, '020').flatMap((field) => allOf(field, 'a')),
        warnings,
      ),
      dk5: dk5Of(fieldsWith(marc, '084').filter((field) => /^dk/i.test(firstOf(field, '2') ?? ''))),
      subjects: unique(fieldsWith(marc, ...SUBJECT_TAGS).flatMap(subjectsOf)),
      material: materialOf(marc, fixed),
      audience: hasAudience(marc) && 'abcdj'.includes(fixed[22] || ' ') ? 'child' : 'adult',
      series: withoutIsbd(firstOf(series, 'a')),
      volume: withoutIsbd(firstOf(series, 'v')),
      pages: withoutIsbd(firstIn(marc, '300', 'a')),
      items: itemsOf(marc, warnings),
    },
    warnings,
  )
}

export const DELETED =
  'The record is marked as deleted where it comes from, so it is not taken in. Withdraw the title if the library has it.'

/** Longer than any title; a database index has no place for a chapter. */
const LONGEST_TEXT = 1000

/** Turns away a record that could not be found again or shown, and cuts what is no title or name any more. */
export function checked(record: BibliographicRecord, warnings: Set<string>): BibliographicRecord | string {
  if (record.title === '') return 'The record has no title (245 a). Add one where it was catalogued.'
  if (record.record_id === '') return 'The record has no number (001). Export it again with its record number.'
  if (record.record_id.length > 100) return 'The record number (001) is longer than 100 characters. Export it again.'
  const values = Object.values(record).flat()
  if (values.some((value) => typeof value === 'string' && value.includes('\ufffd'))) {
    warnings.add('Some characters could not be read and stand as \ufffd. Check the encoding of the file.')
  }
  const cut = (text: string | null) => (text === null ? text : shortened(text, warnings))
  return {
    ...record,
    title: shortened(record.title, warnings),
    subtitle: cut(record.subtitle),
    author: cut(record.author),
    contributors: record.contributors.map((name) => shortened(name, warnings)),
    edition: cut(record.edition),
    publisher: cut(record.publisher),
    subjects: record.subjects.map((subject) => shortened(subject, warnings)),
    series: cut(record.series),
    volume: cut(record.volume),
    pages: cut(record.pages),
  }
}

function shortened(text: string, warnings: Set<string>): string {
  if (text.length <= LONGEST_TEXT) return text
  warnings.add(`A text of ${text.length} characters was cut to ${LONGEST_TEXT}.`)
  return text.slice(0, LONGEST_TEXT).toWellFormed().trim()
}

function otherNumber(marc: MarcFields, warnings: Set<string>): string {
  const number = firstIn(marc, '035', 'a') ?? ''
  if (number !== '') warnings.add('The record has no 001; its number in 035 is used.')
  return number
}

function titleOf(field: MarcField | undefined): string {
  const title = withoutIsbd(firstOf(field, 'ak')) ?? ''
  // Number and name of a part belong to the title: without them all volumes are called the same.
  const parts = allOf(field, 'np').map((part) => withoutIsbd(part))
  return unique([title, ...parts]).join('. ')
}

function mainAuthor(marc: MarcFields): string | null {
  for (const field of fieldsWith(marc, '100', '110', '111')) {
    const name = nameOf(field)
    if (name !== null) return name
  }
  return null
}

function nameOf(field: MarcField): string | null {
  const name = firstOf(field, 'a')
  if (name === null) return null
  const codes = field.tag.endsWith('00') ? 'bc' : 'b'
  const joined = [name.replace(/[\s,]+$/, ''), ...allOf(field, codes)].join(field.tag.endsWith('00') ? ', ' : ' ')
  // Names end sooner than titles: three letters are more than an initial or "Jr.".
  return withoutIsbd(joined.replace(/(?<=\p{L}{3})\.$/u, ''))
}

const SUBJECT_TAGS = ['600', '610', '611', '630', '648', '650', '651', '653', '655']

function subjectsOf(field: MarcField): (string | null)[] {
  if (field.tag === '653') return allOf(field, 'a').map(withoutIsbd)
  const heading = withoutIsbd(firstOf(field, 'a'))
  if (heading === null) return []
  return [[heading, ...allOf(field, 'xyzv').map(withoutIsbd)].join(' -- ')]
}

/** Whether 008/22 says who the record is for; in serials and maps that position means something else. */
function hasAudience(marc: MarcFields): boolean {
  return 'acdgijkmort'.includes(marc.leader[6] ?? ' ') && !'bis'.includes(marc.leader[7] ?? ' ')
}

function materialOf(marc: MarcFields, fixed: string): Material {
  const type = marc.leader[6] ?? ' '
  const isOnline = controlValue(marc, '007')?.startsWith('cr') || 'oqs'.includes(fixed[23] || ' ')
  switch (type) {
    case 'a':
    case 't':
      if ('bis'.includes(marc.leader[7] ?? ' ')) return 'magazine'
      if (isOnline) return 'e-book'
      return fixed.slice(24, 28).includes('6') || isComic(formsOf(marc)) ? 'comic' : 'book'
    case 'i':
      return 'audiobook'
    case 'j':
      return 'music'
    case 'g':
      return 'fst'.includes(fixed[33] || ' ') ? 'other' : 'film'
    case 'm':
      return fixed[26] === 'g' ? 'game' : fixed[26] === 'd' ? 'e-book' : 'other'
    case 'r':
      return fixed[33] === 'g' ? 'game' : 'other'
    default:
      return 'other'
  }
}

function formsOf(marc: MarcFields): string[] {
  return fieldsWith(marc, '650', '655').flatMap((field) => allOf(field, 'av'))
}

export function isComic(words: readonly string[]): boolean {
  return words.some((word) => /tegneserie|graphic novel|comic (?:book|strip)|manga\b|grafisk roman/i.test(word))
}

/** Where systems put their items. There is no standard: Koha 952, Sirsi 949, MARC holdings 876 and 852, others 996. */
const ITEM_CODES: Readonly<Record<string, { barcode: string; branch: string; shelf: string }>> = {
  '952': { barcode: 'p', branch: 'ab', shelf: 'co' },
  '949': { barcode: 'i', branch: 'm', shelf: 'la' },
  '876': { barcode: 'p', branch: 'bl', shelf: 'c' },
  '852': { barcode: 'p', branch: 'ba', shelf: 'cj' },
  '996': { barcode: 'pi', branch: 'bm', shelf: 'cl' },
}

/** Items by barcode, first mention wins. Barcodes are at most 16 characters, as many as an RFID tag holds. */
export function itemsOf(marc: MarcFields, warnings: Set<string>): Item[] {
  const items = new Map<string, Item>()
  const branch852 = firstIn(marc, '852', 'b')
  for (const field of fieldsWith(marc, ...Object.keys(ITEM_CODES))) {
    const codes = ITEM_CODES[field.tag]!
    const barcode = firstOf(field, codes.barcode)?.replace(/\s/g, '')
    if (barcode === undefined) continue
    if (!/^[0-9A-Za-z._-]{1,16}$/.test(barcode)) {
      warnings.add(`The barcode "${barcode.slice(0, 40)}" is no barcode of up to 16 characters; the item is left out.`)
      continue
    }
    const branch = firstOf(field, codes.branch) ?? (field.tag === '876' ? branch852 : null)
    if (!items.has(barcode)) items.set(barcode, { barcode, branch, shelf: firstOf(field, codes.shelf) })
  }
  return [...items.values()]
}

/** Removes the punctuation that ISBD puts between the elements of a description, which ends up behind them. */
export function withoutIsbd(text: string | null): string | null {
  if (text === null) return null
  const trimmed = text.replace(/[\s/:;,=]+$/, '')
  // The last full stop goes, unless it ends an abbreviation, an initial or three dots.
  const bare = /[\p{L}\p{N})\]]{4}\.$/u.test(trimmed) ? trimmed.slice(0, -1) : trimmed
  return bare === '' ? null : bare
}

export function yearIn(text: string | null): number | null {
  const year = Number(/(?<!\d)[12]\d{3}(?!\d)/.exec(text ?? '')?.[0] ?? 0)
  return year >= 1000 && year <= 2999 ? year : null
}

export function languageOf(text: string | null): string | null {
  const code = (text ?? '').trim().toLowerCase().slice(0, 3)
  return /^[a-z]{3}$/.test(code) && !['und', 'zxx'].includes(code) ? code : null
}

/** ISBNs without hyphens. A wrong check digit is kept, since it stands so on the book, and said. */
export function isbnsOf(values: readonly string[], warnings: Set<string>): string[] {
  const found = values.map((value) => {
    const isbn = /^[\dXx -]+/.exec(value)?.[0].replace(/[ -]/g, '').toUpperCase() ?? ''
    if (!/^(?:\d{9}[\dX]|97[89]\d{10})$/.test(isbn)) {
      warnings.add(`"${value.slice(0, 40)}" is no ISBN and is left out.`)
      return null
    }
    if (!hasCheckDigit(isbn)) warnings.add(`The ISBN ${isbn} has a wrong check digit.`)
    return isbn
  })
  return unique(found)
}

export function hasCheckDigit(isbn: string): boolean {
  const digits = [...isbn].map((digit) => (digit === 'X' ? 10 : Number(digit)))
  const isShort = digits.length === 10
  const sum = digits.reduce(
    (total, digit, index) => total + digit * (isShort ? 10 - index : index % 2 === 0 ? 1 : 3),
    0,
  )
  return sum % (isShort ? 11 : 10) === 0
}

function dk5Of(fields: readonly MarcField[]): string | null {
  return fields.map((field) => firstOf(field, 'a')).find((value) => isDk5(value)) ?? null
}

/** A number of the decimal classification, or `sk` for fiction. */
export function isDk5(value: string | null | undefined): value is string {
  return /^(?:sk|\d{2}(?:[.\-:]\d+)*)(?=\s|$)/i.test(value ?? '')
}
