import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { type Clock, realClock, unreachable } from '#core'
import {
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
import { type SetPasswordRefusal, setPassword } from './add-staff.ts'
import { beginSession, endSession, type Session } from './session.ts'
import { type SignInRefusal, signIn } from './sign-in.ts'
import { passwordFaultTexts, texts } from './texts.ts'
import { SignInThrottle } from './throttle.ts'

type Params = { Params: { agency: string } }

/** Bad input of a form: the page comes again, with what to do. */
const FAULTY = 422
const TOO_MANY = 429

const text = z.string().max(1000).catch('')
const signInFields = z.object({ username: text, password: text, next: text })
const passwordFields = z.object({ current: text, password: text, again: text })

/** The cookie that holds a session; each library has its own, and it is no use at another. */
export function sessionCookie(agency: string): string {
  return `kvit-staff-${agency}`
}

/** Signing in and out of the staff, and their own password. `clock` is the world's, save in tests. */
export function registerAuthPages(app: FastifyInstance, site: Site, given: { readonly clock?: Clock } = {}): void {
  const clock = given.clock ?? realClock
  const throttle = new SignInThrottle(clock)

  app.get<Params & { Querystring: { next?: string } }>('/:agency/staff/sign-in', (request, reply) => {
    const next = localPath(request.query.next, home(request))
    if (site.staff(request)) return reply.redirect(href(request, next), 303)
    return signInPage(request, reply, site, { username: '', next })
  })

  app.post<Params>('/:agency/staff/sign-in', async (request, reply) => {
    const { username, password, next: wanted } = signInFields.parse(request.body ?? {})
    const next = localPath(wanted, home(request))
    const missing = {
      username: username.trim() === '' ? texts.noUsername[request.language] : undefined,
      password: password === '' ? texts.noPassword[request.language] : undefined,
    }
    if (missing.username || missing.password) {
      return signInPage(request, reply, site, { username, next, errors: missing, status: FAULTY })
    }
    const done = await signIn(site.context(request), { username, password, address: request.ip }, throttle, clock)
    if (!done.ok) return signInPage(request, reply, site, { username, next, ...shown(request, done.refusal) })
    keepSession(request, reply, done.value)
    return redirectWithMessage(reply, request, next, texts.signedIn)
  })

  app.post<Params>('/:agency/staff/sign-out', async (request, reply) => {
    const token = request.cookies[sessionCookie(request.params.agency)]
    if (token) await endSession(site.context(request), token)
    reply.clearCookie(sessionCookie(request.params.agency))
    return redirectWithMessage(reply, request, `/${request.params.agency}`, texts.signedOut)
  })

  app.get<Params>('/:agency/staff/password', (request, reply) => {
    if (!site.requireStaff(request, reply)) return reply
    return passwordPage(request, reply)
  })

  app.post<Params>('/:agency/staff/password', async (request, reply) => {
    const staff = site.requireStaff(request, reply)
    if (!staff) return reply
    const { current, password, again } = passwordFields.parse(request.body ?? {})
    if (password !== again) return passwordPage(request, reply, { again: texts.notAlike[request.language] })
    const ctx = site.context(request)
    const changed = await setPassword(ctx, staff.id, { password, current })
    if (!changed.ok) return passwordPage(request, reply, passwordErrors(request, changed.refusal))
    // All their sessions ended with the old password, this one too.
    keepSession(request, reply, await beginSession(ctx, staff.id, clock))
    return redirectWithMessage(reply, request, home(request), texts.passwordChanged)
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

function keepSession(request: FastifyRequest<Params>, reply: FastifyReply, session: Session): void {
  // Without a lifetime the cookie goes when the browser is closed, as it should on a desk that several share.
  reply.setCookie(sessionCookie(request.params.agency), session.token)
}

function home(request: FastifyRequest<Params>): string {
  return `/${request.params.agency}/staff`
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
  request: FastifyRequest<Params>,
  reply: FastifyReply,
  site: Site,
  given: { username: string; next: string; errors?: FieldErrors; status?: number },
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
    body: html`${errorSummary(errors, language)}
<p>${texts.forStaff[language]}</p>
${form(request, reply, { action: `/${request.params.agency}/staff/sign-in`, submit: texts.signIn[language], body })}
<p>${texts.lasts[language]}</p>`,
    description: `${texts.staffSignIn[language]}, ${site.agencyTitle(request)}`,
  })
}

function passwordPage(request: FastifyRequest<Params>, reply: FastifyReply, errors: FieldErrors = {}): FastifyReply {
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
    body: html`${errorSummary(errors, language)}
${form(request, reply, { action: `/${request.params.agency}/staff/password`, submit: texts.changePassword[language], body })}`,
  })
}

function passwordErrors(request: FastifyRequest, refusal: SetPasswordRefusal): FieldErrors {
  const { language } = request
  switch (refusal.kind) {
    case 'bad-password':
      return { password: passwordFaultTexts[refusal.because][language] }
    case 'wrong':
    case 'unknown':
    case 'not-allowed':
      return { current: texts.wrongCurrent[language] }
    default:
      return unreachable(refusal)
  }
}
