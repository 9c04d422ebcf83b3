import type { FastifyInstance, FastifyRequest } from 'fastify'
import { type Agency, type BranchRow, branchList } from '#agencies'
import { SEARCH_SCRIPT, searchForm } from '#catalogue'
import type { Text2 } from '#core'
import { definitionList, href, html, listText, renderPage, type SafeHtml, type Site, tag, ways } from '#web'
import { texts } from './site-texts.ts'
import { DESK_PARTS, desksOf, type StaffDesk, workWaiting } from './staff-desks.ts'

/** What the front pages ask: which libraries there are. */
export interface FrontPages {
  called(): Promise<readonly Agency[]>
  branches(agency: string): Promise<readonly BranchRow[]>
}

/** The pages one comes to first: of the installation, of a library, and of its staff. */
export function registerFrontPages(app: FastifyInstance, site: Site, libraries: FrontPages): void {
  app.get('/', async (request, reply) => {
    const { language } = request
    const agencies = await libraries.called()
    const cards = await Promise.all(
      agencies.map(async (agency) => libraryCard(request, agency, await libraries.branches(agency.name))),
    )
    return renderPage(request, reply, {
      title: texts.frontTitle[language],
      description: texts.frontLead[language],
      body: html`<p class="font-lead">${texts.frontLead[language]}</p>
<h2>${texts.libraries[language]}</h2>
${cards.length === 0 ? html`<p>${texts.noLibraries[language]}</p>` : html`<div class="row">${cards}</div>`}`,
    })
  })

  app.get<{ Params: { agency: string } }>('/:agency', async (request, reply) => {
    const { language } = request
    const { agency } = request.params
    return renderPage(request, reply, {
      title: site.agencyTitle(request),
      description: texts.libraryLead[language],
      scripts: [SEARCH_SCRIPT],
      body: html`${searchForm(request, agency)}
${ways(request, [
  { path: `/${agency}/me`, label: texts.mine[language], text: texts.toMine[language] },
  ...(site.patron(request)
    ? []
    : [{ path: `/${agency}/enrol`, label: texts.becomePatron[language], text: texts.toBecome[language] }]),
])}
<h2>${texts.branches[language]}</h2>
${await branchList(site.context(request), request, 3)}
<h2>${texts.aboutYou[language]}</h2>
<p>${texts.libraryLead[language]}</p>
${publicLinks(request, agency, ABOUT)}`,
    })
  })

  app.get<{ Params: { agency: string } }>('/:agency/staff', async (request, reply) => {
    const staff = site.requireStaff(request, reply)
    if (!staff) return reply
    const { language } = request
    const { agency } = request.params
    const desks = desksOf(staff.roles)
    const waiting = await workWaiting(site.context(request), desks)
    const roles = staff.roles.map((role) => texts.roles[role][language])
    return renderPage(request, reply, {
      title: texts.staffHome[language],
      body: html`${DESK_PARTS.map((part) => {
        const here = desks.filter((desk) => (desk.part ?? 'work') === part)
        if (here.length === 0) return ''
        return html`<h2>${texts.deskParts[part][language]}</h2>
<div class="row desk-cards">${here.map((desk) => deskCard(request, agency, desk, waiting.get(desk.path)))}</div>
`
      })}
${desks.length === 0 ? html`<p>${texts.noDesks[language]}</p>` : ''}
<h2>${staff.name}</h2>
${definitionList([{ term: texts.yourRoles[language], value: roles.join(', ') }])}
<p><a href="${href(request, `/${agency}/staff/password`)}">${texts.changePassword[language]}</a></p>`,
    })
  })
}

function deskCard(request: FastifyRequest, agency: string, desk: StaffDesk, waiting: number | undefined): SafeHtml {
  const { language } = request
  return html`<div class="col-12 col-md-6 col-lg-4">
<h3 class="h4"><a href="${href(request, `/${agency}${desk.path}`)}">${desk.label[language]}</a>
${waiting ? tag(texts.waiting(waiting)[language], 'info') : ''}</h3>
<p>${desk.lead[language]}</p>
</div>`
}

function libraryCard(request: FastifyRequest, agency: Agency, branches: readonly BranchRow[]): SafeHtml {
  const { language } = request
  const names = listText(
    branches.map((branch) => branch.name),
    language,
  )
  return html`<div class="col-12 col-lg-6">
<div class="card">
<div class="card-content">
<h3 class="card-heading"><a href="${href(request, `/${agency.name}`)}">${agency.title}</a></h3>
${branches.length === 0 ? '' : html`<p>${names}</p>`}
${publicLinks(request, agency.name, [SEARCH, ...ABOUT])}
<p><a href="${href(request, `/${agency.name}/staff/sign-in`)}">${texts.staffSignIn[language]}</a></p>
</div>
</div>
</div>`
}

interface PublicLink {
  readonly path: string
  readonly label: Text2
  readonly text: Text2
}

const SEARCH: PublicLink = { path: 'search', label: texts.search, text: texts.toSearch }
const ABOUT: readonly PublicLink[] = [
  { path: 'notice', label: texts.notice, text: texts.toNotice },
  { path: 'promises', label: texts.promises, text: texts.toPromises },
  { path: 'statistics', label: texts.statistics, text: texts.toStatistics },
]

function publicLinks(request: FastifyRequest, agency: string, links: readonly PublicLink[]): SafeHtml {
  const { language } = request
  return html`<ul class="nobullet-list">
${links.map(
  ({ path, label, text }) =>
    html`<li><a href="${href(request, `/${agency}/${path}`)}">${label[language]}</a>: ${text[language]}</li>`,
)}
</ul>`
}
