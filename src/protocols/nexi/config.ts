import { z } from 'zod'
import { type Beside, mayCarry, readConnections } from '#vault'

/** A library as a merchant at the payment provider. */
export interface NexiMerchant {
  /** Where the API begins, without a slash at the end. */
  readonly url: string
  readonly secretKey: string
  /** What the provider shows when it calls us. */
  readonly webhookSecret: string
  /** The library's terms of payment; the provider's page must have a link to them. */
  readonly termsUrl: string
}

export interface NexiConfig {
  /** By the library's short name. A library that is not there takes no payment online. */
  readonly agencies: ReadonlyMap<string, NexiMerchant>
}

const LIVE = 'https://api.dibspayment.eu'
/** The provider takes no other: it goes into a header of every call. */
const WEBHOOK_SECRET = /^[A-Za-z0-9]{16,32}$/

const agency = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).default(LIVE),
  'secret-key-file': z.string().min(1),
  'webhook-secret-file': z.string().min(1),
  'terms-url': z.url({ protocol: /^https?$/ }),
})
/**
 * Reads the file KVIT_PAYMENT_FILE names: for each library its key at Nexi Checkout, the secret its webhooks show, and
 * its terms. Files it names are looked for beside it.
 * @throws OperatorProblem that names every fault, and no key
 */
export function readNexiConfig(path: string): NexiConfig {
  const what = { variable: 'KVIT_PAYMENT_FILE', to: 'the payment provider', agency }
  return { agencies: readConnections(path, what, merchantOf) }
}

function merchantOf(given: z.output<typeof agency>, beside: Beside): NexiMerchant {
  const merchant = {
    url: given.url.replace(/\/+$/, ''),
    secretKey: beside.secret('secret-key-file', given['secret-key-file']),
    webhookSecret: beside.secret('webhook-secret-file', given['webhook-secret-file']),
    termsUrl: given['terms-url'],
  }
  if (merchant.webhookSecret !== '' && !WEBHOOK_SECRET.test(merchant.webhookSecret)) {
    beside.faults.push('webhook-secret-file: must hold 16 to 32 letters and digits, nothing else')
  }
  if (!mayCarry(merchant.url)) beside.faults.push('url: must begin with https:// unless it is on this machine')
  return merchant
}
