import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { type Language, unreachable } from '#core'
import type { Context } from '#vault'
import {
  alert,
  checkbox,
  definitionList,
  errorSummary,
  type FieldErrors,
  form,
  html,
  instantText,
  redirectWithMessage,
  type SafeHtml,
  type StaffActor,
  submitButton,
  table,
  textArea,
} from '#web'
import { type AgencyRoute, DESK_ROLES, type DeskNeeds, deskLink, deskPage, deskPath } from './desk-frame.ts'
import { namesOf, policyText, stateOf } from './desk-policy.ts'
import { policyTexts as texts } from './desk-policy-texts.ts'
import { previewHtml, reachesHtml } from './desk-preview.ts'
import { previewPolicy } from './preview-policy.ts'
import {
  type ApproveRefusal,
  approvePolicy,
  type Proposal,
  type ProposeRefusal,
  type PublishRefusal,
  proposals,
  proposePolicy,
  publishPolicy,
  type WithdrawRefusal,
  withdrawProposal,
} from './publish.ts'
import { policyOf, versions } from './published.ts'
import type { PolicyFault } from './read-policy.ts'

interface ProposalRoute {
  Params: { agency: string; id: string }
}

const FAULTY = 422
const REFUSED = 409

const proposeFields = z.object({
  text: z.string().catch(''),
  do: z.enum(['preview', 'propose']).catch('preview'),
})
const publishFields = z.object({
  confirmed: z.literal('yes').optional().catch(undefined),
  asked: z.string().optional(),
})

