import type { BranchId } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'
import type { BranchRow, OpeningHoursRow } from './tables.ts'

export async function addBranch(ctx: Context, branch: Omit<BranchRow, 'id'>): Promise<BranchId> {
  const id = ctx.random.uuid(ctx.clock.now()) as BranchId
  await ctx.db.run(sql`
    insert into branch (id, code, name, address, postcode, city)
    values (${id}, ${branch.code}, ${branch.name}, ${branch.address}, ${branch.postcode}, ${branch.city})`)
  return id
}

/** All branches, by name. */
export function listBranches(ctx: Context): Promise<BranchRow[]> {
  return ctx.db.all(sql<BranchRow>`select id, code, name, address, postcode, city from branch order by name`)
}

/** Replaces a branch's opening hours. */
export async function setOpeningHours(
  ctx: Context,
  branch: BranchId,
  hours: readonly Omit<OpeningHoursRow, 'branch_id'>[],
): Promise<void> {
  await ctx.db.transact(async (db) => {
    await db.run(sql`delete from opening_hours where branch_id = ${branch}`)
    for (const { weekday, opens, closes, staffed } of hours) {
      await db.run(sql`
        insert into opening_hours (branch_id, weekday, opens, closes, staffed)
        values (${branch}, ${weekday}, ${opens}, ${closes}, ${staffed})`)
    }
  })
}

/** The opening hours of all branches, in an order that is always the same. */
export function allOpeningHours(ctx: Context): Promise<OpeningHoursRow[]> {
  return ctx.db.all(sql<OpeningHoursRow>`
    select branch_id, weekday, left(opens::text, 5) as opens, left(closes::text, 5) as closes, staffed
    from opening_hours order by branch_id, weekday, opens, staffed`)
}
