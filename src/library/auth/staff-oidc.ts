import * as oidc from 'openid-client'
import { z } from 'zod'
import { ok, type Result, refuse, STAFF_ROLES, type StaffRole, unreachable } from '#core'
import { answerFault, lazyProvider, newQuestion, type ProviderConfig, type Question, questionUrl } from './oidc.ts'

/** What one value of the claim lets a person do. */
export interface MappedRole {
  readonly role: StaffRole
  /** Codes of the branches they work at; none means all. */
  readonly branches?: readonly string[]
}

/** How a library's staff sign in with the municipality's provider. */
export interface StaffOidcConfig extends ProviderConfig {
  /** Our own address, which the provider sends people back to: `https://bibliotek.example.dk`. */
  readonly publicUrl: string
  /** The claim that holds the groups or roles of a person: a text or a list of texts. */
  readonly claim: string
  readonly roles: Readonly<Record<string, MappedRole>>
  /** Asked for beside `openid`; `profile email` unless told. */
  readonly scope?: string
}

/** As an operator writes it down. */
export const staffOidcSchema = z.strictObject({
  issuer: z.url({ protocol: /^https?$/ }),
  clientId: z.string().min(1),
  clientSecret: z.string().min(1),
  claim: z.string().min(1),
  roles: z.record(
    z.string(),
    z.strictObject({ role: z.enum(STAFF_ROLES), branches: z.array(z.string()).readonly().optional() }),
  ),
  scope: z.string().optional(),
})

/** What is kept here while someone is at the provider; the browser holds only the key it is kept under. */
export interface StaffOidcVisit extends Question {
  readonly agency: string
  readonly next: string
}

/** Who the provider says someone is. */
export interface MunicipalPerson {
  readonly issuer: string
  readonly subject: string
  readonly username: string | undefined
  readonly name: string | undefined
  readonly email: string | undefined
  readonly roles: readonly StaffRole[]
  /** Codes; none means all. */
  readonly branches: readonly string[]
}

export type StaffOidcRefusal =
  /** They, or the provider for them, said no. */
  | { readonly kind: 'declined' }
  /** An answer that is not to this question, is too old, or is not the provider's. `code` is for the log. */
  | { readonly kind: 'untrusted'; readonly code: string }
  | { readonly kind: 'unreachable' }

export interface StaffOidc {
  /** Where to send the browser, and what to remember until it is back. */
  begin(
    agency: string,
    next: string,
  ): Promise<Result<{ readonly url: string; readonly visit: StaffOidcVisit }, StaffOidcRefusal>>
  /** Who came back. `query` is what the provider added to our address, with its question mark. */
  finish(visit: StaffOidcVisit, query: string): Promise<Result<MunicipalPerson, StaffOidcRefusal>>
}

/** The path the provider sends people back to; it is registered there for each library. */
export function staffOidcCallback(agency: string): string {
  return `/${agency}/staff/sign-in/municipality/callback`
}

/** A library's staff sign-in by OpenID Connect: code flow with PKCE, state and nonce. */
export function createStaffOidc(config: StaffOidcConfig): StaffOidc {
  const provider = lazyProvider(config)

  return {
    async begin(agency, next) {
      const visit: StaffOidcVisit = { ...newQuestion(), agency, next }
      try {
        const url = await questionUrl(await provider(), visit, {
          redirect_uri: new URL(staffOidcCallback(agency), config.publicUrl).href,
          scope: `openid ${config.scope ?? 'profile email'}`,
        })
        return ok({ url: url.href, visit })
      } catch (fault) {
        return refuse(refusalOf(fault))
      }
    },
    async finish(visit, query) {
      try {
        const configuration = await provider()
        const came = new URL(`${staffOidcCallback(visit.agency)}${query}`, config.publicUrl)
        const tokens = await oidc.authorizationCodeGrant(configuration, came, {
          expectedState: visit.state,
          expectedNonce: visit.nonce,
          pkceCodeVerifier: visit.verifier,
          idTokenExpected: true,
        })
        const claims = tokens.claims()
        if (!claims) return refuse({ kind: 'untrusted', code: 'no-id-token' })
        // Some providers tell groups and names only to who asks for them.
        const isShort = claims[config.claim] === undefined || claims.name === undefined
        const more =
          isShort && configuration.serverMetadata().userinfo_endpoint
            ? await oidc.fetchUserInfo(configuration, tokens.access_token, claims.sub)
            : {}
        const all = { ...more, ...claims }
        return ok(personOf(config, claims.iss, claims.sub, all))
      } catch (fault) {
        return refuse(refusalOf(fault))
      }
    },
  }
}

const texts = z.union([z.string().transform((one) => [one]), z.array(z.string())]).catch([])
const text = z.string().optional().catch(undefined)

function personOf(
  config: StaffOidcConfig,
  issuer: string,
  subject: string,
  claims: Readonly<Record<string, unknown>>,
): MunicipalPerson {
  const mapped = texts
    .parse(claims[config.claim])
    .flatMap((value) => (Object.hasOwn(config.roles, value) ? [config.roles[value]] : []))
    .filter((one) => one !== undefined)
  const roles = STAFF_ROLES.filter((role) => mapped.some((one) => one.role === role))
  // An account has one list of branches for all its roles. Where only some of them are bound to branches, all are: to
  // work in fewer places than one might is a nuisance, in more a breach.
  const branches = [...new Set(mapped.flatMap((one) => one.branches ?? []))]
  return {
    issuer,
    subject,
    username: text.parse(claims.preferred_username),
    name: text.parse(claims.name),
    email: text.parse(claims.email),
    roles,
    branches,
  }
}

/** What is wrong with an answer is told to the log; whoever stands at the desk can only begin again. */
function refusalOf(thrown: unknown): StaffOidcRefusal {
  const fault = answerFault(thrown)
  switch (fault.kind) {
    case 'denied':
      return { kind: 'declined' }
    case 'unreachable':
      return fault
    case 'untrusted':
      return fault
    case 'expired':
    case 'wrong-state':
    case 'wrong-issuer':
    case 'wrong-nonce':
      return { kind: 'untrusted', code: fault.kind }
    default:
      return unreachable(fault)
  }
}
