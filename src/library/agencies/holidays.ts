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
const PRAYER_DAY = 26

/** Days of the national church, by how far they are from Easter Day. */
const CHURCH: readonly (readonly [days: number, name: Text2])[] = [
  [-3, { da: 'Skærtorsdag', en: 'Maundy Thursday' }],
  [-2, { da: 'Langfredag', en: 'Good Friday' }],
  [0, { da: 'Påskedag', en: 'Easter Day' }],
  [1, { da: '2. påskedag', en: 'Easter Monday' }],
  [PRAYER_DAY, { da: 'Store bededag', en: 'Great Prayer Day' }],
  [39, { da: 'Kristi himmelfartsdag', en: 'Ascension Day' }],
  [49, { da: 'Pinsedag', en: 'Whit Sunday' }],
  [50, { da: '2. pinsedag', en: 'Whit Monday' }],
]

const FIXED: readonly (readonly [date: string, name: Text2, isPublic: boolean])[] = [
  ['01-01', { da: 'Nytårsdag', en: 'New Year’s Day' }, true],
  ['05-01', { da: 'Arbejdernes internationale kampdag', en: 'International Workers’ Day' }, false],
  ['06-05', { da: 'Grundlovsdag', en: 'Constitution Day' }, false],
  ['12-24', { da: 'Juleaftensdag', en: 'Christmas Eve' }, false],
  ['12-25', { da: 'Juledag', en: 'Christmas Day' }, true],
  ['12-26', { da: '2. juledag', en: 'Boxing Day' }, true],
  ['12-31', { da: 'Nytårsaftensdag', en: 'New Year’s Eve' }, false],
]

/** The Danish holidays of a year, and the other days many libraries close, in order. */
export function holidaysOf(year: number): Holiday[] {
  const easter = easterOf(year)
  const church = CHURCH.filter(([days]) => days !== PRAYER_DAY || year <= LAST_PRAYER_DAY)
  const days = [
    ...church.map(([days, name]) => ({ day: easter.add({ days }), name, isPublic: true })),
    ...FIXED.map(([date, name, isPublic]) => ({ day: Temporal.PlainDate.from(`${year}-${date}`), name, isPublic })),
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
