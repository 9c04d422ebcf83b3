import type { FastifyReply, FastifyRequest } from 'fastify'
import { findItem } from '#catalogue'
import { type BranchId, type LoanId, type Result, unreachable } from '#core'
import { sql } from '#db'
import type { ScanItem, Scanned } from '#patrons'
import type { Context } from '#vault'
import { alert, dateText, form, hidden, html, kronerText, type SafeHtml, type Severity, textField } from '#web'
import { type CheckinRefusal, checkin, type Returned } from './checkin.ts'
import { checkout, type Lent } from './checkout.ts'
import { deskPath } from './desk-patron.ts'
import { texts as patronTexts } from './desk-patron-texts.ts'
import { texts } from './desk-texts.ts'
import { branchNames } from './queries.ts'
import { type CheckoutRefusal, mayLendDespite, reasonsOf } from './rules.ts'
import { checkinText, checkoutText } from './texts.ts'

interface At {
  readonly request: FastifyRequest
  readonly reply: FastifyReply
  readonly ctx: Context
  readonly branch: BranchId | undefined
}

/**
 * An item was scanned at the desk: with a patron before one it is lent to them, otherwise it is taken back. Answers
 * nothing when the text is no item's number.
 */
export const scanItem: ScanItem = async (at, text, patron) => {
  if (!(await findItem(at.ctx, text))) return undefined
  return patron ? lend(at, text, patron) : takeBack(at, text)
}

async function lend(at: At, barcode: string, patron: { id: string; number: string }): Promise<Scanned> {
  const { ctx, branch } = at
  const { da } = texts.seenLending
  const lent = await checkout(ctx, { card: patron.number, barcode, branch, look: { what: da, why: da } })
  return { outcome: lent.ok ? 'ok' : 'refused', shown: await lentShown(at, lent, { barcode, patron: patron.id }) }
}

/** What the desk says of a checkout, with the way to undo it or to lend all the same. */
export async function lentShown(
  { request, reply, ctx }: Omit<At, 'branch'>,
  lent: Result<Lent, CheckoutRefusal>,
  { barcode, patron }: { readonly barcode: string; readonly patron: string },
): Promise<SafeHtml> {
  const { language } = request
  if (!lent.ok) {
    const reasons = reasonsOf(lent.refusal)
    return outcome('refused', {
      kind: 'error',
      heading: texts.notLent[language],
      body: html`<p>${patronTexts.itemNumber(barcode)[language]}</p>
<ul>${reasons.map((reason) => html`<li>${checkoutText(reason, language)}</li>`)}</ul>
${mayLendDespite(reasons) ? overrideForm(request, reply, patron, barcode) : ''}`,
    })
  }
  const { loan, due_on, again } = lent.value
  const { title } = await ctx.db.one<{ title: string }>(
    sql`select t.title from loan l join title t on t.id = l.title_id where l.id = ${loan}`,
  )
  return outcome('ok', {
    kind: 'success',
    heading: (again ? texts.lentAlready : texts.lent)[language],
    body: html`<p>${title} – ${patronTexts.dueBack(dateText(due_on, language))[language]}</p>
${again ? '' : undoForm(request, reply, loan, 'lent')}`,
  })
}

function overrideForm(request: FastifyRequest, reply: FastifyReply, patron: string, barcode: string): SafeHtml {
  const { language } = request
  return html`<details><summary>${patronTexts.allTheSame[language]}</summary>
${form(request, reply, {
  action: deskPath(request, `/patrons/${patron}/loans/despite`),
  body: html`${hidden('barcode', barcode)}
${textField({ name: 'reason', label: patronTexts.despiteReason[language], hint: patronTexts.despiteHint[language], autocomplete: 'off', maxLength: 200, required: true })}`,
  submit: patronTexts.lendDespite[language],
})}</details>`
}

async function takeBack(at: At, barcode: string): Promise<Scanned> {
  const returned = await checkin(at.ctx, { barcode, at: at.branch })
  const kind = !returned.ok ? 'refused' : returned.value.route.kind === 'shelf' ? 'ok' : 'attention'
  return { outcome: kind, shown: await returnedShown(at, returned) }
}

/** What the desk says of a checkin: where the item goes now comes first. */
export async function returnedShown(
  { request, reply, ctx }: Omit<At, 'branch'>,
  returned: Result<Returned, CheckinRefusal>,
): Promise<SafeHtml> {
  const { language } = request
  if (!returned.ok) {
    const body = checkinText(returned.refusal, language)
    return outcome('refused', { kind: 'error', heading: texts.notTakenBack[language], body })
  }
  const { route, fee_ore, back_ore, loan, title } = returned.value
  const nameOf = await branchNames(ctx, route)
  const about = await ctx.db.maybe<{ title: string }>(sql`select title from title where id = ${title}`)
  const isPlain = route.kind === 'shelf' && fee_ore === 0 && back_ore === 0
  return outcome(isPlain ? 'ok' : 'attention', {
    kind: isPlain ? 'success' : 'warning',
    heading: texts.route(route, nameOf)[language],
    body: html`<p>${about?.title ?? ''}</p>
${loan === null ? html`<p>${texts.wasNotLent[language]}</p>` : ''}
${fee_ore > 0 ? html`<p>${texts.fee(kronerText(fee_ore, language))[language]}</p>` : ''}
${back_ore > 0 ? html`<p>${texts.owedBack(kronerText(back_ore, language))[language]}</p>` : ''}
${loan === null ? '' : undoForm(request, reply, loan, 'returned')}`,
  })
}

function undoForm(request: FastifyRequest, reply: FastifyReply, loan: LoanId, step: 'lent' | 'returned'): SafeHtml {
  return form(request, reply, {
    action: deskPath(request, '/undo'),
    body: html`${hidden('loan', loan)}${hidden('step', step)}`,
    submit: html`<button type="submit" class="button button-secondary" accesskey="z">${patronTexts.undo[request.language]}</button>`,
  })
}

/** For a script that makes a sound of it, and for a screen reader that reads it out. */
function outcome(
  kind: Scanned['outcome'],
  content: { readonly kind: Severity; readonly heading: string; readonly body: SafeHtml | string },
): SafeHtml {
  switch (kind) {
    case 'ok':
    case 'attention':
      return html`<div role="status" data-outcome="${kind}">${alert(content)}</div>`
    case 'refused':
      return html`<div role="alert" data-outcome="refused">${alert(content)}</div>`
    default:
      return unreachable(kind)
  }
}
