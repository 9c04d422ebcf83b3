import type { PatronId } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'

/**
 * Puts a patron in a group whose lending rules are to hold, or with none named lets age and kind decide. Which groups
 * there are is `lending-rules`' to know, and to check.
 * @returns false when there is no such patron
 */
export async function putInLendingGroup(ctx: Context, patron: PatronId, group: string | null): Promise<boolean> {
  return (await ctx.db.run(sql`update patron set lending_group = ${group} where id = ${patron}`)) > 0
}

/** How many patrons are in a group by the library's choice. */
export async function countInLendingGroup(ctx: Context, group: string): Promise<number> {
  const { count } = await ctx.db.one<{ count: number }>(
    sql`select count(*)::int as count from patron where lending_group = ${group}`,
  )
  return count
}
