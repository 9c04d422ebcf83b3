import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { policyOf } from '#privacy'
import { type FieldErrors, redirectWithMessage, type StaffActor } from '#web'
import { actionTexts } from './desk-action-texts.ts'
import { pinErrors } from './desk-cards.ts'
import { counterPath, gone } from './desk-counter-frame.ts'
import {
  beginWithCpr,
  DETAIL_KINDS,
  type Details,
  type Draft,
  detailsSchema,
  draftSchema,
  mayBeWithoutCpr,
  NO_DETAILS,
  readDetails,
} from './desk-enrol-draft.ts'
import { beginPage, detailsPage, reviewPage } from './desk-enrol-pages.ts'
import { enrolmentErrors, enrolTexts } from './desk-enrol-texts.ts'
import { open, seal } from './desk-envelope.ts'
import { COUNTER, type DeskNeeds, hasErrors } from './desk-frame.ts'
import { takeInHand } from './desk-hand.ts'
import { TASKS } from './desk-texts.ts'
import { typedAgain } from './desk-typed.ts'
import { enrolPatron } from './enrol.ts'
import { readPresented } from './health-card.ts'
import { findHolder } from './queries.ts'
import { consequences } from './rules.ts'

interface AgencyRoute {
  Params: { agency: string }
}
type Request = FastifyRequest<AgencyRoute>

const cardSchema = z.object({ card: z.string().catch(''), begun: z.string().catch('') })
const begunSchema = z.object({ begun: z.string().catch('') })
const saveSchema = z.object({
  begun: z.string().catch(''),
  told: z.literal('yes').optional().catch(undefined),
  pin: z.string().catch(''),
  again: z.string().catch(''),
})
const scannedSchema = z.object({ cpr: z.string() })

/**
 * Enrolment in three steps: whom it is about, what is known and asked for, and what is told before it is saved. Between
 * the steps all of it travels sealed with the page, because a CPR number stands in no page and no address.
 */
