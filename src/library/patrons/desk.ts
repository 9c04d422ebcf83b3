import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Language } from '#core'
import { logAccess } from '#privacy'
import {
  dateText,
  errorSummary,
  type FieldErrors,
  form,
  href,
  html,
  renderPage,
  type SafeHtml,
  selectField,
  table,
  tag,
  textField,
} from '#web'
import { registerCopyDesk } from './desk-copy.ts'
import { registerCounterDesk } from './desk-counter.ts'
import { registerErasureDesk } from './desk-erase.ts'
import {
  type DeskNeeds,
  FAULTY,
  isReason,
  type PatronRequest,
  patronPage,
  patronPath,
  patronRoutes,
  RIGHTS,
} from './desk-frame.ts'
import { registerHoldsDesk } from './desk-holds.ts'
import { patronBody } from './desk-patron.ts'
import { REASONS, type Reason, SEEN, texts } from './desk-texts.ts'
import { shownAgain } from './desk-typed.ts'
import { registerLettersDesk } from './letters-desk.ts'
import { searchPatrons } from './queries.ts'
import { registerRequestsDesk } from './requests-desk.ts'

interface AgencyRoute {
  Params: { agency: string }
}

const MOST_FOUND = 20
const searchFields = z.object({ text: z.string().max(200).catch(''), why: z.string().catch('') })

type Found = Awaited<ReturnType<typeof searchPatrons>>

/** The staff's two desks: where the data-protection officer meets a patron's rights, and where patrons are served. */
export function registerPatronsDesk(
  app: FastifyInstance,
  site: DeskNeeds['site'],
  register: DeskNeeds['register'],
  given: Omit<DeskNeeds, 'site' | 'register'>,
): void {
  const needs = { site, register, ...given }

  app.get<AgencyRoute>('/:agency/staff/patrons', async (request, reply) => {
    if (!site.requireStaff(request, reply, ...RIGHTS.roles)) return reply
    return searchPage(request, reply, { text: '', why: '' })
  })

  // What is searched for says who somebody is, so it is sent and not written into an address.
  app.post<AgencyRoute>('/:agency/staff/patrons/searches', async (request, reply) => {
    if (!site.requireStaff(request, reply, ...RIGHTS.roles)) return reply
    const { language } = request
    const ctx = site.context(request)
    const { text, why } = searchFields.parse(request.body ?? {})
    const errors = {
      text: text.trim() === '' ? texts.noText[language] : undefined,
      why: isReason(why) ? undefined : texts.whyMissing[language],
    }
    if (errors.text || !isReason(why)) return searchPage(request, reply, { text, why, errors })
    const found = await searchPatrons(ctx, text)
    for (const { id } of found) await logAccess(ctx, id, SEEN.search.da, REASONS[why].da)
    return searchPage(request, reply, { text, why, found: foundTable(request, found, why) })
  })

  patronRoutes(app, site).get('', async (request, reply, { patron }) => {
    const { why } = request.query
    if (!isReason(why)) return reasonPage(request, reply, why !== undefined)
    const ctx = site.context(request)
    const noted = await logAccess(ctx, patron.id, SEEN.page[patron.language], REASONS[why][patron.language])
    const body = noted.ok && (await patronBody(request, reply, needs, patron, why))
    if (body) return patronPage(request, reply, { title: patron.name, body })
    reply.callNotFound()
    return reply
  })

  registerCopyDesk(app, needs)
  registerLettersDesk(app, { site, ...(given.kindName ? { kindName: given.kindName } : {}) })
  registerHoldsDesk(app, needs)
  registerErasureDesk(app, needs)
  registerCounterDesk(app, needs)
  registerRequestsDesk(app, site)
}

function searchPage(
  request: FastifyRequest<AgencyRoute>,
  reply: FastifyReply,
  given: { text: string; why: string; errors?: FieldErrors; found?: SafeHtml },
): FastifyReply {
  const { language } = request
  const errors = given.errors ?? {}
  const base = `/${request.params.agency}/staff/patrons`
  return renderPage(request, reply, {
    title: texts.find[language],
    status: given.errors ? FAULTY : 200,
    breadcrumbs: [{ label: texts.patrons[language] }],
    body: html`${errorSummary(errors, language)}
<p class="font-lead">${texts.lead[language]}</p>
${form(request, reply, {
  action: `${base}/searches`,
  submit: texts.search[language],
  body: html`${textField({
    name: 'text',
    label: texts.text[language],
    hint: texts.textHint[language],
    // A CPR number is not shown again, and what a card reader sent is no search.
    value: shownAgain(given.text),
    autocomplete: 'off',
    required: true,
    error: errors.text,
  })}
${reasonField(language, given.why, errors.why)}`,
})}
${given.found ?? ''}`,
  })
}

function reasonField(language: Language, why: string, error: string | undefined): SafeHtml {
  const options = Object.entries(REASONS).map(([value, label]) => ({ value, label: label[language] }))
  return selectField({
    name: 'why',
    label: texts.why[language],
    options: [{ value: '', label: texts.choose[language] }, ...options],
    value: why,
    required: true,
    error,
  })
}

/** Asked before anything of the patron is shown. */
function reasonPage(request: PatronRequest, reply: FastifyReply, wrong: boolean): FastifyReply {
  const { language } = request
  const errors = wrong ? { why: texts.whyMissing[language] } : {}
  return patronPage(request, reply, {
    title: texts.reasonTitle[language],
    status: wrong ? FAULTY : 200,
    body: html`${errorSummary(errors, language)}
<p class="font-lead">${texts.lead[language]}</p>
${form(request, reply, {
  method: 'get',
  action: patronPath(request),
  submit: texts.see[language],
  body: reasonField(language, '', errors.why),
})}`,
  })
}

function foundTable(request: FastifyRequest<AgencyRoute>, found: Found, why: Reason): SafeHtml {
  const { language } = request
  const address = (id: string) => href(request, `/${request.params.agency}/staff/patrons/${id}?why=${why}`)
  return html`<h2>${texts.found(found.length)[language]}</h2>
${found.length >= MOST_FOUND ? html`<p>${texts.tooMany[language]}</p>` : ''}
${table(
  {
    caption: texts.patrons[language],
    head: [texts.name, texts.number, texts.born].map((text) => text[language]),
    rows: found.map((patron) => [
      html`<a href="${address(patron.id)}">${patron.protected ? texts.hiddenName[language] : patron.name}</a> ${patron.protected ? tag(texts.protected[language], 'warning') : ''}`,
      patron.number,
      patron.birth_on ? dateText(patron.birth_on, language) : '–',
    ]),
    rowHeaders: true,
    empty: texts.nobody[language],
  },
  language,
)}`
}
