import type { FastifyInstance, FastifyReply, FastifyRequest } from 'fastify'
import { z } from 'zod'
import { type BranchRow, listBranches } from '#agencies'
import { type BranchId, dayOf, type Language, type Ore, oreOf, type PatronId, unreachable } from '#core'
import { readSetting } from '#settings'
import type { Context } from '#vault'
import {
  checkbox,
  dateText,
  errorSummary,
  type FieldErrors,
  form,
  hidden,
  href,
  html,
  kronerText,
  redirectWithMessage,
  type SafeHtml,
  type Site,
  selectField,
  submitButton,
  table,
  tag,
  textField,
} from '#web'
import {
  FAULTY,
  hasErrors,
  type Meeting,
  type MoneyDeskNeeds,
  moneyPath,
  moneyRoutes,
  note,
  refusal,
  showMoney,
  whoIs,
} from './desk-frame.ts'
import { receiptsTable } from './desk-receipts.ts'
import { leftText, texts } from './desk-texts.ts'
import { feeTable } from './fee-table.ts'
import { readKroner, typedKroner } from './kroner.ts'
import { type Part, type PaymentRefusal, paySeveral } from './pay.ts'
import { type OpenClaim, openClaims, paymentsOf } from './queries.ts'
import { sendStatement } from './statement.ts'
import { claimKinds, methods } from './texts.ts'

/** What may be chosen at a desk. */
export const TILL_METHODS = ['card', 'cash'] as const
export type TillMethod = (typeof TILL_METHODS)[number]

const typedSchema = z.record(z.string(), z.string().catch('')).catch({})
type Typed = Readonly<Record<string, string>>

const NEWEST = 10

/** What a patron owes: looked at, paid in whole or in part, and sent as a statement. */
export function registerPatronMoney(app: FastifyInstance, site: Site, needs: MoneyDeskNeeds): void {
  const routes = moneyRoutes(app, site)

  routes.get('', (meeting) => page(meeting, needs, undefined, {}))

  routes.post('/payments', async (meeting) => {
    const { ctx, request, reply, patron, staff } = meeting
    const typed = typedSchema.parse(request.body ?? {})
    const claims = (await openClaims(ctx, patron.id)).filter(({ payable }) => payable)
    const read = readPayment(typed, claims, await tillBranches(meeting), request.language)
    if (!read.ok) return page(meeting, needs, typed, read.errors)
    const { parts, method, branch_id } = read
    const paid = await paySeveral(ctx, patron.id, parts, method, { branch_id, taken_by: staff.id })
    if (!paid.ok) return page(meeting, needs, undefined, {}, refusalText(paid.refusal)[request.language])
    const numbers = paid.value.map(({ number }) => `number=${number}`).join('&')
    return redirectWithMessage(reply, request, moneyPath(request, `/receipts?${numbers}`), texts.received)
  })

  routes.post('/statement', async (meeting) => {
    const { ctx, request, reply, patron } = meeting
    if (!(await note(meeting, needs))) return page(meeting, needs, undefined, {})
    const sent = await sendStatement(ctx, patron.id)
    return redirectWithMessage(reply, request, moneyPath(request), sent ? texts.statementSent : texts.statementEmpty)
  })
}

type Read =
  | { readonly ok: true; readonly parts: Part[]; readonly method: TillMethod; readonly branch_id: BranchId }
  | { readonly ok: false; readonly errors: FieldErrors }

