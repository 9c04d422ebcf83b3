import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { dayOf, isId, type Language, oreOf, type PaymentOrderId, unreachable } from '#core'
import { asGuardian, asOneself, type Whose, whosePages, whoseTrail } from '#patrons'
import { readSetting } from '#settings'
import type { Context } from '#vault'
import {
  alert,
  checkbox,
  dateText,
  form,
  href,
  html,
  instantText,
  kronerText,
  renderPage,
  type SafeHtml,
  type Site,
  submitButton,
  table,
} from '#web'
import { feeTable } from './fee-table.ts'
import { cancelPayment, startPayment } from './online.ts'
import { confirmPayment, owesRefund } from './online-confirm.ts'
import { type OrderReceipt, readOrder, receiptsOf, receiptsOfPatron } from './online-orders.ts'
import { claimText, startRefusalText, texts, wordsFor } from './online-texts.ts'
import type { Claim } from './pay.ts'
import { type PaymentProvider, PaymentProviderDown } from './payment-provider.ts'
import { type OpenClaim, openClaims } from './queries.ts'
import type { PaymentOrderRow } from './tables.ts'

/** What the pages of what one owes need from above. */
export interface OnlinePagesNeeds {
  /** Undefined for a library that takes no payment online. */
  readonly provider: (agency: string) => PaymentProvider | undefined
  /** Our own address, without a slash at the end, for the way back from the provider. */
  readonly publicUrl: string
}

interface MoneyRoute {
  Params: { agency: string; child?: string }
}
interface OrderRoute {
  Params: { agency: string; id: string }
}

