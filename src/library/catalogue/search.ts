import type { BranchId, TitleId } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'
import {
  type FacetCounts,
  type Facets,
  type Match,
  MOST_SHOWN,
  match,
  type SearchSort,
  type Wanted,
} from './search-match.ts'
import { compileQuery, compileRelaxed, parseQuery, type Query } from './search-query.ts'
import { otherReadings, textOf } from './search-spelling.ts'
import type { TitleRow } from './tables.ts'

export interface SearchFor {
  /** As it was typed; field words, quotes, minus and star mean what the help of the page says. */
  readonly text: string
  readonly facets?: Facets
  /** Counts from 1. */
  readonly page?: number
  readonly size?: number
  readonly sort?: SearchSort
}

/** How many items of a title a branch has, and how many stand on its shelf now. None of those that are only ordered. */
export interface AtBranch {
  readonly branch_id: BranchId
  readonly available: number
  readonly items: number
}

export interface SearchHit extends TitleRow {
  readonly branches: readonly AtBranch[]
}

export interface SearchResult {
  readonly hits: readonly SearchHit[]
  /** Counted up to 5,000. */
  readonly total: number
  /** As many of them can be turned to, page by page. */
  readonly shown: number
  readonly facets: FacetCounts
  readonly page: number
  readonly size: number
  /** What was meant, it seems. When `isCorrected` the hits are those of it, because what was typed has none. */
  readonly didYouMean?: string
  readonly isCorrected: boolean
  /** Nothing has all the words: the hits have all but one. */
  readonly isRelaxed: boolean
}

const SIZE = 20
const MOST_OF_A_PAGE = 100

/** Searches the catalogue. Total: whatever was typed, the answer is hits or none. */
export async function searchTitles(ctx: Context, asked: SearchFor): Promise<SearchResult> {
  const size = whole(asked.size ?? SIZE, MOST_OF_A_PAGE)
  const page = whole(asked.page ?? 1, Math.ceil(MOST_SHOWN / size))
  const needed = page * size
  const query = parseQuery(asked.text)
  const found = await findSome(ctx, query, asked, needed)
  const ids = found.match.ids.slice(needed - size, needed)
  const { match, ...said } = found
  return {
    ...said,
    hits: await hitsOf(ctx, ids),
    total: match.total,
    shown: Math.min(match.total, MOST_SHOWN),
    facets: match.facets,
    page,
    size,
  }
}

function whole(value: number, most: number): number {
  return Number.isFinite(value) ? Math.min(most, Math.max(1, Math.floor(value))) : 1
}

interface Found {
  readonly match: Match
  readonly didYouMean?: string
  readonly isCorrected: boolean
  readonly isRelaxed: boolean
}

async function findSome(ctx: Context, query: Query, asked: SearchFor, needed: number): Promise<Found> {
  const wanted = await wantedBy(ctx, query, asked)
  if (!wanted) return { match: NONE, isCorrected: false, isRelaxed: false }
  const exact = await match(ctx, wanted, needed)
  if (exact.total > 0) return { match: exact, isCorrected: false, isRelaxed: false }
  for (const reading of await otherReadings(ctx, query)) {
    const other = await wantedBy(ctx, reading, asked)
    const found = other ? await match(ctx, other, needed) : NONE
    if (found.total > 0) return { match: found, didYouMean: textOf(reading), isCorrected: true, isRelaxed: false }
  }
  const less = compileRelaxed(query)
  if (less !== undefined) {
    const found = await match(ctx, { ...wanted, all: less }, needed)
    if (found.total > 0) return { match: found, isCorrected: false, isRelaxed: true }
  }
  return { match: NONE, isCorrected: false, isRelaxed: false }
}

async function wantedBy(ctx: Context, query: Query, asked: SearchFor): Promise<Wanted | undefined> {
  const compiled = compileQuery(query)
  if (!compiled) return undefined
  const title = query.numbers.length === 0 ? undefined : await titleOfBarcode(ctx, query.numbers)
  return {
    compiled,
    all: compiled.all,
    numbers: query.numbers,
    title,
    facets: asked.facets ?? {},
    sort: asked.sort ?? 'relevance',
  }
}

async function titleOfBarcode(ctx: Context, numbers: readonly string[]): Promise<TitleId | undefined> {
  const row = await ctx.db.maybe<{ title_id: TitleId }>(
    sql`select title_id from item where barcode = any(${numbers.flatMap((number) => [number, number.toUpperCase()])}::text[]) limit 1`,
  )
  return row?.title_id
}

const NONE: Match = {
  total: 0,
  ids: [],
  facets: { material: [], language: [], audience: [], dk5: [], author: [], series: [], year: [], branch: [] },
}

type HitRow = TitleRow & { readonly at: BranchId[]; readonly available: number[]; readonly items: number[] }

/** The titles of a page and where their items are, in one statement. */
async function hitsOf(ctx: Context, ids: readonly TitleId[]): Promise<SearchHit[]> {
  if (ids.length === 0) return []
  const rows = await ctx.db.prepared<HitRow>(sql<HitRow>`
    select t.id, t.source, t.record_id, t.title, t.subtitle, t.author, t.contributors, t.edition, t.publisher, t.year,
      t.language, t.isbn, t.dk5, t.subjects, t.material, t.audience, t.series, t.volume, t.pages, t.changed_at,
      b.at, b.available, b.items
    from title t, lateral (
      select coalesce(array_agg(at_branch_id order by available desc, at_branch_id), '{}') as at,
        coalesce(array_agg(available order by available desc, at_branch_id), '{}') as available,
        coalesce(array_agg(items order by available desc, at_branch_id), '{}') as items
      from (
        select at_branch_id, count(*) filter (where state = 'available')::int as available,
          count(*) filter (where state <> 'on-order')::int as items
        from item where title_id = t.id and state not in ('withdrawn', 'lost', 'missing') group by 1) there) b
    where t.id = any(${ids}::uuid[])`)
  const byId = new Map(rows.map((row) => [row.id, row]))
  return ids.flatMap((id) => {
    const row = byId.get(id)
    if (!row) return []
    const { at, available, items, ...title } = row
    const branches = at.map((branch_id, place) => ({
      branch_id,
      available: available[place] ?? 0,
      items: items[place] ?? 0,
    }))
    return [{ ...title, branches }]
  })
}

export function findTitle(ctx: Context, id: TitleId): Promise<TitleRow | undefined> {
  return ctx.db.maybe(sql<TitleRow>`
    select id, source, record_id, title, subtitle, author, contributors, edition, publisher, year, language, isbn, dk5,
      subjects, material, audience, series, volume, pages, changed_at
    from title where id = ${id} and withdrawn_at is null`)
}

const MOST_EDITIONS = 30

/** Other titles with the same author and the same words as title, the newest first. */
export function editionsOf(
  ctx: Context,
  id: TitleId,
): Promise<Pick<TitleRow, 'id' | 'title' | 'material' | 'year' | 'language' | 'edition'>[]> {
  return ctx.db.all(sql<Pick<TitleRow, 'id' | 'title' | 'material' | 'year' | 'language' | 'edition'>>`
    select t.id, t.title, t.material, t.year, t.language, t.edition
    from title_search mine join title_search other on other.work = mine.work and other.title_id <> mine.title_id
      join title t on t.id = other.title_id
    where mine.title_id = ${id} order by t.year desc nulls last, t.id limit ${MOST_EDITIONS}`)
}
