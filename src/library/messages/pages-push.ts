import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { policyOf } from '#privacy'
import type { Context } from '#vault'
import {
  alert,
  csrfField,
  form,
  hidden,
  href,
  html,
  instantText,
  type PatronActor,
  redirectWithMessage,
  renderPage,
  type SafeHtml,
  type Site,
  submitButton,
} from '#web'
import { texts } from './pages-texts.ts'
import { subscribe, subscriptionsOf, unsubscribe } from './push.ts'
import type { PushSubscriptionRow } from './push-tables.ts'
import { subscribeRefusalText } from './push-texts.ts'

interface AgencyRoute {
  Params: { agency: string }
}

export interface PushPagesNeeds {
  /** What a browser signs up with; undefined where no push message can be sent. */
  readonly publicKey: () => string | undefined
}

const FAULTY = 422
const line = z.string().max(4096).catch('')
const appFields = z.object({ endpoint: line, p256dh: line, auth: line })

/** Signing a phone up for push messages, and off again. Signing up takes a script, since only that can ask the browser. */
export function registerPushPages(app: FastifyInstance, site: Site, needs: PushPagesNeeds): void {
  app.get<AgencyRoute>('/:agency/me/push', async (request, reply) => {
    const mine = who(request, reply)
    return mine ? pushPage(request, reply, mine) : reply
  })

  app.post<AgencyRoute>('/:agency/me/push', async (request, reply) => {
    const mine = who(request, reply)
    if (!mine) return reply
    const given = appFields.parse(request.body ?? {})
    const done = await subscribe(mine.ctx, mine.patron.id, given)
    if (!done.ok) return pushPage(request, reply, mine, subscribeRefusalText(done.refusal)[request.language])
    return redirectWithMessage(reply, request, `/${mine.ctx.agency}/me/push`, texts.pushIsOn)
  })

  app.post<AgencyRoute>('/:agency/me/push/off', async (request, reply) => {
    const mine = who(request, reply)
    if (!mine) return reply
    await unsubscribe(mine.ctx, mine.patron.id, 'all')
    return redirectWithMessage(reply, request, `/${mine.ctx.agency}/me/push`, texts.pushIsOff)
  })

  /** As the patron also where staff are signed in on the same browser. */
  function who(request: FastifyRequest, reply: FastifyReply) {
    const patron = site.requirePatron(request, reply)
    if (!patron) return undefined
    const ctx: Context = { ...site.context(request), actor: { kind: 'patron', id: patron.id } }
    return { ctx, patron }
  }

  async function pushPage(
    request: FastifyRequest<AgencyRoute>,
    reply: FastifyReply,
    { ctx, patron }: { readonly ctx: Context; readonly patron: PatronActor },
    problem?: string,
  ): Promise<FastifyReply> {
    const { language } = request
    const [apps, { policy }] = await Promise.all([subscriptionsOf(ctx, patron.id), policyOf(ctx)])
    const isNamed = policy.recipients.some(({ id, active }) => id === 'push' && active)
    const isOffered = isNamed && policy.clauses.some(({ data }) => data === 'push-subscription')
    const key = isOffered ? needs.publicKey() : undefined
    return renderPage(request, reply, {
      ...(problem === undefined ? {} : { status: FAULTY }),
      title: texts.push[language],
      scripts: key === undefined ? [] : ['push.js'],
      breadcrumbs: [{ label: texts.me[language], href: `/${ctx.agency}/me` }, { label: texts.push[language] }],
      body: html`${problem === undefined ? '' : html`<div role="alert">${alert({ kind: 'error', heading: problem })}</div>`}
${key === undefined ? html`<p>${texts.pushNotOffered[language]}</p>` : signUpPart(request, reply, key)}
${appsPart(request, reply, apps)}`,
    })
  }
}

function signUpPart(request: FastifyRequest<AgencyRoute>, reply: FastifyReply, key: string): SafeHtml {
  const { language } = request
  const action = href(request, `/${request.params.agency}/me/push`)
  return html`<p>${texts.pushLead[language]}</p>
<p>${texts.pushHow[language]}</p>
<p id="push-cannot">${texts.pushNeedsScript[language]}</p>
<p id="push-said" role="status"></p>
<form method="post" action="${action}" hidden data-push-key="${key}" data-blocked="${texts.pushBlocked[language]}"
data-failed="${texts.pushFailed[language]}">
${csrfField(reply)}
${(['endpoint', 'p256dh', 'auth'] as const).map((name) => hidden(name, ''))}
<div class="form-buttons">${submitButton(texts.pushOn[language])}</div>
</form>`
}

function appsPart(
  request: FastifyRequest<AgencyRoute>,
  reply: FastifyReply,
  apps: readonly PushSubscriptionRow[],
): SafeHtml {
  const { language } = request
  if (apps.length === 0) return html`<p>${texts.pushNone[language]}</p>`
  return html`<h2>${texts.pushCount(apps.length)[language]}</h2>
<ul>${apps.map(({ added_at }) => html`<li>${texts.pushSince(instantText(added_at, language))[language]}</li>`)}</ul>
${form(request, reply, {
  action: `/${request.params.agency}/me/push/off`,
  body: html``,
  submit: submitButton(texts.pushOff[language], 'secondary'),
})}`
}
