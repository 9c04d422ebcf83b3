import { isDeepStrictEqual } from 'node:util'
import { clauseName } from './plan.ts'
import type { Clause, Policy, Recipient } from './policy.ts'

export type Change<T> =
  | { readonly kind: 'added'; readonly name: string; readonly after: T }
  | { readonly kind: 'removed'; readonly name: string; readonly before: T }
  | { readonly kind: 'changed'; readonly name: string; readonly before: T; readonly after: T }

export interface PolicyDiff {
  readonly clauses: readonly Change<Clause>[]
  readonly recipients: readonly Change<Recipient>[]
  /** Data that a clause now speaks of and none did before, and the reverse: what the library begins and stops to collect. */
  readonly features: { readonly on: readonly string[]; readonly off: readonly string[] }
  /** Whatever else is another, by path: `controller`, `purposes.lending`, `rights.access`. */
  readonly others: readonly { readonly kind: 'added' | 'removed' | 'changed'; readonly name: string }[]
}

/** What changes when the policy `a` gives way to the policy `b`. The order of lists is no difference. */
export function diffPolicies(a: Policy, b: Policy): PolicyDiff {
  const before = new Set(a.clauses.map((clause) => clause.data))
  const after = new Set(b.clauses.map((clause) => clause.data))
  return {
    clauses: changes(a.clauses, b.clauses, clauseName),
    recipients: changes(a.recipients, b.recipients, (recipient) => recipient.id),
    features: { on: [...after.difference(before)], off: [...before.difference(after)] },
    others: [
      ...SINGLE.filter((key) => !isDeepStrictEqual(a[key], b[key])).map((name) => ({ kind: 'changed', name }) as const),
      ...named(
        'decisions',
        changes(a.decisions, b.decisions, (decision) => String(decision.number)),
      ),
      ...named(
        'enrolment',
        changes(a.enrolment, b.enrolment, (entry) => entry.field),
      ),
      ...named(
        'ages',
        changes(a.ages, b.ages, (age) => age.rule),
      ),
      ...named(
        'purposes',
        changes(a.purposes, b.purposes, (purpose) => purpose.id),
      ),
      ...named(
        'rights',
        changes(a.rights, b.rights, (right) => right.right),
      ),
      ...named(
        'information',
        changes(a.information, b.information, (entry) => entry.id),
      ),
    ],
  }
}

/** Sections without a list of their own. */
const SINGLE = [
  'effective',
  'languages',
  'controller',
  'dpo',
  'authority',
  'storage',
  'accounting',
  'backup',
  'statistics',
  'publication',
  'open-library',
] as const satisfies readonly (keyof Policy)[]

function changes<T>(a: readonly T[], b: readonly T[], nameOf: (item: T) => string): Change<T>[] {
  const before = new Map(a.map((item) => [nameOf(item), item]))
  const after = new Map(b.map((item) => [nameOf(item), item]))
  const found: Change<T>[] = []
  for (const [name, item] of before) {
    const other = after.get(name)
    if (other === undefined) found.push({ kind: 'removed', name, before: item })
    else if (!isDeepStrictEqual(item, other)) found.push({ kind: 'changed', name, before: item, after: other })
  }
  for (const [name, item] of after) {
    if (!before.has(name)) found.push({ kind: 'added', name, after: item })
  }
  return found
}

function named(section: string, found: readonly Change<unknown>[]): PolicyDiff['others'] {
  return found.map(({ kind, name }) => ({ kind, name: `${section}.${name}` }))
}
