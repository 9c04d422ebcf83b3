import type { ItemId, PatronId, ReservationId, TitleId } from '#core'
import { sql, transact } from '#db'
import type { Context } from '#vault'
import { tellEach, toldOf } from './tell.ts'
import { reservationDeleted } from './templates.ts'
import { passOn, withdrawWord } from './trap.ts'

/**
 * Deletes a reservation: it is gone in the same transaction, and an item that stood ready or was on its way goes to the
 * next in line. When staff delete it the patron is told. Deleting one that is gone changes nothing.
 */
export function deleteReservation(ctx: Context, id: ReservationId): Promise<boolean> {
  return transact(ctx, async (ctx) => {
    const told = ctx.actor.kind === 'staff' ? await toldOf(ctx, [id]) : []
    const gone = await ctx.db.maybe<{ item_id: ItemId | null; title_id: TitleId; patron_id: PatronId }>(
      sql`delete from reservation where id = ${id} returning item_id, title_id, patron_id`,
    )
    if (!gone) return false
    await withdrawWord(ctx, gone.patron_id)
    await tellEach(ctx, reservationDeleted, told)
    if (gone.item_id) await passOn(ctx, gone.item_id, gone.title_id)
    return true
  })
}
