import { type Text2, unreachable } from '#core'
import type { AddClientRefusal } from './clients.ts'
import { ATTRIBUTES, type Attribute, CODE_MINUTES } from './rules.ts'

export const texts = {
  title: { da: 'Log ind med dit bibliotek', en: 'Sign in with your library' },
  chooseLibrary: { da: 'Vælg dit bibliotek', en: 'Choose your library' },
  otherLibrary: { da: 'Vælg et andet bibliotek', en: 'Choose another library' },
  for: (client: string): Text2 => ({
    da: `Du er ved at logge ind på ${client}.`,
    en: `You are about to sign in to ${client}.`,
  }),
  told: (client: string): Text2 => ({
    da: `Når du logger ind, får ${client} dette at vide fra biblioteket:`,
    en: `When you sign in, the library tells ${client} this:`,
  }),
  toldNothing: (client: string): Text2 => ({
    da: `${client} får ikke andet at vide, end at du er logget ind.`,
    en: `${client} is told nothing but that you have signed in.`,
  }),
  neverPin: { da: 'Din pinkode bliver hos biblioteket.', en: 'Your PIN stays with the library.' },
  presented: { da: 'Lånerkort, lånernummer eller CPR-nummer', en: 'Library card, patron number or CPR number' },
  pin: { da: 'Pinkode', en: 'PIN' },
  noPresented: {
    da: 'Skriv nummeret på dit lånerkort, dit lånernummer eller dit CPR-nummer',
    en: 'Enter the number of your library card, your patron number or your CPR number',
  },
  noPin: { da: 'Skriv din pinkode', en: 'Enter your PIN' },
  wrong: {
    da: 'Nummeret eller pinkoden passer ikke. Skriv begge igen.',
    en: 'The number or the PIN does not fit. Enter both again.',
  },
  locked: {
    da: 'Der er forsøgt for mange gange. Vent lidt, og prøv igen, eller spørg biblioteket om en ny pinkode.',
    en: 'There have been too many tries. Wait a while and try again, or ask the library for a new PIN.',
  },
  signIn: { da: 'Log ind', en: 'Sign in' },
  withMitid: { da: 'Log ind med MitID', en: 'Sign in with MitID' },
  withPin: { da: 'Log ind med kort og pinkode', en: 'Sign in with card and PIN' },
  signedOut: { da: 'Du er logget ud', en: 'You are signed out' },
  signedOutText: {
    da: 'Hjemmesiden eller appen har ikke længere adgang til dig hos biblioteket.',
    en: 'The website or app no longer has access to you at the library.',
  },
  backTo: (client: string): Text2 => ({ da: `Tilbage til ${client}`, en: `Back to ${client}` }),
  tryAgain: { da: 'Prøv igen', en: 'Try again' },
} as const

export const refusalTexts = {
  'bad-request': {
    heading: { da: 'Adressen kan ikke bruges', en: 'This address cannot be used' },
    text: {
      da: 'Hjemmesiden eller appen har sendt dig hertil på en måde, vi ikke forstår. Gå tilbage, og prøv igen derfra.',
      en: 'The website or app has sent you here in a way that we do not understand. Go back and try again from there.',
    },
  },
  'unknown-client': {
    heading: { da: 'Vi kender ikke hjemmesiden', en: 'We do not know this website' },
    text: {
      da: 'Den hjemmeside eller app, du kommer fra, kan ikke bruge bibliotekets login.',
      en: 'The website or app that you come from cannot use the library’s sign-in.',
    },
  },
  'unknown-redirect': {
    heading: { da: 'Vi sender dig ikke tilbage', en: 'We will not send you back' },
    text: {
      da: 'Den adresse, du skulle sendes tilbage til, er ikke aftalt med biblioteket. Derfor stopper vi her.',
      en: 'The address that you were to be sent back to has not been agreed with the library. So we stop here.',
    },
  },
  unavailable: {
    heading: { da: 'Biblioteket kan ikke nås lige nu', en: 'The library cannot be reached right now' },
    text: { da: 'Vent lidt, og prøv igen.', en: 'Wait a while and try again.' },
  },
  mitid: {
    heading: { da: 'MitID blev ikke til noget', en: 'Signing in with MitID did not work' },
    text: {
      da: 'Login med MitID blev afbrudt eller tog for lang tid. Du er ikke logget ind.',
      en: 'Signing in with MitID was broken off or took too long. You are not signed in.',
    },
  },
} as const satisfies Record<string, { heading: Text2; text: Text2 }>

