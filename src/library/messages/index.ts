export { type Addressee, serviceMessage } from './address.ts'
export { type NewMessage, queueMessages, type Sender, type Senders, sendWaiting, type WaitingMessage } from './queue.ts'
export { type Channel, type MessageRow, messagesTables } from './tables.ts'
