import type { FastifyRequest } from 'fastify'
import { countInHouseUse, findItem } from '#catalogue'
import type { BranchId, LoanId, PatronId, Result } from '#core'
import { sql } from '#db'
import { type HandedIn, onceField, type ScanAt, type ScanItem, type Scanned, type ShownAt } from '#patrons'
import type { Context } from '#vault'
import { alert, dateText, form, hidden, html, kronerText, type SafeHtml, textField } from '#web'
import { type CheckinRefusal, checkin, type Returned } from './checkin.ts'
import { checkout, type Lent } from './checkout.ts'
import { deskPath } from './desk-path.ts'
import { texts as patronTexts, undoRefusalText } from './desk-patron-texts.ts'
import { texts } from './desk-texts.ts'
import { branchNames, type OpenLoan, openLoans } from './queries.ts'
import { type Renewed, renewEach } from './renew.ts'
import type { RenewalRefusal } from './renewal-rules.ts'
import { type CheckoutRefusal, mayLendDespite, reasonsOf } from './rules.ts'
import { checkinText, checkoutText, renewalText } from './texts.ts'
import { type Undone, type UndoRefusal, undoCheckin, undoCheckout } from './undo.ts'

/** What is typed instead of a scan: no card, item or name is one of these, and a sheet at the desk may have them as barcodes. */
export const SIGNS = { undo: '-', renewAll: '+' } as const

const SAME_SIGN_MINUTES = 2

/**
 * An item was scanned at the desk: with a patron before one it is lent to them, otherwise it is taken back, or counted as
 * used in the house. Answers nothing when the text is neither an item's number nor a sign.
 */
export const scanItem: ScanItem = async (at, text, patron) => {
  const sign = text.trim()
  if (sign === SIGNS.undo) return (await at.last?.undo?.(at)) ?? nothingToUndo
  if (sign === SIGNS.renewAll && patron) return renewAllOf(at.ctx, patron.id)
  if (!(await findItem(at.ctx, text))) return undefined
  if (patron) return lend(at, text, patron)
  return at.ways.returns.kind === 'in-house' ? useInHouse(at, text) : takeBack(at, text)
}

async function lend(at: ScanAt, barcode: string, patron: { id: PatronId; number: string }): Promise<Scanned> {
  const { ctx, branch, ways, primary } = at
  const lent = await checkout(ctx, {
    card: patron.number,
    barcode,
    branch,
    primary,
    receipt: ways.receipt === 'email',
    look: { what: texts.seenLending.da, why: texts.seenLending.da },
  })
  return lentScanned(lent, { barcode, patron: patron.id })
}

/** What the desk says of a checkout, with the way to undo it or to lend all the same. */
export function lentScanned(
  lent: Result<Lent, CheckoutRefusal>,
  { barcode, patron }: { readonly barcode: string; readonly patron: string },
): Scanned {
  if (!lent.ok) return { outcome: 'refused', show: (at) => notLentPart(at, lent.refusal, barcode, patron) }
  const { loan, again } = lent.value
  return {
    outcome: 'ok',
    show: (at) => lentPart(at, lent.value),
    ...(again ? {} : { undo: async ({ ctx }) => undoneScanned(await undoCheckout(ctx, loan)) }),
  }
}

function notLentPart(at: ShownAt, refusal: CheckoutRefusal, barcode: string, patron: string): SafeHtml {
  const { language } = at.request
  const reasons = reasonsOf(refusal)
  return alert({
    kind: 'error',
    heading: texts.notLent[language],
    body: html`<p>${patronTexts.itemNumber(barcode)[language]}</p>
<ul>${reasons.map((reason) => html`<li>${checkoutText(reason, language)}</li>`)}</ul>
${mayLendDespite(reasons) ? overrideForm(at, patron, barcode) : ''}`,
  })
}

async function lentPart(at: ShownAt, { loan, title, due_on, again }: Lent): Promise<SafeHtml> {
  const { language } = at.request
  // Asked anew: it may have been undone since.
  const about = await at.ctx.db.maybe<{ title: string; stands: boolean }>(sql`
    select title, exists (select from loan where id = ${loan} and returned_at is null) as stands
    from title where id = ${title}`)
  return alert({
    kind: 'success',
    heading: (again ? texts.lentAlready : texts.lent)[language],
    body: html`<p>${about?.title ?? ''} – ${patronTexts.dueBack(dateText(due_on, language))[language]}</p>
${again || !about?.stands ? '' : undoForm(at, loan, 'lent')}`,
  })
}

