import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { spokenName, titlePath } from '#catalogue'
import { dayOf, type Language, type Ore, oreOf } from '#core'
import { childPages, ownPages, type Whose, whoseTrail } from '#patrons'
import type { Context } from '#vault'
import {
  alert,
  dateText,
  type Entry,
  entries,
  form,
  hidden,
  href,
  html,
  kronerText,
  type PatronActor,
  redirectWithMessage,
  renderPage,
  type SafeHtml,
  type Site,
  type Tile,
  table,
  tag,
  tiles,
} from '#web'
import { texts } from './pages-texts.ts'
import { countLoans, groupLoansOf, type OpenLoan, openLoans, seenAs } from './queries.ts'
import { type Renewed, renew, renewEach } from './renew.ts'
import { reasonsOf } from './rules.ts'
import { renewalText } from './texts.ts'

/** What the page of a child's loans needs from above. */
export interface LoanPagesNeeds {
  /** What else of the child's the guardian may see, such as reservations. */
  readonly childTiles: readonly ((whose: Whose, language: Language) => Promise<Tile>)[]
}

interface LoansRoute {
  Params: { agency: string; child?: string }
}
type Request = FastifyRequest<LoansRoute>

/** Whose loans a page is about, and where the page is below the library. */
interface Loans extends Whose {
  readonly page: string
  readonly tiles: LoanPagesNeeds['childTiles']
}

const FAULTY = 422
/** Within so many days a due date is marked as near. */
const SOON_DAYS = 3
const line = z.string().max(100).catch('')
const oneLoan = z.object({ loan: line, renewals: line })
const manyLoans = z.object({ seen: z.string().max(100_000).catch('') })

/** A patron's loans, and those of the children they are guardian of: when each is due, and renewing. */
export function registerLoanPages(app: FastifyInstance, site: Site, { childTiles }: LoanPagesNeeds): void {
  for (const { whose, base, below, tiles } of [
    { ...ownPages(site), below: '/loans', tiles: [] },
    { ...childPages(site), below: '', tiles: childTiles },
  ]) {
    const answerWith =
      (answer: (request: Request, reply: FastifyReply, loans: Loans) => Promise<FastifyReply>) =>
      async (request: Request, reply: FastifyReply) => {
        const found = await whose(request, reply)
        return found ? answer(request, reply, { ...found, page: `${found.path}${below}`, tiles }) : reply
      }
    app.get<LoansRoute>(`${base}${below}`, answerWith(loansPage))
    app.post<LoansRoute>(`${base}${below}/renew`, answerWith(renewOne))
    app.post<LoansRoute>(`${base}${below}/renew-all`, answerWith(renewMany))
  }
}

/** How many things one has on loan, and what is due first. */
export async function myLoansTile(
  ctx: Context,
  patron: PatronActor,
  { request }: { readonly request: FastifyRequest },
): Promise<Tile> {
  const { language } = request
  const { loans, overdue, next_due_on } = await countLoans(ctx, patron.id)
  const isToday = next_due_on?.equals(dayOf(ctx.clock.now()))
  const tile = { heading: texts.loans[language], path: `/${ctx.agency}/me/loans` }
  if (loans === 0 || !next_due_on) return { ...tile, lead: texts.nothing[language] }
  const lead = texts.count(loans)[language]
  if (overdue > 0) return { ...tile, lead, text: texts.tileOverdue(overdue)[language], kind: 'error' }
  if (isToday) return { ...tile, lead, text: texts.tileToday[language], kind: 'warning' }
  return { ...tile, lead, text: texts.tileNext(dateText(next_due_on, language))[language] }
}

async function renewOne(request: Request, reply: FastifyReply, whose: Loans): Promise<FastifyReply> {
  const { language } = request
  const { loan: wanted, renewals } = oneLoan.parse(request.body ?? {})
  const loan = (await openLoans(whose.ctx, whose.id)).find(({ id }) => id === wanted)
  if (!loan)
    return loansPage(request, reply, whose, {
      problem: (whose.child === undefined ? texts.gone : texts.childGone)[language],
    })
  // A second tap on the button is about a loan that has been renewed already: nobody asked for two renewals.
  if (String(loan.renewals) !== renewals) {
    return back(request, reply, whose, texts.renewed(dateText(loan.due_on, language)))
  }
  const done = await renew(whose.ctx, loan.id)
  if (!done.ok) {
    const because = reasonsOf(done.refusal)
      .map((reason) => renewalText(reason, language))
      .join(' ')
    return loansPage(request, reply, whose, { problem: texts.notRenewed[language], because })
  }
  const { due_on, fee_ore } = done.value
  const until = dateText(due_on, language)
  const told = fee_ore > 0 ? texts.renewedLate(until, kronerText(fee_ore, language)) : texts.renewed(until)
  return back(request, reply, whose, told)
}

async function renewMany(request: Request, reply: FastifyReply, whose: Loans): Promise<FastifyReply> {
  const { language } = request
  const seen = new Set(manyLoans.parse(request.body ?? {}).seen.split(' '))
  const loans = await openLoans(whose.ctx, whose.id)
  const asSeen = loans.filter((loan) => seen.has(seenAs(loan)))
  // Sent twice: what was renewed by the first is not renewed again by the second.
  const before = loans.length - asSeen.length
  const tried = await renewEach(
    whose.ctx,
    asSeen.map(({ id }) => id),
  )
  const renewed = tried.flatMap(({ result }): Renewed[] => (result.ok ? [result.value] : []))
  if (renewed.length + before === 0) {
    return loansPage(request, reply, whose, { problem: texts.noneRenewed[language] })
  }
  const fees = feesOf(renewed)
  const fee = fees > 0 ? kronerText(fees, language) : undefined
  const count = renewed.length > 0 ? renewed.length : before
  return back(request, reply, whose, texts.renewedMany(count, tried.length - renewed.length, fee))
}

