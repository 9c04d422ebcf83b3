import { createServer, type Server, type Socket } from 'node:net'
import { createServer as createTlsServer } from 'node:tls'
import { type Log, stopwatch } from '#core'
import { Dialogue, faultWithoutWords, type Reply, ResentCheckouts } from './dialogue.ts'
import { type Arrived, LineReader } from './framing.ts'
import type { LiveLog } from './live-log.ts'
import { Reception, type ReceptionOptions } from './reception.ts'

export interface Sip2Listener {
  /** 0 for any that is free. */
  readonly port: number
  readonly host: string
  /** The library whose machines call here; otherwise each names its own when it signs in. */
  readonly library?: string | undefined
  readonly tls?: { readonly cert: Buffer | string; readonly key: Buffer | string } | undefined
}

export interface Sip2Limits {
  readonly connections: number
  /** From one address and not signed in yet. */
  readonly strangersFromOne: number
  /** Messages of one connection in a second; more are left unread until the next. */
  readonly perSecond: number
  readonly idleMs: number
  readonly loginMs: number
  /** How long work under way may take when everything closes. */
  readonly closeMs: number
}

/** Idle longer than the heartbeat of any machine, which is some minutes. */
export const SIP2_LIMITS: Sip2Limits = {
  connections: 2000,
  strangersFromOne: 300,
  perSecond: 1000,
  idleMs: 20 * 60_000,
  loginMs: 60_000,
  closeMs: 5_000,
}

export interface Sip2ServerOptions extends ReceptionOptions {
  readonly listeners: readonly Sip2Listener[]
  readonly live: LiveLog
  readonly log: Log
  readonly limits?: Partial<Sip2Limits>
}

export interface Sip2Server {
  /** One for each listener, in their order. */
  readonly ports: readonly number[]
  /** How many machines are connected. */
  readonly connections: () => number
  /** Answers what has been asked, takes nothing more, and ends. */
  readonly close: () => Promise<void>
}

/** Listens for machines. Each connection is a conversation of its own; what one does is nothing to another. */
export async function startSip2Server(options: Sip2ServerOptions): Promise<Sip2Server> {
  const shared: Shared = {
    ...options,
    limits: { ...SIP2_LIMITS, ...options.limits },
    reception: new Reception(options),
    resent: new ResentCheckouts(),
    open: new Set(),
  }
  const servers: Server[] = []
  try {
    for (const listener of options.listeners) servers.push(await listen(listener, shared))
  } catch (fault) {
    for (const server of servers) server.close()
    throw fault
  }
  return {
    ports: servers.map((server) => {
      const address = server.address()
      return typeof address === 'object' && address ? address.port : 0
    }),
    connections: () => shared.open.size,
    async close() {
      const closed = servers.map((server) => new Promise<void>((done) => server.close(() => done())))
      for (const connection of shared.open) connection.end()
      const late = setTimeout(() => {
        for (const connection of shared.open) connection.destroy()
      }, shared.limits.closeMs)
      await Promise.all(closed)
      clearTimeout(late)
    },
  }
}

interface Shared extends Omit<Sip2ServerOptions, 'limits'> {
  readonly limits: Sip2Limits
  readonly reception: Reception
  readonly resent: ResentCheckouts
  readonly open: Set<Connection>
}

function listen(listener: Sip2Listener, shared: Shared): Promise<Server> {
  const take = (socket: Socket) => accept(socket, listener, shared)
  const server = listener.tls
    ? createTlsServer({ ...listener.tls, minVersion: 'TLSv1.2', handshakeTimeout: 10_000, allowHalfOpen: true }, take)
    : createServer({ allowHalfOpen: true }, take)
  server.on('tlsClientError', () => {})
  // More than are allowed are told so by being let go, and one over the limit must not keep the others waiting.
  server.maxConnections = shared.limits.connections + 50
  return new Promise((done, fail) => {
    server.once('error', fail)
    server.listen({ port: listener.port, host: listener.host }, () => {
      server.off('error', fail)
      server.on('error', (fault) => shared.log.error(faultWithoutWords(fault), 'sip2: listener'))
      done(server)
    })
  })
}

