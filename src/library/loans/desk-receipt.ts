import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { dayOf, isId, type PatronId, startOfDay } from '#core'
import { sql } from '#db'
import { notesOf, onceField, type PatronRow, printButton, readPatron, scanField, waysOfDesk } from '#patrons'
import { logAccess } from '#privacy'
import type { Context } from '#vault'
import { dateText, form, href, html, renderPage, type SafeHtml, type Site } from '#web'
import { deskPath } from './desk-path.ts'
import type { LoanDeskNeeds } from './desk-patron.ts'
import { texts as patronTexts } from './desk-patron-texts.ts'
import { texts } from './desk-texts.ts'

interface PatronRoute {
  Params: { agency: string; id: string }
}

interface LentToday {
  readonly title: string
  readonly due_on: Temporal.PlainDate
}

/**
 * What a patron has borrowed today, on paper, with what is noted for them to take home. It names nobody: a receipt is left
 * in a book. The next card is scanned on the same page.
 */
export function registerReceiptDesk(app: FastifyInstance, site: Site, { inHand }: LoanDeskNeeds): void {
  app.get<PatronRoute>('/:agency/staff/desk/patrons/:id/receipt', async (request, reply) => {
    const staff = site.requireStaff(request, reply, 'desk')
    if (!staff) return reply
    const ctx = site.context(request)
    const { id } = request.params
    const patron = isId(id) ? await readPatron(ctx, id as PatronId) : undefined
    if (!patron) return reply.callNotFound()
    const why = inHand(ctx, staff.id, patron.id) ?? (patron.protected ? undefined : patronTexts.noTask)
    const noted = await logAccess(ctx, patron.id, texts.receiptSeen[patron.language], why?.[patron.language] ?? '')
    if (!noted.ok) return reply.redirect(href(request, deskPath(request, `/patrons/${patron.id}/reason`)), 303)
    const lent = await lentToday(ctx, patron.id)
    if (lent.length === 0) return reply.redirect(href(request, deskPath(request)), 303)
    return receiptPage(site, request, reply, { ctx, patron, lent })
  })
}

function lentToday(ctx: Context, patron: PatronId): Promise<LentToday[]> {
  return ctx.db.all(sql<LentToday>`
    select t.title, l.due_on from loan l join title t on t.id = l.title_id
    where l.patron_id = ${patron} and l.lent_at >= ${startOfDay(dayOf(ctx.clock.now()))} and l.returned_at is null
    order by l.lent_at, l.id`)
}

async function receiptPage(
  site: Site,
  request: FastifyRequest<PatronRoute>,
  reply: FastifyReply,
  { ctx, patron, lent }: { readonly ctx: Context; readonly patron: PatronRow; readonly lent: readonly LentToday[] },
): Promise<FastifyReply> {
  const { language } = request
  const notes = (await notesOf(ctx, patron.id)).filter(({ audience }) => audience === 'patron')
  const isOnPaper = waysOfDesk(ctx, request, reply).receipt === 'print'
  const today = dayOf(ctx.clock.now())
  return renderPage(request, reply, {
    title: texts.receipt[language],
    scripts: ['print.js'],
    breadcrumbs: [
      { label: patronTexts.patron[language], href: deskPath(request, `/patrons/${patron.id}`) },
      { label: texts.receipt[language] },
    ],
    body: html`<div class="receipt" lang="${patron.language}">
<p>${site.agencyTitle(request)}. ${texts.receiptOn(dateText(today, patron.language))[patron.language]}</p>
<ul>${lent.map((loan) => receiptLine(loan, patron))}</ul>
${notes.map(({ text }) => html`<p>${text}</p>`)}
</div>
${printButton(language, isOnPaper ? true : undefined)}
<div class="d-print-none">
${form(request, reply, {
  action: deskPath(request, '/searches'),
  scan: true,
  body: html`${onceField()}${scanField({ name: 'text', label: texts.toDesk[language] })}`,
  submit: texts.find[language],
})}
</div>`,
  })
}

function receiptLine({ title, due_on }: LentToday, { language }: PatronRow): SafeHtml {
  return html`<li>${title}<br>${texts.receiptDue(dateText(due_on, language))[language]}</li>`
}
