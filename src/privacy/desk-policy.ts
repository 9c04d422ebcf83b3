import type { FastifyInstance, FastifyRequest } from 'fastify'
import type { Language, StaffId } from '#core'
import type { Context } from '#vault'
import { dateText, definitionList, href, html, instantText, type SafeHtml, table, tag } from '#web'
import {
  type AgencyRoute,
  DESK_ROLES,
  type DeskNeeds,
  deskLink,
  deskPage,
  deskPath,
  type StaffNames,
} from './desk-frame.ts'
import { policyTexts as texts } from './desk-policy-texts.ts'
import { deskTexts } from './desk-texts.ts'
import { type Proposal, proposals } from './publish.ts'
import { type PublishedPolicy, policyOf, versions } from './published.ts'

interface VersionRoute {
  Params: { agency: string; number: string }
}

/** The policy in force, the proposals for another, and every version there has been. */
export function registerPolicyDesk(app: FastifyInstance, { site, staffNames }: DeskNeeds): void {
  app.get<AgencyRoute>('/:agency/staff/privacy/policy', async (request, reply) => {
    if (!site.requireStaff(request, reply, ...DESK_ROLES)) return reply
    const { language } = request
    const ctx = site.context(request)
    const current = await policyOf(ctx)
    const [all, proposed] = [await versions(ctx), await proposals(ctx)]
    const nameOf = await namesOf(ctx, staffNames, language, [...all, ...proposed])
    return deskPage(request, reply, {
      tab: '/policy',
      title: deskTexts.tabPolicy[language],
      body: html`<p class="font-lead">${texts.lead[language]}</p>
<h2>${texts.inForce(current.number)[language]}</h2>
${definitionList(versionFacts(current, nameOf, language))}
<p><a href="${href(request, `/${ctx.agency}/notice`)}">${texts.asNotice[language]}</a> ·
${deskLink(request, `/policy/versions/${current.number}`, texts.asText[language])}</p>
<p><a class="button button-primary" href="${href(request, deskPath(request, '/policy/proposals/new'))}">${texts.newProposal[language]}</a></p>
<h2>${texts.proposals[language]}</h2>
${proposalsTable(request, proposed, all, nameOf)}
<h2>${texts.versions[language]}</h2>
${versionsTable(request, all, current, nameOf)}`,
    })
  })

  app.get<VersionRoute>('/:agency/staff/privacy/policy/versions/:number', async (request, reply) => {
    if (!site.requireStaff(request, reply, ...DESK_ROLES)) return reply
    const { language } = request
    const ctx = site.context(request)
    const version = (await versions(ctx)).find(({ number }) => String(number) === request.params.number)
    if (!version) return reply.callNotFound()
    const nameOf = await namesOf(ctx, staffNames, language, [version])
    return deskPage(request, reply, {
      tab: '/policy',
      below: true,
      title: texts.versionText(version.number)[language],
      body: html`${definitionList(versionFacts(version, nameOf, language))}
${policyText(version.text, texts.versionText(version.number)[language])}`,
    })
  })
}

export type NameOf = (id: StaffId | null) => string

/** How members of staff are called on this page. */
export async function namesOf(
  ctx: Context,
  staffNames: StaffNames,
  language: Language,
  decided: readonly { readonly proposed_by: StaffId | null; readonly approved_by: StaffId | null }[],
): Promise<NameOf> {
  const ids = decided.flatMap(({ proposed_by, approved_by }) => [proposed_by, approved_by])
  const names = await staffNames(ctx, [...new Set(ids.filter((id) => id !== null))])
  return (id) => (id === null ? '–' : (names.get(id) ?? deskTexts.formerStaff[language]))
}

/** The text as it was written; it scrolls by itself, also by keyboard. */
export function policyText(text: string, label: string): SafeHtml {
  return html`<pre role="region" tabindex="0" aria-label="${label}"><code>${text}</code></pre>`
}

/** How far a proposal has come. */
export function stateOf(proposal: Proposal, all: readonly PublishedPolicy[]): keyof typeof texts.states {
  if (proposal.published_number !== null) return 'published'
  if (proposal.withdrawn_at) return 'withdrawn'
  const newer = all.some(({ published_at }) => Temporal.Instant.compare(published_at, proposal.proposed_at) > 0)
  if (newer) return 'superseded'
  return proposal.approved_by ? 'approved' : 'proposed'
}

function versionFacts(version: PublishedPolicy, nameOf: NameOf, language: Language) {
  return [
    { term: texts.effective[language], value: dateText(version.effective_on, language) },
    { term: texts.published[language], value: instantText(version.published_at, language) },
    ...(version.founded_by === null
      ? [
          { term: texts.proposedBy[language], value: nameOf(version.proposed_by) },
          { term: texts.approvedBy[language], value: nameOf(version.approved_by) },
        ]
      : [{ term: texts.foundedBy[language], value: version.founded_by }]),
    { term: texts.hash[language], value: html`<code>${version.hash}</code>` },
  ]
}

function proposalsTable(
  request: FastifyRequest<AgencyRoute>,
  proposed: readonly Proposal[],
  all: readonly PublishedPolicy[],
  nameOf: NameOf,
): SafeHtml {
  const { language } = request
  return table(
    {
      caption: texts.proposals[language],
      hasHeading: true,
      head: [texts.proposedAt, texts.proposedBy, texts.approvedBy, texts.state].map((text) => text[language]),
      rows: proposed.map((proposal) => [
        deskLink(request, `/policy/proposals/${proposal.id}`, instantText(proposal.proposed_at, language)),
        nameOf(proposal.proposed_by),
        nameOf(proposal.approved_by),
        texts.states[stateOf(proposal, all)][language],
      ]),
      rowHeaders: true,
      empty: texts.noProposals[language],
    },
    language,
  )
}

function versionsTable(
  request: FastifyRequest<AgencyRoute>,
  all: readonly PublishedPolicy[],
  current: PublishedPolicy,
  nameOf: NameOf,
): SafeHtml {
  const { language } = request
  return table(
    {
      caption: texts.versions[language],
      hasHeading: true,
      head: [texts.version, texts.effective, texts.published, texts.proposedBy, texts.approvedBy].map(
        (text) => text[language],
      ),
      rows: all.map((version) => [
        html`${deskLink(request, `/policy/versions/${version.number}`, String(version.number))}
${version.number === current.number ? tag(deskTexts.policyInForce[language], 'success') : ''}`,
        dateText(version.effective_on, language),
        instantText(version.published_at, language),
        version.founded_by === null
          ? nameOf(version.proposed_by)
          : `${deskTexts.operator[language]}: ${version.founded_by}`,
        nameOf(version.approved_by),
      ]),
      rowHeaders: true,
    },
    language,
  )
}
