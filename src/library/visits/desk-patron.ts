import type { FastifyInstance, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { dayOf, isId, type PatronId, type StaffId, type Text2 } from '#core'
import { acceptancesOf, acceptTerms, guardiansOf, newestTerms, readPatron } from '#patrons'
import { logAccess } from '#privacy'
import type { Context } from '#vault'
import { dateText, form, hidden, href, html, redirectWithMessage, type SafeHtml, type Site, submitButton } from '#web'
import { texts } from './page-texts.ts'

export interface HouseRulesDeskNeeds {
  /** Why a member of staff has this patron before them, as they said at the counter. */
  readonly inHand: (ctx: Context, staff: StaffId, patron: PatronId) => Text2 | undefined
}

interface PatronRoute {
  Params: { agency: string; id: string }
}

const accepting = z.object({
  version: z.coerce.number().int().catch(0),
  by: z.enum(['patron', 'guardian']).catch('patron'),
})

/** Whether a patron has accepted the house rules, on their page at the desk, and a button for when they do it there. */
export async function houseRulesSection(
  request: FastifyRequest,
  ctx: Context,
  patron: PatronId,
  reply: Parameters<typeof form>[1],
): Promise<SafeHtml> {
  const { language } = request
  const [terms, accepted] = await Promise.all([newestTerms(ctx), acceptancesOf(ctx, patron, 'house-rules')])
  const rules = terms.find(({ document }) => document === 'house-rules')
  if (!rules) return html``
  const yes = accepted.find(({ version }) => version === rules.version)
  const heading = html`<h2 id="house-rules">${texts.rules[language]}</h2>`
  if (yes) {
    const day = dateText(dayOf(yes.accepted_at), language)
    const said = yes.accepted_by === 'guardian' ? texts.guardianHasAccepted : texts.hasAccepted
    return html`${heading}<p>${said(rules.version, day)[language]}</p>`
  }
  const hasGuardian = (await guardiansOf(ctx, patron)).length > 0
  const action = `/${ctx.agency}/staff/desk/patrons/${patron}/house-rules`
  const version = hidden('version', String(rules.version))
  return html`${heading}<p>${(accepted.length > 0 ? texts.acceptedOlder : texts.notAccepted)[language]}</p>
${form(request, reply, { action, body: version, submit: submitButton(texts.acceptsHere[language], 'secondary') })}
${
  hasGuardian
    ? form(request, reply, {
        action,
        body: html`${version}${hidden('by', 'guardian')}`,
        submit: submitButton(texts.guardianAcceptsHere[language], 'secondary'),
      })
    : ''
}`
}

/** A patron says yes to the house rules at the desk. */
export function registerHouseRulesDesk(app: FastifyInstance, site: Site, { inHand }: HouseRulesDeskNeeds): void {
  app.post<PatronRoute>('/:agency/staff/desk/patrons/:id/house-rules', async (request, reply) => {
    const staff = site.requireStaff(request, reply, 'desk')
    if (!staff) return reply
    const ctx = site.context(request)
    const { id } = request.params
    const patron = isId(id) ? await readPatron(ctx, id as PatronId) : undefined
    if (!patron) return reply.callNotFound()
    const page = `/${ctx.agency}/staff/desk/patrons/${patron.id}`
    const why = inHand(ctx, staff.id, patron.id) ?? (patron.protected ? undefined : texts.noTask)
    const noted = await logAccess(ctx, patron.id, texts.rules[patron.language], why?.[patron.language] ?? '')
    if (!noted.ok) return reply.redirect(href(request, `${page}/reason`), 303)
    const { version, by } = accepting.parse(request.body ?? {})
    const newest = (await newestTerms(ctx)).find(({ document }) => document === 'house-rules')
    if (newest?.version !== version) return redirectWithMessage(reply, request, page, texts.changedAtDesk)
    // Only who answers for a child can say yes in its place.
    if (by === 'guardian' && (await guardiansOf(ctx, patron.id)).length === 0) return reply.callNotFound()
    await acceptTerms(ctx, patron.id, { document: 'house-rules', version, accepted_by: by, channel: 'desk' })
    return redirectWithMessage(reply, request, page, by === 'guardian' ? texts.guardianAccepted : texts.acceptedAtDesk)
  })
}
