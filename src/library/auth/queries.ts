import { type BranchId, isId, type StaffId, type StaffRole } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'

export interface StaffMember {
  readonly id: StaffId
  readonly username: string
  readonly name: string
  readonly roles: readonly StaffRole[]
  /** Where they work; none named means everywhere. */
  readonly branch_ids: readonly BranchId[]
  readonly left_at: Temporal.Instant | null
  readonly has_factor: boolean
  /** Signs in through the municipality, which says what they may do. */
  readonly signs_in_elsewhere: boolean
  readonly recovery_codes: number
}

const MEMBER = sql`id, username, name, roles, branch_ids, left_at, totp_sealed is not null as has_factor,
  subject is not null as signs_in_elsewhere, cardinality(recovery_hashes) as recovery_codes`

/** All who have or had access, by name. */
export function listStaff(ctx: Context): Promise<StaffMember[]> {
  return ctx.db.all(sql<StaffMember>`select ${MEMBER} from staff order by name, username`)
}

export function findStaff(ctx: Context, staff: StaffId): Promise<StaffMember | undefined> {
  if (!isId(staff)) return Promise.resolve(undefined)
  return ctx.db.maybe(sql<StaffMember>`select ${MEMBER} from staff where id = ${staff}`)
}

/** What to call these members of staff on a page; one whose account has ended is not among them. */
export async function staffNames(ctx: Context, ids: readonly StaffId[]): Promise<Map<StaffId, string>> {
  if (ids.length === 0) return new Map()
  const rows = await ctx.db.all(sql<{ id: StaffId; name: string }>`
    select id, name from staff where id = any(${[...new Set(ids)]}::uuid[])`)
  return new Map(rows.map((row) => [row.id, row.name]))
}
