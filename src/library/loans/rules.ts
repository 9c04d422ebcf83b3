import { type ItemState, isLendable } from '#catalogue'
import { ageOn, type ItemId, ok, type PatronId, type Result, refuse } from '#core'
import { decideLending, type LendingRules, type LendingScope } from '#lending-rules'
import type { BlockCode } from '#patrons'
import type { AgeBand } from './tables.ts'

/** What a checkout is decided from. What is unknown is null, so that the other faults can still be told. */
export interface CheckoutFacts {
  readonly patron: CheckoutPatron | null
  readonly item: CheckoutItem | null
  readonly today: Temporal.PlainDate
  /** What other questions have found against it. */
  readonly others: readonly CheckoutReason[]
}

export interface CheckoutPatron {
  readonly id: PatronId
  readonly birth_on: Temporal.PlainDate | null
  /** The coarse group: a child whose birthday nobody knows is too young for whatever has an age limit. */
  readonly patron_group: string
  readonly restricted: boolean
  /** Codes of the loan blocks that stand today. */
  readonly blocks: readonly BlockCode[]
  /** The material group of each open loan; what the patron says is returned does not count. */
  readonly loans: readonly string[]
}

export interface CheckoutItem {
  readonly id: ItemId
  readonly state: ItemState
  readonly material_group: string
  readonly lent_to: PatronId | null
  readonly kept_for: PatronId | null
  /** When the library that lent it to us wants it back; null of the library's own. */
  readonly return_by_on: Temporal.PlainDate | null
}

export type CheckoutReason =
  | { readonly kind: 'unknown-patron' }
  | { readonly kind: 'unknown-item' }
  | { readonly kind: 'restricted' }
  | { readonly kind: 'blocked'; readonly codes: readonly BlockCode[] }
  | { readonly kind: 'lent-to-another' }
  | { readonly kind: 'withdrawn' }
  | { readonly kind: 'damaged' }
  /** Counted as lost, or on order: it is handed in first, so that what is owed for it, and who waits, is seen to. */
  | { readonly kind: 'hand-in-first'; readonly state: ItemState }
  | { readonly kind: 'reserved-for-another' }
  /** The day has passed on which the library that lent it to us wants it back. */
  | { readonly kind: 'lender-wants-back' }
  | { readonly kind: 'not-loanable' }
  | { readonly kind: 'too-young'; readonly age: number }
  | { readonly kind: 'too-many-loans'; readonly limit: number }
  | { readonly kind: 'too-many-of-group'; readonly limit: number; readonly group: string }
  | { readonly kind: 'override-not-allowed' }
  | { readonly kind: 'override-needs-reason' }
  | { readonly kind: 'due-in-past' }
  | { readonly kind: 'unknown-primary' }
  /** The library's policy does not say how long it is kept who answers for a loan, so nobody may. */
  | { readonly kind: 'group-loans-off' }
  /** Of what happened offline: the item has been lent or handed in since. */
  | { readonly kind: 'seen-since' }

/** The reason that weighs most, and the others beside it. */
export type Reasons<Reason> = Reason & { readonly also?: readonly Reason[] }
export type CheckoutRefusal = Reasons<CheckoutReason>

/** Puts reasons together, the first as the main one; undefined when there are none. */
export function refusalOf<Reason extends { readonly kind: string }>(
  reasons: readonly Reason[],
): Reasons<Reason> | undefined {
  const [main, ...also] = reasons
  return main && (also.length > 0 ? { ...main, also } : main)
}

/** All reasons of a refusal, the main one first. */
export function reasonsOf<Reason extends { readonly kind: string }>(refusal: Reasons<Reason>): Reason[] {
  const { also = [], ...main } = refusal
  return [main as unknown as Reason, ...also]
}

/** The kinds of all reasons, for a machine. */
export function kindsOf<Reason extends { readonly kind: string }>(refusal: Reasons<Reason>): Reason['kind'][] {
  return reasonsOf(refusal).map(({ kind }) => kind)
}

/** A member of staff lends all the same, or until another day, and says why. */
export interface Override {
  readonly reason: string
  readonly due_on?: Temporal.PlainDate | undefined
}

/** Why a checkout is not held up by every reason against it. */
export type Lenience =
  | { readonly kind: 'override'; readonly override: Override; readonly allowed: boolean }
  /** It happened while Kvit was out of reach, and the item has left the house. */
  | { readonly kind: 'offline' }

/** What staff may set aside. Never who is unknown or restricted, or what is not the library's to lend just now. */
const FOR_STAFF: ReadonlySet<CheckoutReason['kind']> = new Set([
  'blocked',
  'not-loanable',
  'too-young',
  'too-many-loans',
  'too-many-of-group',
])

/** What beside it no longer matters once the item has left the house. */
const OFFLINE: ReadonlySet<CheckoutReason['kind']> = new Set(['restricted', 'lender-wants-back'])

/** Whether staff may lend all the same. */
export function mayLendDespite(reasons: readonly CheckoutReason[]): boolean {
  return reasons.every(({ kind }) => FOR_STAFF.has(kind))
}

/**
 * Decides a checkout; `again` when this patron has the item already, which whoever resends takes as done. All reasons
 * against it are told at once, the gravest first; `despite` are those that were set aside.
 */
