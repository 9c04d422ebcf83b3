import type { BranchId, StaffId, StaffRole } from '#core'
import { sql } from '#db'
import { requireFeature } from '#privacy'
import type { Context } from '#vault'
import type { StaffChangeRow } from './tables.ts'

export interface MayAndWhere {
  readonly roles: readonly StaffRole[]
  readonly branch_ids: readonly BranchId[]
}

/** Notes who has changed what of somebody's access, where the policy says when such a line ends. */
export async function noteStaffChange(
  ctx: Context,
  staff: StaffId,
  kind: StaffChangeRow['kind'],
  of: { readonly was?: MayAndWhere; readonly became?: MayAndWhere } = {},
): Promise<void> {
  if (!(await requireFeature(ctx, 'staff_change')).ok) return
  const now = ctx.clock.now()
  const by = ctx.actor.kind === 'staff' ? ctx.actor.id : null
  await ctx.db.run(sql`
    insert into staff_change (id, staff_id, kind, roles_was, roles_became, branches_was, branches_became, changed_at,
      changed_by)
    values (${ctx.random.uuid(now)}, ${staff}, ${kind}, ${of.was?.roles ?? null}::text[],
      ${of.became?.roles ?? null}::text[], ${of.was?.branch_ids ?? null}::uuid[],
      ${of.became?.branch_ids ?? null}::uuid[], ${now}, ${by})`)
}

export interface ToldStaffChange extends Omit<StaffChangeRow, 'staff_id'> {
  /** As they are called now; null for a program, the operator, or someone whose account is gone. */
  readonly by_name: string | null
}

/** What has been changed of somebody's access, newest first. */
export function staffChangesOf(ctx: Context, staff: StaffId): Promise<ToldStaffChange[]> {
  return ctx.db.all(sql<ToldStaffChange>`
    select c.id, c.kind, c.roles_was, c.roles_became, c.branches_was, c.branches_became, c.changed_at, c.changed_by,
      s.name as by_name
    from staff_change c left join staff s on s.id = c.changed_by
    where c.staff_id = ${staff} order by c.changed_at desc, c.id desc limit 50`)
}
