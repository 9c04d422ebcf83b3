import { type Language, type Ore, type Text2, unreachable } from '#core'
import {
  blockedText,
  type CheckinRefusal,
  type CheckoutReason,
  type RenewalReason,
  type Route,
  renewalText,
} from '#loans'
import { dateText, kronerText, pluralText } from '#web'
import type { Done, PresentedRefusal } from './acts.ts'
import type { PairRefusal } from './screen.ts'

/** Short, for somebody who stands, may be eight years old, and is read over the shoulder. */
export const texts = {
  // Setting the screen up
  pairTitle: { da: 'Tilslut skærmen', en: 'Connect the screen' },
  pairLead: {
    da: 'Denne side bliver til selvbetjening, når personalet har skrevet en maskines navn og nøgle. Skærmen husker dem, til maskinen lukkes ude eller får en ny nøgle.',
    en: 'This page becomes self-service when staff have entered a machine’s name and key. The screen remembers them until the machine is shut out or given another key.',
  },
  pairHow: {
    da: 'Navn og nøgle får du under Automater: Tilføj en maskine af slagsen Selvbetjening.',
    en: 'Name and key come from Machines: add a machine of the kind Self-service.',
  },
  machineName: { da: 'Maskinens navn', en: 'The machine’s name' },
  machineSecret: { da: 'Maskinens nøgle', en: 'The machine’s key' },
  pair: { da: 'Tilslut', en: 'Connect' },

  way: { da: 'Selvbetjening i en browser', en: 'Self-service in a browser' },
  wayText: {
    da: 'Åbn siden på en tablet eller trykskærm i filialen, og skriv dér navn og nøgle på en maskine af slagsen Selvbetjening.',
    en: 'Open the page on a tablet or touch screen in the branch, and enter there the name and key of a machine of the kind Self-service.',
  },

  // The first page
  welcome: { da: 'Velkommen', en: 'Welcome' },
  cardHeading: { da: 'Lån, forny og se dine lån', en: 'Borrow, renew and see your loans' },
  card: { da: 'Scan dit lånerkort', en: 'Scan your library card' },
  cardHint: {
    da: 'Du kan også bruge det gule sundhedskort eller taste dit CPR-nummer.',
    en: 'You can also use the yellow health card or type your CPR number.',
  },
  next: { da: 'Videre', en: 'Next' },
  handInHeading: { da: 'Aflever', en: 'Return' },
  handInLead: { da: 'Du skal ikke bruge dit kort.', en: 'You do not need your card.' },
  handIn: { da: 'Aflever uden kort', en: 'Return without a card' },

  // The PIN
  pinTitle: { da: 'Tast din pinkode', en: 'Type your PIN' },
  pin: { da: 'Pinkode', en: 'PIN' },
  pinHint: { da: 'Hold hånden for, så ingen ser den.', en: 'Cover it with your hand so that nobody sees it.' },
  cancel: { da: 'Fortryd', en: 'Cancel' },
  wrongPin: {
    da: 'Kort og pinkode passer ikke sammen. Prøv igen, eller spørg personalet.',
    en: 'Card and PIN do not fit. Try again, or ask at the desk.',
  },
  lockedPin: {
    da: 'Der er tastet forkert for mange gange. Prøv igen om et kvarter, eller spørg personalet.',
    en: 'There were too many wrong tries. Try again in fifteen minutes, or ask at the desk.',
  },

  // What can be done
  whatToDo: { da: 'Hvad vil du?', en: 'What would you like to do?' },
  borrow: { da: 'Lån', en: 'Borrow' },
  return: { da: 'Aflever', en: 'Return' },
  mine: { da: 'Mine lån', en: 'My loans' },
  done: { da: 'Færdig', en: 'Done' },
  hello: (name: string): Text2 => ({ da: `Hej ${name}`, en: `Hello ${name}` }),
  borrowField: { da: 'Scan det, du vil låne', en: 'Scan what you want to borrow' },
  borrowHint: { da: 'En ting ad gangen.', en: 'One thing at a time.' },
  borrowButton: { da: 'Lån den', en: 'Borrow it' },
  returnField: { da: 'Scan det, du vil aflevere', en: 'Scan what you want to return' },
  returnButton: { da: 'Aflever den', en: 'Return it' },
  list: { da: 'Scannet lige før', en: 'Scanned just now' },

  // Receipt
  receiptYes: { da: 'Ja tak, send en kvittering', en: 'Yes please, send a receipt' },
  receiptNo: { da: 'Nej tak, ingen kvittering', en: 'No thanks, no receipt' },
  receiptOn: { da: 'Du får en kvittering på e-mail.', en: 'You will get a receipt by e-mail.' },
  receiptOff: { da: 'Du får ingen kvittering.', en: 'You will get no receipt.' },

  // What is theirs
  loans: { da: 'Dine lån', en: 'Your loans' },
  noLoans: { da: 'Du har ingen lån.', en: 'You have no loans.' },
  renew: { da: 'Forny', en: 'Renew' },
  renewAll: { da: 'Forny alle', en: 'Renew all' },
  overdue: { da: 'For sent', en: 'Overdue' },
  due: (day: Temporal.PlainDate, language: Language): string =>
    language === 'da' ? `Afleveres senest ${dateText(day, 'da')}` : `Return by ${dateText(day, 'en')}`,
  ready: { da: 'Klar til dig', en: 'Ready for you' },
  noneReady: { da: 'Der er ikke noget klar til dig.', en: 'Nothing is ready for you.' },
  waiting: (number: number): Text2 =>
    pluralText(
      number,
      { da: 'Du venter på 1 reservering.', en: 'You are waiting for 1 reservation.' },
      { da: `Du venter på ${number} reserveringer.`, en: `You are waiting for ${number} reservations.` },
    ),
  pickup: (number: string): Text2 => ({ da: `Nummer ${number} på hylden`, en: `Number ${number} on the shelf` }),
  pickupAt: (branch: string): Text2 => ({ da: `Ligger på ${branch}`, en: `It is at ${branch}` }),
  pickupUntil: (day: Temporal.PlainDate, language: Language): string =>
    language === 'da' ? `Hent senest ${dateText(day, 'da')}` : `Collect by ${dateText(day, 'en')}`,
  money: { da: 'Penge', en: 'Money' },
  owes: (amount: Ore): Text2 => ({
    da: `Du skylder ${kronerText(amount, 'da')}`,
    en: `You owe ${kronerText(amount, 'en')}.`,
  }),
  owesNothing: { da: 'Du skylder ikke noget.', en: 'You owe nothing.' },
  hiddenHere: {
    da: 'Denne skærm viser ikke lån. Se dem på bibliotekets hjemmeside.',
    en: 'This screen does not show loans. See them on the library’s website.',
  },
  askDesk: { da: 'Spørg personalet.', en: 'Please ask at the desk.' },
  cannotBorrow: { da: 'Du kan ikke låne lige nu', en: 'You cannot borrow right now' },

  // Time
  time: (seconds: number): Text2 => ({
    da: `Skærmen glemmer dig om ${seconds} sekunder.`,
    en: `The screen forgets you in ${seconds} seconds.`,
  }),
  timeLeft: {
    da: 'Skærmen glemmer dig om lidt. Tryk på Mere tid, hvis du stadig er her.',
    en: 'The screen is about to forget you. Touch More time if you are still here.',
  },
  stay: { da: 'Mere tid', en: 'More time' },
  delete: { da: 'Slet', en: 'Delete' },
  keypad: { da: 'Taltastatur', en: 'Number keys' },
} as const

