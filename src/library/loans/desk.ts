import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { listBranches } from '#agencies'
import type { BranchId, LoanId, Result } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'
import {
  alert,
  checkbox,
  dateText,
  forBusyDesks,
  form,
  hidden,
  html,
  kronerText,
  renderPage,
  type SafeHtml,
  type Site,
  type StaffActor,
  selectField,
  soundSwitch,
  textField,
} from '#web'
import { type CheckinRefusal, checkin, type Returned } from './checkin.ts'
import { checkout, type Lent } from './checkout.ts'
import { texts } from './desk-texts.ts'
import { OFFLINE_SCRIPTS, offlineStrip } from './offline-desk.ts'
import { branchNames } from './queries.ts'
import { RFID_SCRIPTS, rfidPanel } from './rfid-panel.ts'
import { type CheckoutRefusal, kindsOf, reasonsOf } from './rules.ts'
import { checkinText, checkoutText } from './texts.ts'

/** The address of the page below the library; the staff's menu leads there. */
const LENDING_PATH = '/staff/lending'

interface AgencyRoute {
  Params: { agency: string }
}

const scanned = z.string().trim().max(64).catch('')
const checkoutFields = z.object({
  card: scanned,
  /** The number of the patron whose items are being scanned: a card is scanned once. */
  patron: scanned,
  barcode: scanned,
  branch: scanned,
  receipt: z.union([z.boolean(), z.string().transform((value) => value !== '')]).catch(false),
})
const checkinFields = z.object({ barcode: scanned, branch: scanned, returned_on: scanned })

/**
 * Lending and returns at the desk. A form for whoever has no script, and the same in JSON for a script: 200 with what was
 * done, 409 with why not. A checkout is a look at the patron, and is in the access log.
 */
export function registerLendingDesk(
  app: FastifyInstance,
  site: Site,
  options: { readonly rfidPort?: number } = {},
): void {
  const show = (request: FastifyRequest, reply: FastifyReply, staff: StaffActor, shown: Shown) =>
    page(site, request, reply, staff, { ...options, ...shown })

  app.get<AgencyRoute>(LENDING_WITH_AGENCY, (request, reply) => {
    const staff = site.requireStaff(request, reply, 'desk')
    return staff ? show(request, reply, staff, {}) : reply
  })

  app.post<AgencyRoute>(`${LENDING_WITH_AGENCY}/checkout`, forBusyDesks, async (request, reply) => {
    const staff = site.requireStaff(request, reply, 'desk')
    if (!staff) return reply
    const { language } = request
    const ctx = site.context(request)
    const given = checkoutFields.parse(request.body ?? {})
    const lent = await lendAtDesk(ctx, {
      card: given.card || given.patron,
      barcode: given.barcode,
      branch: await branchNamed(ctx, given.branch),
      receipt: given.receipt,
    })
    if (wantsJson(request)) {
      if (!lent.ok) {
        const reasons = reasonsOf(lent.refusal).map((reason) => checkoutText(reason, language))
        return reply.code(409).send({ refused: kindsOf(lent.refusal), told: reasons.join(' ') })
      }
      return reply.send({ loan: lent.value.loan, due_on: lent.value.due_on.toString() })
    }
    const about = lent.ok ? await aboutLoan(ctx, lent.value.loan) : undefined
    const notice = lent.ok
      ? sounding(
          'ok',
          alert({
            kind: 'success',
            heading: lent.value.again ? texts.lentAlready[language] : texts.lent[language],
            body: html`${about?.title ?? ''} – ${dateText(lent.value.due_on, language)}`,
          }),
        )
      : refusedAlert(
          texts.notLent[language],
          reasonsOf(lent.refusal).map((reason) => checkoutText(reason, language)),
        )
    const patron = about?.number ?? given.patron
    return show(request, reply.code(lent.ok ? 200 : 409), staff, { notice, patron, branch: given.branch })
  })

  app.post<AgencyRoute>(`${LENDING_WITH_AGENCY}/checkin`, forBusyDesks, async (request, reply) => {
    const staff = site.requireStaff(request, reply, 'desk')
    if (!staff) return reply
    const ctx = site.context(request)
    const given = checkinFields.parse(request.body ?? {})
    const returned = await checkin(ctx, {
      barcode: given.barcode,
      at: await branchNamed(ctx, given.branch),
      returned_on: dayIn(given.returned_on),
    })
    if (wantsJson(request)) {
      if (!returned.ok) {
        const { refusal } = returned
        return reply.code(409).send({ refused: [refusal.kind], told: checkinText(refusal, request.language) })
      }
      const { loan, fee_ore, route } = returned.value
      const told = (await returnedLines(ctx, request, returned.value))
        .map((line) => line.replace(/[^.!]$/, '$&.'))
        .join(' ')
      return reply.send({ loan, fee_ore, route, told, outcome: outcomeOf(returned.value) })
    }
    const notice = await returnedAlert(ctx, request, returned)
    return show(request, reply.code(returned.ok ? 200 : 409), staff, { notice, branch: given.branch })
  })
}

const LENDING_WITH_AGENCY = `/:agency${LENDING_PATH}`

/** The checkout and the line of the access log stand or fall together. */
function lendAtDesk(
  ctx: Context,
  given: { card: string; barcode: string; branch: BranchId | undefined; receipt: boolean },
): Promise<Result<Lent, CheckoutRefusal>> {
  const { da } = texts.seenLending
  return checkout(ctx, { ...given, look: { what: da, why: da } })
}

