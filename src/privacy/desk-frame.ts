import type { FastifyReply, FastifyRequest } from 'fastify'
import type { StaffId, StaffRole, Text2 } from '#core'
import type { Context } from '#vault'
import { href, html, renderPage, type SafeHtml, type Site } from '#web'
import { findTable, type Register } from './declare.ts'
import { deskTexts as texts } from './desk-texts.ts'
import { dataLabel } from './notice-period-text.ts'

export interface AgencyRoute {
  Params: { agency: string }
}

/** What the desk needs from rooms above this one. */
export interface DeskNeeds {
  readonly site: Site
  readonly register: Register
  readonly staffNames: StaffNames
}

/** Names of members of staff by their ids; one whose account has ended is left out. */
export type StaffNames = (ctx: Context, ids: readonly StaffId[]) => Promise<ReadonlyMap<StaffId, string>>

/** Who may see the desk. What only some of them may do, the commands decide. */
export const DESK_ROLES: readonly StaffRole[] = ['data-protection-officer', 'system']

const TABS = [
  { path: '', label: texts.tabHoldings },
  { path: '/tonight', label: texts.tabTonight },
  { path: '/nights', label: texts.tabNights },
  { path: '/policy', label: texts.tabPolicy },
  { path: '/holds', label: texts.tabHolds },
] as const satisfies readonly { path: string; label: Text2 }[]

export type Tab = (typeof TABS)[number]['path']

/** A page of the desk, with its own menu under the heading. */
export function deskPage(
  request: FastifyRequest<AgencyRoute>,
  reply: FastifyReply,
  page: {
    readonly tab: Tab
    readonly title: string
    readonly body: SafeHtml
    readonly status?: number
    /** A page below the tab's own. */
    readonly below?: boolean
  },
): FastifyReply {
  const { language } = request
  const tab = TABS.find(({ path }) => path === page.tab)
  const crumbs = [
    { label: texts.desk[language], href: deskPath(request, '') },
    ...(page.below && tab ? [{ label: tab.label[language], href: deskPath(request, tab.path) }] : []),
    { label: page.title },
  ]
  return renderPage(request, reply, {
    title: page.title,
    status: page.status ?? 200,
    breadcrumbs: page.tab === '' && !page.below ? [{ label: texts.desk[language] }] : crumbs,
    body: html`${tabs(request, page.tab)}
${page.body}`,
  })
}

/** The plain path of a page of the desk; the language is added where it becomes a link. */
export function deskPath(request: FastifyRequest<AgencyRoute>, path: string): string {
  return `/${request.params.agency}/staff/privacy${path}`
}

export function deskLink(request: FastifyRequest<AgencyRoute>, path: string, label: string): SafeHtml {
  return html`<a href="${href(request, deskPath(request, path))}">${label}</a>`
}

/** A clause as a record names it, `loan/settled`, in words; with its moment where several end the same data. */
export function clauseLabel(register: Register, clause: string): Text2 {
  const [data = clause, from = ''] = clause.split('/')
  const label = dataLabel(register, data)
  const moments = findTable(register, data)?.moments ?? {}
  const moment = Object.keys(moments).length > 1 ? moments[from]?.label : undefined
  return moment ? texts.dataWhen(label, moment) : label
}

export function capital(text: string): string {
  return text.charAt(0).toLocaleUpperCase('da') + text.slice(1)
}

function tabs(request: FastifyRequest<AgencyRoute>, current: Tab): SafeHtml {
  const { language } = request
  return html`<nav class="d-print-none mb-5" aria-label="${texts.desk[language]}">
<ul class="unstyled-list site-links">
${TABS.map(({ path, label }) => {
  const here = path === current
  const text = here ? html`<strong>${label[language]}</strong>` : label[language]
  return html`<li><a href="${href(request, deskPath(request, path))}" ${here ? html`aria-current="true"` : ''}>${text}</a></li>
`
})}</ul>
</nav>`
}
