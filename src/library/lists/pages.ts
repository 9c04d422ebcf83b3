import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { findTitle, materialName, spokenName, type TitleRow, type TitleSection, titlePath } from '#catalogue'
import { isId, type Result, type TitleId } from '#core'
import type { Context } from '#vault'
import {
  entries,
  errorSummary,
  form,
  hidden,
  href,
  html,
  type PatronActor,
  redirectWithMessage,
  renderPage,
  type SafeHtml,
  type Site,
  selectField,
  submitButton,
  textField,
  ways,
} from '#web'
import { deleteList, type ListRefusal, makeList, putOnList, takeOffList } from './change.ts'
import { type ListedList, listsOf, listsWith, titlesOn } from './queries.ts'
import type { ListId } from './tables.ts'
import { listText, texts } from './texts.ts'

interface AgencyRoute {
  Params: { agency: string }
}
interface IdRoute {
  Params: { agency: string; id: string }
}
interface Mine {
  readonly ctx: Context
  readonly patron: PatronActor
}

const FAULTY = 422
const LONGEST_NAME = 100
const line = z.string().max(LONGEST_NAME).catch('')
const nameField = z.object({ name: line })
const titleField = z.object({ title: line })
const rememberFields = z.object({ list: line, name: line })

/** A patron's own lists of titles: making them, putting titles on them, and taking all of it away. */
export function registerListPages(app: FastifyInstance, site: Site): void {
  app.get<AgencyRoute>('/:agency/me/lists', async (request, reply) => {
    const mine = who(request, reply)
    return mine ? listsPage(request, reply, mine) : reply
  })

  app.post<AgencyRoute>('/:agency/me/lists', async (request, reply) => {
    const mine = who(request, reply)
    if (!mine) return reply
    const { name } = nameField.parse(request.body ?? {})
    const made = await makeList(mine.ctx, mine.patron.id, name)
    if (!made.ok) return listsPage(request, reply, mine, { name, error: listText(made.refusal)[request.language] })
    return redirectWithMessage(reply, request, `/${mine.ctx.agency}/me/lists/${made.value}`, texts.made)
  })

  app.get<IdRoute>('/:agency/me/lists/:id', async (request, reply) => {
    const mine = who(request, reply)
    if (!mine) return reply
    const list = (await listsOf(mine.ctx, mine.patron.id)).find(({ id }) => id === request.params.id)
    if (list) return listPage(request, reply, mine, list)
    reply.callNotFound()
    return reply
  })

  app.post<IdRoute>('/:agency/me/lists/:id/remove', async (request, reply) => {
    const mine = who(request, reply)
    if (!mine) return reply
    const { id } = request.params
    const { title } = titleField.parse(request.body ?? {})
    await takeOffList(mine.ctx, mine.patron.id, { list: id, title })
    const back = isId(id) ? `/${mine.ctx.agency}/me/lists/${id}` : `/${mine.ctx.agency}/me/lists`
    return redirectWithMessage(reply, request, back, texts.takenOff)
  })

  app.post<IdRoute>('/:agency/me/lists/:id/delete', async (request, reply) => {
    const mine = who(request, reply)
    if (!mine) return reply
    await deleteList(mine.ctx, mine.patron.id, request.params.id)
    return redirectWithMessage(reply, request, `/${mine.ctx.agency}/me/lists`, texts.deleted)
  })

  app.get<IdRoute>('/:agency/titles/:id/remember', async (request, reply) => {
    const mine = who(request, reply)
    if (!mine) return reply
    const title = await titleOf(mine.ctx, request.params.id)
    if (title) return rememberPage(request, reply, mine, title, {})
    reply.callNotFound()
    return reply
  })

  app.post<IdRoute>('/:agency/titles/:id/remember', async (request, reply) => {
    const mine = who(request, reply)
    if (!mine) return reply
    const title = await titleOf(mine.ctx, request.params.id)
    if (!title) {
      reply.callNotFound()
      return reply
    }
    const typed = rememberFields.parse(request.body ?? {})
    const put = await remember(mine, title, typed, texts.remembered[request.language])
    if (put.ok) return redirectWithMessage(reply, request, titlePath(mine.ctx.agency, title.id), texts.put)
    const error = listText(put.refusal)[request.language]
    return rememberPage(request, reply, mine, title, { name: typed.name, error })
  })

  /** As the patron also where staff are signed in on the same browser. */
  function who(request: FastifyRequest, reply: FastifyReply): Mine | undefined {
    const patron = site.requirePatron(request, reply)
    return patron && { ctx: { ...site.context(request), actor: { kind: 'patron', id: patron.id } }, patron }
  }
}

/** What the page of a title says of lists: which it is on, and the way onto one. */
export function listSection(site: Site): TitleSection {
  return async (ctx, title, { request }) => {
    const { language } = request
    const patron = site.patron(request)
    const on = patron ? await listsWith(ctx, patron.id, title.id) : []
    const stands = on.map(
      ({ id, name }) => html` <a href="${href(request, `/${ctx.agency}/me/lists/${id}`)}">${name}</a>`,
    )
    const address = href(request, `${titlePath(ctx.agency, title.id)}/remember`)
    return html`<p><a class="button button-secondary" href="${address}">${texts.remember[language]}</a>
${on.length === 0 ? '' : html`<span class="quiet">${texts.standsOn[language]}:</span>${stands}`}</p>`
  }
}

