import { parse } from 'node:querystring'
import type { FastifyInstance } from 'fastify'
import { sendError, withStatus } from './errors.ts'

const FORM = 'application/x-www-form-urlencoded'

/**
 * Reads forms and JSON, and nothing else. Our own few lines, because a library's parser replaces bytes that are not
 * UTF-8 with question marks, and a name would be kept wrong; here the form is refused instead.
 */
export function addForms(app: FastifyInstance): void {
  app.removeContentTypeParser('text/plain')
  app.addContentTypeParser(FORM, { parseAs: 'buffer' }, async (_request: unknown, body: Buffer) => readForm(body))
  app.addHook('onRequest', async (request, reply) => {
    const charset = /;\s*charset="?([^";]+)/i.exec(request.headers['content-type'] ?? '')?.[1]
    const readable = charset === undefined || /^utf-?8$/i.test(charset.trim())
    const coding = request.headers['content-encoding'] ?? 'identity'
    if (!readable || coding !== 'identity') return sendError(request, reply, 'unsupported-media-type')
  })
  app.addHook('preValidation', async (request) => {
    if (!isKeepable(request.body)) throw withStatus(400)
    // A form that a script sends as JSON has fields like any other; what machines say is their route's to read.
    const isForm = request.routeOptions.config.csrf !== false && request.body != null
    if (isForm && (typeof request.body !== 'object' || Array.isArray(request.body))) throw withStatus(400)
  })
}

/** Whether PostgreSQL can keep every text of a JSON body: a NUL it cannot, and half a character would become another. */
function isKeepable(value: unknown): boolean {
  if (typeof value === 'string') return !value.includes('\0') && value.isWellFormed()
  if (typeof value !== 'object' || value === null || Buffer.isBuffer(value)) return true
  return Object.entries(value).every(([name, each]) => isKeepable(name) && isKeepable(each))
}

/** The fields of a form; a field that is there twice is a list. Throws a 400 when it is not whole UTF-8 text. */
export function readForm(body: Buffer): Record<string, string | string[] | undefined> {
  const fields = parse(strictText(body))
  for (const [name, value] of Object.entries(fields)) {
    for (const text of [name, value ?? ''].flat()) {
      // What percent signs hid shows now. A NUL cannot be kept in PostgreSQL's text.
      if (/[\uFFFD\0]/.test(text)) throw withStatus(400)
    }
  }
  return fields
}

function strictText(body: Buffer): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch {
    throw withStatus(400)
  }
}
