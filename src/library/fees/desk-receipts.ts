import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { type Ore, oreOf } from '#core'
import {
  definitionList,
  form,
  hidden,
  href,
  html,
  instantText,
  kronerText,
  redirectWithMessage,
  type SafeHtml,
  type Site,
  submitButton,
  table,
} from '#web'
import { gone, type Meeting, type MoneyDeskNeeds, moneyPath, moneyRoutes, note, showMoney } from './desk-frame.ts'
import { texts } from './desk-texts.ts'
import { claimText } from './online-texts.ts'
import { type ReceiptRow, receiptsBy } from './queries.ts'
import { sendReceipt } from './statement.ts'
import { methods } from './texts.ts'

const NUMBER = /^\d{12}$/
const MOST = 50
const mailSchema = z.object({ numbers: z.string().catch('') })

/** Receipts to print and to send: numbers and amounts, no titles. */
export function registerReceiptPages(app: FastifyInstance, site: Site, needs: MoneyDeskNeeds): void {
  const routes = moneyRoutes(app, site)

  routes.get('/receipts', async (meeting) => {
    const { request, patron, ctx } = meeting
    const asked = [request.query.number ?? []].flat()
    const receipts = await receiptsBy(ctx, patron.id, wellFormed(asked))
    if (receipts.length === 0) return gone(meeting.reply)
    return showMoney(meeting, needs, async () => ({
      title: texts.receipt[request.language],
      body: receiptBody(meeting, receipts),
    }))
  })

  routes.post('/receipts/mail', async (meeting) => {
    const { request, reply, patron, ctx } = meeting
    const numbers = wellFormed(mailSchema.parse(request.body ?? {}).numbers.split(' '))
    if (numbers.length === 0 || !(await note(meeting, needs))) return gone(reply)
    const sent = await sendReceipt(ctx, patron.id, numbers)
    const back = receiptsPath(meeting, numbers)
    return redirectWithMessage(reply, request, back, sent ? texts.receiptMailed : texts.noEmail)
  })
}

function wellFormed(numbers: readonly string[]): string[] {
  return numbers.filter((number) => NUMBER.test(number)).slice(0, MOST)
}

function receiptsPath({ request }: Meeting, numbers: readonly string[]): string {
  return moneyPath(request, `/receipts?${numbers.map((number) => `number=${number}`).join('&')}`)
}

function receiptBody(meeting: Meeting, receipts: readonly ReceiptRow[]): SafeHtml {
  const { request, reply, patron } = meeting
  const { language } = request
  const [first] = receipts
  const total = oreOf(receipts.reduce((sum, { amount_ore }) => sum + amount_ore, 0))
  return html`${definitionList([
    { term: texts.number[language], value: patron.number },
    { term: texts.when[language], value: first ? instantText(first.paid_at, language) : '' },
    { term: texts.branch[language], value: first?.branch ?? '–' },
    { term: texts.method[language], value: first ? methods[first.method][language] : '' },
    { term: texts.total[language], value: kronerText(total, language) },
  ])}
${table(
  {
    caption: texts.receipts[language],
    hasHeading: true,
    head: [texts.receiptNumber, texts.what, texts.amount, texts.left].map((text) => text[language]),
    numeric: [2, 3],
    rowHeaders: true,
    rows: receipts.map((receipt) => [
      receipt.receipt_number,
      claimText(receipt.kind, receipt.number)[language],
      kronerText(receipt.amount_ore, language),
      receipt.left_ore === null ? '–' : kronerText(oreOf(Math.max(0, receipt.left_ore)), language),
    ]),
  },
  language,
)}
<div class="d-print-none">
<p>${texts.printHint[language]}</p>
${form(request, reply, {
  action: moneyPath(request, '/receipts/mail'),
  body: hidden('numbers', receipts.map(({ receipt_number }) => receipt_number).join(' ')),
  submit: submitButton(texts.mailReceipt[language], 'secondary'),
})}
<p><a href="${href(request, moneyPath(request))}">${texts.back[language]}</a></p>
</div>`
}

/** What was paid and paid back, each with the way to its receipt. */
export function receiptsTable(meeting: Meeting, receipts: readonly ReceiptRow[]): SafeHtml {
  const { request } = meeting
  const { language } = request
  return table(
    {
      caption: texts.receipts[language],
      hasHeading: true,
      head: [texts.receiptNumber, texts.when, texts.what, texts.method, texts.amount].map((text) => text[language]),
      numeric: [4],
      rowHeaders: true,
      empty: texts.noReceipts[language],
      rows: receipts.map((receipt) => [
        html`<a href="${href(request, receiptsPath(meeting, [receipt.receipt_number]))}">${receipt.receipt_number}</a>`,
        instantText(receipt.paid_at, language),
        claimLink(meeting, receipt),
        methods[receipt.method][language],
        amountText(receipt.amount_ore, language),
      ]),
    },
    language,
  )
}

/** A bill that is paid is found from its receipt, as when the payment was a mistake. */
function claimLink({ request }: Meeting, { kind, claim_id, number }: ReceiptRow): SafeHtml {
  const text = claimText(kind, number)[request.language]
  if (claim_id === null) return html`${text}`
  return html`<a href="${href(request, moneyPath(request, `/${kind}/${claim_id}`))}">${text}</a>`
}

function amountText(amount: Ore, language: 'da' | 'en'): string {
  if (amount >= 0) return kronerText(amount, language)
  return `${texts.paidBackRow[language]}: ${kronerText(oreOf(-amount), language)}`
}
