import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { at } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'
import { openTestLibrary } from '../../test/support/library.ts'
import type { SamplePolicy } from '../../test/support/policy.ts'
import { emptyLibrary, killedAfter, Planter, publishAtOnce } from '../../test/support/rows.ts'
import { register } from '../rooms.ts'
import type { StepRecord } from './chain.ts'
import { type Declaration, findTable } from './declare.ts'
import { isHourly } from './period.ts'
import { clauseName } from './plan.ts'
import type { Clause } from './policy.ts'
import { policyOf } from './published.ts'
import { dryRun, type NightReport, runRetention } from './retention.ts'

const AGENCIES = ['fredensborg', 'glostrup', 'herning', 'ishoj', 'stevns']
const library = await openTestLibrary({ agencies: AGENCIES })
after(() => library.close())

const date = Temporal.PlainDate.from
const contexts = AGENCIES.map((agency) => library.context(undefined, agency))
const [ctx] = contexts as [Context]

interface Case {
  readonly clause: string
  readonly table: Declaration
  readonly id: string
  readonly moment: Temporal.Instant
  /** The first night after which the row must be gone, by PostgreSQL's calendar and not by ours. */
  readonly ends: Temporal.PlainDate
}

interface Built {
  readonly clause: Clause
  readonly table: Declaration
  readonly column: string
}

async function builtClauses(ctx: Context): Promise<Built[]> {
  const { policy } = await policyOf(ctx)
  return policy.clauses.flatMap((clause) => {
    const table = findTable(register, clause.data)
    const column = table?.moments[clause.from]?.column
    // What ends by the hour is no night's work: the room that has it sees to it, and tests that it does.
    return table && column && !isHourly(clause) ? [{ clause, table, column }] : []
  })
}

/** One row for each of several moments around those that end on one of the nights. */
async function plantAround(ctx: Context, nights: readonly Temporal.PlainDate[]): Promise<Case[]> {
  const planter = await Planter.of(ctx)
  // Rows that are not themselves patrons belong to one who goes on using the library.
  planter.refer('patron', await planter.row('patron', { last_active_at: at(date('2090-01-01'), '12:00') }))
  const cases: Case[] = []
  for (const { clause, table, column } of await builtClauses(ctx)) {
    const begin = clause['round-up'] ? sql`date_trunc('year', day) + interval '1 year'` : sql`day`
    const moments = await ctx.db.all<{ moment: Temporal.Instant; ends: Temporal.PlainDate }>(sql`
      with near as (
        select distinct (n - ${clause.keep}::interval + make_interval(days => d))::date as day
        from unnest(${nights}::date[]) n, generate_series(-1, 1) d
        union
        select (date_trunc('year', n - ${clause.keep}::interval) + make_interval(years => y, days => d))::date
        from unnest(${nights}::date[]) n, generate_series(-1, 1) y, generate_series(-1, 0) d
        where ${clause['round-up'] !== undefined})
      select (day + t) at time zone 'Europe/Copenhagen' as moment, (${begin} + ${clause.keep}::interval)::date as ends
      from near, unnest(array['00:00', '00:30', '23:59:59.999999']::time[]) t order by moment`)
    // The newest last: what is planted after these belongs to the last of them, and goes when that goes.
    for (const { moment, ends } of moments) {
      const id = ctx.random.uuid(moment)
      await planter.row(table.name, { id, [column]: moment })
      cases.push({ clause: clauseName(clause), table, id, moment, ends })
    }
  }
  return cases
}

/** What is wrong after a night: rows gone too early, rows gone too late. */
async function faultsAfter(
  ctx: Context,
  cases: readonly Case[],
  night: Temporal.PlainDate,
): Promise<Map<string, string>> {
  const faults = new Map<string, string>()
  for (const table of new Set(cases.map((each) => each.table))) {
    const here = cases.filter((each) => each.table === table)
    const emptied = table.redacts ? sql`and ${sql.id(table.redacts.done)} is null` : sql``
    const rows = await ctx.db.all<{ id: string }>(
      sql`select id from ${sql.id(table.name)} where id = any(${here.map(({ id }) => id)}::uuid[]) ${emptied}`,
    )
    const left = new Set(rows.map(({ id }) => id))
    for (const { clause, id, moment, ends } of here) {
      const shouldBeThere = Temporal.PlainDate.compare(ends, night) > 0
      if (left.has(id) === shouldBeThere) continue
      const what = shouldBeThere ? 'went too early' : 'is still there'
      faults.set(`${clause} ${what}`, `${moment} ends on ${ends}, ${what} after the night of ${night}`)
    }
  }
  return faults
}

