import { TIME_ZONE } from '#core'

/** Eighteen signs as SIP writes an instant; the four blanks say that it is local time. */
export function sipDate(instant: Temporal.Instant): string {
  const there = instant.toZonedDateTimeISO(TIME_ZONE)
  return `${compactDay(there.toPlainDate())}    ${two(there.hour)}${two(there.minute)}${two(there.second)}`
}

/** A whole day, such as a due date. */
export function sipDay(day: Temporal.PlainDate): string {
  return `${compactDay(day)}    000000`
}

/** `20260131` */
export function compactDay(day: Temporal.PlainDate): string {
  return `${String(day.year).padStart(4, '0')}${two(day.month)}${two(day.day)}`
}

const DATE = /^(\d{4})(\d\d)(\d\d)(.{4})(\d\d)(\d\d)(\d\d)$/

/** The instant a machine means; undefined when it gave none, or one that is no date. */
export function readSipDate(text: string): Temporal.Instant | undefined {
  const [, year, month, day, zone, hour, minute, second] = DATE.exec(text) ?? []
  if (!year) return undefined
  try {
    const wall = Temporal.PlainDateTime.from(`${year}-${month}-${day}T${hour}:${minute}:${second}`, {
      overflow: 'reject',
    })
    return wall.toZonedDateTime(zone?.trim() === 'Z' ? 'UTC' : TIME_ZONE).toInstant()
  } catch {
    return undefined
  }
}

/** The day of `YYYYMMDD`, with or without a time behind it. */
export function readSipDay(text: string): Temporal.PlainDate | undefined {
  const [, year, month, day] = /^(\d{4})(\d\d)(\d\d)/.exec(text) ?? []
  if (!year) return undefined
  try {
    return Temporal.PlainDate.from(`${year}-${month}-${day}`)
  } catch {
    return undefined
  }
}

function two(number: number): string {
  return String(number).padStart(2, '0')
}
