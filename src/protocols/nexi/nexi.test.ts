import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { type LoanId, assert as must, oreOf, type PatronId, type PaymentOrderId } from '#core'
import { sql } from '#db'
import {
  type Claim,
  cancelPayment,
  confirmPayment,
  expireOrders,
  type NewPayment,
  type PaymentProvider,
  PaymentProviderDown,
  pay,
  readOrder,
  registerOnlinePages,
  startPayment,
} from '#fees'
import { type NexiSimulator, startNexiSimulator } from '#simulators'
import type { Context } from '#vault'
import type { Site } from '#web'
import { type Cast, castIn } from '../../../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import { Planter } from '../../../test/support/rows.ts'
import { testWeb } from '../../../test/support/site.ts'
import { visit } from '../../../test/support/visitor.ts'
import { connectNexi, type Nexi, registerNexiWebhook } from './index.ts'

let library: TestLibrary
let ctx: Context
let cast: Cast
let planter: Planter
let app: FastifyInstance
let origin: string
let simulator: NexiSimulator
let nexi: Nexi
let provider: PaymentProvider
let bills = 10_000

before(async () => {
  library = await openTestLibrary()
  ctx = library.context()
  cast = await castIn(ctx)
  planter = await Planter.of(ctx)
  simulator = await startNexiSimulator()
  app = await testWeb()
  const late: { nexi?: Nexi } = {}
  const hooks: Nexi = {
    provider: (agency) => late.nexi?.provider(agency),
    isAuthorized: (agency, shown) => late.nexi?.isAuthorized(agency, shown) ?? false,
  }
  registerNexiWebhook(app, { nexi: () => hooks, contextOf: async () => library.context() })
  const address = { url: '' }
  registerOnlinePages(
    app,
    signedInAs(() => cast.asta.id),
    {
      provider: hooks.provider,
      get publicUrl() {
        return address.url
      },
    },
  )
  origin = await app.listen({ host: '127.0.0.1', port: 0 })
  address.url = origin
  nexi = connectNexi(simulator.config(['fredensborg']), origin)
  late.nexi = nexi
  const found = nexi.provider('fredensborg')
  must(found, 'fredensborg is a merchant')
  provider = found
})
after(async () => {
  await app?.close()
  await simulator?.close()
  await library.close()
})
beforeEach(async () => {
  for (const table of [
    'payment_order',
    'message',
    'loan_block',
    'payment',
    'bookkeeping_entry',
    'fee',
    'compensation',
  ]) {
    await ctx.db.run(sql`delete from ${sql.id(table)}`)
  }
})
afterEach(async () => {
  simulator.beforeAnswer = undefined
  await simulator.releaseWebhooks()
})

function signedInAs(patron: () => PatronId): Site {
  const actor = () => ({ id: patron(), number: '1', name: 'Asta', means: 'pin' }) as const
  return {
    context: () => library.context(),
    agencyTitle: () => 'Fredensborg Bibliotekerne',
    staff: () => undefined,
    requireStaff: () => undefined,
    patron: actor,
    requirePatron: actor,
  }
}

async function owes(kind: Claim['kind'], amount: number, patron: PatronId = cast.asta.id): Promise<Claim> {
  const loan_id = (await planter.row('loan', { patron_id: patron, returned_at: ctx.clock.now() })) as LoanId
  const id = await planter.row(kind, {
    patron_id: patron,
    loan_id,
    amount_ore: amount,
    paid_ore: 0,
    credited_ore: 0,
    settled_at: null,
    charged_at: ctx.clock.now(),
    number: String(++bills),
  })
  return { kind, id } as Claim
}

function wish(claims: readonly Claim[]): NewPayment {
  return {
    patron: cast.asta.id,
    claims,
    language: 'da',
    returnUrl: (order) => `${origin}/fredensborg/me/payments/${order}`,
    line: ({ kind }, number) => `${kind}, regning ${number}`,
  }
}

