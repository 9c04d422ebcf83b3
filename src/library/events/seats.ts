import { isId, type Language, ok, type Result, refuse, systemRandom } from '#core'
import { sql, transact } from '#db'
import { holdsCpr } from '#patrons'
import type { Context } from '#vault'
import { seatKind } from './queries.ts'
import { decideSeat, type SeatRefusal } from './rules.ts'
import type { EventRow } from './tables.ts'

export type { SeatRefusal } from './rules.ts'

export interface SeatWish {
  readonly event: string
  readonly name: string
  readonly email: string
  readonly phone: string
  readonly language: Language
}

const KEY_BYTES = 18
const NUMBER_DIGITS = 8

/** Takes a seat at an event, if one is left. Answers its number. */
export async function takeSeat(ctx: Context, wish: SeatWish): Promise<Result<string, SeatRefusal>> {
  const kind = await seatKind(ctx)
  if (!kind || !isId(wish.event)) return refuse({ kind: kind ? 'unknown' : 'not-offered' })
  const patron = ctx.actor.kind === 'patron' ? ctx.actor.id : null
  return transact(ctx, async (ctx) => {
    const now = ctx.clock.now()
    // Of two who want the last seat the second waits here and then finds none.
    const event = await ctx.db.maybe(sql<EventRow>`select * from event where id = ${wish.event} for update`)
    if (!event) return refuse({ kind: 'unknown' })
    const { taken } = await ctx.db.one<{ taken: number }>(sql`
      select count(*)::int as taken from ${sql.id(kind)} where event_id = ${event.id}`)
    const refusal = decideSeat({ ...wish, holdsCpr: holdsCpr(wish.name) }, { kind, event, taken, now })
    if (refusal) return refuse(refusal)
    const number = ctx.random.digits(NUMBER_DIGITS)
    await ctx.db.run(sql`
      insert into ${sql.id(kind)}
        (id, event_id, patron_id, number, name, email, phone, language, registered_at, leave_key, event_ends_at)
      values (${ctx.random.uuid(now)}, ${event.id}, ${patron}, ${number}, ${wish.name.trim()},
        ${wish.email.trim() || null}, ${wish.phone.trim() || null}, ${wish.language}, ${now},
        ${systemRandom().token(KEY_BYTES)}, ${event.ends_at})`)
    return ok(number)
  })
}

/** Gives a seat back, by the key in the confirmation; nothing is left of it. What is given back already stays so. */
export async function giveBack(ctx: Context, key: string): Promise<void> {
  for (const table of ['event_registration', 'ticket']) {
    await ctx.db.run(sql`delete from ${sql.id(table)} where leave_key = ${key}`)
  }
}

export interface NewEvent {
  readonly name: string
  readonly about: string
  readonly place: string
  readonly starts_at: Temporal.Instant
  readonly ends_at: Temporal.Instant
  readonly seats: number
}

export async function makeEvent(ctx: Context, event: NewEvent): Promise<void> {
  const id = ctx.random.uuid(ctx.clock.now())
  await ctx.db.run(sql`
    insert into event (id, name, about, place, starts_at, ends_at, seats)
    values (${id}, ${event.name.trim()}, ${event.about.trim()}, ${event.place.trim()}, ${event.starts_at},
      ${event.ends_at}, ${event.seats})`)
}

/** Cancels an event; everyone who has a seat is then written to. Cancelling twice is cancelling once. */
export async function cancelEvent(ctx: Context, id: string): Promise<void> {
  await ctx.db.run(sql`
    update event set cancelled_at = ${ctx.clock.now()} where id::text = ${id} and cancelled_at is null`)
}
