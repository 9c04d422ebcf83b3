/** How a word sounds, roughly: what Danes double, leave out or take for another letter is made one. Folded words. */
export function soundOf(word: string): string {
  let sound = word
  for (const [letters, instead] of SOUNDS) sound = sound.replace(letters, instead)
  return sound
}

const SOUNDS: readonly [RegExp, string][] = [
  [/^hv/, 'v'],
  [/^hj/, 'j'],
  [/ph/g, 'f'],
  [/sch/g, 'sk'],
  [/ck|q(?=u)|c(?![eiyh])/g, 'k'],
  [/ch/g, 'k'],
  [/c|z/g, 's'],
  [/w/g, 'v'],
  [/x/g, 'ks'],
  [/th|dt/g, 't'],
  [/gj/g, 'g'],
  [/kj/g, 'k'],
  [/(?<=[lnr])d/g, ''],
  [/ae/g, 'e'],
  [/aa/g, 'o'],
  [/oe/g, 'o'],
  [/ej|eg(?=[nl])|aj|ei|ai/g, 'ai'],
  [/h/g, ''],
  [/y/g, 'i'],
  [/(.)\1+/g, '$1'],
]

const SHORTEST = 3
const LONGEST = 30

/**
 * The numbers under which a word is kept to be found when it is misspelt: itself and all that is left of it when one
 * letter goes, and the same of how it sounds. Two words with one wrong, missing, superfluous or swapped letter between
 * them have one in common.
 */
export function nearKeys(word: string): number[] {
  if (word.length < SHORTEST || word.length > LONGEST) return []
  const keys = new Set<number>()
  for (const [mark, text] of [
    ['', word],
    ['~', soundOf(word)],
  ] as const) {
    keys.add(hash(mark + text))
    for (let at = 0; at < text.length; at++) keys.add(hash(mark + text.slice(0, at) + text.slice(at + 1)))
  }
  return [...keys]
}

/** FNV-1a, as a signed number of 32 bits. */
function hash(text: string): number {
  let value = 0x811c9dc5
  for (let at = 0; at < text.length; at++) value = Math.imul(value ^ text.charCodeAt(at), 0x01000193)
  return value | 0
}

/** How many letters are wrong, missing, too many or swapped; `most + 1` when more than that. */
export function distance(a: string, b: string, most = 3): number {
  if (Math.abs(a.length - b.length) > most) return most + 1
  let before: number[] = []
  let above = Array.from({ length: b.length + 1 }, (_, column) => column)
  for (let row = 1; row <= a.length; row++) {
    const here = [row]
    for (let column = 1; column <= b.length; column++) {
      const cost = a[row - 1] === b[column - 1] ? 0 : 1
      let least = Math.min(at(above, column) + 1, at(here, column - 1) + 1, at(above, column - 1) + cost)
      const isSwapped = row > 1 && column > 1 && a[row - 1] === b[column - 2] && a[row - 2] === b[column - 1]
      if (isSwapped) least = Math.min(least, at(before, column - 2) + 1)
      here.push(least)
    }
    before = above
    above = here
  }
  return Math.min(at(above, b.length), most + 1)
}

function at(row: readonly number[], column: number): number {
  return row[column] ?? 0
}
