import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { type BranchId, isId, type PatronId, type Result, type StaffRole, type Text2 } from '#core'
import type { KindName } from '#messages'
import type { NameOf, Register, StaffNames } from '#privacy'
import type { Context } from '#vault'
import {
  alert,
  errorSummary,
  type FieldErrors,
  form,
  href,
  html,
  type Page,
  renderPage,
  type SafeHtml,
  type Site,
  type StaffActor,
} from '#web'
import { REASONS, type Reason, texts } from './desk-texts.ts'
import type { Scanned, ShownAt } from './desk-visit.ts'
import type { DeskWays } from './desk-ways.ts'
import { readPatron } from './queries.ts'
import type { CprRegister } from './register.ts'
import type { PatronRow } from './tables.ts'

export interface PatronRoute {
  Params: { agency: string; id: string; row?: string }
  Querystring: { why?: string; table?: string; row?: string; task?: string }
}

export type PatronRequest = FastifyRequest<PatronRoute>

/** What another room shows on a patron's page at the desk, such as the loans. */
export type DeskSection = (
  request: FastifyRequest,
  ctx: Context,
  patron: PatronId,
  reply: FastifyReply,
) => Promise<SafeHtml> | SafeHtml

/** Where an item is scanned, and how that desk works. */
export interface ScanAt extends ShownAt {
  readonly branch: BranchId | undefined
  readonly ways: DeskWays
  /** Who answers to the desk for what the patron borrows, where it is not the patron. */
  readonly primary: PatronId | undefined
  /** What the page before told of, for whoever takes it back. */
  readonly last: Scanned | undefined
}

/**
 * Lends an item to the patron who is open, or takes it back when none is; nothing when the text is no item's number, nor
 * one of the signs that stand for something the desk does.
 */
export type ScanItem = (
  at: ScanAt,
  text: string,
  patron: Pick<PatronRow, 'id' | 'number'> | undefined,
) => Promise<Scanned | undefined>

/** What is around the scan field besides what is the patrons' own: work that waits, a pad, a line to the server. */
export interface DeskSurroundings {
  readonly scripts: readonly string[]
  readonly above: (request: FastifyRequest) => SafeHtml
  readonly below: (at: ShownAt & { readonly patron: PatronRow | undefined }) => SafeHtml
  /** The work lists, on the desk's front. */
  readonly work: (at: ShownAt, staff: StaffActor) => Promise<SafeHtml>
  /** Where a sign that was typed instead of a scan leads, below the library. */
  readonly goTo: (text: string, staff: StaffActor, patron: PatronId | undefined) => string | undefined
}

/** What is wrong with a PIN, as the room that keeps them tells. */
export type PinFault = 'not-digits' | 'wrong-length'

/** What the desks need from rooms above this one. */
export interface DeskNeeds {
  readonly site: Site
  readonly register: Register
  readonly staffNames: StaffNames
  /** Tells titles, items and branches by name, for a patron's copy of their data. */
  readonly namesIn: (ctx: Context) => NameOf
  readonly hasPin: (ctx: Context, patron: PatronId) => Promise<boolean>
  readonly pinFault: (pin: string) => PinFault | undefined
  readonly setPin: (
    ctx: Context,
    patron: PatronId,
    pin: string,
  ) => Promise<Result<unknown, { kind: 'bad-pin'; because: PinFault } | { kind: 'unknown' } | { kind: 'not-allowed' }>>
  readonly endPatronSessions: (
    ctx: Context,
    patron: PatronId,
  ) => Promise<Result<unknown, { readonly kind: 'not-allowed' }>>
  /** A card was blocked: what is remembered of its PIN is dropped. */
  readonly forgetVerified: (ctx: Context, patron: PatronId) => void
  /** The CPR register, where the library is connected to one. */
  readonly cprRegister?: (ctx: Context) => CprRegister | undefined
  readonly sections?: readonly DeskSection[]
  readonly scanItem?: ScanItem
  readonly surroundings?: DeskSurroundings
  /** What kinds of message are called. */
  readonly kindName?: KindName
}

/** One of the two desks where staff meet a patron: its address below the library, its name, and who may be there. */
export interface Desk {
  readonly path: string
  readonly label: Text2
  /** Where the trail of a patron's page begins. */
  readonly home: string
  readonly roles: readonly StaffRole[]
}

/** Where a patron's rights are met. */
export const RIGHTS: Desk = {
  path: '/staff/patrons',
  label: texts.patrons,
  home: '/staff/patrons',
  roles: ['data-protection-officer'],
}

/** Where patrons are served, with a queue in front. */
export const COUNTER: Desk = {
  path: '/staff/desk/patrons',
  label: texts.counter,
  home: '/staff/desk',
  roles: ['desk'],
}

/** Bad input of a form, and something that cannot be done now. */
export const FAULTY = 422
export const REFUSED = 409