const SERIES: readonly [string, readonly string[]][] = [
  ['the turn of the year', ['2025-12-31', '2026-01-01', '2026-01-02']],
  ['the beginning of summer time', ['2026-03-28', '2026-03-29', '2026-03-30', '2026-04-28', '2026-04-29']],
  ['the end of summer time', ['2026-10-24', '2026-10-25', '2026-10-26', '2026-11-24', '2026-11-25']],
  ['a leap day', ['2028-02-28', '2028-02-29', '2028-03-01', '2028-03-30']],
]

for (const [name, days] of SERIES) {
  test(`around ${name} every clause of the five policies ends on its day and not the day before`, async () => {
    const nights = days.map((day) => date(day))
    library.clock.moveTo(at(nights.at(-1) as Temporal.PlainDate, '23:00'))
    for (const ctx of contexts) {
      await emptyLibrary(ctx)
      const cases = await plantAround(ctx, nights)
      for (const clause of new Set(cases.map((each) => each.clause))) {
        const ends = cases.filter((each) => each.clause === clause).map((each) => each.ends.toString())
        // Without a row that goes and one that stays the night would prove nothing.
        assert.ok(name !== 'the turn of the year' || ends.includes('2026-01-01'), `${ctx.agency} ${clause} ${ends}`)
        assert.ok(
          ends.some((day) => day > (days.at(-1) as string)),
          `${ctx.agency} ${clause} ${ends}`,
        )
      }
      for (const night of nights) {
        const report = await runRetention(ctx, register, night, night)
        assert.deepEqual([...(await faultsAfter(ctx, cases, night)).values()], [], ctx.agency)
        assert.equal(report.outcome, 'kept', ctx.agency)
      }
    }
  })
}

test('the same test notices a period that is one day too long, for every clause of the five policies', async () => {
  const nights = [date('2029-01-01'), date('2029-01-02')]
  library.clock.moveTo(at(date('2029-01-02'), '23:00'))
  for (const ctx of contexts) {
    await emptyLibrary(ctx)
    const cases = await plantAround(ctx, nights)
    await publishAtOnce(ctx, (policy) => lengthen(policy, 1))
    await runRetention(ctx, register, date('2029-01-01'), date('2029-01-01'))
    const faults = await faultsAfter(ctx, cases, date('2029-01-01'))
    for (const clause of new Set(cases.map((each) => each.clause))) {
      assert.ok(faults.has(`${clause} is still there`), `${ctx.agency} ${clause}`)
    }
    await publishAtOnce(ctx, (policy) => lengthen(policy, -1))
    await runRetention(ctx, register, date('2029-01-01'), date('2029-01-01'))
    assert.deepEqual([...(await faultsAfter(ctx, cases, date('2029-01-01'))).values()], [], ctx.agency)
  }
})

function lengthen(policy: SamplePolicy, days: number): void {
  for (const clause of policy.clauses) {
    const keep = Temporal.Duration.from(String(clause.keep))
    if (keep.hours > 0) continue
    const changed = keep.with({ days: keep.days + days })
    clause.keep = changed.blank ? 'P0D' : changed.toString()
  }
}

/** One patron of Fredensborg and rows of theirs that ended long ago, on a night of its own. */
async function longAgo(night: string, rows: Record<string, Record<string, unknown>>) {
  library.clock.moveTo(at(date(night), '02:00'))
  await emptyLibrary(ctx)
  const planter = await Planter.of(ctx)
  const patron = await planter.row('patron', { last_active_at: ctx.clock.now() })
  planter.refer('patron', patron)
  const ids: Record<string, string> = {}
  for (const [table, given] of Object.entries(rows))
    ids[table] = await planter.row(table, { patron_id: patron, ...given })
  return { planter, patron, ids }
}

const LONG_AGO = Temporal.Instant.from('2020-01-01T12:00Z')

async function isThere(table: string, id: string | undefined): Promise<boolean> {
  return (await ctx.db.maybe(sql`select 1 from ${sql.id(table)} where id = ${id}`)) !== undefined
}

function stepOf(report: NightReport, clause: string): StepRecord {
  const step = report.steps.find((each) => each.clause === clause)
  assert.ok(step, clause)
  return step
}

