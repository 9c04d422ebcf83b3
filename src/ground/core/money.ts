declare const ore: unique symbol

/** Money in whole øre. It becomes kroner only on a page. */
export type Ore = number & { readonly [ore]: true }

/** @throws RangeError when it is not a whole number of øre. */
export function oreOf(amount: number): Ore {
  if (!Number.isSafeInteger(amount)) throw new RangeError(`${amount} is not a whole number of øre`)
  return amount as Ore
}

export function kroner(amount: number): Ore {
  return oreOf(Math.round(amount * 100))
}
