import { type BranchId, isId, ok, type Result, refuse, STAFF_ROLES, type StaffId, type StaffRole } from '#core'
import { sql, sqlState, transact } from '#db'
import type { Context } from '#vault'
import { hashPassword, verifyPassword } from './password.ts'
import {
  isSelf,
  isUsername,
  mayManageStaff,
  maySetPassword,
  type PasswordFault,
  passwordFault,
  usernameFrom,
} from './rules.ts'
import { endSessionsOf } from './session.ts'
import { type MayAndWhere, noteStaffChange } from './staff-changes.ts'

export interface NewStaff {
  readonly username: string
  readonly name: string
  readonly email: string | null
  readonly roles: readonly StaffRole[]
  /** Where they work; none named means everywhere. */
  readonly branch_ids?: readonly BranchId[]
  readonly password: string
}

interface BadPassword {
  readonly kind: 'bad-password'
  readonly because: PasswordFault
}

export type AddStaffRefusal =
  | { readonly kind: 'not-allowed' | 'bad-username' | 'username-taken' | 'no-name' | 'no-role' | 'unknown-branch' }
  | BadPassword
export type SetPasswordRefusal =
  | { readonly kind: 'not-allowed' | 'unknown' | 'wrong' }
  /** The municipality's own sign-in has the password. */
  | { readonly kind: 'signs-in-elsewhere' }
  | BadPassword
export type StaffLeftRefusal = { readonly kind: 'not-allowed' | 'unknown' | 'own-account' }
export type ChangeRolesRefusal = {
  readonly kind: 'not-allowed' | 'unknown' | 'no-role' | 'unknown-branch' | 'own-account' | 'signs-in-elsewhere'
}

/** Gives a member of staff access to this library. An administrator or the operator may. */
export async function addStaff(ctx: Context, person: NewStaff): Promise<Result<StaffId, AddStaffRefusal>> {
  const username = usernameFrom(person.username)
  const fault = passwordFault(person.password, username)
  const roles = STAFF_ROLES.filter((role) => person.roles.includes(role))
  if (!mayManageStaff(ctx.actor)) return refuse({ kind: 'not-allowed' })
  if (!isUsername(username)) return refuse({ kind: 'bad-username' })
  if (person.name.trim() === '') return refuse({ kind: 'no-name' })
  if (roles.length === 0) return refuse({ kind: 'no-role' })
  if (fault) return refuse({ kind: 'bad-password', because: fault })
  const branches = [...new Set(person.branch_ids ?? [])]
  if (!(await areBranches(ctx, branches))) return refuse({ kind: 'unknown-branch' })
  const now = ctx.clock.now()
  const id = ctx.random.uuid(now) as StaffId
  const hash = await hashPassword(person.password)
  try {
    await transact(ctx, async (ctx) => {
      await ctx.db.run(sql`
        insert into staff (id, username, name, email, password_hash, roles, branch_ids, added_at)
        values (${id}, ${username}, ${person.name.trim()}, ${person.email}, ${hash}, ${roles}::text[],
          ${branches}::uuid[], ${now})`)
      await noteStaffChange(ctx, id, 'added', { became: { roles, branch_ids: branches } })
    })
    return ok(id)
  } catch (taken) {
    if (sqlState(taken) !== '23505') throw taken
    return refuse({ kind: 'username-taken' })
  }
}

/**
 * Gives a member of staff another password and signs them out everywhere. Whoever changes their own must know the one
 * they have.
 */
export async function setPassword(
  ctx: Context,
  staff: StaffId,
  given: { readonly password: string; readonly current?: string },
): Promise<Result<StaffId, SetPasswordRefusal>> {
  if (!maySetPassword(ctx.actor, staff)) return refuse({ kind: 'not-allowed' })
  const known = isId(staff)
    ? await ctx.db.maybe<KnownStaff>(sql`
    select username, password_hash from staff where id = ${staff} and left_at is null`)
    : undefined
  if (!known) return refuse({ kind: 'unknown' })
  if (known.password_hash === null) return refuse({ kind: 'signs-in-elsewhere' })
  const own = isSelf(ctx.actor, staff)
  if (own && !(await verifyPassword(given.current ?? '', known.password_hash))) return refuse({ kind: 'wrong' })
  const fault = passwordFault(given.password, known.username)
  if (fault) return refuse({ kind: 'bad-password', because: fault })
  const hash = await hashPassword(given.password)
  await transact(ctx, async (ctx) => {
    await ctx.db.run(sql`update staff set password_hash = ${hash} where id = ${staff}`)
    await endSessionsOf(ctx, staff)
    if (!own) await noteStaffChange(ctx, staff, 'password')
  })
  return ok(staff)
}

