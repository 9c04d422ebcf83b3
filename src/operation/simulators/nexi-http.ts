import { randomBytes } from 'node:crypto'
import type { IncomingMessage, ServerResponse } from 'node:http'

const MOST_BYTES = 256 * 1024

export function troubled(
  request: IncomingMessage,
  response: ServerResponse,
  { status }: { readonly status?: number },
): void {
  if (status === undefined) request.socket.destroy()
  else sendJson(response, status, {})
}

export function token(): string {
  return randomBytes(16).toString('hex')
}

export function sendJson(response: ServerResponse, status: number, body?: unknown): void {
  response
    .writeHead(status, { 'content-type': 'application/json; charset=utf-8' })
    .end(body === undefined ? undefined : JSON.stringify(body))
}

export async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length
    if (length > MOST_BYTES) throw new RangeError('the request is too long')
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

export function jsonIn(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
