import { type BranchId, dayOf, ok, type PatronId, type Result, refuse } from '#core'
import { sql, transact } from '#db'
import { policyOf, requireFeature } from '#privacy'
import { readSetting } from '#settings'
import type { Context } from '#vault'
import { pcTimes } from './setting.ts'
import type { PcSessionRow } from './tables.ts'

export type PcRefusal = { readonly kind: 'feature-off' | 'unknown' | 'occupied' | 'time-used-up' }

export interface AtPc {
  readonly patron: PatronId
  readonly pc: string
  readonly branch: BranchId
}

/** What is used of the time of a day and a night. */
const DAY_HOURS = 24
/** The job that forgets runs more often than this. */
const MARGIN_MINUTES = 15

/**
 * Logs somebody on to a PC for what is left of their time. Logging on again where one is logged on is one log-on, and
 * elsewhere ends the first. The PC of somebody whose time is used up is free.
 */
export async function logOn(ctx: Context, { patron, pc, branch }: AtPc): Promise<Result<PcSessionRow, PcRefusal>> {
  if (!(await requireFeature(ctx, 'pc_session')).ok) return refuse({ kind: 'feature-off' })
  const { minutesADay } = await readSetting(ctx, pcTimes)
  return transact(ctx, async (ctx): Promise<Result<PcSessionRow, PcRefusal>> => {
    const known = await ctx.db.maybe(sql`select from patron where id = ${patron} for no key update`)
    if (!known) return refuse({ kind: 'unknown' })
    await endOver(ctx)
    const there = await ctx.db.maybe(sql<PcSessionRow>`
      select * from pc_session where pc = ${pc} and ended_at is null for update`)
    if (there) return there.patron_id === patron ? ok(there) : refuse({ kind: 'occupied' })
    const now = ctx.clock.now()
    await ctx.db.run(sql`update pc_session set ended_at = ${now} where patron_id = ${patron} and ended_at is null`)
    const since = now.subtract({ hours: DAY_HOURS })
    const { used } = await ctx.db.one<{ used: number }>(sql`
      select coalesce(sum(extract(epoch from ended_at - greatest(begun_at, ${since}::timestamptz))), 0)::int as used
      from pc_session where patron_id = ${patron} and ended_at > ${since}`)
    const left = minutesADay * 60 - used
    if (left <= 0) return refuse({ kind: 'time-used-up' })
    return ok(
      await ctx.db.one<PcSessionRow>(sql`
        insert into pc_session (id, patron_id, pc, branch_id, begun_at, until_at)
        values (${ctx.random.uuid(now)}, ${patron}, ${pc}, ${branch}, ${now}, ${now.add({ seconds: left })})
        returning *`),
    )
  })
}

/** Whoever is logged on to a PC logs off. Answers whether somebody was. */
export async function logOff(ctx: Context, pc: string): Promise<boolean> {
  const now = ctx.clock.now()
  return (
    (await ctx.db.run(sql`
      update pc_session set ended_at = least(until_at, ${now}) where pc = ${pc} and ended_at is null`)) > 0
  )
}

/**
 * Logs off whose time is used up, and forgets who was logged on within the policy's hours of their logging on: sooner than
 * it promises, and than the nights would, which come once a day. Answers how many were forgotten.
 */
export async function tidyPcs(ctx: Context): Promise<number> {
  await endOver(ctx)
  const { policy } = await policyOf(ctx)
  const clause = policy.clauses.find(({ data }) => data === 'pc-session')
  if (!clause) return 0
  const now = ctx.clock.now()
  const hours = Temporal.Duration.from(clause.keep).total({ unit: 'hours', relativeTo: dayOf(now) })
  const before = now.subtract({ minutes: Math.round(hours * 60) }).add({ minutes: MARGIN_MINUTES })
  return ctx.db.run(sql`delete from pc_session where ended_at is not null and begun_at <= ${before}`)
}

function endOver(ctx: Context): Promise<number> {
  return ctx.db.run(sql`
    update pc_session set ended_at = until_at where ended_at is null and until_at <= ${ctx.clock.now()}`)
}
