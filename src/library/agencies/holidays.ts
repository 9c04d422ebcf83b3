import type { Text2 } from '#core'

/** A day on which Danish libraries are closed, or often choose to be. */
export interface Holiday {
  readonly day: Temporal.PlainDate
  readonly name: Text2
  /** A holiday of the national church (lov om helligdage), when public offices are closed; else a library's choice. */
  readonly isPublic: boolean
}

/** Store bededag was a holiday for the last time in 2023 (lov nr. 214 af 06/03/2023). */
const LAST_PRAYER_DAY = 2023

/** The Danish holidays of a year, and the other days many libraries close, in order. */
export function holidaysOf(year: number): Holiday[] {
  const easter = easterOf(year)
  const church = (days: number, da: string, en: string): Holiday => ({
    day: easter.add({ days }),
    name: { da, en },
    isPublic: true,
  })
  const fixed = (date: string, da: string, en: string, isPublic: boolean): Holiday => ({
    day: Temporal.PlainDate.from(`${year}-${date}`),
    name: { da, en },
    isPublic,
  })
  const days = [
    fixed('01-01', 'Nytårsdag', 'New Year’s Day', true),
    church(-3, 'Skærtorsdag', 'Maundy Thursday'),
    church(-2, 'Langfredag', 'Good Friday'),
    church(0, 'Påskedag', 'Easter Day'),
    church(1, '2. påskedag', 'Easter Monday'),
    ...(year <= LAST_PRAYER_DAY ? [church(26, 'Store bededag', 'Great Prayer Day')] : []),
    church(39, 'Kristi himmelfartsdag', 'Ascension Day'),
    church(49, 'Pinsedag', 'Whit Sunday'),
    church(50, '2. pinsedag', 'Whit Monday'),
    fixed('05-01', 'Arbejdernes internationale kampdag', 'International Workers’ Day', false),
    fixed('06-05', 'Grundlovsdag', 'Constitution Day', false),
    fixed('12-24', 'Juleaftensdag', 'Christmas Eve', false),
    fixed('12-25', 'Juledag', 'Christmas Day', true),
    fixed('12-26', '2. juledag', 'Boxing Day', true),
    fixed('12-31', 'Nytårsaftensdag', 'New Year’s Eve', false),
  ]
  return days.sort((a, b) => Temporal.PlainDate.compare(a.day, b.day))
}

/** Easter Day of the Gregorian calendar: the Sunday after the first full moon, by the church's tables, from 21 March on. */
export function easterOf(year: number): Temporal.PlainDate {
  const golden = year % 19
  const century = Math.floor(year / 100)
  // The age of the moon on 1 January, set right for leap days left out and for the moon's own drift.
  const leapsLeftOut = century - Math.floor(century / 4)
  const moonDrift = Math.floor((8 * century + 13) / 25)
  const age = (leapsLeftOut - moonDrift + 19 * golden + 15) % 30
  const corrected = age === 29 || (age === 28 && golden > 10) ? age - 1 : age
  const fullMoon = Temporal.PlainDate.from({ year, month: 3, day: 21 }).add({ days: corrected })
  return fullMoon.add({ days: 7 - (fullMoon.dayOfWeek % 7) })
}
