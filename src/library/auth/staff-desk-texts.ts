import type { StaffRole, Text2 } from '#core'
import type { StaffChangeRow, TerminalKind } from './tables.ts'
import type { AddTerminalRefusal, ChangeTerminalRefusal } from './terminals.ts'

export const deskTexts = {
  accounts: { da: 'Personalets adgang', en: 'Staff access' },
  accountsLead: {
    da: 'Her er de medarbejdere, der har eller har haft adgang. Giv hver de roller og filialer, arbejdet kræver, og ikke flere.',
    en: 'These are the members of staff who have or had access. Give each the roles and branches their work takes, and no more.',
  },
  terminals: { da: 'Automater og døre', en: 'Machines and doors' },
  terminalsLead: {
    da: 'Hver maskine logger ind med sit eget navn og sin egen nøgle, så den kan lukkes ude for sig.',
    en: 'Each machine signs in with a name and key of its own, so that it can be shut out by itself.',
  },
  name: { da: 'Navn', en: 'Name' },
  username: { da: 'Brugernavn', en: 'Username' },
  usernameHint: {
    da: 'Små bogstaver, tal, punktum, bindestreg, understregning eller @',
    en: 'Lower-case letters, digits, full stop, hyphen, underscore or @',
  },
  email: { da: 'E-mail', en: 'E-mail' },
  roles: { da: 'Roller', en: 'Roles' },
  branches: { da: 'Filialer', en: 'Branches' },
  branchesHint: {
    da: 'Vælger du ingen filial, gælder adgangen alle filialer.',
    en: 'If you choose no branch, the access is for all branches.',
  },
  allBranches: { da: 'Alle filialer', en: 'All branches' },
  signsIn: { da: 'Logger ind', en: 'Signs in' },
  withMunicipality: { da: 'Gennem kommunen', en: 'Through the municipality' },
  withPassword: { da: 'Med adgangskode', en: 'With a password' },
  withCode: { da: 'Med adgangskode og engangskode', en: 'With a password and a one-time code' },
  state: { da: 'Status', en: 'State' },
  active: { da: 'Har adgang', en: 'Has access' },
  left: { da: 'Stoppet', en: 'Left' },
  noStaff: { da: 'Ingen har adgang endnu.', en: 'Nobody has access yet.' },
  addStaff: { da: 'Giv en medarbejder adgang', en: 'Give a member of staff access' },
  firstPassword: { da: 'Første adgangskode', en: 'First password' },
  firstPasswordHint: {
    da: 'Giv den til medarbejderen selv, og bed om at få den skiftet med det samme.',
    en: 'Give it to the member of staff in person and ask them to change it at once.',
  },
  added: { da: 'Medarbejderen har fået adgang', en: 'The member of staff has access' },
  changeRoles: { da: 'Roller og filialer', en: 'Roles and branches' },
  saveRoles: { da: 'Gem roller og filialer', en: 'Save roles and branches' },
  rolesSaved: {
    da: 'Roller og filialer er gemt. Er noget ændret, skal medarbejderen logge ind igen.',
    en: 'Roles and branches are saved. If anything changed, they must sign in again.',
  },
  newPassword: { da: 'Ny adgangskode', en: 'New password' },
  setPassword: { da: 'Giv en ny adgangskode', en: 'Give a new password' },
  passwordSet: {
    da: 'Adgangskoden er skiftet, og medarbejderen er logget ud alle steder',
    en: 'The password is changed, and the member of staff is signed out everywhere',
  },
  removeFactor: { da: 'Fjern engangskoden', en: 'Remove the one-time code' },
  removeFactorText: {
    da: 'Brug det, når telefonen er væk. Se medarbejderen i øjnene først: et opkald kan komme fra hvem som helst.',
    en: 'Use this when the phone is gone. See the member of staff face to face first: a call can come from anyone.',
  },
  removeFactorConfirm: {
    da: 'Ja, fjern engangskoden og log medarbejderen ud alle steder',
    en: 'Yes, remove the one-time code and sign them out everywhere',
  },
  factorRemoved: {
    da: 'Engangskoden er fjernet, og medarbejderen er logget ud alle steder',
    en: 'The one-time code is removed, and the member of staff is signed out everywhere',
  },
  signOut: { da: 'Log ud alle steder', en: 'Sign out everywhere' },
  signOutConfirm: { da: 'Ja, log medarbejderen ud alle steder', en: 'Yes, sign them out everywhere' },
  signedOut: { da: 'Medarbejderen er logget ud alle steder', en: 'The member of staff is signed out everywhere' },
  leave: { da: 'Medarbejderen er stoppet', en: 'They have left' },
  leaveText: {
    da: 'Adgangen slutter med det samme. Oplysningerne bliver, til bibliotekets regler sletter dem. Kommer medarbejderen tilbage, gives der en ny adgang.',
    en: 'The access ends at once. The data stay until the library’s rules delete them. If they come back, they are given a new access.',
  },
  leaveConfirm: { da: 'Ja, afslut adgangen', en: 'Yes, end the access' },
  returnText: {
    da: 'Den gamle adgang kan ikke åbnes igen, for nøglen til den er slettet. Er medarbejderen tilbage, så giv en ny adgang. Navn, roller og filialer foreslås som før.',
    en: 'The old access cannot be opened again, for its key has been deleted. If they are back, give them a new access. Name, roles and branches are proposed as before.',
  },
  giveAgain: { da: 'Giv en ny adgang', en: 'Give a new access' },
  hasLeft: { da: 'Adgangen er afsluttet', en: 'The access has ended' },
  confirmFirst: { da: 'Sæt kryds for at bekræfte', en: 'Tick the box to confirm' },
  elsewhere: {
    da: 'Medarbejderen logger ind gennem kommunen, som bestemmer roller, filialer og adgangskode.',
    en: 'This member of staff signs in through the municipality, which decides on roles, branches and password.',
  },
  own: {
    da: 'Det er din egen adgang. Roller og afslutning klarer en anden administrator.',
    en: 'This is your own access. Another administrator sees to roles and to ending it.',
  },
  terminal: { da: 'Maskine', en: 'Machine' },
  kind: { da: 'Slags', en: 'Kind' },
  branch: { da: 'Filial', en: 'Branch' },
  lastSeen: { da: 'Sidst set', en: 'Last seen' },
  never: { da: 'Aldrig', en: 'Never' },
  pin: { da: 'Pinkode', en: 'PIN' },
  pinAsked: { da: 'Kræves', en: 'Required' },
  pinNotAsked: { da: 'Kræves ikke', en: 'Not required' },
  inUse: { da: 'I brug', en: 'In use' },
  disabled: { da: 'Lukket ude', en: 'Shut out' },
  noTerminals: { da: 'Der er ingen maskiner endnu.', en: 'There are no machines yet.' },
  addTerminal: { da: 'Tilføj en maskine', en: 'Add a machine' },
  terminalNameHint: {
    da: 'Bogstaver, tal, punktum, bindestreg eller understregning, uden mellemrum. For eksempel hovedbiblioteket-1.',
    en: 'Letters, digits, full stop, hyphen or underscore, without spaces. For example main-library-1.',
  },
  withoutPin: {
    da: 'Må handle på et kort uden pinkode (kun hvor personalet ser på)',
    en: 'May act on a card without its PIN (only where staff look on)',
  },
  secret: { da: 'Maskinens nøgle', en: 'The machine’s key' },
  secretLead: {
    da: 'Skriv navn og nøgle ind i maskinens opsætning nu. Nøglen vises kun denne ene gang.',
    en: 'Enter name and key in the machine’s settings now. The key is shown this once only.',
  },
  notFound: { da: 'Det findes ikke', en: 'There is no such thing' },
  notFoundText: {
    da: 'Adressen er forkert, eller det, den handlede om, er slettet.',
    en: 'The address is wrong, or what it was about has been deleted.',
  },
  back: { da: 'Tilbage til listen', en: 'Back to the list' },
  change: { da: 'Ret', en: 'Change' },
  newSecret: { da: 'Giv maskinen en ny nøgle', en: 'Give the machine a new key' },
  newSecretText: {
    da: 'Den gamle nøgle holder op med at virke. En maskine, der er lukket ude, kommer i brug igen.',
    en: 'The old key stops working. A machine that was shut out is back in use.',
  },
  newSecretConfirm: { da: 'Ja, den gamle nøgle må holde op med at virke', en: 'Yes, the old key may stop working' },
  disable: { da: 'Luk maskinen ude', en: 'Shut the machine out' },
  disableConfirm: { da: 'Ja, maskinen må ikke logge ind mere', en: 'Yes, the machine may no longer sign in' },
  disabledDone: { da: 'Maskinen er lukket ude', en: 'The machine is shut out' },
} as const satisfies Record<string, Text2>

