export { registerPcsDesk } from './desk.ts'
export { logOff, logOn, type PcRefusal, tidyPcs } from './log-on.ts'
export { registerGamingPages } from './pages.ts'
export { pcsTables } from './tables.ts'
