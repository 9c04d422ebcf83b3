import { type Language, type Ore, ok, type PatronId, type PaymentOrderId, type Result, refuse } from '#core'
import { sql, transact } from '#db'
import { type FeatureOff, requireFeature } from '#privacy'
import type { Context } from '#vault'
import { confirmPayment } from './online-confirm.ts'
import { insertOrder, lockClaims, lockOrder, openOrders, readOrder, unendedOrders } from './online-orders.ts'
import {
  GIVE_UP_AFTER_MINUTES,
  olderThan,
  orderedAmount,
  type PayableClaim,
  START_TAKES_MINUTES,
  type StartRefusal,
  sameClaims,
} from './online-rules.ts'
import type { Claim } from './pay.ts'
import { type OrderLine, type PaymentProvider, PaymentProviderDown } from './payment-provider.ts'
import type { PaymentOrderRow } from './tables.ts'

export interface NewPayment {
  readonly patron: PatronId
  readonly claims: readonly Claim[]
  readonly language: Language
  /** Where the browser comes back to; the provider adds to it as it likes. */
  readonly returnUrl: (order: PaymentOrderId) => string
  /** What the provider's page calls a claim: whole sentences with a bill's number, never a title. */
  readonly line: (claim: Claim, number: string | null) => string
}

/**
 * Begins a payment of whole claims on the provider's page. A claim has one payment under way at a time: starting the
 * same again leads to the page that is open, starting another one ends it first.
 */
export async function startPayment(
  ctx: Context,
  provider: PaymentProvider,
  given: NewPayment,
): Promise<Result<PaymentOrderRow, StartRefusal | FeatureOff>> {
  const feature = await requireFeature(ctx, 'payment-order')
  if (!feature.ok) return feature
  const wish = { ...given, claims: uniqueClaims(given.claims) }
  for (const order of await openOrders(ctx, wish.patron, wish.claims)) {
    const still = await clearTheWay(ctx, provider, order, wish.claims).catch(unlessDown)
    if (still === 'down') return refuse({ kind: 'provider-down' })
    if (still) return still.page_url === null ? refuse({ kind: 'already-begun' }) : ok(still)
  }
  const laid = await layOrder(ctx, provider, wish)
  return laid.ok ? askProvider(ctx, provider, wish, laid.value) : laid
}

function unlessDown(fault: unknown): 'down' {
  if (fault instanceof PaymentProviderDown) return 'down'
  throw fault
}

/** Answers the payment that stays under way, if it does. */
async function clearTheWay(
  ctx: Context,
  provider: PaymentProvider,
  order: PaymentOrderRow,
  claims: readonly Claim[],
): Promise<PaymentOrderRow | undefined> {
  if (order.provider_id === null && !olderThan(order, START_TAKES_MINUTES, ctx.clock.now())) return order
  const asked = await confirmPayment(ctx, provider, order.id)
  if (!asked || !isUnderWay(asked)) return undefined
  if (asked.page_url !== null && sameClaims(asked, claims)) return asked
  const ended = await cancelPayment(ctx, provider, order.id)
  return ended && isUnderWay(ended) ? { ...ended, page_url: null } : undefined
}

/** Writes down that the payment begins, before the provider hears of it. */
function layOrder(
  ctx: Context,
  provider: PaymentProvider,
  { patron, claims }: NewPayment,
): Promise<Result<Laid, StartRefusal>> {
  return transact(ctx, async (ctx): Promise<Result<Laid, StartRefusal>> => {
    await ctx.db.run(sql`select from patron where id = ${patron} for no key update`)
    const owed = await lockClaims(ctx, patron, claims)
    if (owed.length === 0 || owed.length < claims.length) return refuse({ kind: 'no-such-claim' })
    if (owed.some(({ handed_over }) => handed_over)) return refuse({ kind: 'with-municipality' })
    if (owed.some(({ left_ore }) => left_ore <= 0)) return refuse({ kind: 'nothing-to-pay' })
    if ((await openOrders(ctx, patron, claims)).length > 0) return refuse({ kind: 'already-begun' })
    const amount = orderedAmount(owed)
    return ok({ owed, amount, id: await insertOrder(ctx, { patron, provider: provider.name, amount, claims }) })
  })
}

interface Laid {
  readonly id: PaymentOrderId
  readonly amount: Ore
  readonly owed: readonly PayableClaim[]
}

