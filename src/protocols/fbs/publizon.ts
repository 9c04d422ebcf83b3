import type { FastifyInstance } from 'fastify'
import { readToken } from '#adgangsplatformen'
import { forKeyedMachines } from '#web'
import type { FbsDeps } from './call.ts'

const SUCCESS = 101
/** As of a card that the digital lender does not know. */
const NO_CARD = 151

const NOTHING_ALLOWED = {
  loanDurationDays: 0,
  maxConcurrentEbookLoansPerBorrower: 0,
  maxConcurrentAudiobookLoansPerBorrower: 0,
}

/** What each list holds beside `code` and `message`. */
const LISTS: Readonly<Record<string, Readonly<Record<string, unknown>>>> = {
  '/user/loans': { loans: [], libraryData: NOTHING_ALLOWED, userData: {} },
  '/user/reservations': { reservations: [] },
  '/user/checklist': { items: [] },
  '/user/cardnumber/friendly': { friendlyCardNumber: null },
}

/**
 * What a website asks the lender of digital books beside us. A library that lends on paper only has none, and where
 * nobody answers, the website shows an error instead of the page: so nothing is what there is, politely.
 */
export function registerPublizon(scope: FastifyInstance, deps: FbsDeps): void {
  const route = { ...forKeyedMachines, bodyLimit: 16 * 1024 }
  for (const [path, list] of Object.entries(LISTS)) {
    scope.get(`/publizon/v1${path}`, route, async (request, reply) => {
      const [, token = ''] = /^Bearer +(\S{1,2048})$/i.exec(request.headers.authorization ?? '') ?? []
      const bearer = token === '' ? undefined : await readToken(deps, token)
      if (!bearer?.patronId) return reply.code(401).send({ code: NO_CARD, message: 'no patron' })
      return { code: SUCCESS, message: 'OK', ...list }
    })
  }
  scope.get('/publizon/v1/library/profile', route, async () => ({
    name: null,
    isilNumber: null,
    maxConcurrentEbookLoansPerBorrower: 0,
    maxConcurrentEbookReservationsPerBorrower: 0,
    maxConcurrentAudioLoansPerBorrower: 0,
    maxConcurrentAudioReservationsPerBorrower: 0,
  }))
  scope.route({
    ...route,
    method: ['GET', 'POST', 'PUT', 'DELETE', 'PATCH'],
    url: '/publizon/*',
    handler: (_request, reply) =>
      reply.code(400).send({ code: NO_CARD, message: 'this library lends no digital materials' }),
  })
  scope.options('/publizon/*', forKeyedMachines, (_request, reply) =>
    reply.code(204).header('access-control-max-age', 86_400).send(),
  )
}
