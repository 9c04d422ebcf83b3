import type { PatronId, Text2 } from '#core'
import { sql, transact } from '#db'
import { ADDRESSEE, type Addressee, REACHABLE, tell } from '#messages'
import { type Clause, cutoff, endsOn, hasSomethingOpen, openRows, policyOf, type Register } from '#privacy'
import type { Context } from '#vault'
import { dateText } from '#web'
import { inactivityWarning } from './templates.ts'

/** Someone is warned when this many days, or fewer, are left of their account. */
export const WARN_DAYS = 30
const AT_A_TIME = 500

/**
 * Warns, once, those whose account will end within thirty days because they have not used the library. Whoever has
 * something open is not warned, as they are kept; whoever has used it since is no longer warned. Answers how many were.
 */
export async function warnInactive(ctx: Context, register: Register, night: Temporal.PlainDate): Promise<number> {
  await ctx.db.run(sql`update patron set inactivity_warned_at = null where inactivity_warned_at < last_active_at`)
  const { policy } = await policyOf(ctx)
  const clause = inactivityClause(policy.clauses)
  if (!clause) return 0
  const calendar = { yearBegins: policy.accounting['year-begins'] }
  // The day before which one must have been active to go tonight: nobody is promised a day that has come.
  const tonight = cutoff(clause, night, calendar)
  const soon = cutoff(clause, night.add({ days: WARN_DAYS }), calendar)
  let warned = 0
  for (;;) {
    const some = await transact(ctx, (ctx) => warnSome(ctx, { register, clause, calendar, tonight, soon }))
    warned += some
    if (some < AT_A_TIME) return warned
  }
}

interface Warning {
  readonly register: Register
  readonly clause: Clause
  readonly calendar: { readonly yearBegins: string }
  readonly tonight: Temporal.Instant
  readonly soon: Temporal.Instant
}

async function warnSome(ctx: Context, { register, clause, calendar, tonight, soon }: Warning): Promise<number> {
  const patrons = await ctx.db.prepared<Addressee & { last_active_at: Temporal.Instant }>(sql`
    select ${sql.raw(ADDRESSEE('t'))}, t.last_active_at from patron t
    where t.last_active_at >= ${tonight} and t.last_active_at < ${soon} and t.inactivity_warned_at is null
      and ${sql.raw(REACHABLE('t'))} and not ${hasSomethingOpen(register)}
    order by t.last_active_at, t.id limit ${AT_A_TIME} for update of t skip locked`)
  const told = patrons.map((to) => ({
    to,
    data: { day: dateText(endsOn(clause, to.last_active_at, calendar), to.language) },
  }))
  await tell(ctx, inactivityWarning, told)
  await ctx.db.prepared(sql`
    update patron set inactivity_warned_at = ${ctx.clock.now()} where id = any(${patrons.map((to) => to.patron_id)}::uuid[])`)
  return patrons.length
}

export type Inactivity =
  /** The account ends on this day if nothing is done with it. */
  | { readonly kind: 'ends'; readonly on: Temporal.PlainDate; readonly warned_at: Temporal.Instant | null }
  /** It is kept beyond its day while these are open. */
  | {
      readonly kind: 'kept'
      readonly on: Temporal.PlainDate
      readonly because: readonly { readonly data: string; readonly rows: number; readonly because: Text2 }[]
    }
  /** The policy does not end accounts for being unused. */
  | { readonly kind: 'never' }

/** When a patron's account ends, or why it is kept; undefined when there is no such patron. */
export async function inactivityOf(
  ctx: Context,
  register: Register,
  patron: PatronId,
): Promise<Inactivity | undefined> {
  const row = await ctx.db.maybe<{ last_active_at: Temporal.Instant; inactivity_warned_at: Temporal.Instant | null }>(
    sql`select last_active_at, inactivity_warned_at from patron where id = ${patron}`,
  )
  if (!row) return undefined
  const { policy } = await policyOf(ctx)
  const clause = inactivityClause(policy.clauses)
  if (!clause) return { kind: 'never' }
  const on = endsOn(clause, row.last_active_at, { yearBegins: policy.accounting['year-begins'] })
  const because = (await openRows(ctx, register, patron)) ?? []
  if (because.length > 0) return { kind: 'kept', on, because }
  const stillWarned =
    row.inactivity_warned_at && Temporal.Instant.compare(row.inactivity_warned_at, row.last_active_at) >= 0
  return { kind: 'ends', on, warned_at: stillWarned ? row.inactivity_warned_at : null }
}

function inactivityClause(clauses: readonly Clause[]): Clause | undefined {
  return clauses.find((clause) => clause.data === 'patron' && clause.from === 'last-active')
}