/** What has been changed of somebody's access. */
export const changeTexts = {
  history: { da: 'Hvad der er ændret', en: 'What has been changed' },
  none: { da: 'Intet er ændret det sidste år.', en: 'Nothing has been changed in the last year.' },
  program: { da: 'den driftsansvarlige eller kommunen', en: 'the operator or the municipality' },
  formerStaff: { da: 'en tidligere medarbejder', en: 'a former member of staff' },
  kinds: {
    added: (when, by) => ({ da: `${when}: fik adgang af ${by}.`, en: `${when}: was given access by ${by}.` }),
    roles: (when, by) => ({
      da: `${when}: fik andre roller eller filialer af ${by}.`,
      en: `${when}: was given other roles or branches by ${by}.`,
    }),
    password: (when, by) => ({
      da: `${when}: fik en ny adgangskode af ${by}.`,
      en: `${when}: was given a new password by ${by}.`,
    }),
    'second-factor': (when, by) => ({
      da: `${when}: engangskoden blev fjernet af ${by}.`,
      en: `${when}: the one-time code was removed by ${by}.`,
    }),
    left: (when, by) => ({
      da: `${when}: adgangen blev afsluttet af ${by}.`,
      en: `${when}: the access was ended by ${by}.`,
    }),
  } satisfies Record<StaffChangeRow['kind'], (when: string, by: string) => Text2>,
  wasAndBecame: (was: string, became: string): Text2 => ({
    da: `Før: ${was}. Efter: ${became}.`,
    en: `Before: ${was}. After: ${became}.`,
  }),
  putBack: { da: 'Giv det, der gjaldt før', en: 'Give back what held before' },
} as const

