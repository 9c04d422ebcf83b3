import type { PatronId } from '#core'
import { sql } from '#db'
import { policyOf, recipientNamed } from '#privacy'
import type { Context } from '#vault'
import type { EventId, EventRow, SeatRow } from './tables.ts'

/** What a seat is at a library: a registration, or a ticket; its policy speaks of the one or the other. */
export type SeatKind = 'event_registration' | 'ticket'

/** Undefined where the policy speaks of neither: there is then nothing to sign up for. */
export async function seatKind(ctx: Context): Promise<SeatKind | undefined> {
  const { policy } = await policyOf(ctx)
  const speaks = (data: string) => policy.clauses.some((clause) => clause.data === data)
  if (speaks('event-registration')) return 'event_registration'
  return speaks('ticket') ? 'ticket' : undefined
}

/** By which ways the policy lets the library write about events. */
export async function eventChannels(ctx: Context): Promise<{ readonly email: boolean; readonly sms: boolean }> {
  const [email, sms] = await Promise.all([recipientNamed(ctx, 'email-events'), recipientNamed(ctx, 'sms-events')])
  return { email, sms }
}

export interface CountedEvent extends EventRow {
  readonly taken: number
}

/** Events that are not over, the next first. */
export async function comingEvents(ctx: Context): Promise<CountedEvent[]> {
  return countedEvents(ctx, sql`e.ends_at > ${ctx.clock.now()}`)
}

export async function readEvent(ctx: Context, id: string): Promise<CountedEvent | undefined> {
  const [event] = await countedEvents(ctx, sql`e.id::text = ${id}`)
  return event
}

function countedEvents(ctx: Context, which: ReturnType<typeof sql>): Promise<CountedEvent[]> {
  return ctx.db.all(sql<CountedEvent>`
    select e.*, ((select count(*) from event_registration r where r.event_id = e.id)
      + (select count(*) from ticket t where t.event_id = e.id))::int as taken
    from event e where ${which} order by e.starts_at, e.id`)
}

export function seatsOf(ctx: Context, kind: SeatKind, event: EventId): Promise<SeatRow[]> {
  return ctx.db.all(sql<SeatRow>`select * from ${sql.id(kind)} where event_id = ${event} order by registered_at, id`)
}

export interface OwnSeat {
  readonly event: string
  readonly starts_at: Temporal.Instant
  readonly place: string
  readonly number: string
  readonly leave_key: string
  readonly cancelled_at: Temporal.Instant | null
}

/** What a patron has a seat at, of what is not over. */
export function ownSeats(ctx: Context, kind: SeatKind, patron: PatronId): Promise<OwnSeat[]> {
  return ctx.db.all(sql<OwnSeat>`
    select e.name as event, e.starts_at, e.place, s.number, s.leave_key, e.cancelled_at
    from ${sql.id(kind)} s join event e on e.id = s.event_id
    where s.patron_id = ${patron} and e.ends_at > ${ctx.clock.now()} order by e.starts_at, s.id`)
}
