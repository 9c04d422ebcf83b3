import type { Ore, PatronId } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'
import type { Claim } from './pay.ts'

export interface OpenClaim {
  readonly claim: Claim
  readonly amount_ore: Ore
  readonly left_ore: Ore
  readonly charged_at: Temporal.Instant
}

/** What a patron owes, oldest first. */
export async function openClaims(ctx: Context, patron: PatronId): Promise<OpenClaim[]> {
  const rows = await ctx.db.all<{
    kind: Claim['kind']
    id: string
    amount_ore: Ore
    left_ore: Ore
    charged_at: Temporal.Instant
  }>(sql`
    select 'fee' as kind, id, amount_ore, amount_ore - paid_ore as left_ore, charged_at from fee
    where patron_id = ${patron} and settled_at is null
    union all
    select 'compensation', id, amount_ore, amount_ore - paid_ore, charged_at from compensation
    where patron_id = ${patron} and settled_at is null
    order by charged_at, id`)
  return rows.map(({ kind, id, ...rest }) => ({ claim: { kind, id } as Claim, ...rest }))
}

/** An expression over a loan's id: a claim because of it is still open. `loans` asks with it. */
export function hasOpenClaim(loan: string) {
  return sql.raw(`(exists (select from fee where loan_id = ${loan} and settled_at is null)
    or exists (select from compensation where loan_id = ${loan} and settled_at is null))`)
}

/** An expression over a loan's id: when the last claim because of it was settled, null when there was none. */
export function lastClaimSettled(loan: string) {
  return sql.raw(`greatest((select max(settled_at) from fee where loan_id = ${loan}),
    (select max(settled_at) from compensation where loan_id = ${loan}))`)
}
