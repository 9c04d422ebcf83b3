import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { listBranches } from '#agencies'
import { isId, type Text2, type TitleId } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'
import {
  alert,
  definitionList,
  href,
  html,
  numberText,
  renderPage,
  type SafeHtml,
  type Site,
  sendRefusal,
  table,
  ways,
} from '#web'
import { cover } from './pages-cover.ts'
import {
  type Asked,
  askedIn,
  availabilityText,
  branchNames,
  chosenList,
  countText,
  facetLists,
  hitList,
  keepFromCaches,
  list,
  pager,
  searchForm,
  searchHref,
  searchPath,
  sortLinks,
  titlePath,
} from './pages-parts.ts'
import { languageName, materialName, texts } from './pages-texts.ts'
import { editionsOf, findTitle, type SearchResult, searchTitles } from './search.ts'
import { spokenName } from './search-analyse.ts'
import { suggest } from './search-suggest.ts'
import type { TitleRow } from './tables.ts'

/** What a higher room puts on a title's page: the way to reserve it. */
export type TitleSection = (
  ctx: Context,
  title: TitleRow,
  at: { readonly request: FastifyRequest; readonly reply: FastifyReply },
) => Promise<SafeHtml>

export interface CataloguePageNeeds {
  readonly sections?: readonly TitleSection[]
  /** Below the library: where to go for what is not found here. */
  readonly elsewhere?: { readonly path: string; readonly label: Text2 }
}

/** Offers suggestions in {@link searchForm}; a page with that field asks for it. */
export const SEARCH_SCRIPT = 'suggest.js'

/** The public's way into the collection: search, its suggestions, and a page for each title. */
export function registerCataloguePages(
  app: FastifyInstance,
  site: Site,
  { sections = [], elsewhere }: CataloguePageNeeds = {},
): void {
  app.get<{ Querystring: { why?: unknown } }>('/:agency/search', async (request, reply) => {
    const ctx = site.context(request)
    const { language } = request
    const asked = askedIn(request.query)
    keepFromCaches(reply)
    // Out of the address, and out of what the browser remembers of it.
    if (asked.hadCpr) return reply.redirect(href(request, `${searchPath(ctx.agency)}?why=cpr`), 303)
    const isEmpty = asked.text === ''
    return renderPage(request, reply, {
      title: isEmpty ? texts.searchTitle[language] : texts.resultsFor(asked.text)[language],
      heading: texts.searchTitle[language],
      scripts: [SEARCH_SCRIPT],
      breadcrumbs: [{ label: texts.searchTitle[language] }],
      body: html`${request.query.why === 'cpr' ? alert({ kind: 'warning', heading: texts.cprHeading[language], body: texts.cpr[language] }) : ''}
${isEmpty ? html`<p class="font-lead">${texts.lead[language]}</p>` : ''}
${searchForm(request, ctx.agency, asked.text)}
${isEmpty ? tips(request) : await resultHtml(ctx, request, asked, elsewhere)}`,
    })
  })

  app.get('/:agency/search/suggest', async (request, reply) => {
    keepFromCaches(reply)
    return reply.send({ suggestions: await suggest(site.context(request), askedIn(request.query).text) })
  })

  app.get<{ Params: { id: string } }>('/:agency/titles/:id', async (request, reply) => {
    const ctx = site.context(request)
    const { language } = request
    const { id } = request.params
    const title = isId(id) ? await findTitle(ctx, id as TitleId) : undefined
    if (!title) {
      const refusal = { heading: texts.noTitleHeading[language], text: texts.noTitle[language] }
      return sendRefusal(request, reply, 404, refusal)
    }
    const parts = await Promise.all(sections.map((section) => section(ctx, title, { request, reply })))
    return sendTitlePage(ctx, request, reply, title, { sections: parts })
  })
}

export interface TitlePage {
  readonly sections: readonly SafeHtml[]
  /** Before everything else: what is wrong with what was sent from a form on the page. */
  readonly above?: SafeHtml
  readonly status?: number
}

