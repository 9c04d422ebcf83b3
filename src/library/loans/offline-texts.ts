import { type Language, type Text2, unreachable } from '#core'
import { dateText, kronerText } from '#web'
import { texts as deskTexts } from './desk-texts.ts'
import type { OfflineOutcome, OfflineReason } from './offline.ts'

export const texts = {
  title: { da: 'Scan uden forbindelse', en: 'Scan without connection' },
  lead: {
    da: 'Når Kvit ikke svarer, gemmer denne browser, hvad du scanner, og afleverer det i rækkefølge, når forbindelsen er tilbage. Kun numre og tidspunkter gemmes, og de er låst.',
    en: 'When Kvit does not answer, this browser keeps what you scan and hands it over in order when the connection is back. Only numbers and times are kept, and they are locked.',
  },
  needsScript: {
    da: 'Siden virker kun med JavaScript. Skriv kort- og materialenumre ned, til forbindelsen er tilbage.',
    en: 'This page works with JavaScript only. Write card and item numbers down until the connection is back.',
  },
  deed: { da: 'Hvad gør du?', en: 'What are you doing?' },
  lend: { da: 'Låner ud', en: 'Lending' },
  takeBack: { da: 'Tager imod', en: 'Taking back' },
  card: { da: 'Lånerkort', en: 'Library card' },
  item: { da: 'Materialets nummer', en: 'The item’s number' },
  itemHint: { da: 'Esc gør klar til næste låner.', en: 'Esc makes ready for the next patron.' },
  branch: { da: 'Filial', en: 'Branch' },
  keep: { da: 'Gem scanningen', en: 'Keep the scan' },
  toDesk: { da: 'Til skranken', en: 'To the desk' },
  refusals: { da: 'Scanninger, der skal ses på', en: 'Scans to look at' },
  refusalsLead: {
    da: 'Dette blev scannet uden forbindelse og kunne ikke gennemføres bagefter. Find materialet, gør hvad der skal gøres, og sæt det som set.',
    en: 'These were scanned without connection and could not be carried out afterwards. Find the item, put the matter right, and mark the scan as seen.',
  },
  noRefusals: {
    da: 'Alt, der blev scannet uden forbindelse, er gennemført.',
    en: 'Everything that was scanned without connection has been carried out.',
  },
  when: { da: 'Hvornår', en: 'When' },
  what: { da: 'Hvad', en: 'What' },
  which: { da: 'Materiale', en: 'Item' },
  why: { da: 'Hvorfor ikke', en: 'Why not' },
  action: { da: 'Set', en: 'Seen' },
  markSeen: { da: 'Det er set', en: 'Mark as seen' },
  marked: { da: 'Scanningen er set på', en: 'The scan has been looked at' },
  unknownItem: { da: 'Ukendt nummer', en: 'Unknown number' },
  lending: { da: 'Udlån', en: 'Loan' },
  returning: { da: 'Aflevering', en: 'Return' },
  doneBefore: { da: 'Er gennemført i forvejen', en: 'Has been carried out already' },
  wasCard: { da: 'Det var et kort, ikke et materiale', en: 'It was a card, not an item' },
  later: { da: 'Prøves igen om lidt', en: 'Will be tried again shortly' },
  reportHeading: { da: 'Kvit svarer ikke', en: 'Kvit does not answer' },
} satisfies Record<string, Text2>

/** What the script in the browser says. `{n}` is a number. */
export const scriptTexts = {
  there: { da: 'Der er forbindelse til Kvit.', en: 'Kvit answers.' },
  away: {
    da: 'Kvit svarer ikke. Scan videre: alt bliver afleveret, når forbindelsen er tilbage.',
    en: 'Kvit does not answer. Go on scanning: all will be handed over when the connection is back.',
  },
  signedOut: {
    da: 'Kvit svarer, men du er ikke logget ind. Log ind, så bliver scanningerne afleveret.',
    en: 'Kvit answers, but you are not signed in. Sign in and the scans will be handed over.',
  },
  noKey: {
    da: 'Der kan ikke scannes uden forbindelse, før nogen er logget ind ved skranken i denne browser.',
    en: 'Nothing can be scanned without connection before somebody has signed in at the desk in this browser.',
  },
  noneWaiting: { da: 'Ingen scanninger venter.', en: 'No scans wait.' },
  oneWaiting: { da: '1 scanning venter.', en: '1 scan waits.' },
  manyWaiting: { da: '{n} scanninger venter.', en: '{n} scans wait.' },
  waiting: { da: 'Venter', en: 'Waiting' },
  kept: { da: 'Gemt', en: 'Kept' },
  others: { da: 'Scannet af en anden', en: 'Scanned by somebody else' },
  lend: { da: 'Udlån', en: 'Loan' },
  takeBack: { da: 'Aflevering', en: 'Return' },
  card: { da: 'kort', en: 'card' },
  needsCard: { da: 'Scan lånerens kort først.', en: 'Scan the patron’s card first.' },
  scan: { da: 'Scanning', en: 'Scan' },
  keptFor: {
    da: 'Den sidste scanning er gemt. Tryk Enter for at gå videre med samme låner, eller scan et kort.',
    en: 'The last scan is kept. Press Enter to go on with the same patron, or scan a card.',
  },
  keptAlone: {
    da: 'Den sidste scanning er gemt. Vælg, hvad du gør nu, og scan videre.',
    en: 'The last scan is kept. Choose what you are doing now and go on scanning.',
  },
  scanAgain: {
    da: 'Den sidste scanning nåede ikke frem. Scan den igen her.',
    en: 'The last scan did not arrive. Scan it again here.',
  },
  open: { da: 'Scan uden forbindelse', en: 'Scan without connection' },
  lookAt: { da: 'Se på det, der ikke kunne gennemføres', en: 'Look at what could not be carried out' },
  signIn: { da: 'Log ind', en: 'Sign in' },
} satisfies Record<string, Text2>

