import { createHash } from 'node:crypto'
import {
  Belief,
  type BranchId,
  type Clock,
  ok,
  type Result,
  realClock,
  refuse,
  type StaffId,
  type StaffRole,
  systemRandom,
} from '#core'
import { type Named, sql } from '#db'
import type { Context } from '#vault'
import { isSelf, mayManageStaff } from './rules.ts'

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
  /** Where they work; none named means everywhere. */
  readonly branch_ids: readonly BranchId[]
}

interface Known extends SignedIn {
  readonly expires_at: Temporal.Instant
}

/** Asked with every request of a browser: a session that ends in another process goes on for so long. */
const believed = new Belief<Known>(1000)

/** Who is signed in with this token, unless it has expired, was signed out, or its owner has left. */
export async function signedIn(ctx: Context, token: string, clock: Clock = realClock): Promise<SignedIn | undefined> {
  if (!TOKEN.test(token)) return undefined
  const hash = hashOf(token)
  const now = clock.now()
  const known = await believed.know(`${ctx.agency} ${hash.toString('base64')}`, async () => {
    const [found] = await ctx.db.named<Known>(SIGNED_IN, [hash, now])
    return found
  })
  return known && Temporal.Instant.compare(known.expires_at, now) > 0 ? known : undefined
}

const SIGNED_IN: Named = {
  name: 'staff-signed-in',
  text: `select staff.id, staff.name, staff.roles, staff.branch_ids, session.expires_at
    from session join staff on staff.id = session.staff_id
    where session.token_hash = $1 and session.expires_at > $2 and staff.left_at is null`,
}

export interface OpenSession {
  readonly began_at: Temporal.Instant
  readonly expires_at: Temporal.Instant
  /** The browser that asks. */
  readonly is_this: boolean
}

/** The browsers someone is signed in with, newest first. Neither their address nor their kind is known. */
export function openSessions(
  ctx: Context,
  staff: StaffId,
  token: string | undefined,
  clock: Clock = realClock,
): Promise<OpenSession[]> {
  return ctx.db.all(sql<OpenSession>`
    select began_at, expires_at, token_hash = ${hashOf(token ?? '')} as is_this from session
    where staff_id = ${staff} and expires_at > ${clock.now()} order by began_at desc, id desc`)
}

/** Signs out on one browser. Signing out twice is signing out. */
export async function endSession(ctx: Context, token: string): Promise<void> {
  await ctx.db.run(sql`delete from session where token_hash = ${hashOf(token)}`)
  believed.forget()
}

/** Signs a member of staff out everywhere, as part of a change of theirs. */
export async function endSessionsOf(ctx: Context, staff: StaffId): Promise<void> {
  await ctx.db.run(sql`delete from session where staff_id = ${staff}`)
  believed.forget()
}

/** Signs oneself or, as administrator or operator, another out on every browser. */
export async function signOutEverywhere(
  ctx: Context,
  staff: StaffId,
): Promise<Result<StaffId, { readonly kind: 'not-allowed' }>> {
  if (!mayManageStaff(ctx.actor) && !isSelf(ctx.actor, staff)) return refuse({ kind: 'not-allowed' })
  await endSessionsOf(ctx, staff)
  return ok(staff)
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
