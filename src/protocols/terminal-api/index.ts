export { registerTerminalApi } from './endpoints.ts'
