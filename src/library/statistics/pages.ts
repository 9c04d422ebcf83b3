import type { FastifyInstance } from 'fastify'
import type { Language } from '#core'
import {
  alert,
  barChart,
  type ChartRow,
  columnChart,
  href,
  html,
  numberText,
  renderPage,
  type SafeHtml,
  type Site,
  summaryNumbers,
  table,
} from '#web'
import { type PublicStatistics, publicStatistics } from './queries.ts'
import { materialText, monthText, texts } from './texts.ts'

/** The library's lending statistics, for anyone. */
export function registerStatisticsPages(app: FastifyInstance, site: Site): void {
  app.get('/:agency/statistics', async (request, reply) => {
    const ctx = site.context(request)
    const { language } = request
    const statistics = await publicStatistics(ctx)
    return renderPage(request, reply, {
      title: texts.title[language],
      breadcrumbs: [{ label: texts.title[language] }],
      body: statistics
        ? statisticsHtml(statistics, language, href(request, `/${ctx.agency}/notice#periods`))
        : alert({ kind: 'info', heading: texts.tooFew[language] }),
    })
  })
}

function statisticsHtml(statistics: PublicStatistics, language: Language, notice: string): SafeHtml {
  const { months, total, smallestCell } = statistics
  const first = months[0]
  const last = months.at(-1)
  if (!first || !last) return html``
  const lead = texts.lead(monthText(first.month), monthText(last.month))
  return html`<p class="font-lead">${lead[language]}</p>
<p>${texts.privacy(smallestCell)[language]} <a href="${notice}">${texts.toNotice[language]}</a></p>
${summaryNumbers([
  { label: texts.total[language], value: numberText(total, language) },
  {
    label: texts.inMonth(monthText(last.month))[language],
    value: last.loans === null ? texts.hidden[language] : numberText(last.loans, language),
  },
])}
${monthsHtml(statistics, language)}
${crossHtml(statistics, language)}`
}

function monthsHtml({ months }: PublicStatistics, language: Language): SafeHtml {
  const rows = months.map(({ month, loans }) => ({ label: monthText(month, 'short')[language], value: loans }))
  return html`<h2>${texts.monthHeading[language]}</h2>
${chart(columnChart, texts.byMonth[language], rows, language)}`
}

function crossHtml({ materials, branches, cross }: PublicStatistics, language: Language): SafeHtml {
  const numbers = (values: readonly (number | null)[]) => values.map((value) => shown(value, language))
  const byMaterial = materials.map((material, index) => ({
    label: materialText(material, language),
    value: cross.rowTotals[index] ?? null,
  }))
  const byBranch = branches.map((name, index) => ({ label: name, value: cross.columnTotals[index] ?? null }))
  return html`<h2>${texts.materialHeading[language]}</h2>
${chart(barChart, texts.byMaterial[language], largestFirst(byMaterial), language)}
<h2>${texts.branchHeading[language]}</h2>
${chart(barChart, texts.byBranch[language], largestFirst(byBranch), language)}
<h2>${texts.bothHeading[language]}</h2>
${table(
  {
    caption: texts.byBoth[language],
    head: [texts.materialHead[language], ...branches, texts.all[language]],
    rowHeaders: true,
    numeric: [...branches, texts.all[language]].map((_, index) => index + 1),
    rows: [
      ...byMaterial
        .map(({ label, value }, index) => [label, ...numbers([...(cross.cells[index] ?? []), value])])
        .toSorted(([a], [b]) => String(a).localeCompare(String(b), language)),
      [html`<strong>${texts.all[language]}</strong>`, ...numbers([...cross.columnTotals, cross.total])],
    ],
  },
  language,
)}`
}

interface Counted {
  readonly label: string
  readonly value: number | null
}

/** A chart of the numbers that are shown, and the word that some are not. */
function chart(draw: typeof barChart, title: string, rows: readonly Counted[], language: Language): SafeHtml {
  const drawn = rows.flatMap(({ label, value }): ChartRow[] => (value === null ? [] : [{ label, value }]))
  const hidden = rows.filter(({ value }) => value === null).map(({ label }) => label)
  return html`${draw({ title, rows: drawn, unit: texts.unit[language] }, language)}
${hidden.length > 0 ? html`<p>${texts.someHidden(hidden.join(', '))[language]}</p>` : ''}`
}

function largestFirst(rows: readonly Counted[]): Counted[] {
  return rows.toSorted((a, b) => (b.value ?? -1) - (a.value ?? -1))
}

function shown(value: number | null, language: Language): string | SafeHtml {
  return value === null
    ? html`<span class="hidden-number">${texts.hidden[language]}</span>`
    : numberText(value, language)
}
