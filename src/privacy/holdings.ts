import { sql } from '#db'
import type { Context } from '#vault'
import { type Declaration, dataName, type Register } from './declare.ts'
import { endsOn, isHourly } from './period.ts'
import type { Clause, Policy } from './policy.ts'
import { policyOf } from './published.ts'

/** What one clause has before it. */
export interface HeldByClause {
  readonly clause: Clause
  /** Rows whose moment has come, so that the period runs. */
  readonly running: number
  /** Rows whose moment is still to come, such as loans that are not returned. */
  readonly waiting: number
  /** The oldest moment among those whose period runs. */
  readonly oldest_at: Temporal.Instant | null
  /** The night that takes that oldest one, unless something holds it back. */
  readonly next_on: Temporal.PlainDate | null
}

/** What a table holds about persons, and what ends it. */
export interface Holding {
  readonly table: Declaration
  readonly rows: number
  readonly clauses: readonly HeldByClause[]
}

/** What the library holds about persons now: every table that is about somebody, in the order of the rooms. */
export async function holdings(ctx: Context, register: Register): Promise<Holding[]> {
  const { policy } = await policyOf(ctx)
  const found: Holding[] = []
  for (const table of register.tables) {
    if (table.about === 'nobody') continue
    const { rows } = await ctx.db.one<{ rows: number }>(sql`select count(*)::int as rows from ${sql.id(table.name)}`)
    const clauses: HeldByClause[] = []
    for (const clause of policy.clauses) {
      if (clause.data === dataName(table.name)) clauses.push(await heldByClause(ctx, policy, table, clause, rows))
    }
    found.push({ table, rows, clauses })
  }
  return found
}

async function heldByClause(
  ctx: Context,
  policy: Policy,
  table: Declaration,
  clause: Clause,
  rows: number,
): Promise<HeldByClause> {
  const column = table.moments[clause.from]?.column
  // Such rows go with the command that ends them, so that none is ever past its moment.
  if (!column) return { clause, running: 0, waiting: rows, oldest_at: null, next_on: null }
  const done = clause.action === 'redact' ? table.redacts?.done : undefined
  const counted = await ctx.db.one<{ running: number; waiting: number; oldest_at: Temporal.Instant | null }>(sql`
    select count(${sql.id(column)})::int as running,
           (count(*) filter (where ${sql.id(column)} is null))::int as waiting,
           min(${sql.id(column)}) as oldest_at
    from ${sql.id(table.name)} ${done ? sql`where ${sql.id(done)} is null` : sql``}`)
  const yearBegins = policy.accounting['year-begins']
  const next_on = counted.oldest_at && !isHourly(clause) ? endsOn(clause, counted.oldest_at, { yearBegins }) : null
  return { clause, ...counted, next_on }
}
