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
  const first = months[0]?.month
  const last = months.at(-1)?.month
  const lead =
    first &&
    last &&
    texts.lead(
      { da: monthText(first, 'da'), en: monthText(first, 'en') },
      { da: monthText(last, 'da'), en: monthText(last, 'en') },
    )[language]
  return html`<p class="font-lead">${lead}</p>
<p>${texts.privacy(smallestCell)[language]} <a href="${notice}">${texts.toNotice[language]}</a></p>
${summaryNumbers([{ label: texts.total[language], value: numberText(total, language) }])}
${monthsHtml(statistics, language)}
${crossHtml(statistics, language)}`
}

function monthsHtml({ months }: PublicStatistics, language: Language): SafeHtml {
  const rows = months.map(({ month, loans }) => ({ label: monthText(month, language, 'short'), value: loans }))
  return html`<h2>${texts.byMonth[language]}</h2>
${chart(columnChart, texts.byMonth[language], rows, language)}`
}

function crossHtml({ materials, branches, cross }: PublicStatistics, language: Language): SafeHtml {
  const byMaterial = materials.map((material, index) => ({
    label: materialText(material, language),
    value: cross.rowTotals[index] ?? null,
  }))
  const byBranch = branches.map((name, index) => ({ label: name, value: cross.columnTotals[index] ?? null }))
  const numbers = (values: readonly (number | null)[]) => values.map((value) => shown(value, language))
  return html`<h2>${texts.byMaterial[language]}</h2>
${chart(barChart, texts.byMaterial[language], largestFirst(byMaterial), language)}
<h2>${texts.byBranch[language]}</h2>
${chart(barChart, texts.byBranch[language], largestFirst(byBranch), language)}
<h2>${texts.byBoth[language]}</h2>
${table(
  {
    caption: texts.byBoth[language],
    head: [texts.materialHead[language], ...branches, texts.all[language]],
    rowHeaders: true,
    numeric: [...branches, texts.all[language]].map((_, index) => index + 1),
    rows: [
      ...materials.map((material, index) => [
        materialText(material, language),
        ...numbers([...(cross.cells[index] ?? []), cross.rowTotals[index] ?? null]),
      ]),
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
