import type { TitleId } from '#core'
import { sql, transact } from '#db'
import type { Context } from '#vault'
import { ANALYSIS, type Analysed, analyse, compoundCandidates, MARK, type Searchable } from './search-analyse.ts'
import { nearKeys } from './search-near.ts'
import { ELSEWHERE } from './tables.ts'
import { rootOf } from './words-compound.ts'
import { WEAK } from './words-irregular.ts'

type Indexed = Searchable & { readonly id: TitleId; readonly dk5: string | null }

/** What a title was found and suggested by before, as far as it has been indexed. */
interface Before {
  readonly title_id: TitleId
  readonly words: string[]
  readonly phrases: string[]
}

const AT_A_TIME = 500
/** A word of the catalogue is a part of compounds once so many titles have it: what stands in one may be a misprint. */
const TITLES_OF_A_PART = 2

/**
 * Makes titles findable as they now stand, and no longer those that are withdrawn. In the transaction that has written
 * them, so that search never tells of a title that is not there, and never misses one that is.
 */
export async function indexTitles(ctx: Context, ids: readonly TitleId[]): Promise<void> {
  await transact(ctx, async (ctx) => {
    for (let from = 0; from < ids.length; from += AT_A_TIME) await indexSome(ctx, ids.slice(from, from + AT_A_TIME))
  })
}

const IS_FOUND = sql`t.withdrawn_at is null and t.source <> ${ELSEWHERE}`

/**
 * Analyses every title anew whose analysis is older than ours; with `all`, each. In batches, so that whatever stops it,
 * what is done is done. Tells after each batch how many are done.
 */
export async function reindex(
  ctx: Context,
  { all = false, progress }: { readonly all?: boolean; readonly progress?: (done: number, of: number) => void } = {},
): Promise<number> {
  const isOld = all
    ? sql`true`
    : sql`not exists (select from title_search s where s.title_id = t.id and s.analysis = ${ANALYSIS})`
  const { count } = await ctx.db.one<{ count: number }>(
    sql`select count(*)::int as count from title t where ${IS_FOUND} and ${isOld}`,
  )
  let done = 0
  let last: TitleId | undefined
  for (;;) {
    const after: TitleId | undefined = last
    const ids = await transact(ctx, async (ctx) => {
      const rows = await ctx.db.all<{ id: TitleId }>(
        sql`select t.id from title t where ${IS_FOUND} and ${isOld} and (${after ?? null}::uuid is null or t.id > ${after ?? null})
          order by t.id limit ${AT_A_TIME}`,
      )
      await indexSome(
        ctx,
        rows.map(({ id }) => id),
      )
      return rows
    })
    last = ids.at(-1)?.id
    if (last === undefined) return done
    done += ids.length
    progress?.(done, Math.max(done, count))
  }
}

/** How often titles have been lent lately, from counters that are nobody's; it moves a title a little among its equals. */
export async function setPopularity(
  ctx: Context,
  loans: readonly { readonly title_id: TitleId; readonly loans: number }[],
): Promise<void> {
  await ctx.db.run(sql`
    with lent as (
      select id, least(12, floor(log(2, 1 + loans)))::smallint as popularity
      from unnest(${loans.map(({ title_id }) => title_id)}::uuid[], ${loans.map(({ loans }) => loans)}::int[]) as n (id, loans)
      where loans > 0
    ), wanted as (
      select s.title_id, coalesce(lent.popularity, 0) as popularity
      from title_search s left join lent on lent.id = s.title_id
      where s.popularity <> coalesce(lent.popularity, 0)
    )
    update title_search s set popularity = wanted.popularity from wanted where s.title_id = wanted.title_id`)
}

async function indexSome(ctx: Context, ids: readonly TitleId[]): Promise<void> {
  if (ids.length === 0) return
  const titles = await ctx.db.all<Indexed>(sql`
    select id, record_id, title, subtitle, author, contributors, publisher, year, language, isbn, dk5, subjects, material,
      audience, series
    from title t where id = any(${ids}::uuid[]) and ${IS_FOUND} order by id for no key update`)
  const before = await ctx.db.all<Before>(sql`
    select title_id, phrases, array(
      select substr(lexeme, 2) from unnest(tsvector_to_array(lexemes)) as lexeme where starts_with(lexeme, ${MARK.exact})
    ) as words
    from title_search where title_id = any(${ids}::uuid[])`)
  const there = new Set(titles.map(({ id }) => id))
  const gone = ids.filter((id) => !there.has(id))
  if (gone.length > 0) await ctx.db.run(sql`delete from title_search where title_id = any(${gone}::uuid[])`)
  const known = await knownWords(ctx, titles)
  const analysed = titles.map((title) => ({ title, result: analyse(title, known) }))
  if (analysed.length > 0) await writeRows(ctx, analysed)
  await countWords(ctx, before, analysed)
  await countPhrases(ctx, before, analysed)
}

async function knownWords(ctx: Context, titles: readonly Indexed[]): Promise<(word: string) => boolean> {
  const asked = [...new Set(titles.flatMap(compoundCandidates))].filter((word) => !WEAK.has(word))
  if (asked.length === 0) return () => false
  const rows = await ctx.db.all<{ word: string }>(
    sql`select word from search_word where word = any(${asked}::text[]) and titles >= ${TITLES_OF_A_PART}`,
  )
  const known = new Set(rows.map(({ word }) => word))
  return (word) => known.has(word)
}

interface Result {
  readonly title: Indexed
  readonly result: Analysed
}

