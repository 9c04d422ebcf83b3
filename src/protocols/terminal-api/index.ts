export { registerDoorApi } from './doors.ts'
export { registerTerminalApi } from './endpoints.ts'
export { registerPcApi } from './pcs.ts'
