import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import fc from 'fast-check'
import { closeOn, setOpeningHours } from '#agencies'
import { kroner, type LoanId, type PatronId, type StaffId } from '#core'
import { sql, transact } from '#db'
import { changeSetting, currentSetting } from '#settings'
import type { Context } from '#vault'
import { type Cast, castIn } from '../../../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import { Planter } from '../../../test/support/rows.ts'
import {
  chargeLateFee,
  type FeeTable,
  feeTable,
  hasOpenClaim,
  type LateLoan,
  lastClaimSettled,
  openClaims,
  pay,
  readAboveCap,
} from './index.ts'
import { decideLateFee } from './rules.ts'

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
beforeEach(async () => {
  for (const table of ['message', 'loan_block', 'payment', 'bookkeeping_entry', 'fee', 'closed_day']) {
    await ctx.db.run(sql`delete from ${sql.id(table)}`)
  }
  assert((await decide(feeTable.initial)).ok)
})

const day = (text: string) => Temporal.PlainDate.from(text)
const BORN = day('1985-03-14')
const staff = '00000000-0000-7000-8000-000000000001' as StaffId

async function loanOf(patron: PatronId): Promise<LoanId> {
  return (await planter.row('loan', { patron_id: patron, returned_at: ctx.clock.now(), fee_id: null })) as LoanId
}

async function late(over: Partial<LateLoan> = {}) {
  const loan: LateLoan = {
    patron_id: cast.asta.id,
    loan_id: await loanOf(over.patron_id ?? cast.asta.id),
    birth_on: BORN,
    branch_id: cast.branch,
    loaned_on: day('2026-03-02'),
    due_on: day('2026-04-01'),
    returned_on: day('2026-04-11'),
    ...over,
  }
  return transact(ctx, (ctx) => chargeLateFee(ctx, loan))
}

async function decide(change: Partial<FeeTable>) {
  const { version, content } = await currentSetting(ctx, feeTable)
  return changeSetting(ctx, feeTable, { content: { ...content, ...change }, basedOn: version, by: staff })
}

test('loans with the same loan day and due date that come back together cost one fee', async () => {
  const first = await late()
  const second = await late()
  assert.deepEqual([first?.amount_ore, first?.shared], [12_000, false])
  assert.deepEqual([second?.fee, second?.amount_ore, second?.shared], [first?.fee, 0, true])
  assert.equal((await openClaims(ctx, cast.asta.id)).length, 1)
})

test('returned in several goes, due on another day, lent on another day, or another patron’s: a fee each', async () => {
  const fees = [
    await late(),
    await late({ returned_on: day('2026-04-12') }),
    await late({ due_on: day('2026-04-02') }),
    await late({ loaned_on: day('2026-03-03') }),
    await late({ patron_id: cast.bo.id }),
  ]
  assert(fees.every((fee) => fee?.shared === false))
  assert.equal(new Set(fees.map((fee) => fee?.fee)).size, 5)
})

test('a fee that was paid at the desk between two of the returns is shared all the same', async () => {
  const first = await late()
  assert(first && (await pay(ctx, { kind: 'fee', id: first.fee }, first.amount_ore, 'cash')).ok)
  const second = await late()
  assert.deepEqual([second?.fee, second?.amount_ore, second?.shared], [first.fee, 0, true])
  assert.deepEqual(await openClaims(ctx, cast.asta.id), [])
})

test('a loan that shares a fee is not settled before that fee is, and then at that moment', async () => {
  const first = await late()
  assert(first)
  const sharing = await planter.row('loan', {
    patron_id: cast.asta.id,
    returned_at: ctx.clock.now(),
    fee_id: first.fee,
  })
  const alone = await planter.row('loan', { patron_id: cast.asta.id, returned_at: ctx.clock.now(), fee_id: null })
  const standing = (loan: string) =>
    ctx.db.one<{ open: boolean; settled: Temporal.Instant | null }>(sql`
      select ${hasOpenClaim('l.id')} as open, ${lastClaimSettled('l.id')} as settled from loan l where l.id = ${loan}`)
  assert.deepEqual(await standing(sharing), { open: true, settled: null })
  assert.deepEqual(await standing(alone), { open: false, settled: null })
  assert((await pay(ctx, { kind: 'fee', id: first.fee }, first.amount_ore, 'cash')).ok)
  assert.deepEqual(await standing(sharing), { open: false, settled: ctx.clock.now() })
})

test('two machines that take one pile back at the same moment charge one fee', async () => {
  const loans = await Promise.all([1, 2, 3, 4].map(() => late()))
  assert.equal(new Set(loans.map((fee) => fee?.fee)).size, 1)
  assert.equal(loans.filter((fee) => fee?.shared === false).length, 1)
})

