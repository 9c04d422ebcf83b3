import { timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { z } from 'zod'
import { type Language, type Ore, oreOf, realClock } from '#core'
import type { NexiConfig } from '#nexi'
import { bodyOf, jsonIn, sendJson, token, troubled } from './nexi-http.ts'
import { paymentPage } from './nexi-page.ts'

/** A payment as the provider has it. */
export interface SimulatedPayment {
  readonly id: string
  /** Whose merchant account it is on: a library's short name. */
  readonly merchant: string
  readonly reference: string
  readonly amount: Ore
  readonly items: readonly { readonly name: string; readonly reference: string; readonly amount: Ore }[]
  readonly returnUrl: string
  readonly cancelUrl: string
  readonly termsUrl: string
  readonly webHooks: readonly { readonly eventName: string; readonly url: string; readonly authorization: string }[]
  reserved: number
  charged: number
  refunded: number
  cancelled: number
  terminated: boolean
  /** The last card that was tried was not accepted. */
  declined: boolean
  readonly charges: { readonly chargeId: string; readonly amount: number }[]
}

/** An answer that is not what was asked for, to the next request of this method and kind. */
export interface NexiTrouble {
  /** Such as `POST /v1/payments` or `refunds`: part of the request's line. */
  readonly at: string
  /** Carried out all the same, the answer lost. */
  readonly done: boolean
  /** Cut off when not given. */
  readonly status?: number
}

/** Nexi Checkout for development and tests, on this machine only: no money moves. */
export interface NexiSimulator {
  readonly url: string
  /** How each of these libraries takes payments. */
  config(agencies: readonly string[]): NexiConfig
  readonly payments: ReadonlyMap<string, SimulatedPayment>
  /** Requests to the API, as `POST /v1/payments`. */
  readonly asked: readonly string[]
  /** What our side answered to webhooks. */
  readonly answers: readonly number[]
  /** Does what a payer does on the page. Answers where the browser goes. */
  choose(paymentId: string, choice: 'pay' | 'fail' | 'cancel'): string
  /** Webhooks wait from now on until they are let go. */
  holdWebhooks(): void
  /** Sends what has waited: in order, the other way round, or each so many times at once. */
  releaseWebhooks(how?: { readonly reversed?: boolean; readonly times?: number }): Promise<void>
  /** All webhooks under way have been answered. */
  notified(): Promise<void>
  troubleNext(trouble: NexiTrouble): void
  /** Before a start is answered, this is waited for: it gets the new payment. */
  beforeAnswer: ((payment: SimulatedPayment) => Promise<void>) | undefined
  close(): Promise<void>
}

export async function startNexiSimulator(options: { readonly port?: number } = {}): Promise<NexiSimulator> {
  const simulator = new Simulator()
  const server = createServer((request, response) => {
    simulator.answer(request, response).catch(() => request.socket.destroy())
  })
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(options.port ?? 0, '127.0.0.1', () => resolve())
  })
  simulator.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  simulator.onClose = async () => {
    server.closeAllConnections()
    await new Promise<void>((resolve) => server.close(() => resolve()))
  }
  return simulator
}

const amount = z.int().min(0)
const newPayment = z.object({
  order: z.object({
    items: z
      .array(
        z.object({
          reference: z.string().min(1).max(128),
          name: z.string().min(1).max(128),
          quantity: z.number().positive(),
          unit: z.string().min(1),
          unitPrice: amount,
          grossTotalAmount: amount,
          netTotalAmount: amount,
        }),
      )
      .min(1),
    amount: amount.min(1),
    currency: z.literal('DKK'),
    reference: z.string().max(128),
  }),
  checkout: z.object({
    integrationType: z.literal('HostedPaymentPage'),
    returnUrl: z.url(),
    cancelUrl: z.url(),
    termsUrl: z.url(),
    charge: z.boolean().default(false),
  }),
  notifications: z
    .object({
      webHooks: z
        .array(
          z.object({
            eventName: z.string(),
            url: z.url().max(256),
            authorization: z.string().regex(/^[A-Za-z0-9]{8,32}$/),
          }),
        )
        .max(32),
    })
    .optional(),
})
const money = z.object({ amount: amount.min(1) })

type Answer = readonly [status: number, body?: unknown]
interface Webhook {
  readonly url: string
  readonly authorization: string
  readonly body: string
}

class Simulator implements NexiSimulator {
  url = ''
  onClose: () => Promise<void> = async () => {}
  beforeAnswer: ((payment: SimulatedPayment) => Promise<void>) | undefined
  readonly payments = new Map<string, SimulatedPayment>()
  readonly asked: string[] = []
  readonly answers: number[] = []
  readonly #merchants = new Map<string, { key: string; webhookSecret: string }>()
  readonly #known = new Map<string, Answer>()
  readonly #underWay = new Set<Promise<unknown>>()
  readonly #troubles: NexiTrouble[] = []
  #held: Webhook[] | undefined

