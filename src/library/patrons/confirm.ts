import { ok, type PatronId, type Result, refuse } from '#core'
import { sql, transact } from '#db'
import type { Context } from '#vault'
import { atDesk, liftAutomaticBlock } from './blocks.ts'

export interface ConfirmRefusal {
  /** `not-waiting`: nobody of that id has enrolled themself and waits to be confirmed. */
  readonly kind: 'not-allowed' | 'not-waiting'
}

/**
 * Staff have seen someone who enrolled themself on the web: they may borrow from now on, and the task is done.
 * @param photoIdSeen that staff have looked at photo ID is noted too
 */
export function confirmSelfEnrolled(
  ctx: Context,
  patron: PatronId,
  { photoIdSeen = false }: { readonly photoIdSeen?: boolean } = {},
): Promise<Result<true, ConfirmRefusal>> {
  return transact(ctx, async (ctx): Promise<Result<true, ConfirmRefusal>> => {
    const staff = atDesk(ctx)
    if (!staff) return refuse({ kind: 'not-allowed' })
    const now = ctx.clock.now()
    const lifted = await liftAutomaticBlock(ctx, patron, 'self-enrolled')
    const done = await ctx.db.run(sql`
      update patron_task set done_at = ${now}, done_by = ${staff}
      where patron_id = ${patron} and kind = 'self-enrolled' and done_at is null`)
    if (!lifted && done === 0) return refuse({ kind: 'not-waiting' })
    if (photoIdSeen) await ctx.db.run(sql`update patron set photo_id_at = ${now} where id = ${patron}`)
    return ok(true)
  })
}
