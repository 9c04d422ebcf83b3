import { z } from 'zod'
import { realClock } from '#core'
import { certificateIn, type DigitalPostConnection } from './config.ts'
import { DigitalPostDown, type Http } from './http.ts'

/** The services a token is asked for, by the names the token service knows them by. */
export const SERVICES = {
  inquiry: 'http://entityid.kombit.dk/service/postforespoerg/1',
  sending: 'http://entityid.kombit.dk/service/kombipostafsend/1',
} as const

export type Service = keyof typeof SERVICES

export interface Tokens {
  /** What stands in the header `authorization`. @throws DigitalPostDown */
  of(service: Service): Promise<string>
  /** The service did not take the token: the next is asked for anew. */
  drop(service: Service): void
}

const ACCESS_PATH = '/service/AccessTokenService_1/token'
const SAML = 'http://docs.oasis-open.org/wss/oasis-wss-saml-token-profile-1.1#SAMLV2.0'
const TRUST = 'http://docs.oasis-open.org/ws-sx/ws-trust/200512'
/** A token is not used in its last minutes, so that it does not end under way. */
const MARGIN_SECONDS = 300

const issuedShape = z.object({ RequestedSecurityToken: z.object({ Assertion: z.string().min(1) }) })
const accessShape = z.object({
  token_type: z.string().min(1),
  access_token: z.string().min(1),
  expires_in: z.coerce.number().nonnegative(),
})

/**
 * Tokens of the municipal token service: with our certificate it gives a statement of who we are and for which
 * municipality (WS-Trust, as JSON), which the platform exchanges for an access token. One is kept for each service.
 */
export function tokensOver(http: Http, connection: DigitalPostConnection): Tokens {
  const kept = new Map<Service, { readonly token: Promise<string>; until: Temporal.Instant }>()

  async function fetch(service: Service): Promise<{ token: string; seconds: number }> {
    const certificate = connection.tls ? certificateIn(connection.tls.certificate) : undefined
    const issued = await askJson(http, issuedShape, new URL(connection.tokens), 'application/json', {
      TokenType: SAML,
      RequestType: `${TRUST}/Issue`,
      KeyType: `${TRUST}/PublicKey`,
      AnvenderKontekst: { Cvr: connection.cvr },
      UseKey: certificate ?? '',
      AppliesTo: { EndpointReference: { Address: SERVICES[service] } },
      OnBehalfOf: null,
    })
    const address = new URL(connection.url + ACCESS_PATH)
    const access = await askJson(http, accessShape, address, 'application/x-www-form-urlencoded', {
      'saml-token': issued.RequestedSecurityToken.Assertion,
    })
    return { token: `${access.token_type} ${access.access_token}`, seconds: access.expires_in }
  }

  return {
    of(service) {
      const known = kept.get(service)
      if (known && Temporal.Instant.compare(realClock.now(), known.until) < 0) return known.token
      // Those who ask meanwhile wait for the same one.
      const fetched = fetch(service)
      const entry = { token: fetched.then(({ token }) => token), until: realClock.now().add({ seconds: 60 }) }
      kept.set(service, entry)
      fetched.then(
        ({ seconds }) => {
          entry.until = realClock.now().add({ seconds: Math.max(0, Math.floor(seconds) - MARGIN_SECONDS) })
        },
        () => kept.delete(service),
      )
      return entry.token
    },
    drop: (service) => void kept.delete(service),
  }
}

async function askJson<Shape>(
  http: Http,
  shape: z.ZodType<Shape>,
  url: URL,
  type: 'application/json' | 'application/x-www-form-urlencoded',
  fields: Readonly<Record<string, unknown>>,
): Promise<Shape> {
  const body =
    type === 'application/json'
      ? JSON.stringify(fields)
      : new URLSearchParams(Object.entries(fields).map(([name, value]) => [name, String(value)])).toString()
  const headers = { 'content-type': type, accept: 'application/json' }
  const { status, text } = await http.ask({ method: 'POST', url, headers, body })
  if (status !== 200) throw new DigitalPostDown('No token for Digital Post was given.', `token-${status}`)
  const read = shape.safeParse(jsonIn(text))
  if (!read.success) throw new DigitalPostDown('The token for Digital Post could not be read.', 'token-unreadable')
  return read.data
}

export function jsonIn(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
