export { type CheckinRefusal, type CheckinRequest, checkin, type Returned } from './checkin.ts'
export { type CheckoutRequest, checkout, type Lent, type Look } from './checkout.ts'
export { type ClaimRefusal, claimReturned, withdrawClaim } from './claim-returned.ts'
export {
  type ClosureRefusal,
  closeSuddenly,
  decideClosure,
  goOnMoving,
  leftOf,
  previewClosure,
} from './closure.ts'
export { registerClosureDesk } from './closure-desk.ts'
export { type Damage, type DamageRefusal, reportDamaged } from './damage.ts'
export { registerDeskScans } from './desk.ts'
export { registerWorkLists } from './desk-lists.ts'
export { type LoanDeskNeeds, loansSection, registerPatronLoansDesk } from './desk-patron.ts'
export { registerReceiptDesk } from './desk-receipt.ts'
export { SIGNS, scanItem } from './desk-scan.ts'
export { type ExpectedFee, expectedFees } from './expected-fees.ts'
export { itemLoanSection, registerItemLoanDesk } from './item-section.ts'
export { declareLoanLost, type LossRefusal, type Lost } from './lose.ts'
export { type DueMoved, dueMoved, moveDueDates } from './move-due.ts'
export { declareLost, remindDueSoon, remindOverdue } from './nightly.ts'
export { type OfflineEvent, type OfflineOutcome, type OfflineReport, replayOffline } from './offline.ts'
export { OFFLINE_SCRIPTS, offlineStrip, registerOfflineDesk } from './offline-desk.ts'
export { myLoansTile, registerLoanPages } from './pages.ts'
export {
  type Borrower,
  countLoans,
  type GroupLoan,
  groupLoansOf,
  type LoanCounts,
  lastBorrower,
  lentLately,
  type OpenLoan,
  openLoans,
} from './queries.ts'
export { tellReceipts, wantReceipt } from './receipts.ts'
export { type Renewed, renew, renewAll, renewEach, type Tried } from './renew.ts'
export { FBS_RENEWAL_STATUS, type RenewalReason, type RenewalRefusal } from './renewal-rules.ts'
export { RFID_SCRIPTS, rfidPanel } from './rfid-panel.ts'
export { type Route, routeReturn } from './route.ts'
export { type CheckoutReason, type CheckoutRefusal, kindsOf, type Override, reasonsOf } from './rules.ts'
export { settle } from './settle.ts'
export { LOAN_STATES, type LoanState, loanMayBecome, loanState } from './states.ts'
export { AGE_BANDS, loansTables } from './tables.ts'
export {
  dueSoon,
  loanReceipt,
  loansTemplates,
  overdue,
  returnedByAnother,
  returnReceipt,
} from './templates.ts'
export { blockedText, checkinText, checkoutText, deskRefusalText, renewalText, seen } from './texts.ts'
export { type UndoRefusal, undoCheckin, undoCheckout } from './undo.ts'
