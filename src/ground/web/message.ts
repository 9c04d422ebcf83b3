import type { FastifyReply, FastifyRequest } from 'fastify'
import type { Text2 } from '#core'
import { alert } from './components.ts'
import { html, type SafeHtml } from './html.ts'
import { href, localPath } from './language.ts'

const COOKIE = 'kvit-message'
const SECONDS_TO_ARRIVE = 60

/**
 * Goes to a page after something was done, and says there, once, what was done. The text waits in the browser, so it
 * must name nobody and nothing borrowed: "Lånet er fornyet", not whose or which.
 */
export function redirectWithMessage(
  reply: FastifyReply,
  request: FastifyRequest,
  path: string,
  message: Text2,
): FastifyReply {
  reply.setCookie(COOKIE, message[request.language], { signed: true, maxAge: SECONDS_TO_ARRIVE })
  return reply.redirect(href(request, localPath(path, '/')), 303)
}

/** The message that came along, if one did; it is gone afterwards. */
export function takeMessage(request: FastifyRequest, reply: FastifyReply): SafeHtml {
  const sealed = request.cookies[COOKIE]
  if (sealed === undefined) return html``
  reply.clearCookie(COOKIE)
  const message = request.unsignCookie(sealed)
  if (!message.valid) return html``
  return html`<div role="status">${alert({ kind: 'success', heading: message.value })}</div>`
}
