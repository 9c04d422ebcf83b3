import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { dayOf } from '#core'
import { type Whose, whosePages, whoseTrail } from '#patrons'
import {
  alert,
  errorSummary,
  type FieldErrors,
  form,
  html,
  redirectWithMessage,
  renderPage,
  type Site,
  submitButton,
  textField,
} from '#web'
import { endAbsence, readAbsence, setAbsence } from './absence.ts'
import { awayText, dayIn } from './pages.ts'
import { absenceText, texts, wordsFor } from './pages-texts.ts'

interface AbsenceRoute {
  Params: { agency: string; child?: string }
}

const FAULTY = 422
const line = z.string().max(100).catch('')
const absenceFields = z.object({ from: line, until: line })

/** Telling the library that one, or a child, is away, so that nothing is set aside meanwhile, and that they are back. */
export function registerAbsencePages(app: FastifyInstance, site: Site): void {
  for (const { base, whose } of whosePages(site)) {
    app.get<AbsenceRoute>(`${base}/absence`, async (request, reply) => {
      const found = await whose(request, reply)
      return found ? absencePage(request, reply, found, {}) : reply
    })

    app.post<AbsenceRoute>(`${base}/absence`, async (request, reply) => {
      const found = await whose(request, reply)
      return found ? keep(request, reply, found) : reply
    })

    app.post<AbsenceRoute>(`${base}/absence/end`, async (request, reply) => {
      const found = await whose(request, reply)
      if (!found) return reply
      await endAbsence(found.ctx, found.id)
      return redirectWithMessage(reply, request, absencePath(found), texts.welcomeBack)
    })
  }
}

function absencePath({ ctx, path }: Whose): string {
  return `/${ctx.agency}${path}/absence`
}

async function keep(request: FastifyRequest<AbsenceRoute>, reply: FastifyReply, whose: Whose): Promise<FastifyReply> {
  const typed = absenceFields.parse(request.body ?? {})
  const [from_on, until_on] = [dayIn(typed.from), typed.until === '' ? null : dayIn(typed.until)]
  const { language } = request
  const wrong = {
    from: from_on ? undefined : texts.dayWrong[language],
    until: until_on === undefined ? texts.dayWrong[language] : undefined,
  }
  if (!from_on || until_on === undefined) return absencePage(request, reply, whose, { typed, errors: wrong })
  const set = await setAbsence(whose.ctx, whose.id, { from_on, until_on })
  if (!set.ok) {
    const errors = { until: absenceText(set.refusal)[language] }
    return absencePage(request, reply, whose, { typed, errors })
  }
  return redirectWithMessage(reply, request, absencePath(whose), texts.absenceSaved)
}

async function absencePage(
  request: FastifyRequest<AbsenceRoute>,
  reply: FastifyReply,
  whose: Whose,
  given: { readonly typed?: z.infer<typeof absenceFields>; readonly errors?: FieldErrors },
): Promise<FastifyReply> {
  const { language } = request
  const { errors = {} } = given
  const { ctx } = whose
  const said = wordsFor(whose.child)
  const absence = await readAbsence(ctx, whose.id)
  const path = absencePath(whose)
  const typed = given.typed ?? {
    from: (absence?.from_on ?? dayOf(ctx.clock.now())).toString(),
    until: absence?.until_on?.toString() ?? '',
  }
  return renderPage(request, reply, {
    ...(given.errors ? { status: FAULTY } : {}),
    title: said.absence[language],
    breadcrumbs: [...whoseTrail(whose, texts.me[language]), { label: said.absence[language] }],
    body: html`${errorSummary(errors, language)}
<p>${said.absenceLead[language]}</p>
${
  absence
    ? html`${alert({ kind: 'info', heading: awayText(absence, language, whose.child) })}
${form(request, reply, {
  action: `${path}/end`,
  body: html``,
  submit: submitButton(said.back[language], 'secondary'),
})}`
    : ''
}
${form(request, reply, {
  action: path,
  submit: texts.absenceSave[language],
  body: html`${textField({ name: 'from', type: 'date', label: said.from[language], value: typed.from, required: true, error: errors.from })}
${textField({
  name: 'until',
  type: 'date',
  label: said.to[language],
  hint: texts.toHint[language],
  value: typed.until,
  error: errors.until,
})}`,
})}
<p class="quiet">${said.absenceForget[language]}</p>`,
  })
}