function accept(socket: Socket, { library }: Sip2Listener, shared: Shared): void {
  const address = socket.remoteAddress ?? ''
  const strangers = [...shared.open].filter((other) => other.address === address && !other.signedIn).length
  if (shared.open.size >= shared.limits.connections || strangers >= shared.limits.strangersFromOne) {
    socket.on('error', () => {})
    socket.destroy()
    return
  }
  socket.setNoDelay(true)
  socket.setKeepAlive(true, 60_000)
  const { reception, live, log, resent } = shared
  const dialogue = new Dialogue({ reception, address, library, live, log, resent })
  shared.open.add(new Connection(socket, dialogue, address, shared))
}

/** Lines of one packet; a packet of nothing but line ends has more, and no machine sends one. */
const MOST_WAITING = 10_000
/** What is left to say is said by then, to whoever still listens. */
const LINGER_MS = 1000

/** One socket: bytes in, lines out of them, and one answer after the other. */
class Connection {
  readonly address: string
  readonly #socket: Socket
  readonly #dialogue: Dialogue
  readonly #shared: Shared
  readonly #reader = new LineReader()
  readonly #waiting: Arrived[] = []
  #working = false
  #ending = false
  #inSecond = 0
  #second = stopwatch()
  #login: ReturnType<typeof setTimeout> | undefined

  constructor(socket: Socket, dialogue: Dialogue, address: string, shared: Shared) {
    this.#socket = socket
    this.#dialogue = dialogue
    this.#shared = shared
    this.address = address
    const { limits, open } = shared
    socket.setTimeout(limits.idleMs, () => this.destroy())
    this.#login = setTimeout(() => {
      if (!dialogue.signedIn) this.destroy()
    }, limits.loginMs)
    socket.on('data', (chunk) => this.#take(chunk))
    // A machine that has said its last may still be waiting for the answer.
    socket.on('end', () => this.end())
    socket.on('error', () => this.destroy())
    socket.on('close', () => {
      clearTimeout(this.#login)
      this.#waiting.length = 0
      this.#ending = true
      open.delete(this)
    })
  }

  get signedIn(): boolean {
    return this.#dialogue.signedIn
  }

  /** Answers what is being answered, and ends. */
  end(): void {
    this.#ending = true
    if (!this.#working) this.#hangUp()
  }

  #hangUp(): void {
    this.#socket.end()
    this.#socket.setTimeout(LINGER_MS)
  }

  destroy(): void {
    this.#socket.destroy()
  }

  #take(chunk: Buffer | string): void {
    if (this.#ending) {
      this.#socket.pause()
      return
    }
    this.#waiting.push(...this.#reader.push(Buffer.isBuffer(chunk) ? chunk : Buffer.from(chunk)))
    // What cannot be answered yet stays with the sender.
    if (this.#waiting.length > 0) this.#socket.pause()
    if (this.#waiting.length > MOST_WAITING) this.destroy()
    else if (!this.#working) void this.#work()
  }

  async #work(): Promise<void> {
    this.#working = true
    try {
      for (let next = this.#waiting.shift(); next; next = this.#waiting.shift()) {
        await this.#pace()
        const reply = next.kind === 'line' ? await this.#dialogue.answer(next.bytes) : this.#dialogue.tooLong()
        if (!reply) continue
        await this.#send(reply)
        if (reply.close) this.#ending = true
        if (reply.close) this.#waiting.length = 0
        if (this.#socket.destroyed) return
      }
    } catch (fault) {
      this.#shared.log.error(faultWithoutWords(fault), 'sip2: connection')
      this.destroy()
    } finally {
      this.#working = false
    }
    if (this.#dialogue.signedIn && this.#login) {
      clearTimeout(this.#login)
      this.#login = undefined
    }
    if (this.#ending) this.#hangUp()
    else this.#socket.resume()
  }

  /** A machine that floods is read as slowly as it may speak; the others do not notice. */
  async #pace(): Promise<void> {
    if (this.#second() >= 1000) {
      this.#second = stopwatch()
      this.#inSecond = 0
    }
    this.#inSecond += 1
    if (this.#inSecond <= this.#shared.limits.perSecond) return
    await new Promise<void>((done) => setTimeout(done, Math.max(0, 1000 - this.#second())))
    this.#second = stopwatch()
    this.#inSecond = 1
  }

  #send(reply: Reply): Promise<void> | undefined {
    if (reply.bytes.length === 0 || this.#socket.destroyed) return undefined
    if (this.#socket.write(reply.bytes)) return undefined
    return new Promise((done) => {
      const over = () => {
        this.#socket.off('drain', over)
        this.#socket.off('close', over)
        done()
      }
      this.#socket.once('drain', over)
      this.#socket.once('close', over)
    })
  }
}
