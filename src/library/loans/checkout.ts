import { type ItemState, itemState, lockItem } from '#catalogue'
import {
  assert,
  type BranchId,
  dayOf,
  type ItemId,
  type LoanId,
  ok,
  type PatronId,
  type Result,
  type TitleId,
} from '#core'
import { type Named, sql, transact, type Write } from '#db'
import { decideLending, lendingRules } from '#lending-rules'
import { ADDRESSEE, type Addressee } from '#messages'
import { BLOCKS_ON, type BlockCode, cardKeys, LENDING_GROUP, PATRON_OF_CARD, touched } from '#patrons'
import { accessNote, requireFeature } from '#privacy'
import { LENDER_WANTS_BACK, takeReservation } from '#reservations'
import { settingAt, settingVersion } from '#settings'
import type { Context } from '#vault'
import { servesAtDesk } from './claim-returned.ts'
import { byLendersDay, dueDay } from './due.ts'
import {
  ageBand,
  type CheckoutReason,
  type CheckoutRefusal,
  decideCheckout,
  type Lenience,
  type Override,
} from './rules.ts'
import { seen } from './texts.ts'

export interface CheckoutRequest {
  readonly card: string
  readonly barcode: string
  /** Where it happens; the item's own branch unless named. */
  readonly branch?: BranchId | undefined
  /** The patron wants to be told by e-mail what was lent. */
  readonly receipt?: boolean | undefined
  /** Staff lend all the same. */
  readonly override?: Override | undefined
  /** Staff see whose loan it is: what the access log says of that, written with the loan. */
  readonly look?: Look | undefined
  /** Who answers to the desk for it, such as the teacher of a class. */
  readonly primary?: PatronId | undefined
  /** Asked in the same breath as what a checkout is decided from; when it throws, nothing is lent. */
  readonly provided?: ((ctx: Context) => Promise<void>) | undefined
}

export interface Look {
  readonly what: string
  readonly why: string
}

export interface Lent {
  readonly loan: LoanId
  readonly title: TitleId
  readonly patron: PatronId
  readonly due_on: Temporal.PlainDate
  /** The patron had it already; nothing has changed, nor was it renewed. */
  readonly again?: true
  /** What spoke against it and was set aside. */
  readonly despite?: readonly CheckoutReason[]
}

interface Facts extends Omit<Addressee, 'patron_id'> {
  patron_id: PatronId | null
  title: string
  birth_on: Temporal.PlainDate | null
  patron_group: string
  lending_group: string
  restricted: boolean
  blocks: BlockCode[]
  loans: string[]
  item_id: ItemId | null
  title_id: TitleId
  branch_id: BranchId
  material: string
  material_group: string
  state: ItemState
  open_loan: LoanId | null
  open_due_on: Temporal.PlainDate | null
  lent_to: PatronId | null
  kept_for: PatronId | null
  return_by_on: Temporal.PlainDate | null
  has_reserved: boolean
  rules_version: number
}

// The locks are statements of their own, patron before item: what is read afterwards is then what the one before wrote.
const LOCK_PATRON: Named = {
  name: 'checkout-lock-patron',
  text: `select from patron where id = ${PATRON_OF_CARD} for update`,
}

/** Everything a checkout is decided from; the three statements travel together. */
const FACTS: Named = {
  name: 'checkout-facts',
  text: `
    select ${ADDRESSEE('p')}, p.birth_on, p.patron_group, ${LENDING_GROUP('p')} as lending_group,
      exists (select from restriction where patron_id = p.id and ended_at is null) as restricted,
      ${BLOCKS_ON('p.id', '$4')} as blocks,
      array(select material_group from loan where patron_id = p.id and returned_at is null and lost_at is null
        and claimed_returned_at is null) as loans,
      i.id as item_id, i.title_id, title.title, i.branch_id, title.material, i.material_group, i.state,
      open.id as open_loan, open.due_on as open_due_on, open.patron_id as lent_to,
      (select patron_id from reservation where item_id = i.id) as kept_for,
      exists (select from reservation where patron_id = p.id and title_id = i.title_id) as has_reserved,
      ${LENDER_WANTS_BACK('i.title_id')} as return_by_on,
      ${settingVersion(lendingRules)} as rules_version
    from (select 1) one
      left join patron p on p.id = ${PATRON_OF_CARD}
      left join item i on i.barcode = $3
      left join title on title.id = i.title_id
      left join loan open on open.item_id = i.id and open.returned_at is null and open.lost_at is null`,
}

const LEND: Named = {
  name: 'checkout-lend',
  text: `insert into loan (id, patron_id, item_id, title_id, branch_id, material, patron_group, age_band, lent_at, due_on,
      material_group, receipt_wanted_at, renewals, overdue_step)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, 0, 0)`,
}

const GROUP: Named = {
  name: 'checkout-group',
  text: 'insert into group_loan (loan_id, patron_id, since_at) values ($1, $2, $3)',
}

/**
 * Lends one item to one patron, at the item's branch unless another is named. Refuses as {@link CheckoutRefusal} says,
 * with every reason at once; a patron who has the item already is told so again, so that a machine may resend.
 */
export function checkout(ctx: Context, request: CheckoutRequest): Promise<Result<Lent, CheckoutRefusal>> {
  return lend(ctx, request)
}

