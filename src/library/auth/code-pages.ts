import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { renderSVG } from 'uqr'
import { z } from 'zod'
import { unreachable } from '#core'
import type { Context } from '#vault'
import {
  errorSummary,
  type FieldErrors,
  form,
  href,
  html,
  redirectWithMessage,
  renderPage,
  type SafeHtml,
  textField,
} from '#web'
import { accountTexts as texts } from './account-texts.ts'
import { beginSession } from './session.ts'
import { admitWithCode, type CodeRefusal, isStillSo } from './sign-in.ts'
import { type AgencyRoute, FAULTY, type SignInParts, type SignInTry, staffHome, TOO_MANY } from './sign-in-parts.ts'
import { texts as signInTexts } from './texts.ts'
import { type EnrolFactorRefusal, enrolSecondFactor, newTotpSecret, totpUri } from './totp.ts'

const fields = z.object({ code: z.string().max(100).catch('') })

type Request = FastifyRequest<AgencyRoute>

/** The second page of signing in: the code, or, where the library asks for one and there is none yet, setting it up. */
export function registerCodePages(app: FastifyInstance, parts: SignInParts): void {
  const { site } = parts

  app.get<AgencyRoute>('/:agency/staff/sign-in/code', (request, reply) => {
    const waiting = parts.tryOf(request)
    return waiting?.proven.has_factor ? codePage(request, reply) : beginAgain(request, reply)
  })

  app.post<AgencyRoute>('/:agency/staff/sign-in/code', async (request, reply) => {
    const waiting = parts.tryOf(request)
    if (!waiting?.proven.has_factor) return beginAgain(request, reply)
    const code = codeIn(request)
    if (code === '') return codePage(request, reply, { code: texts.noCode[request.language] })
    const ctx = site.context(request)
    const session = await admitWithCode(ctx, waiting.proven, code, parts.codes, parts.clock)
    if (!session.ok) return refusedCode(request, reply, parts, session.refusal)
    parts.endTry(request, reply)
    await parts.keepSession(request, reply, session.value)
    return redirectWithMessage(reply, request, waiting.next, signInTexts.signedIn)
  })

  app.get<AgencyRoute>('/:agency/staff/sign-in/second-factor', (request, reply) => {
    const waiting = waitingToEnrol(request, parts)
    return waiting ? firstFactorPage(request, reply, parts, waiting) : beginAgain(request, reply)
  })

  app.post<AgencyRoute>('/:agency/staff/sign-in/second-factor', async (request, reply) => {
    const waiting = waitingToEnrol(request, parts)
    const ctx = site.context(request)
    if (!waiting || !(await isStillSo(ctx, waiting.proven))) return beginAgain(request, reply)
    const { id, username } = waiting.proven
    // Whoever has shown the password acts for themselves here, and may do nothing else yet.
    const own: Context = { ...ctx, actor: { kind: 'staff', id, roles: [] } }
    const done = await enrol(request, own, parts, { id, username })
    if (!done.ok) return firstFactorPage(request, reply, parts, waiting, done.errors)
    parts.endTry(request, reply)
    await parts.keepSession(request, reply, await beginSession(ctx, id, parts.clock))
    return recoveryPage(request, reply, {
      lead: texts.enrolled[request.language],
      codes: done.codes,
      next: waiting.next,
    })
  })
}

/** Sets the second factor up with the code that was sent; answers the recovery codes, or what is wrong. */
export async function enrol(
  request: Request,
  ctx: Context,
  parts: SignInParts,
  who: Pick<SignInTry['proven'], 'id' | 'username'>,
): Promise<
  { readonly ok: true; readonly codes: readonly string[] } | { readonly ok: false; readonly errors: FieldErrors }
> {
  const { language } = request
  const code = codeIn(request)
  const { secret, isNew } = parts.offered.offer(`${ctx.agency} ${who.id}`, newTotpSecret)
  if (isNew) return { ok: false, errors: { code: texts.offerOver[language] } }
  if (code === '') return { ok: false, errors: { code: texts.noCode[language] } }
  const done = await enrolSecondFactor(ctx, who.id, { secret, code }, parts.clock)
  if (!done.ok) return { ok: false, errors: { code: enrolError(request, done.refusal) } }
  parts.offered.forget(`${ctx.agency} ${who.id}`)
  return { ok: true, codes: done.value }
}

/** The picture, the key and the field for the first code. */
export function enrolForm(
  request: Request,
  reply: FastifyReply,
  parts: SignInParts,
  given: { id: string; username: string; action: string; errors: FieldErrors },
): SafeHtml {
  const { language } = request
  const { secret } = parts.offered.offer(`${request.params.agency} ${given.id}`, newTotpSecret)
  const uri = totpUri({ secret, username: given.username, library: parts.site.agencyTitle(request) })
  return html`<ol>
<li>${texts.stepApp[language]}</li>
<li>${texts.stepScan[language]}<br>${picture(uri, texts.qr[language])}</li>
<li>${texts.stepKey[language]}<br><code>${secret.replace(/(.{4})(?=.)/g, '$1 ')}</code></li>
<li>${texts.stepCode[language]}</li>
</ol>
${form(request, reply, {
  action: given.action,
  submit: texts.enrol[language],
  body: codeField(request, given.errors, 'app'),
})}`
}

