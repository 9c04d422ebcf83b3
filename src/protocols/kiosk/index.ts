export { KIOSK_PATH, type KioskOptions, kioskWay, registerKiosk } from './pages.ts'
