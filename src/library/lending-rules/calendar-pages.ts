import type { FastifyReply } from 'fastify'
import {
  type BranchRow,
  closedDaysOf,
  holidaysOf,
  hoursText,
  type ListedClosedDay,
  listBranches,
  openingHours,
  type WeeklyHours,
} from '#agencies'
import type { Language } from '#core'
import { currentSetting, SETTINGS_PATH, settingsCrumb } from '#settings'
import type { Context } from '#vault'
import {
  checkbox,
  dateText,
  errorSummary,
  type FieldErrors,
  form,
  hidden,
  href,
  html,
  renderPage,
  type SafeHtml,
  selectField,
  submitButton,
  table,
  textField,
} from '#web'
import { lendingCalendar } from './calendar.ts'
import { calendarTexts as texts } from './calendar-texts.ts'
import { FAULTY, hasErrors, REFUSED, type Request } from './desk-parts.ts'

const WEEK = [1, 2, 3, 4, 5, 6, 7] as const

interface Shown {
  readonly year: number
  /** Those that can be chosen: the last, this one and those people plan for. */
  readonly years: readonly number[]
  readonly mayChange: boolean
  readonly typed?: Readonly<Record<string, string>>
  readonly errors?: FieldErrors
  readonly above?: SafeHtml
}

/** The calendar: hours of every branch, one year's closed days, and what counts as open. */
export async function calendarPage(
  request: Request,
  reply: FastifyReply,
  ctx: Context,
  shown: Shown,
): Promise<FastifyReply> {
  const { language } = request
  const { year, mayChange } = shown
  const errors = shown.errors ?? {}
  const branches = await listBranches(ctx)
  const closed = await closedDaysOf(ctx, year)
  const base = `/${request.params.agency}${SETTINGS_PATH}`
  const link = (path: string, label: string) => html`<a href="${href(request, path)}">${label}</a>`
  return renderPage(request, reply, {
    title: texts.calendar[language],
    status: shown.above ? REFUSED : hasErrors(errors) ? FAULTY : 200,
    breadcrumbs: [settingsCrumb(request), { label: texts.calendar[language] }],
    body: html`${errorSummary(errors, language)}${shown.above ?? ''}
<p class="font-lead">${texts.lead[language]}</p>
<ul class="unstyled-list site-links">
<li>${link(`${base}/closure`, texts.suddenly[language])}</li>
<li>${link(`${base}/calendar/timetables`, texts.timetablesHistory[language])}</li>
<li>${link(`${base}/calendar/history`, texts.history[language])}</li>
</ul>
${await hoursPart(request, ctx, branches, mayChange)}
${closedPart(request, reply, closed, shown)}
${mayChange ? holidaysPart(request, reply, closed, year) : ''}
${mayChange ? addPart(request, reply, branches, shown.typed ?? {}, errors) : ''}
${await countingPart(request, reply, ctx, mayChange)}`,
  })
}

async function countingPart(
  request: Request,
  reply: FastifyReply,
  ctx: Context,
  mayChange: boolean,
): Promise<SafeHtml> {
  const { language } = request
  const { version, content } = await currentSetting(ctx, lendingCalendar)
  const said = (content.countSelfService ? texts.yes : texts.no)[language]
  return html`<h2>${texts.counting[language]}</h2>
${
  mayChange
    ? form(request, reply, {
        action: `/${request.params.agency}${SETTINGS_PATH}/calendar/counting`,
        body: html`${hidden('based_on', String(version))}${checkbox({
          name: 'countSelfService',
          label: texts.countSelfService[language],
          checked: content.countSelfService,
        })}`,
        submit: submitButton(texts.save[language], 'secondary'),
      })
    : html`<p>${texts.selfServiceCounts[language]}: ${said}</p>`
}`
}

