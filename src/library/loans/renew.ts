import { dayOf, type LoanId, type Ore, ok, type PatronId, type Result, refuse } from '#core'
import { type Named, transact } from '#db'
import { decideLending, lendingRules } from '#lending-rules'
import { touch } from '#patrons'
import { settingAt } from '#settings'
import type { Context } from '#vault'
import { chargeIfLate } from './charge-late.ts'
import { byLendersDay, dueDay } from './due.ts'
import { type LoanFacts, openLoanIds, READ_LOAN, renewalFacts } from './queries.ts'
import { againstRenewal, type RenewalRefusal } from './renewal-rules.ts'
import { refusalOf } from './rules.ts'

export interface Renewed {
  readonly due_on: Temporal.PlainDate
  /** What it costs to have renewed too late: the clock stops, the fee stays. */
  readonly fee_ore: Ore
}

// Patron before loan, as everywhere, though only the loan is known.
const LOCK_PATRON: Named = {
  name: 'renew-lock-patron',
  text: 'select from patron where id = (select patron_id from loan where id = $1) for no key update',
}
const LOCK_LOAN: Named = { name: 'renew-lock-loan', text: 'select from loan where id = $1 for update' }

const RENEW: Named = {
  name: 'renew',
  text: `update loan set due_on = $2, renewals = renewals + 1, renewed_at = $3, reminded_at = null, overdue_step = 0,
      fee_id = coalesce($4, fee_id)
    where id = $1`,
}

/**
 * Renews a loan for a whole loan period from today, never to an earlier day than it had nor past the day on which the
 * library that lent it to us wants it back, and tells of every reason
 * against it at once. Renewed too late it costs what a return on the day would have.
 */
export function renew(ctx: Context, loan: LoanId): Promise<Result<Renewed, RenewalRefusal>> {
  return transact(ctx, async (ctx) => {
    const now = ctx.clock.now()
    const today = dayOf(now)
    const [, , [facts]] = await Promise.all([
      ctx.db.named(LOCK_PATRON, [loan]),
      ctx.db.named(LOCK_LOAN, [loan]),
      ctx.db.named<LoanFacts>(READ_LOAN, [loan, today]),
    ])
    if (!facts) return refuse({ kind: 'unknown-loan' })
    const rules = await settingAt(ctx, lendingRules, facts.rules_version)
    const scope = { branch: facts.branch_id, patronGroup: facts.lending_group, materialGroup: facts.material_group }
    const { values } = decideLending(rules, scope)
    const refusal = refusalOf(againstRenewal(renewalFacts(facts, today), values))
    if (refusal) return refuse(refusal)
    const late = await chargeIfLate(ctx, facts, today)
    const open = await dueDay(ctx, values, today, facts.loan_branch_id)
    const counted = byLendersDay(open, today, facts.return_by_on)
    const due_on = Temporal.PlainDate.compare(counted, facts.due_on) < 0 ? facts.due_on : counted
    const written = [ctx.db.named(RENEW, [loan, due_on, now, late.fee_id]), touch(ctx, facts.patron_id)]
    ctx.db.commitAlong()
    await Promise.all(written)
    return ok({ due_on, fee_ore: late.amount_ore })
  })
}

export interface Tried {
  readonly loan: LoanId
  readonly result: Result<Renewed, RenewalRefusal>
}

/** Renews what can be renewed of these loans, each for itself: what is refused keeps its due date. */
export async function renewEach(ctx: Context, loans: readonly LoanId[]): Promise<Tried[]> {
  const tried: Tried[] = []
  for (const loan of loans) tried.push({ loan, result: await renew(ctx, loan) })
  return tried
}

/** Renews what can be renewed of all a patron has. */
export async function renewAll(ctx: Context, patron: PatronId): Promise<Tried[]> {
  return renewEach(ctx, await openLoanIds(ctx, patron))
}
