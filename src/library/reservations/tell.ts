import type { Language, PatronId, ReservationId } from '#core'
import { sql, transact } from '#db'
import { ADDRESSEE, type Addressee, messageHours, type Template, tell } from '#messages'
import { readSetting } from '#settings'
import type { Context } from '#vault'
import { dateText, plural } from '#web'
import { type AboutReservations, reservationReady } from './templates.ts'

/** What a message says of one reservation; read before it is deleted. */
export interface ToldReservation extends Addressee {
  readonly title: string
  readonly number: string | null
  readonly branch: string
  /** The pickup deadline, or the day interest ends. */
  readonly until_on: Temporal.PlainDate
}

/** What a statement over `reservation r`, `patron p`, `title t` and `branch b` selects to tell of reservations. */
export const TOLD = `${ADDRESSEE('p')}, t.title, r.pickup_number as number, b.name as branch,
  coalesce(r.pickup_until_on, r.interest_until_on) as until_on`

/** Tells each patron of all these in one message, in the caller's transaction. */
export async function tellEach(
  ctx: Context,
  template: Template<AboutReservations>,
  rows: readonly ToldReservation[],
): Promise<number> {
  const byPatron = new Map<PatronId, ToldReservation[]>()
  for (const row of rows) byPatron.set(row.patron_id, [...(byPatron.get(row.patron_id) ?? []), row])
  return tell(
    ctx,
    template,
    [...byPatron.values()].flatMap((mine) => {
      const [to] = mine
      return to ? [{ to, data: { count: countText(mine.length, to.language), lines: mine.map(lineOf) } }] : []
    }),
  )
}

function lineOf({ title, number, branch, until_on, language }: ToldReservation) {
  return { title, number: number ?? '', branch, until: dateText(until_on, language) }
}

function countText(count: number, language: Language): string {
  if (language === 'da') return plural[language](count, '1 reservering', `${count} reserveringer`)
  return plural[language](count, '1 reservation', `${count} reservations`)
}

/** The reservations of these ids as messages tell of them. */
export function toldOf(ctx: Context, ids: readonly ReservationId[]): Promise<ToldReservation[]> {
  return ctx.db.all(sql<ToldReservation>`
    select ${sql.raw(TOLD)} from reservation r join patron p on p.id = r.patron_id join title t on t.id = r.title_id
      join branch b on b.id = r.pickup_branch_id
    where r.id = any(${[...ids]}::uuid[]) order by p.id, r.placed_at, r.id`)
}

/**
 * Tells of what has become ready, once: all that became ready for one patron within the library's minutes of gathering is
 * told in one message. Runs every minute.
 */
export async function tellReady(ctx: Context): Promise<number> {
  const now = ctx.clock.now()
  const { bundleMinutes } = await readSetting(ctx, messageHours)
  const due = await ctx.db.prepared(sql<{ patron_id: PatronId }>`
    select patron_id from reservation where ready_at is not null and told_at is null
    group by patron_id having min(ready_at) <= ${now.subtract({ minutes: bundleMinutes })} order by patron_id`)
  let told = 0
  for (const { patron_id } of due) {
    told += await transact(ctx, async (ctx) => {
      const ready = await ctx.db.all<{ id: ReservationId }>(sql`
        update reservation set told_at = ${now}
        where patron_id = ${patron_id} and ready_at is not null and told_at is null returning id`)
      return tellEach(
        ctx,
        reservationReady,
        await toldOf(
          ctx,
          ready.map(({ id }) => id),
        ),
      )
    })
  }
  return told
}
