import { timingSafeEqual } from 'node:crypto'
import { once } from 'node:events'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { z } from 'zod'
import { padOf } from './pad.ts'
import type { Reader } from './readers.ts'
import { AFI } from './tag.ts'
import { CLOSE, type Peer, takeUp, turnAway } from './web-socket.ts'

export interface BridgeOptions {
  readonly reader: Reader
  /** Kvit's own address, such as `https://kvit.example.dk`: no other page may speak to the pad. */
  readonly origin: string
  /** What a browser must say first; typed once at the desk. */
  readonly token: string
  readonly port: number
}

export interface Bridge {
  readonly port: number
  close(): Promise<void>
}

const heard = z.discriminatedUnion('type', [
  z.object({ type: z.literal('hello'), token: z.string().max(100) }),
  z.object({
    type: z.literal('security'),
    request: z.number().int(),
    item: z.string().min(1).max(64),
    on: z.boolean(),
  }),
])
type Heard = z.infer<typeof heard>

const VERSION = 1

/**
 * Lets Kvit's page in the browser of this machine use the pad of this machine. Listens on 127.0.0.1 only; a page of
 * another origin, a name that was made to point here, and whoever does not know the token are turned away. The bridge
 * decides nothing: it sets the security bit when the page, which has the server's yes, says so.
 */
export async function startBridge({ reader, origin, token, port }: BridgeOptions): Promise<Bridge> {
  const server = createServer((_request, response) => response.writeHead(404).end())
  const peers = new Set<Peer>()
  server.on('upgrade', (request, socket, head) => {
    if (!isAllowed(request, origin, portOf(server.address()))) return turnAway(socket, 403)
    let isPaired = false
    let stopWatching = () => {}
    const say = (message: object) => peer?.send(JSON.stringify(message))
    const tellPad = () => say({ type: 'pad', ...padOf(reader.tags()) })
    const peer = takeUp(request, socket, head, {
      closed() {
        stopWatching()
        if (peer) peers.delete(peer)
      },
      text(text) {
        const message = heardIn(text)
        if (!message) return peer?.close(CLOSE.unsupported)
        if (message.type === 'hello') {
          if (isPaired) return
          if (!isSame(message.token, token)) {
            say({ type: 'refused', reason: 'token' })
            return peer?.close(CLOSE.policy)
          }
          isPaired = true
          say({ type: 'ready', version: VERSION, reader: reader.name })
          stopWatching = reader.onChange(tellPad)
          return tellPad()
        }
        if (!isPaired) return peer?.close(CLOSE.policy)
        void setSecurity(reader, message).then((result) => say({ type: 'security', ...result }))
      },
    })
    if (peer) peers.add(peer)
  })
  server.listen(port, '127.0.0.1')
  await once(server, 'listening')
  return {
    port: portOf(server.address()),
    async close() {
      for (const peer of peers) peer.close(CLOSE.done)
      reader.close()
      server.close()
      await once(server, 'close')
    },
  }
}

/** All tags of the item or none is a success: with one forgotten the gate sounds, or does not where it should. */
async function setSecurity(reader: Reader, wish: Extract<Heard, { type: 'security' }>): Promise<object> {
  const { request, item, on } = wish
  const found = padOf(reader.tags()).items.find((each) => each.item === item)
  if (!found) return { request, item, on, done: false, reason: 'gone' }
  const written: boolean[] = []
  for (const uid of found.uids) written.push(await reader.setAfi(uid, on ? AFI.inHouse : AFI.checkedOut))
  const done = written.every(Boolean)
  return { request, item, on, done, ...(done ? {} : { reason: 'not-written' }) }
}

/** The origin is what the browser says of the page; the host shows that no foreign name was made to mean this machine. */
function isAllowed({ headers }: IncomingMessage, origin: string, port: number): boolean {
  return headers.origin === origin && (headers.host === `127.0.0.1:${port}` || headers.host === `localhost:${port}`)
}

function heardIn(text: string): Heard | undefined {
  try {
    return heard.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

function isSame(given: string, token: string): boolean {
  const [a, b] = [Buffer.from(given), Buffer.from(token)]
  return a.length === b.length && timingSafeEqual(a, b)
}

function portOf(address: AddressInfo | string | null): number {
  return typeof address === 'object' && address ? address.port : 0
}
