import { sql } from '#db'
import { hasOpenClaim, lastClaimSettled } from '#fees'
import type { Context } from '#vault'

/**
 * Writes when a loan was settled: the item is back or paid for, and nothing is owed because of it; the moment is the
 * later of the two. Runs just before retention and when a page needs it, and asks `fees` when the last claim was paid.
 * Whoever answered for the loan on behalf of a group does so no longer.
 */
export async function settle(ctx: Context): Promise<number> {
  const settled = await ctx.db.prepared(sql`
    update loan set settled_at = greatest(coalesce(returned_at, lost_at), ${lastClaimSettled('loan.id')})
    where settled_at is null and (returned_at is not null or lost_at is not null) and not ${hasOpenClaim('loan.id')} returning 1`)
  await ctx.db.prepared(sql`
    delete from group_loan g using loan l where l.id = g.loan_id and l.settled_at is not null`)
  return settled.length
}
