import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import type { Language, PatronId } from '#core'
import { sql } from '#db'
import { logAccess } from '#privacy'
import type { Context } from '#vault'
import {
  dateText,
  errorSummary,
  type FieldErrors,
  form,
  hidden,
  href,
  html,
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
import { COUNTER, type DeskNeeds, FAULTY, REFUSED, type Scanned } from './desk-frame.ts'
import { takeInHand } from './desk-hand.ts'
import { registerMergeDesk } from './desk-merge.ts'
import { registerTasksDesk } from './desk-tasks.ts'
import { texts as rightsTexts, seenInList, TASKS } from './desk-texts.ts'
import { readPresented } from './health-card.ts'
import { findHolder, searchPatrons } from './queries.ts'
import type { PatronRow } from './tables.ts'
import { openTasks } from './tasks.ts'

interface AgencyRoute {
  Params: { agency: string }
}
type Request = FastifyRequest<AgencyRoute>

const SHORTEST_NAME = 2
const MOST_FOUND = 20
const searchSchema = reasonSchema.extend({ text: z.string().catch('') })
type Search = z.infer<typeof searchSchema>
const NOTHING: Search = { text: '', why: '', other: '' }

/** The desk where patrons are served: found by card, number or name, enrolled, and helped with what is theirs. */
export function registerCounterDesk(app: FastifyInstance, needs: DeskNeeds): void {
  const { site } = needs

  app.get<AgencyRoute>(`/:agency${COUNTER.home}`, async (request, reply) => {
    if (!site.requireStaff(request, reply, ...COUNTER.roles)) return reply
    return homePage(request, reply, needs, NOTHING)
  })

  // A card is sent and never written into an address; from here on the patron is known by id.
  app.post<AgencyRoute>(`/:agency${COUNTER.home}/searches`, async (request, reply) => {
    const staff = site.requireStaff(request, reply, ...COUNTER.roles)
    if (!staff) return reply
    return find(request, reply, staff)
  })

  /** What was scanned or typed: an item, a card, a number or a name. */
  async function find(request: Request, reply: FastifyReply, staff: StaffActor): Promise<FastifyReply> {
    const { language } = request
    const ctx = site.context(request)
    const search = searchSchema.parse(request.body ?? {})
    const branch = await branchOfDesk(ctx, request, reply, staff)
    const scanned = await needs.scanItem?.({ request, reply, ctx, branch: branch?.id }, search.text, undefined)
    if (scanned) return homePage(request, reply, needs, NOTHING, { scanned })
    const reason = readReason(search, language)
    if (!reason.ok) return homePage(request, reply, needs, search, { errors: reason.errors })
    const fault = textFault(search.text, language)
    if (fault) return homePage(request, reply, needs, search, { errors: { text: fault } })
    const holder = await findHolder(ctx, search.text)
    if (holder) {
      const why = (await isCard(ctx, holder.id, search.text)) ? TASKS.scanned : reason.why
      const notice = holder.blocked ? texts.blockedCards[holder.blocked] : undefined
      if (why) takeInHand(ctx, staff.id, holder.id, { why, notice })
      return reply.redirect(href(request, counterPath(request, `/patrons/${holder.id}`)), 303)
    }
    const presented = readPresented(search.text)
    if (presented?.kind === 'cpr') {
      return homePage(request, reply, needs, NOTHING, {
        stranger: strangerPart(request, reply, ctx, staff, presented.cpr.digits),
      })
    }
    if (/^\d/.test(search.text.trim())) {
      return homePage(request, reply, needs, search, { errors: { text: texts.nobodyHasCard[language] } })
    }
    const listed = await byName(request, staff, search.text, reason.why)
    return homePage(request, reply, needs, search, { listed })
  }

  async function byName(
    request: Request,
    staff: StaffActor,
    name: string,
    why: (typeof TASKS)[keyof typeof TASKS] | { da: string; en: string } | undefined,
  ): Promise<SafeHtml> {
    const ctx = site.context(request)
    const found = await searchPatrons(ctx, name)
    const speaks = await languagesOf(ctx, found)
    for (const { id } of found) {
      const language = speaks.get(id) ?? 'da'
      await logAccess(ctx, id, seenInList(found.length)[language], (why ?? TASKS.none)[language])
      if (why) takeInHand(ctx, staff.id, id, { why })
    }
    return foundTable(request, found)
  }

  registerCounterPatron(app, needs, find)
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

async function homePage(
  request: Request,
  reply: FastifyReply,
  { site }: DeskNeeds,
  search: Search,
  more: {
    readonly errors?: FieldErrors
    readonly stranger?: SafeHtml
    readonly listed?: SafeHtml
    readonly scanned?: Scanned
  } = {},
): Promise<FastifyReply> {
  const { language } = request
  const { text, ...others } = more.errors ?? {}
  const ctx = site.context(request)
  const { tasks } = await openTasks(ctx)
  const staff = site.staff(request)
  return renderPage(request, reply, {
    title: texts.home[language],
    status: more.errors ? FAULTY : more.scanned?.outcome === 'refused' ? REFUSED : 200,
    breadcrumbs: [{ label: texts.home[language] }],
    scripts: ['desk-sound.js'],
    body: html`${errorSummary(others, language)}
${more.scanned?.shown ?? html`<p class="font-lead">${texts.homeLead[language]}</p>`}
${more.listed ?? ''}
${more.stranger ?? ''}
${form(request, reply, {
  action: counterPath(request, '/searches'),
  submit: texts.open[language],
  scan: true,
  body: html`${scanField({ name: 'text', label: texts.scan[language], hint: texts.scanHint[language], error: text, hasFocus: !more.listed })}
${staff ? await branchField(ctx, request, reply, staff) : ''}
${reasonFields(language, search, others)}`,
})}
${more.stranger ? '' : html`<p><a class="button button-secondary" href="${href(request, counterPath(request, '/enrolments/new'))}">${texts.enrol[language]}</a></p>`}
<p><a href="${href(request, counterPath(request, '/tasks'))}">${texts.openTasks(tasks.length)[language]}</a></p>
${soundSwitch(request)}`,
  })
}

/** Nobody here has that CPR number: it comes along to the enrolment, sealed, so that it need not be scanned again. */
function strangerPart(request: Request, reply: FastifyReply, ctx: Context, staff: StaffActor, cpr: string): SafeHtml {
  const { language } = request
  return html`<h2>${texts.nobodyHasCard[language]}</h2>
${form(request, reply, {
  action: counterPath(request, '/enrolments/check'),
  body: hidden('begun', seal(ctx, staff.id, { cpr })),
  submit: texts.enrolThem[language],
})}`
}

function foundTable(request: Request, found: Awaited<ReturnType<typeof searchPatrons>>): SafeHtml {
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
