import { ageOn, dayOf, type Language, ok, type PatronId, type Result, refuse } from '#core'
import { sql, transact } from '#db'
import type { Context } from '#vault'
import { policyOf } from './published.ts'
import { isRestricted } from './restriction.ts'
import type { ConsentRow } from './tables.ts'

export type ConsentRefusal =
  | { readonly kind: 'unknown' | 'restricted' | 'already-given' | 'not-given' }
  /** The policy has no purpose of that name, or one that rests on something else than consent. */
  | { readonly kind: 'no-such-purpose'; readonly allowed: readonly string[] }
  | { readonly kind: 'guardian-needed'; readonly under: number }

export interface NewConsent {
  readonly patron: PatronId
  readonly purpose: string
  /** The text as it was shown, and its version. */
  readonly wording: string
  readonly wordingVersion: number
  readonly language: Language
  readonly givenBy: 'patron' | 'guardian'
  /** Where: `desk`, `website` … */
  readonly channel: string
}

/**
 * Enters a consent with the exact text that was agreed to. Only purposes that rest on consent can be consented to; a
 * child below the policy's age for digital consent needs a guardian (Data Protection Act § 6).
 */
export function giveConsent(
  ctx: Context,
  consent: NewConsent,
): Promise<Result<{ readonly id: string }, ConsentRefusal>> {
  return transact(ctx, async (ctx) => {
    const { policy } = await policyOf(ctx)
    const allowed = policy.purposes.filter(({ basis }) => basis.includes('gdpr-6-1-a')).map(({ id }) => id)
    if (!allowed.includes(consent.purpose)) return refuse({ kind: 'no-such-purpose', allowed })
    const patron = await ctx.db.maybe<{ birth_on: Temporal.PlainDate | null }>(
      sql`select birth_on from patron where id = ${consent.patron} for update`,
    )
    if (!patron) return refuse({ kind: 'unknown' })
    if (await isRestricted(ctx, consent.patron)) return refuse({ kind: 'restricted' })
    const now = ctx.clock.now()
    const from = policy.ages.find(({ rule }) => rule === 'digital-consent-from')?.years ?? 0
    if (consent.givenBy === 'patron' && patron.birth_on && ageOn(patron.birth_on, dayOf(now)) < from) {
      return refuse({ kind: 'guardian-needed', under: from })
    }
    if (await hasConsent(ctx, consent.patron, consent.purpose)) return refuse({ kind: 'already-given' })
    const id = ctx.random.uuid(now)
    await ctx.db.run(sql`
      insert into consent (id, patron_id, purpose, wording, wording_version, language, given_by, channel, given_at)
      values (${id}, ${consent.patron}, ${consent.purpose}, ${consent.wording}, ${consent.wordingVersion},
        ${consent.language}, ${consent.givenBy}, ${consent.channel}, ${now})`)
    return ok({ id })
  })
}

/**
 * Withdraws a consent. `effect` is what that means for the room that asked for it, such as emptying a reading history;
 * it happens in the same transaction or not at all.
 */
export function withdrawConsent(
  ctx: Context,
  patron: PatronId,
  purpose: string,
  effect: (ctx: Context, patron: PatronId) => Promise<void> = async () => {},
): Promise<Result<true, ConsentRefusal>> {
  return transact(ctx, async (ctx) => {
    const withdrawn = await ctx.db.run(sql`
      update consent set withdrawn_at = ${ctx.clock.now()}
      where patron_id = ${patron} and purpose = ${purpose} and withdrawn_at is null`)
    if (withdrawn === 0) return refuse({ kind: 'not-given' })
    await effect(ctx, patron)
    return ok(true)
  })
}

export async function hasConsent(ctx: Context, patron: PatronId, purpose: string): Promise<boolean> {
  const given = await ctx.db.maybe(sql`
    select 1 from consent where patron_id = ${patron} and purpose = ${purpose} and withdrawn_at is null`)
  return given !== undefined
}

/** A patron's whole ledger, the newest first, with what has been withdrawn and is not yet forgotten. */
export function consentsOf(ctx: Context, patron: PatronId): Promise<ConsentRow[]> {
  return ctx.db.all(sql<ConsentRow>`select * from consent where patron_id = ${patron} order by given_at desc, id`)
}
