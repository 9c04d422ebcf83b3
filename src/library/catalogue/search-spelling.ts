import { sql } from '#db'
import type { Context } from '#vault'
import { INDEX_ONLY } from './search-match.ts'
import { distance, nearKeys, soundOf } from './search-near.ts'
import { isWeak, type Query, type Term } from './search-query.ts'
import { rootOf } from './words-compound.ts'

interface Candidate {
  readonly word: string
  readonly shown: string
  readonly titles: number
}

const MOST_CANDIDATES = 400
const MOST_READINGS = 4

/**
 * What somebody may have meant whose words no title has together: other readings of the query, the likeliest first. Words
 * that no title knows are put right; when all are known, one of them at a time.
 */
export async function otherReadings(ctx: Context, query: Query): Promise<Query[]> {
  const words = [
    ...new Set(query.terms.filter((term) => !term.isExcluded && !isWeak(term)).flatMap(({ words }) => words)),
  ]
  if (words.length === 0) return []
  const [unknown, candidates, halves, wholes] = await Promise.all([
    unknownAmong(ctx, words),
    candidatesFor(ctx, words),
    halvesOf(ctx, words),
    wholesOf(ctx, query),
  ])
  if (wholes.length > 0) return wholes
  const near = new Map(words.map((word) => [word, best(word, candidates)]))
  if (unknown.size > 0) {
    const choices = new Map([...unknown].map((word) => [word, readingsOf(near.get(word) ?? [], halves.get(word))]))
    const most = Math.max(...[...choices.values()].map(({ length }) => length))
    if (most === 0) return []
    return Array.from({ length: Math.min(most, MOST_READINGS) }, (_, choice) => {
      const changes = [...choices].flatMap(([word, readings]) => {
        const chosen = readings[Math.min(choice, readings.length - 1)]
        return chosen ? [[word, chosen] as const] : []
      })
      return changed(query, new Map(changes))
    })
  }
  return words
    .flatMap((word) => (near.get(word) ?? []).slice(0, 2).map((candidate) => ({ word, candidate })))
    .slice(0, MOST_READINGS)
    .map(({ word, candidate }) => changed(query, new Map([[word, [candidate]]])))
}

/** The query as one would type it. */
export function textOf(query: Query): string {
  const names = { title: 'titel', author: 'forfatter', series: 'serie', subject: 'emne' } as const
  let last: Term['field']
  return query.terms
    .map(({ field, isExcluded, isPhrase, isPrefix, typed }) => {
      const name = field !== undefined && (field !== last || isPhrase) ? `${names[field]}:` : ''
      last = field
      return `${isExcluded ? '-' : ''}${name}${isPhrase ? `"${typed}"` : typed}${isPrefix ? '*' : ''}`
    })
    .join(' ')
}

/** Those of which no title has any form. */
async function unknownAmong(ctx: Context, words: readonly string[]): Promise<Set<string>> {
  const rows = await ctx.db.all<{ root: string }>(
    sql`select distinct root from search_word where root = any(${words.map(rootOf)}::text[])`,
  )
  const known = new Set(rows.map(({ root }) => root))
  return new Set(words.filter((word) => !known.has(rootOf(word))))
}

function candidatesFor(ctx: Context, words: readonly string[]): Promise<Candidate[]> {
  const keys = words.flatMap(nearKeys)
  if (keys.length === 0) return Promise.resolve([])
  const nearest = sql<Candidate>`
    with near as materialized (
      -- Apart, or a limit would make the planner read the table from its beginning.
      select word, shown, titles from search_word where near && ${keys}::int[])
    select word, shown, titles from near order by titles desc limit ${MOST_CANDIDATES}`
  // Of many keys the planner believes that they fit most words, and would read every one.
  return ctx.db.transact((db) => db.all(nearest), INDEX_ONLY)
}

