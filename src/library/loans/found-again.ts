import { type ItemId, type LoanId, type Ore, oreOf } from '#core'
import { type Named, sql } from '#db'
import { cancelCompensation, hasOpenClaim } from '#fees'
import type { Context } from '#vault'

export interface FoundAgain {
  readonly loan: LoanId
  /** What had been paid for it and is the patron's again. */
  readonly back_ore: Ore
}

const LOST: Named = {
  name: 'checkin-lost-loan',
  text: `select id from loan where item_id = $1 and lost_at is not null and returned_at is null
    order by lost_at desc limit 1 for update`,
}

/**
 * What was counted as lost has come back: the compensation falls away where that is soon enough for the library, what
 * was paid for it is owed to the patron, and the late fee stays. The loan is then settled anew, when nothing is owed
 * either way. Undefined when the loan has been forgotten meanwhile: whoever has the receipt is paid back by hand.
 */
export async function findAgain(
  ctx: Context,
  item: ItemId,
  returned_at: Temporal.Instant,
): Promise<FoundAgain | undefined> {
  const [lost] = await ctx.db.named<{ id: LoanId }>(LOST, [item])
  if (!lost) return undefined
  const cancelled = await cancelCompensation(ctx, lost.id)
  await ctx.db.run(sql`
    update loan set returned_at = greatest(lent_at, ${returned_at}::timestamptz),
      settled_at = case when ${hasOpenClaim('loan.id')} then null else coalesce(settled_at, ${ctx.clock.now()}) end
    where id = ${lost.id}`)
  return { loan: lost.id, back_ore: cancelled?.back_ore ?? oreOf(0) }
}
