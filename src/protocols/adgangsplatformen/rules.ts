import { z } from 'zod'
import type { Agency } from '#agencies'
import { ok, type Result, refuse } from '#core'

/** What a client can be told of a person. The PIN is not among them and never will be. */
export const ATTRIBUTES = [
  'uniqueId',
  'municipality',
  'municipalityAgencyId',
  'cpr',
  'userId',
  'idpUsed',
  'agencies',
  'libraries',
] as const
export type Attribute = (typeof ATTRIBUTES)[number]

/** A website or app that may sign patrons in here. */
export interface Client {
  readonly id: string
  readonly title: string
  readonly redirect_uris: readonly string[]
  readonly attributes: readonly Attribute[]
  /** Whether its tokens reach their own library only, or any. */
  readonly agencies: 'own' | 'any'
}

export const CODE_MINUTES = 5
/** No client knows refresh tokens, so that a token lasts as long as someone is to stay signed in. */
export const TOKEN_DAYS = 30
/** Long enough for signing up; of someone who does not, nothing stays for longer. */
export const UNREGISTERED_MINUTES = 60

/** An agency number as clients write it, `716100` or `DK-716100`. */
export function agencyNumber(text: string | undefined): string | undefined {
  return /^(?:DK-)?(7\d{5})$/.exec(text ?? '')?.[1]
}

/** The library that an anonymous token is asked for: user name and password are both `@` and its number. */
export function libraryAsked(username: string, password: string): string | undefined {
  return username === password && username.startsWith('@') ? agencyNumber(username.slice(1)) : undefined
}

const LONGEST_URI = 500

