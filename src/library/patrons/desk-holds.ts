import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
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
import {
  alert,
  errorSummary,
  type FieldErrors,
  form,
  hidden,
  href,
  html,
  redirectWithMessage,
  textArea,
  textField,
} from '#web'
import {
  capital,
  type DeskNeeds,
  FAULTY,
  type PatronRoute,
  patronOf,
  patronPage,
  patronPath,
  REFUSED,
} from './desk-frame.ts'
import { texts } from './desk-texts.ts'

interface HoldRoute extends PatronRoute {
  Querystring: PatronRoute['Querystring'] & { table?: string; row?: string }
}

interface OneHoldRoute extends PatronRoute {
  Params: PatronRoute['Params'] & { hold: string }
}

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
  app.get<HoldRoute>('/:agency/staff/patrons/:id/holds/new', async (request, reply) => {
    if (!(await patronOf(request, reply, site))) return reply
    const { table = '', row = '' } = request.query
    return holdPage(request, reply, { table, row, reason: '', until: '' })
  })

  app.post<PatronRoute>('/:agency/staff/patrons/:id/holds', async (request, reply) => {
    const found = await patronOf(request, reply, site)
    if (!found) return reply
    const { language } = request
    const ctx = site.context(request)
    const asked = holdFields.parse(request.body ?? {})
    const until = dayAfter(asked.until, dayOf(ctx.clock.now()))
    if (until === 'wrong') return holdPage(request, reply, { ...asked, errors: { until: texts.untilWrong[language] } })
    const { table, row, reason } = asked
    const done = await placeHold(ctx, register, { table, row, reason, ...(until ? { until } : {}) })
    if (done.ok) return redirectWithMessage(reply, request, patronPath(request), texts.holdPlaced)
    const errors = { reason: texts.holdRefusals[done.refusal.kind][language] }
    return holdPage(request, reply, { ...asked, errors })
  })

  app.post<OneHoldRoute>('/:agency/staff/patrons/:id/holds/:hold/end', async (request, reply) => {
    if (!(await patronOf(request, reply, site))) return reply
    const done = await endHold(site.context(request), request.params.hold)
    if (done.ok) return redirectWithMessage(reply, request, patronPath(request), texts.holdEnded)
    reply.callNotFound()
    return reply
  })

  app.get<PatronRoute>('/:agency/staff/patrons/:id/restriction', async (request, reply) => {
    if (!(await patronOf(request, reply, site))) return reply
    return restrictionPage(request, reply)
  })

  app.post<PatronRoute>('/:agency/staff/patrons/:id/restriction', async (request, reply) => {
    const found = await patronOf(request, reply, site)
    if (!found) return reply
    const { reason } = reasonField.parse(request.body ?? {})
    const done = await restrictPatron(site.context(request), found.patron.id, reason)
    if (done.ok) return redirectWithMessage(reply, request, patronPath(request), texts.restricted)
    return restrictionPage(request, reply, { reason, errors: restrictionErrors(done.refusal, request.language) })
  })

  app.post<PatronRoute>('/:agency/staff/patrons/:id/restriction/end', async (request, reply) => {
    const found = await patronOf(request, reply, site)
    if (!found) return reply
    const done = await liftRestriction(site.context(request), found.patron.id)
    if (done.ok) return redirectWithMessage(reply, request, patronPath(request), texts.lifted)
    const { language } = request
    return patronPage(request, reply, {
      title: texts.restriction[language],
      status: REFUSED,
      body: html`${alert({
        kind: 'error',
        heading: texts.notDone[language],
        body: texts.restrictionRefusals[done.refusal.kind][language],
      })}
<p><a href="${href(request, patronPath(request))}">${texts.back[language]}</a></p>`,
    })
  })

  function holdPage(request: FastifyRequest<PatronRoute>, reply: FastifyReply, given: HoldForm): FastifyReply {
    const { language } = request
    const errors = given.errors ?? {}
    return patronPage(request, reply, {
      title: texts.holdTitle[language],
      status: given.errors ? FAULTY : 200,
      body: html`${errorSummary(errors, language)}
<p class="font-lead">${texts.holdLead[language]}</p>
<p><strong>${capital(dataLabel(register, dataName(given.table))[language])}</strong></p>
${form(request, reply, {
  action: patronPath(request, '/holds'),
  submit: texts.keep[language],
  body: html`${hidden('table', given.table)}${hidden('row', given.row)}
${reasonArea(language, given.reason, errors.reason)}
${textField({
  name: 'until',
  type: 'date',
  label: texts.untilField[language],
  hint: texts.untilHint[language],
  value: given.until,
  error: errors.until,
})}`,
})}
<p><a href="${href(request, patronPath(request))}">${texts.back[language]}</a></p>`,
    })
  }
}

function restrictionPage(
  request: FastifyRequest<PatronRoute>,
  reply: FastifyReply,
  given: { reason: string; errors?: FieldErrors } = { reason: '' },
): FastifyReply {
  const { language } = request
  const errors = given.errors ?? {}
  return patronPage(request, reply, {
    title: texts.restrict[language],
    status: given.errors ? FAULTY : 200,
    body: html`${errorSummary(errors, language)}
<p class="font-lead">${texts.restrictedText[language]}</p>
${form(request, reply, {
  action: patronPath(request, '/restriction'),
  submit: texts.restrict[language],
  body: reasonArea(language, given.reason, errors.reason),
})}
<p><a href="${href(request, patronPath(request))}">${texts.back[language]}</a></p>`,
  })
}

function reasonArea(language: Language, value: string, error: string | undefined) {
  return textArea({
    name: 'reason',
    label: texts.reason[language],
    hint: texts.reasonHint[language],
    value,
    rows: 3,
    maxLength: LONGEST_REASON,
    required: true,
    error,
  })
}

function restrictionErrors(refusal: RestrictionRefusal, language: Language): FieldErrors {
  return { reason: texts.restrictionRefusals[refusal.kind][language] }
}

/** A day after today; undefined when none was given. */
function dayAfter(written: string, today: Temporal.PlainDate): Temporal.PlainDate | undefined | 'wrong' {
  if (written.trim() === '') return undefined
  try {
    const day = Temporal.PlainDate.from(written.trim(), { overflow: 'reject' })
    return Temporal.PlainDate.compare(day, today) > 0 ? day : 'wrong'
  } catch {
    return 'wrong'
  }
}
