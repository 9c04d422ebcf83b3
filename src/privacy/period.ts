import { dayOf, startOfDay } from '#core'
import type { Clause } from './policy.ts'

/** What a period is counted with besides itself: the day an accounting year begins, as `01-01`. */
export interface Calendar {
  readonly yearBegins: string
}

/**
 * The day whose night removes a row: the moment's day in Copenhagen, or the day after its accounting year ends, plus
 * the period, true to the calendar. The row is there through the day before. A period of hours has no such day.
 */
export function endsOn(clause: Clause, moment: Temporal.Instant, calendar: Calendar): Temporal.PlainDate {
  const day = dayOf(moment)
  const start = clause['round-up'] ? nextYearBegin(day, calendar) : day
  return start.add(periodOf(clause))
}

/** Rows whose moment is before this instant are to be gone after the night of this day. */
export function cutoff(clause: Clause, night: Temporal.PlainDate, calendar: Calendar): Temporal.Instant {
  const period = periodOf(clause)
  if (clause['round-up']) {
    let begin = yearBeginOn(night.subtract(period), calendar)
    // Subtracting and adding months are not each other's inverse at the end of one, so the last step is tried.
    while (notAfter(begin.add({ years: 1 }).add(period), night)) begin = begin.add({ years: 1 })
    while (!notAfter(begin.add(period), night)) begin = begin.subtract({ years: 1 })
    return startOfDay(begin)
  }
  let last = night.subtract(period)
  while (notAfter(last.add({ days: 1 }).add(period), night)) last = last.add({ days: 1 })
  while (!notAfter(last.add(period), night)) last = last.subtract({ days: 1 })
  return startOfDay(last.add({ days: 1 }))
}

/** Whether the clause counts hours, so that it is run every hour rather than every night. */
export function isHourly(clause: Clause): boolean {
  return clause.keep.startsWith('PT')
}

function periodOf(clause: Clause): Temporal.Duration {
  return Temporal.Duration.from(clause.keep)
}

function nextYearBegin(day: Temporal.PlainDate, calendar: Calendar): Temporal.PlainDate {
  return yearBeginOn(day, calendar).add({ years: 1 })
}

/** The first day of the accounting year in which a day lies. */
function yearBeginOn(day: Temporal.PlainDate, calendar: Calendar): Temporal.PlainDate {
  const begin = Temporal.PlainDate.from(`${String(day.year).padStart(4, '0')}-${calendar.yearBegins}`)
  return notAfter(begin, day) ? begin : begin.subtract({ years: 1 })
}

function notAfter(a: Temporal.PlainDate, b: Temporal.PlainDate): boolean {
  return Temporal.PlainDate.compare(a, b) <= 0
}
