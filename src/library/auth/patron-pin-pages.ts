import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { type Language, unreachable } from '#core'
import {
  alert,
  errorSummary,
  type FieldErrors,
  form,
  href,
  html,
  type PatronActor,
  passwordField,
  redirectWithMessage,
  renderPage,
  type SafeHtml,
  textField,
} from '#web'
import { type PatronParts, patronHome } from './patron-parts.ts'
import { pinFaultTexts, texts } from './patron-texts.ts'
import { hasPin, type SetPinRefusal, setPin } from './pin.ts'
import { askPinReset, isPinReset, RESET_MINUTES, usePinReset } from './pin-reset.ts'
import { type AgencyRoute, FAULTY } from './sign-in-parts.ts'
import { verifyOwnPin } from './verify-pin.ts'

const GONE = 410

const text = z.string().max(1000).catch('')
const changeFields = z.object({ current: text, pin: text, again: text })
const forgottenFields = z.object({ presented: text })

/** Changing a PIN, and choosing one anew by a link. */
export function registerPinPages(app: FastifyInstance, parts: PatronParts): void {
  const { site, clock } = parts

  app.get<AgencyRoute>('/:agency/pin', async (request, reply) => {
    const patron = site.requirePatron(request, reply)
    if (!patron) return reply
    return changePage(request, reply, await asksCurrent(parts, request, patron))
  })

  app.post<AgencyRoute>('/:agency/pin', async (request, reply) => {
    const patron = site.requirePatron(request, reply)
    if (!patron) return reply
    const { language } = request
    const { current, pin, again } = changeFields.parse(request.body ?? {})
    const ctx = parts.as(request, patron)
    const asks = await asksCurrent(parts, request, patron)
    if (pin !== again) return changePage(request, reply, asks, { again: texts.notAlike[language] })
    if (asks) {
      const right = await verifyOwnPin(ctx, patron.id, current, { clock })
      if (!right.ok) {
        const said = right.refusal.kind === 'locked' ? texts.lockedCurrent : texts.wrongCurrent
        return changePage(request, reply, asks, { current: said[language] })
      }
    }
    const set = await setPin(ctx, patron.id, pin, patron.means === 'mitid' ? 'mitid' : 'patron')
    if (!set.ok) return changePage(request, reply, asks, { pin: refusalText(set.refusal, language) })
    // All their sessions ended with the old PIN, this one too.
    if (set.value.changed) await parts.admit(request, reply, patron.id, patron.means)
    return redirectWithMessage(reply, request, patronHome(request), texts.pinChosen)
  })

  app.get<AgencyRoute>('/:agency/pin/forgotten', (request, reply) => forgottenPage(request, reply))

  app.post<AgencyRoute>('/:agency/pin/forgotten', async (request, reply) => {
    const { language } = request
    const { agency } = request.params
    const { presented } = forgottenFields.parse(request.body ?? {})
    if (presented.trim() === '') return forgottenPage(request, reply, { presented: texts.noPresented[language] })
    await askPinReset(parts.asVisitor(request), presented, {
      from: `web ${request.ip}`,
      clock,
      linkFor(token, language) {
        const path = `/${agency}/pin/new?token=${token}`
        return new URL(language === 'en' ? `/en${path}` : path, parts.options.publicUrl).href
      },
    })
    return renderPage(request, reply, {
      title: texts.forgotten[language],
      breadcrumbs: [{ label: texts.forgotten[language] }],
      body: html`<div role="status">${alert({
        kind: 'info',
        heading: texts.linkSent[language],
        body: texts.linkLasts[language],
      })}</div>`,
    })
  })

  app.get<AgencyRoute & { Querystring: { token?: string } }>('/:agency/pin/new', async (request, reply) => {
    const { agency } = request.params
    const { token } = request.query
    if (typeof token === 'string') {
      // Out of the address bar, the history and every link of the page, before anything is shown.
      reply.setCookie(resetCookie(agency), token, { signed: true, maxAge: RESET_MINUTES * 60 })
      reply.header('referrer-policy', 'no-referrer')
      return reply.redirect(href(request, `/${agency}/pin/new`), 303)
    }
    const kept = keptToken(request)
    if (!kept || !(await isPinReset(parts.asVisitor(request), kept, clock))) return linkOverPage(request, reply)
    return newPage(request, reply)
  })

  app.post<AgencyRoute>('/:agency/pin/new', async (request, reply) => {
    const { language } = request
    const { agency } = request.params
    const { pin, again } = changeFields.parse(request.body ?? {})
    const token = keptToken(request)
    if (!token) return linkOverPage(request, reply)
    if (pin !== again) return newPage(request, reply, { again: texts.notAlike[language] })
    const used = await usePinReset(parts.asVisitor(request), token, pin, clock)
    if (!used.ok) {
      if (used.refusal.kind === 'no-such-link') return linkOverPage(request, reply)
      return newPage(request, reply, { pin: refusalText(used.refusal, language) })
    }
    reply.clearCookie(resetCookie(agency))
    await parts.dismiss(request, reply)
    return redirectWithMessage(reply, request, `/${agency}/sign-in`, texts.pinChosenSignIn)
  })
}

