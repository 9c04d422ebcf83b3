import { randomBytes, randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { createServer as createTlsServer } from 'node:https'
import type { AddressInfo } from 'node:net'
import { type Clock, realClock } from '#core'
import type { DigitalPostConfig } from '#digital-post'
import { readCpr } from '#patrons'
import { invented } from './cpr-service-citizens.ts'
import { MemoFault, type ReceivedMemo, readKombiRequest } from './digital-post-memo.ts'
import { postPage } from './digital-post-page.ts'

/** A message as it lies in somebody's box. */
export interface DeliveredPost extends ReceivedMemo {
  readonly receivedAt: Temporal.Instant
  /** How often it was sent: Digital Post takes it once all the same. */
  readonly times: number
}

/** KOMBIT's SF1601 with the token service before it, and the box of everybody it knows. */
export interface DigitalPostSimulator {
  readonly url: string
  /** How each of these libraries sends, all on behalf of one municipality. */
  config(agencies: readonly string[]): DigitalPostConfig
  /** From now on they have a box. */
  register(...cprs: readonly string[]): void
  /** They have been exempted. */
  exempt(...cprs: readonly string[]): void
  readonly delivered: readonly DeliveredPost[]
  /** What has been asked, in order; nothing about whom. */
  readonly asked: readonly string[]
  /** The receipt of a message, in the envelope of the message broker. */
  receipt(uuid: string, state: 'received' | 'delivered' | 'failed', code?: string): string
  /** Given instead of the next answers to sending. */
  answerNext(...answers: readonly { readonly status: number; readonly body?: string }[]): void
  /** Takes the next messages and cuts the connection before it says so. */
  cutNext(times: number): void
  /** Takes back all tokens that were given. */
  endTokens(): void
  goDown(): void
  comeUp(): void
  close(): Promise<void>
}

export interface DigitalPostSimulatorOptions {
  readonly port?: number
  /** Who has a box: these replacement numbers, or everybody who has one. */
  readonly registered?: readonly string[] | 'everybody'
  readonly clock?: Clock
  /** Answers over TLS, only to whom `ca` has given a certificate. */
  readonly tls?: { readonly certificate: string; readonly key: string; readonly ca: string }
}

const CVR = '12345678'
const TOKENS_PATH = '/runtime/api/rest/wstrust/v1/issue'
const ACCESS_PATH = '/service/AccessTokenService_1/token'
const INQUIRY_PATH = '/service/PostForespoerg_1/digitalpost'
const SENDING_PATH = '/service/KombiPostAfsend_1/memos'
const ENTITIES = {
  inquiry: 'http://entityid.kombit.dk/service/postforespoerg/1',
  sending: 'http://entityid.kombit.dk/service/kombipostafsend/1',
}
const STATES = { received: 'Modtaget Digital Post', delivered: 'Afleveret Digital Post', failed: 'Fejlet' }
const TOKEN_SECONDS = 3600
const MOST_BYTES = 140_000_000

/** Digital Post for development and tests, on this machine only, for people who do not exist. */
export async function startDigitalPostSimulator(
  options: DigitalPostSimulatorOptions = {},
): Promise<DigitalPostSimulator> {
  const post = new SimulatedDigitalPost(options)
  const answer = (request: IncomingMessage, response: ServerResponse) => {
    post.answer(request, response).catch(() => request.socket.destroy())
  }
  const { tls } = options
  const server: Server = tls
    ? createTlsServer({ cert: tls.certificate, key: tls.key, ca: tls.ca, requestCert: true }, answer)
    : createServer(answer)
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, '127.0.0.1', () => resolve())
  })
  post.url = `${tls ? 'https' : 'http'}://127.0.0.1:${(server.address() as AddressInfo).port}`
  post.onClose = async () => {
    server.closeAllConnections()
    await new Promise<void>((resolve) => server.close(() => resolve()))
  }
  return post
}

/** What becomes an answer other than 200. */
class Refused extends Error {
  readonly status: number

  constructor(status: number, message: string) {
    super(message)
    this.status = status
  }
}

class SimulatedDigitalPost implements DigitalPostSimulator {
  url = ''
  onClose: () => Promise<void> = async () => {}
  readonly asked: string[] = []
  #up = true
  #cuts = 0
  #answers: { readonly status: number; readonly body?: string }[] = []
  readonly #everybody: boolean
  readonly #clock: Clock
  readonly #registered = new Set<string>()
  readonly #exempt = new Set<string>()
  /** By the entity they are for. */
  readonly #assertions = new Map<string, string>()
  readonly #tokens = new Map<string, string>()
  readonly #boxes = new Map<string, DeliveredPost>()

