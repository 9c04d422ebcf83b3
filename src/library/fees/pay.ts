import { type CompensationId, type FeeId, type Ore, ok, oreOf, type PatronId, type Result, refuse } from '#core'
import { sql, transact } from '#db'
import type { Context } from '#vault'
import { book } from './charge.ts'
import { reviewDebt } from './debt-block.ts'
import type { PaymentRow } from './tables.ts'

/** What is owed for one reason: a fee or a compensation. */
export type Claim =
  | { readonly kind: 'fee'; readonly id: FeeId }
  | { readonly kind: 'compensation'; readonly id: CompensationId }

export type PaymentRefusal =
  | { readonly kind: 'no-such-claim' }
  | { readonly kind: 'more-than-owed'; readonly owed: Ore }
  | { readonly kind: 'nothing-to-pay' }

export interface Receipt {
  readonly number: string
  readonly amount: Ore
  readonly left: Ore
}

const RECEIPT_DIGITS = 12

/**
 * Pays a claim, whole or in part. The claim, the payment and the entry in the accounts are rows of their own, because
 * each ends on its own day; when nothing is left all of them learn the moment.
 */
export function pay(
  ctx: Context,
  claim: Claim,
  amount: Ore,
  method: PaymentRow['method'],
): Promise<Result<Receipt, PaymentRefusal>> {
  const table = sql.id(claim.kind)
  return transact(ctx, async (ctx) => {
    // Patron before claim, as everywhere: what they owe is looked at before the transaction ends.
    await ctx.db.run(sql`
      select from patron where id = (select patron_id from ${table} where id = ${claim.id}) for no key update`)
    const owed = await ctx.db.maybe<{ patron_id: PatronId; amount_ore: number; paid_ore: number }>(
      sql`select patron_id, amount_ore, paid_ore from ${table} where id = ${claim.id} for update`,
    )
    if (!owed) return refuse({ kind: 'no-such-claim' })
    const left = owed.amount_ore - owed.paid_ore
    if (left === 0 || amount <= 0) return refuse({ kind: 'nothing-to-pay' })
    if (amount > left) return refuse({ kind: 'more-than-owed', owed: oreOf(left) })
    const now = ctx.clock.now()
    const settled_at = amount === left ? now : null
    const number = ctx.random.digits(RECEIPT_DIGITS)
    await ctx.db.run(
      sql`update ${table} set paid_ore = paid_ore + ${amount}, settled_at = ${settled_at} where id = ${claim.id}`,
    )
    await ctx.db.run(sql`
      insert into payment (id, patron_id, fee_id, compensation_id, amount_ore, method, receipt_number, paid_at)
      values (${ctx.random.uuid(now)}, ${owed.patron_id}, ${claim.kind === 'fee' ? claim.id : null},
        ${claim.kind === 'compensation' ? claim.id : null}, ${amount}, ${method}, ${number}, ${now})`)
    await book(ctx, { patron: owed.patron_id, claim: claim.id, account: claim.kind, amount: -amount })
    if (settled_at) {
      await ctx.db.run(
        sql`update bookkeeping_entry set settled_at = ${now} where claim_id = ${claim.id} and settled_at is null`,
      )
    }
    if (claim.kind === 'fee') await reviewDebt(ctx, owed.patron_id)
    return ok({ number, amount, left: oreOf(left - amount) })
  })
}
