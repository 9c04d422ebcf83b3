import { readCpr } from '#patrons'

export interface SimulatedAddress {
  readonly road: string
  /** As the register writes it: `017A`. */
  readonly houseNumber: string
  readonly floor?: string
  readonly door?: string
  readonly postcode: string
  readonly city: string
  /** The municipality's four digits, such as `0161`. */
  readonly municipality: string
}

/** Who has custody of a child, and as what. */
export interface SimulatedCustody {
  readonly as: 'mother' | 'father' | 'other'
  readonly cpr: string
}

/** Somebody invented. Their number is a replacement number, which nobody alive has. */
export interface SimulatedCitizen {
  readonly cpr: string
  readonly name: { readonly first: string; readonly middle?: string; readonly last: string }
  /** 1 lives here; 90 is dead. */
  readonly status?: number
  readonly address?: SimulatedAddress | null
  /** Days as `2027-01-31`. */
  readonly protection?: { readonly from: string; readonly until: string | null } | null
  readonly custody?: readonly SimulatedCustody[]
  /** The number they have now, when this one is not it any more. */
  readonly currentCpr?: string
}

/** Up to 34 characters, as on a letter. */
export function addressingName({ name }: SimulatedCitizen): string {
  return [name.first, name.middle, name.last].filter(Boolean).join(' ').slice(0, 34)
}

export function standardAddress({ road, houseNumber, floor, door }: SimulatedAddress): string {
  const place = [floor?.replace(/^0+(?=.)/, ''), door?.replace(/^0+(?=.)/, '')].filter(Boolean).join(' ')
  const line = `${road} ${houseNumber.replace(/^0+(?=.)/, '')}`
  return place === '' ? line : `${line},${place}`
}

/** The day a number says its owner was born on, as `1990-01-31`. */
export function bornOn(cpr: string): string {
  return invented(cpr).bornOn.toString()
}

/** @throws RangeError for a number somebody could have */
export function invented(cpr: string) {
  const read = readCpr(cpr)
  if (!read?.replacement) throw new RangeError('a simulated citizen has a replacement number')
  return read
}
