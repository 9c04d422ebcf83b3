export { expireReservations } from './nightly.ts'
export {
  deleteReservation,
  passOn,
  placeReservation,
  putOnShelf,
  type ReadyReservation,
  type ReservationRefusal,
  takeReservation,
} from './place.ts'
export { type ReservationRow, reservationsTables } from './tables.ts'
