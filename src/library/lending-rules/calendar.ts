import { z } from 'zod'
import { type Calendar, calendarOf, nextOpenDay, readTimetable } from '#agencies'
import type { BranchId, Text2 } from '#core'
import { readSetting, type Setting } from '#settings'
import type { Context } from '#vault'

/** Which days count when due dates, pickup deadlines and late fees are counted in open days. */
export interface LendingCalendar {
  /** Whether a day with self-service and no staff is an open day. */
  readonly countSelfService: boolean
}

export const lendingCalendar: Setting<LendingCalendar> = {
  name: 'calendar',
  label: { da: 'Åbningstider og lukkedage', en: 'Opening hours and closed days' },
  schema: z.strictObject({ countSelfService: z.boolean() }),
  initial: { countSelfService: true },
}

/** The days on which a branch counts as open, as the library has decided; its closed days from a day on. */
export async function readOpenDays(ctx: Context, branch: BranchId, from: Temporal.PlainDate): Promise<Calendar> {
  const [timetable, { countSelfService }] = await Promise.all([
    readTimetable(ctx, branch, from),
    readSetting(ctx, lendingCalendar),
  ])
  return calendarOf(timetable, countSelfService)
}

/** Days on which a branch, or with none named the whole library, has closed on short notice. Both days count. */
export interface Closure {
  readonly branch: BranchId | null
  readonly from: Temporal.PlainDate
  readonly to: Temporal.PlainDate
  readonly reason: Text2
}

export interface BranchDay {
  readonly branch: BranchId
  readonly day: Temporal.PlainDate
}

/** Where days at branches that turned out to be closed move to; a day that is open after all, or for good, stays. */
export async function movedDays(
  ctx: Context,
  days: readonly BranchDay[],
): Promise<(BranchDay & { readonly moved_to: Temporal.PlainDate })[]> {
  const moved: (BranchDay & { readonly moved_to: Temporal.PlainDate })[] = []
  for (const [branch, ofBranch] of Map.groupBy(days, ({ branch }) => branch)) {
    const [first] = ofBranch.map(({ day }) => day).sort(Temporal.PlainDate.compare)
    if (!first) continue
    const calendar = await readOpenDays(ctx, branch, first)
    for (const each of ofBranch) {
      const moved_to = nextOpenDay(calendar, each.day)
      if (!moved_to.equals(each.day)) moved.push({ ...each, moved_to })
    }
  }
  return moved
}
