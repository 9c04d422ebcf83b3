export { type AtDoor, enter } from './enter.ts'
export {
  type DoorMachine,
  type PassList,
  passList,
  reconcileVisits,
  type VisitDuringOutage,
  type VisitOutcome,
} from './outage.ts'
export { Passes, shownCard } from './passes.ts'
export type { EntryRefusal, Opening } from './rules.ts'
export { type Doors, doors } from './setting.ts'
export { reportSurveillance } from './surveillance.ts'
export { type VisitId, type VisitRow, visitsTables } from './tables.ts'
export { entryRefusalText } from './texts.ts'
