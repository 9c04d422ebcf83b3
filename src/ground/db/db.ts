import { createHash } from 'node:crypto'
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
import { type Lent, send } from './connections.ts'
import { sqlState } from './fault.ts'
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

/** A write of the hot path with its values. A room hands it to another, which sends it along with its own. */
export interface Write extends Named {
  readonly values: readonly unknown[]
}

const together = new Map<string, Named>()

/** One statement that does what several would; each keeps its own text, with its values renumbered. */
function joined(writes: readonly Write[]): Named {
  const key = writes.map(({ name }) => name).join('+')
  const known = together.get(key)
  if (known) return known
  let before = 0
  const parts = writes.map(({ text, values }) => {
    const shift = before
    before += values.length
    return text.replace(/\$(\d+)/g, (_, number: string) => `$${Number(number) + shift}`)
  })
  const ctes = parts.slice(0, -1).map((part, at) => `w${at} as (${part})`)
  const text = ctes.length > 0 ? `with ${ctes.join(', ')} ${parts.at(-1)}` : (parts[0] ?? '')
  const made = { name: nameOf(text), text }
  together.set(key, made)
  return made
}

type Statement<Row> = RawBuilder<Row> | Compilable<Row>

const names = new Map<string, string>()

function nameOf(text: string): string {
  const known = names.get(text)
  if (known) return known
  const name = createHash('sha256').update(text).digest('base64url').slice(0, 22)
  names.set(text, name)
  return name
}

const RETRIED = new Set(['40001', '40P01'])
const ATTEMPTS = 5

/**
 * A way to the rows of one schema, logged in as its role. Inside {@link Db.transact} the callback's `db` is the
 * transaction; the outer one must not be used there.
 */
export class Db {
  readonly #lend: () => Promise<Lent>
  readonly #client: pg.Client | undefined
  /** Set in the transaction that owns the connection, not in one that joined it. */
  readonly #owner: { committed?: Promise<pg.QueryResult> } | undefined
  readonly #preparesAll: boolean

  /** @param preparesAll for work that says the same statements thousands of times: each is prepared, see {@link prepared} */
  constructor(
    lend: () => Promise<Lent>,
    client?: pg.Client,
    owner?: { committed?: Promise<pg.QueryResult> },
    preparesAll = false,
  ) {
    this.#lend = lend
    this.#client = client
    this.#owner = owner
    this.#preparesAll = preparesAll
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
    const { name, text } = statement
    return (await this.#query({ name, text, values: values.map(bind) })).rows as Row[]
  }

  /**
   * Carries out several writes in one statement, which is most of what short ones cost. They must change different rows:
   * none of them sees what another does.
   */
  async write(writes: readonly Write[]): Promise<void> {
    await this.named(
      joined(writes),
      writes.flatMap(({ values }) => values),
    )
  }

  /**
   * Runs a statement whose text is always the same as a prepared one, named by its text. For what runs every night and
   * would take longer to plan than to carry out; not where the text holds values, each of which would be kept.
   */
  async prepared<Row>(statement: Statement<Row>): Promise<Row[]> {
    const { sql, parameters } = statement.compile(compiler)
    return this.named({ name: nameOf(sql), text: sql }, parameters)
  }

  /**
   * Runs `work` in one transaction; joins the one that is open. Repeats it when PostgreSQL broke a deadlock or a
   * serialisation conflict, so `work` must have no effect outside the database.
   */
  async transact<T>(work: (db: Db) => Promise<T>, begin = 'begin'): Promise<T> {
    if (this.#client) return work(new Db(this.#lend, this.#client, undefined, this.#preparesAll))
    for (let attempt = 1; ; attempt++) {
      try {
        return await this.#attempt(work, begin)
      } catch (fault) {
        if (attempt >= ATTEMPTS || !RETRIED.has(sqlState(fault) ?? '')) throw fault
      }
    }
  }

  /**
   * Lets the commit travel with the statements sent in this turn: for the last writes of the hot path, which must still
   * be awaited. If one of them fails nothing is committed. Does nothing in a transaction that joined another.
   */
  commitAlong(): void {
    if (!this.#client || !this.#owner) return
    this.#owner.committed = send(this.#client, 'commit')
    this.#owner.committed.catch(() => {})
  }

  async #attempt<T>(work: (db: Db) => Promise<T>, begin: string): Promise<T> {
    const { client, release } = await this.#lend()
    let broken: Error | undefined
    try {
      // Not awaited apart: it travels with the first statement of the work.
      const begun = send(client, begin)
      begun.catch(() => {})
      const owner: { committed?: Promise<pg.QueryResult> } = {}
      const value = await work(new Db(this.#lend, client, owner, this.#preparesAll))
      await begun
      const { command } = await (owner.committed ?? send(client, 'commit'))
      // So PostgreSQL answers, without a fault, when a statement had failed and the work went on regardless.
      if (command === 'ROLLBACK') throw new Error('the transaction was rolled back: a statement in it had failed')
      return value
    } catch (fault) {
      await send(client, 'rollback').catch((lost: Error) => {
        broken = lost
      })
      throw fault
    } finally {
      release(broken)
    }
  }

  #send<Row>(statement: Statement<Row>): Promise<pg.QueryResult> {
    const { sql, parameters } = statement.compile(compiler)
    const query = { text: sql, values: parameters.map(bind) }
    return this.#query(this.#preparesAll ? { name: nameOf(sql), ...query } : query)
  }

  async #query(query: pg.QueryConfig): Promise<pg.QueryResult> {
    if (this.#client) return send(this.#client, query)
    const { client, release } = await this.#lend()
    try {
      return await send(client, query)
    } finally {
      release()
    }
  }
}
