import type { FastifyInstance, FastifyReply } from 'fastify'
import { z } from 'zod'
import { isId, type Language, type Ore, oreOf, type Text2, unreachable } from '#core'
import { transact } from '#db'
import {
  dateText,
  definitionList,
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
  submitButton,
  textField,
} from '#web'
import { type CreditRefusal, credit } from './credit.ts'
import {
  FAULTY,
  FINANCE_ROLES,
  gone,
  hasErrors,
  type Meeting,
  type MoneyDeskNeeds,
  mayGiveUp,
  moneyPath,
  moneyRoutes,
  note,
  showMoney,
  whoIs,
} from './desk-frame.ts'
import { amountFault, TILL_METHODS, tillBranches, tillFields } from './desk-patron.ts'
import { leftText, SEEN, texts } from './desk-texts.ts'
import { readKroner, typedKroner } from './kroner.ts'
import { type Claim, type ClaimMoney, leftOf, lockClaim } from './ledger.ts'
import { payBack, type RefundRefusal } from './pay.ts'
import { claimOf, openClaims } from './queries.ts'
import { claimKinds } from './texts.ts'

const typedSchema = z.object({
  amount: z.string().catch(''),
  left: z.string().catch(''),
  method: z.string().catch(''),
  branch: z.string().catch(''),
})
type Typed = z.infer<typeof typedSchema>
type Act = 'reduce' | 'write-off' | 'pay-back'

/** One claim at the desk: reduced by whoever serves, written off and paid back by those who keep the accounts. */
export function registerClaimPages(app: FastifyInstance, site: Site, needs: MoneyDeskNeeds): void {
  const routes = moneyRoutes(app, site)

  routes.get('/:kind/:row', async (meeting) => {
    const found = await claimAt(meeting)
    return found ? page(meeting, needs, found) : gone(meeting.reply)
  })

  act('reduce', SEEN.credited, texts.reducedDone)
  act('write-off', SEEN.writtenOff, texts.writtenOff)
  act('pay-back', SEEN.paidBack, texts.paidBackDone)

  function act(name: Act, what: Text2, done: Text2): void {
    routes.post(
      `/:kind/:row/${name}`,
      async (meeting) => {
        const { request, reply } = meeting
        const { language } = request
        const found = await claimAt(meeting)
        if (!found) return gone(reply)
        const typed = typedSchema.parse(request.body ?? {})
        const amount = readKroner(typed.amount)
        const most = name === 'pay-back' ? oreOf(found.money.paid_ore) : leftOf(found.money)
        const fault = amountFault(amount, most, language)
        // A form sent twice does it once.
        if (typed.left !== String(leftOf(found.money))) {
          return page(meeting, needs, found, name, typed, { [name]: texts.changedMeanwhile[language] })
        }
        if (fault || amount === undefined) return page(meeting, needs, found, name, typed, { [name]: fault })
        if (!(await note(meeting, needs, what))) return page(meeting, needs, found)
        const refused = await change(meeting, found.claim, name, amount, typed)
        if (refused) return page(meeting, needs, found, name, typed, { [name]: refused[language] })
        return redirectWithMessage(reply, request, moneyPath(request), done)
      },
      name === 'reduce' ? undefined : FINANCE_ROLES,
    )
  }
}

interface FoundClaim {
  readonly claim: Claim
  readonly money: ClaimMoney
}

/** The claim an address is about, if it is this patron's. */
async function claimAt({ ctx, patron, request }: Meeting): Promise<FoundClaim | undefined> {
  const { kind, row } = request.params
  if ((kind !== 'fee' && kind !== 'compensation') || !row || !isId(row)) return undefined
  const claim = claimOf(kind, row)
  const money = await transact(ctx, (ctx) => lockClaim(ctx, claim))
  return money?.patron_id === patron.id ? { claim, money } : undefined
}

async function change(meeting: Meeting, claim: Claim, act: Act, amount: Ore, typed: Typed): Promise<Text2 | undefined> {
  const { ctx, staff } = meeting
  switch (act) {
    case 'reduce':
    case 'write-off': {
      const done = await credit(ctx, claim, amount, act === 'reduce' ? 'credit' : 'write-off')
      return done.ok ? undefined : refusalText(done.refusal)
    }
    case 'pay-back': {
      const method = TILL_METHODS.find((each) => each === typed.method)
      const branch = (await tillBranches(meeting)).find(({ id }) => id === typed.branch)
      if (!method) return texts.chooseMethod
      if (!branch) return texts.chooseBranch
      const done = await payBack(ctx, claim, amount, method, { branch_id: branch.id, taken_by: staff.id })
      return done.ok ? undefined : refusalText(done.refusal)
    }
    default:
      return unreachable(act)
  }
}

