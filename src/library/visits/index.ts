export { DOORS_PATH, registerDoorsDesk } from './desk.ts'
export { houseRulesSection, registerHouseRulesDesk } from './desk-patron.ts'
export { type AtDoor, enter } from './enter.ts'
export {
  type DoorMachine,
  type PassList,
  passList,
  reconcileVisits,
  type VisitDuringOutage,
  type VisitOutcome,
} from './outage.ts'
export { MY_HOUSE_RULES, registerHouseRules } from './pages.ts'
export { Passes, shownCard } from './passes.ts'
export type { EntryRefusal, Opening } from './rules.ts'
export { type Doors, doors } from './setting.ts'
export { DOORS_SETTING_PATH, registerDoorsSetting } from './setting-desk.ts'
export { reportSurveillance } from './surveillance.ts'
export { type VisitId, type VisitRow, visitsTables } from './tables.ts'
export { entryRefusalText } from './texts.ts'