/** The page of a title. A room with a form on it answers with this, 422 and its errors, what it cannot take. */
export async function sendTitlePage(
  ctx: Context,
  request: FastifyRequest,
  reply: FastifyReply,
  title: TitleRow,
  page: TitlePage,
): Promise<FastifyReply> {
  return renderPage(request, reply, {
    title: title.title,
    breadcrumbs: [{ label: texts.searchTitle[request.language], href: searchPath(ctx.agency) }, { label: title.title }],
    ...(page.status === undefined ? {} : { status: page.status }),
    body: html`${page.above ?? ''}${await titleHtml(ctx, request, title, page.sections)}`,
  })
}

async function resultHtml(
  ctx: Context,
  request: FastifyRequest,
  asked: Asked,
  elsewhere: CataloguePageNeeds['elsewhere'],
): Promise<SafeHtml> {
  const { language } = request
  const [result, branches] = await Promise.all([
    searchTitles(ctx, { text: asked.text, facets: asked.facets, sort: asked.sort, page: asked.page }),
    listBranches(ctx),
  ])
  const names = branchNames(branches)
  const chosen = chosenList(request, ctx.agency, asked, names)
  if (result.total === 0)
    return html`${chosen}${nothingHtml(request, asked)}${elsewhereHtml(request, ctx.agency, elsewhere)}`
  return html`${insteadHtml(request, ctx.agency, asked, result)}
${chosen}
<div class="search-layout">
<section aria-labelledby="found">
<h2 id="found">${countText(result.total, language)}</h2>
<p class="to-facets"><a href="#facets">${texts.narrow[language]}</a></p>
${result.total > 1 ? sortLinks(request, ctx.agency, asked) : ''}
${hitList(request, ctx.agency, result.hits, names)}
${pager(request, ctx.agency, asked, result)}
</section>
${facetLists(request, ctx.agency, asked, result, names)}
</div>`
}

function insteadHtml(request: FastifyRequest, agency: string, asked: Asked, result: SearchResult): SafeHtml {
  const { language } = request
  if (result.isRelaxed) return alert({ kind: 'info', heading: texts.relaxed[language] })
  if (result.didYouMean === undefined) return html``
  const address = searchHref(request, agency, asked, { text: result.didYouMean })
  return html`<p class="instead" role="status">${texts.didYouMean[language]} <a href="${address}"><strong>${result.didYouMean}</strong></a>.</p>`
}

function nothingHtml(request: FastifyRequest, asked: Asked): SafeHtml {
  const { language } = request
  const isNarrowed = Object.values(asked.facets).some((value) => value !== undefined)
  return html`${alert({
    kind: 'info',
    heading: texts.nothing(asked.text)[language],
    ...(isNarrowed ? { body: texts.nothingNarrowed[language] } : {}),
  })}
<h2>${texts.helpHeading[language]}</h2>
${list(texts.help.map((line) => line[language]))}
${tips(request)}`
}

function elsewhereHtml(request: FastifyRequest, agency: string, elsewhere: CataloguePageNeeds['elsewhere']): SafeHtml {
  if (!elsewhere) return html``
  return ways(request, [{ path: `/${agency}${elsewhere.path}`, label: elsewhere.label[request.language] }])
}

function tips({ language }: FastifyRequest): SafeHtml {
  return html`<details class="tips"><summary>${texts.tipsHeading[language]}</summary>
${list(texts.tips.map((line) => line[language]))}
</details>`
}

interface Shelf {
  readonly name: string
  readonly shelf: string | null
  readonly available: number
  readonly items: number
}

function shelvesOf(ctx: Context, id: TitleId): Promise<Shelf[]> {
  return ctx.db.all(sql<Shelf>`
    select b.name, i.shelf, count(*) filter (where i.state = 'available')::int as available,
      count(*) filter (where i.state <> 'on-order')::int as items
    from item i join branch b on b.id = i.at_branch_id
    where i.title_id = ${id} and i.state not in ('withdrawn', 'lost', 'missing')
    group by b.name, i.shelf order by b.name, i.shelf nulls last`)
}

