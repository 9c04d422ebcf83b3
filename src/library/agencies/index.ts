export { addBranch, allOpeningHours, listBranches, setOpeningHours } from './branches.ts'
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
export { allClosedDays, closedDaysOf, type ListedClosedDay, removeClosedDay, setClosedDays } from './closed-days.ts'
export { easterOf, type Holiday, holidaysOf } from './holidays.ts'
export {
  calendarOf,
  type HoursFault,
  hoursOn,
  hoursText,
  type OpenHours,
  openAt,
  openingHours,
  readHours,
  readTimetable,
  type Timetable,
  type WeeklyHours,
} from './hours.ts'
export { branchList, registerBranchPages } from './pages.ts'
export { type Agency, enterAgency, listAgencies, strikeAgency } from './register.ts'
export { agenciesTables, type BranchRow, type ClosedDayRow, type OpeningHoursRow } from './tables.ts'
