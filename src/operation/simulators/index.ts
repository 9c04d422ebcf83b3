export {
  type CprSimulator,
  type CprSimulatorOptions,
  startCprSimulator,
  type WrongAnswer,
} from './cpr-service.ts'
export type { SimulatedAddress, SimulatedCitizen, SimulatedCustody } from './cpr-service-citizens.ts'
export {
  type DeliveredPost,
  type DigitalPostSimulator,
  type DigitalPostSimulatorOptions,
  startDigitalPostSimulator,
} from './digital-post.ts'
export { type MitIdSimulator, type SimulatedClient, type SimulatedPerson, startMitIdSimulator } from './mitid.ts'
export { type NexiSimulator, type NexiTrouble, type SimulatedPayment, startNexiSimulator } from './nexi.ts'
export {
  type SimulatedSms,
  type SmsGateway,
  type SmsGatewayOptions,
  type SmsTrouble,
  startSmsGateway,
} from './sms-gateway.ts'
