import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { type Language, type PatronId, type Text2, unreachable } from '#core'
import { sql } from '#db'
import { logAccess } from '#privacy'
import type { Context } from '#vault'
import {
  dateText,
  errorSummary,
  type FieldErrors,
  forBusyDesks,
  form,
  hidden,
  href,
  html,
  redirectWithMessage,
  renderPage,
  type SafeHtml,
  type StaffActor,
  soundSwitch,
  table,
} from '#web'
import { branchField, branchOfDesk } from './desk-branch.ts'
import { registerCardsDesk } from './desk-cards.ts'
import { registerContactDesk } from './desk-contact.ts'
import { counterPath } from './desk-counter-frame.ts'
import { registerCounterPatron } from './desk-counter-patron.ts'
import { readReason, reasonFields, reasonSchema } from './desk-counter-reason.ts'
import { texts } from './desk-counter-texts.ts'
import { registerDecisionsDesk } from './desk-decisions.ts'
import { registerEnrolmentDesk } from './desk-enrol.ts'
import { seal } from './desk-envelope.ts'
import { scanField } from './desk-fields.ts'
import { COUNTER, type DeskNeeds, FAULTY, REFUSED } from './desk-frame.ts'
import { takeInHand } from './desk-hand.ts'
import { registerMergeDesk } from './desk-merge.ts'
import { registerTasksDesk } from './desk-tasks.ts'
import { texts as rightsTexts, seenInList, TASKS } from './desk-texts.ts'
import {
  type Came,
  handedInLately,
  lastScanned,
  onceField,
  type Scanned,
  type ShownAt,
  scannedPart,
  shownField,
  type Told,
  tellOnce,
  toldHere,
  whoAnswers,
} from './desk-visit.ts'
import { keepReturns, waysOfDesk } from './desk-ways.ts'
import {
  handedInPart,
  handedInReceipt,
  readReturnsForm,
  receiptField,
  returnsForm,
  returnsSign,
  returnsTold,
} from './desk-ways-parts.ts'
import { readPresented } from './health-card.ts'
import { findHolder, searchPatrons } from './queries.ts'
import type { PatronRow } from './tables.ts'

interface AgencyRoute {
  Params: { agency: string }
}

const SHORTEST_NAME = 2
const MOST_FOUND = 20
const searchSchema = reasonSchema.extend({ text: z.string().catch('') })
type Search = z.infer<typeof searchSchema>
const NOTHING: Search = { text: '', why: '', other: '' }

