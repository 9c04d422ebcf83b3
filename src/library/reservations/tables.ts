import type { BranchId, ItemId, PatronId, ReservationId, StaffId, TitleId } from '#core'
import { borrowing, coded, type Declaration, declareTable, identity, moment, none, staffMember } from '#privacy'

export interface ReservationRow {
  id: ReservationId
  patron_id: PatronId
  title_id: TitleId
  pickup_branch_id: BranchId
  placed_at: Temporal.Instant
  interest_until_on: Temporal.PlainDate
  item_id: ItemId | null
  ready_at: Temporal.Instant | null
  pickup_until_on: Temporal.PlainDate | null
  pickup_number: string | null
  kind: ReservationKind
  /** The same for reservations placed together; of parallel ones the first that is filled ends the others. */
  transaction_id: string
  /** Which issue of a periodical is wanted; empty for everything else. */
  issue: string
  /** Set when only this very item will do. */
  wanted_item_id: ItemId | null
  /** Not filled before this day. */
  active_from_on: Temporal.PlainDate | null
  told_at: Temporal.Instant | null
  interest_warned_at: Temporal.Instant | null
  pickup_warned_at: Temporal.Instant | null
}

export type ReservationKind = 'normal' | 'parallel' | 'serial' | 'interlibrary'

const reservation = declareTable<ReservationRow>({
  name: 'reservation',
  label: { da: 'reserveringer', en: 'reservations' },
  about: 'patron',
  subject: 'patron_id',
  moments: {
    ended: {
      column: null,
      label: {
        da: 'du har lånt materialet, eller reserveringen er slettet',
        en: 'you have borrowed the material, or the reservation is deleted',
      },
    },
  },
  actions: ['delete'],
  onErasure: 'delete',
  core: true,
  columns: {
    id: none,
    patron_id: identity('Låner', 'Patron'),
    title_id: borrowing('Titel', 'Title'),
    pickup_branch_id: borrowing('Afhentningsfilial', 'Pickup branch'),
    placed_at: moment('Reserveret', 'Placed'),
    interest_until_on: moment('Interesse til', 'Interested until'),
    item_id: borrowing('Eksemplar', 'Item'),
    ready_at: moment('Klar', 'Ready'),
    pickup_until_on: moment('Hentes senest', 'Pick up by'),
    pickup_number: borrowing('Afhentningsnummer', 'Pickup number'),
    kind: coded('Slags', 'Kind', {
      normal: ['én udgave', 'one edition'],
      parallel: ['en af flere udgaver', 'one of several editions'],
      serial: ['et nummer af et tidsskrift', 'an issue of a periodical'],
      interlibrary: ['fra et andet bibliotek', 'from another library'],
    }),
    transaction_id: none,
    issue: borrowing('Nummer', 'Issue'),
    wanted_item_id: borrowing('Kun dette eksemplar', 'This item only'),
    active_from_on: moment('Tidligst', 'Not before'),
    told_at: moment('Besked om klar', 'Told it is ready'),
    interest_warned_at: moment('Varslet om udløb', 'Warned of its end'),
    pickup_warned_at: moment('Mindet om afhentning', 'Reminded of pickup'),
  },
})

export interface InterlibraryRow {
  title_id: TitleId
  record_id: string | null
  asked_at: Temporal.Instant
  lender: string | null
  ordered_at: Temporal.Instant | null
  return_by_on: Temporal.PlainDate | null
  ended_at: Temporal.Instant | null
}

/** What the library does about a title that another library owns. Who asked for it is told by the reservation alone. */
const interlibrary = declareTable<InterlibraryRow>({
  name: 'interlibrary',
  label: { da: 'lån fra andre biblioteker', en: 'loans from other libraries' },
  about: 'nobody',
  subject: null,
  moments: {},
  actions: [],
  onErasure: 'delete',
  columns: {
    title_id: none,
    record_id: none,
    asked_at: none,
    lender: none,
    ordered_at: none,
    return_by_on: none,
    ended_at: none,
  },
})

/** While somebody is away their reservations are not filled, and keep their place. Both days count. */
export interface AbsenceRow {
  patron_id: PatronId
  from_on: Temporal.PlainDate
  until_on: Temporal.PlainDate | null
  set_at: Temporal.Instant
}

const absence = declareTable<AbsenceRow>({
  name: 'absence',
  label: { da: 'perioder, hvor du er væk', en: 'periods in which you are away' },
  about: 'patron',
  subject: 'patron_id',
  moments: { ended: { column: null, label: { da: 'du er tilbage', en: 'you are back' } } },
  actions: ['delete'],
  onErasure: 'delete',
  columns: {
    patron_id: identity('Låner', 'Patron'),
    from_on: moment('Væk fra', 'Away from'),
    until_on: moment('Væk til', 'Away until'),
    set_at: moment('Oplyst', 'Told'),
  },
})

/** Somebody is fetching this item for a reservation, so that nobody else goes for it. Names no patron. */
export interface PickRow {
  item_id: ItemId
  title_id: TitleId
  branch_id: BranchId
  taken_by: StaffId
  taken_at: Temporal.Instant
}

const pick = declareTable<PickRow>({
  name: 'pick',
  label: { da: 'materialer, der hentes lige nu', en: 'items being fetched right now' },
  about: 'nobody',
  subject: null,
  moments: {},
  actions: [],
  onErasure: 'delete',
  columns: {
    item_id: none,
    title_id: none,
    branch_id: none,
    taken_by: staffMember('Hentes af', 'Fetched by'),
    taken_at: none,
  },
})

export const reservationsTables: readonly Declaration[] = [reservation, absence, pick, interlibrary]
