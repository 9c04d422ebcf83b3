import type { BranchId } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'

/** What surveillance at a branch says of itself now; what it said before is forgotten. */
export async function reportSurveillance(
  ctx: Context,
  branch: BranchId,
  said: { readonly healthy: boolean; readonly by: string },
): Promise<void> {
  const now = ctx.clock.now()
  await ctx.db.run(sql`
    insert into surveillance_report (branch_id, healthy, reported_at, reported_by)
    values (${branch}, ${said.healthy}, ${now}, ${said.by})
    on conflict (branch_id) do update
      set healthy = excluded.healthy, reported_at = excluded.reported_at, reported_by = excluded.reported_by`)
}
