import type { PatronId } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'

/** The loan blocks that stand in a patron's way, by code. */
export async function loanBlockCodes(ctx: Context, patron: PatronId): Promise<string[]> {
  const rows = await ctx.db.all<{ code: string }>(
    sql`select code from loan_block where patron_id = ${patron} order by code`,
  )
  return rows.map(({ code }) => code)
}