export const roleTexts: Readonly<Record<StaffRole, Text2>> = {
  desk: { da: 'Betjening: låner ud og hjælper lånere', en: 'Desk: lends and helps patrons' },
  catalogue: { da: 'Katalog: titler og materialer', en: 'Catalogue: titles and items' },
  finance: { da: 'Økonomi: gebyrer, erstatninger og regnskab', en: 'Finance: fees, compensation and accounts' },
  'data-protection-officer': {
    da: 'Databeskyttelse: indsigt, sletning og regelsæt',
    en: 'Data protection: access, erasure and the policy',
  },
  system: { da: 'Systemansvar: adgang og maskiner', en: 'System: access and machines' },
}

export const terminalKindTexts: Readonly<Record<TerminalKind, Text2>> = {
  'self-service': { da: 'Selvbetjening', en: 'Self-service' },
  sorter: { da: 'Sorteringsanlæg', en: 'Sorter' },
  door: { da: 'Dør', en: 'Door' },
  'staff-station': { da: 'Personaleplads', en: 'Staff station' },
  payment: { da: 'Betaling', en: 'Payment' },
}

export const terminalRefusalTexts: Readonly<Record<(AddTerminalRefusal | ChangeTerminalRefusal)['kind'], Text2>> = {
  'not-allowed': { da: 'Kun en administrator må ændre maskiner.', en: 'Only an administrator may change machines.' },
  'bad-name': {
    da: 'Navnet skal have mindst to tegn: bogstaver, tal, punktum, bindestreg eller understregning.',
    en: 'The name needs at least two characters: letters, digits, full stop, hyphen or underscore.',
  },
  'name-taken': { da: 'Navnet er optaget. Vælg et andet.', en: 'The name is taken. Choose another.' },
  'bad-kind': { da: 'Vælg, hvad det er for en maskine.', en: 'Choose what kind of machine it is.' },
  'unknown-branch': { da: 'Vælg den filial, maskinen står på.', en: 'Choose the branch where the machine stands.' },
  unknown: { da: 'Maskinen findes ikke.', en: 'There is no such machine.' },
}