export const attributeTexts: Readonly<Record<Attribute, Text2>> = {
  uniqueId: {
    da: 'en nøgle, der genkender dig uden at sige, hvem du er',
    en: 'a key that knows you again without saying who you are',
  },
  municipality: { da: 'din kommune', en: 'your municipality' },
  municipalityAgencyId: { da: 'din kommunes bibliotek', en: 'your municipality’s library' },
  cpr: { da: 'dit CPR-nummer', en: 'your CPR number' },
  userId: { da: 'dit lånernummer', en: 'your patron number' },
  idpUsed: { da: 'om du brugte MitID eller pinkode', en: 'whether you used MitID or a PIN' },
  agencies: { da: 'hvilket bibliotek du er låner hos', en: 'which library you are a patron of' },
  libraries: { da: 'hvilket bibliotek du er låner hos', en: 'which library you are a patron of' },
}

/** For `error_description`, which is read by who writes a client and may hold ASCII only (RFC 6749 § 5.2). */
export const machineTexts = {
  badFields: 'each field may be given once, as text of reasonable length',
  badClient: 'unknown client, or not its secret',
  noGrantType: 'grant_type is missing',
  grantTypes: 'grant_type is authorization_code or password',
  noCode: 'code and redirect_uri are both needed',
  badCode: `the code is unknown, used, older than ${CODE_MINUTES} minutes, or for another client or redirect_uri`,
  noPassword: 'username and password are both needed',
  unknownAgency: 'unknown agency',
  wrongPin: 'unknown user, or not the password',
  locked: 'too many tries; wait before the next',
  noToken: 'access_token is missing',
  badToken: 'the token is unknown, expired or revoked',
} as const

/** Why a client was not entered; for the command line. */
export function addClientRefusalText(refusal: AddClientRefusal): Text2 {
  switch (refusal.kind) {
    case 'bad-id':
      return {
        da: 'Et id har to til tres tegn: små bogstaver, tal og bindestreg, og begynder ikke med bindestreg.',
        en: 'An id has two to sixty characters: lower-case letters, digits and hyphens, and does not begin with a hyphen.',
      }
    case 'no-title':
      return { da: 'Skriv, hvad lånerne kender klienten som.', en: 'Say what patrons know the client as.' }
    case 'id-taken':
      return {
        da: 'Id’et er brugt, måske af en klient, der er lukket ude. Vælg et andet.',
        en: 'The id has been used, maybe by a client that was shut out. Choose another.',
      }
    case 'no-redirect':
      return {
        da: 'Angiv mindst én adresse at sende lånere tilbage til.',
        en: 'Give at least one address to send patrons back to.',
      }
    case 'bad-redirect':
      return {
        da: `Lånere kan ikke sendes tilbage til ${refusal.uri}. Adressen skal være hel og begynde med https:// eller et omvendt domænenavn, og den må ikke indeholde bruger, * eller #.`,
        en: `Patrons cannot be sent back to ${refusal.uri}. The address must be whole, begin with https:// or a reversed domain name, and hold no user, * or #.`,
      }
    case 'bad-attribute':
      return {
        da: `Om en låner fortælles ikke ${refusal.attribute}. Det, der kan fortælles, er: ${ATTRIBUTES.join(', ')}.`,
        en: `Of a patron ${refusal.attribute} is not told. What can be told: ${ATTRIBUTES.join(', ')}.`,
      }
    default:
      return unreachable(refusal)
  }
}
