import { dayOf, type Language, ok, oreOf, type Result } from '#core'
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
  shownName,
  unless,
  validity,
  whyNot,
} from './call.ts'
import { compactDay } from './dates.ts'
import { debtValue, holdValue, joined, limitFields, listFields, loanValue } from './dialect.ts'
import { type Field, field, type RequestOf } from './messages.ts'
import type { PatronFacts } from './ports.ts'
import { askedLists, count, hasTooMany, type List, page, patronStatus, readAmount, signs } from './rules.ts'
import { blockedOnScreen, limitReached, owes, screen } from './texts.ts'

type Asking = RequestOf<'patron-status' | 'patron-information'>

/** Who stands there and what is to be said of them, whatever list was asked for. */
interface Standing {
  readonly who: Identified
  /** Only when the card is good and the PIN right: of anybody else nothing is read out. */
  readonly patron: PatronFacts | undefined
  readonly status: string
  readonly validity: readonly Field[]
  readonly text: string
  readonly outcome: Outcome
}

export async function patronStatusAnswer(call: Call, request: RequestOf<'patron-status'>): Promise<Handled> {
  const standing = await stand(call, request)
  return {
    answer: {
      kind: 'patron-status-answer',
      fixed: { status: standing.status, language: request.fixed.language, date: now(call) },
      fields: fields(
        ...head(call, request, standing),
        ...standing.validity,
        ...money(call, standing.patron),
        af(standing),
      ),
    },
    outcome: standing.outcome,
  }
}

export async function patronInformationAnswer(call: Call, request: RequestOf<'patron-information'>): Promise<Handled> {
  const standing = await stand(call, request)
  const shown = call.profile.shows.lists || call.profile.shows.money
  const patron = standing.patron?.restricted ? undefined : standing.patron
  const counts = countsOf(call, patron, standing.who)
  const lists = patron && shown ? await listsOf(call, patron, request) : emptyLists(call, request)
  return {
    answer: {
      kind: 'patron-information-answer',
      fixed: { status: standing.status, language: request.fixed.language, date: now(call), ...counts },
      // Lists are as long as they are: cutting one of the dialect's values in the middle would make it another.
      fields: [
        ...fields(
          ...head(call, request, standing),
          ...(patron && shown ? limitFields(call, { holds: patron.most_holds, loans: patron.most_loans }) : []),
          ...standing.validity,
          ...money(call, patron),
        ),
        ...lists,
        ...fields(...contact(call, patron), af(standing)),
      ],
    },
    outcome: standing.outcome,
  }
}

async function stand(call: Call, request: Asking): Promise<Standing> {
  const language = languageOf(call, request.fixed.language)
  if (!call.profile.may.has(request.kind)) return notHere(screen.notHere[language])
  const who = await identify(call, request)
  const refused = whyNot(who, language)
  const facts = who.id ? await call.desk.patron(call.ctx, who.id) : undefined
  const known = { who, validity: validity(who) }
  if (refused || !facts) {
    // Whether the card is good is said of anybody who has it; why its owner may not borrow is not.
    // A door looks at the first sign too.
    const open = who.card === 'good' && call.terminal.kind !== 'door'
    const status = open ? signs([]) : who.card === 'good' ? signs([1, 2, 3, 4]) : patronStatus(who, facts)
    return {
      ...known,
      patron: undefined,
      status,
      text: refused?.text ?? '',
      outcome: refused?.outcome ?? 'unknown-card',
    }
  }
  if (call.terminal.kind === 'door') return atDoor(call, known, facts, language)
  const text = whyBlocked(call, facts, language)
  return { ...known, patron: facts, status: patronStatus(who, facts), text, outcome: text ? 'refused' : 'ok' }
}

function notHere(text: string): Standing {
  const who: Identified = { id: undefined, pin: 'not-given', card: 'unknown', trusted: false }
  return {
    who,
    patron: undefined,
    status: patronStatus(who, undefined),
    validity: validity(who),
    text,
    outcome: 'not-allowed',
  }
}

/** A door is told whether to open, and nothing else: debts and loans close none. */
async function atDoor(
  call: Call,
  known: Pick<Standing, 'who' | 'validity'>,
  patron: PatronFacts,
  language: Language,
): Promise<Standing> {
  const { ctx, terminal, enter } = call
  const verdict: Result<true, { text: { da: string; en: string } }> = enter
    ? await enter(ctx, { patron: patron.id, branch: terminal.branch_id, terminal: terminal.name })
    : { ok: false, refusal: { text: screen.noDoor } }
  if (verdict.ok) return { ...known, patron, status: signs([]), text: '', outcome: 'ok' }
  const text = verdict.refusal.text[language]
  const shut: Field[] = [
    ['BL', 'N'],
    ['CQ', 'Y'],
  ]
  return { ...known, validity: shut, patron: undefined, status: signs([1, 2, 3, 4]), text, outcome: 'refused' }
}

