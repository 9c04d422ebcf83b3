import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import fc from 'fast-check'
import { addBranch, closeOn, openAgainOn, openDaysBetween, setOpeningHours } from '#agencies'
import { addItems } from '#catalogue'
import { type BranchId, dayOf, type PatronId, type StaffId } from '#core'
import { sql } from '#db'
import { decideLateFee, feeTable } from '#fees'
import { type AnnouncedClosure, type ClosureReach, closures, readFeeDays } from '#lending-rules'
import { movePickupDeadlines } from '#reservations'
import { changeSetting, currentSetting, readSetting, settingHistory } from '#settings'
import type { Context } from '#vault'
import { type Cast, castIn, noon } from '../../../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import { killedAfter, Planter } from '../../../test/support/rows.ts'
import { checkout, closeSuddenly, decideClosure, goOnMoving, leftOf, moveDueDates, previewClosure } from './index.ts'

const day = (text: string) => Temporal.PlainDate.from(text)
const dorte = '019a0000-0000-7000-8000-000000000001' as StaffId
const FLOOD = { da: 'Vandskade', en: 'Water damage' }
/** Friday to Monday. */
const WEEKEND = { branch: null, from: day('2026-02-06'), to: day('2026-02-09'), reason: FLOOD }

let library: TestLibrary
let ctx: Context
let cast: Cast
let other: BranchId
let planter: Planter

before(async () => {
  library = await openTestLibrary({ begin: day('2026-01-15') })
  ctx = library.context()
  cast = await castIn(ctx)
  other = await addBranch(ctx, { code: 'B', name: 'Filialen', address: 'Vej 2', postcode: '3480', city: 'Fredensborg' })
  await ctx.db.run(sql`update patron set phone = null, email = null where id = ${cast.dines.id}`)
  for (const branch of [cast.branch, other]) {
    const week = [1, 2, 3, 4, 5, 6].map((weekday) => ({ weekday, opens: '10:00', closes: '18:00', staffed: true }))
    await setOpeningHours(ctx, branch, week)
  }
  planter = await Planter.of(ctx)
})
after(() => library.close())
beforeEach(async () => {
  await empty()
})

async function empty() {
  for (const table of ['message', 'reservation', 'loan', 'closed_day', 'loan_block']) {
    await ctx.db.run(sql`delete from ${sql.id(table)}`)
  }
  // A version that was read may not come again with another content, so the list is emptied by a change.
  const { version } = await currentSetting(ctx, closures)
  assert.ok((await changeSetting(ctx, closures, { content: { closures: [] }, basedOn: version, by: null })).ok)
}

let barcodes = 0
let numbers = 500
async function lent(patron: PatronId, due: string, branch = cast.branch, more: Record<string, unknown> = {}) {
  const barcode = `T${++barcodes}`
  await addItems(ctx, [{ title_id: cast.titles.A, barcode, branch_id: cast.branch, shelf: null }])
  const { id } = await ctx.db.one<{ id: string }>(sql`select id from item where barcode = ${barcode}`)
  return planter.row('loan', {
    patron_id: patron,
    item_id: id,
    title_id: cast.titles.A,
    branch_id: branch,
    due_on: day(due),
    renewals: 0,
    overdue_step: 0,
    ...more,
  })
}

async function ready(patron: PatronId, until: string, branch = cast.branch, number = String(++numbers)) {
  const barcode = `R${++barcodes}`
  await addItems(ctx, [{ title_id: cast.titles.B, barcode, branch_id: branch, shelf: null }])
  const { id } = await ctx.db.one<{ id: string }>(sql`select id from item where barcode = ${barcode}`)
  return planter.row('reservation', {
    patron_id: patron,
    title_id: cast.titles.B,
    pickup_branch_id: branch,
    item_id: id,
    ready_at: ctx.clock.now(),
    pickup_until_on: day(until),
    pickup_number: number,
    kind: 'normal',
    issue: String(barcodes),
  })
}

const dueDates = async () =>
  (
    await ctx.db.all<{ due_on: Temporal.PlainDate }>(sql`
    select due_on from loan l join item i on i.id = l.item_id order by i.added_at, length(i.barcode), i.barcode`)
  ).map(({ due_on }) => due_on.toString())
const deadlines = async () =>
  (
    await ctx.db.all<{ until: Temporal.PlainDate }>(
      sql`select pickup_until_on as until from reservation order by issue::int`,
    )
  ).map(({ until }) => until.toString())
const told = () =>
  ctx.db.all<{ patron_id: PatronId; kind: string; channel: string; body: string }>(
    sql`select patron_id, kind, channel, body from message order by kind, patron_id`,
  )
