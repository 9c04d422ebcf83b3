export { registerNewsDesk } from './desk.ts'
export { makeNewsletter } from './issues.ts'
export { registerNewsPages } from './pages.ts'
export { newsChannels } from './queries.ts'
export { sendNews } from './send.ts'
export {
  confirm,
  dropUnconfirmed,
  leave,
  type NewsRefusal,
  subscribeToNews,
  subscribeToSmsNews,
} from './subscribe.ts'
export { type NewsletterId, newsTables } from './tables.ts'
