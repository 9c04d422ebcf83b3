import type { Language, MessageId, PatronId } from '#core'
import { sql } from '#db'
import { readSetting } from '#settings'
import type { Context } from '#vault'
import { mayDisturb, messageHours } from './hours.ts'
import { mayBeWritten } from './queue.ts'
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
  /** How often it was handed over, this time included. */
  readonly tries?: number
}

/** Takes messages to whoever they are for. */
export interface Sender {
  /**
   * Whether the channel knows a message it has had before by its id, so that one whose sending was cut off may be sent
   * again. Of a channel that does not, nobody can tell whether it left: such a message is never sent a second time, and
   * staff are shown it.
   */
  readonly idempotent: boolean
  /** Whether no telephone rings, whatever the channel: a demonstration's leads nowhere, and has no quiet hours. */
  readonly silent?: boolean
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
const WITHOUT_DIGITAL_POST = { hours: 24 }
const AT_A_TIME = 200
/** How long to wait after the first try, the second …; the last for all that follow. */
const BACK_OFF_MINUTES = [5, 15, 60, 240, 720] as const
/** No channel takes this long with one message: whoever was sending it is no more. */
const CUT_OFF_MINUTES = 15
/** Those that make a telephone ring. */
const LOUD: readonly Channel[] = ['sms', 'push']

/**
 * Sends what waits in the outbox and answers how many were sent. A message is marked as on its way right before it is
 * handed over and noted after, in transactions of their own, so that two processes never send the same one and a crash in
 * between is seen. In the library's quiet hours no telephone rings; what would make one waits.
 */
export async function sendWaiting(ctx: Context, senders: Senders): Promise<number> {
  await withdrawUnreadable(ctx)
  if (!senders['digital-post']) await printInstead(ctx)
  await giveUpOld(ctx)
  await takeUpCutOff(ctx, senders)
  const hours = await readSetting(ctx, messageHours)
  let sent = 0
  for (;;) {
    const mayRing = mayDisturb(hours, ctx.clock.now())
    const open = Object.entries(senders).flatMap(([channel, sender]) =>
      mayRing || sender.silent || isQuiet(channel) ? [channel] : [],
    )
    const ids = await waitingFor(ctx, open)
    if (ids.length === 0) return sent
    sent += await sendAll(ctx, senders, open, ids)
  }
}

function isQuiet(channel: string): boolean {
  return !LOUD.some((loud) => loud === channel)
}

type OnItsWay = WaitingMessage & { readonly tries: number }

const WAITS = sql`m.sent_at is null and m.given_up_at is null and m.trying_at is null`

async function waitingFor(ctx: Context, channels: readonly string[]): Promise<MessageId[]> {
  const rows = await ctx.db.prepared(sql<{ id: MessageId }>`
    select m.id from message m
    where ${WAITS} and (m.next_try_at is null or m.next_try_at <= ${ctx.clock.now()})
      and m.channel = any(${[...channels]}::text[]) and ${mayBeWritten()}
    order by m.id limit ${AT_A_TIME}`)
  return rows.map(({ id }) => id)
}

async function sendAll(
  ctx: Context,
  senders: Senders,
  channels: readonly string[],
  ids: readonly MessageId[],
): Promise<number> {
  // What leads nowhere takes no time, so that nothing can have changed before the last of many is handed over.
  const together = Object.values(senders).every(({ silent }) => silent) ? AT_A_TIME : 1
  let sent = 0
  // Of an idempotent channel it does no harm to note several at once: what a crash leaves unnoted is sent again.
  const notYetNoted: MessageId[] = []
  for (let from = 0; from < ids.length; from += together) {
    for (const message of await markOnTheirWay(ctx, ids.slice(from, from + together), channels)) {
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
  }
  await noteSent(ctx, notYetNoted)
  return sent
}

/**
 * One at a time, mostly: those before it may have taken long, and its patron may have died, been erased or restricted
 * since, or another process taken it. So a crash leaves one message in doubt, and not all that were to follow.
 */
function markOnTheirWay(ctx: Context, ids: readonly MessageId[], channels: readonly string[]): Promise<OnItsWay[]> {
  const now = ctx.clock.now()
  return ctx.db.prepared(sql<OnItsWay>`
    update message m set trying_at = ${now}, tries = m.tries + 1
    where m.id = any(${[...ids]}::uuid[]) and ${WAITS} and (m.next_try_at is null or m.next_try_at <= ${now})
      and m.channel = any(${[...channels]}::text[]) and ${mayBeWritten()}
    returning m.id, m.patron_id, m.kind, m.channel, m.language, m.recipient, m.subject, m.body, m.tries`)
}

async function noteSent(ctx: Context, ids: readonly MessageId[]): Promise<void> {
  if (ids.length === 0) return
  await ctx.db.run(
    sql`update message set sent_at = ${ctx.clock.now()}, trying_at = null where id = any(${[...ids]}::uuid[])`,
  )
}

/** What a channel says of a failure may name the address, so that only its kind is logged. */
async function noteFailed(ctx: Context, message: OnItsWay, fault: unknown): Promise<void> {
  if (fault instanceof GoesByAnother) return goBy(ctx, message.id, fault.channel, null)
  const refused = fault instanceof RefusedByChannel
  const kind = fault instanceof Error ? ('code' in fault ? String(fault.code) : fault.name) : 'unknown'
  ctx.log.warn({ agency: ctx.agency, message: message.id, channel: message.channel, refused, fault: kind }, 'not sent')
  // The apps are gone, and this message had taken the place of an SMS.
  if (refused && message.channel === 'push' && message.recipient) return goBy(ctx, message.id, 'sms', message.recipient)
  if (refused) return giveUp(ctx, 'refused', sql`id = ${message.id}`)
  const minutes = BACK_OFF_MINUTES[Math.min(message.tries, BACK_OFF_MINUTES.length) - 1] ?? 5
  const next = ctx.clock.now().add({ minutes })
  await ctx.db.run(sql`update message set trying_at = null, next_try_at = ${next} where id = ${message.id}`)
}

async function goBy(ctx: Context, id: MessageId, channel: Channel, recipient: string | null): Promise<void> {
  await ctx.db.run(sql`
    update message set channel = ${channel}, recipient = ${recipient}, trying_at = null, tries = 0, next_try_at = null
    where id = ${id}`)
}

async function giveUpOld(ctx: Context): Promise<void> {
  // A letter waits for whoever prints it, and is with them until they say what became of it.
  const before = ctx.clock.now().subtract(GIVE_UP_AFTER)
  await giveUp(ctx, 'too-old', sql`queued_at < ${before} and trying_at is null and channel <> 'letter'`)
}

/** A library without Digital Post writes letters. The day between is for one that is only just not connected. */
async function printInstead(ctx: Context): Promise<void> {
  const before = ctx.clock.now().subtract(WITHOUT_DIGITAL_POST)
  await ctx.db.run(sql`
    update message set channel = 'letter', recipient = null
    where channel = 'digital-post' and tries = 0 and queued_at < ${before} and sent_at is null and given_up_at is null
      and trying_at is null`)
}

/** Nobody writes to the dead, nor tells the desk that it did not. */
async function withdrawUnreadable(ctx: Context): Promise<void> {
  await giveUp(
    ctx,
    'withdrawn',
    sql`trying_at is null and patron_id in (select patron_id from loan_block where code = 'deceased')`,
  )
}

/** Those that a process was sending when it ended. */
async function takeUpCutOff(ctx: Context, senders: Senders): Promise<void> {
  const before = ctx.clock.now().subtract({ minutes: CUT_OFF_MINUTES })
  const repeatable = Object.entries(senders).flatMap(([channel, sender]) => (sender.idempotent ? [channel] : []))
  await ctx.db.run(sql`
    update message set trying_at = null
    where trying_at < ${before} and sent_at is null and given_up_at is null and channel = any(${repeatable}::text[])`)
  await giveUp(ctx, 'unsure', sql`trying_at < ${before} and channel <> 'letter'`)
}

async function giveUp(ctx: Context, because: GivenUpBecause, which: ReturnType<typeof sql>): Promise<void> {
  await ctx.db.run(sql`
    update message set given_up_at = ${ctx.clock.now()}, given_up_because = ${because}, trying_at = null
    where sent_at is null and given_up_at is null and ${which}`)
}