export function codeField(request: Request, errors: FieldErrors, kind: 'app' | 'any', id = 'code'): SafeHtml {
  const { language } = request
  return textField({
    name: 'code',
    id,
    label: kind === 'app' ? texts.code[language] : texts.codeOrRecovery[language],
    hint: kind === 'app' ? texts.codeHint[language] : texts.codeOrRecoveryHint[language],
    autocomplete: 'one-time-code',
    required: true,
    error: errors[id],
    ...(kind === 'app' ? { inputmode: 'numeric', maxLength: 10 } : { maxLength: 30 }),
  })
}

/** The recovery codes, this once. */
export function recoveryPage(
  request: Request,
  reply: FastifyReply,
  given: { lead: string; codes: readonly string[]; next: string },
): FastifyReply {
  const { language } = request
  return renderPage(request, reply, {
    title: texts.recovery[language],
    breadcrumbs: [{ label: texts.recovery[language] }],
    body: html`<p class="font-lead">${given.lead}</p>
<p>${texts.recoveryLead[language]}</p>
<ul>${given.codes.map((code) => html`<li><code>${code}</code></li>`)}</ul>
<p class="d-print-none"><a class="button button-primary" href="${href(request, given.next)}">${texts.haveKept[language]}</a></p>`,
  })
}

export function codeIn(request: Request): string {
  return fields.parse(request.body ?? {}).code.trim()
}

export function codeErrorText(request: Request, refusal: Exclude<CodeRefusal, { kind: 'over' }>): string {
  switch (refusal.kind) {
    case 'wrong-code':
      return texts.wrongCode[request.language]
    case 'locked':
      return texts.lockedCode[request.language]
    default:
      return unreachable(refusal)
  }
}

function refusedCode(request: Request, reply: FastifyReply, parts: SignInParts, refusal: CodeRefusal): FastifyReply {
  if (refusal.kind === 'wrong-code') return codePage(request, reply, { code: codeErrorText(request, refusal) })
  parts.endTry(request, reply)
  if (refusal.kind === 'over') return beginAgain(request, reply)
  return codePage(request, reply, { code: codeErrorText(request, refusal) }, TOO_MANY)
}

function waitingToEnrol(request: Request, parts: SignInParts): SignInTry | undefined {
  const waiting = parts.tryOf(request)
  return waiting && !waiting.proven.has_factor ? waiting : undefined
}

function codePage(request: Request, reply: FastifyReply, errors: FieldErrors = {}, status?: number): FastifyReply {
  const { language } = request
  return renderPage(request, reply, {
    title: texts.enterCode[language],
    status: status ?? (errors.code ? FAULTY : 200),
    breadcrumbs: [{ label: texts.enterCode[language] }],
    body: html`${errorSummary(errors, language)}
${form(request, reply, {
  action: `${staffHome(request)}/sign-in/code`,
  submit: signInTexts.signIn[language],
  body: codeField(request, errors, 'any'),
})}
<p>${texts.lostPhone[language]}</p>
<p><a href="${href(request, `${staffHome(request)}/sign-in`)}">${texts.beginAgain[language]}</a></p>`,
  })
}

function firstFactorPage(
  request: Request,
  reply: FastifyReply,
  parts: SignInParts,
  waiting: SignInTry,
  errors: FieldErrors = {},
): FastifyReply {
  const { language } = request
  const { id, username } = waiting.proven
  const action = `${staffHome(request)}/sign-in/second-factor`
  return renderPage(request, reply, {
    title: texts.secondFactor[language],
    status: errors.code ? FAULTY : 200,
    breadcrumbs: [{ label: texts.secondFactor[language] }],
    body: html`${errorSummary(errors, language)}
<p class="font-lead">${texts.enrolRequired[language]}</p>
${enrolForm(request, reply, parts, { id, username, action, errors })}`,
  })
}

/** Nobody is waiting for this page: too long ago, or never. */
function beginAgain(request: Request, reply: FastifyReply): FastifyReply {
  return redirectWithMessage(reply, request, `${staffHome(request)}/sign-in`, texts.tryOver)
}

function enrolError(request: Request, refusal: EnrolFactorRefusal): string {
  const { language } = request
  switch (refusal.kind) {
    case 'wrong-code':
      return texts.wrongCode[language]
    case 'has-one':
      return texts.hasFactor[language]
    case 'unknown':
    case 'not-allowed':
      return texts.elsewhere[language]
    default:
      return unreachable(refusal.kind)
  }
}

/** Drawn here and now: the secret is sent to nobody who makes pictures. */
function picture(uri: string, label: string): SafeHtml {
  const drawn = renderSVG(uri, { ecc: 'M', border: 4, pixelSize: 4 })
  const named = html`<svg role="img" aria-label="${label}" width="260" height="260" focusable="false" `
  return html`${named}${html.raw`${drawn.replace('<svg ', '')}`}`
}
