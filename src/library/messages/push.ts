import { ok, type PatronId, type Result, refuse } from '#core'
import { sql, transact } from '#db'
import { type FeatureOff, recipientNamed, requireFeature } from '#privacy'
import type { Context } from '#vault'
import { arePushKeys, isEndpointHere, isPushEndpoint } from './push-endpoint.ts'
import type { PushSubscriptionId, PushSubscriptionRow } from './push-tables.ts'

/** What a browser tells of itself: `PushSubscription.toJSON()`, its keys beside the endpoint. */
export type GivenPush = Pick<PushSubscriptionRow, 'endpoint' | 'p256dh' | 'auth'>

export interface PushOptions {
  /** Takes a push service on this machine, without TLS: for development and tests only. */
  readonly mayBeHere?: boolean
}

export type SubscribeRefusal =
  | FeatureOff
  | { readonly kind: 'unknown' }
  /** Somebody who can be reached by push alone would miss what must reach them. */
  | { readonly kind: 'no-other-way' }
  | { readonly kind: 'bad-endpoint' }
  | { readonly kind: 'bad-keys' }
  | { readonly kind: 'too-many'; readonly most: number }

/** More apps than anyone uses; each is one more request for every message. */
export const MOST_SUBSCRIPTIONS = 10

/**
 * Signs up an app or browser for a patron's messages. Asking again with the same endpoint is one sign-up, with the keys
 * of the last; one that was another patron's is now this one's, since two people share a browser and only one is
 * signed in. Only for whom the library has an e-mail address or telephone number of, as the notices say of push.
 */
export async function subscribe(
  ctx: Context,
  patron: PatronId,
  given: GivenPush,
  { mayBeHere = false }: PushOptions = {},
): Promise<Result<PushSubscriptionId, SubscribeRefusal>> {
  const feature = await requireFeature(ctx, 'push_subscription')
  if (!feature.ok) return feature
  if (!(await recipientNamed(ctx, 'push'))) return refuse({ kind: 'feature-off', data: 'push-subscription' })
  if (!isPushEndpoint(given.endpoint) && !(mayBeHere && isEndpointHere(given.endpoint))) {
    return refuse({ kind: 'bad-endpoint' })
  }
  if (!arePushKeys(given)) return refuse({ kind: 'bad-keys' })
  return transact(ctx, async (ctx): Promise<Result<PushSubscriptionId, SubscribeRefusal>> => {
    const known = await ctx.db.maybe<{ reachable: boolean }>(sql`
      select (email is not null or phone is not null) as reachable from patron where id = ${patron} for update`)
    if (!known) return refuse({ kind: 'unknown' })
    if (!known.reachable) return refuse({ kind: 'no-other-way' })
    const { others } = await ctx.db.one<{ others: number }>(sql`
      select count(*)::int as others from push_subscription
      where patron_id = ${patron} and endpoint <> ${given.endpoint}`)
    if (others >= MOST_SUBSCRIPTIONS) return refuse({ kind: 'too-many', most: MOST_SUBSCRIPTIONS })
    const now = ctx.clock.now()
    const row = await ctx.db.one<{ id: PushSubscriptionId }>(sql`
      insert into push_subscription (id, patron_id, endpoint, p256dh, auth, added_at)
      values (${ctx.random.uuid(now)}, ${patron}, ${given.endpoint}, ${given.p256dh}, ${given.auth}, ${now})
      on conflict (endpoint) do update set id = excluded.id, patron_id = excluded.patron_id, p256dh = excluded.p256dh,
        auth = excluded.auth, added_at = excluded.added_at
      returning id`)
    return ok(row.id)
  })
}

/** Signs off one app, or all of them; what was known of it is gone at once. Answers how many there were. */
export async function unsubscribe(
  ctx: Context,
  patron: PatronId,
  which: { endpoint: string } | 'all',
): Promise<number> {
  if (which === 'all') return ctx.db.run(sql`delete from push_subscription where patron_id = ${patron}`)
  return ctx.db.run(sql`
    delete from push_subscription where patron_id = ${patron} and endpoint = ${which.endpoint}`)
}

export function subscriptionsOf(ctx: Context, patron: PatronId): Promise<PushSubscriptionRow[]> {
  return ctx.db.all<PushSubscriptionRow>(sql`
    select id, patron_id, endpoint, p256dh, auth, added_at from push_subscription
    where patron_id = ${patron} order by added_at, id`)
}

/** Its push service says that an app is there no more. One that has signed up again since has another id, and stays. */
export async function dropSubscription(ctx: Context, id: PushSubscriptionId): Promise<void> {
  await ctx.db.run(sql`delete from push_subscription where id = ${id}`)
}
