export { type Addressee, serviceMessage } from './address.ts'
export { dropWaiting, type NewMessage, queueMessages } from './queue.ts'
export {
  idempotent,
  onceOnly,
  RefusedByChannel,
  type Sender,
  type Senders,
  sendWaiting,
  type WaitingMessage,
} from './send.ts'
export { type Channel, type MessageRow, messagesTables } from './tables.ts'
