import type { StaffId, StaffRole } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'

export interface StaffMember {
  readonly id: StaffId
  readonly username: string
  readonly name: string
  readonly roles: readonly StaffRole[]
  readonly left_at: Temporal.Instant | null
}

/** All who have or had access, by name. */
export function listStaff(ctx: Context): Promise<StaffMember[]> {
  return ctx.db.all(sql<StaffMember>`select id, username, name, roles, left_at from staff order by name, username`)
}

/** What to call these members of staff on a page; one whose account has ended is not among them. */
export async function staffNames(ctx: Context, ids: readonly StaffId[]): Promise<Map<StaffId, string>> {
  if (ids.length === 0) return new Map()
  const rows = await ctx.db.all(sql<{ id: StaffId; name: string }>`
    select id, name from staff where id = any(${[...new Set(ids)]}::uuid[])`)
  return new Map(rows.map((row) => [row.id, row.name]))
}
