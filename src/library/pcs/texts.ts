import { type Text2, unreachable } from '#core'
import type { BookingRefusal } from './booking.ts'

/** What is said of the library's PCs. */
export const texts = {
  gaming: { da: 'Book en gaming-pc', en: 'Book a gaming PC' },
  lead: {
    da: 'Vi beder om dit telefonnummer, så vi kan ringe om din booking. Privatlivspolitikken siger, hvornår det slettes.',
    en: 'We ask for your telephone number so that we can call about your booking. The privacy notice says when it is deleted.',
  },
  none: { da: 'Her er ingen gaming-pc’er at booke.', en: 'There are no gaming PCs to book here.' },
  which: { da: 'Gaming-pc', en: 'Gaming PC' },
  day: { da: 'Dag', en: 'Day' },
  from: { da: 'Fra klokken', en: 'From' },
  timeHint: (minutes: number): Text2 => ({
    da: `Som 15:30. Du har den i ${minutes} minutter.`,
    en: `Such as 15:30. It is yours for ${minutes} minutes.`,
  }),
  phone: { da: 'Telefon', en: 'Telephone' },
  book: { da: 'Book', en: 'Book' },
  booked: { da: 'Den er booket.', en: 'It is booked.' },
  badTime: { da: 'Vælg en dag, og skriv et klokkeslæt som 15:30', en: 'Choose a day and write a time such as 15:30' },
  takenTimes: { da: 'Optaget', en: 'Taken' },

  pcs: { da: 'Pc’er', en: 'PCs' },
  deskLead: {
    da: 'Hvilke pc’er der er i brug lige nu, og hvem der har booket en gaming-pc.',
    en: 'Which PCs are in use just now, and who has booked a gaming PC.',
  },
  notOffered: {
    da: 'Privatlivspolitikken siger ikke, hvornår brug af pc’er slettes. Derfor kan ingen logge på eller booke.',
    en: 'The privacy policy does not say when use of PCs is deleted, so nobody can log on or book.',
  },
  inUse: { da: 'I brug nu', en: 'In use now' },
  noneInUse: { da: 'Ingen pc er i brug.', en: 'No PC is in use.' },
  pc: { da: 'Pc', en: 'PC' },
  until: { da: 'Fri senest', en: 'Free by' },
  bookings: { da: 'Bookinger af gaming-pc', en: 'Bookings of gaming PCs' },
  noBookings: { da: 'Ingen har booket en gaming-pc.', en: 'Nobody has booked a gaming PC.' },
  when: { da: 'Hvornår', en: 'When' },
  remove: { da: 'Slet', en: 'Delete' },
  removed: { da: 'Bookingen er slettet.', en: 'The booking is deleted.' },
  add: { da: 'Ny gaming-pc', en: 'New gaming PC' },
  name: { da: 'Navn', en: 'Name' },
  added: { da: 'Gaming-pc’en kan nu bookes.', en: 'The gaming PC can now be booked.' },
  times: { da: 'Hvor længe', en: 'For how long' },
  minutesADay: {
    da: 'Minutter ved pc’erne på et døgn (1–1439)',
    en: 'Minutes at the PCs in a day and a night (1–1439)',
  },
  bookingMinutes: { da: 'Minutter, en gaming-pc bookes (15–480)', en: 'Minutes a gaming PC is booked for (15–480)' },
  history: { da: 'Tidligere udgaver', en: 'Earlier versions' },
  save: { da: 'Gem', en: 'Save' },
  saved: { da: 'Gemt', en: 'Saved' },
  missing: { da: 'Udfyld feltet', en: 'Fill in this field' },
  badNumber: { da: 'Skriv et helt tal inden for grænserne', en: 'Write a whole number within the limits' },
} as const

/** Why a gaming PC was not booked. */
export function bookingRefusalText({ kind }: BookingRefusal): Text2 {
  switch (kind) {
    case 'feature-off':
    case 'unknown':
      return texts.none
    case 'taken':
      return { da: 'Den er optaget på det tidspunkt. Vælg et andet.', en: 'It is taken at that time. Choose another.' }
    case 'past':
      return { da: 'Tidspunktet er gået', en: 'That time is over' }
    case 'bad-phone':
      return {
        da: 'Skriv et telefonnummer med mindst otte cifre',
        en: 'Write a telephone number of at least eight digits',
      }
    default:
      return unreachable(kind)
  }
}
