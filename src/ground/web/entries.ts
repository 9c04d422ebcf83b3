import type { FastifyRequest } from 'fastify'
import type { Severity } from './components.ts'
import { html, type SafeHtml } from './html.ts'
import { href } from './language.ts'

/** What one room says at once on somebody's own page, and the way to the rest of it. */
export interface Tile {
  readonly heading: string
  /** The one thing to know, such as `3 lån`. */
  readonly lead: string
  readonly text?: string | undefined
  /** When something is to be done about it; the words must say so too. */
  readonly kind?: Severity | undefined
  readonly path: string
}

/** Tiles beside each other, below each other on a phone; each is one link. */
export function tiles(request: FastifyRequest, list: readonly Tile[]): SafeHtml {
  return html`<ul class="tiles no-max-width">
${list.map(
  ({ heading, lead, text, kind, path }) => html`<li class="tile ${kind === undefined ? '' : `tile-${kind}`}">
<h2><a href="${href(request, path)}">${heading}</a></h2>
<p class="tile-lead">${lead}</p>
${text === undefined ? '' : html`<p>${text}</p>`}
</li>
`,
)}</ul>`
}

/** One thing in a list that is read from top to bottom, also on a phone. */
export interface Entry {
  readonly heading: string | SafeHtml
  /** Where an error summary or a redirect can point. */
  readonly id?: string | undefined
  readonly tags?: SafeHtml[]
  /** What there is to say, a line each. */
  readonly lines?: readonly (string | SafeHtml | undefined)[]
  /** What is longer, such as what can be unfolded. */
  readonly more?: SafeHtml
  /** Buttons and forms, beside each other. */
  readonly actions?: SafeHtml[]
}

/** A list of things with what can be done about each. */
export function entries(list: readonly Entry[], level: 2 | 3 | 4 = 2): SafeHtml {
  const title = (heading: Entry['heading']) => {
    if (level === 2) return html`<h2>${heading}</h2>`
    return level === 3 ? html`<h3>${heading}</h3>` : html`<h4>${heading}</h4>`
  }
  return html`<ul class="entries no-max-width">
${list.map(
  ({ heading, id, tags = [], lines = [], more, actions = [] }) => html`<li ${id === undefined ? '' : html`id="${id}"`}>
<div class="entry-text">
${title(heading)}
${tags.length === 0 ? '' : html`<p class="entry-tags">${tags}</p>`}
${lines.filter((line) => line !== undefined).map((line) => html`<p>${line}</p>`)}
${more ?? ''}
</div>
${actions.length === 0 ? '' : html`<div class="entry-actions">${actions}</div>`}
</li>
`,
)}</ul>`
}

/** Ways to other pages, one below the other, easy to hit with a thumb. */
export function ways(
  request: FastifyRequest,
  list: readonly { readonly path: string; readonly label: string; readonly text?: string | undefined }[],
): SafeHtml {
  return html`<ul class="ways no-max-width">
${list.map(
  ({ path, label, text }) =>
    html`<li><a href="${href(request, path)}">${label}</a>${text === undefined ? '' : html`<span>${text}</span>`}</li>
`,
)}</ul>`
}
