import { type Language, type Text2, unreachable } from '#core'
import type { TextFault, TextPart } from './template-text.ts'
import type { AnyTemplate } from './templates.ts'

/** What the pages about the texts of messages say. */
export const texts = {
  settings: { da: 'Indstillinger', en: 'Settings' },
  title: { da: 'Tekster i beskeder', en: 'Texts of messages' },
  lead: {
    da: 'Det, biblioteket skriver til lånerne. Vælg en besked for at se den med et eksempel og ændre teksten.',
    en: 'What the library writes to its patrons. Choose a message to see it with an example and change the text.',
  },
  notNamed: {
    email: {
      da: 'Privatlivspolitikken nævner ingen leverandør af e-mail. Derfor sendes der ingen.',
      en: 'The privacy policy names nobody who carries e-mail. So none is sent.',
    },
    sms: {
      da: 'Privatlivspolitikken nævner ingen leverandør af sms. Derfor sendes der ingen.',
      en: 'The privacy policy names nobody who carries text messages. So none are sent.',
    },
    push: {
      da: 'Privatlivspolitikken nævner ingen pushtjeneste. Derfor sendes der ingen push-beskeder.',
      en: 'The privacy policy names no push service. So no push messages are sent.',
    },
  },
  caption: { da: 'Beskeder', en: 'Messages' },
  message: { da: 'Besked', en: 'Message' },
  goesBy: { da: 'Sendes som', en: 'Goes by' },
  whose: { da: 'Teksten er', en: 'The text is' },
  standard: { da: 'Standard', en: 'Standard' },
  own: { da: 'Bibliotekets egen', en: 'The library’s own' },
  ownIn: (language: Language): Text2 =>
    language === 'da'
      ? { da: 'Bibliotekets egen på dansk', en: 'The library’s own in Danish' }
      : { da: 'Bibliotekets egen på engelsk', en: 'The library’s own in English' },
  hours: { da: 'Hvornår beskeder sendes', en: 'When messages are sent' },
  hoursHistory: { da: 'Se tidligere tider', en: 'See earlier hours' },
  hoursLead: {
    da: 'Sms og push-beskeder venter i de stille timer. E-mail og Digital Post sendes hele døgnet.',
    en: 'Text and push messages wait through the quiet hours. E-mail and Digital Post go at any hour.',
  },
  quietFrom: { da: 'Stille fra', en: 'Quiet from' },
  quietUntil: { da: 'Stille til', en: 'Quiet until' },
  hourHint: { da: 'Et klokkeslæt, for eksempel 21:00', en: 'A time, such as 21:00' },
  hourWrong: { da: 'Skriv et klokkeslæt som 21:00', en: 'Write a time such as 21:00' },
  bundle: { da: 'Saml det, der sker inden for så mange minutter', en: 'Gather what happens within so many minutes' },
  bundleHint: {
    da: 'Bliver flere reserveringer klar lige efter hinanden, får låneren én besked. 0 betyder straks.',
    en: 'When several reservations become ready one after another, the patron gets one message. 0 means at once.',
  },
  bundleWrong: { da: 'Skriv et antal minutter fra 0 til 1440', en: 'Write a number of minutes from 0 to 1440' },
  save: { da: 'Gem', en: 'Save' },
  saved: { da: 'Gemt. Det gælder fra nu af.', en: 'Saved. It applies from now on.' },
  preview: { da: 'Vis med et eksempel', en: 'Show with an example' },
  toStandard: { da: 'Tilbage til standardteksten', en: 'Back to the standard text' },
  standardAgain: { da: 'Beskeden har standardteksten igen.', en: 'The message has the standard text again.' },
  part: {
    subject: { da: 'Emne', en: 'Subject' },
    body: { da: 'Tekst', en: 'Text' },
    short: { da: 'Kort tekst til sms og push', en: 'Short text for text and push messages' },
  } satisfies Record<TextPart, Text2>,
  shortHint: (most: number): Text2 => ({
    da: `Højst ${most} tegn med eksemplet, og ingen titler`,
    en: `At most ${most} characters with the example, and no titles`,
  }),
  language: { da: { da: 'Dansk', en: 'Danish' }, en: { da: 'Engelsk', en: 'English' } } satisfies Record<
    Language,
    Text2
  >,
  fields: { da: 'Felter, du kan bruge', en: 'Fields you may use' },
  fieldsLead: {
    da: 'Skriv feltets navn i dobbelte tuborgklammer. Det, der står mellem {{#felt}} og {{/felt}}, kommer kun med, når feltet har et indhold, og én gang for hver linje i en liste. {{^felt}} er det modsatte.',
    en: 'Write the name of the field in double braces. What stands between {{#field}} and {{/field}} is there only when the field holds something, and once for each line of a list. {{^field}} is the opposite.',
  },
  field: { da: 'Felt', en: 'Field' },
  example: { da: 'Eksempel', en: 'Example' },
  titlesField: {
    da: 'Om titler må nævnes her: i e-mail kun, når låneren ønsker det',
    en: 'Whether titles may be named here: in e-mail only when the patron wants it',
  },
  isTitle: { da: '(kun mellem {{#titles}} og {{/titles}})', en: '(only between {{#titles}} and {{/titles}})' },
  aList: { da: 'En liste', en: 'A list' },
  yes: { da: 'ja', en: 'yes' },
  no: { da: 'nej', en: 'no' },
  shown: { da: 'Sådan ser beskeden ud', en: 'What the message looks like' },
  email: { da: 'E-mail', en: 'E-mail' },
  emailTitles: { da: 'E-mail med titler', en: 'E-mail with titles' },
  sms: (characters: number): Text2 => ({
    da: `Sms og push: ${characters} tegn`,
    en: `Text and push message: ${characters} characters`,
  }),
  letter: { da: 'Digital Post eller brev', en: 'Digital Post or letter' },
  history: { da: 'Ændringer', en: 'Changes' },
  when: { da: 'Hvornår', en: 'When' },
  who: { da: 'Af hvem', en: 'By whom' },
  see: { da: 'Se teksten fra dengang', en: 'See the text from then' },
  noHistory: { da: 'Teksten er aldrig ændret.', en: 'The text has never been changed.' },
  unknownStaff: { da: 'En medarbejder, der er holdt op', en: 'Somebody who has left' },
  older: {
    da: 'Dette er en tidligere tekst. Den gælder igen, hvis du gemmer den.',
    en: 'This is an earlier text. It applies again if you save it.',
  },
  readOnly: {
    da: 'Du kan se teksterne. De ændres af en medarbejder med rollen systemansvarlig.',
    en: 'You can see the texts. They are changed by a member of staff who administers the system.',
  },
  meanwhile: {
    da: 'En anden har ændret teksten, siden du åbnede siden. Din egen står herunder. Se, hvad den anden har skrevet, og gem igen, hvis din skal gælde.',
    en: 'Somebody else has changed the text since you opened the page. Yours is below. See what they have written, and save again if yours is the one to use.',
  },
  meanwhileHeading: { da: 'Teksten er ændret imens', en: 'The text has been changed meanwhile' },
  meanwhileHours: {
    da: 'En anden har ændret tiderne, siden du åbnede siden. Se dem igennem igen.',
    en: 'Somebody else has changed the hours since you opened the page. Look at them again.',
  },
} as const

