import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { sql } from '#db'
import { logAccess, requireFeature, type StaffNames } from '#privacy'
import { changeSetting, currentSetting, registerSettingHistory, SETTINGS_KEEPER } from '#settings'
import type { Context } from '#vault'
import {
  alert,
  errorSummary,
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
  textField,
} from '#web'
import { addGamingPc, bookingsToCome, cancelBooking, type ListedBooking } from './booking.ts'
import { pcTimes } from './setting.ts'
import { texts } from './texts.ts'

interface AgencyRoute {
  Params: { agency: string }
}

const PATH = '/staff/pcs'
const FAULTY = 422
const line = z.string().max(100).catch('')
const added = z.object({ name: line })
const removed = z.object({ booking: line })
const decided = z.object({ basedOn: z.coerce.number().int().catch(-1), minutesADay: line, bookingMinutes: line })

/** Which PCs are in use and until when, without saying by whom; and the bookings of gaming PCs. */
export function registerPcsDesk(
  app: FastifyInstance,
  { site, staffNames }: { readonly site: Site; readonly staffNames: StaffNames },
): void {
  app.get<AgencyRoute>(`/:agency${PATH}`, async (request, reply) => {
    return site.requireStaff(request, reply, 'desk', SETTINGS_KEEPER) ? page(request, reply) : reply
  })

  app.post<AgencyRoute>(`/:agency${PATH}`, async (request, reply) => {
    if (!site.requireStaff(request, reply, 'desk')) return reply
    const { name } = added.parse(request.body ?? {})
    const done = await addGamingPc(site.context(request), name)
    if (done) return redirectWithMessage(reply, request, `/${request.params.agency}${PATH}`, texts.added)
    return page(request, reply, { name: texts.missing[request.language] })
  })

  app.post<AgencyRoute>(`/:agency${PATH}/bookings/delete`, async (request, reply) => {
    if (!site.requireStaff(request, reply, 'desk')) return reply
    await cancelBooking(site.context(request), removed.parse(request.body ?? {}).booking)
    return redirectWithMessage(reply, request, `/${request.params.agency}${PATH}`, texts.removed)
  })

  app.post<AgencyRoute>(`/:agency${PATH}/times`, async (request, reply) => {
    const staff = site.requireStaff(request, reply, SETTINGS_KEEPER)
    if (!staff) return reply
    const { basedOn, ...typed } = decided.parse(request.body ?? {})
    const number = (text: string) => (/^\d{1,4}$/.test(text.trim()) ? Number(text) : -1)
    const content = { minutesADay: number(typed.minutesADay), bookingMinutes: number(typed.bookingMinutes) }
    const changed = await changeSetting(site.context(request), pcTimes, { content, basedOn, by: staff.id })
    if (changed.ok) return redirectWithMessage(reply, request, `/${request.params.agency}${PATH}`, texts.saved)
    return page(request, reply, { minutesADay: texts.badNumber[request.language] })
  })

  registerSettingHistory(app, site, {
    setting: pcTimes,
    path: PATH,
    staffNames,
    describe: (_ctx, { minutesADay, bookingMinutes }, language) =>
      new Map([
        ['minutesADay', { label: texts.minutesADay[language], value: String(minutesADay) }],
        ['bookingMinutes', { label: texts.bookingMinutes[language], value: String(bookingMinutes) }],
      ]),
  })

  async function page(
    request: FastifyRequest<AgencyRoute>,
    reply: FastifyReply,
    errors: Record<string, string> = {},
  ): Promise<FastifyReply> {
    const { language } = request
    const ctx = site.context(request)
    const [inUse, bookings, times, offered] = await Promise.all([
      pcsInUse(ctx),
      bookingsToCome(ctx),
      currentSetting(ctx, pcTimes),
      requireFeature(ctx, 'gaming_booking'),
    ])
    await noteLooks(ctx, bookings)
    const at = (path: string) => `/${ctx.agency}${PATH}${path}`
    const mayDecide = site.staff(request)?.roles.includes(SETTINGS_KEEPER) === true
    return renderPage(request, reply, {
      ...(Object.keys(errors).length > 0 ? { status: FAULTY } : {}),
      title: texts.pcs[language],
      breadcrumbs: [{ label: texts.pcs[language] }],
      body: html`${errorSummary(errors, language)}
<p class="font-lead">${texts.deskLead[language]}</p>
${offered.ok ? '' : alert({ kind: 'info', heading: texts.notOffered[language] })}
<h2>${texts.inUse[language]}</h2>
${table(
  {
    caption: texts.inUse[language],
    head: [texts.pc[language], texts.until[language]],
    rows: inUse.map(({ pc, until_at }) => [pc, instantText(until_at, language)]),
    rowHeaders: true,
    hasHeading: true,
    empty: texts.noneInUse[language],
  },
  language,
)}
<h2>${texts.bookings[language]}</h2>
${table(
  {
    caption: texts.bookings[language],
    head: [texts.which[language], texts.when[language], texts.phone[language], ''],
    rows: bookings.map(({ id, pc, starts_at, phone }) => [
      pc,
      instantText(starts_at, language),
      phone,
      form(request, reply, {
        action: at('/bookings/delete'),
        body: hidden('booking', id),
        submit: submitButton(texts.remove[language], 'secondary'),
      }),
    ]),
    rowHeaders: true,
    hasHeading: true,
    empty: texts.noBookings[language],
  },
  language,
)}
${
  offered.ok
    ? html`<h2>${texts.add[language]}</h2>
${form(request, reply, {
  action: at(''),
  body: textField({ name: 'name', label: texts.name[language], autocomplete: 'off', error: errors.name }),
  submit: submitButton(texts.add[language], 'secondary'),
})}`
    : ''
}
${
  mayDecide && offered.ok
    ? html`<h2>${texts.times[language]}</h2>
${form(request, reply, {
  action: at('/times'),
  body: html`${hidden('basedOn', String(times.version))}
${textField({ name: 'minutesADay', label: texts.minutesADay[language], inputmode: 'numeric', short: true, value: String(times.content.minutesADay), error: errors.minutesADay })}
${textField({ name: 'bookingMinutes', label: texts.bookingMinutes[language], inputmode: 'numeric', short: true, value: String(times.content.bookingMinutes) })}`,
  submit: submitButton(texts.save[language], 'secondary'),
})}
<p><a href="${href(request, at('/history'))}">${texts.history[language]}</a></p>`
    : ''
}`,
    })
  }
}

function pcsInUse(ctx: Context): Promise<{ readonly pc: string; readonly until_at: Temporal.Instant }[]> {
  return ctx.db.all(sql<{ pc: string; until_at: Temporal.Instant }>`
    select pc, until_at from pc_session where ended_at is null and until_at > ${ctx.clock.now()} order by pc`)
}

async function noteLooks(ctx: Context, bookings: readonly ListedBooking[]): Promise<void> {
  const patrons = new Set(bookings.flatMap(({ patron_id }) => patron_id ?? []))
  for (const patron of patrons) await logAccess(ctx, patron, texts.bookings.da, texts.pcs.da)
}
