import { createHash } from 'node:crypto'
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'

/*
 * As much of RFC 6455 as a browser on the same machine needs of a server: short texts, one frame each, and the
 * control frames. A library would bring compression, fragments and a client; the program runs on a desk's own machine,
 * where each thing less is one less to keep up to date.
 */

const GUID = '258EAFA5-E914-47DA-95CA-C5AB0DC85B11'
const MOST_BYTES = 64 * 1024
const OPCODE = { text: 1, close: 8, ping: 9, pong: 10 } as const

/** Why a conversation is ended, as the standard numbers it. */
export const CLOSE = { done: 1000, protocol: 1002, unsupported: 1003, policy: 1008, tooLarge: 1009 } as const

export interface Peer {
  send(text: string): void
  close(code: number): void
}

export interface Hearing {
  text(text: string): void
  closed(): void
}

/** Takes the call up; undefined, and the caller turned away, when it is no WebSocket of the version there is. */
export function takeUp(request: IncomingMessage, socket: Duplex, head: Buffer, hearing: Hearing): Peer | undefined {
  const key = request.headers['sec-websocket-key']
  if (request.headers.upgrade?.toLowerCase() !== 'websocket' || !key || !isThirteen(request)) {
    turnAway(socket, 400)
    return undefined
  }
  const accepted = createHash('sha1').update(`${key}${GUID}`).digest('base64')
  socket.write(
    `HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Accept: ${accepted}\r\n\r\n`,
  )
  return converse(socket, head, hearing)
}

/** Answers a call that is not taken up. */
export function turnAway(socket: Duplex, status: 400 | 403): void {
  socket.end(
    `HTTP/1.1 ${status} ${status === 403 ? 'Forbidden' : 'Bad Request'}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`,
  )
}

function isThirteen(request: IncomingMessage): boolean {
  return request.headers['sec-websocket-version'] === '13'
}

function converse(socket: Duplex, head: Buffer, hearing: Hearing): Peer {
  let waiting = Buffer.from(head)
  let isOpen = true
  const peer: Peer = {
    send(text) {
      if (isOpen) socket.write(frame(OPCODE.text, Buffer.from(text)))
    },
    close(code) {
      if (!isOpen) return
      isOpen = false
      const reason = Buffer.alloc(2)
      reason.writeUInt16BE(code)
      socket.end(frame(OPCODE.close, reason))
    },
  }

  function take(): void {
    for (let next = nextFrame(waiting); isOpen && next !== undefined; next = nextFrame(waiting)) {
      if ('fault' in next) {
        peer.close(next.fault)
        return
      }
      waiting = waiting.subarray(next.length)
      if (next.opcode === OPCODE.text) hearing.text(next.payload.toString('utf8'))
      else if (next.opcode === OPCODE.ping) socket.write(frame(OPCODE.pong, next.payload))
      else if (next.opcode === OPCODE.close) peer.close(CLOSE.done)
      else if (next.opcode !== OPCODE.pong) peer.close(CLOSE.unsupported)
    }
  }

  socket.on('data', (bytes: Buffer) => {
    waiting = Buffer.concat([waiting, bytes])
    take()
  })
  socket.on('error', () => socket.destroy())
  socket.once('close', () => {
    isOpen = false
    hearing.closed()
  })
  take()
  return peer
}

type Frame = { readonly opcode: number; readonly payload: Buffer; readonly length: number } | { readonly fault: number }

/** The first frame of what has come; undefined while it is not whole. */
function nextFrame(bytes: Buffer): Frame | undefined {
  if (bytes.length < 2) return undefined
  const [first, second] = [bytes.readUInt8(0), bytes.readUInt8(1)]
  // A client must mask what it says, and what we are told is never so long that it comes in parts.
  if ((second & 0x80) === 0) return { fault: CLOSE.protocol }
  if ((first & 0xf0) !== 0x80) return { fault: CLOSE.unsupported }
  const short = second & 0x7f
  if (short === 127) return { fault: CLOSE.tooLarge }
  const at = short === 126 ? 4 : 2
  if (bytes.length < at + 4) return undefined
  const size = short === 126 ? bytes.readUInt16BE(2) : short
  if (size > MOST_BYTES) return { fault: CLOSE.tooLarge }
  const length = at + 4 + size
  if (bytes.length < length) return undefined
  const mask = bytes.subarray(at, at + 4)
  const payload = Buffer.from(bytes.subarray(at + 4, length).map((byte, index) => byte ^ (mask[index % 4] ?? 0)))
  return { opcode: first & 0x0f, payload, length }
}

function frame(opcode: number, payload: Buffer): Buffer {
  if (payload.length >= 0x10000) throw new Error('a message is too long for one frame')
  if (payload.length < 126) return Buffer.concat([Buffer.from([0x80 | opcode, payload.length]), payload])
  const head = Buffer.from([0x80 | opcode, 126, 0, 0])
  head.writeUInt16BE(payload.length, 2)
  return Buffer.concat([head, payload])
}
