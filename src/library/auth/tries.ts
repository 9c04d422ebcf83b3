import { type Clock, realClock, systemRandom } from '#core'
import { type Named, sql } from '#db'
import type { Context } from '#vault'

/** How many tries there are, and in how long. */
export interface TryLimit {
  readonly most: number
  readonly minutes: number
}

/** What is counted: a kind and what was presented, which is kept only as a keyed hash. */
export interface TryKey {
  readonly kind: 'card' | 'terminal' | 'own-pin' | 'reset' | 'reset-from' | 'reset-of'
  readonly value: string
}

/** A quarter of an hour in which there are no more tries says nothing of whether there is such a card. */
export const CARD_TRIES: TryLimit = { most: 5, minutes: 15 }
/** Of one machine or one address on the web, whatever cards are tried there. */
export const TERMINAL_TRIES: TryLimit = { most: 50, minutes: 15 }

const COUNT: Named = {
  name: 'sign-in-try-count',
  // One statement, so that of many who come at once each finds the number of those before it. Once there are no more
  // tries the end stays where it is: who goes on trying does not keep the owner out longer.
  text: `insert into sign_in_try as t (id, key, tries, expires_at) values ($4, $1, 1, $2)
    on conflict (key) do update set
      tries = case when t.expires_at <= $3 then 1 else least(t.tries + 1, 1000000) end,
      expires_at = case when t.expires_at <= $3 then excluded.expires_at else t.expires_at end
    returning tries, expires_at`,
}

/**
 * Counts one try before it is made; answers until when there are no more. In the world's time, by keyed hash, and the
 * same for what exists and what does not. Not inside a transaction: rolled back, it would count nothing.
 */
export async function countTry(
  ctx: Context,
  key: TryKey,
  limit: TryLimit,
  clock: Clock = realClock,
): Promise<Temporal.Instant | undefined> {
  if (ctx.db.inTransaction) throw new Error('a try is counted outside any transaction')
  const now = clock.now()
  const until = now.add({ minutes: limit.minutes })
  const [row] = await ctx.db.named<{ tries: number; expires_at: Temporal.Instant }>(COUNT, [
    await hashOf(ctx, key),
    until,
    now,
    systemRandom().uuid(now),
  ])
  return row && row.tries > limit.most ? row.expires_at : undefined
}

/** They knew the secret: what was mistyped before counts no longer. */
export async function clearTries(ctx: Context, keys: readonly TryKey[]): Promise<void> {
  const hashes = await Promise.all(keys.map((key) => hashOf(ctx, key)))
  await ctx.db.run(sql`delete from sign_in_try where key = any(${hashes}::bytea[])`)
}

/** Gives one try back: at a busy machine those who are right must not use up the tries of those who come after. */
export async function giveTryBack(ctx: Context, key: TryKey): Promise<void> {
  await ctx.db.run(sql`
    update sign_in_try set tries = tries - 1 where key = ${await hashOf(ctx, key)} and tries > 0`)
}

function hashOf(ctx: Context, key: TryKey): Promise<Uint8Array> {
  return ctx.vault.lookupHash('sign-in-try', `${key.kind}\0${key.value}`)
}
