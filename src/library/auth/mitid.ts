import { createHash } from 'node:crypto'
import * as oidc from 'openid-client'
import { z } from 'zod'
import { type Clock, ok, type Result, realClock, refuse, unreachable } from '#core'
import { readCpr } from '#patrons'
import { localPath } from '#web'
import { type AnswerFault, answerFault, lazyProvider, newQuestion, type ProviderConfig, questionUrl } from './oidc.ts'

/** How patrons sign in with MitID: through a broker that speaks OpenID Connect. */
export interface MitIdConfig extends ProviderConfig {
  /** Our own address, which the broker sends people back to: `https://bibliotek.example.dk`. */
  readonly publicUrl: string
  /** What the broker calls name and CPR number. Its own documents say; brokers ignore what they do not know. */
  readonly scope?: string
  /** How a broker is asked for MitID at level Substantial, where it wants to be asked. */
  readonly acrValues?: string
  /** Where people come back to; {@link mitIdCallback} of their library unless told. */
  readonly callback?: string
}

/** As an operator writes it down. */
export const mitIdSchema = z.strictObject({
  issuer: z.url({ protocol: /^https?$/ }),
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
  scope: z.string().min(1).optional(),
  acrValues: z.string().min(1).optional(),
})

/** Who MitID says someone is. */
export interface MitIdPerson {
  /** Ten digits. */
  readonly cpr: string
  readonly name: string | undefined
  /** Level of assurance (NSIS); undefined where the broker does not tell it. */
  readonly loa: 'substantial' | 'high' | undefined
}

export type MitIdRefusal =
  /** The person said no, or closed MitID. */
  | { readonly kind: 'denied' }
  /** The answer came too late: after ten minutes here, or when the broker had forgotten it. */
  | { readonly kind: 'expired' }
  /** The same answer a second time. */
  | { readonly kind: 'replayed' }
  /** An answer to no question of this browser's. */
  | { readonly kind: 'wrong-state' }
  | { readonly kind: 'wrong-issuer' }
  | { readonly kind: 'wrong-nonce' }
  | { readonly kind: 'no-cpr' }
  /** Not MitID, or at level Low, which is not enough where a CPR number is told. */
  | { readonly kind: 'too-low' }
  /** An answer that did not hold; `code` is for the log and quotes nothing of it. */
  | { readonly kind: 'untrusted'; readonly code: string }
  | { readonly kind: 'mitid-down' }

export interface MitId {
  /** Where to send the browser, and what it must bring back in a cookie that is signed and that no script reads. */
  begin(
    agency: string,
    returnTo: string,
    language?: 'da' | 'en',
  ): Promise<Result<{ readonly url: string; readonly kept: string }, MitIdRefusal>>
  /** Who came back. `query` is what the broker added to our address; `kept` what the browser brought. */
  finish(
    agency: string,
    query: string,
    kept: string | undefined,
  ): Promise<Result<MitIdPerson & { readonly returnTo: string }, MitIdRefusal>>
}

/** How long there is to sign in at MitID. */
export const MITID_MINUTES = 10
const MOST_USED = 20_000

/** The path the broker sends people back to; it is registered there for each library. */
export function mitIdCallback(agency: string): string {
  return `/${agency}/mitid/callback`
}

const keptFields = z.object({
  state: z.string(),
  nonce: z.string(),
  verifier: z.string(),
  agency: z.string(),
  returnTo: z.string(),
  until: z.string(),
})
type Kept = z.infer<typeof keptFields>

export function createMitId(config: MitIdConfig, given: { readonly clock?: Clock } = {}): MitId {
  const clock = given.clock ?? realClock
  const provider = lazyProvider(config)
  const used = new UsedStates(clock)
  const addressOf = (agency: string) => new URL(config.callback ?? mitIdCallback(agency), config.publicUrl).href

  return {
    async begin(agency, returnTo, language = 'da') {
      const question = newQuestion()
      try {
        const url = await questionUrl(await provider(), question, {
          redirect_uri: addressOf(agency),
          scope: config.scope ?? 'openid mitid ssn',
          ui_locales: language,
          // The next one at a screen of the library's must not become the one before.
          prompt: 'login',
          ...(config.acrValues === undefined ? {} : { acr_values: config.acrValues }),
        })
        const until = clock.now().add({ minutes: MITID_MINUTES })
        const kept: Kept = { ...question, agency, returnTo: localPath(returnTo, `/${agency}`), until: until.toString() }
        return ok({ url: url.href, kept: JSON.stringify(kept) })
      } catch (fault) {
        return refuse(downOr(answerFault(fault)))
      }
    },

    async finish(agency, query, keptText) {
      const kept = readKept(keptText)
      const answer = new URL(`${addressOf(agency)}${query}`)
      const state = answer.searchParams.getAll('state')
      if (!kept || kept.agency !== agency || state.length !== 1 || state[0] !== kept.state) {
        return refuse({ kind: 'wrong-state' })
      }
      // Before anything is waited for, so that of two answers at once one is the second.
      if (!used.use(kept.state)) return refuse({ kind: 'replayed' })
      if (Temporal.Instant.compare(clock.now(), Temporal.Instant.from(kept.until)) >= 0)
        return refuse({ kind: 'expired' })
      try {
        const claims = await claimsOf(await provider(), answer, kept)
        if (claims === undefined) return refuse({ kind: 'wrong-issuer' })
        const person = personOf(claims)
        return person.ok ? ok({ ...person.value, returnTo: localPath(kept.returnTo, `/${agency}`) }) : person
      } catch (fault) {
        return refuse(refusalOf(answerFault(fault)))
      }
    },
  }
}

