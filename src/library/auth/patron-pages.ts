import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import {
  csrfField,
  definitionList,
  errorSummary,
  type FieldErrors,
  form,
  hidden,
  href,
  html,
  instantText,
  localPath,
  type PatronActor,
  passwordField,
  redirectWithMessage,
  renderPage,
  type SafeHtml,
  type Site,
  submitButton,
  table,
  textField,
  tiles,
  ways,
} from '#web'
import { registerMitIdPages } from './patron-mitid-pages.ts'
import { type PatronPagesOptions, PatronParts, patronCookie, patronHome } from './patron-parts.ts'
import { registerPinPages } from './patron-pin-pages.ts'
import { openPatronSessions, signPatronOutEverywhere } from './patron-session.ts'
import { meansTexts, mitIdTexts, texts } from './patron-texts.ts'
import { type AgencyRoute, FAULTY, TOO_MANY } from './sign-in-parts.ts'
import { verifyPin } from './verify-pin.ts'

type SignInRoute = AgencyRoute & { Querystring: { next?: string; mitid?: string } }

const text = z.string().max(1000).catch('')
const signInFields = z.object({ presented: text, pin: text, next: text })

/** Signing in and out of the patrons, their PIN, and the page that is theirs. */
export function registerPatronPages(app: FastifyInstance, site: Site, options: PatronPagesOptions): void {
  const parts = new PatronParts(site, options)

  app.get<SignInRoute>('/:agency/sign-in', (request, reply) => {
    const next = localPath(request.query.next, patronHome(request))
    if (site.patron(request)) return reply.redirect(href(request, next), 303)
    const refusal = Object.entries(mitIdTexts).find(([kind]) => kind === request.query.mitid)?.[1]
    const errors = refusal ? { mitid: refusal[request.language] } : {}
    return signInPage(parts, request, reply, { next, errors, status: 200 })
  })

  app.post<AgencyRoute>('/:agency/sign-in', async (request, reply) => {
    const { language } = request
    const { presented, pin, next: wanted } = signInFields.parse(request.body ?? {})
    const next = localPath(wanted, patronHome(request))
    const missing = {
      presented: presented.trim() === '' ? texts.noPresented[language] : undefined,
      pin: pin === '' ? texts.noPin[language] : undefined,
    }
    if (missing.presented || missing.pin) {
      return signInPage(parts, request, reply, { next, errors: missing, status: FAULTY })
    }
    const given = { presented, pin, terminal: `web ${request.ip}` }
    const done = await verifyPin(parts.asVisitor(request), given, { clock: parts.clock })
    if (!done.ok) {
      const isLocked = done.refusal.kind === 'locked'
      const errors = isLocked ? { presented: texts.locked[language] } : { pin: texts.wrong[language] }
      return signInPage(parts, request, reply, { next, errors, status: isLocked ? TOO_MANY : FAULTY })
    }
    await parts.admit(request, reply, done.value, 'pin')
    return redirectWithMessage(reply, request, next, texts.signedIn)
  })

  app.post<AgencyRoute>('/:agency/sign-out', async (request, reply) => {
    await parts.dismiss(request, reply)
    return redirectWithMessage(reply, request, `/${request.params.agency}`, texts.signedOut)
  })

  app.post<AgencyRoute>('/:agency/sign-out/everywhere', async (request, reply) => {
    const patron = site.requirePatron(request, reply)
    if (!patron) return reply
    await signPatronOutEverywhere(parts.as(request, patron), patron.id)
    reply.clearCookie(patronCookie(request.params.agency))
    return redirectWithMessage(reply, request, `/${request.params.agency}`, texts.signedOutEverywhere)
  })

  app.get<AgencyRoute>('/:agency/me', async (request, reply) => {
    const patron = site.requirePatron(request, reply)
    if (!patron) return reply
    return myPage(parts, request, reply, patron)
  })

  registerPinPages(app, parts)
  registerMitIdPages(app, parts)
}

/** Who is signed in, the way to their page, and the way out; for the frame of every page. */
export function patronMenu(
  request: FastifyRequest,
  reply: FastifyReply,
  agency: string,
  patron: Pick<PatronActor, 'name'>,
): SafeHtml {
  return html`<a class="function-link" href="${href(request, `/${agency}/me`)}">${patron.name}</a>
<form method="post" action="${href(request, `/${agency}/sign-out`)}">
${csrfField(reply)}
<button type="submit" class="function-link">${texts.signOut[request.language]}</button>
</form>`
}

