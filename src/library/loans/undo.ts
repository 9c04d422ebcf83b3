import { setItemState } from '#catalogue'
import { type FeeId, type ItemId, type LoanId, ok, type PatronId, type Result, refuse } from '#core'
import { sql, transact } from '#db'
import { voidLateFee } from '#fees'
import { passOn, releaseItem } from '#reservations'
import type { Context } from '#vault'
import { type LockedLoan, lockLoan, servesAtDesk } from './claim-returned.ts'

/** What was scanned by mistake is noticed at once; later it is history, and other things have been built on it. */
const UNDO_MINUTES = 10

export type UndoRefusal =
  | { readonly kind: 'not-allowed' }
  | { readonly kind: 'unknown-loan' }
  | { readonly kind: 'too-late' }
  /** Something has happened to the loan or to the item since. */
  | { readonly kind: 'changed-since' }
  /** Whoever waits for the item has been told that it is ready. */
  | { readonly kind: 'told' }
  /** What it cost to hand it in late has been paid. */
  | { readonly kind: 'paid' }

export interface Undone {
  readonly patron: PatronId
  readonly item: ItemId
}

/**
 * Takes back a checkout that was a mistake, such as an item of somebody else's pile: there was no loan. The item goes to
 * whoever waits for it, else where it belongs. A reservation that the checkout filled does not come back.
 */
export function undoCheckout(ctx: Context, loan: LoanId): Promise<Result<Undone, UndoRefusal>> {
  return undo(ctx, loan, async (ctx, row) => {
    if (row.state !== 'open' || row.renewals > 0) return refuse({ kind: 'changed-since' })
    if (isOver(ctx, row.lent_at)) return refuse({ kind: 'too-late' })
    await ctx.db.run(sql`delete from group_loan where loan_id = ${loan}`)
    await ctx.db.run(sql`delete from loan where id = ${loan}`)
    await passOn(ctx, row.item_id, row.title_id)
    return ok({ patron: row.patron_id, item: row.item_id })
  })
}

/**
 * Takes back a checkin that was a mistake: the loan goes on as it was, what the return cost is credited, and whoever the
 * item was put aside for waits in their place again.
 */
export function undoCheckin(ctx: Context, loan: LoanId): Promise<Result<Undone, UndoRefusal>> {
  return undo(ctx, loan, async (ctx, row) => {
    if (!row.returned_at || row.lost_at) return refuse({ kind: 'changed-since' })
    if (isOver(ctx, row.returned_at)) return refuse({ kind: 'too-late' })
    const since = await ctx.db.one<{ changed: boolean; told: boolean }>(sql`
      select exists (select from loan where item_id = ${row.item_id} and lent_at > ${row.lent_at})
          or (select state from item where id = ${row.item_id})
            not in ('available', 'in-transit', 'on-shelf-for-pickup') as changed,
        exists (select from reservation where item_id = ${row.item_id} and told_at is not null) as told`)
    if (since.changed) return refuse({ kind: 'changed-since' })
    if (since.told) return refuse({ kind: 'told' })
    const charged = await ctx.db.maybe<{ id: FeeId; paid: boolean }>(sql`
      select id, paid_ore > 0 as paid from fee where loan_id = ${loan} and charged_at >= ${row.returned_at}`)
    // A fee that several loans share was not made by this return alone.
    if (charged?.paid || (row.fee_id && row.fee_id !== charged?.id)) return refuse({ kind: 'paid' })
    if (charged) await voidLateFee(ctx, charged.id)
    await releaseItem(ctx, row.item_id)
    await ctx.db.run(sql`update loan set returned_at = null, settled_at = null, fee_id = null where id = ${loan}`)
    await setItemState(ctx, row.item_id, 'on-loan')
    return ok({ patron: row.patron_id, item: row.item_id })
  })
}

function isOver(ctx: Context, at: Temporal.Instant): boolean {
  return Temporal.Instant.compare(at.add({ minutes: UNDO_MINUTES }), ctx.clock.now()) < 0
}

function undo(
  ctx: Context,
  loan: LoanId,
  work: (ctx: Context, row: LockedLoan) => Promise<Result<Undone, UndoRefusal>>,
): Promise<Result<Undone, UndoRefusal>> {
  return transact(ctx, async (ctx) => {
    if (!servesAtDesk(ctx)) return refuse({ kind: 'not-allowed' })
    const row = await lockLoan(ctx, loan)
    return row ? work(ctx, row) : refuse({ kind: 'unknown-loan' })
  })
}