export function pairRefusalText({ kind }: PairRefusal, language: Language): string {
  const da = language === 'da'
  switch (kind) {
    case 'wrong':
      return da ? 'Navn og nøgle passer ikke sammen.' : 'Name and key do not fit.'
    case 'locked':
      return da ? 'Der er prøvet for mange gange. Vent et kvarter.' : 'Too many tries. Wait fifteen minutes.'
    case 'not-self-service':
      return da
        ? 'Maskinen er ikke af slagsen Selvbetjening. Tilføj en, der er.'
        : 'The machine is not of the kind Self-service. Add one that is.'
    case 'not-from-here':
      return da
        ? 'Maskinen må ikke kalde fra dette netværk. Se Automater (SIP2) under Indstillinger.'
        : 'The machine may not call from this network. See Machines (SIP2) under Settings.'
    default:
      return unreachable(kind)
  }
}

export function presentedText({ kind }: PresentedRefusal, language: Language): string {
  const da = language === 'da'
  switch (kind) {
    case 'nothing':
      return da ? 'Scan dit kort, eller tast dit CPR-nummer.' : 'Scan your card, or type your CPR number.'
    case 'item':
      return da
        ? 'Det er ikke et kort. Vil du aflevere, så tryk på Aflever uden kort. Vil du låne, så scan dit kort først.'
        : 'That is no card. To return it, touch Return without a card. To borrow it, scan your card first.'
    case 'unknown-card':
      return da ? 'Kortet er ikke kendt. Spørg personalet.' : 'The card is not known. Please ask at the desk.'
    case 'blocked-card':
      return da ? 'Kortet er spærret. Spørg personalet.' : 'The card is blocked. Please ask at the desk.'
    default:
      return unreachable(kind)
  }
}

/** How grave what was done is: what it looks and sounds like. */
export function outcomeOf(done: Done): 'ok' | 'attention' | 'refused' {
  switch (done.kind) {
    case 'lent':
      return done.again ? 'attention' : 'ok'
    case 'renewed':
      return 'ok'
    case 'returned':
      return done.route.kind === 'shelf' && !done.odd ? 'ok' : 'attention'
    case 'not-lent':
    case 'not-lent-out':
    case 'not-returned':
    case 'not-renewed':
      return 'refused'
    default:
      return unreachable(done)
  }
}

