export { type Charge, chargeFee, chargeLateFee, type LateFee, type LateLoan } from './charge.ts'
export { type Cancelled, type Compensation, cancelCompensation, chargeCompensation, type Loss } from './compensation.ts'
export { type CreditRefusal, credit, voidLateFee } from './credit.ts'
export { type Movements, movements, type Reconciliation, reconcile, type Takings, takings } from './daily-report.ts'
export { reviewDebt, reviewDebts } from './debt-block.ts'
export { registerMoneyDesk } from './desk.ts'
export { FEE_TABLE_PATH } from './desk-fee-table.ts'
export type { MoneyDeskNeeds } from './desk-frame.ts'
export { moneySection } from './desk-patron.ts'
export { MONEY_PATH } from './desk-report.ts'
export {
  type CompensationPrice,
  type CompensationPrices,
  type DebtLimit,
  type FeeTable,
  feeTable,
  priceOf,
  readAboveCap,
} from './fee-table.ts'
export { type ClaimStanding, claimStanding, handOver, takeBack } from './hand-over.ts'
export { cancelPayment, expireOrders, type NewPayment, startPayment } from './online.ts'
export { confirmPayment } from './online-confirm.ts'
export { orderOfProvider, readOrder } from './online-orders.ts'
export { type OnlinePagesNeeds, registerOnlinePages } from './online-pages.ts'
export { ORDER_STEPS, type StartRefusal } from './online-rules.ts'
export { moneyTile, myMoneyTile } from './online-section.ts'
export { claimText } from './online-texts.ts'
export {
  type Claim,
  type Part,
  type PaymentRefusal,
  pay,
  payBack,
  paySeveral,
  type Receipt,
  type RefundRefusal,
  type Till,
} from './pay.ts'
export {
  type OrderLine,
  type OrderToPay,
  type PaymentProvider,
  PaymentProviderDown,
  type ProviderStatus,
} from './payment-provider.ts'
export {
  type ClaimedMaterial,
  hasOpenClaim,
  lastClaimSettled,
  type OpenClaim,
  openClaims,
  payable,
  paymentsOf,
  type ReceiptRow,
  receiptsBy,
} from './queries.ts'
export {
  aboveCap,
  decideLateFee,
  type FeeBand,
  lateFee,
  paysChildFee,
  STATUTORY_CAP,
} from './rules.ts'
export { sendBill, sendReceipt, sendStatement } from './statement.ts'
export { feesTables } from './tables.ts'
export { feesTemplates } from './templates.ts'