/**
 * Changes what a member of staff may do and where, and signs them out everywhere if anything did change. Nobody changes
 * their own, so that an administrator always remains. Whoever signs in through the municipality has the roles it says.
 */
export async function changeRoles(
  ctx: Context,
  staff: StaffId,
  given: { readonly roles: readonly StaffRole[]; readonly branch_ids: readonly BranchId[] },
): Promise<Result<{ readonly changed: boolean }, ChangeRolesRefusal>> {
  if (!mayManageStaff(ctx.actor)) return refuse({ kind: 'not-allowed' })
  if (isSelf(ctx.actor, staff)) return refuse({ kind: 'own-account' })
  const roles = STAFF_ROLES.filter((role) => given.roles.includes(role))
  if (roles.length === 0) return refuse({ kind: 'no-role' })
  const branches = [...new Set(given.branch_ids)].sort()
  if (!(await areBranches(ctx, branches))) return refuse({ kind: 'unknown-branch' })
  return transact(ctx, async (ctx): Promise<Result<{ changed: boolean }, ChangeRolesRefusal>> => {
    const known = isId(staff)
      ? await ctx.db.maybe<{ roles: StaffRole[]; branch_ids: BranchId[]; subject: string | null }>(sql`
      select roles, branch_ids, subject from staff where id = ${staff} and left_at is null for update`)
      : undefined
    if (!known) return refuse({ kind: 'unknown' })
    if (known.subject !== null) return refuse({ kind: 'signs-in-elsewhere' })
    return ok({ changed: await writeRoles(ctx, staff, known, { roles, branch_ids: branches }) })
  })
}

/** Writes roles and branches where they differ, and ends the sessions that began under the old ones. */
export async function writeRoles(ctx: Context, staff: StaffId, was: MayAndWhere, now: MayAndWhere): Promise<boolean> {
  const same = (one: readonly string[], other: readonly string[]) => one.toSorted().join() === other.toSorted().join()
  if (same(was.roles, now.roles) && same(was.branch_ids, now.branch_ids)) return false
  await ctx.db.run(sql`
    update staff set roles = ${now.roles}::text[], branch_ids = ${now.branch_ids}::uuid[] where id = ${staff}`)
  await endSessionsOf(ctx, staff)
  await noteStaffChange(ctx, staff, 'roles', { was, became: now })
  return true
}

/**
 * A member of staff has left: signed out at once, their second factor forgotten, and kept without access until the
 * policy ends the account. Their key is destroyed afterwards, so that no backup brings the secret of their codes back;
 * to say once more that they left finishes what was cut off.
 */
export async function staffLeft(ctx: Context, staff: StaffId): Promise<Result<StaffId, StaffLeftRefusal>> {
  if (!mayManageStaff(ctx.actor)) return refuse({ kind: 'not-allowed' })
  if (isSelf(ctx.actor, staff)) return refuse({ kind: 'own-account' })
  const found = await transact(ctx, async (ctx) => {
    const stayed = isId(staff)
      ? await ctx.db.maybe(sql`select from staff where id = ${staff} and left_at is null for update`)
      : undefined
    const left = isId(staff)
      ? await ctx.db.run(sql`
      update staff set left_at = coalesce(left_at, ${ctx.clock.now()}), totp_sealed = null, totp_step = null,
        recovery_hashes = '{}'
      where id = ${staff}`)
      : 0
    if (left > 0) await endSessionsOf(ctx, staff)
    if (stayed) await noteStaffChange(ctx, staff, 'left')
    return left > 0
  })
  if (!found) return refuse({ kind: 'unknown' })
  await ctx.vault.destroy([staff], ctx.clock.now())
  await ctx.vault.finish([staff], ctx.clock.now())
  return ok(staff)
}

async function areBranches(ctx: Context, branches: readonly BranchId[]): Promise<boolean> {
  if (branches.length === 0) return true
  if (!branches.every(isId)) return false
  const { known } = await ctx.db.one<{ known: number }>(sql`
    select count(*)::int as known from branch where id = any(${branches}::uuid[])`)
  return known === branches.length
}

interface KnownStaff {
  username: string
  password_hash: string | null
}
