import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { dayOf, type Language, type PatronId, unreachable } from '#core'
import { accessesOf, exportPerson, type NameOf, type PersonExport, type Register } from '#privacy'
import type { Context } from '#vault'
import {
  alert,
  dateText,
  href,
  html,
  instantText,
  type PatronActor,
  renderPage,
  type SafeHtml,
  type Site,
  table,
} from '#web'
import { blockText } from './block-texts.ts'
import { bansOf, blocksOf } from './blocks.ts'
import { isCopyForm, sendCopy } from './copy.ts'
import type { AgencyRoute } from './enrol-pages.ts'
import { childrenOf } from './guardians.ts'
import { type Inactivity, inactivityOf } from './inactive.ts'
import { dataShown } from './my-data-shown.ts'
import { notesOf } from './notes.ts'
import { myTexts as texts } from './pages-texts.ts'
import { texts as requestTexts } from './requests-texts.ts'

/** What the patrons' own pages need from rooms above this one. */
export interface MyDataNeeds {
  readonly register: Register
  /** Tells titles, items and branches by name. */
  readonly namesIn: (ctx: Context) => NameOf
  /** How much somebody has on loan now. */
  readonly loansOf: (ctx: Context, patron: PatronId) => Promise<{ readonly loans: number }>
}

export type MySection = (
  ctx: Context,
  patron: PatronActor,
  at: { readonly request: FastifyRequest; readonly reply: FastifyReply },
) => Promise<SafeHtml>

interface CopyRoute {
  Params: { agency: string; format: string }
}

const SHOWN_LOOKS = 10
const FORMS = ['html', 'pdf', 'json'] as const

/** What the library holds about the patron who is signed in, and their copy of it. */
export function registerMyData(app: FastifyInstance, site: Site, needs: MyDataNeeds): void {
  app.get<AgencyRoute>('/:agency/me/data', async (request, reply) => {
    const patron = site.requirePatron(request, reply)
    if (!patron) return reply
    const { language } = request
    const data = await dataOf(request, patron)
    if (!data) return gone(reply)
    return renderPage(request, reply, {
      title: texts.data[language],
      breadcrumbs: myTrail(request, texts.data[language]),
      body: html`<p class="font-lead">${texts.dataLead[language]}</p>
<p><a href="${href(request, `/${request.params.agency}/me/rights`)}">${requestTexts.toRights[language]}</a></p>
<h2>${texts.copy[language]}</h2>
${copyLinks(request, request.params.agency, true)}
<p>${texts.hidden[language]}</p>
${dataShown(needs.register, data)}
${data.nothing.length > 0 ? html`<p><strong>${texts.nothing[language]}:</strong> ${data.nothing.map((name) => name.toLocaleLowerCase('da')).join(', ')}.</p>` : ''}`,
    })
  })

  app.get<CopyRoute>('/:agency/me/copy/:format', async (request, reply) => {
    const patron = site.requirePatron(request, reply)
    if (!patron) return reply
    const { format } = request.params
    const data = isCopyForm(format) ? await dataOf(request, patron) : undefined
    return data && isCopyForm(format) ? sendCopy(request, reply, data, format) : gone(reply)
  })

  /** As the patron also where staff are signed in on the same browser, so that it is nobody's look but their own. */
  function asPatron(request: FastifyRequest, patron: PatronActor): Context {
    return { ...site.context(request), actor: { kind: 'patron', id: patron.id } }
  }

  function dataOf(request: FastifyRequest, patron: PatronActor): Promise<PersonExport | undefined> {
    const ctx = asPatron(request, patron)
    return exportPerson(ctx, needs.register, patron.id, request.language, needs.namesIn(ctx))
  }
}

/** What "My page" shows: the children, the account's end, and who has looked. */
export function mySections(needs: MyDataNeeds): readonly MySection[] {
  return [(ctx, patron, at) => childrenPart(needs, ctx, patron, at), accountPart, looksPart]

  async function accountPart(ctx: Context, patron: PatronActor, { request }: Parameters<MySection>[2]) {
    const { language } = request
    const inactivity = await inactivityOf(ctx, needs.register, patron.id)
    return html`<h2>${texts.data[language]}</h2>
<p><a href="${href(request, `/${ctx.agency}/me/data`)}">${texts.toData[language]}</a></p>
${copyLinks(request, ctx.agency)}
<h2>${texts.account[language]}</h2>
${inactivity ? inactivityShown(inactivity, language) : ''}`
  }
}

