import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { dayOf, type Language, type Ore, oreOf } from '#core'
import {
  alert,
  columnChart,
  dateText,
  errorSummary,
  type FieldErrors,
  form,
  href,
  html,
  kronerText,
  numberText,
  renderPage,
  type SafeHtml,
  type Site,
  shortDayText,
  submitButton,
  table,
  textField,
} from '#web'
import { accountsCsv } from './accounts-csv.ts'
import {
  accountsLines,
  type Movements,
  movements,
  type Reconciliation,
  reconcile,
  type Takings,
  takings,
} from './daily-report.ts'
import { billsPart, registerBillSearch } from './desk-bills.ts'
import { FAULTY, hasErrors, MONEY_ROLES } from './desk-frame.ts'
import { texts } from './desk-report-texts.ts'
import { methods } from './texts.ts'

interface ReportRoute {
  Params: { agency: string }
  Querystring: { day?: string | string[] }
}
type Request = FastifyRequest<{ Params: { agency: string } }>

const daySchema = z.object({ day: z.string().catch('') })
const periodSchema = z.object({ from: z.string().catch(''), to: z.string().catch('') })

/** The address below the library; the staff's menu leads there. */
export const MONEY_PATH = '/staff/money'
const CHART_DAYS = 30
const MOST_DAYS = 366

/** The day's cash report, and the accounts of a period as a file. */
export function registerMoneyReport(app: FastifyInstance, site: Site): void {
  const url = `/:agency${MONEY_PATH}`
  registerBillSearch(app, site, MONEY_PATH, (request, reply) =>
    page(request, reply, site, todayOf(request, site), { number: texts.noSuchBill[request.language] }),
  )

  app.get<ReportRoute>(url, async (request, reply) => {
    if (!site.requireStaff(request, reply, ...MONEY_ROLES)) return reply
    const { day: asked } = request.query
    if (asked === undefined) return page(request, reply, site, todayOf(request, site), {})
    const day = typeof asked === 'string' ? dayFrom(asked) : undefined
    return day ? page(request, reply, site, day, {}) : reply.redirect(href(request, basePath(request)), 303)
  })

  // What is typed is sent and read before it comes into an address: it may be anything, also a CPR number.
  app.post<ReportRoute>(url, async (request, reply) => {
    if (!site.requireStaff(request, reply, ...MONEY_ROLES)) return reply
    const day = dayFrom(daySchema.parse(request.body ?? {}).day)
    if (day) return reply.redirect(href(request, `${basePath(request)}?day=${day}`), 303)
    return page(request, reply, site, todayOf(request, site), { day: texts.dayWrong[request.language] })
  })

  app.post<ReportRoute>(`${url}/accounts.csv`, async (request, reply) => {
    if (!site.requireStaff(request, reply, ...MONEY_ROLES)) return reply
    const { language } = request
    const given = periodSchema.parse(request.body ?? {})
    const [from, to] = [dayFrom(given.from), dayFrom(given.to)]
    if (!from || !to || Temporal.PlainDate.compare(from, to) > 0 || from.until(to).days > MOST_DAYS) {
      return page(request, reply, site, todayOf(request, site), { from: texts.periodWrong[language] })
    }
    const file = accountsCsv(await accountsLines(site.context(request), from, to), language)
    return reply
      .type('text/csv; charset=utf-8')
      .header('content-disposition', `attachment; filename="${texts.fileName[language]}-${from}-${to}.csv"`)
      .header('cache-control', 'no-store')
      .send(file)
  })
}

function todayOf(request: Request, site: Site): Temporal.PlainDate {
  return dayOf(site.context(request).clock.now())
}

function basePath(request: Request): string {
  return `/${request.params.agency}${MONEY_PATH}`
}

function dayFrom(written: string): Temporal.PlainDate | undefined {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(written.trim())) return undefined
  try {
    return Temporal.PlainDate.from(written.trim(), { overflow: 'reject' })
  } catch {
    return undefined
  }
}

