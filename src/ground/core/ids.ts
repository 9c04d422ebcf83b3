declare const kind: unique symbol

/** A UUIDv7 made by the program before the row exists. Branded, so that a loan's id cannot be passed for a patron's. */
export type Id<Kind extends string> = string & { readonly [kind]: Kind }

export type PatronId = Id<'patron'>
export type StaffId = Id<'staff'>
export type BranchId = Id<'branch'>
export type TitleId = Id<'title'>
export type ItemId = Id<'item'>
export type LoanId = Id<'loan'>
export type ReservationId = Id<'reservation'>
export type FeeId = Id<'fee'>
export type CompensationId = Id<'compensation'>
export type PaymentId = Id<'payment'>
export type PaymentOrderId = Id<'payment-order'>
export type MessageId = Id<'message'>

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/

/** Tells whether text from outside can be an id at all; a database would otherwise answer with a fault. */
export function isId(text: string): boolean {
  return UUID.test(text)
}
