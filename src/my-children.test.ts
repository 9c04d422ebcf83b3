import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { addBranch } from '#agencies'
import { type BranchId, type FeeId, assert as must, oreOf, type PatronId, type StaffId } from '#core'
import { sql } from '#db'
import type { OrderToPay, PaymentProvider } from '#fees'
import { setGuardian, writeNote } from '#patrons'
import { restrictPatron } from '#privacy'
import { placeReservation, readAbsence, reservationsOf } from '#reservations'
import { fieldsOf, type MyPages, openMyPages } from '../test/support/my-pages.ts'
import { Planter } from '../test/support/rows.ts'
import { type Visitor, visit } from '../test/support/visitor.ts'

const ME = '/fredensborg/me'
const OFFICER = '00000000-0000-7000-8000-0000000000b1' as StaffId
const BEGUN: OrderToPay[] = []

/** Takes whatever it is asked for at once. */
const provider: PaymentProvider = {
  name: 'nexi',
  async start(order) {
    BEGUN.push(order)
    return { providerId: `at-${order.id}`, url: 'https://pay.example.org/' }
  },
  async status(id) {
    const order = BEGUN.find((each) => id === `at-${each.id}`)
    return order && { state: 'paid', reference: order.id, amount_ore: order.amount_ore, refunded_ore: oreOf(0) }
  },
  charge: async () => {},
  cancel: async () => {},
  refund: async () => {},
}

let my: MyPages
let otherBranch: BranchId
let bills = 76
/** The pages of the child that Asta answers for. */
let child: string
let asta: Visitor
let bo: Visitor
before(async () => {
  my = await openMyPages('fredensborg', {
    payments: () => ({ provider: () => provider, isAuthorized: () => false }),
    publicUrl: 'https://library.example.org',
  })
  const { clara, titles } = my.cast
  otherBranch = await addBranch(my.library.context(), {
    code: 'B',
    name: 'Humlebæk Bibliotek',
    address: 'Stationsvej 1',
    postcode: '3050',
    city: 'Humlebæk',
  })
  const guardian = { name: 'Asta Prøve', cpr: '740385-1048', proof: 'paper', maySee: true } as const
  must((await setGuardian(my.desk(), clara.id, guardian)).ok, 'no guardian')
  for (const title of [titles.A, titles.B]) {
    must((await placeReservation(my.library.context(), { patron: clara.id, title })).ok, 'not reserved')
  }
  child = `${ME}/children/${clara.id}`
  asta = await my.signedIn('asta')
  bo = await my.signedIn('bo')
})
after(() => my.close())

function reserved() {
  return reservationsOf(my.library.context(), my.cast.clara.id)
}

async function owes(patron: PatronId): Promise<FeeId> {
  const ctx = my.library.context()
  const planter = await Planter.of(ctx)
  bills += 1
  const now = ctx.clock.now()
  const loan_id = await planter.row('loan', { patron_id: patron, returned_at: now })
  const rest = {
    amount_ore: 2_000,
    paid_ore: 0,
    credited_ore: 0,
    settled_at: null,
    charged_at: now,
    number: String(bills),
  }
  return (await planter.row('fee', { patron_id: patron, loan_id, ...rest })) as FeeId
}

test('a guardian sees at once what stands ready for the child and what the child owes', async () => {
  const page = await asta.get(child)
  assert.match(page.body, /2 reserveringer/)
  assert.ok(page.body.includes(`${child}/reservations`) && page.body.includes(`${child}/money`))
  const english = await asta.get(`/en${child}`)
  assert.match(english.body, /The child’s reservations[\s\S]*What the child owes/)
})

test('a guardian moves a child’s reservation to another branch and another day, and deletes one', async () => {
  const list = `${child}/reservations`
  assert.match((await asta.get(list)).body, /Barnet er det næste i køen/)
  const [first, second] = await reserved()
  assert.ok(first && second)
  const page = await asta.get(`${list}/${first.id}`)
  const { _csrf = '' } = fieldsOf(page.body, `${list}/${first.id}`)
  const wrong = await asta.post(`${list}/${first.id}`, { _csrf, branch: otherBranch, until: 'snart' })
  assert.equal(wrong.statusCode, 422)
  const done = await asta.post(`${list}/${first.id}`, { _csrf, branch: otherBranch, until: '2099-01-01' })
  assert.deepEqual([done.statusCode, done.headers.location], [303, list])
  assert.match((await asta.get(list)).body, /Barnet har stadig sin plads i køen/)
  assert.equal((await asta.post(`${list}/${second.id}/delete`, { _csrf })).statusCode, 303)
  const left = await reserved()
  assert.deepEqual(
    left.map(({ id, pickup_branch_id, interest_until_on }) => [id, pickup_branch_id, `${interest_until_on}`]),
    [[first.id, otherBranch, '2099-01-01']],
  )
})

test('a guardian tells that a child is away, and the guardian’s own reservations are not paused by it', async () => {
  const away = `${child}/absence`
  const { _csrf = '' } = fieldsOf((await asta.get(away)).body, away)
  const from = my.library.clock.now().toString().slice(0, 10)
  assert.equal((await asta.post(away, { _csrf, from, until: '' })).headers.location, away)
  assert.match((await asta.get(`${child}/reservations`)).body, /barnet er væk fra/)
  const ctx = my.library.context()
  assert.ok(await readAbsence(ctx, my.cast.clara.id))
  assert.equal(await readAbsence(ctx, my.cast.asta.id), undefined)
  assert.equal((await asta.post(`${away}/end`, { _csrf })).headers.location, away)
  assert.equal(await readAbsence(ctx, my.cast.clara.id), undefined)
})

