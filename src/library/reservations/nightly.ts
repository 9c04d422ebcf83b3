import type { ItemId, TitleId } from '#core'
import { sql, transact } from '#db'
import type { Context } from '#vault'
import { passOn } from './place.ts'

/** Deletes the reservations whose interest or pickup period is over; what stood ready goes to the next in line. */
export function expireReservations(ctx: Context, night: Temporal.PlainDate): Promise<number> {
  return transact(ctx, async (ctx) => {
    const uncollected = await ctx.db.prepared<{ item_id: ItemId; title_id: TitleId }>(sql`
      delete from reservation where item_id is not null and pickup_until_on < ${night} returning item_id, title_id`)
    const lapsed = await ctx.db.run(sql`
      delete from reservation where item_id is null and interest_until_on < ${night}`)
    for (const { item_id, title_id } of uncollected) await passOn(ctx, item_id, title_id)
    return uncollected.length + lapsed
  })
}
