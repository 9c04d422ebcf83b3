import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { ZodError } from 'zod'
import { systemRandom, type Text2 } from '#core'
import { html } from './html.ts'
import { href } from './language.ts'
import { renderPage } from './layout.ts'
import { type ErrorCode, errorTexts, texts } from './texts.ts'

/** Catches what nobody below did: a refusal of the web itself becomes its page, everything else a 500 with a reference. */
export function addErrorPages(app: FastifyInstance): void {
  const allowed = methodsByAddress(app)
  app.setErrorHandler((error, request, reply) => {
    const code = codeOf(error, request)
    return code === 'fault' ? sendFault(request, reply, error) : sendError(request, reply, code)
  })
  app.setNotFoundHandler((request, reply) => {
    const methods = allowed(request.url)
    // A route that knows the method came here itself: there is no such loan.
    if (methods.length === 0 || methods.includes(request.method)) return sendError(request, reply, 'not-found')
    return sendError(request, reply.header('allow', methods.join(', ')), 'method-not-allowed')
  })
}

/**
 * Says no with a page of its own, or JSON to who did not ask for a page. For refusals a page cannot show in its own
 * form; both texts are in the language of the request.
 */
export function sendRefusal(
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  refusal: { readonly heading: string; readonly text: string; readonly code?: string },
): FastifyReply {
  if (!wantsDocument(request)) {
    const error = { code: refusal.code ?? codeFor(status), message: refusal.text }
    return reply.code(status).send({ error })
  }
  return renderPage(request, reply, {
    title: refusal.heading,
    status,
    body: html`<p>${refusal.text}</p>
      <p><a href="${homeOf(request)}">${texts.toHome[request.language]}</a></p>`,
  })
}

export function sendError(request: FastifyRequest, reply: FastifyReply, code: ErrorCode): FastifyReply {
  const { status, heading, text } = errorTexts[code]
  const language = request.language
  return sendRefusal(request, reply, status, { heading: heading[language], text: text[language], code })
}

/** The 503 of a site that is still being made: how far it is, and a page that opens by itself when it is done. */
export function sendNotReady(request: FastifyRequest, reply: FastifyReply, notice: Text2 | undefined): FastifyReply {
  const { status, heading, text } = errorTexts['not-ready']
  const language = request.language
  const shown = notice?.[language] ?? text[language]
  reply.header('retry-after', 5)
  if (!wantsDocument(request)) {
    return reply.code(status).send({ error: { code: 'not-ready', message: shown } })
  }
  return renderPage(request, reply, {
    title: heading[language],
    status,
    scripts: ['waiting.js'],
    body: html`<p id="waiting" role="status">${shown}</p>
      <p>${notice === undefined ? '' : text[language]}</p>
      <p><a href="${href(request, '/')}">${texts.tryAgain[language]}</a></p>`,
  })
}

/** An error for code that has no reply at hand; it becomes the page of that status. */
export function withStatus(status: number): Error {
  return Object.assign(new Error(codeFor(status)), { statusCode: status })
}

function sendFault(request: FastifyRequest, reply: FastifyReply, error: unknown): FastifyReply {
  const reference = systemRandom().digits(10)
  const route = request.routeOptions.url ?? 'unknown'
  request.log.error({ reference, method: request.method, route, ...faultFields(error) }, 'fault')
  const { heading, text } = errorTexts.fault
  const language = request.language
  if (!wantsDocument(request)) {
    return reply.code(500).send({ error: { code: 'fault', message: text[language], reference } })
  }
  return renderPage(request, reply, {
    title: heading[language],
    status: 500,
    body: html`<p>${text[language]}</p>
      <p>${texts.reference[language]}: <strong>${reference}</strong></p>
      <p><a href="${homeOf(request)}">${texts.toHome[language]}</a></p>`,
  })
}

/**
 * Where a fault came from, without its message: messages quote values (`Key (card)=(…) already exists`), and a log
 * holds none. PostgreSQL's own names for the place are safe and say enough.
 */
export function faultFields(error: unknown): Record<string, unknown> {
  if (!(error instanceof Error)) return { error: typeof error }
  const fields: Record<string, unknown> = { error: error.name }
  for (const name of ['code', 'schema', 'table', 'column', 'constraint', 'routine']) {
    const value = name in error ? Object.getOwnPropertyDescriptor(error, name)?.value : undefined
    if (typeof value === 'string') fields[name] = value
  }
  fields.stack = (error.stack ?? '').split('\n').filter((line) => /^ +at /.test(line))
  if (error.cause !== undefined) fields.cause = faultFields(error.cause)
  return fields
}

function codeOf(error: unknown, request: FastifyRequest): ErrorCode {
  if (!(error instanceof Error)) return 'fault'
  // What was sent has another shape than the form it came from: a list for a text, a number for a day, nothing at all.
  if (error instanceof ZodError && request.method !== 'GET' && request.method !== 'HEAD') {
    request.log.warn(
      { route: request.routeOptions.url, fields: error.issues.map(({ path }) => path.join('.')) },
      'unreadable',
    )
    return 'bad-request'
  }
  if ('code' in error && String(error.code).startsWith('FST_CSRF_')) return 'csrf'
  const status = 'statusCode' in error ? error.statusCode : undefined
  return typeof status === 'number' && status >= 400 && status < 500 ? codeFor(status) : 'fault'
}

function codeFor(status: number): ErrorCode {
  switch (status) {
    case 403:
      return 'forbidden'
    case 404:
      return 'not-found'
    case 405:
      return 'method-not-allowed'
    case 413:
      return 'too-large'
    case 415:
      return 'unsupported-media-type'
    case 429:
      return 'too-many-requests'
    case 503:
      return 'not-ready'
    default:
      return status >= 500 ? 'fault' : 'bad-request'
  }
}

/** Browsers name HTML; programs that say nothing, or that anything will do, get JSON. */
function wantsDocument(request: FastifyRequest): boolean {
  return /\btext\/html\b|\bapplication\/xhtml\+xml\b/i.test(request.headers.accept ?? '')
}

function homeOf(request: FastifyRequest): string {
  return href(request, request.frame?.().site?.home ?? '/')
}

/** Remembers which methods each address knows: Fastify calls an address with the wrong method simply unknown. */
function methodsByAddress(app: FastifyInstance): (url: string) => string[] {
  const known: { pattern: RegExp; methods: string[] }[] = []
  app.addHook('onRoute', (route) => {
    const pattern = route.url
      .split('/')
      .map((part) => (part === '*' ? '.*' : part.startsWith(':') ? '[^/]+' : RegExp.escape(part)))
      .join('/')
    known.push({ pattern: new RegExp(`^${pattern}/?$`), methods: [route.method].flat() })
  })
  return (url) => {
    const path = url.split('?')[0] ?? url
    return [...new Set(known.filter(({ pattern }) => pattern.test(path)).flatMap(({ methods }) => methods))]
  }
}
