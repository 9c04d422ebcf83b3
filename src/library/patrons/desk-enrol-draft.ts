import { z } from 'zod'
import { listBranches } from '#agencies'
import { ageOn, type BranchId, dayOf, type Language, type Result } from '#core'
import { type Policy, policyOf } from '#privacy'
import type { Context } from '#vault'
import type { FieldErrors } from '#web'
import { readCpr } from './cpr.ts'
import { actionTexts } from './desk-action-texts.ts'
import { enrolmentErrors, enrolTexts } from './desk-enrol-texts.ts'
import { contactFaults } from './desk-fields.ts'
import { dayFrom } from './desk-frame.ts'
import { type Kinds, typedFaults } from './desk-typed.ts'
import { readPresented } from './health-card.ts'
import { type CprRegister, RegisterDown, type RegisterPerson } from './register.ts'
import { decideEnrolment, type Enrolment } from './rules.ts'
import { newestTerms } from './terms.ts'

/** Four digits, or nothing: the policy says whether it is needed. */
const MUNICIPALITY = /^(\d{4})?$/
const text = z.string().catch('')
const ticked = z.literal('yes').optional().catch(undefined)

/** What the second step asks for. Which fields it shows depends on the way. */
export const detailsSchema = z.object({
  name: text,
  born: text,
  address: text,
  postcode: text,
  city: text,
  municipality: text,
  protected: ticked,
  kind: text,
  contactName: text,
  photoId: ticked,
  guardianName: text,
  guardianCpr: text,
  guardianEmail: text,
  guardianPhone: text,
  guardianSees: ticked,
  signed: ticked,
  email: text,
  phone: text,
  language: text,
  branch: text,
  libraryCard: text,
  accepted: ticked,
})
export type Details = z.infer<typeof detailsSchema>
export const NO_DETAILS: Details = detailsSchema.parse({})
export const DETAIL_KINDS: Kinds = { secrets: ['guardianCpr', 'libraryCard'] }

const toldSchema = z.object({
  name: z.string(),
  bornOn: z.string().nullable(),
  status: z.string(),
  protected: z.boolean(),
  address: z.object({ address: z.string(), postcode: z.string(), city: z.string() }).nullable(),
  municipality: z.string().nullable(),
})

/** What is known of somebody who is being enrolled, as it travels sealed from step to step. */
export const draftSchema = z.object({
  way: z.enum(['cpr', 'without-cpr', 'institution']),
  cpr: z.string().optional(),
  told: toldSchema.optional(),
  registerDown: z.boolean().optional(),
  details: detailsSchema.optional(),
})
export type Draft = z.infer<typeof draftSchema>
export type Way = Draft['way']

export type Begun = { readonly kind: 'begun'; readonly draft: Draft } | { readonly kind: 'unknown' }

/** What the register tells of a number, to be looked at before anything is kept. */
export async function beginWithCpr(register: CprRegister | undefined, digits: string): Promise<Begun> {
  const draft: Draft = { way: 'cpr', cpr: digits }
  const cpr = readCpr(digits)
  if (!cpr || !register?.serves(cpr)) return { kind: 'begun', draft }
  try {
    const answer = await register.lookup(cpr)
    if (answer.kind !== 'person') return { kind: 'unknown' }
    const { name, bornOn, status, protected: hidden, address, municipality } = answer.person
    const told = { name, bornOn: bornOn?.toString() ?? null, status, protected: hidden, address, municipality }
    return { kind: 'begun', draft: { ...draft, told } }
  } catch (fault) {
    if (!(fault instanceof RegisterDown)) throw fault
    return { kind: 'begun', draft: { ...draft, registerDown: true } }
  }
}

/** Whether the library enrols people without a CPR number. */
export function mayBeWithoutCpr(policy: Policy): boolean {
  return !policy.enrolment.some(({ field, required }) => field === 'cpr' && required)
}

export function yearsOf(policy: Policy, rule: Policy['ages'][number]['rule']): number | undefined {
  return policy.ages.find((each) => each.rule === rule)?.years
}

/** How old they are, as far as the number or the register says. */
export function ageOf(ctx: Context, draft: Draft): number | undefined {
  const told = draft.told?.bornOn
  const born = told ? Temporal.PlainDate.from(told) : draft.cpr ? readCpr(draft.cpr)?.bornOn : undefined
  return born && ageOn(born, dayOf(ctx.clock.now()))
}

export interface Ready {
  readonly enrolment: Enrolment
  readonly branch: BranchId
}

