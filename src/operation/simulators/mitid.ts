import { generateKeyPair, randomBytes } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { promisify } from 'node:util'
import type Provider from 'oidc-provider'
import type { Configuration, JWK } from 'oidc-provider'
import type { Language } from '#core'
import { html, type SafeHtml } from '#web'
import { memoryAdapter } from './memory.ts'
import { texts } from './mitid-texts.ts'

/** Somebody invented who can be chosen. Their CPR number is a replacement number, which nobody alive has. */
export interface SimulatedPerson {
  readonly name: string
  readonly cpr: string
  /** What a test wants told otherwise: a number instead of a text, nothing at all, another level. */
  readonly claims?: Readonly<Record<string, unknown>>
}

/** Who may ask: Kvit, with the addresses people are sent back to. */
export interface SimulatedClient {
  readonly id: string
  readonly secret: string
  readonly redirectUris: readonly string[]
}

export interface MitIdSimulator {
  readonly issuer: string
  close(): Promise<void>
}

/** What may be told, as Danish brokers name it. */
const CLAIMS = [
  'sub',
  'identityscheme',
  'uuid',
  'name',
  'birthdate',
  'cprNumberIdentifier',
  'dk.cpr',
  'loa',
  'acr',
] as const
const LOA = 'https://data.gov.dk/concept/core/nsis/Substantial'
const MINUTES = 60
const CODE_SECONDS = 60

/**
 * A broker for MitID with invented persons, on this machine only, for development and tests: a whole OpenID provider
 * whose page asks who one would like to be. Nothing it knows outlives it.
 */
export async function startMitIdSimulator(given: {
  readonly port?: number
  readonly clients: readonly SimulatedClient[]
  readonly persons: readonly SimulatedPerson[]
  /** How long a code may be exchanged. */
  readonly codeSeconds?: number
}): Promise<MitIdSimulator> {
  const server = createServer()
  const issuer = await listen(server, given.port ?? 0)
  const people = new Map(given.persons.map((person, index) => [`person-${index + 1}`, person]))
  // Loaded when there is to be one: a quarter of a second that whoever simulates something else need not wait.
  const { default: Provider } = await import('oidc-provider')
  const provider = new Provider(issuer, await configuration(given, people))
  const answer = provider.callback()
  const policy = policyFor(given.clients)

  server.on('request', (request, response) => {
    response.setHeader('content-security-policy', policy)
    response.setHeader('referrer-policy', 'no-referrer')
    response.setHeader('x-content-type-options', 'nosniff')
    response.setHeader('cache-control', 'no-store')
    // MitID remembers nobody: the next one at the same screen is asked anew.
    request.headers.cookie = (request.headers.cookie ?? '').replace(/_session(\.legacy)?(\.sig)?=[^;]*;?\s*/g, '')
    if (!request.url?.startsWith('/interaction/')) return void answer(request, response)
    choose(provider, people, request, response).catch(() => {
      // The visit has ended: an old page was sent, or none was begun.
      if (!response.headersSent) send(response, 400, 'da', html`<p>${texts.tooOld.da} ${texts.tooOld.en}</p>`)
    })
  })

  return {
    issuer,
    async close() {
      server.closeAllConnections()
      await new Promise<void>((resolve) => server.close(() => resolve()))
    },
  }
}

async function listen(server: Server, port: number): Promise<string> {
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject)
    server.listen(port, '127.0.0.1', resolve)
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

/** The page asks who to be and shows the answer; the other one sends the browser on, which a browser counts as a form's. */
function policyFor(clients: readonly SimulatedClient[]): string {
  const origins = new Set(clients.flatMap(({ redirectUris }) => redirectUris.map((uri) => new URL(uri).origin)))
  return `default-src 'none'; base-uri 'none'; frame-ancestors 'none'; form-action 'self' ${[...origins].join(' ')}`
}

