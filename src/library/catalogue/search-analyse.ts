import type { TitleRow } from './tables.ts'
import { candidatesIn, type Known, partsOf, rootOf } from './words-compound.ts'
import { fold, lineOf, type Word, withoutArticle, wordsOf } from './words-fold.ts'
import { stem } from './words-stem.ts'

/** Raised when titles are analysed differently, so that `reindex` finds those that were analysed before. */
export const ANALYSIS = 1

export type Searchable = Pick<
  TitleRow,
  | 'title'
  | 'subtitle'
  | 'author'
  | 'contributors'
  | 'publisher'
  | 'year'
  | 'language'
  | 'isbn'
  | 'subjects'
  | 'material'
  | 'audience'
  | 'series'
  | 'record_id'
>

export type PhraseKind = 'title' | 'author' | 'series' | 'subject'

/** A whole title, name, series or subject that is suggested while somebody types. */
export interface Phrase {
  readonly kind: PhraseKind
  /** What is typed to be offered it: folded. */
  readonly key: string
  readonly shown: string
}

export interface Analysed {
  /** A tsvector as text. Lexemes are ours; no dictionary of the server has a part in them. */
  readonly lexemes: string
  /** The words that stand in it, folded, and how they are shown. */
  readonly words: ReadonlyMap<string, string>
  readonly phrases: readonly Phrase[]
  readonly title_words: number
  readonly sort_title: string
  /** The same for all editions of a work. */
  readonly work: string
}

/**
 * Lexemes by what they begin with; a lexeme without a mark is the root of a word wherever it stands.
 * - `=` a word as it stands, `!` a whole title, `#` a number it is found by
 * - `t/`, `a/`, `s/`, `e/`: a root in the title, among the authors, in the series, in a subject
 */
export const MARK = {
  exact: '=',
  whole: '!',
  number: '#',
  title: 't/',
  author: 'a/',
  series: 's/',
  subject: 'e/',
} as const

type Weight = 'A' | 'B' | 'C' | 'D'

const LONGEST_LINE = 200
const LONGEST_KEY = 60
const GAP = 5
const LAST_POSITION = 16_000
const MOST_POSITIONS = 200

/** Takes a title apart. Total: whatever stands in a record, PostgreSQL takes what comes of it. */
export function analyse(title: Searchable, known?: Known): Analysed {
  const vector = new Vector(known)
  const titleWords = vector.add(title.title, 'A', MARK.title)
  vector.add(title.subtitle, 'B')
  vector.add(title.author, 'B', MARK.author)
  for (const name of title.contributors) vector.add(name, 'C', MARK.author)
  vector.add(title.series, 'C', MARK.series)
  for (const subject of title.subjects) vector.add(subject, 'D', MARK.subject)
  vector.add(title.publisher, 'D')
  if (title.year !== null) vector.add(String(title.year), 'D')
  for (const word of kindsOf(title)) vector.lexeme(stem(fold(word)))
  const line = lineOf(title.title).slice(0, LONGEST_LINE)
  for (const whole of new Set([line, withoutArticle(line), withoutArticle(lineOf(mainTitle(title.title)))])) {
    if (whole !== '') vector.lexeme(MARK.whole + whole.slice(0, LONGEST_LINE))
  }
  for (const number of [...title.isbn.map(isbn13), numberOf(title.record_id)]) {
    if (number !== '') vector.lexeme(MARK.number + number)
  }
  return {
    lexemes: vector.text(),
    words: vector.words,
    phrases: phrasesOf(title),
    title_words: titleWords,
    sort_title: withoutArticle(line),
    work: `${lineOf(title.author ?? '')}/${line}`.slice(0, LONGEST_LINE),
  }
}

/** The words of a title that may be compounds of words which only the catalogue knows, and what to ask it. */
export function compoundCandidates(title: Searchable): string[] {
  const text = [title.title, title.subtitle ?? '', ...title.subjects].join(' ')
  return wordsOf(text).flatMap(({ folded }) => (partsOf(folded).length > 0 ? [] : candidatesIn(folded)))
}

class Vector {
  readonly words = new Map<string, string>()
  readonly #known: Known | undefined
  readonly #lexemes = new Map<string, Set<string>>()
  #position = 0

  constructor(known: Known | undefined) {
    this.#known = known
  }

  /** Answers how many words the text has. */
  add(text: string | null, weight: Weight, mark?: string): number {
    if (text === null) return 0
    const words = wordsOf(text)
    for (const word of words) this.#addWord(word, weight, mark)
    const count = words.at(-1)?.position ?? 0
    this.#position += count + GAP
    return count
  }

  lexeme(lexeme: string, at = ''): void {
    const places = this.#lexemes.get(lexeme) ?? new Set()
    if (at !== '' && places.size < MOST_POSITIONS) places.add(at)
    this.#lexemes.set(lexeme, places)
  }

