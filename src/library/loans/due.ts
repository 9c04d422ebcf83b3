import { nextOpenDay } from '#agencies'
import type { BranchId } from '#core'
import { type LendingValues, readOpenDays } from '#lending-rules'
import type { Context } from '#vault'

/**
 * The day a loan is due: whole days of Copenhagen's calendar from the day of the loan, whatever the clocks do in between;
 * where the library wants it so, moved to the next day on which the branch is open.
 */
export async function dueDay(
  ctx: Context,
  { loanDays, dueOnOpenDay }: LendingValues,
  lent_on: Temporal.PlainDate,
  branch: BranchId,
): Promise<Temporal.PlainDate> {
  const counted = lent_on.add({ days: loanDays })
  if (!dueOnOpenDay) return counted
  return nextOpenDay(await readOpenDays(ctx, branch, counted), counted)
}

/**
 * A due day by the day on which the library that lent us the item wants it back: never after it. What was lent later all
 * the same, while Kvit was out of reach, is due on the day it was lent.
 */
export function byLendersDay(
  due_on: Temporal.PlainDate,
  lent_on: Temporal.PlainDate,
  return_by_on: Temporal.PlainDate | null,
): Temporal.PlainDate {
  if (return_by_on === null) return due_on
  const [, latest = return_by_on] = [lent_on, return_by_on].sort(Temporal.PlainDate.compare)
  return Temporal.PlainDate.compare(due_on, latest) > 0 ? latest : due_on
}

/** Days past the due date; below zero while there is time. */
export function daysLate(due: Temporal.PlainDate, today: Temporal.PlainDate): number {
  return due.until(today).total('days')
}
