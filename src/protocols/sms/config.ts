import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { OperatorProblem } from '#db'
import { isSender } from './numbers.ts'

/** A library's account at the gateway. */
export interface SmsAccount {
  /** Where the API begins, without a slash at the end. */
  readonly url: string
  readonly user: string
  readonly key: string
  /** Whom messages say they are from; made from the library's title when null. */
  readonly from: string | null
}

export interface SmsConfig {
  /** By the library's short name. A library that is not there sends no SMS. */
  readonly agencies: ReadonlyMap<string, SmsAccount>
}

const CPSMS = 'https://api.cpsms.dk/v2'

const agency = z.strictObject({
  url: z.url({ protocol: /^https?$/ }).default(CPSMS),
  // What Basic authentication cannot carry in a user (RFC 7617) would make a password of its second half.
  user: z.string().regex(/^[^:\s]+$/, 'must be a user without colon or space'),
  'key-file': z.string().min(1),
  from: z
    .string()
    .refine(isSender, 'must be up to 11 letters or digits, or a number of up to 20 digits')
    .nullable()
    .default(null),
})
const schema = z.strictObject({
  agencies: z.record(z.string().regex(/^[a-z][a-z0-9_]{1,30}$/, 'must be a library’s short name'), agency),
})

/**
 * Reads the file KVIT_SMS_FILE names: for each library its user at the gateway and the file with its key, which is
 * looked for beside it.
 * @throws OperatorProblem that names every fault, and no key
 */
export function readSmsConfig(path: string): SmsConfig {
  const read = schema.safeParse(yamlOf(path))
  if (!read.success) {
    throw problem(
      path,
      read.error.issues.map((issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`),
    )
  }
  const faults: string[] = []
  const agencies = new Map<string, SmsAccount>()
  for (const [name, given] of Object.entries(read.data.agencies)) {
    const account = {
      url: given.url.replace(/\/+$/, ''),
      user: given.user,
      key: keyIn(resolve(dirname(path), given['key-file'])),
      from: given.from,
    }
    if (account.key === '') faults.push(`agencies.${name}.key-file: ${given['key-file']} cannot be read, or is empty`)
    if (!mayCarry(account.url)) {
      faults.push(`agencies.${name}.url: must begin with https:// unless it is on this machine`)
    }
    agencies.set(name, account)
  }
  if (faults.length > 0) throw problem(path, faults)
  return { agencies }
}

/** Numbers, texts and the key leave this machine only over TLS. */
export function mayCarry(url: string): boolean {
  const { protocol, hostname } = new URL(url)
  return protocol === 'https:' || ['127.0.0.1', '[::1]', 'localhost'].includes(hostname)
}

function keyIn(file: string): string {
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
    throw new OperatorProblem(`KVIT_SMS_FILE names ${path}, which cannot be read.`)
  }
  try {
    return parse(text)
  } catch {
    throw problem(path, ['the file is not YAML'])
  }
}

function problem(path: string, faults: readonly string[]): OperatorProblem {
  return new OperatorProblem(
    `The connection to the SMS gateway in ${path} cannot be used:\n${faults.map((fault) => `- ${fault}`).join('\n')}`,
  )
}
