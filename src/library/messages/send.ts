import type { Language, MessageId, PatronId } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'
import { ABOUT_CLAIMS } from './queue.ts'
import type { Channel, GivenUpBecause } from './tables.ts'

export interface WaitingMessage {
  /** Also the key by which a channel may know that it has had this one before. */
  readonly id: MessageId
  readonly patron_id: PatronId
  readonly kind: string
  readonly channel: Channel
  readonly language: Language
  readonly recipient: string | null
  readonly subject: string
  readonly body: string
}

/** Takes messages to whoever they are for. */
export interface Sender {
  /**
   * Whether the channel knows a message it has had before by its id, so that one whose sending was cut off may be sent
   * again. Of a channel that does not, nobody can tell whether it left: such a message is never sent a second time, and
   * staff are shown it.
   */
  readonly idempotent: boolean
  /** Throws {@link RefusedByChannel} when it never will go; anything else means "not now". */
  send(message: WaitingMessage): Promise<void>
}

/** The channel will never take this message: no such address, a number that is none. */
export class RefusedByChannel extends Error {}

/** The channel cannot take it, and another can: someone exempt from Digital Post is written to on paper. */
export class GoesByAnother extends Error {
  readonly channel: Channel

  constructor(channel: Channel) {
    super(`goes by ${channel}`)
    this.channel = channel
  }
}

/** The channels that are connected. A message for another waits in the outbox until somebody connects it. */
export type Senders = { readonly [Each in Channel]?: Sender }

export function idempotent(send: Sender['send']): Sender {
  return { idempotent: true, send }
}

export function onceOnly(send: Sender['send']): Sender {
  return { idempotent: false, send }
}

const GIVE_UP_AFTER = { hours: 7 * 24 }
const AT_A_TIME = 200
/** How long to wait after the first try, the second …; the last for all that follow. */
const BACK_OFF_MINUTES = [5, 15, 60, 240, 720] as const
/** No channel takes this long with one message: whoever was sending it is no more. */
const CUT_OFF_MINUTES = 15

/**
 * Sends what waits in the outbox and answers how many were sent. A message is marked as on its way before it is handed
 * over and noted after, in transactions of their own, so that two processes never send the same one and a crash in
 * between is seen.
 */
export async function sendWaiting(ctx: Context, senders: Senders): Promise<number> {
  await giveUpOld(ctx)
  await takeUpCutOff(ctx, senders)
  let sent = 0
  for (;;) {
    const messages = await markOnTheirWay(ctx, senders)
    if (messages.length === 0) return sent
    sent += await sendAll(ctx, senders, messages)
  }
}

type OnItsWay = WaitingMessage & { readonly tries: number }

/** Who is under restriction since it was written is still written to about nothing but claims. */
function markOnTheirWay(ctx: Context, senders: Senders): Promise<OnItsWay[]> {
  const now = ctx.clock.now()
  return ctx.db.prepared(sql<OnItsWay>`
    with taken as (
      select id from message m
      where sent_at is null and given_up_at is null and trying_at is null
        and (next_try_at is null or next_try_at <= ${now}) and channel = any(${Object.keys(senders)}::text[])
        and (kind = any(${[...ABOUT_CLAIMS]}::text[])
          or not exists (select from restriction r where r.patron_id = m.patron_id and r.ended_at is null))
      order by id limit ${AT_A_TIME} for update skip locked
    ), marked as (
      update message set trying_at = ${now}, tries = tries + 1 where id in (select id from taken)
      returning id, patron_id, kind, channel, language, recipient, subject, body, tries
    )
    select * from marked order by id`)
}

async function sendAll(ctx: Context, senders: Senders, messages: readonly OnItsWay[]): Promise<number> {
  let sent = 0
  // Of an idempotent channel it does no harm to note several at once: what a crash leaves unnoted is sent again.
  const notYetNoted: MessageId[] = []
  for (const message of messages) {
    const sender = senders[message.channel]
    try {
      await sender?.send(message)
    } catch (fault) {
      await noteFailed(ctx, message, fault)
      continue
    }
    sent++
    if (sender?.idempotent) notYetNoted.push(message.id)
    else await noteSent(ctx, [message.id])
  }
  await noteSent(ctx, notYetNoted)
  return sent
}

async function noteSent(ctx: Context, ids: readonly MessageId[]): Promise<void> {
  if (ids.length === 0) return
  await ctx.db.run(
    sql`update message set sent_at = ${ctx.clock.now()}, trying_at = null where id = any(${[...ids]}::uuid[])`,
  )
}

/** What a channel says of a failure may name the address, so that only its kind is logged. */
async function noteFailed(ctx: Context, message: OnItsWay, fault: unknown): Promise<void> {
  if (fault instanceof GoesByAnother) {
    await ctx.db.run(sql`
      update message set channel = ${fault.channel}, recipient = null, trying_at = null, tries = 0, next_try_at = null
      where id = ${message.id}`)
    return
  }
  const refused = fault instanceof RefusedByChannel
  const kind = fault instanceof Error ? ('code' in fault ? String(fault.code) : fault.name) : 'unknown'
  ctx.log.warn({ agency: ctx.agency, message: message.id, channel: message.channel, refused, fault: kind }, 'not sent')
  if (refused) return giveUp(ctx, 'refused', sql`id = ${message.id}`)
  const minutes = BACK_OFF_MINUTES[Math.min(message.tries, BACK_OFF_MINUTES.length) - 1] ?? 5
  const next = ctx.clock.now().add({ minutes })
  await ctx.db.run(sql`update message set trying_at = null, next_try_at = ${next} where id = ${message.id}`)
}

async function giveUpOld(ctx: Context): Promise<void> {
  await giveUp(ctx, 'too-old', sql`queued_at < ${ctx.clock.now().subtract(GIVE_UP_AFTER)} and trying_at is null`)
}

/** Those that a process was sending when it ended. */
async function takeUpCutOff(ctx: Context, senders: Senders): Promise<void> {
  const before = ctx.clock.now().subtract({ minutes: CUT_OFF_MINUTES })
  const repeatable = Object.entries(senders).flatMap(([channel, sender]) => (sender.idempotent ? [channel] : []))
  await ctx.db.run(sql`
    update message set trying_at = null
    where trying_at < ${before} and sent_at is null and given_up_at is null and channel = any(${repeatable}::text[])`)
  await giveUp(ctx, 'unsure', sql`trying_at < ${before}`)
}

async function giveUp(ctx: Context, because: GivenUpBecause, which: ReturnType<typeof sql>): Promise<void> {
  await ctx.db.run(sql`
    update message set given_up_at = ${ctx.clock.now()}, given_up_because = ${because}, trying_at = null
    where sent_at is null and given_up_at is null and ${which}`)
}
