import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { dayOf, type StaffRole } from '#core'
import { tell } from '#messages'
import { answerCase, type CaseRefusal, extendCase, logAccess, openCases, type RightsCaseRow, readCase } from '#privacy'
import type { Context } from '#vault'
import {
  alert,
  dateText,
  definitionList,
  errorSummary,
  type FieldErrors,
  form,
  href,
  html,
  redirectWithMessage,
  renderPage,
  type SafeHtml,
  type Site,
  selectField,
  submitButton,
  table,
  tag,
  textArea,
} from '#web'
import { holdsCpr } from './block-rules.ts'
import { lockAddressee } from './blocks.ts'
import { backLink, COUNTER, FAULTY, hasErrors, REFUSED, RIGHTS } from './desk-frame.ts'
import { REASONS, SEEN } from './desk-texts.ts'
import { readPatron } from './queries.ts'
import { rightsAnswer, rightsExtended } from './requests-templates.ts'
import { caseRefusalText, daysLeftText, kindTexts, texts } from './requests-texts.ts'

interface CaseRoute {
  Params: { agency: string; id: string }
}

type Request = FastifyRequest<CaseRoute>

const ROLES: readonly StaffRole[] = ['desk', 'data-protection-officer']
const LONGEST_ANSWER = 4000
/** From so few days on the list says so in colour. */
const SOON_DAYS = 7
const text = z.string().max(10_000).catch('')
const answerFields = z.object({ outcome: z.enum(['granted', 'refused']).optional().catch(undefined), answer: text })
const extendFields = z.object({ because: text })

/** The work list of what patrons have asked about their own data. The list names nobody; a case is opened on record. */
export function registerRequestsDesk(app: FastifyInstance, site: Site): void {
  app.get<CaseRoute>('/:agency/staff/requests', async (request, reply) => {
    if (!site.requireStaff(request, reply, ...ROLES)) return reply
    const { language } = request
    const ctx = site.context(request)
    const today = dayOf(ctx.clock.now())
    const cases = await openCases(ctx)
    return renderPage(request, reply, {
      title: texts.requests[language],
      breadcrumbs: [{ label: texts.requests[language] }],
      body: html`<p class="font-lead">${texts.requestsLead[language]}</p>
${table(
  {
    caption: texts.requests[language],
    hasHeading: true,
    head: [texts.what, texts.patron, texts.received, texts.due, texts.daysLeft].map((label) => label[language]),
    rows: cases.map(({ id, kind, number, received_at, due_on }) => {
      const left = today.until(due_on).days
      const said = daysLeftText(left)[language]
      return [
        html`<a href="${href(request, `${listPath(request)}/${id}`)}">${kindTexts[kind][language]}</a>`,
        number,
        dateText(dayOf(received_at), language),
        dateText(due_on, language),
        left < 0 ? tag(said, 'error') : left <= SOON_DAYS ? tag(said, 'warning') : said,
      ]
    }),
    rowHeaders: true,
    empty: texts.noRequests[language],
  },
  language,
)}`,
    })
  })

  app.get<CaseRoute>('/:agency/staff/requests/:id', async (request, reply) => {
    if (!site.requireStaff(request, reply, ...ROLES)) return reply
    const ctx = site.context(request)
    const row = await readCase(ctx, request.params.id)
    return row ? casePage(request, reply, ctx, row) : gone(reply)
  })

  app.post<CaseRoute>('/:agency/staff/requests/:id/answer', async (request, reply) => {
    if (!site.requireStaff(request, reply, ...ROLES)) return reply
    const { language } = request
    const ctx = site.context(request)
    const row = await readCase(ctx, request.params.id)
    if (!row) return gone(reply)
    const { outcome, answer } = answerFields.parse(request.body ?? {})
    const errors = {
      outcome: outcome ? undefined : texts.outcomeMissing[language],
      answer: faultOf(answer, language),
    }
    const typed = { outcome: outcome ?? '', answer: holdsCpr(answer) ? '' : answer }
    if (!outcome || errors.answer) return casePage(request, reply, ctx, row, { typed, errors })
    const given = { outcome, answer: answer.slice(0, LONGEST_ANSWER) }
    const done = await answerCase(ctx, row.id, given, async (ctx, row) => {
      const to = await lockAddressee(ctx, row.patron_id)
      if (!to) return
      const what = kindTexts[row.kind][to.language]
      const data = { what, granted: row.outcome === 'granted', answer: row.answer ?? '' }
      await tell(ctx, rightsAnswer, [{ to, data }])
    })
    if (!done.ok) return refused(request, reply, done.refusal)
    return redirectWithMessage(reply, request, listPath(request), texts.answered)
  })

  app.post<CaseRoute>('/:agency/staff/requests/:id/extension', async (request, reply) => {
    if (!site.requireStaff(request, reply, ...ROLES)) return reply
    const ctx = site.context(request)
    const row = await readCase(ctx, request.params.id)
    if (!row) return gone(reply)
    const { because } = extendFields.parse(request.body ?? {})
    const errors = { because: faultOf(because, request.language) }
    const typed = { because: holdsCpr(because) ? '' : because }
    if (errors.because) return casePage(request, reply, ctx, row, { typed, errors })
    const done = await extendCase(ctx, row.id, because.slice(0, LONGEST_ANSWER), async (ctx, row) => {
      const to = await lockAddressee(ctx, row.patron_id)
      if (!to) return
      const data = {
        what: kindTexts[row.kind][to.language],
        because: row.extended_because ?? '',
        day: dateText(row.due_on, to.language),
      }
      await tell(ctx, rightsExtended, [{ to, data }])
    })
    if (!done.ok) return refused(request, reply, done.refusal)
    return redirectWithMessage(reply, request, listPath(request), texts.extended)
  })
}