/** What was typed, against what is owed now. Each part must be of the rest that was shown: a form sent twice pays once. */
function readPayment(
  typed: Typed,
  claims: readonly OpenClaim[],
  branches: readonly BranchRow[],
  language: Language,
): Read {
  const errors: Record<string, string> = {}
  const parts: Part[] = []
  let isChanged = false
  const chosen = Object.keys(typed).filter((name) => name.startsWith('pay-'))
  for (const name of chosen) {
    const id = name.slice('pay-'.length)
    const open = claims.find(({ claim }) => claim.id === id)
    if (!open || typed[`left-${id}`] !== String(open.left_ore)) {
      isChanged = true
      continue
    }
    const amount = readKroner(typed[`amount-${id}`] ?? '')
    if (amount === undefined || amount === 0) errors[`amount-${id}`] = texts.amountWrong[language]
    else if (amount > open.left_ore) errors[`amount-${id}`] = texts.tooMuch(open.left_ore)[language]
    else parts.push({ claim: open.claim, amount })
  }
  if (isChanged) errors.pay = texts.changedMeanwhile[language]
  else if (chosen.length === 0) errors.pay = texts.chooseSomething[language]
  const method = TILL_METHODS.find((each) => each === typed.method)
  if (!method) errors.method = texts.chooseMethod[language]
  const branch = branches.find(({ id }) => id === typed.branch)
  if (!branch) errors.branch = texts.chooseBranch[language]
  if (!method || !branch || hasErrors(errors)) return { ok: false, errors }
  return { ok: true, parts, method, branch_id: branch.id }
}

export function refusalText(refused: PaymentRefusal) {
  switch (refused.kind) {
    case 'no-such-claim':
    case 'nothing-to-pay':
    case 'more-than-owed':
      return texts.changedMeanwhile
    case 'with-municipality':
      return texts.toMunicipality
    default:
      return unreachable(refused)
  }
}

/** Where the member of staff works; everywhere when no branch is named. */
export async function tillBranches({ ctx, staff }: Pick<Meeting, 'ctx' | 'staff'>): Promise<BranchRow[]> {
  const branches = await listBranches(ctx)
  const theirs = staff.branch_ids ?? []
  return theirs.length === 0 ? branches : branches.filter(({ id }) => theirs.includes(id))
}

function page(
  meeting: Meeting,
  needs: MoneyDeskNeeds,
  typed: Typed | undefined,
  errors: FieldErrors,
  refused?: string,
): Promise<FastifyReply> {
  const { ctx, patron, request, reply } = meeting
  const { language } = request
  return showMoney(meeting, needs, async () => {
    const claims = await openClaims(ctx, patron.id)
    const payable = claims.filter((each) => each.payable)
    const receipts = (await paymentsOf(ctx, patron.id)).slice(0, NEWEST)
    return {
      title: texts.money[language],
      status: hasErrors(errors) || refused ? FAULTY : 200,
      body: html`${errorSummary(errors, language)}
${refused ? refusal(meeting, refused) : ''}
${whoIs(meeting)}
<p class="font-lead">${summary(claims, language)}</p>
${claims.length > 0 ? claimsTable(request, claims) : ''}
${payable.length > 0 ? await payForm(meeting, payable, typed, errors) : ''}
${
  claims.some(({ left_ore }) => left_ore > 0)
    ? html`<h2>${texts.statement[language]}</h2>
<p>${texts.statementLead[language]}</p>
${form(request, reply, { action: moneyPath(request, '/statement'), body: html``, submit: submitButton(texts.statement[language], 'secondary') })}`
    : ''
}
<h2>${texts.receipts[language]}</h2>
${receiptsTable(meeting, receipts)}`,
    }
  })
}

function summary(claims: readonly OpenClaim[], language: Language): string {
  const sum = (of: readonly OpenClaim[]) => oreOf(of.reduce((total, { left_ore }) => total + Math.abs(left_ore), 0))
  const owed = sum(claims.filter(({ left_ore }) => left_ore > 0))
  const back = sum(claims.filter(({ left_ore }) => left_ore < 0))
  const said = [
    ...(owed > 0 ? [texts.owed(owed)[language]] : []),
    ...(back > 0 ? [texts.owedBack(back)[language]] : []),
  ]
  return said.join(' ') || texts.nothingOwed[language]
}

