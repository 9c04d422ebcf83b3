export type { Charset } from './charset.ts'
export { parseAnswer } from './codec.ts'
export { houseDesk, houseDoor } from './desk.ts'
export { readSip2Listeners, type Sip2Config } from './listeners.ts'
export { type LiveEntry, LiveLog } from './live-log.ts'
export type { Desk, DoorVerdict, HoldFacts, LoanFacts, PatronFacts } from './ports.ts'
export { type Profile, profileOf, type Sip2Setup, sip2Setup } from './profile.ts'
export { holdsOf, itemFacts, loansOf, patronFacts } from './queries.ts'
export type { ReceptionOptions, Sip2Libraries, Sip2Library } from './reception.ts'
export { isFrom } from './reception.ts'
export { registerSip2Rest, type Sip2RestOptions } from './rest.ts'
export {
  SIP2_LIMITS,
  type Sip2Limits,
  type Sip2Listener,
  type Sip2Server,
  type Sip2ServerOptions,
  startSip2Server,
} from './server.ts'
export { registerSip2SettingsDesk, SIP2_PATH } from './settings-desk.ts'
export { registerTraffic, trafficWay } from './traffic-desk.ts'
