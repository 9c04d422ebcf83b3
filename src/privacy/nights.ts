import { sql } from '#db'
import type { Context } from '#vault'
import type { NightRow, RetentionStepRow } from './tables.ts'

export interface NightSummary extends NightRow {
  readonly rows_gone: number
  readonly held_back: number
}

/** Nights that were run, the newest first, before a day if one is given; their rows of one clause only, or of all. */
export function listNights(
  ctx: Context,
  given: { before?: Temporal.PlainDate | undefined; limit: number; clause?: string | undefined },
): Promise<NightSummary[]> {
  const { before, limit, clause } = given
  return ctx.db.all(sql<NightSummary>`
    select n.night_on, n.began_at, n.ended_at, n.policy_version, n.late_days, n.outcome,
           coalesce(s.rows_gone, 0)::int as rows_gone, coalesce(s.held_back, 0)::int as held_back
    from (
      select * from night ${before ? sql`where night_on < ${before}` : sql``} order by night_on desc limit ${limit}
    ) n
    left join lateral (
      select sum(rows_gone) as rows_gone, sum(held + restricted + still_open) as held_back
      from retention_step where night_on = n.night_on ${clause ? sql`and clause = ${clause}` : sql``}
    ) s on true
    order by n.night_on desc`)
}

/** How many rows each clause took in these nights, the most first. */
export function goneByClause(
  ctx: Context,
  from: Temporal.PlainDate,
  through: Temporal.PlainDate,
): Promise<{ clause: string; rows_gone: number }[]> {
  return ctx.db.all(sql<{ clause: string; rows_gone: number }>`
    select clause, sum(rows_gone)::int as rows_gone from retention_step
    where night_on between ${from} and ${through} group by clause order by sum(rows_gone) desc, clause`)
}

/** One night and all it recorded; undefined when it was not run. */
export async function readNight(
  ctx: Context,
  night_on: Temporal.PlainDate,
): Promise<{ night: NightRow; steps: RetentionStepRow[] } | undefined> {
  const night = await ctx.db.maybe<NightRow>(sql`
    select night_on, began_at, ended_at, policy_version, late_days, outcome from night where night_on = ${night_on}`)
  if (!night) return undefined
  const steps = await ctx.db.all(
    sql<RetentionStepRow>`select * from retention_step where night_on = ${night_on} order by number`,
  )
  return { night, steps }
}
