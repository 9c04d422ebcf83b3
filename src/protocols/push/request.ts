import { lookup } from 'node:dns'
import { type ClientRequest, Agent as HttpAgent, request as httpRequest, type IncomingMessage } from 'node:http'
import { Agent as HttpsAgent, request as httpsRequest } from 'node:https'
import type { LookupFunction } from 'node:net'
import { isEndpointHere, isPublicAddress, isPushEndpoint } from '#messages'

export interface PushRequest {
  readonly endpoint: string
  readonly headers: Readonly<Record<string, string | number>>
  readonly body: Buffer | null
}

/** Why a request came to no answer. Its message names no endpoint: that would be an app's address in a log. */
export class PushFault extends Error {
  readonly code: string

  constructor(code: string) {
    super(`the push service: ${code}`)
    this.code = code
  }
}

const TIMEOUT_MS = 20_000
/** Of an answer; a longer one costs its connection. */
const MOST_BYTES = 16 * 1024

/** The way to push services: never into a private network, wherever a name leads, and after no redirect. */
export class PushWire {
  readonly #https = new HttpsAgent({ keepAlive: true, maxSockets: 8 })
  readonly #http = new HttpAgent({ keepAlive: true })
  readonly #mayBeHere: boolean
  readonly #timeoutMs: number

  constructor(mayBeHere: boolean, timeoutMs = TIMEOUT_MS) {
    this.#mayBeHere = mayBeHere
    this.#timeoutMs = timeoutMs
  }

  /** Answers with the status. @throws PushFault */
  post({ endpoint, headers, body }: PushRequest): Promise<number> {
    const isHere = this.#mayBeHere && isEndpointHere(endpoint)
    if (!isHere && !isPushEndpoint(endpoint)) return Promise.reject(new PushFault('address'))
    return new Promise((resolve, reject) => {
      const settle = (response: IncomingMessage) => {
        // What a service says beside its status is nothing we act on, and may be of any length.
        if (Number(response.headers['content-length'] ?? MOST_BYTES) < MOST_BYTES) response.resume()
        else response.destroy()
        resolve(response.statusCode ?? 0)
      }
      const signal = AbortSignal.timeout(this.#timeoutMs)
      const options = { method: 'POST', headers, signal }
      const request: ClientRequest = isHere
        ? httpRequest(endpoint, { ...options, agent: this.#http }, settle)
        : httpsRequest(endpoint, { ...options, agent: this.#https, lookup: publicOnly }, settle)
      request.on('error', (fault) => reject(new PushFault(signal.aborted ? 'timeout' : codeOf(fault))))
      request.end(body ?? undefined)
    })
  }

  close(): void {
    this.#https.destroy()
    this.#http.destroy()
  }
}

/** Looks a name up as usual, and knows only those of its addresses that are open to the world. */
export const publicOnly: LookupFunction = (host, options, done) => {
  lookup(host, { ...options, all: true }, (fault, addresses) => {
    if (fault) return done(fault, '')
    const open = addresses.filter(({ address }) => isPublicAddress(address))
    const [first] = open
    if (!first) return done(Object.assign(new Error('no public address'), { code: 'EPRIVATE' }), '')
    if (options.all) return done(null, open)
    done(null, first.address, first.family)
  })
}

function codeOf(fault: unknown): string {
  return fault instanceof Error && 'code' in fault ? String(fault.code) : 'broken'
}
