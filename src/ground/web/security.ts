import cookie from '@fastify/cookie'
import csrfProtection from '@fastify/csrf-protection'
import helmet from '@fastify/helmet'
import rateLimit from '@fastify/rate-limit'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { undeclaredCookie } from './cookies.ts'
import { sendError } from './errors.ts'

declare module 'fastify' {
  interface FastifyContextConfig {
    /** `false` only by {@link onlyForMachines}. */
    csrf?: false
    /** `false` only by {@link forKeyedMachines} and {@link forBusyDesks}. */
    rate?: false
  }
  interface FastifyReply {
    csrfToken: string | null
  }
}

/**
 * For the routes of an API that machines call with a key of their own: no form token is asked for. Such a route must
 * not look at cookies, for then any other site could act with a visitor's.
 *
 *     app.post('/api/v1/loans', onlyForMachines, handler)
 */
export const onlyForMachines = { config: { csrf: false } } as const

/**
 * For machines that show a long key of their own with every request, which the route checks first and counts when it is
 * wrong: many of them, or a busy one, call from one address and are not held to a visitor's rate.
 */
export const forKeyedMachines = { config: { csrf: false, rate: false } } as const

/**
 * For what staff who are signed in do many times a minute: all desks of a municipality may call from one address. Such a
 * route must ask who is signed in before anything else.
 */
export const forBusyDesks = { config: { rate: false } } as const

export interface Rate {
  /** Requests that change something, from one address; four times as many that only read. */
  readonly max: number
  readonly perSeconds: number
}

const YEAR_SECONDS = 31_536_000

/** Nothing from elsewhere, nothing inline, no frame around us, and no form of ours that is sent elsewhere. */
export async function addSecurityHeaders(app: FastifyInstance, secure: boolean): Promise<void> {
  await app.register(helmet, {
    contentSecurityPolicy: {
      useDefaults: false,
      directives: {
        defaultSrc: ["'none'"],
        scriptSrc: ["'self'"],
        styleSrc: ["'self'"],
        imgSrc: ["'self'"],
        fontSrc: ["'self'"],
        connectSrc: ["'self'"],
        manifestSrc: ["'self'"],
        formAction: ["'self'"],
        frameAncestors: ["'none'"],
        baseUri: ["'none'"],
        objectSrc: ["'none'"],
      },
    },
    frameguard: { action: 'deny' },
    referrerPolicy: { policy: 'same-origin' },
    strictTransportSecurity: secure && { maxAge: YEAR_SECONDS, includeSubDomains: false },
  })
  app.addHook('onSend', async (_request, reply) => {
    // What is said to one person stays in no cache, unless a route knows that it is for all.
    if (!reply.hasHeader('cache-control')) reply.header('cache-control', 'no-store')
  })
}

/** Where a program on the desk's own machine listens for our pages: the RFID pad's bridge. */
export const LOCAL_BRIDGE_PORT = 7438

/** Lets this one page speak to the bridge on the machine it is shown on, and to nobody else. */
export function allowLocalBridge(reply: FastifyReply, port: number): void {
  const name = 'content-security-policy'
  const policy = String(reply.getHeader(name) ?? '')
  reply.header(name, policy.replace("connect-src 'self'", `connect-src 'self' ws://127.0.0.1:${port}`))
}

/** Every cookie is HttpOnly, of this site only and, where the site has TLS, sent over TLS only: also one set by a room. */
export async function addCookies(app: FastifyInstance, secret: string, secure: boolean): Promise<void> {
  await app.register(cookie, { secret, parseOptions: { httpOnly: true, sameSite: 'lax', path: '/', secure } })
  app.addHook('onSend', async (_request, reply) => {
    const name = undeclaredCookie(reply)
    if (name === undefined) return
    // Or the cookie page would not be true.
    reply.removeHeader('set-cookie')
    throw new Error(`the cookie ${name} is not declared in cookies.ts`)
  })
}

/** Counts requests from each address and answers 429 above the rate. Files and the health check are not counted. */
export async function addRateLimit(app: FastifyInstance, rate: Rate): Promise<void> {
  await app.register(rateLimit, { global: false })
  const timeWindow = rate.perSeconds * 1000
  const countChange = app.createRateLimit({ max: rate.max, timeWindow })
  const countRead = app.createRateLimit({ max: rate.max * 4, timeWindow })
  app.addHook('onRequest', async (request, reply) => {
    if (isAlwaysAnswered(request) || request.routeOptions.config.rate === false) return
    const count = await (isRead(request) ? countRead(request) : countChange(request))
    if (count.isAllowed || !count.isExceeded) return
    reply.header('retry-after', count.ttlInSeconds)
    return sendError(request, reply, 'too-many-requests')
  })
}

/** Asks every request that may change something for the token of a form of ours. Registered once: no route can forget. */
export async function addCsrf(app: FastifyInstance, secure: boolean): Promise<void> {
  await app.register(csrfProtection, {
    // The prefix lets a browser refuse the cookie from a neighbouring subdomain.
    cookieKey: secure ? '__Host-kvit-form' : 'kvit-form',
    cookieOpts: { httpOnly: true, sameSite: 'lax', path: '/', secure, signed: true },
    getToken: (request) => tokenIn(request),
  })
  app.decorateReply('csrfToken', null)
  app.addHook('preValidation', (request, reply, done) => {
    const { config } = request.routeOptions
    if (isRead(request) || request.is404 || config.csrf === false) return done()
    app.csrfProtection(request, reply, (error?: Error) => {
      if (isRecord(request.body)) delete request.body._csrf
      done(error)
    })
  })
}

/** The token for every form on this reply. One, since the first visit also makes the secret that it is checked with. */
export function csrfToken(reply: FastifyReply): string {
  reply.csrfToken ??= reply.generateCsrf()
  return reply.csrfToken
}

export function isAlwaysAnswered(request: FastifyRequest): boolean {
  return request.url.startsWith('/assets/') || /^\/health(\?|$)/.test(request.url)
}

function isRead(request: FastifyRequest): boolean {
  return ['GET', 'HEAD', 'OPTIONS'].includes(request.method)
}

function tokenIn(request: FastifyRequest): string | undefined {
  const inBody = isRecord(request.body) ? request.body._csrf : undefined
  // A script of ours sends what it has to say as JSON, and the token beside it.
  const token = inBody ?? request.headers['x-csrf-token']
  return typeof token === 'string' ? token : undefined
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Buffer.isBuffer(value)
}
