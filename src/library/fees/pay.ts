import {
  type BranchId,
  type Ore,
  ok,
  oreOf,
  type PatronId,
  type PaymentId,
  type PaymentOrderId,
  type Result,
  refuse,
  type StaffId,
} from '#core'
import { sql, transact } from '#db'
import type { Context } from '#vault'
import { reviewDebt } from './debt-block.ts'
import { type Claim, type ClaimMoney, freshNumber, leftOf, lockClaim, lockPatron, move } from './ledger.ts'
import type { PaymentRow } from './tables.ts'

export type { Claim } from './ledger.ts'

export type PaymentRefusal =
  | { readonly kind: 'no-such-claim' }
  | { readonly kind: 'more-than-owed'; readonly owed: Ore }
  | { readonly kind: 'nothing-to-pay' }
  /** It is paid to the municipality, not here. */
  | { readonly kind: 'with-municipality' }

export interface Receipt {
  readonly number: string
  readonly amount: Ore
  readonly left: Ore
}

/** Where and by whom money was taken or handed out, as far as that is known. */
export interface Till {
  readonly branch_id?: BranchId | null
  readonly taken_by?: StaffId | null
  readonly order_id?: PaymentOrderId | null
}

/**
 * Pays a claim, whole or in part. The claim, the payment and the entry in the accounts are rows of their own, because
 * each ends on its own day; when nothing is left all of them learn the moment.
 * @param method `municipality` for what was paid there, and then also of a claim it has taken over
 */
export function pay(
  ctx: Context,
  claim: Claim,
  amount: Ore,
  method: PaymentRow['method'],
  till: Till = {},
): Promise<Result<Receipt, PaymentRefusal>> {
  return transact(ctx, async (ctx) => {
    const money = await lockClaim(ctx, claim)
    if (!money) return refuse({ kind: 'no-such-claim' })
    const refusal = decidePayment(money, amount, method)
    if (refusal) return refuse(refusal)
    const left = await move(ctx, claim, money, { kind: 'payment', amount, method, branch_id: till.branch_id ?? null })
    const number = await writePayment(ctx, claim, money.patron_id, amount, method, till)
    if (claim.kind === 'fee') await reviewDebt(ctx, money.patron_id)
    return ok({ number, amount, left })
  })
}

export function decidePayment(
  money: ClaimMoney,
  amount: number,
  method: PaymentRow['method'],
): PaymentRefusal | undefined {
  if (money.handed_over_at && method !== 'municipality') return { kind: 'with-municipality' }
  const left = leftOf(money)
  if (left <= 0 || amount <= 0) return { kind: 'nothing-to-pay' }
  return amount > left ? { kind: 'more-than-owed', owed: left } : undefined
}

export interface Part {
  readonly claim: Claim
  readonly amount: Ore
}

/**
 * Pays several of a patron's claims in one go, each whole or in part and each with a receipt: all of them or none. A
 * refusal names the claim that could not be paid; one that is somebody else's is not there.
 */
export function paySeveral(
  ctx: Context,
  patron: PatronId,
  parts: readonly Part[],
  method: PaymentRow['method'],
  till: Till = {},
): Promise<Result<(Receipt & { readonly claim: Claim })[], PaymentRefusal & { readonly claim?: Claim }>> {
  return transact(ctx, async (ctx) => {
    await lockPatron(ctx, patron)
    if (parts.length === 0) return refuse({ kind: 'nothing-to-pay' })
    // Judged before the first is paid: what is refused leaves nothing behind.
    const seen: Record<string, number> = {}
    for (const { claim, amount } of parts) {
      const money = await lockClaim(ctx, claim)
      if (!money || money.patron_id !== patron || claim.id in seen) return refuse({ kind: 'no-such-claim', claim })
      seen[claim.id] = amount
      const refusal = decidePayment(money, amount, method)
      if (refusal) return refuse({ ...refusal, claim })
    }
    const receipts: (Receipt & { claim: Claim })[] = []
    for (const { claim, amount } of parts) {
      const paid = await pay(ctx, claim, amount, method, till)
      if (!paid.ok) return refuse({ ...paid.refusal, claim })
      receipts.push({ ...paid.value, claim })
    }
    return ok(receipts)
  })
}

export type RefundRefusal =
  | { readonly kind: 'no-such-claim' }
  | { readonly kind: 'nothing-to-refund' }
  | { readonly kind: 'more-than-paid'; readonly paid: Ore }
  | { readonly kind: 'with-municipality' }

/**
 * Hands money back: what is the patron's again after a compensation fell away, or a payment taken by mistake, which is
 * then owed again. Never more than was paid, and of a claim that the municipality has no more than what is the patron's.
 * @param amount above zero
 */
export function payBack(
  ctx: Context,
  claim: Claim,
  amount: Ore,
  method: PaymentRow['method'],
  till: Till = {},
): Promise<Result<Receipt, RefundRefusal>> {
  return transact(ctx, async (ctx) => {
    const money = await lockClaim(ctx, claim)
    if (!money) return refuse({ kind: 'no-such-claim' })
    const refusal = decideRefund(money, amount)
    if (refusal) return refuse(refusal)
    const left = await move(ctx, claim, money, { kind: 'refund', amount, method, branch_id: till.branch_id ?? null })
    const number = await writePayment(ctx, claim, money.patron_id, oreOf(-amount), method, till)
    if (claim.kind === 'fee') await reviewDebt(ctx, money.patron_id)
    return ok({ number, amount: oreOf(-amount), left })
  })
}

export function decideRefund(money: ClaimMoney, amount: number): RefundRefusal | undefined {
  if (money.paid_ore === 0 || amount <= 0) return { kind: 'nothing-to-refund' }
  if (amount > money.paid_ore) return { kind: 'more-than-paid', paid: oreOf(money.paid_ore) }
  if (money.handed_over_at && amount > -leftOf(money)) return { kind: 'with-municipality' }
  return undefined
}

async function writePayment(
  ctx: Context,
  claim: Claim,
  patron: PatronId,
  amount: Ore,
  method: PaymentRow['method'],
  till: Till,
): Promise<string> {
  const now = ctx.clock.now()
  const id = ctx.random.uuid(now) as PaymentId
  const number = freshNumber(ctx)
  await ctx.db.run(sql`
    insert into payment (id, patron_id, fee_id, compensation_id, amount_ore, method, receipt_number, paid_at, order_id,
      branch_id, taken_by)
    values (${id}, ${patron}, ${claim.kind === 'fee' ? claim.id : null},
      ${claim.kind === 'compensation' ? claim.id : null}, ${amount}, ${method}, ${number}, ${now},
      ${till.order_id ?? null}, ${till.branch_id ?? null}, ${till.taken_by ?? null})`)
  return number
}
