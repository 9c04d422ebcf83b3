import { randomBytes, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { z } from 'zod'
import { type Clock, realClock } from '#core'
import { type SmsConfig, sizeOf } from '#sms'
import { inboxPage } from './sms-inbox.ts'

/** A message the gateway has taken, as the telephone shows it. */
export interface SimulatedSms {
  /** The user whose account it was paid from. */
  readonly user: string
  readonly to: string
  readonly from: string
  readonly message: string
  readonly reference: string | null
  readonly segments: number
  readonly at: Temporal.Instant
  /** As the gateway's reports have it: 0 nothing yet, 1 delivered, 2 failed, 3 buffered, 4 given up. */
  status: 0 | 1 | 2 | 3 | 4
}

/** A gateway's answer that is not what was asked for. */
export type SmsTrouble =
  | { readonly kind: 'answer'; readonly status: number; readonly body: string }
  /** Cut off before the message was taken, or after. */
  | { readonly kind: 'cut'; readonly taken: boolean }

/** CPSMS for development and tests, on this machine only: what it takes it shows, and sends nowhere. */
export interface SmsGateway {
  /** The page with all telephones. */
  readonly inboxUrl: string
  /** How each of these libraries sends. Each has an account of its own. */
  config(agencies: readonly string[]): SmsConfig
  readonly inbox: readonly SimulatedSms[]
  /** Requests there were, as `POST /v2/send`. */
  readonly asked: readonly string[]
  /** How many reports our side answered with something else than 2xx. */
  readonly reportsRefused: number
  /** What becomes of messages to this number: 2 no such telephone, 3 switched off. 1 unless told. */
  setTelephone(number: string, status: 1 | 2 | 3 | 4): void
  /** Tells of a message anew, as when a telephone is switched on. */
  report(reference: string, status: 1 | 2 | 3 | 4): Promise<number | undefined>
  /** All reports under way have been answered. */
  reported(): Promise<void>
  setCredit(left: number): void
  troubleNext(trouble: SmsTrouble): void
  close(): Promise<void>
}

export interface SmsGatewayOptions {
  readonly port?: number
  readonly clock?: Clock
  /** By which method it reports; the gateway's documentation says POST, with all it says in the address. */
  readonly reportBy?: 'GET' | 'POST'
}

export async function startSmsGateway(options: SmsGatewayOptions = {}): Promise<SmsGateway> {
  const gateway = new SimulatedGateway(options)
  const server = createServer((request, response) => {
    gateway.answer(request, response).catch(() => request.socket.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, '127.0.0.1', () => resolve())
  })
  gateway.inboxUrl = `http://127.0.0.1:${(server.address() as AddressInfo).port}/`
  gateway.onClose = async () => {
    server.closeAllConnections()
    await new Promise<void>((resolve) => server.close(() => resolve()))
  }
  return gateway
}

const MOST_BYTES = 1024 * 1024
const LOG_PAUSE = { minutes: 2 }

const sendFields = z.object({
  to: z.union([z.string(), z.array(z.string())]),
  message: z.string().min(1).max(1530),
  from: z.union([z.string().regex(/^\d{1,20}$/), z.string().min(1).max(11)]).default('CPSMS'),
  encoding: z.enum(['UTF-8', 'ISO-8859-1']).optional(),
  timestamp: z.number().optional(),
  flash: z.union([z.literal(0), z.literal(1)]).optional(),
  dlr_url: z.url({ protocol: /^https?$/ }).optional(),
  reference: z.string().max(32).optional(),
})

/** Digits in a whole number by country code; of other countries from 7 to 15. */
const LENGTHS: Readonly<Record<string, number>> = { '45': 10, '46': 11, '47': 10, '298': 9, '299': 9 }

class SimulatedGateway implements SmsGateway {
  inboxUrl = ''
  reportsRefused = 0
  readonly inbox: SimulatedSms[] = []
  readonly asked: string[] = []
  onClose: () => Promise<void> = async () => {}
  readonly #clock: Clock
  readonly #reportBy: 'GET' | 'POST'
  readonly #keys = new Map<string, string>()
  readonly #telephones = new Map<string, 1 | 2 | 3 | 4>()
  readonly #reportTo = new Map<SimulatedSms, string>()
  readonly #underWay = new Set<Promise<unknown>>()
  readonly #logAskedAt = new Map<string, Temporal.Instant>()
  readonly #troubles: SmsTrouble[] = []
  #credit = Number.POSITIVE_INFINITY

  constructor({ clock = realClock, reportBy = 'POST' }: SmsGatewayOptions) {
    this.#clock = clock
    this.#reportBy = reportBy
  }

  config(agencies: readonly string[]): SmsConfig {
    const account = (agency: string) => {
      const key = this.#keys.get(agency) ?? randomBytes(18).toString('base64url')
      this.#keys.set(agency, key)
      return { url: new URL('/v2', this.inboxUrl).href, user: agency, key, from: null }
    }
    return { agencies: new Map(agencies.map((agency) => [agency, account(agency)])) }
  }

  setTelephone(number: string, status: 1 | 2 | 3 | 4): void {
    this.#telephones.set(number, status)
  }

  setCredit(left: number): void {
    this.#credit = left
  }

  troubleNext(trouble: SmsTrouble): void {
    this.#troubles.push(trouble)
  }

  async report(reference: string, status: 1 | 2 | 3 | 4): Promise<number | undefined> {
    const sms = this.inbox.findLast((one) => one.reference === reference)
    return sms && (await this.#report(sms, status))
  }

  async reported(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay)
  }

  async close(): Promise<void> {
    await this.reported()
    await this.onClose()
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const { pathname, searchParams } = new URL(request.url ?? '/', this.inboxUrl)
    this.asked.push(`${request.method} ${pathname}`)
    if (request.method === 'GET' && pathname === '/') {
      return void response
        .setHeader('content-type', 'text/html; charset=utf-8')
        .end(inboxPage(this.inbox, searchParams.get('language') === 'en' ? 'en' : 'da'))
    }
    const user = this.#userOf(request)
    if (user === undefined) {
      response.setHeader('www-authenticate', 'Basic realm="CPSMS"')
      return sendJson(response, 401, single(401, 'Unauthorized'))
    }
    const trouble = this.#troubles.shift()
    if (trouble?.kind === 'answer') return void response.writeHead(trouble.status).end(trouble.body)
    if (trouble && !trouble.taken) return void request.socket.destroy()
    const [status, body] = await this.#handle(request, pathname, user)
    if (trouble) return void request.socket.destroy()
    sendJson(response, status, body)
  }

  async #handle(request: IncomingMessage, pathname: string, user: string): Promise<[number, unknown]> {
    if (request.method === 'POST' && pathname === '/v2/send') return this.#send(user, await bodyOf(request))
    const [, from, to] = /^\/v2\/getlog(?:\/(\d+)\/(\d+))?$/.exec(pathname) ?? []
    if (request.method === 'GET' && pathname.startsWith('/v2/getlog')) return this.#log(user, from, to)
    return [404, single(404, 'Not Found')]
  }

  #send(user: string, body: string): [number, unknown] {
    const read = sendFields.safeParse(jsonIn(body))
    if (!read.success) {
      const [issue] = read.error.issues
      return [400, single(400, `Parameter "${issue?.path.join('.') ?? ''}" is not valid.`)]
    }
    const { to, message, from, dlr_url: reportTo, reference } = read.data
    const success: { to: string; cost: number }[] = []
    const error: { errorCode: number; errMsg: string; to: string }[] = []
    for (const number of [to].flat()) {
      const fault = faultOf(number)
      if (fault) error.push({ errorCode: 400, errMsg: fault, to: number })
      else {
        const { segments } = sizeOf(message)
        if (segments > this.#credit) return [402, single(402, 'You do not have enough SMS points.')]
        this.#credit -= segments
        success.push({ to: number, cost: segments })
        this.#take({ user, to: number, from, message, reference: reference ?? null, segments }, reportTo)
      }
    }
    if (error.length === 0) return [200, { success }]
    return success.length === 0 ? [400, { error }] : [207, { success, error }]
  }

  #take(sms: Omit<SimulatedSms, 'at' | 'status'>, reportTo: string | undefined): void {
    const taken: SimulatedSms = { ...sms, at: this.#clock.now(), status: 0 }
    this.inbox.push(taken)
    if (reportTo === undefined) return
    this.#reportTo.set(taken, reportTo)
    // Not before the answer: a report may come at once, but never first.
    const reporting = new Promise((resolve) => setImmediate(resolve)).then(() =>
      this.#report(taken, this.#telephones.get(taken.to) ?? 1),
    )
    this.#underWay.add(reporting)
    reporting.finally(() => this.#underWay.delete(reporting))
  }

  async #report(sms: SimulatedSms, status: 1 | 2 | 3 | 4): Promise<number | undefined> {
    sms.status = status
    const reportTo = this.#reportTo.get(sms)
    if (reportTo === undefined) return undefined
    const address = new URL(reportTo)
    address.searchParams.append('status', String(status))
    address.searchParams.append('receiver', sms.to)
    const answered = await fetch(address, { method: this.#reportBy, signal: AbortSignal.timeout(5_000) })
      .then(async (answer) => {
        await answer.arrayBuffer()
        return answer.status
      })
      .catch(() => undefined)
    if (answered === undefined || answered >= 300) this.reportsRefused++
    return answered
  }

  #log(user: string, from: string | undefined, to: string | undefined): [number, unknown] {
    const now = this.#clock.now()
    const last = this.#logAskedAt.get(user)
    if (last && Temporal.Instant.compare(last.add(LOG_PAUSE), now) > 0) {
      return [406, single(406, 'This request is restricted to 1 request every 2 minutes.')]
    }
    this.#logAskedAt.set(user, now)
    const seconds = (sms: SimulatedSms) => Math.floor(sms.at.epochMilliseconds / 1000)
    const rows = this.inbox.filter(
      (sms) => sms.user === user && Number(from ?? 0) <= seconds(sms) && seconds(sms) <= Number(to ?? Infinity),
    )
    if (rows.length === 0) return [409, single(409, 'Nothing to return.')]
    return [
      200,
      rows.map((sms) => ({
        to: sms.to,
        from: sms.from,
        pointPrice: sms.segments,
        userReference: sms.reference,
        dlrStatus: sms.status,
        dlrStatusText: sms.status === 1 ? 'Received' : '',
        timeSent: seconds(sms),
      })),
    ]
  }

  #userOf(request: IncomingMessage): string | undefined {
    const [, given = ''] = /^Basic +([A-Za-z0-9+/=]+)$/i.exec(request.headers.authorization ?? '') ?? []
    const [user = '', ...rest] = Buffer.from(given, 'base64').toString('utf8').split(':')
    const right = Buffer.from(this.#keys.get(user) ?? '')
    const shown = Buffer.from(rest.join(':'))
    return right.length > 0 && right.length === shown.length && timingSafeEqual(right, shown) ? user : undefined
  }
}

function faultOf(number: string): string | undefined {
  if (!/^\d+$/.test(number)) return 'Phone number should be specified as a number.'
  const [, length] = Object.entries(LENGTHS).find(([code]) => number.startsWith(code)) ?? []
  const fits = length === undefined ? number.length >= 7 && number.length <= 15 : number.length === length
  return fits ? undefined : 'Phone number length and country code do not match.'
}

function single(code: number, message: string): unknown {
  return { error: { code, message } }
}

function sendJson(response: ServerResponse, status: number, body: unknown): void {
  response.writeHead(status, { 'content-type': 'application/json; charset=utf-8' }).end(JSON.stringify(body))
}

async function bodyOf(request: IncomingMessage): Promise<string> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length
    if (length > MOST_BYTES) throw new RangeError('the request is too long')
    parts.push(part)
  }
  return Buffer.concat(parts).toString('utf8')
}

function jsonIn(body: string): unknown {
  try {
    return JSON.parse(body)
  } catch {
    return undefined
  }
}
