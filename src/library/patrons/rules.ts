import { ageOn, ok, type Result, refuse, type Text2 } from '#core'
import type { Policy } from '#privacy'
import { type Cpr, readCpr } from './cpr.ts'
import type { RegisterPerson } from './register.ts'
import type { AcceptanceRow, PatronRow, TermsRow } from './tables.ts'

/** Who answers for a child, and how it was made sure that they do. */
export interface NewGuardian {
  readonly name: string
  readonly cpr?: string
  readonly email?: string
  readonly phone?: string
  /** A signature on paper that staff have seen, or MitID. */
  readonly proof: 'paper' | 'mitid'
  /** Whether they may see what the child has borrowed. */
  readonly maySee?: boolean
}

/** A version of the rules or prices. */
export type TermsVersion = Pick<TermsRow, 'document' | 'version'>

/** What someone gives to become a patron. Contact data are optional unless the library's policy says otherwise. */
export interface Enrolment {
  /** Needed unless the CPR register tells it. */
  readonly name?: string
  readonly cpr?: string
  readonly birthOn?: Temporal.PlainDate
  readonly address?: string
  readonly postcode?: string
  readonly city?: string
  readonly municipality?: string
  readonly protected?: boolean
  readonly email?: string
  readonly phone?: string
  /** From another system, which kept no more than the name. */
  readonly guardianName?: string
  readonly guardian?: NewGuardian
  readonly card?: string
  readonly language?: 'da' | 'en'
  /** At the desk unless told; `web` is the person themself, with MitID. */
  readonly way?: 'desk' | 'web'
  /** Schools, day-care and the like have a contact person, and no CPR number. */
  readonly kind?: PatronRow['kind']
  readonly contactName?: string
  readonly photoIdSeen?: boolean
  readonly accepts?: readonly TermsVersion[]
  readonly acceptedBy?: AcceptanceRow['accepted_by']
}

export type EnrolmentField = Policy['enrolment'][number]['field'] | 'contact-name'

export type EnrolmentRefusal =
  | { readonly kind: 'missing'; readonly field: EnrolmentField }
  | { readonly kind: 'cpr-not-a-number' }
  | { readonly kind: 'guardian-needed'; readonly under: number }
  | { readonly kind: 'guardian-cpr-not-a-number' }
  | { readonly kind: 'guardian-is-the-child' }
  | { readonly kind: 'photo-id-needed'; readonly from: number }
  | { readonly kind: 'too-young'; readonly from: number }
  | { readonly kind: 'terms-not-accepted'; readonly terms: readonly TermsVersion[] }
  /** The register has nobody of that number, or none it may tell us about. */
  | { readonly kind: 'register-unknown' }
  /** The number is of someone dead, emigrated or disappeared, or is cancelled, a duplicate or changed. */
  | { readonly kind: 'register-status'; readonly status: string }
  | { readonly kind: 'already-enrolled' }
  | { readonly kind: 'card-taken' }

export interface EnrolmentFacts {
  readonly cpr: Cpr | undefined
  /** What the CPR register told; undefined where it was not asked or did not answer. */
  readonly told: RegisterPerson | undefined
  /** The newest version of each document, to be accepted by whoever enrols on the web. */
  readonly terms: readonly TermsVersion[]
  /** From another library system, which may not hold what our policy asks of new patrons. */
  readonly moved: boolean
  readonly today: Temporal.PlainDate
}

export interface EnrolmentDecision {
  readonly group: 'adult' | 'child'
  readonly birthOn: Temporal.PlainDate | null
}

/** A patron is in the children's group until this birthday. */
export const ADULT_FROM = 18

/** Statuses under which someone can be enrolled: living here or in Greenland, or known for tax only. */
const CAN_BE_ENROLLED: readonly string[] = ['01', '03', '05', '07', '20']

/** Decides whether a person can be enrolled under the library's policy, and in which patron group. */
export function decideEnrolment(
  policy: Policy,
  enrolment: Enrolment,
  facts: EnrolmentFacts,
): Result<EnrolmentDecision, EnrolmentRefusal> {
  const { cpr, told, today } = facts
  if (enrolment.cpr !== undefined && !cpr) return refuse({ kind: 'cpr-not-a-number' })
  if (told && !CAN_BE_ENROLLED.includes(told.status)) return refuse({ kind: 'register-status', status: told.status })
  if (isInstitution(enrolment)) return decideInstitution(enrolment)
  if (enrolment.guardian?.cpr !== undefined && !readCpr(enrolment.guardian.cpr)) {
    return refuse({ kind: 'guardian-cpr-not-a-number' })
  }
  const missing = missingField(policy, enrolment, facts)
  if (missing) return refuse({ kind: 'missing', field: missing })
  const birthOn = told?.bornOn ?? enrolment.birthOn ?? cpr?.bornOn ?? null
  const age = birthOn ? ageOn(birthOn, today) : undefined
  const refusal = agesRefusal(policy, enrolment, age, facts) ?? termsRefusal(enrolment, facts.terms)
  if (refusal) return refuse(refusal)
  return ok({ group: age !== undefined && age < ADULT_FROM ? 'child' : 'adult', birthOn })
}