  config(agencies: readonly string[]): NexiConfig {
    const merchantOf = (agency: string) => {
      const merchant = this.#merchants.get(agency) ?? { key: token(), webhookSecret: token() }
      this.#merchants.set(agency, merchant)
      return {
        url: this.url,
        secretKey: merchant.key,
        webhookSecret: merchant.webhookSecret,
        termsUrl: `${this.url}/terms`,
      }
    }
    return { agencies: new Map(agencies.map((agency) => [agency, merchantOf(agency)])) }
  }

  choose(paymentId: string, choice: 'pay' | 'fail' | 'cancel'): string {
    const payment = this.#payment(paymentId)
    if (payment.terminated || payment.reserved > 0) return payment.returnUrl
    if (choice === 'cancel') return payment.cancelUrl
    payment.declined = choice === 'fail'
    if (payment.declined) {
      this.#tell(payment, 'payment.reservation.failed')
      return this.#pageOf(payment)
    }
    payment.reserved = payment.amount
    this.#tell(payment, 'payment.reservation.created.v2')
    this.#tell(payment, 'payment.checkout.completed')
    const back = new URL(payment.returnUrl)
    back.searchParams.set('paymentid', payment.id)
    return back.href
  }

  holdWebhooks(): void {
    this.#held ??= []
  }

  async releaseWebhooks(how: { reversed?: boolean; times?: number } = {}): Promise<void> {
    const held = this.#held ?? []
    this.#held = undefined
    const sent = (how.reversed ? held.toReversed() : held).flatMap((hook) =>
      Array.from({ length: how.times ?? 1 }, () => hook),
    )
    if (how.times === undefined) for (const hook of sent) await this.#send(hook)
    else await Promise.all(sent.map((hook) => this.#send(hook)))
    await this.notified()
  }

  async notified(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay)
  }

  troubleNext(trouble: NexiTrouble): void {
    this.#troubles.push(trouble)
  }

  async close(): Promise<void> {
    this.#held = []
    await this.notified()
    await this.onClose()
  }

  async answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const address = new URL(request.url ?? '/', this.url)
    if (!address.pathname.startsWith('/v1/')) return this.#answerPayer(request, response, address)
    const line = `${request.method} ${address.pathname}`
    this.asked.push(line)
    const merchant = this.#merchantOf(request)
    if (merchant === undefined) return sendJson(response, 401)
    const at = this.#troubles.findIndex((trouble) => line.includes(trouble.at))
    const [trouble] = at < 0 ? [] : this.#troubles.splice(at, 1)
    const body = jsonIn(await bodyOf(request))
    if (trouble && !trouble.done) return troubled(request, response, trouble)
    const key = `${line} ${request.headers['idempotency-key'] ?? token()}`
    const answer = this.#known.get(key) ?? (await this.#handle(merchant, line, body))
    if (answer[0] < 300) this.#known.set(key, answer)
    if (trouble) return troubled(request, response, trouble)
    sendJson(response, ...answer)
  }

