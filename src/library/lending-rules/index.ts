export {
  type BranchDay,
  type Closure,
  type LendingCalendar,
  lendingCalendar,
  movedDays,
  readOpenDays,
} from './calendar.ts'
export { CALENDAR_PATH, CLOSURE_PATH, registerCalendarDesk } from './calendar-desk.ts'
export { closureFields } from './calendar-pages.ts'
export {
  type AnnouncedClosure,
  type ClosureReach,
  closureOf,
  closures,
  MOST_CLOSURES,
  readFeeDays,
} from './closures.ts'
export { registerLendingRulesDesk } from './desk.ts'
export { RULES_PATH } from './desk-parts.ts'
export { type GroupRefusal, setLendingGroup, setMaterialGroup } from './groups.ts'
export {
  type Because,
  BUILT_IN_GROUPS,
  decideLending,
  type FittingRule,
  fittingRules,
  type Group,
  type LendingDecision,
  type LendingRule,
  type LendingRules,
  type LendingScope,
  type LendingValues,
  lendingRules,
  type Precedence,
  whyBefore,
} from './rules.ts'
export { changeTimetables, timetables } from './timetables.ts'
export { lineFault } from './typed.ts'
