import { isId, ok, type Result, refuse, STAFF_ROLES, type StaffId, type StaffRole } from '#core'
import { sql, sqlState, transact } from '#db'
import type { Context } from '#vault'
import { hashPassword, verifyPassword } from './password.ts'
import { isUsername, mayManageStaff, maySetPassword, type PasswordFault, passwordFault, usernameFrom } from './rules.ts'
import { endSessionsOf } from './session.ts'

export interface NewStaff {
  readonly username: string
  readonly name: string
  readonly email: string | null
  readonly roles: readonly StaffRole[]
  readonly password: string
}

interface BadPassword {
  readonly kind: 'bad-password'
  readonly because: PasswordFault
}

export type AddStaffRefusal =
  | { readonly kind: 'not-allowed' | 'bad-username' | 'username-taken' | 'no-name' | 'no-role' }
  | BadPassword
export type SetPasswordRefusal = { readonly kind: 'not-allowed' | 'unknown' | 'wrong' } | BadPassword
export type StaffLeftRefusal = { readonly kind: 'not-allowed' | 'unknown' }

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
  const now = ctx.clock.now()
  const id = ctx.random.uuid(now) as StaffId
  const hash = await hashPassword(person.password)
  try {
    await ctx.db.run(sql`
      insert into staff (id, username, name, email, password_hash, roles, added_at)
      values (${id}, ${username}, ${person.name.trim()}, ${person.email}, ${hash}, ${roles}::text[], ${now})`)
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
  const own = ctx.actor.kind === 'staff' && ctx.actor.id === staff
  if (own && !(await verifyPassword(given.current ?? '', known.password_hash))) return refuse({ kind: 'wrong' })
  const fault = passwordFault(given.password, known.username)
  if (fault) return refuse({ kind: 'bad-password', because: fault })
  const hash = await hashPassword(given.password)
  await transact(ctx, async (ctx) => {
    await ctx.db.run(sql`update staff set password_hash = ${hash} where id = ${staff}`)
    await endSessionsOf(ctx, staff)
  })
  return ok(staff)
}

/** A member of staff has left: signed out at once, and kept without access until the policy ends the account. */
export async function staffLeft(ctx: Context, staff: StaffId): Promise<Result<StaffId, StaffLeftRefusal>> {
  if (!mayManageStaff(ctx.actor)) return refuse({ kind: 'not-allowed' })
  return transact(ctx, async (ctx): Promise<Result<StaffId, StaffLeftRefusal>> => {
    const found = isId(staff)
      ? await ctx.db.run(sql`
      update staff set left_at = coalesce(left_at, ${ctx.clock.now()}) where id = ${staff}`)
      : 0
    if (found === 0) return refuse({ kind: 'unknown' })
    await endSessionsOf(ctx, staff)
    return ok(staff)
  })
}

interface KnownStaff {
  username: string
  password_hash: string
}
