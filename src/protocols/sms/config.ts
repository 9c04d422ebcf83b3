import { z } from 'zod'
import { type Beside, mayCarry, readConnections } from '#vault'
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
/**
 * Reads the file KVIT_SMS_FILE names: for each library its user at the gateway and the file with its key, which is
 * looked for beside it.
 * @throws OperatorProblem that names every fault, and no key
 */
export function readSmsConfig(path: string): SmsConfig {
  return { agencies: readConnections(path, { variable: 'KVIT_SMS_FILE', to: 'the SMS gateway', agency }, accountOf) }
}

function accountOf(given: z.output<typeof agency>, beside: Beside): SmsAccount {
  const url = given.url.replace(/\/+$/, '')
  if (!mayCarry(url)) beside.faults.push('url: must begin with https:// unless it is on this machine')
  return { url, user: given.user, key: beside.secret('key-file', given['key-file']), from: given.from }
}
