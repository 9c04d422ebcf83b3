import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { dayOf, kroner, type LoanId, oreOf, type PatronId, type StaffId } from '#core'
import { sql, transact } from '#db'
import { placeAutomaticBlock, writeNote } from '#patrons'
import { changeSetting, currentSetting } from '#settings'
import type { Context } from '#vault'
import { type Cast, castIn } from '../../../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import { Planter } from '../../../test/support/rows.ts'
import { accountsCsv } from './accounts-csv.ts'
import { accountsLines, reconcile, takings } from './daily-report.ts'
import {
  type Claim,
  type CompensationPrices,
  cancelCompensation,
  chargeCompensation,
  chargeFee,
  credit,
  feeTable,
  openClaims,
  pay,
  payBack,
  paymentsOf,
  paySeveral,
  sendBill,
  sendReceipt,
  sendStatement,
} from './index.ts'

let library: TestLibrary
let ctx: Context
let cast: Cast
let planter: Planter

before(async () => {
  library = await openTestLibrary()
  ctx = library.context()
  cast = await castIn(ctx)
  planter = await Planter.of(ctx)
})
after(() => library.close())
beforeEach(clear)

async function clear(): Promise<void> {
  const money = ['message', 'note', 'loan_block', 'payment', 'bookkeeping_entry', 'fee', 'compensation']
  for (const table of money) await ctx.db.run(sql`delete from ${sql.id(table)}`)
  await decide(feeTable.initial.compensation)
}

const staff = '00000000-0000-7000-8000-000000000001' as StaffId

async function loanOf(patron: PatronId): Promise<LoanId> {
  return (await planter.row('loan', { patron_id: patron, returned_at: ctx.clock.now(), fee_id: null })) as LoanId
}

async function charged(amount: number, patron = cast.asta.id): Promise<Claim> {
  const loan_id = await loanOf(patron)
  const id = await transact(ctx, (ctx) => chargeFee(ctx, { patron_id: patron, loan_id, amount_ore: oreOf(amount) }))
  return { kind: 'fee', id }
}

async function lost(price: number | null, more: { reason?: 'lost' | 'damaged'; material?: string } = {}) {
  const loan_id = await loanOf(cast.asta.id)
  const loss = {
    patron_id: cast.asta.id,
    loan_id,
    reason: more.reason ?? ('lost' as const),
    material: more.material ?? 'book',
    price_ore: price === null ? null : oreOf(price),
  }
  const made = await transact(ctx, (ctx) => chargeCompensation(ctx, loss))
  return { ...made, loan_id, claim: { kind: 'compensation', id: made.compensation } as Claim }
}

const found = (loan: LoanId) => transact(ctx, (ctx) => cancelCompensation(ctx, loan))

async function decide(change: Partial<CompensationPrices>): Promise<void> {
  const { version, content } = await currentSetting(ctx, feeTable)
  const next = { ...content, compensation: { ...content.compensation, ...change } }
  assert((await changeSetting(ctx, feeTable, { content: next, basedOn: version, by: staff })).ok)
}

interface Money {
  amount_ore: number
  paid_ore: number
  credited_ore: number
  settled_at: Temporal.Instant | null
}

function moneyOf({ kind, id }: Claim): Promise<Money> {
  return ctx.db.one<Money>(
    sql`select amount_ore, paid_ore, credited_ore, settled_at from ${sql.id(kind)} where id = ${id}`,
  )
}

