import { createHash } from 'node:crypto'
import { type Clock, type Language, ok, type PatronId, type Result, realClock, refuse, systemRandom } from '#core'
import { sql } from '#db'
import { signOutAll } from '#patrons'
import type { Context } from '#vault'
import { mayServePatrons } from './rules.ts'
import type { OpenSession, Session } from './session.ts'

const TOKEN_BYTES = 32
const TOKEN = /^[A-Za-z0-9_-]{43}$/
/** Many sign in at the library's own screens, and forget to sign out. */
export const PATRON_SESSION_HOURS = 2

/** What a patron has shown: card and PIN, or MitID. */
export type Means = 'pin' | 'mitid'

/** Signs a patron in on one browser, always with a new token, for two hours of the world's time. */
export async function beginPatronSession(
  ctx: Context,
  patron: PatronId,
  means: Means,
  clock: Clock = realClock,
): Promise<Session> {
  const random = systemRandom()
  const token = random.token(TOKEN_BYTES)
  const now = clock.now()
  const expires_at = now.add({ hours: PATRON_SESSION_HOURS })
  await ctx.db.run(sql`
    insert into patron_session (id, token_hash, patron_id, means, began_at, expires_at)
    values (${random.uuid(now)}, ${hashOf(token)}, ${patron}, ${means}, ${now}, ${expires_at})`)
  return { token, expires_at }
}

export interface SignedInPatron {
  readonly id: PatronId
  readonly number: string
  /** As the page shows it to the patron; never for a log. */
  readonly name: string
  readonly language: Language
  readonly means: Means
}

/** Who is signed in with this token, unless it has expired, was signed out, or they are a patron no longer. */
export async function patronSignedIn(
  ctx: Context,
  token: string,
  clock: Clock = realClock,
): Promise<SignedInPatron | undefined> {
  if (!TOKEN.test(token)) return undefined
  return ctx.db.maybe(sql<SignedInPatron>`
    select p.id, p.number, p.name, p.language, s.means
    from patron_session s join patron p on p.id = s.patron_id
    where s.token_hash = ${hashOf(token)} and s.expires_at > ${clock.now()}`)
}

/** The browsers a patron is signed in with, newest first. Neither their address nor their kind is known. */
export function openPatronSessions(
  ctx: Context,
  patron: PatronId,
  token: string | undefined,
  clock: Clock = realClock,
): Promise<(OpenSession & { readonly means: Means })[]> {
  return ctx.db.all(sql<OpenSession & { means: Means }>`
    select began_at, expires_at, means, token_hash = ${hashOf(token ?? '')} as is_this from patron_session
    where patron_id = ${patron} and expires_at > ${clock.now()} order by began_at desc, id desc`)
}

/** Signs out on one browser. Signing out twice is signing out. */
export async function endPatronSession(ctx: Context, token: string): Promise<void> {
  await ctx.db.run(sql`delete from patron_session where token_hash = ${hashOf(token)}`)
}

/** Signs a patron out on every browser: the patron, or the desk when they ask for it. */
export async function signPatronOutEverywhere(
  ctx: Context,
  patron: PatronId,
): Promise<Result<PatronId, { readonly kind: 'not-allowed' }>> {
  const isSelf = ctx.actor.kind === 'patron' && ctx.actor.id === patron
  if (!isSelf && !mayServePatrons(ctx.actor)) return refuse({ kind: 'not-allowed' })
  await endPatronSessions(ctx, patron)
  return ok(patron)
}

/** Ends every session, and every token that a website or app holds. */
export async function endPatronSessions(ctx: Context, patron: PatronId): Promise<void> {
  await ctx.db.run(sql`delete from patron_session where patron_id = ${patron}`)
  await signOutAll(ctx, patron)
}

function hashOf(token: string): Buffer {
  return createHash('sha256').update(token).digest()
}
