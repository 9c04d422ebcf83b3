import type { Text2 } from '#core'

export const texts = {
  heading: { da: 'Lånet', en: 'The loan' },
  onLoan: (due: string): Text2 => ({ da: `Udlånt. Afleveres senest ${due}.`, en: `On loan. Due ${due}.` }),
  overdue: (due: string): Text2 => ({
    da: `Udlånt. Skulle være afleveret ${due}.`,
    en: `On loan. It was due ${due}.`,
  }),
  returned: (when: string): Text2 => ({
    da: `Sidst afleveret ${when}. Biblioteket ved stadig, hvem der havde det.`,
    en: `Last returned ${when}. The library still knows who had it.`,
  }),
  ask: { da: 'Hvorfor skal du vide, hvem låneren er?', en: 'Why do you need to know who the patron is?' },
  askHint: {
    da: 'Opslaget bliver skrevet ned, og låneren kan se det.',
    en: 'The look is written down, and the patron can see it.',
  },
  askMissing: { da: 'Vælg, hvorfor du skal vide det.', en: 'Choose why you need to know.' },
  choose: { da: 'Vælg', en: 'Choose' },
  show: { da: 'Vis lånernummeret', en: 'Show the patron number' },
  whoHas: { da: 'Hvem har materialet?', en: 'Who has the item?' },
  whoHad: { da: 'Hvem havde materialet?', en: 'Who had the item?' },
  patron: (number: string): Text2 => ({ da: `Låner ${number}`, en: `Patron ${number}` }),
  open: { da: 'Åbn låneren', en: 'Open the patron' },
  back: { da: 'Tilbage til eksemplaret', en: 'Back to the item' },
  nobody: {
    da: 'Ingen har det, og biblioteket ved ikke længere, hvem der havde det sidst.',
    en: 'Nobody has it, and the library no longer knows who had it last.',
  },
} as const

/** Why staff may need to know who has an item, as the access log tells it. */
export const REASONS = {
  awaited: { da: 'Nogen venter på materialet', en: 'Somebody waits for the item' },
  inside: { da: 'Der lå noget i materialet', en: 'Something was left in the item' },
  damaged: { da: 'Materialet er beskadiget, eller noget mangler', en: 'The item is damaged or something is missing' },
  asked: { da: 'Låneren spørger', en: 'The patron asks' },
} as const satisfies Readonly<Record<string, Text2>>

export const LOOKED = { da: 'hvem der har eller havde et eksemplar', en: 'who has or had an item' } as const
