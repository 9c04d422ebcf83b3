import type { FastifyReply, FastifyRequest } from 'fastify'
import { type Clock, realClock, type Text2 } from '#core'
import { type Site, sendRefusal } from '#web'
import { OfferedSecrets, Pending } from './pending.ts'
import { endSession, type Session } from './session.ts'
import { codeThrottle, type Proven, type SecondFactor } from './sign-in.ts'
import { deskTexts } from './staff-desk-texts.ts'
import type { StaffOidc, StaffOidcVisit } from './staff-oidc.ts'
import { SignInThrottle } from './throttle.ts'

export interface AgencyRoute {
  Params: { agency: string }
}

/** Bad input of a form: the page comes again, with what to do. */
export const FAULTY = 422
export const TOO_MANY = 429

/** Someone who has shown the password and is on the way to the second page. */
export interface SignInTry {
  readonly agency: string
  readonly proven: Proven
  readonly next: string
}

/** How long there is for the code, and for signing in with the municipality. */
const TRY_MINUTES = 5
const VISIT_MINUTES = 15

export interface AuthPagesOptions {
  /** The world's time; another only in tests. */
  readonly clock?: Clock
  /** Whether every account with a password here must have a second factor. */
  readonly secondFactor?: SecondFactor
  /** The municipality's sign-in of a library, where it has one. */
  readonly staffOidc?: (agency: string) => StaffOidc | undefined
  /** Where else staff look after machines; shown above their list. */
  readonly terminalWays?: readonly TerminalWay[]
}

export interface TerminalWay {
  readonly path: string
  readonly label: Text2
  readonly text?: Text2
}

/** What the pages of signing in share. */
export class SignInParts {
  readonly site: Site
  readonly clock: Clock
  readonly secondFactor: SecondFactor
  readonly staffOidc: (agency: string) => StaffOidc | undefined
  readonly passwords: SignInThrottle
  readonly codes: SignInThrottle
  readonly tries: Pending<SignInTry>
  readonly visits: Pending<StaffOidcVisit>
  readonly offered: OfferedSecrets

  constructor(site: Site, given: AuthPagesOptions) {
    this.site = site
    this.clock = given.clock ?? realClock
    this.secondFactor = given.secondFactor ?? 'offered'
    this.staffOidc = given.staffOidc ?? (() => undefined)
    this.passwords = new SignInThrottle(this.clock)
    this.codes = codeThrottle(this.clock)
    this.tries = new Pending(TRY_MINUTES, this.clock)
    this.visits = new Pending(VISIT_MINUTES, this.clock)
    this.offered = new OfferedSecrets(this.clock)
  }

  /** The cookie holds no more than a key, signed; what it stands for stays here. */
  keepTry(request: FastifyRequest<AgencyRoute>, reply: FastifyReply, waiting: SignInTry): void {
    const key = this.tries.begin(waiting)
    reply.setCookie(tryCookie(request), key, { signed: true, maxAge: TRY_MINUTES * 60 })
  }

  tryOf(request: FastifyRequest<AgencyRoute>): SignInTry | undefined {
    const waiting = this.tries.look(signedCookie(request, tryCookie(request)) ?? '')
    return waiting?.agency === request.params.agency ? waiting : undefined
  }

  endTry(request: FastifyRequest<AgencyRoute>, reply: FastifyReply): void {
    this.tries.take(signedCookie(request, tryCookie(request)) ?? '')
    reply.clearCookie(tryCookie(request))
  }

  keepVisit(request: FastifyRequest<AgencyRoute>, reply: FastifyReply, visit: StaffOidcVisit): void {
    const key = this.visits.begin(visit)
    reply.setCookie(visitCookie(request), key, { signed: true, maxAge: VISIT_MINUTES * 60 })
  }

  /** Once: who comes back a second time with the same answer is not let in. */
  takeVisit(request: FastifyRequest<AgencyRoute>, reply: FastifyReply): StaffOidcVisit | undefined {
    const visit = this.visits.take(signedCookie(request, visitCookie(request)) ?? '')
    reply.clearCookie(visitCookie(request))
    return visit?.agency === request.params.agency ? visit : undefined
  }

  /** A sign-in never continues a session that was there before: that one may have been planted. */
  async keepSession(request: FastifyRequest<AgencyRoute>, reply: FastifyReply, session: Session): Promise<void> {
    const name = sessionCookie(request.params.agency)
    const before = request.cookies[name]
    if (before) await endSession(this.site.context(request), before)
    // Without a lifetime the cookie goes when the browser is closed, as it should on a desk that several share.
    reply.setCookie(name, session.token)
  }
}

/** The cookie that holds a session; each library has its own, and it is no use at another. */
export function sessionCookie(agency: string): string {
  return `kvit-staff-${agency}`
}

export function staffHome(request: FastifyRequest<AgencyRoute>): string {
  return `/${request.params.agency}/staff`
}

export function notFound(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  const { language } = request
  const { notFound: heading, notFoundText: text } = deskTexts
  return sendRefusal(request, reply, 404, { heading: heading[language], text: text[language] })
}

function tryCookie(request: FastifyRequest<AgencyRoute>): string {
  return `${sessionCookie(request.params.agency)}-try`
}

function visitCookie(request: FastifyRequest<AgencyRoute>): string {
  return `${sessionCookie(request.params.agency)}-visit`
}

function signedCookie(request: FastifyRequest, name: string): string | undefined {
  const sealed = request.cookies[name]
  const opened = sealed === undefined ? undefined : request.unsignCookie(sealed)
  return opened?.valid ? opened.value : undefined
}
