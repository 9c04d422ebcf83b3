import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import {
  errorSummary,
  type FieldErrors,
  form,
  href,
  html,
  instantText,
  redirectWithMessage,
  renderPage,
  type SafeHtml,
  type StaffActor,
  submitButton,
  table,
} from '#web'
import { recoveryLeft, accountTexts as texts } from './account-texts.ts'
import { codeErrorText, codeField, codeIn, enrol, enrolForm, recoveryPage } from './code-pages.ts'
import { findStaff, type StaffMember } from './queries.ts'
import { openSessions, signOutEverywhere } from './session.ts'
import { checkCode } from './sign-in.ts'
import { type AgencyRoute, FAULTY, type SignInParts, sessionCookie, staffHome } from './sign-in-parts.ts'
import { texts as signInTexts } from './texts.ts'
import { removeSecondFactor, renewRecoveryCodes } from './totp.ts'

type Request = FastifyRequest<AgencyRoute>

const OWN = [
  { path: 'password', label: signInTexts.changePassword },
  { path: 'second-factor', label: texts.secondFactor },
  { path: 'sessions', label: texts.sessions },
] as const

/** The way between the pages of one's own access. */
export function accountNav(request: Request, current: (typeof OWN)[number]['path']): SafeHtml {
  const { language } = request
  return html`<nav class="d-print-none mb-5" aria-label="${texts.yourAccount[language]}">
<ul class="unstyled-list site-links">
${OWN.map(({ path, label }) => {
  const here = path === current
  const address = href(request, `${staffHome(request)}/${path}`)
  const text = here ? html`<strong>${label[language]}</strong>` : label[language]
  return html`<li><a href="${address}" ${here ? html`aria-current="true"` : ''}>${text}</a></li>
`
})}</ul>
</nav>`
}

/** One's own second factor, and the browsers one is signed in with. */
export function registerAccountPages(app: FastifyInstance, parts: SignInParts): void {
  const { site } = parts

  app.get<AgencyRoute>('/:agency/staff/sessions', async (request, reply) => {
    const staff = site.requireStaff(request, reply)
    return staff ? sessionsPage(request, reply, parts, staff) : reply
  })

  app.post<AgencyRoute>('/:agency/staff/sessions/sign-out', async (request, reply) => {
    const staff = site.requireStaff(request, reply)
    if (!staff) return reply
    await signOutEverywhere(site.context(request), staff.id)
    return backToSignIn(request, reply, texts.signedOutEverywhere)
  })

  app.get<AgencyRoute>('/:agency/staff/second-factor', async (request, reply) => {
    const me = await ownAccount(request, reply, parts)
    return me ? factorPage(request, reply, parts, me) : reply
  })

  app.post<AgencyRoute>('/:agency/staff/second-factor', async (request, reply) => {
    const me = await ownAccount(request, reply, parts)
    if (!me) return reply
    if (me.has_factor || me.signs_in_elsewhere) return factorPage(request, reply, parts, me)
    const done = await enrol(request, site.context(request), parts, me)
    if (!done.ok) return factorPage(request, reply, parts, me, done.errors)
    return codesShown(request, reply, texts.enrolled[request.language], done.codes)
  })

  app.post<AgencyRoute>('/:agency/staff/second-factor/recovery-codes', async (request, reply) => {
    const me = await ownAccount(request, reply, parts)
    if (!me) return reply
    const error = await codeError(request, parts, me)
    if (error) return factorPage(request, reply, parts, me, { 'renew-code': error })
    const codes = await renewRecoveryCodes(site.context(request), me.id)
    if (!codes.ok) return factorPage(request, reply, parts, me)
    return codesShown(request, reply, texts.renewed[request.language], codes.value)
  })

  app.post<AgencyRoute>('/:agency/staff/second-factor/removal', async (request, reply) => {
    const me = await ownAccount(request, reply, parts)
    if (!me) return reply
    const error = await codeError(request, parts, me)
    if (error) return factorPage(request, reply, parts, me, { 'remove-code': error })
    await removeSecondFactor(site.context(request), me.id)
    return backToSignIn(request, reply, texts.removed)
  })
}

