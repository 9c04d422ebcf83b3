import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { listBranches } from '#agencies'
import { dayOf, type PatronId, type Result } from '#core'
import { policyOf } from '#privacy'
import type { Context } from '#vault'
import {
  checkbox,
  dateText,
  definitionList,
  errorSummary,
  type FieldErrors,
  form,
  href,
  html,
  passwordField,
  redirectWithMessage,
  renderPage,
  type SafeHtml,
  type Site,
  selectField,
  submitButton,
  textField,
} from '#web'
import { actionTexts } from './desk-action-texts.ts'
import { pinErrors } from './desk-cards.ts'
import { texts as counterTexts } from './desk-counter-texts.ts'
import { yearsOf } from './desk-enrol-draft.ts'
import { enrolTexts } from './desk-enrol-texts.ts'
import { FAULTY, hasErrors, type PinFault, REFUSED } from './desk-frame.ts'
import { enrolPatron } from './enrol.ts'
import {
  acceptName,
  type BeginRefusal,
  beginDraft,
  checkDetails,
  draftIn,
  dropDraft,
  enrolmentOf,
  keepDraft,
  type Newcomer,
  readTyped,
  type WebDetails,
  type WebDraft,
} from './enrol-draft.ts'
import { enrolWebTexts as texts, webRefusalText } from './pages-texts.ts'
import type { CprRegister } from './register.ts'
import { consequences } from './rules.ts'
import { newestTerms } from './terms.ts'

export interface AgencyRoute {
  Params: { agency: string }
}
type Request = FastifyRequest<AgencyRoute>

/** What enrolment on the web needs from rooms above this one. */
export interface EnrolNeeds {
  /** Whether the library's patrons sign in with MitID. */
  readonly hasMitId: (agency: string) => boolean
  readonly cprRegister?: (ctx: Context) => CprRegister | undefined
  readonly pinFault: (pin: string) => PinFault | undefined
  /** Sets the PIN that somebody chose who has shown MitID. */
  readonly setPin: (ctx: Context, patron: PatronId, pin: string) => Promise<Result<unknown, unknown>>
  /** Signs in on this browser whoever has shown MitID, instead of whoever was before. */
  readonly admit: (ctx: Context, request: FastifyRequest, reply: FastifyReply, patron: PatronId) => Promise<void>
}

const GONE = 410
const NOT_ALLOWED = 403
const saveSchema = z.object({
  understood: z.literal('yes').optional().catch(undefined),
  pin: z.string().max(1000).catch(''),
  again: z.string().max(1000).catch(''),
})
const NO_DETAILS: WebDetails = { email: '', phone: '', language: 'da', branch: '', accepts: [] }

/**
 * Enrolment on the web: MitID says who somebody is, the CPR register what they are called and where they live. They say
 * how they are reached, accept the rules and choose a PIN. Offered where the policy says from which age and the library
 * has MitID. Answers what to do with somebody whom MitID knows and the library does not.
 */
