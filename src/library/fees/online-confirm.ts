import { type Ore, oreOf, type PaymentOrderId } from '#core'
import { sql, transact } from '#db'
import type { Context } from '#vault'
import { claimsOf, lockClaims, lockOrder, readOrder } from './online-orders.ts'
import { distribute } from './online-rules.ts'
import { pay } from './pay.ts'
import { type PaymentProvider, PaymentProviderDown, type ProviderStatus } from './payment-provider.ts'
import type { PaymentOrderRow } from './tables.ts'

/**
 * Finds out at the provider what became of a payment, and books it: once, however often and in whatever order the
 * webhook, the browser and the minute's look come by. What came in although the claim was paid elsewhere meanwhile goes
 * back, and so does an amount that is not the order's.
 * @param hint the provider's number as a webhook tells it, for an order that has not heard its own yet; it is believed
 *   only when the provider says that this payment is about this order
 * @returns the order as it is afterwards; undefined when there is none
 * @throws PaymentProviderDown
 */
export async function confirmPayment(
  ctx: Context,
  provider: PaymentProvider,
  id: PaymentOrderId,
  hint?: string,
): Promise<PaymentOrderRow | undefined> {
  const order = await readOrder(ctx, id)
  if (!order || order.provider !== provider.name) return order
  if (order.state === 'paid' && order.ended_at !== null) return order
  const providerId = order.provider_id ?? hint
  if (providerId === undefined) return order
  const told = await provider.status(providerId)
  if (!told || told.reference !== id) {
    if (order.provider_id) ctx.log.error({ agency: ctx.agency, order: id }, 'the provider does not know our payment')
    return order
  }
  const status = told.state === 'reserved' ? await takeOrLetGo(ctx, provider, order, providerId, told) : told
  const noted = await transact(ctx, (ctx) => note(ctx, id, providerId, status))
  return noted && owesRefund(noted) ? payBack(ctx, provider, noted, providerId) : noted
}

/** Takes the money that is held if all is still as it was ordered; otherwise lets go of it, and nothing was taken. */
async function takeOrLetGo(
  ctx: Context,
  provider: PaymentProvider,
  order: PaymentOrderRow,
  providerId: string,
  held: ProviderStatus,
): Promise<ProviderStatus> {
  try {
    if (await isStillWanted(ctx, order, held.amount_ore)) await provider.charge(providerId, order.id, order.amount_ore)
    else await provider.cancel(providerId)
  } catch (fault) {
    // Two may come to take it at once; the one who was late is told so by an error.
    const now = await provider.status(providerId)
    if (!now || now.state === 'reserved') throw fault
    return now
  }
  const now = await provider.status(providerId)
  if (!now) throw new PaymentProviderDown('the provider forgot a payment it knew a moment ago')
  return now
}

async function isStillWanted(ctx: Context, order: PaymentOrderRow, held: Ore): Promise<boolean> {
  if (order.ended_at !== null || held !== order.amount_ore) return false
  const claims = await transact(ctx, (ctx) => lockClaims(ctx, order.patron_id, claimsOf(order)))
  return distribute(order.amount_ore, claims).surplus === 0
}

/** Writes down what the provider said, with all that follows from it. */
async function note(
  ctx: Context,
  id: PaymentOrderId,
  providerId: string,
  status: ProviderStatus,
): Promise<PaymentOrderRow | undefined> {
  const order = await lockOrder(ctx, id)
  // Somebody else was quicker.
  if (!order || order.state === 'paid' || owesRefund(order)) return order
  const now = ctx.clock.now()
  switch (status.state) {
    case 'open':
    case 'reserved':
      if (order.provider_id === null && order.ended_at === null) {
        await ctx.db.run(sql`update payment_order set provider_id = ${providerId} where id = ${id}`)
      }
      break
    case 'failed':
    case 'cancelled':
      await ctx.db.run(sql`
        update payment_order set provider_id = ${providerId}, state = ${status.state}, ended_at = ${now}, page_url = null
        where id = ${id} and ended_at is null`)
      break
    case 'paid':
      await notePaid(ctx, order, providerId, status)
  }
  return readOrder(ctx, id)
}

async function notePaid(
  ctx: Context,
  order: PaymentOrderRow,
  providerId: string,
  { amount_ore, refunded_ore }: ProviderStatus,
): Promise<void> {
  const now = ctx.clock.now()
  const isRight = amount_ore === order.amount_ore
  // Already sent back, by us before a crash or by hand in the provider's own portal: not ours to book.
  const kept = oreOf(Math.max(0, amount_ore - refunded_ore))
  const surplus = isRight && refunded_ore === 0 ? await book(ctx, order) : amount_ore
  const state = surplus === amount_ore ? (isRight ? 'cancelled' : 'failed') : 'paid'
  if (!isRight) ctx.log.error({ agency: ctx.agency, order: order.id }, 'a payment was of another amount than its order')
  const isOver = surplus === 0 || kept === 0
  await ctx.db.run(sql`
    update payment_order set provider_id = ${providerId}, state = ${state}, refund_ore = ${surplus},
      refunded_at = ${surplus > 0 && isOver ? now : null}, ended_at = ${isOver ? now : null}, page_url = null
    where id = ${order.id}`)
}

/** Pays the claims with what came in. Answers what is too much because something was paid elsewhere meanwhile. */
async function book(ctx: Context, order: PaymentOrderRow): Promise<Ore> {
  const claims = await lockClaims(ctx, order.patron_id, claimsOf(order))
  const { parts, surplus } = distribute(order.amount_ore, claims)
  let back: number = surplus
  for (const { claim, amount } of parts) {
    const paid = await pay(ctx, claim, amount, 'online', { order_id: order.id })
    if (!paid.ok) back += amount
  }
  return oreOf(back)
}

export function owesRefund({ refund_ore, refunded_at }: PaymentOrderRow): boolean {
  return refund_ore > 0 && refunded_at === null
}

/** A refund that fails is tried again by the minute's look: the order is not over until the money is back. */
async function payBack(
  ctx: Context,
  provider: PaymentProvider,
  order: PaymentOrderRow,
  providerId: string,
): Promise<PaymentOrderRow | undefined> {
  try {
    const status = await provider.status(providerId)
    const owed = order.refund_ore - (status?.refunded_ore ?? 0)
    if (owed > 0) await provider.refund(providerId, order.id, oreOf(owed))
  } catch (fault) {
    ctx.log.warn({ agency: ctx.agency, order: order.id, fault: String(fault) }, 'a surplus could not be paid back yet')
    return order
  }
  const now = ctx.clock.now()
  await ctx.db.run(sql`
    update payment_order set refunded_at = ${now}, ended_at = ${now} where id = ${order.id} and refunded_at is null`)
  ctx.log.info({ agency: ctx.agency, order: order.id }, 'what was paid twice has gone back')
  return readOrder(ctx, order.id)
}