/** What would be enrolled, if nothing is wrong with what was typed. */
export async function readDetails(
  ctx: Context,
  draft: Draft,
  details: Details,
  language: Language,
): Promise<Result<Ready, { readonly kind: 'faults'; readonly errors: FieldErrors }>> {
  const { policy } = await policyOf(ctx)
  const bornOn = dayFrom(details.born)
  const terms = draft.way === 'institution' ? [] : await newestTerms(ctx)
  const branch = (await listBranches(ctx)).find(({ id }) => id === details.branch)
  const card = details.libraryCard.trim() === '' ? undefined : readPresented(details.libraryCard)
  const guardian = guardianOf(details)
  const errors: Record<string, string> = {
    ...contactFaults(details, language),
    ...guardianFaults(details, language),
    ...typedErrors(details, language),
  }
  if (draft.way === 'without-cpr' && bornOn === 'wrong') errors.born = enrolTexts.bornWrong[language]
  if (!MUNICIPALITY.test(details.municipality.trim())) errors.municipality = enrolTexts.municipalityWrong[language]
  if (!branch) errors.branch = actionTexts.branchUnknown[language]
  if (details.libraryCard.trim() !== '' && card?.kind !== 'number') {
    errors.libraryCard = actionTexts.cardRefusals['not-a-card'][language]
  }
  if (terms.length > 0 && details.accepted !== 'yes') errors.accepted = enrolTexts.acceptedMissing[language]
  const enrolment: Enrolment = {
    ...personOf(draft, details, bornOn === 'wrong' ? undefined : bornOn),
    ...given('email', details.email),
    ...given('phone', details.phone),
    ...(card?.kind === 'number' ? { card: card.value } : {}),
    ...(draft.way !== 'institution' && guardian ? { guardian } : {}),
    language: details.language === 'en' ? 'en' : 'da',
    photoIdSeen: details.photoId === 'yes',
    accepts: terms.map(({ document, version }) => ({ document, version })),
    acceptedBy: guardian ? 'guardian' : 'patron',
  }
  const facts = {
    cpr: draft.cpr ? readCpr(draft.cpr) : undefined,
    told: toldOf(draft),
    terms: [],
    moved: false,
    today: dayOf(ctx.clock.now()),
  }
  const decision = decideEnrolment(policy, enrolment, facts)
  const all = decision.ok ? errors : { ...enrolmentErrors(decision.refusal, language), ...errors }
  if (Object.keys(all).length > 0 || !branch) return { ok: false, refusal: { kind: 'faults', errors: all } }
  return { ok: true, value: { enrolment, branch: branch.id as BranchId } }
}

function typedErrors(details: Details, language: Language): Record<string, string> {
  const faults = Object.entries(typedFaults(details, DETAIL_KINDS, language))
  return Object.fromEntries(faults.flatMap(([name, text]) => (text === undefined ? [] : [[name, text]])))
}

function personOf(draft: Draft, details: Details, bornOn: Temporal.PlainDate | undefined): Enrolment {
  const home = {
    ...given('address', details.address),
    ...given('postcode', details.postcode),
    ...given('city', details.city),
    ...given('municipality', details.municipality),
  }
  const hidden = details.protected === 'yes'
  switch (draft.way) {
    case 'institution':
      return {
        ...given('name', details.name),
        ...given('contactName', details.contactName),
        ...home,
        kind: kindOf(details.kind),
      }
    case 'without-cpr':
      return { ...given('name', details.name), ...home, protected: hidden, ...(bornOn ? { birthOn: bornOn } : {}) }
    case 'cpr': {
      const { told, cpr = '' } = draft
      if (!told) return { cpr, ...given('name', details.name), ...home, protected: hidden }
      // Should the register be gone when it is asked again, what it told a minute ago is better than nothing.
      return {
        cpr,
        name: told.name,
        protected: told.protected,
        ...(told.address ?? {}),
        ...(told.municipality ? { municipality: told.municipality } : {}),
      }
    }
  }
}

function given<Name extends string>(name: Name, value: string): Partial<Record<Name, string>> {
  return value.trim() === '' ? {} : ({ [name]: value.trim() } as Record<Name, string>)
}

function kindOf(kind: string): 'institution' | 'group' | 'company' {
  return kind === 'group' || kind === 'company' ? kind : 'institution'
}

function guardianOf(details: Details): Enrolment['guardian'] {
  if (details.guardianName.trim() === '') return undefined
  return {
    name: details.guardianName.trim(),
    proof: 'paper',
    maySee: details.guardianSees === 'yes',
    ...given('cpr', details.guardianCpr),
    ...given('email', details.guardianEmail),
    ...given('phone', details.guardianPhone),
  }
}

function guardianFaults(details: Details, language: Language): Record<string, string> {
  if (details.guardianName.trim() === '') return {}
  const reached = contactFaults({ email: details.guardianEmail, phone: details.guardianPhone }, language)
  const isCpr = details.guardianCpr.trim() === '' || readCpr(details.guardianCpr) !== undefined
  return {
    ...(reached.email ? { guardianEmail: reached.email } : {}),
    ...(reached.phone ? { guardianPhone: reached.phone } : {}),
    ...(isCpr ? {} : { guardianCpr: actionTexts.guardianRefusals['cpr-not-a-number'][language] }),
    ...(details.signed === 'yes' ? {} : { signed: actionTexts.signedMissing[language] }),
  }
}

function toldOf({ told, cpr = '' }: Draft): RegisterPerson | undefined {
  if (!told) return undefined
  const bornOn = told.bornOn ? Temporal.PlainDate.from(told.bornOn) : null
  return { ...told, cpr, bornOn, currentCpr: null, protectedUntil: null, guardians: [] }
}
