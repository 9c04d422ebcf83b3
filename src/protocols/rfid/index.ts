export { type Bridge, type BridgeOptions, startBridge } from './bridge.ts'
export { driverReader, type Reader, SimulatedReader } from './readers.ts'