async function start(...claims: Claim[]): Promise<{ id: PaymentOrderId; at: string }> {
  const started = await startPayment(ctx, provider, wish(claims))
  assert(started.ok, JSON.stringify(started))
  must(started.value.provider_id, 'the provider has answered')
  return { id: started.value.id, at: started.value.provider_id }
}

const payments = () =>
  ctx.db.all<{ amount_ore: number; method: string; order_id: string | null }>(
    sql`select amount_ore, method, order_id from payment order by amount_ore`,
  )
const left = async (claim: Claim) =>
  (
    await ctx.db.one<{ left: number }>(
      sql`select amount_ore - paid_ore - credited_ore as left from ${sql.id(claim.kind)} where id = ${claim.id}`,
    )
  ).left
const stateOf = async (id: PaymentOrderId) => (await readOrder(ctx, id))?.state
const at = (id: string) => {
  const payment = simulator.payments.get(id)
  must(payment, 'the provider knows it')
  return payment
}

test('twenty webhooks at once pay each claim once', async () => {
  const fee = await owes('fee', 2_000)
  const lost = await owes('compensation', 25_500)
  const order = await start(fee, lost)
  simulator.holdWebhooks()
  simulator.choose(order.at, 'pay')
  await simulator.releaseWebhooks({ times: 20 })
  assert(simulator.answers.length >= 40)
  assert(simulator.answers.every((status) => status === 200))
  assert.deepEqual(await payments(), [
    { amount_ore: 2_000, method: 'online', order_id: order.id },
    { amount_ore: 25_500, method: 'online', order_id: order.id },
  ])
  assert.equal(at(order.at).charged, 27_500)
  assert.equal(await left(fee), 0)
  assert.equal(await stateOf(order.id), 'paid')
  assert.equal(
    await ctx.db
      .one<{ n: number }>(sql`select count(*)::int as n from bookkeeping_entry where amount_ore < 0`)
      .then(({ n }) => n),
    2,
  )
})

test('who is back at the library before the webhook sees that it is paid, and the webhook changes nothing', async () => {
  const fee = await owes('fee', 2_000)
  const order = await start(fee)
  simulator.holdWebhooks()
  simulator.choose(order.at, 'pay')
  const back = await visit(app).get(`/fredensborg/me/payments/${order.id}?paymentid=${order.at}`)
  assert.match(back.body, /Du har betalt/)
  assert.match(back.body, /20,00/)
  await simulator.releaseWebhooks({ reversed: true })
  assert.equal((await payments()).length, 1)
})

test('a webhook that comes before the start has been answered is not lost', async () => {
  const fee = await owes('fee', 12_000)
  simulator.beforeAnswer = async (payment) => {
    simulator.choose(payment.id, 'pay')
    await new Promise((resolve) => setTimeout(resolve, 20))
    await simulator.notified()
    assert.equal((await payments()).length, 1, 'booked while the start still waits')
  }
  const started = await startPayment(ctx, provider, wish([fee]))
  assert(started.ok)
  assert.equal(started.value.state, 'paid')
  assert.equal(started.value.provider_id, started.ok && [...simulator.payments.keys()].at(-1))
  assert.equal((await payments()).length, 1)
})

test('a program that dies between the provider’s charge and its own commit finds the money at the next look', async () => {
  const fee = await owes('fee', 12_000)
  const order = await start(fee)
  simulator.holdWebhooks()
  simulator.choose(order.at, 'pay')
  const dying: PaymentProvider = {
    ...provider,
    async charge(...given) {
      await provider.charge(...given)
      throw new Error('killed')
    },
    status: async (id) => {
      const status = await provider.status(id)
      if (status?.state === 'paid') throw new Error('killed')
      return status
    },
  }
  await assert.rejects(confirmPayment(ctx, dying, order.id), /killed/)
  assert.equal(at(order.at).charged, 12_000, 'the money was taken')
  assert.equal(await left(fee), 12_000, 'and is not booked yet')
  assert.equal(await expireOrders(ctx, provider), 1)
  assert.equal(await left(fee), 0)
  assert.equal(at(order.at).charged, 12_000)
  assert.equal((await payments()).length, 1)
})

