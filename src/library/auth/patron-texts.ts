import type { Text2 } from '#core'
import type { MitIdRefusal } from './mitid.ts'
import { PIN_DIGITS, type PinFault } from './pin-rules.ts'

export const texts = {
  signIn: { da: 'Log ind', en: 'Sign in' },
  signOut: { da: 'Log ud', en: 'Sign out' },
  signedIn: { da: 'Du er logget ind', en: 'You are signed in' },
  signedOut: { da: 'Du er logget ud', en: 'You are signed out' },
  withCard: { da: 'Med lånerkort eller CPR-nummer', en: 'With library card or CPR number' },
  withMitId: { da: 'Med MitID', en: 'With MitID' },
  toMitId: { da: 'Log ind med MitID', en: 'Sign in with MitID' },
  aboutMitId: {
    da: 'Du bliver sendt til MitID og kommer tilbage hertil.',
    en: 'You are sent to MitID and come back here.',
  },
  presented: { da: 'Lånernummer, kortnummer eller CPR-nummer', en: 'Patron number, card number or CPR number' },
  pin: { da: 'Pinkode', en: 'PIN' },
  noPresented: {
    da: 'Skriv dit lånernummer, kortnummer eller CPR-nummer',
    en: 'Enter your patron number, card number or CPR number',
  },
  noPin: { da: 'Skriv din pinkode', en: 'Enter your PIN' },
  wrong: {
    da: 'Nummeret eller pinkoden passer ikke, eller kortet kan ikke bruges. Skriv begge igen, eller vælg en ny pinkode.',
    en: 'The number or the PIN does not fit, or the card cannot be used. Enter both again, or choose a new PIN.',
  },
  locked: {
    da: 'Der er forsøgt for mange gange. Vent et kvarter, og prøv igen, eller vælg en ny pinkode.',
    en: 'There have been too many tries. Wait a quarter of an hour and try again, or choose a new PIN.',
  },
  forgotten: { da: 'Glemt pinkode', en: 'Forgotten PIN' },
  lasts: {
    da: 'Du er logget ind i højst to timer på denne browser. Log ud, når du er færdig, især på bibliotekets egne skærme.',
    en: 'You stay signed in for at most two hours on this browser. Sign out when you are done, above all on the library’s own screens.',
  },
  toForgotten: { da: 'Jeg har glemt min pinkode eller har ingen', en: 'I have forgotten my PIN, or have none' },
  forgottenLead: {
    da: 'Skriv dit nummer. Har du givet biblioteket din e-mailadresse, sender vi et link, hvor du kan vælge en ny pinkode. Ellers kan du vælge en ny på biblioteket eller ved at logge ind med MitID, hvis biblioteket har det.',
    en: 'Enter your number. If you have given the library your e-mail address, we send a link where you can choose a new PIN. Otherwise you can choose a new one at the library, or by signing in with MitID where the library has it.',
  },
  sendLink: { da: 'Send link', en: 'Send link' },
  linkSent: {
    da: 'Hvis nummeret findes, og vi har en e-mailadresse til det, er der nu sendt et link',
    en: 'If the number exists and we have an e-mail address for it, a link has now been sent',
  },
  linkLasts: {
    da: 'Linket virker i en halv time og kun én gang. Kommer det ikke, så se i mappen med uønsket post, eller spørg på biblioteket.',
    en: 'The link works for half an hour and only once. If it does not come, look in the folder for unwanted mail, or ask at the library.',
  },
  choosePin: { da: 'Vælg ny pinkode', en: 'Choose a new PIN' },
  newPin: { da: 'Ny pinkode', en: 'New PIN' },
  newPinHint: {
    da: `${PIN_DIGITS} cifre. Ingen kan læse den bagefter, heller ikke personalet.`,
    en: `${PIN_DIGITS} digits. Nobody can read it afterwards, not even the staff.`,
  },
  againPin: { da: 'Ny pinkode igen', en: 'New PIN again' },
  notAlike: {
    da: 'De to pinkoder er ikke ens. Skriv den samme to gange.',
    en: 'The two PINs differ. Enter the same one twice.',
  },
  currentPin: { da: 'Nuværende pinkode', en: 'Current PIN' },
  wrongCurrent: {
    da: 'Det er ikke din nuværende pinkode. Skriv den igen.',
    en: 'This is not your current PIN. Enter it again.',
  },
  lockedCurrent: {
    da: 'Der er forsøgt for mange gange. Vent et kvarter, og prøv igen.',
    en: 'There have been too many tries. Wait a quarter of an hour and try again.',
  },
  pinChosen: {
    da: 'Din nye pinkode gælder nu. Du er logget ud alle andre steder.',
    en: 'Your new PIN is valid now. You are signed out everywhere else.',
  },
  pinChosenSignIn: {
    da: 'Din nye pinkode gælder nu. Log ind med den.',
    en: 'Your new PIN is valid now. Sign in with it.',
  },
  linkOver: { da: 'Linket virker ikke længere', en: 'The link no longer works' },
  linkOverText: {
    da: 'Det er brugt eller for gammelt. Bed om et nyt.',
    en: 'It has been used or is too old. Ask for a new one.',
  },
  askAgain: { da: 'Bed om et nyt link', en: 'Ask for a new link' },
  changePin: { da: 'Skift pinkode', en: 'Change PIN' },
  me: { da: 'Min side', en: 'My page' },
  who: { da: 'Hvem du er hos os', en: 'Who you are with us' },
  name: { da: 'Navn', en: 'Name' },
  number: { da: 'Lånernummer', en: 'Patron number' },
  means: { da: 'Logget ind med', en: 'Signed in with' },
  signInHeading: { da: 'Login og pinkode', en: 'Sign-in and PIN' },
  browsers: { da: 'Browsere, du er logget ind i', en: 'Browsers you are signed in with' },
  since: { da: 'Fra', en: 'From' },
  until: { da: 'Til', en: 'Until' },
  thisBrowser: { da: 'Denne browser', en: 'This browser' },
  anotherBrowser: { da: 'En anden browser', en: 'Another browser' },
  browser: { da: 'Browser', en: 'Browser' },
  everywhere: { da: 'Log ud alle steder', en: 'Sign out everywhere' },
  signedOutEverywhere: { da: 'Du er logget ud alle steder', en: 'You are signed out everywhere' },
  noPatron: {
    heading: { da: 'Du er ikke låner her endnu', en: 'You are not a patron here yet' },
    text: {
      da: 'MitID har sagt, hvem du er, men biblioteket har ingen låner med dit CPR-nummer. Kom forbi biblioteket for at blive låner.',
      en: 'MitID has said who you are, but the library has no patron with your CPR number. Come to the library to become a patron.',
    },
  },
  noMitId: {
    heading: { da: 'Biblioteket har ikke MitID', en: 'The library does not have MitID' },
    text: { da: 'Log ind med kort og pinkode.', en: 'Sign in with card and PIN.' },
  },
  resetMessage: (link: string, minutes: number) => ({
    da: {
      subject: 'Vælg en ny pinkode',
      body: `Du eller en anden har bedt om en ny pinkode til biblioteket. Vælg den her:\n\n${link}\n\nLinket virker i ${minutes} minutter og kun én gang. Har du ikke bedt om det, skal du ikke gøre noget: din pinkode er den samme som før.`,
    },
    en: {
      subject: 'Choose a new PIN',
      body: `You or someone else has asked for a new PIN for the library. Choose it here:\n\n${link}\n\nThe link works for ${minutes} minutes and only once. If you did not ask for it, do nothing: your PIN is the same as before.`,
    },
  }),
} as const

