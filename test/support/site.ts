import type { FastifyInstance } from 'fastify'
import { createWeb, type Site } from '#web'
import { NIGHT, type TestLibrary } from './library.ts'

/** A site as the public sees it: the library of the address, and nobody signed in. */
export function publicSite(library: TestLibrary): Site {
  return {
    context: (request) => library.context(NIGHT, (request.params as { agency: string }).agency),
    agencyTitle: () => 'Eksempel Bibliotek',
    staff: () => undefined,
    patron: () => undefined,
    requirePatron: (_request, reply) => {
      reply.code(403).send()
      return undefined
    },
    requireStaff: (_request, reply) => {
      reply.code(403).send()
      return undefined
    },
  }
}

/** A web server without pages, for tests that ask it with `inject`. */
export function testWeb(): Promise<FastifyInstance> {
  return createWeb({ siteName: 'Kvit', cookieSecret: 'for-tests-only-'.repeat(3), secureCookies: false })
}
