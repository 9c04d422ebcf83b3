import type { BranchId, Id, PatronId } from '#core'
import { contact, type Declaration, declareTable, identity, moment, none } from '#privacy'

export type GamingPcId = Id<'gaming-pc'>

/** Somebody is or was logged on to a PC of the library. */
export interface PcSessionRow {
  id: string
  patron_id: PatronId
  pc: string
  branch_id: BranchId
  begun_at: Temporal.Instant
  until_at: Temporal.Instant
  ended_at: Temporal.Instant | null
}

const pcSession = declareTable<PcSessionRow>({
  name: 'pc_session',
  label: { da: 'brug af bibliotekets pc’er', en: 'use of the library’s PCs' },
  about: 'patron',
  subject: 'patron_id',
  moments: { ended: { column: 'ended_at', label: { da: 'du har logget af', en: 'you logged off' } } },
  actions: ['delete'],
  onErasure: 'delete',
  byTheHour: true,
  columns: {
    id: none,
    patron_id: identity('Låner', 'Patron'),
    pc: identity('Pc', 'PC'),
    branch_id: identity('Bibliotek', 'Library'),
    begun_at: moment('Logget på', 'Logged on'),
    until_at: moment('Tiden er brugt', 'Time is used up'),
    ended_at: moment('Logget af', 'Logged off'),
  },
})

export interface GamingPcRow {
  id: GamingPcId
  name: string
  added_at: Temporal.Instant
  closed_at: Temporal.Instant | null
}

const gamingPc = declareTable<GamingPcRow>({
  name: 'gaming_pc',
  label: { da: 'gaming-pc’er', en: 'gaming PCs' },
  about: 'nobody',
  subject: null,
  moments: {},
  actions: [],
  onErasure: 'delete',
  columns: { id: none, name: none, added_at: none, closed_at: none },
})

export interface GamingBookingRow {
  id: string
  gaming_pc_id: GamingPcId
  /** Null of somebody who is no patron here, or was not signed in. */
  patron_id: PatronId | null
  phone: string
  booked_at: Temporal.Instant
  starts_at: Temporal.Instant
  ends_at: Temporal.Instant
}

const gamingBooking = declareTable<GamingBookingRow>({
  name: 'gaming_booking',
  label: { da: 'booking af gaming-pc', en: 'gaming PC bookings' },
  about: 'patron',
  subject: 'patron_id',
  moments: {
    booked: { column: 'booked_at', label: { da: 'du har booket', en: 'you booked' } },
    ended: { column: 'ends_at', label: { da: 'den tid, du har booket, er slut', en: 'the time you booked has ended' } },
  },
  actions: ['delete'],
  onErasure: 'delete',
  columns: {
    id: none,
    gaming_pc_id: identity('Gaming-pc', 'Gaming PC'),
    patron_id: identity('Låner', 'Patron'),
    phone: contact('Telefon', 'Telephone'),
    booked_at: moment('Booket', 'Booked'),
    starts_at: moment('Fra', 'From'),
    ends_at: moment('Til', 'Until'),
  },
})

export const pcsTables: readonly Declaration[] = [pcSession, gamingPc, gamingBooking]
