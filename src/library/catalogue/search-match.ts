import { type BranchId, realClock, type TitleId } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'
import { MARK, quoted } from './search-analyse.ts'
import { type Compiled, NOTHING } from './search-query.ts'

/** What narrows a search, one value of each at most. */
export interface Facets {
  readonly material?: string | undefined
  readonly language?: string | undefined
  readonly audience?: string | undefined
  /** The main class: two digits, or `sk`. */
  readonly dk5?: string | undefined
  readonly author?: string | undefined
  readonly series?: string | undefined
  readonly yearFrom?: number | undefined
  readonly yearTo?: number | undefined
  /** With an item on the shelf there now. */
  readonly branch?: BranchId | undefined
}

export const SEARCH_SORTS = ['relevance', 'newest', 'oldest', 'title', 'author', 'popular'] as const
export type SearchSort = (typeof SEARCH_SORTS)[number]

export const FACET_NAMES = ['material', 'language', 'audience', 'dk5', 'author', 'series', 'year', 'branch'] as const
export type FacetName = (typeof FACET_NAMES)[number]

/**
 * What one more choice would leave, the commonest first; years come in decades, named by their first. Where very many match,
 * how many are on the shelf of a branch is not counted.
 */
export type FacetCounts = Readonly<
  Record<FacetName, readonly { readonly value: string; readonly titles: number | undefined }[]>
>

/** What is asked of the index. */
export interface Wanted {
  readonly compiled: Compiled
  /** In place of `compiled.all`, when less is asked than what was typed. */
  readonly all: string
  readonly numbers: readonly string[]
  /** The title of the item with the barcode that was typed. */
  readonly title: TitleId | undefined
  readonly facets: Facets
  readonly sort: SearchSort
}

export interface Match {
  /** Counted up to {@link MOST_COUNTED}. */
  readonly total: number
  readonly ids: readonly TitleId[]
  readonly facets: FacetCounts
}

export const MOST_COUNTED = 5_000
/** So far one can turn pages; further on nobody looks, and another word helps more. */
export const MOST_SHOWN = 500
const MOST_OF_A_FACET = 12
/** So many are ranked one by one. */
const MOST_RANKED = 500
const MOST_OF_A_TIER = 200
/** Of more than these, what they can be narrowed by is found from some of them, and not counted. */
const MOST_GROUPED = 500
/** Of very many it is not told how many are in at a branch, only that there are some. */
const MOST_SHELVED = 100

/** Finds, ranks and counts in one statement. */
export async function match(ctx: Context, wanted: Wanted, needed: number): Promise<Match> {
  const key = JSON.stringify([ctx.agency, wanted])
  const kept = remembered(ctx).find(key)
  if (kept) return kept
  // A planner that takes a lexeme for a common one would read the whole table for the first few that have it.
  const found = await ctx.db.transact((db) => ask({ ...ctx, db }, wanted, needed), INDEX_ONLY)
  if (found.total > MOST_RANKED) remembered(ctx).keep(key, found)
  return found
}

/** What is looked for has an index, whatever the planner thinks of how many it fits. */
export const INDEX_ONLY = 'begin read only; set local enable_seqscan = off'

interface Row {
  readonly part: 'hit' | 'total' | FacetName
  readonly key: string | null
  readonly n: number
}

/** What has few matches is ranked and counted whole; of what has many, those that fit best are ranked. */
async function ask(ctx: Context, wanted: Wanted, needed: number): Promise<Match> {
  if (!(await hasMany(ctx, wanted))) return read(await again(ctx, wanted, whole(wanted, needed)))
  return read(await again(ctx, wanted, wanted.sort === 'relevance' ? ranked(wanted) : sorted(wanted)))
}

async function hasMany(ctx: Context, wanted: Wanted): Promise<boolean> {
  const rows = await again(
    ctx,
    wanted,
    sql<object>`
    select from title_search s where (${condition(wanted)}) and ${filters(wanted.facets)} limit 1 offset ${MOST_RANKED}`,
  )
  return rows.length > 0
}

/**
 * Most searches are words and nothing else, and take longer to plan than to carry out: those are prepared. There are too
 * many ways to narrow one for each to be.
 */
function again<R>(ctx: Context, { numbers, facets }: Wanted, statement: ReturnType<typeof sql<R>>): Promise<R[]> {
  const isPlain = numbers.length === 0 && Object.values(facets).every((value) => value === undefined)
  return isPlain ? ctx.db.prepared(statement) : ctx.db.all(statement)
}

const COLUMNS = sql`s.title_id, s.sort_title, s.material, s.language, s.audience, s.dk5, s.author, s.series, s.year, s.popularity`

function whole(wanted: Wanted, needed: number): ReturnType<typeof sql<Row>> {
  return sql<Row>`
    with matched as materialized (
      select ${COLUMNS}, ${score(wanted)} as score
      from title_search s where (${condition(wanted)}) and ${filters(wanted.facets)} limit ${MOST_RANKED}
    ), ${facetsOf()}
    select 'total' as part, null as key, count(*)::int as n from matched
    union all ${FACET_ROWS}
    union all ${hitRows(wanted.sort, needed)}`
}