/** What a patron, or a child they are guardian of, owes, paying it online, what became of a payment, and receipts. */
export function registerOnlinePages(app: FastifyInstance, site: Site, needs: OnlinePagesNeeds): void {
  for (const { base, whose } of whosePages(site)) {
    app.get<MoneyRoute>(`${base}/money`, async (request, reply) => {
      const found = await whose(request, reply)
      return found ? moneyPage(request, reply, found) : reply
    })

    app.post<MoneyRoute>(`${base}/money`, async (request, reply) => {
      const found = await whose(request, reply)
      return found ? payOnline(request, reply, found) : reply
    })
  }

  // Here one comes back from the provider. What the address says about the payment is not looked at. It is the same for
  // a child's bills, so that the provider is not told whose they are.
  app.get<OrderRoute>('/:agency/me/payments/:id', (request, reply) =>
    orderPage(request, reply, (ctx, provider, order) => confirmPayment(ctx, provider, order.id)),
  )

  app.post<OrderRoute>('/:agency/me/payments/:id/cancel', (request, reply) =>
    orderPage(request, reply, (ctx, provider, order) => cancelPayment(ctx, provider, order.id)),
  )

  async function payOnline(request: FastifyRequest<MoneyRoute>, reply: FastifyReply, whose: Whose) {
    const { language } = request
    const { agency } = request.params
    const provider = needs.provider(agency)
    if (!provider) return moneyPage(request, reply, whose, texts.atLibrary[language])
    const claims = chosen(request.body)
    if (claims.length === 0) return moneyPage(request, reply, whose, texts.chooseSomething[language])
    const started = await startPayment(whose.ctx, provider, {
      patron: whose.id,
      claims,
      language,
      returnUrl: (order) => `${needs.publicUrl}${href(request, `/${agency}/me/payments/${order}`)}`,
      line: ({ kind }, number) => claimText(kind, number)[language],
    })
    if (!started.ok) return moneyPage(request, reply, whose, startRefusalText(started.refusal, language))
    // Not straight to the provider: browsers refuse a form that ends on another site than the page allows.
    return reply.redirect(href(request, `/${agency}/me/payments/${started.value.id}`), 303)
  }

  async function moneyPage(request: FastifyRequest<MoneyRoute>, reply: FastifyReply, whose: Whose, problem?: string) {
    const { language } = request
    const { ctx } = whose
    const said = wordsFor(whose.child)
    const owed = (await openClaims(ctx, whose.id)).filter(({ left_ore }) => left_ore > 0)
    const receipts = await receiptsOfPatron(ctx, whose.id)
    const limit = kronerText((await readSetting(ctx, feeTable)).block.atOre, language)
    const { agency } = request.params
    const canPay = needs.provider(agency) !== undefined && owed.some(({ payable }) => payable)
    const total = oreOf(owed.reduce((sum, { left_ore }) => sum + left_ore, 0))
    const rows = html`${owedTable(owed, canPay, language)}
${owed.some(({ handed_over_at }) => handed_over_at) ? html`<p>${texts.municipalityExplained[language]}</p>` : ''}`
    return renderPage(request, reply, {
      ...(problem === undefined ? {} : { status: 422 }),
      title: said.money[language],
      breadcrumbs: trail(request, whose),
      body: html`${problem === undefined ? '' : html`<div role="alert">${alert({ kind: 'error', heading: problem })}</div>`}
${
  owed.length === 0
    ? html`<p>${said.nothing[language]}</p>`
    : html`<p class="font-lead">${said.total(kronerText(total, language))[language]}</p>
${
  canPay
    ? form(request, reply, {
        action: moneyPath(whose),
        body: html`${rows}<p>${texts.payLead[language]}</p>`,
        submit: texts.pay[language],
      })
    : html`${rows}<p>${texts.atLibrary[language]}</p>`
}`
}
<p class="quiet">${said.limit(limit)[language]}</p>
<h2>${texts.receipts[language]}</h2>
${receiptTable(receipts, language)}`,
    })
  }

  async function orderPage(
    request: FastifyRequest<OrderRoute>,
    reply: FastifyReply,
    ask: (ctx: Context, provider: PaymentProvider, order: PaymentOrderRow) => Promise<PaymentOrderRow | undefined>,
  ) {
    const self = asOneself(site, request, reply)
    if (!self) return reply
    const { agency, id } = request.params
    const { ctx } = self
    const order = isId(id) ? await readOrder(ctx, id as PaymentOrderId) : undefined
    const whose = order && (await payerOf(self, order))
    if (!order || !whose) {
      reply.callNotFound()
      return reply
    }
    const provider = needs.provider(agency)
    const asked = provider && order.ended_at === null ? await unlessDown(() => ask(ctx, provider, order)) : order
    const { language } = request
    return renderPage(request, reply, {
      title: texts.payment[language],
      breadcrumbs: trail(request, whose, texts.payment[language]),
      body: html`${asked ? await outcome(ctx, request, reply, asked) : unsure(language)}
<p><a href="${href(request, moneyPath(whose))}">${wordsFor(whose.child).back[language]}</a></p>`,
    })
  }
}

/** One's own payment, or one of a child one may look at. */
async function payerOf(self: Whose, order: PaymentOrderRow): Promise<Whose | undefined> {
  return order.patron_id === self.id ? self : asGuardian(self, order.patron_id)
}

function moneyPath({ ctx, path }: Whose): string {
  return `/${ctx.agency}${path}/money`
}

const CHOICE = /^(fee|compensation):(.{36})$/

function chosen(body: unknown): Claim[] {
  const given = z.record(z.string(), z.unknown()).catch({}).parse(body)
  return Object.keys(given).flatMap((name) => {
    const [, kind, id] = CHOICE.exec(name) ?? []
    return (kind === 'fee' || kind === 'compensation') && id !== undefined && isId(id) ? [{ kind, id } as Claim] : []
  })
}

/** Undefined when the provider does not answer: then nothing is known, and nothing is said. */
async function unlessDown(ask: () => Promise<PaymentOrderRow | undefined>): Promise<PaymentOrderRow | undefined> {
  try {
    return await ask()
  } catch (fault) {
    if (fault instanceof PaymentProviderDown) return undefined
    throw fault
  }
}