test('an order whose start was cut off is given up, and its claim can be paid anew', async () => {
  const fee = await owes('fee', 2_000)
  simulator.troubleNext({ at: 'POST /v1/payments', done: true })
  const cut = await startPayment(ctx, provider, wish([fee]))
  assert.deepEqual(!cut.ok && cut.refusal, { kind: 'provider-down' })
  const order = await start(fee)
  // As if the program had been killed while it waited for the answer.
  await ctx.db.run(sql`
    update payment_order set state = 'created', provider_id = null, page_url = null where id = ${order.id}`)
  const again = await startPayment(ctx, provider, wish([fee]))
  assert.deepEqual(!again.ok && again.refusal, { kind: 'already-begun' })
  library.clock.moveTo(ctx.clock.now().add({ minutes: 3 }))
  assert.equal(await expireOrders(ctx, provider), 1)
  assert.equal(await stateOf(order.id), 'cancelled')
  await start(fee)
})

test('what was paid at the desk while the patron was paying is let go of, and nothing is taken', async () => {
  const fee = await owes('fee', 2_000)
  const order = await start(fee)
  assert((await pay(ctx, fee, oreOf(2_000), 'cash')).ok)
  simulator.choose(order.at, 'pay')
  await new Promise((resolve) => setTimeout(resolve, 20))
  await simulator.notified()
  assert.equal(at(order.at).charged, 0)
  assert.equal(at(order.at).cancelled, 2_000)
  assert.equal(await stateOf(order.id), 'cancelled')
  assert.deepEqual(
    (await payments()).map(({ method }) => method),
    ['cash'],
  )
})

test('what was paid at the desk in the moment the money was taken is paid back, once', async () => {
  const fee = await owes('fee', 2_000)
  const lost = await owes('compensation', 25_500)
  const order = await start(fee, lost)
  simulator.holdWebhooks()
  simulator.choose(order.at, 'pay')
  const racing: PaymentProvider = {
    ...provider,
    async charge(...given) {
      await provider.charge(...given)
      assert((await pay(ctx, fee, oreOf(2_000), 'card')).ok)
    },
  }
  simulator.troubleNext({ at: 'refunds', done: true })
  const first = await confirmPayment(ctx, racing, order.id)
  assert.equal(first?.ended_at, null, 'not over until the money is known to be back')
  assert.equal(at(order.at).refunded, 2_000)
  assert.equal(await expireOrders(ctx, provider), 1)
  assert.equal(at(order.at).refunded, 2_000)
  await simulator.releaseWebhooks({ times: 5 })
  assert.equal(at(order.at).refunded, 2_000)
  assert.deepEqual(
    (await payments()).map(({ amount_ore, method }) => [amount_ore, method]),
    [
      [2_000, 'card'],
      [25_500, 'online'],
    ],
  )
  const page = await visit(app).get(`/fredensborg/me/payments/${order.id}`)
  assert.match(page.body, /Vi har betalt pengene tilbage/)
})

test('an amount that is not the order’s pays nothing and goes back', async () => {
  const fee = await owes('fee', 2_000)
  const order = await start(fee)
  simulator.holdWebhooks()
  simulator.choose(order.at, 'pay')
  Object.assign(at(order.at), { charged: 1_500, charges: [{ chargeId: 'c0ffee', amount: 1_500 }] })
  const done = await confirmPayment(ctx, provider, order.id)
  assert.equal(done?.state, 'failed')
  assert.equal(await left(fee), 2_000)
  assert.equal(at(order.at).refunded, 1_500)
  assert.deepEqual(await payments(), [])
})

