import { createHash } from 'node:crypto'
import { type Clock, type Log, realClock, stopwatch } from '#core'
import type { Outcome } from './call.ts'
import { encodeMessage, parseRequest } from './codec.ts'
import { type Errand, handle, isErrand } from './handlers.ts'
import { type Line, PLAIN_WIRE, readLine, type WireFormat, writeLine } from './line.ts'
import type { LiveLog } from './live-log.ts'
import { type Answer, field, type Request, type RequestOf } from './messages.ts'
import type { Admitted, Reception } from './reception.ts'
import { acsStatus, acsStatusToStranger } from './status.ts'

export interface DialogueOptions {
  readonly reception: Pick<Reception, 'admit'>
  readonly address: string
  /** The library this listener belongs to, where it belongs to one. */
  readonly library?: string | undefined
  readonly live: LiveLog
  readonly log: Log
  readonly resent: ResentCheckouts
  readonly clock?: Clock
}

export interface Reply {
  readonly bytes: Buffer
  /** Nothing more is listened to after this. */
  readonly close?: true
}

interface Said {
  readonly request: string
  readonly sequence: string | undefined
  readonly text: string
}

const MOST_LOGINS = 3
/** Lines in a row that are no messages, or no longer whole: a machine that cannot speak is let go. */
const MOST_UNREADABLE = 20
const TRUST = { seconds: 60 }

/**
 * One machine's side of one connection: who it is, what was said to it last, and nothing of any other connection. It is
 * given whole lines one after the other and never two at once.
 */
export class Dialogue {
  readonly #options: DialogueOptions
  readonly #clock: Clock
  #machine: Admitted | undefined
  #checked: Temporal.Instant | undefined
  #last: Said | undefined
  #failedLogins = 0
  #unreadable = 0
  #troubled = false
  #detects = false
  /** Stands for this connection where it must not be held on to. */
  readonly #token = {}

  constructor(options: DialogueOptions) {
    this.#options = options
    this.#clock = options.clock ?? realClock
  }

  get signedIn(): boolean {
    return this.#machine !== undefined
  }

  /** Answers one line; undefined for one that is empty. Never throws. */
  async answer(bytes: Uint8Array): Promise<Reply | undefined> {
    const elapsed = stopwatch()
    const line = readLine(bytes, this.#wire)
    if (line.text.trim() === '' && line.checksum === 'none') return undefined
    const { reply, outcome } = await this.#respond(line)
    const code = /^\d\d/.exec(line.text)?.[0] ?? '??'
    this.#note(code, elapsed(), outcome)
    return reply
  }

  /** A line longer than any message. */
  tooLong(): Reply {
    this.#note('??', 0, 'unreadable')
    return this.#pleaseResend(this.#detects)
  }

  async #respond(line: Line): Promise<{ reply: Reply; outcome: Outcome }> {
    this.#detects = line.checksum !== 'none'
    if (line.checksum === 'wrong') return { reply: this.#pleaseResend(true), outcome: 'bad-checksum' }
    const parsed = parseRequest(line.text)
    if (!parsed.ok) return { reply: this.#pleaseResend(this.#detects), outcome: 'unreadable' }
    const request = parsed.value
    if (request.kind === 'resend' || request.kind === 'resend-answer') {
      if (!this.#last) return { reply: this.#pleaseResend(this.#detects), outcome: 'unreadable' }
      // Without the digit, since the question has none; the sum is counted anew.
      return { reply: this.#send(this.#last.text, this.#detects ? 'checksum-only' : undefined), outcome: 'repeated' }
    }
    // A machine that lost our answer asks again with the same digit; doing the second one too would lend twice.
    if (line.sequence !== undefined && this.#last?.sequence === line.sequence && this.#last.request === line.text) {
      this.#unreadable = 0
      return { reply: this.#send(this.#last.text, { sequence: line.sequence }), outcome: 'repeated' }
    }
    return this.#converse(line, request)
  }

  async #converse(line: Line, request: Request): Promise<{ reply: Reply; outcome: Outcome }> {
    if (request.kind === 'login') return this.#login(line, request)
    if (!this.#machine) {
      if (request.kind !== 'sc-status') {
        return { reply: this.#pleaseResend(this.#detects), outcome: 'not-signed-in' }
      }
      return { reply: this.#say(line, acsStatusToStranger(this.#clock.now(), request)), outcome: 'ok' }
    }
    if (!isErrand(request)) return { reply: this.#pleaseResend(this.#detects), outcome: 'unreadable' }
    try {
      const machine = await this.#asItIsNow(this.#machine)
      if (!machine) return { reply: { bytes: Buffer.alloc(0), close: true }, outcome: 'not-signed-in' }
      const { answer, outcome } = await this.#carryOut(machine, line, request)
      return { reply: this.#say(line, answer), outcome }
    } catch (fault) {
      return this.#trouble(fault, request)
    }
  }

  async #login(line: Line, request: RequestOf<'login'>): Promise<{ reply: Reply; outcome: Outcome }> {
    this.#machine = undefined
    this.#last = undefined
    const plain = request.fixed.uidAlgorithm.trim() in PLAIN && request.fixed.pwdAlgorithm.trim() in PLAIN
    let admitted: Admitted | undefined
    try {
      admitted = plain
        ? await this.#options.reception.admit({
            name: field(request, 'CN'),
            secret: field(request, 'CO'),
            location: field(request, 'CP') || undefined,
            address: this.#options.address,
            library: this.#options.library,
          })
        : undefined
    } catch (fault) {
      return this.#trouble(fault, request)
    }
    this.#failedLogins = admitted ? 0 : this.#failedLogins + 1
    this.#machine = admitted
    this.#checked = this.#clock.now()
    const reply = this.#say(line, { kind: 'login-answer', fixed: { ok: admitted ? '1' : '0' }, fields: [] })
    const close = this.#failedLogins >= MOST_LOGINS
    return { reply: close ? { ...reply, close: true } : reply, outcome: admitted ? 'ok' : 'bad-login' }
  }

  async #carryOut(machine: Admitted, line: Line, request: Errand): Promise<{ answer: Answer; outcome: Outcome }> {
    if (request.kind === 'sc-status') {
      // After something failed the database is asked whether it is back; otherwise a heartbeat costs nothing.
      if (this.#troubled) this.#troubled = !(await isBack(machine))
      return acsStatus(machine.call, request, !this.#troubled)
    }
    const resent =
      request.kind === 'checkout' && this.#options.resent.seenElsewhere(this.#token, machine, request, line.text)
    const handled = await handle(resent ? { ...machine.call, resent } : machine.call, request)
    this.#troubled = false
    return handled
  }

  /** What ought not to happen is reported once, without what was asked; the machine is told to ask again. */
  #trouble(fault: unknown, request: Request): { reply: Reply; outcome: Outcome } {
    this.#troubled = true
    const { call, library } = this.#machine ?? {}
    this.#options.log.error(
      { library, terminal: call?.terminal.id, asked: request.kind, ...faultWithoutWords(fault) },
      'sip2: a message could not be answered',
    )
    return { reply: this.#pleaseResend(this.#detects), outcome: 'fault' }
  }

  /** An account that is disabled, and a policy that changes, is noticed by machines that never hang up. */
  async #asItIsNow(machine: Admitted): Promise<Admitted | undefined> {
    const now = this.#clock.now()
    if (this.#checked && Temporal.Instant.compare(now, this.#checked.add(TRUST)) < 0) return machine
    this.#machine = await machine.again()
    this.#checked = now
    return this.#machine
  }

  #say(line: Line, answer: Answer): Reply {
    this.#unreadable = 0
    const text = encodeMessage(answer)
    this.#last = { request: line.text, sequence: line.sequence, text }
    return this.#send(text, line.sequence === undefined ? undefined : { sequence: line.sequence })
  }

  #send(text: string, detection: Parameters<typeof writeLine>[1]): Reply {
    return { bytes: writeLine(text, detection, this.#wire) }
  }

  #pleaseResend(detects: boolean): Reply {
    this.#unreadable += 1
    const text = encodeMessage({ kind: 'please-resend', fixed: {}, fields: [] })
    const reply = this.#send(text, detects ? 'checksum-only' : undefined)
    return this.#unreadable >= MOST_UNREADABLE ? { ...reply, close: true } : reply
  }

  get #wire(): WireFormat {
    return this.#machine?.call.profile ?? PLAIN_WIRE
  }

  #note(code: string, ms: number, outcome: Outcome): void {
    const { library, call } = this.#machine ?? {}
    this.#options.live.note({
      at: this.#clock.now(),
      agency: library ?? this.#options.library ?? '',
      terminal: call?.terminal.name,
      code,
      ms: Math.round(ms * 10) / 10,
      outcome,
    })
  }
}

