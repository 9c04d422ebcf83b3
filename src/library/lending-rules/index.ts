export {
  type Because,
  BUILT_IN_GROUPS,
  decideLending,
  type Group,
  type LendingDecision,
  type LendingRule,
  type LendingRules,
  type LendingScope,
  type LendingValues,
  lendingRules,
} from './rules.ts'