async function configuration(
  given: { readonly clients: readonly SimulatedClient[]; readonly codeSeconds?: number },
  people: ReadonlyMap<string, SimulatedPerson>,
): Promise<Configuration> {
  const scope = 'openid mitid ssn'
  return {
    clients: given.clients.map((client) => ({
      client_id: client.id,
      client_secret: client.secret,
      redirect_uris: [...client.redirectUris],
      grant_types: ['authorization_code'],
      response_types: ['code'],
      token_endpoint_auth_method: 'client_secret_post',
    })),
    adapter: memoryAdapter(),
    jwks: { keys: [await newKey()] },
    cookies: { keys: [randomBytes(32).toString('base64url')] },
    scopes: scope.split(' '),
    claims: { openid: [...CLAIMS] },
    // As Danish brokers do: what is known stands in the ID token.
    conformIdTokenClaims: false,
    pkce: { required: () => true },
    features: { devInteractions: { enabled: false }, rpInitiatedLogout: { enabled: false } },
    interactions: { url: (_ctx, interaction) => `/interaction/${interaction.uid}` },
    ttl: {
      AuthorizationCode: given.codeSeconds ?? CODE_SECONDS,
      AccessToken: MINUTES * 10,
      IdToken: MINUTES * 10,
      Interaction: MINUTES * 10,
      Session: MINUTES * 10,
      Grant: MINUTES * 10,
    },
    findAccount: (_ctx, id) => {
      const person = people.get(id)
      return person && { accountId: id, claims: () => ({ ...claimsOf(person), sub: id }) }
    },
    // Whoever chose a person has agreed to tell who it is.
    async loadExistingGrant(ctx) {
      const { client, session, provider } = ctx.oidc
      if (!client || !session?.accountId) return undefined
      const grant = new provider.Grant({ clientId: client.clientId, accountId: session.accountId })
      grant.addOIDCScope(scope)
      await grant.save()
      return grant
    },
    renderError(ctx, out) {
      ctx.type = 'html'
      ctx.body = String(page('da', html`<p>${texts.cannot.da} ${texts.cannot.en}</p><p>${out.error}</p>`))
    },
  }
}

function claimsOf(person: SimulatedPerson): Record<string, unknown> {
  return {
    identityscheme: 'dkmitid',
    uuid: '00000000-0000-4000-8000-000000000000',
    name: person.name,
    cprNumberIdentifier: person.cpr.replace('-', ''),
    loa: LOA,
    ...person.claims,
  }
}

async function newKey(): Promise<JWK> {
  const { privateKey } = await promisify(generateKeyPair)('rsa', { modulusLength: 2048 })
  return { ...privateKey.export({ format: 'jwk' }), use: 'sig', alg: 'RS256', kid: 'simulator' } as JWK
}

/** The page that asks who one would like to be, and what was answered. */
async function choose(
  provider: Provider,
  people: ReadonlyMap<string, SimulatedPerson>,
  request: IncomingMessage,
  response: ServerResponse,
): Promise<void> {
  const details = await provider.interactionDetails(request, response)
  const language: Language = String(details.params.ui_locales ?? '').startsWith('en') ? 'en' : 'da'
  if (request.method !== 'POST') {
    const buttons = [...people].map(
      ([id, { name }]) => html`<p><button type="submit" name="person" value="${id}">${name}</button></p>
`,
    )
    return send(
      response,
      200,
      language,
      html`<p>${texts.lead[language]}</p>
<form method="post" action="/interaction/${details.uid}">
${buttons}<p><button type="submit" name="person" value="">${texts.cancel[language]}</button></p>
</form>`,
    )
  }
  const chosen = (await fieldsOf(request)).get('person') ?? ''
  const result = people.has(chosen)
    ? { login: { accountId: chosen, remember: false } }
    : { error: 'access_denied', error_description: 'the person said no' }
  await provider.interactionFinished(request, response, result, { mergeWithLastSubmission: false })
}

async function fieldsOf(request: IncomingMessage): Promise<URLSearchParams> {
  const parts: Buffer[] = []
  let length = 0
  for await (const part of request as AsyncIterable<Buffer>) {
    length += part.length
    if (length > 10_000) throw new Error('the form is too long')
    parts.push(part)
  }
  return new URLSearchParams(Buffer.concat(parts).toString('utf8'))
}

function send(response: ServerResponse, status: number, language: Language, body: SafeHtml): void {
  response.writeHead(status, { 'content-type': 'text/html; charset=utf-8' })
  response.end(String(page(language, body)))
}

function page(language: Language, body: SafeHtml): SafeHtml {
  return html`<!doctype html>
<html lang="${language}">
<head><meta charset="utf-8"><meta name="viewport" content="width=device-width, initial-scale=1"><title>${texts.title[language]}</title></head>
<body>
<main>
<h1>${texts.title[language]}</h1>
${body}
</main>
</body>
</html>
`
}