  text(): string {
    return [...this.#lexemes].map(([lexeme, places]) => quoted(lexeme) + suffix(places)).join(' ')
  }

  #addWord({ folded, shown, position }: Word, weight: Weight, mark: string | undefined): void {
    const at = Math.min(this.#position + position, LAST_POSITION)
    if (!this.words.has(folded)) this.words.set(folded, shown)
    const root = rootOf(folded)
    this.lexeme(MARK.exact + folded, `${at}${weight}`)
    this.lexeme(root, `${at}${weight}`)
    if (mark !== undefined) this.lexeme(mark + root)
    for (const part of partsOf(folded, this.#known)) {
      // A part weighs less than the word itself, in a title as elsewhere.
      this.lexeme(stem(part), `${at}${weight === 'A' ? 'C' : 'D'}`)
      if (mark === MARK.subject) this.lexeme(mark + stem(part))
    }
  }
}

function suffix(places: ReadonlySet<string>): string {
  return places.size === 0 ? '' : `:${[...places].join(',')}`
}

/** A lexeme as it stands in the text of a tsvector or tsquery. */
export function quoted(lexeme: string): string {
  return `'${lexeme.replace(/[\\']/g, (sign) => sign + sign)}'`
}

/** Before what follows a colon or, in a part of a work, the full stop. */
function mainTitle(title: string): string {
  return /^(.{3,}?)(?::\s|\s[–—-]\s|\.\s)/.exec(title)?.[1] ?? title
}

const MATERIAL_WORDS: Readonly<Record<string, string>> = {
  book: 'bog book',
  'children-book': 'bog book barn',
  'picture-book': 'billedbog billede bog barn',
  audiobook: 'lydbog lyd bog audiobook',
  film: 'film dvd movie',
  game: 'spil game',
  music: 'musik cd music',
  magazine: 'blad tidsskrift magazine',
  comic: 'tegneserie comic',
  'e-book': 'ebog ebook bog',
}

const LANGUAGE_WORDS: Readonly<Record<string, string>> = {
  dan: 'dansk danish',
  eng: 'engelsk english',
  ger: 'tysk german',
  fre: 'fransk french',
  swe: 'svensk swedish',
  nor: 'norsk norwegian',
  spa: 'spansk spanish',
  ita: 'italiensk italian',
  ara: 'arabisk arabic',
  pol: 'polsk polish',
  tur: 'tyrkisk turkish',
}

/** What somebody says of a title that does not stand in it: `lydbog`, `børn`, `engelsk`. */
function kindsOf(title: Searchable): string[] {
  const said = [MATERIAL_WORDS[title.material], LANGUAGE_WORDS[title.language ?? '']]
  if (title.audience === 'child') said.push('barn children')
  return said.flatMap((words) => words?.split(' ') ?? [])
}

export function isbn13(isbn: string): string {
  const bare = numberOf(isbn)
  if (!/^\d{9}[\dx]$/.test(bare)) return bare
  const digits = `978${bare.slice(0, 9)}`
  const sum = [...digits].reduce((total, digit, index) => total + Number(digit) * (index % 2 === 0 ? 1 : 3), 0)
  return `${digits}${(10 - (sum % 10)) % 10}`
}

/** Ten digits, the last of which may be an x, and fits the others. */
export function isIsbn10(number: string): boolean {
  const sum = [...number.toLowerCase()].reduce(
    (total, digit, index) => total + (digit === 'x' ? 10 : Number(digit)) * (10 - index),
    0,
  )
  return /^\d{9}[\dx]$/i.test(number) && sum % 11 === 0
}

/** A number without what it is set with. */
export function numberOf(text: string): string {
  return fold(text.replace(/\p{Surrogate}/gu, ''))
    .replace(/[^\p{L}\p{N}]/gu, '')
    .slice(0, LONGEST_KEY)
}

function phrasesOf(title: Searchable): Phrase[] {
  const phrases: Phrase[] = []
  const add = (kind: PhraseKind, key: string, shown: string) => {
    if (key.length > 1 && !phrases.some((phrase) => phrase.kind === kind && phrase.key === key))
      phrases.push({ kind, key: key.slice(0, LONGEST_KEY), shown: tidy(shown) })
  }
  const line = lineOf(title.title)
  add('title', line, title.title)
  add('title', withoutArticle(line), title.title)
  for (const name of [title.author ?? '', ...title.contributors]) {
    const spoken = spokenName(name)
    add('author', lineOf(name), spoken)
    add('author', lineOf(spoken), spoken)
  }
  if (title.series !== null) add('series', withoutArticle(lineOf(title.series)), title.series)
  for (const subject of title.subjects) add('subject', lineOf(subject), subject)
  return phrases
}

function tidy(text: string): string {
  return text
    .replace(/\p{Surrogate}|\p{Cc}/gu, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .slice(0, LONGEST_LINE)
}

/** `Andersen, H.C.` as it is said, with what stands in brackets behind. Dates behind a second comma stay away. */
export function spokenName(name: string): string {
  const [, plain = name, role = ''] = /^(.*?)\s*(\([^()]*\))?$/s.exec(name) ?? []
  const [last = '', first = ''] = plain.split(',').map((part) => part.trim())
  const spoken = first === '' || /\d/.test(first) ? last : `${first} ${last}`
  return role === '' ? spoken : `${spoken} ${role}`
}
