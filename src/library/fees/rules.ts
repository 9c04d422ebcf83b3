import { ageOn, kroner, type Ore } from '#core'

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

export function paysChildFee(bornOn: Temporal.PlainDate | null, day: Temporal.PlainDate): boolean {
  return bornOn !== null && ageOn(bornOn, day) < CHILD_FEE_UNDER
}

/** What a lost item costs by its material, handling included. Simple for now: one list for all libraries. */
export function compensationFor(material: string): Ore {
  switch (material) {
    case 'audiobook':
    case 'film':
    case 'game':
      return kroner(400)
    case 'magazine':
    case 'comic':
      return kroner(120)
    default:
      return kroner(255)
  }
}

/** Who owes this much in late fees is blocked. Compensation is not counted: the law allows no limit on that alone. */
export const LATE_FEES_BLOCK_AT: Ore = kroner(200)

/** A block for debt stands this long after its written notice. */
export const DEBT_NOTICE_DAYS = 7

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
export function decideDebtBlock(facts: DebtFacts, today: Temporal.PlainDate): DebtDecision {
  const owesTooMuch = facts.late_fees_ore >= LATE_FEES_BLOCK_AT
  if (facts.blocked) return { kind: owesTooMuch ? 'nothing' : 'lift' }
  if (!owesTooMuch || facts.restricted) return { kind: 'nothing' }
  return { kind: 'announce', since_on: today.add({ days: DEBT_NOTICE_DAYS }) }
}
