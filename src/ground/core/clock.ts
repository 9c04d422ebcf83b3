/** The library's clock: it moves in tests and demonstrations. Rounded to microseconds, as the database keeps instants. */
export interface Clock {
  now(): Temporal.Instant
}

/** A clock that stands still until it is moved. */
export class MovableClock implements Clock {
  #now: Temporal.Instant

  constructor(start: Temporal.Instant) {
    this.#now = cut(start)
  }

  now(): Temporal.Instant {
    return this.#now
  }

  /** Moves forward; a library's time never goes back. */
  moveTo(instant: Temporal.Instant): void {
    if (Temporal.Instant.compare(instant, this.#now) < 0) throw new RangeError('a clock does not go back')
    this.#now = cut(instant)
  }
}

/**
 * The world's clock, which no time machine moves. For what must run in real time: sessions, tokens, throttles, log
 * files. The library's own time is `ctx.clock`.
 */
export const realClock: Clock = {
  now: () => cut(Temporal.Now.instant()),
}

/** A clock that runs with the world's but is ahead of it by a fixed span: the demonstration's, between its jumps. */
export class ShiftedClock implements Clock {
  #ahead: Temporal.Duration

  constructor(ahead: Temporal.Duration = new Temporal.Duration()) {
    this.#ahead = ahead
  }

  now(): Temporal.Instant {
    return cut(realClock.now().add(this.#ahead))
  }

  /** Sets the clock so that it now shows this instant. */
  showing(instant: Temporal.Instant): void {
    this.#ahead = realClock.now().until(instant)
  }
}

function cut(instant: Temporal.Instant): Temporal.Instant {
  return instant.round({ smallestUnit: 'microsecond', roundingMode: 'floor' })
}

/** Milliseconds that only go up, for measuring how long something took. */
export function stopwatch(): () => number {
  const start = performance.now()
  return () => performance.now() - start
}

export const TIME_ZONE = 'Europe/Copenhagen'

/** The library's day on which an instant falls: Copenhagen's. */
export function dayOf(instant: Temporal.Instant): Temporal.PlainDate {
  return instant.toZonedDateTimeISO(TIME_ZONE).toPlainDate()
}

/** The instant at which a Copenhagen day begins; the day is over when the next one begins (23, 24 or 25 hours later). */
export function startOfDay(day: Temporal.PlainDate): Temporal.Instant {
  return day.toZonedDateTime(TIME_ZONE).toInstant()
}

/** The instant of a wall-clock time on a Copenhagen day. */
export function at(day: Temporal.PlainDate, time: string): Temporal.Instant {
  return day.toZonedDateTime({ timeZone: TIME_ZONE, plainTime: Temporal.PlainTime.from(time) }).toInstant()
}

/** Whole years from a birth date to a day. Someone born on 29 February comes of age on 1 March in common years. */
export function ageOn(born: Temporal.PlainDate, day: Temporal.PlainDate): number {
  const years = day.year - born.year
  const hadBirthday = day.month > born.month || (day.month === born.month && day.day >= born.day)
  return hadBirthday ? years : years - 1
}

export function earlier<T extends Temporal.PlainDate>(a: T, b: T): T {
  return Temporal.PlainDate.compare(a, b) <= 0 ? a : b
}
