import { type Clock, ok, type Result, realClock, refuse, type StaffId } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'
import { hashPassword, verifyPassword } from './password.ts'
import { LONGEST_PASSWORD, usernameFrom } from './rules.ts'
import { beginSession, type Session } from './session.ts'
import type { SignInThrottle } from './throttle.ts'

export interface SignIn {
  readonly username: string
  readonly password: string
  /** Where the try comes from, for the throttle. */
  readonly address: string
}

export type SignInRefusal =
  /** No such username, or not its password: which of the two is not said, nor to be measured. */
  | { readonly kind: 'wrong' }
  /** Too many tries. Also said of a name nobody has. */
  | { readonly kind: 'locked'; readonly until: Temporal.Instant }

/** Signs a member of staff in by username and password. */
export async function signIn(
  ctx: Context,
  given: SignIn,
  throttle: SignInThrottle,
  clock: Clock = realClock,
): Promise<Result<Session, SignInRefusal>> {
  const username = usernameFrom(given.username)
  const who = [ctx.agency, username, given.address]
  const until = throttle.count(who)
  if (until) return refuse({ kind: 'locked', until })
  const nobodys = await nobodysHash()
  const known = await ctx.db.maybe<{ id: StaffId; password_hash: string }>(sql`
    select id, password_hash from staff where username = ${username} and left_at is null`)
  const password = given.password.slice(0, LONGEST_PASSWORD * 2)
  const right = await verifyPassword(password, known?.password_hash ?? nobodys)
  if (!known || !right) return refuse({ kind: 'wrong' })
  throttle.forget(who)
  return ok(await beginSession(ctx, known.id, clock))
}

let made: Promise<string> | undefined

/** A hash that is nobody's, so that an unknown name takes as long as a known one; made before either is looked up. */
function nobodysHash(): Promise<string> {
  made ??= hashPassword('the password of nobody')
  return made
}
