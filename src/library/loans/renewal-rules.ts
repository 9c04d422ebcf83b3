import type { LendingValues } from '#lending-rules'
import type { BlockCode } from '#patrons'
import type { Reasons } from './rules.ts'
import type { LoanState } from './states.ts'

/** What a renewal is decided from. */
export interface RenewalFacts {
  readonly state: LoanState
  readonly renewals: number
  readonly due_on: Temporal.PlainDate
  /** Somebody waits whom no other item can serve. */
  readonly waiting: boolean
  readonly restricted: boolean
  /** When the library that lent it to us wants it back; null of the library's own. */
  readonly return_by_on: Temporal.PlainDate | null
  readonly blocks: readonly BlockCode[]
  readonly today: Temporal.PlainDate
}

export type RenewalReason =
  | { readonly kind: 'unknown-loan' }
  | { readonly kind: 'not-on-loan' }
  | { readonly kind: 'restricted' }
  | { readonly kind: 'blocked'; readonly codes: readonly BlockCode[] }
  | { readonly kind: 'lost' }
  | { readonly kind: 'claimed-returned' }
  | { readonly kind: 'reserved' }
  /** The library that lent it to us wants it back by then: there is no later day to renew it to. */
  | { readonly kind: 'lender-wants-back'; readonly by_on: Temporal.PlainDate }
  | { readonly kind: 'too-many-renewals'; readonly limit: number }
  | { readonly kind: 'not-loanable' }
  | { readonly kind: 'too-early'; readonly from_on: Temporal.PlainDate }

export type RenewalRefusal = Reasons<RenewalReason>

/** Every reason against a renewal; none when it may be. What somebody waits for is not renewed. */
export function againstRenewal(facts: RenewalFacts, values: LendingValues): RenewalReason[] {
  if (facts.state === 'returned' || facts.state === 'settled') return [{ kind: 'not-on-loan' }]
  const against: RenewalReason[] = []
  if (facts.restricted) against.push({ kind: 'restricted' })
  if (facts.blocks.length > 0) against.push({ kind: 'blocked', codes: facts.blocks })
  if (facts.state === 'lost' || facts.state === 'claimed-returned') against.push({ kind: facts.state })
  if (facts.waiting) against.push({ kind: 'reserved' })
  const by_on = facts.return_by_on
  if (by_on && [facts.due_on, facts.today].some((day) => Temporal.PlainDate.compare(day, by_on) >= 0)) {
    against.push({ kind: 'lender-wants-back', by_on })
  }
  if (facts.renewals >= values.renewals) against.push({ kind: 'too-many-renewals', limit: values.renewals })
  if (!values.loanable) against.push({ kind: 'not-loanable' })
  const from_on = firstRenewalDay(facts.due_on, values)
  if (from_on && Temporal.PlainDate.compare(facts.today, from_on) < 0) against.push({ kind: 'too-early', from_on })
  return against
}

/** The first day on which a loan may be renewed; undefined when it may at any time. */
export function firstRenewalDay(
  due_on: Temporal.PlainDate,
  { renewFromDaysBefore }: LendingValues,
): Temporal.PlainDate | undefined {
  return renewFromDaysBefore === null ? undefined : due_on.subtract({ days: renewFromDaysBefore })
}

/** What each reason is called by websites and apps that were made for another system; what it has no word for is "other". */
export const FBS_RENEWAL_STATUS = {
  'unknown-loan': 'deniedMaterialIsNotFound',
  'not-on-loan': 'deniedMaterialIsNotFound',
  restricted: 'deniedOtherReason',
  blocked: 'deniedLoanerIsBlocked',
  lost: 'deniedOtherReason',
  'claimed-returned': 'deniedOtherReason',
  reserved: 'deniedReserved',
  'lender-wants-back': 'deniedOtherReason',
  'too-many-renewals': 'deniedMaxRenewalsReached',
  'not-loanable': 'deniedMaterialIsNotLoanable',
  'too-early': 'deniedOtherReason',
} as const satisfies Record<RenewalReason['kind'], string>
