import { lockItem, setItemState } from '#catalogue'
import {
  type BranchId,
  dayOf,
  type ItemId,
  type LoanId,
  type Ore,
  ok,
  oreOf,
  type PatronId,
  type Result,
  refuse,
  type TitleId,
} from '#core'
import { type Named, transact } from '#db'
import { chargeFee, type FeeBand, lateFee, paysChildFee, STATUTORY_CAP } from '#fees'
import { touch } from '#patrons'
import { putOnShelf, type ReadyReservation } from '#reservations'
import type { Context } from '#vault'
import { queueReady } from './notify.ts'
import { daysLate } from './rules.ts'

export type CheckinRefusal = { readonly kind: 'unknown-item' }

export interface Returned {
  /** Null when the item was not on loan: it is put where it belongs all the same. */
  readonly loan: LoanId | null
  readonly fee_ore: Ore
  /** Whom the item is kept for now, if somebody waits for it. */
  readonly ready: ReadyReservation | undefined
}

interface Facts {
  item_id: ItemId
  title_id: TitleId
  branch_id: BranchId
  loan_id: LoanId | null
  patron_id: PatronId | null
  birth_on: Temporal.PlainDate | null
  due_on: Temporal.PlainDate
  owes: boolean
  waiting: boolean
}

const FACTS: Named = {
  name: 'checkin-facts',
  text: `
    select i.id as item_id, i.title_id, i.branch_id, l.id as loan_id, l.patron_id, p.birth_on, l.due_on,
      exists (select from fee where loan_id = l.id and settled_at is null)
        or exists (select from compensation where loan_id = l.id and settled_at is null) as owes,
      exists (select from reservation where title_id = i.title_id and item_id is null) as waiting
    from item i left join loan l on l.item_id = i.id and l.returned_at is null and l.lost_at is null
      left join patron p on p.id = l.patron_id
    where i.barcode = $1`,
}

const RETURN: Named = {
  name: 'checkin-return',
  text: 'update loan set returned_at = $2, settled_at = $3 where id = $1 and returned_at is null',
}

/** One fee table for every library until rules are data: the most the law allows. */
const FEE_BANDS: readonly FeeBand[] = STATUTORY_CAP

/**
 * Takes an item back, wherever it is handed in. Charges what the lateness costs, ends the loan when nothing is owed for
 * it, and puts the item on the pickup shelf when somebody waits. An item that is not on loan is taken back too.
 */
export function checkin(
  ctx: Context,
  request: { readonly barcode: string },
): Promise<Result<Returned, CheckinRefusal>> {
  return transact(ctx, async (ctx) => {
    const barcode = request.barcode.trim()
    const [, [facts]] = await Promise.all([lockItem(ctx, barcode), ctx.db.named<Facts>(FACTS, [barcode])])
    if (!facts) return refuse({ kind: 'unknown-item' })
    const ready = facts.waiting ? await putOnShelf(ctx, facts.item_id, facts.title_id) : undefined
    if (ready) await queueReady(ctx, ready)
    const fee_ore = facts.loan_id ? await endLoan(ctx, facts as LentFacts, ready === undefined) : oreOf(0)
    return ok({ loan: facts.loan_id, fee_ore, ready })
  })
}

type LentFacts = Facts & { loan_id: LoanId; patron_id: PatronId }

async function endLoan(ctx: Context, facts: LentFacts, toShelf: boolean): Promise<Ore> {
  const now = ctx.clock.now()
  const today = dayOf(now)
  const amount_ore = lateFee(FEE_BANDS, daysLate(facts.due_on, today), paysChildFee(facts.birth_on, today))
  const settled_at = amount_ore === 0 && !facts.owes ? now : null
  const written = [
    ctx.db.named(RETURN, [facts.loan_id, now, settled_at]),
    touch(ctx, facts.patron_id),
    ...(toShelf ? [setItemState(ctx, facts.item_id, 'available')] : []),
  ]
  if (amount_ore === 0) ctx.db.commitAlong()
  await Promise.all(written)
  if (amount_ore > 0) await chargeFee(ctx, { patron_id: facts.patron_id, loan_id: facts.loan_id, amount_ore })
  return amount_ore
}