type Claims = Readonly<Record<string, unknown>>

/** Exchanges the code; undefined when the answer says that it comes from somebody else. */
async function claimsOf(provider: oidc.Configuration, answer: URL, kept: Kept): Promise<Claims | undefined> {
  const metadata = provider.serverMetadata()
  const issuers = answer.searchParams.getAll('iss')
  if (issuers.some((issuer) => issuer !== metadata.issuer)) return undefined
  const tokens = await oidc.authorizationCodeGrant(provider, answer, {
    expectedState: kept.state,
    expectedNonce: kept.nonce,
    pkceCodeVerifier: kept.verifier,
    idTokenExpected: true,
  })
  const claims = tokens.claims()
  if (!claims) return {}
  // Some brokers tell the CPR number only to who asks for it.
  if (cprIn(claims) !== undefined || !metadata.userinfo_endpoint) return claims
  return { ...(await oidc.fetchUserInfo(provider, tokens.access_token, claims.sub)), ...claims }
}

/** The names brokers have for it: Idura, Signaturgruppen, Signicat, and OIOSAML's as some pass it on. */
const CPR_CLAIMS = ['cprNumberIdentifier', 'dk.cpr', 'cpr', 'nin', 'https://data.gov.dk/model/core/eid/cprNumber']
const NAME_CLAIMS = ['name', 'mitid.identity_name', 'https://data.gov.dk/model/core/eid/fullName']
const LOA_CLAIMS = ['loa', 'https://data.gov.dk/concept/core/nsis/loa']
const MITID_SCHEMES = ['dkmitid', 'mitid']

function personOf(claims: Claims): Result<MitIdPerson, MitIdRefusal> {
  const scheme = claims.identityscheme
  if (scheme !== undefined && !MITID_SCHEMES.includes(String(scheme))) return refuse({ kind: 'too-low' })
  const told = LOA_CLAIMS.map((name) => claims[name]).find((value) => value !== undefined)
  const loa = told === undefined ? levelIn(claims.acr) : (levelIn(told) ?? 'low')
  if (loa === 'low') return refuse({ kind: 'too-low' })
  const cpr = cprIn(claims)
  if (cpr === undefined) return refuse({ kind: 'no-cpr' })
  const name = NAME_CLAIMS.map((each) => claims[each]).find((value) => typeof value === 'string' && value.trim() !== '')
  return ok({ cpr, name: typeof name === 'string' ? name.trim() : undefined, loa })
}

/** A number in JSON has lost the zero that those born on the first nine days of a month begin with. */
function cprIn(claims: Claims): string | undefined {
  const value = CPR_CLAIMS.map((name) => claims[name]).find((each) => each !== undefined && each !== null)
  const text = typeof value === 'number' && Number.isSafeInteger(value) ? String(value).padStart(10, '0') : value
  return typeof text === 'string' ? readCpr(text)?.digits : undefined
}

/** `Substantial`, or an address or name that ends so. */
function levelIn(value: unknown): 'low' | 'substantial' | 'high' | undefined {
  if (typeof value !== 'string') return undefined
  const last = value.split(/[/:#]/).at(-1)?.toLowerCase()
  return last === 'low' || last === 'substantial' || last === 'high' ? last : undefined
}

function readKept(text: string | undefined): Kept | undefined {
  try {
    return keptFields.parse(JSON.parse(text ?? ''))
  } catch {
    return undefined
  }
}

function refusalOf(fault: AnswerFault): MitIdRefusal {
  switch (fault.kind) {
    case 'denied':
    case 'expired':
    case 'wrong-state':
    case 'wrong-issuer':
    case 'wrong-nonce':
    case 'untrusted':
      return fault
    case 'unreachable':
      return { kind: 'mitid-down' }
    default:
      return unreachable(fault)
  }
}

/** Before anyone has answered, whatever is wrong is wrong with the broker. */
function downOr(fault: AnswerFault): MitIdRefusal {
  return fault.kind === 'untrusted' || fault.kind === 'unreachable' ? { kind: 'mitid-down' } : refusalOf(fault)
}

/** Remembers, by hash, which answers have come, for as long as one may be waited for. */
class UsedStates {
  readonly #clock: Clock
  readonly #used = new Map<string, Temporal.Instant>()

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** False the second time. */
  use(state: string): boolean {
    const now = this.#clock.now()
    const key = createHash('sha256').update(state).digest('base64')
    for (const [each, until] of this.#used) {
      // The oldest come first.
      if (Temporal.Instant.compare(now, until) < 0 && this.#used.size < MOST_USED) break
      this.#used.delete(each)
    }
    if (this.#used.has(key)) return false
    this.#used.set(key, now.add({ minutes: MITID_MINUTES }))
    return true
  }
}
