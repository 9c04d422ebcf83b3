import { type Language, type Text2, unreachable } from '#core'
import type { FeatureOff } from '#privacy'
import type { StartRefusal } from './online-rules.ts'
import type { Claim } from './pay.ts'

export const texts = {
  money: { da: 'Det skylder du', en: 'What you owe' },
  limit: (amount: string): Text2 => ({
    da: `Skylder du ${amount} eller mere i gebyrer, kan du ikke låne, før du har betalt ned under beløbet.`,
    en: `If you owe ${amount} or more in late fees, you cannot borrow until you have paid below that amount.`,
  }),
  nothing: { da: 'Du skylder ikke biblioteket noget.', en: 'You owe the library nothing.' },
  total: (amount: string): Text2 => ({ da: `I alt skylder du ${amount}`, en: `In all you owe ${amount}` }),
  tileOwed: { da: 'Se regningerne, og betal', en: 'See the bills, and pay' },
  bills: { da: 'Regninger', en: 'Bills' },
  choose: { da: 'Betal', en: 'Pay' },
  what: { da: 'Hvad', en: 'What' },
  about: { da: 'Om', en: 'About' },
  charged: { da: 'Opkrævet', en: 'Charged' },
  payBy: { da: 'Betales senest', en: 'Pay by' },
  amount: { da: 'Beløb', en: 'Amount' },
  withMunicipality: { da: 'Hos kommunen', en: 'With the municipality' },
  municipalityExplained: {
    da: 'Regninger, der er sendt til kommunen, kan kun betales til kommunen.',
    en: 'Bills that have been sent to the municipality can only be paid to the municipality.',
  },
  pay: { da: 'Betal det valgte på nettet', en: 'Pay what is chosen online' },
  payLead: {
    da: 'Du betaler hele regninger. Du kan også betale på biblioteket.',
    en: 'You pay whole bills. You can also pay at the library.',
  },
  atLibrary: {
    da: 'Du kan betale på biblioteket. Her kan der ikke betales på nettet.',
    en: 'You can pay at the library. Payment online is not possible here.',
  },
  chooseSomething: { da: 'Vælg mindst én regning.', en: 'Choose at least one bill.' },
  receipts: { da: 'Kvitteringer', en: 'Receipts' },
  receipt: { da: 'Kvittering nr.', en: 'Receipt number' },
  paidAt: { da: 'Betalt', en: 'Paid' },
  noReceipts: { da: 'Ingen kvitteringer.', en: 'No receipts.' },
  payment: { da: 'Betaling på nettet', en: 'Payment online' },
  toProvider: { da: 'Gå til betaling', en: 'Go to payment' },
  providerLead: (amount: string): Text2 => ({
    da: `Du skal betale ${amount}, og du forlader bibliotekets side og kommer tilbage hertil, når du har betalt. Den, der tager imod betalingen, får beløbet og regningens nummer at vide, men ikke hvad du har lånt.`,
    en: `You are about to pay ${amount}. You leave the library’s site and come back here when you have paid. Whoever takes the payment is told the amount and the number of the bill, but not what you have borrowed.`,
  }),
  notYet: { da: 'Du har ikke betalt endnu', en: 'You have not paid yet' },
  giveUp: { da: 'Betal ikke alligevel', en: 'Do not pay after all' },
  paid: { da: 'Du har betalt', en: 'You have paid' },
  paidText: (amount: string): Text2 => ({
    da: `Vi har modtaget ${amount}, tak. Gem kvitteringen, eller find den igen under det, du skylder.`,
    en: `We have received ${amount}, thank you. Keep the receipt, or find it again under what you owe.`,
  }),
  refundComing: (amount: string): Text2 => ({
    da: `${amount} var allerede betalt på anden måde. Pengene er på vej tilbage til dig.`,
    en: `${amount} had already been paid in another way. The money is on its way back to you.`,
  }),
  refunded: (amount: string): Text2 => ({
    da: `${amount} var allerede betalt på anden måde. Vi har betalt pengene tilbage.`,
    en: `${amount} had already been paid in another way. We have paid the money back.`,
  }),
  cancelled: { da: 'Betalingen er afbrudt', en: 'The payment was cancelled' },
  cancelledText: {
    da: 'Der er ikke betalt noget. Skylder du stadig, kan du begynde forfra.',
    en: 'Nothing was paid. If you still owe something, you can begin again.',
  },
  failed: { da: 'Betalingen mislykkedes', en: 'The payment failed' },
  failedText: {
    da: 'Der er ikke betalt nogen regning. Er der trukket penge, får du dem tilbage. Du kan begynde forfra.',
    en: 'No bill was paid. If money was taken, you get it back. You can begin again.',
  },
  unsure: { da: 'Vi ved det ikke endnu', en: 'We do not know yet' },
  unsureText: {
    da: 'Vi kan ikke få svar på, om betalingen er gennemført. Genindlæs siden om lidt. Betal ikke igen imens.',
    en: 'We get no answer to whether the payment was made. Reload this page in a while. Do not pay again meanwhile.',
  },
  back: { da: 'Tilbage til det, du skylder', en: 'Back to what you owe' },
  me: { da: 'Min side', en: 'My page' },
} as const

