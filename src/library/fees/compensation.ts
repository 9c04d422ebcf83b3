import { type CompensationId, dayOf, type LoanId, type Ore, oreOf, type PatronId } from '#core'
import { sql } from '#db'
import { readSetting } from '#settings'
import type { Context } from '#vault'
import { feeTable, priceOf } from './fee-table.ts'
import { book, freshNumber, lockClaim, lockPatron, move } from './ledger.ts'
import { decideCancellation } from './rules.ts'

export interface Loss {
  readonly patron_id: PatronId
  readonly loan_id: LoanId
  readonly reason: 'lost' | 'damaged'
  readonly material: string
  readonly material_group?: string
  /** The item's own price, where it is known; else the library's list decides. */
  readonly price_ore: Ore | null
}

export interface Compensation {
  readonly compensation: CompensationId
  /** Handling included. */
  readonly amount_ore: Ore
  readonly handling_ore: Ore
}

/** Charges compensation for a lost or damaged item, with handling on top, in the caller's transaction. */
export async function chargeCompensation(ctx: Context, loss: Loss): Promise<Compensation> {
  await lockPatron(ctx, loss.patron_id)
  const table = await readSetting(ctx, feeTable)
  const known = loss.price_ore !== null && loss.price_ore > 0 ? loss.price_ore : undefined
  const item = { material: loss.material, ...(loss.material_group ? { materialGroup: loss.material_group } : {}) }
  const { handling_ore } = table.compensation
  const amount_ore = oreOf((known ?? priceOf(table, item)) + handling_ore)
  const now = ctx.clock.now()
  const id = ctx.random.uuid(now) as CompensationId
  await ctx.db.run(sql`
    insert into compensation (id, patron_id, loan_id, reason, amount_ore, paid_ore, charged_at, number, handling_ore, pay_by_on)
    values (${id}, ${loss.patron_id}, ${loss.loan_id}, ${loss.reason}, ${amount_ore}, 0, ${now}, ${freshNumber(ctx)},
      ${handling_ore}, ${dayOf(now).add({ days: table.payWithinDays })})`)
  await book(ctx, {
    patron: loss.patron_id,
    claim: { kind: 'compensation', id },
    kind: 'charge',
    amount: amount_ore,
    method: null,
    branch_id: null,
  })
  return { compensation: id, amount_ore, handling_ore }
}

export interface Cancelled {
  readonly compensation: CompensationId
  readonly credited_ore: Ore
  /** What had been paid and is the patron's again, until it is paid back. */
  readonly back_ore: Ore
  /** What is still owed: handling, where the library does not give that up. */
  readonly left_ore: Ore
}

/**
 * The item of a loan was found again: its compensation falls away, in the caller's transaction, if that is soon enough
 * for the library. Undefined when there was none, or it is too late, or it was cancelled before. The late fee stays.
 */
export async function cancelCompensation(ctx: Context, loan_id: LoanId): Promise<Cancelled | undefined> {
  const lost = await ctx.db.maybe(sql<{ id: CompensationId; handling_ore: Ore }>`
    select id, handling_ore from compensation where loan_id = ${loan_id} and reason = 'lost'`)
  if (!lost) return undefined
  const claim = { kind: 'compensation', id: lost.id } as const
  const money = await lockClaim(ctx, claim)
  if (!money) return undefined
  const { compensation: rules } = await readSetting(ctx, feeTable)
  const credit = decideCancellation({ ...money, handling_ore: lost.handling_ore }, rules, dayOf(ctx.clock.now()))
  if (credit === 0) return undefined
  const left = await move(ctx, claim, money, { kind: 'credit', amount: credit })
  return {
    compensation: lost.id,
    credited_ore: credit,
    back_ore: oreOf(Math.max(0, -left)),
    left_ore: oreOf(Math.max(0, left)),
  }
}
