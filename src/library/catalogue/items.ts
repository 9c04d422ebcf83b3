import type { BranchId, ItemId, TitleId } from '#core'
import { type Named, sql, transact, type Write } from '#db'
import type { Context } from '#vault'
import { indexTitles } from './search-index.ts'
import type { ItemRow, ItemState, TitleRow } from './tables.ts'

const SET_STATE: Named = {
  name: 'item-state',
  text: `update item set state = $2, at_branch_id = coalesce($3, at_branch_id), destination_branch_id = $4,
      last_seen_at = coalesce($5, last_seen_at)
    where id = $1`,
}

/** Where an item was seen, and where it goes when it is sent on. */
export interface Whereabouts {
  readonly at?: BranchId | undefined
  /** Of an item in transit, and of no other. */
  readonly destination?: BranchId | undefined
}

/** Loans and reservations say through this what has become of an item, and where it is. */
export async function setItemState(ctx: Context, item: ItemId, state: ItemState, where?: Whereabouts): Promise<void> {
  await ctx.db.write([itemState(ctx, item, state, where)])
}

/** {@link setItemState} as a write that travels with another room's. */
export function itemState(ctx: Context, item: ItemId, state: ItemState, { at, destination }: Whereabouts = {}): Write {
  return { ...SET_STATE, values: [item, state, at ?? null, destination ?? null, at ? ctx.clock.now() : null] }
}

const LOCK: Named = { name: 'item-lock', text: 'select from item where barcode = $1 for update' }

/**
 * Takes an item for the caller's transaction. What is read of it afterwards, in a statement of its own, is what whoever
 * held it before has written.
 */
export async function lockItem(ctx: Context, barcode: string): Promise<void> {
  await ctx.db.named(LOCK, [barcode])
}

export interface NewItem {
  readonly title_id: TitleId
  readonly barcode: string
  readonly branch_id: BranchId
  readonly shelf: string | null
}

/** Adds items in one statement; a barcode that exists already is left as it is. Answers how many are new. */
export function addItems(ctx: Context, items: readonly NewItem[]): Promise<number> {
  const now = ctx.clock.now()
  const ids = items.map(() => ctx.random.uuid(now))
  return ctx.db.run(sql`
    insert into item (id, title_id, barcode, branch_id, at_branch_id, shelf, state, added_at)
    select id, title_id, barcode, branch_id, branch_id, shelf, 'available', ${now}
    from unnest(${ids}::uuid[], ${items.map((item) => item.title_id)}::uuid[], ${items.map((item) => item.barcode)}::text[],
      ${items.map((item) => item.branch_id)}::uuid[], ${items.map((item) => item.shelf)}::text[])
      as n (id, title_id, barcode, branch_id, shelf)
    on conflict (barcode) do nothing`)
}

export function findItem(ctx: Context, barcode: string): Promise<ItemRow | undefined> {
  return ctx.db.maybe(sql<ItemRow>`select * from item where barcode = ${barcode.trim()}`)
}

export type NewTitle = Omit<TitleRow, 'id' | 'changed_at' | 'version' | 'withdrawn_at'>

/**
 * Enters titles, and makes them findable. A record that is known by its source and number is updated; its title keeps its
 * id, its items and its reservations. Answers the ids, in the order given.
 */
export function putTitles(ctx: Context, titles: readonly NewTitle[]): Promise<{ id: TitleId; isNew: boolean }[]> {
  return transact(ctx, async (ctx) => {
    const put = await writeTitles(ctx, titles)
    await indexTitles(ctx, [...new Set(put.map(({ id }) => id))])
    return put
  })
}

async function writeTitles(ctx: Context, titles: readonly NewTitle[]): Promise<{ id: TitleId; isNew: boolean }[]> {
  const now = ctx.clock.now()
  const list = <K extends keyof NewTitle>(key: K) => titles.map((title) => title[key])
  // Lists of lists cannot be sent as one array: PostgreSQL wants them all of one length.
  const joined = (key: 'contributors' | 'isbn' | 'subjects') => titles.map((title) => title[key].join('\u001f'))
  const rows = await ctx.db.all<{ id: TitleId; source: string; record_id: string; is_new: boolean }>(sql`
    insert into title (id, source, record_id, title, subtitle, author, contributors, edition, publisher, year, language,
      isbn, dk5, subjects, material, audience, series, volume, pages, changed_at)
    select id, source, record_id, title, subtitle, author, string_to_array(contributors, chr(31)), edition, publisher,
      year, language, string_to_array(isbn, chr(31)), dk5, string_to_array(subjects, chr(31)), material, audience,
      series, volume, pages, ${now}
    from unnest(${titles.map(() => ctx.random.uuid(now))}::uuid[], ${list('source')}::text[], ${list('record_id')}::text[],
      ${list('title')}::text[], ${list('subtitle')}::text[], ${list('author')}::text[], ${joined('contributors')}::text[],
      ${list('edition')}::text[], ${list('publisher')}::text[], ${list('year')}::int[], ${list('language')}::text[],
      ${joined('isbn')}::text[], ${list('dk5')}::text[], ${joined('subjects')}::text[], ${list('material')}::text[],
      ${list('audience')}::text[], ${list('series')}::text[], ${list('volume')}::text[], ${list('pages')}::text[])
      as n (id, source, record_id, title, subtitle, author, contributors, edition, publisher, year, language, isbn, dk5,
        subjects, material, audience, series, volume, pages)
    on conflict (source, record_id) do update set
      title = excluded.title, subtitle = excluded.subtitle, author = excluded.author,
      contributors = excluded.contributors, edition = excluded.edition, publisher = excluded.publisher,
      year = excluded.year, language = excluded.language, isbn = excluded.isbn, dk5 = excluded.dk5,
      subjects = excluded.subjects, material = excluded.material, audience = excluded.audience,
      series = excluded.series, volume = excluded.volume, pages = excluded.pages, changed_at = excluded.changed_at,
      version = title.version + 1
    returning id, source, record_id, xmax = 0 as is_new`)
  const byRecord = new Map(rows.map((row) => [`${row.source}\u001f${row.record_id}`, row]))
  return titles.map((title) => {
    const row = byRecord.get(`${title.source}\u001f${title.record_id}`)
    if (!row) throw new Error('a title was not written')
    return { id: row.id, isNew: row.is_new }
  })
}