function whyBlocked(call: Call, patron: PatronFacts, language: Language): string {
  if (patron.restricted) return screen.askDesk[language]
  const hard = patron.blocks.find((code) => code !== 'debt')
  if (hard) return blockedOnScreen(hard, language)
  if (patron.blocks.includes('debt')) return owes(call.profile.shows.money ? patron.owed_ore : undefined, language)
  return hasTooMany(patron) ? limitReached(language) : ''
}

function head(call: Call, request: Asking, { patron, who }: Standing): Field[] {
  return [
    institution(call, request),
    presented(call, request, patron, who),
    ['AE', patron ? shownName(call, patron) : ''],
  ]
}

/** What was sent; in the dialect, told apart by which kind of number it is. */
function presented(call: Call, request: Asking, patron: PatronFacts | undefined, who: Identified): Field {
  if (call.profile.dialect === 'standard') return echo(request, 'AA')
  const sent = field(request, 'AA').replace(/^(?:LN|CPR|ANY):/, '')
  if (patron && who.trusted && call.terminal.kind !== 'door') return ['AA', `LN:${patron.number}`]
  return ['AA', `ANY:${sent}`]
}

function money(call: Call, patron: PatronFacts | undefined): Field[] {
  if (!patron || patron.restricted || !call.profile.shows.money) return []
  return [
    ['BH', 'DKK'],
    ['BV', amount(patron.owed_ore)],
    ['CC', amount(patron.fee_limit_ore)],
  ]
}

function contact(call: Call, patron: PatronFacts | undefined): (Field | undefined)[] {
  if (!patron) return []
  const { shows } = call.profile
  const born = shows.birthDate && patron.birth_on ? unless(compactDay(patron.birth_on), 'PB') : undefined
  // Where a protected patron lives or is reached is for no machine.
  if (!shows.contact || patron.protected) return [born]
  const { address, postcode, city } = patron
  const home = address
    ? call.profile.dialect === 'fbs'
      ? joined(address, postcode, city, '')
      : `${address}, ${postcode ?? ''} ${city ?? ''}`
    : null
  return [unless(home, 'BD'), unless(patron.email, 'BE'), unless(patron.phone, 'BF'), born]
}

function af({ text }: Standing): Field | undefined {
  return unless(text, 'AF')
}

const UNSAID = '    '

/** Numbers of lists; blanks on a machine that is shown none. */
function countsOf(call: Call, patron: PatronFacts | undefined, who: Identified) {
  const { shows } = call.profile
  const of = (show: boolean, number: number) => (show || who.card === 'unknown' ? count(number) : UNSAID)
  return {
    holds: of(shows.lists, patron?.ready ?? 0),
    overdue: of(shows.lists, patron?.overdue ?? 0),
    charged: of(shows.lists, patron?.loans ?? 0),
    fines: of(shows.money, patron?.debts ?? 0),
    recalls: of(shows.lists, 0),
    unavailableHolds: of(shows.lists, patron?.waiting ?? 0),
  }
}

async function listsOf(call: Call, { id }: PatronFacts, request: RequestOf<'patron-information'>): Promise<Field[]> {
  const { ctx, desk, profile } = call
  const asked = askedLists(request.fixed.summary)
  const wants = (...lists: readonly List[]) => lists.some((list) => asked.includes(list))
  const [loans, holds, debts] = await Promise.all([
    profile.shows.lists && wants('loans', 'overdue') ? desk.loans(ctx, id) : [],
    profile.shows.lists && wants('ready', 'waiting') ? desk.holds(ctx, id) : [],
    profile.shows.money && wants('debts') ? desk.debts(ctx, id) : [],
  ])
  const today = dayOf(ctx.clock.now())
  const values: Record<List, readonly string[]> = {
    ready: holds.filter(({ ready }) => ready).map((hold) => holdValue(call, hold)),
    overdue: loans
      .filter(({ due_on }) => Temporal.PlainDate.compare(due_on, today) < 0)
      .map((loan) => loanValue(call, loan)),
    loans: loans.map((loan) => loanValue(call, loan)),
    debts: debts.map((debt) => debtValue(call, debt)),
    recalled: [],
    waiting: holds.filter(({ ready }) => !ready).map((hold) => holdValue(call, hold)),
  }
  const [from, to] = [field(request, 'BP'), field(request, 'BQ')]
  return asked.flatMap((list) => listFields(call, list, page(values[list], from, to)))
}

function emptyLists(call: Call, request: RequestOf<'patron-information'>): Field[] {
  return askedLists(request.fixed.summary).flatMap((list) => listFields(call, list, []))
}

