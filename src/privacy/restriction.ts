import { actorText, ok, type PatronId, type Result, refuse } from '#core'
import { sql, transact } from '#db'
import type { Context } from '#vault'
import { mayDecide } from './holds.ts'

export interface RestrictionRefusal {
  readonly kind: 'not-allowed' | 'unknown' | 'no-reason' | 'already-restricted' | 'not-restricted'
}

/**
 * Restricts the processing of a person's data (GDPR Art. 18): they stay stored, and are used for nothing but claims
 * until it is lifted. Checkout, renewal, reservation and messages refuse; retention waits.
 */
export function restrictPatron(
  ctx: Context,
  patron: PatronId,
  reason: string,
): Promise<Result<{ readonly id: string }, RestrictionRefusal>> {
  return transact(ctx, async (ctx) => {
    if (!mayDecide(ctx)) return refuse({ kind: 'not-allowed' })
    if (reason.trim() === '') return refuse({ kind: 'no-reason' })
    const known = await ctx.db.maybe(sql`select 1 from patron where id = ${patron} for update`)
    if (!known) return refuse({ kind: 'unknown' })
    if (await isRestricted(ctx, patron)) return refuse({ kind: 'already-restricted' })
    const id = ctx.random.uuid(ctx.clock.now())
    await ctx.db.run(sql`
      insert into restriction (id, patron_id, reason, placed_by, placed_at)
      values (${id}, ${patron}, ${reason.trim()}, ${actorText(ctx.actor)}, ${ctx.clock.now()})`)
    return ok({ id })
  })
}

export async function liftRestriction(
  ctx: Context,
  patron: PatronId,
): Promise<Result<{ readonly patron: PatronId }, RestrictionRefusal>> {
  if (!mayDecide(ctx)) return refuse({ kind: 'not-allowed' })
  const lifted = await ctx.db.run(sql`
    update restriction set ended_at = ${ctx.clock.now()} where patron_id = ${patron} and ended_at is null`)
  return lifted > 0 ? ok({ patron }) : refuse({ kind: 'not-restricted' })
}

export async function isRestricted(ctx: Context, patron: PatronId): Promise<boolean> {
  const row = await ctx.db.maybe(sql`select 1 from restriction where patron_id = ${patron} and ended_at is null`)
  return row !== undefined
}

/** Whether a person's data may be used: for claims always, for anything else not while it is restricted. */
export async function assertUsable(
  ctx: Context,
  patron: PatronId,
  use: 'claims' | 'other',
): Promise<Result<true, { readonly kind: 'restricted'; readonly rule: 'gdpr-18-2' }>> {
  if (use === 'claims' || !(await isRestricted(ctx, patron))) return ok(true)
  return refuse({ kind: 'restricted', rule: 'gdpr-18-2' })
}