/** The best of many: first those whose title is meant, then those with the words in title, author or series. */
function ranked(wanted: Wanted): ReturnType<typeof sql<Row>> {
  const { compiled } = wanted
  const some = (query: string) => sql`
    (select s.title_id from title_search s
    where s.lexemes @@ ${`(${wanted.all}) & (${query})`}::tsquery and ${filters(wanted.facets)} limit ${MOST_OF_A_TIER})`
  const tiers = [compiled.whole, compiled.inTitle, compiled.inAuthor, compiled.inSeries].filter(
    (query) => query !== NOTHING,
  )
  return sql<Row>`
    with matched as materialized (
      -- Nothing but the ids: the rest is read of those that are looked at.
      select s.title_id from title_search s where (${condition(wanted)}) and ${filters(wanted.facets)} limit ${MOST_COUNTED}
    ), best as (
      ${sql.join([...tiers.map(some), sql`(select title_id from matched limit ${MOST_RANKED})`], sql` union `)}
    ), scored as materialized (
      select ${COLUMNS}, ${score(wanted)} as score from title_search s
      where s.title_id = any(array(select title_id from best))
    ), ${facetsOf({
      sampled: sql`select ${COLUMNS} from title_search s where s.title_id = any(array(select title_id from picked))`,
      columns: sql`title_id`,
      shelved: MOST_SHELVED,
    })}
    select 'total' as part, null as key, count(*)::int as n from matched
    union all ${FACET_ROWS}
    union all ${hitRows(wanted.sort, MOST_SHOWN, sql`scored`)}`
}

function sorted(wanted: Wanted): ReturnType<typeof sql<Row>> {
  return sql<Row>`
    with matched as materialized (
      select ${COLUMNS} from title_search s where (${condition(wanted)}) and ${filters(wanted.facets)} limit ${MOST_COUNTED}
    ), ${facetsOf({ sampled: sql`select * from matched`, columns: sql`title_id`, shelved: MOST_SHELVED })}
    select 'total' as part, null as key, count(*)::int as n from matched
    union all ${FACET_ROWS}
    union all ${hitRows(wanted.sort, MOST_SHOWN)}`
}

/** What is matched, by each thing it can be narrowed by, in one pass. */
function facetsOf({ sampled = sql`select m.* from matched m`, columns = sql`*`, shelved = MOST_RANKED } = {}) {
  return sql`
    size as materialized (
      select count(*) as titles, ceil(count(*) / ${MOST_GROUPED}::float8)::int as share from matched
    ), picked as materialized (
      -- Ids end in random digits.
      select ${columns} from matched where (select share from size) <= 1
        or get_byte(uuid_send(title_id), 15) % (select share from size) = 0
    ), sampled as materialized (
      ${sampled}
    ), shelved as (
      select i.at_branch_id::text as branch, count(distinct i.title_id) as n
      from item i
      where i.title_id = any(array(select title_id from sampled limit ${shelved})) and i.state = 'available'
      group by 1
    ), grouped as (
      select case
          when grouping(material) = 0 then 'material' when grouping(language) = 0 then 'language'
          when grouping(audience) = 0 then 'audience' when grouping(dk5) = 0 then 'dk5'
          when grouping(author) = 0 then 'author' when grouping(series) = 0 then 'series' else 'year' end as part,
        coalesce(material, language, audience, dk5, author, series, (year / 10 * 10)::text) as key, count(*) as n
      from sampled
      group by grouping sets ((material), (language), (audience), (dk5), (author), (series), (year / 10 * 10))
      -- Of very many, what few of them have is not among the commonest.
      having count(*) * ${MOST_RANKED}::bigint >= (select count(*) from sampled)
    ), numbered as (
      select part, key, n, row_number() over (partition by part order by n desc, key collate "C") as place
      from grouped where key is not null
    )`
}

const FACET_ROWS = sql`
    select part, key, n::int from numbered where place <= ${MOST_OF_A_FACET}
    union all
    select 'branch', branch, n::int from shelved`

function hitRows(sort: SearchSort, needed: number, from = sql`matched`) {
  return sql`
    select 'hit' as part, title_id::text as key, place::int as n from (
      select title_id, row_number() over (order by ${order(sort)}) as place from ${from}) placed
    where place <= ${needed}`
}

function condition(wanted: Wanted) {
  const query = [`(${wanted.all})`, ...wanted.numbers.map((number) => quoted(MARK.number + number))].join(' | ')
  return wanted.title === undefined
    ? sql`s.lexemes @@ ${query}::tsquery`
    : sql`s.lexemes @@ ${query}::tsquery or s.title_id = ${wanted.title}`
}