/** What a guardian reads of what a child owes where it is not what the child itself reads. */
const childTexts = {
  money: { da: 'Det skylder barnet', en: 'What the child owes' },
  limit: (amount: string): Text2 => ({
    da: `Skylder barnet ${amount} eller mere i gebyrer, kan det ikke låne, før der er betalt ned under beløbet.`,
    en: `If the child owes ${amount} or more in late fees, it cannot borrow until that has been paid below the amount.`,
  }),
  nothing: { da: 'Barnet skylder ikke biblioteket noget.', en: 'The child owes the library nothing.' },
  total: (amount: string): Text2 => ({ da: `I alt skylder barnet ${amount}`, en: `In all the child owes ${amount}` }),
  back: { da: 'Tilbage til det, barnet skylder', en: 'Back to what the child owes' },
} as const

export type Words = typeof texts | (Omit<typeof texts, keyof typeof childTexts> & typeof childTexts)

/** The words for whoever owes it: oneself, or a child one is guardian of. */
export function wordsFor(child: string | undefined): Words {
  return child === undefined ? texts : { ...texts, ...childTexts }
}

/** What a claim is called on a page, on a receipt and at the provider: never a title. */
export function claimText(kind: Claim['kind'], number: string | null): Text2 {
  switch (kind) {
    case 'fee':
      return number === null
        ? { da: 'Bibliotekets gebyr', en: 'Library late fee' }
        : { da: `Bibliotekets gebyr, regning ${number}`, en: `Library late fee, bill ${number}` }
    case 'compensation':
      return number === null
        ? { da: 'Bibliotekserstatning', en: 'Library compensation' }
        : { da: `Bibliotekserstatning, regning ${number}`, en: `Library compensation, bill ${number}` }
    default:
      return unreachable(kind)
  }
}

export function startRefusalText(refusal: StartRefusal | FeatureOff, language: Language): string {
  return startRefusalText2(refusal)[language]
}

function startRefusalText2(refusal: StartRefusal | FeatureOff): Text2 {
  switch (refusal.kind) {
    case 'feature-off':
      return texts.atLibrary
    case 'no-such-claim':
      return texts.chooseSomething
    case 'nothing-to-pay':
      return { da: 'Regningen er allerede betalt.', en: 'The bill is already paid.' }
    case 'with-municipality':
      return texts.municipalityExplained
    case 'already-begun':
      return {
        da: 'En betaling af samme regning er i gang. Vent et par minutter, og prøv igen.',
        en: 'A payment of the same bill is under way. Wait a few minutes and try again.',
      }
    case 'provider-down':
      return {
        da: 'Der kan ikke betales på nettet lige nu. Der er ikke trukket penge. Prøv igen senere.',
        en: 'Payment online is not possible right now. No money was taken. Try again later.',
      }
    default:
      return unreachable(refusal)
  }
}