  async #handle(merchant: string, line: string, body: unknown): Promise<Answer> {
    if (line === 'POST /v1/payments') return this.#create(merchant, body)
    const [, id = '', act = ''] = /^\w+ \/v1\/payments\/([^/]+)\/?(\w*)$/.exec(line) ?? []
    const payment = this.payments.get(id)
    if (payment?.merchant === merchant) {
      if (line.startsWith('GET') && act === '') return [200, { payment: retrieved(payment) }]
      if (line.startsWith('PUT') && act === 'terminate') return this.#terminate(payment)
      const given = money.safeParse(body)
      if (!given.success) return [400, { errors: { amount: ['is needed'] } }]
      if (act === 'charges') return this.#charge(payment, given.data.amount)
      if (act === 'cancels') return this.#cancel(payment, given.data.amount)
    }
    const [, chargeId] = /^POST \/v1\/charges\/([^/]+)\/refunds$/.exec(line) ?? []
    const charged = [...this.payments.values()].find(({ charges }) => charges.some((one) => one.chargeId === chargeId))
    const given = money.safeParse(body)
    if (charged?.merchant === merchant && given.success) return this.#refund(charged, given.data.amount)
    return [404]
  }

  async #create(merchant: string, body: unknown): Promise<Answer> {
    const read = newPayment.safeParse(body)
    if (!read.success) return [400, { errors: { '': read.error.issues.map(({ path }) => path.join('.')) } }]
    const { order, checkout, notifications } = read.data
    if (order.items.reduce((sum, item) => sum + item.grossTotalAmount, 0) !== order.amount) {
      return [400, { errors: { 'order.amount': ['is not the sum of the items'] } }]
    }
    const payment: SimulatedPayment = {
      id: token(),
      merchant,
      reference: order.reference,
      amount: oreOf(order.amount),
      items: order.items.map(({ name, reference, grossTotalAmount }) => ({
        name,
        reference,
        amount: oreOf(grossTotalAmount),
      })),
      returnUrl: checkout.returnUrl,
      cancelUrl: checkout.cancelUrl,
      termsUrl: checkout.termsUrl,
      webHooks: notifications?.webHooks ?? [],
      reserved: 0,
      charged: 0,
      refunded: 0,
      cancelled: 0,
      terminated: false,
      declined: false,
      charges: [],
    }
    this.payments.set(payment.id, payment)
    await this.beforeAnswer?.(payment)
    return [201, { paymentId: payment.id, hostedPaymentPageUrl: this.#pageOf(payment) }]
  }

  #terminate(payment: SimulatedPayment): Answer {
    if (payment.reserved > 0) return [400, { errors: { '': ['the checkout is completed'] } }]
    payment.terminated = true
    return [204]
  }

  #charge(payment: SimulatedPayment, amount: number): Answer {
    const left = payment.reserved - payment.cancelled - payment.charged
    if (payment.terminated || amount > left) return [402, { message: 'Overcharge', code: '1' }]
    payment.charged += amount
    const chargeId = token()
    payment.charges.push({ chargeId, amount })
    this.#tell(payment, 'payment.charge.created.v2', { chargeId, amount: { amount, currency: 'DKK' } })
    return [201, { chargeId }]
  }

  #cancel(payment: SimulatedPayment, amount: number): Answer {
    if (payment.charged > 0 || amount !== payment.reserved - payment.cancelled) return [400]
    payment.cancelled += amount
    this.#tell(payment, 'payment.cancel.created')
    return [204]
  }

  #refund(payment: SimulatedPayment, amount: number): Answer {
    if (amount > payment.charged - payment.refunded) return [402, { message: 'Overrefund', code: '2' }]
    payment.refunded += amount
    const refundId = token()
    this.#tell(payment, 'payment.refund.completed', { refundId, amount: { amount, currency: 'DKK' } })
    return [201, { refundId }]
  }

  /** An event goes where the payment says, if it asked for it; never before the answer to what caused it. */
  #tell(payment: SimulatedPayment, event: string, data: Record<string, unknown> = {}): void {
    const body = JSON.stringify({
      id: token(),
      merchantId: 100_000_000,
      timestamp: realClock.now().toString(),
      event,
      data: { paymentId: payment.id, ...data },
    })
    for (const { eventName, url, authorization } of payment.webHooks) {
      if (eventName !== event) continue
      if (this.#held) this.#held.push({ url, authorization, body })
      else setImmediate(() => this.#send({ url, authorization, body }))
    }
  }

  #send({ url, authorization, body }: Webhook): Promise<void> {
    const headers = { 'content-type': 'application/json', authorization }
    const sending = fetch(url, { method: 'POST', headers, body, signal: AbortSignal.timeout(30_000) })
      .then(async (answer) => {
        await answer.arrayBuffer()
        this.answers.push(answer.status)
      })
      .catch(() => void this.answers.push(0))
    this.#underWay.add(sending)
    return sending.finally(() => this.#underWay.delete(sending))
  }

  async #answerPayer(request: IncomingMessage, response: ServerResponse, address: URL): Promise<void> {
    const payment = this.payments.get(address.searchParams.get('pid') ?? '')
    if (address.pathname !== '/hostedpaymentpage/' || !payment) return void response.writeHead(404).end()
    const language: Language = address.searchParams.get('language') === 'da-DK' ? 'da' : 'en'
    if (request.method === 'POST') {
      const choice = new URLSearchParams(await bodyOf(request)).get('choice')
      const known = z.enum(['pay', 'fail', 'cancel']).catch('cancel').parse(choice)
      const next = this.choose(payment.id, known)
      const location = known === 'fail' ? address.pathname + address.search : next
      return void response.writeHead(303, { location }).end()
    }
    response.setHeader('content-type', 'text/html; charset=utf-8').end(paymentPage(payment, language))
  }

  #payment(id: string): SimulatedPayment {
    const payment = this.payments.get(id)
    if (!payment) throw new Error('there is no such payment')
    return payment
  }

  #pageOf({ id }: SimulatedPayment): string {
    return `${this.url}/hostedpaymentpage/?checkoutKey=simulator&pid=${id}`
  }

  #merchantOf({ headers }: IncomingMessage): string | undefined {
    const shown = Buffer.from(headers.authorization ?? '')
    for (const [agency, { key }] of this.#merchants) {
      const right = Buffer.from(key)
      if (right.length === shown.length && timingSafeEqual(right, shown)) return agency
    }
    return undefined
  }
}

function retrieved(payment: SimulatedPayment): unknown {
  return {
    paymentId: payment.id,
    summary: {
      reservedAmount: payment.reserved,
      chargedAmount: payment.charged,
      refundedAmount: payment.refunded,
      cancelledAmount: payment.cancelled,
    },
    orderDetails: { amount: payment.amount, currency: 'DKK', reference: payment.reference },
    ...(payment.terminated ? { terminated: '2026-01-01T00:00:00Z' } : {}),
    ...(payment.charges.length > 0 ? { charges: payment.charges } : {}),
  }
}