async function writeRows(ctx: Context, rows: readonly Result[]): Promise<void> {
  const of = <T>(value: (row: Result) => T) => rows.map(value)
  await ctx.db.run(sql`
    insert into title_search (title_id, lexemes, title_words, sort_title, work, material, language, audience, year, dk5,
      author, series, phrases, analysis)
    select title_id, lexemes::tsvector, title_words, sort_title, work, material, language, audience, year, dk5, author,
      series, string_to_array(phrases, chr(31)), ${ANALYSIS}
    from unnest(${of(({ title }) => title.id)}::uuid[], ${of(({ result }) => result.lexemes)}::text[],
      ${of(({ result }) => Math.min(result.title_words, 1000))}::int[], ${of(({ result }) => result.sort_title)}::text[],
      ${of(({ result }) => result.work)}::text[], ${of(({ title }) => title.material)}::text[],
      ${of(({ title }) => title.language)}::text[], ${of(({ title }) => title.audience)}::text[],
      ${of(({ title }) => title.year)}::int[], ${of(({ title }) => mainClass(title.dk5))}::text[],
      ${of(({ title }) => title.author)}::text[], ${of(({ title }) => title.series)}::text[],
      ${of(({ result }) => result.phrases.map(({ kind, key }) => `${kind}/${key}`).join('\u001f'))}::text[])
      as n (title_id, lexemes, title_words, sort_title, work, material, language, audience, year, dk5, author, series,
        phrases)
    on conflict (title_id) do update set
      lexemes = excluded.lexemes, title_words = excluded.title_words, sort_title = excluded.sort_title,
      work = excluded.work, material = excluded.material, language = excluded.language, audience = excluded.audience,
      year = excluded.year, dk5 = excluded.dk5, author = excluded.author, series = excluded.series,
      phrases = excluded.phrases, analysis = excluded.analysis`)
}

/** The two digits a class begins with, or `sk` for fiction. */
function mainClass(dk5: string | null): string | null {
  return /^(?:\d\d|sk)/i.exec(dk5 ?? '')?.[0].toLowerCase() ?? null
}

/** How often each thing is there more than before, or less. */
class Difference {
  readonly #by = new Map<string, number>()

  add(things: Iterable<string>, by: 1 | -1): void {
    for (const thing of new Set(things)) this.#by.set(thing, (this.#by.get(thing) ?? 0) + by)
  }

  /** In the order of their names, so that two who write at once do not wait for each other crosswise. */
  changes(): [string, number][] {
    return [...this.#by].filter(([, by]) => by !== 0).sort(([a], [b]) => (a < b ? -1 : 1))
  }
}

async function countWords(ctx: Context, before: readonly Before[], after: readonly Result[]): Promise<void> {
  const difference = new Difference()
  const shown = new Map<string, string>()
  for (const { words } of before) difference.add(words, -1)
  for (const { result } of after) {
    difference.add(result.words.keys(), 1)
    for (const [word, text] of result.words) shown.set(word, text)
  }
  const changes = difference.changes()
  if (changes.length === 0) return
  await ctx.db.run(sql`
    insert into search_word (word, root, shown, titles, near)
    select word, root, shown, titles, string_to_array(near, ',')::int[]
    from unnest(${changes.map(([word]) => word)}::text[], ${changes.map(([word]) => rootOf(word))}::text[], ${changes.map(([word]) => shown.get(word) ?? word)}::text[],
      ${changes.map(([, by]) => by)}::int[], ${changes.map(([word]) => nearKeys(word).join(','))}::text[])
      as n (word, root, shown, titles, near)
    on conflict (word) do update set titles = search_word.titles + excluded.titles`)
  const fewer = changes.filter(([, by]) => by < 0).map(([word]) => word)
  if (fewer.length > 0)
    await ctx.db.run(sql`delete from search_word where word = any(${fewer}::text[]) and titles <= 0`)
}

async function countPhrases(ctx: Context, before: readonly Before[], after: readonly Result[]): Promise<void> {
  const difference = new Difference()
  const shown = new Map<string, string>()
  for (const { phrases } of before) difference.add(phrases, -1)
  for (const { result } of after) {
    difference.add(
      result.phrases.map(({ kind, key }) => `${kind}/${key}`),
      1,
    )
    for (const { kind, key, shown: text } of result.phrases) shown.set(`${kind}/${key}`, text)
  }
  const changes = difference.changes()
  if (changes.length === 0) return
  const cut = (phrase: string): [string, string] => {
    const at = phrase.indexOf('/')
    return [phrase.slice(0, at), phrase.slice(at + 1)]
  }
  await ctx.db.run(sql`
    insert into search_phrase (kind, key, shown, titles)
    select kind, key, shown, titles
    from unnest(${changes.map(([phrase]) => cut(phrase)[0])}::text[], ${changes.map(([phrase]) => cut(phrase)[1])}::text[],
      ${changes.map(([phrase]) => shown.get(phrase) ?? '')}::text[], ${changes.map(([, by]) => by)}::int[])
      as n (kind, key, shown, titles)
    on conflict (key, kind) do update set titles = search_phrase.titles + excluded.titles`)
  const fewer = changes.filter(([, by]) => by < 0).map(([phrase]) => phrase)
  if (fewer.length === 0) return
  await ctx.db.run(
    sql`delete from search_phrase where titles <= 0 and (key, kind) in (
      select substr(p, strpos(p, '/') + 1), split_part(p, '/', 1) from unnest(${fewer}::text[]) as p)`,
  )
}