test('a guardian pays a child’s bill online, and the provider is not told whose it is', async () => {
  const fee = await owes(my.cast.clara.id)
  const money = `${child}/money`
  assert.match((await asta.get(money)).body, /I alt skylder barnet 20,00/)
  assert.doesNotMatch((await asta.get(`${ME}/money`)).body, /regning 77/, 'it is not the guardian’s own bill')
  const none = await asta.send(money, money)
  assert.equal(none.statusCode, 422)
  const sent = await asta.send(money, money, { [`fee:${fee}`]: 'yes' })
  const [order] = BEGUN
  assert.ok(order)
  const payment = `${ME}/payments/${order.id}`
  assert.equal(sent.headers.location, payment)
  assert.doesNotMatch(JSON.stringify(order), new RegExp(`${my.cast.clara.id}|Clara|Titel`))
  assert.equal((await bo.get(payment)).statusCode, 404, 'somebody else’s payment is not there')
  const paid = await asta.get(payment)
  assert.match(paid.body, /Du har betalt/)
  assert.ok(paid.body.includes(money), 'the way back leads to the child’s bills')
  assert.match((await asta.get(money)).body, /Barnet skylder ikke biblioteket noget/)
})

test('nobody else finds, changes or pays what is a child’s, and is not told that the child exists', async () => {
  const fee = await owes(my.cast.clara.id)
  const [first] = await reserved()
  assert.ok(first)
  const { _csrf = '' } = fieldsOf((await bo.get(ME)).body, '/fredensborg/sign-out')
  const nobody = `${ME}/children/00000000-0000-7000-8000-000000000000`
  const paths = ['', '/reservations', `/reservations/${first.id}`, '/absence', '/money']
  for (const path of paths) {
    const [answer, unknown] = [await bo.get(child + path), await bo.get(nobody + path)]
    assert.deepEqual([answer.statusCode, unknown.statusCode], [404, 404], path)
    assert.doesNotMatch(answer.body, /Clara|Titel [AB]|20,00/, path)
    assert.equal((await visit(my.app).get(child + path)).statusCode, 303, path)
  }
  const orders = BEGUN.length
  for (const [path, fields] of [
    [`/reservations/${first.id}`, { branch: my.cast.branch, until: '2050-01-01' }],
    [`/reservations/${first.id}/delete`, {}],
    ['/absence', { from: '2050-01-01', until: '' }],
    ['/absence/end', {}],
    ['/money', { [`fee:${fee}`]: 'yes' }],
  ] as const) {
    assert.equal((await bo.post(child + path, { _csrf, ...fields })).statusCode, 404, path)
  }
  // Nor by naming what is the child's among one's own.
  assert.equal((await bo.get(`${ME}/reservations/${first.id}`)).statusCode, 404)
  await bo.post(`${ME}/reservations/${first.id}/delete`, { _csrf })
  assert.equal((await bo.post(`${ME}/money`, { _csrf, [`fee:${fee}`]: 'yes' })).statusCode, 422)
  assert.deepEqual(await reserved(), [first])
  assert.equal(BEGUN.length, orders)
})

test('a guardian sees neither a child’s messages and notes nor its data, address and card', async () => {
  const ctx = my.desk()
  must((await writeNote(ctx, my.cast.clara.id, 'patron', 'Kun til Clara')).ok, 'no note')
  for (const path of ['', '/reservations', '/absence', '/money']) {
    const { body } = await asta.get(child + path)
    assert.doesNotMatch(body, /Kun til Clara|clara@example\.org|Pilekrogen|900612|21000000003/, path)
  }
  for (const path of ['/messages', '/data', '/contact', '/copy/json', '/lists', '/rights']) {
    assert.equal((await asta.get(child + path)).statusCode, 404, path)
  }
  const looks = await ctx.db.all(sql`select 1 from access_log where patron_id = ${my.cast.clara.id}`)
  assert.deepEqual(looks, [], 'the log is of staff, and a guardian is none')
})

test('while a child’s data are restricted the guardian can reserve and renew no more than the child can', async () => {
  await my.lend(my.cast.clara.card, 'C1')
  my.pass({ hours: 24 })
  const fields = fieldsOf((await asta.get(child)).body, `${child}/renew`)
  const officer = my.library.context({ kind: 'staff', id: OFFICER, roles: ['data-protection-officer'] })
  must((await restrictPatron(officer, my.cast.clara.id, 'accuracy')).ok, 'not restricted')
  assert.equal((await asta.post(`${child}/renew`, fields)).statusCode, 422)
})

test('on the child’s eighteenth birthday the guardian sees and changes nothing more, before the night has come too', async () => {
  const [first] = await reserved()
  assert.ok(first)
  const list = `${child}/reservations`
  // Born on 2012-06-90 less 60 days.
  my.library.clock.moveTo(Temporal.Instant.from('2030-06-29T12:00:00Z'))
  asta = await my.signedIn('asta')
  const { _csrf = '' } = fieldsOf((await asta.get(`${list}/${first.id}`)).body, `${list}/${first.id}/delete`)
  my.pass({ hours: 24 })
  for (const path of [child, list, `${list}/${first.id}`, `${child}/absence`, `${child}/money`]) {
    assert.equal((await asta.get(path)).statusCode, 404, path)
  }
  assert.equal((await asta.post(`${list}/${first.id}/delete`, { _csrf })).statusCode, 404)
  assert.deepEqual(
    (await reserved()).map(({ id }) => id),
    [first.id],
  )
  const [order] = BEGUN
  assert.equal((await asta.get(`${ME}/payments/${order?.id}`)).statusCode, 404, 'a payment made for the child neither')
})
