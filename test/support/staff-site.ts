import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type AuthPagesOptions, registerAuthPages, type SignedIn, sessionCookie, signedIn } from '#auth'
import { html, renderPage, type Site } from '#web'
import type { TestLibrary } from './library.ts'
import { testWeb } from './site.ts'

/** The staff's own pages of a library, with sessions as the whole site has them, and a front page that names who is there. */
export async function staffSite(library: TestLibrary, given: AuthPagesOptions = {}): Promise<FastifyInstance> {
  const app = await testWeb()
  const there = new WeakMap<FastifyRequest, SignedIn>()
  const agencyOf = (request: FastifyRequest) => (request.params as { agency: string }).agency
  app.addHook('onRequest', async (request) => {
    if (!request.routeOptions.url?.startsWith('/:agency')) return
    const agency = agencyOf(request)
    const token = request.cookies[sessionCookie(agency)]
    const who = token && (await signedIn(library.context({ kind: 'system', job: 'web' }, agency), token, given.clock))
    if (who) there.set(request, who)
  })
  const site: Site = {
    context(request) {
      const staff = there.get(request)
      return library.context(
        staff
          ? { kind: 'staff', id: staff.id, roles: staff.roles, branch_ids: staff.branch_ids }
          : { kind: 'system', job: 'web' },
        agencyOf(request),
      )
    },
    agencyTitle: () => 'Eksempel Bibliotek',
    staff: (request) => there.get(request),
    patron: () => undefined,
    requirePatron: (_request, reply) => {
      reply.code(403).send()
      return undefined
    },
    requireStaff(request, reply, ...roles) {
      const staff = there.get(request)
      if (!staff) {
        reply.redirect(`/${agencyOf(request)}/staff/sign-in`, 303)
        return undefined
      }
      if (roles.length === 0 || roles.some((role) => staff.roles.includes(role))) return staff
      reply.code(403).send('not with these roles')
      return undefined
    },
  }
  app.get('/:agency/staff', (request, reply) => {
    const staff = site.requireStaff(request, reply)
    if (!staff) return reply
    const roles = staff.roles.join(' ')
    return renderPage(request, reply, { title: staff.name, body: html`<p>${roles}</p>` })
  })
  registerAuthPages(app, site, given)
  return app
}
