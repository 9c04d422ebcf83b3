import { type Language, type Ore, type Text2, unreachable } from '#core'
import type { CheckoutReason, RenewalReason } from '#loans'
import type { BlockCode } from '#patrons'
import type { ChangeReservationRefusal, ReservationRefusal } from '#reservations'
import { kronerText } from '#web'

/** What stands on the screen of a machine: short, for one line, and about nobody by name. */
export const screen = {
  wrongPin: { da: 'Forkert pinkode', en: 'Wrong PIN' },
  pinNeeded: { da: 'Tast din pinkode', en: 'Please enter your PIN' },
  tooManyTries: { da: 'For mange forsøg. Prøv igen senere', en: 'Too many tries. Please try again later' },
  unknownCard: { da: 'Ukendt lånerkort', en: 'Unknown library card' },
  lostCard: { da: 'Kortet er meldt bortkommet', en: 'The card is reported lost' },
  oldCard: { da: 'Kortet gælder ikke mere', en: 'The card is no longer valid' },
  askDesk: { da: 'Henvend dig i biblioteket', en: 'Please ask at the desk' },
  unknownItem: { da: 'Materialet findes ikke', en: 'The item is not known' },
  notLent: { da: 'Materialet er ikke lånt på kortet', en: 'The item is not on loan to this card' },
  alreadyYours: { da: 'Du har allerede lånt materialet', en: 'You already have the item on loan' },
  reserved: { da: 'Reserveret', en: 'Reserved' },
  toDesk: { da: 'Afleveres ved skranken', en: 'Hand in at the desk' },
  notReturned: { da: 'Materialet er ikke lånt ud', en: 'The item is not on loan' },
  notHere: { da: 'Det kan ikke gøres på denne automat', en: 'This machine cannot do that' },
  noDoor: { da: 'Der er ikke selvbetjent adgang her', en: 'There is no self-service access here' },
  unknownBranch: { da: 'Afhentningsstedet findes ikke', en: 'The pickup branch is not known' },
  noSuchHold: { da: 'Reserveringen findes ikke', en: 'There is no such reservation' },
  badAmount: { da: 'Beløbet kan ikke betales', en: 'The amount cannot be paid' },
  paid: { da: 'Betalingen er modtaget', en: 'The payment is received' },
  fault: { da: 'Der er sket en fejl. Prøv igen', en: 'Something went wrong. Please try again' },
} as const satisfies Record<string, Text2>

/** The beginning is what a known machine compares. */
export function sentTo(branch: string, language: Language): string {
  return language === 'da' ? `Sendes til ${branch}` : `Goes to ${branch}`
}

/** Printed on the slip that lies in the item, in place of a name. */
export function pickupSlip(number: string, language: Language): string {
  return language === 'da' ? `Afhentningsnummer ${number}` : `Pickup number ${number}`
}

export function owes(amount: Ore | undefined, language: Language): string {
  if (amount === undefined) return language === 'da' ? 'Du skylder for meget' : 'You owe too much'
  const money = kronerText(amount, language)
  return language === 'da' ? `Du skylder ${money}` : `You owe ${money}`
}

export function limitReached(language: Language): string {
  return language === 'da' ? 'Lånegrænsen er nået' : 'You have reached the loan limit'
}

/** Why a patron cannot borrow just now. The desk says more; a screen is read over the shoulder. */
export function blockedOnScreen(code: BlockCode, language: Language): string {
  const da = language === 'da'
  switch (code) {
    case 'card-stolen':
      return screen.lostCard[language]
    case 'exclusion':
    case 'extended-exclusion':
      return da
        ? 'Du kan ikke låne for tiden. Henvend dig i biblioteket'
        : 'You cannot borrow now. Please ask at the desk'
    case 'self-enrolled':
      return da ? 'Din oprettelse er ikke bekræftet endnu' : 'Your enrolment is not confirmed yet'
    case 'debt':
      return owes(undefined, language)
    case 'emigrated':
      return da ? 'Kortet er udløbet' : 'The card has expired'
    case 'deceased':
    case 'self-service':
    case 'other':
      return da ? 'Kortet er spærret. Henvend dig i biblioteket' : 'The card is blocked. Please ask at the desk'
    default:
      return unreachable(code)
  }
}

