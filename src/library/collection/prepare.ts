import { dayOf, type Ore, ok, oreOf, type PatronId, type Result } from '#core'
import { sql, transact } from '#db'
import { claimStanding, claimText } from '#fees'
import { ADDRESSEE, type Addressee, tell } from '#messages'
import { postRecipient } from '#patrons'
import type { Context } from '#vault'
import { dateText, kronerText } from '#web'
import { type Candidate, overdueClaims } from './queries.ts'
import { type CollectionGate, type CollectionOff, collectionGate, mayBeHandedOver } from './recipient.ts'
import { reviewCases } from './review.ts'
import { collectionNotice } from './texts.ts'

export interface Prepared {
  readonly announced: number
  /** No CPR number is known of whoever answers for it, so that nobody could collect it. */
  readonly without_liable: number
  /** The policy does not let the recipient have what the file needs. */
  readonly not_allowed: number
}

const REFERENCE_DIGITS = 12

/**
 * Announces in writing to whoever is liable what will be handed over if it is not paid, one notice for all of a patron's
 * claims. A child's goes to the guardian who answers for it.
 */
export async function prepareCases(ctx: Context): Promise<Result<Prepared, CollectionOff>> {
  const gate = await collectionGate(ctx)
  if (!gate.ok) return gate
  await reviewCases(ctx)
  const { afterDays, leastOre } = gate.value.rules
  const due = dayOf(ctx.clock.now()).subtract({ days: afterDays })
  const overdue = Map.groupBy(await overdueClaims(ctx, due, leastOre), ({ patron_id }) => patron_id)
  let [announced, without_liable, not_allowed] = [0, 0, 0]
  for (const [patron, claims] of overdue) {
    const allowed = claims.filter(({ claim }) => mayBeHandedOver(gate.value, patron, claim.kind))
    not_allowed += claims.length - allowed.length
    if (allowed.length === 0) continue
    if (!(await postRecipient(ctx, patron, true))) without_liable += allowed.length
    else announced += await announce(ctx, gate.value, patron, allowed)
  }
  return ok({ announced, without_liable, not_allowed })
}

function announce(
  ctx: Context,
  { rules }: CollectionGate,
  patron: PatronId,
  claims: readonly Candidate[],
): Promise<number> {
  return transact(ctx, async (ctx) => {
    const to = await ctx.db.maybe(sql<Addressee>`
      select ${sql.raw(ADDRESSEE('p'))} from patron p where p.id = ${patron} for no key update`)
    if (!to) return 0
    const laid: { claim: string; left: Ore }[] = []
    for (const { claim } of claims) {
      const now = await claimStanding(ctx, claim)
      if (!now || now.left_ore < rules.leastOre || now.handed_over || now.being_paid) continue
      const at = ctx.clock.now()
      const inserted = await ctx.db.run(sql`
        insert into collection_case (id, patron_id, claim_kind, claim_id, reference, amount_ore, state, prepared_at, changed_at)
        values (${ctx.random.uuid(at)}, ${patron}, ${claim.kind}, ${claim.id}, ${ctx.random.digits(REFERENCE_DIGITS)},
          ${now.left_ore}, 'prepared', ${at}, ${at})
        on conflict (claim_id) where settled_at is null do nothing`)
      if (inserted > 0) laid.push({ claim: claimText(claim.kind, now.number)[to.language], left: now.left_ore })
    }
    if (laid.length > 0) {
      const payBy = dayOf(ctx.clock.now()).add({ days: rules.noticeDays })
      const total = oreOf(laid.reduce((sum, { left }) => sum + left, 0))
      const data = {
        claims: laid.map(({ claim, left }) => ({ claim, amount: kronerText(left, to.language) })),
        total: kronerText(total, to.language),
        pay_by: dateText(payBy, to.language),
      }
      await tell(ctx, collectionNotice, [{ to, data }])
    }
    return laid.length
  })
}
