import { type BranchId, dayOf, type FeeId, type LoanId, type Ore, oreOf, type PatronId } from '#core'
import { chargeLateFee } from '#fees'
import { decideLending, lendingRules } from '#lending-rules'
import { settingAt } from '#settings'
import type { Context } from '#vault'
import { daysLate } from './due.ts'

/** A loan that may be late, with what decides which rules hold for it. */
export interface MaybeLate {
  readonly loan_id: LoanId
  readonly patron_id: PatronId
  readonly birth_on: Temporal.PlainDate | null
  /** The item's branch, whose rules hold. */
  readonly branch_id: BranchId
  readonly lending_group: string
  readonly material_group: string
  readonly lent_at: Temporal.Instant
  readonly renewed_at: Temporal.Instant | null
  readonly due_on: Temporal.PlainDate
  readonly rules_version: number
}

export interface LateCharge {
  readonly amount_ore: Ore
  /** To be written on a loan that shares the fee of another. */
  readonly fee_id: FeeId | null
}

const NOTHING: LateCharge = { amount_ore: oreOf(0), fee_id: null }

/**
 * Charges what lateness costs up to a day, in the caller's transaction: when a loan comes back, is renewed, or is counted
 * as lost. Loans of one day that were due on one day and end together have one fee.
 */
export async function chargeIfLate(ctx: Context, loan: MaybeLate, ended_on: Temporal.PlainDate): Promise<LateCharge> {
  if (daysLate(loan.due_on, ended_on) <= 0) return NOTHING
  const rules = await settingAt(ctx, lendingRules, loan.rules_version)
  const scope = { branch: loan.branch_id, patronGroup: loan.lending_group, materialGroup: loan.material_group }
  if (!decideLending(rules, scope).values.lateFees) return NOTHING
  const charged = await chargeLateFee(ctx, {
    patron_id: loan.patron_id,
    loan_id: loan.loan_id,
    birth_on: loan.birth_on,
    branch_id: loan.branch_id,
    loaned_on: dayOf(loan.renewed_at ?? loan.lent_at),
    due_on: loan.due_on,
    returned_on: ended_on,
  })
  if (!charged) return NOTHING
  return { amount_ore: charged.amount_ore, fee_id: charged.shared ? charged.fee : null }
}
