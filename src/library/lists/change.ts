import { isId, ok, type PatronId, type Result, refuse, type TitleId } from '#core'
import { sql, transact } from '#db'
import { type FeatureOff, requireFeature } from '#privacy'
import type { Context } from '#vault'
import type { ListId } from './tables.ts'

export type ListRefusal =
  | FeatureOff
  | { readonly kind: 'unknown' }
  | { readonly kind: 'no-name' }
  | { readonly kind: 'too-many-lists'; readonly most: number }
  | { readonly kind: 'too-many-titles'; readonly most: number }

export const MOST_LISTS = 50
export const MOST_TITLES = 500

/** Makes a list; one of the same name is that list. */
export async function makeList(ctx: Context, patron: PatronId, name: string): Promise<Result<ListId, ListRefusal>> {
  const feature = await requireFeature(ctx, 'list')
  if (!feature.ok) return feature
  const clean = name.trim().replace(/\s+/g, ' ')
  if (clean === '') return refuse({ kind: 'no-name' })
  return transact(ctx, async (ctx): Promise<Result<ListId, ListRefusal>> => {
    // Two tabs at once make one list.
    const there = await ctx.db.maybe(sql`select 1 from patron where id = ${patron} for no key update`)
    if (!there) return refuse({ kind: 'unknown' })
    const lists = await ctx.db.all(sql<{ id: ListId; name: string }>`
      select id, name from list where patron_id = ${patron} order by made_at, id`)
    const same = lists.find((list) => list.name.toLocaleLowerCase('da') === clean.toLocaleLowerCase('da'))
    if (same) return ok(same.id)
    if (lists.length >= MOST_LISTS) return refuse({ kind: 'too-many-lists', most: MOST_LISTS })
    const now = ctx.clock.now()
    const id = ctx.random.uuid(now) as ListId
    await ctx.db.run(sql`insert into list (id, patron_id, name, made_at) values (${id}, ${patron}, ${clean}, ${now})`)
    return ok(id)
  })
}

/** Puts a title on one of the patron's lists. Putting it there twice is once. */
export function putOnList(
  ctx: Context,
  patron: PatronId,
  { list, title }: { readonly list: ListId; readonly title: TitleId },
): Promise<Result<true, ListRefusal>> {
  return transact(ctx, async (ctx): Promise<Result<true, ListRefusal>> => {
    const mine = isId(list)
      ? await ctx.db.maybe(sql`select 1 from list where id = ${list} and patron_id = ${patron} for update`)
      : undefined
    const known = isId(title) && (await ctx.db.maybe(sql`select 1 from title where id = ${title}`))
    if (!mine || !known) return refuse({ kind: 'unknown' })
    const { titles } = await ctx.db.one<{ titles: number }>(sql`
      select count(*)::int as titles from list_entry where list_id = ${list} and title_id <> ${title}`)
    if (titles >= MOST_TITLES) return refuse({ kind: 'too-many-titles', most: MOST_TITLES })
    const now = ctx.clock.now()
    await ctx.db.run(sql`
      insert into list_entry (id, list_id, patron_id, title_id, added_at)
      values (${ctx.random.uuid(now)}, ${list}, ${patron}, ${title}, ${now}) on conflict (list_id, title_id) do nothing`)
    return ok(true)
  })
}

/** Takes a title off a list; it is gone at once. */
export async function takeOffList(
  ctx: Context,
  patron: PatronId,
  { list, title }: { readonly list: string; readonly title: string },
): Promise<boolean> {
  if (!isId(list) || !isId(title)) return false
  const taken = await ctx.db.run(sql`
    delete from list_entry where patron_id = ${patron} and list_id = ${list} and title_id = ${title}`)
  return taken === 1
}

/** Deletes a list with all that is on it. */
export async function deleteList(ctx: Context, patron: PatronId, list: string): Promise<boolean> {
  return isId(list) && (await ctx.db.run(sql`delete from list where id = ${list} and patron_id = ${patron}`)) === 1
}
