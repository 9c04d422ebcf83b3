import { createHash, randomBytes } from 'node:crypto'
import { Secret, TOTP } from 'otpauth'
import { type Clock, ok, type Result, realClock, refuse, type StaffId } from '#core'
import { sql, transact } from '#db'
import type { Context, Sealed } from '#vault'
import { isSelf, mayManageStaff } from './rules.ts'
import { endSessionsOf } from './session.ts'
import { noteStaffChange } from './staff-changes.ts'

/** RFC 6238 as every authenticator app has it: SHA-1, six digits, thirty seconds; one step of drift to either side. */
const DIGITS = 6
const STEP_SECONDS = 30
const DRIFT_STEPS = 1
/** As long as the output of SHA-1, which RFC 4226 recommends. */
const SECRET_BYTES = 20

const RECOVERY_CODES = 10
const RECOVERY_BYTES = 10
const RECOVERY = /^[A-Z2-7]{16}$/

const COLUMN = 'staff.totp_sealed'

export type EnrolFactorRefusal = { readonly kind: 'not-allowed' | 'unknown' | 'wrong-code' | 'has-one' }
export type RemoveFactorRefusal = { readonly kind: 'not-allowed' | 'unknown' }

/** A new shared secret, as an app takes it when it cannot read the picture. */
export function newTotpSecret(): string {
  const bytes = randomBytes(SECRET_BYTES)
  return new Secret({ buffer: new Uint8Array(bytes).buffer }).base32
}

/** What the picture says to an authenticator app. */
export function totpUri(given: { secret: string; username: string; library: string }): string {
  return totp(given.secret, { issuer: given.library, label: given.username }).toString()
}

/** The step of time whose code this is, if it is near enough to now. */
export function stepOf(secret: string, code: string, now: Temporal.Instant): bigint | undefined {
  const token = code.replace(/\s/g, '')
  if (!/^\d{6}$/.test(token)) return undefined
  const timestamp = now.epochMilliseconds
  const delta = totp(secret).validate({ token, timestamp, window: DRIFT_STEPS })
  return delta === null ? undefined : BigInt(Math.floor(timestamp / 1000 / STEP_SECONDS) + delta)
}

/**
 * Gives oneself a second factor, once the app has shown that it has the secret. Answers the recovery codes, which are
 * told this once. Whoever has a factor already must have it removed first.
 */
export async function enrolSecondFactor(
  ctx: Context,
  staff: StaffId,
  given: { readonly secret: string; readonly code: string },
  clock: Clock = realClock,
): Promise<Result<readonly string[], EnrolFactorRefusal>> {
  if (!isSelf(ctx.actor, staff)) return refuse({ kind: 'not-allowed' })
  const step = stepOf(given.secret, given.code, clock.now())
  if (step === undefined) return refuse({ kind: 'wrong-code' })
  const known = await ctx.db.maybe<{ has: boolean }>(sql`
    select totp_sealed is not null as has from staff
    where id = ${staff} and left_at is null and password_hash is not null`)
  if (!known) return refuse({ kind: 'unknown' })
  if (known.has) return refuse({ kind: 'has-one' })
  const sealed = await ctx.vault.seal(staff, COLUMN, given.secret)
  const codes = newRecoveryCodes()
  const enrolled = await ctx.db.run(sql`
    update staff set totp_sealed = ${sealed}, totp_step = ${step}, recovery_hashes = ${hashesOf(staff, codes)}::text[]
    where id = ${staff} and left_at is null and totp_sealed is null`)
  return enrolled === 1 ? ok(codes) : refuse({ kind: 'has-one' })
}

/**
 * Whether this is a code of the app that has not been used, or a recovery code that has not; it is used up by being
 * right. Ask the throttle first. Never right for someone whose key in the vault is gone: they left, and an old backup
 * brought the row back.
 */
