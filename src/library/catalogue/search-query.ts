import { isbn13, MARK, numberOf, quoted } from './search-analyse.ts'
import { partsOf, rootOf } from './words-compound.ts'
import { lineOf, wordsOf } from './words-fold.ts'
import { WEAK } from './words-irregular.ts'
import { stem } from './words-stem.ts'

export type SearchField = 'title' | 'author' | 'series' | 'subject'

/** One thing that is asked for: a word, or several in order between quotes. */
export interface Term {
  /** Folded. */
  readonly words: readonly string[]
  /** As they were typed, to say what is meant instead. */
  readonly typed: string
  readonly field: SearchField | undefined
  readonly isExcluded: boolean
  readonly isPhrase: boolean
  /** It was typed with a star: whatever begins so. */
  readonly isPrefix: boolean
}

export interface Query {
  readonly terms: readonly Term[]
  /** ISBN, record number or barcode, where what was typed could be one: as it is, and as an ISBN of thirteen digits. */
  readonly numbers: readonly string[]
}

const FIELDS: Readonly<Record<string, SearchField>> = {
  titel: 'title',
  title: 'title',
  forfatter: 'author',
  author: 'author',
  af: 'author',
  by: 'author',
  serie: 'series',
  series: 'series',
  emne: 'subject',
  subject: 'subject',
}

const LONGEST_TEXT = 300
const MOST_TERMS = 12
const SHORTEST_PREFIX = 3
const CHUNK = /([-−–]?)(?:(\p{L}+):)?(?:["“”„«»]([^"“”„«»]*)["“”„«»]?|([^\s"“”„«»]+))/gu

/** Reads what somebody typed. Total: what cannot be a word is passed over, and nothing is an error. */
export function parseQuery(text: string): Query {
  const typed = text.slice(0, LONGEST_TEXT).replace(/\p{Cc}|\p{Surrogate}/gu, ' ')
  const terms: Term[] = []
  for (const { excluded, name, quotedText, plain } of chunksOf(typed)) {
    const field = FIELDS[name.toLowerCase()]
    const said = field === undefined && name !== '' ? `${name}:${plain}` : plain
    const common = { field, isExcluded: excluded && /[\p{L}\p{N}]/u.test(quotedText ?? said) }
    if (quotedText !== undefined) {
      const words = wordsInOrder(quotedText)
      if (words.length > 0) terms.push({ ...common, words, typed: quotedText.trim(), isPhrase: true, isPrefix: false })
      continue
    }
    for (const { folded, shown } of firstReading(said)) {
      const isPrefix = /\*$/.test(said) && folded.length >= SHORTEST_PREFIX
      terms.push({ ...common, words: [folded], typed: shown, isPhrase: false, isPrefix })
    }
  }
  return { terms: terms.slice(0, MOST_TERMS), numbers: numbersIn(typed) }
}

interface Chunk {
  readonly excluded: boolean
  readonly name: string
  readonly quotedText: string | undefined
  readonly plain: string
}

/** Initials that are set with spaces belong together, so plain words are read together until a sign comes between. */
function chunksOf(text: string): Chunk[] {
  const chunks: Chunk[] = []
  for (const [, minus = '', name = '', quotedText, plain = ''] of text.matchAll(CHUNK)) {
    const before = chunks.at(-1)
    const isPlain = minus === '' && name === '' && quotedText === undefined && !plain.endsWith('*')
    if (isPlain && before && !before.excluded && before.quotedText === undefined && !before.plain.endsWith('*')) {
      // `forfatter:h c andersen` means all of the name that follows.
      chunks[chunks.length - 1] = { ...before, plain: `${before.plain} ${plain}` }
    } else chunks.push({ excluded: minus !== '', name, quotedText, plain })
  }
  return chunks
}

/** The words in order, without the whole that parts joined by a hyphen make. */
function firstReading(text: string) {
  let last = 0
  return wordsOf(text).filter(({ position }) => {
    const isNew = position > last
    last = Math.max(last, position)
    return isNew
  })
}

function wordsInOrder(text: string): string[] {
  return firstReading(text).map(({ folded }) => folded)
}

function numbersIn(text: string): string[] {
  const bare = text.trim()
  if (!/^[\p{L}\p{N}][\p{L}\p{N}\s.:_-]{1,24}$/u.test(bare) || !/\d/.test(bare) || /\p{L}{4}/u.test(bare)) return []
  // Only an ISBN is typed with spaces.
  if (/\s/.test(bare) && !/^[\d\sXx-]{10,20}$/.test(bare)) return []
  const number = numberOf(bare)
  // A barcode may have signs that are part of it.
  return [...new Set([number, isbn13(number), bare])]
}

