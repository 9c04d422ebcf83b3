import type { ItemState } from './tables.ts'

/**
 * What may become of an item: from each state, those that may follow. To stay as it is it may always.
 *
 * An item that is on order is first taken into stock. What is lent out, or said to be back by the patron who has it,
 * leaves that state only as the loan does. A withdrawn item is gone, unless it was withdrawn by mistake.
 */
const FOLLOWS: Readonly<Record<ItemState, readonly ItemState[]>> = {
  'on-order': ['available', 'on-shelf-for-pickup', 'in-transit', 'damaged', 'withdrawn'],
  available: ['on-loan', 'on-shelf-for-pickup', 'in-transit', 'damaged', 'missing', 'withdrawn'],
  'on-loan': ['available', 'on-shelf-for-pickup', 'in-transit', 'claimed-returned', 'damaged', 'lost'],
  'claimed-returned': ['on-loan', 'available', 'on-shelf-for-pickup', 'in-transit', 'damaged', 'lost'],
  'on-shelf-for-pickup': ['available', 'on-loan', 'in-transit', 'damaged', 'missing', 'withdrawn'],
  'in-transit': ['available', 'on-loan', 'on-shelf-for-pickup', 'damaged', 'missing', 'withdrawn'],
  damaged: ['available', 'on-shelf-for-pickup', 'in-transit', 'missing', 'withdrawn'],
  missing: ['available', 'on-loan', 'on-shelf-for-pickup', 'in-transit', 'damaged', 'withdrawn'],
  lost: ['available', 'on-shelf-for-pickup', 'in-transit', 'damaged', 'withdrawn'],
  withdrawn: ['available'],
}

export function itemMayBecome(from: ItemState, to: ItemState): boolean {
  return from === to || FOLLOWS[from].includes(to)
}

/** Whether an item can be handed to whoever stands there with it, were there no loan and no reservation. */
export function isLendable(state: ItemState): boolean {
  return itemMayBecome(state, 'on-loan') && state !== 'claimed-returned'
}
