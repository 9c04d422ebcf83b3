import { setItemState } from '#catalogue'
import { dayOf, type ItemId, type LoanId, ok, type PatronId, type Result, refuse, startOfDay } from '#core'
import { sql, transact } from '#db'
import type { Context } from '#vault'
import { type LoanState, loanState } from './states.ts'
import type { LoanRow } from './tables.ts'

export type ClaimRefusal =
  | { readonly kind: 'not-allowed' }
  | { readonly kind: 'unknown-loan' }
  /** It is back already. */
  | { readonly kind: 'not-on-loan' }
  | { readonly kind: 'lost' }
  /** The day is to come, or before the loan. */
  | { readonly kind: 'day-cannot-be' }
  | { readonly kind: 'not-claimed' }

/**
 * The patron says it was returned on a day. The loan stays open while it is looked for, but nobody is reminded, it does
 * not count against the patron's limits, and it is not counted as lost. Saying so again sets the day anew.
 */
export function claimReturned(
  ctx: Context,
  loan: LoanId,
  { on }: { readonly on: Temporal.PlainDate },
): Promise<Result<{ readonly loan: LoanId }, ClaimRefusal>> {
  return changed(ctx, loan, async (ctx, row) => {
    const now = ctx.clock.now()
    const cannotBe =
      Temporal.PlainDate.compare(on, dayOf(row.lent_at)) < 0 || Temporal.PlainDate.compare(on, dayOf(now)) > 0
    if (cannotBe) return refuse({ kind: 'day-cannot-be' })
    await ctx.db.run(sql`update loan set claimed_returned_at = ${startOfDay(on)} where id = ${loan}`)
    await setItemState(ctx, row.item_id, 'claimed-returned')
    return ok({ loan })
  })
}

/** The patron has it after all. */
export function withdrawClaim(ctx: Context, loan: LoanId): Promise<Result<{ readonly loan: LoanId }, ClaimRefusal>> {
  return changed(ctx, loan, async (ctx, row) => {
    if (row.state !== 'claimed-returned') return refuse({ kind: 'not-claimed' })
    await ctx.db.run(sql`update loan set claimed_returned_at = null where id = ${loan}`)
    await setItemState(ctx, row.item_id, 'on-loan')
    return ok({ loan })
  })
}

export interface LockedLoan extends LoanRow {
  readonly state: LoanState
}

/** Locks a loan, patron and item before it, and reads it. */
export async function lockLoan(ctx: Context, loan: LoanId): Promise<LockedLoan | undefined> {
  const whose = await ctx.db.maybe<{ patron_id: PatronId; item_id: ItemId }>(
    sql`select patron_id, item_id from loan where id = ${loan}`,
  )
  if (!whose) return undefined
  await ctx.db.run(sql`select from patron where id = ${whose.patron_id} for no key update`)
  await ctx.db.run(sql`select from item where id = ${whose.item_id} for update`)
  const row = await ctx.db.maybe<LoanRow>(sql`select * from loan where id = ${loan} for update`)
  return row && { ...row, state: loanState(row) }
}

/** Whether a member of staff who serves patrons is acting. */
export function servesAtDesk({ actor }: Context): boolean {
  return actor.kind === 'staff' && actor.roles.includes('desk')
}

function changed(
  ctx: Context,
  loan: LoanId,
  work: (ctx: Context, row: LockedLoan) => Promise<Result<{ readonly loan: LoanId }, ClaimRefusal>>,
): Promise<Result<{ readonly loan: LoanId }, ClaimRefusal>> {
  return transact(ctx, async (ctx) => {
    if (!servesAtDesk(ctx)) return refuse({ kind: 'not-allowed' })
    const row = await lockLoan(ctx, loan)
    if (!row) return refuse({ kind: 'unknown-loan' })
    if (row.returned_at) return refuse({ kind: 'not-on-loan' })
    if (row.lost_at) return refuse({ kind: 'lost' })
    return work(ctx, row)
  })
}
