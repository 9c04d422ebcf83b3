import { createHash, timingSafeEqual } from 'node:crypto'
import { type Clock, ok, type Result, realClock, refuse, systemRandom } from '#core'
import { type Db, sql, sqlState } from '#db'
import { ATTRIBUTES, type Client, isGoodRedirect } from './rules.ts'

export interface NewClient {
  readonly id: string
  readonly title: string
  readonly redirectUris: readonly string[]
  readonly attributes: readonly string[]
  readonly agencies: Client['agencies']
}

export type AddClientRefusal =
  | { readonly kind: 'bad-id' | 'no-title' | 'id-taken' | 'no-redirect' }
  | { readonly kind: 'bad-redirect'; readonly uri: string }
  | { readonly kind: 'bad-attribute'; readonly attribute: string }

/**
 * Enters a website or app in the register. Answers with its secret, which is shown this once: we keep a hash. A plain
 * one will do, since the secret is chance and no word that could be guessed.
 */
export async function addClient(
  owner: Db,
  wanted: NewClient,
  clock: Clock = realClock,
): Promise<Result<{ readonly secret: string }, AddClientRefusal>> {
  const { id, title, redirectUris, attributes, agencies } = wanted
  if (!/^[a-z0-9][a-z0-9-]{1,59}$/.test(id)) return refuse({ kind: 'bad-id' })
  if (title.trim() === '') return refuse({ kind: 'no-title' })
  if (redirectUris.length === 0) return refuse({ kind: 'no-redirect' })
  const bad = redirectUris.find((uri) => !isGoodRedirect(uri))
  if (bad !== undefined) return refuse({ kind: 'bad-redirect', uri: bad })
  const unknown = attributes.find((name) => !ATTRIBUTES.some((each) => each === name))
  if (unknown !== undefined) return refuse({ kind: 'bad-attribute', attribute: unknown })
  const secret = systemRandom().token(32)
  try {
    await owner.run(sql`
      insert into shared.oauth_client (id, title, secret_hash, redirect_uris, attributes, agencies, added_at)
      values (${id}, ${title.trim()}, ${hashOf(secret).toString('hex')}, ${[...new Set(redirectUris)]}::text[],
        ${[...new Set(attributes)]}::text[], ${agencies}, ${clock.now()})`)
  } catch (fault) {
    if (sqlState(fault) === '23505') return refuse({ kind: 'id-taken' })
    throw fault
  }
  return ok({ secret })
}

export interface ListedClient extends Client {
  readonly added_at: Temporal.Instant
  readonly disabled_at: Temporal.Instant | null
}

/** All there are or have been, by id. */
export function listClients(owner: Db): Promise<ListedClient[]> {
  return owner.all(sql<ListedClient>`
    select id, title, redirect_uris, attributes, agencies, added_at, disabled_at
    from shared.oauth_client order by id`)
}

/** Shuts a client out, with all its tokens, from the next request on. Answers false when there is no such client. */
export async function disableClient(owner: Db, id: string, clock: Clock = realClock): Promise<boolean> {
  const disabled = await owner.run(sql`
    update shared.oauth_client set disabled_at = coalesce(disabled_at, ${clock.now()}) where id = ${id}`)
  return disabled > 0
}

/** A client that may be answered. */
export async function findClient(owner: Db, id: string): Promise<Client | undefined> {
  return owner.maybe(sql<Client>`
    select id, title, redirect_uris, attributes, agencies from shared.oauth_client
    where id = ${id} and disabled_at is null`)
}

/** The client with this id, if this is its secret. One without a secret can ask for nothing by itself. */
export async function knownClient(owner: Db, id: string, secret: string): Promise<Client | undefined> {
  const row = await owner.maybe(sql<Client & { secret_hash: string | null }>`
    select id, title, redirect_uris, attributes, agencies, secret_hash from shared.oauth_client
    where id = ${id} and disabled_at is null`)
  const kept = Buffer.from(row?.secret_hash ?? '', 'hex')
  const given = hashOf(secret)
  if (!row || kept.length !== given.length || !timingSafeEqual(kept, given)) return undefined
  const { secret_hash: _, ...client } = row
  return client
}

/** Whether any client of ours lives at this address, so that going there is safe for whoever is signed out. */
export async function isAnyClients(owner: Db, uri: string): Promise<boolean> {
  const row = await owner.maybe(sql`
    select 1 from shared.oauth_client where ${uri} = any(redirect_uris) and disabled_at is null limit 1`)
  return row !== undefined
}

function hashOf(secret: string): Buffer {
  return createHash('sha256').update(secret).digest()
}