export function registerEnrolmentDesk(app: FastifyInstance, needs: DeskNeeds): void {
  const { site } = needs
  const at = (path: string) => `/:agency${COUNTER.home}/enrolments${path}`

  app.get<AgencyRoute>(at('/new'), async (request, reply) => {
    if (!site.requireStaff(request, reply, ...COUNTER.roles)) return reply
    return begin(request, reply, {})
  })

  app.get<AgencyRoute>(at('/without-cpr'), async (request, reply) => {
    const staff = site.requireStaff(request, reply, ...COUNTER.roles)
    if (!staff) return reply
    const { policy } = await policyOf(site.context(request))
    if (!mayBeWithoutCpr(policy)) return gone(reply)
    return askDetails(request, reply, staff, { way: 'without-cpr' }, blank(staff), {})
  })

  app.get<AgencyRoute>(at('/institution'), async (request, reply) => {
    const staff = site.requireStaff(request, reply, ...COUNTER.roles)
    if (!staff) return reply
    return askDetails(request, reply, staff, { way: 'institution' }, blank(staff), {})
  })

  app.post<AgencyRoute>(at('/check'), async (request, reply) => {
    const staff = site.requireStaff(request, reply, ...COUNTER.roles)
    if (!staff) return reply
    const ctx = site.context(request)
    const cpr = cprIn(request, staff)
    if (!cpr) return begin(request, reply, { card: enrolTexts.cardWrong[request.language] })
    if (await findHolder(ctx, cpr)) return toTheOneThereIs(request, reply, staff, cpr)
    const begun = await beginWithCpr(needs.cprRegister?.(ctx), cpr)
    if (begun.kind === 'unknown') {
      return begin(request, reply, enrolmentErrors({ kind: 'register-unknown' }, request.language))
    }
    return askDetails(request, reply, staff, begun.draft, blank(staff), {})
  })

  app.post<AgencyRoute>(at('/review'), async (request, reply) => {
    const staff = site.requireStaff(request, reply, ...COUNTER.roles)
    if (!staff) return reply
    const ctx = site.context(request)
    const draft = draftIn(request, staff)
    if (!draft) return begin(request, reply, { card: enrolTexts.begunAgain[request.language] })
    const details = detailsSchema.parse(request.body ?? {})
    const ready = await readDetails(ctx, draft, details, request.language)
    if (!ready.ok) return askDetails(request, reply, staff, draft, details, ready.refusal.errors)
    return review(request, reply, staff, { ...draft, details }, details, {})
  })

  app.post<AgencyRoute>(at(''), async (request, reply) => {
    const staff = site.requireStaff(request, reply, ...COUNTER.roles)
    if (!staff) return reply
    const { language } = request
    const ctx = site.context(request)
    const draft = draftIn(request, staff)
    const details = draft?.details
    if (!draft || !details) return begin(request, reply, { card: enrolTexts.begunAgain[language] })
    const ready = await readDetails(ctx, draft, details, language)
    if (!ready.ok) return askDetails(request, reply, staff, draft, details, ready.refusal.errors)
    const typed = saveSchema.parse(request.body ?? {})
    const wantsPin = typed.pin !== '' || typed.again !== ''
    const said = consequences((await policyOf(ctx)).policy, ready.value.enrolment)
    const errors = {
      ...(said.length > 0 && typed.told !== 'yes' ? { told: actionTexts.consequencesFirst[language] } : {}),
      ...(wantsPin ? pinErrors(needs, typed, language) : {}),
    }
    if (hasErrors(errors)) return review(request, reply, staff, draft, details, errors)
    const enrolled = await enrolPatron(ctx, ready.value.branch, ready.value.enrolment, {
      register: needs.cprRegister?.(ctx),
      welcomed: true,
    })
    if (!enrolled.ok) {
      // Somebody at the next desk was quicker.
      if (enrolled.refusal.kind === 'already-enrolled') return toTheOneThereIs(request, reply, staff, draft.cpr ?? '')
      return askDetails(request, reply, staff, draft, details, enrolmentErrors(enrolled.refusal, language))
    }
    const { id } = enrolled.value
    const isPinSet = !wantsPin || (await needs.setPin(ctx, id, typed.pin)).ok
    takeInHand(ctx, staff.id, id, { why: TASKS.enrolled })
    const path = counterPath(request, `/patrons/${id}`)
    return redirectWithMessage(reply, request, path, isPinSet ? enrolTexts.enrolled : enrolTexts.enrolledNoPin)
  })

  function begin(request: Request, reply: FastifyReply, errors: FieldErrors): Promise<FastifyReply> {
    return beginPage({ request, reply, ctx: site.context(request), errors })
  }

  function askDetails(
    request: Request,
    reply: FastifyReply,
    staff: StaffActor,
    draft: Draft,
    details: Details,
    errors: FieldErrors,
  ): Promise<FastifyReply> {
    const ctx = site.context(request)
    const again = typedAgain(details, DETAIL_KINDS, request.language)
    return detailsPage({ request, reply, ctx, errors }, draft, again, seal(ctx, staff.id, draft))
  }

  async function review(
    request: Request,
    reply: FastifyReply,
    staff: StaffActor,
    draft: Draft,
    details: Details,
    errors: FieldErrors,
  ): Promise<FastifyReply> {
    const ctx = site.context(request)
    const ready = await readDetails(ctx, draft, details, request.language)
    const said = ready.ok ? consequences((await policyOf(ctx)).policy, ready.value.enrolment) : []
    return reviewPage({ request, reply, ctx, errors }, draft, { details, said, begun: seal(ctx, staff.id, draft) })
  }

  /** The CPR number that was scanned now, or a moment ago in the search. */
  function cprIn(request: Request, staff: StaffActor): string | undefined {
    const { card, begun } = cardSchema.parse(request.body ?? {})
    const presented = readPresented(card)
    if (presented?.kind === 'cpr') return presented.cpr.digits
    const scanned = scannedSchema.safeParse(open(site.context(request), staff.id, begun))
    return scanned.success ? scanned.data.cpr : undefined
  }

  function draftIn(request: Request, staff: StaffActor): Draft | undefined {
    const { begun } = begunSchema.parse(request.body ?? {})
    const draft = draftSchema.safeParse(open(site.context(request), staff.id, begun))
    return draft.success ? draft.data : undefined
  }

  async function toTheOneThereIs(
    request: Request,
    reply: FastifyReply,
    staff: StaffActor,
    cpr: string,
  ): Promise<FastifyReply> {
    const ctx = site.context(request)
    const holder = await findHolder(ctx, cpr)
    if (!holder) return begin(request, reply, { card: enrolTexts.already[request.language] })
    takeInHand(ctx, staff.id, holder.id, { why: TASKS.scanned })
    return redirectWithMessage(reply, request, counterPath(request, `/patrons/${holder.id}`), enrolTexts.already)
  }
}

/** A form nobody has written in, with the branch of whoever opened it. */
function blank({ branch_ids }: StaffActor): Details {
  return { ...NO_DETAILS, branch: branch_ids?.[0] ?? '' }
}