export const meansTexts: Readonly<Record<'pin' | 'mitid', Text2>> = {
  pin: { da: 'kort og pinkode', en: 'card and PIN' },
  mitid: { da: 'MitID', en: 'MitID' },
}

export const pinFaultTexts: Readonly<Record<PinFault, Text2>> = {
  'not-digits': {
    da: 'En pinkode har kun cifre. Vælg en uden bogstaver, mellemrum og tegn.',
    en: 'A PIN has digits only. Choose one without letters, spaces and signs.',
  },
  'wrong-length': {
    da: `En pinkode har ${PIN_DIGITS} cifre. Vælg en med lige så mange.`,
    en: `A PIN has ${PIN_DIGITS} digits. Choose one with just as many.`,
  },
}

const again: Text2 = {
  da: 'Svaret fra MitID kunne ikke bruges. Begynd forfra.',
  en: 'The answer from MitID could not be used. Begin again.',
}

/** What a page says when MitID did not sign someone in. */
export const mitIdTexts: Readonly<Record<MitIdRefusal['kind'], Text2>> = {
  denied: { da: 'Du afbrød hos MitID. Prøv igen, når du vil.', en: 'You stopped at MitID. Try again when you like.' },
  expired: { da: 'Det tog for lang tid. Begynd forfra.', en: 'It took too long. Begin again.' },
  replayed: again,
  'wrong-state': again,
  'wrong-issuer': again,
  'wrong-nonce': again,
  untrusted: again,
  'no-cpr': {
    da: 'MitID gav os ikke dit CPR-nummer. Log ind med kort og pinkode, eller spørg på biblioteket.',
    en: 'MitID did not give us your CPR number. Sign in with card and PIN, or ask at the library.',
  },
  'too-low': {
    da: 'Login hos MitID var ikke sikkert nok til at vise dine oplysninger. Brug MitID-appen, kodeviseren eller kodelæseren.',
    en: 'The MitID sign-in was not secure enough to show your data. Use the MitID app, code display or code reader.',
  },
  'mitid-down': {
    da: 'MitID svarer ikke lige nu. Prøv igen om lidt, eller log ind med kort og pinkode.',
    en: 'MitID does not answer at the moment. Try again in a while, or sign in with card and PIN.',
  },
}
