import type { FastifyInstance, FastifyReply } from 'fastify'
import { z } from 'zod'
import { dayOf, type Language } from '#core'
import {
  dataLabel,
  dataName,
  endHold,
  liftRestriction,
  placeHold,
  type RestrictionRefusal,
  restrictPatron,
} from '#privacy'
import { type FieldErrors, hidden, html, redirectWithMessage, textArea, textField } from '#web'
import { holdsCpr } from './block-rules.ts'
import {
  capital,
  type DeskNeeds,
  dayAfter,
  FAULTY,
  formBody,
  type PatronRequest,
  patronPage,
  patronPath,
  patronRoutes,
  REFUSED,
  refusedBody,
} from './desk-frame.ts'
import { texts } from './desk-texts.ts'

const LONGEST_REASON = 500
const text = z.string().max(LONGEST_REASON).catch('')
const holdFields = z.object({ table: text, row: text, reason: text, until: text })
const reasonField = z.object({ reason: text })

interface HoldForm {
  readonly table: string
  readonly row: string
  readonly reason: string
  readonly until: string
  readonly errors?: FieldErrors
}

/** Decisions about a patron's data that keep them from being deleted (holds) or used (restriction, Art. 18). */
export function registerHoldsDesk(app: FastifyInstance, { site, register }: DeskNeeds): void {
  const routes = patronRoutes(app, site)

  routes.get('/holds/new', async (request, reply) => {
    const { table = '', row = '' } = request.query
    return holdPage(request, reply, { table, row, reason: '', until: '' })
  })

  routes.post('/holds', async (request, reply) => {
    const { language } = request
    const ctx = site.context(request)
    const asked = holdFields.parse(request.body ?? {})
    const until = dayAfter(asked.until, dayOf(ctx.clock.now()))
    const errors: FieldErrors = {
      ...cprErrors(asked.reason, language),
      ...(until === 'wrong' ? { until: texts.untilWrong[language] } : {}),
    }
    if (until === 'wrong' || errors.reason) return holdPage(request, reply, { ...asked, errors })
    const { table, row, reason } = asked
    const done = await placeHold(ctx, register, { table, row, reason, ...(until ? { until } : {}) })
    if (done.ok) return redirectWithMessage(reply, request, patronPath(request), texts.holdPlaced)
    return holdPage(request, reply, { ...asked, errors: { reason: texts.holdRefusals[done.refusal.kind][language] } })
  })

  routes.post('/holds/:row/end', async (request, reply) => {
    const done = await endHold(site.context(request), request.params.row ?? '')
    if (done.ok) return redirectWithMessage(reply, request, patronPath(request), texts.holdEnded)
    reply.callNotFound()
    return reply
  })

  routes.get('/restriction', async (request, reply) => restrictionPage(request, reply))

  routes.post('/restriction', async (request, reply, { patron }) => {
    const { reason } = reasonField.parse(request.body ?? {})
    const errors = cprErrors(reason, request.language)
    if (errors.reason) return restrictionPage(request, reply, { reason, errors })
    const done = await restrictPatron(site.context(request), patron.id, reason)
    if (done.ok) return redirectWithMessage(reply, request, patronPath(request), texts.restricted)
    return restrictionPage(request, reply, { reason, errors: restrictionErrors(done.refusal, request.language) })
  })

  routes.post('/restriction/end', async (request, reply, { patron }) => {
    const done = await liftRestriction(site.context(request), patron.id)
    if (done.ok) return redirectWithMessage(reply, request, patronPath(request), texts.lifted)
    const { language } = request
    return patronPage(request, reply, {
      title: texts.restriction[language],
      status: REFUSED,
      body: refusedBody(request, {
        text: texts.restrictionRefusals[done.refusal.kind][language],
        back: patronPath(request),
      }),
    })
  })

  function holdPage(request: PatronRequest, reply: FastifyReply, given: HoldForm): FastifyReply {
    const { language } = request
    const errors = given.errors ?? {}
    return patronPage(request, reply, {
      title: texts.holdTitle[language],
      status: given.errors ? FAULTY : 200,
      body: formBody(request, reply, {
        lead: texts.holdLead[language],
        errors,
        above: html`<p><strong>${capital(dataLabel(register, dataName(given.table))[language])}</strong></p>`,
        action: patronPath(request, '/holds'),
        submit: texts.keep[language],
        fields: html`${hidden('table', given.table)}${hidden('row', given.row)}
${reasonArea(language, given.reason, errors.reason)}
${textField({
  name: 'until',
  type: 'date',
  label: texts.untilField[language],
  hint: texts.untilHint[language],
  value: errors.until ? '' : given.until,
  error: errors.until,
})}`,
        back: patronPath(request),
      }),
    })
  }
}

function restrictionPage(
  request: PatronRequest,
  reply: FastifyReply,
  given: { reason: string; errors?: FieldErrors } = { reason: '' },
): FastifyReply {
  const { language } = request
  const errors = given.errors ?? {}
  return patronPage(request, reply, {
    title: texts.restrict[language],
    status: given.errors ? FAULTY : 200,
    body: formBody(request, reply, {
      lead: texts.restrictedText[language],
      errors,
      action: patronPath(request, '/restriction'),
      submit: texts.restrict[language],
      fields: reasonArea(language, given.reason, errors.reason),
      back: patronPath(request),
    }),
  })
}

function reasonArea(language: Language, value: string, error: string | undefined) {
  return textArea({
    name: 'reason',
    label: texts.reason[language],
    hint: texts.reasonHint[language],
    // What must not be kept is not shown again either.
    value: holdsCpr(value) ? '' : value,
    rows: 3,
    maxLength: LONGEST_REASON,
    required: true,
    error,
  })
}

function restrictionErrors(refusal: RestrictionRefusal, language: Language): FieldErrors {
  return { reason: texts.restrictionRefusals[refusal.kind][language] }
}

/** The reason of a decision is kept in clear text and told to the patron: a CPR number has no place there. */
function cprErrors(reason: string, language: Language): FieldErrors {
  return holdsCpr(reason) ? { reason: texts.cprInText[language] } : {}
}
