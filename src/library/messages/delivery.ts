import { isId, type MessageId, ok, type PatronId, type Result, refuse } from '#core'
import { sql, transact } from '#db'
import type { Context } from '#vault'
import type { Channel } from './tables.ts'

/**
 * Notes what a channel has said of a message since it took it. Channels repeat themselves, come late, and come before we
 * have noted that the message was sent; what has arrived does not come back. A message that came back marks the patron's
 * address, if it is still the one that was written to: nothing more goes there until it is changed.
 * @param what `not-delivered`: it came back for a reason that is not the address's, such as a server that was down
 * @returns whether there is such a message
 */
export function noteDelivery(
  ctx: Context,
  id: MessageId,
  what: 'delivered' | 'bounced' | 'not-delivered',
): Promise<boolean> {
  return transact(ctx, async (ctx) => {
    const now = ctx.clock.now()
    const message = isId(id)
      ? await ctx.db.maybe<{ patron_id: PatronId; channel: Channel; recipient: string | null; isNew: boolean }>(sql`
          select patron_id, channel, recipient,
            delivered_at is null and (bounced_at is null or ${what} = 'delivered') as "isNew"
          from message where id = ${id}`)
      : undefined
    if (!message?.isNew) return message !== undefined
    if (what === 'delivered') {
      await ctx.db.run(sql`update message set delivered_at = ${now} where id = ${id} and delivered_at is null`)
      return true
    }
    if (what === 'bounced') await markAddress(ctx, message)
    await ctx.db.run(sql`
      update message set bounced_at = ${now} where id = ${id} and bounced_at is null and delivered_at is null`)
    return true
  })
}

/** The address of another, such as a guardian who is no patron, is nobody's to mark. */
async function markAddress(
  ctx: Context,
  { patron_id, channel, recipient }: { patron_id: PatronId; channel: Channel; recipient: string | null },
): Promise<void> {
  const now = ctx.clock.now()
  if (channel === 'email') {
    await ctx.db.run(sql`
      update patron set email_bounced_at = ${now}
      where id = ${patron_id} and email = ${recipient} and email_bounced_at is null`)
  } else if (channel === 'sms') {
    await ctx.db.run(sql`
      update patron set phone_bounced_at = ${now}
      where id = ${patron_id} and phone = ${recipient} and phone_bounced_at is null`)
  }
}

/** A message that somebody should have had and, as far as we know, has not. */
export interface Undelivered {
  readonly id: MessageId
  readonly patron_id: PatronId
  readonly kind: string
  readonly channel: Channel
  readonly because: 'too-old' | 'refused' | 'unsure' | 'bounced'
  /** When it was given up or came back. */
  readonly since: Temporal.Instant
  /** Its content is gone by now, so that it cannot be sent again. */
  readonly redacted: boolean
}

// What was withdrawn has no reader any more, and what arrived after all is well.
const UNDELIVERED = sql`m.handled_at is null and m.delivered_at is null
  and (m.bounced_at is not null or (m.given_up_at is not null and m.given_up_because <> 'withdrawn'))`

/** What staff have to look at, the newest first, and how many there are of each. */
export async function undelivered(
  ctx: Context,
  most: number,
): Promise<{ readonly messages: Undelivered[]; readonly count: ReadonlyMap<Undelivered['because'], number> }> {
  const messages = await ctx.db.all(sql<Undelivered>`
    select m.id, m.patron_id, m.kind, m.channel, coalesce(m.given_up_because, 'bounced') as because,
      coalesce(m.given_up_at, m.bounced_at) as since, m.redacted_at is not null as redacted
    from message m where ${UNDELIVERED} order by since desc, m.id limit ${most}`)
  const counted = await ctx.db.all(sql<{ because: Undelivered['because']; messages: number }>`
    select coalesce(m.given_up_because, 'bounced') as because, count(*)::int as messages
    from message m where ${UNDELIVERED} group by 1 order by 1`)
  return { messages, count: new Map(counted.map(({ because, messages }) => [because, messages])) }
}

/** What waits in the outbox, by channel, and since when the oldest has. */
export function waitingByChannel(
  ctx: Context,
): Promise<{ readonly channel: Channel; readonly messages: number; readonly oldest: Temporal.Instant }[]> {
  return ctx.db.all(sql<{ channel: Channel; messages: number; oldest: Temporal.Instant }>`
    select m.channel, count(*)::int as messages, min(m.queued_at) as oldest from message m
    where m.sent_at is null and m.given_up_at is null group by 1 order by 1`)
}

/** One message staff have to look at, and where it was to go. */
export function undeliveredNamed(
  ctx: Context,
  id: string,
): Promise<(Undelivered & { readonly recipient: string | null }) | undefined> {
  if (!isId(id)) return Promise.resolve(undefined)
  return ctx.db.maybe(sql<Undelivered & { recipient: string | null }>`
    select m.id, m.patron_id, m.kind, m.channel, coalesce(m.given_up_because, 'bounced') as because,
      coalesce(m.given_up_at, m.bounced_at) as since, m.redacted_at is not null as redacted, m.recipient
    from message m where m.id = ${id} and ${UNDELIVERED}`)
}

/** `gone` also when somebody else has just handled it; `content-gone` when the policy's period for what it said is over. */
export interface ResendRefusal {
  readonly kind: 'gone' | 'content-gone'
}

/**
 * Sends again what never arrived, as a message of its own: a channel that knows a message by its id would take the same
 * one for a repetition. The first counts as handled.
 * @param to where it goes now, when that is not where it went
 */
export function resend(
  ctx: Context,
  id: MessageId,
  to: { readonly channel?: Channel; readonly recipient?: string | null } = {},
): Promise<Result<MessageId, ResendRefusal>> {
  return transact(ctx, async (ctx): Promise<Result<MessageId, ResendRefusal>> => {
    const now = ctx.clock.now()
    const old = await ctx.db.maybe<{ redacted: boolean; channel: Channel; recipient: string | null }>(sql`
      update message m set handled_at = ${now} where m.id = ${id} and ${UNDELIVERED}
      returning m.redacted_at is not null as redacted, m.channel, m.recipient`)
    if (!old) return refuse({ kind: 'gone' })
    if (old.redacted) {
      await ctx.db.run(sql`update message set handled_at = null where id = ${id}`)
      return refuse({ kind: 'content-gone' })
    }
    const again = ctx.random.uuid(now) as MessageId
    const { channel = old.channel, recipient = old.recipient } = to
    await ctx.db.run(sql`
      insert into message (id, patron_id, kind, channel, language, recipient, subject, body, queued_at)
      select ${again}, patron_id, kind, ${channel}, language, ${recipient}, subject, body, ${now}
      from message where id = ${id}`)
    return ok(again)
  })
}

/** Staff have done what there was to do about a message that never arrived. Answers whether it was there to be handled. */
export async function markHandled(ctx: Context, id: MessageId): Promise<boolean> {
  const handled = await ctx.db.run(sql`
    update message m set handled_at = ${ctx.clock.now()} where m.id = ${id} and ${UNDELIVERED}`)
  return handled > 0
}

/**
 * Takes back what waits and is no longer true, such as word of a reservation that has been deleted. What is on its way is
 * beyond recall. Answers how many.
 */
export function withdrawMessages(ctx: Context, patron: PatronId, kinds: readonly string[]): Promise<number> {
  return ctx.db.run(sql`
    update message set given_up_at = ${ctx.clock.now()}, given_up_because = 'withdrawn'
    where patron_id = ${patron} and kind = any(${[...kinds]}::text[])
      and sent_at is null and given_up_at is null and trying_at is null`)
}
