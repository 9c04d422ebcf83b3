import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { at, dayOf, type Language } from '#core'
import { logAccess } from '#privacy'
import type { Context } from '#vault'
import {
  alert,
  errorSummary,
  type FieldErrors,
  form,
  hidden,
  href,
  html,
  instantText,
  redirectWithMessage,
  renderPage,
  type Site,
  submitButton,
  table,
  tag,
  textArea,
  textField,
} from '#web'
import { comingEvents, readEvent, seatKind, seatsOf } from './queries.ts'
import { cancelEvent, makeEvent } from './seats.ts'
import type { SeatRow } from './tables.ts'
import { texts } from './texts.ts'

interface AgencyRoute {
  Params: { agency: string }
}
interface EventRoute {
  Params: { agency: string; id: string }
}

const PATH = '/staff/events'
const FAULTY = 422
const MOST_SEATS = 10_000
const line = z.string().max(200).catch('')
const fields = z.object({
  name: line,
  about: z.string().max(5000).catch(''),
  place: line,
  day: line,
  from: line,
  until: line,
  seats: line,
})
type Typed = z.infer<typeof fields>

/** Where staff make events, see who is coming, and cancel. */
export function registerEventsDesk(app: FastifyInstance, site: Site): void {
  app.get<AgencyRoute>(`/:agency${PATH}`, async (request, reply) => {
    return site.requireStaff(request, reply, 'desk') ? listPage(request, reply) : reply
  })

  app.post<AgencyRoute>(`/:agency${PATH}`, async (request, reply) => {
    if (!site.requireStaff(request, reply, 'desk')) return reply
    const ctx = site.context(request)
    const typed = fields.parse(request.body ?? {})
    const read = readTyped(typed, ctx, request.language)
    if (!(await seatKind(ctx)) || 'errors' in read) {
      return listPage(request, reply, { typed, errors: 'errors' in read ? read.errors : {} })
    }
    await makeEvent(ctx, read)
    return redirectWithMessage(reply, request, `/${ctx.agency}${PATH}`, texts.made)
  })

  app.get<EventRoute>(`/:agency${PATH}/:id`, async (request, reply) => {
    if (!site.requireStaff(request, reply, 'desk')) return reply
    const { language } = request
    const ctx = site.context(request)
    const [event, kind] = await Promise.all([readEvent(ctx, request.params.id), seatKind(ctx)])
    if (!event) return reply.callNotFound()
    const seats = kind ? await seatsOf(ctx, kind, event.id) : []
    const rows = await Promise.all(seats.map((seat) => shown(ctx, seat, language)))
    return renderPage(request, reply, {
      title: event.name,
      breadcrumbs: [{ label: texts.events[language], href: `/${ctx.agency}${PATH}` }, { label: event.name }],
      body: html`<p class="font-lead">${instantText(event.starts_at, language)}, ${event.place}</p>
${event.cancelled_at ? tag(texts.cancelled[language], 'error') : ''}
<h2>${texts.coming[language]}</h2>
${table(
  {
    caption: texts.coming[language],
    head: [texts.name, texts.phone, texts.email, texts.seats].map((text) => text[language]),
    rows,
    rowHeaders: true,
    hasHeading: true,
    empty: texts.nobody[language],
  },
  language,
)}
${
  event.cancelled_at
    ? ''
    : html`<h2>${texts.cancel[language]}</h2>
<p>${texts.cancelLead[language]}</p>
${form(request, reply, {
  action: `/${ctx.agency}${PATH}/${event.id}/cancel`,
  body: hidden('event', event.id),
  submit: submitButton(texts.cancel[language], 'warning'),
})}`
}`,
    })
  })

  app.post<EventRoute>(`/:agency${PATH}/:id/cancel`, async (request, reply) => {
    if (!site.requireStaff(request, reply, 'desk')) return reply
    await cancelEvent(site.context(request), request.params.id)
    return redirectWithMessage(reply, request, `/${request.params.agency}${PATH}`, texts.nowCancelled)
  })

  async function listPage(
    request: FastifyRequest<AgencyRoute>,
    reply: FastifyReply,
    wrong?: { readonly typed: Typed; readonly errors: FieldErrors },
  ): Promise<FastifyReply> {
    const { language } = request
    const ctx = site.context(request)
    const [coming, kind] = await Promise.all([comingEvents(ctx), seatKind(ctx)])
    const typed = wrong?.typed
    const errors = wrong?.errors ?? {}
    const field = (name: keyof Typed, label: string, more: { type?: 'date'; hint?: string } = {}) =>
      textField({ name, label, value: typed?.[name] ?? '', autocomplete: 'off', error: errors[name], ...more })
    return renderPage(request, reply, {
      ...(wrong ? { status: FAULTY } : {}),
      title: texts.events[language],
      breadcrumbs: [{ label: texts.events[language] }],
      body: html`${errorSummary(errors, language)}
<p class="font-lead">${texts.deskLead[language]}</p>
${kind ? '' : alert({ kind: 'info', heading: texts.notOffered[language] })}
${table(
  {
    caption: texts.events[language],
    hasHeading: true,
    head: [texts.what, texts.when, texts.place, texts.seats].map((text) => text[language]),
    rows: coming.map(({ id, name, starts_at, place, taken, seats, cancelled_at }) => [
      html`<a href="${href(request, `/${ctx.agency}${PATH}/${id}`)}">${name}</a> ${cancelled_at ? tag(texts.cancelled[language], 'error') : ''}`,
      instantText(starts_at, language),
      place,
      texts.takenOf(taken, seats)[language],
    ]),
    rowHeaders: true,
    empty: texts.noneCome[language],
  },
  language,
)}
${
  kind
    ? html`<h2>${texts.make[language]}</h2>
${form(request, reply, {
  action: `/${ctx.agency}${PATH}`,
  body: html`${field('name', texts.what[language])}
${textArea({ name: 'about', label: texts.about[language], value: typed?.about ?? '', rows: 4 })}
${field('place', texts.place[language])}
${field('day', texts.day[language], { type: 'date' })}
${field('from', texts.from[language], { hint: texts.timeHint[language] })}
${field('until', texts.until[language], { hint: texts.timeHint[language] })}
${field('seats', texts.seats[language])}`,
  submit: texts.make[language],
})}`
    : ''
}`,
    })
  }
}

