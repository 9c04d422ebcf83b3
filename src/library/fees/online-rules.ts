import { type Ore, oreOf } from '#core'
import type { Claim } from './pay.ts'
import type { PaymentOrderRow } from './tables.ts'

/** A claim as somebody about to pay it online must know it. */
export interface PayableClaim {
  readonly claim: Claim
  readonly number: string | null
  readonly left_ore: Ore
  readonly handed_over: boolean
}

export type StartRefusal =
  /** None chosen, or one that is not theirs, is paid or does not exist: they are not told which. */
  | { readonly kind: 'no-such-claim' | 'nothing-to-pay' }
  | { readonly kind: 'with-municipality' }
  /** Another payment of the same claim is being started this moment. */
  | { readonly kind: 'already-begun' }
  | { readonly kind: 'provider-down' }

/** Whole claims only: what each still lacks is what is paid. */
export function orderedAmount(claims: readonly PayableClaim[]): Ore {
  return oreOf(claims.reduce((sum, { left_ore }) => sum + left_ore, 0))
}

/** Which parts of the money that came in go to which claim, and what is left over and goes back. */
export function distribute(
  paid: Ore,
  claims: readonly PayableClaim[],
): { readonly parts: readonly { readonly claim: Claim; readonly amount: Ore }[]; readonly surplus: Ore } {
  let rest: number = paid
  const parts: { claim: Claim; amount: Ore }[] = []
  for (const { claim, left_ore, handed_over } of claims) {
    const amount = handed_over ? 0 : Math.max(0, Math.min(left_ore, rest))
    if (amount === 0) continue
    parts.push({ claim, amount: oreOf(amount) })
    rest -= amount
  }
  return { parts, surplus: oreOf(rest) }
}

/**
 * Which state of an order may follow which. Money that comes in after we had given up is booked all the same, or paid
 * back: the provider's word is the last.
 */
export const ORDER_STEPS: Readonly<Record<PaymentOrderRow['state'], readonly PaymentOrderRow['state'][]>> = {
  created: ['open', 'paid', 'failed', 'cancelled'],
  open: ['paid', 'failed', 'cancelled'],
  failed: ['paid', 'cancelled'],
  cancelled: ['paid', 'failed'],
  paid: [],
}

/** While the patron is on the provider's page; afterwards nothing is asked of the provider's page any more. */
export const GIVE_UP_AFTER_MINUTES = 60
/** A start that has not answered by now never will: the request to the provider is given up long before. */
export const START_TAKES_MINUTES = 2

export function olderThan(order: Pick<PaymentOrderRow, 'created_at'>, minutes: number, now: Temporal.Instant): boolean {
  return Temporal.Instant.compare(order.created_at.add({ minutes }), now) <= 0
}

export function sameClaims(
  order: Pick<PaymentOrderRow, 'fee_ids' | 'compensation_ids'>,
  claims: readonly Claim[],
): boolean {
  const ordered: readonly string[] = [...order.fee_ids, ...order.compensation_ids]
  return ordered.length === claims.length && claims.every(({ id }) => ordered.includes(id))
}
