import { type Language, type Text2, unreachable } from '#core'
import type { NewsRefusal } from './subscribe.ts'

/** What is said of newsletters and news by text message. */
export const texts = {
  news: { da: 'Nyhedsbreve', en: 'Newsletters' },
  lead: {
    da: 'Vælg det, du vil have. Vi skriver kun, hvis du har sagt ja, og du kan melde dig fra, når du vil.',
    en: 'Choose what you want. We write only if you have said yes, and you can sign off whenever you like.',
  },
  none: {
    da: 'Biblioteket har ingen nyhedsbreve at melde sig til lige nu.',
    en: 'The library has no newsletters to sign up for just now.',
  },
  byEmail: { da: 'Nyheder på e-mail', en: 'News by e-mail' },
  bySms: { da: 'Nyheder på sms', en: 'News by text message' },
  smsForPatrons: {
    da: 'Log ind for at melde dig til, eller spørg på biblioteket.',
    en: 'Sign in to sign up, or ask at the library.',
  },
  smsNeedsPhone: {
    da: 'Skriv først dit telefonnummer under Hvordan vi når dig.',
    en: 'First enter your telephone number under How we reach you.',
  },
  name: { da: 'Navn', en: 'Name' },
  email: { da: 'E-mail', en: 'E-mail' },
  phone: { da: 'Telefon', en: 'Telephone' },
  signUp: { da: 'Meld mig til', en: 'Sign me up' },
  consentEmail: {
    da: 'Ja, biblioteket må sende mig de nyhedsbreve, jeg har valgt, på e-mail. Jeg kan melde mig fra når som helst.',
    en: 'Yes, the library may send me the newsletters I have chosen by e-mail. I can sign off at any time.',
  },
  consentSms: {
    da: 'Ja, biblioteket må sende mig det, jeg har valgt, på sms. Jeg kan melde mig fra når som helst.',
    en: 'Yes, the library may send me what I have chosen by text message. I can sign off at any time.',
  },
  thanks: {
    da: 'Tak. Er din e-mail ny for os, har vi sendt et link, som du skal følge, før vi skriver.',
    en: 'Thank you. If your e-mail address is new to us, we have sent a link to follow before we write.',
  },
  thanksSms: { da: 'Tak. Du er meldt til.', en: 'Thank you. You are signed up.' },
  yours: { da: 'Det får du', en: 'What you get' },
  to: (address: string): Text2 => ({ da: `Til ${address}`, en: `To ${address}` }),
  leave: { da: 'Meld fra', en: 'Sign off' },
  leaveNamed: (name: string): Text2 => ({ da: `Meld fra: ${name}`, en: `Sign off: ${name}` }),
  leaveTitle: { da: 'Meld dig fra', en: 'Sign off' },
  leaveLead: {
    da: 'Så sletter vi din tilmelding med det samme og skriver ikke mere.',
    en: 'We then delete your sign-up at once and write no more.',
  },
  left: { da: 'Du er meldt fra, og tilmeldingen er slettet.', en: 'You are signed off, and the sign-up is deleted.' },
  confirmTitle: { da: 'Bekræft din tilmelding', en: 'Confirm your sign-up' },
  confirmLead: {
    da: 'Tryk på knappen, hvis det er dig, der har bedt om nyhedsbrevet.',
    en: 'Press the button if it is you who asked for the newsletter.',
  },
  confirm: { da: 'Ja, det er mig', en: 'Yes, it is me' },
  confirmed: { da: 'Tak. Nu er du meldt til.', en: 'Thank you. You are signed up now.' },
  unknownKey: {
    da: 'Linket er ikke kendt. Måske er du allerede meldt fra, eller der er gået mere end en uge.',
    en: 'The link is not known. Perhaps you are signed off already, or more than a week has passed.',
  },

  deskLead: {
    da: 'Lav nyhedsbreve, send dem til dem, der har meldt sig til, og meld nogen til eller fra, når de beder om det.',
    en: 'Make newsletters, send them to those who have signed up, and sign somebody up or off when they ask.',
  },
  notOffered: {
    da: 'Privatlivspolitikken siger ikke, hvornår en tilmelding slettes, eller hvem der sender. Derfor sendes ingen nyheder.',
    en: 'The privacy policy does not say when a sign-up is deleted, or who sends the news, so none is sent.',
  },
  readers: { da: 'Får det', en: 'Readers' },
  lastSent: { da: 'Sidst sendt', en: 'Last sent' },
  never: { da: 'aldrig', en: 'never' },
  onItsWay: { da: 'på vej', en: 'on its way' },
  closed: { da: 'Lukket', en: 'Closed' },
  way: { da: 'Sendes på', en: 'Goes by' },
  channels: { email: { da: 'e-mail', en: 'e-mail' }, sms: { da: 'sms', en: 'text message' } },
  make: { da: 'Nyt nyhedsbrev', en: 'New newsletter' },
  newName: { da: 'Hvad det hedder', en: 'What it is called' },
  about: { da: 'Hvad det handler om', en: 'What it is about' },
  made: { da: 'Nyhedsbrevet er lavet.', en: 'The newsletter is made.' },
  close: { da: 'Luk', en: 'Close' },
  closeNamed: (name: string): Text2 => ({ da: `Luk ${name}`, en: `Close ${name}` }),
  closedNow: {
    da: 'Nyhedsbrevet er lukket, og alle tilmeldinger er slettet.',
    en: 'The newsletter is closed, and all sign-ups are deleted.',
  },
  write: { da: 'Skriv og send', en: 'Write and send' },
  which: { da: 'Nyhedsbrev', en: 'Newsletter' },
  subject: { da: 'Emne', en: 'Subject' },
  subjectHint: { da: 'Sendes ikke med på sms.', en: 'Not part of a text message.' },
  body: { da: 'Tekst', en: 'Text' },
  bodyHint: {
    da: 'Et link til at melde sig fra sættes selv på til sidst.',
    en: 'A link for signing off is added at the end by itself.',
  },
  send: { da: 'Send til alle, der har meldt sig til', en: 'Send to everyone who has signed up' },
  sending: { da: 'Sendes nu.', en: 'On its way.' },
  enter: { da: 'Meld nogen til på sms', en: 'Sign somebody up by text message' },
  saidYes: {
    da: 'Personen har selv sagt ja til at få nyheder på sms',
    en: 'The person has said yes to news by text message',
  },
  spoken: {
    da: 'Sagt til personalet: Ja til at få nyheder på sms.',
    en: 'Said to staff: Yes to news by text message.',
  },
  entered: { da: 'Personen er meldt til.', en: 'The person is signed up.' },
  signOff: { da: 'Meld nogen fra', en: 'Sign somebody off' },
  address: { da: 'E-mail eller telefon', en: 'E-mail or telephone' },
  signedOff: (count: number): Text2 => ({
    da: count === 0 ? 'Ingen er meldt til med den adresse.' : `Meldt fra: ${count}.`,
    en: count === 0 ? 'Nobody is signed up with that address.' : `Signed off: ${count}.`,
  }),
  missing: { da: 'Udfyld feltet', en: 'Fill in this field' },
  noCpr: { da: 'Der står et CPR-nummer. Fjern det.', en: 'There is a CPR number. Remove it.' },
} as const