/** How a new version comes about: written and tried, proposed, approved by another, published. */
export function registerProposalsDesk(app: FastifyInstance, { site, register, staffNames }: DeskNeeds): void {
  app.get<AgencyRoute>('/:agency/staff/privacy/policy/proposals/new', async (request, reply) => {
    if (!site.requireStaff(request, reply, ...DESK_ROLES)) return reply
    return editorPage(request, reply, { text: (await policyOf(site.context(request))).text })
  })

  app.post<AgencyRoute>('/:agency/staff/privacy/policy/proposals', async (request, reply) => {
    if (!site.requireStaff(request, reply, ...DESK_ROLES)) return reply
    const { language } = request
    const ctx = site.context(request)
    const fields = proposeFields.parse(request.body ?? {})
    // Browsers send lines with CRLF; the text's hash must not depend on who pasted it.
    const text = fields.text.replaceAll('\r\n', '\n')
    if (text.trim() === '') return editorPage(request, reply, { text, errors: { text: texts.noText[language] } })
    if (fields.do === 'preview') {
      const seen = await previewPolicy(ctx, text, register)
      if (!seen.ok) return editorPage(request, reply, { text, faults: seen.refusal })
      return editorPage(request, reply, { text, preview: previewHtml(seen.value, register, language) })
    }
    const proposed = await proposePolicy(ctx, text, register)
    if (!proposed.ok) return editorPage(request, reply, { text, ...proposeErrors(proposed.refusal, language) })
    return redirectWithMessage(reply, request, proposalPath(request, proposed.value.id), texts.proposed)
  })

  app.get<ProposalRoute>('/:agency/staff/privacy/policy/proposals/:id', async (request, reply) => {
    const staff = site.requireStaff(request, reply, ...DESK_ROLES)
    if (!staff) return reply
    return proposalPage(request, reply, staff)
  })

  app.post<ProposalRoute>('/:agency/staff/privacy/policy/proposals/:id/approval', async (request, reply) => {
    const staff = site.requireStaff(request, reply, ...DESK_ROLES)
    if (!staff) return reply
    const done = await approvePolicy(site.context(request), request.params.id)
    if (!done.ok) return proposalPage(request, reply, staff, refusalText(done.refusal, request.language))
    return redirectWithMessage(reply, request, proposalPath(request, request.params.id), texts.approved)
  })

  app.post<ProposalRoute>('/:agency/staff/privacy/policy/proposals/:id/withdrawal', async (request, reply) => {
    const staff = site.requireStaff(request, reply, ...DESK_ROLES)
    if (!staff) return reply
    const done = await withdrawProposal(site.context(request), request.params.id)
    if (!done.ok) return proposalPage(request, reply, staff, refusalText(done.refusal, request.language))
    return redirectWithMessage(reply, request, deskPath(request, '/policy'), texts.withdrawn)
  })

  app.post<ProposalRoute>('/:agency/staff/privacy/policy/proposals/:id/publication', async (request, reply) => {
    const staff = site.requireStaff(request, reply, ...DESK_ROLES)
    if (!staff) return reply
    const { confirmed, asked } = publishFields.parse(request.body ?? {})
    const done = await publishPolicy(site.context(request), request.params.id, register, {
      confirmed: confirmed === 'yes',
    })
    if (done.ok) {
      return redirectWithMessage(reply, request, deskPath(request, '/policy'), texts.publishedNow(done.value.number))
    }
    if (done.refusal.kind === 'needs-confirmation') {
      return confirmPage(request, reply, done.refusal, asked === 'yes')
    }
    return proposalPage(request, reply, staff, refusalText(done.refusal, request.language))
  })

  async function proposalPage(
    request: FastifyRequest<ProposalRoute>,
    reply: FastifyReply,
    staff: StaffActor,
    refused?: string,
  ): Promise<FastifyReply> {
    const { language } = request
    const ctx = site.context(request)
    const proposal = (await proposals(ctx)).find(({ id }) => id === request.params.id)
    if (!proposal) {
      reply.callNotFound()
      return reply
    }
    const state = stateOf(proposal, await versions(ctx))
    const nameOf = await namesOf(ctx, staffNames, language, [proposal])
    const open = state === 'proposed' || state === 'approved'
    return deskPage(request, reply, {
      tab: '/policy',
      below: true,
      title: texts.proposal[language],
      status: refused === undefined ? 200 : REFUSED,
      body: html`${refused === undefined ? '' : html`<div role="alert">${alert({ kind: 'error', heading: texts.refused[language], body: refused })}</div>`}
${definitionList([
  { term: texts.state[language], value: texts.states[state][language] },
  { term: texts.proposedBy[language], value: nameOf(proposal.proposed_by) },
  { term: texts.proposedAt[language], value: instantText(proposal.proposed_at, language) },
  { term: texts.approvedBy[language], value: nameOf(proposal.approved_by) },
  { term: texts.hash[language], value: html`<code>${proposal.hash}</code>` },
])}
${open ? await effectOf(ctx, proposal, language) : ''}
${open ? decision(request, reply, proposal, staff) : ''}
<h2>${texts.text[language]}</h2>
${policyText(proposal.text, texts.text[language])}`,
    })
  }

  async function effectOf(ctx: Context, proposal: Proposal, language: Language): Promise<SafeHtml> {
    const seen = await previewPolicy(ctx, proposal.text, register)
    return seen.ok ? previewHtml(seen.value, register, language) : faultsTable(seen.refusal, language)
  }

  function confirmPage(
    request: FastifyRequest<ProposalRoute>,
    reply: FastifyReply,
    refusal: Extract<PublishRefusal, { kind: 'needs-confirmation' }>,
    askedBefore: boolean,
  ): FastifyReply {
    const { language } = request
    const errors: FieldErrors = askedBefore ? { confirmed: texts.confirmMissing[language] } : {}
    return deskPage(request, reply, {
      tab: '/policy',
      below: true,
      title: texts.confirmTitle[language],
      status: askedBefore ? FAULTY : 200,
      body: html`${errorSummary(errors, language)}
${alert({ kind: 'warning', heading: texts.confirmTitle[language], body: texts.confirmText(refusal.above_percent)[language] })}
${reachesHtml(refusal.reaches, register, language)}
${form(request, reply, {
  action: `${proposalPath(request, request.params.id)}/publication`,
  body: html`<input type="hidden" name="asked" value="yes">
${checkbox({ name: 'confirmed', label: texts.confirmBox[language], error: errors.confirmed, required: true })}`,
  submit: submitButton(texts.publishAnyway[language], 'warning'),
})}
<p>${deskLink(request, `/policy/proposals/${request.params.id}`, texts.backToProposal[language])}</p>`,
    })
  }
}

function proposalPath(request: FastifyRequest<AgencyRoute>, id: string): string {
  return deskPath(request, `/policy/proposals/${id}`)
}