async function page(
  request: Request,
  reply: FastifyReply,
  site: Site,
  day: Temporal.PlainDate,
  errors: FieldErrors,
): Promise<FastifyReply> {
  const { language } = request
  const ctx = site.context(request)
  const base = basePath(request)
  const [taken, month, moved, agreed] = await Promise.all([
    takings(ctx, day, day),
    takings(ctx, day.subtract({ days: CHART_DAYS - 1 }), day),
    movements(ctx, day, day),
    reconcile(ctx),
  ])
  return renderPage(request, reply, {
    title: texts.title[language],
    status: hasErrors(errors) ? FAULTY : 200,
    breadcrumbs: [{ label: texts.title[language] }],
    body: html`${errorSummary(errors, language)}
<p class="font-lead">${texts.lead(dateText(day, language))[language]}</p>
${form(request, reply, {
  action: base,
  inRow: true,
  body: dayField('day', texts.day[language], day, errors.day),
  submit: submitButton(texts.show[language], 'secondary'),
})}
${takingsTable(taken, language)}
${chartOf(month, day, language)}
${movementsTable(moved, language)}
${agreement(agreed, language)}
${await billsPart(request, reply, ctx, MONEY_PATH, errors.number)}
<h2>${texts.export[language]}</h2>
<p>${texts.exportLead[language]}</p>
${form(request, reply, {
  action: `${base}/accounts.csv`,
  inRow: true,
  body: html`${dayField('from', texts.from[language], day.with({ day: 1 }), errors.from)}
${dayField('to', texts.to[language], day, undefined)}`,
  submit: submitButton(texts.download[language], 'secondary'),
})}`,
  })
}

function dayField(name: string, label: string, value: Temporal.PlainDate, error: string | undefined): SafeHtml {
  return textField({ name, label, type: 'date', value: value.toString(), error })
}

function takingsTable(taken: readonly Takings[], language: Language): SafeHtml {
  const sum = (key: 'paid_ore' | 'refunded_ore') => oreOf(taken.reduce((total, row) => total + row[key], 0))
  const amount = (ore: number) => kronerText(oreOf(ore), language)
  const strong = (text: string) => html`<strong>${text}</strong>`
  const rows = taken.map((row) => [
    row.branch ?? texts.noBranch[language],
    methods[row.method][language],
    amount(row.paid_ore),
    amount(row.refunded_ore),
    amount(row.paid_ore - row.refunded_ore),
    numberText(row.receipts, language),
  ])
  const last = [
    strong(texts.total[language]),
    '–',
    strong(amount(sum('paid_ore'))),
    strong(amount(sum('refunded_ore'))),
    strong(amount(sum('paid_ore') - sum('refunded_ore'))),
    strong(
      numberText(
        taken.reduce((total, { receipts }) => total + receipts, 0),
        language,
      ),
    ),
  ]
  const heads = [texts.branch, texts.method, texts.paid, texts.refunded, texts.net, texts.receipts]
  return table(
    {
      caption: texts.takings[language],
      head: heads.map((text) => text[language]),
      numeric: [2, 3, 4, 5],
      rowHeaders: true,
      empty: texts.noTakings[language],
      rows: rows.length === 0 ? [] : [...rows, last],
    },
    language,
  )
}

function chartOf(month: readonly Takings[], day: Temporal.PlainDate, language: Language): SafeHtml {
  if (month.length === 0) return html``
  const days = Array.from({ length: CHART_DAYS }, (_, ago) => day.subtract({ days: CHART_DAYS - 1 - ago }))
  const rows = days.map((each) => ({
    label: shortDayText(each, language, 'less'),
    value: month.filter((row) => row.day.equals(each)).reduce((sum, { paid_ore }) => sum + paid_ore, 0) / 100,
  }))
  return columnChart({ title: texts.chart[language], rows, unit: texts.unit[language] }, language)
}

function movementsTable(moved: Movements, language: Language): SafeHtml {
  const lines: readonly [{ da: string; en: string }, number][] = [
    [texts.before, moved.before_ore],
    [texts.charged, moved.charged_ore],
    [texts.paid, -moved.paid_ore],
    [texts.refunded, moved.refunded_ore],
    [texts.credited, -moved.credited_ore],
    [texts.writtenOff, -moved.written_off_ore],
    [texts.after, moved.after_ore],
  ]
  return table(
    {
      caption: texts.movements[language],
      head: [texts.entry[language], texts.amount[language]],
      numeric: [1],
      rowHeaders: true,
      rows: lines.map(([label, ore]) => [label[language], kronerText(oreOf(ore === 0 ? 0 : ore), language)]),
    },
    language,
  )
}

function agreement(agreed: Reconciliation, language: Language): SafeHtml {
  if (agreed.differing > 0 || agreed.accounts_ore !== agreed.claims_ore) {
    const body = texts.differsText(agreed.differing)[language]
    return alert({ kind: 'error', heading: texts.differs[language], body })
  }
  const sum: Ore = agreed.claims_ore
  const body = texts.agreesText({ da: kronerText(sum, 'da'), en: kronerText(sum, 'en') })[language]
  return alert({ kind: 'success', heading: texts.agrees[language], body })
}