function feesOf(renewed: readonly Renewed[]): Ore {
  return oreOf(renewed.reduce((sum, { fee_ore }) => sum + fee_ore, 0))
}

function back(request: Request, reply: FastifyReply, { page }: Loans, told: { da: string; en: string }): FastifyReply {
  return redirectWithMessage(reply, request, `/${request.params.agency}${page}`, told)
}

async function loansPage(
  request: Request,
  reply: FastifyReply,
  whose: Loans,
  wrong?: { readonly problem: string; readonly because?: string },
): Promise<FastifyReply> {
  const { language } = request
  const { ctx } = whose
  const isChild = whose.child !== undefined
  const title = whose.child ?? texts.loans[language]
  const [loans, group, shown] = await Promise.all([
    openLoans(ctx, whose.id),
    isChild ? [] : groupLoansOf(ctx, whose.id),
    Promise.all(whose.tiles.map((tile) => tile(whose, language))),
  ])
  const today = dayOf(ctx.clock.now())
  return renderPage(request, reply, {
    ...(wrong ? { status: FAULTY } : {}),
    title,
    breadcrumbs: isChild
      ? [...whoseTrail(whose, texts.me[language]).slice(0, 1), { label: title }]
      : [...whoseTrail(whose, texts.me[language]), { label: title }],
    body: html`${wrong ? problemShown(wrong) : ''}
${
  isChild
    ? html`<p>${texts.childLead[language]}</p>
${tiles(request, shown)}
<h2>${texts.childLoans[language]}</h2>`
    : ''
}
${loans.length === 0 ? html`<p>${(isChild ? texts.childNone : texts.none)[language]}</p>` : ''}
${loans.length > 1 && loans.some(isRenewable) ? renewAllForm(request, reply, whose, loans) : ''}
${
  loans.length === 0
    ? ''
    : entries(
        loans.map((loan) => loanEntry(request, reply, whose, loan, today)),
        isChild ? 3 : 2,
      )
}
${loans.some(({ due_on }) => isBefore(due_on, today)) ? html`<p class="quiet">${texts.late[language]}</p>` : ''}
${
  group.length === 0
    ? ''
    : table(
        {
          caption: texts.group[language],
          head: [texts.title[language], texts.dueHead[language]],
          rows: group.map((loan) => [loan.title, dateText(loan.due_on, language)]),
          rowHeaders: true,
        },
        language,
      )
}`,
  })
}

function problemShown({ problem, because }: { readonly problem: string; readonly because?: string }): SafeHtml {
  return html`<div role="alert">${alert({ kind: 'error', heading: problem, ...(because ? { body: because } : {}) })}</div>`
}

function renewAllForm(
  request: Request,
  reply: FastifyReply,
  { ctx, page }: Loans,
  loans: readonly OpenLoan[],
): SafeHtml {
  return form(request, reply, {
    action: `/${ctx.agency}${page}/renew-all`,
    body: hidden('seen', loans.map(seenAs).join(' ')),
    submit: texts.renewAll[request.language],
  })
}

function loanEntry(
  request: Request,
  reply: FastifyReply,
  { ctx, page }: Loans,
  loan: OpenLoan,
  today: Temporal.PlainDate,
): Entry {
  const { language } = request
  const { title, author, renewals } = loan
  const name = texts.renewNamed(title)[language]
  return {
    heading: html`<a href="${href(request, titlePath(ctx.agency, loan.title_id))}">${title}</a>`,
    tags: marks(loan, today, language),
    lines: [
      author === null ? undefined : spokenName(author),
      html`<strong>${dueText(loan, today, language)}</strong>`,
      renewals > 0 ? texts.renewals(renewals)[language] : undefined,
      isRenewable(loan) ? undefined : denied(loan, language),
    ],
    actions: isRenewable(loan)
      ? [
          form(request, reply, {
            action: `/${ctx.agency}${page}/renew`,
            body: html`${hidden('loan', loan.id)}${hidden('renewals', String(renewals))}`,
            submit: html`<button type="submit" class="button button-secondary" aria-label="${name}">${texts.renew[language]}</button>`,
          }),
        ]
      : [],
  }
}

function marks(loan: OpenLoan, today: Temporal.PlainDate, language: Language): SafeHtml[] {
  if (loan.state === 'claimed-returned') return [tag(texts.claimed[language], 'info')]
  const days = today.until(loan.due_on).days
  if (days < 0) return [tag(texts.overdue[language], 'error')]
  if (days === 0) return [tag(texts.dueToday[language], 'warning')]
  return days <= SOON_DAYS ? [tag(texts.dueSoon[language], 'warning')] : []
}

function dueText({ due_on }: OpenLoan, today: Temporal.PlainDate, language: Language): string {
  const day = dateText(due_on, language)
  const late = due_on.until(today).days
  return (late > 0 ? texts.wasDue(day, late) : texts.due(day))[language]
}

function denied({ denials }: OpenLoan, language: Language): SafeHtml {
  const reasons = denials.map((reason) => renewalText(reason, language)).join(' ')
  return html`<span class="quiet">${texts.cannot[language]} ${reasons}</span>`
}

function isRenewable({ denials }: OpenLoan): boolean {
  return denials.length === 0
}

function isBefore(day: Temporal.PlainDate, other: Temporal.PlainDate): boolean {
  return Temporal.PlainDate.compare(day, other) < 0
}
