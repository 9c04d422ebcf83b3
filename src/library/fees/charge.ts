import type { CompensationId, FeeId, LoanId, Ore, PatronId } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'
import { reviewDebt } from './debt-block.ts'

export interface Charge {
  readonly patron_id: PatronId
  readonly loan_id: LoanId
  readonly amount_ore: Ore
}

/** Charges a late fee, enters it in the accounts and looks at the debt, in the caller's transaction. */
export async function chargeFee(ctx: Context, charge: Charge): Promise<FeeId> {
  const id = ctx.random.uuid(ctx.clock.now()) as FeeId
  await ctx.db.run(sql`
    insert into fee (id, patron_id, loan_id, reason, amount_ore, paid_ore, charged_at)
    values (${id}, ${charge.patron_id}, ${charge.loan_id}, 'overdue', ${charge.amount_ore}, 0, ${ctx.clock.now()})`)
  await book(ctx, { patron: charge.patron_id, claim: id, account: 'fee', amount: charge.amount_ore })
  await reviewDebt(ctx, charge.patron_id)
  return id
}

/** Charges compensation for a lost or damaged item and enters it in the accounts, in the caller's transaction. */
export async function chargeCompensation(
  ctx: Context,
  charge: Charge & { readonly reason: 'lost' | 'damaged' },
): Promise<CompensationId> {
  const id = ctx.random.uuid(ctx.clock.now()) as CompensationId
  await ctx.db.run(sql`
    insert into compensation (id, patron_id, loan_id, reason, amount_ore, paid_ore, charged_at)
    values (${id}, ${charge.patron_id}, ${charge.loan_id}, ${charge.reason}, ${charge.amount_ore}, 0, ${ctx.clock.now()})`)
  await book(ctx, { patron: charge.patron_id, claim: id, account: 'compensation', amount: charge.amount_ore })
  return id
}

const ENTRY_NUMBER_DIGITS = 12

/** Enters an amount in the accounts: a charge above zero, a payment below. No title, no loan. */
export async function book(
  ctx: Context,
  entry: { patron: PatronId; claim: FeeId | CompensationId; account: 'fee' | 'compensation'; amount: number },
): Promise<void> {
  const now = ctx.clock.now()
  await ctx.db.run(sql`
    insert into bookkeeping_entry (id, patron_id, claim_id, number, account, amount_ore, booked_at)
    values (${ctx.random.uuid(now)}, ${entry.patron}, ${entry.claim}, ${ctx.random.digits(ENTRY_NUMBER_DIGITS)},
      ${entry.account}, ${entry.amount}, ${now})`)
}
