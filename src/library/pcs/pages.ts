import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { at } from '#core'
import { readSetting } from '#settings'
import type { Context } from '#vault'
import {
  errorSummary,
  form,
  html,
  instantText,
  redirectWithMessage,
  renderPage,
  type Site,
  selectField,
  textField,
} from '#web'
import { bookGamingPc, bookingsToCome, gamingPcs } from './booking.ts'
import { pcTimes } from './setting.ts'
import { bookingRefusalText, texts } from './texts.ts'

interface AgencyRoute {
  Params: { agency: string }
}

const FAULTY = 422
const line = z.string().max(100).catch('')
const fields = z.object({ pc: line, day: line, from: line, phone: line })
type Typed = z.infer<typeof fields>

/** Booking a gaming PC, for anybody. Who has booked is not told, only when it is taken. */
export function registerGamingPages(app: FastifyInstance, site: Site): void {
  app.get<AgencyRoute>('/:agency/gaming', async (request, reply) => gamingPage(request, reply))

  app.post<AgencyRoute>('/:agency/gaming', async (request, reply) => {
    const { language } = request
    const ctx = asWhoever(request)
    const typed = fields.parse(request.body ?? {})
    const starts_at = timeIn(typed)
    if (!starts_at) return gamingPage(request, reply, { typed, errors: { from: texts.badTime[language] } })
    const done = await bookGamingPc(ctx, { pc: typed.pc, phone: typed.phone, starts_at })
    if (done.ok) return redirectWithMessage(reply, request, `/${ctx.agency}/gaming`, texts.booked)
    const field = done.refusal.kind === 'bad-phone' ? 'phone' : 'from'
    return gamingPage(request, reply, { typed, errors: { [field]: bookingRefusalText(done.refusal)[language] } })
  })

  /** As the patron also where staff are signed in on the same browser. */
  function asWhoever(request: FastifyRequest): Context {
    const patron = site.patron(request)
    return {
      ...site.context(request),
      actor: patron ? { kind: 'patron', id: patron.id } : { kind: 'system', job: 'web' },
    }
  }

  async function gamingPage(
    request: FastifyRequest<AgencyRoute>,
    reply: FastifyReply,
    wrong?: { readonly typed: Typed; readonly errors: Record<string, string> },
  ): Promise<FastifyReply> {
    const { language } = request
    const ctx = asWhoever(request)
    const [pcs, booked, { bookingMinutes }] = await Promise.all([
      gamingPcs(ctx),
      bookingsToCome(ctx),
      readSetting(ctx, pcTimes),
    ])
    const errors = wrong?.errors ?? {}
    const typed = wrong?.typed
    return renderPage(request, reply, {
      ...(wrong ? { status: FAULTY } : {}),
      title: texts.gaming[language],
      breadcrumbs: [{ label: texts.gaming[language] }],
      body: html`${errorSummary(errors, language)}
${
  pcs.length === 0
    ? html`<p>${texts.none[language]}</p>`
    : html`<p class="font-lead">${texts.lead[language]}</p>
${form(request, reply, {
  action: `/${ctx.agency}/gaming`,
  body: html`${selectField({ name: 'pc', label: texts.which[language], options: pcs.map(({ id, name }) => ({ value: id, label: name })), value: typed?.pc })}
${textField({ name: 'day', type: 'date', label: texts.day[language], value: typed?.day ?? '' })}
${textField({ name: 'from', label: texts.from[language], hint: texts.timeHint(bookingMinutes)[language], value: typed?.from ?? '', autocomplete: 'off', error: errors.from })}
${textField({ name: 'phone', type: 'tel', label: texts.phone[language], value: typed?.phone ?? '', autocomplete: 'tel', error: errors.phone })}`,
  submit: texts.book[language],
})}
${
  booked.length === 0
    ? ''
    : html`<h2>${texts.takenTimes[language]}</h2>
<ul>${booked.map(({ pc, starts_at }) => html`<li>${pc}, ${instantText(starts_at, language)}</li>`)}</ul>`
}`
}`,
    })
  }
}

function timeIn({ day, from }: Typed): Temporal.Instant | undefined {
  const [, hours = '', minutes = ''] = /^(\d{1,2})[:.](\d{2})$/.exec(from.trim()) ?? []
  try {
    return at(Temporal.PlainDate.from(day.trim()), `${hours.padStart(2, '0')}:${minutes}`)
  } catch {
    return undefined
  }
}