function editorPage(
  request: FastifyRequest<AgencyRoute>,
  reply: FastifyReply,
  given: { text: string; faults?: readonly PolicyFault[]; errors?: FieldErrors; preview?: SafeHtml },
): FastifyReply {
  const { language } = request
  const { text, preview, faults = [] } = given
  const errors = faults.length > 0 ? { text: texts.faults(faults.length)[language] } : (given.errors ?? {})
  return deskPage(request, reply, {
    tab: '/policy',
    below: true,
    title: texts.newProposal[language],
    status: errors.text === undefined ? 200 : FAULTY,
    body: html`${errorSummary(errors, language)}
${preview ?? html`<p class="font-lead">${texts.newLead[language]}</p>`}
${faults.length > 0 ? faultsTable(faults, language, text) : ''}
${form(request, reply, {
  action: deskPath(request, '/policy/proposals'),
  body: textArea({
    name: 'text',
    label: texts.text[language],
    value: text,
    rows: 30,
    required: true,
    error: errors.text,
  }),
  submit: html`${submitButton(texts.seeEffect[language], preview ? 'secondary' : 'primary', { name: 'do', value: 'preview' })}
${submitButton(texts.propose[language], preview ? 'primary' : 'secondary', { name: 'do', value: 'propose' })}`,
})}`,
  })
}

/** Each fault with its line, as it was written, and what would be right. */
function faultsTable(faults: readonly PolicyFault[], language: Language, text = ''): SafeHtml {
  const lines = text.split('\n')
  return html`<h2>${texts.faultsHeading[language]}</h2>
<p>${texts.faultsEnglish[language]}</p>
${table(
  {
    caption: texts.faultsHeading[language],
    head: [texts.place, texts.fault, texts.allowed].map((head) => head[language]),
    rows: faults.map((fault) => {
      const written = lines[fault.line - 1]?.trim()
      return [
        html`<strong>${texts.line(fault.line)[language]}</strong><br><code>${fault.path}</code>`,
        html`<span lang="en">${fault.message}</span>${written ? html`<br><code>${written}</code>` : ''}`,
        fault.allowed?.join(', ') ?? '–',
      ]
    }),
  },
  language,
)}`
}

function proposeErrors(
  refusal: ProposeRefusal,
  language: Language,
): { faults?: readonly PolicyFault[]; errors?: FieldErrors } {
  switch (refusal.kind) {
    case 'faulty':
      return { faults: refusal.faults }
    case 'published-before':
      return { errors: { text: texts.refusals['published-before'](refusal.number)[language] } }
    case 'not-allowed':
      return { errors: { text: texts.refusals['not-allowed'][language] } }
    default:
      return unreachable(refusal)
  }
}

/** What the person who looks may do with the proposal now. */
function decision(
  request: FastifyRequest<ProposalRoute>,
  reply: FastifyReply,
  proposal: Proposal,
  staff: StaffActor,
): SafeHtml {
  const { language } = request
  const path = proposalPath(request, proposal.id)
  const own = proposal.proposed_by === staff.id
  const button = (action: string, text: string, kind: 'primary' | 'secondary') =>
    form(request, reply, { action: `${path}/${action}`, body: html``, submit: submitButton(text, kind) })
  return html`<h2>${texts.decide[language]}</h2>
${proposal.approved_by ? html`<p>${texts.mayPublish[language]}</p>${button('publication', texts.publish[language], 'primary')}` : ''}
${!proposal.approved_by && own ? html`<p>${texts.yourOwn[language]}</p>` : ''}
${!proposal.approved_by && !own ? button('approval', texts.approve[language], 'primary') : ''}
${button('withdrawal', texts.withdraw[language], 'secondary')}`
}

function refusalText(
  refusal: ApproveRefusal | WithdrawRefusal | Exclude<PublishRefusal, { kind: 'needs-confirmation' }>,
  language: Language,
): string {
  switch (refusal.kind) {
    case 'stale':
      return texts.refusals.stale[refusal.because][language]
    case 'not-allowed':
    case 'unknown':
    case 'same-person':
    case 'not-approved':
    case 'faulty':
      return texts.refusals[refusal.kind][language]
    default:
      return unreachable(refusal)
  }
}
