import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { dayOf, isId, type Language, type LoanId, type PatronId, type StaffId, type Text2 } from '#core'
import { branchOfDesk, onceField, type PatronRow, readPatron, type Scanned, tellOnce, whoAnswers } from '#patrons'
import { logAccess } from '#privacy'
import type { Context } from '#vault'
import {
  alert,
  checkbox,
  dateText,
  definitionList,
  form,
  hidden,
  href,
  html,
  redirectWithMessage,
  renderPage,
  type SafeHtml,
  type Site,
  type StaffActor,
  submitButton,
  table,
  tag,
  textField,
} from '#web'
import { checkin } from './checkin.ts'
import { checkout } from './checkout.ts'
import { claimReturned, withdrawClaim } from './claim-returned.ts'
import { reportDamaged } from './damage.ts'
import { deskPath } from './desk-path.ts'
import { texts } from './desk-patron-texts.ts'
import { lentScanned, renewedAll, renewedBefore, renewedScanned, undoneScanned } from './desk-scan.ts'
import { declareLoanLost } from './lose.ts'
import { groupLoansOf, type OpenLoan, openLoans, seenAs } from './queries.ts'
import { renew } from './renew.ts'
import { deskRefusalText, renewalText } from './texts.ts'
import { undoCheckin, undoCheckout } from './undo.ts'

/** What the loans at the desk need from the desk itself. */
export interface LoanDeskNeeds {
  /** Why a member of staff has this patron before them, as they said at the counter. */
  readonly inHand: (ctx: Context, staff: StaffId, patron: PatronId) => Text2 | undefined
}

interface LoanRoute {
  Params: { agency: string; id: string; loan?: string }
}

interface Meeting {
  readonly ctx: Context
  readonly staff: StaffActor
  readonly patron: PatronRow
  readonly request: FastifyRequest<LoanRoute>
  readonly reply: FastifyReply
  readonly language: Language
}

const REFUSED = 409
const line = z.string().max(200).catch('')
const oneLoan = z.object({ loan: line, renewals: line })
const manyLoans = z.object({ seen: z.string().max(100_000).catch('') })
const undone = z.object({ loan: line, step: z.enum(['lent', 'returned']).catch('lent') })
const despite = z.object({ barcode: line, reason: line })
const claimed = z.object({ on: line })
const damaged = z.object({ charge: line })

/** A patron's loans on their page at the desk: what is due, and one button for what is asked most. */
export async function loansSection(
  request: FastifyRequest,
  ctx: Context,
  patron: PatronId,
  reply: FastifyReply,
): Promise<SafeHtml> {
  const { language } = request
  const [loans, group] = await Promise.all([openLoans(ctx, patron), groupLoansOf(ctx, patron)])
  const today = dayOf(ctx.clock.now())
  const at = deskPath(request, `/patrons/${patron}/loans`)
  const renewable = loans.filter(({ denials }) => denials.length === 0)
  return html`<h2 id="loans">${loans.length === 0 ? texts.loans[language] : texts.heading(loans.length)[language]}</h2>
${
  loans.length === 0
    ? html`<p>${texts.none[language]}</p>`
    : table(
        {
          caption: texts.loans[language],
          head: [texts.title[language], texts.due[language], '', ''],
          rows: loans.map((loan) => [
            html`${loan.title} <span class="quiet">${loan.barcode}</span>`,
            html`${dateText(loan.due_on, language)} ${markOf(loan, today, language)}`,
            loan.denials.length > 0
              ? html`<span class="quiet">${loan.denials.map((reason) => renewalText(reason, language)).join(' ')}</span>`
              : form(request, reply, {
                  action: `${at}/renew`,
                  body: html`${onceField()}${hidden('loan', loan.id)}${hidden('renewals', String(loan.renewals))}`,
                  submit: button(texts.renew[language], texts.renewNamed(loan.title)[language]),
                }),
            html`<a href="${href(request, `${at}/${loan.id}`)}" aria-label="${texts.moreNamed(loan.title)[language]}">${texts.more[language]}</a>`,
          ]),
          rowHeaders: true,
          hasHeading: true,
        },
        language,
      )
}
${renewable.length > 1 ? form(request, reply, { action: `${at}/renew-all`, body: html`${onceField()}${hidden('seen', loans.map(seenAs).join(' '))}`, submit: submitButton(texts.renewAll[language], 'secondary') }) : ''}
${
  group.length === 0
    ? ''
    : table(
        {
          caption: texts.group[language],
          head: [texts.title[language], texts.due[language]],
          rows: group.map(({ title, due_on }) => [title, dateText(due_on, language)]),
          rowHeaders: true,
        },
        language,
      )
}`
}

function button(text: string, name: string): SafeHtml {
  return html`<button type="submit" class="button button-secondary" aria-label="${name}">${text}</button>`
}