/** Whether it is a school, a day-care centre, a group or a company; whoever enrols on the web is a person. */
export function isInstitution(enrolment: Enrolment): boolean {
  return enrolment.kind !== undefined && enrolment.kind !== 'person' && enrolment.way !== 'web'
}

function decideInstitution(enrolment: Enrolment): Result<EnrolmentDecision, EnrolmentRefusal> {
  if (!enrolment.name) return refuse({ kind: 'missing', field: 'name' })
  if (!enrolment.contactName) return refuse({ kind: 'missing', field: 'contact-name' })
  return ok({ group: 'adult', birthOn: null })
}

/** What the CPR register has told is not asked of the person; where it has not, it is. */
function missingField(policy: Policy, enrolment: Enrolment, facts: EnrolmentFacts): EnrolmentField | undefined {
  const { cpr, told, moved } = facts
  if (!enrolment.name && !told) return 'name'
  const given: Partial<Record<EnrolmentField, unknown>> = {
    cpr,
    name: true,
    // Without an address in the register there is none to ask for.
    address: enrolment.address ?? told,
    email: enrolment.email,
    phone: enrolment.phone,
    'birth-date': enrolment.birthOn ?? cpr?.bornOn ?? told?.bornOn,
    guardian: true,
    protection: true,
    'home-branch': true,
    language: true,
    municipality: enrolment.municipality ?? told,
    pin: true,
  }
  const asked = policy.enrolment.filter((rule) => rule.required && !(moved && rule.from === 'cpr-register'))
  return asked.find((rule) => !given[rule.field])?.field
}

function agesRefusal(
  policy: Policy,
  enrolment: Enrolment,
  age: number | undefined,
  { moved }: EnrolmentFacts,
): EnrolmentRefusal | undefined {
  const years = (rule: Policy['ages'][number]['rule']) => policy.ages.find((each) => each.rule === rule)?.years
  // A child whose guardian has signed in with MitID is enrolled by the guardian, not by itself.
  const byGuardian = enrolment.acceptedBy === 'guardian' && enrolment.guardian?.proof === 'mitid'
  if (enrolment.way === 'web' && !byGuardian) {
    const from = years('self-enrolment-from') ?? ADULT_FROM
    if (age === undefined || age < from) return { kind: 'too-young', from }
  }
  const under = years('guardian-signature-under')
  const hasGuardian = Boolean(enrolment.guardian?.name.trim() || enrolment.guardianName?.trim())
  if (under !== undefined && age !== undefined && age < under && !hasGuardian) return { kind: 'guardian-needed', under }
  const from = years('photo-id-from')
  // On the web MitID is the photo ID.
  if (
    !moved &&
    enrolment.way !== 'web' &&
    from !== undefined &&
    age !== undefined &&
    age >= from &&
    !enrolment.photoIdSeen
  ) {
    return { kind: 'photo-id-needed', from }
  }
  return undefined
}

function termsRefusal(enrolment: Enrolment, newest: readonly TermsVersion[]): EnrolmentRefusal | undefined {
  if (enrolment.way !== 'web') return undefined
  const accepted = (enrolment.accepts ?? []).map(({ document, version }) => `${document} ${version}`)
  const terms = newest.filter(({ document, version }) => !accepted.includes(`${document} ${version}`))
  return terms.length > 0 ? { kind: 'terms-not-accepted', terms } : undefined
}

/** What the person loses by what they leave out, in the policy's words: to be said before it is saved. */
export function consequences(policy: Policy, enrolment: Enrolment): Text2[] {
  const given: Partial<Record<EnrolmentField, unknown>> = { ...enrolment, 'birth-date': enrolment.birthOn }
  const said = policy.enrolment.flatMap((rule) =>
    !rule.required && rule.without && ['email', 'phone', 'cpr'].includes(rule.field) && !given[rule.field]
      ? [rule.without]
      : [],
  )
  // E-mail and telephone may cost the same, which is then said once; and only when both are missing.
  const reachable = Boolean(enrolment.email?.trim() || enrolment.phone?.trim())
  return said.filter((text, index) => {
    const isSame = said.findIndex((other) => other.da === text.da) === index
    const isAboutBoth = policy.enrolment.filter((rule) => rule.without?.da === text.da).length > 1
    return isSame && !(isAboutBoth && reachable)
  })
}
