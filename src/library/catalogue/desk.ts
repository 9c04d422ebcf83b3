import type { FastifyInstance, FastifyReply } from 'fastify'
import { holdsCpr } from '#patrons'
import {
  form,
  href,
  html,
  numberText,
  redirectWithMessage,
  renderPage,
  type SafeHtml,
  table,
  tag,
  textField,
} from '#web'
import { registerImportsDesk } from './desk-imports.ts'
import { texts as importTexts } from './desk-imports-texts.ts'
import { registerItemDesk } from './desk-item.ts'
import { registerItemForms } from './desk-item-form.ts'
import { registerLabelsDesk } from './desk-labels.ts'
import { texts as labelTexts } from './desk-labels-texts.ts'
import { registerMoveDesk } from './desk-move.ts'
import {
  buttonLink,
  type CatalogueNeeds,
  catalogueRoutes,
  link,
  type Meeting,
  mayKeep,
  pathOf,
  type Request,
} from './desk-parts.ts'
import { itemByBarcode, type ListedTitle, lastChangedTitles } from './desk-queries.ts'
import { type FoundTitles, findForStaff } from './desk-search.ts'
import { texts } from './desk-texts.ts'
import { registerTitleDesk } from './desk-title.ts'
import { registerTitleForms } from './desk-title-form.ts'
import { materialName } from './pages-texts.ts'

const MOST_NEWEST = 10
const LONGEST_SEARCH = 200

/** The catalogue as staff keep it: found by a scan or by words, looked at, and changed by those who keep it. */
export function registerCatalogueDesk(app: FastifyInstance, needs: CatalogueNeeds): void {
  const { site } = needs
  catalogueRoutes(app, site).see('', async (meeting) => {
    const { request, reply, ctx } = meeting
    const { q } = request.query as { q?: unknown }
    const asked = typeof q === 'string' ? q.slice(0, LONGEST_SEARCH).trim() : ''
    const item = asked === '' ? undefined : await itemByBarcode(ctx, asked)
    if (item) return reply.redirect(href(request, pathOf(request, `/items/${item.id}`)), 303)
    const found = asked === '' ? undefined : await findForStaff(ctx, asked)
    // A card that was scanned into the wrong field is not shown again. An ISBN may look like one, and is found.
    if (found?.total === 0 && holdsCpr(asked)) return redirectWithMessage(reply, request, pathOf(request), texts.isCard)
    return searchPage(meeting, { asked, found, keeps: mayKeep(site, request) })
  })
  registerTitleForms(app, needs)
  registerTitleDesk(app, needs)
  registerItemForms(app, needs)
  registerItemDesk(app, needs)
  registerMoveDesk(app, needs)
  registerLabelsDesk(app, needs)
  registerImportsDesk(app, needs)
}

async function searchPage(
  { request, reply, ctx }: Meeting,
  { asked, found, keeps }: { readonly asked: string; readonly found: FoundTitles | undefined; readonly keeps: boolean },
): Promise<FastifyReply> {
  const { language } = request
  const listed = found ?? { titles: await lastChangedTitles(ctx, MOST_NEWEST), total: 0 }
  const more =
    found && found.total > found.titles.length
      ? texts.foundMost(numberText(found.titles.length, language), numberText(found.total, language))[language]
      : undefined
  return renderPage(request, reply, {
    title: texts.catalogue[language],
    breadcrumbs: [{ label: texts.catalogue[language] }],
    body: html`${form(request, reply, {
      method: 'get',
      inRow: true,
      action: pathOf(request),
      body: textField({
        name: 'q',
        type: 'search',
        label: texts.searchField[language],
        hint: texts.searchHint[language],
        value: asked,
        verbatim: true,
        autocomplete: 'off',
        maxLength: LONGEST_SEARCH,
      }),
      submit: texts.search[language],
    })}
${links(request, keeps)}
${found?.instead ? html`<p>${texts.instead(found.instead)[language]}</p>` : ''}
${more ? html`<p>${more}</p>` : ''}
${titlesTable(request, listed.titles, found !== undefined)}`,
  })
}

function links(request: Request, keeps: boolean): SafeHtml {
  const { language } = request
  return html`<div class="form-buttons">
${keeps ? buttonLink(request, '/titles/new', texts.addTitle[language]) : ''}
${keeps ? buttonLink(request, '/move', texts.move[language]) : ''}
${keeps ? buttonLink(request, '/imports', importTexts.imports[language]) : ''}
${buttonLink(request, '/labels', labelTexts.labels[language])}
</div>
${keeps ? '' : html`<p>${texts.onlyLook[language]}</p>`}`
}

function titlesTable(request: Request, titles: readonly ListedTitle[], isSearch: boolean): SafeHtml {
  const { language } = request
  const { title, author, year, material, inNow } = texts
  return table(
    {
      caption: (isSearch ? texts.found : texts.newest)[language],
      head: [title, author, year, material, inNow].map((text) => text[language]),
      rows: titles.map((each) => [
        link(request, `/titles/${each.id}`, each.subtitle ? `${each.title}: ${each.subtitle}` : each.title),
        each.author ?? '',
        each.year === null ? '' : String(each.year),
        materialName(each.material, language),
        each.withdrawn_at
          ? tag(texts.isWithdrawn[language])
          : each.items === 0
            ? texts.noneIn[language]
            : texts.inOf(numberText(each.available, language), numberText(each.items, language))[language],
      ]),
      rowHeaders: true,
      empty: (isSearch ? texts.nothing : texts.noTitles)[language],
    },
    language,
  )
}
