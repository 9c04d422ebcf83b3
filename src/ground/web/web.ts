import compress from '@fastify/compress'
import Fastify, { type FastifyBaseLogger, type FastifyInstance, LogController } from 'fastify'
import type { Text2 } from '#core'
import { addAssets } from './assets.ts'
import { addForms } from './body.ts'
import { addErrorPages, faultFields, sendError, sendNotReady } from './errors.ts'
import { addLanguage, isUnreadable, MAX_PATH, withoutLanguage } from './language.ts'
import { addCookies, addCsrf, addRateLimit, addSecurityHeaders, isAlwaysAnswered, type Rate } from './security.ts'
import { addUploads } from './upload.ts'

export interface WebOptions {
  /** What the site is called on pages that no library owns. */
  readonly siteName: string
  /** Signs cookies and form tokens; at least 32 characters, the same after a restart. */
  readonly cookieSecret: string
  /** True where visitors come over TLS: cookies then travel only so, and browsers are told to come back only so. */
  readonly secureCookies: boolean
  readonly loggerInstance?: FastifyBaseLogger
  readonly bodyLimitBytes?: number
  readonly rate?: Rate
  /** Asked before each page, by its address. What is not ready answers 503 with the notice. */
  readonly readiness?: (path: string) => { readonly ready: boolean; readonly notice?: Text2 }
  /** More for `/health` to say; it answers 503 when this throws. */
  readonly health?: () => Promise<Record<string, unknown>>
  /** Which proxies to believe about a visitor's address, as Fastify's option. */
  readonly trustProxy?: boolean | string | string[]
}

declare module 'fastify' {
  interface FastifyInstance {
    /** Every route there is, as `GET /:agency/notice`: what must hold of all pages is tested over all of them. */
    routes: string[]
  }
}

/** Makes the web server of the house, without pages: rooms add their routes before it listens. */
export async function createWeb(options: WebOptions): Promise<FastifyInstance> {
  if (options.cookieSecret.length < 32) throw new Error('cookieSecret must have at least 32 characters')
  const log = options.loggerInstance
  const app: FastifyInstance = Fastify({
    ...(log ? { loggerInstance: discreet(log) } : { logger: false }),
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: options.bodyLimitBytes ?? 1024 * 1024,
    // A file of records takes its time; everything else is given less by `addUploads`.
    requestTimeout: 30 * 60_000,
    routerOptions: { ignoreTrailingSlash: true, maxParamLength: MAX_PATH },
    trustProxy: options.trustProxy ?? false,
    rewriteUrl: withoutLanguage,
  })
  app.decorate('siteName', options.siteName)
  app.decorate('routes', [])
  app.addHook('onRoute', ({ method, url }) => {
    for (const each of [method].flat()) app.routes.push(`${each} ${url}`)
  })
  app.decorateRequest('frame', null)
  addLanguage(app)
  addRequestLog(app)
  await addSecurityHeaders(app, options.secureCookies)
  await addCookies(app, options.cookieSecret, options.secureCookies)
  addErrorPages(app)
  await addRateLimit(app, options.rate ?? { max: 300, perSeconds: 60 })
  await app.register(compress, { globalDecompression: false, encodings: ['br', 'gzip'] })
  addReadiness(app, options)
  addForms(app)
  addUploads(app)
  await addCsrf(app, options.secureCookies)
  await addAssets(app)
  addHealth(app, options)
  return app
}

/** Addresses hold ids and searches, so only the pattern of the route is kept, and nothing of who asked. */
function addRequestLog(app: FastifyInstance): void {
  app.addHook('onResponse', async (request, reply) => {
    const route = request.routeOptions.url ?? 'unknown'
    const fields = { method: request.method, route, status: reply.statusCode, ms: Math.round(reply.elapsedTime) }
    request.log.info(fields, 'request')
  })
}

/** Below `info`, Fastify itself writes whole addresses. */
function discreet(log: FastifyBaseLogger): FastifyBaseLogger {
  return log.level === 'debug' || log.level === 'trace' ? log.child({}, { level: 'info' }) : log
}

function addReadiness(app: FastifyInstance, options: WebOptions): void {
  app.addHook('onRequest', async (request, reply) => {
    if (isUnreadable(request)) return sendError(request, reply, 'bad-request')
    if (isAlwaysAnswered(request)) return
    const state = options.readiness?.(request.url) ?? { ready: true }
    if (!state.ready) return sendNotReady(request, reply, state.notice)
  })
}

function addHealth(app: FastifyInstance, options: WebOptions): void {
  app.get('/health', async (request, reply) => {
    const ready = options.readiness?.('/').ready ?? true
    try {
      return { status: ready ? 'ok' : 'starting', ...(await options.health?.()) }
    } catch (error) {
      request.log.error(faultFields(error), 'health check failed')
      return reply.code(503).send({ status: 'failing' })
    }
  })
}
