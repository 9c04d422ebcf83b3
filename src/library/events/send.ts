import type { MessageId, PatronId } from '#core'
import { sql } from '#db'
import { mayDisturb, messageHours, RefusedByChannel, type Senders } from '#messages'
import { readSetting } from '#settings'
import type { Context } from '#vault'
import { inLanguage } from '#web'
import { eventChannels, seatKind } from './queries.ts'
import type { EventRow, SeatRow } from './tables.ts'
import { cancelledText, receiptText } from './texts.ts'

/** Somebody who is no patron has no id; a sender that wants one is given nobody's. */
const NOBODY = '00000000-0000-7000-8000-000000000000' as PatronId
const AT_A_TIME = 200

type Waiting = SeatRow & Pick<EventRow, 'starts_at' | 'place' | 'cancelled_at'> & { readonly event: string }

/**
 * Confirms seats by e-mail, and tells whoever has one at an event that is cancelled, by e-mail or else by text message.
 * It writes of nothing else. When a channel does not answer, it goes on the next time.
 */
export async function sendEventMessages(
  ctx: Context,
  senders: Senders,
  { publicUrl }: { readonly publicUrl: string },
): Promise<number> {
  const kind = await seatKind(ctx)
  if (!kind) return 0
  const named = await eventChannels(ctx)
  const email = named.email ? senders.email : undefined
  const mayRing = mayDisturb(await readSetting(ctx, messageHours), ctx.clock.now())
  const sms = named.sms && (mayRing || senders.sms?.silent) ? senders.sms : undefined
  const waiting = await ctx.db.all(sql<Waiting>`
    select s.*, e.name as event, e.starts_at, e.place, e.cancelled_at
    from ${sql.id(kind)} s join event e on e.id = s.event_id
    where e.ends_at > ${ctx.clock.now()} and
      (e.cancelled_at is not null and s.told_at is null
        or e.cancelled_at is null and s.receipt_at is null and s.email is not null)
    order by s.id limit ${AT_A_TIME}`)
  let sent = 0
  for (const seat of waiting) {
    const channel = seat.email ? 'email' : 'sms'
    const sender = channel === 'email' ? email : sms
    if (!sender) continue
    const link = `${publicUrl}${inLanguage(`/${ctx.agency}/events/leave/${seat.leave_key}`, seat.language)}`
    const text = seat.cancelled_at ? cancelledText(seat, seat.language) : receiptText(seat, link, seat.language)
    try {
      await sender.send({
        ...text,
        id: ctx.random.uuid(ctx.clock.now()) as MessageId,
        kind: 'event',
        channel,
        patron_id: seat.patron_id ?? NOBODY,
        language: seat.language,
        recipient: channel === 'email' ? seat.email : seat.phone,
      })
      sent++
    } catch (fault) {
      if (!(fault instanceof RefusedByChannel)) continue
    }
    const done = sql.id(seat.cancelled_at ? 'told_at' : 'receipt_at')
    await ctx.db.run(sql`update ${sql.id(kind)} set ${done} = ${ctx.clock.now()} where id = ${seat.id}`)
  }
  return sent
}
