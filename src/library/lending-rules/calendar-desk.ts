import type { FastifyInstance, FastifyReply } from 'fastify'
import { z } from 'zod'
import { closeOn, holidaysOf, listBranches, readHours, removeClosedDay, setOpeningHours } from '#agencies'
import { dayOf, type Language } from '#core'
import {
  changeSetting,
  registerSettingHistory,
  SETTINGS_KEEPER,
  SETTINGS_PATH,
  SETTINGS_READERS,
  type SettingsRoute,
  settingRefusalTexts,
} from '#settings'
import { alert, type FieldErrors, redirectWithMessage, type SafeHtml } from '#web'
import { type LendingCalendar, lendingCalendar } from './calendar.ts'
import { calendarPage, hoursPage } from './calendar-pages.ts'
import { hoursFaultTexts, calendarTexts as texts } from './calendar-texts.ts'
import { closures } from './closures.ts'
import { describeClosures, describeTimetables } from './describe-timetables.ts'
import { fields, hasErrors, type Request, type RulesNeeds } from './desk-parts.ts'
import { bringBackTimetables, changeTimetables, timetables } from './timetables.ts'
import { lineFault } from './typed.ts'

export const CALENDAR_PATH = `${SETTINGS_PATH}/calendar`
/** Where a closure that moves due dates is announced; the room of loans has the page. */
export const CLOSURE_PATH = `${SETTINGS_PATH}/closure`

type CalendarRoute = SettingsRoute & { Querystring: { year?: string; branch?: string } }

const several = z.union([z.string().transform((one) => [one]), z.array(z.string())]).catch([])
const LONGEST_DAYS = 120
const LONGEST_REASON = 200

/** Opening hours, closed days, and which days count as open. */
export function registerCalendarDesk(app: FastifyInstance, { site, staffNames }: RulesNeeds): void {
  const path = `/:agency${CALENDAR_PATH}`
  const back = (request: Request, year?: number) =>
    `/${request.params.agency}${CALENDAR_PATH}${year === undefined ? '' : `?year=${year}`}`
  const shown = async (
    request: Request,
    reply: FastifyReply,
    year: number,
    more: { readonly errors?: FieldErrors; readonly typed?: Record<string, string>; readonly above?: SafeHtml } = {},
  ) => {
    const mayChange = site.staff(request)?.roles.includes(SETTINGS_KEEPER) ?? false
    const now = thisYear(request)
    return calendarPage(request, reply, site.context(request), {
      year,
      years: [now - 1, now, now + 1, now + 2],
      mayChange,
      ...more,
    })
  }
  const thisYear = (request: Request) => dayOf(site.context(request).clock.now()).year

  app.get<CalendarRoute>(path, async (request, reply) => {
    if (!site.requireStaff(request, reply, ...SETTINGS_READERS)) return reply
    return shown(request, reply, yearIn(request.query.year) ?? thisYear(request))
  })

  app.post<SettingsRoute>(`${path}/counting`, async (request, reply) => {
    const staff = site.requireStaff(request, reply, SETTINGS_KEEPER)
    if (!staff) return reply
    const typed = fields.parse(request.body ?? {})
    const content: LendingCalendar = { countSelfService: typed.countSelfService === 'yes' }
    const basedOn = Number(typed.based_on)
    const changed = await changeSetting(site.context(request), lendingCalendar, { content, basedOn, by: staff.id })
    if (changed.ok) return redirectWithMessage(reply, request, back(request), texts.saved)
    const above = alert({
      kind: 'warning',
      heading: texts.notSaved[request.language],
      body: settingRefusalTexts[changed.refusal.kind][request.language],
    })
    return shown(request, reply, thisYear(request), { above })
  })

  app.get<CalendarRoute>(`${path}/hours`, async (request, reply) => {
    if (!site.requireStaff(request, reply, SETTINGS_KEEPER)) return reply
    const ctx = site.context(request)
    const branch = (await listBranches(ctx)).find(({ id }) => id === request.query.branch)
    return branch ? hoursPage(request, reply, ctx, branch) : reply.callNotFound()
  })

  app.post<SettingsRoute>(`${path}/hours`, async (request, reply) => {
    const staff = site.requireStaff(request, reply, SETTINGS_KEEPER)
    if (!staff) return reply
    const ctx = site.context(request)
    const typed = fields.parse(request.body ?? {})
    const branch = (await listBranches(ctx)).find(({ id }) => id === typed.branch)
    if (!branch) return reply.callNotFound()
    const { week, errors } = weekTyped(typed, request.language)
    if (hasErrors(errors)) return hoursPage(request, reply, ctx, branch, { typed, errors })
    await changeTimetables(ctx, staff.id, (ctx) => setOpeningHours(ctx, branch.id, week))
    return redirectWithMessage(reply, request, back(request), texts.saved)
  })

  app.post<SettingsRoute>(`${path}/closed`, async (request, reply) => {
    const staff = site.requireStaff(request, reply, SETTINGS_KEEPER)
    if (!staff) return reply
    const ctx = site.context(request)
    const typed = fields.parse(request.body ?? {})
    const from = dayIn(typed.from)
    const to = typed.to?.trim() ? dayIn(typed.to) : from
    const errors = closedFaults(typed, from, to, request.language)
    if (hasErrors(errors) || !from || !to) {
      return shown(request, reply, from?.year ?? thisYear(request), { typed, errors })
    }
    const branch = (await listBranches(ctx)).find(({ id }) => id === typed.branch)?.id ?? null
    const reason = { da: typed.reason_da?.trim() ?? '', en: typed.reason_en?.trim() ?? '' }
    await changeTimetables(ctx, staff.id, async (ctx) => {
      for (let day = from; Temporal.PlainDate.compare(day, to) <= 0; day = day.add({ days: 1 })) {
        await closeOn(ctx, { branch, day, reason })
      }
    })
    return redirectWithMessage(reply, request, back(request, from.year), texts.saved)
  })

  app.post<SettingsRoute>(`${path}/holidays`, async (request, reply) => {
    const staff = site.requireStaff(request, reply, SETTINGS_KEEPER)
    if (!staff) return reply
    const ctx = site.context(request)
    const { year: sent, day } = z.object({ year: z.string().catch(''), day: several }).parse(request.body ?? {})
    const year = yearIn(sent)
    if (year === undefined) return reply.callNotFound()
    await changeTimetables(ctx, staff.id, async (ctx) => {
      for (const holiday of holidaysOf(year)) {
        if (!day.includes(holiday.day.toString())) continue
        await closeOn(ctx, { branch: null, day: holiday.day, reason: holiday.name })
      }
    })
    return redirectWithMessage(reply, request, back(request, year), texts.saved)
  })

  app.post<SettingsRoute>(`${path}/open`, async (request, reply) => {
    const staff = site.requireStaff(request, reply, SETTINGS_KEEPER)
    if (!staff) return reply
    const { id = '', year } = fields.parse(request.body ?? {})
    const isOpen = await changeTimetables(site.context(request), staff.id, (ctx) => removeClosedDay(ctx, id))
    if (!isOpen) return reply.callNotFound()
    return redirectWithMessage(reply, request, back(request, yearIn(year)), texts.opened)
  })

  registerSettingHistory(app, site, {
    setting: timetables,
    path: CALENDAR_PATH,
    at: `${CALENDAR_PATH}/timetables`,
    staffNames,
    describe: describeTimetables,
    bringBack: bringBackTimetables,
  })
  // People have been told, and their deadlines have moved: a closure cannot be called off by bringing a list back.
  registerSettingHistory(app, site, {
    setting: closures,
    path: CLOSURE_PATH,
    staffNames,
    describe: describeClosures,
    noWayBack: true,
  })
  registerSettingHistory(app, site, {
    setting: lendingCalendar,
    path: CALENDAR_PATH,
    staffNames,
    describe: (_ctx, { countSelfService }, language) =>
      new Map([
        [
          'countSelfService',
          {
            label: texts.selfServiceCounts[language],
            value: (countSelfService ? texts.yes : texts.no)[language],
          },
        ],
      ]),
  })
}