const close = async (closure = WEEKEND as typeof WEEKEND | (Omit<typeof WEEKEND, 'branch'> & { branch: BranchId })) => {
  const closed = await closeSuddenly(ctx, closure, dorte)
  assert.ok(closed.ok, JSON.stringify(closed))
  return goOnMoving(ctx)
}

test('what is due while the library is closed is due the next open day, and each patron is told once', async () => {
  await lent(cast.asta.id, '2026-02-05')
  await lent(cast.asta.id, '2026-02-06')
  await lent(cast.asta.id, '2026-02-08')
  await lent(cast.bo.id, '2026-02-09')
  await lent(cast.bo.id, '2026-02-10')
  await close()
  assert.deepEqual(await dueDates(), ['2026-02-05', '2026-02-10', '2026-02-10', '2026-02-10', '2026-02-10'])
  const messages = await told()
  assert.deepEqual(
    messages.map(({ patron_id, kind, channel }) => [patron_id, kind, channel]),
    [
      [cast.asta.id, 'due-moved', 'email'],
      [cast.bo.id, 'due-moved', 'sms'],
    ],
  )
  assert.match(messages[0]?.body ?? '', /Vandskade[\s\S]*2 lån skal nu afleveres senest 10\. februar 2026/)
  assert.match(messages[1]?.body ?? '', /One loan by 10 February 2026/)
  assert.ok(
    messages.every(({ body }) => !body.includes('Titel')),
    'no title goes where it was not asked for',
  )
})

test('a pickup deadline on a closed day moves by the calendar of the pickup branch (scenario 57)', async () => {
  await closeOn(ctx, { branch: other, day: day('2026-02-10'), reason: FLOOD })
  await ready(cast.asta.id, '2026-02-07', cast.branch, '417')
  await ready(cast.asta.id, '2026-02-09', other, '418')
  await ready(cast.bo.id, '2026-02-11')
  await close()
  assert.deepEqual(await deadlines(), ['2026-02-10', '2026-02-11', '2026-02-11'])
  const [message, ...more] = await told()
  assert.equal(more.length, 0)
  assert.match(message?.body ?? '', /Nummer 417 på Hovedbibliotek: hent senest 10\. februar 2026\./)
  assert.match(message?.body ?? '', /Nummer 418 på Filialen: hent senest 11\. februar 2026\./)
})

test('the closing of one branch leaves the others alone', async () => {
  await lent(cast.asta.id, '2026-02-06', cast.branch)
  await lent(cast.asta.id, '2026-02-06', other)
  await ready(cast.asta.id, '2026-02-06', other)
  await close({ ...WEEKEND, branch: other })
  assert.deepEqual(await dueDates(), ['2026-02-06', '2026-02-10'])
  assert.deepEqual(await deadlines(), ['2026-02-10'])
})

test('what is returned or counted as lost stays as it is; what is said to be returned moves and is not written about', async () => {
  const gone = { returned_at: ctx.clock.now() }
  await lent(cast.asta.id, '2026-02-06', cast.branch, gone)
  await lent(cast.asta.id, '2026-02-06', cast.branch, { lost_at: ctx.clock.now() })
  await lent(cast.asta.id, '2026-02-06', cast.branch, { claimed_returned_at: ctx.clock.now() })
  await close()
  assert.deepEqual(await dueDates(), ['2026-02-06', '2026-02-06', '2026-02-10'])
  assert.deepEqual(await told(), [])
})

test('the days of a closure cost nothing, also where other closed days do; open again, they cost (scenario 34)', async () => {
  await closeOn(ctx, { branch: null, day: day('2026-02-11'), reason: FLOOD })
  const late = async (due: string, returned: string, closedDaysCount: boolean) =>
    openDaysBetween(await readFeeDays(ctx, cast.branch, day(due), closedDaysCount), day(due), day(returned))
  assert.deepEqual(
    [await late('2026-02-05', '2026-02-12', false), await late('2026-02-05', '2026-02-12', true)],
    [5, 7],
  )
  await close()
  assert.deepEqual(
    [await late('2026-02-05', '2026-02-12', false), await late('2026-02-05', '2026-02-12', true)],
    [2, 3],
  )
  assert.deepEqual(
    [await late('2026-02-05', '2026-02-09', false), await late('2026-02-05', '2026-02-09', true)],
    [0, 0],
  )
  const fee = async (returned: string) =>
    decideLateFee(
      { ...feeTable.initial, closedDaysCount: true },
      await readFeeDays(ctx, cast.branch, day('2026-02-05'), true),
      {
        birth_on: day('1985-03-14'),
        due_on: day('2026-02-05'),
        returned_on: day(returned),
      },
    )
  assert.equal(await fee('2026-02-09'), 0)
  assert.ok((await fee('2026-02-10')) > 0)
  await openAgainOn(ctx, null, day('2026-02-06'))
  assert.equal(await late('2026-02-05', '2026-02-09', true), 1)
})

