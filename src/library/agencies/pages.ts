import type { FastifyInstance, FastifyRequest } from 'fastify'
import { dayOf, type Language } from '#core'
import { sql } from '#db'
import { policyOf } from '#privacy'
import type { Context } from '#vault'
import {
  dayText,
  definitionList,
  entries,
  href,
  html,
  renderPage,
  type SafeHtml,
  type Site,
  sendRefusal,
  table,
} from '#web'
import { listBranches } from './branches.ts'
import { hoursText, openAt, readTimetable, type Timetable } from './hours.ts'
import { texts } from './pages-texts.ts'
import type { BranchRow } from './tables.ts'

const BRANCHES_PATH = '/branches'
const DAYS_SHOWN = 14

interface BranchRoute {
  Params: { agency: string; code: string }
}

/** Where a library is, and when: for anyone. */
export function registerBranchPages(app: FastifyInstance, site: Site): void {
  app.get(`/:agency${BRANCHES_PATH}`, async (request, reply) => {
    const { language } = request
    return renderPage(request, reply, {
      title: texts.title[language],
      breadcrumbs: [{ label: texts.title[language] }],
      body: await branchList(site.context(request), request, 2),
    })
  })

  app.get<BranchRoute>(`/:agency${BRANCHES_PATH}/:code`, async (request, reply) => {
    const { language } = request
    const ctx = site.context(request)
    const wanted = request.params.code.toLowerCase()
    const branch = (await listBranches(ctx)).find(({ code }) => code.toLowerCase() === wanted)
    if (!branch) {
      const { heading, text } = texts.noBranch
      return sendRefusal(request, reply, 404, { heading: heading[language], text: text[language] })
    }
    const today = dayOf(ctx.clock.now())
    const [timetable, reasons, { policy }] = await Promise.all([
      readTimetable(ctx, branch.id, today),
      closedBecause(ctx, branch, today),
      policyOf(ctx),
    ])
    const { email, phone } = policy.controller
    return renderPage(request, reply, {
      title: branch.name,
      breadcrumbs: [{ label: texts.title[language], href: `/${ctx.agency}${BRANCHES_PATH}` }, { label: branch.name }],
      body: html`<p class="font-lead">${statusText(ctx, timetable)[language]}</p>
${definitionList([
  { term: texts.address[language], value: addressOf(branch) },
  ...(phone
    ? [{ term: texts.phone[language], value: html`<a href="tel:${phone.replaceAll(' ', '')}">${phone}</a>` }]
    : []),
  { term: texts.email[language], value: html`<a href="mailto:${email}">${email}</a>` },
])}
${daysTable(timetable, today, reasons, language)}`,
    })
  })
}

/** Every branch with whether it is open now, each a link to its page, under headings of that level. */
export async function branchList(ctx: Context, request: FastifyRequest, level: 2 | 3): Promise<SafeHtml> {
  const { language } = request
  const today = dayOf(ctx.clock.now())
  const branches = await listBranches(ctx)
  const known = await Promise.all(branches.map(async ({ id }) => readTimetable(ctx, id, today)))
  return entries(
    branches.map((branch, at) => {
      const timetable = known[at] as Timetable
      return {
        heading: html`<a href="${href(request, `/${ctx.agency}${BRANCHES_PATH}/${encodeURIComponent(branch.code.toLowerCase())}`)}">${branch.name}</a>`,
        lines: [addressOf(branch), statusText(ctx, timetable)[language], todayText(timetable, today, language)],
      }
    }),
    level,
  )
}

function addressOf({ address, postcode, city }: BranchRow): string {
  return `${address}, ${postcode} ${city}`
}

function statusText(ctx: Context, timetable: Timetable) {
  return timetable.week.length === 0 ? texts.notKnown : texts.now[openAt(timetable, ctx.clock.now())]
}

/** `I dag: betjent 10.00–18.00, selvbetjent 07.00–10.00` */
function todayText(timetable: Timetable, today: Temporal.PlainDate, language: Language): string | undefined {
  if (timetable.week.length === 0) return undefined
  const { staffed, selfService } = hoursOfDay(timetable, today)
  const said = [
    ...(staffed ? [texts.staffedHours(staffed)[language]] : []),
    ...(selfService ? [texts.selfServiceHours(selfService)[language]] : []),
  ]
  return texts.today(said.length > 0 ? said.join(', ') : texts.closed[language].toLowerCase())[language]
}

function hoursOfDay({ week, closed }: Timetable, day: Temporal.PlainDate): { staffed: string; selfService: string } {
  if (closed.has(day.toString())) return { staffed: '', selfService: '' }
  return { staffed: hoursText(week, day.dayOfWeek, true), selfService: hoursText(week, day.dayOfWeek, false) }
}

function daysTable(
  timetable: Timetable,
  today: Temporal.PlainDate,
  reasons: ReadonlyMap<string, { da: string; en: string }>,
  language: Language,
): SafeHtml {
  if (timetable.week.length === 0) return html``
  const isEverAlone = timetable.week.some(({ staffed }) => !staffed)
  const rows = Array.from({ length: DAYS_SHOWN }, (_, ahead) => {
    const day = today.add({ days: ahead })
    const { staffed, selfService } = hoursOfDay(timetable, day)
    const reason = reasons.get(day.toString())?.[language]
    const closed = reason ? `${texts.closed[language]}: ${reason}` : texts.closed[language]
    return [
      dayText(day, language),
      staffed || (selfService ? '–' : closed),
      ...(isEverAlone ? [selfService || '–'] : []),
    ]
  })
  return table(
    {
      caption: texts.nextDays[language],
      head: [texts.day[language], texts.staffed[language], ...(isEverAlone ? [texts.selfService[language]] : [])],
      rowHeaders: true,
      rows,
    },
    language,
  )
}

/** Why a branch is closed on single days, its own reason before the whole library's. */
async function closedBecause(
  ctx: Context,
  { id }: BranchRow,
  from: Temporal.PlainDate,
): Promise<Map<string, { da: string; en: string }>> {
  const rows = await ctx.db.all<{ day: Temporal.PlainDate; da: string; en: string }>(sql`
    select day, reason_da as da, reason_en as en from closed_day
    where (branch_id = ${id} or branch_id is null) and day >= ${from} and day < ${from.add({ days: DAYS_SHOWN })}
    order by branch_id is not null`)
  return new Map(rows.map(({ day, da, en }) => [day.toString(), { da, en }]))
}
