import type { Writable } from 'node:stream'
import pg from 'pg'
import { sqlState } from './fault.ts'

/** How many connections may be open: for one library, and in all. */
export interface Limits {
  readonly forLibrary: number
  readonly inAll: number
}

/** A connection that is lent out; give it back with `release`, with the fault when it is not fit for more. */
export interface Lent {
  readonly client: pg.Client
  release(broken?: Error): void
}

interface Waiter {
  readonly agency: string
  /** Its time to wait is over. */
  over: boolean
  readonly lend: (connection: Open) => void
  readonly refuse: (fault: Error) => void
}

interface Open {
  readonly agency: string
  readonly client: pg.Client
  /** No longer to be lent: lost, or its library is being closed. */
  retired: boolean
  lent: boolean
  closing: boolean
  idleTimer: NodeJS.Timeout | undefined
  readonly ended: PromiseWithResolvers<void>
}

const WAIT_MS = 20_000
/** The server's own limit, which other programs share, may be reached before ours. */
const TOO_MANY_CONNECTIONS = '53300'
const ASK_AGAIN_MS = 100
const IDLE_MS = 30_000

/**
 * The connections to one database, over all libraries. Never more are open than the limits say: who comes late waits
 * in turn, and the library that was asked longest ago gives up a connection it is not using.
 */
export class Connections {
  readonly #limits: Limits
  readonly #configOf: (agency: string) => pg.ClientConfig
  readonly #open = new Set<Open>()
  /** Those being opened or closed count too. */
  readonly #counts = new Map<string, number>()
  #total = 0
  #closing = 0
  readonly #waiting = new Set<Waiter>()
  /** Libraries in the order in which they were last asked, the one asked longest ago first. */
  readonly #asked = new Set<string>()

  constructor(limits: Limits, configOf: (agency: string) => pg.ClientConfig) {
    this.#limits = limits
    this.#configOf = configOf
  }

  async lend(agency: string): Promise<Lent> {
    this.#asked.delete(agency)
    this.#asked.add(agency)
    const connection = await this.#turn(agency)
    return { client: connection.client, release: (broken) => this.#giveBack(connection, broken) }
  }

  /** Closes the connections of one library, or of all: those in use when they are given back. */
  async close(agency?: string): Promise<void> {
    const theirs = [...this.#open].filter((each) => agency === undefined || each.agency === agency)
    await Promise.all(
      theirs.map((connection) => {
        connection.retired = true
        if (!connection.lent) this.#end(connection)
        return connection.ended.promise
      }),
    )
  }

  #turn(agency: string): Promise<Open> {
    return new Promise((resolve, reject) => {
      const timer = setTimeout(() => waiter.refuse(new Error('no connection to the database became free')), WAIT_MS)
      const waiter: Waiter = {
        agency,
        over: false,
        lend: (connection) => {
          clearTimeout(timer)
          this.#waiting.delete(waiter)
          connection.lent = true
          clearTimeout(connection.idleTimer)
          resolve(connection)
        },
        refuse: (fault) => {
          clearTimeout(timer)
          waiter.over = true
          this.#waiting.delete(waiter)
          reject(fault)
        },
      }
      this.#waiting.add(waiter)
      this.#serve()
    })
  }

  /** Gives what there is to those who wait, first come first served, and makes room for the others. */
  #serve(): void {
    let wanted = 0
    for (const waiter of [...this.#waiting]) {
      const idle = [...this.#open].findLast((each) => each.agency === waiter.agency && isIdle(each))
      if (idle) waiter.lend(idle)
      else if (this.#countOf(waiter.agency) < this.#limits.forLibrary) {
        if (this.#total < this.#limits.inAll) this.#connect(waiter)
        // Before those who came later are served, or one library's would never become idle.
        else if (++wanted > this.#closing) this.#giveUpOne()
      }
    }
  }

  #giveUpOne(): void {
    for (const agency of this.#asked) {
      const idle = [...this.#open].find((each) => each.agency === agency && isIdle(each))
      if (!idle) continue
      this.#end(idle)
      return
    }
  }

  #connect(waiter: Waiter): void {
    const { agency } = waiter
    // Its turn has come; a fault in opening is its own.
    this.#waiting.delete(waiter)
    // Statements that do not wait for each other travel together.
    const client = new pg.Client({ ...this.#configOf(agency), pipeline: true })
    const connection: Open = {
      agency,
      client,
      retired: false,
      lent: true,
      closing: false,
      idleTimer: undefined,
      ended: Promise.withResolvers(),
    }
    this.#open.add(connection)
    this.#count(agency, 1)
    // Lost between two statements, it fails the next of them; unheard this would end the program.
    client.on('error', () => {
      connection.retired = true
    })
    client.once('end', () => this.#ended(connection))
    client.connect().then(
      () => waiter.lend(connection),
      (fault: Error) => {
        if (sqlState(fault) === TOO_MANY_CONNECTIONS) this.#askAgain(waiter)
        else waiter.refuse(fault)
        client.end().catch(() => {})
        this.#ended(connection)
      },
    )
  }

  /** Waits for a place at the server, unless its time to wait is over; one of ours that lies idle is given up for it. */
  #askAgain(waiter: Waiter): void {
    setTimeout(() => {
      if (waiter.over) return
      this.#waiting.add(waiter)
      this.#serve()
    }, ASK_AGAIN_MS)
    this.#giveUpOne()
  }

  #giveBack(connection: Open, broken: Error | undefined): void {
    if (!connection.lent) return
    connection.lent = false
    if (broken || connection.retired) {
      this.#end(connection)
    } else {
      connection.idleTimer = setTimeout(() => this.#end(connection), IDLE_MS).unref()
      this.#serve()
    }
  }

  #end(connection: Open): void {
    clearTimeout(connection.idleTimer)
    connection.retired = true
    if (connection.closing || !this.#open.has(connection)) return
    connection.closing = true
    this.#closing++
    connection.client.end().catch(() => {})
  }

  #ended(connection: Open): void {
    if (!this.#open.delete(connection)) return
    clearTimeout(connection.idleTimer)
    connection.retired = true
    if (connection.closing) this.#closing--
    this.#count(connection.agency, -1)
    connection.ended.resolve()
    this.#serve()
  }

  #countOf(agency: string): number {
    return this.#counts.get(agency) ?? 0
  }

  #count(agency: string, by: number): void {
    this.#total += by
    this.#counts.set(agency, this.#countOf(agency) + by)
  }
}

/**
 * Sends a statement. Those sent within one turn of the program leave in one write, which is most of what a short
 * statement costs.
 */
export function send(client: pg.Client, query: pg.QueryConfig | string): Promise<pg.QueryResult> {
  const { stream } = (client as unknown as { connection: { stream: Writable } }).connection
  if (stream.writableCorked === 0) {
    stream.cork()
    process.nextTick(() => stream.uncork())
  }
  return client.query(query)
}

function isIdle(connection: Open): boolean {
  return !connection.lent && !connection.retired
}