async function titleHtml(
  ctx: Context,
  request: FastifyRequest,
  title: TitleRow,
  sections: readonly SafeHtml[],
): Promise<SafeHtml> {
  const { language } = request
  const [shelves, editions] = await Promise.all([shelvesOf(ctx, title.id), editionsOf(ctx, title.id)])
  return html`<div class="title-head">
${cover(title)}
<div>
${title.subtitle === null ? '' : html`<p class="font-lead">${title.subtitle}</p>`}
${title.author === null ? '' : html`<p>${searchLink(request, ctx.agency, `forfatter:"${spokenName(title.author)}"`, spokenName(title.author))}</p>`}
<p class="hit-kind">${[materialName(title.material, language), title.year].filter(Boolean).join(' · ')}</p>
<p class="hit-where">${availabilityText(shelves, language)}</p>
</div>
</div>
${[...sections]}
<h2>${texts.availability[language]}</h2>
${table(
  {
    caption: texts.items[language],
    hasHeading: true,
    head: [texts.branch[language], texts.state[language]],
    rows: shelves.map(({ name, shelf, available, items }) => [
      html`${name}${shelf === null ? '' : html`<br><span class="shelf">${texts.onShelf(shelf)[language]}</span>`}`,
      items === 0
        ? texts.ordered[language]
        : texts.inOf(numberText(available, language), numberText(items, language))[language],
    ]),
    rowHeaders: true,
    empty: texts.noneAnywhere[language],
  },
  language,
)}
<h2>${texts.about[language]}</h2>
${definitionList(facts(request, ctx.agency, title))}
${
  editions.length === 0
    ? ''
    : html`<h2>${texts.editions[language]}</h2>
<ul>${editions.map(
        (each) => html`<li><a href="${href(request, titlePath(ctx.agency, each.id))}">${each.title}</a>
${[materialName(each.material, language), each.language && languageName(each.language, language), each.year, each.edition].filter(Boolean).join(' · ')}</li>`,
      )}</ul>`
}`
}

function facts(request: FastifyRequest, agency: string, title: TitleRow): { term: string; value: SafeHtml | string }[] {
  const { language } = request
  const linked = (values: readonly string[], field: string, shown = (value: string) => value) =>
    html`${values.map((value, index) => html`${index > 0 ? ', ' : ''}${searchLink(request, agency, `${field}:"${shown(value)}"`, shown(value))}`)}`
  const all: [string, SafeHtml | string | null][] = [
    [
      texts.contributors[language],
      title.contributors.length > 0 ? linked(title.contributors, 'forfatter', spokenName) : null,
    ],
    [
      texts.series[language],
      title.series === null ? null : html`${linked([title.series], 'serie')} ${title.volume ?? ''}`,
    ],
    [texts.subjects[language], title.subjects.length > 0 ? linked(title.subjects, 'emne') : null],
    [texts.edition[language], title.edition],
    [texts.publisher[language], title.publisher],
    [texts.year[language], title.year === null ? null : String(title.year)],
    [texts.language[language], title.language === null ? null : languageName(title.language, language)],
    [texts.pagesCount[language], title.pages],
    [texts.isbn[language], title.isbn.join(', ') || null],
    [texts.dk5[language], title.dk5],
    [texts.record[language], title.record_id],
  ]
  return all.flatMap(([term, value]) => (value === null ? [] : [{ term, value }]))
}

function searchLink(request: FastifyRequest, agency: string, text: string, shown: string): SafeHtml {
  const plain: Asked = { text, facets: {}, sort: 'relevance', page: 1, hadCpr: false }
  return html`<a href="${searchHref(request, agency, plain)}">${shown}</a>`
}