test('a loan under a legal hold stays, is counted as held, and is forgotten the night the hold ends', async () => {
  const { planter, patron, ids } = await longAgo('2030-05-01', { loan: { settled_at: LONG_AGO } })
  const other = await planter.row('loan', { settled_at: LONG_AGO })
  const hold = await planter.row('hold', {
    table_name: 'loan',
    row_id: ids.loan,
    patron_id: patron,
    until_on: date('2030-05-03'),
  })
  const first = await runRetention(ctx, register, date('2030-05-01'))
  assert.equal(await isThere('loan', other), false)
  assert.equal(await isThere('loan', ids.loan), true)
  assert.equal(stepOf(first, 'loan/settled').held, 1)
  assert.equal(first.outcome, 'kept')
  await runRetention(ctx, register, date('2030-05-02'))
  assert.equal(await isThere('loan', ids.loan), true)
  const last = await runRetention(ctx, register, date('2030-05-03'))
  assert.equal(await isThere('loan', ids.loan), false)
  assert.equal(stepOf(last, 'loan/settled').rows_gone, 1)
  const ended = await ctx.db.one<{ ended_at: Temporal.Instant | null }>(
    sql`select ended_at from hold where id = ${hold}`,
  )
  assert.notEqual(ended.ended_at, null)
})

test('what is stored of a restricted patron stays, is counted as restricted, and is forgotten the night after', async () => {
  const rows = { loan: { settled_at: LONG_AGO }, payment: { paid_at: LONG_AGO }, access_log: { seen_at: LONG_AGO } }
  const { planter, ids } = await longAgo('2030-06-01', rows)
  const restriction = await planter.row('restriction', { patron_id: (await onlyPatron()).id })
  const first = await runRetention(ctx, register, date('2030-06-01'))
  for (const [table, id] of Object.entries(ids)) assert.equal(await isThere(table, id), true, table)
  for (const clause of ['loan/settled', 'payment/paid', 'access-log/seen']) {
    assert.deepEqual([stepOf(first, clause).restricted, stepOf(first, clause).overdue], [1, 0], clause)
  }
  await ctx.db.run(sql`update restriction set ended_at = ${ctx.clock.now()} where id = ${restriction}`)
  await runRetention(ctx, register, date('2030-06-02'))
  for (const [table, id] of Object.entries(ids)) assert.equal(await isThere(table, id), false, table)
})

function onlyPatron(): Promise<{ id: string }> {
  return ctx.db.one<{ id: string }>(sql`select id from patron`)
}

test('a patron who has not been here for years stays as long as they owe something, and is then erased whole', async () => {
  const rows = { fee: {}, message: {}, identifier: {}, bookkeeping_entry: {} }
  const { patron, ids } = await longAgo('2030-07-01', rows)
  await ctx.db.run(sql`update patron set last_active_at = ${LONG_AGO}`)
  const first = await runRetention(ctx, register, date('2030-07-01'))
  assert.equal(await isThere('patron', patron), true)
  assert.equal(stepOf(first, 'patron/last-active').still_open, 1)
  assert.equal(first.outcome, 'kept')
  await ctx.db.run(sql`update fee set settled_at = ${ctx.clock.now()}, paid_ore = amount_ore`)
  await runRetention(ctx, register, date('2030-07-02'))
  for (const table of ['fee', 'message', 'identifier']) assert.equal(await isThere(table, ids[table]), false, table)
  assert.equal(await isThere('patron', patron), false)
  assert.equal(await isThere('bookkeeping_entry', ids.bookkeeping_entry), true)
})

test('a message past its end keeps that it was sent, and neither its words nor its address', async () => {
  const { ids } = await longAgo('2030-08-01', {
    message: { sent_at: LONG_AGO, recipient: 'a@example.dk', body: 'Hej' },
  })
  await runRetention(ctx, register, date('2030-08-01'))
  const row = await ctx.db.one<Record<string, unknown>>(sql`select * from message where id = ${ids.message}`)
  assert.deepEqual([row.recipient, row.subject, row.body], [null, null, null])
  assert.deepEqual([String(row.sent_at), String(row.redacted_at)], [String(LONG_AGO), String(ctx.clock.now())])
})

test('a night that is run twice changes nothing the second time', async () => {
  await longAgo('2030-09-01', { loan: { settled_at: LONG_AGO }, message: { sent_at: LONG_AGO }, fee: {} })
  await runRetention(ctx, register, date('2030-09-01'))
  const before = await everything(ctx)
  assert.match(before, /loan\/settled/)
  await runRetention(ctx, register, date('2030-09-01'))
  assert.equal(await everything(ctx), before)
})

