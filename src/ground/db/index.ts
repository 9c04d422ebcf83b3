export type { Limits } from './connections.ts'
export { type DbContext, transact } from './context.ts'
export { Databases } from './databases.ts'
export { Db, type Named, sql, type Write } from './db.ts'
export { type EmbeddedServer, isAlive, runningEmbedded, startEmbedded } from './embedded.ts'
export { sqlState, violated } from './fault.ts'
export { lintMigration } from './lint.ts'
export {
  dropSchema,
  ensureSchema,
  MIGRATIONS,
  migrateAgency,
  migrateShared,
  migrationNumber,
  readMigrations,
} from './migrate.ts'
export { OperatorProblem } from './problem.ts'
export { checkServer, ensureDatabase, type ServerFacts, siblingUrl } from './server.ts'
