import type { Text2 } from '#core'
import type { Outcome } from './call.ts'
import type { RequestKind } from './messages.ts'

export const texts = {
  title: { da: 'Automaternes beskeder', en: 'The machines’ messages' },
  lead: {
    da: 'Hvad automaterne spørger om lige nu, og hvordan det gik. Det siges aldrig, hvem eller hvad det handlede om, og listen er væk, når Kvit startes igen.',
    en: 'What the machines ask just now, and how it went. Whom or what it was about is never told, and the list is gone when Kvit is started again.',
  },
  link: {
    da: 'Se, hvad automaterne spørger om lige nu',
    en: 'See what the machines ask just now',
  },
  terminals: { da: 'Automater og døre', en: 'Machines and doors' },
  machine: { da: 'Automat', en: 'Machine' },
  all: { da: 'Alle automater', en: 'All machines' },
  stranger: { da: 'Ikke logget ind', en: 'Not signed in' },
  which: { da: 'Beskeder', en: 'Messages' },
  every: { da: 'Alle beskeder', en: 'All messages' },
  failed: { da: 'Kun det, der ikke lykkedes', en: 'Only what did not succeed' },
  show: { da: 'Vis', en: 'Show' },
  caption: { da: 'De nyeste beskeder', en: 'The newest messages' },
  time: { da: 'Tid', en: 'Time' },
  message: { da: 'Besked', en: 'Message' },
  outcome: { da: 'Svar', en: 'Answer' },
  took: { da: 'Millisekunder', en: 'Milliseconds' },
  none: { da: 'Ingen beskeder endnu.', en: 'No messages yet.' },
  reload: { da: 'Hent igen', en: 'Load again' },
  pause: { da: 'Hold stille', en: 'Hold still' },
  goOn: { da: 'Følg med igen', en: 'Follow again' },
  unreadable: { da: 'Ulæselig', en: 'Unreadable' },
} as const satisfies Record<string, Text2>

/** What a message asks, in the words of the house. */
export const messageTexts: Readonly<Record<RequestKind, Text2>> = {
  login: { da: 'Log ind', en: 'Sign in' },
  'sc-status': { da: 'Er du der?', en: 'Are you there?' },
  'patron-status': { da: 'Lånerens status', en: 'The patron’s status' },
  'patron-information': { da: 'Om låneren', en: 'About the patron' },
  checkout: { da: 'Udlån', en: 'Checkout' },
  checkin: { da: 'Aflevering', en: 'Checkin' },
  hold: { da: 'Reservering', en: 'Reservation' },
  'item-information': { da: 'Om materialet', en: 'About the item' },
  'item-status-update': { da: 'Materialets status', en: 'The item’s status' },
  renew: { da: 'Fornyelse', en: 'Renewal' },
  'renew-all': { da: 'Forny alle', en: 'Renew all' },
  'end-session': { da: 'Låneren er færdig', en: 'The patron is done' },
  'fee-paid': { da: 'Betaling', en: 'Payment' },
  'patron-enable': { da: 'Ophæv spærring', en: 'Lift a block' },
  'block-patron': { da: 'Spær låneren', en: 'Block the patron' },
  resend: { da: 'Sig det igen', en: 'Say it again' },
  'resend-answer': { da: 'Sig det igen', en: 'Say it again' },
}

export const outcomeTexts: Readonly<Record<Outcome, Text2>> = {
  ok: { da: 'Gjort', en: 'Done' },
  refused: { da: 'Afvist', en: 'Refused' },
  'unknown-card': { da: 'Ukendt kort', en: 'Unknown card' },
  'wrong-pin': { da: 'Pinkoden passer ikke', en: 'The PIN does not fit' },
  'unknown-item': { da: 'Ukendt materiale', en: 'Unknown item' },
  'not-allowed': { da: 'Må automaten ikke', en: 'The machine may not' },
  'bad-login': { da: 'Forkert navn eller nøgle', en: 'Wrong name or key' },
  'bad-checksum': { da: 'Forkert kontrolsum', en: 'Wrong checksum' },
  unreadable: { da: 'Kan ikke læses', en: 'Cannot be read' },
  repeated: { da: 'Gentaget', en: 'Repeated' },
  'not-signed-in': { da: 'Ikke logget ind', en: 'Not signed in' },
  fault: { da: 'Fejl i Kvit', en: 'A fault in Kvit' },
}
