import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { isId, type PatronId, type StaffId, type StaffRole, type Text2 } from '#core'
import { type PatronRow, readPatron } from '#patrons'
import { logAccess, type StaffNames } from '#privacy'
import type { Context } from '#vault'
import {
  alert,
  type FieldErrors,
  href,
  html,
  type Page,
  renderPage,
  type SafeHtml,
  type Site,
  type StaffActor,
} from '#web'
import { SEEN, texts } from './desk-texts.ts'

/** What the pages of money at the desk need from the desk itself. */
export interface MoneyDeskNeeds {
  /** Why a member of staff has this patron before them, as they said at the counter. */
  readonly inHand: (ctx: Context, staff: StaffId, patron: PatronId) => Text2 | undefined
  /** Tells who changed what the library charges. */
  readonly staffNames: StaffNames
}

export interface MoneyRoute {
  Params: { agency: string; id: string; kind?: string; row?: string }
  Querystring: { number?: string | string[] }
}
export type MoneyRequest = FastifyRequest<MoneyRoute>

/** A patron's money, and who looks at it. */
export interface Meeting {
  readonly ctx: Context
  readonly staff: StaffActor
  readonly patron: PatronRow
  readonly request: MoneyRequest
  readonly reply: FastifyReply
}

/** Who takes money, and who gives it up or hands it out again. */
export const MONEY_ROLES: readonly StaffRole[] = ['desk', 'finance']
export const FINANCE_ROLES: readonly StaffRole[] = ['finance']

export const FAULTY = 422
export const REFUSED = 409

export function mayGiveUp({ roles }: StaffActor): boolean {
  return roles.some((role) => FINANCE_ROLES.includes(role))
}

export function moneyPath(request: MoneyRequest, path = ''): string {
  return `/${request.params.agency}/staff/desk/patrons/${request.params.id}/money${path}`
}

type Handler = (meeting: Meeting) => Promise<FastifyReply>

/** Routes about one patron's money: a handler meets only someone who may be there, and a patron whom there is. */
export function moneyRoutes(app: FastifyInstance, site: Site) {
  function route(method: 'GET' | 'POST', path: string, roles: readonly StaffRole[], handler: Handler): void {
    app.route<MoneyRoute>({
      method,
      url: `/:agency/staff/desk/patrons/:id/money${path}`,
      handler: async (request, reply) => {
        const staff = site.requireStaff(request, reply, ...roles)
        if (!staff) return reply
        const ctx = site.context(request)
        const { id } = request.params
        const patron = isId(id) ? await readPatron(ctx, id as PatronId) : undefined
        if (!patron) return gone(reply)
        return handler({ ctx, staff, patron, request, reply })
      },
    })
  }
  return {
    get: (path: string, handler: Handler) => route('GET', path, MONEY_ROLES, handler),
    post: (path: string, handler: Handler, roles: readonly StaffRole[] = MONEY_ROLES) =>
      route('POST', path, roles, handler),
  }
}

export function gone(reply: FastifyReply): FastifyReply {
  reply.callNotFound()
  return reply
}

/** Notes what is looked at or done; false for a protected patron whom nobody has said a reason for. */
export async function note(
  { ctx, staff, patron }: Meeting,
  { inHand }: MoneyDeskNeeds,
  what: Text2 = SEEN.money,
): Promise<boolean> {
  const why = inHand(ctx, staff.id, patron.id) ?? (patron.protected ? undefined : SEEN.noTask)
  const noted = await logAccess(ctx, patron.id, what[patron.language], why?.[patron.language] ?? '')
  return noted.ok
}

/** Shows something of a patron's money, once the look is noted. */
export async function showMoney(
  meeting: Meeting,
  needs: MoneyDeskNeeds,
  view: () => Promise<Pick<Page, 'title' | 'body' | 'status' | 'breadcrumbs'>>,
): Promise<FastifyReply> {
  const { request, reply, patron } = meeting
  const { language } = request
  if (!(await note(meeting, needs))) return reasonPage(meeting)
  // What stands here is kept by no browser.
  reply.header('cache-control', 'no-store')
  const page = await view()
  const trail = [
    { label: texts.counter[language], href: `/${request.params.agency}/staff/desk` },
    {
      label: texts.patron(patron.number)[language],
      href: `/${request.params.agency}/staff/desk/patrons/${patron.id}`,
    },
  ]
  return renderPage(request, reply, { breadcrumbs: [...trail, { label: page.title }], ...page })
}

function reasonPage({ request, reply, patron }: Meeting): FastifyReply {
  const { language } = request
  const address = href(request, `/${request.params.agency}/staff/desk/patrons/${patron.id}/reason`)
  return renderPage(request, reply, {
    title: texts.reasonNeeded[language],
    body: html`<p class="font-lead">${texts.reasonLead[language]}</p>
<p><a class="button button-primary" href="${address}">${texts.sayWhy[language]}</a></p>`,
  })
}

/** Why something was not done. */
export function refusal(meeting: Meeting, text: string): SafeHtml {
  return alert({ kind: 'warning', heading: texts.notDone[meeting.request.language], body: text })
}

/** Whom the page is about, so that the wrong one is noticed. */
export function whoIs({ patron, request: { language } }: Meeting): SafeHtml {
  const name = patron.protected ? texts.hiddenName[language] : patron.name
  return html`<p><strong>${name}</strong> · ${texts.number[language]} ${patron.number}</p>`
}

export function hasErrors(errors: FieldErrors): boolean {
  return Object.values(errors).some((text) => text !== undefined)
}
