import type { LoanId, Ore, PatronId } from '#core'
import {
  amount,
  type Call,
  echo,
  fields,
  type Handled,
  type Identified,
  identify,
  institution,
  languageOf,
  now,
  type Outcome,
  unless,
  validity,
  whyNot,
} from './call.ts'
import { readSipDate, sipDay } from './dates.ts'
import { deniedValue, loanValue, properties } from './dialect.ts'
import { type Field, field, type RequestOf } from './messages.ts'
import type { ItemFacts, LoanFacts } from './ports.ts'
import { count, mediaType } from './rules.ts'
import { checkoutOnScreen, owes, renewalOnScreen, screen } from './texts.ts'

type LendingRequest = RequestOf<'checkout' | 'renew'>

/** What became of it: a day to bring the thing back, or a sentence why not. */
type Done =
  | { readonly kind: 'lent' | 'renewed'; readonly due_on: Temporal.PlainDate; readonly loan: LoanId | undefined }
  /** Recorded before, or past recording: the machine need not send it again. */
  | { readonly kind: 'noted' }
  | {
      readonly kind: 'refused'
      readonly text: string
      readonly outcome: Outcome
      /** Owed in all, where that is why. */
      readonly owed?: Ore | undefined
    }

export async function checkoutAnswer(call: Call, request: RequestOf<'checkout'>): Promise<Handled> {
  if (request.fixed.noBlock === 'Y' && call.profile.may.has('checkout')) {
    const item = await itemOf(call, request)
    return answerLoan(call, request, item, await lentOffline(call, request), undefined)
  }
  const [item, who] = await Promise.all([itemOf(call, request), admit(call, request)])
  const done = 'kind' in who ? who : await lend(call, request, who.id)
  return answerLoan(call, request, item, done, who.who)
}

export async function renewAnswer(call: Call, request: RequestOf<'renew'>): Promise<Handled> {
  const [item, who] = await Promise.all([itemOf(call, request), admit(call, request)])
  const done = 'kind' in who ? who : await renewOne(call, who.id, field(request, 'AB'))
  return answerLoan(call, request, item, done, who.who)
}

export type Admitted =
  | { readonly id: PatronId; readonly who: Identified }
  | { readonly kind: 'refused'; readonly text: string; readonly outcome: Outcome; readonly who: Identified | undefined }

/** Who stands there, if anything may be done for them. */
export async function admit(call: Call, request: LendingRequest | RequestOf<'renew-all' | 'hold'>): Promise<Admitted> {
  const language = languageOf(call)
  if (!call.profile.may.has(request.kind)) {
    return { kind: 'refused', text: screen.notHere[language], outcome: 'not-allowed', who: undefined }
  }
  const who = await identify(call, request)
  const refused = whyNot(who, language)
  if (refused) return { kind: 'refused', ...refused, who }
  if (!who.id) return { kind: 'refused', text: screen.unknownCard[language], outcome: 'unknown-card', who }
  return { id: who.id, who }
}

async function lend(call: Call, request: RequestOf<'checkout'>, patron: PatronId): Promise<Done> {
  const { ctx, desk, terminal } = call
  const language = languageOf(call)
  const wish = { card: field(request, 'AA'), barcode: field(request, 'AB'), branch: terminal.branch_id }
  const lent = await desk.checkout(ctx, wish)
  if (!lent.ok) {
    const [main] = lent.refusal
    if (main?.kind === 'blocked' && main.codes.every((code) => code === 'debt')) return owing(call, patron)
    return refusedBy(lent.refusal, (reason) => checkoutOnScreen(reason, language))
  }
  if (!lent.value.again || call.resent) return { kind: 'lent', due_on: lent.value.due_on, loan: lent.value.loan }
  if (request.fixed.renewalPolicy === 'Y') return renewOne(call, patron, wish.barcode)
  return { kind: 'refused', text: screen.alreadyYours[language], outcome: 'refused' }
}

async function owing(call: Call, patron: PatronId): Promise<Done> {
  const facts = call.profile.shows.money ? await call.desk.patron(call.ctx, patron) : undefined
  const text = owes(facts?.owed_ore, languageOf(call))
  return { kind: 'refused', text, outcome: 'refused', owed: facts?.owed_ore }
}

async function renewOne(call: Call, patron: PatronId, barcode: string): Promise<Done> {
  const { ctx, desk } = call
  const language = languageOf(call)
  const loan = (await desk.loans(ctx, patron)).find((each) => each.barcode === barcode)
  if (!loan)
    return {
      kind: 'refused',
      text: inDialect(call, 'MATERIAL_NOT_FOUND', screen.notLent[language]),
      outcome: 'refused',
    }
  const renewed = await desk.renew(ctx, loan.id)
  if (renewed.ok) return { kind: 'renewed', due_on: renewed.value, loan: loan.id }
  return refusedBy(renewed.refusal, (reason) => {
    const text = renewalOnScreen(reason, language)
    return reason.kind === 'too-early' ? inDialect(call, 'BEFORE_RENEW_PERIOD', text) : text
  })
}

/** A code that machines of the dialect have a text of their own for. */
function inDialect({ profile }: Call, code: string, text: string): string {
  return profile.dialect === 'fbs' ? `[${code}]` : text
}

