import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { dayOf, type Language, STAFF_ROLES, type Text2 } from '#core'
import type { Context } from '#vault'
import {
  barChart,
  type ChartRow,
  columnChart,
  errorSummary,
  form,
  href,
  html,
  numberText,
  renderPage,
  type SafeHtml,
  type Site,
  selectField,
  shortDayText,
  summaryNumbers,
  table,
  textField,
} from '#web'
import {
  COMPARISONS,
  type Comparison,
  comparedWith,
  type DeskStatistics,
  deskStatistics,
  type Line,
  monthsIn,
  type Period,
} from './desk-queries.ts'
import { comparisonTexts, texts } from './desk-texts.ts'
import { materialText, monthText } from './texts.ts'

const PATH = '/staff/statistics'
const MOST_MONTHS = 24
const USUAL_MONTHS = 12

interface Route {
  Params: { agency: string }
}
type Request = FastifyRequest<Route>

export interface StatisticsNeeds {
  readonly site: Site
  /** What lending calls its material groups. */
  readonly groupNames: (ctx: Context) => Promise<readonly { readonly code: string; readonly name: Text2 }[]>
}

interface Asked {
  readonly from: string
  readonly to: string
  readonly compare: Comparison
}

/** The library in numbers, for everyone who works there: loans, stock and queues, held against another time. */
export function registerStatisticsDesk(app: FastifyInstance, needs: StatisticsNeeds): void {
  const { site } = needs

  app.get<Route>(`/:agency${PATH}`, async (request, reply) => {
    if (!site.requireStaff(request, reply, ...STAFF_ROLES)) return reply
    const ctx = site.context(request)
    const { language } = request
    const asked = askedIn(request, ctx)
    const period = periodOf(asked)
    if (!('first' in period)) return page(request, reply, asked, { errors: worded(period, language) })
    const statistics = await deskStatistics(ctx, period, asked.compare)
    return page(request, reply, asked, {
      body: await statisticsHtml(request, ctx, needs, { asked, period, statistics }),
    })
  })

  app.get<Route>(`/:agency${PATH}/csv`, async (request, reply) => {
    if (!site.requireStaff(request, reply, ...STAFF_ROLES)) return reply
    const ctx = site.context(request)
    const { language } = request
    const asked = askedIn(request, ctx)
    const period = periodOf(asked)
    if (!('first' in period)) return page(request, reply, asked, { errors: worded(period, language) })
    const tables = await tablesOf(ctx, needs, await deskStatistics(ctx, period, asked.compare), language)
    return reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', `attachment; filename="${texts.file[language]}.csv"`)
      .send(csvOf(tables, language))
  })
}

const month = z.string().regex(/^\d{4}-(0[1-9]|1[0-2])$/)

function askedIn(request: Request, ctx: Context): Asked {
  const query = request.query as Partial<Record<string, unknown>>
  const last = dayOf(ctx.clock.now()).toPlainYearMonth().subtract({ months: 1 })
  const text = (value: unknown, otherwise: string) =>
    typeof value === 'string' && value !== '' ? value.slice(0, 20) : otherwise
  return {
    from: text(query.from, String(last.subtract({ months: USUAL_MONTHS - 1 }))),
    to: text(query.to, String(last)),
    compare: COMPARISONS.find((each) => each === query.compare) ?? 'year-before',
  }
}

type Faults = { readonly [Name in 'from' | 'to']?: Text2 | undefined }

function periodOf({ from, to }: Asked): Period | Faults {
  const faults = {
    from: month.safeParse(from).success ? undefined : texts.badMonth,
    to: month.safeParse(to).success ? undefined : texts.badMonth,
  }
  if (faults.from || faults.to) return faults
  const period = { first: Temporal.PlainYearMonth.from(from), last: Temporal.PlainYearMonth.from(to) }
  const months = monthsIn(period)
  return months >= 1 && months <= MOST_MONTHS ? period : { to: texts.badOrder }
}

function worded(faults: Faults, language: Language) {
  return { from: faults.from?.[language], to: faults.to?.[language] }
}