function markOf({ state, due_on }: OpenLoan, today: Temporal.PlainDate, language: Language): SafeHtml {
  if (state === 'claimed-returned') return tag(texts.claimed[language], 'info')
  return Temporal.PlainDate.compare(due_on, today) < 0 ? tag(texts.overdue[language], 'error') : html``
}

/** What is done with a patron's loans at the desk: renewed, lent despite the rules, said to be returned, lost, damaged, undone. */
export function registerPatronLoansDesk(app: FastifyInstance, site: Site, needs: LoanDeskNeeds): void {
  function route(method: 'GET' | 'POST', path: string, handler: (meeting: Meeting) => Promise<FastifyReply>): void {
    app.route<LoanRoute>({
      method,
      url: `/:agency/staff/desk/patrons/:id/loans${path}`,
      handler: async (request, reply) => {
        const staff = site.requireStaff(request, reply, 'desk')
        if (!staff) return reply
        const ctx = site.context(request)
        const { id } = request.params
        const patron = isId(id) ? await readPatron(ctx, id as PatronId) : undefined
        if (!patron) return gone(reply)
        const why = needs.inHand(ctx, staff.id, patron.id) ?? (patron.protected ? undefined : texts.noTask)
        const noted = await logAccess(ctx, patron.id, texts.seen[patron.language], why?.[patron.language] ?? '')
        // Whoever is protected is shown to nobody without a reason: the patron's page asks for it.
        if (!noted.ok) return reply.redirect(href(request, deskPath(request, `/patrons/${patron.id}/reason`)), 303)
        return handler({ ctx, staff, patron, request, reply, language: request.language })
      },
    })
  }

  route('POST', '/renew', async (meeting) => {
    const { loan: wanted, renewals } = oneLoan.parse(meeting.request.body ?? {})
    const loan = await ownLoan(meeting, wanted)
    if (!loan) return gone(meeting.reply)
    return told(meeting, async () => {
      // What a token came to is forgotten when the program starts anew; what the form showed is not.
      if (String(loan.renewals) !== renewals) return renewedBefore(loan)
      return renewedScanned(await renew(meeting.ctx, loan.id), loan.title)
    })
  })

  route('POST', '/renew-all', async (meeting) => {
    const seen = new Set(manyLoans.parse(meeting.request.body ?? {}).seen.split(' '))
    return told(meeting, async () => {
      const loans = await openLoans(meeting.ctx, meeting.patron.id)
      const asSeen = loans.filter((loan) => seen.has(seenAs(loan)))
      return renewedAll(meeting.ctx, asSeen, loans.length - asSeen.length)
    })
  })

  route('POST', '/despite', async (meeting) => {
    const { ctx, request, reply, staff, patron } = meeting
    const { barcode, reason } = despite.parse(request.body ?? {})
    return told(meeting, async () => {
      const branch = (await branchOfDesk(ctx, request, reply, staff))?.id
      const primary = whoAnswers(ctx, staff.id, patron.id)?.id
      const override = { reason: reason.trim() }
      const lent = await checkout(ctx, { card: patron.number, barcode, branch, primary, override })
      return lentScanned(lent, { barcode, patron: patron.id })
    })
  })

  route('GET', '/:loan', async (meeting) => {
    const loan = await ownLoan(meeting, meeting.request.params.loan ?? '')
    return loan ? loanPage(meeting, loan) : gone(meeting.reply)
  })

  step('/:loan/claim', texts.claimNoted, async ({ ctx, request }, { id }) => {
    const on = dayIn(claimed.parse(request.body ?? {}).on) ?? dayOf(ctx.clock.now())
    const done = await claimReturned(ctx, id, { on })
    return done.ok ? undefined : inBoth(done.refusal)
  })

  step('/:loan/withdraw', texts.withdrawn, async ({ ctx }, { id }) => {
    const done = await withdrawClaim(ctx, id)
    return done.ok ? undefined : inBoth(done.refusal)
  })

  step('/:loan/lost', texts.lost, async ({ ctx }, { id }) => {
    const done = await declareLoanLost(ctx, id)
    return done.ok ? undefined : inBoth(done.refusal)
  })

  step('/:loan/damaged', texts.damaged, async ({ ctx, request }, { barcode }) => {
    const { charge } = damaged.parse(request.body ?? {})
    const returned = await checkin(ctx, { barcode, damaged: true })
    if (!returned.ok) return texts.gone
    if (charge === '') return undefined
    const done = await reportDamaged(ctx, barcode, { charge: true })
    return done.ok ? undefined : inBoth(done.refusal)
  })

  app.post<LoanRoute>('/:agency/staff/desk/undo', async (request, reply) => {
    const staff = site.requireStaff(request, reply, 'desk')
    if (!staff) return reply
    const ctx = site.context(request)
    const { loan, step } = undone.parse(request.body ?? {})
    if (!isId(loan)) return gone(reply)
    return tellOnce({ request, reply, ctx }, staff.id, async () => {
      const done = await (step === 'lent' ? undoCheckout : undoCheckin)(ctx, loan as LoanId)
      const isTheirs = done.ok && step === 'lent'
      const to = deskPath(request, isTheirs ? `/patrons/${done.value.patron}` : '')
      return { to, told: { kind: 'scanned', scanned: undoneScanned(done) } }
    })
  })

  /** Something that is done to one loan by one button. */
  function step(
    path: string,
    told: Text2,
    act: (meeting: Meeting, loan: OpenLoan) => Promise<Text2 | undefined>,
  ): void {
    route('POST', path, async (meeting) => {
      const loan = await ownLoan(meeting, meeting.request.params.loan ?? '')
      if (!loan) return gone(meeting.reply)
      const refusal = await act(meeting, loan)
      if (!refusal) return back(meeting, told)
      return refused(meeting, texts.notDone[meeting.language], [refusal[meeting.language]])
    })
  }
}

