import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { unreachable } from '#core'
import {
  alert,
  csrfField,
  errorSummary,
  type FieldErrors,
  form,
  hidden,
  href,
  html,
  localPath,
  passwordField,
  redirectWithMessage,
  renderPage,
  type SafeHtml,
  type Site,
  type StaffActor,
  textField,
} from '#web'
import { accountNav, registerAccountPages } from './account-pages.ts'
import { type SetPasswordRefusal, setPassword } from './add-staff.ts'
import { admitMunicipal, type MunicipalRefusal } from './admit-municipal.ts'
import { registerCodePages } from './code-pages.ts'
import { beginSession, endSession } from './session.ts'
import { checkPassword, type SignInRefusal } from './sign-in.ts'
import {
  type AgencyRoute,
  type AuthPagesOptions,
  FAULTY,
  notFound,
  SignInParts,
  sessionCookie,
  staffHome,
  TOO_MANY,
} from './sign-in-parts.ts'
import { registerStaffDesk } from './staff-desk.ts'
import type { StaffOidcRefusal } from './staff-oidc.ts'
import { registerTerminalsDesk } from './terminals-desk.ts'
import { municipalRefusalTexts, passwordFaultTexts, texts } from './texts.ts'

type Next = AgencyRoute & { Querystring: { next?: string } }

const FORBIDDEN = 403
const BAD_GATEWAY = 502

const text = z.string().max(1000).catch('')
const signInFields = z.object({ username: text, password: text, next: text })
const passwordFields = z.object({ current: text, password: text, again: text })

/** The pages of the staff's own access: signing in and out, their password, second factor, accounts and terminals. */
export function registerAuthPages(app: FastifyInstance, site: Site, given: AuthPagesOptions = {}): void {
  const parts = new SignInParts(site, given)
  registerSignInPages(app, parts)
  if (given.staffOidc) registerMunicipalPages(app, parts)
  registerCodePages(app, parts)
  registerPasswordPages(app, parts)
  registerAccountPages(app, parts)
  registerStaffDesk(app, site)
  registerTerminalsDesk(app, site, given.terminalWays ?? [])
}

function registerSignInPages(app: FastifyInstance, parts: SignInParts): void {
  const { site } = parts

  app.get<Next>('/:agency/staff/sign-in', (request, reply) => {
    const next = localPath(request.query.next, staffHome(request))
    if (site.staff(request)) return reply.redirect(href(request, next), 303)
    return signInPage(request, reply, parts, { username: '', next })
  })

  app.post<AgencyRoute>('/:agency/staff/sign-in', async (request, reply) => {
    const { username, password, next: wanted } = signInFields.parse(request.body ?? {})
    const next = localPath(wanted, staffHome(request))
    const missing = {
      username: username.trim() === '' ? texts.noUsername[request.language] : undefined,
      password: password === '' ? texts.noPassword[request.language] : undefined,
    }
    if (missing.username || missing.password) {
      return signInPage(request, reply, parts, { username, next, errors: missing, status: FAULTY })
    }
    const ctx = site.context(request)
    const proven = await checkPassword(ctx, { username, password, address: request.ip }, parts.passwords)
    if (!proven.ok) return signInPage(request, reply, parts, { username, next, ...shown(request, proven.refusal) })
    if (proven.value.has_factor || parts.secondFactor === 'required') {
      parts.keepTry(request, reply, { agency: request.params.agency, proven: proven.value, next })
      const page = proven.value.has_factor ? 'code' : 'second-factor'
      return reply.redirect(href(request, `${staffHome(request)}/sign-in/${page}`), 303)
    }
    await parts.keepSession(request, reply, await beginSession(ctx, proven.value.id, parts.clock))
    return redirectWithMessage(reply, request, next, texts.signedIn)
  })

  app.post<AgencyRoute>('/:agency/staff/sign-out', async (request, reply) => {
    const token = request.cookies[sessionCookie(request.params.agency)]
    if (token) await endSession(site.context(request), token)
    reply.clearCookie(sessionCookie(request.params.agency))
    return redirectWithMessage(reply, request, `/${request.params.agency}`, texts.signedOut)
  })
}

