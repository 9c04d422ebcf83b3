import { readFileSync } from 'node:fs'
import { html, type SafeHtml } from '@remix-run/html-template'

export { html, type SafeHtml }

/** Where the design system's own files lie. Its package exports nothing but the script, which is found from here. */
export const DKFDS = new URL('../', import.meta.resolve('dkfds'))

const ICONS = ['info', 'success', 'warning', 'error', 'language', 'chevron-right'] as const
export type IconName = (typeof ICONS)[number]

// Read once at start, so that a page is made without waiting and a missing icon is seen before the first visitor.
const pictures = new Map(
  ICONS.map((name) => [name, readFileSync(new URL(`img/svg-icons/${name}.svg`, DKFDS), 'utf8').trim()]),
)

/** An icon of the design system, inline. It says nothing to a screen reader: the words beside it do. */
export function icon(name: IconName, extraClass = ''): SafeHtml {
  const picture = (pictures.get(name) ?? '').replace('<svg ', '')
  return html.raw`<svg class="icon-svg ${extraClass}" focusable="false" aria-hidden="true" ${picture}`
}
