import pg from 'pg'
import { Db } from './db.ts'
import { types } from './values.ts'

/** How many connections may be open: for one library, and in all. */
export interface Limits {
  readonly forLibrary: number
  readonly inAll: number
}

const DEFAULT_LIMITS: Limits = { forLibrary: 4, inAll: 60 }

/**
 * The connections to one database: one pool for its owner and one for each library, opened when needed, each logged in
 * as the library's own role. When all are in use the library that was asked longest ago gives up its connections.
 */
export class Databases {
  readonly url: string
  readonly #pools = new Map<string, pg.Pool>()
  readonly #passwordOf: (role: string) => string
  readonly #limits: Limits
  readonly #options: string | undefined

  /** @param options settings for every connection, as `-c name=value` */
  constructor(url: string, passwordOf: (role: string) => string, given: { limits?: Limits; options?: string } = {}) {
    this.url = url
    this.#passwordOf = passwordOf
    this.#limits = given.limits ?? DEFAULT_LIMITS
    this.#options = given.options
  }

  get name(): string {
    return decodeURIComponent(new URL(this.url).pathname.slice(1))
  }

  /** The login role of a library: roles belong to the whole server, so the database's name is part of theirs. */
  roleOf(agency: string): string {
    return `${this.name}_${agency}`
  }

  passwordOf(agency: string): string {
    return this.#passwordOf(this.roleOf(agency))
  }

  /** The register, migrations and leases: what is nobody's. */
  owner(): Db {
    return new Db(() => this.#pool(''))
  }

  agency(agency: string): Db {
    return new Db(() => this.#pool(agency))
  }

  /** A connection of one's own, for COPY and for long snapshots. End it. */
  async connect(agency: string): Promise<pg.Client> {
    const client = new pg.Client(this.#config(agency))
    client.on('error', () => {})
    await client.connect()
    return client
  }

  async close(): Promise<void> {
    const pools = [...this.#pools.values()]
    this.#pools.clear()
    await Promise.all(pools.map((pool) => pool.end()))
  }

  /** Closes one library's connections, so that it can be dropped or given a new password. */
  async closeAgency(agency: string): Promise<void> {
    const pool = this.#pools.get(agency)
    this.#pools.delete(agency)
    await pool?.end()
  }

  #pool(agency: string): pg.Pool {
    const known = this.#pools.get(agency)
    if (known) {
      // Map keeps the order of insertion: the first is the one asked longest ago.
      this.#pools.delete(agency)
      this.#pools.set(agency, known)
      return known
    }
    this.#makeRoom()
    const pool = new pg.Pool({
      ...this.#config(agency),
      max: this.#limits.forLibrary,
      idleTimeoutMillis: 30_000,
      // Statements that do not wait for each other travel together.
      pipeline: true,
    })
    pool.on('error', () => {
      // A connection lost while idle is replaced at the next question; one in use reports for itself.
    })
    this.#pools.set(agency, pool)
    return pool
  }

  #makeRoom(): void {
    let open = 0
    for (const pool of this.#pools.values()) open += Math.max(pool.totalCount, 1)
    for (const [agency, pool] of this.#pools) {
      if (open + this.#limits.forLibrary <= this.#limits.inAll) return
      if (pool.totalCount !== pool.idleCount || pool.waitingCount > 0) continue
      this.#pools.delete(agency)
      open -= Math.max(pool.totalCount, 1)
      void pool.end()
    }
  }

  #config(agency: string): pg.ClientConfig {
    const address = new URL(this.url)
    if (agency) {
      address.username = encodeURIComponent(this.roleOf(agency))
      address.password = encodeURIComponent(this.passwordOf(agency))
    }
    return {
      connectionString: address.href,
      types,
      connectionTimeoutMillis: 20_000,
      application_name: 'kvit',
      ...(this.#options ? { options: this.#options } : {}),
    }
  }
}