test('an item costs its own price, else what the library’s list says, and handling comes on top', async () => {
  await decide({
    handling_ore: kroner(90),
    standard_ore: kroner(255),
    prices: [
      { material: 'film', price_ore: kroner(550) },
      { materialGroup: 'quick', price_ore: kroner(300) },
      { material: 'film', materialGroup: 'quick', price_ore: kroner(600) },
    ],
  })
  assert.equal((await lost(12_345)).amount_ore, 12_345 + 9_000)
  assert.equal((await lost(null)).amount_ore, 25_500 + 9_000)
  assert.equal((await lost(0)).amount_ore, 25_500 + 9_000, 'a price that nobody entered is not a price')
  const film = await lost(null, { material: 'film', reason: 'damaged' })
  assert.deepEqual([film.amount_ore, film.handling_ore], [64_000, 9_000])
  const [claim] = (await openClaims(ctx, cast.asta.id)).filter(({ claim }) => claim.id === film.claim.id)
  assert.deepEqual([claim?.reason, claim?.handling_ore, claim?.payable], ['damaged', 9_000, true])
  assert.match(claim?.number ?? '', /^\d{12}$/)
  assert.equal(claim?.pay_by_on?.toString(), dayOf(ctx.clock.now()).add({ days: 30 }).toString())
})

test('a lost item found again before it was paid for costs nothing, and the fee stays (scenario 43)', async () => {
  const fee = await charged(23_000)
  const { loan_id, claim } = await lost(25_500)
  assert.deepEqual(await found(loan_id), {
    compensation: claim.id,
    credited_ore: 25_500,
    back_ore: 0,
    left_ore: 0,
  })
  assert((await moneyOf(claim)).settled_at)
  assert.equal((await moneyOf(fee)).settled_at, null)
  assert.equal(await found(loan_id), undefined, 'found twice is found once')
})

test('what was paid for an item found again is owed back, handed out with a receipt, and then it is over (scenario 43)', async () => {
  const { loan_id, claim } = await lost(25_500)
  assert((await pay(ctx, claim, oreOf(25_500), 'card')).ok)
  assert((await moneyOf(claim)).settled_at)
  const cancelled = await found(loan_id)
  assert.equal(cancelled?.back_ore, 25_500)
  const [open] = await openClaims(ctx, cast.asta.id)
  assert.deepEqual([open?.left_ore, open?.payable], [-25_500, false])
  assert.deepEqual(await pay(ctx, claim, oreOf(1), 'card'), { ok: false, refusal: { kind: 'nothing-to-pay' } })
  const refused = await payBack(ctx, claim, oreOf(25_501), 'card')
  assert.deepEqual(refused, { ok: false, refusal: { kind: 'more-than-paid', paid: 25_500 } })
  const part = await payBack(ctx, claim, oreOf(500), 'cash')
  assert(part.ok && part.value.left === -25_000 && part.value.amount === -500)
  const rest = await payBack(ctx, claim, oreOf(25_000), 'cash')
  assert(rest.ok && rest.value.left === 0 && rest.value.number !== part.value.number)
  assert.deepEqual(await openClaims(ctx, cast.asta.id), [])
  assert.deepEqual(
    (await paymentsOf(ctx, cast.asta.id)).map(({ amount_ore }) => amount_ore).sort((a, b) => a - b),
    [-25_000, -500, 25_500],
  )
  assert.deepEqual(await payBack(ctx, claim, oreOf(1), 'cash'), { ok: false, refusal: { kind: 'nothing-to-refund' } })
})

test('where handling is not given up, it is owed on, or kept from what is paid back (scenarios 42, 43)', async () => {
  await decide({ handling_ore: kroner(90), refundHandling: false })
  const unpaid = await lost(20_000)
  assert.deepEqual((await found(unpaid.loan_id))?.left_ore, 9_000)
  const paid = await lost(20_000)
  assert((await pay(ctx, paid.claim, oreOf(29_000), 'card')).ok)
  assert.equal((await found(paid.loan_id))?.back_ore, 20_000)
  const part = await lost(20_000)
  assert((await pay(ctx, part.claim, oreOf(5_000), 'card')).ok)
  assert.deepEqual(await found(part.loan_id), {
    compensation: part.claim.id,
    credited_ore: 20_000,
    back_ore: 0,
    left_ore: 4_000,
  })
})

