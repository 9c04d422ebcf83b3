import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { at, type PatronId } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'
import { openTestLibrary } from '../../test/support/library.ts'
import type { SamplePolicy } from '../../test/support/policy.ts'
import { emptyLibrary, killedAfter, Planter, publishAtOnce } from '../../test/support/rows.ts'
import { register } from '../rooms.ts'
import { verifyChain } from './chain.ts'
import { type Declaration, dataName, findTable, patronTables } from './declare.ts'
import { endsOn } from './period.ts'
import type { Policy } from './policy.ts'
import { policyOf } from './published.ts'
import { type NightReport, runRetention } from './retention.ts'

const library = await openTestLibrary({ agencies: ['fredensborg', 'stevns'] })
after(() => library.close())
const here = library.context(undefined, 'fredensborg')
const there = library.context(undefined, 'stevns')

/** A run takes a whole library, so a counterexample is made smaller only when there is time for it. */
const LAW = process.env.KVIT_FULL ? { numRuns: 150 } : { numRuns: 12, endOnFailure: true }
const FIRST_NIGHT = Temporal.PlainDate.from('2027-03-01')
library.clock.moveTo(at(Temporal.PlainDate.from('2028-03-01'), '02:00'))

/** How long each clause is kept, in days and years, and what is done: by its place among the clauses. */
interface Periods {
  readonly keeps: readonly string[]
  readonly choices: readonly number[]
}

interface Happening {
  readonly table: number
  readonly moment: number
  readonly person: number
  /** Minutes before the first night; undefined when it has not happened yet. */
  readonly minutes: number | undefined
}

interface History {
  readonly lastActive: readonly number[]
  readonly rows: readonly Happening[]
  readonly held: readonly number[]
  readonly restricted: readonly number[]
}

/** Those that hold others back, and those a person has but one of at a time. */
const APART: readonly string[] = ['hold', 'restriction', 'pin', 'ward', 'loan_block', 'patron_task']
const TABLES = patronTables(register).filter(
  ({ subject, name, columns }) => subject !== 'id' && 'id' in columns && !APART.includes(name),
)
const PERSONS = 3
const DAY = 24 * 60

const keep = fc.oneof(
  fc.integer({ min: 0, max: 60 }).map((days) => `P${days}D`),
  fc.integer({ min: 1, max: 3 }).map((months) => `P${months}M`),
  fc.constant('P1Y'),
)
const periods: fc.Arbitrary<Periods> = fc.record({
  keeps: fc.array(keep, { minLength: 40, maxLength: 40 }),
  choices: fc.array(fc.nat(5), { minLength: 40, maxLength: 40 }),
})
const history: fc.Arbitrary<History> = fc.record({
  lastActive: fc.array(fc.integer({ min: 0, max: 500 * DAY }), { minLength: PERSONS, maxLength: PERSONS }),
  rows: fc.array(
    fc.record({
      table: fc.nat(TABLES.length - 1),
      moment: fc.nat(3),
      person: fc.nat(PERSONS - 1),
      minutes: fc.option(fc.integer({ min: -20 * DAY, max: 500 * DAY }), { nil: undefined, freq: 6 }),
    }),
    { minLength: 4, maxLength: 25 },
  ),
  held: fc.array(fc.nat(24), { maxLength: 2 }),
  restricted: fc.array(fc.nat(PERSONS - 1), { maxLength: 1 }),
})
const later = fc.integer({ min: 1, max: 40 })

/** The policy with other periods and actions for the clauses that are built. */
function bend(policy: SamplePolicy, { keeps, choices }: Periods): void {
  // By name, so that two libraries with the same choices keep the same.
  policy.clauses.sort((a, b) => (`${a.data}/${a.from}` < `${b.data}/${b.from}` ? -1 : 1))
  policy.clauses = policy.clauses.filter(({ data }) => findTable(register, String(data)))
  const tableOf = ({ data }: { readonly data?: unknown }) => findTable(register, String(data))
  // A clause whose moment is no column has no period, and need not stand in both libraries' policies.
  const ends = policy.clauses.filter((clause) => tableOf(clause)?.moments[String(clause.from)]?.column)
  for (const [index, clause] of ends.entries()) {
    const table = tableOf(clause)
    if (!table) continue
    const choice = choices[index % choices.length] ?? 0
    clause.keep = keeps[index % keeps.length]
    clause.action = table.actions[choice % table.actions.length]
    delete clause['round-up']
    delete clause.count
    if (choice === 5) clause['round-up'] = 'accounting-year'
    // So that counted and uncounted rows can be told apart, all or none of a table's statistics are counted.
    if (table.statistics && choice > 2 && clause.action === 'delete') clause.count = Object.keys(table.statistics)
  }
}

/** A row as the model of the library knows it. */
interface Known {
  readonly id: string
  readonly table: Declaration
  readonly person: PatronId
  readonly moments: Readonly<Record<string, Temporal.Instant>>
  readonly held: boolean
  redacted: boolean
}

