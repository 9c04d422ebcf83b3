import { dayOf, type PatronId } from '#core'
import { type Named, sql, transact } from '#db'
import { ADDRESSEE, type Addressee, tell } from '#messages'
import { liftAutomaticBlock, placeAutomaticBlock } from '#patrons'
import { readSetting } from '#settings'
import type { Context } from '#vault'
import { dateText, kronerText } from '#web'
import { feeTable } from './fee-table.ts'
import { lockPatron } from './ledger.ts'
import { openClaims } from './queries.ts'
import { type DebtFacts, decideDebtBlock } from './rules.ts'
import { blockTemplate, statementData } from './templates.ts'

const FACTS: Named = {
  name: 'debt-facts',
  text: `
    select ${ADDRESSEE('p')},
      (select coalesce(sum(amount_ore - paid_ore - credited_ore), 0) from fee
       where patron_id = p.id and settled_at is null)::int as late_fees_ore,
      exists (select from loan_block where patron_id = p.id and code = 'debt') as blocked,
      exists (select from restriction where patron_id = p.id and ended_at is null) as restricted
    from patron p where p.id = $1`,
}

/**
 * Looks at what a patron owes in late fees after it has changed, in the caller's transaction. At the library's limit a
 * written notice goes out, and the block stands when the notice has run; below it the block is lifted at once (Library
 * Act § 31, BEK 103 § 16).
 */
export async function reviewDebt(ctx: Context, patron: PatronId): Promise<void> {
  await lockPatron(ctx, patron)
  const [facts] = await ctx.db.named<Addressee & DebtFacts>(FACTS, [patron])
  if (!facts) return
  const { block } = await readSetting(ctx, feeTable)
  const decision = decideDebtBlock(facts, block, dayOf(ctx.clock.now()))
  if (decision.kind === 'lift') await liftAutomaticBlock(ctx, patron, 'debt')
  if (decision.kind !== 'announce') return
  const { since_on } = decision
  const placed = await placeAutomaticBlock(ctx, patron, 'debt', { sinceOn: since_on })
  if (!placed) return
  const { language } = facts
  const data = {
    ...statementData(await openClaims(ctx, patron), language),
    limit: kronerText(block.atOre, language),
    noticeDays: String(block.noticeDays),
    since: dateText(since_on, language),
  }
  await tell(ctx, blockTemplate, [{ to: facts, data }])
}

/** Looks at everyone whose block does not fit what they owe: after a restriction has ended, an import or a merge. */
export async function reviewDebts(ctx: Context): Promise<number> {
  const { block } = await readSetting(ctx, feeTable)
  const patrons = await ctx.db.prepared<{ id: PatronId }>(sql`
    select coalesce(owing.patron_id, block.patron_id) as id
    from (select patron_id from fee where settled_at is null group by patron_id
          having sum(amount_ore - paid_ore - credited_ore) >= ${block.atOre}) owing
      full join (select patron_id from loan_block where code = 'debt') block on block.patron_id = owing.patron_id
    where owing.patron_id is null or block.patron_id is null`)
  for (const { id } of patrons) await transact(ctx, (ctx) => reviewDebt(ctx, id))
  return patrons.length
}
