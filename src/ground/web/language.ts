import type { IncomingMessage } from 'node:http'
import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Language } from '#core'

declare module 'fastify' {
  interface FastifyRequest {
    /** What the address asks for: Danish, or English below `/en`. */
    readonly language: Language
  }
}

const ENGLISH = /^\/+en(?=[/?]|$)/

/** Stands in for an address that cannot be read; see {@link isUnreadable}. */
const UNREADABLE = '/unreadable-address'
export const MAX_PATH = 2000

export function addLanguage(app: FastifyInstance): void {
  app.decorateRequest('language', {
    getter(this: FastifyRequest) {
      return ENGLISH.test(this.originalUrl) ? 'en' : 'da'
    },
  })
}

/** Takes the language off an address, so that a page is one route. Fastify keeps the whole in `originalUrl`. */
export function withoutLanguage(raw: IncomingMessage): string {
  const whole = raw.url ?? '/'
  const [path = '/', ...query] = whole.replace(ENGLISH, '').split('?')
  if (!isReadable(path, query.join('?'))) return UNREADABLE
  // Slashes are collapsed so that no link made from an address can begin with `//`, which is another site.
  return [path.replace(/^\/*/, '/'), ...query].join('?')
}

/** Whether the address was text that no page can be asked for with: half a letter, a NUL, an endless path. */
export function isUnreadable(request: FastifyRequest): boolean {
  return request.url === UNREADABLE
}

/**
 * The address of a page in the language of the request. Give it the Danish path. What already has a language, is a
 * fragment or belongs to another site stays as it is.
 */
export function href(request: FastifyRequest, path: string): string {
  return inLanguage(path, request.language)
}

export function inLanguage(path: string, language: Language): string {
  if (!path.startsWith('/') || language === 'da' || ENGLISH.test(path)) return path
  return path === '/' ? '/en' : `/en${path}`
}

/** The page of this request in another language; undefined where following a link cannot repeat it. */
export function samePageIn(request: FastifyRequest, language: Language): string | undefined {
  if (isUnreadable(request)) return inLanguage('/', language)
  return request.method === 'GET' || request.method === 'HEAD' ? inLanguage(request.url, language) : undefined
}

/**
 * A path on this site, for going back to where someone came from (`?next=`). Anything that a browser could read as
 * another site's address becomes the fallback.
 */
export function localPath(text: unknown, fallback: string): string {
  const local = typeof text === 'string' && /^\/(?![/\\])[^\\\s]*$/.test(text)
  return local ? text : fallback
}

function isReadable(path: string, query: string): boolean {
  if (path.length > MAX_PATH) return false
  // A NUL is a character that PostgreSQL's text cannot hold; no honest address has one.
  if (/%00/.test(path) || /%00/.test(query)) return false
  try {
    decodeURIComponent(path)
    decodeURIComponent(query.replaceAll('+', ' '))
    return true
  } catch {
    return false
  }
}