  constructor({ registered = [], clock = realClock }: DigitalPostSimulatorOptions) {
    this.#clock = clock
    this.#everybody = registered === 'everybody'
    if (registered !== 'everybody') this.register(...registered)
  }

  config(agencies: readonly string[]): DigitalPostConfig {
    const connection = {
      url: this.url,
      tokens: this.url + TOKENS_PATH,
      cvr: CVR,
      senderLabel: null,
      tls: null,
      testNumbers: true,
      receiptsSecret: null,
      timeoutMs: 10_000,
    }
    return { agencies: new Map(agencies.map((agency) => [agency, connection])) }
  }

  register(...cprs: readonly string[]): void {
    for (const cpr of cprs) {
      this.#registered.add(invented(cpr).digits)
      this.#exempt.delete(cpr)
    }
  }

  exempt(...cprs: readonly string[]): void {
    for (const cpr of cprs) {
      this.#registered.delete(invented(cpr).digits)
      this.#exempt.add(cpr)
    }
  }

  get delivered(): readonly DeliveredPost[] {
    return [...this.#boxes.values()]
  }

  receipt(uuid: string, state: 'received' | 'delivered' | 'failed', code?: string): string {
    const details =
      code === undefined ? '<p:FejlDetaljer/>' : `<p:FejlDetaljer><p:FejlKode>${code}</p:FejlKode></p:FejlDetaljer>`
    const at = this.#clock.now().toString({ smallestUnit: 'second' })
    const status = `<?xml version="1.0" encoding="UTF-8"?><p:PKO_PostStatus xmlns:p="http://serviceplatformen.dk/xml/print/PKO_PostStatus/1/types"><p:TransmissionId>${randomUUID()}</p:TransmissionId><p:MessageUUID>${uuid}</p:MessageUUID><p:KanalKode>Digital Post</p:KanalKode><p:TransaktionsDatoTid>${at}</p:TransaktionsDatoTid><p:TransaktionsStatusKode>${STATES[state]}</p:TransaktionsStatusKode><p:CorrelationId>${randomUUID()}</p:CorrelationId>${details}</p:PKO_PostStatus>`
    const content = Buffer.from(status, 'utf8').toString('base64')
    return `<?xml version="1.0" encoding="UTF-8"?><ModtagBeskedInput xmlns="urn:oio:sts:1.0.0"><k:Haendelsesbesked xmlns:k="urn:oio:besked:kuvert:1.0"><k:BeskedId><k:UUIDIdentifikator>${randomUUID()}</k:UUIDIdentifikator></k:BeskedId><k:Beskeddata><k:Base64>${content}</k:Base64></k:Beskeddata></k:Haendelsesbesked></ModtagBeskedInput>`
  }

  answerNext(...answers: readonly { readonly status: number; readonly body?: string }[]): void {
    this.#answers.push(...answers)
  }

  cutNext(times: number): void {
    this.#cuts = times
  }

  endTokens(): void {
    this.#tokens.clear()
  }

  goDown(): void {
    this.#up = false
  }

  comeUp(): void {
    this.#up = true
  }

  async close(): Promise<void> {
    await this.onClose()
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    if (!this.#up) {
      request.socket.destroy()
      return
    }
    const url = new URL(request.url ?? '/', this.url)
    const body = await bodyOf(request)
    const say = (status: number, type: string, text: string) => {
      response.writeHead(status, { 'content-type': type })
      response.end(text)
    }
    try {
      switch (`${request.method} ${url.pathname}`) {
        case 'GET /':
          return say(
            200,
            'text/html; charset=utf-8',
            postPage(this.delivered, url.searchParams.get('language') === 'en' ? 'en' : 'da'),
          )
        case `POST ${TOKENS_PATH}`:
          return say(200, 'application/json', this.#assertion(body))
        case `POST ${ACCESS_PATH}`:
          return say(200, 'application/json', this.#accessToken(body))
        case `GET ${INQUIRY_PATH}`:
          return say(200, 'application/json', this.#inquiry(request, url))
        case `POST ${SENDING_PATH}`: {
          const next = this.#answers.shift()
          if (next) return say(next.status, 'application/xml', next.body ?? '')
          const text = this.#take(request, body)
          if (this.#cuts === 0) return say(200, 'application/xml', text)
          this.#cuts--
          request.socket.destroy()
          return
        }
        default:
          throw new Refused(404, 'there is nothing here')
      }
    } catch (fault) {
      if (fault instanceof MemoFault) return say(400, 'application/xml', responseXml(false, fault.message))
      if (!(fault instanceof Refused)) throw fault
      say(fault.status, 'application/xml', responseXml(false, fault.message))
    }
  }

  /** WS-Trust as JSON: who asks for which municipality, and for which service. */
  #assertion(body: string): string {
    this.asked.push('assertion')
    const { TokenType, RequestType, KeyType, AnvenderKontekst, UseKey, AppliesTo } = JSON.parse(body)
    const entity = AppliesTo?.EndpointReference?.Address
    const known = Object.values(ENTITIES).includes(entity)
    const complete =
      [TokenType, RequestType, KeyType].every((each) => typeof each === 'string') && typeof UseKey === 'string'
    if (!known || !complete || AnvenderKontekst?.Cvr !== CVR) throw new Refused(400, 'the request for a token is wrong')
    const assertion = randomBytes(24).toString('base64')
    this.#assertions.set(assertion, entity)
    return JSON.stringify({ RequestedSecurityToken: { Assertion: assertion }, Lifetime: '' })
  }

  #accessToken(body: string): string {
    this.asked.push('token')
    const entity = this.#assertions.get(new URLSearchParams(body).get('saml-token') ?? '')
    if (entity === undefined) throw new Refused(401, 'the assertion is not known')
    const token = randomBytes(24).toString('base64url')
    this.#tokens.set(`Holder-of-key ${token}`, entity)
    return JSON.stringify({ token_type: 'Holder-of-key', access_token: token, expires_in: TOKEN_SECONDS })
  }

  #inquiry(request: IncomingMessage, url: URL): string {
    this.asked.push('inquiry')
    this.#admit(request, ENTITIES.inquiry)
    const cpr = url.searchParams.get('cprNumber') ?? ''
    if (!/^\d{10}$/.test(cpr)) throw new Refused(400, 'cprNumber has ten digits')
    return JSON.stringify({ result: this.#hasBox(cpr) })
  }

  #take(request: IncomingMessage, body: string): string {
    this.asked.push('sending')
    this.#admit(request, ENTITIES.sending)
    if (!/^application\/xml\b/.test(request.headers['content-type'] ?? '')) {
      throw new Refused(415, 'the content is not application/xml')
    }
    const memo = readKombiRequest(body)
    if (memo.sender.cvr !== CVR) throw new MemoFault('the sender is not the municipality the token is for')
    const before = this.#boxes.get(memo.uuid)
    if (before) {
      this.#boxes.set(memo.uuid, { ...before, times: before.times + 1 })
      throw new Refused(400, 'a message with this messageUUID already exists')
    }
    if (!this.#hasBox(memo.cpr)) throw new MemoFault('the recipient is not registered for Digital Post')
    this.#boxes.set(memo.uuid, { ...memo, receivedAt: this.#clock.now(), times: 1 })
    return responseXml(true, 'Received')
  }

  #admit({ headers }: IncomingMessage, entity: string): void {
    if (this.#tokens.get(headers.authorization ?? '') !== entity) throw new Refused(401, 'the token is not for this')
    const transaction = headers['x-transaktionsid']
    if (typeof transaction !== 'string' || !/^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(transaction)) {
      throw new Refused(400, 'X-TransaktionsId is no UUID')
    }
    const time = headers['x-transaktionstid']
    if (typeof time !== 'string' || !/^\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d+)?Z$/.test(time)) {
      throw new Refused(400, 'X-TransaktionsTid is no time')
    }
  }

  #hasBox(cpr: string): boolean {
    if (this.#exempt.has(cpr)) return false
    // Whoever could exist has no box here, whatever they have elsewhere.
    return this.#registered.has(cpr) || (this.#everybody && readCpr(cpr)?.replacement === true)
  }
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

function responseXml(result: boolean, text: string): string {
  const said = text.replaceAll('&', '&amp;').replaceAll('<', '&lt;')
  return `<?xml version="1.0" encoding="UTF-8"?><kombi_response><Result>${result}</Result>${result ? `<TransmissionID>${randomUUID()}</TransmissionID>` : ''}<HovedoplysningerSvarREST><SvarReaktion><Advis><AdvisId>1</AdvisId><AdvisTekst>${said}</AdvisTekst></Advis></SvarReaktion></HovedoplysningerSvarREST></kombi_response>`
}