interface Model {
  rows: Known[]
  patrons: { id: PatronId; lastActive: Temporal.Instant; restricted: boolean }[]
}

/** Puts a history into a library; the same ids in each. */
async function plant(ctx: Context, { lastActive, rows, held, restricted }: History): Promise<Model> {
  await emptyLibrary(ctx)
  const planter = await Planter.of(ctx)
  const before = (minutes: number) => at(FIRST_NIGHT, '12:00').subtract({ minutes })
  const idOf = (number: number) => `00000000-0000-7000-8000-${String(number).padStart(12, '0')}`
  const patrons = []
  for (const [index, minutes] of lastActive.entries()) {
    const id = idOf(index + 1) as PatronId
    await planter.row('patron', { id, last_active_at: before(minutes) })
    patrons.push({ id, lastActive: before(minutes), restricted: restricted.includes(index) })
  }
  const known: Known[] = []
  const listOf = async (person: PatronId, id: string) => {
    const table = findTable(register, 'list') as Declaration
    planter.refer('patron', person)
    known.push({ id, table, person, moments: {}, held: false, redacted: false })
    return planter.row('list', { id, patron_id: person })
  }
  for (const [index, row] of rows.entries()) {
    const table = TABLES[row.table] as Declaration
    const person = idOf(row.person + 1) as PatronId
    const names = Object.keys(table.moments).filter((name) => table.moments[name]?.column)
    const name = names[row.moment % Math.max(names.length, 1)]
    const column = name && table.moments[name]?.column
    const mustHappen = table.openUntil === undefined && table.name !== 'message' && table.name !== 'consent'
    const minutes = row.minutes ?? (mustHappen ? 0 : undefined)
    const happened = name && minutes !== undefined ? before(minutes) : undefined
    const id = idOf(index + 100)
    planter.refer('patron', person)
    const given = { id, patron_id: person, ...(column && happened ? { [column]: happened } : {}) }
    // A title is reserved once, and an item is on loan once.
    const own =
      table.name === 'reservation'
        ? { title_id: await planter.row('title') }
        : table.name === 'loan'
          ? { item_id: await planter.row('item') }
          : table.name === 'list_entry'
            ? { list_id: await listOf(person, idOf(index + 500)) }
            : {}
    await planter.row(table.name, { ...given, ...own })
    known.push({
      id,
      table,
      person,
      moments: name && happened ? { [name]: happened } : {},
      held: held.includes(index),
      redacted: false,
    })
    if (held.includes(index)) {
      await planter.row('hold', { table_name: table.name, row_id: id, patron_id: person, ended_at: null })
    }
  }
  for (const index of new Set(restricted))
    await planter.row('restriction', { patron_id: idOf(index + 1), ended_at: null })
  return { rows: known, patrons }
}

/** What a night leaves of a model, told in as few words as the promise itself. */
function forget(model: Model, policy: Policy, night: Temporal.PlainDate): Model {
  const ended = (data: string, from: string, moment: Temporal.Instant) => {
    const clause = policy.clauses.find((each) => each.data === data && each.from === from)
    const calendar = { yearBegins: policy.accounting['year-begins'] }
    return clause !== undefined && Temporal.PlainDate.compare(endsOn(clause, moment, calendar), night) <= 0
  }
  const isRestricted = (person: PatronId) => model.patrons.some(({ id, restricted }) => id === person && restricted)
  const isEnded = (row: Known) =>
    Object.entries(row.moments).some(([name, moment]) => ended(dataName(row.table.name), name, moment))
  const due = model.rows.filter((row) => isEnded(row) && !row.held && !isRestricted(row.person))
  for (const row of due) row.redacted ||= row.table.redacts !== undefined
  const rows = model.rows.filter((row) => !due.includes(row) || row.table.redacts !== undefined)
  const isOpen = (row: Known) =>
    row.held || (row.table.openUntil !== undefined && Object.keys(row.moments).length === 0)
  const gone = model.patrons.filter(
    ({ id, lastActive, restricted }) =>
      ended('patron', 'last-active', lastActive) &&
      !restricted &&
      !rows.some((row) => row.person === id && isOpen(row)),
  )
  const isGone = (person: PatronId) => gone.some(({ id }) => id === person)
  return {
    rows: rows.filter(({ person, table }) => !isGone(person) || typeof table.onErasure === 'object'),
    patrons: model.patrons.filter(({ id }) => !isGone(id)),
  }
}

/** What is there: patrons, and rows with whether their content is gone. */
async function present(ctx: Context): Promise<string[]> {
  const lines: string[] = []
  for (const { name, redacts } of [...TABLES, findTable(register, 'patron') as Declaration]) {
    const redacted = redacts ? sql`${sql.id(redacts.done)} is not null` : sql`false`
    const rows = await ctx.db.all<{ id: string; redacted: boolean }>(
      sql`select id, ${redacted} as redacted from ${sql.id(name)} order by id`,
    )
    lines.push(...rows.map((row) => `${name} ${row.id}${row.redacted ? ' emptied' : ''}`))
  }
  return lines.sort()
}