async function page(
  request: Request,
  reply: FastifyReply,
  asked: Asked,
  {
    errors = {},
    body,
  }: { readonly errors?: Partial<Record<'from' | 'to', string | undefined>>; readonly body?: SafeHtml },
): Promise<FastifyReply> {
  const { language } = request
  const monthField = (name: 'from' | 'to') =>
    textField({
      name,
      type: 'month',
      label: texts[name][language],
      hint: texts.monthHint[language],
      value: asked[name],
      error: errors[name],
    })
  return renderPage(request, reply, {
    title: texts.title[language],
    status: body ? 200 : 422,
    breadcrumbs: [{ label: texts.title[language] }],
    body: html`${errorSummary(errors, language)}
<p class="font-lead">${texts.lead[language]}</p>
${form(request, reply, {
  method: 'get',
  inRow: true,
  action: `/${request.params.agency}${PATH}`,
  body: html`${monthField('from')}${monthField('to')}
${selectField({
  name: 'compare',
  label: texts.compare[language],
  value: asked.compare,
  options: COMPARISONS.map((value) => ({ value, label: comparisonTexts[value][language] })),
})}`,
  submit: texts.show[language],
})}
${body ?? ''}`,
  })
}

async function statisticsHtml(
  request: Request,
  ctx: Context,
  needs: StatisticsNeeds,
  given: { readonly asked: Asked; readonly period: Period; readonly statistics: DeskStatistics },
): Promise<SafeHtml> {
  const { language } = request
  const { statistics, asked, period } = given
  const tables = await tablesOf(ctx, needs, statistics, language)
  const link = new URLSearchParams({ from: asked.from, to: asked.to, compare: asked.compare })
  const address = href(request, `/${request.params.agency}${PATH}/csv?${link}`)
  const other = comparedWith(period, asked.compare)
  const inWords = ({ first, last }: Period) => `${monthText(first)[language]} – ${monthText(last)[language]}`
  const { total, totalBefore, items } = statistics
  const waiting = statistics.waiting.at(-1)?.value
  return html`<p>${texts.privacy(statistics.smallestCell)[language]}</p>
${summaryNumbers([
  { label: `${texts.loansInPeriod[language]}, ${inWords(period)}`, value: shown(total, language) },
  ...(other
    ? [{ label: `${texts.loans[language]}, ${inWords(other)}`, value: shown(totalBefore ?? null, language) }]
    : []),
  { label: texts.items[language], value: numberText(items, language) },
  { label: texts.turnover[language], value: total === null || items === 0 ? '–' : numberText(total / items, language) },
  ...(waiting === undefined ? [] : [{ label: texts.waitingNow[language], value: shown(waiting, language) }]),
])}
<p><a class="button button-secondary" href="${address}">${texts.csv[language]}</a></p>
${tables.map((each) => sectionHtml(each, language))}`
}

interface StatisticsTable {
  readonly heading: string
  readonly lead?: string
  readonly head: string
  readonly unit: string
  readonly draw: 'columns' | 'bars'
  readonly lines: readonly (Line & { readonly label: string; readonly share?: number | null })[]
  /** Shares of a whole rather than counts. */
  readonly isShare?: boolean
}

async function tablesOf(
  ctx: Context,
  needs: StatisticsNeeds,
  statistics: DeskStatistics,
  language: Language,
): Promise<StatisticsTable[]> {
  const groups = new Map((await needs.groupNames(ctx)).map(({ code, name }) => [code, name[language]]))
  const label = (lines: readonly Line[], text: (key: string) => string) =>
    lines.map((line) => ({ ...line, label: text(line.key) }))
  const day = (key: string) => shortDayText(Temporal.PlainDate.from(key), language)
  const unit = texts.unit[language]
  return [
    {
      heading: texts.months[language],
      head: texts.month[language],
      unit,
      draw: 'columns',
      lines: label(statistics.months, (key) => monthText(Temporal.PlainYearMonth.from(key), 'short')[language]),
    },
    {
      heading: texts.days[language],
      head: texts.day[language],
      unit,
      draw: 'columns',
      lines: label(statistics.days, day),
    },
    {
      heading: texts.branches[language],
      head: texts.branch[language],
      unit,
      draw: 'bars',
      lines: label(statistics.branches, (key) => key),
    },
    {
      heading: texts.materials[language],
      head: texts.material[language],
      unit,
      draw: 'bars',
      lines: label(statistics.materials, (key) => materialText(key, language)),
    },
    {
      heading: texts.groups[language],
      lead: texts.groupsLead[language],
      head: texts.group[language],
      unit,
      draw: 'bars',
      lines: label(statistics.groups, (key) => groups.get(key) ?? key),
    },
    {
      heading: texts.waiting[language],
      head: texts.day[language],
      unit: texts.unitWaiting[language],
      draw: 'columns',
      lines: label(statistics.waiting, day),
    },
    {
      heading: texts.overdue[language],
      head: texts.branch[language],
      unit: '%',
      draw: 'bars',
      isShare: true,
      lines: statistics.overdue.map(({ key, share }) => ({
        key,
        label: key,
        value: share === null ? null : Math.round(share * 1000) / 10,
      })),
    },
  ]
}