/** Why somebody was not signed up, and at which field. */
export function newsRefusalText({ kind }: NewsRefusal): Text2 {
  switch (kind) {
    case 'not-offered':
      return texts.none
    case 'nothing-chosen':
      return { da: 'Vælg mindst ét nyhedsbrev', en: 'Choose at least one newsletter' }
    case 'no-name':
      return { da: 'Skriv dit navn', en: 'Write your name' }
    case 'bad-address':
      return {
        da: 'Skriv en e-mailadresse som navn@eksempel.dk eller et telefonnummer',
        en: 'Write an e-mail address such as name@example.com, or a telephone number',
      }
    case 'no-consent':
      return { da: 'Sæt kryds, hvis du vil have det', en: 'Tick the box if you want it' }
    case 'not-allowed':
      return { da: 'Log ind først', en: 'Sign in first' }
    default:
      return unreachable(kind)
  }
}

/** The letter with the link that signs off below it. */
export function newsText({ body }: { readonly body: string }, link: string, language: Language): string {
  return `${body.trim()}\n\n${language === 'da' ? `Meld dig fra: ${link}` : `Sign off: ${link}`}`
}

export function confirmText(link: string, language: Language): { subject: string; body: string } {
  return language === 'da'
    ? {
        subject: 'Bekræft din tilmelding',
        body: `Nogen har bedt om bibliotekets nyhedsbrev til denne adresse. Er det dig, så følg linket:\n\n${link}\n\nEr det ikke dig, skal du intet gøre. Så sletter vi adressen inden for en uge.`,
      }
    : {
        subject: 'Confirm your sign-up',
        body: `Somebody has asked for the library’s newsletter at this address. If it is you, follow the link:\n\n${link}\n\nIf it is not you, you need do nothing. We then delete the address within a week.`,
      }
}
