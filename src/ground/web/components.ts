import type { Language } from '#core'
import { html, icon, type SafeHtml } from './html.ts'
import { texts } from './texts.ts'

export type Severity = 'info' | 'success' | 'warning' | 'error'
type Content = SafeHtml | string | number

/** A box that is noticed. Its heading must make sense without its colour. */
export function alert(content: {
  readonly kind: Severity
  readonly heading: string
  readonly body?: SafeHtml | string
}): SafeHtml {
  return html`<div class="alert alert-${content.kind}">
${icon(content.kind, 'alert-icon')}
<div class="alert-body">
<p class="alert-heading">${content.heading}</p>
${content.body === undefined ? '' : html`<div class="alert-text">${content.body}</div>`}
</div>
</div>`
}

/** A word or two about the state of something. */
export function tag(text: string, kind?: Severity): SafeHtml {
  return html`<span class="badge ${kind === undefined ? 'badge-plain' : `badge-${kind}`}">${text}</span>`
}

export interface TableContent {
  readonly caption: string
  readonly head: readonly Content[]
  readonly rows: readonly (readonly Content[])[]
  /** Columns of numbers, counted from 0: set to the right. */
  readonly numeric?: readonly number[]
  /** Columns of days and moments, counted from 0: each is read in one line. */
  readonly days?: readonly number[]
  /** Says the row's name in its first cell, so that a screen reader repeats it. */
  readonly rowHeaders?: boolean
  /** A heading above says the same: the caption is for those who hear the page. */
  readonly hasHeading?: boolean
  /** Instead of a table without rows: a whole sentence, which needs no caption. */
  readonly empty?: string
}

/**
 * A table. On a phone each row is a card of its own, so that nothing lies outside the screen; where several numbers are
 * compared it stays a table and scrolls by itself, also by keyboard.
 */
export function table(content: TableContent, language: Language): SafeHtml {
  if (content.rows.length === 0) {
    if (content.empty !== undefined) return html`<p>${content.empty}</p>`
    const none = texts.noRows[language]
    return content.hasHeading ? html`<p>${none}</p>` : html`<p><strong>${content.caption}.</strong> ${none}</p>`
  }
  const numeric = new Set(content.numeric)
  const stacks = content.head.length > 2 && numeric.size < 2
  // A table that is laid out as cards is none to a browser, unless it is said to be one.
  const role = (name: string) => (stacks ? html` role="${name}"` : '')
  const named = (column: number) => {
    const head = content.head[column]
    return stacks && typeof head === 'string' && head !== '' ? html` data-head="${head}"` : ''
  }
  const side = (column: number) => {
    if (numeric.has(column)) return html`class="number"`
    return content.days?.includes(column) ? html`class="nowrap"` : ''
  }
  return html`<div class="table--responsive-scroll" role="region" tabindex="0" aria-label="${content.caption}">
<table class="table table--borderless${stacks ? ' table-stacks' : ''}"${role('table')}>
<caption${content.hasHeading ? html` class="sr-only"` : ''}>${content.caption}</caption>
<thead${role('rowgroup')}><tr${role('row')}>${content.head.map((cell, column) =>
    // A column of buttons needs no name, and an empty heading would be read as one.
    cell === ''
      ? html`<td${role('cell')}></td>`
      : html`<th scope="col"${role('columnheader')} ${side(column)}>${cell}</th>`,
  )}</tr></thead>
<tbody${role('rowgroup')}>
${content.rows.map(
  (row) =>
    html`<tr${role('row')}>${row.map((cell, column) =>
      content.rowHeaders && column === 0
        ? html`<th scope="row"${role('rowheader')} ${side(column)}>${cell}</th>`
        : html`<td${role('cell')}${named(column)} ${side(column)}>${cell}</td>`,
    )}</tr>
`,
)}</tbody>
</table>
</div>`
}

/** A few numbers that matter, large. Values are already text, made by `numberText` and its like. */
export function summaryNumbers(numbers: readonly { readonly label: string; readonly value: string }[]): SafeHtml {
  return html`<dl class="summary-numbers">
${numbers.map(({ label, value }) => html`<div><dt>${label}</dt><dd>${value}</dd></div>`)}
</dl>`
}

/** Names and what they are: a patron's details, a clause of a policy. */
export function definitionList(entries: readonly { readonly term: string; readonly value: Content }[]): SafeHtml {
  return html`<dl class="definitions">
${entries.map(({ term, value }) => html`<div><dt>${term}</dt><dd>${value}</dd></div>`)}
</dl>`
}

/** How much of something is done; `value` of `max`, shown in percent. */
export function progressBar(progress: {
  readonly label: string
  readonly value: number
  readonly max: number
}): SafeHtml {
  const share = progress.max > 0 ? Math.min(1, Math.max(0, progress.value / progress.max)) : 0
  const percent = Math.floor(share * 100)
  return html`<label class="progress"><span>${progress.label}</span><span class="progress-share">${percent} %</span>
<progress max="100" value="${percent}">${percent} %</progress></label>`
}
