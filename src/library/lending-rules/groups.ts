import { type ItemId, ok, type PatronId, type Result, refuse } from '#core'
import { sql } from '#db'
import { countInLendingGroup, putInLendingGroup } from '#patrons'
import { readSetting } from '#settings'
import type { Context } from '#vault'
import { BUILT_IN_GROUPS, lendingRules } from './rules.ts'

export type GroupRefusal =
  | { readonly kind: 'unknown-group' }
  | { readonly kind: 'unknown-patron' }
  | { readonly kind: 'unknown-item' }

/** Puts a patron in a group whose rules are to hold; with none named, age and kind decide. */
export async function setLendingGroup(
  ctx: Context,
  patron: PatronId,
  group: string | null,
): Promise<Result<true, GroupRefusal>> {
  if (group !== null) {
    const { patronGroups } = await readSetting(ctx, lendingRules)
    if (![...BUILT_IN_GROUPS, ...patronGroups].some(({ code }) => code === group)) {
      return refuse({ kind: 'unknown-group' })
    }
  }
  return (await putInLendingGroup(ctx, patron, group)) ? ok(true) : refuse({ kind: 'unknown-patron' })
}

/** Puts an item in a material group: from its next loan on that group's rules hold. */
export async function setMaterialGroup(ctx: Context, item: ItemId, group: string): Promise<Result<true, GroupRefusal>> {
  const { materialGroups } = await readSetting(ctx, lendingRules)
  if (!materialGroups.some(({ code }) => code === group)) return refuse({ kind: 'unknown-group' })
  // The catalogue keeps the column and knows no groups, so it has nothing to decide here.
  const done = await ctx.db.run(sql`update item set material_group = ${group} where id = ${item}`)
  return done > 0 ? ok(true) : refuse({ kind: 'unknown-item' })
}

/** How many patrons or items are in a group: while there are any, it cannot go. */
export async function membersOf(ctx: Context, kind: 'material' | 'patron', group: string): Promise<number> {
  if (kind === 'patron') return countInLendingGroup(ctx, group)
  const { count } = await ctx.db.one<{ count: number }>(
    sql`select count(*)::int as count from item where material_group = ${group}`,
  )
  return count
}