test('what a dry run foretells is what the night then does', async () => {
  const { planter } = await longAgo('2030-10-01', { loan: { settled_at: LONG_AGO }, payment: { paid_at: LONG_AGO } })
  await planter.row('loan', { settled_at: LONG_AGO })
  await planter.row('loan', { settled_at: at(date('2030-09-15'), '12:00') })
  const foretold = await dryRun(ctx, register, date('2030-10-01'))
  const report = await runRetention(ctx, register, date('2030-10-01'))
  assert.deepEqual(
    foretold.map(({ clause, due }) => [clause, due]),
    report.steps.map(({ clause, rows_gone }) => [clause, rows_gone]),
  )
  assert.equal(stepOf(report, 'loan/settled').rows_gone, 2)
})

test('thousands of loans that ended at the same instant all go in one night', async () => {
  const { planter, patron } = await longAgo('2030-11-01', { loan: { settled_at: LONG_AGO } })
  await planter.row('hold', {
    table_name: 'loan',
    row_id: (await ctx.db.one<{ id: string }>(sql`select id from loan`)).id,
  })
  await ctx.db.run(sql`
    insert into loan (id, patron_id, item_id, title_id, branch_id, material, patron_group, age_band, lent_at, due_on,
      renewals, returned_at, settled_at, overdue_step)
    select gen_random_uuid(), patron_id, item_id, title_id, branch_id, material, patron_group, age_band, lent_at, due_on,
      renewals, returned_at, settled_at, overdue_step
    from loan, generate_series(1, 5000) where patron_id = ${patron}`)
  const report = await runRetention(ctx, register, date('2030-11-01'))
  const step = stepOf(report, 'loan/settled')
  assert.deepEqual([step.rows_gone, step.held, step.overdue], [5000, 1, 0])
  assert.ok(step.batches > 1)
})

test('a night killed among hundreds of patrons and thousands of loans counts them all when it is taken up', async () => {
  const { planter } = await longAgo('2030-11-10', { loan: { settled_at: LONG_AGO } })
  await ctx.db.run(sql`
    insert into loan (id, patron_id, item_id, title_id, branch_id, material, patron_group, age_band, lent_at, due_on,
      renewals, returned_at, settled_at, overdue_step)
    select gen_random_uuid(), patron_id, item_id, title_id, branch_id, material, patron_group, age_band, lent_at, due_on,
      renewals, returned_at, settled_at + make_interval(secs => n), overdue_step
    from loan, generate_series(1, 4999) n`)
  for (let number = 0; number < 250; number++) await planter.row('patron', { last_active_at: LONG_AGO })
  let killed = 0
  for (const left of [9, 13, 17, 23, 31]) {
    const dying = { ...ctx, db: killedAfter({ left }, ctx.db) }
    await runRetention(dying, register, date('2030-11-10')).catch(() => {
      killed += 1
    })
  }
  await runRetention(ctx, register, date('2030-11-10'))
  assert.ok(killed > 2, `${killed}`)
  const recorded = await ctx.db.all<{ clause: string; rows: number }>(sql`
    select clause, sum(rows_gone)::int as rows from retention_step group by clause having sum(rows_gone) > 0 order by 1`)
  assert.deepEqual(recorded, [
    { clause: 'loan/settled', rows: 5000 },
    { clause: 'patron/last-active', rows: 250 },
  ])
})

test('a night that was missed is recorded as so many days late', async () => {
  await longAgo('2030-12-10', {})
  const report = await runRetention(ctx, register, date('2030-12-07'))
  assert.equal(report.late_days, 3)
})

/** All a library holds, as text. */
async function everything(ctx: Context): Promise<string> {
  const lines: string[] = []
  for (const { name } of register.tables) {
    const rows = await ctx.db.all<{ line: string }>(sql`select t::text as line from ${sql.id(name)} t order by 1`)
    lines.push(...rows.map(({ line }) => `${name} ${line}`))
  }
  return lines.join('\n')
}

test('a night of the demonstration’s future does not sign anyone out: sessions end in the world’s time', async () => {
  await emptyLibrary(ctx)
  const planter = await Planter.of(ctx)
  await planter.row('staff', {})
  const session = await planter.row('session', { expires_at: at(date('2031-01-10'), '12:00') })
  await runRetention(ctx, register, date('2031-06-01'), date('2031-01-09'))
  assert.ok(await isThere('session', session), 'in the world it is the day before the session expires')
  await runRetention(ctx, register, date('2031-06-02'), date('2031-01-10'))
  assert.ok(!(await isThere('session', session)))
})
