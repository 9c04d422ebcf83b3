import { type ItemId, isId, type TitleId } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'
import type { ItemRow, TitleRow } from './tables.ts'

export interface ListedTitle
  extends Pick<TitleRow, 'id' | 'title' | 'subtitle' | 'author' | 'year' | 'material' | 'withdrawn_at'> {
  readonly items: number
  readonly available: number
}

/** The titles staff have in a list, with how many items each has. */
export async function listedTitles(ctx: Context, ids: readonly TitleId[]): Promise<ListedTitle[]> {
  const rows = await ctx.db.all(sql<ListedTitle>`
    select t.id, t.title, t.subtitle, t.author, t.year, t.material, t.withdrawn_at,
      (select count(*)::int from item where title_id = t.id and state <> 'withdrawn') as items,
      (select count(*)::int from item where title_id = t.id and state = 'available') as available
    from title t where t.id = any(${ids}::uuid[])`)
  const byId = new Map(rows.map((row) => [row.id, row]))
  return ids.flatMap((id) => byId.get(id) ?? [])
}

/** The titles that staff added or changed by hand last. */
export async function lastChangedTitles(ctx: Context, most: number): Promise<ListedTitle[]> {
  const rows = await ctx.db.all<{ title_id: TitleId }>(sql`
    select title_id from (
      select title_id, max(changed_at) as at from (
        select title_id, changed_at from catalogue_change order by changed_at desc limit 500) newest
      group by title_id) each_title
    order by at desc limit ${most}`)
  return listedTitles(
    ctx,
    rows.map(({ title_id }) => title_id),
  )
}

export async function readTitleRow(ctx: Context, id: string): Promise<TitleRow | undefined> {
  return isId(id) ? ctx.db.maybe(sql<TitleRow>`select * from title where id = ${id}`) : undefined
}

export async function readItemRow(ctx: Context, id: string): Promise<ItemRow | undefined> {
  return isId(id) ? ctx.db.maybe(sql<ItemRow>`select * from item where id = ${id}`) : undefined
}

export function itemsOfTitle(ctx: Context, title: TitleId): Promise<ItemRow[]> {
  return ctx.db.all(sql<ItemRow>`
    select * from item where title_id = ${title}
    order by state = 'withdrawn', volume_year nulls first, issue, branch_id, barcode`)
}

/** The newest item of a title: the next one mostly stands beside it. */
export function newestItem(ctx: Context, title: TitleId): Promise<ItemRow | undefined> {
  return ctx.db.maybe(sql<ItemRow>`
    select * from item where title_id = ${title} and state <> 'withdrawn' order by added_at desc, id desc limit 1`)
}

/** How many wait for a title without anything set aside for them. */
export async function waitingForTitle(ctx: Context, title: TitleId): Promise<number> {
  const { waiting } = await ctx.db.one<{ waiting: number }>(
    sql`select count(*)::int as waiting from reservation where title_id = ${title} and item_id is null`,
  )
  return waiting
}

export function itemByBarcode(ctx: Context, barcode: string): Promise<{ id: ItemId } | undefined> {
  return ctx.db.maybe(sql<{ id: ItemId }>`select id from item where barcode = ${barcode}`)
}
