import { ok, type PatronId, type Result, refuse } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'
import type { AccessLogRow } from './tables.ts'

export interface AccessRefusal {
  readonly kind: 'unknown' | 'reason-needed'
}

/**
 * Notes that a member of staff looks at a patron: who, when, what, why. To be called before anything is shown. A patron
 * with a protected name and address is shown to nobody without a reason. Others than staff leave no row.
 */
export async function logAccess(
  ctx: Context,
  patron: PatronId,
  what: string,
  why: string,
): Promise<Result<true, AccessRefusal>> {
  const known = await ctx.db.maybe<{ protected: boolean }>(sql`select protected from patron where id = ${patron}`)
  if (!known) return refuse({ kind: 'unknown' })
  if (known.protected && why.trim() === '') return refuse({ kind: 'reason-needed' })
  if (ctx.actor.kind !== 'staff') return ok(true)
  const now = ctx.clock.now()
  await ctx.db.run(sql`
    insert into access_log (id, patron_id, staff_id, seen_at, what, why)
    values (${ctx.random.uuid(now)}, ${patron}, ${ctx.actor.id}, ${now}, ${what}, ${why.trim()})`)
  return ok(true)
}

/** When a patron was looked at, newest first. The patron may read it; staff are not named to them. */
export function accessesOf(ctx: Context, patron: PatronId): Promise<Omit<AccessLogRow, 'staff_id' | 'patron_id'>[]> {
  return ctx.db.all(sql<Omit<AccessLogRow, 'staff_id' | 'patron_id'>>`
    select id, seen_at, what, why from access_log where patron_id = ${patron} order by seen_at desc, id desc`)
}
