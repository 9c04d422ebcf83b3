import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { type LoanId, oreOf, type PaymentOrderId } from '#core'
import { sql } from '#db'
import {
  type Claim,
  cancelPayment,
  confirmPayment,
  expireOrders,
  ORDER_STEPS,
  type PaymentProvider,
  pay,
  startPayment,
} from '#fees'
import { type NexiSimulator, startNexiSimulator } from '#simulators'
import type { Context } from '#vault'
import { type Cast, castIn } from '../../../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import { Planter } from '../../../test/support/rows.ts'
import { connectNexi } from './index.ts'

let library: TestLibrary
let ctx: Context
let cast: Cast
let planter: Planter
let simulator: NexiSimulator
let provider: PaymentProvider
/** Somebody pays a krone of it at the desk in the moment the provider takes the money. */
let atTheDesk: Claim | undefined

before(async () => {
  library = await openTestLibrary()
  ctx = library.context()
  cast = await castIn(ctx)
  planter = await Planter.of(ctx)
  simulator = await startNexiSimulator()
  const found = connectNexi(simulator.config(['fredensborg']), 'http://127.0.0.1:9').provider('fredensborg')
  assert(found)
  provider = {
    ...found,
    async charge(...given) {
      await found.charge(...given)
      const claim = atTheDesk
      atTheDesk = undefined
      if (claim) await pay(ctx, claim, oreOf(100), 'card')
    },
  }
  // Webhooks go nowhere here: what they would cause is a command of its own.
  simulator.holdWebhooks()
})
after(async () => {
  await simulator?.close()
  await library.close()
})

/** What a claim still lacks, and what the provider has of it. Nothing else is known to the model. */
interface Model {
  readonly owed: number[]
}
interface Real {
  readonly claims: readonly Claim[]
  readonly orders: { id: PaymentOrderId; state: keyof typeof ORDER_STEPS }[]
}

async function look(model: Model, real: Real): Promise<void> {
  for (const order of real.orders) {
    const now = await ctx.db.one<{ state: keyof typeof ORDER_STEPS; provider_id: string | null; refund_ore: number }>(
      sql`select state, provider_id, refund_ore from payment_order where id = ${order.id}`,
    )
    assert(now.state === order.state || ORDER_STEPS[order.state].includes(now.state), `${order.state} → ${now.state}`)
    order.state = now.state
  }
  for (const [at, claim] of real.claims.entries()) {
    const { left, paid } = await ctx.db.one<{ left: number; paid: number }>(sql`
      select c.amount_ore - c.paid_ore as left, c.paid_ore as paid from ${sql.id(claim.kind)} c where id = ${claim.id}`)
    const { booked } = await ctx.db.one<{ booked: number }>(sql`
      select coalesce(sum(amount_ore), 0)::int as booked from payment where fee_id = ${claim.id} or compensation_id = ${claim.id}`)
    assert.equal(booked, paid, 'every payment has one row')
    assert(left >= 0 && left <= (model.owed[at] ?? 0), 'what is owed never grows and is never paid twice')
    model.owed[at] = left
  }
}

type Command = fc.AsyncCommand<Model, Real>

function command(name: string, run: (real: Real) => Promise<unknown>): Command {
  return {
    check: () => true,
    toString: () => name,
    async run(model, real) {
      await run(real)
      await look(model, real)
    },
  }
}