function refusalText(refused: CreditRefusal | RefundRefusal): Text2 {
  switch (refused.kind) {
    case 'no-such-claim':
    case 'nothing-owed':
    case 'nothing-to-refund':
    case 'more-than-owed':
    case 'more-than-paid':
      return texts.changedMeanwhile
    case 'with-municipality':
      return texts.toMunicipality
    default:
      return unreachable(refused)
  }
}

function page(
  meeting: Meeting,
  needs: MoneyDeskNeeds,
  { claim, money }: FoundClaim,
  name?: Act,
  typed?: Typed,
  errors: FieldErrors = {},
): Promise<FastifyReply> {
  const { request, ctx, patron } = meeting
  const { language } = request
  return showMoney(meeting, needs, async () => {
    const open = (await openClaims(ctx, patron.id)).find((each) => each.claim.id === claim.id)
    const left = leftOf(money)
    const given = (act: Act) => ({ typed: act === name ? typed : undefined, error: errors[act] })
    const forms: SafeHtml[] = []
    if (left > 0)
      forms.push(amountForm(meeting, money, 'reduce', texts.reduce, texts.reduceLead, left, given('reduce')))
    if (mayGiveUp(meeting.staff)) {
      if (left > 0) {
        forms.push(
          amountForm(meeting, money, 'write-off', texts.writeOff, texts.writeOffLead, left, given('write-off')),
        )
      }
      if (money.paid_ore > 0) {
        const back = oreOf(left < 0 ? Math.min(-left, money.paid_ore) : money.paid_ore)
        const till = tillFields(await tillBranches(meeting), { ...given('pay-back').typed }, {}, language)
        forms.push(
          amountForm(meeting, money, 'pay-back', texts.payBack, texts.payBackLead, back, given('pay-back'), till),
        )
      }
    } else {
      forms.push(html`<p>${texts.financeOnly[language]}</p>`)
    }
    return {
      title: texts.claimTitle(money.number ?? texts.withoutNumber[language])[language],
      status: hasErrors(errors) ? FAULTY : 200,
      body: html`${errorSummary(errors, language)}
${whoIs(meeting)}
${definitionList(
  [
    { term: texts.what[language], value: claimKinds[claim.kind][language] },
    ...(open?.materials ?? []).map(({ title, barcode }) => ({ term: '', value: `${title} (${barcode})` })),
    ...(open?.pay_by_on ? [{ term: texts.payBy[language], value: dateText(open.pay_by_on, language) }] : []),
    ...(money.handed_over_at
      ? [{ term: texts.withMunicipality[language], value: texts.toMunicipality[language] }]
      : []),
    { term: texts.amount[language], value: kronerText(oreOf(money.amount_ore), language) },
    ...(open && open.handling_ore > 0
      ? [{ term: texts.handling[language], value: kronerText(open.handling_ore, language) }]
      : []),
    { term: texts.paid[language], value: kronerText(oreOf(money.paid_ore), language) },
    { term: texts.reduced[language], value: kronerText(oreOf(money.credited_ore), language) },
    { term: texts.left[language], value: leftText(left, language) },
  ].filter(({ term }) => term !== ''),
)}
${forms}
<p><a href="${href(request, moneyPath(request))}">${texts.back[language]}</a></p>`,
    }
  })
}

function amountForm(
  meeting: Meeting,
  money: ClaimMoney,
  act: Act,
  label: Text2,
  lead: Text2,
  most: Ore,
  given: { readonly typed: Typed | undefined; readonly error: string | undefined },
  more: SafeHtml = html``,
): SafeHtml {
  const { request, reply } = meeting
  const language: Language = request.language
  const { kind, row } = request.params
  return html`<h2>${label[language]}</h2>
<p>${lead[language]}</p>
${form(request, reply, {
  action: moneyPath(request, `/${kind}/${row}/${act}`),
  body: html`${textField({
    name: 'amount',
    id: act,
    label: texts.amount[language],
    value: given.typed?.amount ?? typedKroner(most),
    inputmode: 'decimal',
    autocomplete: 'off',
    maxLength: 12,
    error: given.error,
  })}
${hidden('left', String(leftOf(money)))}
${more}`,
  submit: submitButton(label[language], 'secondary'),
})}`
}
