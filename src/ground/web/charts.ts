import { createHash } from 'node:crypto'
import type { Language } from '#core'
import { table } from './components.ts'
import { numberText } from './format.ts'
import { html, type SafeHtml } from './html.ts'
import { texts } from './texts.ts'

export interface ChartRow {
  readonly label: string
  readonly value: number
}

interface Chart {
  readonly title: string
  readonly rows: readonly ChartRow[]
  /** What is counted, as it stands after a number: `lån`, `kr.`. */
  readonly unit: string
  /** The end of the scale, to compare charts; otherwise the largest value. */
  readonly max?: number
}

const ROW_HEIGHT = 52
const BAR_HEIGHT = 16
/** On a telephone. */
const LONGEST_LABEL = 38
/** Room at the right of the longest bar for its number. */
const WIDEST_BAR = 78

const PLOT_TOP = 24
const PLOT_HEIGHT = 180
const AXIS_HEIGHT = 28
const MOST_LABELS = 6

/**
 * Bars that lie, one below the other, for comparing things with names. Widths are in percent and heights in pixels, so
 * that the words keep their size on a telephone.
 */
export function barChart(chart: Chart, language: Language): SafeHtml {
  const most = scaleEnd(chart)
  const bars = chart.rows.map((row, index) => {
    const top = index * ROW_HEIGHT
    const width = share(row.value, most) * WIDEST_BAR
    return html`${chartLabel(row.label, top + 18)}
<rect class="chart-bar" x="0" y="${top + 26}" width="${width.toFixed(2)}%" height="${BAR_HEIGHT}" rx="2"/>
<text class="chart-value" x="${width.toFixed(2)}%" dx="8" y="${top + 39}">${numberText(row.value, language)}</text>
`
  })
  return figure(chart, language, chart.rows.length * ROW_HEIGHT, bars)
}

/** Columns that stand, one beside the other, for what follows upon another: months, weekdays, hours. */
export function columnChart(chart: Chart, language: Language): SafeHtml {
  const most = niceEnd(scaleEnd(chart))
  const count = Math.max(1, chart.rows.length)
  const bottom = PLOT_TOP + PLOT_HEIGHT
  const lines = [0, 0.5, 1].map((part) => {
    const y = bottom - part * PLOT_HEIGHT
    return html`<line class="chart-line" x1="0" x2="100%" y1="${y}" y2="${y}"/>
`
  })
  const columns = chart.rows.map((row, index) => {
    const height = share(row.value, most) * PLOT_HEIGHT
    const x = ((index + 0.12) / count) * 100
    return html`<rect class="chart-bar" x="${x.toFixed(2)}%" y="${(bottom - height).toFixed(1)}" width="${(76 / count).toFixed(2)}%" height="${height.toFixed(1)}"><title>${row.label}: ${numberText(row.value, language)}</title></rect>
`
  })
  // The numbers of the scale come after the columns, to be read over them.
  const scale = [0.5, 1].map(
    (
      part,
    ) => html`<text class="chart-scale" x="0" y="${bottom - part * PLOT_HEIGHT - 6}">${numberText(most * part, language)}</text>
`,
  )
  const every = Math.ceil(count / MOST_LABELS)
  const labels = chart.rows.flatMap((row, index) => {
    // A label needs the room of the columns it stands for, so the last may be left out.
    if (index % every !== 0 || index + every > count) return []
    const x = ((index + 0.12) / count) * 100
    return html`<text class="chart-tick" x="${x.toFixed(2)}%" y="${bottom + 20}">${row.label}</text>
`
  })
  return figure(chart, language, bottom + AXIS_HEIGHT, [...lines, ...columns, ...scale, ...labels])
}

function figure(chart: Chart, language: Language, height: number, drawing: SafeHtml[]): SafeHtml {
  const id = `chart-${createHash('sha256').update(JSON.stringify(chart)).digest('hex').slice(0, 8)}`
  const heads = [texts.what[language], chart.unit]
  const rows = chart.rows.map((row) => [row.label, numberText(row.value, language)])
  if (rows.length === 0) return table({ caption: chart.title, head: heads, rows }, language)
  return html`<figure class="chart">
<p class="chart-title" aria-hidden="true">${chart.title} <span class="chart-unit">(${chart.unit})</span></p>
<svg class="chart-drawing" width="100%" height="${height}" role="img" aria-labelledby="${id}-title ${id}-text" focusable="false">
<title id="${id}-title">${chart.title}</title>
<desc id="${id}-text">${summary(chart, language)}</desc>
${drawing}</svg>
<details class="details d-print-none"><summary class="details-summary">${texts.showTable[language]}</summary>
${table({ caption: chart.title, head: heads, rows, numeric: [1] }, language)}
</details>
</figure>`
}

/** The drawing in words: its least and its most. */
function summary(chart: Chart, language: Language): string {
  const sorted = chart.rows.toSorted((a, b) => a.value - b.value)
  const said = [sorted.at(-1), sorted.at(0)].filter((row) => row !== undefined)
  return said.map((row) => `${row.label}: ${numberText(row.value, language)} ${chart.unit}`).join('; ')
}

function scaleEnd(chart: Chart): number {
  return chart.max ?? Math.max(0, ...chart.rows.map((row) => row.value))
}

/** The next number a person would end a scale with, such that its half is one to read as well. */
function niceEnd(value: number): number {
  const power = 10 ** Math.floor(Math.log10(Math.max(1, value)))
  // Below ten only even steps: half a loan is not to be read off.
  const steps = power === 1 ? [2, 4, 6, 8, 10] : [1, 1.2, 1.6, 2, 2.4, 3, 4, 5, 6, 8, 10]
  return power * (steps.find((step) => step * power >= value) ?? 10)
}

function share(value: number, most: number): number {
  return most > 0 ? Math.min(1, Math.max(0, value / most)) : 0
}

/** A drawing cannot wrap its words, and a telephone has no room for long ones; the table has them whole. */
function chartLabel(label: string, y: number): SafeHtml {
  const line = (text: string, kind: string) => html`<text class="chart-label${kind}" x="0" y="${y}">${text}</text>`
  if (label.length <= LONGEST_LABEL) return line(label, '')
  return html`${line(label, ' chart-wide')}${line(`${label.slice(0, LONGEST_LABEL - 1).trimEnd()}…`, ' chart-narrow')}`
}
