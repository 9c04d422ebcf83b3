import type { FastifyReply, FastifyRequest } from 'fastify'
import { dayOf, isId, type PatronId } from '#core'
import type { Context } from '#vault'
import type { Site } from '#web'
import { childrenOf } from './guardians.ts'

/** Whose things a page is about: one's own, or those of a child one is guardian of and may look at. */
export interface Whose {
  /** As whoever is signed in, who for a child is the guardian. */
  readonly ctx: Context
  readonly id: PatronId
  /** Below the library: `/me`, or the child's. */
  readonly path: string
  /** The child's name; undefined of oneself. */
  readonly child: string | undefined
}

interface WhoseRoute {
  Params: { agency: string; child?: string }
}

interface WhosePages {
  /** What the addresses of such pages begin with. */
  readonly base: string
  /** Undefined when it is answered already: nobody is signed in, or the child is not theirs to look at. */
  readonly whose: (request: FastifyRequest<WhoseRoute>, reply: FastifyReply) => Promise<Whose | undefined>
}

/** The two places where a patron's own things stand: among one's own pages, and among those of a child. */
export function whosePages(site: Site): readonly WhosePages[] {
  return [ownPages(site), childPages(site)]
}

export function ownPages(site: Site): WhosePages {
  return { base: '/:agency/me', whose: async (request, reply) => asOneself(site, request, reply) }
}

export function childPages(site: Site): WhosePages {
  return {
    base: '/:agency/me/children/:child',
    async whose(request, reply) {
      const self = asOneself(site, request, reply)
      if (!self) return undefined
      const child = await asGuardian(self, request.params.child ?? '')
      // As if the child did not exist: that it does is none of their business.
      if (!child) reply.callNotFound()
      return child
    },
  }
}

/** The child's things as their guardian; undefined unless the guardian may look at this child today. */
export async function asGuardian({ ctx, id, path }: Whose, wanted: string): Promise<Whose | undefined> {
  const children = isId(wanted) ? await childrenOf(ctx, id, dayOf(ctx.clock.now())) : []
  const child = children.find((each) => each.id === wanted)
  return child && { ctx, id: child.id, path: `${path}/children/${child.id}`, child: child.name }
}

/** As the patron also where staff are signed in on the same browser, so that it is nobody's look but their own. */
export function asOneself(site: Site, request: FastifyRequest, reply: FastifyReply): Whose | undefined {
  const patron = site.requirePatron(request, reply)
  if (!patron) return undefined
  const ctx: Context = { ...site.context(request), actor: { kind: 'patron', id: patron.id } }
  return { ctx, id: patron.id, path: '/me', child: undefined }
}

/** What a page's trail begins with. */
export function whoseTrail(
  { ctx, path, child }: Whose,
  me: string,
): { readonly label: string; readonly href: string }[] {
  const mine = { label: me, href: `/${ctx.agency}/me` }
  return child === undefined ? [mine] : [mine, { label: child, href: `/${ctx.agency}${path}` }]
}
