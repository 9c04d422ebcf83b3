import type { StaffRole, Text2 } from '#core'
import { listText } from '#web'

export const texts = {
  noLibrary: {
    heading: { da: 'Biblioteket findes ikke', en: 'There is no such library' },
    text: {
      da: 'Adressen kan være skrevet forkert. Forsiden viser alle biblioteker, der bruger Kvit.',
      en: 'The address may be misspelt. The front page lists every library that uses Kvit.',
    },
  },
  restoring: {
    heading: { da: 'Biblioteket er lukket et øjeblik', en: 'The library is closed for a moment' },
    text: {
      da: 'Bibliotekets oplysninger er ved at blive hentet ind fra en sikkerhedskopi. Siderne åbner igen, når alle, der er blevet slettet siden kopien, er slettet på ny.',
      en: 'The library’s data are being brought back from a backup. The pages open again when everyone who was erased after the backup has been erased anew.',
    },
  },
  roleMissing: {
    heading: { da: 'Du har ikke adgang til siden', en: 'You do not have access to this page' },
    text: (roles: string): Text2 => ({
      da: `Siden kan kun ses af: ${roles}. En administrator kan give dig rollen.`,
      en: `This page is for: ${roles}. An administrator can give you the role.`,
    }),
  },
  roles: {
    desk: { da: 'betjening', en: 'desk' },
    catalogue: { da: 'katalog', en: 'catalogue' },
    finance: { da: 'økonomi', en: 'finance' },
    'data-protection-officer': { da: 'databeskyttelsesrådgiver', en: 'data-protection officer' },
    system: { da: 'systemansvarlig', en: 'system administrator' },
  } satisfies Record<StaffRole, Text2>,
  search: { da: 'Søg i samlingen', en: 'Search the collection' },
  notice: { da: 'Privatlivspolitik', en: 'Privacy notice' },
  promises: { da: 'Løfter', en: 'Promises' },
  statistics: { da: 'Statistik', en: 'Statistics' },
  myData: { da: 'Mine oplysninger: alt, hvad vi har gemt om dig', en: 'My data: all that we hold about you' },
  myConsents: { da: 'Samtykker: det, du har sagt ja til', en: 'Consents: what you have said yes to' },
  myRights: {
    da: 'Dine rettigheder: ret, slet, gør indsigelse, eller slet din konto',
    en: 'Your rights: correct, delete, object, or delete your account',
  },
  absence: { da: 'Fortæl, at du er væk i en periode', en: 'Tell us that you are away for a while' },
  myLists: { da: 'Mine lister', en: 'My lists' },
  push: { da: 'Push-beskeder på denne enhed', en: 'Push messages on this device' },
  events: { da: 'Arrangementer', en: 'Events' },
  gaming: { da: 'Book en gaming-pc', en: 'Book a gaming PC' },
  news: { da: 'Nyhedsbreve', en: 'Newsletters' },
  myMessages: { da: 'Mine beskeder: hvad vi har skrevet til dig', en: 'My messages: what we have written to you' },
  myContact: { da: 'Hvordan vi når dig: e-mail, telefon, sprog', en: 'How we reach you: e-mail, telephone, language' },
  becomePatron: { da: 'Bliv låner', en: 'Become a patron' },
  signIn: { da: 'Log ind', en: 'Sign in' },
  patronSignIn: { da: 'Log ind som låner', en: 'Sign in as a patron' },
  branchHours: { da: 'Åbningstider', en: 'Opening hours' },
  allLibraries: { da: 'Alle biblioteker', en: 'All libraries' },
  staffSignIn: { da: 'Log ind for personale', en: 'Staff sign-in' },
  timeMachine: { da: 'Flyt uret frem', en: 'Move the clock' },
  demonstration: (day: string): Text2 => ({
    da: `Demonstration med opdigtede lånere. I bibliotekerne er det ${day}.`,
    en: `A demonstration with invented patrons. In the libraries it is ${day}.`,
  }),
  progress: ({ done, of }: { done: number; of: number }, open: readonly string[]): Text2 => {
    const percent = of > 0 ? Math.floor((done * 100) / of) : 0
    return {
      da: `Demonstrationens biblioteker lever deres første år igennem: ${percent} % er gået.${open.length > 0 ? ` Allerede åbent: ${listText(open, 'da')}.` : ''}`,
      en: `The libraries of the demonstration are living through their first year: ${percent} % is done.${open.length > 0 ? ` Open already: ${listText(open, 'en')}.` : ''}`,
    }
  },
  frontTitle: { da: 'Biblioteker, der holder, hvad de lover', en: 'Libraries that keep their word' },
  frontLead: {
    da: 'Kvit er et bibliotekssystem, hvor privatlivspolitikken er programmet: Hvert bibliotek skriver, hvad det gemmer om dig, hvorfor og hvor længe, og systemet låner ud, husker og glemmer efter den samme tekst. Her kan alle se, at det sker.',
    en: 'Kvit is a library system in which the privacy notice is the program: each library writes what it holds about you, why and for how long, and the system lends, remembers and forgets by that same text. Here anyone can see that it does.',
  },
  libraries: { da: 'Bibliotekerne', en: 'The libraries' },
  noLibraries: {
    da: 'Der er ingen biblioteker endnu. Den, der driver systemet, tilføjer et med kommandoen kvit agency add.',
    en: 'There are no libraries yet. Whoever runs the system adds one with the command kvit agency add.',
  },
  branches: { da: 'Filialer og åbningstider', en: 'Branches and opening hours' },
  toSearch: { da: 'Bøger, film, musik, spil og hvor de står', en: 'Books, films, music, games and where they are' },
  toNotice: {
    da: 'Hvad vi ved om dig, og hvornår vi glemmer det',
    en: 'What we know about you, and when we forget it',
  },
  toPromises: { da: 'Hvad vi har lovet, og om vi holder det', en: 'What we have promised, and whether we keep it' },
  toStatistics: { da: 'Udlån i tal, uden personer', en: 'Lending in numbers, without persons' },
  mine: { da: 'Min side', en: 'My page' },
  toMine: {
    da: 'Forny dine lån, og se reserveringer, beskeder og mellemværende',
    en: 'Renew your loans, and see reservations, messages and what you owe',
  },
  toBecome: { da: 'Sådan kommer du til at låne', en: 'How to get to borrow' },
  aboutYou: { da: 'Dine oplysninger hos os', en: 'Your data with us' },
  libraryLead: {
    da: 'Du kan læse, hvad vi gemmer om dig, og se, at vi glemmer det igen til tiden.',
    en: 'You can read what we hold about you, and see that we forget it again in time.',
  },
  deskParts: {
    serve: { da: 'Betjening', en: 'Serving patrons' },
    work: { da: 'Arbejdslister', en: 'Work lists' },
    offer: { da: 'Samling, tilbud og tal', en: 'Collection, offers and numbers' },
    protect: { da: 'Databeskyttelse', en: 'Data protection' },
    set: { da: 'Opsætning', en: 'Set-up' },
  },
  staffHome: { da: 'For personalet', en: 'For staff' },
  yourRoles: { da: 'Dine roller', en: 'Your roles' },
  changePassword: { da: 'Skift adgangskode', en: 'Change password' },
  waiting: (count: number): Text2 => ({ da: `${count} på listen`, en: `${count} on the list` }),
  noDesks: {
    da: 'Dine roller giver ikke adgang til nogen af personalets sider her.',
    en: 'Your roles give access to none of the staff pages here.',
  },
  work: { da: 'Det, der venter', en: 'What waits' },
  keys: {
    title: { da: 'Genveje ved skranken', en: 'Shortcuts at the desk' },
    desk: { da: 'Skranken', en: 'The desk' },
    lead: {
      da: 'Et tegn i skrankens felt og Enter er nok. Tegnene er ikke browserens genveje, så de forstyrrer hverken den eller en skærmlæser.',
      en: 'A sign in the desk’s field and Enter are enough. The signs are no shortcuts of the browser, so they disturb neither it nor a screen reader.',
    },
    typed: { da: 'Du skriver eller scanner', en: 'You type or scan' },
    happens: { da: 'Det sker', en: 'What happens' },
    always: { da: 'Altid', en: 'Always' },
    withPatron: { da: 'Når en låner er åben', en: 'When a patron is open' },
    lists: { da: 'Arbejdslister', en: 'Work lists' },
    card: { da: 'et kort', en: 'a card' },
    cardDoes: { da: 'Låneren åbnes', en: 'The patron is opened' },
    item: { da: 'et materiale', en: 'an item' },
    itemDoes: { da: 'Materialet tages imod', en: 'The item is taken back' },
    itemLends: { da: 'Materialet lånes ud til låneren', en: 'The item is lent to the patron' },
    undo: { da: 'Det sidste, du scannede, fortrydes', en: 'What you scanned last is undone' },
    help: { da: 'Denne side', en: 'This page' },
    front: { da: 'Personalets forside', en: 'The staff’s front page' },
    ends: {
      da: 'Slut med låneren; skranken er klar til den næste',
      en: 'Done with the patron; the desk is ready for the next',
    },
    renewAll: { da: 'Alle lån, der kan, fornyes', en: 'All loans that can be are renewed' },
    money: { da: 'Lånerens regning og betaling', en: 'The patron’s bill and payment' },
    receipt: { da: 'Kvittering på papir for dagens lån', en: 'A receipt on paper for today’s loans' },
    note: { da: 'Skriv en note', en: 'Write a note' },
    others: {
      da: 'Tab går videre, Shift og Tab går tilbage, Enter trykker på det, der er markeret.',
      en: 'Tab goes on, Shift and Tab go back, Enter presses what is marked.',
    },
  },
} as const