test('a webhook without the library’s own secret is turned away, whatever it says', async () => {
  const fee = await owes('fee', 2_000)
  const order = await start(fee)
  simulator.holdWebhooks()
  simulator.choose(order.at, 'pay')
  const body = JSON.stringify({ event: 'payment.charge.created.v2', data: { paymentId: order.at } })
  const send = (path: string, headers: Record<string, string>, text = body) =>
    fetch(`${origin}${path}`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', ...headers },
      body: text,
    })
  const right = at(order.at).webHooks[0]?.authorization ?? ''
  assert.equal((await send('/payments/nexi/fredensborg', {})).status, 401)
  assert.equal((await send('/payments/nexi/fredensborg', { authorization: `${right}x` })).status, 401)
  assert.equal((await send('/payments/nexi/herning', { authorization: right })).status, 401)
  assert.deepEqual(await payments(), [])
  assert.equal((await send('/payments/nexi/fredensborg', { authorization: right }, '{"event":')).status, 400)
  assert.equal((await send('/payments/nexi/fredensborg', { authorization: right }, '{}')).status, 400)
  assert.equal((await send('/payments/nexi/fredensborg', { authorization: right }, 'x'.repeat(70_000))).status, 413)
  const unknown = JSON.stringify({ event: 'payment.charge.created.v2', data: { paymentId: 'f'.repeat(32) } })
  const stranger = await send('/payments/nexi/fredensborg', { authorization: right }, unknown)
  assert.deepEqual([stranger.status, await stranger.text()], [200, '{}'])
  const known = await send('/payments/nexi/fredensborg', { authorization: right })
  assert.deepEqual([known.status, await known.text()], [200, '{}'])
  assert.equal((await payments()).length, 1)
})

test('a webhook cannot make one payment count for another order', async () => {
  const small = await start(await owes('fee', 100))
  const dear = await owes('fee', 23_000)
  const order = await start(dear)
  await ctx.db.run(sql`update payment_order set provider_id = null, state = 'created' where id = ${order.id}`)
  simulator.holdWebhooks()
  simulator.choose(small.at, 'pay')
  await confirmPayment(ctx, provider, order.id, small.at)
  assert.equal(await left(dear), 23_000)
})

test('while the provider is down the webhook is asked to come again, and the patron is told not to pay twice', async () => {
  const fee = await owes('fee', 2_000)
  const order = await start(fee)
  simulator.holdWebhooks()
  simulator.choose(order.at, 'pay')
  simulator.troubleNext({ at: 'GET /v1/payments', done: false, status: 503 })
  const page = await visit(app).get(`/fredensborg/me/payments/${order.id}`)
  assert.match(page.body, /Betal ikke igen imens/)
  simulator.troubleNext({ at: 'GET /v1/payments', done: false })
  await assert.rejects(confirmPayment(ctx, provider, order.id), PaymentProviderDown)
  await simulator.releaseWebhooks()
  assert.equal((await payments()).length, 1)
})

test('a second start of the same claims leads to the page that is open; of others it ends it', async () => {
  const fee = await owes('fee', 2_000)
  const lost = await owes('compensation', 25_500)
  const first = await start(fee)
  assert.equal((await start(fee)).id, first.id)
  const both = await start(fee, lost)
  assert.notEqual(both.id, first.id)
  assert.equal(await stateOf(first.id), 'cancelled')
  assert(at(first.at).terminated)
  const many = await Promise.all([fee, fee, fee].map((claim) => startPayment(ctx, provider, wish([claim, lost]))))
  const orders = new Set(many.flatMap((started) => (started.ok ? [started.value.id] : [])))
  assert.deepEqual([...orders], [both.id])
})

