import { createHash } from 'node:crypto'
import type { Terminal } from '#auth'
import { type Clock, type PatronId, systemRandom } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'

const HOURS = 12
const MOST = 1000
const MOST_PATRONS = 20_000

export interface Session {
  readonly agency: string
  readonly terminal: Terminal
  readonly until: Temporal.Instant
  /** As it was when the account logged in: a new secret ends what was begun with the old one. */
  readonly secretHash: string
  /** Whose PIN was right in this session; an account that needs none asks for nobody's. */
  readonly patrons: Set<PatronId>
}

/**
 * Servers that have logged in. In memory: after a restart a server is told that its session is gone, and logs in again
 * as it must be able to anyway.
 */
export class Sessions {
  readonly #clock: Clock
  readonly #open = new Map<string, Session>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  async begin(ctx: Context, agency: string, terminal: Terminal): Promise<string> {
    if (this.#open.size >= MOST) this.#open.delete(this.#open.keys().next().value ?? '')
    const key = systemRandom().token(32)
    const until = this.#clock.now().add({ hours: HOURS })
    const secretHash = (await secretOf(ctx, terminal)) ?? ''
    this.#open.set(hashOf(key), { agency, terminal, until, secretHash, patrons: new Set() })
    return key
  }

  /** The session of a key, unless it is over or its account was shut out since. */
  async find(ctx: (agency: string) => Promise<Context | undefined>, key: string): Promise<Session | undefined> {
    const session = this.#open.get(hashOf(key))
    if (!session) return undefined
    const context = await ctx(session.agency)
    if (!context) return undefined
    const over = Temporal.Instant.compare(session.until, this.#clock.now()) <= 0
    if (!over && (await secretOf(context, session.terminal)) === session.secretHash) return session
    this.#open.delete(hashOf(key))
    return undefined
  }
}

export function admit({ patrons }: Session, patron: PatronId): void {
  if (patrons.size >= MOST_PATRONS) patrons.clear()
  patrons.add(patron)
}

async function secretOf(ctx: Context, { id }: Terminal): Promise<string | undefined> {
  const row = await ctx.db.maybe<{ secret_hash: string }>(sql`
    select secret_hash from terminal where id = ${id} and disabled_at is null`)
  return row?.secret_hash
}

function hashOf(key: string): string {
  return createHash('sha256').update(key).digest('hex')
}
