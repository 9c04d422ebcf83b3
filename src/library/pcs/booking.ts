import { isId, ok, type Result, refuse } from '#core'
import { sql, transact } from '#db'
import { requireFeature } from '#privacy'
import { readSetting } from '#settings'
import type { Context } from '#vault'
import { pcTimes } from './setting.ts'
import type { GamingBookingRow, GamingPcRow } from './tables.ts'

export type BookingRefusal = { readonly kind: 'feature-off' | 'unknown' | 'taken' | 'past' | 'bad-phone' }

export interface BookingWish {
  readonly pc: string
  readonly starts_at: Temporal.Instant
  readonly phone: string
}

const PHONE = /^\+?[0-9][0-9 ()-]*$/

/** Books a gaming PC for as long as the library lets it be booked, from a time on. */
export async function bookGamingPc(ctx: Context, wish: BookingWish): Promise<Result<true, BookingRefusal>> {
  if (!(await requireFeature(ctx, 'gaming_booking')).ok) return refuse({ kind: 'feature-off' })
  const digits = wish.phone.replace(/\D/g, '').length
  if (!PHONE.test(wish.phone.trim()) || digits < 8 || digits > 15) return refuse({ kind: 'bad-phone' })
  if (!isId(wish.pc)) return refuse({ kind: 'unknown' })
  const { bookingMinutes } = await readSetting(ctx, pcTimes)
  const ends_at = wish.starts_at.add({ minutes: bookingMinutes })
  return transact(ctx, async (ctx): Promise<Result<true, BookingRefusal>> => {
    const now = ctx.clock.now()
    if (Temporal.Instant.compare(ends_at, now) <= 0) return refuse({ kind: 'past' })
    // Of two who want the same time the second waits here and then finds it taken.
    const pc = await ctx.db.maybe(sql`select from gaming_pc where id = ${wish.pc} and closed_at is null for update`)
    if (!pc) return refuse({ kind: 'unknown' })
    const taken = await ctx.db.maybe(sql`
      select from gaming_booking
      where gaming_pc_id = ${wish.pc} and starts_at < ${ends_at} and ends_at > ${wish.starts_at}`)
    if (taken) return refuse({ kind: 'taken' })
    const patron = ctx.actor.kind === 'patron' ? ctx.actor.id : null
    await ctx.db.run(sql`
      insert into gaming_booking (id, gaming_pc_id, patron_id, phone, booked_at, starts_at, ends_at)
      values (${ctx.random.uuid(now)}, ${wish.pc}, ${patron}, ${wish.phone.trim()}, ${now}, ${wish.starts_at}, ${ends_at})`)
    return ok(true)
  })
}

export async function addGamingPc(ctx: Context, name: string): Promise<boolean> {
  if (name.trim() === '' || !(await requireFeature(ctx, 'gaming_booking')).ok) return false
  const now = ctx.clock.now()
  await ctx.db.run(sql`
    insert into gaming_pc (id, name, added_at) values (${ctx.random.uuid(now)}, ${name.trim()}, ${now})`)
  return true
}

export async function cancelBooking(ctx: Context, id: string): Promise<void> {
  await ctx.db.run(sql`delete from gaming_booking where id::text = ${id}`)
}

export function gamingPcs(ctx: Context): Promise<GamingPcRow[]> {
  return ctx.db.all(sql<GamingPcRow>`select * from gaming_pc where closed_at is null order by name, id`)
}

export type ListedBooking = GamingBookingRow & { readonly pc: string }

/** Bookings that are not over, the next first. */
export function bookingsToCome(ctx: Context): Promise<ListedBooking[]> {
  return ctx.db.all(sql<ListedBooking>`
    select b.*, p.name as pc from gaming_booking b join gaming_pc p on p.id = b.gaming_pc_id
    where b.ends_at > ${ctx.clock.now()} order by b.starts_at, b.id`)
}
