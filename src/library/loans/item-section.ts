import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { CATALOGUE_PATH, type ItemSection } from '#catalogue'
import { dayOf, type ItemId, isId, type PatronId } from '#core'
import { sql } from '#db'
import { logAccess } from '#privacy'
import type { Context } from '#vault'
import { dateText, errorSummary, form, href, html, renderPage, type SafeHtml, type Site, selectField } from '#web'
import { LOOKED, REASONS, texts } from './item-section-texts.ts'

type Reason = keyof typeof REASONS
interface ItemRoute {
  Params: { agency: string; id: string }
}
type Request = FastifyRequest<ItemRoute>

interface LastLoan {
  readonly patron_id: PatronId
  readonly number: string
  readonly language: 'da' | 'en'
  readonly due_on: Temporal.PlainDate
  readonly returned_at: Temporal.Instant | null
}

/** The newest loan of an item that the library still remembers. */
function lastLoanOf(ctx: Context, item: ItemId): Promise<LastLoan | undefined> {
  return ctx.db.maybe(sql<LastLoan>`
    select l.patron_id, p.number, p.language, l.due_on, l.returned_at from loan l join patron p on p.id = l.patron_id
    where l.item_id = ${item} order by l.lent_at desc, l.id desc limit 1`)
}

/** On the page of an item: until when it is lent, and the way to ask who has it. Nobody is named before that. */
export const itemLoanSection: ItemSection = async (ctx, request, reply, item) => {
  const loan = await lastLoanOf(ctx, item)
  if (!loan) return html``
  const { language } = request
  return html`<h2>${texts.heading[language]}</h2>
<p>${said(ctx, loan)[language]}</p>
${mayAsk(ctx) ? askForm(request, reply, item) : ''}`
}

function said(ctx: Context, { due_on, returned_at }: LastLoan) {
  const inBoth = (day: Temporal.PlainDate) => ({ da: dateText(day, 'da'), en: dateText(day, 'en') })
  const [day, say] = returned_at
    ? [inBoth(dayOf(returned_at)), texts.returned]
    : Temporal.PlainDate.compare(due_on, dayOf(ctx.clock.now())) < 0
      ? [inBoth(due_on), texts.overdue]
      : [inBoth(due_on), texts.onLoan]
  return { da: say(day.da).da, en: say(day.en).en }
}

function mayAsk({ actor }: Context): boolean {
  return actor.kind === 'staff' && actor.roles.includes('desk')
}

function pathOf(request: FastifyRequest, item: string, path = ''): string {
  const { agency } = request.params as ItemRoute['Params']
  return `/${agency}${CATALOGUE_PATH}/items/${item}${path}`
}

function askForm(request: FastifyRequest, reply: FastifyReply, item: ItemId, error?: string): SafeHtml {
  const { language } = request
  return form(request, reply, {
    action: pathOf(request, item, '/borrower'),
    body: selectField({
      name: 'why',
      label: texts.ask[language],
      hint: texts.askHint[language],
      error,
      options: [
        { value: '', label: texts.choose[language] },
        ...Object.entries(REASONS).map(([value, text]) => ({ value, label: text[language] })),
      ],
    }),
    submit: texts.show[language],
  })
}

const asked = z.object({ why: z.string().catch('') })

/** Answers who has an item, or had it last, to staff who say why; the look is in the access log before it is shown. */
export function registerItemLoanDesk(app: FastifyInstance, site: Site): void {
  app.post<ItemRoute>(`/:agency${CATALOGUE_PATH}/items/:id/borrower`, async (request, reply) => {
    if (!site.requireStaff(request, reply, 'desk')) return reply
    const { id } = request.params
    if (!isId(id)) return reply.callNotFound()
    const ctx = site.context(request)
    const { why } = asked.parse(request.body ?? {})
    const { language } = request
    const reason = Object.hasOwn(REASONS, why) ? REASONS[why as Reason] : undefined
    const item = id as ItemId
    if (!reason) {
      const errors = { why: texts.askMissing[language] }
      const body = html`${errorSummary(errors, language)}${askForm(request, reply, item, errors.why)}`
      return answer(request, reply, { title: texts.whoHas[language], status: 422, body })
    }
    const loan = await lastLoanOf(ctx, item)
    if (!loan)
      return answer(request, reply, { title: texts.whoHad[language], body: html`<p>${texts.nobody[language]}</p>` })
    const noted = await logAccess(ctx, loan.patron_id, LOOKED[loan.language], reason[loan.language])
    if (!noted.ok) return reply.callNotFound()
    const address = href(request, `/${request.params.agency}/staff/desk/patrons/${loan.patron_id}`)
    return answer(request, reply, {
      title: (loan.returned_at ? texts.whoHad : texts.whoHas)[language],
      body: html`<p class="font-lead">${texts.patron(loan.number)[language]}</p>
<p>${said(ctx, loan)[language]}</p>
<p><a class="button button-primary" href="${address}">${texts.open[language]}</a></p>`,
    })
  })
}

function answer(
  request: Request,
  reply: FastifyReply,
  page: { readonly title: string; readonly status?: number; readonly body: SafeHtml },
): FastifyReply {
  const back = href(request, pathOf(request, request.params.id))
  return renderPage(request, reply, {
    ...page,
    body: html`${page.body}<p><a href="${back}">${texts.back[request.language]}</a></p>`,
  })
}
