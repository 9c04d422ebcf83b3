import { createHash } from 'node:crypto'
import { type Clock, realClock, type StaffId, type StaffRole, systemRandom } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'

const TOKEN_BYTES = 32
const TOKEN = /^[A-Za-z0-9_-]{43}$/
/** A working day. */
export const SESSION_HOURS = 8

export interface Session {
  /** What the browser keeps; we keep only its hash. */
  readonly token: string
  readonly expires_at: Temporal.Instant
}

/** Signs a member of staff in on one browser, for a working day in the world's time. */
export async function beginSession(ctx: Context, staff: StaffId, clock: Clock = realClock): Promise<Session> {
  // Never the context's chance: a demonstration repeats that from its seed, and a session must not be guessed.
  const random = systemRandom()
  const token = random.token(TOKEN_BYTES)
  const now = clock.now()
  const expires_at = now.add({ hours: SESSION_HOURS })
  await ctx.db.run(sql`
    insert into session (id, token_hash, staff_id, began_at, expires_at)
    values (${random.uuid(now)}, ${hashOf(token)}, ${staff}, ${now}, ${expires_at})`)
  return { token, expires_at }
}

export interface SignedIn {
  readonly id: StaffId
  readonly name: string
  readonly roles: readonly StaffRole[]
}

/** Who is signed in with this token, unless it has expired, was signed out, or its owner has left. */
export async function signedIn(ctx: Context, token: string, clock: Clock = realClock): Promise<SignedIn | undefined> {
  if (!TOKEN.test(token)) return undefined
  return ctx.db.maybe(sql<SignedIn>`
    select staff.id, staff.name, staff.roles
    from session join staff on staff.id = session.staff_id
    where session.token_hash = ${hashOf(token)} and session.expires_at > ${clock.now()} and staff.left_at is null`)
}

/** Signs out on one browser. Signing out twice is signing out. */
export async function endSession(ctx: Context, token: string): Promise<void> {
  await ctx.db.run(sql`delete from session where token_hash = ${hashOf(token)}`)
}

/** Signs a member of staff out everywhere. */
export async function endSessionsOf(ctx: Context, staff: StaffId): Promise<void> {
  await ctx.db.run(sql`delete from session where staff_id = ${staff}`)
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
