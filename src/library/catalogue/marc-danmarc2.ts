// danMARC2, the Danish format: every field has subfields, also 001 to 009.
import type { BibliographicRecord } from './marc.ts'
import { allOf, fieldsWith, firstIn, firstOf, type MarcField, type MarcFields, unique } from './marc-fields.ts'
import {
  checked,
  DELETED,
  isbnsOf,
  isComic,
  isDk5,
  itemsOf,
  languageOf,
  type Material,
  withoutIsbd,
  yearIn,
} from './marc-map.ts'

/** What is kept of a danMARC2 record, or why nothing can be. */
export function mapDanmarc2(marc: MarcFields, warnings: Set<string>): BibliographicRecord | string {
  if (firstIn(marc, '004', 'r') === 'd' || marc.leader[5] === 'd') return DELETED
  const author = personOrBody(fieldsWith(marc, '100', '110'))
  const subjects = unique(fieldsWith(marc, ...Object.keys(SUBJECT_CODES)).flatMap(subjectsOf))
  const dk5 = dk5Of(marc)
  return checked(
    {
      record_id: firstIn(marc, '001', 'a')?.replaceAll(' ', '') ?? '',
      agency_code: firstIn(marc, '001', 'b'),
      title: titleOf(marc, warnings),
      subtitle: firstIn(marc, '245', 'cu'),
      author,
      contributors: unique(fieldsWith(marc, '700', '710').map(nameOf)).filter((name) => name !== author),
      edition: firstIn(marc, '250', 'a'),
      publisher: firstIn(marc, '260', 'b') ?? firstIn(marc, '264', 'b'),
      year: yearIn(firstIn(marc, '008', 'a')) ?? yearIn(firstIn(marc, '260', 'c')) ?? yearIn(firstIn(marc, '264', 'c')),
      language: languageOf(firstIn(marc, '008', 'l')) ?? languageOf(firstIn(marc, '041', 'a')),
      isbn: isbnsOf(
        fieldsWith(marc, '021').flatMap((field) => allOf(field, 'ae')),
        warnings,
      ),
      dk5,
      subjects,
      material: materialOf(marc, subjects, dk5),
      // b is for children, s for schools.
      audience: ['b', 's'].includes(firstIn(marc, '008', 'o') ?? '') ? 'child' : 'adult',
      series: firstIn(marc, '440', 'a'),
      volume: firstIn(marc, '440', 'v') ?? (firstIn(marc, '245', 'a') === null ? null : firstIn(marc, '245', 'g')),
      pages: withoutIsbd(firstIn(marc, '300', 'a')),
      items: itemsOf(marc, warnings),
    },
    warnings,
  )
}

function titleOf(marc: MarcFields, warnings: Set<string>): string {
  const field = fieldsWith(marc, '245')[0]
  const title = firstOf(field, 'a')
  if (title !== null) return [title, ...allOf(field, 'no')].join('. ')
  const part = firstOf(field, 'yog')
  if (part === null) return ''
  warnings.add('The record describes a volume without a title of its own (245 g); its main title is in another record.')
  return part
}

function personOrBody(fields: readonly MarcField[]): string | null {
  return fields.map(nameOf).find((name) => name !== null) ?? null
}

/** "Efternavn, Fornavn"; a name of one part, such as a monarch's or a body's, as it is. */
function nameOf(field: MarcField): string | null {
  const name = firstOf(field, 'a')
  const more = firstOf(field, 'h')
  if (name === null || more === null) return name ?? more
  return field.tag.endsWith('00') ? `${name}, ${more}` : name
}

/** Subject fields, and their subfields that are words. 666 u says for whom, which is no subject. */
const SUBJECT_CODES: Readonly<Record<string, string>> = {
  '600': 'ah',
  '610': 'a',
  '620': 'a',
  '630': 'afg',
  '631': 'afg',
  '633': 'a',
  '634': 'ab',
  '645': 'a',
  '660': 'abcd',
  '666': 'femnpqstrilo',
}

function subjectsOf(field: MarcField): (string | null)[] {
  return field.tag === '600' ? [nameOf(field)] : allOf(field, SUBJECT_CODES[field.tag]!)
}

/** The main number with its digits behind the colon; for fiction the mark on the spine. "NY TITEL" and the like are not it. */
function dk5Of(marc: MarcFields): string | null {
  for (const code of 'monp') {
    for (const field of fieldsWith(marc, '652')) {
      const number = firstOf(field, code)
      if (!isDk5(number)) continue
      const digits = firstOf(field, 'v')
      return code === 'm' && digits !== null ? `${number}:${digits}` : number
    }
  }
  return null
}

/** From the general (009 a) and the specific (009 g) material codes; the words decide where a code covers several. */
function materialOf(marc: MarcFields, subjects: readonly string[], dk5: string | null): Material {
  const general = firstIn(marc, '009', 'a')
  const isOnline = firstIn(marc, '009', 'g') === 'xe'
  const words = [...subjects, ...fieldsWith(marc, '245').flatMap((field) => allOf(field, 'm'))]
  const isGame =
    words.some((word) => /\bspil\b|(?:bræt|computer|konsol|selskabs|kort)spil/i.test(word)) || /^79\.4/.test(dk5 ?? '')
  switch (general) {
    case 'a':
      if (firstIn(marc, '008', 't') === 'p') return 'magazine'
      if (isOnline || firstIn(marc, '008', 'w') === '1') return 'e-book'
      return isComic(words) ? 'comic' : 'book'
    case 'm':
      return 'film'
    case 'r':
      return 'audiobook'
    case 's':
      return 'music'
    case 't':
    case 'u':
    case 'v':
      return isGame ? 'game' : 'other'
    case null:
      // A volume's code stands in its main record.
      return firstIn(marc, '008', 't') === 'p' ? 'magazine' : 'book'
    default:
      return isComic(words) ? 'comic' : 'other'
  }
}