function claimsTable(request: Meeting['request'], claims: readonly OpenClaim[]): SafeHtml {
  const { language } = request
  return table(
    {
      caption: texts.claims[language],
      head: [texts.bill, texts.what, texts.charged, texts.payBy, texts.amount, texts.left].map(
        (text) => text[language],
      ),
      numeric: [4, 5],
      rowHeaders: true,
      rows: claims.map((open) => [
        html`<a href="${href(request, moneyPath(request, `/${open.claim.kind}/${open.claim.id}`))}">${open.number ?? texts.withoutNumber[language]}</a> ${open.handed_over_at ? tag(texts.withMunicipality[language], 'warning') : ''}`,
        html`${claimKinds[open.claim.kind][language]}${open.materials.map(({ title, barcode }) => html`<br>${title} (${barcode})`)}`,
        dateText(dayOf(open.charged_at), language),
        open.pay_by_on ? dateText(open.pay_by_on, language) : '–',
        kronerText(open.amount_ore, language),
        leftText(open.left_ore, language),
      ]),
    },
    language,
  )
}

async function payForm(
  meeting: Meeting,
  payable: readonly OpenClaim[],
  typed: Typed | undefined,
  errors: FieldErrors,
): Promise<SafeHtml> {
  const { request, reply } = meeting
  const { language } = request
  const branches = await tillBranches(meeting)
  const fields = payable.map(({ claim, number, left_ore }) => {
    const what = `${claimKinds[claim.kind][language]} ${number ?? ''}`.trim()
    return html`${checkbox({
      name: `pay-${claim.id}`,
      label: texts.payThis(what, left_ore)[language],
      checked: typed ? `pay-${claim.id}` in typed : payable.length === 1,
    })}
${textField({
  name: `amount-${claim.id}`,
  label: texts.amountOf(what)[language],
  value: typed?.[`amount-${claim.id}`] ?? typedKroner(left_ore),
  inputmode: 'decimal',
  autocomplete: 'off',
  maxLength: 12,
  error: errors[`amount-${claim.id}`],
})}
${hidden(`left-${claim.id}`, String(left_ore))}
`
  })
  return html`<h2 id="pay">${texts.pay[language]}</h2>
<p>${texts.payLead[language]}</p>
${form(request, reply, {
  action: moneyPath(request, '/payments'),
  body: html`${fields}
${tillFields(branches, typed ?? {}, errors, language)}`,
  submit: texts.receive[language],
})}`
}

/** How and where money changes hands. */
export function tillFields(
  branches: readonly BranchRow[],
  typed: Typed,
  errors: FieldErrors,
  language: Language,
): SafeHtml {
  return html`${selectField({
    name: 'method',
    label: texts.method[language],
    options: TILL_METHODS.map((value) => ({ value, label: methods[value][language] })),
    value: typed.method,
    error: errors.method,
  })}
${selectField({
  name: 'branch',
  label: texts.branch[language],
  options: branches.map(({ id, name }) => ({ value: id, label: name })),
  value: typed.branch,
  error: errors.branch,
})}`
}

/** What stands of a patron's money on their page at the counter, with the way to the rest. */
export async function moneySection(request: FastifyRequest, ctx: Context, patron: PatronId): Promise<SafeHtml> {
  const { language } = request
  const claims = await openClaims(ctx, patron)
  const owesFees = claims.some(({ claim, left_ore }) => claim.kind === 'fee' && left_ore > 0)
  const limit = owesFees ? texts.limit((await readSetting(ctx, feeTable)).block.atOre)[language] : ''
  const address = `/${ctx.agency}/staff/desk/patrons/${patron}/money`
  return html`<h2>${texts.money[language]}</h2>
<p>${summary(claims, language)} ${limit} <a href="${href(request, address)}">${(claims.length > 0 ? texts.see : texts.seeReceipts)[language]}</a></p>`
}

export function amountFault(amount: Ore | undefined, most: Ore, language: Language): string | undefined {
  if (amount === undefined || amount === 0) return texts.amountWrong[language]
  return amount > most ? texts.tooMuch(most)[language] : undefined
}
