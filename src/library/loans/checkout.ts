import { type ItemState, lockItem, setItemState } from '#catalogue'
import {
  type BranchId,
  dayOf,
  type ItemId,
  type LoanId,
  ok,
  type PatronId,
  type Result,
  refuse,
  type TitleId,
} from '#core'
import { type Named, transact } from '#db'
import { BLOCKS_ON, type BlockCode, cardKeys, PATRON_OF_CARD, touch } from '#patrons'
import { takeReservation } from '#reservations'
import type { Context } from '#vault'
import { ageBand, type CheckoutRefusal, decideCheckout, LENDING } from './rules.ts'

export interface Lent {
  readonly loan: LoanId
  readonly title: TitleId
  readonly due_on: Temporal.PlainDate
}

interface Facts {
  patron_id: PatronId | null
  birth_on: Temporal.PlainDate | null
  patron_group: string
  restricted: boolean
  blocks: BlockCode[]
  loans: number
  item_id: ItemId | null
  title_id: TitleId
  branch_id: BranchId
  material: string
  state: ItemState
  open_loan: LoanId | null
  open_due_on: Temporal.PlainDate | null
  lent_to: PatronId | null
  kept_for: PatronId | null
  has_reserved: boolean
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
    select p.id as patron_id, p.birth_on, p.patron_group,
      exists (select from restriction where patron_id = p.id and ended_at is null) as restricted,
      ${BLOCKS_ON('p.id', '$4')} as blocks,
      (select count(*) from loan where patron_id = p.id and returned_at is null and lost_at is null)::int as loans,
      i.id as item_id, i.title_id, i.branch_id, title.material, i.state,
      open.id as open_loan, open.due_on as open_due_on, open.patron_id as lent_to,
      (select patron_id from reservation where item_id = i.id) as kept_for,
      exists (select from reservation where patron_id = p.id and title_id = i.title_id) as has_reserved
    from (select 1) one
      left join patron p on p.id = ${PATRON_OF_CARD}
      left join item i on i.barcode = $3
      left join title on title.id = i.title_id
      left join loan open on open.item_id = i.id and open.returned_at is null and open.lost_at is null`,
}

const LEND: Named = {
  name: 'checkout-lend',
  text: `insert into loan (id, patron_id, item_id, title_id, branch_id, material, patron_group, age_band, lent_at, due_on,
      renewals, overdue_step)
    values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 0, 0)`,
}

/**
 * Lends one item to one patron, at the item's branch unless another is named. Refuses as {@link CheckoutRefusal} says;
 * a patron who has the item already is told so again, so that a machine may resend.
 */
export async function checkout(
  ctx: Context,
  request: { readonly card: string; readonly barcode: string; readonly branch?: BranchId },
): Promise<Result<Lent, CheckoutRefusal>> {
  const keys = await cardKeys(ctx, request.card)
  return transact(ctx, async (ctx) => {
    const barcode = request.barcode.trim()
    const today = dayOf(ctx.clock.now())
    const [, , [facts]] = await Promise.all([
      ctx.db.named(LOCK_PATRON, keys),
      lockItem(ctx, barcode),
      ctx.db.named<Facts>(FACTS, [...keys, barcode, today]) as Promise<[Facts]>,
    ])
    if (!facts.patron_id) return refuse({ kind: 'unknown-patron' })
    if (!facts.item_id) return refuse({ kind: 'unknown-item' })
    const decision = decideCheckout(
      {
        patron: { ...facts, id: facts.patron_id },
        item: { state: facts.state, lent_to: facts.lent_to, kept_for: facts.kept_for },
        today,
      },
      LENDING,
    )
    if (!decision.ok) return decision
    if (decision.value === 'again' && facts.open_loan && facts.open_due_on) {
      return ok({ loan: facts.open_loan, title: facts.title_id, due_on: facts.open_due_on })
    }
    const loan = ctx.random.uuid(ctx.clock.now()) as LoanId
    const due_on = today.add({ days: LENDING.loanDays })
    const written = [
      ctx.db.named(LEND, [
        loan,
        facts.patron_id,
        facts.item_id,
        facts.title_id,
        request.branch ?? facts.branch_id,
        facts.material,
        facts.patron_group,
        ageBand(facts.birth_on, today),
        ctx.clock.now(),
        due_on,
      ]),
      setItemState(ctx, facts.item_id, 'on-loan'),
      touch(ctx, facts.patron_id),
    ]
    if (!facts.has_reserved) ctx.db.commitAlong()
    await Promise.all(written)
    if (facts.has_reserved) await takeReservation(ctx, facts.patron_id, facts.title_id, facts.item_id)
    return ok({ loan, title: facts.title_id, due_on })
  })
}
