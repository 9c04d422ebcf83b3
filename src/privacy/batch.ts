import { TIME_ZONE } from '#core'
import { sql } from '#db'
import type { Declaration } from './declare.ts'
import type { Step } from './plan.ts'

type Sql = ReturnType<typeof sql>

/** What one batch did, and the moment at which the next begins; null when nothing is left that could be taken. */
export interface BatchResult {
  readonly rows: number
  readonly reached: Temporal.Instant | null
}

interface Batch {
  readonly from: Temporal.Instant | null
  readonly size: number
  readonly at: Temporal.Instant
}

/**
 * One statement that takes the rows due of a stretch of time, about `size` of them, passes over those held back, counts
 * them in the counters, removes or empties them, and adds to the night's progress. It waits for a row somebody works
 * with. Where more than `size` rows share one moment it takes none and answers that moment again.
 */
export function batchStatement(step: Step, batch: Batch) {
  const table = sql.id(step.table.name)
  const column = sql.id(step.column)
  return sql<BatchResult>`
    with ahead as materialized (
      select t.${column} as reached from ${table} t
      where t.${column} < ${step.cutoff} ${since(step, batch)} ${notDone(step)}
      order by t.${column} offset ${batch.size} limit 1
    ), gone as (
      ${takeAway(step, batch.at)}
      where t.${column} < coalesce((select reached from ahead), ${step.cutoff}) ${since(step, batch)}
        ${notDone(step)} and not ${held(step.table)} and not ${restricted(step.table)}
      returning ${taken(step)}
    )
    ${recorded(step)}
    select (select count(*) from gone)::int as rows, (select reached from ahead) as reached`
}

/**
 * The same, row by row and so slower: takes `size` rows, oldest first, whatever moments they share, and leaves a row
 * somebody works with just now for the next round (`skip locked`).
 */
export function carefulBatchStatement(step: Step, batch: Batch) {
  const column = sql.id(step.column)
  return sql<BatchResult>`
    with due as materialized (
      select t.ctid as place, t.${column} as reached
      from ${sql.id(step.table.name)} t
      where t.${column} < ${step.cutoff} ${since(step, batch)}
        ${notDone(step)} and not ${held(step.table)} and not ${restricted(step.table)}
      order by t.${column} limit ${batch.size} for update of t skip locked
    ), gone as (
      ${takeAway(step, batch.at)} where t.ctid = any (array(select place from due)) returning ${taken(step)}
    )
    ${recorded(step)}
    select (select count(*) from gone)::int as rows, (select max(reached) from due) as reached`
}

function since(step: Step, { from }: Batch): Sql {
  return from ? sql`and t.${sql.id(step.column)} >= ${from}` : sql``
}

/** The columns of `gone` that the counters need; a month is worked out once for all of them. */
function taken({ column, counters }: Step): Sql {
  const needed = counters.flatMap(({ by }) => Object.entries(by))
  const columns = needed.map(([name, coarse]): [string, Sql] =>
    coarse === 'month'
      ? [monthName(name), sql`${monthOf(`t.${name}`)} as ${sql.id(monthName(name))}`]
      : [name, sql`t.${sql.id(name)}`],
  )
  return needed.length === 0 ? sql`t.${sql.id(column)}` : sql.join([...new Map(columns).values()])
}

/** Further parts of the same statement: the rows of `gone` in the counters and in the night's progress. */
function recorded(step: Step): Sql {
  return sql`${countBy(step.counters, (column) => sql`${sql.id(monthName(column))}`)},
    progress as (
      insert into night_progress (clause, rows_gone, batches)
      select ${step.clause}, count(*), 1 from gone having count(*) > 0
      on conflict (clause) do update set
        rows_gone = night_progress.rows_gone + excluded.rows_gone, batches = night_progress.batches + 1
    )`
}

