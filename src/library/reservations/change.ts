import { type BranchId, dayOf, isId, ok, type PatronId, type ReservationId, type Result, refuse } from '#core'
import { sql, transact } from '#db'
import type { Context } from '#vault'

export type ChangeReservationRefusal =
  | { readonly kind: 'unknown-reservation' }
  /** It stands ready, or is on its way there: where and until when is settled. */
  | { readonly kind: 'being-filled' }
  | { readonly kind: 'unknown-branch' }
  | { readonly kind: 'interest-in-past' }

/** Where it is to be picked up, and until when the patron wants it; what is left out stays. Keeps its place in the queue. */
export function changeReservation(
  ctx: Context,
  given: {
    readonly id: ReservationId
    readonly patron: PatronId
    readonly pickupBranch?: BranchId | undefined
    readonly interestUntil?: Temporal.PlainDate | undefined
  },
): Promise<Result<ReservationId, ChangeReservationRefusal>> {
  const { id, patron, pickupBranch, interestUntil } = given
  return transact(ctx, async (ctx) => {
    const row = isId(id)
      ? await ctx.db.maybe<{ filled: boolean }>(sql`
          select item_id is not null as filled from reservation where id = ${id} and patron_id = ${patron} for update`)
      : undefined
    if (!row) return refuse({ kind: 'unknown-reservation' })
    if (row.filled) return refuse({ kind: 'being-filled' })
    if (interestUntil && Temporal.PlainDate.compare(interestUntil, dayOf(ctx.clock.now())) < 0) {
      return refuse({ kind: 'interest-in-past' })
    }
    if (pickupBranch) {
      const known = isId(pickupBranch) && (await ctx.db.maybe(sql`select 1 from branch where id = ${pickupBranch}`))
      if (!known) return refuse({ kind: 'unknown-branch' })
    }
    await ctx.db.run(sql`
      update reservation set pickup_branch_id = coalesce(${pickupBranch ?? null}::uuid, pickup_branch_id),
        interest_until_on = coalesce(${interestUntil ?? null}::date, interest_until_on),
        interest_warned_at = case when ${interestUntil ?? null}::date is null then interest_warned_at end
      where id = ${id}`)
    return ok(id)
  })
}
