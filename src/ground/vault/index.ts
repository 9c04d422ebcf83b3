export { type Beside, isThisMachine, mayCarry, readConnections } from './connections.ts'
export type { Context } from './context.ts'
export { MasterKey } from './master-key.ts'
export { type Sealed, Vault } from './vault.ts'
