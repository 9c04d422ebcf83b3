export { addBranch, listBranches, setOpeningHours } from './branches.ts'
export { type Agency, enterAgency, listAgencies, strikeAgency } from './register.ts'
export { agenciesTables, type BranchRow, type OpeningHoursRow } from './tables.ts'