interface Given {
  readonly typed: Readonly<Record<string, string>>
  readonly errors: FieldErrors
}

/** What one patron asks, the answer to write, and the way to their page. Seeing it is a look at the patron. */
async function casePage(
  request: Request,
  reply: FastifyReply,
  ctx: Context,
  row: RightsCaseRow,
  { typed, errors }: Given = { typed: {}, errors: {} },
): Promise<FastifyReply> {
  const { language } = request
  const patron = await readPatron(ctx, row.patron_id)
  if (!patron) return gone(reply)
  const noted = await logAccess(ctx, patron.id, SEEN.request[patron.language], REASONS.rights[patron.language])
  if (!noted.ok) return gone(reply)
  const title = kindTexts[row.kind][language]
  const left = dayOf(ctx.clock.now()).until(row.due_on).days
  return renderPage(request, reply, {
    title,
    status: hasErrors(errors) ? FAULTY : 200,
    breadcrumbs: [{ label: texts.requests[language], href: listPath(request) }, { label: title }],
    body: html`${errorSummary(errors, language)}
${definitionList([
  { term: texts.patron[language], value: patron.number },
  { term: texts.received[language], value: dateText(dayOf(row.received_at), language) },
  {
    term: texts.due[language],
    value: `${dateText(row.due_on, language)} (${daysLeftText(left)[language]})`,
  },
  { term: texts.whatTheyWrote[language], value: row.wish },
])}
${row.closed_at ? alert({ kind: 'info', heading: caseRefusalText({ kind: 'closed' })[language], body: row.answer ?? '' }) : openPart(request, reply, ctx, row, { typed, errors })}
${backLink(request, listPath(request), texts.back)}`,
  })
}

function openPart(
  request: Request,
  reply: FastifyReply,
  ctx: Context,
  row: RightsCaseRow,
  { typed, errors }: Given,
): SafeHtml {
  const { language } = request
  const path = `${listPath(request)}/${row.id}`
  const guards = ctx.actor.kind === 'staff' && ctx.actor.roles.includes('data-protection-officer')
  const toPatron = guards ? `${RIGHTS.path}/${row.patron_id}?why=rights` : `${COUNTER.path}/${row.patron_id}`
  return html`<p><a href="${href(request, `/${request.params.agency}${toPatron}`)}">${texts.carryOut[language]}</a></p>
${row.kind === 'restriction' ? html`<p>${texts.restrictsItself[language]}</p>` : ''}
<h2>${texts.answer[language]}</h2>
${form(request, reply, {
  action: `${path}/answer`,
  submit: texts.sendAnswer[language],
  body: html`${selectField({
    name: 'outcome',
    label: texts.outcome[language],
    options: [
      { value: '', label: texts.choose[language] },
      { value: 'granted', label: texts.granted[language] },
      { value: 'refused', label: texts.refused[language] },
    ],
    value: typed.outcome,
    required: true,
    error: errors.outcome,
  })}
${textArea({
  name: 'answer',
  label: texts.reasoned[language],
  hint: texts.reasonedHint[language],
  value: typed.answer,
  maxLength: LONGEST_ANSWER,
  required: true,
  error: errors.answer,
})}`,
})}
${
  row.extended_because === null
    ? html`<h2>${texts.extend[language]}</h2>
<p>${texts.extendLead[language]}</p>
${form(request, reply, {
  action: `${path}/extension`,
  submit: submitButton(texts.extend[language], 'secondary'),
  body: textArea({
    name: 'because',
    label: texts.extendBecause[language],
    value: typed.because,
    maxLength: LONGEST_ANSWER,
    required: true,
    error: errors.because,
  }),
})}`
    : ''
}`
}

function faultOf(written: string, language: 'da' | 'en'): string | undefined {
  if (written.trim() === '') return texts.reasonMissing[language]
  return holdsCpr(written) ? texts.cpr[language] : undefined
}

function refused(request: Request, reply: FastifyReply, refusal: CaseRefusal): FastifyReply {
  const { language } = request
  return renderPage(request, reply, {
    title: texts.requests[language],
    status: REFUSED,
    breadcrumbs: [{ label: texts.requests[language], href: listPath(request) }, { label: texts.answer[language] }],
    body: html`${alert({ kind: 'warning', heading: caseRefusalText(refusal)[language], body: '' })}
${backLink(request, listPath(request), texts.back)}`,
  })
}

function gone(reply: FastifyReply): FastifyReply {
  reply.callNotFound()
  return reply
}

function listPath(request: Request): string {
  return `/${request.params.agency}/staff/requests`
}
