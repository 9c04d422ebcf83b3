import { type Language, type Text2, unreachable } from '#core'
import type { AskRefusal } from './interlibrary.ts'
import type { InterlibraryRefusal, InterlibraryState } from './interlibrary-work.ts'
import { myReservationText } from './pages-texts.ts'

/** What patrons and staff read of what is fetched from other libraries. */
export const texts = {
  me: { da: 'Min side', en: 'My page' },
  reservations: { da: 'Mine reserveringer', en: 'My reservations' },
  ask: { da: 'Bestil fra et andet bibliotek', en: 'Order from another library' },
  askLead: {
    da: 'Har vi det ikke selv, spørger vi et andet bibliotek. Det står blandt dine reserveringer, og du får besked, når det er her, eller hvis det ikke kan skaffes.',
    en: 'If we do not have it ourselves, we ask another library. You find it among your reservations, and we write when it is here, or if it cannot be obtained.',
  },
  title: { da: 'Titel', en: 'Title' },
  author: { da: 'Forfatter (kan stå tom)', en: 'Author (may be left empty)' },
  year: { da: 'Udgivet år (kan stå tom)', en: 'Year of publication (may be left empty)' },
  material: { da: 'Hvad er det?', en: 'What is it?' },
  branch: { da: 'Hvor vil du hente det?', en: 'Where will you pick it up?' },
  send: { da: 'Bestil', en: 'Order' },
  sent: {
    da: 'Din bestilling er modtaget. Du får besked, når det er her.',
    en: 'Your order is received. We write when it is here.',
  },
  yearWrong: { da: 'Skriv årstallet med fire tal, som 1998.', en: 'Write the year with four digits, such as 1998.' },
  details: {
    author: { da: 'Forfatter', en: 'Author' },
    year: { da: 'Udgivet', en: 'Published' },
    material: { da: 'Slags', en: 'Kind' },
    returnBy: { da: 'Sendes tilbage senest', en: 'Send back by' },
  },
  list: { da: 'Lån fra andre biblioteker', en: 'Loans from other libraries' },
  listLead: {
    da: 'Det, lånere har bedt os skaffe. Ingen ser her, hvem der har bedt om det.',
    en: 'What patrons have asked us to get. Nobody sees here who asked for it.',
  },
  none: {
    da: 'Ingen har bedt om noget fra andre biblioteker.',
    en: 'Nobody has asked for anything from other libraries.',
  },
  state: { da: 'Status', en: 'Status' },
  asked: { da: 'Bedt om', en: 'Asked for' },
  pickUp: { da: 'Hentes på', en: 'Picked up at' },
  until: { da: 'Ønskes senest', en: 'Wanted by' },
  nobodyWaits: { da: 'Ingen venter på det', en: 'Nobody waits for it' },
  lender: { da: 'Hvilket bibliotek er spurgt?', en: 'Which library did you ask?' },
  from: { da: 'Lånes af', en: 'Borrowed from' },
  order: { da: 'Markér som bestilt', en: 'Mark as ordered' },
  ordered: { da: 'Markeret som bestilt.', en: 'Marked as ordered.' },
  arrived: { da: 'Det er kommet', en: 'It has arrived' },
  barcode: { da: 'Materialets nummer', en: 'The item’s number' },
  barcodeHint: { da: 'Scan materialet.', en: 'Scan the item.' },
  at: { da: 'Hvor er det nu?', en: 'Where is it now?' },
  returnBy: { da: 'Skal være sendt tilbage (kan stå tom)', en: 'To be sent back by (may be left empty)' },
  takeIn: { da: 'Tag imod', en: 'Register as arrived' },
  takenIn: {
    da: 'Taget imod. Det står på afhentningshylden eller skal sendes til den filial, hvor det hentes.',
    en: 'Registered. It goes to the pickup shelf, or to the branch where it is picked up.',
  },
  refuse: { da: 'Det kan ikke skaffes', en: 'It cannot be obtained' },
  refuseLead: {
    da: 'Låneren får besked med det samme, og reserveringen slettes.',
    en: 'The patron is told at once, and the reservation is deleted.',
  },
  refused: { da: 'Låneren har fået besked.', en: 'The patron has been told.' },
  sendBack: { da: 'Send det tilbage', en: 'Send it back' },
  sendBackLead: {
    da: 'Det står ikke længere i samlingen, når det er sendt.',
    en: 'Once it is sent, it is no longer in the collection.',
  },
  sentBack: { da: 'Markeret som sendt tilbage.', en: 'Marked as sent back.' },
  number: { da: 'Nummer i bibliotek.dk', en: 'National number' },
} as const

export const stateTexts: Readonly<Record<InterlibraryState, Text2>> = {
  asked: { da: 'Skal bestilles', en: 'To be ordered' },
  ordered: { da: 'Bestilt', en: 'Ordered' },
  here: { da: 'Her', en: 'Here' },
  ended: { da: 'Afsluttet', en: 'Ended' },
}

export function askText(refusal: AskRefusal, language: Language): string {
  switch (refusal.kind) {
    case 'no-title':
      return { da: 'Skriv, hvad det hedder.', en: 'Write what it is called.' }[language]
    case 'cpr':
      return { da: 'Skriv ikke et CPR-nummer her.', en: 'Do not write a CPR number here.' }[language]
    case 'owned':
      return {
        da: 'Vi har det selv. Find det i samlingen, og reservér det dér.',
        en: 'We have it ourselves. Find it in the collection and reserve it there.',
      }[language]
    case 'already-reserved':
      return { da: 'Du har allerede bestilt det.', en: 'You have ordered it already.' }[language]
    default:
      return myReservationText(refusal, language)
  }
}

export function workText(refusal: InterlibraryRefusal): Text2 {
  switch (refusal.kind) {
    case 'unknown':
      return { da: 'Det står ikke på listen.', en: 'It is not on the list.' }
    case 'not-from-here':
      return {
        da: `Det er allerede: ${stateTexts[refusal.state].da.toLowerCase()}.`,
        en: `It is already: ${stateTexts[refusal.state].en.toLowerCase()}.`,
      }
    case 'no-lender':
      return { da: 'Skriv, hvilket bibliotek der er spurgt.', en: 'Write which library is asked.' }
    case 'cpr':
      return { da: 'Skriv ikke et CPR-nummer her.', en: 'Do not write a CPR number here.' }
    case 'no-barcode':
      return {
        da: 'Scan materialet, eller skriv dets nummer: højst 32 tal og bogstaver.',
        en: 'Scan the item or write its number: at most 32 digits and letters.',
      }
    case 'barcode-taken':
      return { da: 'Et andet materiale har nummeret.', en: 'Another item has the number.' }
    case 'in-use':
      return {
        da: 'En låner har det, eller det ligger klar til en. Tag det imod først.',
        en: 'A patron has it, or it is ready for one. Take it back first.',
      }
    case 'day-past':
      return { da: 'Vælg en dag, der ikke er gået.', en: 'Choose a day that has not passed.' }
    default:
      return unreachable(refusal)
  }
}
