import { ok, type PatronId, type Result, refuse } from '#core'
import { type Named, sql, type Write } from '#db'
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
  const note = accessNote(ctx, patron, what, why)
  const noted = note ? await ctx.db.named(note, note.values) : []
  return noted.length > 0 ? ok(true) : shownTo(await ctx.db.named<Guarded>(GUARDED, [patron]), why)
}

/**
 * The line of {@link logAccess} as a write that travels with a command's own; none when it is not staff who act. A
 * reason must be given.
 */
export function accessNote(ctx: Context, patron: PatronId, what: string, why: string): Write | undefined {
  if (ctx.actor.kind !== 'staff') return undefined
  const now = ctx.clock.now()
  return { ...NOTE, values: [patron, ctx.random.uuid(now), ctx.actor.id, now, what, why.trim()] }
}

interface Guarded {
  readonly protected: boolean
}

const GUARDED: Named = { name: 'access-guarded', text: 'select protected from patron where id = $1' }

const NOTE: Named = {
  name: 'access-note',
  text: `insert into access_log (id, patron_id, staff_id, seen_at, what, why)
    select $2, id, $3, $4, $5, $6 from patron where id = $1 and (not protected or $6 <> '') returning 1`,
}

function shownTo([patron]: readonly Guarded[], why: string): Result<true, AccessRefusal> {
  if (!patron) return refuse({ kind: 'unknown' })
  return patron.protected && why.trim() === '' ? refuse({ kind: 'reason-needed' }) : ok(true)
}

/** When a patron was looked at, newest first. The patron may read it; staff are not named to them. */
export function accessesOf(ctx: Context, patron: PatronId): Promise<Omit<AccessLogRow, 'staff_id' | 'patron_id'>[]> {
  return ctx.db.all(sql<Omit<AccessLogRow, 'staff_id' | 'patron_id'>>`
    select id, seen_at, what, why from access_log where patron_id = ${patron} order by seen_at desc, id desc`)
}