/** What keeps somebody from borrowing or from coming in, and what staff have written to them. */
export const myWarnings: MySection = async (ctx, patron, { request }) => {
  const { language } = request
  const today = dayOf(ctx.clock.now())
  const until = (day: Temporal.PlainDate | null) => (day ? ` ${texts.until(dateText(day, language))[language]}` : '')
  const blocks = (await blocksOf(ctx, patron.id)).map((block) => {
    const heading = block.stands ? texts.blocked : texts.blockComing(dateText(block.since_on, language))
    const more = block.code === 'self-enrolled' ? ` ${texts.seeStaff[language]}` : ''
    return alert({
      kind: 'warning',
      heading: heading[language],
      body: html`<p>${blockText(block.code)[language]}${more}${until(block.until_on)}</p>
${block.message ? html`<p>${block.message}</p>` : ''}`,
    })
  })
  const bans = (await bansOf(ctx, patron.id))
    .filter(({ until_on }) => until_on === null || Temporal.PlainDate.compare(today, until_on) < 0)
    .map((ban) =>
      alert({
        kind: 'warning',
        heading: texts.banned[language],
        body: html`<p>${texts.banFrom(dateText(ban.from_on, language))[language]}${until(ban.until_on)}</p>
${ban.message ? html`<p>${ban.message}</p>` : ''}`,
      }),
    )
  const notes = (await notesOf(ctx, patron.id, 'patron')).map(({ text }) => html`<li>${text}</li>`)
  if (blocks.length + bans.length + notes.length === 0) return html``
  return html`<h2>${texts.messages[language]}</h2>
${blocks}${bans}
${notes.length > 0 ? html`<ul>${notes}</ul>` : ''}`
}

async function childrenPart(
  needs: MyDataNeeds,
  ctx: Context,
  patron: PatronActor,
  { request }: Parameters<MySection>[2],
): Promise<SafeHtml> {
  const { language } = request
  const children = await childrenOf(ctx, patron.id, dayOf(ctx.clock.now()))
  if (children.length === 0) return html``
  const rows: SafeHtml[] = []
  for (const { id, name } of children) {
    const { loans } = await needs.loansOf(ctx, id)
    const address = href(request, `/${ctx.agency}/me/children/${id}`)
    rows.push(html`<li><a href="${address}">${name}</a>: ${texts.childLoans(loans)[language]}</li>`)
  }
  return html`<h2>${texts.children[language]}</h2>
<ul>${rows}</ul>`
}

const looksPart: MySection = async (ctx, patron, { request }) => {
  const { language } = request
  const looks = await accessesOf(ctx, patron.id)
  return html`<h2>${texts.looks[language]}</h2>
<p>${texts.looksLead[language]}</p>
${table(
  {
    caption: texts.looks[language],
    head: [texts.when[language], texts.what[language], texts.why[language]],
    rows: looks
      .slice(0, SHOWN_LOOKS)
      .map(({ seen_at, what, why }) => [instantText(seen_at, language), what, why || texts.noWhy[language]]),
    empty: `${texts.noLooks[language]}.`,
  },
  language,
)}
${looks.length > SHOWN_LOOKS ? html`<p>${texts.moreLooks(SHOWN_LOOKS)[language]}</p>` : ''}`
}

function inactivityShown(inactivity: Inactivity, language: Language): SafeHtml {
  switch (inactivity.kind) {
    case 'ends': {
      const { on, warned_at } = inactivity
      const warned = warned_at ? ` ${texts.warned(dateText(dayOf(warned_at), language))[language]}` : ''
      return html`<p>${texts.ends(dateText(on, language))[language]}${warned}</p>`
    }
    case 'kept':
      return html`<p>${texts.kept[language]}</p>
<ul>${inactivity.because.map(({ because }) => html`<li>${because[language]}</li>`)}</ul>`
    case 'never':
      return html`<p>${texts.never[language]}</p>`
    default:
      return unreachable(inactivity)
  }
}

function copyLinks(request: FastifyRequest, agency: string, hasHeading = false): SafeHtml {
  const named = hasHeading ? '' : `${texts.copy[request.language]}: `
  return html`<ul>${FORMS.map(
    (form) =>
      html`<li><a href="${href(request, `/${agency}/me/copy/${form}`)}">${named}${texts.copies[form][request.language]}</a></li>`,
  )}</ul>`
}

function myTrail(request: FastifyRequest<AgencyRoute>, label: string) {
  return [{ label: texts.me[request.language], href: `/${request.params.agency}/me` }, { label }]
}

function gone(reply: FastifyReply): FastifyReply {
  reply.callNotFound()
  return reply
}