async function outcome(
  ctx: Context,
  request: FastifyRequest,
  reply: FastifyReply,
  order: PaymentOrderRow,
): Promise<SafeHtml> {
  const { language } = request
  const refund = refundShown(order, language)
  switch (order.state) {
    case 'created':
    case 'open':
      return underWay(ctx, request, reply, order)
    case 'paid': {
      const amount = kronerText(oreOf(order.amount_ore - order.refund_ore), language)
      return html`<div role="status">${alert({ kind: 'success', heading: texts.paid[language], body: texts.paidText(amount)[language] })}</div>
${refund}
${receiptTable(await receiptsOf(ctx, order.id), language)}`
    }
    case 'cancelled':
      return html`${refund}${alert({ kind: 'info', heading: texts.cancelled[language], body: order.refund_ore > 0 ? '' : texts.cancelledText[language] })}`
    case 'failed':
      return alert({ kind: 'error', heading: texts.failed[language], body: texts.failedText[language] })
    default:
      return unreachable(order.state)
  }
}

function underWay(ctx: Context, request: FastifyRequest, reply: FastifyReply, order: PaymentOrderRow): SafeHtml {
  const { language } = request
  const amount = kronerText(order.amount_ore, language)
  if (order.page_url === null) return unsure(language)
  return html`<h2>${texts.notYet[language]}</h2>
<p>${texts.providerLead(amount)[language]}</p>
<p><a class="button button-primary" href="${order.page_url}" rel="noreferrer">${texts.toProvider[language]}</a></p>
${form(request, reply, {
  action: `/${ctx.agency}/me/payments/${order.id}/cancel`,
  body: html``,
  submit: submitButton(texts.giveUp[language], 'secondary'),
})}`
}

function unsure(language: Language): SafeHtml {
  return alert({ kind: 'warning', heading: texts.unsure[language], body: texts.unsureText[language] })
}

function refundShown(order: PaymentOrderRow, language: Language): SafeHtml {
  if (order.refund_ore === 0) return html``
  const amount = kronerText(order.refund_ore, language)
  return alert({ kind: 'info', heading: (owesRefund(order) ? texts.refundComing : texts.refunded)(amount)[language] })
}

function owedTable(owed: readonly OpenClaim[], canPay: boolean, language: Language): SafeHtml {
  return table(
    {
      caption: texts.bills[language],
      head: [
        texts.what[language],
        texts.about[language],
        texts.charged[language],
        texts.payBy[language],
        texts.amount[language],
      ],
      numeric: [4],
      rows: owed.map(({ claim, number, left_ore, charged_at, pay_by_on, payable, materials }) => {
        const name = claimText(claim.kind, number)[language]
        return [
          !payable
            ? `${name} (${texts.withMunicipality[language].toLocaleLowerCase('da')})`
            : canPay
              ? checkbox({ name: `${claim.kind}:${claim.id}`, label: name, checked: true })
              : name,
          // On the patron's own screen, and nowhere the payment goes.
          materials.map(({ title }) => title).join(', ') || '–',
          dateText(dayOf(charged_at), language),
          pay_by_on ? dateText(pay_by_on, language) : '–',
          kronerText(left_ore, language),
        ]
      }),
    },
    language,
  )
}

function receiptTable(receipts: readonly OrderReceipt[], language: Language): SafeHtml {
  return table(
    {
      caption: texts.receipts[language],
      head: [texts.receipt[language], texts.what[language], texts.paidAt[language], texts.amount[language]],
      numeric: [3],
      rows: receipts.map(({ receipt_number, kind, number, paid_at, amount_ore }) => [
        receipt_number,
        claimText(kind, number)[language],
        instantText(paid_at, language),
        kronerText(amount_ore, language),
      ]),
      empty: texts.noReceipts[language],
    },
    language,
  )
}

function trail(request: FastifyRequest, whose: Whose, last?: string) {
  const { language } = request
  const money = { label: wordsFor(whose.child).money[language] }
  const before = whoseTrail(whose, texts.me[language])
  return last === undefined ? [...before, money] : [...before, { ...money, href: moneyPath(whose) }, { label: last }]
}
