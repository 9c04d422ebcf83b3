import { type ItemState, itemState, lockItem } from '#catalogue'
import {
  type BranchId,
  dayOf,
  earlier,
  type ItemId,
  type LoanId,
  type Ore,
  ok,
  oreOf,
  type PatronId,
  type Result,
  refuse,
  startOfDay,
  type TitleId,
} from '#core'
import { type Named, transact, type Write } from '#db'
import { lendingRules } from '#lending-rules'
import { ADDRESSEE, type Addressee } from '#messages'
import { LENDING_GROUP, touched } from '#patrons'
import { arriveAtBranch, leaveShelf, releaseItem, type Trapped, trapItem, WAITS_FOR } from '#reservations'
import { settingVersion } from '#settings'
import type { Context } from '#vault'
import { chargeIfLate } from './charge-late.ts'
import { findAgain } from './found-again.ts'
import { tellOfReturn } from './receipts.ts'
import { type Route, routeReturn, stateOnRoute } from './route.ts'

export type CheckinRefusal =
  | { readonly kind: 'unknown-item' }
  /** Of what happened offline: it has been lent since, so it was not this loan that ended. */
  | { readonly kind: 'lent-since' }

export interface CheckinRequest {
  readonly barcode: string
  /** Where it is handed in; where it was last seen unless named. */
  readonly at?: BranchId | undefined
  /** The day it lay in the book drop. One to come is not believed, and none is before the loan. */
  readonly returned_on?: Temporal.PlainDate | undefined
  /** It stood on our own shelf all the time: nothing is charged. */
  readonly foundByLibrary?: boolean | undefined
  /** It is broken: it goes to repair and to nobody who waits. */
  readonly damaged?: boolean | undefined
  /** Who hands it in, where that is known. When it is another's loan, that patron is told. */
  readonly by?: PatronId | undefined
  /** The patron wants to be told by e-mail what was handed in. */
  readonly receipt?: boolean | undefined
}

export interface Returned {
  /** Null when the item was not on loan: it is put where it belongs all the same. */
  readonly loan: LoanId | null
  readonly title: TitleId
  readonly fee_ore: Ore
  /** What had been paid for it while it was lost, and is the patron's again. */
  readonly back_ore: Ore
  /** Where it goes now. */
  readonly route: Route
  /** Whom the item is kept for now, if somebody waits for it. */
  readonly ready: Trapped | undefined
}

export interface CheckinFacts extends Omit<Addressee, 'patron_id'> {
  item_id: ItemId
  title_id: TitleId
  title: string
  branch_id: BranchId
  at_branch_id: BranchId
  shelf: string | null
  state: ItemState
  floats: boolean
  material_group: string
  loan_id: LoanId | null
  patron_id: PatronId | null
  birth_on: Temporal.PlainDate | null
  lending_group: string
  lent_at: Temporal.Instant
  renewed_at: Temporal.Instant | null
  due_on: Temporal.PlainDate
  claimed_returned_at: Temporal.Instant | null
  owes: boolean
  grouped: boolean
  kept_branch: BranchId | null
  kept_number: string | null
  kept_ready: boolean
  waiting: boolean
  rules_version: number
}

// Patron before item, as everywhere, though only the item is known: whose loan it is may have changed when it is read.
const LOCK_PATRON: Named = {
  name: 'checkin-lock-patron',
  text: `select from patron where id = (
    select l.patron_id from item i join loan l on l.item_id = i.id and l.returned_at is null and l.lost_at is null
    where i.barcode = $1) for no key update`,
}

