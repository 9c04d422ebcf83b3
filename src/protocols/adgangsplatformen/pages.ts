import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Agency } from '#agencies'
import { type Text2, unreachable } from '#core'
import { touch } from '#patrons'
import type { Context } from '#vault'
import {
  errorSummary,
  type FieldErrors,
  form,
  href,
  html,
  passwordField,
  renderPage,
  type SafeHtml,
  sendRefusal,
  textField,
} from '#web'
import { findClient, isAnyClients } from './clients.ts'
import { giveCode } from './codes.ts'
import type { AdgangsplatformenDeps, PinRefusal } from './deps.ts'
import {
  type Asked,
  type AskedRefusal,
  askedFields,
  cprDigits,
  decideAsked,
  formSource,
  plainText,
  type Wanted,
  withAnswer,
} from './rules.ts'
import { attributeTexts, refusalTexts, texts } from './texts.ts'
import { type Holder, patronOfCpr, readToken, revokeToken, revokeTokensOf } from './tokens.ts'

const AUTHORIZE = '/oauth/authorize'
/** Where the broker of MitID sends the browser back to. */
const MITID_BACK = '/oauth/mitid'
const MITID_COOKIE = 'kvit-oauth-mitid'
const MITID_SECONDS = 600
/** Browsers keep no larger cookie. */
const LARGEST_COOKIE = 3800
const FAULTY = 422
const TOO_MANY = 429

const signInFields = z.object({ presented: plainText(200).catch(''), pin: plainText(200).catch('') })
const logoutFields = z.object({
  access_token: z.string().max(2048).optional().catch(undefined),
  singlelogout: z.string().optional().catch(undefined),
  redirect_uri: z.string().max(2048).optional().catch(undefined),
})
const keptFields = z.object({ keep: z.string(), agency: z.string(), asked: askedFields })

/** What a good request has brought, in the words it came in and as it was understood. */
interface Asking {
  readonly asked: Asked
  readonly wanted: Wanted
}

