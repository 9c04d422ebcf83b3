import { type CompensationId, type FeeId, type Ore, oreOf, type PatronId, type PaymentOrderId } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'
import type { PayableClaim } from './online-rules.ts'
import type { Claim } from './pay.ts'
import type { PaymentOrderRow } from './tables.ts'

const ORDER = sql.raw(`id, patron_id, provider, provider_id, state, amount_ore, fee_ids, compensation_ids, created_at,
  ended_at, page_url, refund_ore, refunded_at`)

export function readOrder(ctx: Context, id: PaymentOrderId): Promise<PaymentOrderRow | undefined> {
  return ctx.db.maybe(sql<PaymentOrderRow>`select ${ORDER} from payment_order where id = ${id}`)
}

/** Which order a provider's payment is of. */
export async function orderOfProvider(
  ctx: Context,
  provider: string,
  providerId: string,
): Promise<PaymentOrderId | undefined> {
  const row = await ctx.db.maybe(
    sql<{
      id: PaymentOrderId
    }>`select id from payment_order where provider = ${provider} and provider_id = ${providerId}`,
  )
  return row?.id
}

/** Locks the patron and then the order, in the caller's transaction, and reads it as it is by then. */
export async function lockOrder(ctx: Context, id: PaymentOrderId): Promise<PaymentOrderRow | undefined> {
  await ctx.db.run(sql`
    select from patron where id = (select patron_id from payment_order where id = ${id}) for no key update`)
  return ctx.db.maybe(sql<PaymentOrderRow>`select ${ORDER} from payment_order where id = ${id} for update`)
}

/** The patron's payments that are under way and concern any of these claims. */
export function openOrders(ctx: Context, patron: PatronId, claims: readonly Claim[]): Promise<PaymentOrderRow[]> {
  return ctx.db.all(sql<PaymentOrderRow>`
    select ${ORDER} from payment_order
    where patron_id = ${patron} and state in ('created', 'open')
      and (fee_ids && ${feesOf(claims)}::uuid[] or compensation_ids && ${compensationsOf(claims)}::uuid[])
    order by created_at, id`)
}

/** All that is not over, for the minute's look. */
export function unendedOrders(ctx: Context): Promise<PaymentOrderRow[]> {
  return ctx.db.all(sql<PaymentOrderRow>`
    select ${ORDER} from payment_order where ended_at is null order by created_at, id`)
}

/** What is left of these claims of one patron, in the order given; locks them in one order. Those not theirs are missing. */
export async function lockClaims(ctx: Context, patron: PatronId, claims: readonly Claim[]): Promise<PayableClaim[]> {
  const rows = new Map<string, ClaimRow>()
  for (const kind of ['fee', 'compensation'] as const) {
    const ids = kind === 'fee' ? feesOf(claims) : compensationsOf(claims)
    const found = await ctx.db.all(sql<ClaimRow>`
      select id, number, amount_ore - paid_ore - credited_ore as left_ore, handed_over_at is not null as handed_over
      from ${sql.id(kind)} where patron_id = ${patron} and id = any(${ids}::uuid[]) order by id for update`)
    for (const row of found) rows.set(`${kind} ${row.id}`, row)
  }
  return claims.flatMap((claim) => {
    const row = rows.get(`${claim.kind} ${claim.id}`)
    return row ? [{ claim, number: row.number, left_ore: oreOf(row.left_ore), handed_over: row.handed_over }] : []
  })
}

interface ClaimRow {
  readonly id: string
  readonly number: string | null
  readonly left_ore: number
  readonly handed_over: boolean
}

export function claimsOf(order: Pick<PaymentOrderRow, 'fee_ids' | 'compensation_ids'>): Claim[] {
  return [
    ...order.fee_ids.map((id) => ({ kind: 'fee', id }) as const),
    ...order.compensation_ids.map((id) => ({ kind: 'compensation', id }) as const),
  ]
}

export async function insertOrder(
  ctx: Context,
  given: { patron: PatronId; provider: string; amount: Ore; claims: readonly Claim[] },
): Promise<PaymentOrderId> {
  const now = ctx.clock.now()
  const id = ctx.random.uuid(now) as PaymentOrderId
  await ctx.db.run(sql`
    insert into payment_order (id, patron_id, provider, provider_id, state, amount_ore, fee_ids, compensation_ids, created_at)
    values (${id}, ${given.patron}, ${given.provider}, null, 'created', ${given.amount},
      ${feesOf(given.claims)}::uuid[], ${compensationsOf(given.claims)}::uuid[], ${now})`)
  return id
}

function feesOf(claims: readonly Claim[]): FeeId[] {
  return claims.flatMap((claim) => (claim.kind === 'fee' ? [claim.id] : []))
}

function compensationsOf(claims: readonly Claim[]): CompensationId[] {
  return claims.flatMap((claim) => (claim.kind === 'compensation' ? [claim.id] : []))
}

/** A patron's receipts as long as they are kept, newest first; below zero what was paid back. */
export function receiptsOfPatron(ctx: Context, patron: PatronId): Promise<OrderReceipt[]> {
  return ctx.db.all(sql<OrderReceipt>`
    select p.receipt_number, p.amount_ore, p.paid_at,
      case when p.compensation_id is null then 'fee' else 'compensation' end as kind,
      coalesce(f.number, c.number) as number
    from payment p left join fee f on f.id = p.fee_id left join compensation c on c.id = p.compensation_id
    where p.patron_id = ${patron} order by p.paid_at desc, p.receipt_number limit 50`)
}

export interface OrderReceipt {
  readonly receipt_number: string
  readonly amount_ore: Ore
  readonly paid_at: Temporal.Instant
  readonly kind: Claim['kind']
  readonly number: string | null
}

/** The receipts of one payment online. */
export function receiptsOf(ctx: Context, order: PaymentOrderId): Promise<OrderReceipt[]> {
  return ctx.db.all(sql<OrderReceipt>`
    select p.receipt_number, p.amount_ore, p.paid_at,
      case when p.compensation_id is null then 'fee' else 'compensation' end as kind,
      coalesce(f.number, c.number) as number
    from payment p left join fee f on f.id = p.fee_id left join compensation c on c.id = p.compensation_id
    where p.order_id = ${order} order by p.paid_at, p.receipt_number`)
}
