import { createHash, timingSafeEqual } from 'node:crypto'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import type { Context } from '#vault'
import { onlyForMachines } from '#web'
import type { DigitalPostConfig } from './config.ts'
import { type NoteDelivery, receiptAnswer, takeReceipt } from './receipts.ts'

export interface ReceiptsDeps {
  /** Asked each time: a demonstration is connected after it has begun to answer. */
  config(): DigitalPostConfig | undefined
  /** The way into a library by its short name; undefined when there is none, or it cannot be used now. */
  readonly contextOf: (agency: string) => Context | undefined | Promise<Context | undefined>
  /** Of the messages' room. */
  readonly noteDelivery: NoteDelivery<Context>
}

const MOST_BYTES = 256 * 1024
const place = z.object({ agency: z.string(), secret: z.string() })

/**
 * Where the municipal message broker (Fælleskommunal Beskedfordeler) brings receipts of Digital Post:
 * `/digital-post/receipts/<library>/<secret>`. Who has not the secret of the library's configuration gets 404, whether
 * there is such a library or not. What is no receipt of ours is answered all the same, or it would come again for ever.
 */
export function registerReceipts(app: FastifyInstance, { config, contextOf, noteDelivery }: ReceiptsDeps): void {
  app.register(async (scope) => {
    scope.addContentTypeParser(
      ['application/xml', 'text/xml'],
      { parseAs: 'string', bodyLimit: MOST_BYTES },
      (_r, body, done) => done(null, body),
    )
    scope.post(
      '/digital-post/receipts/:agency/:secret',
      { ...onlyForMachines, bodyLimit: MOST_BYTES },
      async (request, reply) => {
        const { agency, secret } = place.parse(request.params)
        const right = config()?.agencies.get(agency)?.receiptsSecret
        if (!right || !isSame(right, secret)) return reply.callNotFound()
        const ctx = await contextOf(agency)
        if (!ctx) return reply.callNotFound()
        const isReceipt = typeof request.body === 'string' && (await takeReceipt(ctx, request.body, noteDelivery))
        if (!isReceipt) ctx.log.warn({ agency }, 'the message broker brought something that is no receipt of ours')
        return reply.type('application/xml; charset=utf-8').send(receiptAnswer())
      },
    )
  })
}

function isSame(right: string, given: string): boolean {
  const digest = (text: string) => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(right), digest(given))
}
