import { z } from 'zod'
import { type Beside, isThisMachine, readConnections } from '#vault'

/** One service at Serviceplatformen: where it answers, and which agreement lets us ask. */
export interface CprEndpoint {
  readonly url: string
  readonly serviceAgreement: string
  readonly service: string
}

/** How one library asks the CPR register. */
export interface CprConnection {
  /** SF1520, PersonBaseDataExtended 4. */
  readonly lookup: CprEndpoint
  /** SF6002, CprSubscriptionService 1. */
  readonly subscription: CprEndpoint
  readonly userSystem: string
  readonly user: string
  /** The municipality on whose behalf we ask; sent when given. */
  readonly municipalityCvr: string | null
  readonly accountingInfo: string | null
  /** The client certificate, its key, and whom we trust besides the usual, each as PEM. */
  readonly tls: { readonly certificate: string; readonly key: string; readonly ca: string | null } | null
  readonly changes: {
    readonly host: string
    readonly port: number
    readonly user: string
    /** The private key itself, as PEM or in OpenSSH's form. */
    readonly key: string
    readonly passphrase: string | null
    /** The server's key as `ssh-keyscan … | ssh-keygen -lf -` shows it: `SHA256:…`. */
    readonly hostKey: string
    readonly folder: string
    /** What the name of a file with changes contains, where the folder holds other files too. */
    readonly nameContains: string | null
  }
  /** Whether replacement numbers may be asked for: only from a simulator on this machine. */
  readonly testNumbers: boolean
  readonly timeoutMs: number
}

export interface CprServiceConfig {
  /** By the agency's short name. */
  readonly agencies: ReadonlyMap<string, CprConnection>
}

const TIMEOUT_MS = 10_000
/** As the contracts of the two services give them. */
const LOOKUP_SERVICE = 'e6be2436-bf35-4df2-83fe-925142825dc2'
const SUBSCRIPTION_SERVICE = '9cdccc2f-3243-11e2-8fef-d4bed98c5934'

// The contract's pattern has lower-case letters only.
const uuid = z.string().regex(/^[a-f0-9]{8}(-[a-f0-9]{4}){3}-[a-f0-9]{12}$/, 'must be a UUID in lower-case letters')
const file = z.string().min(1)
const endpoint = (service: string) =>
  z.strictObject({
    url: z.url({ protocol: /^https?$/ }),
    'service-agreement': uuid,
    service: uuid.default(service),
  })
const agency = z.strictObject({
  lookup: endpoint(LOOKUP_SERVICE),
  subscription: endpoint(SUBSCRIPTION_SERVICE),
  'user-system': uuid,
  user: uuid,
  'municipality-cvr': z
    .string()
    .regex(/^\d{8}$/, 'must be eight digits in quotation marks')
    .nullable()
    .default(null),
  'accounting-info': z.string().min(1).max(255).nullable().default(null),
  tls: z
    .strictObject({ certificate: file, key: file, ca: file.nullable().default(null) })
    .nullable()
    .default(null),
  changes: z.strictObject({
    host: z.string().min(1),
    port: z.int().min(1).max(65_535).default(22),
    user: z.string().min(1),
    key: file,
    'passphrase-file': file.nullable().default(null),
    'host-key': z
      .string()
      .regex(/^SHA256:[A-Za-z0-9+/]{43}$/, 'must be a fingerprint such as SHA256:… (43 characters)'),
    folder: z.string().startsWith('/', 'must begin with a slash'),
    'name-contains': z.string().min(1).nullable().default(null),
  }),
  'test-numbers': z.boolean().default(false),
})
/**
 * Reads the file KVIT_CPR_FILE names: for each library its two services, certificates, keys and where the files with
 * changes lie. Files it names are looked for beside it.
 * @throws OperatorProblem that names every fault
 */
export function readCprServiceConfig(path: string): CprServiceConfig {
  const what = { variable: 'KVIT_CPR_FILE', to: 'the CPR service', agency }
  return {
    agencies: readConnections(path, what, (given, beside) => {
      const connection = connectionOf(given, beside)
      beside.faults.push(...transportFaults(connection))
      return connection
    }),
  }
}

/** What may not be: personal data without TLS or a certificate, and replacement numbers to anyone but this machine. */
export function transportFaults(connection: CprConnection): string[] {
  const faults: string[] = []
  for (const key of ['lookup', 'subscription'] as const) {
    const url = new URL(connection[key].url)
    if (isThisMachine(url.hostname)) continue
    if (url.protocol !== 'https:') faults.push(`${key}.url: must begin with https:// unless it is on this machine`)
    else if (!connection.tls) faults.push('tls: the service asks for a client certificate and its key')
  }
  const hosts = [
    new URL(connection.lookup.url).hostname,
    new URL(connection.subscription.url).hostname,
    connection.changes.host,
  ]
  if (connection.testNumbers && !hosts.every(isThisMachine)) {
    faults.push('test-numbers: replacement numbers may only be sent to a simulator on this machine (127.0.0.1)')
  }
  return faults
}

function connectionOf(given: z.infer<typeof agency>, beside: Beside): CprConnection {
  const { tls, changes } = given
  const passphrase = changes['passphrase-file']
  const endpointOf = (one: typeof given.lookup): CprEndpoint => ({
    url: one.url,
    serviceAgreement: one['service-agreement'],
    service: one.service,
  })
  return {
    lookup: endpointOf(given.lookup),
    subscription: endpointOf(given.subscription),
    userSystem: given['user-system'],
    user: given.user,
    municipalityCvr: given['municipality-cvr'],
    accountingInfo: given['accounting-info'],
    tls: tls && {
      certificate: beside.text('tls.certificate', tls.certificate),
      key: beside.text('tls.key', tls.key),
      ca: tls.ca === null ? null : beside.text('tls.ca', tls.ca),
    },
    changes: {
      host: changes.host,
      port: changes.port,
      user: changes.user,
      key: beside.text('changes.key', changes.key),
      passphrase: passphrase === null ? null : beside.text('changes.passphrase-file', passphrase).trim(),
      hostKey: changes['host-key'],
      folder: changes.folder,
      nameContains: changes['name-contains'],
    },
    testNumbers: given['test-numbers'],
    timeoutMs: TIMEOUT_MS,
  }
}
