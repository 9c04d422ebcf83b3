export { type MitIdSimulator, type SimulatedClient, type SimulatedPerson, startMitIdSimulator } from './mitid.ts'
