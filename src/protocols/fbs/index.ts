export type { FbsDeps } from './call.ts'
export { registerFbs } from './server.ts'
