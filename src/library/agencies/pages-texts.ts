import type { Text2 } from '#core'

export const texts = {
  title: { da: 'Filialer og åbningstider', en: 'Branches and opening hours' },
  noBranch: {
    heading: { da: 'Filialen findes ikke', en: 'There is no such branch' },
    text: { da: 'Se alle filialer under åbningstider.', en: 'See all branches under opening hours.' },
  },
  now: {
    staffed: { da: 'Åbent nu med personale', en: 'Open now, with staff' },
    'self-service': { da: 'Åbent nu med selvbetjening', en: 'Open now for self-service' },
    closed: { da: 'Lukket nu', en: 'Closed now' },
  },
  notKnown: { da: 'Åbningstiderne er ikke oplyst', en: 'The opening hours are not known' },
  today: (hours: string): Text2 => ({ da: `I dag: ${hours}`, en: `Today: ${hours}` }),
  staffedHours: (hours: string): Text2 => ({ da: `personale ${hours}`, en: `staff ${hours}` }),
  selfServiceHours: (hours: string): Text2 => ({ da: `selvbetjening ${hours}`, en: `self-service ${hours}` }),
  closed: { da: 'Lukket', en: 'Closed' },
  address: { da: 'Adresse', en: 'Address' },
  phone: { da: 'Telefon', en: 'Phone' },
  email: { da: 'E-mail', en: 'E-mail' },
  nextDays: { da: 'Åbent de næste to uger', en: 'Open in the next two weeks' },
  day: { da: 'Dag', en: 'Day' },
  staffed: { da: 'Med personale', en: 'With staff' },
  selfService: { da: 'Selvbetjening', en: 'Self-service' },
} as const
