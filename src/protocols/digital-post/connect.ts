import { createHash } from 'node:crypto'
import { z } from 'zod'
import { ageOn, type Clock, dayOf, type MessageId, type PatronId, realClock } from '#core'
import { OperatorProblem } from '#db'
import { GoesByAnother, idempotent, RefusedByChannel, type Sender, type WaitingMessage } from '#messages'
import { readCpr } from '#patrons'
import { connectionFaults, type DigitalPostConfig, type DigitalPostConnection } from './config.ts'
import { DigitalPostDown, type Http, type HttpAnswer, httpOver } from './http.ts'
import { kombiRequest, MemoTooLarge, memoOf, memoUuid, writtenAt } from './memo.ts'
import { jsonIn, type Service, type Tokens, tokensOver } from './tokens.ts'
import { readXml } from './xml.ts'

/** Whom a message is for in Digital Post: the patron, or their guardian where the library's rules say so. */
export interface DigitalPostRecipient {
  readonly cpr: string
  readonly name?: string
}

/** Whose Digital Post it is, and what the rooms above know about a message. */
export interface DigitalPostFrom {
  readonly agency: string
  /** What the library calls itself. */
  readonly title: string
  /** Who answers for it; undefined when no CPR number is known. */
  readonly recipientOf: (patron: PatronId, kind: string) => Promise<DigitalPostRecipient | undefined>
  /** Where what a message is about can be paid, for those that ask for money. */
  readonly paymentUrlOf?: (message: WaitingMessage) => string | undefined
  /** Whether a message pursues a claim of the authority, so that nobody can decline it. */
  readonly isMandatory?: (kind: string) => boolean
}

export interface DigitalPost {
  /** Undefined for a library that has no connection. */
  sender(from: DigitalPostFrom): Sender | undefined
  close(): void
}

/** Nobody younger has a digital letter box (lov om Digital Post, § 3). */
const YOUNGEST = 15
const INQUIRY_PATH = '/service/PostForespoerg_1/digitalpost'
const SENDING_PATH = '/service/KombiPostAfsend_1/memos'

const NOTIFICATIONS = {
  da: (title: string) => `Du har fået Digital Post fra ${title}.`,
  en: (title: string) => `You have Digital Post from ${title}.`,
} as const

/**
 * Digital Post through KOMBIT's SF1601. What it can promise: each message carries its own id as `messageUUID`, under
 * which Digital Post takes a message once, so one whose sending was cut off is sent again with the same bytes, the same
 * transaction and the same UUID; when the service answers that it has had that UUID, the message counts as sent. An
 * answer to sending says only that the message was taken; whether it reached the box is told later, by a receipt.
 *
 * Whether the recipient has a box is asked each time, since it may change from one day to the next (lov om Digital Post,
 * §§ 3–5). Who has none, is younger than 15 or has no CPR number is written to by letter: {@link GoesByAnother}.
 * @throws OperatorProblem
 */
export function connectDigitalPost(config: DigitalPostConfig, { clock }: { readonly clock: Clock }): DigitalPost {
  const connections = new Map<string, { readonly connection: DigitalPostConnection; http: Http; tokens: Tokens }>()
  for (const [agency, connection] of config.agencies) {
    const faults = connectionFaults(connection)
    if (faults.length > 0) {
      throw new OperatorProblem(`The connection of ${agency} to Digital Post cannot be used: ${faults.join('; ')}.`)
    }
    const http = httpOver(connection)
    connections.set(agency, { connection, http, tokens: tokensOver(http, connection) })
  }
  return {
    sender(from) {
      const found = connections.get(from.agency)
      return found && idempotent((message) => send({ ...found, from, clock }, message))
    },
    close() {
      for (const { http } of connections.values()) http.close()
    },
  }
}

interface Way {
  readonly connection: DigitalPostConnection
  readonly http: Http
  readonly tokens: Tokens
  readonly from: DigitalPostFrom
  readonly clock: Clock
}

