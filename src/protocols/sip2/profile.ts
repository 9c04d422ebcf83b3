import { z } from 'zod'
import type { TerminalKind } from '#auth'
import type { Language } from '#core'
import type { Policy } from '#privacy'
import type { Setting } from '#settings'
import { CHARSETS } from './charset.ts'
import type { WireFormat } from './line.ts'
import type { RequestKind } from './messages.ts'

/** What a machine is told about people. What is not needed for what it does is not sent. */
export interface Shown {
  readonly name: boolean
  /** Loans and reservations, item by item. */
  readonly lists: boolean
  readonly money: boolean
  readonly contact: boolean
  readonly birthDate: boolean
  /** The number of whoever had an item that is handed in, for receipts. */
  readonly borrower: boolean
}

/** Where a sorter puts what goes one way; the first rule that fits. */
export interface SortRule {
  readonly to?: SortGoal | undefined
  readonly materialGroup?: string | undefined
  /** The code of the branch it goes to. */
  readonly branch?: string | undefined
  /** How its place on the shelf begins, such as `86`. */
  readonly shelf?: string | undefined
  readonly bin: string
}

export const SORT_GOALS = ['shelf', 'pickup-here', 'pickup-elsewhere', 'home', 'desk'] as const
export type SortGoal = (typeof SORT_GOALS)[number]

export interface Profile extends WireFormat {
  readonly language: Language
  readonly shows: Shown
  readonly may: ReadonlySet<RequestKind>
  readonly sort: readonly SortRule[]
  /** Takes back what was not on loan without a complaint, as sorters need. */
  readonly acceptsNotLent: boolean
  /** Sends `CV00` and an empty `CT` where nothing is to be told. */
  readonly fillsRouting: boolean
  /** As a well-known Danish system writes it: several values in a field, and codes for texts. */
  readonly dialect: 'standard' | 'fbs'
  /** Networks the machine may call from; none named means any. */
  readonly from: readonly string[]
  /** How long a screen in a branch remembers somebody who touches nothing. */
  readonly turnSeconds: number
}

/** Time to look for the card again, and not enough for the next in the queue to read it all. */
const TURN_SECONDS = 90

const ALWAYS: readonly RequestKind[] = ['login', 'sc-status', 'resend', 'resend-answer']
const PEOPLE: readonly RequestKind[] = ['patron-status', 'patron-information', 'end-session']
const ITEMS: readonly RequestKind[] = ['checkin', 'item-information', 'item-status-update']
const LENDING: readonly RequestKind[] = ['checkout', 'renew', 'renew-all', 'hold']

const NOTHING: Shown = { name: false, lists: false, money: false, contact: false, birthDate: false, borrower: false }

const MAY: Record<TerminalKind, readonly RequestKind[]> = {
  'self-service': [...ALWAYS, ...PEOPLE, ...ITEMS, ...LENDING, 'fee-paid', 'block-patron'],
  sorter: [...ALWAYS, ...ITEMS],
  door: [...ALWAYS, ...PEOPLE],
  'staff-station': [...ALWAYS, ...PEOPLE, ...ITEMS, ...LENDING, 'fee-paid', 'block-patron', 'patron-enable'],
  payment: [...ALWAYS, ...PEOPLE, 'fee-paid'],
}

const SHOWS: Record<TerminalKind, Shown> = {
  'self-service': { ...NOTHING, name: true, lists: true, money: true, borrower: true },
  sorter: NOTHING,
  door: NOTHING,
  'staff-station': { ...NOTHING, name: true, lists: true, money: true, contact: true, borrower: true },
  payment: { ...NOTHING, money: true },
}

/** The most a kind may be shown, whatever is set: a door has no use for a name, and nobody can give it one. */
const MOST: Record<TerminalKind, Shown> = {
  ...SHOWS,
  'self-service': { ...SHOWS['self-service'], birthDate: true },
  'staff-station': { ...SHOWS['staff-station'], birthDate: true },
  payment: { ...SHOWS.payment, name: true },
}

const bin = z.string().regex(/^[\p{L}\p{N}._-]{1,12}$/u)
const sortRule = z.strictObject({
  to: z.enum(SORT_GOALS).optional(),
  materialGroup: z.string().max(40).optional(),
  branch: z.string().max(40).optional(),
  shelf: z.string().max(40).optional(),
  bin,
})
const shown = z.strictObject({
  name: z.boolean(),
  lists: z.boolean(),
  money: z.boolean(),
  contact: z.boolean(),
  birthDate: z.boolean(),
  borrower: z.boolean(),
})
const machine = z
  .strictObject({
    charset: z.enum(CHARSETS),
    lineEnd: z.enum(['cr', 'crlf']),
    lenientChecksum: z.boolean(),
    language: z.enum(['da', 'en']),
    shows: shown.partial(),
    sort: z.string().max(40),
    acceptsNotLent: z.boolean(),
    fillsRouting: z.boolean(),
    dialect: z.enum(['standard', 'fbs']),
    from: z
      .array(
        z
          .string()
          .regex(/^[0-9a-fA-F.:]+(\/\d{1,3})?$/)
          .max(50),
      )
      .max(50),
    turnSeconds: z.int().min(20).max(600),
  })
  .partial()

