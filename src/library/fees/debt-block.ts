import { dayOf, type PatronId } from '#core'
import { type Named, sql, transact } from '#db'
import { type Addressee, queueMessages } from '#messages'
import { liftAutomaticBlock, placeAutomaticBlock, written } from '#patrons'
import type { Context } from '#vault'
import { type DebtFacts, decideDebtBlock, LATE_FEES_BLOCK_AT } from './rules.ts'
import { debtNotice } from './texts.ts'

// A lock that lets others refer to the patron: two who charge at once both do, and one then waits here for the other.
const LOCK: Named = { name: 'debt-lock', text: 'select from patron where id = $1 for no key update' }

const FACTS: Named = {
  name: 'debt-facts',
  text: `
    select p.id as patron_id, p.language, p.email, p.phone,
      (select coalesce(sum(amount_ore - paid_ore), 0) from fee where patron_id = p.id and settled_at is null)::int as late_fees_ore,
      exists (select from loan_block where patron_id = p.id and code = 'debt') as blocked,
      exists (select from restriction where patron_id = p.id and ended_at is null) as restricted
    from patron p where p.id = $1`,
}

/**
 * Looks at what a patron owes in late fees after it has changed, in the caller's transaction. At the limit a written
 * notice goes out, and the block stands when the notice has run; below it the block is lifted at once (Library Act § 31,
 * BEK 103 § 16).
 */
export async function reviewDebt(ctx: Context, patron: PatronId): Promise<void> {
  const [, [facts]] = await Promise.all([
    ctx.db.named(LOCK, [patron]),
    ctx.db.named<Addressee & DebtFacts>(FACTS, [patron]),
  ])
  if (!facts) return
  const decision = decideDebtBlock(facts, dayOf(ctx.clock.now()))
  if (decision.kind === 'lift') await liftAutomaticBlock(ctx, patron, 'debt')
  if (decision.kind !== 'announce') return
  const placed = await placeAutomaticBlock(ctx, patron, 'debt', { sinceOn: decision.since_on })
  if (placed) await queueMessages(ctx, written(facts, 'debt-notice', debtNotice(facts.language, decision.since_on)))
}

/** Looks at everyone whose block does not fit what they owe: after a restriction has ended, an import or a merge. */
export async function reviewDebts(ctx: Context): Promise<number> {
  const patrons = await ctx.db.prepared<{ id: PatronId }>(sql`
    select coalesce(owing.patron_id, block.patron_id) as id
    from (select patron_id from fee where settled_at is null group by patron_id
          having sum(amount_ore - paid_ore) >= ${LATE_FEES_BLOCK_AT}) owing
      full join (select patron_id from loan_block where code = 'debt') block on block.patron_id = owing.patron_id
    where owing.patron_id is null or block.patron_id is null`)
  for (const { id } of patrons) await transact(ctx, (ctx) => reviewDebt(ctx, id))
  return patrons.length
}
