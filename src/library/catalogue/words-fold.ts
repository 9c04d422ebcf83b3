/**
 * Letters as they are compared: small, without accents, and the Danish ones as they are typed abroad and were written
 * before 1948, so that å, Å and aa are one, ø, ö and oe, and æ, ä and ae. Folding twice is folding once.
 */
export function fold(text: string): string {
  let folded = text
  // Taking a letter apart may bring forth one that has to be made small: two turns have always been enough.
  for (let turn = 0; turn < 4; turn++) {
    const next = foldOnce(folded)
    if (next === folded) break
    folded = next
  }
  return folded
}

function foldOnce(text: string): string {
  return text
    .normalize('NFKC')
    .toLowerCase()
    .replace(/[åæäøöœßðđþłı]/g, (letter) => LETTERS[letter] ?? letter)
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
}

const LETTERS: Readonly<Record<string, string>> = {
  å: 'aa',
  æ: 'ae',
  ä: 'ae',
  ø: 'oe',
  ö: 'oe',
  œ: 'oe',
  ß: 'ss',
  ð: 'd',
  đ: 'd',
  þ: 'th',
  ł: 'l',
  ı: 'i',
}

/** A word of a text: folded, and as it stands there in small letters, which is how it is shown to people. */
export interface Word {
  readonly folded: string
  readonly shown: string
  /** Counts from 1. Words of one compound written with a hyphen share a number with the whole. */
  readonly position: number
}

/** A lexeme of PostgreSQL may hold 2046 bytes; no word that is looked for is nearly as long. */
const LONGEST_WORD = 60

/**
 * The words of a text, in order. Initials are one word however they are set (`H.C.`, `h c`, `HC`), an English genitive is
 * part of its word, and what is joined by a hyphen is there in one word too.
 */
export function wordsOf(text: string): Word[] {
  const words: Word[] = []
  let position = 0
  for (const [joined] of clean(text).matchAll(/[\p{L}\p{N}]+(?:-[\p{L}\p{N}]+)*/gu)) {
    const parts = joined.split('-').filter((part) => part !== '')
    const first = position + 1
    for (const part of parts) {
      const word = wordOf(part, ++position)
      if (word) words.push(word)
    }
    const whole = parts.length > 1 && parts.some((part) => part.length > 1) ? wordOf(parts.join(''), first) : undefined
    if (whole) words.push(whole)
  }
  return words
}

function wordOf(text: string, position: number): Word | undefined {
  const shown = text.toLowerCase().slice(0, LONGEST_WORD)
  const folded = fold(shown)
    .replace(/[^\p{L}\p{N}]/gu, '')
    .slice(0, LONGEST_WORD)
  return folded === '' ? undefined : { folded, shown, position }
}

function clean(text: string): string {
  return (
    text
      .normalize('NFC')
      // Half of a pair of surrogates is no letter, and no database takes it.
      .replace(/\p{Surrogate}/gu, ' ')
      .replace(/(?<=[\p{L}\p{N}])['’´`](?=s(?![\p{L}\p{N}]))/giu, '')
      .replace(/[‐‑]/g, '-')
      .replace(INITIALS, (initials) => initials.replace(/[^\p{L}]/gu, ''))
  )
}

/** Two or more single letters that stand together, with full stops, spaces or hyphens between. */
const INITIALS = /(?<![\p{L}\p{N}])\p{L}\p{M}*(?:(?:\.[ -]?|[ ])\p{L}\p{M}*)+(?![\p{L}\p{N}])/gu

/** The words of a text in one line, as whole titles and names are compared. */
export function lineOf(text: string): string {
  const line: string[] = []
  let last = 0
  for (const { folded, position } of wordsOf(text)) {
    if (position > last) line.push(folded)
    last = Math.max(last, position)
  }
  return line.join(' ')
}

/** A line without the article it begins with. */
export function withoutArticle(line: string): string {
  return line.replace(/^(?:den|det|de|en|et|the|an?) (?=.)/, '')
}
