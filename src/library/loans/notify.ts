import { sql } from '#db'
import { type Addressee, queueMessages, serviceMessage } from '#messages'
import type { ReadyReservation } from '#reservations'
import type { Context } from '#vault'
import { dayText, texts } from './texts.ts'

/** Tells a patron that a reservation is ready, in the transaction that made it so. */
export async function queueReady(ctx: Context, ready: ReadyReservation): Promise<void> {
  const to = await ctx.db.maybe<Addressee>(
    sql`select id as patron_id, language, email, phone from patron where id = ${ready.patron_id}`,
  )
  if (!to) return
  const text = texts.ready[to.language](ready.pickup_number, dayText(ready.pickup_until_on, to.language))
  await queueMessages(ctx, serviceMessage(to, 'reservation-ready', text))
}
