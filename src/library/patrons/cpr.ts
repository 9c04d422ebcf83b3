/** A CPR number as ten digits, and what can be read from it. */
export interface Cpr {
  readonly digits: string
  readonly bornOn: Temporal.PlainDate
  /** A number a library or hospital made for someone without one: it never leaves the house. */
  readonly replacement: boolean
  /** Numbers without a valid check digit have been given out since 2007: this may warn, never refuse. */
  readonly checkDigitFits: boolean
}

const WEIGHTS = [4, 3, 2, 7, 6, 5, 4, 3, 2, 1]

/**
 * Reads a CPR number, with or without hyphen. The century follows from the seventh digit and the year together (CPR
 * Office, "Personnummeret i CPR"); a day of 61–91 marks a replacement number. Undefined when it cannot be one.
 */
export function readCpr(text: string): Cpr | undefined {
  const match = /^(\d{2})(\d{2})(\d{2})-?(\d)(\d{3})$/.exec(text.trim())
  if (!match) return undefined
  const [day, month, year, seventh] = match.slice(1, 5).map(Number) as [number, number, number, number]
  const replacement = day > 60
  const bornOn = dateOf(centuryOf(seventh, year) + year, month, replacement ? day - 60 : day)
  if (!bornOn) return undefined
  const digits = match.slice(1).join('')
  const sum = WEIGHTS.reduce((total, weight, index) => total + weight * Number(digits[index]), 0)
  return { digits, bornOn, replacement, checkDigitFits: sum % 11 === 0 }
}

/** As a screen shows it until someone has a reason to see the rest. */
export function maskedCpr(digits: string): string {
  return `${digits.slice(0, 6)}-XXXX`
}

function centuryOf(seventh: number, year: number): number {
  if (seventh <= 3) return 1900
  if (seventh === 4 || seventh === 9) return year <= 36 ? 2000 : 1900
  return year <= 57 ? 2000 : 1800
}

function dateOf(year: number, month: number, day: number): Temporal.PlainDate | undefined {
  try {
    return Temporal.PlainDate.from({ year, month, day }, { overflow: 'reject' })
  } catch {
    return undefined
  }
}