test('only whole claims of one’s own that are still owed can be paid, and none the municipality has', async () => {
  const [mine, foreign] = [await owes('fee', 2_000), await owes('fee', 2_000, cast.bo.id)]
  const refusal = async (...claims: Claim[]) => {
    const started = await startPayment(ctx, provider, wish(claims))
    return !started.ok && started.refusal.kind
  }
  assert.equal(await refusal(foreign), 'no-such-claim')
  assert.equal(await refusal(mine, foreign), 'no-such-claim')
  assert.equal(await refusal(), 'no-such-claim')
  await ctx.db.run(sql`update fee set handed_over_at = ${ctx.clock.now()} where id = ${mine.id}`)
  assert.equal(await refusal(mine), 'with-municipality')
  await ctx.db.run(sql`update fee set handed_over_at = null where id = ${mine.id}`)
  assert((await pay(ctx, mine, oreOf(2_000), 'cash')).ok)
  assert.equal(await refusal(mine), 'nothing-to-pay')
})

test('who turns back has paid nothing; who paid all the same has paid', async () => {
  const fee = await owes('fee', 2_000)
  const order = await start(fee)
  assert.equal((await cancelPayment(ctx, provider, order.id))?.state, 'cancelled')
  const next = await start(fee)
  simulator.holdWebhooks()
  simulator.choose(next.at, 'pay')
  // The money is held and not taken: turning back lets go of it.
  assert.equal((await cancelPayment(ctx, provider, next.id))?.state, 'cancelled')
  assert.equal(at(next.at).charged, 0)
  const last = await start(fee)
  library.clock.moveTo(ctx.clock.now().add({ minutes: 61 }))
  assert.equal(await expireOrders(ctx, provider), 1)
  assert.equal(await stateOf(last.id), 'cancelled')
})

test('a patron chooses, pays, and reads what happened, without script and in two languages', async () => {
  const fee = await owes('fee', 2_000)
  await owes('compensation', 25_500)
  const patron = visit(app)
  const page = await patron.get('/fredensborg/me/money')
  assert.match(page.body, /I alt skylder du 275,00/)
  assert.match(page.body, new RegExp(`Bibliotekets gebyr, regning ${bills - 1}`))
  const none = await patron.send('/fredensborg/me/money', '/fredensborg/me/money')
  assert.equal(none.statusCode, 422)
  assert.match(none.body, /Vælg mindst én regning/)
  const sent = await patron.send('/fredensborg/me/money', '/fredensborg/me/money', { [`fee:${fee.id}`]: 'yes' })
  assert.equal(sent.statusCode, 303)
  const waiting = await patron.get(String(sent.headers.location))
  const [, link = ''] = /href="(http[^"]+hostedpaymentpage[^"]+)"/.exec(waiting.body) ?? []
  const paying = link.replaceAll('&amp;', '&')
  const hosted = await (await fetch(paying)).text()
  assert.match(hosted, /Bibliotekets gebyr, regning \d+/)
  assert.doesNotMatch(hosted, /Asta|Titel/)
  const choose = (choice: string) =>
    fetch(paying, { method: 'POST', redirect: 'manual', body: new URLSearchParams({ choice }) })
  const declined = await choose('fail')
  assert.match(await (await fetch(new URL(declined.headers.get('location') ?? '', paying))).text(), /afvist/)
  const back = (await choose('pay')).headers.get('location') ?? ''
  assert(back.startsWith(`${origin}/fredensborg/me/payments/`))
  const done = await patron.get(back.slice(origin.length))
  assert.match(done.body, /Kvittering nr\./)
  assert.match((await patron.get('/fredensborg/me/money')).body, /I alt skylder du 255,00/)
  assert.match((await visit(app).get('/en/fredensborg/me/money')).body, /In all you owe/)
})

test('another patron’s payment is not there', async () => {
  const fee = await owes('fee', 2_000, cast.bo.id)
  const started = await startPayment(ctx, provider, { ...wish([fee]), patron: cast.bo.id })
  assert(started.ok)
  assert.equal((await visit(app).get(`/fredensborg/me/payments/${started.value.id}`)).statusCode, 404)
  assert.equal((await visit(app).get('/fredensborg/me/payments/1')).statusCode, 404)
})