test('a day on which the branch is closed makes nothing later, unless the library has decided so (scenario 34)', async () => {
  const weekdays = [1, 2, 3, 4, 5].map((weekday) => ({ weekday, opens: '10:00', closes: '18:00', staffed: true }))
  await setOpeningHours(ctx, cast.branch, weekdays)
  // Due on the Wednesday before Easter; Thursday, Friday and Monday are closed, and nobody works at the weekend.
  for (const closed of ['2026-04-02', '2026-04-03', '2026-04-06']) {
    await closeOn(ctx, { branch: null, day: day(closed), reason: { da: 'Påske', en: 'Easter' } })
  }
  assert.equal(await late({ returned_on: day('2026-04-06') }), undefined, 'through the book drop on a closed day')
  assert.equal((await late({ returned_on: day('2026-04-07') }))?.amount_ore, 2_000)
  assert.equal((await late({ returned_on: day('2026-04-15') }))?.amount_ore, 2_000, 'seven open days')
  assert.equal((await late({ returned_on: day('2026-04-16') }))?.amount_ore, 12_000)
  assert((await decide({ closedDaysCount: true })).ok)
  assert.equal((await late({ returned_on: day('2026-04-06') }))?.amount_ore, 2_000)
  assert.equal((await late({ returned_on: day('2026-04-09') }))?.amount_ore, 12_000)
  await setOpeningHours(ctx, cast.branch, [])
})

test('age is that of the day of return, and a library may count as children those the law does not', async () => {
  const born = day('2012-04-12')
  const fee = async (returned: string) =>
    (await late({ birth_on: born, returned_on: day(returned), loaned_on: day('2026-03-01') }))?.amount_ore
  assert.equal(await fee('2026-04-11'), 5_500)
  assert.equal(await fee('2026-04-12'), 12_000)
  assert((await decide({ childUnder: 18 })).ok)
  assert.equal(await fee('2026-04-13'), 5_500)
  const younger = await decide({ childUnder: 13 })
  assert(!younger.ok && younger.refusal.kind === 'not-valid')
})

test('a library with an empty table charges nothing for lateness', async () => {
  assert((await decide({ bands: [] })).ok)
  assert.equal(await late(), undefined)
  assert.deepEqual(await openClaims(ctx, cast.asta.id), [])
})

test('a table above the cap on any day is not saved, and the fault names day, age and the most', async () => {
  const refused = await decide({
    bands: [
      { fromDay: 1, adult: kroner(20), child: kroner(10) },
      { fromDay: 5, adult: kroner(120), child: kroner(11) },
    ],
  })
  assert(!refused.ok && refused.refusal.kind === 'not-valid')
  assert.deepEqual(
    refused.refusal.faults.map(({ path, message }) => ({ path, ...readAboveCap(message) })),
    [
      { path: 'bands.1.adult', day: 5, of: 'adult', most: 2_000 },
      { path: 'bands.1.child', day: 5, of: 'child', most: 1_000 },
    ],
  )
  assert.deepEqual((await currentSetting(ctx, feeTable)).content, feeTable.initial)
})

test('the tables of real libraries are saved as they stand', async () => {
  const band = (fromDay: number, adult: number, child: number) => ({
    fromDay,
    adult: kroner(adult),
    child: kroner(child),
  })
  const randers = [band(1, 20, 10), band(8, 60, 30), band(15, 120, 55), band(31, 230, 120)]
  const helsingor = [band(1, 20, 0), band(11, 120, 10), band(21, 120, 20), band(31, 230, 100)]
  for (const bands of [randers, helsingor, []]) assert((await decide({ bands })).ok)
})

test('whatever table is saved, nobody pays more than the law allows', () => {
  const band = fc.record({ fromDay: fc.integer({ min: 1, max: 50 }), adult: amount(), child: amount() })
  fc.assert(
    fc.property(
      fc.array(band, { maxLength: 5 }),
      fc.integer({ min: 14, max: 25 }),
      fc.integer({ min: 0, max: 60 }),
      fc.integer({ min: 0, max: 30 }),
      (bands, childUnder, lateDays, age) => {
        const read = feeTable.schema.safeParse({ ...feeTable.initial, bands, childUnder })
        if (!read.success) return
        const returned_on = day('2026-06-15').add({ days: lateDays })
        const birth_on = returned_on.subtract({ years: age })
        const loan = { birth_on, due_on: day('2026-06-15'), returned_on }
        assert(
          decideLateFee(read.data, undefined, loan) <=
            decideLateFee(feeTable.initial, undefined, { ...loan, birth_on: age < 14 ? birth_on : null }),
        )
      },
    ),
  )
  function amount() {
    return fc.integer({ min: 0, max: 23_000 })
  }
})

test('no fee for an uncollected reservation can exist: the database knows one reason for a fee', async () => {
  const loan = await loanOf(cast.asta.id)
  const insert = (reason: string) =>
    ctx.db.run(sql`
      insert into fee (id, patron_id, loan_id, reason, amount_ore, paid_ore, charged_at)
      values (${ctx.random.uuid(ctx.clock.now())}, ${cast.asta.id}, ${loan}, ${reason}, 2000, 0, ${ctx.clock.now()})`)
  for (const reason of ['uncollected', 'reservation', 'handling', '']) {
    await assert.rejects(insert(reason), /fee_reason_check/)
  }
  await insert('overdue')
  assert(!feeTable.schema.safeParse({ ...feeTable.initial, uncollected: kroner(25) }).success)
})

test('a fee counts its days in Copenhagen, over the end of summer time', async () => {
  const returned = await late({ due_on: day('2026-10-24'), returned_on: day('2026-11-01') })
  assert.equal(returned?.amount_ore, 12_000, 'eight days later, one of them of 25 hours')
})
