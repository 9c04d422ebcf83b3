import { sql } from '#db'
import type { Context } from '#vault'
import { ADULT_FROM } from './rules.ts'

/** Whoever comes of age tonight leaves the children's group, and their guardian's name is no longer needed. */
export async function comeOfAge(ctx: Context, night: Temporal.PlainDate): Promise<number> {
  return ctx.db.run(sql`
    update patron set patron_group = 'adult', guardian_name = null
    where patron_group = 'child' and birth_on <= ${night.subtract({ years: ADULT_FROM })}`)
}