/** Whether an address may be given to a client to be sent back to: whole, over TLS or to an app or this machine. */
export function isGoodRedirect(uri: string): boolean {
  if (uri.length > LONGEST_URI || /[\s\\#*]/.test(uri) || !URL.canParse(uri)) return false
  const { protocol, hostname, username, password } = new URL(uri)
  if (username !== '' || password !== '') return false
  if (protocol === 'https:') return true
  if (protocol === 'http:') return ['localhost', '127.0.0.1', '[::1]'].includes(hostname)
  // An app's own scheme is its reversed domain, which keeps `javascript:` and `data:` out.
  return /^[a-z][a-z0-9-]*(\.[a-z0-9-]+)+:$/.test(protocol)
}

/** A registered address with the answer added. The address itself stays letter for letter. */
export function withAnswer(uri: string, answer: Readonly<Record<string, string | undefined>>): string {
  const given = Object.entries(answer).filter((pair): pair is [string, string] => pair[1] !== undefined)
  return `${uri}${uri.includes('?') ? '&' : '?'}${new URLSearchParams(given)}`
}

/** Where a form may lead after it was sent, as a source of the content security policy. */
export function formSource(uri: string): string {
  const { protocol, origin } = new URL(uri)
  return /^https?:$/.test(protocol) ? origin : protocol
}

/** Text from outside that PostgreSQL can hold. */
export function plainText(longest: number): z.ZodString {
  return z
    .string()
    .max(longest)
    .refine((text) => !text.includes('\0'))
}

const word = plainText(1024).optional()

/** What a browser brings from a client. Anything else in the address is not looked at. */
export const askedFields = z.object({
  response_type: word,
  client_id: word,
  redirect_uri: word,
  state: word,
  agency: word,
  presel: word,
  idp: word,
})
export type Asked = z.infer<typeof askedFields>

export interface Wanted {
  readonly client: Client
  readonly redirectUri: string
  /** Undefined while the person has not chosen one. */
  readonly agency: Agency | undefined
  /** The client has named the library; the person cannot choose another. */
  readonly fixed: boolean
  /** The client insists on one way to sign in. */
  readonly means: 'nemlogin' | 'borchk' | undefined
}

export type AskedRefusal =
  /** Told to the person only: nobody is sent to an address that is not known to be the client's. */
  | { readonly kind: 'unknown-client' | 'unknown-redirect' }
  | {
      readonly kind: 'sent-back'
      readonly redirectUri: string
      readonly error: 'invalid_request' | 'unsupported_response_type'
      readonly description: string
    }

/** Whether a client may have someone sign in as it asks. `force_login` is always so here: each sign-in asks anew. */
export function decideAsked(
  client: Client | undefined,
  asked: Asked,
  agencies: readonly Agency[],
): Result<Wanted, AskedRefusal> {
  if (!client) return refuse({ kind: 'unknown-client' })
  const redirectUri = asked.redirect_uri ?? ''
  if (!client.redirect_uris.includes(redirectUri)) return refuse({ kind: 'unknown-redirect' })
  if (asked.response_type !== 'code') {
    const description = 'only response_type=code is known'
    return refuse({ kind: 'sent-back', redirectUri, error: 'unsupported_response_type', description })
  }
  const means = asked.idp === 'nemlogin' || asked.idp === 'borchk' ? asked.idp : undefined
  if (asked.idp && !means) return sentBack('idp is nemlogin or borchk')
  const agencyOf = (text: string | undefined) => agencies.find(({ number }) => number === agencyNumber(text))
  const fixed = agencyOf(asked.agency)
  if (asked.agency && !fixed) return sentBack('unknown agency')
  const only = agencies.length === 1 ? agencies[0] : undefined
  const agency = fixed ?? agencyOf(asked.presel) ?? only
  return ok({ client, redirectUri, agency, fixed: (fixed ?? only) !== undefined, means })

  function sentBack(description: string): Result<never, AskedRefusal> {
    return refuse({ kind: 'sent-back', redirectUri, error: 'invalid_request', description })
  }
}

export interface Facts {
  readonly agency: string
  readonly uniqueId: string
  /** Ten digits. Undefined for who has none, or one that a library made up and that never leaves the house. */
  readonly cpr: string | undefined
  /** The patron number; undefined for who is no patron here. */
  readonly number: string | undefined
  /** As the register has it, with or without leading zero. */
  readonly municipality: string | undefined
  readonly means: 'borchk' | 'nemlogin'
}

interface AgencyEntry {
  readonly agencyId: string
  readonly userId: string
  readonly userIdType: 'CPR' | 'LOCAL'
}

export type Attributes = Partial<Record<Attribute, string | readonly AgencyEntry[]>>

/** What one client is told of one person: only what it is allowed, and only as text. */
export function tell(facts: Facts, allowed: readonly Attribute[]): Attributes {
  // A client that may not know the CPR number must not find it in a list of identifiers either.
  const cpr = allowed.includes('cpr') ? facts.cpr : undefined
  const municipality = facts.municipality?.padStart(3, '0').slice(-3)
  const agencies = facts.number === undefined ? [] : entries(facts.agency, cpr, facts.number)
  const all: Partial<Record<Attribute, string | readonly AgencyEntry[] | undefined>> = {
    uniqueId: facts.uniqueId,
    municipality,
    municipalityAgencyId: municipality && `7${municipality}00`,
    cpr,
    userId: facts.number ?? cpr,
    idpUsed: facts.means,
    agencies,
    libraries: agencies,
  }
  return Object.fromEntries(Object.entries(all).filter(([name, value]) => isAllowed(name) && value !== undefined))

  function isAllowed(name: string): boolean {
    return allowed.some((each) => each === name)
  }
}

function entries(agencyId: string, cpr: string | undefined, number: string): AgencyEntry[] {
  const local: AgencyEntry = { agencyId, userId: number, userIdType: 'LOCAL' }
  return cpr === undefined ? [local] : [{ agencyId, userId: cpr, userIdType: 'CPR' }, local]
}

/** Ten digits of a CPR number, also where the first zero was lost on the way. Undefined when it cannot be one. */
export function cprDigits(text: string): string | undefined {
  const digits = text.replace('-', '').padStart(10, '0')
  return /^\d{10}$/.test(digits) ? digits : undefined
}

/** A number that a library or hospital made up, day of month plus 60: two people can have the same. */
export function isReplacement(digits: string): boolean {
  return Number(digits.slice(0, 2)) > 60
}
