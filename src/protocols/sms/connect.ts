import { type Clock, realClock } from '#core'
import { OperatorProblem } from '#db'
import { idempotent, RefusedByChannel, type Sender, type WaitingMessage } from '#messages'
import { mayCarry } from '#vault'
import { GatewayFault, postSms, sentReferences, UnsureFault } from './api.ts'
import type { SmsAccount, SmsConfig } from './config.ts'
import { gatewayNumber, isSender, senderName } from './numbers.ts'
import { reportToken, shortId } from './report-token.ts'
import { MOST_CHARACTERS, sizeOf, smsText } from './text.ts'

/** Which library a sender is for, and what it calls itself. */
export interface SmsFrom {
  /** The library's short name. */
  readonly agency: string
  /** Shown as the sender when the configuration names none. */
  readonly name: string
}

/** The connection to the SMS gateway, with an account for each library. */
export interface Sms {
  /** Undefined for a library that has no account: its messages wait. */
  sender(from: SmsFrom): Sender | undefined
  close(): void
}

export interface SmsOptions {
  /** Our own address, which reports come back to; without it no reports are asked for. */
  readonly publicUrl?: string
  /** Makes the addresses of reports unguessable; derived from the master key. */
  readonly reportKey: string
  /** The world's, save in tests. */
  readonly clock?: Clock
}

/** A message as the outbox hands it over, which knows how many times it has, this one included. */
type Handed = WaitingMessage & { readonly tries?: number }

/** As long as the outbox keeps trying, and a day. */
const LOOK_BACK = { hours: 8 * 24 }
/** The gateway answers no more often. */
const LOG_PAUSE = { minutes: 2 }

/**
 * SMS through CPSMS (API v2 of Compaya). The gateway takes a second message with the same reference without a word, so
 * before a message is sent that may have been sent before (another try, or one that was cut off) its reference is
 * looked up in the gateway's log: found there it counts as sent. While the log cannot be read it is not sent. That makes
 * the channel idempotent as far as the log is true; a first try needs no look. What is promised is that the gateway has
 * it once; whether it reached the telephone a delivery report tells.
 *
 * A number that is none and a text above ten messages' length are refused for good; no credit, a wrong key, a gateway
 * that is down or breaks are tried again.
 */
export function connectSms(config: SmsConfig, options: SmsOptions): Sms {
  for (const [agency, { url, from }] of config.agencies) {
    if (!mayCarry(url)) throw new OperatorProblem(`The SMS gateway of ${agency} must be reached over https.`)
    if (from !== null && !isSender(from)) throw new OperatorProblem(`The SMS sender of ${agency} is too long.`)
  }
  const ended = new AbortController()
  const logs = new Map<string, SentLog>()
  const logOf = (account: SmsAccount): SentLog => {
    const key = JSON.stringify([account.url, account.user])
    const log = logs.get(key) ?? new SentLog(account, options.clock ?? realClock, ended.signal)
    logs.set(key, log)
    return log
  }
  return {
    sender({ agency, name }) {
      const account = config.agencies.get(agency)
      if (!account) return undefined
      const from = account.from ?? senderName(name)
      return idempotent((message) => send(message, { account, agency, from, options, log: logOf(account), ended }))
    },
    close: () => ended.abort(),
  }
}

interface Way {
  readonly account: SmsAccount
  readonly agency: string
  readonly from: string
  readonly options: SmsOptions
  readonly log: SentLog
  readonly ended: AbortController
}

async function send(message: Handed, { account, agency, from, options, log, ended }: Way): Promise<void> {
  const to = message.recipient === null ? undefined : gatewayNumber(message.recipient)
  if (!to) throw new RefusedByChannel('no number that can be one')
  const text = smsText(message.body)
  if (text === '') throw new RefusedByChannel('no text')
  if (sizeOf(text).characters > MOST_CHARACTERS) throw new RefusedByChannel('the text is too long')
  const reference = shortId(message.id)
  if (message.tries !== 1 && (await log.has(reference))) return
  const report = options.publicUrl
    ? { dlr_url: reportAddress(options.publicUrl, options.reportKey, agency, reference) }
    : {}
  try {
    await postSms(account, { to, from, message: text, reference, ...report }, ended.signal)
  } catch (fault) {
    if (fault instanceof UnsureFault) log.distrust()
    throw fault
  }
}

function reportAddress(publicUrl: string, key: string, agency: string, reference: string): string {
  const path = `sms/report/${agency}/${reference}/${reportToken(key, agency, reference)}`
  return new URL(path, publicUrl.endsWith('/') ? publicUrl : `${publicUrl}/`).href
}

/** What the gateway says it has sent, remembered for as long as it will not be asked again. */
class SentLog {
  readonly #account: SmsAccount
  readonly #clock: Clock
  readonly #ended: AbortSignal
  #askedAt: Temporal.Instant | undefined
  /** Undefined while nothing is known, or something may have been sent since. */
  #references: ReadonlySet<string> | undefined
  #distrusted = 0

  constructor(account: SmsAccount, clock: Clock, ended: AbortSignal) {
    this.#account = account
    this.#clock = clock
    this.#ended = ended
  }

  /** @throws GatewayFault while the log cannot be asked */
  async has(reference: string): Promise<boolean> {
    const now = this.#clock.now()
    const mayAsk = !this.#askedAt || Temporal.Instant.compare(this.#askedAt.add(LOG_PAUSE), now) <= 0
    if (mayAsk) {
      this.#askedAt = now
      this.#references = undefined
      const before = this.#distrusted
      const read = await sentReferences(this.#account, now.subtract(LOOK_BACK), now.add({ hours: 1 }), this.#ended)
      if (this.#distrusted === before) this.#references = read
    }
    if (!this.#references) throw new GatewayFault('log-not-yet')
    return this.#references.has(reference)
  }

  /** Something may have been sent after the log was read. */
  distrust(): void {
    this.#distrusted++
    this.#references = undefined
  }
}