/** Signing in for a website or app, by card and PIN or MitID, and signing out of it. */
export function registerSignInPages(app: FastifyInstance, deps: AdgangsplatformenDeps): void {
  app.get(AUTHORIZE, async (request, reply) => {
    const asking = await understood(request, reply, request.query)
    if (!asking) return reply
    const { wanted, asked } = asking
    if (!wanted.agency) return libraryPage(request, reply, asking, await deps.agencies())
    if (wanted.means !== 'nemlogin') return signInPage(request, reply, asking, wanted.agency)
    const { mitid } = deps
    const answer = { error: 'temporarily_unavailable', state: asked.state }
    if (!mitid) return goTo(reply, withAnswer(wanted.redirectUri, answer))
    const { url, keep } = await mitid.begin(wanted.agency.number, MITID_BACK)
    const kept = JSON.stringify({ keep, agency: wanted.agency.number, asked })
    const value = Buffer.from(kept).toString('base64url')
    if (value.length > LARGEST_COOKIE) {
      return goTo(reply, withAnswer(wanted.redirectUri, { error: 'invalid_request', state: asked.state }))
    }
    reply.setCookie(MITID_COOKIE, value, { signed: true, maxAge: MITID_SECONDS })
    return goTo(reply, url)
  })

  app.post(AUTHORIZE, async (request, reply) => {
    const asking = await understood(request, reply, request.query)
    if (!asking) return reply
    const { wanted } = asking
    // A client that insists on MitID must not be given someone who only had a PIN.
    if (!wanted.agency || wanted.means === 'nemlogin') return goTo(reply, hereAgain(request, asking.asked))
    const ctx = await deps.contextOf(wanted.agency.number)
    if (!ctx) return sendNo(request, reply, 503, 'unavailable')
    const { presented, pin } = signInFields.parse(request.body ?? {})
    const missing = {
      presented: presented.trim() === '' ? texts.noPresented[request.language] : undefined,
      pin: pin === '' ? texts.noPin[request.language] : undefined,
    }
    if (missing.presented || missing.pin) {
      return signInPage(request, reply, asking, wanted.agency, { errors: missing, status: FAULTY })
    }
    const verified = await deps.verifyPin(ctx, { presented, pin, terminal: request.ip })
    if (!verified.ok) return signInPage(request, reply, asking, wanted.agency, shown(request, verified.refusal))
    await touch(ctx, verified.value)
    const holder = { kind: 'patron', patron: verified.value, means: 'borchk' } as const
    return sendBack(reply, ctx, asking, wanted.agency.number, holder)
  })

  app.get(MITID_BACK, async (request, reply) => {
    discreet(reply)
    const kept = keptIn(request)
    reply.clearCookie(MITID_COOKIE)
    if (!kept || !deps.mitid) return sendNo(request, reply, 400, 'mitid')
    const asking = await understood(request, reply, kept.asked)
    if (!asking) return reply
    const ctx = await deps.contextOf(kept.agency)
    if (!ctx) return sendNo(request, reply, 503, 'unavailable')
    const done = await deps.mitid.finish(request.originalUrl, kept.keep)
    const cpr = done.ok ? cprDigits(done.value.cpr) : undefined
    if (!done.ok || !cpr) return mitidFailed(request, reply, asking.asked)
    const patron = await patronOfCpr(ctx, cpr)
    if (patron) await touch(ctx, patron)
    const holder = patron
      ? ({ kind: 'patron', patron, means: 'nemlogin' } as const)
      : ({ kind: 'person', person: { cpr, name: done.value.name }, means: 'nemlogin' } as const)
    return sendBack(reply, ctx, asking, kept.agency, holder)
  })

  app.get('/logout', async (request, reply) => {
    discreet(reply)
    const { access_token: token = '', singlelogout, redirect_uri: wanted } = logoutFields.parse(request.query)
    const bearer = await readToken(deps, token)
    await revokeToken(deps, token)
    if (bearer?.kind === 'patron' && singlelogout === 'true') {
      const ctx = await deps.contextOf(bearer.agency)
      if (ctx) await revokeTokensOf(ctx, bearer.patronId)
    }
    // A token that has ended no longer says whose it was; then any client's address will do, and no other.
    const known =
      wanted !== undefined &&
      (bearer ? bearer.client.redirect_uris.includes(wanted) : await isAnyClients(deps.clients, wanted))
    if (known) return goTo(reply, wanted)
    return renderPage(request, reply, {
      title: texts.signedOut[request.language],
      body: html`<p>${texts.signedOutText[request.language]}</p>`,
    })
  })

  /** Answers by itself, and gives nothing, when nobody can be signed in as it was asked. */
  async function understood(request: FastifyRequest, reply: FastifyReply, given: unknown): Promise<Asking | undefined> {
    discreet(reply)
    const parsed = askedFields.safeParse(given)
    if (!parsed.success) {
      sendNo(request, reply, 400, 'bad-request')
      return undefined
    }
    const asked = parsed.data
    const client = asked.client_id === undefined ? undefined : await findClient(deps.clients, asked.client_id)
    const decided = decideAsked(client, asked, await deps.agencies())
    if (decided.ok) return { asked, wanted: decided.value }
    refuseAsked(request, reply, asked, decided.refusal)
    return undefined
  }

  async function sendBack(
    reply: FastifyReply,
    ctx: Context,
    { asked, wanted }: Asking,
    agency: string,
    holder: Exclude<Holder, { kind: 'anonymous' }>,
  ): Promise<FastifyReply> {
    const { client, redirectUri } = wanted
    const code = await giveCode(ctx, { agency, client: client.id, redirectUri, holder, now: deps.clock.now() })
    return goTo(reply, withAnswer(redirectUri, { code, state: asked.state }))
  }

  function signInPage(
    request: FastifyRequest,
    reply: FastifyReply,
    { asked, wanted }: Asking,
    agency: Agency,
    given: { readonly errors?: FieldErrors; readonly status?: number } = {},
  ): FastifyReply {
    const { language } = request
    const { client, means, fixed } = wanted
    const { errors = {}, status = 200 } = given
    formMayLeadTo(reply, wanted.redirectUri)
    const here = { ...asked, ...(fixed ? {} : { presel: agency.number }) }
    const body = html`${textField({
      name: 'presented',
      label: texts.presented[language],
      error: errors.presented,
      autocomplete: 'username',
      required: true,
    })}
${passwordField({ name: 'pin', label: texts.pin[language], error: errors.pin, inputmode: 'numeric', required: true })}`
    const action = addressOf(here)
    const withMitid = means === undefined && deps.mitid !== undefined
    return renderPage(request, reply, {
      title: texts.title[language],
      heading: agency.title,
      status,
      body: html`${errorSummary(errors, language)}
<p class="font-lead">${texts.for(client.title)[language]}</p>
${form(request, reply, { action, submit: texts.signIn[language], body })}
${
  withMitid
    ? html`<p>${texts.or[language]} <a href="${href(request, addressOf({ ...here, idp: 'nemlogin' }))}">${texts.withMitid[language]}</a></p>`
    : ''
}
${
  fixed
    ? ''
    : html`<p><a href="${href(request, addressOf({ ...asked, presel: undefined }))}">${texts.otherLibrary[language]}</a></p>`
}
${whatIsTold(request, wanted)}`,
    })
  }
}

