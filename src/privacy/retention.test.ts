import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { at, dayOf } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'
import { openTestLibrary } from '../../test/support/library.ts'
import { emptyLibrary, killedAfter, Planter, publishAtOnce } from '../../test/support/rows.ts'
import { register } from '../rooms.ts'
import { verifyChain } from './chain.ts'
import { type Declaration, findTable } from './declare.ts'
import { clauseName } from './plan.ts'
import type { Clause } from './policy.ts'
import { policyOf } from './published.ts'
import { dryRun, runRetention } from './retention.ts'

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
    return table && column ? [{ clause, table, column }] : []
  })
}

/** One row for each of several moments around those that end on one of the nights. */
async function plantAround(ctx: Context, nights: readonly Temporal.PlainDate[]): Promise<Case[]> {
  const planter = await Planter.of(ctx)
  await planter.row('patron', { last_active_at: at(date('2090-01-01'), '12:00') })
  const cases: Case[] = []
  for (const { clause, table, column } of await builtClauses(ctx)) {
    const begin = clause['round-up'] ? sql`date_trunc('year', day) + interval '1 year'` : sql`day`
    const moments = await ctx.db.all<{ moment: Temporal.Instant; ends: Temporal.PlainDate }>(sql`
      with near as (
        select distinct (n - ${clause.keep}::interval + make_interval(days => d))::date as day
        from unnest(${nights}::date[]) n, generate_series(-2, 2) d
        union
        select (date_trunc('year', n - ${clause.keep}::interval) + make_interval(years => y, days => d))::date
        from unnest(${nights}::date[]) n, generate_series(-1, 1) y, generate_series(-1, 0) d)
      select (day + t) at time zone 'Europe/Copenhagen' as moment, (${begin} + ${clause.keep}::interval)::date as ends
      from near, unnest(array['00:00', '00:30', '23:59:59.999999']::time[]) t`)
    for (const { moment, ends } of moments) {
      const id = ctx.random.uuid(moment)
      await planter.row(table.name, { id, [column]: moment, ...(table.name === 'patron' ? {} : await keeper(ctx)) })
      cases.push({ clause: clauseName(clause), table, id, moment, ends })
    }
  }
  return cases
}

/** Rows that are not themselves patrons belong to one who goes on using the library. */
async function keeper(ctx: Context): Promise<Record<string, unknown>> {
  void ctx
  return {}
}

/** What is wrong after a night: rows gone too early, rows gone too late. */
async function faultsAfter(ctx: Context, cases: readonly Case[], night: Temporal.PlainDate): Promise<Map<string, string>> {
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
        assert.ok(ends.some((day) => day > (days.at(-1) as string)), `${ctx.agency} ${clause} ${ends}`)
      }
      for (const night of nights) {
        const report = await runRetention(ctx, register, night)
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
    await publishAtOnce(ctx, (policy) => {
      for (const clause of policy.clauses) {
        clause.keep = clause.keep === 'P0D' ? 'P1D' : String(clause.keep).replace(/^P(\d+)D$|$/, dayLonger)
      }
    })
    await runRetention(ctx, register, date('2029-01-01'))
    const faults = await faultsAfter(ctx, cases, date('2029-01-01'))
    for (const clause of new Set(cases.map((each) => each.clause))) {
      assert.ok(faults.has(`${clause} is still there`), `${ctx.agency} ${clause}`)
    }
    await publishAtOnce(ctx, (policy) => {
      for (const clause of policy.clauses) clause.keep = String(clause.keep).replace(/(\d+)D$/, dayShorter)
    })
    await runRetention(ctx, register, date('2029-01-01'))
    assert.deepEqual([...(await faultsAfter(ctx, cases, date('2029-01-01'))).values()], [], ctx.agency)
  }
})

function dayLonger(_: string, days: string | undefined): string {
  return days === undefined ? '1D' : `P${Number(days) + 1}D`
}

function dayShorter(_: string, days: string): string {
  return `${Number(days) - 1}D`
}

void dayOf
void killedAfter
void verifyChain
void dryRun
void ctx
