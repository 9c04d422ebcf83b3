import { type BranchId, dayOf, type FeeId, type LoanId, type Ore, oreOf, type PatronId } from '#core'
import { sql } from '#db'
import { readFeeDays } from '#lending-rules'
import { readSetting } from '#settings'
import type { Context } from '#vault'
import { reviewDebt } from './debt-block.ts'
import { feeTable } from './fee-table.ts'
import { book, freshNumber, lockPatron } from './ledger.ts'
import { decideLateFee } from './rules.ts'

export interface Charge {
  readonly patron_id: PatronId
  readonly loan_id: LoanId
  readonly amount_ore: Ore
}

/** A loan that ends, or is renewed, after it was due. */
export interface LateLoan {
  readonly patron_id: PatronId
  readonly loan_id: LoanId
  readonly birth_on: Temporal.PlainDate | null
  /** Whose closed days may not count. */
  readonly branch_id: BranchId
  /** The day of the loan, or of its last renewal. */
  readonly loaned_on: Temporal.PlainDate
  readonly due_on: Temporal.PlainDate
  /** The day it came back, was renewed, or was given up as lost. */
  readonly returned_on: Temporal.PlainDate
}

export interface LateFee {
  readonly fee: FeeId
  /** What this loan adds to what is owed: nothing where it shares the fee of another. */
  readonly amount_ore: Ore
  readonly shared: boolean
}

/**
 * Charges what lateness costs, in the caller's transaction, and looks at the debt. Loans with the same loan day and due
 * date that come back on the same day have one fee together (BEK 103, as libraries count since Cicero), also when it has
 * been paid already: whoever charges writes `shared` on the loan that was not first. Nothing when it costs nothing.
 */
export async function chargeLateFee(ctx: Context, loan: LateLoan): Promise<LateFee | undefined> {
  await lockPatron(ctx, loan.patron_id)
  const together = await ctx.db.maybe(sql<{ id: FeeId }>`
    select id from fee
    where patron_id = ${loan.patron_id} and loaned_on = ${loan.loaned_on} and due_on = ${loan.due_on}
      and returned_on = ${loan.returned_on}
    order by charged_at, id limit 1`)
  if (together) return { fee: together.id, amount_ore: oreOf(0), shared: true }
  const table = await readSetting(ctx, feeTable)
  const calendar = await readFeeDays(ctx, loan.branch_id, loan.due_on, table.closedDaysCount)
  const amount_ore = decideLateFee(table, calendar, loan)
  if (amount_ore === 0) return undefined
  const { loaned_on, due_on, returned_on } = loan
  const pay_by_on = dayOf(ctx.clock.now()).add({ days: table.payWithinDays })
  const fee = await insertFee(ctx, { ...loan, amount_ore }, { loaned_on, due_on, returned_on, pay_by_on })
  return { fee, amount_ore, shared: false }
}

/** Charges a late fee of a given amount, in the caller's transaction: for what comes from elsewhere with its amount. */
export async function chargeFee(ctx: Context, charge: Charge): Promise<FeeId> {
  const { payWithinDays } = await readSetting(ctx, feeTable)
  const pay_by_on = dayOf(ctx.clock.now()).add({ days: payWithinDays })
  return insertFee(ctx, charge, { loaned_on: null, due_on: null, returned_on: null, pay_by_on })
}

interface FeeDays {
  readonly loaned_on: Temporal.PlainDate | null
  readonly due_on: Temporal.PlainDate | null
  readonly returned_on: Temporal.PlainDate | null
  readonly pay_by_on: Temporal.PlainDate
}

async function insertFee(ctx: Context, { patron_id, loan_id, amount_ore }: Charge, days: FeeDays): Promise<FeeId> {
  const now = ctx.clock.now()
  const id = ctx.random.uuid(now) as FeeId
  await ctx.db.run(sql`
    insert into fee (id, patron_id, loan_id, reason, amount_ore, paid_ore, charged_at, number, loaned_on, due_on,
      returned_on, pay_by_on)
    values (${id}, ${patron_id}, ${loan_id}, 'overdue', ${amount_ore}, 0, ${now}, ${freshNumber(ctx)},
      ${days.loaned_on}, ${days.due_on}, ${days.returned_on}, ${days.pay_by_on})`)
  await book(ctx, {
    patron: patron_id,
    claim: { kind: 'fee', id },
    kind: 'charge',
    amount: amount_ore,
    method: null,
    branch_id: null,
  })
  await reviewDebt(ctx, patron_id)
  return id
}
