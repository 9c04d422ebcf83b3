import type { FastifyReply, FastifyRequest } from 'fastify'
import type { BranchRow } from '#agencies'
import { isId, type Language, type TitleId } from '#core'
import { holdsCpr } from '#patrons'
import { href, html, numberText, type SafeHtml, textField } from '#web'
import { cover } from './pages-cover.ts'
import { className, languageName, materialName, texts } from './pages-texts.ts'
import type { SearchHit, SearchResult } from './search.ts'
import { isIsbn10, spokenName } from './search-analyse.ts'
import {
  FACET_NAMES,
  type FacetName,
  type Facets,
  MOST_COUNTED,
  SEARCH_SORTS,
  type SearchSort,
} from './search-match.ts'

export function searchPath(agency: string): string {
  return `/${agency}/search`
}

export function titlePath(agency: string, id: TitleId): string {
  return `/${agency}/titles/${id}`
}

/** What an address of the search page asks for. */
export interface Asked {
  readonly text: string
  readonly facets: Facets
  readonly sort: SearchSort
  readonly page: number
  /** A CPR number was typed, or was in an address: it is left out of everything else here. */
  readonly hadCpr: boolean
}

const LONGEST = 300

export function askedIn(query: unknown): Asked {
  let hadCpr = false
  const given = (name: string): string | undefined => {
    const value: unknown = typeof query === 'object' && query !== null ? Reflect.get(query, name) : undefined
    if (typeof value !== 'string' || value.trim() === '') return undefined
    if (tellsCpr(value)) hadCpr = true
    else return value.trim().slice(0, LONGEST)
  }
  const number = (name: string) => {
    const text = given(name)
    return text !== undefined && /^\d{1,4}$/.test(text) ? Number(text) : undefined
  }
  const branch = given('branch')
  const asked = {
    text: given('q') ?? '',
    facets: {
      material: given('material'),
      language: given('language'),
      audience: given('audience'),
      dk5: given('dk5'),
      author: given('author'),
      series: given('series'),
      yearFrom: number('from'),
      yearTo: number('to'),
      branch: branch !== undefined && isId(branch) ? (branch as Facets['branch']) : undefined,
    },
    sort: SEARCH_SORTS.find((sort) => sort === given('sort')) ?? 'relevance',
    page: number('page') ?? 1,
  }
  return { ...asked, hadCpr }
}

/** An ISBN of ten digits from Denmark reads like the number a hospital gives somebody who has none. */
function tellsCpr(text: string): boolean {
  return holdsCpr(text.replace(/(?<!\d)87\d{7}[\dx](?![\dx])/gi, (digits) => (isIsbn10(digits) ? ' ' : digits)))
}

/** The address of a search with something changed; whatever is changed begins at the first page again. */
export function searchHref(request: FastifyRequest, agency: string, asked: Asked, change: Partial<Asked> = {}): string {
  const { text, facets, sort, page } = { ...asked, page: 1, ...change }
  const pairs: [string, string | number | undefined][] = [
    ['q', text],
    ['material', facets.material],
    ['language', facets.language],
    ['audience', facets.audience],
    ['dk5', facets.dk5],
    ['author', facets.author],
    ['series', facets.series],
    ['from', facets.yearFrom],
    ['to', facets.yearTo],
    ['branch', facets.branch],
    ['sort', sort === 'relevance' ? undefined : sort],
    ['page', page === 1 ? undefined : page],
  ]
  const query = new URLSearchParams(
    pairs.flatMap(([name, value]) => (value === undefined ? [] : [[name, String(value)]])),
  )
  return href(request, `${searchPath(agency)}?${query}`)
}

/** The field one searches in; a script offers suggestions in it, and without one it is a field like any other. */
export function searchForm(request: FastifyRequest, agency: string, text = ''): SafeHtml {
  const { language } = request
  const field = textField({
    name: 'q',
    label: texts.field[language],
    type: 'search',
    value: text,
    maxLength: LONGEST,
    autocomplete: 'off',
  })
  return html`<form class="search-form" role="search" method="get" action="${href(request, searchPath(agency))}"
data-suggest="${href(request, `${searchPath(agency)}/suggest`)}" data-label="${texts.suggestions[language]}"
data-count="${texts.suggestionCount[language]}">
${field}
<button type="submit" class="button button-primary">${texts.search[language]}</button>
</form>`
}

