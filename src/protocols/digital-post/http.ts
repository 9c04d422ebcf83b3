import { Agent as HttpAgent, type IncomingMessage, request as plainRequest } from 'node:http'
import { Agent as HttpsAgent, request as tlsRequest } from 'node:https'
import type { DigitalPostConnection } from './config.ts'

export interface HttpCall {
  readonly method: 'GET' | 'POST'
  readonly url: URL
  readonly headers: Readonly<Record<string, string>>
  readonly body?: string
}

export interface HttpAnswer {
  readonly status: number
  readonly text: string
}

export interface Http {
  ask(call: HttpCall): Promise<HttpAnswer>
  close(): void
}

/** The service cannot be asked now. Its message names neither address nor person: a URL of a question holds a number. */
export class DigitalPostDown extends Error {
  readonly code: string

  constructor(message: string, code: string) {
    super(message)
    this.name = 'DigitalPostDown'
    this.code = code
  }
}

const MOST_BYTES = 1_000_000

/** Asks over connections that are kept for a while and show our certificate. @throws DigitalPostDown */
export function httpOver({ tls, timeoutMs }: DigitalPostConnection): Http {
  const options = { keepAlive: true, maxSockets: 4 }
  const secured = new HttpsAgent({
    ...options,
    minVersion: 'TLSv1.2',
    ...(tls ? { cert: tls.certificate, key: tls.key, ...(tls.ca === null ? {} : { ca: tls.ca }) } : {}),
  })
  const plain = new HttpAgent(options)
  return {
    async ask(call) {
      try {
        return await once(call, timeoutMs, { secured, plain })
      } catch (fault) {
        // A kept connection may have been closed just as we wrote on it; the service knows a message it has had before.
        if (!['ECONNRESET', 'EPIPE'].includes(codeOf(fault))) throw downBy(fault)
      }
      try {
        return await once(call, timeoutMs, { secured, plain })
      } catch (fault) {
        throw downBy(fault)
      }
    },
    close() {
      secured.destroy()
      plain.destroy()
    },
  }
}

function once(
  { method, url, headers, body }: HttpCall,
  timeoutMs: number,
  agents: { secured: HttpsAgent; plain: HttpAgent },
): Promise<HttpAnswer> {
  const bytes = body === undefined ? undefined : Buffer.from(body, 'utf8')
  const options = {
    method,
    headers: {
      ...headers,
      'accept-encoding': 'identity',
      ...(bytes ? { 'content-length': String(bytes.length) } : {}),
    },
    signal: AbortSignal.timeout(timeoutMs),
  }
  return new Promise((resolve, reject) => {
    const receive = (response: IncomingMessage) => {
      textOf(response)
        .then((text) => resolve({ status: response.statusCode ?? 0, text }))
        .catch(reject)
    }
    const request =
      url.protocol === 'https:'
        ? tlsRequest(url, { ...options, agent: agents.secured }, receive)
        : plainRequest(url, { ...options, agent: agents.plain }, receive)
    request.once('error', reject)
    request.end(bytes)
  })
}

async function textOf(response: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of response as AsyncIterable<Buffer>) {
    length += part.length
    // Leaving the loop closes the connection.
    if (length > MOST_BYTES)
      throw new DigitalPostDown('Digital Post answers more than any answer should be.', 'too-long')
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

function codeOf(fault: unknown): string {
  return fault instanceof Error && 'code' in fault && typeof fault.code === 'string' ? fault.code : ''
}

function downBy(fault: unknown): DigitalPostDown {
  if (fault instanceof DigitalPostDown) return fault
  const code = codeOf(fault)
  if (code === 'ABORT_ERR' || (fault instanceof Error && fault.name === 'TimeoutError')) {
    return new DigitalPostDown('Digital Post did not answer in time.', 'no-answer')
  }
  return new DigitalPostDown('Digital Post cannot be reached.', code || 'unreachable')
}
