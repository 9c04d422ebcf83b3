import { setItemState } from '#catalogue'
import {
  type BranchId,
  dayOf,
  type ItemId,
  ok,
  type PatronId,
  type ReservationId,
  type Result,
  refuse,
  type TitleId,
} from '#core'
import { sql, sqlState, transact, violated } from '#db'
import { BLOCKS_ON, type BlockCode, touch } from '#patrons'
import type { Context } from '#vault'

export type ReservationRefusal =
  | { readonly kind: 'unknown-patron' }
  | { readonly kind: 'unknown-title' }
  | { readonly kind: 'already-reserved' }
  | { readonly kind: 'restricted' }
  | { readonly kind: 'blocked'; readonly codes: readonly BlockCode[] }

/** How long a reservation waits before it is deleted, unless the patron says otherwise. */
const INTEREST_DAYS = 180

/** Puts a patron in a title's queue. */
export async function placeReservation(
  ctx: Context,
  request: {
    readonly patron: PatronId
    readonly title: TitleId
    readonly pickupBranch: BranchId
    readonly interestUntil?: Temporal.PlainDate
  },
): Promise<Result<ReservationId, ReservationRefusal>> {
  const now = ctx.clock.now()
  const id = ctx.random.uuid(now) as ReservationId
  const until = request.interestUntil ?? dayOf(now).add({ days: INTEREST_DAYS })
  try {
    return await transact(ctx, async (ctx) => {
      const facts = await ctx.db.maybe<{ restricted: boolean; blocks: BlockCode[]; title: boolean }>(sql`
        select exists (select from restriction where patron_id = p.id and ended_at is null) as restricted,
               ${sql.raw(BLOCKS_ON('p.id', 'd.today'))} as blocks,
               exists (select from title where id = ${request.title}) as title
        from patron p, (select ${dayOf(now)}::date as today) d where p.id = ${request.patron} for update of p`)
      if (!facts) return refuse({ kind: 'unknown-patron' })
      if (facts.restricted) return refuse({ kind: 'restricted' })
      if (facts.blocks.length > 0) return refuse({ kind: 'blocked', codes: facts.blocks })
      if (!facts.title) return refuse({ kind: 'unknown-title' })
      await ctx.db.run(sql`
        insert into reservation (id, transaction_id, patron_id, title_id, pickup_branch_id, placed_at, interest_until_on)
        values (${id}, ${id}, ${request.patron}, ${request.title}, ${request.pickupBranch}, ${now}, ${until})`)
      await touch(ctx, request.patron)
      return ok(id)
    })
  } catch (fault) {
    if (sqlState(fault) === '23505' && violated(fault) === 'reservation_once')
      return refuse({ kind: 'already-reserved' })
    throw fault
  }
}

/**
 * Deletes a reservation: it is gone in the same transaction, and an item that stood ready goes to the next in line.
 * Deleting one that is gone changes nothing.
 */
export function deleteReservation(ctx: Context, id: ReservationId): Promise<boolean> {
  return transact(ctx, async (ctx) => {
    const gone = await ctx.db.maybe<{ item_id: ItemId | null; title_id: TitleId }>(
      sql`delete from reservation where id = ${id} returning item_id, title_id`,
    )
    if (!gone) return false
    if (gone.item_id) await passOn(ctx, gone.item_id, gone.title_id)
    return true
  })
}

/** Gives an item that has come free to the next in its title's queue, or puts it back on the shelf. */
export async function passOn(ctx: Context, item: ItemId, title: TitleId): Promise<void> {
  const given = await putOnShelf(ctx, item, title)
  if (!given) await setItemState(ctx, item, 'available')
}

const PICKUP_DAYS = 8

/** Puts an item on the pickup shelf for the first in the queue. Answers who was given it, or nothing when nobody waits. */
export async function putOnShelf(ctx: Context, item: ItemId, title: TitleId): Promise<ReadyReservation | undefined> {
  const now = ctx.clock.now()
  const [ready] = await ctx.db.prepared<ReadyReservation>(sql`
    update reservation set item_id = ${item}, ready_at = ${now}, pickup_until_on = ${dayOf(now).add({ days: PICKUP_DAYS })},
      pickup_number = ${ctx.random.digits(3)}
    where id = (
      select id from reservation r where title_id = ${title} and item_id is null
        and not exists (select from restriction where patron_id = r.patron_id and ended_at is null)
      order by placed_at, id limit 1 for update skip locked)
    returning id, patron_id, pickup_branch_id, pickup_until_on, pickup_number`)
  if (ready) await setItemState(ctx, item, 'on-shelf-for-pickup')
  return ready
}

export interface ReadyReservation {
  readonly id: ReservationId
  readonly patron_id: PatronId
  readonly pickup_branch_id: BranchId
  readonly pickup_until_on: Temporal.PlainDate
  readonly pickup_number: string
}

/**
 * The patron has borrowed the title: the reservation is gone in the same transaction. When another item stood ready
 * for it, that one goes to the next in line.
 */
export async function takeReservation(ctx: Context, patron: PatronId, title: TitleId, borrowed: ItemId): Promise<void> {
  const gone = await ctx.db.maybe<{ item_id: ItemId | null }>(sql`
    delete from reservation where patron_id = ${patron} and title_id = ${title} returning item_id`)
  if (gone?.item_id && gone.item_id !== borrowed) await passOn(ctx, gone.item_id, title)
}