async function hoursPart(
  request: Request,
  ctx: Context,
  branches: readonly BranchRow[],
  mayChange: boolean,
): Promise<SafeHtml> {
  const { language } = request
  const rows: (readonly (SafeHtml | string)[])[] = []
  for (const { id, name } of branches) {
    const week = await openingHours(ctx, id)
    const edit = `/${request.params.agency}${SETTINGS_PATH}/calendar/hours?branch=${id}`
    rows.push([
      name,
      weekText(week, true, language),
      weekText(week, false, language),
      ...(mayChange ? [html`<a href="${href(request, edit)}">${texts.change[language]}</a>`] : []),
    ])
  }
  return html`<h2>${texts.hours[language]}</h2>
${table(
  {
    caption: texts.hours[language],
    hasHeading: true,
    head: [texts.branch[language], texts.staffed[language], texts.selfService[language], ...(mayChange ? [''] : [])],
    rows,
    rowHeaders: true,
  },
  language,
)}`
}

function weekText(week: readonly WeeklyHours[], staffed: boolean, language: Language): SafeHtml | string {
  if (week.length === 0) return staffed ? texts.unknownHours[language] : ''
  const lines = sameDays(week, staffed).map(({ days: [first, last], hours }) => {
    const from = dayName(first, language)
    const days = first === last ? from : texts.fromDayTo(from, dayName(last, language))[language]
    return texts.onDay(days, hours)[language]
  })
  return html`${lines.map((line, at) => html`${at > 0 ? html`<br>` : ''}${line}`)}`
}

type Weekday = (typeof WEEK)[number]

/** Days that follow one another and have the same hours, told together; days without hours are left out. */
function sameDays(week: readonly WeeklyHours[], staffed: boolean) {
  const runs: { days: [Weekday, Weekday]; hours: string }[] = []
  for (const weekday of WEEK) {
    const hours = hoursText(week, weekday, staffed)
    const before = runs.at(-1)
    if (before && before.hours === hours && before.days[1] === weekday - 1) before.days[1] = weekday
    else if (hours) runs.push({ days: [weekday, weekday], hours })
  }
  return runs
}

function dayName(weekday: Weekday, language: Language): string {
  return texts.weekdays[weekday - 1]?.[language] ?? ''
}

function closedPart(
  request: Request,
  reply: FastifyReply,
  closed: readonly ListedClosedDay[],
  { year, years, mayChange }: Shown,
): SafeHtml {
  const { language } = request
  const path = `/${request.params.agency}${SETTINGS_PATH}/calendar`
  return html`<h2>${texts.closedDays(year)[language]}</h2>
${table(
  {
    caption: texts.closedDays(year)[language],
    hasHeading: true,
    head: [texts.day[language], texts.branch[language], texts.reason[language], ...(mayChange ? [''] : [])],
    rows: closed.map(({ id, day, branch, reason }) => [
      dateText(day, language),
      branch ?? texts.allBranches[language],
      reason[language],
      ...(mayChange
        ? [
            form(request, reply, {
              action: `${path}/open`,
              body: html`${hidden('id', id)}${hidden('year', String(year))}`,
              submit: submitButton(texts.open[language], 'secondary'),
            }),
          ]
        : []),
    ]),
    rowHeaders: true,
    empty: texts.noClosedDays[language],
  },
  language,
)}
<ul class="unstyled-list site-links">${years
    .filter((other) => other !== year)
    .map(
      (other) => html`<li><a href="${href(request, `${path}?year=${other}`)}">${texts.year(other)[language]}</a></li>`,
    )}</ul>`
}

