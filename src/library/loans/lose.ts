import { setItemState } from '#catalogue'
import { dayOf, earlier, type ItemId, type LoanId, type Ore, ok, type Result, refuse } from '#core'
import { sql, transact } from '#db'
import { chargeCompensation, sendBill } from '#fees'
import { lendingRules } from '#lending-rules'
import { ADDRESSEE, type Addressee } from '#messages'
import { LENDING_GROUP } from '#patrons'
import { settingVersion } from '#settings'
import type { Context } from '#vault'
import { chargeIfLate, type MaybeLate } from './charge-late.ts'
import { lockLoan, servesAtDesk } from './claim-returned.ts'

export type LossRefusal =
  | { readonly kind: 'not-allowed' }
  | { readonly kind: 'unknown-loan' }
  | { readonly kind: 'not-on-loan' }
  | { readonly kind: 'lost-already' }

export interface Lost {
  readonly fee_ore: Ore
  readonly compensation_ore: Ore
}

/** What is about to be counted as lost, with whom to bill. */
export interface LosingLoan extends MaybeLate, Addressee {
  readonly item_id: ItemId
  readonly title: string
  readonly material: string
  readonly price_ore: Ore | null
  readonly claimed_returned_at: Temporal.Instant | null
  /** Known to have died: what is owed is owed by the estate, and nobody writes to the dead. */
  readonly deceased: boolean
}

/** The columns of {@link LosingLoan}, from `loan l`, `patron p`, `item i`, `title t`. */
export const LOSING = `
  ${ADDRESSEE('p')}, l.id as loan_id, l.item_id, t.title, l.material, l.material_group, i.price_ore, i.branch_id,
  p.birth_on, ${LENDING_GROUP('p')} as lending_group, l.lent_at, l.renewed_at, l.due_on, l.claimed_returned_at,
  exists (select from loan_block b where b.patron_id = p.id and b.code = 'deceased') as deceased,
  ${settingVersion(lendingRules)} as rules_version`

/**
 * Staff count a loan as lost: the patron has said so, or what was said to be returned is found nowhere. Late fee up to
 * today where it is late, compensation by the library's table, and a bill. Twice is refused.
 */
export function declareLoanLost(ctx: Context, loan: LoanId): Promise<Result<Lost, LossRefusal>> {
  return transact(ctx, async (ctx) => {
    if (!servesAtDesk(ctx)) return refuse({ kind: 'not-allowed' })
    const row = await lockLoan(ctx, loan)
    if (!row) return refuse({ kind: 'unknown-loan' })
    if (row.returned_at) return refuse({ kind: 'not-on-loan' })
    if (row.lost_at) return refuse({ kind: 'lost-already' })
    const losing = await ctx.db.one<LosingLoan>(sql`
      select ${sql.raw(LOSING)} from loan l join patron p on p.id = l.patron_id join item i on i.id = l.item_id
        join title t on t.id = l.title_id where l.id = ${loan}`)
    const lost = await lose(ctx, losing, dayOf(ctx.clock.now()))
    await bill(ctx, [{ ...losing, ...lost }])
    return ok(lost)
  })
}

/** Counts one loan as lost and charges for it, in the caller's transaction, which has locked patron, item and loan. */
export async function lose(ctx: Context, loan: LosingLoan, today: Temporal.PlainDate): Promise<Lost> {
  const { patron_id, loan_id, material, material_group, price_ore, claimed_returned_at } = loan
  const late_until = claimed_returned_at ? earlier(today, dayOf(claimed_returned_at)) : today
  const late = await chargeIfLate(ctx, loan, late_until)
  await ctx.db.run(sql`
    update loan set lost_at = ${ctx.clock.now()}, fee_id = coalesce(${late.fee_id}, fee_id) where id = ${loan_id}`)
  await setItemState(ctx, loan.item_id, 'lost')
  const { amount_ore } = await chargeCompensation(ctx, {
    patron_id,
    loan_id,
    reason: 'lost',
    material,
    material_group,
    price_ore,
  })
  return { fee_ore: late.amount_ore, compensation_ore: amount_ore }
}

/** One bill for what one patron has lost at one time. */
export async function bill(ctx: Context, losses: readonly (LosingLoan & Lost)[]): Promise<void> {
  const [to] = losses
  if (!to || to.deceased) return
  await sendBill(
    ctx,
    to.patron_id,
    losses.map(({ loan_id }) => loan_id),
  )
}
