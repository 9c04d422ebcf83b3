import { dayOf, type LoanId, ok, type PatronId, type Result, refuse } from '#core'
import { type Named, transact } from '#db'
import { BLOCKS_ON, type BlockCode, touch } from '#patrons'
import type { Context } from '#vault'
import { decideRenewal, LENDING, type RenewalRefusal } from './rules.ts'

const FACTS: Named = {
  name: 'renew-facts',
  text: `
    select l.patron_id, l.renewals, l.due_on,
      exists (select from reservation where title_id = l.title_id and item_id is null) as waiting,
      exists (select from restriction where patron_id = l.patron_id and ended_at is null) as restricted,
      ${BLOCKS_ON('l.patron_id', '$2')} as blocks
    from loan l where l.id = $1 and l.returned_at is null and l.lost_at is null for update of l`,
}

const RENEW: Named = {
  name: 'renew',
  text: `update loan set due_on = $2, renewals = renewals + 1, renewed_at = $3, reminded_at = null, overdue_step = 0
    where id = $1`,
}

/** Renews a loan for a whole loan period from today, never to an earlier day than it had. */
export function renew(
  ctx: Context,
  loan: LoanId,
): Promise<Result<{ readonly due_on: Temporal.PlainDate }, RenewalRefusal>> {
  return transact(ctx, async (ctx) => {
    const today = dayOf(ctx.clock.now())
    const [facts] = await ctx.db.named<{
      patron_id: PatronId
      renewals: number
      due_on: Temporal.PlainDate
      waiting: boolean
      restricted: boolean
      blocks: BlockCode[]
    }>(FACTS, [loan, today])
    if (!facts) return refuse({ kind: 'not-on-loan' })
    const decision = decideRenewal(facts, LENDING)
    if (!decision.ok) return decision
    const counted = today.add({ days: LENDING.loanDays })
    const due_on = Temporal.PlainDate.compare(counted, facts.due_on) < 0 ? facts.due_on : counted
    await Promise.all([ctx.db.named(RENEW, [loan, due_on, ctx.clock.now()]), touch(ctx, facts.patron_id)])
    return ok({ due_on })
  })
}
