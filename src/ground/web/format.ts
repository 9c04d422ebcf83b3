import type { Language, Ore, Text2 } from '#core'
import { TIME_ZONE } from '#core'

const LOCALES = { da: 'da-DK', en: 'en-GB' } as const satisfies Record<Language, string>

// Made once: a formatter costs more than a hundred uses of it.
const dates = each((locale) => new Intl.DateTimeFormat(locale, { dateStyle: 'long' }))
const instants = each(
  (locale) => new Intl.DateTimeFormat(locale, { dateStyle: 'long', timeStyle: 'short', timeZone: TIME_ZONE }),
)
const days = each((locale) => new Intl.DateTimeFormat(locale, { weekday: 'long', day: 'numeric', month: 'long' }))
const numbers = each((locale) => new Intl.NumberFormat(locale, { maximumFractionDigits: 1 }))
const plurals = each((locale) => new Intl.PluralRules(locale))
const lists = each((locale) => new Intl.ListFormat(locale))
const choices = each((locale) => new Intl.ListFormat(locale, { type: 'disjunction' }))
const languages = each((locale) => new Intl.DisplayNames(locale, { type: 'language' }))
const months = each((locale) => new Intl.DateTimeFormat(locale, { year: 'numeric', month: 'long' }))
const shortMonths = each((locale) => new Intl.DateTimeFormat(locale, { year: 'numeric', month: 'short' }))
const shortDays = each((locale) => new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'short' }))
const dayNumbers = each((locale) => new Intl.DateTimeFormat(locale, { day: 'numeric', month: 'numeric' }))
const money = each((locale) => new Intl.NumberFormat(locale, { style: 'currency', currency: 'DKK' }))

/** `22. november 2026` or `22 November 2026`. */
export function dateText(date: Temporal.PlainDate, language: Language): string {
  return dates[language].format(date)
}

/** A day not far away: `mandag den 23. november` or `Monday 23 November`. */
export function dayText(date: Temporal.PlainDate, language: Language): string {
  return days[language].format(date)
}

/** Where there is little room: `20. nov.`, and where there is still less `20.11` or `20/11`. */
export function shortDayText(date: Temporal.PlainDate, language: Language, room: 'little' | 'less' = 'little'): string {
  return (room === 'little' ? shortDays : dayNumbers)[language].format(date)
}

/** `november 2026`, or `nov. 2026` where there is little room. */
export function monthText(
  month: Temporal.PlainYearMonth,
  language: Language,
  length: 'long' | 'short' = 'long',
): string {
  return (length === 'long' ? months : shortMonths)[language].format(month.toPlainDate({ day: 1 }))
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

/** `a, b og c`; with `or`, `a, b eller c`. */
export function listText(items: readonly string[], language: Language, word: 'and' | 'or' = 'and'): string {
  return (word === 'and' ? lists : choices)[language].format(items)
}

/** A language by its code of two letters, as it is called in the page’s own; undefined when there is no such language. */
export function languageText(code: string, language: Language): string | undefined {
  return languages[language].of(code)
}

/** What is said of one, or of any other number, in each language. */
export const plural = {
  da: (count: number, one: string, other: string) => (plurals.da.select(count) === 'one' ? one : other),
  en: (count: number, one: string, other: string) => (plurals.en.select(count) === 'one' ? one : other),
} as const satisfies Record<Language, unknown>

/** {@link plural} of both languages at once. */
export function pluralText(count: number, one: Text2, other: Text2): Text2 {
  return { da: plural.da(count, one.da, other.da), en: plural.en(count, one.en, other.en) }
}

function each<Formatter>(make: (locale: string) => Formatter): Record<Language, Formatter> {
  return { da: make(LOCALES.da), en: make(LOCALES.en) }
}
