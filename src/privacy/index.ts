export {
  borrowing,
  type Column,
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
export { type Change, diffPolicies, type PolicyDiff } from './diff-policies.ts'
export { type FeatureOff, featureOn, plannedClauses, requireFeature } from './features.ts'
export { LAW, type Law } from './law.ts'
export { PLANNED } from './planned.ts'
export type { Clause, Policy, Recipient } from './policy.ts'
export { type Preview, previewPolicy, type Reach } from './preview-policy.ts'
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
export { type Field, faultText, findField, type PolicyFault, readPolicy, readPublishedPolicy } from './read-policy.ts'
export { privacyFiles, privacyTables } from './tables.ts'
