import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type PatronPagesOptions, patronFrom, registerPatronPages } from '#auth'
import type { Clock } from '#core'
import { createWeb, href, type PatronActor, type Site } from '#web'
import { NIGHT, type TestLibrary } from './library.ts'

/** A site with the pages of patrons' sign-in and nothing else; the library is the one of the address. */
export async function patronSite(
  library: TestLibrary,
  options: Omit<PatronPagesOptions, 'publicUrl'> & { readonly secureCookies?: boolean } = {},
): Promise<FastifyInstance> {
  const { secureCookies = false, ...own } = options
  const app = await createWeb({ siteName: 'Kvit', cookieSecret: 'for-tests-only-'.repeat(3), secureCookies })
  const patrons = new WeakMap<FastifyRequest, PatronActor>()
  const contextOf = (request: FastifyRequest) => library.context(NIGHT, (request.params as { agency: string }).agency)
  app.addHook('onRequest', async (request) => {
    if (!request.routeOptions.url?.startsWith('/:agency')) return
    const patron = await patronFrom(contextOf(request), request, own.clock satisfies Clock | undefined)
    if (patron) patrons.set(request, patron)
  })
  const site: Site = {
    context: contextOf,
    agencyTitle: () => 'Eksempel Bibliotek',
    staff: () => undefined,
    requireStaff(_request, reply) {
      reply.code(403).send()
      return undefined
    },
    patron: (request) => patrons.get(request),
    requirePatron(request, reply) {
      const patron = patrons.get(request)
      if (patron) return patron
      const { agency } = request.params as { agency: string }
      const next = request.method === 'GET' ? `?next=${encodeURIComponent(request.url)}` : ''
      reply.redirect(href(request, `/${agency}/sign-in${next}`), 303)
      return undefined
    },
  }
  registerPatronPages(app, site, { publicUrl: 'https://bibliotek.example', ...own })
  return app
}
