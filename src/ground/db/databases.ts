import pg from 'pg'
import { Connections, type Limits } from './connections.ts'
import { Db } from './db.ts'
import { types } from './values.ts'

const DEFAULT_LIMITS: Limits = { forLibrary: 4, inAll: 60 }

/** The ways into one database: its owner's and each library's, logged in as the library's own role. */
export class Databases {
  readonly url: string
  readonly #passwordOf: (role: string) => string
  readonly #connections: Connections
  readonly #owner = new Db(() => this.#connections.lend(''))
  readonly #options: string | undefined
  readonly #preparesAll: boolean

  /**
   * @param given `options` are settings for every connection, as `-c name=value`; with `preparesAll` the libraries'
   *   statements are all prepared, for work that says the same ones thousands of times
   */
  constructor(
    url: string,
    passwordOf: (role: string) => string,
    given: { limits?: Limits; options?: string; preparesAll?: boolean } = {},
  ) {
    this.url = url
    this.#passwordOf = passwordOf
    this.#connections = new Connections(given.limits ?? DEFAULT_LIMITS, (agency) => this.#config(agency))
    this.#options = given.options
    this.#preparesAll = given.preparesAll ?? false
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
  /** Always the same one, so that what is known of this database can be remembered by it. */
  owner(): Db {
    return this.#owner
  }

  agency(agency: string): Db {
    return new Db(() => this.#connections.lend(agency), undefined, undefined, this.#preparesAll)
  }

  /** A connection of one's own, for COPY and for long snapshots. End it. */
  async connect(agency: string): Promise<pg.Client> {
    const client = new pg.Client(this.#config(agency))
    client.on('error', () => {})
    await client.connect()
    return client
  }

  /** Those in use are waited for. */
  async close(): Promise<void> {
    await this.#connections.close()
  }

  /** Closes one library's connections, so that it can be dropped or given a new password. */
  async closeAgency(agency: string): Promise<void> {
    await this.#connections.close(agency)
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
