export { authTables } from './tables.ts'