function takeAway(step: Step, at: Temporal.Instant): Sql {
  const table = sql.id(step.table.name)
  if (step.action !== 'redact') return sql`delete from ${table} t`
  const redacts = step.table.redacts
  if (!redacts) throw new Error(`${step.table.name} has nothing to redact`)
  const emptied = redacts.columns.map((name) => sql`${sql.id(name)} = null`)
  return sql`update ${table} t set ${sql.join(emptied)}, ${sql.id(redacts.done)} = ${at}`
}

/** Adds the rows of `gone` to counters of what is nobody's: further parts of the same statement. */
export function countInto(counters: Step['counters']): Sql {
  return countBy(counters, monthOf)
}

function countBy(counters: Step['counters'], month: (column: string) => Sql): Sql {
  if (counters.length === 0) return sql``
  return sql.join(
    counters.map((counter) => count(counter, month)),
    sql``,
  )
}

function count({ name, by }: Step['counters'][number], month: (column: string) => Sql): Sql {
  const from = Object.entries(by).map(([column, coarse]) =>
    coarse === 'month' ? month(column) : sql`${sql.id(column)}`,
  )
  const into = Object.entries(by).map(([column, coarse]) => sql.id(coarse === 'month' ? 'month' : column))
  return sql`, ${sql.id(`count_${name}`)} as (
      insert into ${sql.id(name)} (${sql.join(into)}, loans)
      select ${sql.join(from)}, count(*) from gone group by ${sql.join(from)}
      on conflict (${sql.join(into)}) do update set loans = ${sql.id(name)}.loans + excluded.loans
    )`
}

/** The first day of the month, in Copenhagen, in which the instant lies. */
function monthOf(column: string): Sql {
  return sql`date_trunc('month', ${sql.ref(column)} at time zone ${sql.lit(TIME_ZONE)})::date`
}

function monthName(column: string): string {
  return `${column}_month`
}

function notDone(step: Step): Sql {
  const done = step.action === 'redact' ? step.table.redacts?.done : undefined
  return done ? sql`and t.${sql.id(done)} is null` : sql``
}

/** A row under a legal hold is left alone until it ends. */
export function held(table: Declaration): Sql {
  if (!('id' in table.columns)) return sql`false`
  return sql`exists (
    select from hold h where h.table_name = ${sql.lit(table.name)} and h.row_id = t.id and h.ended_at is null)`
}

/** What is stored about a person under restriction (Art. 18) stays stored until it ends. */
export function restricted(table: Declaration): Sql {
  if (table.about !== 'patron' || !table.subject) return sql`false`
  return sql`exists (
    select from restriction r where r.patron_id = t.${sql.id(table.subject)} and r.ended_at is null)`
}

/** What is left past its end after a step, by the reason it was left for; zero but for the last is as it should be. */
export function leftStatement(step: Step, open: Sql) {
  const column = sql.id(step.column)
  return sql<{ held: number; restricted: number; still_open: number; overdue: number }>`
    select (count(*) filter (where held))::int as held,
           (count(*) filter (where restricted and not held))::int as restricted,
           (count(*) filter (where still_open and not held and not restricted))::int as still_open,
           (count(*) filter (where not held and not restricted and not still_open))::int as overdue
    from (select ${held(step.table)} as held, ${restricted(step.table)} as restricted, ${open} as still_open
          from ${sql.id(step.table.name)} t
          where t.${column} < ${step.cutoff} ${notDone(step)}) left_over`
}

/** For each step its oldest row, in one question: most nights most clauses have nothing to do. */
export function oldestStatement(steps: readonly Step[]) {
  const each = steps.map((step, index) => {
    const column = sql.id(step.column)
    return sql`select ${sql.lit(index)} as step,
      (select t.${column} from ${sql.id(step.table.name)} t where t.${column} is not null ${notDone(step)}
       order by t.${column} limit 1) as oldest`
  })
  return sql<{ step: number; oldest: Temporal.Instant | null }>`${sql.join(each, sql` union all `)} order by step`
}