/** What the page says of a loan that was made. */
function aboutLoan(ctx: Context, loan: LoanId): Promise<{ number: string; title: string }> {
  return ctx.db.one(sql`
    select p.number, t.title from loan l join patron p on p.id = l.patron_id join title t on t.id = l.title_id
    where l.id = ${loan}`)
}

interface Shown {
  readonly notice?: SafeHtml
  /** The number of the patron whose items are being scanned. */
  readonly patron?: string
  readonly branch?: string
  /** Where the bridge of the RFID pad listens, when not where it always does. */
  readonly rfidPort?: number
}

async function page(
  site: Site,
  request: FastifyRequest,
  reply: FastifyReply,
  staff: StaffActor,
  shown: Shown,
): Promise<FastifyReply> {
  const { language } = request
  const { agency } = request.params as AgencyRoute['Params']
  const branches = await listBranches(site.context(request))
  const branch = shown.branch || staff.branch_ids?.[0] || branches[0]?.id
  const where = (id: string) =>
    selectField({
      id,
      name: 'branch',
      label: texts.branch[language],
      value: branch,
      options: branches.map(({ id, name }) => ({ value: id, label: name })),
    })
  const lending = form(request, reply, {
    action: `/${agency}${LENDING_PATH}/checkout`,
    submit: texts.lend[language],
    scan: true,
    body: html`${shown.patron ? html`<p>${texts.patron(shown.patron)[language]}</p>${hidden('patron', shown.patron)}` : ''}
${textField({ name: 'card', label: shown.patron ? texts.otherCard[language] : texts.card[language], autocomplete: 'off' })}
${textField({ id: 'lend-barcode', name: 'barcode', label: texts.barcode[language], autocomplete: 'off' })}
${where('lend-branch')}
${checkbox({ name: 'receipt', label: texts.receipt[language] })}`,
  })
  const returning = form(request, reply, {
    action: `/${agency}${LENDING_PATH}/checkin`,
    submit: texts.takeBack[language],
    scan: true,
    body: html`${textField({ id: 'return-barcode', name: 'barcode', label: texts.barcode[language], autocomplete: 'off' })}
${textField({ name: 'returned_on', type: 'date', label: texts.returnedOn[language], hint: texts.returnedOnHint[language] })}
${where('return-branch')}`,
  })
  return renderPage(request, reply, {
    title: texts.title[language],
    breadcrumbs: [{ label: texts.title[language] }],
    scripts: [...OFFLINE_SCRIPTS, ...RFID_SCRIPTS],
    body: html`${offlineStrip(request)}
${shown.notice ?? ''}
<div class="row">
<section class="col-12 col-lg-6"><h2>${texts.lend[language]}</h2>${lending}</section>
<section class="col-12 col-lg-6"><h2>${texts.takeBack[language]}</h2>${returning}</section>
</div>
${rfidPanel(request, reply, shown.rfidPort)}
${soundSwitch(request)}`,
  })
}

/** What the sounds of the desk hang on. */
function sounding(outcome: 'ok' | 'attention' | 'refused', shown: SafeHtml): SafeHtml {
  return html`<div data-outcome="${outcome}">${shown}</div>`
}

function refusedAlert(heading: string, reasons: readonly string[]): SafeHtml {
  const body = html`<ul>${reasons.map((reason) => html`<li>${reason}</li>`)}</ul>`
  return sounding('refused', alert({ kind: 'error', heading, body }))
}

async function returnedAlert(
  ctx: Context,
  request: FastifyRequest,
  returned: Result<Returned, CheckinRefusal>,
): Promise<SafeHtml> {
  const { language } = request
  if (!returned.ok) return refusedAlert(texts.notTakenBack[language], [checkinText(returned.refusal, language)])
  const lines = await returnedLines(ctx, request, returned.value)
  const outcome = outcomeOf(returned.value)
  return sounding(
    outcome,
    alert({
      kind: outcome === 'ok' ? 'success' : 'info',
      heading: lines[0] ?? '',
      body: html`${lines.slice(1).map((line) => html`<p>${line}</p>`)}`,
    }),
  )
}

/** Only what goes to its own shelf needs no second look. */
function outcomeOf({ route }: Returned): 'ok' | 'attention' {
  return route.kind === 'shelf' ? 'ok' : 'attention'
}

async function returnedLines(
  ctx: Context,
  { language }: FastifyRequest,
  { route, fee_ore, back_ore, loan }: Returned,
): Promise<string[]> {
  const nameOf = await branchNames(ctx, route)
  return [
    texts.route(route, nameOf)[language],
    ...(loan === null ? [texts.wasNotLent[language]] : []),
    ...(fee_ore > 0 ? [texts.fee(kronerText(fee_ore, language))[language]] : []),
    ...(back_ore > 0 ? [texts.owedBack(kronerText(back_ore, language))[language]] : []),
  ]
}

async function branchNamed(ctx: Context, id: string): Promise<BranchId | undefined> {
  return id === '' ? undefined : (await listBranches(ctx)).find((branch) => branch.id === id)?.id
}

const isoDay = z.iso.date()

function dayIn(text: string): Temporal.PlainDate | undefined {
  return isoDay.safeParse(text).success ? Temporal.PlainDate.from(text) : undefined
}

function wantsJson(request: FastifyRequest): boolean {
  return request.headers.accept?.includes('application/json') ?? false
}
