import { X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { dirname, resolve } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { OperatorProblem } from '#db'

/** How one library sends Digital Post: SF1601 at KOMBIT's Serviceplatformen, on behalf of its municipality. */
export interface DigitalPostConnection {
  /** Where the services lie, such as `https://prod.serviceplatformen.dk`. */
  readonly url: string
  /** Where the municipal token service (KOMBIT's STS) says who we are. */
  readonly tokens: string
  /** The municipality: the sender of the post, and on whose behalf we ask for tokens. */
  readonly cvr: string
  /** As the recipient sees the sender; the library's own title when null. */
  readonly senderLabel: string | null
  /** The system's OCES3 certificate, its key, and whom we trust besides the usual, each as PEM. */
  readonly tls: { readonly certificate: string; readonly key: string; readonly ca: string | null } | null
  /** Whether replacement numbers may be written to: only at a simulator on this machine. */
  readonly testNumbers: boolean
  /** The secret part of the address to which the municipal message broker brings receipts; null when it brings none. */
  readonly receiptsSecret: string | null
  readonly timeoutMs: number
}

export interface DigitalPostConfig {
  /** By the agency's short name. */
  readonly agencies: ReadonlyMap<string, DigitalPostConnection>
}

const TIMEOUT_MS = 30_000
const FEWEST_SECRET_CHARACTERS = 24

const file = z.string().min(1)
const url = z.url({ protocol: /^https?$/ })
const agency = z.strictObject({
  url,
  tokens: url,
  cvr: z.string().regex(/^\d{8}$/, 'must be eight digits in quotation marks'),
  'sender-label': z.string().trim().min(1).max(256).nullable().default(null),
  tls: z
    .strictObject({ certificate: file, key: file, ca: file.nullable().default(null) })
    .nullable()
    .default(null),
  'test-numbers': z.boolean().default(false),
  'receipts-secret-file': file.nullable().default(null),
})
const schema = z.strictObject({
  agencies: z.record(z.string().regex(/^[a-z][a-z0-9_]{1,30}$/, 'must be a library’s short name'), agency),
})

/**
 * Reads the file KVIT_DIGITAL_POST_FILE names: for each library where its services are, its municipality's number and
 * its certificate. Files it names are looked for beside it.
 * @throws OperatorProblem that names every fault
 */
export function readDigitalPostConfig(path: string): DigitalPostConfig {
  const read = schema.safeParse(yamlOf(path))
  if (!read.success) {
    throw problem(
      path,
      read.error.issues.map((issue) => `${issue.path.join('.') || 'the file'}: ${issue.message}`),
    )
  }
  const faults: string[] = []
  const agencies = new Map<string, DigitalPostConnection>()
  for (const [name, given] of Object.entries(read.data.agencies)) {
    const text = (key: string, wanted: string): string => {
      try {
        return readFileSync(resolve(dirname(path), wanted), 'utf8')
      } catch {
        faults.push(`agencies.${name}.${key}: the file ${wanted} cannot be read`)
        return ''
      }
    }
    const before = faults.length
    const connection = connectionOf(given, text)
    agencies.set(name, connection)
    // A file that is missing is told once, and not again by what it would have held.
    if (faults.length === before) faults.push(...connectionFaults(connection).map((each) => `agencies.${name}.${each}`))
  }
  if (faults.length > 0) throw problem(path, faults)
  return { agencies }
}

/** What may not be: personal data without TLS or a certificate, and replacement numbers to anyone but this machine. */
export function connectionFaults(connection: DigitalPostConnection): string[] {
  const faults: string[] = []
  const { tls, receiptsSecret } = connection
  for (const key of ['url', 'tokens'] as const) {
    const { protocol, hostname } = new URL(connection[key])
    if (isHere(hostname)) continue
    if (protocol !== 'https:') faults.push(`${key}: must begin with https:// unless it is on this machine`)
    else if (!tls) faults.push('tls: the service asks for a client certificate and its key')
    if (connection.testNumbers) {
      faults.push('test-numbers: replacement numbers may only be sent to a simulator on this machine (127.0.0.1)')
    }
  }
  if (tls && certificateIn(tls.certificate) === undefined) faults.push('tls.certificate: is no certificate in PEM form')
  if (receiptsSecret !== null && !isSecret(receiptsSecret)) {
    faults.push(`receipts-secret-file: must hold at least ${FEWEST_SECRET_CHARACTERS} letters, digits, - or _`)
  }
  return [...new Set(faults)]
}

/** The first certificate of a file, which is the system's own, as the token service wants to have it. */
export function certificateIn(pem: string): string | undefined {
  try {
    return new X509Certificate(pem).raw.toString('base64')
  } catch {
    return undefined
  }
}

function isSecret(text: string): boolean {
  return text.length >= FEWEST_SECRET_CHARACTERS && /^[\w-]+$/.test(text)
}

function isHere(host: string): boolean {
  return host === '127.0.0.1' || host === '[::1]' || host === 'localhost'
}

function yamlOf(path: string): unknown {
  let text: string
  try {
    text = readFileSync(path, 'utf8')
  } catch {
    throw new OperatorProblem(`KVIT_DIGITAL_POST_FILE names ${path}, which cannot be read.`)
  }
  try {
    return parse(text)
  } catch (fault) {
    throw problem(path, [fault instanceof Error ? (fault.message.split('\n')[0] ?? '') : 'is not YAML'])
  }
}

function connectionOf(
  given: z.infer<typeof agency>,
  text: (key: string, file: string) => string,
): DigitalPostConnection {
  const { tls } = given
  const secret = given['receipts-secret-file']
  return {
    url: given.url.replace(/\/+$/, ''),
    tokens: given.tokens,
    cvr: given.cvr,
    senderLabel: given['sender-label'],
    tls: tls && {
      certificate: text('tls.certificate', tls.certificate),
      key: text('tls.key', tls.key),
      ca: tls.ca === null ? null : text('tls.ca', tls.ca),
    },
    testNumbers: given['test-numbers'],
    receiptsSecret: secret === null ? null : text('receipts-secret-file', secret).trim(),
    timeoutMs: TIMEOUT_MS,
  }
}

function problem(path: string, faults: readonly string[]): OperatorProblem {
  return new OperatorProblem(
    `The connection to Digital Post in ${path} cannot be used:\n${faults.map((fault) => `- ${fault}`).join('\n')}`,
  )
}
