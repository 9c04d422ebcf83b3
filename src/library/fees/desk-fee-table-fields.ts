import type { Language } from '#core'
import type { FieldErrors } from '#web'
import { texts } from './desk-fee-table-texts.ts'
import type { FeeTable } from './fee-table.ts'
import { readKroner, typedKroner } from './kroner.ts'

/** What stands in the form's fields, by name. */
export type Typed = Readonly<Record<string, string>>

/** No document has more prices than this, and no form more lines. */
export const MOST_LINES = 220

/** The form as a document fills it. */
export function typedFrom(table: FeeTable): Typed {
  const { compensation } = table
  const bands = table.bands.flatMap(({ fromDay, adult, child }, at) => [
    [`band-${at + 1}-day`, String(fromDay)],
    [`band-${at + 1}-adult`, typedKroner(adult)],
    [`band-${at + 1}-child`, typedKroner(child)],
  ])
  const prices = compensation.prices.flatMap(({ material, materialGroup, price_ore }, at) => [
    [`price-${at + 1}-material`, material ?? ''],
    [`price-${at + 1}-group`, materialGroup ?? ''],
    [`price-${at + 1}-amount`, typedKroner(price_ore)],
  ])
  return {
    ...Object.fromEntries(bands),
    ...Object.fromEntries(prices),
    childUnder: String(table.childUnder),
    closedDays: table.closedDaysCount ? 'yes' : '',
    payWithin: String(table.payWithinDays),
    standard: typedKroner(compensation.standard_ore),
    handling: typedKroner(compensation.handling_ore),
    refundHandling: compensation.refundHandling ? 'yes' : '',
    foundWithin: String(compensation.foundWithinDays),
    blockAt: typedKroner(table.block.atOre),
    notice: String(table.block.noticeDays),
  }
}

/** Which line of the form each band and price of the document came from. */
interface Lines {
  readonly bands: readonly number[]
  readonly prices: readonly number[]
}

export type ReadDocument =
  | { readonly ok: true; readonly document: unknown; readonly lines: Lines }
  | { readonly ok: false; readonly errors: FieldErrors }

/** Reads the form. What the numbers may be is the document's own to say; here they must be numbers at all. */
export function documentFrom(typed: Typed, language: Language): ReadDocument {
  const errors: Record<string, string> = {}
  const amount = (name: string): number => {
    const read = readKroner(typed[name] ?? '')
    if (read === undefined) errors[name] = texts.notAmount[language]
    return read ?? 0
  }
  const whole = (name: string): number => {
    const text = (typed[name] ?? '').trim()
    if (!/^\d{1,5}$/.test(text)) errors[name] = texts.notNumber[language]
    return Number(text)
  }
  const filled = (names: readonly string[]) => names.filter((name) => (typed[name] ?? '').trim() !== '')
  const lines = { bands: [] as number[], prices: [] as number[] }
  const bands: unknown[] = []
  const prices: unknown[] = []
  for (let at = 1; at <= MOST_LINES; at++) {
    const band = [`band-${at}-day`, `band-${at}-adult`, `band-${at}-child`] as const
    if (filled(band).length > 0) {
      lines.bands.push(at)
      bands.push({ fromDay: whole(band[0]), adult: amount(band[1]), child: amount(band[2]) })
    }
    const price = [`price-${at}-material`, `price-${at}-group`, `price-${at}-amount`] as const
    if (filled(price).length > 0) {
      lines.prices.push(at)
      const [material, materialGroup] = [(typed[price[0]] ?? '').trim(), (typed[price[1]] ?? '').trim()]
      prices.push({
        ...(material ? { material } : {}),
        ...(materialGroup ? { materialGroup } : {}),
        price_ore: amount(price[2]),
      })
    }
  }
  const document = {
    bands,
    childUnder: whole('childUnder'),
    closedDaysCount: typed.closedDays === 'yes',
    payWithinDays: whole('payWithin'),
    compensation: {
      standard_ore: amount('standard'),
      handling_ore: amount('handling'),
      refundHandling: typed.refundHandling === 'yes',
      foundWithinDays: whole('foundWithin'),
      prices,
    },
    block: { atOre: amount('blockAt'), noticeDays: whole('notice') },
  }
  return Object.keys(errors).length > 0 ? { ok: false, errors } : { ok: true, document, lines }
}

const FIELDS: Record<string, string> = {
  childUnder: 'childUnder',
  payWithinDays: 'payWithin',
  'compensation.standard_ore': 'standard',
  'compensation.handling_ore': 'handling',
  'compensation.foundWithinDays': 'foundWithin',
  'block.atOre': 'blockAt',
  'block.noticeDays': 'notice',
}

/** The field that a fault of the document is about. */
export function fieldOf(path: string, lines: Lines): string {
  const [, band, of] = /^bands\.(\d+)(?:\.(\w+))?/.exec(path) ?? []
  if (band !== undefined) {
    return `band-${lines.bands[Number(band)] ?? 1}-${of === 'adult' || of === 'child' ? of : 'day'}`
  }
  const [, price, part] = /^compensation\.prices\.(\d+)(?:\.(\w+))?/.exec(path) ?? []
  if (price !== undefined) {
    return `price-${lines.prices[Number(price)] ?? 1}-${part === 'price_ore' ? 'amount' : 'material'}`
  }
  return FIELDS[path] ?? path
}
