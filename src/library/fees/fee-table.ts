import { z } from 'zod'
import { kroner, type Ore, oreOf } from '#core'
import type { Setting } from '#settings'
import { aboveCap, CHILD_FEE_UNDER, type FeeBand, STATUTORY_CAP } from './rules.ts'

/** What a library asks for lateness and loss. It may ask nothing for lateness; never more than the law allows. */
export interface FeeTable {
  /** By rising day; a band replaces the one before it. Empty in a library without late fees. */
  readonly bands: readonly FeeBand[]
  /** Patrons pay the child's fee until this birthday: the law's, or a later one. */
  readonly childUnder: number
  /** Whether a day on which the branch was closed makes a loan later. */
  readonly closedDaysCount: boolean
  readonly payWithinDays: number
  readonly compensation: CompensationPrices
  readonly block: DebtLimit
}

export interface CompensationPrices {
  /** For making a new copy ready, on top of the price. */
  readonly handling_ore: Ore
  /** Whether that is given up too when the item is found again. */
  readonly refundHandling: boolean
  /** So long after it was charged, an item that is found again cancels its compensation. */
  readonly foundWithinDays: number
  /** What an item costs whose own price is not known and which no line below is about. */
  readonly standard_ore: Ore
  readonly prices: readonly CompensationPrice[]
}

/** What an item of a material, of a material group, or of a material in a group costs. */
export interface CompensationPrice {
  readonly material?: string | undefined
  readonly materialGroup?: string | undefined
  readonly price_ore: Ore
}

export interface DebtLimit {
  /** Who owes this much in late fees is blocked. Compensation is not counted: the law allows no limit on that alone. */
  readonly atOre: Ore
  /** The block stands this long after its written notice. */
  readonly noticeDays: number
}

const MOST_ORE = 10_000_000
const ore = z.int().min(0).max(MOST_ORE).transform(oreOf)
const days = z.int().min(1).max(3650)
const word = z.string().trim().min(1).max(40)

const band = z.strictObject({ fromDay: days, adult: ore, child: ore })

const bands = z
  .array(band)
  .max(20)
  .superRefine((bands, found) => {
    const fault = (path: (string | number)[], message: string) => found.addIssue({ code: 'custom', path, message })
    const falling = bands.findIndex((each, at) => at > 0 && each.fromDay <= (bands[at - 1]?.fromDay ?? 0))
    if (falling > 0) return fault([falling, 'fromDay'], 'days-must-rise')
    for (const { day, of, most } of aboveCap(bands)) {
      const at = bands.findLastIndex(({ fromDay }) => fromDay <= day)
      fault([at, of], aboveCapMessage({ day, of, most }))
    }
  })

/** What a fault of the table says: a code and its numbers, for whoever shows it to put in words. */
export function aboveCapMessage({ day, of, most }: ReturnType<typeof aboveCap>[number]): string {
  return `above-cap ${day} ${of} ${most}`
}

/** Reads back what {@link aboveCapMessage} wrote. */
export function readAboveCap(message: string): { day: number; of: 'adult' | 'child'; most: Ore } | undefined {
  const [code, day, of, most] = message.split(' ')
  if (code !== 'above-cap' || (of !== 'adult' && of !== 'child')) return undefined
  return { day: Number(day), of, most: oreOf(Number(most)) }
}

const price = z
  .strictObject({ material: word.optional(), materialGroup: word.optional(), price_ore: ore })
  .refine(({ material, materialGroup }) => material !== undefined || materialGroup !== undefined, 'about-nothing')

const prices = z
  .array(price)
  .max(200)
  .superRefine((prices, found) => {
    for (const [at, each] of prices.entries()) {
      const isSame = (other: z.infer<typeof price>) =>
        other.material === each.material && other.materialGroup === each.materialGroup
      if (prices.slice(0, at).some(isSame)) found.addIssue({ code: 'custom', path: [at], message: 'twice' })
    }
  })

const document = z.strictObject({
  bands,
  childUnder: z.int().min(CHILD_FEE_UNDER, 'below-child-age').max(25),
  closedDaysCount: z.boolean(),
  payWithinDays: days,
  compensation: z.strictObject({
    handling_ore: ore,
    refundHandling: z.boolean(),
    foundWithinDays: z.int().min(0).max(3650),
    standard_ore: ore.refine((amount) => amount > 0, 'must-cost'),
    prices,
  }),
  block: z.strictObject({ atOre: ore.refine((amount) => amount > 0, 'must-cost'), noticeDays: days.max(90) }),
})

export const feeTable: Setting<FeeTable> = {
  name: 'fee-table',
  label: { da: 'Gebyrer og erstatninger', en: 'Fees and compensation' },
  schema: document,
  initial: {
    bands: STATUTORY_CAP,
    childUnder: CHILD_FEE_UNDER,
    closedDaysCount: false,
    payWithinDays: 30,
    compensation: {
      handling_ore: kroner(0),
      refundHandling: true,
      foundWithinDays: 365,
      standard_ore: kroner(255),
      prices: [
        { material: 'audiobook', price_ore: kroner(400) },
        { material: 'film', price_ore: kroner(400) },
        { material: 'game', price_ore: kroner(400) },
        { material: 'magazine', price_ore: kroner(120) },
        { material: 'comic', price_ore: kroner(120) },
      ],
    },
    block: { atOre: kroner(200), noticeDays: 7 },
  },
}

/** What a table says an item costs, without handling: the line that names most, the material group's before the material's. */
export function priceOf({ compensation }: FeeTable, item: { material: string; materialGroup?: string }): Ore {
  const fits = (line: CompensationPrice) =>
    (line.material === undefined || line.material === item.material) &&
    (line.materialGroup === undefined || line.materialGroup === item.materialGroup)
  const rank = (line: CompensationPrice) =>
    (line.materialGroup === undefined ? 0 : 2) + (line.material === undefined ? 0 : 1)
  const [best] = compensation.prices.filter(fits).sort((a, b) => rank(b) - rank(a))
  return best?.price_ore ?? compensation.standard_ore
}
