export {
  type CprSimulator,
  type CprSimulatorOptions,
  startCprSimulator,
  type WrongAnswer,
} from './cpr-service.ts'
export type { SimulatedAddress, SimulatedCitizen, SimulatedCustody } from './cpr-service-citizens.ts'
export { type MitIdSimulator, type SimulatedClient, type SimulatedPerson, startMitIdSimulator } from './mitid.ts'
