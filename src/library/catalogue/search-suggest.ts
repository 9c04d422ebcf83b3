import { sql } from '#db'
import type { Context } from '#vault'
import { fold, lineOf } from './words-fold.ts'

const SHORTEST = 2
const LONGEST = 60
const MOST = 8
/** Of those that begin with what was typed, so many are looked at for the commonest. */
const LOOKED_AT = 500

/**
 * Titles, names, series and subjects that begin with what has been typed so far, the commonest first; where there are few,
 * also what is typed with its last word completed.
 */
export async function suggest(ctx: Context, text: string): Promise<string[]> {
  const key = lineOf(text.slice(0, 300)).slice(0, LONGEST)
  if (key.length < SHORTEST) return []
  const rows = await ctx.db.prepared<{ shown: string }>(phrasesThatBegin(key))
  const found = distinct(rows.map(({ shown }) => shown))
  if (found.length >= MOST || key.length < 3) return found
  // Beside whole titles and names a lonely word is worth completing; the last of several only where nothing else is known.
  return found.length > 0 && key.includes(' ') ? found : distinct([...found, ...(await completed(ctx, text, key))])
}

function phrasesThatBegin(key: string) {
  const short = key.length === 2 ? sql`left(key, 2)` : key.length === 3 ? sql`left(key, 3)` : undefined
  if (short) {
    return sql<{
      shown: string
    }>`select shown from search_phrase where ${short} = ${key} order by titles desc limit ${MOST * 2}`
  }
  return sql<{ shown: string }>`
    select shown from (
      select shown, titles, key from search_phrase where key >= ${key} and key < ${after(key)} order by key limit ${LOOKED_AT}
    ) near order by titles desc, length(key), key limit ${MOST * 2}`
}

async function completed(ctx: Context, text: string, typed: string): Promise<string[]> {
  const last = typed.split(' ').at(-1) ?? ''
  if (last.length < 3 || /[\s"*:-]$/.test(text)) return []
  const rows = await ctx.db.prepared<{ word: string; shown: string }>(sql<{ word: string; shown: string }>`
    select word, shown from (
      select word, shown, titles from search_word where word >= ${last} and word < ${after(last)} order by word limit ${LOOKED_AT}
    ) near order by titles desc, word limit 4`)
  const before = /^(.*?)[^\s"]*$/s.exec(text.trim())?.[1] ?? ''
  return rows.map(({ shown }) => `${before}${shown}`)
}

/** What comes after everything that begins so. */
function after(key: string): string {
  return `${key}\u{10ffff}`
}

function distinct(texts: readonly string[]): string[] {
  return [...new Map(texts.toReversed().map((text) => [fold(text), text])).values()].toReversed().slice(0, MOST)
}
