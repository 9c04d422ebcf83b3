import type { Text2 } from '#core'
import type { AddStaffRefusal, ChangeRolesRefusal, SetPasswordRefusal, StaffLeftRefusal } from './add-staff.ts'
import type { MunicipalRefusal } from './admit-municipal.ts'
import { LONGEST_PASSWORD, type PasswordFault, SHORTEST_PASSWORD } from './rules.ts'
import type { StaffOidcRefusal } from './staff-oidc.ts'

export const texts = {
  signIn: { da: 'Log ind', en: 'Sign in' },
  staffSignIn: { da: 'Log ind for personale', en: 'Staff sign-in' },
  forStaff: {
    da: 'Siden er for bibliotekets personale. Har du ingen bruger, så spørg en administrator.',
    en: 'This page is for the library’s staff. If you have no account, ask an administrator.',
  },
  username: { da: 'Brugernavn', en: 'Username' },
  password: { da: 'Adgangskode', en: 'Password' },
  lasts: {
    da: 'Du er logget ind i højst otte timer på denne browser. Log ud, når du går.',
    en: 'You stay signed in for at most eight hours on this browser. Sign out when you leave.',
  },
  noUsername: { da: 'Skriv dit brugernavn', en: 'Enter your username' },
  noPassword: { da: 'Skriv din adgangskode', en: 'Enter your password' },
  wrong: {
    da: 'Brugernavnet eller adgangskoden passer ikke. Skriv begge igen.',
    en: 'The username or the password does not fit. Enter both again.',
  },
  locked: {
    da: 'Der er forsøgt for mange gange. Vent et kvarter, og prøv igen, eller få en administrator til at give dig en ny adgangskode.',
    en: 'There have been too many tries. Wait a quarter of an hour and try again, or have an administrator give you a new password.',
  },
  signedIn: { da: 'Du er logget ind', en: 'You are signed in' },
  signOut: { da: 'Log ud', en: 'Sign out' },
  signedOut: { da: 'Du er logget ud', en: 'You are signed out' },
  changePassword: { da: 'Skift adgangskode', en: 'Change password' },
  currentPassword: { da: 'Nuværende adgangskode', en: 'Current password' },
  newPassword: { da: 'Ny adgangskode', en: 'New password' },
  newPasswordHint: {
    da: `Mindst ${SHORTEST_PASSWORD} tegn. Flere almindelige ord efter hinanden er lettest at huske.`,
    en: `At least ${SHORTEST_PASSWORD} characters. Several ordinary words in a row are easiest to remember.`,
  },
  repeatPassword: { da: 'Ny adgangskode igen', en: 'New password again' },
  notAlike: {
    da: 'De to nye adgangskoder er ikke ens. Skriv den samme to gange.',
    en: 'The two new passwords differ. Enter the same one twice.',
  },
  wrongCurrent: {
    da: 'Det er ikke din nuværende adgangskode. Skriv den igen.',
    en: 'This is not your current password. Enter it again.',
  },
  passwordChanged: {
    da: 'Adgangskoden er skiftet. Du er logget ud alle andre steder.',
    en: 'The password is changed. You are signed out everywhere else.',
  },
  passwordElsewhere: {
    da: 'Du logger ind gennem kommunen og har ingen adgangskode her. Skift den hos kommunen.',
    en: 'You sign in through the municipality and have no password here. Change it with the municipality.',
  },
  withMunicipality: { da: 'Log ind med kommunens login', en: 'Sign in with the municipality’s sign-in' },
  orLocal: { da: 'Eller log ind med en bruger her', en: 'Or sign in with an account here' },
} as const satisfies Record<string, Text2>

/** Why the municipality's sign-in did not end in one here. */
export const municipalRefusalTexts: Readonly<Record<(StaffOidcRefusal | MunicipalRefusal)['kind'], Text2>> = {
  declined: {
    da: 'Kommunens login afviste dig, eller du fortrød. Prøv igen, eller spørg kommunens it-afdeling.',
    en: 'The municipality’s sign-in turned you away, or you changed your mind. Try again, or ask the municipality’s IT department.',
  },
  untrusted: {
    da: 'Svaret fra kommunens login var for gammelt eller hørte ikke til dette forsøg. Begynd forfra.',
    en: 'The answer of the municipality’s sign-in was too old or did not belong to this try. Begin again.',
  },
  unreachable: {
    da: 'Kommunens login svarer ikke lige nu. Prøv igen om lidt.',
    en: 'The municipality’s sign-in does not answer now. Try again in a moment.',
  },
  'no-role': {
    da: 'Kommunen har ikke givet dig en rolle på biblioteket, så du er ikke logget ind. Spørg din leder.',
    en: 'The municipality has given you no role at the library, so you are not signed in. Ask your manager.',
  },
  left: {
    da: 'Din adgang til biblioteket er afsluttet, så du er ikke logget ind. Spørg en administrator.',
    en: 'Your access to the library has ended, so you are not signed in. Ask an administrator.',
  },
}

export const passwordFaultTexts: Readonly<Record<PasswordFault, Text2>> = {
  'too-short': {
    da: `Adgangskoden er for kort. Den skal have mindst ${SHORTEST_PASSWORD} tegn.`,
    en: `The password is too short. It needs at least ${SHORTEST_PASSWORD} characters.`,
  },
  'too-long': {
    da: `Adgangskoden er for lang. Den må have højst ${LONGEST_PASSWORD} tegn.`,
    en: `The password is too long. It may have at most ${LONGEST_PASSWORD} characters.`,
  },
  'holds-username': {
    da: 'Adgangskoden indeholder dit brugernavn. Vælg en anden.',
    en: 'The password contains your username. Choose another.',
  },
}

type Kind = (AddStaffRefusal | SetPasswordRefusal | StaffLeftRefusal | ChangeRolesRefusal)['kind']

/** Why access was not given or taken; for the command line too. */
export const staffRefusalTexts: Readonly<Record<Exclude<Kind, 'bad-password'>, Text2>> = {
  'not-allowed': {
    da: 'Kun en administrator kan give og fjerne adgang.',
    en: 'Only an administrator may give and take access.',
  },
  'bad-username': {
    da: 'Et brugernavn har mindst to tegn: små bogstaver, tal, punktum, bindestreg, understregning eller @.',
    en: 'A username has at least two characters: lower-case letters, digits, full stop, hyphen, underscore or @.',
  },
  'username-taken': { da: 'Brugernavnet er optaget. Vælg et andet.', en: 'The username is taken. Choose another.' },
  'no-name': { da: 'Skriv medarbejderens navn.', en: 'Enter the name of the member of staff.' },
  'no-role': { da: 'Vælg mindst én rolle.', en: 'Choose at least one role.' },
  unknown: {
    da: 'Medarbejderen findes ikke eller er stoppet.',
    en: 'There is no such member of staff, or they have left.',
  },
  wrong: { da: 'Den nuværende adgangskode er forkert.', en: 'The current password is wrong.' },
  'unknown-branch': { da: 'Filialen findes ikke. Vælg en anden.', en: 'There is no such branch. Choose another.' },
  'own-account': {
    da: 'Ingen ændrer sine egne roller eller sin egen adgang. Få en anden administrator til det.',
    en: 'Nobody changes their own roles or access. Have another administrator do it.',
  },
  'signs-in-elsewhere': {
    da: 'Medarbejderen logger ind gennem kommunen, som bestemmer roller og adgangskode.',
    en: 'This member of staff signs in through the municipality, which decides on roles and password.',
  },
}