function expected({ rows, patrons }: Model): string[] {
  const lines = rows.map(({ table, id, redacted }) => `${table.name} ${id}${redacted ? ' emptied' : ''}`)
  return [...lines, ...patrons.map(({ id }) => `patron ${id}`)].sort()
}

async function loansCounted(ctx: Context) {
  return ctx.db.one<{ loans: number; lending: number; circulation: number }>(sql`
    select (select count(*) from loan)::int as loans, (select coalesce(sum(loans), 0) from lending)::int as lending,
      (select coalesce(sum(loans), 0) from circulation)::int as circulation`)
}

/** A report without what differs from run to run. */
function numbersOf(report: NightReport) {
  return report.steps.map(({ clause, rows_gone, held, restricted, still_open, overdue, oldest_at }) =>
    [clause, rows_gone, held, restricted, still_open, overdue, String(oldest_at)].join(' '),
  )
}

test('under any policy and whatever has happened, no row outlives its clause and none leaves early', async () => {
  await fc.assert(
    fc.asyncProperty(periods, history, later, async (given, past, days) => {
      await publishAtOnce(here, (policy) => bend(policy, given))
      const { policy } = await policyOf(here)
      let model = await plant(here, past)
      const counted = policy.clauses.find(({ data }) => data === 'loan')
      const isCounted = counted?.action === 'anonymise' || counted?.count !== undefined
      const { loans } = await loansCounted(here)
      for (const night of [FIRST_NIGHT, FIRST_NIGHT.add({ days })]) {
        const report = await runRetention(here, register, night, night)
        model = forget(model, policy, night)
        assert.deepEqual(await present(here), expected(model), `${night}`)
        assert.equal(report.outcome, 'kept')
        const now = await loansCounted(here)
        const gone = isCounted ? loans - now.loans : 0
        assert.deepEqual([now.lending, now.circulation], [gone, gone])
        const again = await runRetention(here, register, night, night)
        assert.ok(again.steps.every(({ rows_gone }) => rows_gone === 0))
        assert.deepEqual(await present(here), expected(model), `${night}, the second time`)
      }
    }),
    LAW,
  )
})

test('a longer period never removes more', async () => {
  await fc.assert(
    fc.asyncProperty(
      periods,
      history,
      fc.array(fc.nat(90), { minLength: 40, maxLength: 40 }),
      async (given, past, more) => {
        await publishAtOnce(here, (policy) => bend(policy, given))
        await publishAtOnce(there, (policy) => {
          const longer = (keep: string, index: number) => {
            const period = Temporal.Duration.from(keep)
            const kept = period.with({ days: period.days + (more[index] ?? 0) })
            return kept.blank ? 'P0D' : kept.toString()
          }
          bend(policy, { ...given, keeps: given.keeps.map(longer) })
        })
        await plant(here, past)
        await plant(there, past)
        await runRetention(here, register, FIRST_NIGHT, FIRST_NIGHT)
        await runRetention(there, register, FIRST_NIGHT, FIRST_NIGHT)
        const longer = new Set((await present(there)).map((line) => line.replace(' emptied', '')))
        for (const line of await present(here)) assert.ok(longer.has(line.replace(' emptied', '')), line)
      },
    ),
    LAW,
  )
})

test('a night that is killed and taken up again ends as one that was not, and counts the same', async () => {
  let killed = 0
  await fc.assert(
    fc.asyncProperty(periods, history, fc.nat(70), fc.nat(40), async (given, past, first, second) => {
      for (const ctx of [here, there]) {
        await publishAtOnce(ctx, (policy) => bend(policy, given))
        await plant(ctx, past)
      }
      const whole = await runRetention(here, register, FIRST_NIGHT, FIRST_NIGHT)
      for (const left of [first, second]) {
        const ctx = { ...there, db: killedAfter({ left }, there.db) }
        await runRetention(ctx, register, FIRST_NIGHT, FIRST_NIGHT).catch((fault: Error) => {
          assert.equal(fault.message, 'killed')
          killed += 1
        })
      }
      await runRetention(there, register, FIRST_NIGHT, FIRST_NIGHT)
      assert.deepEqual(await present(there), await present(here))
      assert.deepEqual(await loansCounted(there), await loansCounted(here))
      const recorded = await there.db.all<NightReport['steps'][number]>(
        sql`select * from retention_step order by number`,
      )
      assert.deepEqual(numbersOf({ ...whole, steps: recorded }), numbersOf(whole))
      assert.deepEqual((await verifyChain(there)).faults, [])
    }),
    LAW,
  )
  assert.ok(killed > 0)
})