function sectionHtml(given: StatisticsTable, language: Language): SafeHtml {
  const { heading, lead, lines, draw, unit } = given
  if (lines.length === 0) return html`<h2>${heading}</h2><p>${texts.nothingYet[language]}</p>`
  const rows = lines.flatMap(({ label, value }): ChartRow[] => (value === null ? [] : [{ label, value }]))
  const chart = draw === 'bars' ? barChart : columnChart
  const columns = columnsOf(given, language)
  const isPlain = columns.length === 2
  return html`<h2>${heading}</h2>
${lead ? html`<p>${lead}</p>` : ''}
${chart({ title: heading, rows, unit }, language)}
${rows.length < lines.length ? html`<p>${texts.someHidden[language]}</p>` : ''}
${
  isPlain
    ? ''
    : table(
        {
          caption: heading,
          hasHeading: true,
          head: columns.map(({ head }) => head),
          rows: lines.map((line) => columns.map(({ cell }) => cell(line))),
          numeric: columns.map((_, at) => at).slice(1),
          rowHeaders: true,
        },
        language,
      )
}`
}

type TableLine = StatisticsTable['lines'][number]

/** The columns of a table on the page and in the file; those that have nothing to say are left out. */
function columnsOf({ head, lines, isShare }: StatisticsTable, language: Language) {
  const hasBefore = lines.some(({ before }) => before !== undefined)
  const hasItems = lines.some(({ items }) => items !== undefined)
  const column = (title: string, cell: (line: TableLine) => string) => ({ head: title, cell })
  return [
    column(head, ({ label }) => label),
    column((isShare ? texts.share : texts.loans)[language], ({ value }) => shown(value, language)),
    ...(hasBefore
      ? [
          column(texts.before[language], ({ before }) => shown(before ?? null, language)),
          column(texts.change[language], ({ value, before }) => changeText(value, before ?? null, language)),
        ]
      : []),
    ...(hasItems
      ? [
          column(texts.items[language], ({ items }) => numberText(items ?? 0, language)),
          column(texts.turnover[language], ({ value, items }) =>
            value === null || !items ? '–' : numberText(value / items, language),
          ),
        ]
      : []),
  ]
}

function shown(value: number | null, language: Language): string {
  return value === null ? texts.hidden[language] : numberText(value, language)
}

function changeText(value: number | null, before: number | null, language: Language): string {
  if (value === null || before === null || before === 0) return '–'
  const percent = ((value - before) / before) * 100
  return `${percent > 0 ? '+' : ''}${numberText(percent, language)} %`
}

/** Semicolons, as Danish spreadsheets want them, and a mark that tells them it is UTF-8. */
function csvOf(tables: readonly StatisticsTable[], language: Language): string {
  const quoted = (text: string) => (/[";\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text)
  const lines = tables.flatMap((each) => {
    const columns = columnsOf(each, language)
    return [
      [each.heading],
      columns.map(({ head }) => head),
      ...each.lines.map((line) => columns.map(({ cell }) => cell(line))),
      [],
    ]
  })
  return `\uFEFF${lines.map((line) => line.map(quoted).join(';')).join('\r\n')}\r\n`
}
