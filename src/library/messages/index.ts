export { ADDRESSEE, type Addressee, serviceMessage } from './address.ts'
export { type Letter, type LetterPdfOptions, letterPdf } from './letter-pdf.ts'
export {
  type LetterBatch,
  lettersBack,
  lettersSent,
  lettersTaken,
  type TakenLetter,
  takeLetters,
  type WaitingLetter,
  waitingLetters,
} from './letters.ts'
export {
  dropSubscription,
  type GivenPush,
  MOST_SUBSCRIPTIONS,
  type PushOptions,
  type SubscribeRefusal,
  subscribe,
  subscribeRefusalText,
  subscriptionsOf,
  unsubscribe,
} from './push.ts'
export { isEndpointHere, isPublicAddress, isPushEndpoint } from './push-endpoint.ts'
export { type PushSubscriptionId, type PushSubscriptionRow, pushSubscription } from './push-tables.ts'
export { dropWaiting, type NewMessage, queueMessages } from './queue.ts'
export {
  GoesByAnother,
  idempotent,
  onceOnly,
  RefusedByChannel,
  type Sender,
  type Senders,
  sendWaiting,
  type WaitingMessage,
} from './send.ts'
export { type Channel, type MessageRow, messagesTables } from './tables.ts'
