import { type BranchId, dayOf, type PatronId, type Result, refuse } from '#core'
import { sql, transact } from '#db'
import { touch } from '#patrons'
import type { Context } from '#vault'
import { doorsOf, houseNow, lockPerson } from './facts.ts'
import { decideEntry, type EntryRefusal, type Opening } from './rules.ts'

export interface AtDoor {
  readonly patron: PatronId
  readonly branch: BranchId
  /** The name of the machine. */
  readonly door: string
}

/** A door asks several times of whoever stands there, and some try the handle twice: that is one visit. */
export const ONE_VISIT = { minutes: 2 }

/**
 * Lets somebody in who has shown whose card it is, or says why not. In hours without staff the visit is written down;
 * asking again at once is the same visit.
 */
export function enter(ctx: Context, at: AtDoor): Promise<Result<Opening, EntryRefusal>> {
  return transact(ctx, async (ctx) => {
    const person = await lockPerson(ctx, at.patron)
    // Erased since the PIN was tried: to a door that is somebody it does not know the age of.
    if (!person) return refuse({ kind: 'age-unknown' })
    // Two who come at once to the last place inside come one after the other.
    await ctx.db.run(sql`select 1 from branch where id = ${at.branch} for no key update`)
    const of = await doorsOf(ctx, at.branch)
    const house = await houseNow(ctx, at.branch, of, at.patron)
    const now = ctx.clock.now()
    const decision = decideEntry(house, of.terms, person, dayOf(now))
    if (!decision.ok || !decision.value.recorded) return decision
    if (await writeVisit(ctx, at, now, false)) await touch(ctx, at.patron)
    return decision
  })
}

/** Writes a visit down, unless it is one already written down. The patron is locked. */
export async function writeVisit(
  ctx: Context,
  { patron, branch, door }: AtDoor,
  at: Temporal.Instant,
  duringOutage: boolean,
): Promise<boolean> {
  const written = await ctx.db.run(sql`
    insert into visit (id, patron_id, branch_id, door, entered_at, during_outage)
    select ${ctx.random.uuid(ctx.clock.now())}, ${patron}, ${branch}, ${door}, ${at}, ${duringOutage}
    where not exists (
      select from visit where patron_id = ${patron} and door = ${door}
        and entered_at > ${at.subtract(ONE_VISIT)} and entered_at < ${at.add(ONE_VISIT)})`)
  return written > 0
}
