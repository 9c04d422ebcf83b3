import type { BranchId, PatronId, ReservationId, Result, TitleId } from '#core'
import type { ChangeReservationRefusal, ReservationRefusal } from '#reservations'
import {
  branchCalled,
  type Call,
  echo,
  fields,
  type Handled,
  institution,
  languageOf,
  now,
  type Outcome,
  unless,
} from './call.ts'
import { compactDay, readSipDay } from './dates.ts'
import { placeName } from './dialect.ts'
import { admit } from './lending.ts'
import { type Field, field, type RequestOf } from './messages.ts'
import type { HoldFacts, ItemFacts } from './ports.ts'
import { holdOnScreen, screen } from './texts.ts'

interface Done {
  readonly ok: boolean
  readonly available: boolean
  readonly hold?: HoldFacts | undefined
  readonly text: string
  readonly outcome: Outcome
}

export async function holdAnswer(call: Call, request: RequestOf<'hold'>): Promise<Handled> {
  const thing = call.profile.may.has('hold') ? await thingCalled(call, request) : undefined
  const who = await admit(call, request)
  const done = 'kind' in who ? no(who.text, who.outcome) : await carryOut(call, request, who.id, thing)
  return {
    answer: {
      kind: 'hold-answer',
      fixed: { ok: done.ok ? '1' : '0', available: done.available ? 'Y' : 'N', date: now(call) },
      fields: fields(
        ...(done.hold ? holdFields(call, done.hold) : []),
        institution(call, request),
        echo(request, 'AA'),
        field(request, 'AB') ? echo(request, 'AB') : undefined,
        unless(thing?.facts?.title ?? field(request, 'AJ'), 'AJ'),
        unless(done.text, 'AF'),
      ),
    },
    outcome: done.outcome,
  }
}

function no(text: string, outcome: Outcome = 'refused'): Done {
  return { ok: false, available: false, text, outcome }
}

function holdFields(call: Call, hold: HoldFacts): Field[] {
  const place = call.profile.dialect === 'fbs' ? placeName(call, hold.branch_name) : hold.branch_code
  return [
    ['BW', `${compactDay(hold.until_on)}    235959`],
    ...(hold.place === null ? [] : [['BR', String(hold.place)] satisfies Field]),
    ['BS', place],
  ]
}

interface Called {
  readonly title: TitleId
  readonly issue: string
  readonly facts: ItemFacts | undefined
}

/** A reservation is of a title, whichever of its items the machine names. */
async function thingCalled({ ctx, desk }: Call, request: RequestOf<'hold'>): Promise<Called | undefined> {
  const facts = field(request, 'AB') ? await desk.item(ctx, field(request, 'AB')) : undefined
  if (facts) return { title: facts.title_id, issue: facts.issue, facts }
  const title = field(request, 'AJ') ? await desk.title(ctx, field(request, 'AJ')) : undefined
  return title && { title, issue: '', facts: undefined }
}

async function carryOut(
  call: Call,
  request: RequestOf<'hold'>,
  patron: PatronId,
  thing: Called | undefined,
): Promise<Done> {
  const { ctx, desk } = call
  const language = languageOf(call)
  if (!thing) return no(screen.unknownItem[language], 'unknown-item')
  const isIt = (hold: HoldFacts) => hold.title_id === thing.title && hold.issue === thing.issue
  const existing = (await desk.holds(ctx, patron)).find(isIt)
  if (request.fixed.mode === '-') {
    if (!existing || !(await desk.cancelHold(ctx, existing.id))) return no(screen.noSuchHold[language])
    return { ok: true, available: false, text: '', outcome: 'ok' }
  }
  const called = field(request, 'BS')
  const branch = called ? (await branchCalled(call, called))?.id : undefined
  if (called && !branch) return no(screen.unknownBranch[language])
  const wish = { patron, branch, until_on: readSipDay(field(request, 'BW')) }
  const changed = await placeOrChange(call, request, wish, thing, existing)
  if (!changed) return no(screen.notHere[language])
  if (!changed.ok) return no(holdOnScreen(changed.refusal, language))
  const hold = (await desk.holds(ctx, patron)).find(({ id }) => id === changed.value)
  return { ok: true, available: thing.facts?.state === 'available', hold, text: '', outcome: 'ok' }
}

/** What the standard calls a specific copy. */
const THIS_ITEM = '3'

/** Undefined when the machine wants something that is neither. */
async function placeOrChange(
  { ctx, desk, terminal }: Call,
  request: RequestOf<'hold'>,
  wish: { patron: PatronId; branch: BranchId | undefined; until_on: Temporal.PlainDate | undefined },
  { title, issue, facts }: Called,
  existing: HoldFacts | undefined,
): Promise<Result<ReservationId, ReservationRefusal | ChangeReservationRefusal> | undefined> {
  switch (request.fixed.mode) {
    case '+': {
      const item = field(request, 'BY') === THIS_ITEM ? facts?.id : undefined
      return desk.placeHold(ctx, { ...wish, title, issue, item, branch: wish.branch ?? terminal.branch_id })
    }
    case '*':
      if (!existing) return { ok: false, refusal: { kind: 'unknown-reservation' } }
      return desk.changeHold(ctx, { ...wish, id: existing.id })
    default:
      return undefined
  }
}