export interface Found {
  readonly staff: StaffActor
  readonly patron: PatronRow
}

/** The member of staff and the patron an address is about; undefined when it has been answered already. */
export async function patronOf(
  request: PatronRequest,
  reply: FastifyReply,
  site: Site,
  desk: Desk = RIGHTS,
): Promise<Found | undefined> {
  const staff = site.requireStaff(request, reply, ...desk.roles)
  if (!staff) return undefined
  const patron = await patronNamed(site.context(request), request.params.id)
  if (patron) return { staff, patron }
  reply.callNotFound()
  return undefined
}

export async function patronNamed(ctx: Context, id: string): Promise<PatronRow | undefined> {
  return isId(id) ? readPatron(ctx, id as PatronId) : undefined
}

type Handler = (request: PatronRequest, reply: FastifyReply, found: Found) => Promise<FastifyReply> | FastifyReply

/** Routes about one patron: a handler meets only someone who may be there, and a patron whom there is. */
export function patronRoutes(app: FastifyInstance, site: Site, desk: Desk = RIGHTS) {
  function route(method: 'GET' | 'POST', path: string, handler: Handler): void {
    app.route<PatronRoute>({
      method,
      url: `/:agency${desk.path}/:id${path}`,
      handler: async (request, reply) => {
        const found = await patronOf(request, reply, site, desk)
        return found ? handler(request, reply, found) : reply
      },
    })
  }
  return {
    get: (path: string, handler: Handler) => route('GET', path, handler),
    post: (path: string, handler: Handler) => route('POST', path, handler),
  }
}

export function isReason(why: unknown): why is Reason {
  return typeof why === 'string' && Object.hasOwn(REASONS, why)
}

/** The path of a patron's page or of one below it. The reason comes along, so that it is asked for once. */
export function patronPath(request: PatronRequest, path = ''): string {
  const { why } = request.query
  const query = isReason(why) ? `${path.includes('?') ? '&' : '?'}why=${why}` : ''
  return `/${request.params.agency}${RIGHTS.path}/${request.params.id}${path}${query}`
}

/** A page about one patron, below a desk's own. */
export function patronPage(
  request: PatronRequest,
  reply: FastifyReply,
  page: Pick<Page, 'title' | 'heading' | 'body' | 'status' | 'scripts'>,
  desk: Desk = RIGHTS,
): FastifyReply {
  const home = { label: desk.label[request.language], href: `/${request.params.agency}${desk.home}` }
  return renderPage(request, reply, { ...page, breadcrumbs: [home, { label: page.title }] })
}

/** A form with what is wrong in it above, and the way back to the patron below. */
export function formBody(
  request: FastifyRequest,
  reply: FastifyReply,
  given: {
    readonly lead?: string
    readonly errors?: FieldErrors | undefined
    readonly above?: SafeHtml | undefined
    readonly fields: SafeHtml
    readonly action: string
    readonly submit: string | SafeHtml
    readonly back: string
    readonly backLabel?: Text2
  },
): SafeHtml {
  const { language } = request
  return html`${errorSummary(given.errors ?? {}, language)}
${given.lead ? html`<p class="font-lead">${given.lead}</p>` : ''}
${given.above ?? ''}
${form(request, reply, { action: given.action, body: given.fields, submit: given.submit })}
${backLink(request, given.back, given.backLabel)}`
}

/** Why something was not done, and the way back. */
export function refusedBody(
  request: FastifyRequest,
  given: { readonly heading?: string; readonly text: string; readonly more?: SafeHtml; readonly back: string },
): SafeHtml {
  const heading = given.heading ?? texts.notDone[request.language]
  return html`${alert({ kind: 'warning', heading, body: given.text })}
${given.more ?? ''}
${backLink(request, given.back)}`
}

export function backLink(request: FastifyRequest, back: string, label: Text2 = texts.back): SafeHtml {
  return html`<p><a href="${href(request, back)}">${label[request.language]}</a></p>`
}

export function hasErrors(errors: FieldErrors | undefined): boolean {
  return Object.values(errors ?? {}).some((text) => text !== undefined)
}

/** A day after today; undefined when none was given. */
export function dayAfter(written: string, today: Temporal.PlainDate): Temporal.PlainDate | undefined | 'wrong' {
  const day = dayFrom(written)
  if (day === undefined || day === 'wrong') return day
  return Temporal.PlainDate.compare(day, today) > 0 ? day : 'wrong'
}

export function dayFrom(written: string): Temporal.PlainDate | undefined | 'wrong' {
  if (written.trim() === '') return undefined
  try {
    return Temporal.PlainDate.from(written.trim(), { overflow: 'reject' })
  } catch {
    return 'wrong'
  }
}

export function capital(text: string): string {
  return text.charAt(0).toLocaleUpperCase('da') + text.slice(1)
}