function overrideForm({ request, reply }: ShownAt, patron: string, barcode: string): SafeHtml {
  const { language } = request
  return html`<details><summary>${patronTexts.allTheSame[language]}</summary>
${form(request, reply, {
  action: deskPath(request, `/patrons/${patron}/loans/despite`),
  body: html`${onceField()}${hidden('barcode', barcode)}
${textField({ name: 'reason', label: patronTexts.despiteReason[language], hint: patronTexts.despiteHint[language], autocomplete: 'off', maxLength: 200, required: true })}`,
  submit: patronTexts.lendDespite[language],
})}</details>`
}

async function takeBack({ ctx, branch, ways }: ScanAt, barcode: string): Promise<Scanned> {
  const { returns } = ways
  return returnedScanned(
    await checkin(ctx, {
      barcode,
      at: branch,
      returned_on: returns.kind === 'since' ? returns.on : undefined,
      receipt: ways.receipt === 'email',
    }),
  )
}

/** What the desk says of a checkin: where the item goes now comes first. */
export function returnedScanned(returned: Result<Returned, CheckinRefusal>): Scanned {
  if (!returned.ok) {
    const { refusal } = returned
    return {
      outcome: 'refused',
      show: ({ request: { language } }) =>
        alert({ kind: 'error', heading: texts.notTakenBack[language], body: checkinText(refusal, language) }),
    }
  }
  const { loan } = returned.value
  return {
    outcome: isPlain(returned.value) ? 'ok' : 'attention',
    show: (at) => returnedPart(at, returned.value),
    handedIn: (at) => handedIn(at, returned.value),
    ...(loan ? { undo: async ({ ctx }) => undoneScanned(await undoCheckin(ctx, loan)) } : {}),
  }
}

/** Only what goes to its own shelf and costs nothing needs no second look. */
export function isPlain({ route, fee_ore, back_ore }: Returned): boolean {
  return route.kind === 'shelf' && fee_ore === 0 && back_ore === 0
}

async function returnedPart(at: ShownAt, returned: Returned): Promise<SafeHtml> {
  const { loan, title } = returned
  const about = await at.ctx.db.maybe<{ title: string; stands: boolean }>(sql`
    select title, exists (select from loan where id = ${loan} and returned_at is not null) as stands
    from title where id = ${title}`)
  const [where = '', ...more] = await returnedLines(at, returned)
  return alert({
    kind: isPlain(returned) ? 'success' : 'warning',
    heading: where,
    body: html`<p>${about?.title ?? ''}</p>
${more.map((line) => html`<p>${line}</p>`)}
${loan && about?.stands ? undoForm(at, loan, 'returned') : ''}`,
  })
}

/** Where it goes, and what else is to be said of it. */
export async function returnedLines(
  { request: { language }, ctx }: Pick<ShownAt, 'request' | 'ctx'>,
  { route, fee_ore, back_ore, loan }: Returned,
): Promise<string[]> {
  const nameOf = await branchNames(ctx, route)
  return [
    texts.route(route, nameOf)[language],
    ...(loan === null ? [texts.wasNotLent[language]] : []),
    ...(fee_ore > 0 ? [texts.fee(kronerText(fee_ore, language))[language]] : []),
    ...(back_ore > 0 ? [texts.owedBack(kronerText(back_ore, language))[language]] : []),
  ]
}

async function handedIn(at: ShownAt, returned: Returned): Promise<HandedIn | undefined> {
  const { loan, title } = returned
  const about = await at.ctx.db.maybe<{ title: string }>(sql`
    select title from title where id = ${title}
      and not exists (select from loan where id = ${loan} and returned_at is null)`)
  const [goes = ''] = await returnedLines(at, returned)
  return about && { title: about.title, goes }
}

/** Counts that an item was used in the house, at the branch named or at its own; false where it is on loan. */
export async function countInHouse(ctx: Context, barcode: string, branch: BranchId | undefined): Promise<boolean> {
  const at = branch ?? (await findItem(ctx, barcode))?.branch_id
  return at !== undefined && (await countInHouseUse(ctx, barcode, at)).ok
}

