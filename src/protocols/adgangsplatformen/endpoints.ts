import type { FastifyInstance, FastifyReply, FastifyRequest, RouteShorthandOptions } from 'fastify'
import { z } from 'zod'
import type { PinRefusal } from '#auth'
import { ok, type Result, refuse, unreachable } from '#core'
import { touch } from '#patrons'
import { onlyForMachines } from '#web'
import { knownClient } from './clients.ts'
import { redeemCode } from './codes.ts'
import type { AdgangsplatformenDeps } from './deps.ts'
import { registerSignInPages } from './pages.ts'
import { agencyNumber, type Client, libraryAsked, plainText } from './rules.ts'
import { machineTexts } from './texts.ts'
import { agencyIn, type GivenToken, giveToken, readToken, revokeToken } from './tokens.ts'
import { attributesOf, uniqueIdBehind } from './userinfo.ts'

/** An error of OAuth (RFC 6749 § 5.2, RFC 6750 § 3.1), with the status it is sent under. */
interface OauthRefusal {
  readonly status: 400 | 401 | 503
  readonly error:
    | 'invalid_request'
    | 'invalid_client'
    | 'invalid_grant'
    | 'invalid_token'
    | 'unsupported_grant_type'
    | 'temporarily_unavailable'
  readonly description: string
}

/** Scripts of any site may ask, since all that counts is in the request; errors too, or a browser hides the status. */
const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET,PUT,POST,DELETE,OPTIONS,HEAD',
  'access-control-allow-headers': 'authorization,content-type',
} as const

const forMachines = {
  ...onlyForMachines,
  bodyLimit: 16 * 1024,
  onSend: async (_request: FastifyRequest, reply: FastifyReply) => {
    reply.headers({ ...CORS, 'referrer-policy': 'no-referrer' })
  },
  // What the web itself refuses, such as a body that is too large, is said in OAuth's words as well.
  preSerialization: async (_request: FastifyRequest, reply: FastifyReply, payload: unknown) => {
    const own = ownError.safeParse(payload)
    if (!own.success) return payload
    const { statusCode } = reply
    const passing = statusCode === 429 || statusCode === 503
    const error = passing ? 'temporarily_unavailable' : statusCode >= 500 ? 'server_error' : 'invalid_request'
    return { error, error_description: own.data.error.message }
  },
} satisfies RouteShorthandOptions

const ownError = z.object({ error: z.object({ message: z.string() }) })

/** A field that is there twice is a list, and refused. */
const word = plainText(2048).optional()
const tokenFields = z.object({
  grant_type: word,
  client_id: word,
  client_secret: word,
  code: word,
  redirect_uri: word,
  username: word,
  password: word,
  agency: word,
})
type TokenFields = z.infer<typeof tokenFields>

const tokenInAddress = z.object({ access_token: z.string().max(2048) })

/**
 * Kvit as the Adgangsplatform that websites and apps sign patrons in with: the pages of signing in and out, and the
 * endpoints that clients call. The router takes a slash at the end of each.
 */
export function registerAdgangsplatformen(app: FastifyInstance, deps: AdgangsplatformenDeps): void {
  registerSignInPages(app, deps)

  for (const path of ['/oauth/token', '/userinfo', '/oauth/revoke', '/revoke', '/oauth/introspection']) {
    app.options(path, forMachines, (_request, reply) => reply.code(204).header('access-control-max-age', 86_400).send())
  }

  app.post('/oauth/token', forMachines, async (request, reply) => {
    const given = await tokenAsked(deps, request)
    if (!given.ok) return sendNo(request, reply, given.refusal)
    const { token, lifeSeconds } = given.value
    return { access_token: token, expires_in: lifeSeconds, token_type: 'Bearer' }
  })

  app.route({
    ...forMachines,
    method: ['GET', 'POST'],
    url: '/userinfo',
    handler: async (request, reply) => {
      const [, token = ''] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? []
      const bearer = await readToken(deps, token)
      const attributes = bearer && (await attributesOf(deps, bearer))
      if (attributes) return { attributes }
      reply.header('www-authenticate', token === '' ? 'Bearer' : 'Bearer error="invalid_token"')
      return sendNo(request, reply, no(401, 'invalid_token', machineTexts.badToken))
    },
  })

  for (const url of ['/oauth/revoke', '/revoke']) {
    // Nothing but the token is asked for: whoever has it may throw it away, as often as they like.
    app.delete(url, forMachines, async (request, reply) => {
      const asked = tokenInAddress.safeParse(request.query)
      if (!asked.success) return sendNo(request, reply, no(400, 'invalid_request', machineTexts.noToken))
      return { count: (await revokeToken(deps, asked.data.access_token)) ? 1 : 0 }
    })
  }

  app.post('/oauth/introspection', forMachines, async (request, reply) => {
    const client = await clientOf(deps, request, {})
    if (!client) return sendNo(request, reply, no(401, 'invalid_client', machineTexts.badClient))
    const asked = tokenInAddress.safeParse(request.query)
    if (!asked.success) return sendNo(request, reply, no(400, 'invalid_request', machineTexts.noToken))
    const bearer = await readToken(deps, asked.data.access_token)
    // Of another client's token not even that it is good is told (RFC 7662 § 2.2).
    if (!bearer || bearer.client.id !== client.id) return { active: false }
    return {
      active: true,
      clientId: client.id,
      uniqueId: client.attributes.includes('uniqueId') ? await uniqueIdBehind(deps, bearer) : null,
      type: bearer.kind === 'anonymous' ? 'anonymous' : 'authorized',
      expires: bearer.expires_at.toString({ smallestUnit: 'millisecond' }),
      agency: bearer.agency,
    }
  })
}