function refusedBy<Reason extends { readonly kind: string }>(
  reasons: readonly Reason[],
  say: (reason: Reason) => string,
): Done {
  const unknown = reasons.some(({ kind }) => kind === 'unknown-item')
  const [main] = reasons
  return { kind: 'refused', text: main ? say(main) : '', outcome: unknown ? 'unknown-item' : 'refused' }
}

/** It happened while nobody answered: the thing has left the house, and is recorded from the moment it did. */
async function lentOffline(call: Call, request: RequestOf<'checkout'>): Promise<Done> {
  const { ctx, desk, terminal } = call
  const [card, barcode] = [field(request, 'AA'), field(request, 'AB')]
  const at = readSipDate(request.fixed.date) ?? ctx.clock.now()
  const act = [terminal.id, 'checkout', request.fixed.date, card, barcode].join('\n')
  const done = await desk.lentOffline(ctx, { card, barcode, branch: terminal.branch_id, act, at })
  if (done.kind === 'lent') return { kind: 'lent', due_on: done.due_on, loan: undefined }
  if (done.kind !== 'conflict') return { kind: 'noted' }
  const language = languageOf(call)
  if (done.because.includes('unknown-patron')) {
    return { kind: 'refused', text: screen.unknownCard[language], outcome: 'unknown-card' }
  }
  if (done.because.includes('unknown-item')) {
    return { kind: 'refused', text: screen.unknownItem[language], outcome: 'unknown-item' }
  }
  return { kind: 'noted' }
}

function answerLoan(
  call: Call,
  request: LendingRequest,
  item: ItemFacts | undefined,
  done: Done,
  who: Identified | undefined,
): Handled {
  const good = done.kind !== 'refused'
  const due_on = done.kind === 'noted' ? item?.due_on : done.kind === 'refused' ? undefined : done.due_on
  const due = due_on ? sipDay(due_on) : ''
  const locked = field(request, 'CI') === 'Y'
  const loan = done.kind === 'lent' || done.kind === 'renewed' ? done.loan : undefined
  return {
    answer: {
      kind: request.kind === 'checkout' ? 'checkout-answer' : 'renew-answer',
      fixed: {
        ok: good ? '1' : '0',
        renewalOk: done.kind === 'renewed' ? 'Y' : 'N',
        magnetic: good ? 'N' : 'U',
        desensitize: good && !locked ? 'Y' : 'N',
        date: now(call),
      },
      fields: fields(
        institution(call, request),
        echo(request, 'AA'),
        echo(request, 'AB'),
        ['AJ', item?.title ?? ''],
        ['AH', due],
        ...(good || !who ? [] : validityOf(request, who)),
        ...(done.kind === 'refused' && done.owed ? owedFields(done.owed) : []),
        unless(call.profile.dialect === 'fbs' ? loan : undefined, 'BK'),
        item ? ['CK', mediaType(item.material)] : undefined,
        properties(call, item),
        good ? undefined : ['AF', done.text],
      ),
    },
    outcome: good ? 'ok' : done.outcome,
  }
}

function owedFields(owed: Ore): Field[] {
  return [
    ['BH', 'DKK'],
    ['BV', amount(owed)],
  ]
}

/** Of a machine that sent no PIN nothing is said about one. */
function validityOf(request: LendingRequest, who: Identified): Field[] {
  return validity(who).filter(([id]) => id === 'BL' || field(request, 'AD') !== '')
}

async function itemOf(call: Call, request: LendingRequest): Promise<ItemFacts | undefined> {
  const barcode = field(request, 'AB')
  return barcode === '' || !call.profile.may.has(request.kind) ? undefined : call.desk.item(call.ctx, barcode)
}

export async function renewAllAnswer(call: Call, request: RequestOf<'renew-all'>): Promise<Handled> {
  const { ctx, desk } = call
  const who = await admit(call, request)
  if ('kind' in who) {
    return renewedAll(call, request, { ok: false, renewed: [], denied: [], text: who.text, outcome: who.outcome })
  }
  const before = await desk.loans(ctx, who.id)
  const renewed: LoanId[] = []
  for (const loan of before) if ((await desk.renew(ctx, loan.id)).ok) renewed.push(loan.id)
  const after = await desk.loans(ctx, who.id)
  const is = (loan: LoanFacts) => renewed.includes(loan.id)
  const denied = after.filter((loan) => !is(loan))
  return renewedAll(call, request, { ok: true, renewed: after.filter(is), denied, text: '', outcome: 'ok' })
}

interface RenewedAll {
  readonly ok: boolean
  readonly renewed: readonly LoanFacts[]
  readonly denied: readonly LoanFacts[]
  readonly text: string
  readonly outcome: Outcome
}

function renewedAll(call: Call, request: RequestOf<'renew-all'>, done: RenewedAll): Handled {
  const list = (id: string, values: readonly string[]): Field[] =>
    values.length === 0 && call.profile.dialect === 'fbs' ? [[id, '']] : values.map((value) => [id, value])
  return {
    answer: {
      kind: 'renew-all-answer',
      fixed: {
        ok: done.ok ? '1' : '0',
        renewed: count(done.renewed.length),
        unrenewed: count(done.denied.length),
        date: now(call),
      },
      fields: [
        ...fields(institution(call, request)),
        ...list(
          'BM',
          done.renewed.map((loan) => loanValue(call, loan)),
        ),
        ...list(
          'BN',
          done.denied.map((loan) => deniedValue(call, loan)),
        ),
        ...fields(unless(done.text, 'AF')),
      ],
    },
    outcome: done.outcome,
  }
}
