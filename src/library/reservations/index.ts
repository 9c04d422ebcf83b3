export { type Absence, type AbsenceRefusal, endAbsence, endAbsences, readAbsence, setAbsence } from './absence.ts'
export { type ChangeReservationRefusal, changeReservation } from './change.ts'
export { deleteReservation } from './delete.ts'
export { registerReservationsDesk } from './desk.ts'
export {
  type ReservationDeskNeeds,
  registerPatronReservationsDesk,
  reservationsSection,
} from './desk-patron.ts'
export { type AskRefusal, askElsewhere, type Elsewhere, type InterlibraryWish } from './interlibrary.ts'
export { INTERLIBRARY_PATH, registerInterlibraryDesk } from './interlibrary-desk.ts'
export { ASK_ELSEWHERE, registerAskElsewhere } from './interlibrary-pages.ts'
export {
  endInterlibrary,
  INTERLIBRARY_STATES,
  type InterlibraryState,
  interlibraryList,
  LENDER_WANTS_BACK,
  orderElsewhere,
  takeIn,
} from './interlibrary-work.ts'
export { type Moved, movePickupDeadlines, pickupMoved } from './move-pickup.ts'
export { dropUnfillable, expireReservations } from './nightly.ts'
export { myReservationsTile, registerReservationPages, reservationsTile } from './pages.ts'
export { registerAbsencePages } from './pages-absence.ts'
export { registerReservePages, reserveSection } from './pages-reserve.ts'
export { leavePick, notOnShelf, pickList, type ToPick, takePicks } from './pick.ts'
export {
  type NewReservation,
  type NewReservations,
  type Placed,
  placeReservation,
  placeReservations,
  type Wish,
} from './place.ts'
export {
  type InTransit,
  inTransit,
  type ListedReservation,
  type OnPickupShelf,
  pickupShelf,
  queueLength,
  type ReservationState,
  reservationsOf,
} from './queries.ts'
export { FBS_RESERVATION_RESULT, type ReservationRefusal } from './rules.ts'
export { RESERVATION_STATES, reservationMayBecome } from './states.ts'
export { type ReservationRow, reservationsTables } from './tables.ts'
export { tellReady } from './tell.ts'
export {
  cannotBeObtained,
  interestSoon,
  pickupSoon,
  reservationDeleted,
  reservationReady,
  reservationsExpired,
  reservationsTemplates,
} from './templates.ts'
export { reservationText } from './texts.ts'
export {
  arriveAtBranch,
  FILLABLE,
  leaveShelf,
  NEEDED_BY_OTHERS,
  passOn,
  releaseItem,
  type Trapped,
  takeReservation,
  trapItem,
  WAITS_FOR,
} from './trap.ts'
