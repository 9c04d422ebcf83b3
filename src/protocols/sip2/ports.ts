import type { GivenPin, PinRefusal } from '#auth'
import type { ItemState } from '#catalogue'
import type { BranchId, ItemId, Language, LoanId, Ore, PatronId, ReservationId, Result, TitleId } from '#core'
import type { Claim } from '#fees'
import type { CheckoutReason, RenewalReason, Route } from '#loans'
import type { BlockCode } from '#patrons'
import type { ChangeReservationRefusal, ReservationRefusal } from '#reservations'
import type { Context } from '#vault'

/** What the machines ask of the house. `desk.ts` answers with the rooms' own commands; a test may answer otherwise. */
export interface Desk {
  readonly verifyPin: (ctx: Context, given: GivenPin) => Promise<Result<PatronId, PinRefusal>>
  /** Whose card it is, and whether the card itself is blocked. */
  readonly holder: (ctx: Context, card: string) => Promise<Holder | undefined>
  readonly patron: (ctx: Context, id: PatronId) => Promise<PatronFacts | undefined>
  readonly loans: (ctx: Context, id: PatronId) => Promise<readonly LoanFacts[]>
  readonly holds: (ctx: Context, id: PatronId) => Promise<readonly HoldFacts[]>
  readonly debts: (ctx: Context, id: PatronId) => Promise<readonly DebtFacts[]>
  readonly item: (ctx: Context, barcode: string) => Promise<ItemFacts | undefined>
  /** By the number of a title in its catalogue. */
  readonly title: (ctx: Context, record: string) => Promise<TitleId | undefined>
  readonly branches: (ctx: Context) => Promise<readonly Branch[]>

  readonly checkout: (ctx: Context, wish: Lending) => Promise<Result<Lent, readonly CheckoutReason[]>>
  readonly checkin: (ctx: Context, wish: Returning) => Promise<Result<Returned, { readonly kind: string }>>
  /** What was done while Kvit was out of reach; done once, whatever comes again. */
  readonly lentOffline: (ctx: Context, wish: Lending & Offline) => Promise<OfflineDone>
  readonly returnedOffline: (ctx: Context, wish: Returning & Offline) => Promise<OfflineDone>
  readonly renew: (ctx: Context, loan: LoanId) => Promise<Result<Temporal.PlainDate, readonly RenewalReason[]>>
  readonly placeHold: (ctx: Context, wish: HoldWish) => Promise<Result<ReservationId, ReservationRefusal>>
  /** Another pickup branch, another last day; what is left out stays. */
  readonly changeHold: (ctx: Context, change: HoldChange) => Promise<Result<ReservationId, ChangeReservationRefusal>>
  readonly cancelHold: (ctx: Context, id: ReservationId) => Promise<boolean>
  /** Once for each `receipt` number of a machine, however often it is sent. */
  readonly pay: (ctx: Context, payment: Payment) => Promise<Result<Ore, { readonly kind: string }>>
  readonly block: (ctx: Context, patron: PatronId, reason: string) => Promise<void>
  readonly unblock: (ctx: Context, patron: PatronId) => Promise<void>
}

export interface Holder {
  readonly id: PatronId
  readonly blocked: string | null
}

export interface PatronFacts {
  readonly id: PatronId
  readonly number: string
  readonly name: string
  readonly protected: boolean
  readonly restricted: boolean
  readonly birth_on: Temporal.PlainDate | null
  readonly email: string | null
  readonly phone: string | null
  readonly address: string | null
  readonly postcode: string | null
  readonly city: string | null
  readonly group: string
  readonly home_branch: string
  readonly language: Language
  readonly blocks: readonly BlockCode[]
  readonly owed_ore: Ore
  readonly fee_limit_ore: Ore
  readonly most_loans: number | null
  readonly most_holds: number | null
  readonly loans: number
  readonly overdue: number
  readonly ready: number
  readonly waiting: number
  readonly debts: number
}

