import { html, type SafeHtml } from '#web'
import type { TitleRow } from './tables.ts'

const COLOURS = [
  '#0f4c5c',
  '#5b2a4c',
  '#7a3b1d',
  '#2f5233',
  '#3b3f77',
  '#6b2737',
  '#44475a',
  '#1f5f5b',
  '#5a4a12',
] as const
const LINE = 13
const MOST_LINES = 5

/** A cover made of title and material: a drawing of ours, since pictures of covers would be asked for elsewhere. */
export function cover(title: Pick<TitleRow, 'title' | 'author' | 'material'>): SafeHtml {
  const colour =
    COLOURS[[...title.title].reduce((sum, letter) => sum + (letter.codePointAt(0) ?? 0), 0) % COLOURS.length]
  const lines = linesOf(title.title)
  return html`<svg class="cover" viewBox="0 0 120 168" aria-hidden="true" focusable="false">
<rect width="120" height="168" rx="3" fill="${colour ?? COLOURS[0]}"/>
${markOf(title.material)}
${lines.map((line, index) => html`<text class="cover-title" x="12" y="${32 + index * 17}">${line}</text>`)}
<text class="cover-author" x="12" y="154">${shortened((title.author ?? '').split(',')[0] ?? '', 18)}</text>
</svg>`
}

/** What kind of thing it is, in a few strokes. */
function markOf(material: string): SafeHtml {
  switch (material) {
    case 'music':
    case 'audiobook':
      return html`<circle cx="92" cy="126" r="34" class="cover-mark"/><circle cx="92" cy="126" r="9" class="cover-mark"/>`
    case 'film':
      return html`<path class="cover-mark" d="M0 112h120M0 136h120M12 112v24M36 112v24M60 112v24M84 112v24M108 112v24"/>`
    case 'game':
      return html`<path class="cover-mark" d="M76 104h18v18h18v18H94v18H76v-18H58v-18h18z"/>`
    case 'comic':
    case 'picture-book':
    case 'children-book':
      return html`<path class="cover-mark" d="M0 138c20-24 40-24 60 0s40 24 60 0M96 116a11 11 0 1 0 .1 0z"/>`
    case 'magazine':
      return html`<path class="cover-mark" d="M0 112h120M12 124h96M12 134h96M0 140h120"/>`
    default:
      return html`<path class="cover-mark" d="M7 0v168M0 140h120"/>`
  }
}

function linesOf(title: string): string[] {
  const lines: string[] = []
  for (const word of title.split(/\s+/)) {
    const last = lines.at(-1)
    if (last !== undefined && last.length + word.length < LINE) lines[lines.length - 1] = `${last} ${word}`
    else lines.push(shortened(word, LINE))
  }
  return lines.length <= MOST_LINES
    ? lines
    : [...lines.slice(0, MOST_LINES - 1), shortened(`${lines[MOST_LINES - 1]}…`, LINE)]
}

function shortened(text: string, most: number): string {
  const letters = [...text]
  return letters.length <= most ? text : `${letters.slice(0, most - 1).join('')}…`
}