/** Whoever came with MitID may choose without the old PIN, and nobody is asked for one they never had. */
async function asksCurrent(parts: PatronParts, request: FastifyRequest, patron: PatronActor): Promise<boolean> {
  return patron.means === 'pin' && (await hasPin(parts.as(request, patron), patron.id))
}

function resetCookie(agency: string): string {
  return `kvit-pin-link-${agency}`
}

function keptToken(request: FastifyRequest<AgencyRoute>): string | undefined {
  const kept = request.cookies[resetCookie(request.params.agency)]
  if (kept === undefined) return undefined
  const read = request.unsignCookie(kept)
  return read.valid ? read.value : undefined
}

function refusalText(refusal: SetPinRefusal, language: Language): string {
  switch (refusal.kind) {
    case 'bad-pin':
      return pinFaultTexts[refusal.because][language]
    case 'unknown':
    case 'not-allowed':
      return texts.linkOverText[language]
    default:
      return unreachable(refusal)
  }
}

function changePage(
  request: FastifyRequest<AgencyRoute>,
  reply: FastifyReply,
  asksCurrent: boolean,
  errors: FieldErrors = {},
): FastifyReply {
  const { language } = request
  const current = passwordField({
    name: 'current',
    label: texts.currentPin[language],
    inputmode: 'numeric',
    required: true,
    error: errors.current,
  })
  return pinPage(request, reply, {
    title: texts.changePin[language],
    errors,
    action: `/${request.params.agency}/pin`,
    body: html`${asksCurrent ? current : ''}
${newPinFields(request, errors)}`,
  })
}

function newPage(request: FastifyRequest<AgencyRoute>, reply: FastifyReply, errors: FieldErrors = {}): FastifyReply {
  return pinPage(request, reply, {
    title: texts.choosePin[request.language],
    errors,
    action: `/${request.params.agency}/pin/new`,
    body: newPinFields(request, errors),
  })
}

function pinPage(
  request: FastifyRequest<AgencyRoute>,
  reply: FastifyReply,
  given: { readonly title: string; readonly errors: FieldErrors; readonly action: string; readonly body: SafeHtml },
): FastifyReply {
  const wrong = Object.values(given.errors).some((error) => error !== undefined)
  return renderPage(request, reply, {
    title: given.title,
    status: wrong ? FAULTY : 200,
    breadcrumbs: [{ label: given.title }],
    body: html`${errorSummary(given.errors, request.language)}
${form(request, reply, { action: given.action, submit: given.title, body: given.body })}`,
  })
}

function newPinFields(request: FastifyRequest, errors: FieldErrors): SafeHtml {
  const { language } = request
  const shared = { autocomplete: 'new-password', inputmode: 'numeric', required: true } as const
  return html`${passwordField({
    ...shared,
    name: 'pin',
    label: texts.newPin[language],
    hint: texts.newPinHint[language],
    error: errors.pin,
  })}
${passwordField({ ...shared, name: 'again', label: texts.againPin[language], error: errors.again })}`
}

function forgottenPage(
  request: FastifyRequest<AgencyRoute>,
  reply: FastifyReply,
  errors: FieldErrors = {},
): FastifyReply {
  const { language } = request
  const body = textField({
    name: 'presented',
    label: texts.presented[language],
    autocomplete: 'username',
    required: true,
    error: errors.presented,
  })
  return renderPage(request, reply, {
    title: texts.forgotten[language],
    status: errors.presented ? FAULTY : 200,
    breadcrumbs: [{ label: texts.forgotten[language] }],
    body: html`${errorSummary(errors, language)}
<p>${texts.forgottenLead[language]}</p>
${form(request, reply, {
  action: `/${request.params.agency}/pin/forgotten`,
  submit: texts.sendLink[language],
  body,
})}`,
  })
}

function linkOverPage(request: FastifyRequest<AgencyRoute>, reply: FastifyReply): FastifyReply {
  const { language } = request
  const { agency } = request.params
  reply.clearCookie(resetCookie(agency))
  return renderPage(request, reply, {
    title: texts.linkOver[language],
    status: GONE,
    breadcrumbs: [{ label: texts.linkOver[language] }],
    body: html`<p>${texts.linkOverText[language]}</p>
<p><a href="${href(request, `/${agency}/pin/forgotten`)}">${texts.askAgain[language]}</a></p>`,
  })
}
