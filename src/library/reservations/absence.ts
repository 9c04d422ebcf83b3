import { dayOf, ok, type PatronId, type Result, refuse } from '#core'
import { sql } from '#db'
import { type FeatureOff, requireFeature } from '#privacy'
import type { Context } from '#vault'

export interface Absence {
  readonly from_on: Temporal.PlainDate
  readonly until_on: Temporal.PlainDate | null
}

export type AbsenceRefusal =
  | FeatureOff
  | { readonly kind: 'unknown-patron' }
  | { readonly kind: 'ends-before-it-begins' }
  | { readonly kind: 'over' }

/**
 * A patron is away: until they are back nothing they wait for is filled, and they keep their place. Both days count; an
 * absence may have no end. What stands ready already is not taken back.
 */
export async function setAbsence(
  ctx: Context,
  patron: PatronId,
  { from_on, until_on }: Absence,
): Promise<Result<true, AbsenceRefusal>> {
  const on = await requireFeature(ctx, 'absence')
  if (!on.ok) return on
  if (until_on && Temporal.PlainDate.compare(until_on, from_on) < 0) return refuse({ kind: 'ends-before-it-begins' })
  if (until_on && Temporal.PlainDate.compare(until_on, dayOf(ctx.clock.now())) < 0) return refuse({ kind: 'over' })
  const set = await ctx.db.run(sql`
    insert into absence (patron_id, from_on, until_on, set_at)
    select id, ${from_on}, ${until_on}, ${ctx.clock.now()} from patron where id = ${patron}
    on conflict (patron_id) do update set from_on = excluded.from_on, until_on = excluded.until_on, set_at = excluded.set_at`)
  return set === 1 ? ok(true) : refuse({ kind: 'unknown-patron' })
}

/** The patron is back. */
export async function endAbsence(ctx: Context, patron: PatronId): Promise<boolean> {
  return (await ctx.db.run(sql`delete from absence where patron_id = ${patron}`)) === 1
}

export function readAbsence(ctx: Context, patron: PatronId): Promise<Absence | undefined> {
  return ctx.db.maybe(sql<Absence>`select from_on, until_on from absence where patron_id = ${patron}`)
}

/** When somebody was away is nobody's business when they are back. */
export function endAbsences(ctx: Context, night: Temporal.PlainDate): Promise<number> {
  return ctx.db.run(sql`delete from absence where until_on < ${night}`)
}
