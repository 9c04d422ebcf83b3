import type { Text2 } from '#core'

export const consentTexts = {
  title: { da: 'Samtykker', en: 'Consents' },
  lead: {
    da: 'Noget gør biblioteket kun, hvis du har sagt ja. Du kan altid trække et ja tilbage; det er lige så let som at give det.',
    en: 'Some things the library does only if you have said yes. You can always take a yes back; that is as easy as giving it.',
  },
  given: { da: 'Det har du sagt ja til', en: 'What you have said yes to' },
  noneGiven: { da: 'Du har ikke sagt ja til noget.', en: 'You have not said yes to anything.' },
  givenOn: (day: string): Text2 => ({ da: `Givet den ${day}`, en: `Given on ${day}` }),
  byGuardian: { da: 'Givet af en forælder eller værge', en: 'Given by a parent or guardian' },
  wording: (text: string): Text2 => ({
    da: `Teksten, du sagde ja til: “${text}”`,
    en: `The text you said yes to: “${text}”`,
  }),
  withdraw: { da: 'Træk tilbage', en: 'Withdraw' },
  withdrawOf: (what: string): Text2 => ({ da: `Træk tilbage: ${what}`, en: `Withdraw: ${what}` }),
  offered: { da: 'Det kan du sige ja til', en: 'What you can say yes to' },
  noneOffered: {
    da: 'Biblioteket beder ikke om samtykke til mere.',
    en: 'The library asks for consent to nothing else.',
  },
  give: { da: 'Ja, det må I gerne', en: 'Yes, you may' },
  giveTo: (what: string): Text2 => ({ da: `Ja til: ${what}`, en: `Yes to: ${what}` }),
  withdrawn: { da: 'Det har du trukket tilbage', en: 'What you have taken back' },
  withdrawnOn: (day: string): Text2 => ({ da: `Trukket tilbage den ${day}`, en: `Withdrawn on ${day}` }),
  saidYes: { da: 'Dit ja er gemt.', en: 'Your yes has been kept.' },
  takenBack: { da: 'Dit samtykke er trukket tilbage.', en: 'Your consent has been withdrawn.' },
  refused: {
    unknown: { da: 'Du er ikke længere låner her.', en: 'You are no longer a patron here.' },
    restricted: {
      da: 'Behandlingen af dine oplysninger er begrænset. Tal med personalet først.',
      en: 'The processing of your data is restricted. Talk to the staff first.',
    },
    'already-given': { da: 'Det har du allerede sagt ja til.', en: 'You have said yes to that already.' },
    'not-given': { da: 'Det er allerede trukket tilbage.', en: 'That has been withdrawn already.' },
    'no-such-purpose': {
      da: 'Biblioteket beder ikke længere om det samtykke.',
      en: 'The library no longer asks for that consent.',
    },
  },
  guardianNeeded: (under: number): Text2 => ({
    da: `Du er under ${under} år, så en forælder eller værge skal sige ja. Det kan de gøre på biblioteket.`,
    en: `You are under ${under}, so a parent or guardian must say yes. They can do so at the library.`,
  }),
} as const