export function registerEnrolPages(app: FastifyInstance, site: Site, needs: EnrolNeeds) {
  app.get<AgencyRoute>('/:agency/enrol', async (request, reply) => {
    if (site.patron(request)) return reply.redirect(href(request, `/${request.params.agency}/me`), 303)
    const years = await offeredFrom(request)
    if (years === undefined) return notOffered(request, reply, 200)
    const { language } = request
    const { agency } = request.params
    return renderPage(request, reply, {
      title: texts.title[language],
      breadcrumbs: [{ label: texts.title[language] }],
      body: html`<p class="font-lead">${texts.lead(years)[language]}</p>
<ul>${texts.how.map((text) => html`<li>${text[language]}</li>`)}</ul>
<p><a href="${href(request, `/${agency}/notice`)}">${texts.notice[language]}</a></p>
<p><a class="button button-primary" id="mitid" href="${href(request, `/${agency}/mitid`)}">${texts.begin[language]}</a></p>
<p><a href="${href(request, `/${agency}/sign-in`)}">${texts.already[language]}</a></p>`,
      description: `${texts.title[language]}, ${site.agencyTitle(request)}`,
    })
  })

  app.get<AgencyRoute>('/:agency/enrol/details', async (request, reply) => {
    const draft = draftIn(visitor(request), request)
    if (!draft) return notBegun(request, reply)
    return detailsPage(request, reply, draft, draft.details ?? { ...NO_DETAILS, language: request.language }, {})
  })

  app.post<AgencyRoute>('/:agency/enrol/details', async (request, reply) => {
    const ctx = visitor(request)
    const draft = draftIn(ctx, request)
    if (!draft) return notBegun(request, reply)
    const read = await readTyped(ctx, draft, request.body, request.language)
    if (read.kind === 'refused') return stop(request, reply, read.refusal)
    if (read.kind === 'faults') return detailsPage(request, reply, draft, read.details, read.errors)
    keepDraft(ctx, reply, { ...draft, details: read.details })
    return reply.redirect(href(request, pathOf(request, '/review')), 303)
  })

  app.get<AgencyRoute>('/:agency/enrol/review', async (request, reply) => {
    const draft = draftIn(visitor(request), request)
    if (!draft) return notBegun(request, reply)
    if (!draft.details) return reply.redirect(href(request, pathOf(request, '/details')), 303)
    return reviewPage(request, reply, draft, draft.details, {})
  })

  app.post<AgencyRoute>('/:agency/enrol/review', async (request, reply) => {
    const { language } = request
    const ctx = visitor(request)
    const draft = draftIn(ctx, request)
    if (!draft?.details || (await offeredFrom(request)) === undefined) return notBegun(request, reply)
    const checked = await checkDetails(ctx, draft, draft.details, language)
    if (checked.kind === 'refused') return stop(request, reply, checked.refusal)
    if (checked.kind === 'faults') return detailsPage(request, reply, draft, checked.details, checked.errors)
    const enrolment = enrolmentOf(draft, draft.details)
    const typed = saveSchema.parse(request.body ?? {})
    const said = consequences((await policyOf(ctx)).policy, enrolment)
    const errors: FieldErrors = {
      ...(said.length > 0 && typed.understood !== 'yes' ? { understood: texts.understoodMissing[language] } : {}),
      ...pinErrors(needs, typed, language),
    }
    if (hasErrors(errors)) return reviewPage(request, reply, draft, draft.details, errors)
    const enrolled = await enrolPatron(ctx, checked.branch, enrolment, {
      register: needs.cprRegister?.(ctx),
      welcomed: true,
    })
    if (!enrolled.ok) return stop(request, reply, enrolled.refusal)
    dropDraft(ctx, reply)
    const { id } = enrolled.value
    // A new PIN ends every session, so it comes before the first.
    const isPinSet = (await needs.setPin(ctx, id, typed.pin)).ok
    await needs.admit(ctx, request, reply, id)
    const path = `/${request.params.agency}/me`
    return redirectWithMessage(reply, request, path, isPinSet ? texts.enrolled : texts.enrolledNoPin)
  })

  app.post<AgencyRoute>('/:agency/enrol/stop', (request, reply) => {
    dropDraft(visitor(request), reply)
    return redirectWithMessage(reply, request, `/${request.params.agency}`, texts.stopped)
  })

  /** The library as seen by a visitor, whoever else is signed in on the same browser. */
  function visitor(request: Request): Context {
    return { ...site.context(request), actor: { kind: 'system', job: 'web' } }
  }

  /** From which age one may enrol here oneself; undefined where one may not. */
  async function offeredFrom(request: Request): Promise<number | undefined> {
    if (!needs.hasMitId(request.params.agency)) return undefined
    const { policy } = await policyOf(visitor(request))
    return yearsOf(policy, 'self-enrolment-from')
  }

  async function detailsPage(
    request: Request,
    reply: FastifyReply,
    draft: WebDraft,
    details: WebDetails,
    errors: FieldErrors,
  ): Promise<FastifyReply> {
    const { language } = request
    const ctx = visitor(request)
    const said = consequences((await policyOf(ctx)).policy, enrolmentOf(draft, NO_DETAILS))
    const branches = await listBranches(ctx)
    return stepPage(request, reply, {
      step: 1,
      title: enrolTexts.contact[language],
      errors,
      body: html`${namePart(request, draft)}
${form(request, reply, {
  action: pathOf(request, '/details'),
  submit: texts.next[language],
  body: html`${selectField({
    name: 'branch',
    label: texts.branch[language],
    options: [
      { value: '', label: actionTexts.choose[language] },
      ...branches.map(({ id, name }) => ({ value: id, label: name })),
    ],
    value: branches.length === 1 ? branches[0]?.id : details.branch,
    required: true,
    error: errors.branch,
  })}
<h2>${texts.reach[language]}</h2>
${said.length > 0 ? html`<p>${texts.reachLead[language]}</p><ul>${said.map((text) => html`<li>${text[language]}</li>`)}</ul>` : ''}
${textField({
  name: 'email',
  type: 'email',
  label: texts.email[language],
  value: details.email,
  autocomplete: 'email',
  error: errors.email,
})}
${textField({
  name: 'phone',
  type: 'tel',
  label: texts.phone[language],
  value: details.phone,
  autocomplete: 'tel',
  error: errors.phone,
})}
${selectField({
  name: 'language',
  label: texts.language[language],
  options: (['da', 'en'] as const).map((value) => ({ value, label: counterTexts.languages[value][language] })),
  value: details.language,
})}
${await termsPart(request, ctx, details, errors)}`,
})}`,
    })
  }

  async function reviewPage(
    request: Request,
    reply: FastifyReply,
    draft: WebDraft,
    details: WebDetails,
    errors: FieldErrors,
  ): Promise<FastifyReply> {
    const { language } = request
    const ctx = visitor(request)
    const said = consequences((await policyOf(ctx)).policy, enrolmentOf(draft, details))
    const branch = (await listBranches(ctx)).find(({ id }) => id === details.branch)
    return stepPage(request, reply, {
      step: 2,
      title: texts.review[language],
      errors,
      body: html`${namePart(request, draft)}
${definitionList([
  { term: texts.branch[language], value: branch?.name ?? texts.none[language] },
  { term: texts.email[language], value: details.email || texts.none[language] },
  { term: texts.phone[language], value: details.phone || texts.none[language] },
  { term: texts.language[language], value: counterTexts.languages[details.language][language] },
])}
<p><a href="${href(request, pathOf(request, '/details'))}">${texts.change[language]}</a></p>
${form(request, reply, {
  action: pathOf(request, '/review'),
  submit: texts.save[language],
  body: html`${
    said.length > 0
      ? html`<h2>${texts.consequences[language]}</h2>
<ul>${said.map((text) => html`<li>${text[language]}</li>`)}</ul>
${checkbox({ name: 'understood', label: texts.understood[language], required: true, error: errors.understood })}`
      : ''
  }
<h2>${texts.pin[language]}</h2>
<p>${texts.pinLead[language]}</p>
${(['pin', 'again'] as const).map((name) =>
  passwordField({
    name,
    label: texts[name][language],
    autocomplete: 'new-password',
    inputmode: 'numeric',
    required: true,
    error: errors[name],
  }),
)}`,
})}`,
    })
  }

  function stop(request: Request, reply: FastifyReply, refusal: BeginRefusal): FastifyReply {
    dropDraft(visitor(request), reply)
    const { language } = request
    const text = refusal.kind === 'register-down' ? texts.registerDown[language] : webRefusalText(refusal, language)
    const isHere = refusal.kind === 'already-enrolled'
    const { agency } = request.params
    return renderPage(request, reply, {
      title: isHere ? texts.title[language] : texts.refused[language],
      status: isHere ? REFUSED : NOT_ALLOWED,
      breadcrumbs: [{ label: texts.title[language] }],
      body: html`<p>${text}</p>
${isHere ? html`<p><a href="${href(request, `/${agency}/me`)}">${texts.already[language]}</a></p>` : ''}`,
    })
  }

  return {
    /** To the form, or why there is none for them. Their number goes into a sealed cookie and no address. */
    async newcomer(request: Request, reply: FastifyReply, person: Newcomer): Promise<FastifyReply> {
      if ((await offeredFrom(request)) === undefined) return notOffered(request, reply, NOT_ALLOWED)
      const ctx = visitor(request)
      const begun = await beginDraft(ctx, needs.cprRegister?.(ctx), person)
      if (!begun.ok) return stop(request, reply, begun.refusal)
      keepDraft(ctx, reply, begun.value)
      return reply.redirect(href(request, pathOf(request, '/details')), 303)
    },
  }
}

