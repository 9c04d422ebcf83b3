import type { FastifyInstance, FastifyReply } from 'fastify'
import { listBranches } from '#agencies'
import type { Language, TitleId } from '#core'
import {
  alert,
  checkbox,
  definitionList,
  form,
  hidden,
  html,
  instantText,
  numberText,
  redirectWithMessage,
  type SafeHtml,
  submitButton,
  table,
} from '#web'
import { changesOf } from './changes.ts'
import {
  buttonLink,
  type CatalogueNeeds,
  cataloguePage,
  catalogueRoutes,
  changesTable,
  fields,
  link,
  type Meeting,
  mayKeep,
  pathOf,
  REFUSED,
  stateTag,
} from './desk-parts.ts'
import { itemsOfTitle, readTitleRow, waitingForTitle } from './desk-queries.ts'
import { withdrawTitleText } from './desk-refusal-texts.ts'
import { audienceTexts, texts, titleFields } from './desk-texts.ts'
import { bringTitleBack, withdrawTitle } from './edit-title.ts'
import { languageName, materialName } from './pages-texts.ts'
import type { ItemRow, TitleRow } from './tables.ts'
import { TITLE_FIELDS, type TitleField } from './title-rules.ts'

/** A title with all its items, and the way to withdraw it. */
export function registerTitleDesk(app: FastifyInstance, needs: CatalogueNeeds): void {
  const routes = catalogueRoutes(app, needs.site)

  routes.see('/titles/:id', async (meeting) => {
    const title = await readTitleRow(meeting.ctx, meeting.request.params.id)
    return title ? titlePage(meeting, needs, title) : gone(meeting)
  })

  routes.change('/titles/:id/withdrawal', async (meeting) => {
    const { request, reply, ctx } = meeting
    const { tell } = fields.parse(request.body ?? {})
    const id = request.params.id as TitleId
    const done = await withdrawTitle(ctx, id, { evenIfAwaited: tell === 'yes' })
    if (done.ok) return redirectWithMessage(reply, request, pathOf(request, `/titles/${id}`), texts.titleWithdrawn)
    const title = await readTitleRow(ctx, id)
    if (!title) return gone(meeting)
    return titlePage(meeting, needs, title, withdrawTitleText(done.refusal)[request.language])
  })

  routes.change('/titles/:id/return', async (meeting) => {
    const { request, reply, ctx } = meeting
    const back = await bringTitleBack(ctx, request.params.id as TitleId)
    if (!back.ok) return gone(meeting)
    return redirectWithMessage(reply, request, pathOf(request, `/titles/${request.params.id}`), texts.titleBack)
  })
}

function gone({ reply }: Meeting): FastifyReply {
  reply.callNotFound()
  return reply
}

async function titlePage(
  meeting: Meeting,
  needs: CatalogueNeeds,
  title: TitleRow,
  refused?: string,
): Promise<FastifyReply> {
  const { request, reply, ctx } = meeting
  const { language } = request
  const keeps = mayKeep(needs.site, request)
  const items = await itemsOfTitle(ctx, title.id)
  const waiting = await waitingForTitle(ctx, title.id)
  const changes = await changesOf(ctx, { title: title.id })
  const own = title.source === ctx.agency
  return cataloguePage(request, reply, {
    title: title.title,
    status: refused ? REFUSED : 200,
    body: html`${refused ? alert({ kind: 'error', heading: texts.notDone[language], body: refused }) : ''}
${title.withdrawn_at ? withdrawnAlert(title.withdrawn_at, language) : ''}
<p class="font-lead">${[title.author, title.year, materialName(title.material, language)].filter(Boolean).join(' · ')}</p>
${waiting > 0 ? html`<p>${texts.waiting(numberText(waiting, language), waiting === 1)[language]}</p>` : ''}
${await itemsTable(meeting, needs, items)}
<div class="form-buttons">
${keeps && !title.withdrawn_at ? buttonLink(request, `/titles/${title.id}/items/new`, texts.addItem[language]) : ''}
${items.length > 0 ? buttonLink(request, `/labels?title=${title.id}`, texts.labelsOfTitle[language]) : ''}
</div>
<h2>${texts.aboutTitle[language]}</h2>
${definitionList([
  ...shownFields(title, language),
  { term: texts.source[language], value: own ? texts.fromHere[language] : title.source },
  { term: texts.recordId[language], value: title.record_id },
])}
${own ? '' : html`<p>${texts.fromOutside[language]}</p>`}
${keeps ? html`<div class="form-buttons">${buttonLink(request, `/titles/${title.id}/edit`, texts.editTitle[language])}</div>` : ''}
${await changesTable(meeting, changes, needs)}
${keeps ? endForm(meeting, title, waiting) : ''}`,
  })
}

