import type { ReservationState } from './queries.ts'

/**
 * What may become of a reservation. `gone` is the end of each: it is filled, expired or deleted, and no row is left. What
 * was trapped for somebody is never given back to the queue unless the item
 * proves to be broken: it is picked up, or goes to the next in line.
 */
export const RESERVATION_STATES: Readonly<Record<ReservationState, readonly (ReservationState | 'gone')[]>> = {
  waiting: ['in-transit', 'ready', 'gone'],
  'in-transit': ['ready', 'waiting', 'gone'],
  ready: ['waiting', 'in-transit', 'gone'],
}

export function reservationMayBecome(from: ReservationState, to: ReservationState | 'gone'): boolean {
  return RESERVATION_STATES[from].includes(to)
}