/** How a scan that was handed over went, for the ear and the eye. */
export interface Told {
  readonly outcome: 'ok' | 'attention' | 'refused'
  readonly text: string
}

/** What is told of one scan. Names nobody: a colleague may be the one who hands it over. */
export function told(outcome: OfflineOutcome, language: Language, nameOf: (branch: string) => string): Told {
  const sentences = (kinds: readonly OfflineReason[]) => kinds.map((kind) => reasonText(kind)[language]).join(' ')
  switch (outcome.kind) {
    case 'lent': {
      const due = { da: 'Lånt ud til', en: 'Lent until' }[language]
      const text = `${due} ${dateText(outcome.due_on, language)}.`
      if (outcome.despite.length === 0) return { outcome: 'ok', text }
      return { outcome: 'attention', text: `${text} ${sentences(outcome.despite)}` }
    }
    case 'returned': {
      const { route, fee_ore, back_ore } = outcome.returned
      const where = deskTexts.route(route, nameOf)[language]
      const text = [
        `${where}.`,
        ...(fee_ore > 0 ? [`${deskTexts.fee(kronerText(fee_ore, language))[language]}.`] : []),
        ...(back_ore > 0 ? [deskTexts.owedBack(kronerText(back_ore, language))[language]] : []),
      ].join(' ')
      return { outcome: route.kind === 'shelf' ? 'ok' : 'attention', text }
    }
    case 'card':
      return { outcome: 'ok', text: `${texts.wasCard[language]}.` }
    case 'done-before':
      return { outcome: 'ok', text: `${texts.doneBefore[language]}.` }
    case 'conflict':
      return { outcome: 'refused', text: sentences(outcome.because) }
    default:
      return unreachable(outcome)
  }
}

/** Why something was not done, or ought not to have been, in a sentence. */
export function reasonText(kind: OfflineReason): Text2 {
  switch (kind) {
    case 'unknown-patron':
      return { da: 'Kortet er ikke kendt.', en: 'The card is not known.' }
    case 'unknown-item':
      return { da: 'Materialet er ikke kendt.', en: 'The item is not known.' }
    case 'restricted':
      return {
        da: 'Behandlingen af lånerens oplysninger er begrænset.',
        en: 'The processing of the patron’s data is restricted.',
      }
    case 'blocked':
      return { da: 'Låneren er spærret for lån.', en: 'The patron is blocked from borrowing.' }
    case 'lent-to-another':
      return { da: 'Materialet er udlånt til en anden.', en: 'The item is on loan to somebody else.' }
    case 'withdrawn':
      return { da: 'Materialet er kasseret.', en: 'The item has been withdrawn.' }
    case 'damaged':
      return { da: 'Materialet er beskadiget.', en: 'The item is damaged.' }
    case 'hand-in-first':
      return { da: 'Materialet skulle have været afleveret først.', en: 'The item ought to have been handed in first.' }
    case 'reserved-for-another':
      return { da: 'Materialet er sat til side til en anden.', en: 'The item is kept for somebody else.' }
    case 'lender-wants-back':
      return {
        da: 'Materialet skulle være sendt tilbage til det bibliotek, det er lånt af.',
        en: 'The item ought to have been sent back to the library that lent it.',
      }
    case 'not-loanable':
      return { da: 'Materialet kan kun bruges på stedet.', en: 'The item can be used in the house only.' }
    case 'too-young':
      return { da: 'Låneren er for ung til materialet.', en: 'The patron is too young for the item.' }
    case 'too-many-loans':
      return { da: 'Låneren har for mange lån.', en: 'The patron has too many loans.' }
    case 'too-many-of-group':
      return { da: 'Låneren har for mange lån af denne slags.', en: 'The patron has too many loans of this kind.' }
    case 'override-not-allowed':
    case 'override-needs-reason':
    case 'due-in-past':
    case 'unknown-primary':
    case 'group-loans-off':
      return { da: 'Lånet er ikke tilladt.', en: 'The loan is not allowed.' }
    case 'seen-since':
      return { da: 'Materialet er udlånt eller afleveret siden.', en: 'The item has been lent or handed in since.' }
    case 'lent-since':
      return { da: 'Materialet er udlånt siden.', en: 'The item has been lent since.' }
    case 'unreadable':
      return { da: 'Scanningen kunne ikke læses.', en: 'The scan could not be read.' }
    case 'fault':
      return {
        da: 'Kvit kunne ikke gennemføre det. Fejlen står i loggen.',
        en: 'Kvit could not carry it out. The fault is in the log.',
      }
    default:
      return unreachable(kind)
  }
}