export function decideCheckout(
  facts: CheckoutFacts,
  rules: LendingRules,
  scope: LendingScope,
  lenience?: Lenience,
): Result<{ readonly kind: 'again' } | { readonly kind: 'lend'; readonly despite: CheckoutReason[] }, CheckoutRefusal> {
  const { patron, item, today } = facts
  if (patron && item?.lent_to === patron.id && !patron.restricted) return ok({ kind: 'again' })
  const against = [
    ...(patron ? againstPatron(patron) : [{ kind: 'unknown-patron' } as const]),
    ...(item ? againstItem(item, patron, today) : [{ kind: 'unknown-item' } as const]),
    ...(patron && item ? againstBoth(patron, item, today, rules, scope) : []),
    ...facts.others,
  ]
  const yields = (reason: CheckoutReason) => lenience !== undefined && isSetAside(reason, lenience)
  const left = against.filter((reason) => !yields(reason))
  if (lenience?.kind === 'override') left.push(...againstOverride(lenience, today))
  const refusal = refusalOf(byGravity(left))
  return refusal ? refuse(refusal) : ok({ kind: 'lend', despite: against.filter(yields) })
}

function isSetAside(reason: CheckoutReason, lenience: Lenience): boolean {
  if (lenience.kind === 'offline') return OFFLINE.has(reason.kind) || FOR_STAFF.has(reason.kind)
  // Nobody lends to the dead.
  if (reason.kind === 'blocked' && reason.codes.includes('deceased')) return false
  return FOR_STAFF.has(reason.kind)
}

const GRAVITY: readonly CheckoutReason['kind'][] = [
  'override-not-allowed',
  'override-needs-reason',
  'due-in-past',
  'unknown-patron',
  'unknown-item',
  'restricted',
  'blocked',
  'lent-to-another',
]

function byGravity(reasons: readonly CheckoutReason[]): CheckoutReason[] {
  const rank = ({ kind }: CheckoutReason) => (GRAVITY.includes(kind) ? GRAVITY.indexOf(kind) : GRAVITY.length)
  return [...reasons].sort((a, b) => rank(a) - rank(b))
}

function againstOverride(
  { override, allowed }: Extract<Lenience, { kind: 'override' }>,
  today: Temporal.PlainDate,
): CheckoutReason[] {
  const against: CheckoutReason[] = []
  if (!allowed) against.push({ kind: 'override-not-allowed' })
  if (override.reason.trim() === '') against.push({ kind: 'override-needs-reason' })
  if (override.due_on && Temporal.PlainDate.compare(override.due_on, today) <= 0) against.push({ kind: 'due-in-past' })
  return against
}

function againstPatron(patron: CheckoutPatron): CheckoutReason[] {
  const against: CheckoutReason[] = []
  if (patron.restricted) against.push({ kind: 'restricted' })
  if (patron.blocks.length > 0) against.push({ kind: 'blocked', codes: patron.blocks })
  return against
}

function againstItem(item: CheckoutItem, patron: CheckoutPatron | null, today: Temporal.PlainDate): CheckoutReason[] {
  if (item.lent_to) return item.lent_to === patron?.id ? [] : [{ kind: 'lent-to-another' }]
  const against: CheckoutReason[] = []
  if (item.state === 'withdrawn' || item.state === 'damaged') against.push({ kind: item.state })
  else if (!isLendable(item.state) && item.state !== 'on-loan') {
    against.push({ kind: 'hand-in-first', state: item.state })
  }
  if (item.kept_for && item.kept_for !== patron?.id) against.push({ kind: 'reserved-for-another' })
  if (item.return_by_on && Temporal.PlainDate.compare(item.return_by_on, today) < 0) {
    against.push({ kind: 'lender-wants-back' })
  }
  return against
}

function againstBoth(
  patron: CheckoutPatron,
  item: CheckoutItem,
  today: Temporal.PlainDate,
  rules: LendingRules,
  scope: LendingScope,
): CheckoutReason[] {
  const { values, because } = decideLending(rules, scope)
  const against: CheckoutReason[] = []
  if (!values.loanable) against.push({ kind: 'not-loanable' })
  if (isYoungerThan(values.leastAge, patron, today)) against.push({ kind: 'too-young', age: values.leastAge })
  if (values.mostLoans !== null && patron.loans.length >= values.mostLoans) {
    against.push({ kind: 'too-many-loans', limit: values.mostLoans })
  }
  if (values.mostOfGroup !== null) {
    const decided = because.mostOfGroup === null ? undefined : rules.rules[because.mostOfGroup]
    const group = decided?.materialGroup ?? item.material_group
    const counted = groupsWithin(rules, group)
    const have = patron.loans.filter((each) => counted.has(each)).length
    if (have >= values.mostOfGroup) against.push({ kind: 'too-many-of-group', limit: values.mostOfGroup, group })
  }
  return against
}

function isYoungerThan(age: number, patron: CheckoutPatron, today: Temporal.PlainDate): boolean {
  if (age === 0) return false
  return patron.birth_on ? ageOn(patron.birth_on, today) < age : patron.patron_group === 'child'
}

/** A material group and all that are part of it: a limit on films counts those on every kind of disc. */
function groupsWithin(rules: LendingRules, code: string): ReadonlySet<string> {
  const within = new Set([code])
  for (let grown = true; grown; ) {
    grown = false
    for (const { code, parent } of rules.materialGroups) {
      if (parent === undefined || !within.has(parent) || within.has(code)) continue
      within.add(code)
      grown = true
    }
  }
  return within
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
