export { type DigitalPostConfig, type DigitalPostConnection, readDigitalPostConfig } from './config.ts'
export { connectDigitalPost, type DigitalPost, type DigitalPostFrom, type DigitalPostRecipient } from './connect.ts'
export {
  kombiRequest,
  MEMO,
  type Memo,
  type MemoContent,
  MemoTooLarge,
  MOST_MEMO_BYTES,
  memoOf,
  memoUuid,
} from './memo.ts'
export { type NoteDelivery, type Receipt, readReceipt, receiptAnswer, takeReceipt } from './receipts.ts'
export { type ReceiptsDeps, registerReceipts } from './receipts-route.ts'
