import type { Text2 } from '#core'
import { plural } from '#web'
import type { ChangeReservationRefusal } from './change.ts'

/** A patron's reservations at the desk. */
export const texts = {
  reservations: { da: 'Reserveringer', en: 'Reservations' },
  heading: (count: number): Text2 => ({
    da: plural.da(count, '1 reservering', `${count} reserveringer`),
    en: plural.en(count, '1 reservation', `${count} reservations`),
  }),
  none: { da: 'Ingen reserveringer.', en: 'No reservations.' },
  title: { da: 'Titel', en: 'Title' },
  state: { da: 'Status', en: 'State' },
  branch: { da: 'Hentes på', en: 'Picked up at' },
  ready: (number: string): Text2 => ({ da: `Klar, nummer ${number}`, en: `Ready, number ${number}` }),
  until: (day: string): Text2 => ({ da: `til og med ${day}`, en: `until ${day}` }),
  underWay: { da: 'På vej', en: 'On its way' },
  place: (place: number): Text2 => ({ da: `Nummer ${place} i køen`, en: `Number ${place} in the queue` }),
  delete: { da: 'Slet', en: 'Delete' },
  deleteNamed: (title: string): Text2 => ({
    da: `Slet reserveringen af ${title}`,
    en: `Delete the reservation of ${title}`,
  }),
  deleted: { da: 'Reserveringen er slettet', en: 'The reservation is deleted' },
  reserve: { da: 'Reservér', en: 'Reserve' },
  what: { da: 'Hvad?', en: 'What?' },
  whatHint: {
    da: 'Ord fra titlen eller forfatteren, eller nummeret på et materiale.',
    en: 'Words of the title or the author, or the number of an item.',
  },
  find: { da: 'Find', en: 'Find' },
  nothingFound: { da: 'Intet fundet. Prøv med andre ord.', en: 'Nothing found. Try other words.' },
  pickUpAt: { da: 'Hentes på', en: 'Pick up at' },
  reserved: { da: 'Det er reserveret', en: 'It is reserved' },
  notReserved: { da: 'Ikke reserveret', en: 'Not reserved' },
  change: { da: 'Hent et andet sted', en: 'Pick up elsewhere' },
  changed: { da: 'Reserveringen er ændret', en: 'The reservation is changed' },
  notChanged: { da: 'Ikke ændret', en: 'Not changed' },
  whyNot: {
    'unknown-reservation': { da: 'Reserveringen findes ikke mere.', en: 'The reservation is no more.' },
    'being-filled': {
      da: 'Den er klar eller på vej, så stedet ligger fast.',
      en: 'It is ready or on its way, so where is settled.',
    },
    'unknown-branch': { da: 'Vælg, hvor det skal hentes.', en: 'Choose where to pick it up.' },
    'interest-in-past': { da: 'Vælg en dag fra i dag af.', en: 'Choose a day from today on.' },
  } satisfies Record<ChangeReservationRefusal['kind'], Text2>,
  back: { da: 'Tilbage til låneren', en: 'Back to the patron' },
  patron: { da: 'Låneren', en: 'The patron' },
  noTask: { da: 'Ingen opgave', en: 'No task' },
  seen: { da: 'dine reserveringer, ved skranken', en: 'your reservations, at the desk' },
}
