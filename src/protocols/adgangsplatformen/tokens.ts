import { createCipheriv, createDecipheriv, createHash, hkdfSync, randomBytes } from 'node:crypto'
import { z } from 'zod'
import { type PatronId, systemRandom } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'
import { findClient } from './clients.ts'
import type { TokenDeps } from './deps.ts'
import { type Client, TOKEN_DAYS, UNREGISTERED_MINUTES } from './rules.ts'
import type { Means, OauthTokenRow } from './tables.ts'

/** What MitID tells of someone. */
export interface Person {
  readonly cpr: string
  readonly name?: string | undefined
}

/** For whom a code or token is: a patron here, someone who is not, or nobody. */
export type Holder =
  | { readonly kind: 'patron'; readonly patron: PatronId; readonly means: Means }
  | { readonly kind: 'person'; readonly person: Person; readonly means: Means }
  | { readonly kind: 'anonymous' }

interface Held {
  /** The agency number of the library that gave it. */
  readonly agency: string
  readonly client: Client
  readonly expires_at: Temporal.Instant
}

/** Who stands behind a token, as far as it is still good. */
export type Bearer = Held &
  (
    | { readonly kind: 'patron'; readonly patronId: PatronId; readonly means: Means }
    /** Known by MitID and no patron here, so far. */
    | { readonly kind: 'person'; readonly patronId: null; readonly person: Person; readonly means: Means }
    /** The library itself. */
    | { readonly kind: 'anonymous'; readonly patronId: null }
  )

const BEARER = /^(7\d{5})-[A-Za-z0-9_-]{43}$/

/** A code or token: which library, and chance. */
export function makeBearer(agency: string): string {
  return `${agency}-${systemRandom().token(32)}`
}

/** Which library a code or token claims to be from. The hash covers the claim, so another's number finds nothing. */
export function agencyIn(bearer: string): string | undefined {
  return BEARER.exec(bearer)?.[1]
}

export function hashOf(bearer: string): Buffer {
  return createHash('sha256').update(bearer).digest()
}

export type SealedFor = 'code' | 'token'

/** Seals what MitID told under the code or token itself, which we do not keep: nobody but its bearer can open it. */
export function sealPerson(bearer: string, of: SealedFor, id: string, person: Person): Buffer {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', keyOf(bearer, of), nonce).setAAD(Buffer.from(id))
  const plain = JSON.stringify({ cpr: person.cpr, name: person.name })
  return Buffer.concat([nonce, cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()])
}

/** @throws when it was sealed under another, or for another row */
export function openPerson(bearer: string, of: SealedFor, id: string, sealed: Buffer): Person {
  const decipher = createDecipheriv('aes-256-gcm', keyOf(bearer, of), sealed.subarray(0, 12))
    .setAAD(Buffer.from(id))
    .setAuthTag(sealed.subarray(-16))
  const plain = Buffer.concat([decipher.update(sealed.subarray(12, -16)), decipher.final()])
  return personKept.parse(JSON.parse(plain.toString('utf8')))
}

const personKept = z.object({ cpr: z.string(), name: z.string().optional() })

function keyOf(bearer: string, of: SealedFor): Buffer {
  return Buffer.from(hkdfSync('sha256', bearer, '', `kvit adgangsplatformen ${of}`, 32))
}

export interface GivenToken {
  readonly token: string
  readonly lifeSeconds: number
}

