export { connectPush, type Push, type PushConfig, type PushPayload } from './connect.ts'
export { type VapidKeys, vapidKeys } from './vapid.ts'
