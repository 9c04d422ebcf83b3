import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isId, type MessageId } from '#core'
import type { Context } from '#vault'
import { forKeyedMachines } from '#web'
import { isAddressAtFault, readBounce } from './bounce.ts'

export interface BouncesDeps {
  /** The secret the mail server presents; undefined where none was set, and then there is no such address. */
  token(): string | undefined
  /** The ways into all libraries that can be used now: they share one sending address, and a report names no library. */
  contexts(): Promise<readonly Context[]>
  /** Of the messages' room. */
  noteDelivery(ctx: Context, id: MessageId, what: 'bounced' | 'not-delivered'): Promise<boolean>
}

const MOST_BYTES = 4 * 1024 * 1024

/**
 * Where the municipality's mail server brings what came back: `POST /mail/bounces`, the mail as it is for a body and
 * `Authorization: Bearer <token>`. What is no report of ours is answered as well, or the mail server would bounce the
 * bounce; the answer says whether it was. Whoever is not let in gets 404.
 *
 * Anybody can write a report, so that it is believed for naming a message by its id, which only its reader has been
 * given.
 */
export function registerBounces(app: FastifyInstance, { token, contexts, noteDelivery }: BouncesDeps): void {
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    // A mail is bytes; what we read of it is ASCII.
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MOST_BYTES }, (_request, body, done) =>
      done(null, body.toString('latin1')),
    )
    const onRequest = async (request: FastifyRequest, reply: FastifyReply) => {
      const right = token()
      if (!right || !isSame(`Bearer ${right}`, request.headers.authorization ?? '')) reply.callNotFound()
    }
    scope.post('/mail/bounces', { ...forKeyedMachines, bodyLimit: MOST_BYTES, onRequest }, async (request) => {
      const bounce = typeof request.body === 'string' ? readBounce(request.body) : undefined
      if (!bounce?.final) return { noted: false }
      const id = bounce.messageId.split('@', 1)[0] ?? ''
      if (!isId(id)) return { noted: false }
      const what = isAddressAtFault(bounce) ? 'bounced' : 'not-delivered'
      for (const ctx of await contexts()) {
        if (!(await noteDelivery(ctx, id as MessageId, what))) continue
        ctx.log.warn({ agency: ctx.agency, message: id, status: bounce.status }, 'an e-mail came back')
        return { noted: true }
      }
      return { noted: false }
    })
  })
}

function isSame(right: string, given: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(right), digest(given))
}