/** There and back. A link, not a form: our own security policy sends no form to another site. */
function registerMunicipalPages(app: FastifyInstance, parts: SignInParts): void {
  const { site } = parts

  app.get<Next>('/:agency/staff/sign-in/municipality', async (request, reply) => {
    const next = localPath(request.query.next, staffHome(request))
    const provider = parts.staffOidc(request.params.agency)
    if (!provider) return notFound(request, reply)
    const begun = await provider.begin(request.params.agency, next)
    if (!begun.ok) return refusedPage(request, reply, parts, begun.refusal, next)
    parts.keepVisit(request, reply, begun.value.visit)
    return reply.redirect(begun.value.url, 303)
  })

  app.get<AgencyRoute>('/:agency/staff/sign-in/municipality/callback', async (request, reply) => {
    const provider = parts.staffOidc(request.params.agency)
    if (!provider) return notFound(request, reply)
    const visit = parts.takeVisit(request, reply)
    const home = staffHome(request)
    if (!visit) return refusedPage(request, reply, parts, { kind: 'untrusted', code: 'no-visit' }, home)
    const query = request.url.includes('?') ? request.url.slice(request.url.indexOf('?')) : ''
    const person = await provider.finish(visit, query)
    if (!person.ok) return refusedPage(request, reply, parts, person.refusal, visit.next)
    const session = await admitMunicipal(site.context(request), person.value, parts.clock)
    if (!session.ok) return refusedPage(request, reply, parts, session.refusal, visit.next)
    await parts.keepSession(request, reply, session.value)
    return redirectWithMessage(reply, request, visit.next, texts.signedIn)
  })
}

function registerPasswordPages(app: FastifyInstance, parts: SignInParts): void {
  const { site } = parts

  app.get<AgencyRoute>('/:agency/staff/password', (request, reply) => {
    if (!site.requireStaff(request, reply)) return reply
    return passwordPage(request, reply)
  })

  app.post<AgencyRoute>('/:agency/staff/password', async (request, reply) => {
    const staff = site.requireStaff(request, reply)
    if (!staff) return reply
    const { current, password, again } = passwordFields.parse(request.body ?? {})
    if (password !== again) return passwordPage(request, reply, { again: texts.notAlike[request.language] })
    const ctx = site.context(request)
    const changed = await setPassword(ctx, staff.id, { password, current })
    if (!changed.ok) return passwordPage(request, reply, passwordErrors(request, changed.refusal))
    // All their sessions ended with the old password, this one too.
    await parts.keepSession(request, reply, await beginSession(ctx, staff.id, parts.clock))
    return redirectWithMessage(reply, request, staffHome(request), texts.passwordChanged)
  })
}

/** Who is signed in, the way to their password, and the way out; for the frame of every page. */
export function accountMenu(request: FastifyRequest, reply: FastifyReply, agency: string, staff: StaffActor): SafeHtml {
  return html`<a class="function-link" href="${href(request, `/${agency}/staff`)}">${staff.name}</a>
<form method="post" action="${href(request, `/${agency}/staff/sign-out`)}">
${csrfField(reply)}
<button type="submit" class="function-link">${texts.signOut[request.language]}</button>
</form>`
}

function shown(request: FastifyRequest, refusal: SignInRefusal): { errors: FieldErrors; status: number } {
  switch (refusal.kind) {
    case 'wrong':
      return { errors: { password: texts.wrong[request.language] }, status: FAULTY }
    case 'locked':
      return { errors: { username: texts.locked[request.language] }, status: TOO_MANY }
    default:
      return unreachable(refusal)
  }
}

