import { z } from 'zod'
import { type Calendar, readTimetable } from '#agencies'
import type { BranchId } from '#core'
import { readSetting, type Setting } from '#settings'
import type { Context } from '#vault'
import { type Closure, readOpenDays } from './calendar.ts'

/** What a closure moves, and how many are told. */
export interface ClosureReach {
  readonly loans: number
  readonly reservations: number
  readonly people: number
}

/** A closure that has been announced, as it stands in the setting: what follows from it may still be going on. */
export interface AnnouncedClosure {
  readonly id: string
  readonly branch: BranchId | null
  /** As ISO dates. */
  readonly from: string
  readonly to: string
  readonly reason: { readonly da: string; readonly en: string }
  readonly planned: ClosureReach
}

const day = z.iso.date()
const count = z.int().min(0)
const reasonText = z.string().trim().min(1).max(200)
const announced = z.strictObject({
  id: z.uuid(),
  branch: z
    .uuid()
    .transform((id) => id as BranchId)
    .nullable(),
  from: day,
  to: day,
  reason: z.strictObject({ da: reasonText, en: reasonText }),
  planned: z.strictObject({ loans: count, reservations: count, people: count }),
})

export const MOST_CLOSURES = 50

/** The closures announced last, newest first. */
export const closures: Setting<{ readonly closures: readonly AnnouncedClosure[] }> = {
  name: 'closures',
  label: { da: 'Pludselige lukninger', en: 'Sudden closures' },
  schema: z.strictObject({ closures: z.array(announced).max(MOST_CLOSURES) }),
  initial: { closures: [] },
}

export function closureOf({ branch, from, to, reason }: AnnouncedClosure): Closure {
  return { branch, from: Temporal.PlainDate.from(from), to: Temporal.PlainDate.from(to), reason }
}

/**
 * The days that may cost a late fee at a branch: those it is open, or every day where the library lets closed days count.
 * The days of a sudden closure never do: nobody could hand anything in.
 */
export async function readFeeDays(
  ctx: Context,
  branch: BranchId,
  from: Temporal.PlainDate,
  closedDaysCount: boolean,
): Promise<Calendar> {
  if (!closedDaysCount) return readOpenDays(ctx, branch, from)
  const { closures: announced } = await readSetting(ctx, closures)
  const here = announced.filter((closure) => closure.branch === null || closure.branch === branch)
  if (here.length === 0) return { weekdays: [], closed: new Set() }
  const { closed } = await readTimetable(ctx, branch, from)
  const within = (day: string) => here.some((closure) => closure.from <= day && day <= closure.to)
  return { weekdays: [], closed: new Set([...closed].filter(within)) }
}