async function tokenAsked(
  deps: AdgangsplatformenDeps,
  request: FastifyRequest,
): Promise<Result<GivenToken, OauthRefusal>> {
  const parsed = tokenFields.safeParse(request.body ?? {})
  if (!parsed.success) return refuse(no(400, 'invalid_request', machineTexts.badFields))
  const fields = parsed.data
  const client = await clientOf(deps, request, fields)
  if (!client) return refuse(no(401, 'invalid_client', machineTexts.badClient))
  switch (fields.grant_type) {
    case 'authorization_code':
      return tokenForCode(deps, client, fields)
    case 'password':
      return tokenForPassword(deps, client, fields)
    case undefined:
      return refuse(no(400, 'invalid_request', machineTexts.noGrantType))
    default:
      return refuse(no(400, 'unsupported_grant_type', machineTexts.grantTypes))
  }
}

async function tokenForCode(
  deps: AdgangsplatformenDeps,
  client: Client,
  fields: TokenFields,
): Promise<Result<GivenToken, OauthRefusal>> {
  const { code, redirect_uri: redirectUri } = fields
  if (!code || !redirectUri) return refuse(no(400, 'invalid_request', machineTexts.noCode))
  const agency = agencyIn(code)
  const ctx = agency === undefined ? undefined : await deps.contextOf(agency)
  // Why a code is not good is for nobody to know.
  const badCode = refuse(no(400, 'invalid_grant', machineTexts.badCode))
  if (agency === undefined || !ctx) return badCode
  const redeemed = await redeemCode(ctx, { agency, client: client.id, redirectUri, code, now: deps.clock.now() })
  if (redeemed.ok) return redeemed
  if (redeemed.refusal.kind === 'used') {
    ctx.log.warn({ agency: ctx.agency, client: client.id }, 'a code came twice')
  }
  return badCode
}

async function tokenForPassword(
  deps: AdgangsplatformenDeps,
  client: Client,
  fields: TokenFields,
): Promise<Result<GivenToken, OauthRefusal>> {
  const { username, password } = fields
  if (!username || !password) return refuse(no(400, 'invalid_request', machineTexts.noPassword))
  const now = deps.clock.now()
  const library = libraryAsked(username, password)
  const agency = library ?? agencyNumber(fields.agency)
  const ctx = agency === undefined ? undefined : await deps.contextOf(agency)
  if (agency === undefined || !ctx) return refuse(no(400, 'invalid_grant', machineTexts.unknownAgency))
  if (library) return ok(await giveToken(ctx, { agency, client: client.id, holder: { kind: 'anonymous' }, now }))
  const given = { presented: username, pin: password, terminal: `client ${client.id}` }
  const verified = await deps.verifyPin(ctx, given)
  if (!verified.ok) return refuse(no(400, 'invalid_grant', pinText(verified.refusal)))
  const patron = verified.value
  await touch(ctx, patron)
  const holder = { kind: 'patron', patron, means: 'borchk' } as const
  return ok(await giveToken(ctx, { agency, client: client.id, holder, now }))
}

function pinText(refusal: PinRefusal): string {
  switch (refusal.kind) {
    case 'wrong':
      return machineTexts.wrongPin
    case 'locked':
      return machineTexts.locked
    default:
      return unreachable(refusal)
  }
}

/** The client that asks, by HTTP Basic (RFC 6749 § 2.3.1: both parts form-encoded) or by the fields of the form. */
async function clientOf(
  deps: AdgangsplatformenDeps,
  request: FastifyRequest,
  fields: Pick<TokenFields, 'client_id' | 'client_secret'>,
): Promise<Client | undefined> {
  const [, basic] = /^Basic +([A-Za-z0-9+/=]{1,4096})$/i.exec(request.headers.authorization ?? '') ?? []
  const pair = basic === undefined ? [fields.client_id, fields.client_secret] : basicPair(basic)
  const [id, secret] = pair
  return id && secret ? knownClient(deps.clients, id, secret) : undefined
}

function basicPair(basic: string): [string, string] | [] {
  const text = Buffer.from(basic, 'base64').toString('utf8')
  const colon = text.indexOf(':')
  if (colon < 0) return []
  try {
    const decode = (part: string) => decodeURIComponent(part.replaceAll('+', ' '))
    const [id, secret] = [decode(text.slice(0, colon)), decode(text.slice(colon + 1))]
    return id.includes('\0') ? [] : [id, secret]
  } catch {
    // A percent sign that begins nothing.
    return []
  }
}

function no(status: OauthRefusal['status'], error: OauthRefusal['error'], description: string): OauthRefusal {
  return { status, error, description }
}

function sendNo(request: FastifyRequest, reply: FastifyReply, refusal: OauthRefusal): FastifyReply {
  if (refusal.error === 'invalid_client' && request.headers.authorization !== undefined) {
    reply.header('www-authenticate', 'Basic realm="Kvit"')
  }
  return reply.code(refusal.status).send({ error: refusal.error, error_description: refusal.description })
}
