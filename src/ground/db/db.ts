import {
  type Compilable,
  DummyDriver,
  Kysely,
  PostgresAdapter,
  PostgresIntrospector,
  PostgresQueryCompiler,
  type RawBuilder,
} from 'kysely'
import type pg from 'pg'
import { bind } from './values.ts'

export { sql } from 'kysely'

/** Compiles statements; it never runs one. Connections and transactions are ours, so that their order is plain to see. */
const compiler = new Kysely<Record<string, never>>({
  dialect: {
    createAdapter: () => new PostgresAdapter(),
    createDriver: () => new DummyDriver(),
    createIntrospector: (db) => new PostgresIntrospector(db),
    createQueryCompiler: () => new PostgresQueryCompiler(),
  },
})

/** A statement of the hot path, prepared once on each connection under its name. Values are $1, $2 … */
export interface Named {
  readonly name: string
  readonly text: string
}

type Statement<Row> = RawBuilder<Row> | Compilable<Row>
type Connection = Pick<pg.Client, 'query'>

const RETRIED = new Set(['40001', '40P01'])
const ATTEMPTS = 5

/**
 * A way to the rows of one schema, logged in as its role. Inside {@link Db.transact} the callback's `db` is the
 * transaction; the outer one must not be used there.
 */
export class Db {
  readonly #pool: () => pg.Pool
  readonly #client: pg.PoolClient | undefined

  constructor(pool: () => pg.Pool, client?: pg.PoolClient) {
    this.#pool = pool
    this.#client = client
  }

  get inTransaction(): boolean {
    return this.#client !== undefined
  }

  async all<Row>(statement: Statement<Row>): Promise<Row[]> {
    return (await this.#send(statement)).rows as Row[]
  }

  /** The only row there can be. @throws when there is none or there are several. */
  async one<Row>(statement: Statement<Row>): Promise<Row> {
    const rows = await this.all(statement)
    if (rows.length !== 1) throw new Error(`expected one row, got ${rows.length}`)
    return rows[0] as Row
  }

  async maybe<Row>(statement: Statement<Row>): Promise<Row | undefined> {
    return (await this.all(statement))[0]
  }

  /** Runs a statement for its effect; answers how many rows it touched. */
  async run(statement: Statement<unknown>): Promise<number> {
    return (await this.#send(statement)).rowCount ?? 0
  }

  /** Runs a prepared statement of the hot path. */
  async named<Row>(statement: Named, values: readonly unknown[]): Promise<Row[]> {
    const result = await this.#connection().query({
      name: statement.name,
      text: statement.text,
      values: values.map(bind),
    })
    return result.rows as Row[]
  }

  /**
   * Runs `work` in one transaction; joins the one that is open. Repeats it when PostgreSQL broke a deadlock or a
   * serialisation conflict, so `work` must have no effect outside the database.
   */
  async transact<T>(work: (db: Db) => Promise<T>, begin = 'begin'): Promise<T> {
    if (this.#client) return work(this)
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#attempt(work, begin)
      } catch (fault) {
        if (attempt >= ATTEMPTS || !RETRIED.has(sqlState(fault) ?? '')) throw fault
      }
    }
  }

  async #attempt<T>(work: (db: Db) => Promise<T>, begin: string): Promise<T> {
    const client = await this.#pool().connect()
    let broken: Error | undefined
    try {
      // Not awaited apart: it travels with the first statement of the work.
      const begun = client.query(begin)
      begun.catch(() => {})
      const value = await work(new Db(this.#pool, client))
      await begun
      await client.query('commit')
      return value
    } catch (fault) {
      await client.query('rollback').catch((lost: Error) => {
        broken = lost
      })
      throw fault
    } finally {
      client.release(broken)
    }
  }

  #connection(): Connection {
    return this.#client ?? this.#pool()
  }

  #send<Row>(statement: Statement<Row>): Promise<pg.QueryResult> {
    const { sql, parameters } = statement.compile(compiler)
    return this.#connection().query(sql, parameters.map(bind))
  }
}

/** The SQLSTATE of a fault from PostgreSQL, such as `23505` for a value that must be unique. */
export function sqlState(fault: unknown): string | undefined {
  return fault instanceof Error && 'code' in fault && typeof fault.code === 'string' ? fault.code : undefined
}

/** The name of the constraint a fault from PostgreSQL is about. */
export function violated(fault: unknown): string | undefined {
  return fault instanceof Error && 'constraint' in fault && typeof fault.constraint === 'string'
    ? fault.constraint
    : undefined
}
