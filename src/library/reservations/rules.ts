import type { ItemState } from '#catalogue'
import type { BranchId, Result } from '#core'
import { ok, refuse } from '#core'
import type { LendingValues } from '#lending-rules'
import type { BlockCode } from '#patrons'

export type ReservationRefusal =
  | { readonly kind: 'unknown-patron' }
  | { readonly kind: 'unknown-title' }
  | { readonly kind: 'unknown-branch' }
  | { readonly kind: 'already-reserved' }
  | { readonly kind: 'already-borrowed' }
  | { readonly kind: 'restricted' }
  | { readonly kind: 'blocked'; readonly codes: readonly BlockCode[] }
  /** The rules let nobody reserve it, such as quick loans. */
  | { readonly kind: 'not-reservable' }
  | { readonly kind: 'not-loanable' }
  | { readonly kind: 'too-young'; readonly age: number }
  /** Every item is lost, or every item has been withdrawn, or there is none. */
  | { readonly kind: 'lost' }
  | { readonly kind: 'withdrawn' }
  | { readonly kind: 'no-items' }
  | { readonly kind: 'too-many'; readonly limit: number }
  | { readonly kind: 'interest-in-past' }

/** The words the FBS API has for them, where it has one. */
export const FBS_RESERVATION_RESULT: Readonly<Record<ReservationRefusal['kind'], string>> = {
  'unknown-patron': 'patron_not_found',
  'unknown-title': 'material_not_found',
  'unknown-branch': 'not_reservable',
  'already-reserved': 'already_reserved',
  'already-borrowed': 'already_loaned',
  restricted: 'patron_is_blocked',
  blocked: 'patron_is_blocked',
  'not-reservable': 'material_not_reservable',
  'not-loanable': 'material_not_loanable',
  'too-young': 'not_reservable',
  lost: 'material_lost',
  withdrawn: 'material_Discarded',
  'no-items': 'no_reservable_materials',
  'too-many': 'exceeds_max_reservations',
  'interest-in-past': 'not_reservable',
}

export interface ItemFacts {
  readonly branch_id: BranchId
  readonly material_group: string
  readonly state: ItemState
}

export interface TitleFacts {
  /** By this patron, in the same issue. */
  readonly reserved: boolean
  readonly borrowed: boolean
  readonly items: readonly ItemFacts[]
}

export interface ReservationFacts {
  readonly title:
    | (Omit<TitleFacts, 'items'> & { readonly items: readonly (ItemFacts & { readonly values: LendingValues })[] })
    | undefined
  /** How many the patron has already. */
  readonly held: number
  readonly age: number | null
  readonly today: Temporal.PlainDate
  readonly interestUntil: Temporal.PlainDate | undefined
  /** What holds whatever the item. */
  readonly general: LendingValues
}

/**
 * Decides whether somebody may wait for a title: some item must one day be able to serve them, one on order too. An item
 * that stands on the shelf may be reserved: it is then fetched.
 */
export function decideReservation(facts: ReservationFacts): Result<LendingValues, ReservationRefusal> {
  const { title, held, age, today, interestUntil, general } = facts
  if (!title) return refuse({ kind: 'unknown-title' })
  if (title.reserved) return refuse({ kind: 'already-reserved' })
  if (title.borrowed) return refuse({ kind: 'already-borrowed' })
  if (interestUntil && Temporal.PlainDate.compare(interestUntil, today) < 0) return refuse({ kind: 'interest-in-past' })
  const { items } = title
  if (items.length === 0) return refuse({ kind: 'no-items' })
  if (items.every(({ state }) => state === 'withdrawn')) return refuse({ kind: 'withdrawn' })
  const alive = items.filter(({ state }) => state !== 'withdrawn' && state !== 'lost')
  if (alive.length === 0) return refuse({ kind: 'lost' })
  const loanable = alive.filter(({ values }) => values.loanable)
  if (loanable.length === 0) return refuse({ kind: 'not-loanable' })
  const reservable = loanable.filter(({ values }) => values.reservable)
  if (reservable.length === 0) return refuse({ kind: 'not-reservable' })
  const leastAge = Math.min(...reservable.map(({ values }) => values.leastAge))
  if (leastAge > 0 && (age ?? 0) < leastAge) return refuse({ kind: 'too-young', age: leastAge })
  if (general.mostReservations !== null && held >= general.mostReservations) {
    return refuse({ kind: 'too-many', limit: general.mostReservations })
  }
  return ok(reservable[0]?.values ?? general)
}
