import type { BranchId, ItemId, PatronId, ReservationId, TitleId } from '#core'
import { borrowing, type Declaration, declareTable, identity, moment, none } from '#privacy'

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
}

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
  },
})

export const reservationsTables: readonly Declaration[] = [reservation]
