import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { listBranches } from '#agencies'
import { type ListedTerminal, listTerminals } from '#auth'
import { dayOf, type Language, type StaffRole } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'
import { href, html, instantText, renderPage, type SafeHtml, type Severity, type Site, table, tag } from '#web'
import { countInside, type DoorsOf, doorsOf, houseNow, needsSurveillance } from './facts.ts'
import { surveillanceText, texts } from './page-texts.ts'
import type { Surveillance } from './rules.ts'
import { DOORS_SETTING_PATH } from './setting-desk.ts'

export const DOORS_PATH = '/staff/doors'
export const DOORS_ROLES: readonly StaffRole[] = ['desk', 'system']

interface AgencyRoute {
  Params: { agency: string }
}

/** A door that is asked by nobody is no fault, but it fetches its passes every few minutes. */
const SILENT_AFTER = { minutes: 15 }

/** What doors there are, whether they and surveillance answer, and who may come in, in words. Names nobody. */
export function registerDoorsDesk(app: FastifyInstance, site: Site): void {
  app.get<AgencyRoute>(`/:agency${DOORS_PATH}`, async (request, reply) => {
    if (!site.requireStaff(request, reply, ...DOORS_ROLES)) return reply
    return page(request, reply, site.context(request))
  })
}

async function page(request: FastifyRequest<AgencyRoute>, reply: FastifyReply, ctx: Context): Promise<FastifyReply> {
  const { language } = request
  const [branches, terminals, bans] = await Promise.all([listBranches(ctx), listTerminals(ctx), bannedToday(ctx)])
  const doors = terminals.filter(({ kind }) => kind === 'door')
  const rows = []
  let first: DoorsOf | undefined
  for (const branch of branches) {
    const of = await doorsOf(ctx, branch.id)
    first ??= of
    const house = await houseNow(ctx, branch.id, of, null)
    const inside = await countInside(ctx, branch.id, of.setting.stayMinutes)
    rows.push([
      branch.name,
      texts.hours[house.hours][language],
      tag(surveillanceText(house.surveillance)[language], severityOf(house.surveillance)),
      texts.insideOf(inside, house.capacity)[language],
    ])
  }
  return renderPage(request, reply, {
    title: texts.doors[language],
    breadcrumbs: [{ label: texts.doors[language] }],
    body: html`<p class="font-lead">${texts.doorsLead[language]}</p>
<h2>${texts.whoMay[language]}</h2>
${first ? whoMay(first, language) : ''}
<p><a href="${href(request, `/${ctx.agency}${DOORS_SETTING_PATH}`)}">${texts.toSetting[language]}</a></p>
<h2>${texts.branches[language]}</h2>
${table(
  {
    caption: texts.branches[language],
    head: [texts.branch, texts.now, texts.surveillance, texts.inside].map((text) => text[language]),
    rows,
    rowHeaders: true,
    hasHeading: true,
  },
  language,
)}
<h2>${texts.doors[language]}</h2>
${table(
  {
    caption: texts.doors[language],
    head: [texts.door, texts.branch, texts.doorState, texts.lastSeen].map((text) => text[language]),
    rows: doors.map((door) => [
      door.name,
      door.branch,
      doorState(door, ctx.clock.now(), language),
      door.last_seen_at ? instantText(door.last_seen_at, language) : texts.never[language],
    ]),
    rowHeaders: true,
    hasHeading: true,
    empty: texts.noDoors[language],
  },
  language,
)}
<p>${texts.bans(bans)[language]} ${texts.bansHow[language]}</p>`,
  })
}

function whoMay({ offered, terms, policy, setting }: DoorsOf, language: Language): SafeHtml {
  if (!offered) return html`<p>${texts.notOffered[language]}</p>`
  const sentences = [
    terms.youngest === null ? texts.anyAge : texts.fromAge(terms.youngest),
    terms.houseRules === null ? texts.rulesNotAsked : texts.rulesAsked(terms.houseRules),
    ...(needsSurveillance(policy) ? [texts.surveillanceAsked(setting.surveillanceMinutes)] : []),
    texts.notBanned,
  ]
  return html`<ul>${sentences.map((text) => html`<li>${text[language]}</li>`)}</ul>`
}

function doorState({ disabled_at, last_seen_at }: ListedTerminal, now: Temporal.Instant, language: Language): SafeHtml {
  if (disabled_at) return tag(texts.disabled[language])
  const isHeard = last_seen_at && Temporal.Instant.compare(last_seen_at, now.subtract(SILENT_AFTER)) >= 0
  return isHeard ? tag(texts.answers[language], 'success') : tag(texts.quiet[language], 'warning')
}

function severityOf(state: Surveillance): Severity | undefined {
  if (state === 'not-needed') return undefined
  return state === 'healthy' ? 'success' : 'error'
}

async function bannedToday(ctx: Context): Promise<number> {
  const today = dayOf(ctx.clock.now())
  const { banned } = await ctx.db.one<{ banned: number }>(sql`
    select count(distinct patron_id)::int as banned from access_ban
    where from_on <= ${today} and (until_on is null or until_on > ${today})`)
  return banned
}
