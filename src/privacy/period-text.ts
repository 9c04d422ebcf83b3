import type { Text2 } from '#core'
import { plural } from '#web'

const UNITS = [
  ['years', { da: ['år', 'år'], en: ['year', 'years'] }],
  ['months', { da: ['måned', 'måneder'], en: ['month', 'months'] }],
  ['weeks', { da: ['uge', 'uger'], en: ['week', 'weeks'] }],
  ['days', { da: ['dag', 'dage'], en: ['day', 'days'] }],
  ['hours', { da: ['time', 'timer'], en: ['hour', 'hours'] }],
] as const

/** A period in words: `P30D` is "30 dage", `P1Y6M` is "1 år og 6 måneder", `P0D` is "straks". */
export function periodText(keep: string): Text2 {
  const period = Temporal.Duration.from(keep)
  if (period.blank) return { da: 'straks', en: 'at once' }
  const parts = UNITS.filter(([unit]) => period[unit] > 0)
  return {
    da: parts
      .map(([unit, words]) => `${period[unit]} ${plural.da(period[unit], words.da[0], words.da[1])}`)
      .join(' og '),
    en: parts
      .map(([unit, words]) => `${period[unit]} ${plural.en(period[unit], words.en[0], words.en[1])}`)
      .join(' and '),
  }
}
