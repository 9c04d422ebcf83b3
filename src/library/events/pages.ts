import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Language } from '#core'
import { readPatron } from '#patrons'
import type { Context } from '#vault'
import {
  entries,
  errorSummary,
  form,
  hidden,
  href,
  html,
  instantText,
  redirectWithMessage,
  renderPage,
  type SafeHtml,
  type Site,
  tag,
  textField,
} from '#web'
import { type CountedEvent, comingEvents, ownSeats, readEvent, seatKind } from './queries.ts'
import { giveBack, type SeatRefusal, takeSeat } from './seats.ts'
import { seatRefusalText, texts } from './texts.ts'

interface AgencyRoute {
  Params: { agency: string }
}
interface EventRoute {
  Params: { agency: string; id: string }
}
interface KeyRoute {
  Params: { agency: string; key: string }
}

const FAULTY = 422
const line = z.string().max(200).catch('')
const wished = z.object({ name: line, email: line, phone: line })
const keyed = z.object({ key: line })

/** What happens at the library, for anybody: getting a seat, and giving it back. */
export function registerEventPages(app: FastifyInstance, site: Site): void {
  app.get<AgencyRoute>('/:agency/events', async (request, reply) => {
    const { language } = request
    const ctx = asWhoever(request)
    const kind = await seatKind(ctx)
    const patron = site.patron(request)
    const [coming, mine] = await Promise.all([
      kind ? comingEvents(ctx) : [],
      kind && patron ? ownSeats(ctx, kind, patron.id) : [],
    ])
    return renderPage(request, reply, {
      title: texts.events[language],
      breadcrumbs: [{ label: texts.events[language] }],
      body: html`<p class="font-lead">${texts.lead[language]}</p>
${
  mine.length === 0
    ? ''
    : html`<h2>${texts.yours[language]}</h2>
${entries(
  mine.map((seat) => ({
    heading: seat.event,
    tags: seat.cancelled_at ? [tag(texts.cancelled[language], 'error')] : [],
    lines: [`${instantText(seat.starts_at, language)}, ${seat.place}`, texts.number(seat.number)[language]],
    actions: [giveBackForm(request, reply, seat.leave_key, seat.event)],
  })),
  3,
)}`
}
${mine.length > 0 && coming.length > 0 ? html`<h2>${texts.toCome[language]}</h2>` : ''}
${
  coming.length === 0
    ? html`<p>${texts.none[language]}</p>`
    : entries(
        coming.map((event) => entryOf(request, ctx, event)),
        mine.length > 0 ? 3 : 2,
      )
}`,
    })
  })

  app.get<EventRoute>('/:agency/events/:id', async (request, reply) => eventPage(request, reply))

  app.post<EventRoute>('/:agency/events/:id', async (request, reply) => {
    const ctx = asWhoever(request)
    const { language } = request
    const typed = wished.parse(request.body ?? {})
    const done = await takeSeat(ctx, { ...typed, event: request.params.id, language })
    if (!done.ok) return eventPage(request, reply, { typed, refusal: done.refusal })
    return redirectWithMessage(reply, request, `/${ctx.agency}/events`, texts.taken(done.value))
  })

  // By POST, because mail programs follow links by themselves.
  app.get<KeyRoute>('/:agency/events/leave/:key', async (request, reply) => {
    const { language } = request
    const { agency, key } = request.params
    return renderPage(request, reply, {
      title: texts.giveBackTitle[language],
      breadcrumbs: [
        { label: texts.events[language], href: `/${agency}/events` },
        { label: texts.giveBackTitle[language] },
      ],
      body: html`<p>${texts.giveBackLead[language]}</p>
${form(request, reply, { action: `/${agency}/events/leave`, body: hidden('key', key.slice(0, 200)), submit: texts.giveBack[language] })}`,
    })
  })

  app.post<AgencyRoute>('/:agency/events/leave', async (request, reply) => {
    await giveBack(asWhoever(request), keyed.parse(request.body ?? {}).key)
    return redirectWithMessage(reply, request, `/${request.params.agency}/events`, texts.givenBack)
  })

  /** As the patron also where staff are signed in on the same browser. */
  function asWhoever(request: FastifyRequest): Context {
    const patron = site.patron(request)
    return {
      ...site.context(request),
      actor: patron ? { kind: 'patron', id: patron.id } : { kind: 'system', job: 'web' },
    }
  }

  async function eventPage(
    request: FastifyRequest<EventRoute>,
    reply: FastifyReply,
    wrong?: { readonly typed: z.infer<typeof wished>; readonly refusal: SeatRefusal },
  ): Promise<FastifyReply> {
    const { language } = request
    const ctx = asWhoever(request)
    const event = (await seatKind(ctx)) ? await readEvent(ctx, request.params.id) : undefined
    if (!event) {
      reply.callNotFound()
      return reply
    }
    const actor = site.patron(request)
    const patron = actor ? await readPatron(ctx, actor.id) : undefined
    const typed = wrong?.typed ?? { name: patron?.name ?? '', email: patron?.email ?? '', phone: patron?.phone ?? '' }
    const errors = wrong ? errorsOf(wrong.refusal, language) : {}
    return renderPage(request, reply, {
      ...(wrong ? { status: FAULTY } : {}),
      title: event.name,
      breadcrumbs: [{ label: texts.events[language], href: `/${ctx.agency}/events` }, { label: event.name }],
      body: html`${errorSummary(errors, language)}
<p class="font-lead">${instantText(event.starts_at, language)}, ${event.place}</p>
${event.about === '' ? '' : html`<p>${event.about}</p>`}
${stateOf(event, language)}
${
  isOpen(event, ctx)
    ? form(request, reply, {
        action: `/${ctx.agency}/events/${event.id}`,
        body: html`${textField({ name: 'name', label: texts.name[language], value: typed.name, autocomplete: 'name', error: errors.name })}
${textField({ name: 'email', type: 'email', label: texts.email[language], hint: texts.emailHint[language], value: typed.email, autocomplete: 'email', error: errors.email })}
${textField({ name: 'phone', type: 'tel', label: texts.phone[language], hint: texts.phoneHint[language], value: typed.phone, autocomplete: 'tel', error: errors.phone })}`,
        submit: texts.take[language],
      })
    : ''
}`,
    })
  }
}