/** On the list that was chosen; on a new one where a name was written; else on the one everybody begins with. */
async function remember(
  { ctx, patron }: Mine,
  title: TitleRow,
  typed: z.infer<typeof rememberFields>,
  usual: string,
): Promise<Result<true, ListRefusal>> {
  const isChosen = typed.name.trim() === '' && typed.list !== ''
  const name = typed.name.trim() === '' ? usual : typed.name
  const list: Result<ListId, ListRefusal> = isChosen
    ? { ok: true, value: typed.list as ListId }
    : await makeList(ctx, patron.id, name)
  return list.ok ? putOnList(ctx, patron.id, { list: list.value, title: title.id }) : list
}

async function titleOf(ctx: Context, id: string): Promise<TitleRow | undefined> {
  return isId(id) ? findTitle(ctx, id as TitleId) : undefined
}

async function listsPage(
  request: FastifyRequest<AgencyRoute>,
  reply: FastifyReply,
  { ctx, patron }: Mine,
  wrong?: { readonly name: string; readonly error: string },
): Promise<FastifyReply> {
  const { language } = request
  const lists = await listsOf(ctx, patron.id)
  const path = `/${ctx.agency}/me/lists`
  return renderPage(request, reply, {
    ...(wrong ? { status: FAULTY } : {}),
    title: texts.lists[language],
    breadcrumbs: [{ label: texts.me[language], href: `/${ctx.agency}/me` }, { label: texts.lists[language] }],
    body: html`${errorSummary({ name: wrong?.error }, language)}
<p>${texts.lead[language]}</p>
${
  lists.length === 0
    ? html`<p>${texts.none[language]}</p>`
    : ways(
        request,
        lists.map(({ id, name, titles }) => ({
          path: `${path}/${id}`,
          label: name,
          text: texts.titles(titles)[language],
        })),
      )
}
<h2>${texts.make[language]}</h2>
${form(request, reply, {
  action: path,
  submit: texts.make[language],
  body: textField({
    name: 'name',
    label: texts.name[language],
    value: wrong?.name ?? '',
    maxLength: LONGEST_NAME,
    autocomplete: 'off',
    required: true,
    error: wrong?.error,
  }),
})}`,
  })
}

async function listPage(
  request: FastifyRequest<IdRoute>,
  reply: FastifyReply,
  { ctx, patron }: Mine,
  { id, name }: ListedList,
): Promise<FastifyReply> {
  const { language } = request
  const titles = await titlesOn(ctx, patron.id, id)
  const path = `/${ctx.agency}/me/lists`
  return renderPage(request, reply, {
    title: name,
    breadcrumbs: [
      { label: texts.me[language], href: `/${ctx.agency}/me` },
      { label: texts.lists[language], href: path },
      { label: name },
    ],
    body: html`${
      titles.length === 0
        ? html`<p>${texts.empty[language]}</p>`
        : entries(
            titles.map(({ id: title, title: called, author, material, year }) => ({
              heading: html`<a href="${href(request, titlePath(ctx.agency, title))}">${called}</a>`,
              lines: [
                [author && spokenName(author), materialName(material, language), year].filter(Boolean).join(' · '),
              ],
              actions: [removeForm(request, reply, `${path}/${id}/remove`, title, called)],
            })),
          )
    }
${ways(request, [{ path: `/${ctx.agency}/search`, label: texts.find[language] }])}
<h2>${texts.deleteHeading[language]}</h2>
<p>${texts.deleteLead[language]}</p>
${form(request, reply, {
  action: `${path}/${id}/delete`,
  body: html``,
  submit: submitButton(texts.delete[language], 'warning'),
})}`,
  })
}

function removeForm(
  request: FastifyRequest,
  reply: FastifyReply,
  action: string,
  title: TitleId,
  called: string,
): SafeHtml {
  const { language } = request
  const name = texts.takeOffNamed(called)[language]
  return form(request, reply, {
    action,
    body: hidden('title', title),
    submit: html`<button type="submit" class="button button-secondary" aria-label="${name}">${texts.takeOff[language]}</button>`,
  })
}

async function rememberPage(
  request: FastifyRequest<IdRoute>,
  reply: FastifyReply,
  { ctx, patron }: Mine,
  title: TitleRow,
  wrong: { readonly name?: string; readonly error?: string },
): Promise<FastifyReply> {
  const { language } = request
  const lists = await listsOf(ctx, patron.id)
  const path = titlePath(ctx.agency, title.id)
  return renderPage(request, reply, {
    ...(wrong.error === undefined ? {} : { status: FAULTY }),
    title: texts.rememberNamed(title.title)[language],
    breadcrumbs: [{ label: title.title, href: path }, { label: texts.remember[language] }],
    body: html`${errorSummary({ list: wrong.error }, language)}
${form(request, reply, {
  action: `${path}/remember`,
  submit: texts.remember[language],
  body: html`${selectField({
    name: 'list',
    label: texts.which[language],
    options:
      lists.length === 0
        ? [{ value: '', label: texts.remembered[language] }]
        : lists.map(({ id, name }) => ({ value: id, label: name })),
    error: wrong.error,
  })}
${textField({
  name: 'name',
  label: texts.newName[language],
  value: wrong.name ?? '',
  maxLength: LONGEST_NAME,
  autocomplete: 'off',
})}`,
})}`,
  })
}