export function hitList(
  request: FastifyRequest,
  agency: string,
  hits: readonly SearchHit[],
  names: ReadonlyMap<string, string>,
): SafeHtml {
  const { language } = request
  return html`<ul class="hits nobullet-list" aria-label="${texts.results[language]}">
${hits.map(
  (hit) => html`<li><article class="hit">
${cover(hit)}
<div>
<h3 class="hit-title"><a href="${href(request, titlePath(agency, hit.id))}">${hit.title}</a></h3>
${hit.subtitle === null ? '' : html`<p class="hit-subtitle">${hit.subtitle}</p>`}
${hit.author === null ? '' : html`<p class="hit-author">${spokenName(hit.author)}</p>`}
<p class="hit-kind">${[materialName(hit.material, language), hit.year, seriesText(hit)].filter(Boolean).join(' · ')}</p>
<p class="hit-where">${whereText(hit, names, language)}</p>
</div>
</article></li>
`,
)}</ul>`
}

function seriesText({ series, volume }: SearchHit): string {
  return series === null ? '' : volume === null ? series : `${series} ${volume}`
}

function whereText(hit: SearchHit, names: ReadonlyMap<string, string>, language: Language): string {
  return availabilityText(
    hit.branches.map((at) => ({ ...at, name: names.get(at.branch_id) ?? '' })),
    language,
  )
}

/** Where something is in, in one line. Ordered items are no items yet, but say that some will come. */
export function availabilityText(
  at: readonly { readonly name: string; readonly available: number; readonly items: number }[],
  language: Language,
): string {
  const withOne = [...new Set(at.filter(({ available }) => available > 0).map(({ name }) => name))]
  if (withOne.length > 0) return texts.inAt(withOne.length, withOne[0] ?? '')[language]
  if (at.some(({ items }) => items > 0)) return texts.allOut[language]
  return at.length > 0 ? texts.ordered[language] : texts.noItems[language]
}

/** What has been chosen, each a link that takes it away. */
export function chosenList(
  request: FastifyRequest,
  agency: string,
  asked: Asked,
  names: ReadonlyMap<string, string>,
): SafeHtml {
  const { language } = request
  const { facets } = asked
  const choices = FACET_NAMES.flatMap((name): { label: string; without: Facets }[] => {
    if (name === 'year') {
      if (facets.yearFrom === undefined && facets.yearTo === undefined) return []
      const label = texts.years(String(facets.yearFrom ?? ''), String(facets.yearTo ?? ''))[language]
      return [{ label, without: { ...facets, yearFrom: undefined, yearTo: undefined } }]
    }
    const value = facets[name]
    return value === undefined
      ? []
      : [{ label: valueName(name, value, names, language), without: { ...facets, [name]: undefined } }]
  })
  if (choices.length === 0) return html``
  return html`<ul class="chosen nobullet-list" aria-label="${texts.chosen[language]}">
${choices.map(
  ({ label, without }) => html`<li><a class="chip" href="${searchHref(request, agency, asked, { facets: without })}"
aria-label="${texts.remove(label)[language]}">${label} <span aria-hidden="true">×</span></a></li>
`,
)}</ul>`
}

export function facetLists(
  request: FastifyRequest,
  agency: string,
  asked: Asked,
  result: SearchResult,
  names: ReadonlyMap<string, string>,
): SafeHtml {
  const { language } = request
  const lists = FACET_NAMES.map((name) => {
    const values = result.facets[name].filter(({ titles }) => name === 'branch' || (titles ?? 0) < result.total)
    if (values.length === 0 || isChosen(asked.facets, name)) return html``
    return html`<h2>${texts.facets[name][language]}</h2>
<ul class="facet nobullet-list">
${values.map(
  ({
    value,
    titles,
  }) => html`<li><a href="${searchHref(request, agency, asked, { facets: chosen(asked.facets, name, value) })}">
${valueName(name, value, names, language)}</a> ${titles === undefined ? '' : html`<span class="facet-count">${numberText(titles, language)}</span>`}</li>
`,
)}</ul>`
  })
  return html`<details class="facets" id="facets" open><summary>${texts.narrow[language]}</summary>
${lists}
${yearForm(request, agency, asked)}
</details>`
}

