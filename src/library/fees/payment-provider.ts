import type { Language, Ore, PaymentOrderId } from '#core'

/** What a payment online is about, as its provider is told: amounts and bill numbers, never a title or a name. */
export interface OrderToPay {
  /** Also the reference that the provider answers with. */
  readonly id: PaymentOrderId
  readonly amount_ore: Ore
  readonly lines: readonly OrderLine[]
  /** Where the browser comes back to, having paid or not; and where it goes when the patron turns back. */
  readonly returnUrl: string
  readonly cancelUrl: string
  readonly language: Language
}

export interface OrderLine {
  readonly text: string
  readonly reference: string
  readonly amount_ore: Ore
}

export interface ProviderStatus {
  /** `reserved`: the money is held for us and not taken yet. */
  readonly state: 'open' | 'reserved' | 'paid' | 'failed' | 'cancelled'
  /** Which order it says it is about. */
  readonly reference: string
  /** What was taken or, while it is only held, what is held. */
  readonly amount_ore: Ore
  readonly refunded_ore: Ore
}

/**
 * A provider with a payment page of its own. Every call goes over the net: never inside a transaction. Calls may be
 * repeated, also by two at once, and have their effect once: charging and paying back carry a key made of the order's id.
 */
export interface PaymentProvider {
  /** As `payment_order.provider` has it. */
  readonly name: string
  /** @throws PaymentProviderDown */
  start(order: OrderToPay): Promise<{ readonly providerId: string; readonly url: string }>
  /** Undefined when the provider knows no such payment. @throws PaymentProviderDown */
  status(providerId: string): Promise<ProviderStatus | undefined>
  /** Takes what is held. @throws PaymentProviderDown */
  charge(providerId: string, order: PaymentOrderId, amount: Ore): Promise<void>
  /** Ends a payment of which nothing was taken; does nothing to any other. @throws PaymentProviderDown */
  cancel(providerId: string): Promise<void>
  /** @throws PaymentProviderDown */
  refund(providerId: string, order: PaymentOrderId, amount: Ore): Promise<void>
}

/** The provider did not answer, or not as it should. Its message never quotes what was sent. */
export class PaymentProviderDown extends Error {}
