import type { FastifyReply, FastifyRequest } from 'fastify'
import { isId, type PatronId, type StaffRole } from '#core'
import type { NameOf, Register, StaffNames } from '#privacy'
import type { Context } from '#vault'
import { type Page, renderPage, type Site, type StaffActor } from '#web'
import { REASONS, type Reason, texts } from './desk-texts.ts'
import { readPatron } from './queries.ts'
import type { PatronRow } from './tables.ts'

export interface PatronRoute {
  Params: { agency: string; id: string }
  Querystring: { why?: string }
}

/** What the desk needs from rooms above this one. */
export interface DeskNeeds {
  readonly site: Site
  readonly register: Register
  readonly staffNames: StaffNames
  /** Tells titles, items and branches by name, for a patron's copy of their data. */
  readonly namesIn: (ctx: Context) => NameOf
}

/** Who may see a patron's page here. */
export const DESK_ROLES: readonly StaffRole[] = ['data-protection-officer', 'system']

/** Bad input of a form, and something that cannot be done now. */
export const FAULTY = 422
export const REFUSED = 409

/** The member of staff and the patron an address is about; undefined when it has been answered already. */
export async function patronOf(
  request: FastifyRequest<PatronRoute>,
  reply: FastifyReply,
  site: Site,
): Promise<{ staff: StaffActor; patron: PatronRow } | undefined> {
  const staff = site.requireStaff(request, reply, ...DESK_ROLES)
  if (!staff) return undefined
  const { id } = request.params
  const patron = isId(id) ? await readPatron(site.context(request), id as PatronId) : undefined
  if (patron) return { staff, patron }
  reply.callNotFound()
  return undefined
}

export function isReason(why: unknown): why is Reason {
  return typeof why === 'string' && Object.hasOwn(REASONS, why)
}

/** The path of a patron's page or of one below it. The reason comes along, so that it is asked for once. */
export function patronPath(request: FastifyRequest<PatronRoute>, path = ''): string {
  const { why } = request.query
  const query = isReason(why) ? `${path.includes('?') ? '&' : '?'}why=${why}` : ''
  return `/${request.params.agency}/staff/patrons/${request.params.id}${path}${query}`
}

/** A page about one patron, below the desk's own. */
export function patronPage(
  request: FastifyRequest<PatronRoute>,
  reply: FastifyReply,
  page: Pick<Page, 'title' | 'body' | 'status'>,
): FastifyReply {
  const desk = { label: texts.patrons[request.language], href: `/${request.params.agency}/staff/patrons` }
  return renderPage(request, reply, { ...page, breadcrumbs: [desk, { label: page.title }] })
}

export function capital(text: string): string {
  return text.charAt(0).toLocaleUpperCase('da') + text.slice(1)
}