export function checkoutOnScreen(reason: CheckoutReason, language: Language): string {
  const da = language === 'da'
  switch (reason.kind) {
    case 'unknown-patron':
      return screen.unknownCard[language]
    case 'unknown-item':
      return screen.unknownItem[language]
    case 'restricted':
      return screen.askDesk[language]
    case 'blocked':
      return reason.codes.map((code) => blockedOnScreen(code, language))[0] ?? screen.askDesk[language]
    case 'lent-to-another':
      return da ? 'Materialet er udlånt til en anden' : 'The item is on loan to somebody else'
    case 'reserved-for-another':
      return screen.reserved[language]
    case 'not-loanable':
      return da ? 'Kan ikke lånes' : 'Not for loan'
    case 'too-young':
      return ageLimit(reason.age, language)
    case 'too-many-loans':
    case 'too-many-of-group':
      return limitReached(language)
    case 'hand-in-first':
      return da ? 'Materialet skal afleveres først' : 'The item must be handed in first'
    case 'lender-wants-back':
    case 'withdrawn':
    case 'damaged':
    case 'seen-since':
      return screen.toDesk[language]
    case 'override-not-allowed':
    case 'override-needs-reason':
    case 'due-in-past':
    case 'unknown-primary':
    case 'group-loans-off':
      return screen.askDesk[language]
    default:
      return unreachable(reason)
  }
}

export function renewalOnScreen(reason: RenewalReason, language: Language): string {
  const da = language === 'da'
  switch (reason.kind) {
    case 'unknown-loan':
    case 'not-on-loan':
      return screen.notLent[language]
    case 'restricted':
      return screen.askDesk[language]
    case 'blocked':
      return reason.codes.map((code) => blockedOnScreen(code, language))[0] ?? screen.askDesk[language]
    case 'lost':
    case 'claimed-returned':
      return screen.askDesk[language]
    case 'reserved':
      return screen.reserved[language]
    case 'lender-wants-back':
      return da ? 'Andet bibliotek skal have det tilbage' : 'Another library wants it back'
    case 'too-many-renewals':
      return da ? 'Kan ikke fornyes flere gange' : 'Cannot be renewed again'
    case 'not-loanable':
      return da ? 'Kan ikke lånes' : 'Not for loan'
    case 'too-early':
      return da ? 'Kan ikke fornyes endnu' : 'Cannot be renewed yet'
    default:
      return unreachable(reason)
  }
}

export function holdOnScreen(refusal: ReservationRefusal | ChangeReservationRefusal, language: Language): string {
  const da = language === 'da'
  switch (refusal.kind) {
    case 'unknown-patron':
      return screen.unknownCard[language]
    case 'unknown-title':
    case 'no-items':
      return screen.unknownItem[language]
    case 'unknown-branch':
      return screen.unknownBranch[language]
    case 'unknown-reservation':
      return screen.noSuchHold[language]
    case 'already-reserved':
      return da ? 'Du har allerede reserveret materialet' : 'You have already reserved the item'
    case 'already-borrowed':
      return screen.alreadyYours[language]
    case 'restricted':
      return screen.askDesk[language]
    case 'blocked':
      return refusal.codes.map((code) => blockedOnScreen(code, language))[0] ?? screen.askDesk[language]
    case 'not-reservable':
    case 'not-loanable':
    case 'lost':
    case 'withdrawn':
      return da ? 'Kan ikke reserveres' : 'Cannot be reserved'
    case 'too-young':
      return ageLimit(refusal.age, language)
    case 'too-many':
      return da ? 'Du kan ikke reservere flere' : 'You cannot reserve more'
    case 'interest-in-past':
      return da ? 'Datoen er passeret' : 'The date has passed'
    case 'being-filled':
      return da ? 'Reserveringen er på vej' : 'The reservation is on its way'
    default:
      return unreachable(refusal)
  }
}

function ageLimit(age: number, language: Language): string {
  return language === 'da' ? `Aldersgrænse ${age} år` : `Age limit ${age} years`
}