test('announced after it began, it still moves what was due, and who was told of lateness may be told again', async () => {
  await lent(cast.asta.id, '2026-01-14', cast.branch, { overdue_step: 1 })
  await close({ ...WEEKEND, from: day('2026-01-13'), to: day('2026-01-17') })
  assert.deepEqual(await dueDates(), ['2026-01-19'])
  assert.equal((await ctx.db.one<{ step: number }>(sql`select overdue_step as step from loan`)).step, 0)
})

test('run again, a closure moves nothing twice and tells nobody twice', async () => {
  await lent(cast.asta.id, '2026-02-06')
  await ready(cast.bo.id, '2026-02-06')
  assert.equal(await close(), 2)
  assert.equal(await goOnMoving(ctx), 0)
  assert.equal(await close(), 0)
  assert.deepEqual([await dueDates(), await deadlines()], [['2026-02-10'], ['2026-02-10']])
  assert.equal((await told()).length, 2)
})

test('killed anywhere on the way, it goes on until all is moved, and each patron is told exactly once', async () => {
  for (let killedAt = 0; ; killedAt++) {
    await empty()
    await lent(cast.asta.id, '2026-02-06')
    await lent(cast.bo.id, '2026-02-07')
    await ready(cast.clara.id, '2026-02-06')
    assert.ok((await closeSuddenly(ctx, WEEKEND, dorte)).ok)
    const killed = { ...ctx, db: killedAfter({ left: killedAt }, ctx.db) }
    const survived = await goOnMoving(killed).then(
      () => true,
      () => false,
    )
    await goOnMoving(ctx)
    assert.deepEqual(await dueDates(), ['2026-02-10', '2026-02-10'])
    assert.deepEqual(await deadlines(), ['2026-02-10'])
    assert.deepEqual((await told()).map(({ patron_id }) => patron_id).sort(), [
      ...[cast.asta.id, cast.bo.id, cast.clara.id].sort(),
    ])
    if (survived) break
  }
})

test('two who work it off at once move each loan once', async () => {
  for (const due of ['2026-02-06', '2026-02-07', '2026-02-08']) await lent(cast.asta.id, due)
  for (const due of ['2026-02-06', '2026-02-09']) await lent(cast.bo.id, due)
  assert.ok((await closeSuddenly(ctx, WEEKEND, dorte)).ok)
  const moved = await Promise.all([goOnMoving(ctx), goOnMoving(ctx)])
  assert.equal(moved[0] + moved[1], 5)
  assert.equal((await told()).length, 2)
})

test('more patrons than fit into one transaction are all moved', async () => {
  await ctx.db.run(sql`
    insert into patron select (jsonb_populate_record(p, jsonb_build_object('id', gen_random_uuid(), 'number', 'N' || n,
      'cpr_hash', null, 'cpr_sealed', null))).* from patron p, generate_series(1, 450) n where p.id = ${cast.asta.id}`)
  const many = await ctx.db.all<{ id: PatronId }>(sql`select id from patron where number like 'N%'`)
  for (const { id } of many) await lent(id, '2026-02-07')
  assert.ok((await closeSuddenly(ctx, WEEKEND, dorte)).ok)
  let asked = 0
  assert.ok((await goOnMoving(ctx, () => ++asked > 1)) < 450, 'one part only')
  const [entry] = (await readSetting(ctx, closures)).closures as [AnnouncedClosure]
  assert.equal(entry.planned.loans, 450)
  assert.ok((await leftOf(ctx, entry)).loans < 450)
  await goOnMoving(ctx)
  assert.equal((await leftOf(ctx, entry)).loans, 0)
  assert.equal((await told()).length, 450)
  await ctx.db.run(sql`delete from message`)
  await ctx.db.run(sql`delete from loan`)
  await ctx.db.run(sql`delete from patron where number like 'N%'`)
})

test('what will move is told before it moves, and nobody is counted who cannot be told', async () => {
  await lent(cast.asta.id, '2026-02-06')
  await lent(cast.asta.id, '2026-02-07')
  await lent(cast.dines.id, '2026-02-07')
  await lent(cast.bo.id, '2026-02-20')
  await ready(cast.bo.id, '2026-02-09')
  const preview = await previewClosure(ctx, WEEKEND)
  assert.deepEqual(preview, { ok: true, value: { loans: 3, reservations: 1, people: 2 } satisfies ClosureReach })
  assert.deepEqual(await dueDates(), ['2026-02-06', '2026-02-07', '2026-02-07', '2026-02-20'], 'looking moves nothing')
  assert.equal(await close(), 4)
  assert.equal((await told()).length, 2)
})

