import { ok, type Result, refuse } from '#core'
import type { Context } from '#vault'
import { dataName, findTable, type Register } from './declare.ts'
import type { Clause, Policy } from './policy.ts'
import { policyOf } from './published.ts'

/** The policy is silent about these data, so the library does not collect them. */
export interface FeatureOff {
  readonly kind: 'feature-off'
  /** The name the policy would use, such as `gaming-booking`. */
  readonly data: string
}

/**
 * Whether a library may fill a table: always when it says nothing about anyone, and otherwise when its policy says how
 * the rows end. False of what no room has built.
 * @param table the table's name, or the name policies give it
 */
export function featureOn(policy: Policy, register: Register, table: string): boolean {
  const declared = findTable(register, dataName(table))
  if (!declared) return register.files.some((file) => file.name === table) && speaksOf(policy, table)
  if (declared.about === 'nobody') return true
  if (speaksOf(policy, table)) return true
  return declared.followsAccount === true && speaksOf(policy, 'patron')
}

/** What a command asks before it writes the first row about someone. Answers with the policy in force. */
export async function requireFeature(ctx: Context, table: string): Promise<Result<Policy, FeatureOff>> {
  const { policy } = await policyOf(ctx)
  return speaksOf(policy, table) ? ok(policy) : refuse({ kind: 'feature-off', data: dataName(table) })
}

/** The clauses that wait for a room to be built: kept, and shown as "feature off". */
export function plannedClauses(policy: Policy, register: Register): Clause[] {
  const files = new Set(register.files.map((file) => file.name))
  return policy.clauses.filter((clause) => !findTable(register, clause.data) && !files.has(clause.data))
}

function speaksOf(policy: Policy, table: string): boolean {
  return policy.clauses.some((clause) => clause.data === dataName(table))
}
