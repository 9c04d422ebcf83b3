import type { FastifyReply } from 'fastify'
import { z } from 'zod'
import { dayOf, type Language, type Text2 } from '#core'
import {
  alert,
  dateText,
  type FieldErrors,
  form,
  hidden,
  href,
  html,
  renderPage,
  type SafeHtml,
  type StaffActor,
  selectField,
  submitButton,
  table,
  textField,
} from '#web'
import { counterPath } from './desk-counter-frame.ts'
import { texts as counterTexts } from './desk-counter-texts.ts'
import { type HandedIn, handedInLately, type ShownAt } from './desk-visit.ts'
import { bookDropDay, type DeskWays, RECEIPTS, type Returns } from './desk-ways.ts'
import { texts } from './desk-ways-texts.ts'

/** So many of a batch are listed; the receipt has them all. */
const LISTED = 10

const given = z.object({
  returns: z.enum(['now', 'since', 'in-house']).catch('now'),
  on: z.string().max(20).catch(''),
})

export function readReturnsForm({
  request,
  ctx,
}: ShownAt): { readonly ok: true; readonly returns: Returns } | { readonly ok: false; readonly errors: FieldErrors } {
  const { returns, on } = given.parse(request.body ?? {})
  if (returns !== 'since') return { ok: true, returns: { kind: returns } }
  const day = bookDropDay(on, dayOf(ctx.clock.now()))
  if (day) return { ok: true, returns: { kind: 'since', on: day } }
  return { ok: false, errors: { on: texts.onWrong[request.language] } }
}

export function returnsTold(returns: Returns): Text2 {
  if (returns.kind !== 'since') return returns.kind === 'now' ? texts.nowTold : texts.inHouseSign
  const { on } = returns
  return { da: texts.sinceSign(dateText(on, 'da')).da, en: texts.sinceSign(dateText(on, 'en')).en }
}

/** Not to be overlooked while what is scanned is not simply taken back. */
export function returnsSign({ request, reply }: ShownAt, { returns }: DeskWays): SafeHtml {
  const { language } = request
  if (returns.kind === 'now') return html``
  return alert({
    kind: 'warning',
    heading: returnsTold(returns)[language],
    body: form(request, reply, {
      action: counterPath(request, '/returns'),
      body: hidden('returns', 'now'),
      submit: submitButton(texts.off[language], 'secondary'),
    }),
  })
}

export function returnsForm({ request, reply, ctx }: ShownAt, { returns }: DeskWays, error?: string): SafeHtml {
  const { language } = request
  const yesterday = dayOf(ctx.clock.now()).subtract({ days: 1 })
  const kind = error ? 'since' : returns.kind
  return html`<details class="desk-details" ${error ? 'open' : ''}><summary>${texts.returns[language]}</summary>
<p>${texts.returnsLead[language]}</p>
${form(request, reply, {
  action: counterPath(request, '/returns'),
  body: html`${selectField({
    name: 'returns',
    label: texts.kind[language],
    options: (['now', 'since', 'in-house'] as const).map((value) => ({ value, label: texts.kinds[value][language] })),
    value: kind,
  })}
${textField({
  name: 'on',
  type: 'date',
  label: texts.on[language],
  hint: texts.onHint[language],
  value: (returns.kind === 'since' ? returns.on : yesterday).toString(),
  error,
})}`,
  submit: submitButton(texts.choose[language], 'secondary'),
})}</details>`
}

export function receiptField({ receipt }: DeskWays, language: Language): SafeHtml {
  return selectField({
    name: 'receipt',
    label: texts.receipt[language],
    options: RECEIPTS.map((value) => ({ value, label: texts.receipts[value][language] })),
    value: receipt,
  })
}

/** What lies in the pile beside the scanner, the last on top. */
export function handedInPart({ request }: ShownAt, handedIn: readonly HandedIn[]): SafeHtml {
  const { language } = request
  if (handedIn.length < 2) return html``
  return html`${handedInTable(handedIn.slice(0, LISTED), texts.batch(handedIn.length)[language], language)}
<p><a href="${href(request, counterPath(request, '/handed-in'))}">${texts.printBatch[language]}</a></p>`
}

export async function handedInReceipt(at: ShownAt, staff: StaffActor, library: string): Promise<FastifyReply> {
  const { request, reply, ctx } = at
  const { language } = request
  const handedIn = await handedInLately(at, staff.id)
  return renderPage(request, reply, {
    title: texts.handedIn[language],
    scripts: ['print.js'],
    breadcrumbs: [
      { label: counterTexts.home[language], href: counterPath(request) },
      { label: texts.handedIn[language] },
    ],
    body:
      handedIn.length === 0
        ? html`<p>${texts.nothingHandedIn[language]}</p>`
        : html`<div class="receipt">
<p>${library}. ${texts.handedInOn(dateText(dayOf(ctx.clock.now()), language))[language]}</p>
<ul>${handedIn.map(({ title }) => html`<li>${title}</li>`)}</ul>
</div>
${printButton(language)}`,
  })
}

/** Seen only where a script can print. */
export function printButton(language: Language, now?: true): SafeHtml {
  return html`<p class="d-print-none"><button type="button" class="button button-primary" data-print="${now ? 'now' : ''}" hidden>${texts.print[language]}</button></p>`
}

function handedInTable(rows: readonly HandedIn[], caption: string, language: Language): SafeHtml {
  const content = {
    caption,
    head: [texts.title[language], texts.goes[language]],
    rows: rows.map(({ title, goes }) => [title, goes]),
    rowHeaders: true,
  }
  return table(content, language)
}