test('what was announced can be read afterwards, with who did it', async () => {
  await close()
  const [change] = await settingHistory(ctx, closures.name)
  assert.equal(change?.changed_by, dorte)
  assert.deepEqual(
    (await ctx.db.all<{ day: Temporal.PlainDate }>(sql`select day from closed_day order by day`)).map(({ day }) =>
      day.toString(),
    ),
    ['2026-02-06', '2026-02-07', '2026-02-08', '2026-02-09'],
  )
})

test('a day that is open again after all is left where it is', async () => {
  assert.ok((await closeSuddenly(ctx, WEEKEND, dorte)).ok)
  await lent(cast.asta.id, '2026-02-07')
  await openAgainOn(ctx, null, day('2026-02-07'))
  assert.equal(await goOnMoving(ctx), 0)
  assert.deepEqual(await dueDates(), ['2026-02-07'])
})

test('a closure that ends before it begins, lasts for months, is long over or has no reason is refused', async () => {
  const today = dayOf(ctx.clock.now())
  const kind = (over: Partial<typeof WEEKEND>) => {
    const decided = decideClosure({ ...WEEKEND, ...over }, today)
    return decided.ok ? 'good' : decided.refusal.kind
  }
  assert.equal(kind({}), 'good')
  assert.equal(kind({ to: day('2026-02-06') }), 'good')
  assert.equal(kind({ to: day('2026-02-05') }), 'ends-before-it-begins')
  assert.equal(kind({ to: day('2026-06-05') }), 'good')
  assert.equal(kind({ to: day('2026-06-06') }), 'too-long')
  assert.equal(kind({ from: day('2025-12-15') }), 'good')
  assert.equal(kind({ from: day('2025-12-14') }), 'too-long-ago')
  assert.equal(kind({ reason: { da: ' ', en: 'x' } }), 'no-reason')
  const nowhere = '019a0000-0000-7000-8000-0000000000ff' as BranchId
  const refused = await previewClosure(ctx, { ...WEEKEND, branch: nowhere })
  assert.deepEqual(refused, { ok: false, refusal: { kind: 'unknown-branch' } })
  assert.ok(!(await closeSuddenly(ctx, { ...WEEKEND, to: day('2026-02-01') }, dorte)).ok)
  assert.deepEqual(await ctx.db.all(sql`select 1 from closed_day`), [])
})

test('law: after a closure nothing is due on a day of it, nothing became due earlier, and the rest is untouched', async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.tuple(fc.integer({ min: 0, max: 20 }), fc.boolean()), { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 0, max: 12 }),
      fc.integer({ min: 0, max: 6 }),
      async (loans, start, length) => {
        await empty()
        const begin = day('2026-03-20')
        for (const [offset, home] of loans) {
          await lent(cast.asta.id, begin.add({ days: offset }).toString(), home ? cast.branch : other)
        }
        const before = await dueDates()
        const from = begin.add({ days: start })
        const closure = { branch: null, from, to: from.add({ days: length }), reason: FLOOD }
        assert.ok((await closeSuddenly(ctx, closure, dorte)).ok)
        await goOnMoving(ctx)
        const after = await dueDates()
        const within = (date: string) => date >= from.toString() && date <= closure.to.toString()
        for (const [at, due] of after.entries()) {
          const was = before[at] as string
          assert.ok(!within(due))
          assert.ok(due >= was)
          if (!within(was)) assert.equal(due, was)
          else assert.notEqual(day(due).dayOfWeek, 7, 'the library is closed on Sundays')
        }
      },
    ),
    { numRuns: 15 },
  )
})

test('a loan whose due date lies beyond a night the clocks change is due on its day, and not an hour off (scenario 14)', async () => {
  for (const [now, due] of [
    ['2026-03-27T22:30:00Z', '2026-04-26'],
    ['2026-03-28T23:30:00Z', '2026-04-28'],
    ['2026-10-24T21:59:00Z', '2026-11-23'],
    ['2026-10-24T22:01:00Z', '2026-11-24'],
  ] as const) {
    library.clock.moveTo(Temporal.Instant.from(now))
    const loan = await checkout(ctx, { card: cast.asta.card, barcode: 'C1' })
    assert.ok(loan.ok, JSON.stringify(loan))
    assert.equal(loan.value.due_on.toString(), due)
    await ctx.db.run(sql`delete from loan`)
    await ctx.db.run(sql`update item set state = 'available'`)
  }
  library.clock.moveTo(noon('2026-11-01'))
  assert.deepEqual(await moveDueDates(ctx, WEEKEND), { moved: 0, told: 0 })
  assert.deepEqual(await movePickupDeadlines(ctx, WEEKEND), { moved: 0, told: 0 })
})
