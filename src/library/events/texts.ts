import { type Language, type Text2, unreachable } from '#core'
import { instantText } from '#web'
import type { SeatRefusal } from './rules.ts'

/** What is said of events, and of the seats at them. */
export const texts = {
  events: { da: 'Arrangementer', en: 'Events' },
  lead: {
    da: 'Her kan du få en plads. Vi bruger dine oplysninger til arrangementet og ikke til andet.',
    en: 'Here you can get a seat. We use your data for the event and for nothing else.',
  },
  none: {
    da: 'Der er ingen arrangementer at melde sig til lige nu.',
    en: 'There are no events to sign up for just now.',
  },
  noneCome: { da: 'Der kommer ingen arrangementer endnu.', en: 'There are no events to come yet.' },
  cancelled: { da: 'Aflyst', en: 'Cancelled' },
  soldOut: { da: 'Alt optaget', en: 'Fully booked' },
  toCome: { da: 'Det kommer', en: 'To come' },
  seatsLeft: (count: number): Text2 => ({
    da: `Ledige pladser: ${count}`,
    en: `Seats left: ${count}`,
  }),
  yours: { da: 'Dine pladser', en: 'Your seats' },
  number: (number: string): Text2 => ({ da: `Nummer ${number}`, en: `Number ${number}` }),
  giveBack: { da: 'Meld fra', en: 'Give it back' },
  giveBackNamed: (name: string): Text2 => ({ da: `Meld fra: ${name}`, en: `Give it back: ${name}` }),
  giveBackTitle: { da: 'Meld dig fra', en: 'Give your seat back' },
  giveBackLead: {
    da: 'Så får en anden pladsen, og vi sletter din tilmelding med det samme.',
    en: 'Somebody else then gets the seat, and we delete your registration at once.',
  },
  givenBack: {
    da: 'Du er meldt fra, og tilmeldingen er slettet.',
    en: 'Your seat is given back, and nothing is kept of it.',
  },
  name: { da: 'Navn', en: 'Name' },
  email: { da: 'E-mail', en: 'E-mail' },
  emailHint: { da: 'Så sender vi en bekræftelse.', en: 'We then send a confirmation.' },
  phone: { da: 'Telefon', en: 'Telephone' },
  phoneHint: { da: 'Så vi kan nå dig, hvis det aflyses.', en: 'So that we can reach you if it is cancelled.' },
  take: { da: 'Få en plads', en: 'Get a seat' },
  taken: (number: string): Text2 => ({
    da: `Du har en plads. Nummeret er ${number}.`,
    en: `You have a seat. Its number is ${number}.`,
  }),

  deskLead: {
    da: 'Lav arrangementer, se hvem der kommer, og aflys. Alle, der har en plads, får besked om en aflysning.',
    en: 'Make events, see who is coming, and cancel. Everyone who has a seat is told of a cancellation.',
  },
  notOffered: {
    da: 'Privatlivspolitikken siger ikke, hvornår en tilmelding slettes. Derfor kan ingen melde sig til.',
    en: 'The privacy policy does not say when a registration is deleted, so nobody can sign up.',
  },
  when: { da: 'Hvornår', en: 'When' },
  place: { da: 'Sted', en: 'Place' },
  seats: { da: 'Pladser', en: 'Seats' },
  takenOf: (taken: number, seats: number): Text2 => ({ da: `${taken} af ${seats}`, en: `${taken} of ${seats}` }),
  make: { da: 'Nyt arrangement', en: 'New event' },
  what: { da: 'Navn', en: 'Name' },
  about: { da: 'Hvad det handler om', en: 'What it is about' },
  day: { da: 'Dag', en: 'Day' },
  from: { da: 'Fra klokken', en: 'From' },
  until: { da: 'Til klokken', en: 'Until' },
  timeHint: { da: 'Som 19:30', en: 'Such as 19:30' },
  made: { da: 'Arrangementet er lavet.', en: 'The event is made.' },
  cancel: { da: 'Aflys arrangementet', en: 'Cancel the event' },
  cancelLead: {
    da: 'Alle, der har en plads, får besked. Det kan ikke fortrydes.',
    en: 'Everyone who has a seat is told. It cannot be undone.',
  },
  nowCancelled: {
    da: 'Arrangementet er aflyst, og der skrives til dem, der har en plads.',
    en: 'The event is cancelled, and those who have a seat are written to.',
  },
  coming: { da: 'Hvem der kommer', en: 'Who is coming' },
  nobody: { da: 'Ingen har en plads endnu.', en: 'Nobody has a seat yet.' },
  protected: { da: 'Beskyttet navn', en: 'Protected name' },
  seen: { da: 'hvem der kommer til et arrangement', en: 'who is coming to an event' },
  task: { da: 'Arrangementets deltagere', en: 'Those who come to an event' },
  missing: { da: 'Udfyld feltet', en: 'Fill in this field' },
  badDay: { da: 'Vælg en dag, der kommer', en: 'Choose a day to come' },
  badTime: {
    da: 'Skriv et klokkeslæt som 19:30, og slut efter begyndelsen',
    en: 'Write a time such as 19:30, and end after the beginning',
  },
  badSeats: { da: 'Skriv et helt tal fra 1 til 10000', en: 'Write a whole number from 1 to 10000' },
} as const

/** Why somebody got no seat. */
export function seatRefusalText({ kind }: SeatRefusal): Text2 {
  switch (kind) {
    case 'not-offered':
    case 'unknown':
      return texts.none
    case 'cancelled':
      return { da: 'Arrangementet er aflyst', en: 'The event is cancelled' }
    case 'begun':
      return { da: 'Arrangementet er begyndt', en: 'The event has begun' }
    case 'sold-out':
      return { da: 'Der er ikke flere pladser', en: 'There are no seats left' }
    case 'no-name':
      return { da: 'Skriv dit navn', en: 'Write your name' }
    case 'bad-email':
      return {
        da: 'Skriv en e-mailadresse som navn@eksempel.dk',
        en: 'Write an e-mail address such as name@example.com',
      }
    case 'bad-phone':
      return {
        da: 'Skriv et telefonnummer med mindst otte cifre',
        en: 'Write a telephone number of at least eight digits',
      }
    case 'cpr-in-text':
      return { da: 'Der står et CPR-nummer. Fjern det.', en: 'There is a CPR number. Remove it.' }
    default:
      return unreachable(kind)
  }
}

interface Told {
  readonly event: string
  readonly starts_at: Temporal.Instant
  readonly place: string
  readonly number: string
}

export function receiptText({ event, starts_at, place, number }: Told, link: string, language: Language) {
  const when = instantText(starts_at, language)
  return language === 'da'
    ? {
        subject: `Din plads: ${event}`,
        body: `Du har en plads.\n\n${event}\n${when}\n${place}\nNummer ${number}\n\nKan du ikke komme, så giv pladsen til en anden: ${link}`,
      }
    : {
        subject: `Your seat: ${event}`,
        body: `You have a seat.\n\n${event}\n${when}\n${place}\nNumber ${number}\n\nIf you cannot come, give the seat to somebody else: ${link}`,
      }
}

export function cancelledText({ event, starts_at }: Told, language: Language) {
  const when = instantText(starts_at, language)
  return language === 'da'
    ? { subject: `Aflyst: ${event}`, body: `${event}, ${when}, er desværre aflyst.` }
    : { subject: `Cancelled: ${event}`, body: `We are sorry that ${event}, ${when}, is cancelled.` }
}
