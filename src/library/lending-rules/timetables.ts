import { z } from 'zod'
import { allClosedDays, allOpeningHours, setClosedDays, setOpeningHours } from '#agencies'
import { type BranchId, dayOf, type StaffId } from '#core'
import { sql, transact } from '#db'
import { changeSetting, currentSetting, type Setting } from '#settings'
import type { Context } from '#vault'

/**
 * Opening hours and closed days as they were at a time. They lie in rows, which everything goes by; this is their
 * history: each change of the rows is a version, and so is what they were before the first.
 */
export interface Timetables {
  readonly hours: readonly {
    readonly branch: BranchId
    readonly weekday: number
    readonly opens: string
    readonly closes: string
    readonly staffed: boolean
  }[]
  readonly closed: readonly {
    readonly branch: BranchId | null
    /** As an ISO date. */
    readonly day: string
    readonly reason: { readonly da: string; readonly en: string }
  }[]
}

const branch = z.uuid().transform((id) => id as BranchId)

export const timetables: Setting<Timetables> = {
  name: 'timetables',
  label: { da: 'Åbningstider og lukkedage', en: 'Opening hours and closed days' },
  schema: z.strictObject({
    hours: z.array(
      z.strictObject({ branch, weekday: z.int(), opens: z.string(), closes: z.string(), staffed: z.boolean() }),
    ),
    closed: z.array(
      z.strictObject({
        branch: branch.nullable(),
        day: z.iso.date(),
        reason: z.strictObject({ da: z.string(), en: z.string() }),
      }),
    ),
  }),
  initial: { hours: [], closed: [] },
}

/**
 * Carries out a change of hours or closed days and notes what they have become. What has changed without us, such as by
 * the operator, is noted first, under nobody's name.
 */
export function changeTimetables<Done>(
  ctx: Context,
  by: StaffId | null,
  change: (ctx: Context) => Promise<Done>,
): Promise<Done> {
  return transact(ctx, async (ctx) => {
    const { version, before } = await lockTimetables(ctx)
    const done = await change(ctx)
    const after = await readTimetables(ctx)
    if (!isSame(after, before)) await note(ctx, after, version, by)
    return done
  })
}

/** Lets the hours of an older version hold again, and its closed days from today on. @returns what holds now */
export async function bringBackTimetables(ctx: Context, wanted: Timetables): Promise<Timetables> {
  const now = await readTimetables(ctx)
  const today = dayOf(ctx.clock.now())
  const branches = await ctx.db.all<{ id: BranchId }>(sql`select id from branch order by id for update`)
  for (const { id } of branches) {
    const week = wanted.hours.filter(({ branch }) => branch === id)
    await setOpeningHours(ctx, id, week)
  }
  const known = new Set<BranchId | null>([null, ...branches.map(({ id }) => id)])
  // What is past has been counted with, in due dates and fees, and is left as it was.
  const isToCome = ({ day }: { readonly day: string }) => day >= today.toString()
  const closed = [
    ...now.closed.filter((each) => !isToCome(each)),
    ...wanted.closed.filter((each) => isToCome(each) && known.has(each.branch)),
  ]
  await setClosedDays(
    ctx,
    closed.map((each) => ({ ...each, day: Temporal.PlainDate.from(each.day) })),
  )
  return readTimetables(ctx)
}

async function lockTimetables(ctx: Context): Promise<{ readonly version: number; readonly before: Timetables }> {
  await ctx.db.run(sql`select from branch order by id for update`)
  const before = await readTimetables(ctx)
  const { version, content } = await currentSetting(ctx, timetables)
  if (version > 0 && isSame(content, before)) return { version, before }
  return { version: await note(ctx, before, version, null), before }
}

async function readTimetables(ctx: Context): Promise<Timetables> {
  const hours = (await allOpeningHours(ctx)).map(({ branch_id, ...week }) => ({ branch: branch_id, ...week }))
  const closed = (await allClosedDays(ctx)).map((each) => ({ ...each, day: each.day.toString() }))
  return { hours, closed }
}

async function note(ctx: Context, content: Timetables, version: number, by: StaffId | null): Promise<number> {
  const noted = await changeSetting(ctx, timetables, { content, basedOn: version, by })
  if (!noted.ok) throw new Error(`the hours were not noted: ${noted.refusal.kind}`)
  return noted.value
}

function isSame(one: Timetables, other: Timetables): boolean {
  const told = ({ hours, closed }: Timetables) => [
    hours.map(({ branch, weekday, opens, closes, staffed }) => [branch, weekday, opens, closes, staffed].join()),
    closed.map(({ branch, day, reason }) => [branch ?? '', day, reason.da, reason.en].join()),
  ]
  return JSON.stringify(told(one)) === JSON.stringify(told(other))
}
