import { type AnyTemplate, declareTemplate } from '#messages'
import { pickupMoved } from './move-pickup.ts'

/** One reservation as a message names it. */
export interface ReservationLine {
  readonly title: string
  readonly number: string
  readonly branch: string
  readonly until: string
}

export interface AboutReservations {
  /** `En reservering`, `2 reserveringer`. */
  readonly count: string
  readonly lines: readonly ReservationLine[]
}

const LINE = {
  da: { title: 'Ronja Røverdatter', number: '417', branch: 'Hovedbiblioteket', until: '3. december 2026' },
  en: { title: 'The Brothers Lionheart', number: '417', branch: 'The main library', until: '3 December 2026' },
}
const SAMPLE = {
  da: { count: '1 reservering', lines: [LINE.da] },
  en: { count: '1 reservation', lines: [LINE.en] },
}
const NAMED = `{{#lines}}
{{#titles}}{{title}}: {{/titles}}`

export const reservationReady = declareTemplate<AboutReservations>({
  kind: 'reservation-ready',
  label: { da: 'Reservering klar til afhentning', en: 'Reservation ready for pickup' },
  about: 'service',
  titleFields: ['title'],
  sample: SAMPLE,
  initial: {
    da: {
      subject: 'Du kan hente din reservering',
      body: `{{count}} står klar til dig.

${NAMED}nummer {{number}} på {{branch}}, hent senest {{until}}.
{{/lines}}

Medbring dit lånerkort eller sundhedskort.`,
      short: '{{count}} klar. {{#lines}}Nr. {{number}}, {{branch}}, senest {{until}}. {{/lines}}',
    },
    en: {
      subject: 'Your reservation is ready',
      body: `{{count}} ready for you.

${NAMED}number {{number}} at {{branch}}, pick up by {{until}}.
{{/lines}}

Bring your library card or health card.`,
      short: '{{count}} ready. {{#lines}}No. {{number}}, {{branch}}, by {{until}}. {{/lines}}',
    },
  },
})

export const pickupSoon = declareTemplate<AboutReservations>({
  kind: 'pickup-soon',
  label: { da: 'Afhentningsfristen nærmer sig', en: 'The pickup deadline is near' },
  about: 'service',
  titleFields: ['title'],
  sample: SAMPLE,
  initial: {
    da: {
      subject: 'Husk at hente din reservering',
      body: `{{count}} venter stadig på dig.

${NAMED}nummer {{number}} på {{branch}}, hent senest {{until}}.
{{/lines}}

Vil du ikke have den alligevel, kan du slette reserveringen på hjemmesiden, så den næste får den.`,
      short: 'Husk at hente: {{#lines}}nr. {{number}}, {{branch}}, senest {{until}}. {{/lines}}',
    },
    en: {
      subject: 'Remember to pick up your reservation',
      body: `{{count}} still waiting for you.

${NAMED}number {{number}} at {{branch}}, pick up by {{until}}.
{{/lines}}

If you no longer want it, you can delete the reservation on the website, and the next in line gets it.`,
      short: 'Remember to pick up: {{#lines}}no. {{number}}, {{branch}}, by {{until}}. {{/lines}}',
    },
  },
})

export const interestSoon = declareTemplate<AboutReservations>({
  kind: 'interest-soon',
  label: { da: 'Interessedatoen nærmer sig', en: 'The interest date is near' },
  about: 'service',
  titleFields: ['title'],
  sample: SAMPLE,
  initial: {
    da: {
      subject: 'Din reservering udløber snart',
      body: `{{count}} udløber snart, uden at vi har kunnet skaffe det, du venter på.

${NAMED}udløber {{until}}.
{{/lines}}

Vil du blive ved med at vente, kan du forlænge på hjemmesiden.`,
      short: '{{count}} udløber snart: {{#lines}}{{until}}. {{/lines}}Forlæng på hjemmesiden.',
    },
    en: {
      subject: 'Your reservation ends soon',
      body: `{{count}} ending soon; we have not been able to get what you wait for.

${NAMED}ends on {{until}}.
{{/lines}}

If you want to go on waiting, you can extend it on the website.`,
      short: '{{count}} ending soon: {{#lines}}{{until}}. {{/lines}}Extend on the website.',
    },
  },
})

export const reservationsExpired = declareTemplate<AboutReservations>({
  kind: 'reservation-expired',
  label: { da: 'Reservering udløbet', en: 'Reservation expired' },
  about: 'service',
  titleFields: ['title'],
  sample: SAMPLE,
  initial: {
    da: {
      subject: 'Din reservering er udløbet',
      body: `{{count}} er udløbet og slettet.

${NAMED}udløb {{until}}.
{{/lines}}`,
      short: '{{count}} er udløbet og slettet.',
    },
    en: {
      subject: 'Your reservation has expired',
      body: `{{count}} expired and deleted.

${NAMED}ended on {{until}}.
{{/lines}}`,
      short: '{{count}} expired and deleted.',
    },
  },
})

export const reservationDeleted = declareTemplate<AboutReservations>({
  kind: 'reservation-deleted',
  label: { da: 'Reservering slettet af biblioteket', en: 'Reservation deleted by the library' },
  about: 'service',
  titleFields: ['title'],
  sample: SAMPLE,
  initial: {
    da: {
      subject: 'Din reservering er slettet',
      body: `Biblioteket har slettet {{count}}.

${NAMED}
{{/lines}}

Spørg os, hvis du er i tvivl om hvorfor.`,
      short: 'Biblioteket har slettet {{count}}. Spørg os, hvis du er i tvivl.',
    },
    en: {
      subject: 'Your reservation has been deleted',
      body: `The library has deleted {{count}}.

${NAMED}
{{/lines}}

Ask us if you wonder why.`,
      short: 'The library has deleted {{count}}. Ask us if you wonder why.',
    },
  },
})

export const cannotBeObtained = declareTemplate<AboutReservations>({
  kind: 'cannot-be-obtained',
  label: { da: 'Kan ikke skaffes', en: 'Cannot be obtained' },
  about: 'service',
  titleFields: ['title'],
  sample: SAMPLE,
  initial: {
    da: {
      subject: 'Det, du har reserveret, kan ikke skaffes',
      body: `Det sidste eksemplar er væk eller kasseret, så {{count}} er slettet.

${NAMED}
{{/lines}}

Spørg os, om vi kan skaffe det på en anden måde.`,
      short: 'Det sidste eksemplar er væk, så {{count}} er slettet.',
    },
    en: {
      subject: 'What you reserved cannot be obtained',
      body: `The last copy is lost or withdrawn, so {{count}} deleted.

${NAMED}
{{/lines}}

Ask us whether we can get it in another way.`,
      short: 'The last copy is gone, so {{count}} deleted.',
    },
  },
})

export const reservationsTemplates: readonly AnyTemplate[] = [
  reservationReady,
  pickupSoon,
  interestSoon,
  reservationsExpired,
  reservationDeleted,
  cannotBeObtained,
  pickupMoved,
]
