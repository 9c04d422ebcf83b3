import type { Language, PatronId } from '#core'
import { sql } from '#db'
import { type Channel, type NewMessage, queueMessages } from '#messages'
import type { ReadyReservation } from '#reservations'
import type { Context } from '#vault'
import { dayText, texts } from './texts.ts'

/** Whom a message goes to, and how they can be reached. */
export interface Addressee {
  readonly patron_id: PatronId
  readonly language: Language
  readonly email: string | null
  readonly phone: string | null
}

/** A message by e-mail, else by SMS; nothing for someone who has given neither, as the notice says. */
export function serviceMessage(to: Addressee, kind: string, text: { subject: string; body: string }): NewMessage[] {
  const channel: Channel | undefined = to.email ? 'email' : to.phone ? 'sms' : undefined
  if (!channel) return []
  const recipient = channel === 'email' ? to.email : to.phone
  return [{ patron_id: to.patron_id, kind, channel, language: to.language, recipient, ...text }]
}

/** Tells a patron that a reservation is ready, in the transaction that made it so. */
export async function queueReady(ctx: Context, ready: ReadyReservation): Promise<void> {
  const to = await ctx.db.maybe<Addressee>(
    sql`select id as patron_id, language, email, phone from patron where id = ${ready.patron_id}`,
  )
  if (!to) return
  const text = texts.ready[to.language](ready.pickup_number, dayText(ready.pickup_until_on, to.language))
  await queueMessages(ctx, serviceMessage(to, 'reservation-ready', text))
}