function isChosen(facets: Facets, name: FacetName): boolean {
  return name === 'year' ? facets.yearFrom !== undefined || facets.yearTo !== undefined : facets[name] !== undefined
}

function chosen(facets: Facets, name: FacetName, value: string): Facets {
  return name === 'year'
    ? { ...facets, yearFrom: Number(value), yearTo: Number(value) + 9 }
    : { ...facets, [name]: value }
}

function valueName(name: FacetName, value: string, names: ReadonlyMap<string, string>, language: Language): string {
  switch (name) {
    case 'material':
      return materialName(value, language)
    case 'language':
      return languageName(value, language)
    case 'audience':
      return texts.audiences[value]?.[language] ?? value
    case 'dk5':
      return className(value, language)
    case 'author':
      return spokenName(value)
    case 'branch':
      return names.get(value) ?? value
    case 'year':
      return texts.decade(Number(value))[language]
    case 'series':
      return value
  }
}

function yearForm(request: FastifyRequest, agency: string, asked: Asked): SafeHtml {
  const { language } = request
  const kept = new URL(searchHref(request, agency, asked), 'http://kvit').searchParams
  const year = (name: string, label: string, value: number | undefined) =>
    textField({
      name,
      label,
      inputmode: 'numeric',
      maxLength: 4,
      value: value === undefined ? undefined : String(value),
    })
  return html`<form class="years" method="get" action="${href(request, searchPath(agency))}">
${[...kept].filter(([name]) => name !== 'from' && name !== 'to').map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`)}
${year('from', texts.yearFrom[language], asked.facets.yearFrom)}
${year('to', texts.yearTo[language], asked.facets.yearTo)}
<button type="submit" class="button button-secondary">${texts.showYears[language]}</button>
</form>`
}

export function sortLinks(request: FastifyRequest, agency: string, asked: Asked): SafeHtml {
  const { language } = request
  return html`<nav class="sorts" aria-label="${texts.sortBy[language]}"><span aria-hidden="true">${texts.sortBy[language]}:</span>
<ul class="nobullet-list">${SEARCH_SORTS.map(
    (sort) =>
      html`<li><a href="${searchHref(request, agency, asked, { sort })}" ${sort === asked.sort ? html`aria-current="true"` : ''}>${texts.sorts[sort][language]}</a></li>
`,
  )}</ul></nav>`
}

export function pager(request: FastifyRequest, agency: string, asked: Asked, result: SearchResult): SafeHtml {
  const { language } = request
  const last = Math.ceil(result.shown / result.size)
  if (last <= 1) return html``
  const link = (page: number, text: string, rel: string) =>
    page < 1 || page > last
      ? ''
      : html`<a class="button button-secondary" rel="${rel}" href="${searchHref(request, agency, asked, { page })}">${text}</a>`
  return html`<nav class="pager" aria-label="${texts.pages[language]}">
${link(result.page - 1, texts.previous[language], 'prev')}
<span>${texts.pageOf(numberText(result.page, language), numberText(last, language))[language]}</span>
${link(result.page + 1, texts.next[language], 'next')}
</nav>
${result.page === last && result.total > result.shown ? html`<p>${texts.lastShown[language]}</p>` : ''}`
}

export function countText(total: number, language: Language): string {
  return texts.count(numberText(total, language), total >= MOST_COUNTED, total === 1)[language]
}

export function branchNames(branches: readonly BranchRow[]): ReadonlyMap<string, string> {
  return new Map(branches.map(({ id, name }) => [id, name]))
}

export function list(items: readonly string[]): SafeHtml {
  return html`<ul>${items.map((item) => html`<li>${item}</li>`)}</ul>`
}

/** Nothing here is about whoever looks, but what was looked for is nobody else's business: no cache keeps it. */
export function keepFromCaches(reply: FastifyReply): void {
  reply.header('cache-control', 'private, no-store')
}