function signInPage(
  parts: PatronParts,
  request: FastifyRequest<AgencyRoute>,
  reply: FastifyReply,
  given: { readonly next: string; readonly errors: FieldErrors; readonly status: number },
): FastifyReply {
  const { language } = request
  const { agency } = request.params
  const { errors, next } = given
  // The number is not shown again: it may be a CPR number, and the screen may be the library's.
  const body = html`${hidden('next', next)}
${textField({
  name: 'presented',
  label: texts.presented[language],
  autocomplete: 'username',
  required: true,
  error: errors.presented,
})}
${passwordField({
  name: 'pin',
  label: texts.pin[language],
  inputmode: 'numeric',
  required: true,
  error: errors.pin,
})}`
  return renderPage(request, reply, {
    title: texts.signIn[language],
    status: given.status,
    breadcrumbs: [{ label: texts.signIn[language] }],
    body: html`${errorSummary(errors, language)}
${mitIdPart(parts, request, next)}
<h2>${texts.withCard[language]}</h2>
${form(request, reply, { action: `/${agency}/sign-in`, submit: texts.signIn[language], body })}
<p><a href="${href(request, `/${agency}/pin/forgotten`)}">${texts.toForgotten[language]}</a></p>
<p>${texts.lasts[language]}</p>`,
    description: `${texts.signIn[language]}, ${parts.site.agencyTitle(request)}`,
  })
}

/** A link, since a form may not lead to another site. */
function mitIdPart(parts: PatronParts, request: FastifyRequest<AgencyRoute>, next: string): SafeHtml {
  const { agency } = request.params
  if (!parts.options.mitId?.(agency)) return html``
  const { language } = request
  const address = href(request, `/${agency}/mitid?next=${encodeURIComponent(next)}`)
  return html`<h2>${texts.withMitId[language]}</h2>
<p><a class="button button-primary" id="mitid" href="${address}">${texts.toMitId[language]}</a></p>
<p>${texts.aboutMitId[language]}</p>`
}

async function myPage(
  parts: PatronParts,
  request: FastifyRequest<AgencyRoute>,
  reply: FastifyReply,
  patron: PatronActor,
): Promise<FastifyReply> {
  const { language } = request
  const { agency } = request.params
  const ctx = parts.as(request, patron)
  const sessions = await openPatronSessions(ctx, patron.id, request.cookies[patronCookie(agency)], parts.clock)
  const { first, tiles: tilesOf = [], ways: waysTo = [], sections: sectionsOf = [] } = parts.options
  const [before, shown, sections, there] = await Promise.all([
    first?.(ctx, patron, { request, reply }) ?? '',
    Promise.all(tilesOf.map((tile) => tile(ctx, patron, { request }))),
    Promise.all(sectionsOf.map((section) => section(ctx, patron, { request, reply }))),
    Promise.all(waysTo.map((way) => ('ways' in way ? way.ways(ctx) : [way]))),
  ])
  return renderPage(request, reply, {
    title: texts.me[language],
    breadcrumbs: [{ label: texts.me[language] }],
    body: html`${before}
${shown.length === 0 ? '' : tiles(request, shown)}
${
  waysTo.length === 0
    ? ''
    : ways(
        request,
        there.flat().map(({ path, label }) => ({ path: `/${agency}${path}`, label: label[language] })),
      )
}
${sections}
<h2>${texts.who[language]}</h2>
${definitionList([
  { term: texts.name[language], value: patron.name },
  { term: texts.number[language], value: patron.number },
  { term: texts.means[language], value: meansTexts[patron.means][language] },
])}
<h2>${texts.signInHeading[language]}</h2>
<p><a href="${href(request, `/${agency}/pin`)}">${texts.changePin[language]}</a></p>
${table(
  {
    caption: texts.browsers[language],
    head: [texts.browser[language], texts.means[language], texts.since[language], texts.until[language]],
    rows: sessions.map((session) => [
      session.is_this ? texts.thisBrowser[language] : texts.anotherBrowser[language],
      meansTexts[session.means][language],
      instantText(session.began_at, language),
      instantText(session.expires_at, language),
    ]),
    rowHeaders: true,
  },
  language,
)}
${form(request, reply, {
  action: `/${agency}/sign-out/everywhere`,
  submit: submitButton(texts.everywhere[language], 'secondary'),
  body: html``,
})}`,
  })
}
