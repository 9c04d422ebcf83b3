export { type NexiConfig, type NexiMerchant, readNexiConfig } from './config.ts'
export { connectNexi, type Nexi } from './connect.ts'
export { type NexiWebhookDeps, registerNexiWebhook } from './webhook.ts'
