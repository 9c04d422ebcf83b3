import type { Language, MessageId, PatronId } from '#core'
import { type Named, sql } from '#db'
import type { Context } from '#vault'
import type { Channel } from './tables.ts'

export interface NewMessage {
  readonly patron_id: PatronId
  readonly kind: string
  readonly channel: Channel
  readonly language: Language
  readonly recipient: string | null
  readonly subject: string
  readonly body: string
}

const QUEUE: Named = {
  name: 'message-queue',
  // Who is under restriction (Art. 18) is written to about nothing but claims.
  text: `insert into message (id, patron_id, kind, channel, language, recipient, subject, body, queued_at)
    select id, patron_id, kind, channel, language, recipient, subject, body, $9
    from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
      as n (id, patron_id, kind, channel, language, recipient, subject, body)
    where kind = any($10) or not exists (select from restriction r where r.patron_id = n.patron_id and r.ended_at is null)`,
}

/** Kinds of message that pursue a claim, which a restriction of processing does not stop (Art. 18(2)). */
const ABOUT_CLAIMS = ['bill', 'balance-statement']

/** Puts messages in the outbox, in the caller's transaction: they leave only if what they tell of has happened. */
export async function queueMessages(ctx: Context, messages: readonly NewMessage[]): Promise<void> {
  if (messages.length === 0) return
  const now = ctx.clock.now()
  const list = <K extends keyof NewMessage>(key: K) => messages.map((message) => message[key])
  await ctx.db.named(QUEUE, [
    messages.map(() => ctx.random.uuid(now)),
    list('patron_id'),
    list('kind'),
    list('channel'),
    list('language'),
    list('recipient'),
    list('subject'),
    list('body'),
    now,
    ABOUT_CLAIMS,
  ])
}

export interface WaitingMessage {
  readonly id: MessageId
  readonly kind: string
  readonly channel: Channel
  readonly language: Language
  readonly recipient: string | null
  readonly subject: string
  readonly body: string
}

/** Takes a message to whoever it is for. Throwing means "not now": it is tried again, and given up after a week. */
export type Sender = (message: WaitingMessage) => Promise<void>

/** The channels that are connected. A message for another waits in the outbox until somebody connects it. */
export type Senders = { readonly [Each in Channel]?: Sender }

const GIVE_UP_AFTER = { hours: 7 * 24 }
const AT_A_TIME = 500

/**
 * Sends what waits in the outbox and answers how many were sent. Each message is locked while it is on its way, so
 * that two processes never send the same one.
 */
export async function sendWaiting(ctx: Context, senders: Senders): Promise<number> {
  await giveUp(ctx)
  let sent = 0
  let after: string | null = null
  for (;;) {
    const round: { done: number; last: string | null } = await sendSome(ctx, senders, after)
    sent += round.done
    if (round.last === null) return sent
    after = round.last
  }
}

function sendSome(
  ctx: Context,
  senders: Senders,
  after: string | null,
): Promise<{ done: number; last: string | null }> {
  return ctx.db.transact(async (db) => {
    const waiting = await db.prepared(sql<WaitingMessage>`
      select id, kind, channel, language, recipient, subject, body from message
      where sent_at is null and given_up_at is null and channel = any(${Object.keys(senders)}::text[])
        and (${after}::uuid is null or id > ${after}::uuid)
      order by id limit ${AT_A_TIME} for update skip locked`)
    const done: MessageId[] = []
    for (const message of waiting) {
      try {
        await senders[message.channel]?.(message)
        done.push(message.id)
      } catch (fault) {
        ctx.log.warn(
          { agency: ctx.agency, message: message.id, channel: message.channel, fault: String(fault) },
          'not sent',
        )
      }
    }
    if (done.length > 0) {
      await db.run(sql`update message set sent_at = ${ctx.clock.now()} where id = any(${done}::uuid[])`)
    }
    return { done: done.length, last: waiting.length < AT_A_TIME ? null : (waiting.at(-1)?.id ?? null) }
  })
}

async function giveUp(ctx: Context): Promise<void> {
  const now = ctx.clock.now()
  await ctx.db.prepared(sql`
    update message set given_up_at = ${now}
    where sent_at is null and given_up_at is null and queued_at < ${now.subtract(GIVE_UP_AFTER)}`)
}
