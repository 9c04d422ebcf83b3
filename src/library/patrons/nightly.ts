import { sql } from '#db'
import type { Context } from '#vault'
import { ADULT_FROM } from './rules.ts'

/** Whoever comes of age tonight leaves the children's group, and nobody answers for them any more. */
export async function comeOfAge(ctx: Context, night: Temporal.PlainDate): Promise<number> {
  const { grown } = await ctx.db.one<{ grown: number }>(sql`
    with grown as (
      update patron set patron_group = 'adult'
      where patron_group = 'child' and birth_on <= ${night.subtract({ years: ADULT_FROM })} returning id
    ), ended as (
      delete from guardianship where patron_id in (select id from grown)
    ), blind as (
      delete from ward where child_id in (select id from grown)
    )
    select count(*)::int as grown from grown`)
  return grown
}
