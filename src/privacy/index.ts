export { type AccessRefusal, accessesOf, accessNote, logAccess } from './access-log.ts'
export { type ChainReport, verifyChain } from './chain.ts'
export { type Field, findField } from './check-policy.ts'
export { type Comparison, comparePolicies } from './compare-policies.ts'
export {
  type ConsentRefusal,
  consentsOf,
  giveConsent,
  hasConsent,
  type NewConsent,
  withdrawConsent,
} from './consents.ts'
export {
  borrowing,
  type Column,
  coded,
  contact,
  type Declaration,
  dataName,
  declareTable,
  type FileDeclaration,
  findTable,
  free,
  identity,
  moment,
  money,
  none,
  patronTables,
  type Register,
  sealed,
  secret,
  staffMember,
} from './declare.ts'
export { registerPrivacyDesk } from './desk.ts'
export type { StaffNames } from './desk-frame.ts'
export { placers } from './desk-holds.ts'
export { looksTable } from './desk-looks.ts'
export { type Change, diffPolicies, type PolicyDiff } from './diff-policies.ts'
export { type Disclosure, type DisclosureRefusal, decideDisclosure, disclose, recipientNamed } from './disclosures.ts'
export {
  buryAgain,
  type ErasureReceipt,
  type ErasureRefusal,
  eraseOnRequest,
  finishErasures,
  hasSomethingOpen,
  openRows,
} from './erase.ts'
export { exportPerson, type PersonExport } from './export.ts'
export { type ExportFiles, exportJson, pruneExports, writeExport } from './export-files.ts'
export { exportHtml } from './export-html.ts'
export { exportPdf } from './export-pdf.ts'
export type { NameOf } from './export-values.ts'
export { type FeatureOff, featureOn, plannedClauses, requireFeature } from './features.ts'
export { privacyFiles } from './files.ts'
export { endHold, type HoldRefusal, holdableTables, listHolds, type NewHold, placeHold } from './holds.ts'
export { LAW, type Law } from './law.ts'
export { type Finding, lintPolicy } from './lint-policy.ts'
export {
  type Block,
  type Entry,
  makeNotice,
  type Notice,
  type NoticeSection,
  noticeText,
  type Sentence,
} from './notice.ts'
export { dataLabel, endText } from './notice-period-text.ts'
export { registerPrivacyPages } from './pages.ts'
export { cutoff, endsOn } from './period.ts'
export { periodText } from './period-text.ts'
export { applyDeclarations } from './physical.ts'
export { PLANNED } from './planned.ts'
export type { Clause, Policy, Recipient } from './policy.ts'
export { type Preview, previewPolicy, type Reach } from './preview-policy.ts'
export { type PromiseEntry, type PromiseStatement, promiseBook } from './promise-files.ts'
export {
  type AccountedPromise,
  accountFor,
  PROMISE_STATES,
  type PromiseAccount,
  type PromiseState,
  type PromisesReport,
  promisesReport,
} from './promises.ts'
export { registerPromisePages } from './promises-pages.ts'
export {
  type ApproveRefusal,
  approvePolicy,
  type Proposal,
  type ProposeRefusal,
  type PublishRefusal,
  proposals,
  proposePolicy,
  publishPolicy,
  type WithdrawRefusal,
  withdrawProposal,
} from './publish.ts'
export { forgetPolicyCache, foundPolicy, type PublishedPolicy, policyOf, versions } from './published.ts'
export { faultText, type PolicyFault, readPolicy, readPublishedPolicy } from './read-policy.ts'
export { type Activity, type RecordOfProcessing, recordOfProcessing } from './record-of-processing.ts'
export { assertUsable, isRestricted, liftRestriction, type RestrictionRefusal, restrictPatron } from './restriction.ts'
export { dryRun, lastNight, type NightReport, retentionLock, runRetention } from './retention.ts'
export {
  type AskRightRefusal,
  answerCase,
  askRight,
  type CaseAnswer,
  type CaseRefusal,
  casesOf,
  extendCase,
  openCases,
  readCase,
  withdrawCase,
} from './rights-cases.ts'
export { RIGHTS_CASE_KINDS, type RightsCaseKind, type RightsCaseRow } from './rights-tables.ts'
export { privacyTables } from './tables.ts'