const place = fc.nat({ max: 5 })
const commands = [
  fc.array(fc.nat({ max: 2 }), { minLength: 1, maxLength: 3 }).map((which) =>
    command(`start ${which}`, async (real) => {
      const started = await startPayment(ctx, provider, {
        patron: cast.asta.id,
        claims: which.flatMap((at) => real.claims[at] ?? []),
        language: 'da',
        returnUrl: () => 'http://127.0.0.1:9/',
        line: () => 'regning',
      })
      if (!started.ok || real.orders.some(({ id }) => id === started.value.id)) return
      real.orders.push({ id: started.value.id, state: 'created' })
    }),
  ),
  place.map((at) =>
    command(`pay at the provider ${at}`, async ({ orders }) => {
      const order = orders.at(at - 3)
      const row =
        order &&
        (await ctx.db.one<{ at: string }>(sql`select provider_id as at from payment_order where id = ${order.id}`))
      if (row?.at) simulator.choose(row.at, 'pay')
    }),
  ),
  place.map((at) =>
    command(`webhook ${at}`, async ({ orders }) => each(orders.at(at - 3), (id) => confirmPayment(ctx, provider, id))),
  ),
  place.map((at) =>
    command(`two webhooks at once ${at}`, async ({ orders }) =>
      each(orders.at(at - 3), (id) =>
        Promise.all([confirmPayment(ctx, provider, id), confirmPayment(ctx, provider, id)]),
      ),
    ),
  ),
  place.map((at) =>
    command(`turn back ${at}`, async ({ orders }) => each(orders.at(at - 3), (id) => cancelPayment(ctx, provider, id))),
  ),
  fc.tuple(fc.nat({ max: 2 }), fc.integer({ min: 1, max: 5_000 })).map(([at, amount]) =>
    command(`at the desk ${at}`, async ({ claims }) => {
      const claim = claims[at]
      if (claim) await pay(ctx, claim, oreOf(amount), 'cash')
    }),
  ),
  fc.nat({ max: 2 }).map((at) =>
    command(`at the desk in that moment ${at}`, async ({ claims }) => {
      atTheDesk = claims[at]
    }),
  ),
  fc.nat({ max: 90 }).map((minutes) =>
    command(`${minutes} minutes later`, async () => {
      library.clock.moveTo(ctx.clock.now().add({ minutes }))
      await expireOrders(ctx, provider)
    }),
  ),
  fc
    .constantFrom('charges', 'refunds', 'cancels', 'GET /v1', 'POST /v1/payments', 'terminate')
    .map((at) =>
      command(`the line is cut at ${at}`, async () => simulator.troubleNext({ at, done: at.length % 2 === 0 })),
    ),
]

async function each(
  order: Real['orders'][number] | undefined,
  work: (id: PaymentOrderId) => Promise<unknown>,
): Promise<void> {
  // What cannot be asked now is asked at the next look.
  if (order) await work(order.id).catch((fault) => assert.match(String(fault), /was (not )?answered/))
}

async function newClaims(): Promise<Claim[]> {
  const claims: Claim[] = []
  for (const [kind, amount] of [
    ['fee', 2_000],
    ['fee', 12_000],
    ['compensation', 25_500],
  ] as const) {
    const loan_id = (await planter.row('loan', { patron_id: cast.asta.id, returned_at: ctx.clock.now() })) as LoanId
    const given = {
      patron_id: cast.asta.id,
      loan_id,
      amount_ore: amount,
      paid_ore: 0,
      credited_ore: 0,
      settled_at: null,
    }
    claims.push({ kind, id: await planter.row(kind, { ...given, charged_at: ctx.clock.now() }) } as Claim)
  }
  return claims
}

test('whatever happens in whatever order, the provider keeps exactly what is booked, and no claim is paid twice', async () => {
  await fc.assert(
    fc.asyncProperty(fc.commands(commands, { maxCommands: 25 }), async (steps) => {
      for (const table of ['payment_order', 'payment']) await ctx.db.run(sql`delete from ${sql.id(table)}`)
      const claims = await newClaims()
      atTheDesk = undefined
      const real: Real = { claims, orders: [] }
      await fc.asyncModelRun(() => ({ model: { owed: [2_000, 12_000, 25_500] }, real }), steps)
      // The minutes after: everything is asked about until nothing is open.
      for (let look = 0; look < 9; look++) {
        library.clock.moveTo(ctx.clock.now().add({ minutes: 61 }))
        await expireOrders(ctx, provider)
      }
      assert.deepEqual(await ctx.db.all(sql`select state from payment_order where ended_at is null`), [])
      for (const { id } of real.orders) {
        const { at, booked } = await ctx.db.one<{ at: string | null; booked: number }>(sql`
          select provider_id as at, (select coalesce(sum(amount_ore), 0) from payment where order_id = o.id)::int as booked
          from payment_order o where id = ${id}`)
        const there = at === null ? undefined : simulator.payments.get(at)
        assert.equal((there?.charged ?? 0) - (there?.refunded ?? 0), booked)
      }
    }),
    { numRuns: 40 },
  )
})