/** The libraries as links, so that choosing one is looking and not sending. */
function libraryPage(
  request: FastifyRequest,
  reply: FastifyReply,
  { asked, wanted }: Asking,
  agencies: readonly Agency[],
): FastifyReply {
  const { language } = request
  return renderPage(request, reply, {
    title: texts.chooseLibrary[language],
    body: html`<p class="font-lead">${texts.for(wanted.client.title)[language]}</p>
<ul class="nobullet-list">
${agencies.map(
  ({ number, title }) =>
    html`<li><a href="${href(request, addressOf({ ...asked, presel: number }))}">${title}</a></li>
`,
)}</ul>`,
  })
}

/** Said before anything is typed: people ought to know what signing in gives away. */
function whatIsTold(request: FastifyRequest, { client }: Wanted): SafeHtml {
  const { language } = request
  const told = [...new Set(client.attributes.map((name) => attributeTexts[name][language]))]
  return html`<h2>${client.title}</h2>
${
  told.length === 0
    ? html`<p>${texts.toldNothing(client.title)[language]}</p>`
    : html`<p>${texts.told(client.title)[language]}</p><ul>${told.map((text) => html`<li>${text}</li>`)}</ul>`
}
<p>${texts.neverPin[language]}</p>`
}

function refuseAsked(request: FastifyRequest, reply: FastifyReply, asked: Asked, refusal: AskedRefusal): FastifyReply {
  switch (refusal.kind) {
    case 'unknown-client':
    case 'unknown-redirect':
      return sendNo(request, reply, 400, refusal.kind)
    case 'sent-back': {
      const { redirectUri, error, description } = refusal
      return goTo(reply, withAnswer(redirectUri, { error, error_description: description, state: asked.state }))
    }
    default:
      return unreachable(refusal)
  }
}

function mitidFailed(request: FastifyRequest, reply: FastifyReply, asked: Asked): FastifyReply {
  const { language } = request
  const { heading, text } = refusalTexts.mitid
  return renderPage(request, reply, {
    title: heading[language],
    status: FAULTY,
    body: html`<p>${text[language]}</p>
<p><a href="${hereAgain(request, asked)}">${texts.tryAgain[language]}</a></p>`,
  })
}

function shown(request: FastifyRequest, refusal: PinRefusal): { errors: FieldErrors; status: number } {
  switch (refusal.kind) {
    case 'wrong':
      return { errors: { pin: texts.wrong[request.language] }, status: FAULTY }
    case 'locked':
      return { errors: { presented: texts.locked[request.language] }, status: TOO_MANY }
    default:
      return unreachable(refusal)
  }
}

function sendNo(
  request: FastifyRequest,
  reply: FastifyReply,
  status: number,
  kind: keyof typeof refusalTexts,
): FastifyReply {
  const { heading, text }: { heading: Text2; text: Text2 } = refusalTexts[kind]
  const { language } = request
  return sendRefusal(request, reply, status, { heading: heading[language], text: text[language], code: kind })
}

/** The addresses of these pages hold codes, states and tokens: no other site is to hear where someone came from. */
function discreet(reply: FastifyReply): void {
  reply.header('referrer-policy', 'no-referrer')
}

/** Browsers hold a form's redirect to the same policy as the form, and ours leads to the client. */
function formMayLeadTo(reply: FastifyReply, redirectUri: string): void {
  const policy = String(reply.getHeader('content-security-policy') ?? '')
  reply.header(
    'content-security-policy',
    policy.replace("form-action 'self'", `form-action 'self' ${formSource(redirectUri)}`),
  )
}

function goTo(reply: FastifyReply, address: string): FastifyReply {
  return reply.redirect(address, 303)
}

function hereAgain(request: FastifyRequest, asked: Asked): string {
  return href(request, addressOf(asked))
}

function addressOf(asked: Asked): string {
  return withAnswer(AUTHORIZE, asked)
}

function keptIn(request: FastifyRequest): z.infer<typeof keptFields> | undefined {
  const cookie = request.unsignCookie(request.cookies[MITID_COOKIE] ?? '')
  if (!cookie.valid) return undefined
  try {
    return keptFields.parse(JSON.parse(Buffer.from(cookie.value, 'base64url').toString('utf8')))
  } catch {
    // Another cookie of ours, put in its place by hand.
    return undefined
  }
}
