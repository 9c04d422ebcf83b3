import { type BranchId, startOfDay, TIME_ZONE } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'
import type { Calendar } from './calendar.ts'
import type { OpeningHoursRow } from './tables.ts'

/** Hours of one weekday, as `10:00` and `24:00`: what the clock on the wall shows, whatever it does in a night. */
export type WeeklyHours = Omit<OpeningHoursRow, 'branch_id'>

/** A branch's week, hour by hour, and the days it is closed all the same. */
export interface Timetable {
  readonly week: readonly WeeklyHours[]
  /** As ISO dates. */
  readonly closed: ReadonlySet<string>
}

export interface OpenHours {
  readonly opens: Temporal.Instant
  readonly closes: Temporal.Instant
  readonly staffed: boolean
}

/** When a branch is open on a day, in the order of the day; none when it is closed. */
export function hoursOn({ week, closed }: Timetable, day: Temporal.PlainDate): OpenHours[] {
  if (closed.has(day.toString())) return []
  return week
    .filter(({ weekday }) => weekday === day.dayOfWeek)
    .map(({ opens, closes, staffed }) => ({
      opens: wallClock(day, opens, 'compatible'),
      // An hour the clock shows twice is open both times.
      closes: wallClock(day, closes, 'later'),
      staffed,
    }))
    .sort((a, b) => Temporal.Instant.compare(a.opens, b.opens))
}

/** Whether a branch is open now, and with somebody there. */
export function openAt(timetable: Timetable, now: Temporal.Instant): 'staffed' | 'self-service' | 'closed' {
  const today = now.toZonedDateTimeISO(TIME_ZONE).toPlainDate()
  const hours = hoursOn(timetable, today).find(
    ({ opens, closes }) => Temporal.Instant.compare(opens, now) <= 0 && Temporal.Instant.compare(now, closes) < 0,
  )
  if (!hours) return 'closed'
  return hours.staffed ? 'staffed' : 'self-service'
}

/**
 * The days that count as open: those with any hours, or only those with staff. A branch whose hours are not known is
 * open every day, and one that never has staff on all days it is open, or nothing there would ever be due.
 */
export function calendarOf({ week, closed }: Timetable, countSelfService: boolean): Calendar {
  const staffed = week.filter(({ staffed }) => staffed)
  const counted = countSelfService || staffed.length === 0 ? week : staffed
  return { weekdays: [...new Set(counted.map(({ weekday }) => weekday))].sort((a, b) => a - b), closed }
}

/** A branch's opening hours, and its closed days from a day on. */
export async function readTimetable(ctx: Context, branch: BranchId, from: Temporal.PlainDate): Promise<Timetable> {
  const [week, closed] = await Promise.all([
    openingHours(ctx, branch),
    ctx.db.all<{ day: Temporal.PlainDate }>(sql`
      select distinct day from closed_day where (branch_id = ${branch} or branch_id is null) and day >= ${from}`),
  ])
  return { week, closed: new Set(closed.map(({ day }) => day.toString())) }
}

/** A branch's week, in the order of its days and hours. */
export function openingHours(ctx: Context, branch: BranchId): Promise<WeeklyHours[]> {
  return ctx.db.all(sql<WeeklyHours>`
    select weekday, left(opens::text, 5) as opens, left(closes::text, 5) as closes, staffed
    from opening_hours where branch_id = ${branch} order by weekday, opens`)
}

function wallClock(day: Temporal.PlainDate, time: string, disambiguation: 'compatible' | 'later'): Temporal.Instant {
  if (time.startsWith('24')) return startOfDay(day.add({ days: 1 }))
  return day.toPlainDateTime(Temporal.PlainTime.from(time)).toZonedDateTime(TIME_ZONE, { disambiguation }).toInstant()
}

export type HoursFault = 'not-hours' | 'closes-first' | 'overlap'

interface Span {
  readonly opens: number
  readonly closes: number
}

const SPAN = /^(\d{1,2})(?:[.:](\d{2}))?\s*(?:-|–|—|til|to)\s*(\d{1,2})(?:[.:](\d{2}))?$/i

/**
 * Reads a weekday's hours as people write them: `10-18`, `10.30–18.00, 19-21`. Self-service may be written around the
 * staffed hours, as `7-22`: what lies within those is staffed.
 */
export function readHours(
  weekday: number,
  written: { readonly staffed: string; readonly selfService: string },
): { readonly hours: WeeklyHours[] } | { readonly fault: HoursFault; readonly at: 'staffed' | 'selfService' } {
  const staffed = spansOf(written.staffed)
  if (typeof staffed === 'string') return { fault: staffed, at: 'staffed' }
  const around = spansOf(written.selfService)
  if (typeof around === 'string') return { fault: around, at: 'selfService' }
  const alone = around.flatMap((span) => without(span, staffed))
  const row = ({ opens, closes }: Span, staffed: boolean) => ({
    weekday,
    opens: timeText(opens),
    closes: timeText(closes),
    staffed,
  })
  const hours = [...staffed.map((span) => row(span, true)), ...alone.map((span) => row(span, false))]
  return { hours: hours.sort((a, b) => (a.opens < b.opens ? -1 : 1)) }
}

/** One weekday's hours of one kind, as {@link readHours} reads them. */
export function hoursText(week: readonly WeeklyHours[], weekday: number, staffed: boolean): string {
  return week
    .filter((hours) => hours.weekday === weekday && hours.staffed === staffed)
    .map(({ opens, closes }) => `${opens.replace(':', '.')}–${closes.replace(':', '.')}`)
    .join(', ')
}

function spansOf(written: string): Span[] | HoursFault {
  const parts = written
    .split(/[,;]|\bog\b|\band\b/)
    .map((part) => part.trim())
    .filter((part) => part !== '')
  const spans: Span[] = []
  for (const part of parts) {
    const [, fromHour, fromMinute = '0', toHour, toMinute = '0'] = SPAN.exec(part) ?? []
    const opens = minutes(fromHour, fromMinute)
    const closes = minutes(toHour, toMinute)
    if (opens === undefined || closes === undefined) return 'not-hours'
    if (closes <= opens) return 'closes-first'
    spans.push({ opens, closes })
  }
  spans.sort((a, b) => a.opens - b.opens)
  return spans.some((span, at) => span.opens < (spans[at - 1]?.closes ?? 0)) ? 'overlap' : spans
}

function minutes(hour: string | undefined, minute: string): number | undefined {
  if (hour === undefined) return undefined
  const time = Number(hour) * 60 + Number(minute)
  return Number(minute) < 60 && time <= 24 * 60 ? time : undefined
}

/** What is left of a span when others are cut out of it. */
function without(span: Span, others: readonly Span[]): Span[] {
  return others.reduce<Span[]>(
    (left, other) =>
      left.flatMap((part) =>
        [
          { opens: part.opens, closes: Math.min(part.closes, other.opens) },
          { opens: Math.max(part.opens, other.closes), closes: part.closes },
        ].filter(({ opens, closes }) => opens < closes),
      ),
    [span],
  )
}

function timeText(minutes: number): string {
  return `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`
}
