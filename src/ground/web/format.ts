import type { Language, Ore } from '#core'
import { TIME_ZONE } from '#core'

const LOCALES = { da: 'da-DK', en: 'en-GB' } as const satisfies Record<Language, string>

// Made once: a formatter costs more than a hundred uses of it.
const dates = each((locale) => new Intl.DateTimeFormat(locale, { dateStyle: 'long' }))
const instants = each(
  (locale) => new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short', timeZone: TIME_ZONE }),
)
const days = each((locale) => new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long' }))
const numbers = each((locale) => new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }))
const money = each((locale) => new Intl.NumberFormat(locale, { style: 'currency', currency: 'DKK' }))

/** `22. november 2026` or `22 November 2026`. */
export function dateText(date: Temporal.PlainDate, language: Language): string {
  return dates[language].format(date)
}

/** A day not far away: `mandag den 23. november` or `Monday 23 November`. */
export function dayText(date: Temporal.PlainDate, language: Language): string {
  return days[language].format(date)
}

/** A date and a wall-clock time in Copenhagen: `22. november 2026 kl. 14.30`. */
export function instantText(instant: Temporal.Instant, language: Language): string {
  return instants[language].format(instant)
}

/** At most one decimal: `1.234,5`. */
export function numberText(value: number, language: Language): string {
  return numbers[language].format(value)
}

/** `1.234,50 kr.` or `DKK 1,234.50`. */
export function kronerText(amount_ore: Ore, language: Language): string {
  return money[language].format(amount_ore / 100)
}

function each<Formatter>(make: (locale: string) => Formatter): Record<Language, Formatter> {
  return { da: make(LOCALES.da), en: make(LOCALES.en) }
}
