import { fold } from './words-fold.ts'
import { INFLECTED } from './words-irregular.ts'

/**
 * What a Danish word's forms have in common: `konge`, `kongens` and `kongerne` are `kong`. Takes folded words. Whatever
 * the rules would get wrong stands in the list of irregular words, which comes first. Two words may share a stem, such as
 * `hav` and `have`: whoever ranks asks for the word itself too.
 */
export function stem(word: string): string {
  const known = stems.get(word)
  if (known !== undefined) return known
  const found = FORMS.get(word) ?? byRules(word)
  // Words of a catalogue come again and again; what people type does not, and must not fill the memory.
  if (stems.size > MOST_REMEMBERED) stems.clear()
  stems.set(word, found)
  return found
}

const MOST_REMEMBERED = 100_000
const stems = new Map<string, string>()

const ENDINGS = ['erne', 'eren', 'eret', 'ede', 'ende', 'ere', 'ene', 'er', 'en', 'et', 'es', 'e'] as const

/** What must be left of a word when its ending goes; `legende` is no form of `leg`. */
const LEAST: Readonly<Record<string, number>> = { ende: 4, ede: 4, ere: 4, ene: 3 }

function byRules(word: string): string {
  if (/\d/.test(word) || word.length < 4) return word
  return FORMS.get(withoutGenitive(word)) ?? withoutList(word)
}

function withoutList(word: string): string {
  if (word.length < 4) return word
  const base = withoutGenitive(word)
  const ending = ENDINGS.find((each) => base.endsWith(each) && canLose(base, each.length, LEAST[each] ?? 3))
  return levelled(ending ? base.slice(0, -ending.length) : base)
}

function canLose(word: string, count: number, least: number): boolean {
  const left = word.slice(0, -count)
  // Behind a vowel only what is put to longer words from elsewhere: `zebraer`, `sofaen`.
  const isOpen = /[aiou]$/.test(left) && left.length >= 4 && count < 5
  return left.length >= least && /[aeiouy]/.test(left) && (isOpen || /[^aeiou]$/.test(left))
}

function withoutGenitive(word: string): string {
  return /(?:[bcdfghjklmnprtvwz]|[^aeiou]e|[aio])s$/.test(word) && word.length > 4 ? word.slice(0, -1) : word
}

/** What happens to the end of a word when an ending is put to it: `kat`, `katten`; `cykel`, `cykler`; `vinter`, `vintre`. */
function levelled(stemmed: string): string {
  return stemmed
    .replace(/([bdfgklmnprst])\1$/, '$1')
    .replace(/^(.{2,}[bdfgkmnprstv])el$/, '$1l')
    .replace(/([bdfgkmnprst])\1l$/, '$1l')
    .replace(/^(.{2,}[bdgkpt])r$/, '$1')
    .replace(/^(.{2,}m)r$/, '$1')
    .replace(/^(.{3,}[dgv])n$/, '$1')
    .replace(/(d|ig)t$/, '$1')
}

/** From each form of an irregular word to what all its forms are known by. */
const FORMS: ReadonlyMap<string, string> = new Map(
  INFLECTED.flatMap((line) => {
    const [lemma = '', ...forms] = line.split(' ').map(fold)
    const all = [lemma, ...forms]
    // Where the rules agree on the word itself they may meet forms that are not listed: `løberen` beside `løb`.
    const root = lemma.endsWith('e') ? withoutList(lemma) : lemma
    return [...all, ...all.map((form) => `${form}s`)].map((form): [string, string] => [form, root])
  }).reverse(),
)