/** Whoever sits down at a desk that was left open cannot take the codes over: that takes a code. */
async function codeError(request: Request, parts: SignInParts, me: StaffMember): Promise<string | undefined> {
  const code = codeIn(request)
  if (code === '') return texts.noCode[request.language]
  const right = await checkCode(parts.site.context(request), me.id, code, parts.codes, parts.clock)
  return right.ok ? undefined : codeErrorText(request, right.refusal)
}

async function ownAccount(request: Request, reply: FastifyReply, parts: SignInParts): Promise<StaffMember | undefined> {
  const staff = parts.site.requireStaff(request, reply)
  return staff && findStaff(parts.site.context(request), staff.id)
}

async function sessionsPage(
  request: Request,
  reply: FastifyReply,
  parts: SignInParts,
  staff: StaffActor,
): Promise<FastifyReply> {
  const { language } = request
  const token = request.cookies[sessionCookie(request.params.agency)]
  const sessions = await openSessions(parts.site.context(request), staff.id, token, parts.clock)
  return renderPage(request, reply, {
    title: texts.sessions[language],
    breadcrumbs: [{ label: texts.sessions[language] }],
    body: html`${accountNav(request, 'sessions')}
<p class="font-lead">${texts.sessionsLead[language]}</p>
${table(
  {
    caption: texts.sessions[language],
    hasHeading: true,
    head: [texts.browser, texts.from, texts.until].map((text) => text[language]),
    rows: sessions.map((session) => [
      (session.is_this ? texts.thisBrowser : texts.otherBrowser)[language],
      instantText(session.began_at, language),
      instantText(session.expires_at, language),
    ]),
    rowHeaders: true,
  },
  language,
)}
${form(request, reply, {
  action: `${staffHome(request)}/sessions/sign-out`,
  submit: submitButton(texts.signOutEverywhere[language], 'warning'),
  body: html`<p>${texts.signOutEverywhereText[language]}</p>`,
})}`,
  })
}

function factorPage(
  request: Request,
  reply: FastifyReply,
  parts: SignInParts,
  me: StaffMember,
  errors: FieldErrors = {},
): FastifyReply {
  const { language } = request
  return renderPage(request, reply, {
    title: texts.secondFactor[language],
    status: Object.keys(errors).length > 0 ? FAULTY : 200,
    breadcrumbs: [{ label: texts.secondFactor[language] }],
    body: html`${accountNav(request, 'second-factor')}
${errorSummary(errors, language)}
${factorBody(request, reply, parts, me, errors)}`,
  })
}

function factorBody(
  request: Request,
  reply: FastifyReply,
  parts: SignInParts,
  me: StaffMember,
  errors: FieldErrors,
): SafeHtml {
  const { language } = request
  const action = `${staffHome(request)}/second-factor`
  if (me.signs_in_elsewhere) return html`<p class="font-lead">${texts.elsewhere[language]}</p>`
  if (!me.has_factor) {
    return html`<p class="font-lead">${texts.enrolLead[language]}</p>
${enrolForm(request, reply, parts, { id: me.id, username: me.username, action, errors })}`
  }
  const isRequired = parts.secondFactor === 'required'
  return html`<p class="font-lead">${texts.hasFactor[language]}</p>
<p>${recoveryLeft(me.recovery_codes)[language]}</p>
<h2>${texts.renew[language]}</h2>
${form(request, reply, {
  action: `${action}/recovery-codes`,
  submit: texts.renew[language],
  body: html`<p>${texts.renewText[language]}</p>${codeField(request, errors, 'any', 'renew-code')}`,
})}
<h2>${(isRequired ? texts.replace : texts.remove)[language]}</h2>
${form(request, reply, {
  action: `${action}/removal`,
  submit: submitButton((isRequired ? texts.replace : texts.remove)[language], 'warning'),
  body: html`<p>${(isRequired ? texts.replaceText : texts.removeText)[language]}</p>
${codeField(request, errors, 'any', 'remove-code')}`,
})}`
}

function codesShown(request: Request, reply: FastifyReply, lead: string, codes: readonly string[]): FastifyReply {
  return recoveryPage(request, reply, { lead, codes, next: `${staffHome(request)}/second-factor` })
}

function backToSignIn(request: Request, reply: FastifyReply, message: { da: string; en: string }): FastifyReply {
  reply.clearCookie(sessionCookie(request.params.agency))
  return redirectWithMessage(reply, request, `${staffHome(request)}/sign-in`, message)
}
