import type { ItemState } from '#catalogue'
import type { BranchId } from '#core'

/** Where something that was handed in goes now: what a sorter, a receipt or a member of staff acts on. */
export type Route =
  | { readonly kind: 'pickup-shelf'; readonly number: string | null }
  | { readonly kind: 'transit'; readonly to: BranchId; readonly for_reservation: boolean }
  | { readonly kind: 'shelf'; readonly shelf: string | null }
  | { readonly kind: 'repair' }
  /** Not the stock's any more. */
  | { readonly kind: 'withdrawn' }

export interface RouteFacts {
  readonly at: BranchId
  /** Where it belongs. */
  readonly home: BranchId
  readonly shelf: string | null
  /** It stays wherever it is handed in. */
  readonly floats: boolean
  /** What it was when it was handed in, or what it is found to be. */
  readonly state: ItemState
  /** The reservation it is kept for, by now. */
  readonly kept: { readonly pickup_branch: BranchId; readonly pickup_number: string | null } | undefined
}

/**
 * Decides where something handed in goes. What is broken or withdrawn serves nobody; somebody who waits comes before the
 * shelf it belongs to, also where it floats; what floats stays; everything else goes home.
 */
export function routeReturn(facts: RouteFacts): Route {
  const { at, home, kept } = facts
  if (facts.state === 'withdrawn') return { kind: 'withdrawn' }
  if (facts.state === 'damaged') return { kind: 'repair' }
  if (kept) {
    if (kept.pickup_branch === at) return { kind: 'pickup-shelf', number: kept.pickup_number }
    return { kind: 'transit', to: kept.pickup_branch, for_reservation: true }
  }
  if (facts.floats || home === at) return { kind: 'shelf', shelf: facts.shelf }
  return { kind: 'transit', to: home, for_reservation: false }
}

/** The state an item has on its way. */
export function stateOnRoute(route: Route): ItemState {
  switch (route.kind) {
    case 'pickup-shelf':
      return 'on-shelf-for-pickup'
    case 'transit':
      return 'in-transit'
    case 'shelf':
      return 'available'
    case 'repair':
      return 'damaged'
    case 'withdrawn':
      return 'withdrawn'
  }
}