function filters(facets: Facets) {
  const conditions = [sql`true`]
  for (const name of ['material', 'language', 'audience', 'dk5', 'author', 'series'] as const) {
    if (facets[name] !== undefined) conditions.push(sql`s.${sql.ref(name)} = ${facets[name]}`)
  }
  if (facets.yearFrom !== undefined) conditions.push(sql`s.year >= ${facets.yearFrom}`)
  if (facets.yearTo !== undefined) conditions.push(sql`s.year <= ${facets.yearTo}`)
  if (facets.branch !== undefined) {
    conditions.push(sql`exists (
      select from item i where i.title_id = s.title_id and i.at_branch_id = ${facets.branch} and i.state = 'available')`)
  }
  return sql.join(conditions, sql` and `)
}

/**
 * The whole title counts most, then its words in order, its words, the author's name, the series, the subjects, and what
 * else is known. Where all that is equal, what is borrowed often comes a little before what is not.
 */
function score({ compiled, numbers, title, sort }: Wanted) {
  if (sort !== 'relevance') return sql`0`
  const has = (query: string, points: number) =>
    sql`case when s.lexemes @@ ${query}::tsquery then ${points}::float8 else 0 end`
  const direct = [
    // A short number is more often a title or a year.
    ...numbers.map((number) => has(quoted(MARK.number + number), number.length < 6 ? 12 : 100)),
    ...(title === undefined ? [] : [sql`case when s.title_id = ${title} then 100::float8 else 0 end`]),
    ...(compiled.forChildren ? [sql`case when s.audience = 'child' then 2::float8 else 0 end`] : []),
  ]
  return sql.join(
    [
      ...direct,
      sql`case when s.lexemes @@ ${compiled.inTitleOrAuthor}::tsquery then 2 + ${has(compiled.inAuthor, 4)}
        + case when s.lexemes @@ ${compiled.inTitle}::tsquery then
          6 + 3 * least(1, ${compiled.words}::float8 / greatest(1, s.title_words))
            + ${has(compiled.whole, 16)} + ${has(compiled.inOrder, 5)} else 0 end
        else ${has(compiled.inSeries, 5)} + ${has(compiled.inSubject, 1)} end`,
      has(compiled.exact, 1.5),
      sql`round(ts_rank('{0.1, 0.3, 0.6, 1}', s.lexemes, ${compiled.any}::tsquery)::numeric, 1)::float8`,
      sql`s.popularity * 0.08`,
    ],
    sql` + `,
  )
}

function order(sort: SearchSort) {
  switch (sort) {
    case 'relevance':
      return sql`score desc, year desc nulls last, sort_title, title_id`
    case 'newest':
      return sql`year desc nulls last, sort_title, title_id`
    case 'oldest':
      return sql`year nulls last, sort_title, title_id`
    case 'title':
      return sql`sort_title collate "C", year desc nulls last, title_id`
    case 'author':
      return sql`author nulls last, sort_title, year desc nulls last, title_id`
    case 'popular':
      return sql`popularity desc, year desc nulls last, sort_title, title_id`
  }
}

function read(rows: readonly Row[]): Match {
  const of = (part: Row['part']) =>
    rows.filter((row) => row.part === part && row.key !== null).sort((a, b) => b.n - a.n)
  const total = rows.find(({ part }) => part === 'total')?.n ?? 0
  const values = (part: FacetName) => {
    const isCounted = total <= (part === 'branch' ? MOST_RANKED : MOST_GROUPED)
    return of(part).map(({ key, n }) => ({ value: key ?? '', titles: isCounted ? n : undefined }))
  }
  return {
    total,
    ids: of('hit')
      .reverse()
      .map(({ key }) => key as TitleId),
    facets: {
      material: values('material'),
      language: values('language'),
      audience: values('audience'),
      dk5: values('dk5'),
      author: values('author'),
      series: values('series'),
      year: values('year').sort((a, b) => Number(b.value) - Number(a.value)),
      branch: values('branch'),
    },
  }
}

/** More matches than these take time to rank and count, and words that have so many are asked for again and again. */
const KEPT_SECONDS = 60
const MOST_KEPT = 100

/** What broad searches found a moment ago: their order and numbers may be a minute old, the page that is shown is not. */
class Remembered {
  readonly #matches = new Map<string, { readonly match: Match; readonly until: Temporal.Instant }>()

  find(key: string): Match | undefined {
    const kept = this.#matches.get(key)
    if (!kept || Temporal.Instant.compare(kept.until, realClock.now()) <= 0) return undefined
    return kept.match
  }

  keep(key: string, match: Match): void {
    this.#matches.delete(key)
    for (const oldest of this.#matches.keys()) {
      if (this.#matches.size < MOST_KEPT) break
      this.#matches.delete(oldest)
    }
    this.#matches.set(key, { match, until: realClock.now().add({ seconds: KEPT_SECONDS }) })
  }
}

/** Each installation of a process has its own clock, and its own libraries. */
const memory = new WeakMap<Context['clock'], Remembered>()

function remembered(ctx: Context): Remembered {
  const known = memory.get(ctx.clock) ?? new Remembered()
  memory.set(ctx.clock, known)
  return known
}
