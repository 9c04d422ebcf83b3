import type { ItemState } from '#catalogue'
import { ageOn, ok, type PatronId, type Result, refuse } from '#core'
import type { BlockCode } from '#patrons'
import type { AgeBand } from './tables.ts'

/** What a checkout is decided from. */
export interface CheckoutFacts {
  readonly patron: {
    readonly id: PatronId
    readonly birth_on: Temporal.PlainDate | null
    readonly restricted: boolean
    /** Codes of the loan blocks that stand today. */
    readonly blocks: readonly BlockCode[]
    readonly loans: number
  }
  readonly item: { readonly state: ItemState; readonly lent_to: PatronId | null; readonly kept_for: PatronId | null }
  readonly today: Temporal.PlainDate
}

export type CheckoutRefusal =
  | { readonly kind: 'unknown-patron' }
  | { readonly kind: 'unknown-item' }
  | { readonly kind: 'restricted' }
  | { readonly kind: 'blocked'; readonly codes: readonly BlockCode[] }
  | { readonly kind: 'too-many-loans'; readonly limit: number }
  | { readonly kind: 'lent-to-another' }
  | { readonly kind: 'reserved-for-another' }
  | { readonly kind: 'withdrawn' }

export interface LendingRules {
  readonly loanDays: number
  readonly renewals: number
  readonly mostLoans: number
}

/** One set of rules for every library, branch and material, until rules are data. */
export const LENDING: LendingRules = { loanDays: 30, renewals: 3, mostLoans: 100 }

/** Decides a checkout; `again` when this patron has the item already, which a machine that resends takes as done. */
export function decideCheckout(facts: CheckoutFacts, rules: LendingRules): Result<'lend' | 'again', CheckoutRefusal> {
  const { patron, item } = facts
  if (patron.restricted) return refuse({ kind: 'restricted' })
  if (item.lent_to === patron.id) return ok('again')
  if (patron.blocks.length > 0) return refuse({ kind: 'blocked', codes: patron.blocks })
  if (item.lent_to) return refuse({ kind: 'lent-to-another' })
  if (item.state === 'withdrawn') return refuse({ kind: 'withdrawn' })
  if (item.kept_for && item.kept_for !== patron.id) return refuse({ kind: 'reserved-for-another' })
  if (patron.loans >= rules.mostLoans) return refuse({ kind: 'too-many-loans', limit: rules.mostLoans })
  return ok('lend')
}

export type RenewalRefusal =
  | { readonly kind: 'not-on-loan' }
  | { readonly kind: 'reserved' }
  | { readonly kind: 'too-many-renewals'; readonly limit: number }
  | { readonly kind: 'restricted' }
  | { readonly kind: 'blocked'; readonly codes: readonly BlockCode[] }

/** Decides a renewal. What somebody waits for is not renewed. */
export function decideRenewal(
  facts: {
    readonly renewals: number
    readonly waiting: boolean
    readonly restricted: boolean
    readonly blocks: readonly BlockCode[]
  },
  rules: LendingRules,
): Result<'renew', RenewalRefusal> {
  if (facts.restricted) return refuse({ kind: 'restricted' })
  if (facts.blocks.length > 0) return refuse({ kind: 'blocked', codes: facts.blocks })
  if (facts.waiting) return refuse({ kind: 'reserved' })
  if (facts.renewals >= rules.renewals) return refuse({ kind: 'too-many-renewals', limit: rules.renewals })
  return ok('renew')
}

export function ageBand(bornOn: Temporal.PlainDate | null, day: Temporal.PlainDate): AgeBand {
  if (!bornOn) return 'unknown'
  const age = ageOn(bornOn, day)
  if (age <= 13) return '0-13'
  if (age <= 17) return '14-17'
  if (age <= 29) return '18-29'
  if (age <= 49) return '30-49'
  if (age <= 66) return '50-66'
  return '67+'
}

/** Days past the due date; below zero while there is time. */
export function daysLate(due: Temporal.PlainDate, today: Temporal.PlainDate): number {
  return due.until(today).total('days')
}
