import type { FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { listBranches } from '#agencies'
import { type BranchId, dayOf, type Language, ok, type Result, refuse } from '#core'
import { policyOf } from '#privacy'
import type { Context } from '#vault'
import type { FieldErrors } from '#web'
import { readCpr } from './cpr.ts'
import { actionTexts } from './desk-action-texts.ts'
import { beginWithCpr, draftSchema as deskDraftSchema } from './desk-enrol-draft.ts'
import { enrolmentErrors } from './desk-enrol-texts.ts'
import { open, seal } from './desk-envelope.ts'
import { contactFaults } from './desk-fields.ts'
import { hasErrors } from './desk-frame.ts'
import { typedAgain, typedFaults } from './desk-typed.ts'
import { enrolWebTexts as texts } from './pages-texts.ts'
import type { CprRegister, RegisterPerson } from './register.ts'
import { decideEnrolment, type Enrolment, type EnrolmentRefusal, type TermsVersion } from './rules.ts'
import { newestTerms } from './terms.ts'

/** Who MitID says somebody is. */
export interface Newcomer {
  /** Ten digits. */
  readonly cpr: string
  readonly name: string | undefined
}

const line = z.string().catch('')
const contactSchema = z.object({ email: line, phone: line, language: z.enum(['da', 'en']).catch('da'), branch: line })

const detailsSchema = contactSchema.extend({
  accepts: z.array(z.object({ document: z.enum(['rules', 'prices', 'house-rules']), version: z.number() })),
})
export type WebDetails = z.infer<typeof detailsSchema>

const draftSchema = z.object({
  cpr: z.string(),
  name: z.string(),
  told: deskDraftSchema.shape.told,
  details: detailsSchema.optional(),
})
export type WebDraft = z.infer<typeof draftSchema>

/** Why somebody whom MitID knows cannot go on; `register-down` may be over in an hour. */
export type BeginRefusal = EnrolmentRefusal | { readonly kind: 'register-down' }

/**
 * Looks somebody up in the CPR register and decides what the form would be refused for whatever was written in it. Where
 * the register does not answer nobody goes on: it alone knows whether a name and address are protected.
 */
export async function beginDraft(
  ctx: Context,
  register: CprRegister | undefined,
  { cpr, name }: Newcomer,
): Promise<Result<WebDraft, BeginRefusal>> {
  const begun = await beginWithCpr(register, cpr)
  if (begun.kind === 'unknown') return refuse({ kind: 'register-unknown' })
  if (begun.draft.registerDown) return refuse({ kind: 'register-down' })
  const { told } = begun.draft
  const draft: WebDraft = { cpr, name: told?.name ?? name ?? '', ...(told ? { told } : {}) }
  // What will be asked for counts as given here.
  const refusal = await refusalOf(ctx, { ...personOf(draft), email: '-', phone: '-' }, draft)
  return refusal ? refuse(refusal) : ok(draft)
}

/** Name, address and protection are what was told, and the way is the web: nothing of it is read from a form. */
export function enrolmentOf(draft: WebDraft, details: WebDetails): Enrolment {
  const { email, phone, language, accepts } = details
  return {
    ...personOf(draft),
    ...(email === '' ? {} : { email }),
    ...(phone === '' ? {} : { phone }),
    language,
    accepts,
    acceptedBy: 'patron',
  }
}

function personOf({ cpr, name, told }: WebDraft): Enrolment {
  return {
    cpr,
    way: 'web',
    ...(name === '' ? {} : { name }),
    ...(told ? { protected: told.protected, ...(told.address ?? {}) } : {}),
    ...(told?.municipality ? { municipality: told.municipality } : {}),
  }
}

async function refusalOf(ctx: Context, enrolment: Enrolment, { cpr, told }: WebDraft) {
  const { policy } = await policyOf(ctx)
  const decision = decideEnrolment(policy, enrolment, {
    cpr: readCpr(cpr),
    told: told && personTold(cpr, told),
    terms: [],
    moved: false,
    today: dayOf(ctx.clock.now()),
  })
  return decision.ok ? undefined : decision.refusal
}

function personTold(cpr: string, told: NonNullable<WebDraft['told']>): RegisterPerson {
  const bornOn = told.bornOn ? Temporal.PlainDate.from(told.bornOn) : null
  return { ...told, cpr, bornOn, currentCpr: null, protectedUntil: null, guardians: [] }
}

/** The name of the box that accepts a document; its value is the version that was shown. */
export function acceptName(document: TermsVersion['document']): string {
  return `accept-${document}`
}

export type ReadDetails =
  | { readonly kind: 'ready'; readonly details: WebDetails; readonly branch: BranchId }
  | { readonly kind: 'faults'; readonly details: WebDetails; readonly errors: FieldErrors }
  | { readonly kind: 'refused'; readonly refusal: EnrolmentRefusal }

/** What was typed. Only a version that is the newest now is accepted: another was not shown. */
export async function readTyped(
  ctx: Context,
  draft: WebDraft,
  body: unknown,
  language: Language,
): Promise<ReadDetails> {
  const typed = contactSchema.parse(body ?? {})
  const boxes = z.record(z.string(), z.unknown()).catch({}).parse(body)
  const terms = await newestTerms(ctx)
  const accepts = terms.flatMap(({ document, version }) =>
    boxes[acceptName(document)] === String(version) ? [{ document, version }] : [],
  )
  return checkDetails(ctx, draft, { ...typed, email: typed.email.trim(), phone: typed.phone.trim(), accepts }, language)
}

/** Whether what was typed will do, now: rules may have been published since. */
export async function checkDetails(
  ctx: Context,
  draft: WebDraft,
  details: WebDetails,
  language: Language,
): Promise<ReadDetails> {
  const { email, phone } = details
  const branch = (await listBranches(ctx)).find(({ id }) => id === details.branch)
  const terms = await newestTerms(ctx)
  const unaccepted = terms.filter(
    ({ document, version }) => !details.accepts.some((each) => each.document === document && each.version === version),
  )
  const refusal = await refusalOf(ctx, enrolmentOf(draft, details), draft)
  const isAsked = refusal?.kind === 'missing' && (refusal.field === 'email' || refusal.field === 'phone')
  if (refusal && !isAsked) return { kind: 'refused', refusal }
  const errors: FieldErrors = {
    branch: branch ? undefined : actionTexts.branchUnknown[language],
    ...(refusal ? enrolmentErrors(refusal, language) : {}),
    ...contactFaults({ email, phone }, language),
    ...typedFaults({ email, phone }, {}, language),
    ...Object.fromEntries(unaccepted.map(({ document }) => [acceptName(document), texts.acceptMissing[language]])),
  }
  if (hasErrors(errors) || !branch) {
    return { kind: 'faults', details: { ...details, ...typedAgain({ email, phone }, {}, language) }, errors }
  }
  return { kind: 'ready', details, branch: branch.id as BranchId }
}

const WHOSE = 'newcomer on the web'

function cookieOf(ctx: Context): string {
  return `kvit-enrol-${ctx.agency}`
}

/** Who is enrolling with this browser: sealed, so that the browser keeps what it cannot read, for an hour. */
export function draftIn(ctx: Context, request: FastifyRequest): WebDraft | undefined {
  const read = draftSchema.safeParse(open(ctx, WHOSE, request.cookies[cookieOf(ctx)] ?? ''))
  return read.success ? read.data : undefined
}

export function keepDraft(ctx: Context, reply: FastifyReply, draft: WebDraft): void {
  // Without a lifetime it goes when the browser is closed, as it should on a screen that many share.
  reply.setCookie(cookieOf(ctx), seal(ctx, WHOSE, draft))
}

export function dropDraft(ctx: Context, reply: FastifyReply): void {
  reply.clearCookie(cookieOf(ctx))
}