test('found on the last day of the library’s year it is cancelled, a day later it is not; damage is never (scenario 43)', async () => {
  const inTime = await lost(10_000)
  const tooLate = await lost(10_000)
  const damaged = await lost(10_000, { reason: 'damaged' })
  const days = (count: number) => ctx.clock.now().subtract({ hours: 24 * count })
  await ctx.db.run(sql`update compensation set charged_at = ${days(365)} where id = ${inTime.claim.id}`)
  await ctx.db.run(sql`update compensation set charged_at = ${days(366)} where id = ${tooLate.claim.id}`)
  assert.equal((await found(inTime.loan_id))?.credited_ore, 10_000)
  assert.equal(await found(tooLate.loan_id), undefined)
  assert.equal(await found(damaged.loan_id), undefined)
})

test('several are paid in one go with a receipt each, or none of them', async () => {
  const [a, b, others] = [await charged(12_000), await lost(25_500), await charged(2_000, cast.bo.id)]
  const parts = [
    { claim: a, amount: oreOf(12_000) },
    { claim: b.claim, amount: oreOf(500) },
  ]
  const theirs = await paySeveral(ctx, cast.asta.id, [...parts, { claim: others, amount: oreOf(2_000) }], 'card')
  assert.deepEqual(theirs, { ok: false, refusal: { kind: 'no-such-claim', claim: others } })
  const tooMuch = await paySeveral(
    ctx,
    cast.asta.id,
    [parts[0] ?? assert.fail(), { claim: b.claim, amount: oreOf(25_501) }],
    'card',
  )
  assert(!tooMuch.ok && tooMuch.refusal.kind === 'more-than-owed' && tooMuch.refusal.claim === b.claim)
  const twice = await paySeveral(ctx, cast.asta.id, [...parts, ...parts], 'card')
  assert(!twice.ok)
  assert.deepEqual(await paymentsOf(ctx, cast.asta.id), [], 'what was refused left nothing behind')
  const till = { branch_id: cast.branch, taken_by: staff }
  const paid = await paySeveral(ctx, cast.asta.id, parts, 'cash', till)
  assert(paid.ok)
  assert.deepEqual(
    paid.value.map(({ amount, left }) => [amount, left]),
    [
      [12_000, 0],
      [500, 25_000],
    ],
  )
  assert.equal(new Set(paid.value.map(({ number }) => number)).size, 2)
  const kept = await ctx.db.all(sql`select branch_id, taken_by, method from payment`)
  assert.deepEqual(kept, Array(2).fill({ ...till, method: 'cash' }))
})

test('no more is handed back than was paid when two do it at once', async () => {
  const { claim } = await lost(10_000)
  assert((await pay(ctx, claim, oreOf(10_000), 'card')).ok)
  const both = await Promise.all([1, 2].map(() => payBack(ctx, claim, oreOf(6_000), 'card')))
  assert.equal(both.filter(({ ok }) => ok).length, 1)
  assert.equal((await moneyOf(claim)).paid_ore, 4_000)
})

test('a claim the municipality has is paid there and not here; what falls away is handed back here', async () => {
  const { claim, loan_id } = await lost(10_000)
  await ctx.db.run(sql`update compensation set handed_over_at = ${ctx.clock.now()} where id = ${claim.id}`)
  const [open] = await openClaims(ctx, cast.asta.id)
  assert.equal(open?.payable, false)
  for (const method of ['cash', 'card', 'online'] as const) {
    const refused = await pay(ctx, claim, oreOf(1_000), method)
    assert.deepEqual(refused, { ok: false, refusal: { kind: 'with-municipality' } })
  }
  assert((await pay(ctx, claim, oreOf(4_000), 'municipality')).ok)
  const mistaken = await payBack(ctx, claim, oreOf(1_000), 'card')
  assert.deepEqual(mistaken, { ok: false, refusal: { kind: 'with-municipality' } })
  assert.equal((await found(loan_id))?.back_ore, 4_000)
  assert((await payBack(ctx, claim, oreOf(4_000), 'card')).ok)
})

