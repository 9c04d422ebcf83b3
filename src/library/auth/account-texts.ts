import type { Text2 } from '#core'

/** What staff read about their own account: the second factor and the browsers they are signed in with. */
export const accountTexts = {
  yourAccount: { da: 'Din adgang', en: 'Your access' },
  sessions: { da: 'Hvor du er logget ind', en: 'Where you are signed in' },
  sessionsLead: {
    da: 'Her er de browsere, du er logget ind i. Vi gemmer hverken adresse eller slags; tidspunktet er det eneste, vi ved.',
    en: 'These are the browsers you are signed in with. We keep neither their address nor their kind; the time is all we know.',
  },
  browser: { da: 'Browser', en: 'Browser' },
  from: { da: 'Logget ind', en: 'Signed in' },
  until: { da: 'Gælder til', en: 'Until' },
  thisBrowser: { da: 'Denne browser', en: 'This browser' },
  otherBrowser: { da: 'En anden browser', en: 'Another browser' },
  signOutEverywhere: { da: 'Log ud alle steder', en: 'Sign out everywhere' },
  signOutEverywhereText: {
    da: 'Brug knappen, hvis du har glemt at logge ud et sted. Du bliver også logget ud her.',
    en: 'Use the button if you forgot to sign out somewhere. You are signed out here too.',
  },
  signedOutEverywhere: { da: 'Du er logget ud alle steder', en: 'You are signed out everywhere' },
  secondFactor: { da: 'Engangskode ved login', en: 'One-time code at sign-in' },
  enrolLead: {
    da: 'Med en engangskode fra din telefon hjælper det ingen at kende din adgangskode.',
    en: 'With a one-time code from your phone, knowing your password helps nobody.',
  },
  enrolRequired: {
    da: 'Biblioteket kræver en engangskode ved login. Gør dette én gang, så er du logget ind.',
    en: 'The library asks for a one-time code at sign-in. Do this once and you are signed in.',
  },
  stepApp: {
    da: 'Åbn din app til engangskoder, og tilføj en konto. Har du ingen app, så hent en, for eksempel den, din kommune anbefaler.',
    en: 'Open your app for one-time codes and add an account. If you have none, get one, such as the one your municipality recommends.',
  },
  stepScan: { da: 'Scan billedet.', en: 'Scan the picture.' },
  stepKey: {
    da: 'Kan du ikke scanne, så skriv denne nøgle i appen:',
    en: 'If you cannot scan, type this key into the app:',
  },
  stepCode: {
    da: 'Skriv den kode på seks cifre, som appen viser nu.',
    en: 'Enter the six digits that the app shows now.',
  },
  qr: {
    da: 'Billede med nøglen til din app. Nøglen står som tekst nedenfor.',
    en: 'Picture of the key for your app. The key is written as text below.',
  },
  code: { da: 'Kode fra appen', en: 'Code from the app' },
  codeOrRecovery: { da: 'Kode fra appen eller gendannelseskode', en: 'Code from the app, or a recovery code' },
  codeHint: { da: 'Seks cifre, som skifter hvert halve minut', en: 'Six digits that change every half minute' },
  codeOrRecoveryHint: {
    da: 'Seks cifre fra appen. Har du ikke telefonen, så brug en gendannelseskode på seksten tegn.',
    en: 'Six digits from the app. If you do not have the phone, use a recovery code of sixteen characters.',
  },
  noCode: { da: 'Skriv koden', en: 'Enter the code' },
  wrongCode: {
    da: 'Koden passer ikke, eller den er brugt. Vent på den næste kode i appen, og skriv den.',
    en: 'The code does not fit, or has been used. Wait for the next one in the app and enter it.',
  },
  lockedCode: {
    da: 'Der er skrevet for mange forkerte koder. Vent et kvarter, og log ind igen.',
    en: 'Too many wrong codes have been entered. Wait a quarter of an hour and sign in again.',
  },
  tryOver: {
    da: 'Der gik mere end fem minutter, eller noget er ændret. Log ind forfra.',
    en: 'More than five minutes have passed, or something has changed. Sign in from the beginning.',
  },
  enterCode: { da: 'Skriv din engangskode', en: 'Enter your one-time code' },
  lostPhone: {
    da: 'Er telefonen væk, og har du ingen gendannelseskoder, så kan en administrator fjerne kravet om kode.',
    en: 'If the phone is gone and you have no recovery codes, an administrator can remove the code.',
  },
  offerOver: {
    da: 'Der gik mere end ti minutter, så billedet er et nyt. Slet kontoen i appen, scan igen, og skriv koden.',
    en: 'More than ten minutes have passed, so the picture is a new one. Delete the account in the app, scan again and enter the code.',
  },
  beginAgain: { da: 'Log ind forfra', en: 'Sign in from the beginning' },
  next: { da: 'Fortsæt', en: 'Continue' },
  enrol: { da: 'Brug engangskode', en: 'Use one-time codes' },
  hasFactor: { da: 'Du logger ind med engangskode.', en: 'You sign in with a one-time code.' },
  elsewhere: {
    da: 'Du logger ind gennem kommunen, som selv spørger efter det, den kræver.',
    en: 'You sign in through the municipality, which asks for whatever it requires.',
  },
  recovery: { da: 'Gendannelseskoder', en: 'Recovery codes' },
  recoveryLead: {
    da: 'Skriv koderne ned eller print dem, og gem dem et sikkert sted. Hver kode kan bruges én gang i stedet for telefonen. De vises ikke igen.',
    en: 'Write the codes down or print them, and keep them somewhere safe. Each can be used once instead of the phone. They are not shown again.',
  },
  enrolled: {
    da: 'Engangskoder er slået til. Her er dine gendannelseskoder.',
    en: 'One-time codes are on. Here are your recovery codes.',
  },
  renewed: {
    da: 'Her er dine nye gendannelseskoder. De gamle gælder ikke længere.',
    en: 'Here are your new recovery codes. The old ones are no longer valid.',
  },
  haveKept: { da: 'Jeg har gemt koderne', en: 'I have kept the codes' },
  renew: { da: 'Lav nye gendannelseskoder', en: 'Make new recovery codes' },
  renewText: {
    da: 'De gamle koder holder op med at virke. Skriv en kode fra appen for at vise, at det er dig.',
    en: 'The old codes stop working. Enter a code from the app to show that it is you.',
  },
  remove: { da: 'Log ind uden engangskode', en: 'Sign in without a one-time code' },
  removeText: {
    da: 'Du bliver logget ud alle steder. Skal du skifte telefon, så gør dette først, og slå koder til igen bagefter.',
    en: 'You are signed out everywhere. If you are changing phones, do this first and turn codes on again afterwards.',
  },
  replace: { da: 'Skift til en anden telefon', en: 'Move to another phone' },
  replaceText: {
    da: 'Du bliver logget ud alle steder og sætter den nye telefon op, næste gang du logger ind.',
    en: 'You are signed out everywhere and set the new phone up the next time you sign in.',
  },
  removed: {
    da: 'Engangskoden er fjernet, og du er logget ud alle steder',
    en: 'The one-time code is removed, and you are signed out everywhere',
  },
} as const satisfies Record<string, Text2>

export function recoveryLeft(count: number): Text2 {
  if (count === 1) return { da: 'Du har én gendannelseskode tilbage.', en: 'You have one recovery code left.' }
  return { da: `Du har ${count} gendannelseskoder tilbage.`, en: `You have ${count} recovery codes left.` }
}