function withdrawnAlert(at: Temporal.Instant, language: Language): SafeHtml {
  return alert({ kind: 'warning', heading: texts.titleIsWithdrawn(instantText(at, language))[language] })
}

function shownFields(title: TitleRow, language: Language): { readonly term: string; readonly value: string }[] {
  return TITLE_FIELDS.flatMap((name) => {
    const value = shownValue(title, name, language)
    return value === '' ? [] : [{ term: titleFields[name].label[language], value }]
  })
}

function shownValue(title: TitleRow, name: TitleField, language: Language): string {
  switch (name) {
    case 'material':
      return materialName(title.material, language)
    case 'audience':
      return audienceTexts[title.audience][language]
    case 'language':
      return title.language === null ? '' : languageName(title.language, language)
    default: {
      const value = title[name]
      return Array.isArray(value) ? value.join('; ') : String(value ?? '')
    }
  }
}

async function itemsTable(
  { request, ctx }: Meeting,
  needs: CatalogueNeeds,
  items: readonly ItemRow[],
): Promise<SafeHtml> {
  const { language } = request
  const branches = new Map((await listBranches(ctx)).map(({ id, name }) => [id, name]))
  const groups = new Map((await needs.materialGroups(ctx)).map(({ code, name }) => [code, name[language]]))
  const where = ({ branch_id, at_branch_id, state }: ItemRow) => {
    const home = branches.get(branch_id) ?? ''
    const isAway = at_branch_id !== branch_id && state !== 'withdrawn'
    return isAway ? html`${home}<br>${texts.isAt[language]}: ${branches.get(at_branch_id) ?? ''}` : home
  }
  const hasIssues = items.some(({ issue }) => issue !== '')
  return table(
    {
      caption: texts.items[language],
      head: [
        texts.barcode[language],
        texts.state[language],
        texts.branch[language],
        texts.shelf[language],
        texts.group[language],
        ...(hasIssues ? [titleIssue[language]] : []),
        texts.note[language],
      ],
      rows: items.map((item) => [
        link(request, `/items/${item.id}`, item.barcode),
        stateTag(item.state, language),
        where(item),
        item.shelf ?? '',
        groups.get(item.material_group) ?? item.material_group,
        ...(hasIssues ? [[item.volume_year, item.issue].filter(Boolean).join(' / ')] : []),
        item.note,
      ]),
      rowHeaders: true,
      empty: texts.noItems[language],
    },
    language,
  )
}

const titleIssue = { da: 'Årgang og hæfte', en: 'Volume and issue' } as const

function endForm({ request, reply }: Meeting, title: TitleRow, waiting: number): SafeHtml {
  const { language } = request
  if (title.withdrawn_at) {
    return form(request, reply, {
      action: pathOf(request, `/titles/${title.id}/return`),
      body: hidden('version', String(title.version)),
      submit: texts.bringTitleBack[language],
    })
  }
  return html`<h2>${texts.withdrawTitle[language]}</h2>
<p>${texts.withdrawTitleLead[language]}</p>
${form(request, reply, {
  action: pathOf(request, `/titles/${title.id}/withdrawal`),
  body:
    waiting > 0
      ? checkbox({ name: 'tell', label: texts.tellWaiting(numberText(waiting, language), waiting === 1)[language] })
      : html``,
  submit: submitButton(texts.withdrawTitleAsk[language], 'warning'),
})}`
}
