import type { FastifyInstance, FastifyRequest } from 'fastify'
import { isId, type Language, type StaffId } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'
import { dateText, href, html, instantText, type SafeHtml, table } from '#web'
import { dataName } from './declare.ts'
import { type AgencyRoute, capital, DESK_ROLES, type DeskNeeds, deskPage, type StaffNames } from './desk-frame.ts'
import { deskTexts as texts } from './desk-texts.ts'
import { listHolds } from './holds.ts'
import { dataLabel } from './notice-period-text.ts'
import type { RestrictionRow } from './tables.ts'

/** What is held back from deletion, and whose processing is restricted. Both begin and end on the patron's page. */
export function registerHoldsDesk(app: FastifyInstance, { site, register, staffNames }: DeskNeeds): void {
  app.get<AgencyRoute>('/:agency/staff/privacy/holds', async (request, reply) => {
    if (!site.requireStaff(request, reply, ...DESK_ROLES)) return reply
    const { language } = request
    const ctx = site.context(request)
    const holds = await listHolds(ctx)
    const restrictions = await openRestrictions(ctx)
    const nameOf = await placers(ctx, staffNames, language, [...holds, ...restrictions])
    return deskPage(request, reply, {
      tab: '/holds',
      title: texts.tabHolds[language],
      body: html`<p class="font-lead">${texts.holdsLead[language]}</p>
<h2>${texts.openHolds[language]}</h2>
${table(
  {
    caption: texts.openHolds[language],
    hasHeading: true,
    head: [texts.data, texts.reason, texts.from, texts.until, texts.decidedBy, texts.patron].map(
      (text) => text[language],
    ),
    rows: holds.map((hold) => [
      capital(dataLabel(register, dataName(hold.table_name))[language]),
      hold.reason,
      instantText(hold.placed_at, language),
      hold.until_on ? dateText(hold.until_on, language) : texts.untilFurther[language],
      nameOf(hold.placed_by),
      hold.patron_id ? patronLink(request, hold.patron_id) : '–',
    ]),
    empty: texts.noHolds[language],
  },
  language,
)}
<h2>${texts.openRestrictions[language]}</h2>
${table(
  {
    caption: texts.openRestrictions[language],
    hasHeading: true,
    head: [texts.reason, texts.from, texts.decidedBy, texts.patron].map((text) => text[language]),
    rows: restrictions.map((restriction) => [
      restriction.reason,
      instantText(restriction.placed_at, language),
      nameOf(restriction.placed_by),
      patronLink(request, restriction.patron_id),
    ]),
    empty: texts.noRestrictions[language],
  },
  language,
)}`,
    })
  })
}

function openRestrictions(ctx: Context): Promise<RestrictionRow[]> {
  return ctx.db.all(sql<RestrictionRow>`select * from restriction where ended_at is null order by placed_at desc`)
}

/** Who decided, from what the row says of the actor: `staff:<id>` becomes a name. */
export async function placers(
  ctx: Context,
  staffNames: StaffNames,
  language: Language,
  placed: readonly { readonly placed_by: string }[],
): Promise<(placedBy: string) => string> {
  const ids = placed.flatMap(({ placed_by }) => staffIdOf(placed_by) ?? [])
  const names = await staffNames(ctx, ids)
  return (placedBy) => {
    const id = staffIdOf(placedBy)
    if (id) return names.get(id) ?? texts.formerStaff[language]
    return placedBy.startsWith('operator:') ? texts.operator[language] : placedBy
  }
}

function staffIdOf(placedBy: string): StaffId | undefined {
  const id = placedBy.replace(/^staff:/, '')
  return isId(id) ? (id as StaffId) : undefined
}

function patronLink(request: FastifyRequest<AgencyRoute>, patron: string): SafeHtml {
  const address = href(request, `/${request.params.agency}/staff/patrons/${patron}`)
  return html`<a href="${address}">${texts.seePatron[request.language]}</a>`
}
