import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { dayOf } from '#core'
import { acceptancesOf, acceptTerms, newestTerms } from '#patrons'
import type { Context } from '#vault'
import {
  alert,
  dateText,
  form,
  hidden,
  html,
  type PatronActor,
  redirectWithMessage,
  renderPage,
  type SafeHtml,
  type Site,
} from '#web'
import { texts } from './page-texts.ts'

interface AgencyRoute {
  Params: { agency: string }
}

export const MY_HOUSE_RULES = { path: '/me/house-rules', label: texts.rules }

const REFUSED = 409
const accepting = z.object({ version: z.coerce.number().int().catch(0) })

/** Where a patron reads the house rules and says yes to them. */
export function registerHouseRules(app: FastifyInstance, site: Site): void {
  const path = `/:agency${MY_HOUSE_RULES.path}`

  app.get<AgencyRoute>(path, async (request, reply) => {
    const patron = site.requirePatron(request, reply)
    return patron ? page(request, reply, asPatron(request, patron), patron) : reply
  })

  app.post<AgencyRoute>(path, async (request, reply) => {
    const patron = site.requirePatron(request, reply)
    if (!patron) return reply
    const ctx = asPatron(request, patron)
    const { version } = accepting.parse(request.body ?? {})
    const newest = (await newestTerms(ctx)).find(({ document }) => document === 'house-rules')
    // What was on the page is what is said yes to, and it may not be what holds any more.
    if (newest?.version !== version) {
      const above = alert({ kind: 'warning', heading: texts.rulesChanged[request.language] })
      return page(request, reply, ctx, patron, above)
    }
    await acceptTerms(ctx, patron.id, { document: 'house-rules', version, accepted_by: 'patron', channel: 'web' })
    return redirectWithMessage(reply, request, `/${ctx.agency}${MY_HOUSE_RULES.path}`, texts.accepted)
  })

  /** As the patron also where staff are signed in on the same browser. */
  function asPatron(request: FastifyRequest, patron: PatronActor): Context {
    return { ...site.context(request), actor: { kind: 'patron', id: patron.id } }
  }
}

async function page(
  request: FastifyRequest<AgencyRoute>,
  reply: FastifyReply,
  ctx: Context,
  patron: PatronActor,
  above?: SafeHtml,
): Promise<FastifyReply> {
  const { language } = request
  const [terms, accepted] = await Promise.all([newestTerms(ctx), acceptancesOf(ctx, patron.id, 'house-rules')])
  const rules = terms.find(({ document }) => document === 'house-rules')
  const mine = accepted.find(({ version }) => version === rules?.version)
  const text = language === 'da' ? rules?.text_da : rules?.text_en
  const state = mine
    ? alert({
        kind: 'success',
        heading: texts.acceptedOn(dateText(dayOf(mine.accepted_at), language))[language],
      })
    : accepted.length > 0
      ? alert({ kind: 'warning', heading: texts.newRules[language] })
      : ''
  return renderPage(request, reply, {
    ...(above ? { status: REFUSED } : {}),
    title: texts.rules[language],
    breadcrumbs: [{ label: texts.me[language], href: `/${ctx.agency}/me` }, { label: texts.rules[language] }],
    body: html`${above ?? ''}<p class="font-lead">${texts.rulesLead[language]}</p>
${
  rules
    ? html`${state}
${(text ?? '').split(/\n{2,}/).map((part) => html`<p>${part}</p>`)}
<p class="quiet">${texts.version(rules.version)[language]}</p>
${
  mine
    ? ''
    : form(request, reply, {
        action: `/${ctx.agency}${MY_HOUSE_RULES.path}`,
        body: hidden('version', String(rules.version)),
        submit: texts.accept[language],
      })
}`
    : html`<p>${texts.noRules[language]}</p>`
}`,
  })
}
