import type { Text2 } from '#core'

export const dataTexts = {
  overview: { da: 'Overblik', en: 'Overview' },
  what: { da: 'Oplysninger', en: 'Data' },
  count: { da: 'Antal', en: 'Number' },
  goes: { da: 'Hvornår de slettes', en: 'When they are deleted' },
  on: (day: string): Text2 => ({ da: `Den ${day}`, en: `On ${day}` }),
  between: (first: string, last: string): Text2 => ({
    da: `Mellem den ${first} og den ${last}`,
    en: `Between ${first} and ${last}`,
  }),
  from: (first: string): Text2 => ({
    da: `Den første den ${first}; for nogle er der ingen dato endnu`,
    en: `The first on ${first}; for some there is no date yet`,
  }),
  noDate: { da: 'Ingen dato endnu; se nedenfor', en: 'No date yet; see below' },
  all: (label: string, count: number): Text2 => ({
    da: `Vis alle ${count}: ${label}`,
    en: `Show all ${count}: ${label}`,
  }),
  groups: {
    you: { da: 'Hvem du er', en: 'Who you are' },
    access: { da: 'Kort, pinkode og login', en: 'Cards, PIN and signing in' },
    loans: { da: 'Lån', en: 'Loans' },
    reservations: { da: 'Reserveringer og lister', en: 'Reservations and lists' },
    money: { da: 'Penge', en: 'Money' },
    messages: { da: 'Beskeder', en: 'Messages' },
    visits: { da: 'Besøg', en: 'Visits' },
    looks: {
      da: 'Hvem der har set på dig, og hvem der har fået noget',
      en: 'Who has looked, and who has been given data',
    },
    wishes: { da: 'Samtykker og det, du har bedt om', en: 'Consents, and what you have asked for' },
    other: { da: 'Andet', en: 'Other' },
  },
} as const
