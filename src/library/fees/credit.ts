import { type FeeId, type Ore, ok, type Result, refuse } from '#core'
import { sql, transact } from '#db'
import type { Context } from '#vault'
import { reviewDebt } from './debt-block.ts'
import { type Claim, type ClaimMoney, leftOf, lockClaim, move } from './ledger.ts'

export type CreditRefusal =
  | { readonly kind: 'no-such-claim' }
  | { readonly kind: 'nothing-owed' }
  | { readonly kind: 'more-than-owed'; readonly owed: Ore }

/**
 * Gives up a claim or a part of it, by an entry of its own: `credit` where it should not have been charged, `write-off`
 * where it cannot be had. A claim the municipality has may be reduced too; `collection` sees what is left and tells it.
 * @returns what is left
 */
export function credit(
  ctx: Context,
  claim: Claim,
  amount: Ore,
  kind: 'credit' | 'write-off',
): Promise<Result<Ore, CreditRefusal>> {
  return transact(ctx, async (ctx) => {
    const money = await lockClaim(ctx, claim)
    if (!money) return refuse({ kind: 'no-such-claim' })
    const refusal = decideCredit(money, amount)
    if (refusal) return refuse(refusal)
    const left = await move(ctx, claim, money, { kind, amount })
    if (claim.kind === 'fee') await reviewDebt(ctx, money.patron_id)
    return ok(left)
  })
}

/**
 * Credits a late fee whose return did not happen, in the caller's transaction: what is returned later the same day has a
 * fee of its own and does not share this one.
 */
export async function voidLateFee(ctx: Context, id: FeeId): Promise<void> {
  const claim: Claim = { kind: 'fee', id }
  const money = await lockClaim(ctx, claim)
  if (money && leftOf(money) > 0) await credit(ctx, claim, leftOf(money), 'credit')
  await ctx.db.run(sql`update fee set loaned_on = null, due_on = null, returned_on = null where id = ${id}`)
}

export function decideCredit(money: ClaimMoney, amount: number): CreditRefusal | undefined {
  const left = leftOf(money)
  if (left <= 0 || amount <= 0) return { kind: 'nothing-owed' }
  return amount > left ? { kind: 'more-than-owed', owed: left } : undefined
}
