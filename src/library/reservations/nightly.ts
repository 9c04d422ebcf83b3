import { isOpenOn } from '#agencies'
import { withdrawTitle } from '#catalogue'
import type { BranchId, ItemId, ReservationId, TitleId } from '#core'
import { sql, transact } from '#db'
import { readOpenDays } from '#lending-rules'
import type { Context } from '#vault'
import { endAbsences } from './absence.ts'
import { TOLD, type ToldReservation, tellEach, toldOf } from './tell.ts'
import { cannotBeObtained, interestSoon, pickupSoon, reservationsExpired } from './templates.ts'
import { passOn } from './trap.ts'

/** How long before the end a patron is warned, in days. */
const WARN_PICKUP_DAYS = 2
const WARN_INTEREST_DAYS = 14
/** Nobody fetches an item for more than a day: somebody else may go for it. */
const PICK_HOURS = 24

/**
 * A night of reservations: what was not collected or is no longer wanted is deleted and told of, what stood ready goes to
 * the next in line, and whose end is near is warned of once. Answers how many ended.
 */
export async function expireReservations(ctx: Context, night: Temporal.PlainDate): Promise<number> {
  await endAbsences(ctx, night)
  await ctx.db.run(sql`delete from pick where taken_at < ${ctx.clock.now().subtract({ hours: PICK_HOURS })}`)
  const ended = (await expireUncollected(ctx, night)) + (await expireInterest(ctx, night)) + (await dropUnfillable(ctx))
  await forgetUnwanted(ctx)
  await warn(ctx, night)
  return ended
}

/** What was to be fetched from another library, is not ordered yet, and is wanted no more: there is nothing left to do. */
async function forgetUnwanted(ctx: Context): Promise<void> {
  const unwanted = await ctx.db.prepared(sql<{ title_id: TitleId }>`
    select l.title_id from interlibrary l join item i on i.title_id = l.title_id
    where l.ended_at is null and l.ordered_at is null and i.state = 'on-order'
      and not exists (select from reservation r where r.title_id = l.title_id)`)
  for (const { title_id } of unwanted) {
    await transact(ctx, async (ctx) => {
      const gone = await withdrawTitle(ctx, title_id)
      if (gone.ok)
        await ctx.db.run(sql`update interlibrary set ended_at = ${ctx.clock.now()} where title_id = ${title_id}`)
    })
  }
}

/** No deadline ends on a day its branch is closed: whoever wanted to come could not. */
async function expireUncollected(ctx: Context, night: Temporal.PlainDate): Promise<number> {
  const branches = await ctx.db.prepared(sql<{ id: BranchId }>`
    select distinct pickup_branch_id as id from reservation where pickup_until_on < ${night}`)
  let ended = 0
  for (const { id } of branches) {
    const calendar = await readOpenDays(ctx, id, night.subtract({ days: 1 }))
    if (!isOpenOn(calendar, night.subtract({ days: 1 }))) continue
    ended += await transact(ctx, async (ctx) => {
      const due = await ctx.db.prepared(sql<{ id: ReservationId; item_id: ItemId; title_id: TitleId }>`
        select id, item_id, title_id from reservation where pickup_branch_id = ${id} and pickup_until_on < ${night}
        order by id for update`)
      await tellEach(
        ctx,
        reservationsExpired,
        await toldOf(
          ctx,
          due.map((row) => row.id),
        ),
      )
      await ctx.db.run(sql`delete from reservation where id = any(${due.map((row) => row.id)}::uuid[])`)
      for (const { item_id, title_id } of due) await passOn(ctx, item_id, title_id)
      return due.length
    })
  }
  return ended
}

function expireInterest(ctx: Context, night: Temporal.PlainDate): Promise<number> {
  return transact(ctx, async (ctx) => {
    const due = await ctx.db.prepared(sql<{ id: ReservationId }>`
      select id from reservation where item_id is null and interest_until_on < ${night} order by id for update`)
    const ids = due.map(({ id }) => id)
    await tellEach(ctx, reservationsExpired, await toldOf(ctx, ids))
    await ctx.db.run(sql`delete from reservation where id = any(${ids}::uuid[])`)
    return ids.length
  })
}

/** Deletes what nobody can fill any more because the last item is lost or withdrawn, and says so. */
export function dropUnfillable(ctx: Context): Promise<number> {
  return transact(ctx, async (ctx) => {
    const hopeless = await ctx.db.prepared(sql<{ id: ReservationId }>`
      select r.id from reservation r
      where r.item_id is null and not exists (select from item i where i.title_id = r.title_id and i.issue = r.issue
        and (r.wanted_item_id is null or r.wanted_item_id = i.id) and i.state not in ('lost', 'withdrawn'))
      order by r.id for update`)
    const ids = hopeless.map(({ id }) => id)
    await tellEach(ctx, cannotBeObtained, await toldOf(ctx, ids))
    await ctx.db.run(sql`delete from reservation where id = any(${ids}::uuid[])`)
    return ids.length
  })
}

async function warn(ctx: Context, night: Temporal.PlainDate): Promise<void> {
  const now = ctx.clock.now()
  await transact(ctx, async (ctx) => {
    const near = await ctx.db.prepared(sql<ToldReservation>`
      with warned as (
        update reservation set pickup_warned_at = ${now}
        where pickup_until_on between ${night} and ${night.add({ days: WARN_PICKUP_DAYS })} and pickup_warned_at is null
          and told_at is not null and ready_at < ${now.subtract({ hours: 24 })}
        returning *)
      select ${sql.raw(TOLD)} from warned r join patron p on p.id = r.patron_id join title t on t.id = r.title_id
        join branch b on b.id = r.pickup_branch_id order by p.id, r.id`)
    await tellEach(ctx, pickupSoon, near)
  })
  await transact(ctx, async (ctx) => {
    const near = await ctx.db.prepared(sql<ToldReservation>`
      with warned as (
        update reservation set interest_warned_at = ${now}
        where item_id is null and interest_until_on between ${night} and ${night.add({ days: WARN_INTEREST_DAYS })}
          and interest_warned_at is null and placed_at < ${now.subtract({ hours: 24 * WARN_INTEREST_DAYS })}
        returning *)
      select ${sql.raw(TOLD)} from warned r join patron p on p.id = r.patron_id join title t on t.id = r.title_id
        join branch b on b.id = r.pickup_branch_id order by p.id, r.id`)
    await tellEach(ctx, interestSoon, near)
  })
}