const document = z.strictObject({
  /** What holds for all machines that say nothing else. */
  general: machine,
  /** By the name of the terminal. */
  machines: z.record(z.string().max(63), machine),
  /** By the name that a machine's `sort` says. */
  sortPlans: z.record(z.string().max(40), z.array(sortRule).max(500)),
})
export type Sip2Setup = z.infer<typeof document>

/** How each machine writes, what it shows, and where its bins are. Who it is and what it may do is its account's. */
export const sip2Setup: Setting<Sip2Setup> = {
  name: 'sip2',
  label: { da: 'Automater (SIP2)', en: 'Machines (SIP2)' },
  schema: document,
  initial: { general: {}, machines: {}, sortPlans: {} },
}

/** Bins as they are before a library has said where they stand. */
const PLAIN_SORT: readonly SortRule[] = [
  { to: 'shelf', bin: '1' },
  { to: 'pickup-here', bin: '2' },
  { to: 'pickup-elsewhere', bin: '3' },
  { to: 'home', bin: '4' },
]
export const DESK_BIN = '99'

export function profileOf(terminal: { readonly name: string; readonly kind: TerminalKind }, setup: Sip2Setup): Profile {
  const own = Object.hasOwn(setup.machines, terminal.name) ? setup.machines[terminal.name] : undefined
  const set = { ...setup.general, ...own }
  const plan =
    set.sort !== undefined && Object.hasOwn(setup.sortPlans, set.sort) ? setup.sortPlans[set.sort] : undefined
  return {
    charset: set.charset ?? 'utf-8',
    lineEnd: set.lineEnd === 'crlf' ? '\r\n' : '\r',
    lenientChecksum: set.lenientChecksum ?? false,
    language: set.language ?? 'da',
    shows: shownTo(terminal.kind, { ...setup.general.shows, ...own?.shows }),
    may: new Set(MAY[terminal.kind]),
    sort: plan ?? PLAIN_SORT,
    acceptsNotLent: set.acceptsNotLent ?? true,
    fillsRouting: set.fillsRouting ?? false,
    dialect: set.dialect ?? 'standard',
    from: set.from ?? [],
    turnSeconds: set.turnSeconds ?? TURN_SECONDS,
  }
}

function shownTo(kind: TerminalKind, set: { readonly [What in keyof Shown]?: boolean | undefined }): Shown {
  const [most, usual] = [MOST[kind], SHOWS[kind]]
  const may = (what: keyof Shown) => most[what] && (set[what] ?? usual[what])
  return {
    name: may('name'),
    lists: may('lists'),
    money: may('money'),
    contact: may('contact'),
    birthDate: may('birthDate'),
    borrower: may('borrower'),
  }
}

/** What the policy calls the maker of the machines, and what each thing shown is made of in its words. */
const RECIPIENT = 'self-service'
const MADE_OF: Readonly<Record<keyof Shown, readonly string[]>> = {
  name: ['patron.name'],
  lists: ['loan.title_id', 'loan.due_on'],
  money: ['fee.amount_ore'],
  contact: ['patron.address', 'patron.email', 'patron.phone'],
  birthDate: ['patron.birth_on'],
  borrower: ['patron.number'],
}

/**
 * No machine of a maker is sent what the library's notice does not say that the maker gets. A station at the desk is
 * the staff's own.
 */
export function asPolicySays(
  profile: Profile,
  kind: TerminalKind,
  { recipients }: Pick<Policy, 'recipients'>,
): Profile {
  if (kind === 'staff-station') return profile
  const maker = recipients.find(({ id, active }) => id === RECIPIENT && active)
  const may = (what: keyof Shown) => profile.shows[what] && MADE_OF[what].every((part) => maker?.fields.includes(part))
  return {
    ...profile,
    shows: {
      name: may('name'),
      lists: may('lists'),
      money: may('money'),
      contact: may('contact'),
      birthDate: may('birthDate'),
      borrower: may('borrower'),
    },
  }
}

export function binFor(
  rules: readonly SortRule[],
  item: { readonly to: SortGoal; readonly materialGroup: string; readonly branch: string; readonly shelf: string },
): string {
  const found = rules.find(
    (rule) =>
      (rule.to === undefined || rule.to === item.to) &&
      (rule.materialGroup === undefined || rule.materialGroup === item.materialGroup) &&
      (rule.branch === undefined || rule.branch === item.branch) &&
      (rule.shelf === undefined || item.shelf.startsWith(rule.shelf)),
  )
  return found?.bin ?? DESK_BIN
}