test('giving up a claim is an entry that counters it; what was booked stays as it was', async () => {
  const claim = await charged(12_000)
  const entries = () =>
    ctx.db.all<{ number: string; kind: string; amount_ore: number }>(
      sql`select number, kind, amount_ore from bookkeeping_entry order by kind = 'write-off', kind = 'credit'`,
    )
  const before = await entries()
  const reduced = await credit(ctx, claim, oreOf(2_000), 'credit')
  assert(reduced.ok && reduced.value === 10_000)
  const tooMuch = await credit(ctx, claim, oreOf(10_001), 'write-off')
  assert.deepEqual(tooMuch, { ok: false, refusal: { kind: 'more-than-owed', owed: 10_000 } })
  assert((await credit(ctx, claim, oreOf(10_000), 'write-off')).ok)
  assert.deepEqual((await entries()).slice(0, before.length), before)
  assert.deepEqual(
    (await entries()).map(({ kind, amount_ore }) => [kind, amount_ore]),
    [
      ['charge', 12_000],
      ['credit', -2_000],
      ['write-off', -10_000],
    ],
  )
  assert.deepEqual(await credit(ctx, claim, oreOf(1), 'credit'), { ok: false, refusal: { kind: 'nothing-owed' } })
})

test('the day’s takings stay as they were when payments, claims and patron are forgotten (scenarios 49, 72)', async () => {
  const till = { branch_id: cast.branch, taken_by: staff }
  const fee = await charged(12_000)
  assert((await pay(ctx, fee, oreOf(2_000), 'cash', till)).ok)
  assert((await pay(ctx, fee, oreOf(10_000), 'card', till)).ok)
  const { claim, loan_id } = await lost(25_500)
  assert((await pay(ctx, claim, oreOf(25_500), 'online')).ok)
  await found(loan_id)
  assert((await payBack(ctx, claim, oreOf(25_500), 'card', till)).ok)
  const today = dayOf(ctx.clock.now())
  const report = async () =>
    (await takings(ctx, today, today)).map((row) => [
      row.branch,
      row.method,
      row.paid_ore,
      row.refunded_ore,
      row.receipts,
    ])
  const before = await report()
  assert.deepEqual(before, [
    ['Hovedbibliotek', 'card', 10_000, 25_500, 2],
    ['Hovedbibliotek', 'cash', 2_000, 0, 1],
    [null, 'online', 25_500, 0, 1],
  ])
  const csv = async () => accountsCsv(await accountsLines(ctx, today, today), 'da')
  const exported = await csv()
  for (const table of ['payment', 'fee', 'compensation']) await ctx.db.run(sql`delete from ${sql.id(table)}`)
  assert.deepEqual(await report(), before)
  assert.equal(await csv(), exported)
  assert.deepEqual((await reconcile(ctx)).differing, 0)
  assert.deepEqual(await takings(ctx, today.add({ days: 1 }), today.add({ days: 9 })), [])
})

test('the accounts leave the library without a name, a title or a number that leads to either', async () => {
  const { claim } = await lost(25_500)
  await pay(ctx, claim, oreOf(550), 'cash', { branch_id: cast.branch })
  const today = dayOf(ctx.clock.now())
  const csv = accountsCsv(await accountsLines(ctx, today, today), 'da')
  const [head, ...rows] = csv.replace('\uFEFF', '').trimEnd().split('\r\n')
  const lines = [head, ...rows.sort((a, b) => Number(b.endsWith('255,00')) - Number(a.endsWith('255,00')))]
  assert.equal(lines[0], 'Bilag;Dato;Konto;Slags;Betalt med;Filial;Beløb')
  assert.match(lines[1] ?? '', /^\d{12};\d{4}-\d\d-\d\d;Erstatninger;Opkrævning;;;255,00$/)
  assert.match(lines[2] ?? '', /^\d{12};\d{4}-\d\d-\d\d;Erstatninger;Betaling;Kontant;Hovedbibliotek;-5,50$/)
  assert.equal(lines.length, 3)
  for (const secret of ['Asta', cast.asta.id, cast.asta.number, claim.id]) assert(!csv.includes(secret))
})