async function askProvider(
  ctx: Context,
  provider: PaymentProvider,
  wish: NewPayment,
  { id, amount, owed }: Laid,
): Promise<Result<PaymentOrderRow, StartRefusal>> {
  const returnUrl = wish.returnUrl(id)
  const lines = owed.map(
    ({ claim, number, left_ore }): OrderLine => ({
      text: wish.line(claim, number),
      reference: number ?? claim.kind,
      amount_ore: left_ore,
    }),
  )
  let begun: { providerId: string; url: string }
  try {
    begun = await provider.start({
      id,
      amount_ore: amount,
      lines,
      returnUrl,
      cancelUrl: returnUrl,
      language: wish.language,
    })
  } catch (fault) {
    ctx.log.warn({ agency: ctx.agency, order: id, fault: String(fault) }, 'a payment could not be started')
    await endOrder(ctx, id, 'failed')
    return refuse({ kind: 'provider-down' })
  }
  const order = await noteStarted(ctx, id, begun)
  if (order && order.state !== 'cancelled' && order.state !== 'failed') return ok(order)
  // It took so long that the order was given up meanwhile: nobody is to pay on that page.
  await provider.cancel(begun.providerId).catch(() => {})
  return refuse({ kind: 'provider-down' })
}

/** The webhook may have been here first; then only the page is missing, and nobody needs it. */
function noteStarted(
  ctx: Context,
  id: PaymentOrderId,
  { providerId, url }: { providerId: string; url: string },
): Promise<PaymentOrderRow | undefined> {
  return transact(ctx, async (ctx) => {
    const order = await lockOrder(ctx, id)
    if (!order) return undefined
    const isOpen = isUnderWay(order)
    await ctx.db.run(sql`
      update payment_order set provider_id = coalesce(provider_id, ${providerId}),
        state = ${isOpen ? 'open' : order.state}, page_url = ${isOpen ? url : null}
      where id = ${id}`)
    return readOrder(ctx, id)
  })
}

/** Turns back from a payment. Was it made after all, it counts. Answers the order as it is afterwards. */
export async function cancelPayment(
  ctx: Context,
  provider: PaymentProvider,
  id: PaymentOrderId,
): Promise<PaymentOrderRow | undefined> {
  const order = await readOrder(ctx, id)
  if (!order || order.ended_at !== null) return order
  if (order.provider_id === null) {
    await endOrder(ctx, id, 'cancelled')
    return readOrder(ctx, id)
  }
  await provider.cancel(order.provider_id)
  return confirmPayment(ctx, provider, id)
}

/** Ends an order nobody can have paid. One that the webhook has meanwhile given a provider's number is left alone. */
async function endOrder(ctx: Context, id: PaymentOrderId, state: 'failed' | 'cancelled'): Promise<void> {
  await ctx.db.run(sql`
    update payment_order set state = ${state}, ended_at = ${ctx.clock.now()}, page_url = null
    where id = ${id} and state = 'created' and provider_id is null and ended_at is null`)
}

/**
 * Looks at every payment that is not over, each minute: what the webhook did not tell of is asked for, what nobody
 * finished is ended, what came in twice goes back. An order whose start was cut off was never shown to anyone.
 * Answers how many ended.
 */
export async function expireOrders(ctx: Context, provider: PaymentProvider | undefined): Promise<number> {
  let ended = 0
  for (const order of await unendedOrders(ctx)) {
    try {
      const after = await lookAt(ctx, provider, order)
      if (after && after.ended_at !== null) ended++
    } catch (fault) {
      ctx.log.warn({ agency: ctx.agency, order: order.id, fault: String(fault) }, 'a payment could not be asked about')
    }
  }
  return ended
}

async function lookAt(
  ctx: Context,
  provider: PaymentProvider | undefined,
  order: PaymentOrderRow,
): Promise<PaymentOrderRow | undefined> {
  const now = ctx.clock.now()
  if (order.provider_id === null) {
    if (!olderThan(order, START_TAKES_MINUTES, now)) return order
    await endOrder(ctx, order.id, 'cancelled')
    return readOrder(ctx, order.id)
  }
  if (!provider || provider.name !== order.provider) return order
  const asked = await confirmPayment(ctx, provider, order.id)
  if (!asked || !isUnderWay(asked) || !olderThan(order, GIVE_UP_AFTER_MINUTES, now)) return asked
  return cancelPayment(ctx, provider, order.id)
}

export function isUnderWay({ state }: Pick<PaymentOrderRow, 'state'>): boolean {
  return state === 'created' || state === 'open'
}

function uniqueClaims(claims: readonly Claim[]): Claim[] {
  return [...new Map(claims.map((claim) => [claim.id as string, claim])).values()]
}
