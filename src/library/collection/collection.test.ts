import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { dayOf, type LoanId, oreOf, type PatronId, type StaffId } from '#core'
import { sql } from '#db'
import { type Claim, credit, pay } from '#fees'
import { setGuardian } from '#patrons'
import { accessesOf, restrictPatron } from '#privacy'
import { changeSetting, currentSetting } from '#settings'
import type { Context } from '#vault'
import { type Cast, castIn } from '../../../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import { Planter } from '../../../test/support/rows.ts'
import { collectionFile, collectionSetting, prepareCases, reconcile, reviewCases, sendCases } from './index.ts'
import { changeCase } from './review.ts'
import type { CollectionCaseRow } from './tables.ts'

let library: TestLibrary
let ctx: Context
let desk: Context
let cast: Cast
let planter: Planter
let bills = 10_000

before(async () => {
  library = await openTestLibrary({ agencies: ['fredensborg', 'glostrup'] })
  ctx = library.context()
  cast = await castIn(ctx)
  planter = await Planter.of(ctx)
  desk = library.context({
    kind: 'staff',
    id: '00000000-0000-7000-8000-0000000000f1' as StaffId,
    roles: ['finance', 'desk'],
  })
  await setGuardian(desk, cast.clara.id, { name: 'Carl Prøve', cpr: '6412124018', proof: 'paper' } as never)
  await decide(ctx, { on: true })
})
after(() => library.close())
beforeEach(async () => {
  for (const table of ['collection_case', 'disclosure', 'access_log', 'message', 'loan_block', 'payment']) {
    await ctx.db.run(sql`delete from ${sql.id(table)}`)
  }
  for (const table of ['bookkeeping_entry', 'fee', 'compensation', 'restriction', 'payment_order']) {
    await ctx.db.run(sql`delete from ${sql.id(table)}`)
  }
})

async function decide(ctx: Context, change: Partial<typeof collectionSetting.initial>): Promise<void> {
  const { version, content } = await currentSetting(ctx, collectionSetting)
  const done = await changeSetting(ctx, collectionSetting, {
    content: { ...content, ...change },
    basedOn: version,
    by: null,
  })
  assert(done.ok, JSON.stringify(done))
}

const today = () => dayOf(ctx.clock.now())

async function owes(patron: PatronId, kind: Claim['kind'], amount: number, overdueDays = 60): Promise<Claim> {
  const loan_id = (await planter.row('loan', { patron_id: patron, returned_at: ctx.clock.now() })) as LoanId
  const id = await planter.row(kind, {
    patron_id: patron,
    loan_id,
    amount_ore: amount,
    paid_ore: 0,
    credited_ore: 0,
    settled_at: null,
    charged_at: ctx.clock.now().subtract({ hours: 24 * (overdueDays + 30) }),
    pay_by_on: today().subtract({ days: overdueDays }),
    number: String(++bills),
  })
  return { kind, id } as Claim
}

const cases = () => ctx.db.all(sql<CollectionCaseRow>`select * from collection_case order by prepared_at, amount_ore`)
const caseOf = async (claim: Claim): Promise<CollectionCaseRow> => {
  const [found] = (await cases()).filter(({ claim_id }) => claim_id === claim.id)
  assert(found, 'the claim is a case')
  return found
}
const left = async (claim: Claim) =>
  (
    await ctx.db.one<{ left: number }>(
      sql`select amount_ore - paid_ore - credited_ore as left from ${sql.id(claim.kind)} where id = ${claim.id}`,
    )
  ).left

function wait(days: number): void {
  library.clock.moveTo(ctx.clock.now().add({ hours: 24 * days }))
}

async function announced(): Promise<number> {
  const done = await prepareCases(ctx)
  assert(done.ok, JSON.stringify(done))
  return done.value.announced
}

/** Announces, waits and sends; answers when. */
async function handOverAll(): Promise<Temporal.Instant> {
  await announced()
  wait(15)
  const sent = await sendCases(desk)
  assert(sent.ok && sent.value.at, JSON.stringify(sent))
  return sent.value.at
}

async function fileOf(at: Temporal.Instant): Promise<string[][]> {
  const file = await collectionFile(desk, at)
  assert(file.ok)
  return file.value.text
    .trimEnd()
    .split('\r\n')
    .slice(1)
    .map((line) => line.split(';'))
}

const answer = (...lines: string[]) => reconcile(ctx, ['sag;status;betalt;nedskrevet;grund', ...lines].join('\r\n'))

test('nothing is handed over before a written notice, and not until the time to pay has run out', async () => {
  const fee = await owes(cast.bo.id, 'fee', 23_000)
  assert.equal(await announced(), 1)
  const messages = await ctx.db.all<{ channel: string; subject: string; body: string }>(
    sql`select channel, subject, body from message where kind = 'collection-notice'`,
  )
  assert.equal(messages.length, 1)
  assert(['digital-post', 'letter'].includes(messages[0]?.channel ?? ''), 'never by SMS or e-mail')
  assert.match(messages[0]?.body ?? '', /DKK\s230\.00/)
  assert.doesNotMatch(messages[0]?.body ?? '', /Titel/)
  assert.equal(await announced(), 0, 'announced once')
  wait(14)
  const early = await sendCases(desk)
  assert.deepEqual(early.ok && early.value.lines, 0, 'the last day to pay is the debtor’s')
  wait(1)
  const sent = await sendCases(desk)
  assert.deepEqual(sent.ok && sent.value.lines, 1)
  assert.equal((await caseOf(fee)).state, 'sent')
})