/** The end of one person's visit. Nothing is kept of it here, so there is nothing to clear. */
export function endSessionAnswer(call: Call, request: RequestOf<'end-session'>): Handled {
  return {
    answer: {
      kind: 'end-session-answer',
      fixed: { endSession: 'Y', date: now(call) },
      fields: fields(institution(call, request), echo(request, 'AA')),
    },
    outcome: 'ok',
  }
}

/** The machine has met too many wrong PINs, or kept a card: the patron is blocked until staff have looked at it. */
export async function blockPatronAnswer(call: Call, request: RequestOf<'block-patron'>): Promise<Handled> {
  const { ctx, desk, profile } = call
  const language = languageOf(call)
  const may = profile.may.has(request.kind)
  const holder = may ? await desk.holder(ctx, field(request, 'AA')) : undefined
  if (holder) await desk.block(ctx, holder.id, field(request, 'AL').slice(0, 100))
  const who: Identified = { id: holder?.id, card: holder ? 'good' : 'unknown', pin: 'not-given', trusted: false }
  const text = may
    ? holder
      ? blockedOnScreen('self-service', language)
      : screen.unknownCard[language]
    : screen.notHere[language]
  return {
    answer: {
      kind: 'patron-status-answer',
      fixed: { status: signs([1, 2, 3, 4]), language: '009', date: now(call) },
      fields: fields(institution(call, request), echo(request, 'AA'), ['AE', ''], ...validity(who), ['AF', text]),
    },
    outcome: may ? (holder ? 'ok' : 'unknown-card') : 'not-allowed',
  }
}

/** Lifts what a machine has blocked, and nothing that staff or a rule have. Only staff's own machine may. */
export async function patronEnableAnswer(call: Call, request: RequestOf<'patron-enable'>): Promise<Handled> {
  const { ctx, desk, profile } = call
  const language = languageOf(call)
  const may = profile.may.has(request.kind)
  const who: Identified = may
    ? await identify(call, request)
    : { id: undefined, pin: 'not-given', card: 'unknown', trusted: false }
  const refused = may ? whyNot(who, language) : { text: screen.notHere[language], outcome: 'not-allowed' as const }
  if (!refused && who.id) await desk.unblock(ctx, who.id)
  const facts = !refused && who.id ? await desk.patron(ctx, who.id) : undefined
  return {
    answer: {
      kind: 'patron-enable-answer',
      fixed: { status: patronStatus(who, facts), language: '009', date: now(call) },
      fields: fields(
        institution(call, request),
        echo(request, 'AA'),
        ['AE', facts ? shownName(call, facts) : ''],
        ...validity(who),
        unless(refused?.text ?? (facts ? whyBlocked(call, facts, language) : ''), 'AF'),
      ),
    },
    outcome: refused?.outcome ?? 'ok',
  }
}

/** Money that the machine has taken. Its own number for it (BK) makes the second sending the first. */
export async function feePaidAnswer(call: Call, request: RequestOf<'fee-paid'>): Promise<Handled> {
  const language = languageOf(call)
  const paid = await takePayment(call, request)
  return {
    answer: {
      kind: 'fee-paid-answer',
      fixed: { accepted: paid.ok ? 'Y' : 'N', date: now(call) },
      fields: fields(institution(call, request), echo(request, 'AA'), unless(field(request, 'BK'), 'BK'), [
        'AF',
        paid.ok ? screen.paid[language] : paid.refusal.text,
      ]),
    },
    outcome: paid.ok ? 'ok' : paid.refusal.outcome,
  }
}

async function takePayment(
  call: Call,
  request: RequestOf<'fee-paid'>,
): Promise<Result<true, { text: string; outcome: Outcome }>> {
  const { ctx, desk, profile, terminal } = call
  const language = languageOf(call)
  const no = (text: string, outcome: Outcome = 'refused') => ({ ok: false as const, refusal: { text, outcome } })
  if (!profile.may.has(request.kind)) return no(screen.notHere[language], 'not-allowed')
  const who = await identify(call, request)
  // Nobody is asked for a PIN to pay what somebody owes; a wrong one is wrong all the same.
  const refused = whyNot(who.pin === 'not-given' ? { ...who, pin: 'right' } : who, language)
  if (refused || !who.id) return no(refused?.text ?? screen.unknownCard[language], refused?.outcome)
  const ore = readAmount(field(request, 'BV'))
  const currency = request.fixed.currency.trim()
  if (!ore || (currency !== '' && currency !== 'DKK')) return no(screen.badAmount[language])
  const paid = await desk.pay(ctx, {
    patron: who.id,
    amount_ore: oreOf(ore),
    bill: field(request, 'CG') || undefined,
    method: request.fixed.paymentType === '00' ? 'cash' : 'card',
    branch: terminal.branch_id,
    receipt: field(request, 'BK') || undefined,
  })
  return paid.ok ? ok(true) : no(screen.badAmount[language])
}
