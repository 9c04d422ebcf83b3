import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { forKeyedMachines } from '#web'
import { Admission } from './admission.ts'
import type { FbsDeps, Said } from './call.ts'
import { catalogueOperations } from './catalogue.ts'
import { registerDescription } from './description-page.ts'
import { eResourceOperations } from './e-resources.ts'
import { feeOperations } from './fees.ts'
import { guardianOperations } from './guardians.ts'
import { illOperations } from './ill.ts'
import { loanOperations } from './loans.ts'
import { logIn, loginOperation, serverOperations } from './native.ts'
import type { Operation } from './operation.ts'
import { patronOperations } from './patrons.ts'
import { placeOperations } from './places.ts'
import { registerPublizon } from './publizon.ts'
import { reservationOperations } from './reservations.ts'
import { machineTexts } from './texts.ts'

export const operations: readonly Operation[] = [
  ...placeOperations,
  ...catalogueOperations,
  ...patronOperations,
  ...loanOperations,
  ...illOperations,
  ...reservationOperations,
  ...feeOperations,
  ...serverOperations,
  ...guardianOperations,
  ...eResourceOperations,
]

const MOST_BYTES = 256 * 1024

/** Errors too, or a browser hides the status. */
export const CORS = {
  'access-control-allow-origin': '*',
  'access-control-allow-methods': 'GET,PUT,POST,DELETE,OPTIONS,HEAD',
  'access-control-allow-headers': 'authorization,content-type,x-session',
} as const

/**
 * The FBS API in both its forms: as browsers of the national website speak it, with a token of ours and the words
 * `agencyid` and `patronid` in the address; and as servers speak it, with a session and numbers. Each call ends in a
 * command of a room below; nothing is decided here.
 */
export function registerFbs(app: FastifyInstance, deps: FbsDeps): void {
  const admission = new Admission(deps)
  registerDescription(app, operations)
  app.register(async (scope) => {
    answerMachines(scope)
    for (const each of operations) serve(scope, each, (request) => answer(admission, each, request))
    serve(scope, loginOperation, (request) =>
      logIn(deps, admission.sessions, request, bodyOf(loginOperation, request.body)),
    )
    scope.route({
      ...forKeyedMachines,
      method: ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'],
      url: '/external/*',
      handler: (request, reply) => unknownCall(request, reply),
    })
    scope.options('/external/*', forKeyedMachines, (_request, reply) =>
      reply.code(204).header('access-control-max-age', 86_400).send(),
    )
    registerPublizon(scope, deps)
  })
}

/** Bodies that are JSON or, for some calls, a bare text; errors as `{ message }`; and scripts of any site may ask. */
function answerMachines(scope: FastifyInstance): void {
  scope.removeContentTypeParser('application/json')
  scope.addContentTypeParser(
    'application/json',
    { parseAs: 'buffer', bodyLimit: MOST_BYTES },
    async (_request: unknown, body: Buffer) => {
      const text = readText(body)
      return text === undefined || text.trim() === '' ? undefined : { text }
    },
  )
  scope.addHook('onSend', async (_request, reply) => {
    reply.headers(CORS)
  })
  scope.addHook('preSerialization', async (_request, _reply, payload: unknown) => {
    // What the web itself refuses, such as a body that is too large.
    if (typeof payload !== 'object' || payload === null || !('error' in payload)) return payload
    const { error } = payload
    const text = typeof error === 'object' && error !== null && 'message' in error ? error.message : undefined
    return { message: typeof text === 'string' ? text : 'internal server error' }
  })
}

function serve(scope: FastifyInstance, operation: Operation, handle: (request: FastifyRequest) => Promise<Said>): void {
  scope.route({
    ...forKeyedMachines,
    method: operation.method,
    url: operation.path.replaceAll(/\{(\w+)\}/g, ':$1'),
    handler: async (request, reply) => {
      const { status, body } = await handle(request)
      reply.code(status)
      return body === undefined ? reply.send() : reply.type('application/json').send(body)
    },
  })
}

async function answer(admission: Admission, operation: Operation, request: FastifyRequest): Promise<Said> {
  const admitted = await admission.admit(request, operation)
  if (!admitted.ok) return admitted.refusal
  return operation.run(admitted.value, given(operation, request))
}

function given(operation: Operation, request: FastifyRequest) {
  const params = request.params as Readonly<Record<string, string>>
  return { params, query: request.query, body: operation.body ? bodyOf(operation, request.body) : undefined }
}

/** Undefined when it is not JSON, which no schema takes. */
function bodyOf(operation: Operation, sent: unknown): unknown {
  if (typeof sent !== 'object' || sent === null || !('text' in sent) || typeof sent.text !== 'string') return undefined
  try {
    const read: unknown = JSON.parse(sent.text)
    return operation.bare && typeof read === 'number' ? sent.text.trim() : read
  } catch {
    return operation.bare ? sent.text.trim() : undefined
  }
}

function readText(body: Buffer): string | undefined {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(body)
  } catch {
    return undefined
  }
}

function unknownCall(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  // In a browser nobody logs in by these.
  if (/\/(pre)?authenticate/.test(request.url) && request.headers['x-session'] === undefined) {
    return reply.code(404).send({ message: machineTexts.notFound })
  }
  return reply.code(501).send({ message: machineTexts.notBuilt })
}
