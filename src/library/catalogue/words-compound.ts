import { COMPOUNDING } from './words-danish.ts'
import { fold } from './words-fold.ts'
import { WEAK } from './words-irregular.ts'
import { stem } from './words-stem.ts'

/** Whether a folded word is one that stands by itself: in our list always, elsewhere because the catalogue has it. */
export type Known = (word: string) => boolean

const SHORTEST_COMPOUND = 6
const SHORTEST_PART = 3
/** Shorter words of the catalogue, in whatever language, end others by chance. */
export const SHORTEST_KNOWN_PART = 4
const LONGEST_COMPOUND = 40
const MOST_PARTS = 4

/** From the stem of each word of our list to how long its shortest form there is: `led` is no form of `leder`. */
const OURS: ReadonlyMap<string, number> = new Map(
  COMPOUNDING.map(fold)
    .toSorted((a, b) => b.length - a.length)
    .map((word) => [stem(word), word.length]),
)

export function isOurs(word: string): boolean {
  return word.length >= (OURS.get(stem(word)) ?? Number.POSITIVE_INFINITY)
}

/** What the forms of a word have in common, compounds with irregular words in them too: `børnebøger` is `barnbog`. */
export function rootOf(word: string): string {
  const parts = partsOf(word)
  return parts.length > 0 ? parts.map(stem).join('') : stem(word)
}

/**
 * The words a compound is made of: `børnebøger` of `børne` and `bøger`, `landsbydegn` of `landsby` and `degn`. Of several
 * ways the one with the fewest words, and of these the one whose last word is longest. Nothing when it is no compound.
 */
export function partsOf(word: string, known?: Known): readonly string[] {
  const found = cuts.get(word) ?? cut(word, () => false)
  // Words of a catalogue come again and again; what people type does not, and must not fill the memory.
  if (cuts.size > MOST_REMEMBERED) cuts.clear()
  cuts.set(word, found)
  return found.length === 0 && known ? cut(word, known) : found
}

const MOST_REMEMBERED = 50_000
const cuts = new Map<string, readonly string[]>()

function cut(word: string, known: Known): string[] {
  if (word.length < SHORTEST_COMPOUND || word.length > LONGEST_COMPOUND || /\d/.test(word)) return []
  const best: (string[] | undefined)[] = []
  best[word.length] = []
  for (let from = word.length - SHORTEST_PART; from >= 0; from--) {
    for (let to = word.length; to >= from + SHORTEST_PART; to--) {
      const rest = best[to]
      // A compound may stand in our list whole, and is made of words all the same.
      if (!rest || rest.length >= MOST_PARTS || (from === 0 && to === word.length)) continue
      const part = partIn(word.slice(from, to), to === word.length, known)
      if (part === undefined) continue
      const found = best[from]
      if (!found || rest.length + 1 < found.length) best[from] = [part, ...rest]
    }
  }
  const parts = best[0] ?? []
  return parts.length > 1 ? parts : []
}

/** The word that a part of a compound is, without the letter that binds it to the next. */
function partIn(part: string, isLast: boolean, known: Known): string | undefined {
  const bare = isLast ? [part] : [part, ...(/[se]$/.test(part) ? [part.slice(0, -1)] : [])]
  return bare.find((each) => each.length >= SHORTEST_PART && !WEAK.has(each) && (isOurs(each) || isKnown(each, known)))
}

function isKnown(word: string, known: Known): boolean {
  return word.length >= SHORTEST_KNOWN_PART && known(word)
}

/** What the catalogue must be asked about before a word can be cut: its beginnings and ends that are long enough. */
export function candidatesIn(word: string): string[] {
  if (word.length < SHORTEST_COMPOUND || word.length > LONGEST_COMPOUND || /\d/.test(word)) return []
  const candidates = new Set<string>()
  for (let at = SHORTEST_PART; at <= word.length - SHORTEST_PART; at++) {
    for (const part of [word.slice(0, at), word.slice(at)]) {
      if (part.length >= SHORTEST_KNOWN_PART && !isOurs(part)) candidates.add(part)
    }
    if (/[se]/.test(word[at - 1] ?? '') && at > SHORTEST_KNOWN_PART) candidates.add(word.slice(0, at - 1))
  }
  return [...candidates]
}
