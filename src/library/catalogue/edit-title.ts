import { isId, ok, type Result, refuse, type TitleId } from '#core'
import { sql, transact } from '#db'
import type { Context } from '#vault'
import { differences, noteChange } from './changes.ts'
import { putTitles } from './items.ts'
import { indexTitles } from './search-index.ts'
import type { TitleRow } from './tables.ts'
import { readTitle, type TitleFaults, type TitleTyped, type WrittenTitle } from './title-rules.ts'

export type TitleRefusal =
  | { readonly kind: 'unknown-title' }
  | { readonly kind: 'faulty'; readonly faults: TitleFaults }
  /** Another title has the ISBN; it may be the same one. */
  | { readonly kind: 'isbn-known'; readonly title: TitleId; readonly name: string }
  /** Somebody else has changed it since it was read. */
  | { readonly kind: 'changed-meanwhile' }

/** Enters a title that is in nobody's file. Its number is the library's own. */
export function addTitle(
  ctx: Context,
  typed: TitleTyped,
  options: { readonly evenIfKnown?: boolean } = {},
): Promise<Result<TitleId, TitleRefusal>> {
  const { title, faults } = readTitle(typed)
  if (Object.keys(faults).length > 0) return Promise.resolve(refuse({ kind: 'faulty', faults }))
  return transact(ctx, async (ctx): Promise<Result<TitleId, TitleRefusal>> => {
    const known = options.evenIfKnown ? undefined : await titleWithIsbn(ctx, title.isbn)
    if (known) return refuse({ kind: 'isbn-known', title: known.id, name: known.title })
    const record_id = ctx.random.uuid(ctx.clock.now())
    const [added] = await putTitles(ctx, [{ source: ctx.agency, record_id, ...title }])
    if (!added) throw new Error('a title was not written')
    await noteChange(ctx, { title: added.id, kind: 'added' })
    return ok(added.id)
  })
}

function titleWithIsbn(ctx: Context, isbn: readonly string[]) {
  if (isbn.length === 0) return undefined
  return ctx.db.maybe<{ id: TitleId; title: string }>(
    sql`select id, title from title where isbn && ${isbn}::text[] and withdrawn_at is null limit 1`,
  )
}

/** @param version the one that was read: two who change it at once do not undo each other unawares */
export function editTitle(
  ctx: Context,
  change: { readonly title: TitleId; readonly version: number; readonly typed: TitleTyped },
): Promise<Result<TitleId, TitleRefusal>> {
  const { title: written, faults } = readTitle(change.typed)
  if (Object.keys(faults).length > 0) return Promise.resolve(refuse({ kind: 'faulty', faults }))
  return transact(ctx, async (ctx): Promise<Result<TitleId, TitleRefusal>> => {
    const before = await lockTitle(ctx, change.title)
    if (!before) return refuse({ kind: 'unknown-title' })
    if (before.version !== change.version) return refuse({ kind: 'changed-meanwhile' })
    const fields = differences(pickWritten(before, written), written)
    if (fields.length === 0) return ok(before.id)
    await putTitles(ctx, [{ source: before.source, record_id: before.record_id, ...written }])
    await noteChange(ctx, { title: before.id, kind: 'edited', fields })
    return ok(before.id)
  })
}

function pickWritten(row: TitleRow, like: WrittenTitle): WrittenTitle {
  return Object.fromEntries(
    Object.keys(like).map((key) => [key, row[key as keyof TitleRow]]),
  ) as unknown as WrittenTitle
}

async function lockTitle(ctx: Context, id: TitleId): Promise<TitleRow | undefined> {
  if (!isId(id)) return undefined
  await ctx.db.run(sql`select from title where id = ${id} for update`)
  return ctx.db.maybe(sql<TitleRow>`select * from title where id = ${id}`)
}

export type WithdrawTitleRefusal =
  | { readonly kind: 'unknown-title' }
  | { readonly kind: 'on-loan'; readonly items: number }
  /** An item of it is kept for somebody, on the pickup shelf or on its way there. */
  | { readonly kind: 'kept'; readonly items: number }
  /** Somebody waits for it, and staff have not said that they are to be told it cannot be had. */
  | { readonly kind: 'reserved'; readonly waiting: number }

/**
 * Takes a title and all that is left of its items out of the collection. While something of it is with a patron it is
 * refused. Those who only wait are told by the night that it cannot be had, when staff have said so.
 */
export function withdrawTitle(
  ctx: Context,
  id: TitleId,
  options: { readonly evenIfAwaited?: boolean } = {},
): Promise<Result<TitleId, WithdrawTitleRefusal>> {
  return transact(ctx, async (ctx): Promise<Result<TitleId, WithdrawTitleRefusal>> => {
    if (!isId(id)) return refuse({ kind: 'unknown-title' })
    await ctx.db.run(sql`select from item where title_id = ${id} order by id for update`)
    const title = await lockTitle(ctx, id)
    if (!title) return refuse({ kind: 'unknown-title' })
    if (title.withdrawn_at) return ok(id)
    const { lent, kept, waiting } = await ctx.db.one<{ lent: number; kept: number; waiting: number }>(sql`
      select (select count(*)::int from item where title_id = ${id} and state in ('on-loan', 'claimed-returned')) as lent,
        (select count(*)::int from reservation where title_id = ${id} and item_id is not null) as kept,
        (select count(*)::int from reservation where title_id = ${id} and item_id is null) as waiting`)
    if (lent > 0) return refuse({ kind: 'on-loan', items: lent })
    if (kept > 0) return refuse({ kind: 'kept', items: kept })
    if (waiting > 0 && !options.evenIfAwaited) return refuse({ kind: 'reserved', waiting })
    await ctx.db.run(sql`
      update item set state = 'withdrawn', destination_branch_id = null, version = version + 1
      where title_id = ${id} and state <> 'withdrawn'`)
    await ctx.db.run(sql`
      update title set withdrawn_at = ${ctx.clock.now()}, version = version + 1 where id = ${id}`)
    await indexTitles(ctx, [id])
    await noteChange(ctx, { title: id, kind: 'withdrawn' })
    return ok(id)
  })
}

/** Withdrawn by mistake, or bought again. Its items stay withdrawn: each is brought back by whoever has it in hand. */
export function bringTitleBack(
  ctx: Context,
  id: TitleId,
): Promise<Result<TitleId, { readonly kind: 'unknown-title' }>> {
  return transact(ctx, async (ctx): Promise<Result<TitleId, { readonly kind: 'unknown-title' }>> => {
    const title = await lockTitle(ctx, id)
    if (!title) return refuse({ kind: 'unknown-title' })
    if (!title.withdrawn_at) return ok(id)
    await ctx.db.run(sql`update title set withdrawn_at = null, version = version + 1 where id = ${id}`)
    await indexTitles(ctx, [id])
    await noteChange(ctx, { title: id, kind: 'brought-back' })
    return ok(id)
  })
}
