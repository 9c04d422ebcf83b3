import { type Ore, oreOf, type PatronId } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'
import { type Claim, leftOf, lockClaim } from './ledger.ts'

/** A claim as whoever collects it must know it. */
export interface ClaimStanding {
  readonly patron_id: PatronId
  readonly left_ore: Ore
  readonly number: string | null
  readonly charged_at: Temporal.Instant
  readonly handed_over: boolean
  /** Somebody is on the provider's page with it this moment. */
  readonly being_paid: boolean
}

/** Locks the patron and the claim, in the caller's transaction; undefined when the claim has ended and been forgotten. */
export async function claimStanding(ctx: Context, claim: Claim): Promise<ClaimStanding | undefined> {
  const money = await lockClaim(ctx, claim)
  if (!money) return undefined
  const ids = claim.kind === 'fee' ? sql.id('fee_ids') : sql.id('compensation_ids')
  const order = await ctx.db.maybe(sql`
    select 1 from payment_order where ended_at is null and ${claim.id}::uuid = any(${ids})`)
  return {
    patron_id: money.patron_id,
    left_ore: oreOf(leftOf(money)),
    number: money.number,
    charged_at: money.charged_at,
    handed_over: money.handed_over_at !== null,
    being_paid: order !== undefined,
  }
}

/** From now on the municipality is paid, not the library. In the transaction that locked the claim. */
export async function handOver(ctx: Context, claim: Claim): Promise<void> {
  await ctx.db.run(sql`
    update ${sql.id(claim.kind)} set handed_over_at = ${ctx.clock.now()} where id = ${claim.id} and handed_over_at is null`)
}

/** It is paid to the library again, if anything is left of it. */
export async function takeBack(ctx: Context, claim: Claim): Promise<void> {
  await ctx.db.run(sql`update ${sql.id(claim.kind)} set handed_over_at = null where id = ${claim.id}`)
}
