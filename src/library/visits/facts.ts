import { hoursOn, openAt, readTimetable, type Timetable } from '#agencies'
import { type BranchId, dayOf, type PatronId } from '#core'
import { sql } from '#db'
import { type Policy, policyOf } from '#privacy'
import { readSetting } from '#settings'
import type { Context } from '#vault'
import { decideSurveillance, type EntryTerms, type HouseNow, type PersonAtDoor } from './rules.ts'
import { type Doors, doors } from './setting.ts'
import type { SurveillanceReportRow } from './tables.ts'

/** What a branch's doors go by just now. */
export interface DoorsOf {
  readonly policy: Policy
  readonly setting: Doors
  readonly terms: EntryTerms
  readonly timetable: Timetable
  readonly offered: boolean
  readonly report: SurveillanceReportRow | undefined
  readonly code: string
}

export async function doorsOf(ctx: Context, branch: BranchId): Promise<DoorsOf> {
  const today = dayOf(ctx.clock.now())
  const { policy } = await policyOf(ctx)
  const setting = await readSetting(ctx, doors)
  const timetable = await readTimetable(ctx, branch, today)
  const now = await ctx.db.one<{ code: string; version: number | null }>(sql`
    select code, (select max(version) from terms where document = 'house-rules') as version
    from branch where id = ${branch}`)
  const report = await ctx.db.maybe(
    sql<SurveillanceReportRow>`select * from surveillance_report where branch_id = ${branch}`,
  )
  return {
    policy,
    setting,
    timetable,
    report,
    code: now.code,
    offered: isOffered(policy),
    terms: { youngest: youngestOf(policy), houseRules: setting.houseRules ? now.version : null },
  }
}

/** A library whose policy says nothing of visits keeps none, and so lets nobody in unseen. */
export function isOffered(policy: Policy): boolean {
  return policy.clauses.some(({ data }) => data === 'visit')
}

export function youngestOf(policy: Policy): number | null {
  return policy.ages.find(({ rule }) => rule === 'open-library-from')?.years ?? null
}

export function needsSurveillance(policy: Policy): boolean {
  return policy['open-library']?.['needs-surveillance'] ?? false
}

/** @param but whoever stands at the door is not counted twice */
export async function houseNow(ctx: Context, branch: BranchId, of: DoorsOf, but: PatronId | null): Promise<HouseNow> {
  const now = ctx.clock.now()
  const { policy, setting, timetable, report, offered, code } = of
  const capacity = Object.hasOwn(setting.capacity, code) ? (setting.capacity[code] ?? null) : null
  return {
    offered,
    hours: openAt(timetable, now),
    surveillance: decideSurveillance(needsSurveillance(policy), report, setting.surveillanceMinutes, now),
    capacity,
    inside: capacity === null ? 0 : await countInside(ctx, branch, setting.stayMinutes, but),
  }
}

export async function countInside(
  ctx: Context,
  branch: BranchId,
  minutes: number,
  but: PatronId | null = null,
): Promise<number> {
  const { inside } = await ctx.db.one<{ inside: number }>(sql`
    select count(distinct patron_id)::int as inside from visit
    where branch_id = ${branch} and entered_at > ${ctx.clock.now().subtract({ minutes })}
      and patron_id is distinct from ${but}`)
  return inside
}

/** An expression over `p.id` and a day: what {@link PersonAtDoor} asks. */
export const PERSON_AT_DOOR = (day: string) => `p.birth_on as born,
  exists (select from access_ban b where b.patron_id = p.id and b.from_on <= ${day}
    and (b.until_on is null or b.until_on > ${day})) as banned,
  (select max(a.version) from acceptance a where a.patron_id = p.id and a.document = 'house-rules') as "acceptedRules"`

/** Locks the patron, so that the same card at two doors is one after the other. */
export async function lockPerson(ctx: Context, patron: PatronId): Promise<PersonAtDoor | undefined> {
  const there = await ctx.db.maybe(sql`select 1 from patron where id = ${patron} for update`)
  if (!there) return undefined
  const today = dayOf(ctx.clock.now())
  return ctx.db.maybe(sql<PersonAtDoor>`
    select ${sql.raw(PERSON_AT_DOOR('d.today'))} from patron p, (select ${today}::date as today) d
    where p.id = ${patron}`)
}

/** The hours without staff from now on, until a moment: all a door may open in while it goes by itself. */
export function selfServiceHours(timetable: Timetable, from: Temporal.Instant, until: Temporal.Instant) {
  const hours: { opens: Temporal.Instant; closes: Temporal.Instant }[] = []
  const last = dayOf(until)
  for (let day = dayOf(from); Temporal.PlainDate.compare(day, last) <= 0; day = day.add({ days: 1 })) {
    for (const { opens, closes, staffed } of hoursOn(timetable, day)) {
      const isNear = Temporal.Instant.compare(closes, from) > 0 && Temporal.Instant.compare(opens, until) < 0
      if (!staffed && isNear) hours.push({ opens, closes })
    }
  }
  return hours
}