/** Two words written as one: `harrypotter`. */
async function halvesOf(ctx: Context, words: readonly string[]): Promise<Map<string, Candidate[]>> {
  const cuts = words.flatMap((word) =>
    Array.from(
      { length: Math.max(0, word.length - 3) },
      (_, at) => [word, word.slice(0, at + 2), word.slice(at + 2)] as const,
    ),
  )
  if (cuts.length === 0) return new Map()
  const parts = [...new Set(cuts.flatMap(([, first, second]) => [first, second]))]
  const rows = await ctx.db.all<Candidate>(
    sql`select word, shown, titles from search_word where word = any(${parts}::text[])`,
  )
  const known = new Map(rows.map((row) => [row.word, row]))
  const found = new Map<string, Candidate[]>()
  for (const [word, first, second] of cuts) {
    const [a, b] = [known.get(first), known.get(second)]
    if (!a || !b) continue
    const before = found.get(word)
    const worth = Math.min(a.titles, b.titles)
    if (!before || worth > Math.min(...before.map(({ titles }) => titles))) found.set(word, [a, b])
  }
  return found
}

/** One word written as two or three: `frugt træer`. */
async function wholesOf(ctx: Context, query: Query): Promise<Query[]> {
  const runs = query.terms.flatMap((_, from) =>
    [3, 2].flatMap((count) => {
      const run = query.terms.slice(from, from + count)
      const isPlain =
        run.length === count && run.every((term) => !term.isExcluded && !term.isPhrase && term.field === run[0]?.field)
      return isPlain ? [{ from, count, word: run.flatMap(({ words }) => words).join('') }] : []
    }),
  )
  if (runs.length === 0) return []
  const rows = await ctx.db.all<Candidate>(
    sql`select word, shown, titles from search_word where word = any(${runs.map(({ word }) => word)}::text[])`,
  )
  const known = new Map(rows.map((row) => [row.word, row]))
  return runs.flatMap(({ from, count, word }) => {
    const [whole, first] = [known.get(word), query.terms[from]]
    if (!whole || !first) return []
    const terms = query.terms.toSpliced(from, count, { ...first, words: [word], typed: whole.shown, isPrefix: false })
    return [{ terms, numbers: [] }]
  })
}

function readingsOf(near: readonly Candidate[], cut: readonly Candidate[] | undefined): (readonly Candidate[])[] {
  return [...near.slice(0, 1).map((each) => [each]), ...(cut ? [cut] : []), ...near.slice(1).map((each) => [each])]
}

/** Those near enough, the nearest first, and of equals the one in most titles. */
function best(word: string, candidates: readonly Candidate[]): Candidate[] {
  const sound = soundOf(word)
  const most = word.length <= 4 ? 1 : word.length <= 8 ? 2 : 3
  return candidates
    .flatMap((candidate) => {
      if (candidate.word === word || Math.abs(candidate.word.length - word.length) > most + 1) return []
      const letters = distance(word, candidate.word, most + 1)
      if (letters > most + 1) return []
      const sounds = distance(sound, soundOf(candidate.word), most)
      if (letters > most && sounds > 1) return []
      // People seldom miss the first letter, and seldom mistake how a word sounds.
      const first = candidate.word[0] === word[0] ? 0 : 0.6
      return [{ candidate, far: (letters + sounds) / 2 + first - Math.log10(candidate.titles + 1) / 4 }]
    })
    .sort((a, b) => a.far - b.far)
    .map(({ candidate }) => candidate)
}

function changed(query: Query, changes: ReadonlyMap<string, readonly Candidate[]>): Query {
  const terms = query.terms.flatMap((term): Term[] => {
    if (term.isExcluded || !term.words.some((word) => changes.has(word))) return [term]
    const now = term.words.flatMap((word) => changes.get(word) ?? [{ word, shown: word, titles: 0 }])
    if (term.isPhrase)
      return [{ ...term, words: now.map(({ word }) => word), typed: now.map(({ shown }) => shown).join(' ') }]
    return now.map(({ word, shown }) => ({ ...term, words: [word], typed: shown, isPrefix: false }))
  })
  return { terms, numbers: [] }
}
