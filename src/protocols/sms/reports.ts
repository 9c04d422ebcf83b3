import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { MessageId } from '#core'
import type { Context } from '#vault'
import { forKeyedMachines } from '#web'
import { isReportToken, longId } from './report-token.ts'

export interface DeliveryReportDeps {
  /** The way into a library by its short name; undefined when there is none, or it cannot be used now. */
  contextOf(agency: string): Context | undefined | Promise<Context | undefined>
  /** As {@link connectSms} has it. */
  readonly reportKey: string
  /** Of the messages' room: notes it on the message, and on the patron's number when nothing arrives there. */
  noteDelivery(ctx: Context, id: MessageId, what: 'delivered' | 'bounced'): Promise<boolean>
}

const place = z.object({ agency: z.string(), message: z.string(), token: z.string() })
// Repeated or nested, it is none of the gateway's.
const status = z.object({ status: z.coerce.string() })

/**
 * Where the gateway tells what became of a message: `/sms/report/<library>/<message>/<token>?status=1&receiver=…`, by
 * GET or POST. Who has not the message's own token gets 404, whether there is such a library or message or not. Any
 * report may come twice, or after its message has been deleted; it is answered all the same, or it would come again.
 */
export function registerDeliveryReports(app: FastifyInstance, deps: DeliveryReportDeps): void {
  app.register(async (scope) => {
    // What the gateway puts in the body is nowhere promised: all that is read stands in the address, or in a form.
    scope.addContentTypeParser('*', { bodyLimit: 16 * 1024 }, (_request, payload, done) => {
      payload.resume()
      payload.on('end', () => done(null, {}))
    })
    scope.route({
      ...forKeyedMachines,
      method: ['GET', 'POST'],
      url: '/sms/report/:agency/:message/:token',
      bodyLimit: 16 * 1024,
      handler: async (request, reply) => takeReport(deps, request, reply),
    })
  })
}

async function takeReport(deps: DeliveryReportDeps, request: FastifyRequest, reply: FastifyReply): Promise<unknown> {
  const { agency, message, token } = place.parse(request.params)
  const id = longId(message)
  if (!id || !isReportToken(deps.reportKey, agency, message, token)) return reply.callNotFound()
  const ctx = await deps.contextOf(agency)
  if (!ctx) return reply.callNotFound()
  const said = status.safeParse({ ...fieldsOf(request.body), ...fieldsOf(request.query) })
  const what = said.success ? meaningOf(said.data.status) : undefined
  if (what) await deps.noteDelivery(ctx, id, what)
  return { status: 'ok' }
}

/** What a status says for good; a message that lies waiting for its telephone is still on its way. */
function meaningOf(said: string): 'delivered' | 'bounced' | undefined {
  switch (said) {
    case '1':
      return 'delivered'
    // Failed, and given up after days of trying: nothing arrived either way.
    case '2':
    case '4':
      return 'bounced'
    default:
      return undefined
  }
}

function fieldsOf(given: unknown): Record<string, unknown> {
  return typeof given === 'object' && given !== null ? { ...given } : {}
}
