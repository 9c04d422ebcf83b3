// MARC-8 to Unicode, for what occurs in Western records: ASCII, ANSEL with its combining marks, and the three small
// symbol sets (Greek letters, subscript, superscript). Written here because npm has nothing to lean on: `marc8` 0.0.4 has
// one release, brings 830 kB of East Asian tables, and calls the deprecated `new Buffer` and `uniList.append`, which no
// array has. A set we do not know yields U+FFFD and a problem to show, never a guess.

export interface Decoded {
  readonly text: string
  /** Sets and bytes that could not be decoded, in English; empty when all went well. */
  readonly problems: readonly string[]
}

/** Spacing characters of ANSEL, byte by byte from 0xA1 to 0xCF; a space stands for a byte that ANSEL leaves undefined. */
const ANSEL_FROM_A1 =
  '\u0141\u00d8\u0110\u00de\u00c6\u0152\u02b9\u00b7\u266d\u00ae\u00b1\u01a0\u01af\u02bc ' +
  '\u02bb\u0142\u00f8\u0111\u00fe\u00e6\u0153\u02ba\u0131\u00a3\u00f0 \u01a1\u01b0  ' +
  '\u00b0\u2113\u2117\u00a9\u266f\u00bf\u00a1\u00df\u20ac       '

/** Combining marks of ANSEL from 0xE0 to 0xFE. Ligature and double tilde come as two halves; Unicode has one mark. */
const MARKS_FROM_E0 =
  '\u0309\u0300\u0301\u0302\u0303\u0304\u0306\u0307\u0308\u030c\u030a\u0361 \u0315\u030b\u0310' +
  '\u0327\u0328\u0323\u0324\u0325\u0333\u0332\u0326\u031c\u032e\u0360   \u0313'
const SECOND_HALVES = new Set([0xec, 0xfb])

const SYMBOLS: Readonly<Record<string, Readonly<Record<string, string>>>> = {
  g: { a: '\u03b1', b: '\u03b2', c: '\u03b3' },
  b: symbolRow(
    '()+-0123456789',
    '\u208d\u208e\u208a\u208b\u2080\u2081\u2082\u2083\u2084\u2085\u2086\u2087\u2088\u2089',
  ),
  p: symbolRow(
    '()+-0123456789',
    '\u207d\u207e\u207a\u207b\u2070\u00b9\u00b2\u00b3\u2074\u2075\u2076\u2077\u2078\u2079',
  ),
}

const LONE_ACCENT = 'an accent without a letter, as in Latin-1 text that was marked MARC-8'

/** Decodes one subfield; escape sequences do not reach past it. The text is NFC. */
export function decodeMarc8(bytes: Uint8Array): Decoded {
  const problems = new Set<string>()
  let g0 = 'B'
  let g1 = 'E'
  let text = ''
  let marks = ''
  for (let at = 0; at < bytes.length; ) {
    const byte = bytes[at]!
    if (byte === 0x1b) {
      const shift = readEscape(bytes, at)
      if (shift.into === 'g0') g0 = shift.set
      if (shift.into === 'g1') g1 = shift.set
      if (shift.into === null) problems.add('an escape sequence of MARC-8 that is broken')
      at = shift.next
      continue
    }
    if (byte <= 0x20 || (byte >= 0x7f && byte <= 0xa0)) {
      at++
      // 0x88 and 0x89 enclose words that are skipped in filing, 0x8D and 0x8E join letters; none of them is read aloud.
      if (byte >= 0x80) continue
      if (marks !== '') problems.add(LONE_ACCENT)
      text += marks + String.fromCharCode(byte)
      marks = ''
      continue
    }
    const set = byte < 0x80 ? g0 : g1
    if (set === 'E' && (byte | 0x80) >= 0xe0) {
      at++
      if (SECOND_HALVES.has(byte | 0x80)) continue
      const mark = MARKS_FROM_E0[(byte | 0x80) - 0xe0]
      if (mark === undefined || mark === ' ') problems.add(`byte 0x${hex(byte)}, which MARC-8 does not define`)
      else marks += mark
      continue
    }
    const character = lookUp(set, byte)
    if (character === undefined) {
      problems.add(
        isKnown(set)
          ? `byte 0x${hex(byte)}, which MARC-8 does not define`
          : `characters of the MARC-8 set "${set}", which Kvit does not read`,
      )
    }
    // In MARC-8 a mark stands before its letter, in Unicode behind it.
    text += (character ?? '\ufffd') + marks
    marks = ''
    at += set === '1' ? 3 : 1
  }
  if (marks !== '') problems.add(LONE_ACCENT)
  return { text: text.normalize('NFC'), problems: [...problems] }
}

function isKnown(set: string): boolean {
  return set === 'B' || set === 'E' || set in SYMBOLS
}

function lookUp(set: string, byte: number): string | undefined {
  const low = String.fromCharCode(byte & 0x7f)
  if (set === 'B') return low
  if (set !== 'E') return SYMBOLS[set]?.[low]
  const character = ANSEL_FROM_A1[(byte | 0x80) - 0xa1]
  return character === ' ' ? undefined : character
}

function readEscape(bytes: Uint8Array, at: number): { into: 'g0' | 'g1' | null; set: string; next: number } {
  const [first, second, third, fourth] = [1, 2, 3, 4].map((step) => String.fromCharCode(bytes[at + step] ?? 0))
  // The short form, for the symbol sets, and "s" which goes back to ASCII.
  if (first === 's') return { into: 'g0', set: 'B', next: at + 2 }
  if (first! in SYMBOLS) return { into: 'g0', set: first!, next: at + 2 }
  const wide = first === '$'
  const shift = wide ? second : first
  const [set, more, length] = wide ? [third, fourth, 4] : [second, third, 3]
  if (wide && second! >= '0' && second! <= '~') return { into: 'g0', set: second!, next: at + 3 }
  const into = shift === '(' || shift === ',' ? 'g0' : shift === ')' || shift === '-' ? 'g1' : null
  if (into === null) return { into, set: '', next: at + 1 }
  // ANSEL is written with an intermediate character: "!E".
  return set === '!' ? { into, set: more!, next: at + length + 1 } : { into, set: set!, next: at + length }
}

function symbolRow(from: string, to: string): Record<string, string> {
  return Object.fromEntries([...from].map((character, index) => [character, to[index]!]))
}

function hex(byte: number): string {
  return byte.toString(16).toUpperCase()
}
