import type { Id, Language, PatronId } from '#core'
import { contact, type Declaration, declareTable, identity, moment, none, secret } from '#privacy'

export type EventId = Id<'event'>
export type SeatId = Id<'seat'>

/** Something that happens at the library and has so many seats. */
export interface EventRow {
  id: EventId
  name: string
  about: string
  place: string
  starts_at: Temporal.Instant
  ends_at: Temporal.Instant
  seats: number
  cancelled_at: Temporal.Instant | null
}

const event = declareTable<EventRow>({
  name: 'event',
  label: { da: 'arrangementer', en: 'events' },
  about: 'nobody',
  subject: null,
  moments: {},
  actions: [],
  onErasure: 'delete',
  columns: {
    id: none,
    name: none,
    about: none,
    place: none,
    starts_at: none,
    ends_at: none,
    seats: none,
    cancelled_at: none,
  },
})

/** Somebody has a seat. It goes when they give it back, and otherwise some time after the event. */
export interface SeatRow {
  id: SeatId
  event_id: EventId
  /** Null of somebody who is no patron here, or was not signed in. */
  patron_id: PatronId | null
  number: string
  name: string
  email: string | null
  phone: string | null
  language: Language
  registered_at: Temporal.Instant
  /** Stands in the link that gives the seat back. */
  leave_key: string
  receipt_at: Temporal.Instant | null
  /** When they were told that the event is cancelled. */
  told_at: Temporal.Instant | null
  event_ends_at: Temporal.Instant
}

const seatColumns = {
  id: none,
  event_id: identity('Arrangement', 'Event'),
  patron_id: identity('Låner', 'Patron'),
  number: identity('Nummer', 'Number'),
  name: identity('Navn', 'Name'),
  email: contact('E-mail', 'E-mail'),
  phone: contact('Telefon', 'Telephone'),
  language: contact('Sprog', 'Language'),
  registered_at: moment('Tilmeldt', 'Signed up'),
  leave_key: secret('Nøgle til at melde fra', 'Key for giving it back'),
  receipt_at: moment('Bekræftelse sendt', 'Confirmation sent'),
  told_at: moment('Aflysning sendt', 'Cancellation sent'),
  event_ends_at: moment('Arrangementet slutter', 'The event ends'),
} as const

const ended = { column: 'event_ends_at', label: { da: 'arrangementet er slut', en: 'the event is over' } } as const

const eventRegistration = declareTable<SeatRow>({
  name: 'event_registration',
  label: { da: 'tilmeldinger til arrangementer', en: 'event registrations' },
  about: 'patron',
  subject: 'patron_id',
  moments: { 'event-ended': ended },
  actions: ['delete'],
  onErasure: 'delete',
  columns: seatColumns,
})

const ticket = declareTable<SeatRow>({
  name: 'ticket',
  label: { da: 'arrangementsbilletter', en: 'event tickets' },
  about: 'patron',
  subject: 'patron_id',
  moments: { 'event-ended': ended },
  actions: ['delete'],
  onErasure: 'delete',
  columns: seatColumns,
})

export const eventsTables: readonly Declaration[] = [event, eventRegistration, ticket]
