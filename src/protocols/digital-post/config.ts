import { X509Certificate } from 'node:crypto'
import { z } from 'zod'
import { type Beside, isThisMachine, readConnections } from '#vault'

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
/**
 * Reads the file KVIT_DIGITAL_POST_FILE names: for each library where its services are, its municipality's number and
 * its certificate. Files it names are looked for beside it.
 * @throws OperatorProblem that names every fault
 */
export function readDigitalPostConfig(path: string): DigitalPostConfig {
  const what = { variable: 'KVIT_DIGITAL_POST_FILE', to: 'Digital Post', agency }
  return {
    agencies: readConnections(path, what, (given, beside) => {
      const connection = connectionOf(given, beside)
      // A file that is missing is told once, and not again by what it would have held.
      if (beside.faults.length === 0) beside.faults.push(...connectionFaults(connection))
      return connection
    }),
  }
}

/** What may not be: personal data without TLS or a certificate, and replacement numbers to anyone but this machine. */
export function connectionFaults(connection: DigitalPostConnection): string[] {
  const faults: string[] = []
  const { tls, receiptsSecret } = connection
  for (const key of ['url', 'tokens'] as const) {
    const { protocol, hostname } = new URL(connection[key])
    if (isThisMachine(hostname)) continue
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

function connectionOf(given: z.infer<typeof agency>, beside: Beside): DigitalPostConnection {
  const { tls } = given
  const secret = given['receipts-secret-file']
  return {
    url: given.url.replace(/\/+$/, ''),
    tokens: given.tokens,
    cvr: given.cvr,
    senderLabel: given['sender-label'],
    tls: tls && {
      certificate: beside.text('tls.certificate', tls.certificate),
      key: beside.text('tls.key', tls.key),
      ca: tls.ca === null ? null : beside.text('tls.ca', tls.ca),
    },
    testNumbers: given['test-numbers'],
    receiptsSecret: secret === null ? null : beside.text('receipts-secret-file', secret).trim(),
    timeoutMs: TIMEOUT_MS,
  }
}