function pathOf(request: Request, path: string): string {
  return `/${request.params.agency}/enrol${path}`
}

function stepPage(
  request: Request,
  reply: FastifyReply,
  page: { readonly step: 1 | 2; readonly title: string; readonly errors: FieldErrors; readonly body: SafeHtml },
): FastifyReply {
  const { language } = request
  return renderPage(request, reply, {
    title: `${texts.title[language]}: ${page.title}`,
    heading: page.title,
    status: hasErrors(page.errors) ? FAULTY : 200,
    breadcrumbs: [{ label: texts.title[language] }],
    body: html`${errorSummary(page.errors, language)}
<p>${texts.step(page.step)[language]}</p>
${page.body}
${form(request, reply, {
  action: pathOf(request, '/stop'),
  body: html``,
  submit: submitButton(texts.stop[language], 'secondary'),
})}`,
  })
}

/** Neither number nor address: the screen may be the library's. */
function namePart({ language }: Request, { name, told }: WebDraft): SafeHtml {
  return html`${definitionList([{ term: texts.name[language], value: name }])}
<p>${(told ? texts.nameRegister : texts.nameMitId)[language]}</p>`
}

async function termsPart(
  { language }: Request,
  ctx: Context,
  details: WebDetails,
  errors: FieldErrors,
): Promise<SafeHtml> {
  const terms = await newestTerms(ctx)
  if (terms.length === 0) return html``
  return html`<h2>${texts.terms[language]}</h2>
${terms.map(({ document, version, text_da, text_en, published_at }) => {
  const text = language === 'da' ? text_da : text_en
  const name = acceptName(document)
  return html`<h3>${enrolTexts.documents[document][language]}</h3>
${text.split(/\n{2,}/).map((paragraph) => html`<p>${paragraph}</p>`)}
<p>${texts.version(version, dateText(dayOf(published_at), language))[language]}</p>
${checkbox({
  name,
  label: texts.accept[document][language],
  value: String(version),
  checked: details.accepts.some((each) => each.document === document && each.version === version),
  required: true,
  error: errors[name],
})}`
})}`
}

function notOffered(request: Request, reply: FastifyReply, status: number): FastifyReply {
  const { language } = request
  return renderPage(request, reply, {
    title: texts.notOffered.heading[language],
    status,
    breadcrumbs: [{ label: texts.title[language] }],
    body: html`<p class="font-lead">${texts.notOffered.text[language]}</p>`,
  })
}

function notBegun(request: Request, reply: FastifyReply): FastifyReply {
  const { language } = request
  return renderPage(request, reply, {
    title: texts.notBegun.heading[language],
    status: GONE,
    breadcrumbs: [{ label: texts.title[language] }],
    body: html`<p>${texts.notBegun.text[language]}</p>
<p><a href="${href(request, pathOf(request, ''))}">${texts.title[language]}</a></p>`,
  })
}