async function useInHouse({ ctx, branch }: ScanAt, barcode: string): Promise<Scanned> {
  if (!(await countInHouse(ctx, barcode, branch))) {
    return {
      outcome: 'refused',
      show: ({ request: { language } }) =>
        alert({ kind: 'error', heading: texts.notCounted[language], body: texts.lentNow[language] }),
    }
  }
  return {
    outcome: 'ok',
    async show({ request: { language }, ctx }) {
      const about = await ctx.db.maybe<{ title: string }>(sql`
        select t.title from item i join title t on t.id = i.title_id where i.barcode = ${barcode.trim()}`)
      return alert({ kind: 'success', heading: texts.counted[language], body: about?.title ?? '' })
    },
  }
}

/** What the desk says of one renewal. */
export function renewedScanned(renewed: Result<Renewed, RenewalRefusal>, title: string): Scanned {
  if (renewed.ok) {
    const { due_on, fee_ore } = renewed.value
    return {
      outcome: fee_ore > 0 ? 'attention' : 'ok',
      show: ({ request: { language } }) =>
        alert({
          kind: fee_ore > 0 ? 'warning' : 'success',
          heading: patronTexts.renewed(dateText(due_on, language))[language],
          body: html`<p>${title}</p>
${fee_ore > 0 ? html`<p>${texts.fee(kronerText(fee_ore, language))[language]}</p>` : ''}`,
        }),
    }
  }
  const reasons = reasonsOf(renewed.refusal)
  return {
    outcome: 'refused',
    show: ({ request: { language } }) =>
      alert({
        kind: 'error',
        heading: patronTexts.notRenewed[language],
        body: html`<p>${title}</p>
<ul>${reasons.map((reason) => html`<li>${renewalText(reason, language)}</li>`)}</ul>`,
      }),
  }
}

/** A form that came again: the loan is renewed already, and nobody asked for two renewals. */
export function renewedBefore({ title, due_on }: OpenLoan): Scanned {
  return {
    outcome: 'attention',
    show: ({ request: { language } }) =>
      alert({
        kind: 'info',
        heading: patronTexts.renewedBefore(dateText(due_on, language))[language],
        body: html`<p>${title}</p>`,
      }),
  }
}

/** The sign tells nothing of what was seen, so what was renewed a moment ago is taken as renewed by it. */
async function renewAllOf(ctx: Context, patron: PatronId): Promise<Scanned> {
  const since = ctx.clock.now().subtract({ minutes: SAME_SIGN_MINUTES })
  const loans = await openLoans(ctx, patron)
  const left = loans.filter(({ renewed_at }) => !renewed_at || Temporal.Instant.compare(renewed_at, since) < 0)
  return renewedAll(ctx, left, loans.length - left.length)
}

/** @param before how many were renewed before this was asked for */
export async function renewedAll(ctx: Context, loans: readonly OpenLoan[], before: number): Promise<Scanned> {
  const tried = await renewEach(
    ctx,
    loans.map(({ id }) => id),
  )
  const done = tried.filter(({ result }) => result.ok).length + before
  const not = tried.length + before - done
  return {
    outcome: not > 0 ? 'attention' : 'ok',
    show: ({ request: { language } }) =>
      alert({ kind: not > 0 ? 'warning' : 'success', heading: patronTexts.renewedMany(done, not)[language] }),
  }
}

const nothingToUndo: Scanned = {
  outcome: 'refused',
  show: ({ request: { language } }) =>
    alert({ kind: 'error', heading: patronTexts.notUndone[language], body: patronTexts.nothingToUndo[language] }),
}

export function undoneScanned(undone: Result<Undone, UndoRefusal>): Scanned {
  if (undone.ok) {
    return {
      outcome: 'ok',
      show: ({ request: { language } }) => alert({ kind: 'success', heading: patronTexts.undone[language] }),
    }
  }
  const { refusal } = undone
  return {
    outcome: 'refused',
    show: ({ request: { language } }) =>
      alert({
        kind: 'error',
        heading: patronTexts.notUndone[language],
        body: undoRefusalText(refusal)[language],
      }),
  }
}

function undoForm({ request, reply }: ShownAt, loan: LoanId, step: 'lent' | 'returned'): SafeHtml {
  return form(request, reply, {
    action: deskPath(request, '/undo'),
    body: html`${onceField()}${hidden('loan', loan)}${hidden('step', step)}`,
    submit: undoButton(request),
  })
}

function undoButton({ language }: FastifyRequest): SafeHtml {
  return html`<button type="submit" class="button button-secondary">${patronTexts.undo[language]}</button>`
}