/** The only algorithm there is: none. */
const PLAIN: Readonly<Record<string, true>> = { '0': true, '': true }

/** Where it happened. What a fault says may hold what was sent. */
export function faultWithoutWords(fault: unknown): { fault: string; code?: string; at?: readonly string[] } {
  if (!(fault instanceof Error)) return { fault: 'unknown' }
  const code = 'code' in fault && typeof fault.code === 'string' ? { code: fault.code } : {}
  const lines = fault.stack?.split('\n') ?? []
  return { fault: fault.name, ...code, at: lines.filter((line) => /^\s+at /.test(line)).slice(0, 8) }
}

async function isBack({ call }: Admitted): Promise<boolean> {
  return call.desk.branches(call.ctx).then(
    () => true,
    () => false,
  )
}

const REMEMBERED = { seconds: 120 }
const MOST_REMEMBERED = 5000

/**
 * Checkouts of the last two minutes, so that a machine that lost the connection before the answer came, and asks again
 * on another, is not told that the patron has the thing already. Kept as sums of what was sent, for a while, in memory.
 */
export class ResentCheckouts {
  readonly #seen = new Map<string, { readonly on: object; readonly at: Temporal.Instant }>()
  readonly #clock: Clock

  constructor(clock: Clock = realClock) {
    this.#clock = clock
  }

  /** Whether this very message came over another connection just now. A machine without a clock is not believed. */
  seenElsewhere(on: object, machine: Admitted, request: RequestOf<'checkout'>, text: string): boolean {
    if (request.fixed.date.trim() === '') return false
    const sum = createHash('sha256').update(`${machine.library}\n${machine.call.terminal.id}\n${text}`).digest('base64')
    const now = this.#clock.now()
    const before = this.#seen.get(sum)
    this.#seen.delete(sum)
    this.#seen.set(sum, { on, at: now })
    for (const [old, { at }] of this.#seen) {
      const isOld = Temporal.Instant.compare(at.add(REMEMBERED), now) < 0
      if (!isOld && this.#seen.size <= MOST_REMEMBERED) break
      this.#seen.delete(old)
    }
    return before !== undefined && before.on !== on && Temporal.Instant.compare(before.at.add(REMEMBERED), now) >= 0
  }
}