export interface LoanFacts {
  readonly id: LoanId
  readonly barcode: string
  readonly title: string
  readonly author: string | null
  readonly material: string
  readonly material_group: string
  readonly dk5: string | null
  readonly due_on: Temporal.PlainDate
}

export interface HoldFacts {
  readonly id: ReservationId
  readonly title_id: TitleId
  readonly issue: string
  /** 1 is the next to be served; null of what is filled. */
  readonly place: number | null
  readonly record_id: string
  readonly title: string
  readonly author: string | null
  readonly placed_at: Temporal.Instant
  readonly until_on: Temporal.PlainDate
  readonly barcode: string | null
  readonly ready: boolean
  readonly pickup_number: string | null
  readonly pickup_until_on: Temporal.PlainDate | null
  readonly branch_code: string
  readonly branch_name: string
}

export interface DebtFacts {
  readonly claim: Claim
  readonly number: string | null
  readonly reason: 'overdue' | 'lost' | 'damaged'
  readonly left_ore: Ore
  readonly payable: boolean
  readonly charged_on: Temporal.PlainDate
  readonly titles: readonly string[]
}

export interface ItemFacts {
  readonly id: ItemId
  readonly title_id: TitleId
  readonly issue: string
  readonly title: string
  readonly author: string | null
  readonly material: string
  readonly material_group: string
  readonly dk5: string | null
  readonly shelf: string | null
  readonly state: ItemState
  readonly home_code: string
  readonly at_code: string
  readonly destination_code: string | null
  readonly due_on: Temporal.PlainDate | null
  readonly queue: number
  readonly pickup_until_on: Temporal.PlainDate | null
}

export interface Branch {
  readonly id: BranchId
  readonly code: string
  readonly name: string
}

export interface Lending {
  readonly card: string
  readonly barcode: string
  readonly branch: BranchId
}

export interface Returning {
  readonly barcode: string
  readonly branch: BranchId
  /** The day it lay in the box, where the machine knows it. */
  readonly returned_on?: Temporal.PlainDate | undefined
  /** Whether the machine may be told whose it was. */
  readonly tellBorrower: boolean
}

export interface Offline {
  /** Tells this act from every other, so that it is not done twice. */
  readonly act: string
  readonly at: Temporal.Instant
}

export interface Lent {
  readonly loan: LoanId
  readonly due_on: Temporal.PlainDate
  /** The patron had it already. */
  readonly again: boolean
}

export interface Returned {
  /** The patron number of whoever had it; undefined when it was not on loan, or must not be told. */
  readonly borrower: string | undefined
  readonly loan: LoanId | null
  readonly route: Route
}

export type OfflineDone =
  | { readonly kind: 'lent'; readonly due_on: Temporal.PlainDate }
  | { readonly kind: 'returned'; readonly returned: Returned }
  | { readonly kind: 'done-before' }
  | { readonly kind: 'conflict'; readonly because: readonly string[] }

export interface HoldWish {
  readonly patron: PatronId
  readonly title: TitleId
  /** Of a periodical. */
  readonly issue: string
  /** Only this very item will do. */
  readonly item?: ItemId | undefined
  readonly branch: BranchId
  readonly until_on?: Temporal.PlainDate | undefined
}

export interface HoldChange {
  readonly id: ReservationId
  readonly patron: PatronId
  readonly branch?: BranchId | undefined
  readonly until_on?: Temporal.PlainDate | undefined
}

export interface Payment {
  readonly patron: PatronId
  readonly amount_ore: Ore
  /** The bill it is for; the oldest first when none is named. */
  readonly bill?: string | undefined
  readonly method: 'cash' | 'card'
  readonly branch: BranchId
  /** The machine's own number of the payment. */
  readonly receipt?: string | undefined
}

/** Whether somebody may come in. Asked only when card and PIN are right; what it says goes to no list. */
export type DoorVerdict = (
  ctx: Context,
  visit: { readonly patron: PatronId; readonly branch: BranchId; readonly terminal: string },
) => Promise<Result<true, { readonly text: { readonly da: string; readonly en: string } }>>