async function send(way: Way, message: WaitingMessage): Promise<void> {
  const { connection, from, clock } = way
  const recipient = await from.recipientOf(message.patron_id, message.kind)
  const cpr = recipient && readCpr(recipient.cpr)
  // A replacement number is the library's own invention: it belongs to nobody out there.
  if (!cpr || (cpr.replacement && !connection.testNumbers)) throw new GoesByAnother('letter')
  if (ageOn(cpr.bornOn, dayOf(clock.now())) < YOUNGEST) throw new GoesByAnother('letter')
  if (!(await isRegistered(way, message.id, cpr.digits))) throw new GoesByAnother('letter')
  const request = kombiRequest(documentOf(way, message, { ...recipient, cpr: cpr.digits }))
  const answer = await call(way, 'sending', message.id, {
    method: 'POST',
    url: new URL(connection.url + SENDING_PATH),
    headers: { 'content-type': 'application/xml', accept: 'application/xml' },
    body: request,
  })
  judge(answer)
}

function documentOf({ connection, from }: Way, message: WaitingMessage, recipient: DigitalPostRecipient): string {
  const { language } = message
  const paymentUrl = from.paymentUrlOf?.(message)
  try {
    return memoOf({
      uuid: message.id,
      sender: { cvr: connection.cvr, label: connection.senderLabel ?? from.title },
      recipient: { cpr: recipient.cpr, ...(recipient.name === undefined ? {} : { label: recipient.name }) },
      label: message.subject,
      content: { kind: 'text', text: message.body },
      language,
      createdAt: writtenAt(message.id),
      notification: NOTIFICATIONS[language](from.title),
      mandatory: from.isMandatory?.(message.kind) ?? false,
      ...(paymentUrl === undefined ? {} : { paymentUrl }),
    })
  } catch (fault) {
    throw fault instanceof MemoTooLarge ? new RefusedByChannel('too large') : fault
  }
}

const registeredShape = z.object({ result: z.boolean() })

async function isRegistered(way: Way, id: MessageId, cpr: string): Promise<boolean> {
  const url = new URL(way.connection.url + INQUIRY_PATH)
  // The contract has the number in the address; it is written to no log, and the connection is encrypted.
  url.searchParams.set('cprNumber', cpr)
  const answer = await call(way, 'inquiry', id, { method: 'GET', url, headers: { accept: 'application/json' } })
  const read = answer.status === 200 ? registeredShape.safeParse(jsonIn(answer.text)) : undefined
  if (!read?.success) {
    throw new DigitalPostDown('Digital Post does not say whether somebody is registered.', `inquiry-${answer.status}`)
  }
  return read.data.result
}

async function call(
  { http, tokens }: Way,
  service: Service,
  id: MessageId,
  given: Parameters<Http['ask']>[0],
): Promise<HttpAnswer> {
  const headers = {
    ...given.headers,
    'X-TransaktionsId': service === 'sending' ? memoUuid(id) : transactionOf(service, id),
    // The world's time: the service compares it with its own.
    'X-TransaktionsTid': realClock.now().toString({ smallestUnit: 'millisecond' }),
    authorization: await tokens.of(service),
  }
  const answer = await http.ask({ ...given, headers })
  if (answer.status === 401 || answer.status === 403) {
    tokens.drop(service)
    throw new DigitalPostDown(
      'Digital Post does not let us in: look at the service agreement.',
      `http-${answer.status}`,
    )
  }
  return answer
}

/** Another transaction for another service, and the same one each time it is repeated. */
function transactionOf(service: Service, id: MessageId): string {
  const hex = createHash('sha256').update(`${service} ${id}`).digest('hex')
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-8${hex.slice(17, 20)}-${hex.slice(20, 32)}`
}

const responseShape = z.object({ kombi_response: z.object({ Result: z.string() }) })
/** Of a message that was sent before, whichever part of the platform says so. */
const HAD_BEFORE = /already (?:exists|received|been)|duplicate|findes allerede|allerede modtaget|dublet/i

/** What became of it: taken, had before, never, or not now. @throws RefusedByChannel @throws DigitalPostDown */
function judge({ status, text }: HttpAnswer): void {
  if (status === 409) return
  const read = responseShape.safeParse(readXml(text))
  const isTaken = read.success && read.data.kombi_response.Result.trim() === 'true'
  if (status >= 200 && status < 300 && isTaken) return
  // What it says of a message may name the recipient: it is looked at here, and goes no further.
  const isAbout = status === 400 || status === 422 || (status === 200 && read.success)
  if (isAbout && HAD_BEFORE.test(text)) return
  if (isAbout) throw new RefusedByChannel('Digital Post refuses the message')
  throw new DigitalPostDown('Digital Post does not take the message now.', `sending-${status}`)
}