const FACTS: Named = {
  name: 'checkin-facts',
  text: `
    select i.id as item_id, i.title_id, t.title, i.branch_id, i.at_branch_id, i.shelf, i.state,
      i.float_group is not null as floats, i.material_group,
      l.id as loan_id, ${ADDRESSEE('p')}, p.birth_on, ${LENDING_GROUP('p')} as lending_group, l.lent_at, l.renewed_at,
      l.due_on, l.claimed_returned_at,
      exists (select from fee where loan_id = l.id and settled_at is null)
        or exists (select from fee where id = l.fee_id and settled_at is null)
        or exists (select from compensation where loan_id = l.id and settled_at is null) as owes,
      exists (select from group_loan where loan_id = l.id) as grouped,
      kept.pickup_branch_id as kept_branch, kept.pickup_number as kept_number, kept.ready_at is not null as kept_ready,
      ${WAITS_FOR('i.title_id', 'i.issue', 'i.id')} as waiting,
      ${settingVersion(lendingRules)} as rules_version
    from item i join title t on t.id = i.title_id
      left join loan l on l.item_id = i.id and l.returned_at is null and l.lost_at is null
      left join patron p on p.id = l.patron_id
      left join reservation kept on kept.item_id = i.id
    where i.barcode = $1`,
}

const RETURN: Named = {
  name: 'checkin-return',
  text: 'update loan set returned_at = $2, settled_at = $3, fee_id = coalesce($4, fee_id) where id = $1 and returned_at is null',
}

const UNGROUP: Named = { name: 'checkin-ungroup', text: 'delete from group_loan where loan_id = $1' }

/**
 * Takes an item back, wherever it is handed in. Charges what the lateness costs, ends the loan when nothing is owed for
 * it, and says where the item goes: to whoever waits, home, or to the shelf. What is not on loan is taken back too.
 */
export function checkin(ctx: Context, request: CheckinRequest): Promise<Result<Returned, CheckinRefusal>> {
  return takeBack(ctx, request)
}

/** The checkin, and the one that happened while Kvit was out of reach. */
export function takeBack(
  ctx: Context,
  request: CheckinRequest,
  happened_at?: Temporal.Instant,
): Promise<Result<Returned, CheckinRefusal>> {
  return transact(ctx, async (ctx) => {
    const barcode = request.barcode.trim()
    const [, , [facts]] = await Promise.all([
      ctx.db.named(LOCK_PATRON, [barcode]),
      lockItem(ctx, barcode),
      ctx.db.named<CheckinFacts>(FACTS, [barcode]),
    ])
    if (!facts) return refuse({ kind: 'unknown-item' })
    if (happened_at && facts.loan_id && Temporal.Instant.compare(facts.lent_at, happened_at) > 0) {
      return refuse({ kind: 'lent-since' })
    }
    const at = request.at ?? facts.at_branch_id
    const placed = await place(ctx, facts, at, request.damaged === true)
    const ended = await endLoan(ctx, facts, request, { placed, at, happened_at: happened_at ?? ctx.clock.now() })
    return ok({ title: facts.title_id, route: placed.route, ready: placed.ready, ...ended })
  })
}

interface Placed {
  readonly route: Route
  readonly ready: Trapped | undefined
  /** The reservation's room has said where the item is. */
  readonly written: boolean
}

/** Decides where the item goes, after whoever waits has been given it. */
async function place(ctx: Context, facts: CheckinFacts, at: BranchId, damaged: boolean): Promise<Placed> {
  const { item_id: item, title_id: title, branch_id: home, shelf, floats } = facts
  const state = stateAsFound(facts, damaged)
  const known = { at, home, shelf, floats, state } as const
  const serves = state === 'available'
  if (!serves && facts.kept_branch) await releaseItem(ctx, item)
  if (serves && facts.kept_branch) {
    if (facts.kept_branch === at && !facts.kept_ready) {
      const ready = await arriveAtBranch(ctx, item, at)
      return { route: routeReturn({ ...known, kept: keptOf(ready) }), ready, written: ready !== undefined }
    }
    if (facts.kept_ready && facts.kept_branch !== at) await leaveShelf(ctx, item)
    const kept = { pickup_branch: facts.kept_branch, pickup_number: facts.kept_number }
    return { route: routeReturn({ ...known, kept }), ready: undefined, written: false }
  }
  const ready = serves && facts.waiting ? await trapItem(ctx, { item, title, at }) : undefined
  return { route: routeReturn({ ...known, kept: keptOf(ready) }), ready, written: ready !== undefined }
}

function keptOf(ready: Trapped | undefined) {
  return ready && { pickup_branch: ready.pickup_branch_id, pickup_number: ready.pickup_number }
}

