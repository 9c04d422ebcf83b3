import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Agency } from '#agencies'
import type { MitIdRefusal, PinRefusal } from '#auth'
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
import { type AdgangsplatformenDeps, MITID_BACK } from './deps.ts'
import {
  type Asked,
  type AskedRefusal,
  askedFields,
  decideAsked,
  formSource,
  plainText,
  type Wanted,
  withAnswer,
} from './rules.ts'
import { attributeTexts, refusalTexts, texts } from './texts.ts'
import { type Holder, patronOfCpr, readToken, revokeToken, revokeTokensOf } from './tokens.ts'

const AUTHORIZE = '/oauth/authorize'
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
const keptFields = z.object({
  kept: z.string(),
  agency: z.string(),
  language: z.enum(['da', 'en']),
  asked: askedFields,
})

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
    const { wanted } = asking
    if (!wanted.agency) return libraryPage(request, reply, asking, await deps.agencies())
    if (wanted.means !== 'nemlogin') return signInPage(request, reply, asking, wanted.agency)
    return toMitid(request, reply, asking, wanted.agency)
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
    // The broker comes back to one address; from here on everything is said in the language that was left.
    if (kept?.language === 'en' && request.language === 'da') return goTo(reply, `/en${request.url}`)
    reply.clearCookie(MITID_COOKIE)
    const agency = (await deps.agencies()).find(({ name }) => name === kept?.agency)
    const mitId = agency && deps.mitId?.(agency.name)
    if (!kept || !agency || !mitId) return sendNo(request, reply, 400, 'mitid')
    const asking = await understood(request, reply, kept.asked)
    if (!asking) return reply
    const ctx = await deps.contextOf(agency.number)
    if (!ctx) return sendNo(request, reply, 503, 'unavailable')
    const query = /\?.*$/s.exec(request.url)?.[0] ?? ''
    const done = await mitId.finish(agency.name, query, kept.kept)
    if (!done.ok) return mitidFailed(request, reply, asking, done.refusal)
    const { cpr, name } = done.value
    const patron = await patronOfCpr(ctx, cpr)
    if (patron) await touch(ctx, patron)
    const holder = patron
      ? ({ kind: 'patron', patron, means: 'nemlogin' } as const)
      : ({ kind: 'person', person: { cpr, name }, means: 'nemlogin' } as const)
    return sendBack(reply, ctx, asking, agency.number, holder)
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

  async function toMitid(
    request: FastifyRequest,
    reply: FastifyReply,
    asking: Asking,
    agency: Agency,
  ): Promise<FastifyReply> {
    const { asked, wanted } = asking
    const { language } = request
    const mitId = deps.mitId?.(agency.name)
    if (!mitId)
      return goTo(reply, withAnswer(wanted.redirectUri, { error: 'temporarily_unavailable', state: asked.state }))
    const begun = await mitId.begin(agency.name, hereAgain(request, asked), language)
    if (!begun.ok) return mitidFailed(request, reply, asking, begun.refusal)
    const kept = JSON.stringify({ kept: begun.value.kept, agency: agency.name, language, asked })
    const cookie = Buffer.from(kept).toString('base64url')
    if (cookie.length > LARGEST_COOKIE) return sendNo(request, reply, 400, 'bad-request')
    // Lax, as all of ours, so that it comes along when the broker sends the browser back.
    reply.setCookie(MITID_COOKIE, cookie, { signed: true, maxAge: MITID_SECONDS })
    return goTo(reply, begun.value.url)
  }

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
    const withMitid = means === undefined && deps.mitId?.(agency.name) !== undefined
    return renderPage(request, reply, {
      title: texts.title[language],
      heading: agency.title,
      status,
      body: html`${errorSummary(errors, language)}
<p class="font-lead">${texts.for(client.title)[language]}</p>
${form(request, reply, { action, submit: texts.signIn[language], body })}
${
  withMitid
    ? html`<p><a href="${href(request, addressOf({ ...here, idp: 'nemlogin' }))}">${texts.withMitid[language]}</a></p>`
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

function mitidFailed(
  request: FastifyRequest,
  reply: FastifyReply,
  { asked, wanted }: Asking,
  refusal: MitIdRefusal,
): FastifyReply {
  const { language } = request
  const { heading, text } = refusalTexts.mitid
  if (refusal.kind !== 'denied') {
    const code = refusal.kind === 'untrusted' ? { code: refusal.code } : {}
    request.log.warn({ client: wanted.client.id, refusal: refusal.kind, ...code }, 'MitID')
  }
  const back = withAnswer(wanted.redirectUri, { error: 'access_denied', state: asked.state })
  return renderPage(request, reply, {
    title: heading[language],
    status: FAULTY,
    body: html`<p>${text[language]}</p>
<p><a href="${hereAgain(request, asked)}">${texts.tryAgain[language]}</a></p>
<p><a href="${back}">${texts.backTo(wanted.client.title)[language]}</a></p>`,
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
