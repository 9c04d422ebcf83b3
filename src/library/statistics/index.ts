export { registerStatisticsPages } from './pages.ts'
export { countLoans, type LoanCount, type PublicStatistics, publicStatistics } from './queries.ts'
export { type Cells, type Shown, suppress } from './rules.ts'