test('the statement goes by Digital Post or letter, never by e-mail, and its sums are those of what is owed', async () => {
  await charged(12_000)
  const { loan_id } = await lost(25_500)
  const { claim: paid, loan_id: again } = await lost(1_000)
  await pay(ctx, paid, oreOf(1_000), 'card')
  await found(again)
  assert.equal(await sendStatement(ctx, cast.asta.id), true)
  const [message, ...others] = await messages()
  assert.deepEqual([message?.kind, message?.channel, others.length], ['balance-statement', 'digital-post', 0])
  assert.match(
    message?.body ?? '',
    /Gebyrer i alt: 120,00\skr\.\s+Erstatninger i alt: 255,00\skr\.\s+I alt: 375,00\skr\./,
  )
  const title = await ctx.db.one<{ title: string }>(sql`
    select t.title from loan l join item i on i.id = l.item_id join title t on t.id = i.title_id where l.id = ${loan_id}`)
  assert(message?.body.includes(title.title))
  assert.equal(await sendStatement(ctx, cast.bo.id), false, 'who owes nothing is sent nothing')
})

test('a note to the patron goes along with the statement; a note for staff does not', async () => {
  const desk = library.context({ kind: 'staff', id: staff, roles: ['desk'] })
  assert((await writeNote(desk, cast.asta.id, 'patron', 'Din taske ligger ved skranken.')).ok)
  assert((await writeNote(desk, cast.asta.id, 'staff', 'Ring først om eftermiddagen.')).ok)
  await charged(2_000)
  assert.equal(await sendStatement(ctx, cast.asta.id), true)
  const [statement] = await messages()
  assert(statement)
  assert(statement.body.includes('Din taske ligger ved skranken.'))
  assert(!statement.body.includes('eftermiddagen'))
})

test('nobody who has died is sent a bill or a statement', async () => {
  await charged(2_000)
  await placeAutomaticBlock(ctx, cast.asta.id, 'deceased')
  assert.equal(await sendStatement(ctx, cast.asta.id), false)
  assert.deepEqual(await messages(), [])
})

test('a bill names what was charged and no more', async () => {
  const earlier = await charged(2_000, cast.asta.id)
  const { loan_id } = await lost(25_500)
  assert.equal(await sendBill(ctx, cast.asta.id, [loan_id]), true)
  const [bill] = await messages()
  assert.equal(bill?.kind, 'bill')
  assert.match(bill?.body ?? '', /I alt: 255,00\skr\./)
  const number = (await openClaims(ctx, cast.asta.id)).find(({ claim }) => claim.id === earlier.id)?.number
  assert(number && !bill?.body.includes(number))
})

test('a receipt goes by e-mail without titles, and to nobody who has given no address', async () => {
  const { claim } = await lost(25_500)
  const paid = await pay(ctx, claim, oreOf(500), 'card', { branch_id: cast.branch })
  assert(paid.ok)
  assert.equal(await sendReceipt(ctx, cast.bo.id, [paid.value.number]), false, 'a receipt is its patron’s alone')
  assert.equal(await sendReceipt(ctx, cast.asta.id, [paid.value.number]), true)
  const [receipt] = await messages()
  assert.deepEqual([receipt?.kind, receipt?.channel], ['payment-receipt', 'email'])
  assert(receipt)
  assert(receipt.body.includes(paid.value.number) && receipt.body.includes('Hovedbibliotek'))
  assert.match(receipt.body, /Rest: 250,00\skr\./)
  const titles = await ctx.db.all<{ title: string }>(sql`select title from title`)
  assert(titles.every(({ title }) => !receipt.body.includes(title)))
})

function messages() {
  return ctx.db.all<{ kind: string; channel: string; body: string }>(
    sql`select kind, channel, body from message where kind <> 'debt-notice' order by queued_at, id`,
  )
}
