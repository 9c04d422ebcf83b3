import type { Terminal } from '#auth'
import type { Language, PatronId } from '#core'
import type { Context } from '#vault'
import { cutValue } from './codec.ts'
import { sipDate } from './dates.ts'
import { type Answer, type Field, field, given, type Request } from './messages.ts'
import type { Branch, Desk, DoorVerdict, PatronFacts } from './ports.ts'
import type { Profile } from './profile.ts'
import { screen } from './texts.ts'

/** Everything a message is answered from. */
export interface Call {
  /** With the terminal as the one who acts. */
  readonly ctx: Context
  readonly terminal: Terminal
  readonly profile: Profile
  readonly agency: { readonly number: string; readonly title: string }
  readonly desk: Desk
  readonly enter?: DoorVerdict | undefined
  /** The same request came over a connection that was lost before it was answered. */
  readonly resent?: boolean
}

/** What the live log says became of a message. Says nothing of whom it was about. */
export type Outcome =
  | 'ok'
  | 'refused'
  | 'unknown-card'
  | 'wrong-pin'
  | 'unknown-item'
  | 'not-allowed'
  | 'bad-login'
  | 'bad-checksum'
  | 'unreadable'
  | 'repeated'
  | 'not-signed-in'
  | 'fault'

export interface Handled {
  readonly answer: Answer
  readonly outcome: Outcome
}

export function now({ ctx }: Call): string {
  return sipDate(ctx.clock.now())
}

/** Fields with what is empty left out, each cut to what a machine must be able to take. */
export function fields(...list: readonly (Field | undefined)[]): Field[] {
  return list.flatMap((one): Field[] => (one ? [[one[0], cutValue(one[1])]] : []))
}

/** A field that is sent only when there is something to say. */
export function unless(value: string | null | undefined, id: string): Field | undefined {
  return value ? [id, value] : undefined
}

/** The institution as the machine called it: machines compare. */
export function institution(call: Call, request: Request): Field {
  return ['AO', field(request, 'AO') || institutionName(call)]
}

export function institutionName({ agency, profile }: Call): string {
  return profile.dialect === 'fbs' ? `DK-${agency.number}` : agency.number
}

/** What the machine sent comes back as it was, blanks and all: it is how the machine finds its own request again. */
export function echo(request: Request, id: string): Field {
  return [id, given(request, id) ?? '']
}

/** The language of the machine, or English when the message asks for it. */
export function languageOf({ profile }: Call, code?: string): Language {
  return code === '001' ? 'en' : profile.language
}

export interface Identified {
  readonly id: PatronId | undefined
  /** `not-given` only on machines that must give one; others are believed. */
  readonly pin: 'right' | 'wrong' | 'not-given' | 'too-many'
  readonly card: 'good' | 'lost' | 'old' | 'unknown'
  /** Whether anything may be said or done: the card is good and the PIN right or not asked for. */
  readonly trusted: boolean
}

/**
 * Who stands at the machine. A PIN that is sent is tried in any case, also on machines that need none; whether the card
 * is known makes no difference to how long that takes.
 */
export async function identify(call: Call, request: Request): Promise<Identified> {
  const presented = field(request, 'AA')
  const secret = field(request, 'AD')
  const pin = await tryPin(call, presented, secret)
  const holder = presented === '' ? undefined : await call.desk.holder(call.ctx, presented)
  const card = cardState(holder?.blocked, holder !== undefined)
  return { id: holder?.id, pin, card, trusted: card === 'good' && pin === 'right' }
}

async function tryPin({ ctx, desk, terminal }: Call, presented: string, pin: string): Promise<Identified['pin']> {
  if (pin === '') return terminal.without_pin ? 'right' : 'not-given'
  const tried = await desk.verifyPin(ctx, { presented, pin, terminal: terminal.name })
  if (tried.ok) return 'right'
  return tried.refusal.kind === 'locked' ? 'too-many' : 'wrong'
}

function cardState(blocked: string | null | undefined, known: boolean): Identified['card'] {
  if (!known) return 'unknown'
  if (!blocked) return 'good'
  return blocked === 'replaced' ? 'old' : 'lost'
}

/** Why nothing is done for whoever stands there; undefined when something may be. */
export function whyNot({ card, pin }: Identified, language: Language): { text: string; outcome: Outcome } | undefined {
  if (card === 'unknown') {
    const tries = pin === 'too-many' ? screen.tooManyTries : screen.unknownCard
    return { text: tries[language], outcome: 'unknown-card' }
  }
  if (card === 'lost') return { text: screen.lostCard[language], outcome: 'refused' }
  if (card === 'old') return { text: screen.oldCard[language], outcome: 'refused' }
  if (pin === 'wrong') return { text: screen.wrongPin[language], outcome: 'wrong-pin' }
  if (pin === 'too-many') return { text: screen.tooManyTries[language], outcome: 'wrong-pin' }
  return pin === 'not-given' ? { text: screen.pinNeeded[language], outcome: 'wrong-pin' } : undefined
}

/** Whether the card and the PIN are good: what doors and machines look at before anything else. */
export function validity(who: Identified): Field[] {
  return [
    ['BL', who.card === 'unknown' ? 'N' : 'Y'],
    ['CQ', who.card !== 'unknown' && who.pin === 'right' ? 'Y' : 'N'],
  ]
}

export async function branchCalled(call: Call, wanted: string): Promise<Branch | undefined> {
  const branches = await call.desk.branches(call.ctx)
  const name = wanted.replace(/^[A-Z]{2}-\d{6} - /, '').toLowerCase()
  return branches.find((branch) => branch.code.toLowerCase() === name || branch.name.toLowerCase() === name)
}

/** The amount as SIP writes it: with a full stop, whatever the language. */
export function amount(ore: number): string {
  const whole = Math.abs(ore)
  return `${ore < 0 ? '-' : ''}${Math.floor(whole / 100)}.${String(whole % 100).padStart(2, '0')}`
}

/** The name as a machine may show it: none of a patron whose name is protected. */
export function shownName({ profile }: Call, patron: PatronFacts): string {
  return profile.shows.name && !patron.protected && !patron.restricted ? patron.name : ''
}