export function aboutText(about: AnyTemplate['about']): Text2 {
  switch (about) {
    case 'service':
      return { da: 'E-mail, ellers sms; også push', en: 'E-mail, else text message; also push' }
    case 'claim':
      return { da: 'Digital Post eller brev', en: 'Digital Post or letter' }
    case 'decision':
      return { da: 'E-mail, ellers Digital Post eller brev', en: 'E-mail, else Digital Post or letter' }
    case 'receipt':
      return { da: 'E-mail', en: 'E-mail' }
    default:
      return unreachable(about)
  }
}

/** What is wrong with a text, and what to do about it. */
export function faultText(fault: TextFault): Text2 {
  switch (fault.kind) {
    case 'empty':
      return { da: 'Skriv en tekst', en: 'Write a text' }
    case 'not-mustache':
      return {
        da: 'Et felt er ikke lukket: se efter, at hver {{#felt}} har en {{/felt}}',
        en: 'A field is not closed: see that each {{#field}} has a {{/field}}',
      }
    case 'not-used-here':
      return {
        da: `Fjern {{${fault.tag}, som ikke kan bruges her`,
        en: `Remove {{${fault.tag}, which cannot be used here`,
      }
    case 'unknown-field':
      return {
        da: `Beskeden har intet felt, der hedder ${fault.field}. Se listen over felter.`,
        en: `The message has no field called ${fault.field}. See the list of fields.`,
      }
    case 'title-shown':
      return {
        da: `Feltet ${fault.field} viser, hvad låneren læser. Det må kun stå i selve teksten, mellem {{#titles}} og {{/titles}}.`,
        en: `The field ${fault.field} shows what the patron reads. It may only stand in the text itself, between {{#titles}} and {{/titles}}.`,
      }
    case 'too-long':
      return {
        da: `Den korte tekst er ${fault.characters} tegn med eksemplet og må højst være ${fault.most}`,
        en: `The short text is ${fault.characters} characters with the example and may be at most ${fault.most}`,
      }
    default:
      return unreachable(fault)
  }
}
