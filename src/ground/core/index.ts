export { type Actor, actorText, STAFF_ROLES, type StaffRole } from './actor.ts'
export { Belief } from './belief.ts'
export {
  ageOn,
  at,
  type Clock,
  dayOf,
  earlier,
  MovableClock,
  realClock,
  ShiftedClock,
  startOfDay,
  stopwatch,
  TIME_ZONE,
} from './clock.ts'
export {
  type BranchId,
  type CompensationId,
  type FeeId,
  type Id,
  type ItemId,
  isId,
  type LoanId,
  type MessageId,
  type PatronId,
  type PaymentId,
  type PaymentOrderId,
  type ReservationId,
  type StaffId,
  type TitleId,
} from './ids.ts'
export { type Log, silentLog } from './log.ts'
export { kroner, type Ore, oreOf } from './money.ts'
export { between, freshUuid, pick, type Random, seededRandom, systemRandom } from './random.ts'
export { assert, ok, type Result, refuse, unreachable } from './result.ts'
export type { Language, Text2 } from './text.ts'
