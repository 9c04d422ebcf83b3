export { type NewMessage, queueMessages, type Sender, sendWaiting, type WaitingMessage } from './queue.ts'
export { type Channel, type MessageRow, messagesTables } from './tables.ts'