/** What is handed in is in order again, unless it is seen to be broken, was being mended, or is no longer ours to lend. */
function stateAsFound({ state, loan_id }: CheckinFacts, damaged: boolean): 'withdrawn' | 'damaged' | 'available' {
  if (state === 'withdrawn') return 'withdrawn'
  return damaged || (state === 'damaged' && !loan_id) ? 'damaged' : 'available'
}

interface Handing {
  readonly placed: Placed
  readonly at: BranchId
  readonly happened_at: Temporal.Instant
}

type Ended = Pick<Returned, 'loan' | 'fee_ore' | 'back_ore'>

async function endLoan(ctx: Context, facts: CheckinFacts, request: CheckinRequest, handing: Handing): Promise<Ended> {
  const { loan_id, patron_id } = facts
  if (loan_id && patron_id) return endOpenLoan(ctx, { ...facts, loan_id, patron_id }, request, handing)
  const found = facts.state === 'lost' ? await findAgain(ctx, facts.item_id, handing.happened_at) : undefined
  const writes = putDown(ctx, facts, handing)
  const written = writes.length > 0 ? ctx.db.write(writes) : undefined
  ctx.db.commitAlong()
  await written
  return { loan: found?.loan ?? null, fee_ore: oreOf(0), back_ore: found?.back_ore ?? oreOf(0) }
}

type LentFacts = CheckinFacts & { loan_id: LoanId; patron_id: PatronId }

async function endOpenLoan(ctx: Context, facts: LentFacts, request: CheckinRequest, handing: Handing): Promise<Ended> {
  const { loan_id, patron_id, claimed_returned_at } = facts
  const { returned_on, returned_at } = returnedWhen(facts.lent_at, handing.happened_at, request.returned_on)
  // What the patron said was back cost nothing from that day, wherever it has been since.
  const late_until = claimed_returned_at ? earlier(returned_on, dayOf(claimed_returned_at)) : returned_on
  const late = request.foundByLibrary ? undefined : await chargeIfLate(ctx, facts, late_until)
  const fee_ore = late?.amount_ore ?? oreOf(0)
  const owes = facts.owes || fee_ore > 0 || Boolean(late?.fee_id)
  const writes = [
    { ...RETURN, values: [loan_id, returned_at, owes ? null : returned_at, late?.fee_id ?? null] },
    ...(request.foundByLibrary ? [] : [touched(ctx, patron_id)]),
    ...(facts.grouped && !owes ? [{ ...UNGROUP, values: [loan_id] }] : []),
    ...putDown(ctx, facts, handing),
  ]
  const tells = request.receipt || (request.by && request.by !== patron_id)
  const written = ctx.db.write(writes)
  if (!tells) ctx.db.commitAlong()
  await written
  if (tells) await tellOfReturn(ctx, { to: facts, loan: loan_id, returned_at, returned_on }, request)
  return { loan: loan_id, fee_ore, back_ore: oreOf(0) }
}

function putDown(ctx: Context, facts: CheckinFacts, { placed, at }: Handing): Write[] {
  if (placed.written) return []
  const { route } = placed
  const destination = route.kind === 'transit' ? route.to : undefined
  return [itemState(ctx, facts.item_id, stateOnRoute(route), { at, destination })]
}

/**
 * When it came back: the day it lay in the book drop, if one is named. One to come is not believed, and none can be
 * before the loan.
 */
export function returnedWhen(
  lent_at: Temporal.Instant,
  now: Temporal.Instant,
  named?: Temporal.PlainDate,
): { returned_on: Temporal.PlainDate; returned_at: Temporal.Instant } {
  const today = dayOf(now)
  const lent_on = dayOf(lent_at)
  const believed = named && Temporal.PlainDate.compare(named, today) < 0 ? named : today
  const returned_on = Temporal.PlainDate.compare(believed, lent_on) < 0 ? lent_on : believed
  if (!named || returned_on.equals(today)) return { returned_on: today, returned_at: now }
  const endOfDay = startOfDay(returned_on.add({ days: 1 })).subtract({ seconds: 1 })
  return { returned_on, returned_at: Temporal.Instant.compare(endOfDay, lent_at) < 0 ? lent_at : endOfDay }
}
