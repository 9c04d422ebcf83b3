export { type Charge, chargeCompensation, chargeFee } from './charge.ts'
export { reviewDebt, reviewDebts } from './debt-block.ts'
export { type Claim, type PaymentRefusal, pay, type Receipt } from './pay.ts'
export { hasOpenClaim, lastClaimSettled, type OpenClaim, openClaims } from './queries.ts'
export {
  aboveCap,
  compensationFor,
  DEBT_NOTICE_DAYS,
  type FeeBand,
  LATE_FEES_BLOCK_AT,
  lateFee,
  paysChildFee,
  STATUTORY_CAP,
} from './rules.ts'
export { feesTables } from './tables.ts'