/** A year somebody may plan for. */
function yearIn(written: unknown): number | undefined {
  const year = typeof written === 'string' && /^\d{4}$/.test(written) ? Number(written) : Number.NaN
  return year >= 2000 && year <= 2200 ? year : undefined
}

function dayIn(written: string | undefined): Temporal.PlainDate | undefined {
  try {
    return Temporal.PlainDate.from((written ?? '').trim(), { overflow: 'reject' })
  } catch {
    return undefined
  }
}

function weekTyped(typed: Readonly<Record<string, string>>, language: Language) {
  const week = []
  const errors: Record<string, string> = {}
  for (let weekday = 1; weekday <= 7; weekday++) {
    const read = readHours(weekday, {
      staffed: typed[`staffed-${weekday}`] ?? '',
      selfService: typed[`self-${weekday}`] ?? '',
    })
    if ('hours' in read) week.push(...read.hours)
    else errors[`${read.at === 'staffed' ? 'staffed' : 'self'}-${weekday}`] = hoursFaultTexts[read.fault][language]
  }
  return { week, errors }
}

function closedFaults(
  typed: Readonly<Record<string, string>>,
  from: Temporal.PlainDate | undefined,
  to: Temporal.PlainDate | undefined,
  language: Language,
): FieldErrors {
  const span = from && to ? from.until(to).days + 1 : 1
  return {
    from: from ? undefined : texts.dayFault[language],
    to:
      (to ? undefined : texts.dayFault[language]) ??
      (span < 1 ? texts.orderFault[language] : span > LONGEST_DAYS ? texts.tooMany[language] : undefined),
    reason_da: lineFault(typed.reason_da, LONGEST_REASON)?.[language],
    reason_en: lineFault(typed.reason_en, LONGEST_REASON)?.[language],
  }
}