/** What became of something: a word, the title, and what to do now. */
export function doneText(done: Done, language: Language): { heading: string; title: string; text: string } {
  const da = language === 'da'
  switch (done.kind) {
    case 'lent': {
      const heading = done.again ? (da ? 'Du har den allerede' : 'You have it already') : da ? 'Lånt' : 'Borrowed'
      return { heading, title: done.title, text: texts.due(done.due_on, language) }
    }
    case 'not-lent':
      return {
        heading: da ? 'Ikke lånt' : 'Not borrowed',
        title: done.title ?? '',
        text: notLentText(done.because, language),
      }
    case 'returned':
      return { heading: da ? 'Afleveret' : 'Returned', title: done.title, text: placeText(done, language) }
    case 'not-lent-out':
      return {
        heading: da ? 'Ikke afleveret' : 'Not returned',
        title: done.title,
        text: da ? 'Den var ikke lånt ud. Giv den til personalet.' : 'It was not on loan. Give it to the staff.',
      }
    case 'not-returned':
      return {
        heading: da ? 'Ikke afleveret' : 'Not returned',
        title: '',
        text: notReturnedText(done.because, language),
      }
    case 'renewed':
      return { heading: da ? 'Fornyet' : 'Renewed', title: done.title, text: texts.due(done.due_on, language) }
    case 'not-renewed':
      return {
        heading: da ? 'Ikke fornyet' : 'Not renewed',
        title: done.title,
        text: notRenewedText(done.because, language),
      }
    default:
      return unreachable(done)
  }
}

/** Where the thing in somebody's hand is to be put down. Whom it is for is not said. */
function placeText({ route, odd }: { readonly route: Route; readonly odd: boolean }, language: Language): string {
  const da = language === 'da'
  if (odd) return da ? 'Giv den til personalet.' : 'Give it to the staff.'
  switch (route.kind) {
    case 'shelf':
      return da ? 'Læg den på vognen.' : 'Put it on the trolley.'
    case 'pickup-shelf':
    case 'transit':
      return da
        ? 'Den skal videre. Læg den for sig, så personalet finder den.'
        : 'It travels on. Put it down by itself for the staff to find.'
    case 'repair':
    case 'withdrawn':
      return da ? 'Giv den til personalet.' : 'Give it to the staff.'
    default:
      return unreachable(route)
  }
}

function notLentText(reason: CheckoutReason, language: Language): string {
  const da = language === 'da'
  switch (reason.kind) {
    case 'unknown-item':
      return da ? 'Den kender vi ikke. Prøv at scanne den igen.' : 'We do not know it. Try to scan it again.'
    case 'lent-to-another':
      return da
        ? 'Den er lånt af en anden. Giv den til personalet.'
        : 'Somebody else has it on loan. Give it to the staff.'
    case 'reserved-for-another':
      return da
        ? 'En anden venter på den. Giv den til personalet.'
        : 'Somebody else waits for it. Give it to the staff.'
    case 'lender-wants-back':
      return da
        ? 'Et andet bibliotek skal have den tilbage. Giv den til personalet.'
        : 'Another library wants it back. Give it to the staff.'
    case 'not-loanable':
      return da ? 'Den må kun bruges her i huset.' : 'It may be used in the house only.'
    case 'too-young':
      return da ? `Du skal være ${reason.age} år for at låne den.` : `You must be ${reason.age} to borrow it.`
    case 'too-many-loans':
      return da ? `Du kan højst låne ${reason.limit} ad gangen.` : `You can have at most ${reason.limit} at a time.`
    case 'too-many-of-group':
      return da
        ? `Du kan højst låne ${reason.limit} af den slags ad gangen.`
        : `You can have at most ${reason.limit} of that kind at a time.`
    case 'blocked':
      return blockedText(reason.codes, language)
    case 'hand-in-first':
      return da ? 'Den skal afleveres først.' : 'It must be returned first.'
    case 'withdrawn':
    case 'damaged':
    case 'seen-since':
      return da ? 'Giv den til personalet.' : 'Give it to the staff.'
    case 'unknown-patron':
    case 'restricted':
    case 'override-not-allowed':
    case 'override-needs-reason':
    case 'due-in-past':
    case 'unknown-primary':
    case 'group-loans-off':
      return texts.askDesk[language]
    default:
      return unreachable(reason)
  }
}

function notReturnedText({ kind }: CheckinRefusal, language: Language): string {
  const da = language === 'da'
  switch (kind) {
    case 'unknown-item':
      return da
        ? 'Den kender vi ikke. Prøv igen, eller giv den til personalet.'
        : 'We do not know it. Try again, or give it to the staff.'
    case 'lent-since':
      return da ? 'Giv den til personalet.' : 'Give it to the staff.'
    default:
      return unreachable(kind)
  }
}

function notRenewedText(reason: RenewalReason, language: Language): string {
  return reason.kind === 'restricted' ? texts.askDesk[language] : renewalText(reason, language)
}