function entryOf(request: FastifyRequest, ctx: Context, event: CountedEvent) {
  const { language } = request
  return {
    heading: html`<a href="${href(request, `/${ctx.agency}/events/${event.id}`)}">${event.name}</a>`,
    lines: [`${instantText(event.starts_at, language)}, ${event.place}`, stateOf(event, language)],
  }
}

function stateOf({ cancelled_at, taken, seats }: CountedEvent, language: Language): SafeHtml {
  if (cancelled_at) return tag(texts.cancelled[language], 'error')
  return taken >= seats
    ? tag(texts.soldOut[language], 'warning')
    : html`<span>${texts.seatsLeft(seats - taken)[language]}</span>`
}

function isOpen({ cancelled_at, taken, seats, starts_at }: CountedEvent, ctx: Context): boolean {
  return !cancelled_at && taken < seats && Temporal.Instant.compare(starts_at, ctx.clock.now()) > 0
}

function giveBackForm(request: FastifyRequest<AgencyRoute>, reply: FastifyReply, key: string, event: string): SafeHtml {
  const { language } = request
  return form(request, reply, {
    action: `/${request.params.agency}/events/leave`,
    body: hidden('key', key),
    submit: html`<button type="submit" class="button button-secondary" aria-label="${texts.giveBackNamed(event)[language]}">${texts.giveBack[language]}</button>`,
  })
}

function errorsOf(refusal: SeatRefusal, language: Language): Record<string, string> {
  const text = seatRefusalText(refusal)[language]
  if (refusal.kind === 'bad-email') return { email: text }
  return refusal.kind === 'bad-phone' ? { phone: text } : { name: text }
}
