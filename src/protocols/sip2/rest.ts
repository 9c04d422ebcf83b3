import type { FastifyInstance, FastifyReply } from 'fastify'
import { freshUuid, type Log, realClock, stopwatch } from '#core'
import { forKeyedMachines } from '#web'
import type { Outcome } from './call.ts'
import { encodeMessage, parseRequest } from './codec.ts'
import { faultWithoutWords } from './dialogue.ts'
import { type EnvelopeFault, errorEnvelope, faultEnvelope, readEnvelope, responseEnvelope } from './envelope.ts'
import { handle, isErrand } from './handlers.ts'
import { PLAIN_WIRE, readLine } from './line.ts'
import type { LiveLog } from './live-log.ts'
import { type Admitted, Reception, type ReceptionOptions } from './reception.ts'

export interface Sip2RestOptions extends ReceptionOptions {
  readonly live: LiveLog
  readonly log: Log
}

const MOST_BYTES = 16 * 1024
const XML = 'application/xml;charset=UTF-8'

interface RestRoute {
  Params: { library: string }
}

/**
 * SIP2 in XML over HTTPS, as self-service machines of one maker speak it: `POST /rest/sip2/DK-721000`. Each request shows
 * the account and carries one message; nothing is remembered between two, so there is no signing in and no resending.
 * The machine takes any status but 200 for "the library is offline" and works on alone, so refusals are 200.
 */
export function registerSip2Rest(app: FastifyInstance, options: Sip2RestOptions): void {
  const reception = new Reception(options)
  app.register(async (scope) => {
    scope.addContentTypeParser('*', { parseAs: 'string', bodyLimit: MOST_BYTES }, (_request, body, done) =>
      done(null, body),
    )
    scope.post<RestRoute>('/rest/sip2/:library', forKeyedMachines, async (request, reply) => {
      const elapsed = stopwatch()
      const { library } = request.params
      const given = readEnvelope(typeof request.body === 'string' ? request.body : '')
      if (!given.ok) return answer(reply, errorEnvelope(faultText(given.refusal)))
      const { login: name, password: secret, message } = given.value
      let admitted: Admitted | undefined
      try {
        admitted = await reception.admit({ name, secret, library, address: request.ip })
        const said = admitted ? await carryOut(admitted, message) : undefined
        note(options, admitted, message, elapsed(), said?.outcome ?? 'bad-login')
        return answer(reply, said?.xml ?? errorEnvelope('Login failed'))
      } catch (fault) {
        const id = freshUuid()
        options.log.error({ correlation: id, ...faultWithoutWords(fault) }, 'sip2: a message could not be answered')
        note(options, admitted, message, elapsed(), 'fault')
        return reply.code(500).type(XML).send(faultEnvelope(id))
      }
    })
  })
}

async function carryOut({ call }: Admitted, message: string): Promise<{ xml: string; outcome: Outcome }> {
  const line = readLine(Buffer.from(message, 'utf8'), PLAIN_WIRE)
  const parsed = line.checksum === 'wrong' ? undefined : parseRequest(line.text)
  if (!parsed?.ok || !isErrand(parsed.value)) {
    return { xml: errorEnvelope('Unknown message'), outcome: 'unreadable' }
  }
  const inDialect = { ...call, profile: { ...call.profile, dialect: 'fbs' as const } }
  const { answer, outcome } = await handle(inDialect, parsed.value)
  return { xml: responseEnvelope(encodeMessage(answer)), outcome }
}

function faultText(fault: EnvelopeFault): string {
  return fault.kind === 'missing' ? `Required field: ${fault.field} must be set!` : 'The request is not readable XML.'
}

function note(
  { live }: Sip2RestOptions,
  admitted: Admitted | undefined,
  message: string,
  ms: number,
  outcome: Outcome,
): void {
  live.note({
    at: realClock.now(),
    agency: admitted?.library ?? '',
    terminal: admitted?.call.terminal.name,
    code: /^\d\d/.exec(message)?.[0] ?? '??',
    ms: Math.round(ms * 10) / 10,
    outcome,
  })
}

function answer(reply: FastifyReply, xml: string): FastifyReply {
  return reply.code(200).type(XML).send(xml)
}
