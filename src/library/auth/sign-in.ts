import { randomBytes } from 'node:crypto'
import { type Clock, ok, type Result, realClock, refuse, type StaffId } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'
import { hashPassword, verifyPassword } from './password.ts'
import { LONGEST_PASSWORD, usernameFrom } from './rules.ts'
import { beginSession, type Session } from './session.ts'
import { CODE_TRIES, SignInThrottle } from './throttle.ts'
import { useCode } from './totp.ts'

/** Whether every local account must have a second factor, or may. */
export type SecondFactor = 'required' | 'offered'

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

export type CodeRefusal =
  | { readonly kind: 'wrong-code' }
  | { readonly kind: 'locked'; readonly until: Temporal.Instant }
  /** The password has been changed since it was asked for, or they have left. */
  | { readonly kind: 'over' }

/** Whoever has shown the password, and nothing more: not signed in until `admit` or `admitWithCode` says so. */
export interface Proven {
  readonly id: StaffId
  readonly username: string
  readonly password_hash: string
  readonly has_factor: boolean
}

/** Whether this is the password of that username. */
export async function checkPassword(
  ctx: Context,
  given: SignIn,
  throttle: SignInThrottle,
): Promise<Result<Proven, SignInRefusal>> {
  const username = usernameFrom(given.username)
  const who = [ctx.agency, username, given.address]
  const until = throttle.count(who)
  if (until) return refuse({ kind: 'locked', until })
  const nobodys = await nobodysHash()
  const known = await ctx.db.maybe<{ id: StaffId; password_hash: string | null; has_factor: boolean }>(sql`
    select id, password_hash, totp_sealed is not null as has_factor
    from staff where username = ${username} and left_at is null`)
  const password = given.password.slice(0, LONGEST_PASSWORD * 2)
  const right = await verifyPassword(password, known?.password_hash ?? nobodys)
  // Whoever signs in through the municipality has no password that could be right.
  if (!known?.password_hash || !right) return refuse({ kind: 'wrong' })
  throttle.forget(who)
  return ok({ id: known.id, username, password_hash: known.password_hash, has_factor: known.has_factor })
}

/**
 * Counts codes by account, wherever they come from: whoever tries them knows the password, and an address is easily
 * changed.
 */
export function codeThrottle(clock: Clock = realClock): SignInThrottle {
  return new SignInThrottle(clock, CODE_TRIES)
}

/** Uses up a code of this person's, if it is one. */
export async function checkCode(
  ctx: Context,
  staff: StaffId,
  code: string,
  throttle: SignInThrottle,
  clock: Clock = realClock,
): Promise<Result<'app' | 'recovery', Exclude<CodeRefusal, { kind: 'over' }>>> {
  const who = [ctx.agency, 'code', staff]
  const until = throttle.count(who)
  if (until) return refuse({ kind: 'locked', until })
  const used = await useCode(ctx, staff, code, clock)
  if (!used) return refuse({ kind: 'wrong-code' })
  throttle.forget(who)
  return ok(used)
}

/** Signs in whoever has shown the password and now brings a code. */
export async function admitWithCode(
  ctx: Context,
  proven: Proven,
  code: string,
  throttle: SignInThrottle,
  clock: Clock = realClock,
): Promise<Result<Session, CodeRefusal>> {
  const right = await checkCode(ctx, proven.id, code, throttle, clock)
  if (!right.ok) return right
  return (await isStillSo(ctx, proven)) ? ok(await beginSession(ctx, proven.id, clock)) : refuse({ kind: 'over' })
}

/** Whether the password that was shown is still theirs, and they have not left. */
export async function isStillSo(ctx: Context, proven: Proven): Promise<boolean> {
  const still = await ctx.db.maybe(sql`
    select 1 from staff where id = ${proven.id} and left_at is null and password_hash = ${proven.password_hash}`)
  return still !== undefined
}

/**
 * Signs a member of staff in by username and password, and by a code where they have a second factor: at one go, for the
 * command line. `code` is asked for only then.
 */
export async function signIn(
  ctx: Context,
  given: SignIn & { readonly code?: () => Promise<string> },
  throttle: SignInThrottle,
  clock: Clock = realClock,
): Promise<Result<Session, SignInRefusal | CodeRefusal | { readonly kind: 'code-needed' }>> {
  const proven = await checkPassword(ctx, given, throttle)
  if (!proven.ok) return proven
  if (!proven.value.has_factor) return ok(await beginSession(ctx, proven.value.id, clock))
  if (!given.code) return refuse({ kind: 'code-needed' })
  return admitWithCode(ctx, proven.value, await given.code(), codeThrottle(clock), clock)
}

let made: Promise<string> | undefined

/** A hash that is nobody's, so that an unknown name takes as long as a known one; made before either is looked up. */
function nobodysHash(): Promise<string> {
  made ??= hashPassword(randomBytes(32).toString('base64url'))
  return made
}
