import webPush from 'web-push'
import { unreachable } from '#core'
import { OperatorProblem } from '#db'
import {
  dropSubscription,
  idempotent,
  type PushSubscriptionId,
  type PushSubscriptionRow,
  RefusedByChannel,
  type Sender,
  subscriptionsOf,
  type WaitingMessage,
} from '#messages'
import type { Context } from '#vault'
import { PushFault, PushWire } from './request.ts'
import type { VapidKeys } from './vapid.ts'

export interface PushConfig {
  readonly keys: VapidKeys
  /** Where a push service can reach whoever runs this: our `https:` address, or `mailto:` and an address. */
  readonly contact: string
  /** Takes push services on this machine, without TLS: for development and tests only. */
  readonly mayBeHere?: boolean
}

/** The connection to the push services of browsers and phones, shared by all libraries of the installation. */
export interface Push {
  /** What a browser signs up with (`applicationServerKey`). */
  readonly publicKey: string
  sender(ctx: Context): Sender
  close(): void
}

/** What an app gets, sealed for it alone. */
export interface PushPayload {
  /** The message's id: a second showing of the same (`tag`) takes the place of the first. */
  readonly id: string
  readonly agency: string
  readonly language: string
  readonly title: string
  readonly body: string
}

/** As long as the outbox keeps trying. What an app has not fetched by then, it never gets. */
const LIVES_SECONDS = 7 * 24 * 60 * 60
/** An app whose service has refused it this often, while another of the patron's has the message, is not waited for. */
const PATIENT_TRIES = 3
/** What each push service must take is 4096 bytes (RFC 8030); sealing takes 103 of them (RFC 8188, 8291). */
const MOST_BYTES = 3993

/**
 * Web Push (RFC 8030), sealed for each app (RFC 8291) and signed as ours (RFC 8292). A message goes to each of the
 * patron's apps; one whose service has a fault is tried a few times more, and the others are not asked again. Should
 * that be forgotten, because the program ended, an app is sent a message a second time: its topic makes the service put
 * it in the place of the first while that waits there, and its tag makes the app show one. So the channel is idempotent.
 * What is promised is that a service has taken it for at least one app, not that the app has shown it.
 *
 * An app its service no longer knows (404, 410) is signed off. With none left the message is refused for good.
 */
export function connectPush({ keys, contact, mayBeHere = false }: PushConfig): Push {
  if (!/^(https:\/\/|mailto:[^\s@]+@[^\s@]+$)/.test(contact)) {
    throw new OperatorProblem(`Push services want a contact that begins with https:// or mailto:; it is "${contact}".`)
  }
  const wire = new PushWire(mayBeHere)
  const done = new Done()
  return {
    publicKey: keys.publicKey,
    sender: (ctx) => idempotent((message) => send(ctx, { wire, keys, contact, done }, message)),
    close: () => wire.close(),
  }
}

/** A message as the outbox hands it over, which knows how many times it has, this one included. */
type Handed = WaitingMessage & { readonly tries?: number }

interface Way {
  readonly wire: PushWire
  readonly keys: VapidKeys
  readonly contact: string
  readonly done: Done
}

type Outcome =
  | { readonly kind: 'taken' }
  | { readonly kind: 'gone' }
  | { readonly kind: 'not-now'; readonly code: string }

async function send(ctx: Context, way: Way, message: Handed): Promise<void> {
  const apps = await subscriptionsOf(ctx, message.patron_id)
  const payload = payloadOf(ctx.agency, message)
  const outcomes = await Promise.all(apps.map((app) => sendTo(ctx, way, message, app, payload)))
  const notNow = outcomes.find((outcome) => outcome.kind === 'not-now')
  const isTaken = outcomes.some(({ kind }) => kind === 'taken')
  const { tries = 1 } = message
  if (notNow && (!isTaken || tries <= PATIENT_TRIES)) throw new PushFault(notNow.code)
  way.done.forget(message.id)
  if (!isTaken) throw new RefusedByChannel('no app is left')
}

async function sendTo(
  ctx: Context,
  way: Way,
  message: WaitingMessage,
  app: PushSubscriptionRow,
  payload: Buffer,
): Promise<Outcome> {
  if (way.done.has(message.id, app.id)) return { kind: 'taken' }
  const outcome = await post(way, message, app, payload)
  switch (outcome.kind) {
    case 'taken':
      way.done.note(message.id, app.id)
      return outcome
    case 'gone':
      await dropSubscription(ctx, app.id)
      return outcome
    case 'not-now':
      return outcome
    default:
      return unreachable(outcome)
  }
}

async function post(
  { wire, keys, contact }: Way,
  message: WaitingMessage,
  app: PushSubscriptionRow,
  payload: Buffer,
): Promise<Outcome> {
  const { headers, body } = webPush.generateRequestDetails(
    { endpoint: app.endpoint, keys: { p256dh: app.p256dh, auth: app.auth } },
    payload,
    {
      TTL: LIVES_SECONDS,
      topic: message.id.replaceAll('-', ''),
      urgency: 'normal',
      contentEncoding: 'aes128gcm',
      vapidDetails: { subject: contact, publicKey: keys.publicKey, privateKey: keys.privateKey },
    },
  )
  try {
    return meaningOf(await wire.post({ endpoint: app.endpoint, headers, body }))
  } catch (fault) {
    return { kind: 'not-now', code: fault instanceof PushFault ? fault.code : 'broken' }
  }
}

/** RFC 8030 § 5 and 7. A request or a key the service dislikes (4xx) is ours to put right, and no reason to give up. */
function meaningOf(status: number): Outcome {
  if (status >= 200 && status < 300) return { kind: 'taken' }
  if (status === 404 || status === 410) return { kind: 'gone' }
  return { kind: 'not-now', code: String(status) }
}

/** A body too long for the services is cut at a letter; its beginning says what it is about, and the website the rest. */
function payloadOf(agency: string, { id, language, subject, body }: WaitingMessage): Buffer {
  const made = (text: string): Buffer => {
    const payload: PushPayload = { id, agency, language, title: subject, body: text }
    return Buffer.from(JSON.stringify(payload))
  }
  const whole = made(body)
  if (whole.length <= MOST_BYTES) return whole
  const letters = Array.from(body)
  let [fits, tooLong] = [0, letters.length]
  while (tooLong - fits > 1) {
    const middle = Math.floor((fits + tooLong) / 2)
    if (made(`${letters.slice(0, middle).join('')}…`).length <= MOST_BYTES) fits = middle
    else tooLong = middle
  }
  return made(`${letters.slice(0, fits).join('')}…`)
}

/** Which apps have a message that others of the same patron still wait for. */
class Done {
  readonly #apps = new Map<string, Set<PushSubscriptionId>>()

  has(message: string, app: PushSubscriptionId): boolean {
    return this.#apps.get(message)?.has(app) ?? false
  }

  note(message: string, app: PushSubscriptionId): void {
    const apps = this.#apps.get(message) ?? new Set()
    // The oldest are of messages that have been given up since.
    const [oldest] = this.#apps.keys()
    if (this.#apps.size >= 10_000 && oldest !== undefined) this.#apps.delete(oldest)
    this.#apps.set(message, apps.add(app))
  }

  forget(message: string): void {
    this.#apps.delete(message)
  }
}