/**
 * The checkout, and the one that happened while Kvit was out of reach: the item has left the house, so what would have
 * been refused at the desk is lent all the same, from the day it happened.
 */
export async function lend(
  ctx: Context,
  request: CheckoutRequest,
  happened_at?: Temporal.Instant,
): Promise<Result<Lent, CheckoutRefusal>> {
  const keys = await cardKeys(ctx, request.card)
  return transact(ctx, async (ctx) => {
    const barcode = request.barcode.trim()
    const lent_at = happened_at ?? ctx.clock.now()
    const today = dayOf(lent_at)
    const [, , [facts]] = await Promise.all([
      ctx.db.named(LOCK_PATRON, keys),
      lockItem(ctx, barcode),
      ctx.db.named<Facts>(FACTS, [...keys, barcode, today]) as Promise<[Facts]>,
      request.provided?.(ctx),
    ])
    const rules = await settingAt(ctx, lendingRules, facts.rules_version)
    const decision = decideCheckout(
      {
        patron: facts.patron_id && { ...facts, id: facts.patron_id },
        item: facts.item_id && { ...facts, id: facts.item_id },
        today,
        others: await otherReasons(ctx, facts, request, happened_at),
      },
      rules,
      scopeOf(facts),
      lenienceOf(ctx, request, happened_at),
    )
    if (!decision.ok) return decision
    if (decision.value.kind === 'again' && facts.open_loan && facts.open_due_on) {
      return ok({ loan: facts.open_loan, ...lentOf(facts), due_on: facts.open_due_on, again: true })
    }
    const { despite } = decision.value.kind === 'lend' ? decision.value : { despite: [] }
    const { values } = decideLending(rules, scopeOf(facts))
    const branch = request.branch ?? facts.branch_id
    const counted = request.override?.due_on ?? (await dueDay(ctx, values, today, branch))
    const due_on = byLendersDay(counted, today, facts.return_by_on)
    const loan = await write(ctx, facts, request, { lent_at, due_on, branch })
    return ok({ loan, ...lentOf(facts), due_on, ...(despite.length > 0 ? { despite } : {}) })
  })
}

function lentOf({ patron_id, title_id }: Facts): Pick<Lent, 'patron' | 'title'> {
  assert(patron_id, 'lent to nobody')
  return { patron: patron_id, title: title_id }
}

function scopeOf({ branch_id, lending_group, material_group }: Facts) {
  return { branch: branch_id, patronGroup: lending_group, materialGroup: material_group }
}

function lenienceOf(
  ctx: Context,
  { override }: CheckoutRequest,
  happened_at: Temporal.Instant | undefined,
): Lenience | undefined {
  if (happened_at) return { kind: 'offline' }
  return override && { kind: 'override', override, allowed: servesAtDesk(ctx) }
}

/** What only some checkouts have to be asked. */
async function otherReasons(
  ctx: Context,
  facts: Facts,
  { primary }: CheckoutRequest,
  happened_at: Temporal.Instant | undefined,
): Promise<CheckoutReason[]> {
  const reasons: CheckoutReason[] = []
  if (primary) {
    if (!(await requireFeature(ctx, 'group_loan')).ok) reasons.push({ kind: 'group-loans-off' })
    const known = await ctx.db.maybe(sql`select 1 from patron where id = ${primary} for key share`)
    if (!known) reasons.push({ kind: 'unknown-primary' })
  }
  if (happened_at && facts.item_id) {
    const since = await ctx.db.maybe(sql`
      select 1 from loan where item_id = ${facts.item_id} and (lent_at > ${happened_at} or returned_at > ${happened_at}) limit 1`)
    if (since) reasons.push({ kind: 'seen-since' })
  }
  return reasons
}

interface NewLoan {
  readonly lent_at: Temporal.Instant
  readonly due_on: Temporal.PlainDate
  readonly branch: BranchId
}

async function write(ctx: Context, facts: Facts, request: CheckoutRequest, loan: NewLoan): Promise<LoanId> {
  const { patron_id, item_id } = facts
  assert(patron_id && item_id, 'a checkout of nothing, or by nobody, was let through')
  const { lent_at, due_on, branch } = loan
  const id = ctx.random.uuid(lent_at) as LoanId
  const look = lookOf(facts, request)
  const note = look && accessNote(ctx, patron_id, look.what, look.why)
  const lent: Write = {
    ...LEND,
    values: [
      id,
      patron_id,
      item_id,
      facts.title_id,
      branch,
      facts.material,
      facts.patron_group,
      ageBand(facts.birth_on, dayOf(lent_at)),
      lent_at,
      due_on,
      facts.material_group,
      request.receipt ? ctx.clock.now() : null,
    ],
  }
  const { primary } = request
  const written = ctx.db.write([
    itemState(ctx, item_id, 'on-loan', { at: request.branch }),
    touched(ctx, patron_id),
    ...(note ? [note] : []),
    ...(primary ? [{ ...GROUP, values: [id, primary, lent_at] }] : []),
    lent,
  ])
  if (!facts.has_reserved) ctx.db.commitAlong()
  await written
  if (facts.has_reserved) await takeReservation(ctx, patron_id, facts.title_id, item_id)
  return id
}

/** The patron can read why an exception was made; nothing else keeps it. */
function lookOf({ language }: Facts, { override, look }: CheckoutRequest): Look | undefined {
  return override ? { what: seen.override[language], why: override.reason } : look
}
