import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { logAccess, requireFeature } from '#privacy'
import { alert, form, hidden, html, redirectWithMessage, type SafeHtml, submitButton, textField } from '#web'
import { patronAt } from './desk-counter-frame.ts'
import { COUNTER, type DeskNeeds, type Found, type PatronRequest, patronRoutes } from './desk-frame.ts'
import { inHand } from './desk-hand.ts'
import { TASKS } from './desk-texts.ts'
import { answerFor, type ShownAt, whoAnswers } from './desk-visit.ts'
import { texts } from './desk-ways-texts.ts'
import { findHolder, readPatron } from './queries.ts'

const given = z.object({ primary: z.string().max(200).catch(''), stop: z.string().max(10).catch('') })

/** Somebody else answers for what a patron borrows in this visit: chosen by a card, until it is ended. */
export function registerGroupLoansDesk(
  app: FastifyInstance,
  needs: DeskNeeds,
  again: (request: PatronRequest, at: ShownAt, found: Found, error: string) => Promise<unknown>,
): void {
  patronRoutes(app, needs.site, COUNTER).post('/group', async (request, reply, found) => {
    const { language } = request
    const { staff, patron } = found
    const ctx = needs.site.context(request)
    const { primary, stop } = given.parse(request.body ?? {})
    const back = patronAt(request)
    if (stop !== '') {
      answerFor(ctx, staff.id, patron.id, undefined)
      return redirectWithMessage(reply, request, back, texts.groupStopped)
    }
    const holder = (await requireFeature(ctx, 'group_loan')).ok ? await findHolder(ctx, primary) : undefined
    const fault = !holder ? texts.groupNobody : holder.id === patron.id ? texts.groupSelf : undefined
    const who = holder && !fault ? await readPatron(ctx, holder.id) : undefined
    const why = inHand(ctx, staff.id, patron.id) ?? TASKS.none
    // Whoever is protected is looked up with a reason, and the patron before the desk is one.
    const noted = who && (await logAccess(ctx, who.id, texts.groupSeen[who.language], why[who.language]))
    if (!who || !noted?.ok) {
      await again(request, { request, reply, ctx }, found, (fault ?? texts.groupNobody)[language])
      return reply
    }
    answerFor(ctx, staff.id, patron.id, who)
    return redirectWithMessage(reply, request, back, texts.groupStarted)
  })
}

/** Says who answers for the loans, or lets somebody be chosen, where the library's policy knows group loans. */
export async function groupPart(
  { request, reply, ctx }: ShownAt & { readonly request: PatronRequest },
  { staff, patron }: Found,
  error?: string,
): Promise<SafeHtml> {
  const { language } = request
  if (!(await requireFeature(ctx, 'group_loan')).ok) return html``
  const who = whoAnswers(ctx, staff.id, patron.id)
  const action = patronAt(request, '/group')
  if (who) {
    return alert({
      kind: 'warning',
      heading: texts.groupSign(who.number)[language],
      body: form(request, reply, {
        action,
        body: hidden('stop', 'yes'),
        submit: submitButton(texts.groupStop[language], 'secondary'),
      }),
    })
  }
  return html`<details class="desk-details" ${error ? 'open' : ''}><summary>${texts.groupLoans[language]}</summary>
<p>${texts.groupLead[language]}</p>
${form(request, reply, {
  action,
  body: textField({ name: 'primary', label: texts.groupCard[language], autocomplete: 'off', error }),
  submit: submitButton(texts.groupStart[language], 'secondary'),
})}</details>`
}