/** Gives a client a token of this library. */
export async function giveToken(
  ctx: Context,
  given: {
    readonly agency: string
    readonly client: string
    readonly holder: Holder
    readonly code?: string
    readonly now: Temporal.Instant
  },
): Promise<GivenToken> {
  const { agency, client, holder, code, now } = given
  const id = systemRandom().uuid(now)
  const token = makeBearer(agency)
  const hours = holder.kind === 'person' ? UNREGISTERED_MINUTES / 60 : TOKEN_DAYS * 24
  const patron = holder.kind === 'patron' ? holder.patron : null
  const sealed = holder.kind === 'person' ? sealPerson(token, 'token', id, holder.person) : null
  const means = holder.kind === 'anonymous' ? 'anonymous' : holder.means
  await ctx.db.run(sql`
    insert into oauth_token (id, token_hash, client_id, code_id, patron_id, person_sealed, means, made_at, expires_at,
      times_signed_out)
    values (${id}, ${hashOf(token)}, ${client}, ${code ?? null}, ${patron}, ${sealed}, ${means}, ${now},
      ${now.add({ hours })}, coalesce((select times_signed_out from patron where id = ${patron}), 0))`)
  return { token, lifeSeconds: hours * 3600 }
}

/**
 * Who stands behind a token. Undefined when there is no such token, it has ended, or its client has been shut out.
 * Someone who became a patron since is one from now on.
 */
export async function readToken(deps: TokenDeps, bearer: string): Promise<Bearer | undefined> {
  const agency = agencyIn(bearer)
  const ctx = agency === undefined ? undefined : await deps.contextOf(agency)
  if (agency === undefined || !ctx) return undefined
  const row = await ctx.db.maybe(sql<OauthTokenRow>`
    select t.* from oauth_token t left join patron p on p.id = t.patron_id
    where t.token_hash = ${hashOf(bearer)} and t.expires_at > ${deps.clock.now()}
      and (p.id is null or t.times_signed_out = p.times_signed_out)`)
  const client = row && (await findClient(deps.clients, row.client_id))
  if (!row || !client) return undefined
  const held = { agency, client, expires_at: row.expires_at }
  const { means } = row
  if (means === 'anonymous') return { ...held, kind: 'anonymous', patronId: null }
  if (row.patron_id) return { ...held, kind: 'patron', patronId: row.patron_id, means }
  if (!row.person_sealed) return undefined
  const person = openPerson(bearer, 'token', row.id, row.person_sealed)
  const patronId = await patronOfCpr(ctx, person.cpr)
  if (!patronId) return { ...held, kind: 'person', patronId: null, person, means }
  // What MitID told is the library's to keep now, in its own place.
  await ctx.db.run(sql`update oauth_token set patron_id = ${patronId}, person_sealed = null,
    times_signed_out = (select times_signed_out from patron where id = ${patronId}) where id = ${row.id}`)
  return { ...held, kind: 'patron', patronId, means }
}

/**
 * Lets one token live on where its patron was signed out everywhere else: a website that changes the PIN goes on working
 * for whoever changed it there.
 */
export async function keepToken(ctx: Context, bearer: string): Promise<void> {
  await ctx.db.run(sql`
    update oauth_token t set times_signed_out = p.times_signed_out from patron p
    where p.id = t.patron_id and t.token_hash = ${hashOf(bearer)}`)
}

/** The patron with this CPR number, which MitID has vouched for; a card with the same digits is not theirs. */
export async function patronOfCpr(ctx: Context, digits: string): Promise<PatronId | undefined> {
  const hash = await ctx.vault.lookupHash('cpr', digits)
  const row = await ctx.db.maybe(sql<{ id: PatronId }>`select id from patron where cpr_hash = ${hash}`)
  return row?.id
}

/** Ends one token; answers whether there was one. */
export async function revokeToken(deps: TokenDeps, bearer: string): Promise<boolean> {
  const agency = agencyIn(bearer)
  const ctx = agency === undefined ? undefined : await deps.contextOf(agency)
  if (!ctx) return false
  return (await ctx.db.run(sql`delete from oauth_token where token_hash = ${hashOf(bearer)}`)) > 0
}

/** Signs a patron out of every website and app, and stops the sign-ins that are on their way. */
export async function revokeTokensOf(ctx: Context, patron: PatronId): Promise<number> {
  await ctx.db.run(sql`delete from oauth_code where patron_id = ${patron}`)
  return ctx.db.run(sql`delete from oauth_token where patron_id = ${patron}`)
}