async function ownLoan({ ctx, patron }: Meeting, loan: string): Promise<OpenLoan | undefined> {
  return (await openLoans(ctx, patron.id)).find(({ id }) => id === loan)
}

function back({ request, reply, patron }: Meeting, told: Text2): FastifyReply {
  return redirectWithMessage(reply, request, deskPath(request, `/patrons/${patron.id}`), told)
}

/** Does something once, and tells of it on the patron's page. */
function told({ request, reply, ctx, staff, patron }: Meeting, work: () => Promise<Scanned>): Promise<FastifyReply> {
  return tellOnce({ request, reply, ctx }, staff.id, async () => ({
    to: deskPath(request, `/patrons/${patron.id}`),
    told: { kind: 'scanned', scanned: await work() },
  }))
}

function gone(reply: FastifyReply): FastifyReply {
  reply.callNotFound()
  return reply
}

function refused(meeting: Meeting, heading: string, reasons: readonly string[]): FastifyReply {
  return patronPage(meeting, heading, {
    status: REFUSED,
    body: html`<div role="alert" data-outcome="refused">${alert({
      kind: 'warning',
      heading,
      body: html`<ul>${reasons.map((reason) => html`<li>${reason}</li>`)}</ul>`,
    })}</div>`,
  })
}

function patronPage(
  { request, reply, patron, language }: Meeting,
  title: string,
  page: { readonly status?: number; readonly body: SafeHtml },
): FastifyReply {
  const address = deskPath(request, `/patrons/${patron.id}`)
  reply.header('cache-control', 'no-store')
  return renderPage(request, reply, {
    title,
    breadcrumbs: [{ label: texts.patron[language], href: address }, { label: title }],
    ...page,
    body: html`${page.body}<p><a href="${href(request, address)}">${texts.back[language]}</a></p>`,
  })
}

/** One loan, and what can be said of it at a desk. */
function loanPage(meeting: Meeting, loan: OpenLoan): FastifyReply {
  const { ctx, request, reply, patron, language } = meeting
  const today = dayOf(ctx.clock.now())
  const at = (path: string) => deskPath(request, `/patrons/${patron.id}/loans/${loan.id}${path}`)
  const isClaimed = loan.state === 'claimed-returned'
  return patronPage(meeting, loan.title, {
    body: html`${definitionList([
      { term: texts.item[language], value: loan.barcode },
      { term: texts.dueOn[language], value: html`${dateText(loan.due_on, language)} ${markOf(loan, today, language)}` },
      { term: texts.renewals[language], value: loan.renewals },
      ...(loan.denials.length > 0
        ? [
            {
              term: texts.whyNot[language],
              value: loan.denials.map((reason) => renewalText(reason, language)).join(' '),
            },
          ]
        : []),
    ])}
<h2>${texts.claimHeading[language]}</h2>
<p>${texts.claimLead[language]}</p>
${
  isClaimed
    ? form(request, reply, {
        action: at('/withdraw'),
        body: html``,
        submit: submitButton(texts.withdraw[language], 'secondary'),
      })
    : form(request, reply, {
        action: at('/claim'),
        body: textField({ name: 'on', type: 'date', label: texts.claimDay[language], value: today.toString() }),
        submit: submitButton(texts.claim[language], 'secondary'),
      })
}
<h2>${texts.damageHeading[language]}</h2>
<p>${texts.damageLead[language]}</p>
${form(request, reply, {
  action: at('/damaged'),
  body: checkbox({ name: 'charge', label: texts.charge[language] }),
  submit: submitButton(texts.damage[language], 'secondary'),
})}
<h2>${texts.lossHeading[language]}</h2>
<p>${texts.lossLead[language]}</p>
${form(request, reply, { action: at('/lost'), body: html``, submit: submitButton(texts.lose[language], 'warning') })}`,
  })
}

function inBoth(refusal: Parameters<typeof deskRefusalText>[0]): Text2 {
  return { da: deskRefusalText(refusal, 'da'), en: deskRefusalText(refusal, 'en') }
}

function dayIn(text: string): Temporal.PlainDate | undefined {
  return z.iso.date().safeParse(text).success ? Temporal.PlainDate.from(text) : undefined
}