export async function useCode(
  ctx: Context,
  staff: StaffId,
  code: string,
  clock: Clock = realClock,
): Promise<'app' | 'recovery' | undefined> {
  const known = await ctx.db.maybe<{ totp_sealed: Sealed }>(sql`
    select totp_sealed from staff where id = ${staff} and left_at is null and totp_sealed is not null`)
  const secret = known && (await ctx.vault.open(staff, COLUMN, known.totp_sealed))
  if (!known || secret === undefined) return undefined
  const step = stepOf(secret, code, clock.now())
  if (step !== undefined) {
    // One statement: of two who bring the same code at once, the second finds the step used.
    const used = await ctx.db.run(sql`
      update staff set totp_step = ${step}
      where id = ${staff} and left_at is null and totp_sealed = ${known.totp_sealed}
        and (totp_step is null or totp_step < ${step})`)
    return used === 1 ? 'app' : undefined
  }
  const recovery = code.replace(/[\s-]/g, '').toUpperCase()
  if (!RECOVERY.test(recovery)) return undefined
  const hash = recoveryHash(staff, recovery)
  const used = await ctx.db.run(sql`
    update staff set recovery_hashes = array_remove(recovery_hashes, ${hash})
    where id = ${staff} and left_at is null and totp_sealed = ${known.totp_sealed} and ${hash} = any(recovery_hashes)`)
  return used === 1 ? 'recovery' : undefined
}

/** Replaces one's recovery codes: those not used yet are worth nothing from now on. Ask for a code first. */
export async function renewRecoveryCodes(
  ctx: Context,
  staff: StaffId,
): Promise<Result<readonly string[], RemoveFactorRefusal>> {
  if (!isSelf(ctx.actor, staff)) return refuse({ kind: 'not-allowed' })
  const codes = newRecoveryCodes()
  const renewed = await ctx.db.run(sql`
    update staff set recovery_hashes = ${hashesOf(staff, codes)}::text[]
    where id = ${staff} and left_at is null and totp_sealed is not null`)
  return renewed === 1 ? ok(codes) : refuse({ kind: 'unknown' })
}

/**
 * Takes the second factor away and signs the person out everywhere: an administrator or the operator, when the phone is
 * lost; or oneself, whom the page has asked for a code.
 */
export async function removeSecondFactor(ctx: Context, staff: StaffId): Promise<Result<StaffId, RemoveFactorRefusal>> {
  if (!mayManageStaff(ctx.actor) && !isSelf(ctx.actor, staff)) return refuse({ kind: 'not-allowed' })
  return transact(ctx, async (ctx): Promise<Result<StaffId, RemoveFactorRefusal>> => {
    const removed = await ctx.db.run(sql`
      update staff set totp_sealed = null, totp_step = null, recovery_hashes = '{}'
      where id = ${staff} and left_at is null`)
    if (removed === 0) return refuse({ kind: 'unknown' })
    await endSessionsOf(ctx, staff)
    if (!isSelf(ctx.actor, staff)) await noteStaffChange(ctx, staff, 'second-factor')
    return ok(staff)
  })
}

function totp(secret: string, names: { issuer?: string; label?: string } = {}): TOTP {
  return new TOTP({
    ...names,
    algorithm: 'SHA1',
    digits: DIGITS,
    period: STEP_SECONDS,
    secret: Secret.fromBase32(secret),
  })
}

function newRecoveryCodes(): string[] {
  return Array.from({ length: RECOVERY_CODES }, () => {
    const bytes = new Uint8Array(randomBytes(RECOVERY_BYTES))
    return new Secret({ buffer: bytes.buffer }).base32.replace(/(.{4})(?=.)/g, '$1-')
  })
}

function hashesOf(staff: StaffId, codes: readonly string[]): string[] {
  return codes.map((code) => recoveryHash(staff, code.replaceAll('-', '')))
}

/**
 * SHA-256 is enough here: eighty bits of chance cannot be tried through, and a slow hash would only slow us. The account
 * is part of it, so that nobody's hash is another's.
 */
function recoveryHash(staff: StaffId, code: string): string {
  return createHash('sha256').update(`${staff}\0${code}`).digest('hex')
}
