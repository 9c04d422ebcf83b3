import { z } from 'zod'
import { PaymentProviderDown } from '#fees'
import type { NexiMerchant } from './config.ts'

const TIMEOUT_MS = 15_000

/** The provider said no: asked again the same way it would say the same. */
export class NexiRefused extends PaymentProviderDown {
  readonly status: number

  constructor(what: string, status: number) {
    super(`${what} was answered ${status}`)
    this.status = status
  }
}

const amount = z.int().min(0).default(0)

/** What we read of a payment. All else it may hold, such as the payer's name, is not looked at. */
const retrieved = z.object({
  payment: z.object({
    paymentId: z.string().min(1),
    summary: z
      .object({ reservedAmount: amount, chargedAmount: amount, refundedAmount: amount, cancelledAmount: amount })
      .prefault({}),
    orderDetails: z.object({ amount: z.int(), currency: z.string(), reference: z.string().nullish() }),
    terminated: z.string().nullish(),
    charges: z
      .array(z.object({ chargeId: z.string().min(1), amount: z.int() }))
      .nullish()
      .transform((charges) => charges ?? []),
  }),
})
export type NexiPayment = z.infer<typeof retrieved>['payment']

const created = z.object({
  paymentId: z.string().min(1).max(64),
  hostedPaymentPageUrl: z.url({ protocol: /^https?$/ }),
})

export async function createPayment(merchant: NexiMerchant, body: unknown): Promise<z.infer<typeof created>> {
  const read = created.safeParse(await call(merchant, 'starting a payment', 'POST', '/v1/payments', { body }))
  if (!read.success) throw new PaymentProviderDown('starting a payment was answered with something else')
  return read.data
}

/** Undefined when there is no such payment, or it is another merchant's. */
export async function retrievePayment(merchant: NexiMerchant, id: string): Promise<NexiPayment | undefined> {
  try {
    const answer = await call(merchant, 'asking about a payment', 'GET', `/v1/payments/${encodeURIComponent(id)}`)
    const read = retrieved.safeParse(answer)
    if (!read.success) throw new PaymentProviderDown('asking about a payment was answered with something else')
    return read.data.payment
  } catch (fault) {
    if (fault instanceof NexiRefused && fault.status === 404) return undefined
    throw fault
  }
}

export async function chargePayment(merchant: NexiMerchant, id: string, body: unknown, key: string): Promise<void> {
  await call(merchant, 'taking the money', 'POST', `/v1/payments/${encodeURIComponent(id)}/charges`, { body, key })
}

export async function cancelReservation(merchant: NexiMerchant, id: string, body: unknown): Promise<void> {
  await call(merchant, 'letting go of the money', 'POST', `/v1/payments/${encodeURIComponent(id)}/cancels`, { body })
}

export async function terminatePayment(merchant: NexiMerchant, id: string): Promise<void> {
  await call(merchant, 'ending a payment', 'PUT', `/v1/payments/${encodeURIComponent(id)}/terminate`)
}

export async function refundCharge(merchant: NexiMerchant, charge: string, body: unknown, key: string): Promise<void> {
  await call(merchant, 'paying back', 'POST', `/v1/charges/${encodeURIComponent(charge)}/refunds`, { body, key })
}

async function call(
  merchant: NexiMerchant,
  what: string,
  method: 'GET' | 'POST' | 'PUT',
  path: string,
  { body, key }: { readonly body?: unknown; readonly key?: string } = {},
): Promise<unknown> {
  let response: Response
  let text: string
  try {
    response = await fetch(`${merchant.url}${path}`, {
      method,
      redirect: 'error',
      signal: AbortSignal.timeout(TIMEOUT_MS),
      headers: {
        authorization: merchant.secretKey,
        accept: 'application/json',
        ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        ...(key === undefined ? {} : { 'idempotency-key': key }),
      },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
    })
    text = await response.text()
  } catch {
    throw new PaymentProviderDown(`${what} was not answered`)
  }
  if (response.status >= 500) throw new PaymentProviderDown(`${what} was answered ${response.status}`)
  // What the provider says may quote what was sent, so that only the number is told.
  if (!response.ok) throw new NexiRefused(what, response.status)
  if (text === '') return undefined
  try {
    return JSON.parse(text)
  } catch {
    throw new PaymentProviderDown(`${what} was answered with something else`)
  }
}
