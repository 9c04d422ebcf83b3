import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { isId, type PaymentOrderId } from '#core'
import { confirmPayment, orderOfProvider, PaymentProviderDown } from '#fees'
import type { Context } from '#vault'
import { forKeyedMachines } from '#web'
import type { Nexi } from './connect.ts'

export interface NexiWebhookDeps {
  /** Asked each time: a demonstration is connected after it has begun to answer. */
  nexi(): Nexi | undefined
  /** A way into the library; undefined while nothing of it is served. */
  readonly contextOf: (agency: string) => Promise<Context | undefined>
}

const MOST_BYTES = 64 * 1024

const place = z.object({ agency: z.string() })
const query = z.object({ order: z.string().optional() })
const event = z.object({
  event: z.string().max(100),
  data: z.object({ paymentId: z.string().regex(/^[A-Za-z0-9-]{1,64}$/) }),
})

/**
 * Where the provider tells that something has happened to a payment: `POST /payments/nexi/<library>?order=<id>`. What it
 * says is only the reason to ask: status and amount are fetched from the provider, so a forged, repeated or late event
 * does nothing that asking would not. An unknown payment is answered like a known one.
 */
export function registerNexiWebhook(app: FastifyInstance, deps: NexiWebhookDeps): void {
  app.register(async (scope) => {
    scope.removeAllContentTypeParsers()
    scope.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MOST_BYTES }, (_request, body, done) => {
      done(null, body)
    })
    scope.post('/payments/nexi/:agency', {
      ...forKeyedMachines,
      bodyLimit: MOST_BYTES,
      // Before anything of the body is read.
      onRequest: async (request, reply) => {
        const { agency } = place.parse(request.params)
        if (!deps.nexi()?.isAuthorized(agency, request.headers.authorization)) return refused(reply, 401)
      },
      handler: async (request, reply) => take(deps, request, reply),
    })
  })
}

async function take(deps: NexiWebhookDeps, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const { agency } = place.parse(request.params)
  const told = event.safeParse(jsonIn(request.body))
  if (!told.success) return refused(reply, 400)
  const provider = deps.nexi()?.provider(agency)
  const ctx = await deps.contextOf(agency)
  // The provider comes again later.
  if (!provider || !ctx) return refused(reply, 503)
  const { paymentId } = told.data.data
  const order = (await orderOfProvider(ctx, provider.name, paymentId)) ?? orderNamed(request)
  try {
    if (order) await confirmPayment(ctx, provider, order, paymentId)
  } catch (fault) {
    if (!(fault instanceof PaymentProviderDown)) throw fault
    return refused(reply, 503)
  }
  return {}
}

function orderNamed(request: FastifyRequest): PaymentOrderId | undefined {
  const { order } = query.catch({}).parse(request.query)
  return order !== undefined && isId(order) ? (order as PaymentOrderId) : undefined
}

function refused(reply: FastifyReply, status: 400 | 401 | 503): FastifyReply {
  return reply.code(status).send({})
}

function jsonIn(body: unknown): unknown {
  try {
    return JSON.parse(String(body))
  } catch {
    return undefined
  }
}
