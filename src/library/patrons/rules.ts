import { ageOn, ok, type Result, refuse } from '#core'
import type { Policy } from '#privacy'
import type { Cpr } from './cpr.ts'

/** What someone gives to become a patron. Contact data are optional unless the library's policy says otherwise. */
export interface Enrolment {
  readonly name: string
  readonly cpr?: string
  readonly birthOn?: Temporal.PlainDate
  readonly address?: string
  readonly postcode?: string
  readonly city?: string
  readonly municipality?: string
  readonly protected?: boolean
  readonly email?: string
  readonly phone?: string
  readonly guardianName?: string
  readonly card?: string
  readonly language?: 'da' | 'en'
}

export type EnrolmentRefusal =
  | { readonly kind: 'missing'; readonly field: Policy['enrolment'][number]['field'] }
  | { readonly kind: 'cpr-not-a-number' }
  | { readonly kind: 'guardian-needed'; readonly under: number }
  | { readonly kind: 'already-enrolled' }
  | { readonly kind: 'card-taken' }

export interface EnrolmentDecision {
  readonly group: 'adult' | 'child'
  readonly birthOn: Temporal.PlainDate | null
}

/** Decides whether a person can be enrolled under the library's policy, and in which patron group. */
export function decideEnrolment(
  policy: Policy,
  enrolment: Enrolment,
  cpr: Cpr | undefined,
  today: Temporal.PlainDate,
): Result<EnrolmentDecision, EnrolmentRefusal> {
  if (enrolment.cpr !== undefined && !cpr) return refuse({ kind: 'cpr-not-a-number' })
  const given: Partial<Record<Policy['enrolment'][number]['field'], unknown>> = {
    cpr,
    name: enrolment.name,
    address: enrolment.address,
    email: enrolment.email,
    phone: enrolment.phone,
    'birth-date': enrolment.birthOn ?? cpr?.bornOn,
    guardian: true,
    protection: true,
    'home-branch': true,
    language: true,
    municipality: enrolment.municipality,
    pin: true,
  }
  // What the CPR register tells is not asked of the person.
  const missing = policy.enrolment.find((rule) => rule.required && rule.from !== 'cpr-register' && !given[rule.field])
  if (missing) return refuse({ kind: 'missing', field: missing.field })
  const birthOn = enrolment.birthOn ?? cpr?.bornOn ?? null
  const signatureUnder = policy.ages.find((age) => age.rule === 'guardian-signature-under')?.years
  if (birthOn && signatureUnder !== undefined && ageOn(birthOn, today) < signatureUnder && !enrolment.guardianName) {
    return refuse({ kind: 'guardian-needed', under: signatureUnder })
  }
  return ok({ group: birthOn && ageOn(birthOn, today) < ADULT_FROM ? 'child' : 'adult', birthOn })
}

/** A patron is in the children's group until this birthday. */
export const ADULT_FROM = 18