function signInPage(
  request: FastifyRequest<AgencyRoute>,
  reply: FastifyReply,
  parts: SignInParts,
  given: { username: string; next: string; errors?: FieldErrors; status?: number; refused?: string },
): FastifyReply {
  const { language } = request
  const errors = given.errors ?? {}
  const body = html`${hidden('next', given.next)}
${textField({
  name: 'username',
  label: texts.username[language],
  value: given.username,
  autocomplete: 'username',
  required: true,
  error: errors.username,
})}
${passwordField({ name: 'password', label: texts.password[language], required: true, error: errors.password })}`
  return renderPage(request, reply, {
    title: texts.staffSignIn[language],
    status: given.status ?? 200,
    breadcrumbs: [{ label: texts.staffSignIn[language] }],
    body: html`${given.refused === undefined ? '' : html`<div role="alert">${alert({ kind: 'error', heading: given.refused })}</div>`}
${errorSummary(errors, language)}
<p>${texts.forStaff[language]}</p>
${municipalLink(request, parts, given.next)}
${form(request, reply, { action: `/${request.params.agency}/staff/sign-in`, submit: texts.signIn[language], body })}
<p>${texts.lasts[language]}</p>`,
    description: `${texts.staffSignIn[language]}, ${parts.site.agencyTitle(request)}`,
  })
}

function municipalLink(request: FastifyRequest<AgencyRoute>, parts: SignInParts, next: string): SafeHtml {
  if (!parts.staffOidc(request.params.agency)) return html``
  const { language } = request
  const address = `${staffHome(request)}/sign-in/municipality?next=${encodeURIComponent(next)}`
  return html`<p><a class="button button-primary" href="${href(request, address)}">${texts.withMunicipality[language]}</a></p>
<h2>${texts.orLocal[language]}</h2>`
}

/** Who was not let in is told why, and can begin again. The log gets the kind, never what was in the answer. */
function refusedPage(
  request: FastifyRequest<AgencyRoute>,
  reply: FastifyReply,
  parts: SignInParts,
  refusal: StaffOidcRefusal | MunicipalRefusal,
  next: string,
): FastifyReply {
  request.log.warn(
    { kind: refusal.kind, ...('code' in refusal ? { code: refusal.code } : {}) },
    'staff sign-in refused',
  )
  return signInPage(request, reply, parts, {
    username: '',
    next,
    status: refusal.kind === 'unreachable' ? BAD_GATEWAY : FORBIDDEN,
    refused: municipalRefusalTexts[refusal.kind][request.language],
  })
}

function passwordPage(
  request: FastifyRequest<AgencyRoute>,
  reply: FastifyReply,
  errors: FieldErrors = {},
): FastifyReply {
  const { language } = request
  const wrong = Object.values(errors).some((error) => error !== undefined)
  const body = html`${passwordField({
    name: 'current',
    label: texts.currentPassword[language],
    required: true,
    error: errors.current,
  })}
${passwordField({
  name: 'password',
  label: texts.newPassword[language],
  hint: texts.newPasswordHint[language],
  autocomplete: 'new-password',
  required: true,
  error: errors.password,
})}
${passwordField({
  name: 'again',
  label: texts.repeatPassword[language],
  autocomplete: 'new-password',
  required: true,
  error: errors.again,
})}`
  return renderPage(request, reply, {
    title: texts.changePassword[language],
    status: wrong ? FAULTY : 200,
    breadcrumbs: [{ label: texts.changePassword[language] }],
    body: html`${accountNav(request, 'password')}
${errorSummary(errors, language)}
${form(request, reply, { action: `/${request.params.agency}/staff/password`, submit: texts.changePassword[language], body })}`,
  })
}

function passwordErrors(request: FastifyRequest, refusal: SetPasswordRefusal): FieldErrors {
  const { language } = request
  switch (refusal.kind) {
    case 'bad-password':
      return { password: passwordFaultTexts[refusal.because][language] }
    case 'signs-in-elsewhere':
      return { current: texts.passwordElsewhere[language] }
    case 'wrong':
    case 'unknown':
    case 'not-allowed':
      return { current: texts.wrongCurrent[language] }
    default:
      return unreachable(refusal)
  }
}
