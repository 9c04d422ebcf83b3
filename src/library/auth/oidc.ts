import * as oidc from 'openid-client'

/** A provider of sign-ins, and what we are to it. */
export interface ProviderConfig {
  readonly issuer: string
  readonly clientId: string
  readonly clientSecret: string
}

const TIMEOUT_SECONDS = 10

/**
 * Finds out once where a provider answers and what keys it signs with, when somebody first wants to sign in there. One
 * that could not be reached is asked again by the next.
 */
export function lazyProvider(config: ProviderConfig): () => Promise<oidc.Configuration> {
  let found: Promise<oidc.Configuration> | undefined
  return () => {
    found ??= discover(config).catch((fault: unknown) => {
      found = undefined
      throw fault
    })
    return found
  }
}

async function discover(config: ProviderConfig): Promise<oidc.Configuration> {
  const issuer = new URL(config.issuer)
  // Without TLS only on this machine, for the simulator and for tests.
  const isHere = issuer.protocol === 'http:' && ['127.0.0.1', '[::1]', 'localhost'].includes(issuer.hostname)
  return oidc.discovery(issuer, config.clientId, config.clientSecret, undefined, {
    // The signature is checked although the token comes straight from the provider: it costs nothing.
    execute: [oidc.enableNonRepudiationChecks, ...(isHere ? [oidc.allowInsecureRequests] : [])],
    timeout: TIMEOUT_SECONDS,
  })
}

/** What stays here, or in the browser's keeping, while somebody is at the provider. */
export interface Question {
  readonly state: string
  readonly nonce: string
  readonly verifier: string
}

export function newQuestion(): Question {
  return { state: oidc.randomState(), nonce: oidc.randomNonce(), verifier: oidc.randomPKCECodeVerifier() }
}

/** The address at the provider that asks: authorization code with PKCE, state and nonce. */
export async function questionUrl(
  provider: oidc.Configuration,
  question: Question,
  more: { readonly redirect_uri: string; readonly scope: string } & Readonly<Record<string, string>>,
): Promise<URL> {
  return oidc.buildAuthorizationUrl(provider, {
    ...more,
    state: question.state,
    nonce: question.nonce,
    code_challenge: await oidc.calculatePKCECodeChallenge(question.verifier),
    code_challenge_method: 'S256',
  })
}

/** Why an answer was not taken. `code` is the standard's own word, for the log; it quotes nothing of the answer. */
export type AnswerFault =
  | { readonly kind: 'denied' }
  /** The code was used before, or is too old. */
  | { readonly kind: 'expired' }
  | { readonly kind: 'wrong-state' | 'wrong-issuer' | 'wrong-nonce' }
  | { readonly kind: 'unreachable' }
  | { readonly kind: 'untrusted'; readonly code: string }

/** Tells what a fault of the library that speaks to the provider means. @throws what is none of its faults */
export function answerFault(fault: unknown): AnswerFault {
  if (fault instanceof oidc.AuthorizationResponseError) {
    return fault.error === 'access_denied' ? { kind: 'denied' } : { kind: 'untrusted', code: 'provider-error' }
  }
  if (fault instanceof oidc.ResponseBodyError) {
    return fault.error === 'invalid_grant' ? { kind: 'expired' } : { kind: 'untrusted', code: fault.code }
  }
  if (fault instanceof oidc.WWWAuthenticateChallengeError) return { kind: 'untrusted', code: fault.code }
  if (fault instanceof oidc.ClientError) return clientFault(fault)
  // What fetch throws when nobody answers.
  if (fault instanceof TypeError) return { kind: 'unreachable' }
  throw fault
}

function clientFault(fault: oidc.ClientError): AnswerFault {
  switch (claimOf(fault)) {
    case 'iss':
      return { kind: 'wrong-issuer' }
    case 'nonce':
      return { kind: 'wrong-nonce' }
  }
  const unreachable = ['OAUTH_TIMEOUT', 'OAUTH_RESPONSE_IS_NOT_CONFORM', 'OAUTH_RESPONSE_IS_NOT_JSON']
  if (unreachable.includes(fault.code ?? '')) return { kind: 'unreachable' }
  return { kind: 'untrusted', code: fault.code ?? 'client' }
}

/** Which claim of a token was not as expected. */
function claimOf(fault: Error): unknown {
  const cause = fault.cause instanceof Error ? fault.cause.cause : undefined
  return typeof cause === 'object' && cause !== null && 'claim' in cause ? cause.claim : undefined
}