/** A query as PostgreSQL takes it, as texts of tsquery; undefined where it asks for nothing. */
export interface Compiled {
  /** What must be there. */
  readonly all: string
  /** The whole title is what was typed. */
  readonly whole: string
  /** The words in this order in a title, in whatever form. */
  readonly inOrder: string
  readonly inTitle: string
  readonly inAuthor: string
  readonly inSeries: string
  readonly inSubject: string
  /** The words themselves, not only another form of them. */
  readonly exact: string
  /** Each word in a title or a name, however they are shared out. */
  readonly inTitleOrAuthor: string
  /** Everything that is worth a place, for the finer ranking. */
  readonly any: string
  /** How many words of a title are asked for. */
  readonly words: number
  readonly forChildren: boolean
}

/** Nothing has this lexeme. */
export const NOTHING = quoted('-')
const CHILDREN = new Set(['barn', 'boernebog', 'barnbog', 'ungdom', 'children', 'kid'])

export function compileQuery(query: Query): Compiled | undefined {
  const wanted = query.terms.filter((term) => !term.isExcluded)
  const strong = wanted.filter((term) => !isWeak(term))
  const needed = strong.length > 0 ? strong : wanted
  if (needed.length === 0 && query.numbers.length === 0) return undefined
  const excluded = query.terms.filter((term) => term.isExcluded).map((term) => ` & !(${anywhere(term)})`)
  const free = needed.filter((term) => term.field === undefined)
  const roots = free.flatMap((term) => term.words.map(rootOf))
  const inMark = (mark: string) =>
    free.length === needed.length ? all(roots.map((root) => quoted(mark + root))) : NOTHING
  const spoken = wanted.filter((term) => term.field === undefined || term.field === 'title')
  const line = lineOf(spoken.map(({ typed }) => typed).join(' ')).slice(0, LONGEST_TEXT)
  return {
    all: needed.length === 0 ? NOTHING : all(needed.map((term) => `(${anywhere(term)})`)) + excluded.join(''),
    whole: spoken.length === wanted.length && line !== '' ? quoted(MARK.whole + line) : NOTHING,
    inOrder: inOrder(spoken.flatMap((term) => term.words).map((word) => `${quoted(rootOf(word))}:A`)),
    inTitle: inMark(MARK.title),
    inAuthor: inMark(MARK.author),
    inSeries: inMark(MARK.series),
    inSubject: inMark(MARK.subject),
    exact: all(needed.flatMap((term) => term.words).map((word) => quoted(MARK.exact + word))),
    inTitleOrAuthor: all(roots.map((root) => `(${quoted(MARK.title + root)} | ${quoted(MARK.author + root)})`)),
    any: wanted.map((term) => `(${anywhere(term)})`).join(' | ') || NOTHING,
    words: spoken.reduce((sum, term) => sum + term.words.length, 0),
    forChildren: roots.some((root) => CHILDREN.has(root)),
  }
}

/** All but one of the words: for when nothing has them all. */
export function compileRelaxed(query: Query): string | undefined {
  const wanted = query.terms.filter((term) => !term.isExcluded && !isWeak(term))
  if (wanted.length < 2) return undefined
  const excluded = query.terms.filter((term) => term.isExcluded).map((term) => ` & !(${anywhere(term)})`)
  const ways = wanted.map((_, left) =>
    all(wanted.filter((_, index) => index !== left).map((term) => `(${anywhere(term)})`)),
  )
  return `(${ways.map((way) => `(${way})`).join(' | ')})${excluded.join('')}`
}

export function isWeak(term: Term): boolean {
  return !term.isPhrase && term.field === undefined && term.words.every((word) => WEAK.has(word))
}

function anywhere(term: Term): string {
  const mark = term.field === undefined ? '' : MARK[term.field]
  if (term.isPhrase) {
    const order = inOrder(term.words.map((word) => quoted(MARK.exact + word)))
    const name = all(term.words.map((word) => quoted(MARK.author + rootOf(word))))
    // A name stands the other way round in a catalogue, and between quotes it is meant whole.
    if (term.field === 'author') return name
    // Where words stand in a field is not kept, but that they do.
    if (mark !== '') return `${order} & ${all(term.words.map((word) => quoted(mark + rootOf(word))))}`
    return term.words.length === 2 ? `(${order}) | (${name})` : order
  }
  const [word = ''] = term.words
  if (term.isPrefix) return `${quoted(mark + word)}:*`
  const root = quoted(mark + rootOf(word))
  const parts = mark === '' ? partsOf(word) : []
  return parts.length === 0 ? root : `${root} | (${all(parts.map((part) => quoted(stem(part))))})`
}

function all(terms: readonly string[]): string {
  return terms.length === 0 ? NOTHING : terms.join(' & ')
}

function inOrder(terms: readonly string[]): string {
  return terms.length === 0 ? NOTHING : terms.join(' <-> ')
}