function holidaysPart(
  request: Request,
  reply: FastifyReply,
  closed: readonly ListedClosedDay[],
  year: number,
): SafeHtml {
  const { language } = request
  const entered = new Set(closed.filter(({ branch_id }) => branch_id === null).map(({ day }) => day.toString()))
  const missing = holidaysOf(year).filter(({ day }) => !entered.has(day.toString()))
  const heading = html`<h2>${texts.holidays(year)[language]}</h2>`
  if (missing.length === 0) return html`${heading}<p>${texts.allEntered[language]}</p>`
  return html`${heading}
${form(request, reply, {
  action: `/${request.params.agency}${SETTINGS_PATH}/calendar/holidays`,
  body: html`<p>${texts.holidaysLead[language]}</p>${hidden('year', String(year))}
<fieldset><legend class="sr-only">${texts.holidays(year)[language]}</legend>
${missing.map(({ day, name, isPublic }) =>
  checkbox({
    name: 'day',
    id: `holiday-${day.toString()}`,
    value: day.toString(),
    label: texts.holiday(dateText(day, language), name[language])[language],
    checked: isPublic,
  }),
)}</fieldset>`,
  submit: texts.closeThose[language],
})}`
}

function addPart(
  request: Request,
  reply: FastifyReply,
  branches: readonly BranchRow[],
  typed: Readonly<Record<string, string>>,
  errors: FieldErrors,
): SafeHtml {
  const { language } = request
  return html`<h2>${texts.addClosed[language]}</h2>
${form(request, reply, {
  action: `/${request.params.agency}${SETTINGS_PATH}/calendar/closed`,
  body: html`<p>${texts.addClosedLead[language]}</p>
${closureFields(branches, typed, errors, language)}`,
  submit: texts.close[language],
})}`
}

/** From when to when, where and why: for a closed day as for a sudden closure. */
export function closureFields(
  branches: readonly BranchRow[],
  typed: Readonly<Record<string, string>>,
  errors: FieldErrors,
  language: Language,
): SafeHtml {
  const field = (name: 'from' | 'to' | 'reason_da' | 'reason_en', label: string, hint?: string) =>
    textField({
      name,
      label,
      hint,
      type: name === 'from' || name === 'to' ? 'date' : 'text',
      value: typed[name],
      autocomplete: 'off',
      required: name !== 'to',
      error: errors[name],
    })
  return html`${field('from', texts.from[language])}
${field('to', texts.to[language], texts.toHint[language])}
${selectField({
  name: 'branch',
  label: texts.branch[language],
  options: [
    { value: '', label: texts.allBranches[language] },
    ...branches.map(({ id, name }) => ({ value: id, label: name })),
  ],
  value: typed.branch,
  error: errors.branch,
})}
${field('reason_da', texts.reasonDa[language], texts.reasonHint[language])}
${field('reason_en', texts.reasonEn[language])}`
}

/** One branch's week as it is written, day by day. */
export async function hoursPage(
  request: Request,
  reply: FastifyReply,
  ctx: Context,
  branch: BranchRow,
  given?: { readonly typed: Readonly<Record<string, string>>; readonly errors: FieldErrors },
): Promise<FastifyReply> {
  const { language } = request
  const week = await openingHours(ctx, branch.id)
  const errors = given?.errors ?? {}
  const title = texts.hoursOf(branch.name)[language]
  const path = `/${request.params.agency}${SETTINGS_PATH}/calendar`
  const field = (weekday: (typeof WEEK)[number], kind: 'staffed' | 'self') => {
    const name = `${kind}-${weekday}`
    const what = (kind === 'staffed' ? texts.staffed : texts.selfService)[language]
    return textField({
      name,
      label: texts.onDay(dayName(weekday, language), what)[language],
      value: given ? given.typed[name] : hoursText(week, weekday, kind === 'staffed'),
      autocomplete: 'off',
      maxLength: 100,
      error: errors[name],
    })
  }
  return renderPage(request, reply, {
    title,
    status: hasErrors(errors) ? FAULTY : 200,
    breadcrumbs: [settingsCrumb(request), { label: texts.calendar[language], href: path }, { label: title }],
    body: html`${errorSummary(errors, language)}
<p class="font-lead">${texts.hoursHint[language]}</p>
${form(request, reply, {
  action: `${path}/hours`,
  body: html`${hidden('branch', branch.id)}
<div class="form-columns">${WEEK.map((weekday) => html`${field(weekday, 'staffed')}${field(weekday, 'self')}`)}</div>`,
  submit: texts.save[language],
})}`,
  })
}
