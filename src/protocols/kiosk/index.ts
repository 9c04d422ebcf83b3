export { KIOSK_PATH, type KioskOptions, registerKiosk } from './pages.ts'