test('small claims, those not long overdue, those being paid and those of nobody known by CPR number stay here', async () => {
  await owes(cast.bo.id, 'fee', 9_999)
  await owes(cast.bo.id, 'fee', 23_000, 29)
  const paying = await owes(cast.bo.id, 'fee', 12_000)
  await planter.row('payment_order', {
    patron_id: cast.bo.id,
    state: 'open',
    fee_ids: [paying.id],
    compensation_ids: [],
    amount_ore: 12_000,
    created_at: ctx.clock.now(),
    refund_ore: 0,
  })
  await ctx.db.run(sql`update patron set cpr_sealed = null, cpr_hash = null where id = ${cast.dines.id}`)
  await owes(cast.dines.id, 'fee', 23_000)
  const done = await prepareCases(ctx)
  assert.deepEqual(done.ok && done.value, { announced: 0, without_liable: 1, not_allowed: 0 })
  assert.deepEqual(await cases(), [])
})

test('the file says who owes how much for which bill, and neither title nor address', async () => {
  const lost = await owes(cast.asta.id, 'compensation', 25_500)
  const at = await handOverAll()
  const [line] = await fileOf(at)
  const { reference } = await caseOf(lost)
  assert.deepEqual(line?.slice(0, 7), [
    'krav',
    reference,
    '7403851048',
    'Asta Prøve',
    '255,00',
    'erstatning',
    `Bibliotekserstatning, regning ${bills}`,
  ])
  const file = await collectionFile(desk, at)
  assert(file.ok)
  assert.doesNotMatch(file.value.text, /Pilekrogen|3480|Titel|asta@/)
  assert.doesNotMatch(reference, /7403851048/)
})

test('each fetching of the file is noted as a disclosure and in the patron’s log, and the file is kept nowhere', async () => {
  await owes(cast.asta.id, 'fee', 23_000)
  const at = await handOverAll()
  await fileOf(at)
  await fileOf(at)
  const disclosed = await ctx.db.all(sql`select recipient, fields, outcome from disclosure`)
  assert.deepEqual(
    disclosed,
    Array.from({ length: 2 }, () => ({
      recipient: 'gaeldsstyrelsen',
      fields:
        'patron.cpr, fee.amount_ore, collection-case.reference, patron.name, fee.number, fee.charged_at, fee.pay_by_on',
      outcome: 'handed-over',
    })),
  )
  assert.equal((await accessesOf(ctx, cast.asta.id)).length, 2)
})

test('a child’s claim names the guardian who answers for it, and a protected name is left out', async () => {
  await owes(cast.clara.id, 'compensation', 15_000)
  await ctx.db.run(
    sql`update patron set protected = true, address = null, postcode = null, city = null where id = ${cast.asta.id}`,
  )
  await owes(cast.asta.id, 'fee', 23_000)
  const lines = await fileOf(await handOverAll())
  await ctx.db.run(sql`update patron set protected = false where id = ${cast.asta.id}`)
  assert.deepEqual(lines.map(([, , cpr, name]) => [cpr, name]).toSorted(), [
    ['6412124018', 'Carl Prøve'],
    ['7403851048', ''],
  ])
})

test('a restriction does not stop a claim; a policy without collection does, and so does a library that wants none', async () => {
  await restrictPatron(ctx, cast.bo.id, 'prøve')
  await owes(cast.bo.id, 'fee', 23_000)
  assert.equal((await fileOf(await handOverAll())).length, 1)
  const glostrup = await prepareCases(library.context(undefined, 'glostrup'))
  assert.deepEqual(!glostrup.ok && glostrup.refusal.kind, 'feature-off')
  await decide(ctx, { on: false })
  const off = await prepareCases(ctx)
  assert.deepEqual(!off.ok && off.refusal.kind, 'turned-off')
  await decide(ctx, { on: true })
})

test('what the municipality has is not paid here; what it is paid there is booked as that', async () => {
  const fee = await owes(cast.bo.id, 'fee', 23_000)
  await handOverAll()
  const refused = await pay(ctx, fee, oreOf(23_000), 'cash')
  assert.deepEqual(!refused.ok && refused.refusal.kind, 'with-municipality')
  const { reference } = await caseOf(fee)
  assert((await answer(`${reference};modtaget;0,00;0,00;`)).applied)
  assert((await answer(`${reference};rykket;100,00;0,00;`)).applied)
  assert.equal(await left(fee), 13_000)
  assert((await answer(`${reference};betalt;180,00;50,00;`)).applied)
  assert.equal(await left(fee), 0)
  const done = await caseOf(fee)
  assert.deepEqual([done.state, done.settled_at !== null], ['paid', true])
  const paid = await ctx.db.all(sql`select amount_ore, method from payment order by amount_ore`)
  assert.deepEqual(paid, [
    { amount_ore: 8_000, method: 'municipality' },
    { amount_ore: 10_000, method: 'municipality' },
  ])
})