/** A line of the list; each look at a patron is noted, and a protected name is not shown. */
async function shown(ctx: Context, seat: SeatRow, language: Language): Promise<string[]> {
  const noted = seat.patron_id ? await logAccess(ctx, seat.patron_id, texts.seen[seat.language], '') : { ok: true }
  if (!noted.ok) return [texts.protected[language], '', '', texts.number(seat.number)[language]]
  return [seat.name, seat.phone ?? '', seat.email ?? '', texts.number(seat.number)[language]]
}

function readTyped(typed: Typed, ctx: Context, language: Language) {
  const seats = /^\d{1,5}$/.test(typed.seats.trim()) ? Number(typed.seats) : 0
  const day = dayIn(typed.day)
  const times = [typed.from, typed.until].map((time) => /^\d{1,2}[:.]\d{2}$/.test(time.trim()) && timeIn(time))
  const [from, until] = times
  const isComing = day && Temporal.PlainDate.compare(day, dayOf(ctx.clock.now())) >= 0
  const isOrdered = from && until && from < until
  const errors = {
    ...(typed.name.trim() === '' ? { name: texts.missing[language] } : {}),
    ...(typed.place.trim() === '' ? { place: texts.missing[language] } : {}),
    ...(isComing ? {} : { day: texts.badDay[language] }),
    ...(isOrdered ? {} : { from: texts.badTime[language] }),
    ...(seats >= 1 && seats <= MOST_SEATS ? {} : { seats: texts.badSeats[language] }),
  }
  if (Object.keys(errors).length > 0 || !day || !from || !until) return { errors }
  const { name, about, place } = typed
  return { name, about, place, seats, starts_at: at(day, from), ends_at: at(day, until) }
}

function dayIn(text: string): Temporal.PlainDate | undefined {
  try {
    return Temporal.PlainDate.from(text.trim())
  } catch {
    return undefined
  }
}

/** As `HH:MM`; undefined when there is no such time. */
function timeIn(text: string): string | undefined {
  const [hours = '', minutes = ''] = text.trim().split(/[:.]/)
  if (Number(hours) > 23 || Number(minutes) > 59) return undefined
  return `${hours.padStart(2, '0')}:${minutes}`
}
