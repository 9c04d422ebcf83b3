import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { dayOf } from '#core'
import type { Context } from '#vault'
import {
  alert,
  errorSummary,
  type FieldErrors,
  form,
  html,
  type PatronActor,
  redirectWithMessage,
  renderPage,
  type Site,
  submitButton,
  textField,
} from '#web'
import { endAbsence, readAbsence, setAbsence } from './absence.ts'
import { awayText, dayIn } from './pages.ts'
import { absenceText, texts } from './pages-texts.ts'

interface AgencyRoute {
  Params: { agency: string }
}

const FAULTY = 422
const line = z.string().max(100).catch('')
const absenceFields = z.object({ from: line, until: line })

/** Telling the library that one is away, so that nothing is set aside meanwhile, and that one is back. */
export function registerAbsencePages(app: FastifyInstance, site: Site): void {
  app.get<AgencyRoute>('/:agency/me/absence', async (request, reply) => {
    const patron = site.requirePatron(request, reply)
    if (!patron) return reply
    return absencePage(request, reply, asPatron(request, patron), patron, {})
  })

  app.post<AgencyRoute>('/:agency/me/absence', async (request, reply) => {
    const patron = site.requirePatron(request, reply)
    if (!patron) return reply
    const ctx = asPatron(request, patron)
    const typed = absenceFields.parse(request.body ?? {})
    const [from_on, until_on] = [dayIn(typed.from), typed.until === '' ? null : dayIn(typed.until)]
    const { language } = request
    const wrong = {
      from: from_on ? undefined : texts.dayWrong[language],
      until: until_on === undefined ? texts.dayWrong[language] : undefined,
    }
    if (!from_on || until_on === undefined) return absencePage(request, reply, ctx, patron, { typed, errors: wrong })
    const set = await setAbsence(ctx, patron.id, { from_on, until_on })
    if (!set.ok) {
      const errors = { until: absenceText(set.refusal)[language] }
      return absencePage(request, reply, ctx, patron, { typed, errors })
    }
    return redirectWithMessage(reply, request, `/${ctx.agency}/me/absence`, texts.absenceSaved)
  })

  app.post<AgencyRoute>('/:agency/me/absence/end', async (request, reply) => {
    const patron = site.requirePatron(request, reply)
    if (!patron) return reply
    const ctx = asPatron(request, patron)
    await endAbsence(ctx, patron.id)
    return redirectWithMessage(reply, request, `/${ctx.agency}/me/absence`, texts.welcomeBack)
  })

  /** As the patron also where staff are signed in on the same browser. */
  function asPatron(request: FastifyRequest, patron: PatronActor): Context {
    return { ...site.context(request), actor: { kind: 'patron', id: patron.id } }
  }
}

async function absencePage(
  request: FastifyRequest<AgencyRoute>,
  reply: FastifyReply,
  ctx: Context,
  patron: PatronActor,
  given: { readonly typed?: z.infer<typeof absenceFields>; readonly errors?: FieldErrors },
): Promise<FastifyReply> {
  const { language } = request
  const { errors = {} } = given
  const absence = await readAbsence(ctx, patron.id)
  const path = `/${ctx.agency}/me/absence`
  const typed = given.typed ?? {
    from: (absence?.from_on ?? dayOf(ctx.clock.now())).toString(),
    until: absence?.until_on?.toString() ?? '',
  }
  return renderPage(request, reply, {
    ...(given.errors ? { status: FAULTY } : {}),
    title: texts.absence[language],
    breadcrumbs: [{ label: texts.me[language], href: `/${ctx.agency}/me` }, { label: texts.absence[language] }],
    body: html`${errorSummary(errors, language)}
<p>${texts.absenceLead[language]}</p>
${
  absence
    ? html`${alert({ kind: 'info', heading: awayText(absence, language) })}
${form(request, reply, {
  action: `${path}/end`,
  body: html``,
  submit: submitButton(texts.back[language], 'secondary'),
})}`
    : ''
}
${form(request, reply, {
  action: path,
  submit: texts.absenceSave[language],
  body: html`${textField({ name: 'from', type: 'date', label: texts.from[language], value: typed.from, required: true, error: errors.from })}
${textField({
  name: 'until',
  type: 'date',
  label: texts.to[language],
  hint: texts.toHint[language],
  value: typed.until,
  error: errors.until,
})}`,
})}
<p class="quiet">${texts.absenceForget[language]}</p>`,
  })
}
