export { addBranch, listBranches, setOpeningHours } from './branches.ts'
export {
  type Calendar,
  closeOn,
  isOpenOn,
  nextOpenDay,
  openAgainOn,
  openDaysAfter,
  openDaysBetween,
  readCalendar,
} from './calendar.ts'
export { type Agency, enterAgency, listAgencies, strikeAgency } from './register.ts'
export { agenciesTables, type BranchRow, type ClosedDayRow, type OpeningHoursRow } from './tables.ts'
