import { createHash, timingSafeEqual } from 'node:crypto'
import { oreOf } from '#core'
import { OperatorProblem } from '#db'
import { type OrderToPay, type PaymentProvider, PaymentProviderDown, type ProviderStatus } from '#fees'
import { mayCarry } from '#vault'
import {
  cancelReservation,
  chargePayment,
  createPayment,
  type NexiPayment,
  NexiRefused,
  refundCharge,
  retrievePayment,
  terminatePayment,
} from './api.ts'
import type { NexiConfig, NexiMerchant } from './config.ts'

/** The libraries' payments at Nexi Checkout (formerly Nets Easy and DIBS). */
export interface Nexi {
  /** Undefined for a library that is no merchant there. */
  provider(agency: string): PaymentProvider | undefined
  /** Whether a webhook shows the library's own secret; takes as long for a library that has none. */
  isAuthorized(agency: string, shown: string | undefined): boolean
}

/** @param publicUrl our own address, where webhooks come to. @throws OperatorProblem */
export function connectNexi(config: NexiConfig, publicUrl: string): Nexi {
  const providers = new Map<string, PaymentProvider>()
  for (const [agency, merchant] of config.agencies) {
    if (!mayCarry(merchant.url)) throw new OperatorProblem(`Payments of ${agency} cannot go over a line without TLS.`)
    providers.set(agency, providerOf(agency, merchant, publicUrl.replace(/\/+$/, '')))
  }
  return {
    provider: (agency) => providers.get(agency),
    isAuthorized(agency, shown) {
      const right = config.agencies.get(agency)?.webhookSecret
      const same = timingSafeEqual(digest(right ?? ''), digest(shown ?? ''))
      return same && right !== undefined && right !== ''
    },
  }
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest()
}

const CURRENCY = 'DKK'
const EVENTS = [
  'payment.reservation.created.v2',
  'payment.checkout.completed',
  'payment.charge.created.v2',
  'payment.cancel.created',
  'payment.refund.completed',
]

function providerOf(agency: string, merchant: NexiMerchant, publicUrl: string): PaymentProvider {
  return {
    name: 'nexi',

    async start(order) {
      const { paymentId, hostedPaymentPageUrl } = await createPayment(merchant, bodyOf(order))
      const page = new URL(hostedPaymentPageUrl)
      page.searchParams.set('language', order.language === 'da' ? 'da-DK' : 'en-GB')
      return { providerId: paymentId, url: page.href }
    },

    async status(providerId) {
      const payment = await retrievePayment(merchant, providerId)
      return payment && statusOf(payment)
    },

    charge: (providerId, order, amount) => chargePayment(merchant, providerId, { amount }, `charge-${order}`),

    async cancel(providerId) {
      const payment = await retrievePayment(merchant, providerId)
      const status = payment && statusOf(payment)
      try {
        if (status?.state === 'open') await terminatePayment(merchant, providerId)
        if (status?.state === 'reserved') await cancelReservation(merchant, providerId, { amount: status.amount_ore })
      } catch (fault) {
        // The patron has paid this moment, or somebody else ended it: whoever asks next is told which.
        if (!(fault instanceof NexiRefused)) throw fault
      }
    },

    async refund(providerId, order, amount) {
      const payment = await retrievePayment(merchant, providerId)
      const charge = payment?.charges.find((charge) => charge.amount >= amount)
      if (!charge) throw new PaymentProviderDown('there is no charge to pay back from')
      await refundCharge(merchant, charge.chargeId, { amount }, `refund-${order}`)
    },
  }

  function bodyOf(order: OrderToPay): unknown {
    return {
      order: {
        items: order.lines.map(({ text, reference, amount_ore }) => ({
          reference,
          name: text,
          quantity: 1,
          unit: 'pcs',
          unitPrice: amount_ore,
          // Fees and compensation carry no VAT.
          taxRate: 0,
          taxAmount: 0,
          grossTotalAmount: amount_ore,
          netTotalAmount: amount_ore,
        })),
        amount: order.amount_ore,
        currency: CURRENCY,
        reference: order.id,
      },
      checkout: {
        integrationType: 'HostedPaymentPage',
        returnUrl: order.returnUrl,
        cancelUrl: order.cancelUrl,
        termsUrl: merchant.termsUrl,
        // Otherwise the page asks the payer for name and address, which nobody needs.
        merchantHandlesConsumerData: true,
        // Held first: it is taken when we have seen that the claims are still as they were.
        charge: false,
      },
      notifications: {
        webHooks: EVENTS.map((eventName) => ({
          eventName,
          // Names the order too: a webhook may come before the number of the payment has been written down.
          url: `${publicUrl}/payments/nexi/${agency}?order=${order.id}`,
          authorization: merchant.webhookSecret,
        })),
      },
    }
  }
}

/** @throws PaymentProviderDown when it is about other money than ours */
function statusOf({ summary, orderDetails, terminated }: NexiPayment): ProviderStatus {
  if (orderDetails.currency !== CURRENCY) throw new PaymentProviderDown('the payment is in another currency')
  const { reservedAmount, chargedAmount, refundedAmount, cancelledAmount } = summary
  const held = reservedAmount - cancelledAmount
  const told = { reference: orderDetails.reference ?? '', refunded_ore: oreOf(refundedAmount) }
  if (chargedAmount > 0) return { ...told, state: 'paid', amount_ore: oreOf(chargedAmount) }
  if (held > 0) return { ...told, state: 'reserved', amount_ore: oreOf(held) }
  const isOver = cancelledAmount > 0 || (terminated ?? null) !== null
  return { ...told, state: isOver ? 'cancelled' : 'open', amount_ore: oreOf(0) }
}
