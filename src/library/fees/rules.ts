import { type Calendar, openDaysBetween } from '#agencies'
import { ageOn, dayOf, kroner, type Ore, oreOf } from '#core'
import type { CompensationPrices, DebtLimit, FeeTable } from './fee-table.ts'

/** What a late item costs from this many days after the due date, adult and child. */
export interface FeeBand {
  readonly fromDay: number
  readonly adult: Ore
  readonly child: Ore
}

/** The most a library may charge (Library Act § 21): for being late at all, more than 7 days, more than 30. */
export const STATUTORY_CAP: readonly FeeBand[] = [
  { fromDay: 1, adult: kroner(20), child: kroner(10) },
  { fromDay: 8, adult: kroner(120), child: kroner(55) },
  { fromDay: 31, adult: kroner(230), child: kroner(120) },
]

/** Children pay the child's fee until this birthday (Library Act § 21). */
export const CHILD_FEE_UNDER = 14

/** The late fee for an item this many days after its due date; nothing on the due date itself. */
export function lateFee(bands: readonly FeeBand[], daysLate: number, child: boolean): Ore {
  const band = bands.filter((band) => band.fromDay <= daysLate).at(-1)
  return band ? (child ? band.child : band.adult) : kroner(0)
}

/** Where a fee table asks for more than the law allows, on any day and for either age. Empty when it may be used. */
export function aboveCap(bands: readonly FeeBand[]): { day: number; of: 'adult' | 'child'; most: Ore }[] {
  const days = [...new Set([...bands, ...STATUTORY_CAP].map((band) => band.fromDay))].sort((a, b) => a - b)
  return days.flatMap((day) =>
    (['adult', 'child'] as const).flatMap((of) => {
      const most = lateFee(STATUTORY_CAP, day, of === 'child')
      return lateFee(bands, day, of === 'child') > most ? [{ day, of, most }] : []
    }),
  )
}

export function paysChildFee(
  bornOn: Temporal.PlainDate | null,
  day: Temporal.PlainDate,
  under: number = CHILD_FEE_UNDER,
): boolean {
  return bornOn !== null && ageOn(bornOn, day) < under
}

interface LateDays {
  readonly birth_on: Temporal.PlainDate | null
  readonly due_on: Temporal.PlainDate
  readonly returned_on: Temporal.PlainDate
}

/**
 * What a late loan costs by a library's table. Counted from the day after the due date, in the library's days.
 * @param calendar of the branch, where its closed days make nothing later
 */
export function decideLateFee(table: FeeTable, calendar: Calendar | undefined, loan: LateDays): Ore {
  const { due_on, returned_on } = loan
  const days = calendar ? openDaysBetween(calendar, due_on, returned_on) : due_on.until(returned_on).days
  return lateFee(table.bands, days, paysChildFee(loan.birth_on, returned_on, table.childUnder))
}

/** How much of a compensation falls away when the item is found again: nothing when too late, or when it has already. */
export function decideCancellation(
  owed: { amount_ore: number; credited_ore: number; handling_ore: number; charged_at: Temporal.Instant },
  rules: Pick<CompensationPrices, 'refundHandling' | 'foundWithinDays'>,
  today: Temporal.PlainDate,
): Ore {
  const last = dayOf(owed.charged_at).add({ days: rules.foundWithinDays })
  if (Temporal.PlainDate.compare(today, last) > 0) return oreOf(0)
  const kept = rules.refundHandling ? 0 : owed.handling_ore
  return oreOf(Math.max(0, owed.amount_ore - kept - owed.credited_ore))
}

export interface DebtFacts {
  readonly late_fees_ore: number
  /** A block for debt is announced or stands. */
  readonly blocked: boolean
  /** Under restriction (Art. 18) nobody is written to about this, and what is not told has no force. */
  readonly restricted: boolean
}

export type DebtDecision =
  | { readonly kind: 'announce'; readonly since_on: Temporal.PlainDate }
  | { readonly kind: 'lift' }
  | { readonly kind: 'nothing' }

/** Decides what a patron's late fees mean for their right to borrow. */
export function decideDebtBlock(facts: DebtFacts, limit: DebtLimit, today: Temporal.PlainDate): DebtDecision {
  const owesTooMuch = facts.late_fees_ore >= limit.atOre
  if (facts.blocked) return { kind: owesTooMuch ? 'nothing' : 'lift' }
  if (!owesTooMuch || facts.restricted) return { kind: 'nothing' }
  return { kind: 'announce', since_on: today.add({ days: limit.noticeDays }) }
}