/** The desk where patrons are served: found by card, number or name, enrolled, and helped with what is theirs. */
export function registerCounterDesk(app: FastifyInstance, needs: DeskNeeds): void {
  const { site } = needs

  app.get<AgencyRoute>(`/:agency${COUNTER.home}`, async (request, reply) => {
    const staff = site.requireStaff(request, reply, ...COUNTER.roles)
    if (!staff) return reply
    const at = { request, reply, ctx: site.context(request) }
    const here = await toldHere(at, staff.id)
    return homePage(at, staff, needs, here ? await partOf(at, staff, here) : {})
  })

  // A card is sent and never written into an address; from here on the patron is known by id.
  app.post<AgencyRoute>(`/:agency${COUNTER.home}/searches`, forBusyDesks, async (request, reply) => {
    const staff = site.requireStaff(request, reply, ...COUNTER.roles)
    if (!staff) return reply
    const at = { request, reply, ctx: site.context(request) }
    return tellOnce(at, staff.id, async () => (await scanned(at, staff, undefined)) ?? find(at, staff))
  })

  app.post<AgencyRoute>(`/:agency${COUNTER.home}/returns`, async (request, reply) => {
    const staff = site.requireStaff(request, reply, ...COUNTER.roles)
    if (!staff) return reply
    const at = { request, reply, ctx: site.context(request) }
    const chosen = readReturnsForm(at)
    if (chosen.ok) {
      keepReturns(at.ctx, reply, chosen.returns)
      const home = counterPath(request)
      // What is on is said by the sign above the field.
      if (chosen.returns.kind !== 'now') return reply.redirect(href(request, home), 303)
      return redirectWithMessage(reply, request, home, returnsTold(chosen.returns))
    }
    return homePage(at, staff, needs, { search: NOTHING, errors: chosen.errors })
  })

  app.get<AgencyRoute>(`/:agency${COUNTER.home}/handed-in`, async (request, reply) => {
    const staff = site.requireStaff(request, reply, ...COUNTER.roles)
    if (!staff) return reply
    return handedInReceipt({ request, reply, ctx: site.context(request) }, staff, site.agencyTitle(request))
  })

  /** An item, or a sign for something the desk does; nothing when it is neither. */
  async function scanned(at: ShownAt, staff: StaffActor, patron: PatronRow | undefined): Promise<Came | undefined> {
    const { request, reply, ctx } = at
    const { text } = searchSchema.parse(request.body ?? {})
    const goes = needs.surroundings?.goTo(text.trim(), staff, patron?.id)
    if (goes) return { to: `/${ctx.agency}${goes}` }
    const branch = await branchOfDesk(ctx, request, reply, staff)
    const ways = waysOfDesk(ctx, request, reply)
    const primary = patron && whoAnswers(ctx, staff.id, patron.id)?.id
    const last = await lastScanned(at, staff.id)
    const found = await needs.scanItem?.({ ...at, branch: branch?.id, ways, primary, last }, text, patron)
    if (!found) return undefined
    const to = counterPath(request, patron ? `/patrons/${patron.id}` : '')
    return { to, told: { kind: 'scanned', scanned: found } }
  }

  /** A card, a number or a name. */
  async function find({ request, ctx }: ShownAt, staff: StaffActor): Promise<Came> {
    const { language } = request
    const home = counterPath(request)
    const search = searchSchema.parse(request.body ?? {})
    const { why, other } = search
    const wrong = (errors: FieldErrors): Came => ({ to: home, told: { kind: 'fault', given: { why, other }, errors } })
    const reason = readReason(search, language)
    if (!reason.ok) return wrong(reason.errors)
    const fault = textFault(search.text, language)
    if (fault) return wrong({ text: fault })
    const holder = await findHolder(ctx, search.text)
    if (holder) {
      const why = (await isCard(ctx, holder.id, search.text)) ? TASKS.scanned : reason.why
      const notice = holder.blocked ? texts.blockedCards[holder.blocked] : undefined
      if (why) takeInHand(ctx, staff.id, holder.id, { why, notice })
      return { to: counterPath(request, `/patrons/${holder.id}`) }
    }
    const presented = readPresented(search.text)
    if (presented?.kind === 'cpr') {
      return { to: home, told: { kind: 'stranger', begun: seal(ctx, staff.id, { cpr: presented.cpr.digits }) } }
    }
    if (/^\d/.test(search.text.trim())) return wrong({ text: texts.nobodyHasCard[language] })
    return { to: home, told: { kind: 'names', name: search.text, why: reason.why } }
  }

  async function partOf(
    at: ShownAt,
    staff: StaffActor,
    { told, isFirst }: { readonly told: Told; readonly isFirst: boolean },
  ): Promise<HomeParts> {
    switch (told.kind) {
      case 'scanned': {
        const { outcome } = told.scanned
        return { scanned: { outcome, part: await scannedPart(at, told.scanned, isFirst) } }
      }
      case 'fault':
        return { search: { ...NOTHING, ...told.given }, errors: told.errors }
      case 'stranger':
        return { stranger: strangerPart(at, told.begun) }
      case 'names':
        return { listed: await byName(at, staff, told) }
      default:
        return unreachable(told)
    }
  }

  async function byName(
    { request, ctx }: ShownAt,
    staff: StaffActor,
    { name, why }: { readonly name: string; readonly why: Text2 | undefined },
  ): Promise<SafeHtml> {
    const found = await searchPatrons(ctx, name)
    const speaks = await languagesOf(ctx, found)
    for (const { id } of found) {
      const language = speaks.get(id) ?? 'da'
      await logAccess(ctx, id, seenInList(found.length)[language], (why ?? TASKS.none)[language])
      if (why) takeInHand(ctx, staff.id, id, { why })
    }
    return foundTable(request, found)
  }

  registerCounterPatron(app, needs, async (at, staff, patron) => (await scanned(at, staff, patron)) ?? find(at, staff))
  registerEnrolmentDesk(app, needs)
  registerContactDesk(app, needs)
  registerCardsDesk(app, needs)
  registerDecisionsDesk(app, needs)
  registerMergeDesk(app, needs)
  registerTasksDesk(app, needs)
}

/** Whether what was presented is a card in the patron's hand, and not the number they are filed under. */
async function isCard(ctx: Context, patron: PatronId, text: string): Promise<boolean> {
  const presented = readPresented(text)
  if (presented?.kind !== 'number') return presented !== undefined
  const number = await ctx.db.maybe(sql`select 1 from patron where id = ${patron} and number = ${presented.value}`)
  return number === undefined
}

