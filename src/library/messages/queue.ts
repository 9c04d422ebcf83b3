import type { Language, PatronId } from '#core'
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
  // Who is under restriction (Art. 18) is written to about nothing but claims, and who has died about nothing.
  text: `insert into message (id, patron_id, kind, channel, language, recipient, subject, body, queued_at, next_try_at)
    select id, patron_id, kind, channel, language, recipient, subject, body, $9, $11
    from unnest($1::uuid[], $2::uuid[], $3::text[], $4::text[], $5::text[], $6::text[], $7::text[], $8::text[])
      as n (id, patron_id, kind, channel, language, recipient, subject, body)
    where not exists (select from loan_block b where b.patron_id = n.patron_id and b.code = 'deceased')
      and (kind = any($10)
        or not exists (select from restriction r where r.patron_id = n.patron_id and r.ended_at is null))`,
}

const claims = new Set(['bill', 'balance-statement'])

/** Kinds of message that pursue a claim, which a restriction of processing does not stop (Art. 18(2)). */
export function claimKinds(): string[] {
  return [...claims]
}

/** A room declares that what it writes under this kind pursues a claim. */
export function claimsAreOf(kind: string): void {
  claims.add(kind)
}

/**
 * Whether message `m` may still go to its patron: to who is under restriction (Art. 18) only about claims, to who has died
 * not at all.
 */
export function mayBeWritten(): ReturnType<typeof sql> {
  return sql`not exists (select from loan_block b where b.patron_id = m.patron_id and b.code = 'deceased')
    and (m.kind = any(${claimKinds()}::text[])
      or not exists (select from restriction r where r.patron_id = m.patron_id and r.ended_at is null))`
}

/**
 * Puts messages in the outbox, in the caller's transaction: they leave only if what they tell of has happened.
 * @param when since when they tell, and when they may leave; both now unless told
 */
export async function queueMessages(
  ctx: Context,
  messages: readonly NewMessage[],
  when: { readonly queuedAt?: Temporal.Instant; readonly notBefore?: Temporal.Instant } = {},
): Promise<void> {
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
    when.queuedAt ?? now,
    claimKinds(),
    when.notBefore ?? null,
  ])
}

/** Takes back what waits for somebody who has died or cannot be found: it is not sent, and not kept. */
export async function dropWaiting(ctx: Context, patron: PatronId): Promise<number> {
  return ctx.db.run(sql`
    delete from message where patron_id = ${patron} and sent_at is null and given_up_at is null and trying_at is null`)
}
