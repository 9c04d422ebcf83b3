import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { OperatorProblem } from '#db'

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
const schema = z.strictObject({
  agencies: z.record(z.string().regex(/^[a-z][a-z0-9_]{1,30}$/, 'must be a library’s short name'), agency),
})

/**
 * Reads the file KVIT_PAYMENT_FILE names: for each library its key at Nexi Checkout, the secret its webhooks show, and
 * its terms. Files it names are looked for beside it.
 * @throws OperatorProblem that names every fault, and no key
 */
export function readNexiConfig(path: string): NexiConfig {
  const read = schema.safeParse(yamlOf(path))
  if (!read.success) {
    throw problem(
      path,
      read.error.issues.map((issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`),
    )
  }
  const faults: string[] = []
  const agencies = new Map<string, NexiMerchant>()
  for (const [name, given] of Object.entries(read.data.agencies)) {
    const secret = (key: 'secret-key-file' | 'webhook-secret-file'): string => {
      const text = textIn(resolve(dirname(path), given[key]))
      if (text === '') faults.push(`agencies.${name}.${key}: ${given[key]} cannot be read, or is empty`)
      return text
    }
    const merchant = {
      url: given.url.replace(/\/+$/, ''),
      secretKey: secret('secret-key-file'),
      webhookSecret: secret('webhook-secret-file'),
      termsUrl: given['terms-url'],
    }
    if (merchant.webhookSecret !== '' && !WEBHOOK_SECRET.test(merchant.webhookSecret)) {
      faults.push(`agencies.${name}.webhook-secret-file: must hold 16 to 32 letters and digits, nothing else`)
    }
    if (!mayCarry(merchant.url)) {
      faults.push(`agencies.${name}.url: must begin with https:// unless it is on this machine`)
    }
    agencies.set(name, merchant)
  }
  if (faults.length > 0) throw problem(path, faults)
  return { agencies }
}

/** The key and what people pay leave this machine only over TLS. */
export function mayCarry(url: string): boolean {
  const { protocol, hostname } = new URL(url)
  return protocol === 'https:' || ['127.0.0.1', '[::1]', 'localhost'].includes(hostname)
}

function textIn(file: string): string {
  try {
    return readFileSync(file, 'utf8').trim()
  } catch {
    return ''
  }
}

function yamlOf(path: string): unknown {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    throw new OperatorProblem(`KVIT_PAYMENT_FILE names ${path}, which cannot be read.`)
  }
  try {
    return parse(text)
  } catch {
    throw problem(path, ['the file is not YAML'])
  }
}

function problem(path: string, faults: readonly string[]): OperatorProblem {
  return new OperatorProblem(
    `The connection to the payment provider in ${path} cannot be used:\n${faults.map((fault) => `- ${fault}`).join('\n')}`,
  )
}