test('an answer read twice books nothing twice, and says so line by line', async () => {
  const fee = await owes(cast.bo.id, 'fee', 23_000)
  await handOverAll()
  const { reference } = await caseOf(fee)
  assert((await answer(`${reference};modtaget;100,00;0,00;`)).applied)
  const again = await answer(`${reference};modtaget;100,00;0,00;`)
  assert.deepEqual(again, { applied: true, lines: 0, faults: [{ line: 2, fault: { kind: 'repeat' } }] })
  assert.equal(await left(fee), 13_000)
})

test('one wrong line and nothing of the file is read; each fault is told by its line', async () => {
  const [one, two, three] = [
    await owes(cast.bo.id, 'fee', 23_000),
    await owes(cast.asta.id, 'fee', 12_000),
    await owes(cast.asta.id, 'compensation', 40_000),
  ]
  await handOverAll()
  const [a, b, c] = [await caseOf(one), await caseOf(two), await caseOf(three)]
  const report = await answer(
    `${a.reference};betalt;230,00;0,00;`,
    `${b.reference};betalt;230,00;0,00;`,
    `${c.reference};gældsstyrelsen;;;`,
    '999999999999;betalt;1,00;0,00;',
    `${a.reference};afvist;;;`,
    'hvad er det?',
    `${'1'.repeat(12)};betalt;-1,00;;`,
  )
  assert.equal(report.applied, false)
  assert.deepEqual(
    report.faults.map(({ line, fault }) => [line, fault.kind]),
    [
      [3, 'wrong-amount'],
      [4, 'no-such-step'],
      [5, 'unknown-reference'],
      [6, 'twice-in-file'],
      [7, 'not-readable'],
      [8, 'not-readable'],
    ],
  )
  assert.equal(await left(one), 23_000)
  assert.equal((await caseOf(one)).state, 'sent')
})

test('an item that comes back after the hand-over: the claim is credited, recalled in the next file, and then closed', async () => {
  const lost = await owes(cast.asta.id, 'compensation', 25_500)
  await handOverAll()
  assert((await credit(ctx, lost, oreOf(25_500), 'credit')).ok)
  assert.equal(await reviewCases(ctx), 1)
  assert.deepEqual([(await caseOf(lost)).state, (await caseOf(lost)).settled_at], ['withdrawn', null])
  const { reference } = await caseOf(lost)
  const late = await answer(`${reference};betalt;255,00;0,00;`)
  assert.equal(late.applied, false, 'what has been withdrawn cannot be paid')
  wait(1)
  const sent = await sendCases(desk)
  assert(sent.ok && sent.value.at)
  assert.deepEqual(await fileOf(sent.value.at), [['tilbagekald', reference, '', '', '', '', '', '', '']])
  assert((await caseOf(lost)).settled_at)
})

test('what is reduced in part is recalled, owed to the library again, and can be announced anew', async () => {
  const lost = await owes(cast.asta.id, 'compensation', 40_000)
  await handOverAll()
  assert((await credit(ctx, lost, oreOf(25_000), 'credit')).ok)
  await reviewCases(ctx)
  assert((await pay(ctx, lost, oreOf(100), 'cash')).ok, 'paid here again')
  assert.equal(await announced(), 0, 'not before the municipality has been told')
  wait(1)
  await sendCases(desk)
  assert.equal(await announced(), 1)
})

test('paid here before it was sent: the case is closed and nobody hears of it', async () => {
  const fee = await owes(cast.bo.id, 'fee', 23_000)
  await announced()
  assert((await pay(ctx, fee, oreOf(23_000), 'card')).ok)
  wait(15)
  const sent = await sendCases(desk)
  assert.deepEqual(sent.ok && sent.value, { at: undefined, lines: 0 })
  assert.deepEqual([(await caseOf(fee)).state, (await caseOf(fee)).reason], ['withdrawn', 'settled-here'])
})

test('a rejected claim is paid here again, and staff may send it once more or give it up', async () => {
  const fee = await owes(cast.bo.id, 'fee', 23_000)
  await handOverAll()
  const { id, reference } = await caseOf(fee)
  assert((await answer(`${reference};afvist;;;ukendt-skyldner`)).applied)
  assert.deepEqual([(await caseOf(fee)).state, (await caseOf(fee)).reason], ['rejected', 'kommune-ukendt-skyldner'])
  assert(await changeCase(desk, id, 'again'))
  wait(1)
  const sent = await sendCases(desk)
  assert.deepEqual(sent.ok && sent.value.lines, 1)
  assert((await answer(`${reference};afvist;;;`)).applied)
  assert((await pay(ctx, fee, oreOf(1_000), 'cash')).ok)
  assert(await changeCase(desk, id, 'withdraw'))
  assert((await caseOf(fee)).settled_at)
  assert.equal(await changeCase(desk, id, 'withdraw'), false)
})