function textFault(text: string, language: Language): string | undefined {
  const typed = text.trim()
  if (typed === '') return texts.nothingTyped[language]
  if (!readPresented(typed)) return texts.unreadable[language]
  return [...typed].length < SHORTEST_NAME ? texts.longerName[language] : undefined
}

async function languagesOf(ctx: Context, found: readonly Pick<PatronRow, 'id'>[]): Promise<Map<PatronId, Language>> {
  const rows = await ctx.db.all<Pick<PatronRow, 'id' | 'language'>>(sql`
    select id, language from patron where id = any(${found.map(({ id }) => id)}::uuid[])`)
  return new Map(rows.map(({ id, language }) => [id, language]))
}

interface HomeParts {
  readonly search?: Search
  readonly errors?: FieldErrors
  readonly stranger?: SafeHtml
  readonly listed?: SafeHtml
  readonly scanned?: { readonly outcome: Scanned['outcome']; readonly part: SafeHtml }
}

async function homePage(
  at: ShownAt,
  staff: StaffActor,
  { surroundings }: DeskNeeds,
  { search = NOTHING, errors, stranger, listed, scanned }: HomeParts,
): Promise<FastifyReply> {
  const { request, reply, ctx } = at
  const { language } = request
  const { text, on, ...others } = errors ?? {}
  const ways = waysOfDesk(ctx, request, reply)
  const handedIn = scanned ? await handedInLately(at, staff.id) : []
  return renderPage(request, reply, {
    title: texts.home[language],
    status: errors ? FAULTY : scanned?.outcome === 'refused' ? REFUSED : 200,
    breadcrumbs: [{ label: texts.home[language] }],
    scripts: surroundings?.scripts ?? ['desk-sound.js'],
    body: html`${surroundings?.above(request) ?? ''}
${errorSummary({ ...others, ...(on ? { on } : {}) }, language)}
${returnsSign(at, ways)}
${scanned?.part ?? ''}
${listed ?? ''}
${stranger ?? ''}
<div class="desk-scan">
${form(request, reply, {
  action: counterPath(request, '/searches'),
  submit: texts.open[language],
  scan: true,
  body: html`${onceField()}${shownField(request)}
${scanField({ name: 'text', label: texts.scan[language], hint: texts.homeLead[language], error: text, hasFocus: !listed && !on })}
<div class="desk-ways">${await branchField(ctx, request, reply, staff)}
${receiptField(ways, language)}
${reasonFields(language, search, others)}</div>`,
})}
</div>
${handedInPart(at, handedIn)}
<ul class="desk-more">
${stranger ? '' : html`<li><a href="${href(request, counterPath(request, '/enrolments/new'))}">${texts.enrol[language]}</a></li>`}
</ul>
${(await surroundings?.work(at, staff)) ?? ''}
${returnsForm(at, ways, on)}
${surroundings?.below({ ...at, patron: undefined }) ?? ''}
${soundSwitch(request)}`,
  })
}

/** Nobody here has that CPR number: it comes along to the enrolment, sealed, so that it need not be scanned again. */
function strangerPart({ request, reply }: ShownAt, begun: string): SafeHtml {
  const { language } = request
  return html`<h2>${texts.nobodyHasCard[language]}</h2>
${form(request, reply, {
  action: counterPath(request, '/enrolments/check'),
  body: hidden('begun', begun),
  submit: texts.enrolThem[language],
})}`
}

function foundTable(request: FastifyRequest, found: Awaited<ReturnType<typeof searchPatrons>>): SafeHtml {
  const { language } = request
  const address = (id: string) => href(request, counterPath(request, `/patrons/${id}`))
  // It has the focus, so that the keyboard goes on to those who were found and not back to the menu.
  return html`<h2 tabindex="-1" autofocus>${rightsTexts.found(found.length)[language]}</h2>
${found.length >= MOST_FOUND ? html`<p>${rightsTexts.tooMany[language]}</p>` : ''}
${table(
  {
    caption: rightsTexts.patrons[language],
    head: [rightsTexts.name, rightsTexts.number, rightsTexts.born].map((text) => text[language]),
    rows: found.map((patron) => [
      html`<a href="${address(patron.id)}">${patron.protected ? rightsTexts.hiddenName[language] : patron.name}</a>`,
      patron.number,
      patron.birth_on ? dateText(patron.birth_on, language) : '–',
    ]),
    rowHeaders: true,
    empty: texts.nobody[language],
  },
  language,
)}`
}
