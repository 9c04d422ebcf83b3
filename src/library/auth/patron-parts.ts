import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Clock, type PatronId, realClock, type Text2 } from '#core'
import { touch } from '#patrons'
import type { Context } from '#vault'
import type { PatronActor, SafeHtml, Site, Tile } from '#web'
import type { MitId, MitIdPerson } from './mitid.ts'
import {
  beginPatronSession,
  endPatronSession,
  type Means,
  patronSignedIn,
  type SignedInPatron,
} from './patron-session.ts'
import type { AgencyRoute } from './sign-in-parts.ts'

export interface WayTo {
  readonly path: string
  readonly label: Text2
}

/** Ways that only some libraries have. */
export interface WaysWhere {
  ways(ctx: Context): Promise<readonly WayTo[]>
}

export interface PatronPagesOptions {
  /** Our own address, for links that are sent by e-mail: never what a visitor's browser says it is. */
  readonly publicUrl: string
  /** The world's time; another only in tests. */
  readonly clock?: Clock
  /** Sign-in with MitID of a library, where it has one. */
  readonly mitId?: (agency: string) => MitId | undefined
  /** What must be seen first on "My page": that one may not borrow, and why. */
  readonly first?: PatronSection
  /** What each room says at once on "My page": what is due, ready, owed. */
  readonly tiles?: readonly PatronTile[]
  /** The ways from "My page" to the pages of other rooms, below the library. */
  readonly ways?: readonly (WayTo | WaysWhere)[]
  /** What other rooms have to show on "My page", below the ways. */
  readonly sections?: readonly PatronSection[]
  /** What to do with somebody whom MitID knows and the library does not: the way to become a patron. */
  readonly newcomer?: (
    request: FastifyRequest<AgencyRoute>,
    reply: FastifyReply,
    person: MitIdPerson,
  ) => FastifyReply | Promise<FastifyReply>
}

export type PatronSection = (
  ctx: Context,
  patron: PatronActor,
  at: { readonly request: FastifyRequest; readonly reply: FastifyReply },
) => SafeHtml | Promise<SafeHtml>

export type PatronTile = (
  ctx: Context,
  patron: PatronActor,
  at: { readonly request: FastifyRequest },
) => Tile | Promise<Tile>

/** The cookie that holds a patron's session; each library has its own, and it is no use at another. */
export function patronCookie(agency: string): string {
  return `kvit-patron-${agency}`
}

/** The patron who is signed in on this request; asked once, before any page. */
export async function patronFrom(
  ctx: Context,
  request: FastifyRequest,
  clock: Clock = realClock,
): Promise<SignedInPatron | undefined> {
  const token = request.cookies[patronCookie(ctx.agency)]
  return token ? patronSignedIn(ctx, token, clock) : undefined
}

/** What the pages of patrons' sign-in share. */
export class PatronParts {
  readonly site: Site
  readonly options: PatronPagesOptions
  readonly clock: Clock

  constructor(site: Site, options: PatronPagesOptions) {
    this.site = site
    this.options = options
    this.clock = options.clock ?? realClock
  }

  /** The library as seen by the patron who is signed in, also where staff are signed in on the same browser. */
  as(request: FastifyRequest, patron: PatronActor): Context {
    return { ...this.site.context(request), actor: { kind: 'patron', id: patron.id } }
  }

  /** The library as seen by a visitor, whoever else is signed in on the same browser. */
  asVisitor(request: FastifyRequest): Context {
    return { ...this.site.context(request), actor: { kind: 'system', job: 'web' } }
  }

  /** Signs a patron in on this browser: always with a new token, and whoever was signed in here before is so no longer. */
  async admit(
    request: FastifyRequest<AgencyRoute>,
    reply: FastifyReply,
    patron: PatronId,
    means: Means,
  ): Promise<void> {
    const ctx = this.asVisitor(request)
    await this.dismiss(request, reply)
    const session = await beginPatronSession(ctx, patron, means, this.clock)
    await touch(ctx, patron)
    // Without a lifetime the cookie goes when the browser is closed, as it should on a screen that many share.
    reply.setCookie(patronCookie(ctx.agency), session.token)
  }

  async dismiss(request: FastifyRequest<AgencyRoute>, reply: FastifyReply): Promise<void> {
    const name = patronCookie(request.params.agency)
    const token = request.cookies[name]
    if (!token) return
    await endPatronSession(this.asVisitor(request), token)
    reply.clearCookie(name)
  }
}

/** Where one comes to after signing in. */
export function patronHome(request: FastifyRequest<AgencyRoute>): string {
  return `/${request.params.agency}/me`
}
