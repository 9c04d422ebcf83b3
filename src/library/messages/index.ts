export { ADDRESSEE, type Addressee, REACHABLE, serviceMessage } from './address.ts'
export { changeTexts, type Texts, type TextsChange, type TextsRefusal, textsHistory, textsOf } from './change-texts.ts'
export {
  markHandled,
  noteDelivery,
  type ResendRefusal,
  resend,
  type Undelivered,
  undelivered,
  undeliveredNamed,
  waitingByChannel,
  withdrawMessages,
} from './delivery.ts'
export { type MessageHours, mayDisturb, messageHours } from './hours.ts'
export { type Letter, type LetterPdfOptions, letterPdf } from './letter-pdf.ts'
export {
  type LetterBatch,
  lettersBack,
  lettersSent,
  lettersTaken,
  pursuesClaim,
  type TakenLetter,
  takeLetters,
  type WaitingLetter,
  waitingLetters,
} from './letters.ts'
export { registerMyMessages } from './pages.ts'
export { type PushPagesNeeds, registerPushPages } from './pages-push.ts'
export {
  dropSubscription,
  type GivenPush,
  MOST_SUBSCRIPTIONS,
  type PushOptions,
  type SubscribeRefusal,
  subscribe,
  subscriptionsOf,
  unsubscribe,
} from './push.ts'
export { isEndpointHere, isPublicAddress, isPushEndpoint } from './push-endpoint.ts'
export { type PushSubscriptionId, type PushSubscriptionRow, pushSubscription } from './push-tables.ts'
export { subscribeRefusalText } from './push-texts.ts'
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
export { type FieldTree, fieldsOf, fillIn, SHORT_LENGTH, type TextFault, textFaults } from './template-text.ts'
export {
  type AnyTemplate,
  channelsNamed,
  declareTemplate,
  type KindName,
  kindNames,
  messageTemplates,
  type NamedChannels,
  type OwnTexts,
  type Template,
  type TemplateText,
  tell,
  tellTogether,
} from './templates.ts'
export { registerTemplatesDesk, TEMPLATES_PATH, type TemplatesNeeds } from './templates-desk.ts'
