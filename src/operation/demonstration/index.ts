export { type DemonstrationLibrary, LIBRARIES } from './libraries.ts'
export { leaveWork, publishDemonstrationTerms } from './waiting.ts'
export { FULL_YEAR, simulateYear, type YearOptions, type YearReport, type YearSize } from './year.ts'
