import { z } from 'zod'
import { kroner, ok, type Result, refuse } from '#core'
import type { Setting } from '#settings'
import type { CaseState } from './tables.ts'

/** What a library decides about handing claims over. */
export interface CollectionRules {
  /** Whether it does so at all. */
  readonly on: boolean
  /** So long after a bill should have been paid it may be announced. */
  readonly afterDays: number
  /** So long after the written notice it may be sent: the debtor must have had time to pay. */
  readonly noticeDays: number
  /** The state takes no claim below this (Gældsstyrelsen: 100 kr.). */
  readonly leastOre: number
}

export const collectionSetting: Setting<CollectionRules> = {
  name: 'collection',
  label: { da: 'Inddrivelse', en: 'Debt collection' },
  schema: z.strictObject({
    on: z.boolean(),
    afterDays: z.int().min(1).max(1000),
    noticeDays: z.int().min(7).max(365),
    leastOre: z.int().min(10_000).max(10_000_000),
  }),
  initial: { on: false, afterDays: 30, noticeDays: 14, leastOre: kroner(100) },
}

/** Which state may follow which. The last three are the end. */
export const STEPS: Readonly<Record<CaseState, readonly CaseState[]>> = {
  prepared: ['sent', 'withdrawn'],
  sent: ['accepted', 'rejected', 'paid', 'withdrawn', 'written-off'],
  accepted: ['reminded', 'filed', 'paid', 'withdrawn', 'written-off'],
  rejected: ['prepared', 'withdrawn'],
  reminded: ['filed', 'paid', 'withdrawn', 'written-off'],
  // The state may send a claim back to the municipality.
  filed: ['reminded', 'paid', 'withdrawn', 'written-off'],
  paid: [],
  withdrawn: [],
  'written-off': [],
}

export function mayFollow(from: CaseState, to: CaseState): boolean {
  return STEPS[from].includes(to)
}

/** The municipality has it: it is paid there and nowhere else. */
export function isWithMunicipality(state: CaseState): boolean {
  return state === 'sent' || state === 'accepted' || state === 'reminded' || state === 'filed'
}

/** One line of what the municipality tells: totals since the case was handed over, so that no line can count twice. */
export interface Told {
  readonly reference: string
  readonly status: Exclude<CaseState, 'prepared' | 'sent'>
  readonly paid_ore: number
  readonly written_down_ore: number
  readonly reason: string | null
}

export interface CaseFacts {
  readonly state: CaseState
  readonly amount_ore: number
  /** What was booked of earlier lines. */
  readonly paid_ore: number
  readonly written_down_ore: number
  /** What is left of the claim here. */
  readonly left_ore: number
}

export type LineFault =
  | { readonly kind: 'not-readable' }
  | { readonly kind: 'unknown-reference' }
  /** The same case is in the file before. */
  | { readonly kind: 'twice-in-file' }
  /** It says what is known already; passed over. */
  | { readonly kind: 'repeat' }
  | { readonly kind: 'no-such-step'; readonly from: CaseState; readonly to: CaseState }
  | { readonly kind: 'wrong-amount' }

export interface Step {
  readonly to: CaseState
  /** To be booked now. */
  readonly pay_ore: number
  readonly write_off_ore: number
}

/** Decides what a line means. Amounts may only grow, never exceed the claim, and must add up when it is over. */
export function decideLine(known: CaseFacts, told: Told): Result<Step, LineFault> {
  const same = told.paid_ore === known.paid_ore && told.written_down_ore === known.written_down_ore
  if (told.status === known.state && same) return refuse({ kind: 'repeat' })
  const isOver = told.paid_ore + told.written_down_ore === known.amount_ore
  const pay_ore = told.paid_ore - known.paid_ore
  const write_off_ore = told.written_down_ore - known.written_down_ore
  if (pay_ore < 0 || write_off_ore < 0) return refuse({ kind: 'wrong-amount' })
  if (told.paid_ore + told.written_down_ore > known.amount_ore) return refuse({ kind: 'wrong-amount' })
  if ((told.status === 'paid' || told.status === 'written-off') && !isOver) return refuse({ kind: 'wrong-amount' })
  if (told.status === 'rejected' && told.paid_ore + told.written_down_ore > 0) return refuse({ kind: 'wrong-amount' })
  const to = isOver ? (told.paid_ore > 0 ? 'paid' : 'written-off') : told.status
  // Part of it paid or given up, and else as before.
  const isOnTheWay = to === known.state && isWithMunicipality(to)
  if (!isOnTheWay && !mayFollow(known.state, to)) return refuse({ kind: 'no-such-step', from: known.state, to })
  // Reduced here meanwhile, and the municipality does not know yet: it must be recalled, not booked past nothing.
  if (pay_ore + write_off_ore > known.left_ore) return refuse({ kind: 'wrong-amount' })
  return ok({ to, pay_ore, write_off_ore })
}
