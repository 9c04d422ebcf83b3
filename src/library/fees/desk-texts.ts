import type { Language, Ore, Text2 } from '#core'
import { kronerText } from '#web'

/** What a look or a change is called in the log that the patron may read. */
export const SEEN = {
  money: {
    da: 'hvad der skyldes og er betalt, og for hvilke materialer',
    en: 'what is owed and paid, and for which items',
  },
  credited: { da: 'nedsatte det, der skyldes', en: 'reduced what is owed' },
  writtenOff: { da: 'afskrev det, der skyldes', en: 'wrote off what is owed' },
  paidBack: { da: 'betalte penge tilbage', en: 'paid money back' },
  noTask: { da: 'uden angivet opgave', en: 'no task given' },
} as const satisfies Record<string, Text2>

const kr = (ore: Ore) => ({ da: kronerText(ore, 'da'), en: kronerText(ore, 'en') }) as const

export const texts = {
  counter: { da: 'Skranken', en: 'The desk' },
  patron: (number: string): Text2 => ({ da: `Låner ${number}`, en: `Patron ${number}` }),
  number: { da: 'Lånernummer', en: 'Patron number' },
  hiddenName: { da: 'Beskyttet', en: 'Protected' },
  money: { da: 'Mellemværende', en: 'What is owed' },
  reasonNeeded: { da: 'Sig hvorfor', en: 'Say why' },
  reasonLead: {
    da: 'Låneren har beskyttet navn og adresse. Sig først, hvorfor du vil se mellemværendet.',
    en: 'The patron’s name and address are protected. First say why you want to see what is owed.',
  },
  sayWhy: { da: 'Sig hvorfor', en: 'Say why' },
  notDone: { da: 'Det blev ikke gjort', en: 'It was not done' },
  limit: (ore: Ore): Text2 => ({
    da: `Der kan ikke lånes, når der skyldes ${kr(ore).da} eller mere i gebyrer.`,
    en: `Nothing can be borrowed by whoever owes ${kr(ore).en} or more in late fees.`,
  }),
  nothingOwed: { da: 'Her skyldes ingenting.', en: 'Nothing is owed.' },
  owed: (ore: Ore): Text2 => ({ da: `Skyldes i alt: ${kr(ore).da}`, en: `Owed in all: ${kr(ore).en}` }),
  owedBack: (ore: Ore): Text2 => ({
    da: `Biblioteket skylder ${kr(ore).da} tilbage.`,
    en: `The library owes ${kr(ore).en} back.`,
  }),
  see: { da: 'Se og betal', en: 'See and pay' },
  seeReceipts: { da: 'Se kvitteringer', en: 'See receipts' },
  claims: { da: 'Åbne regninger', en: 'Open bills' },
  bill: { da: 'Regning', en: 'Bill' },
  what: { da: 'For', en: 'For' },
  charged: { da: 'Opkrævet', en: 'Charged' },
  payBy: { da: 'Betales senest', en: 'Pay by' },
  amount: { da: 'Beløb', en: 'Amount' },
  left: { da: 'Rest', en: 'Left' },
  withMunicipality: { da: 'Hos kommunen', en: 'With the municipality' },
  withoutNumber: { da: 'uden nummer', en: 'without a number' },
  pay: { da: 'Betal', en: 'Pay' },
  payLead: {
    da: 'Sæt hak ved det, der betales nu. Ret beløbet, hvis kun en del betales.',
    en: 'Tick what is paid now. Change the amount if only a part is paid.',
  },
  payThis: (what: string, left: Ore): Text2 => ({
    da: `${what}: ${kr(left).da}`,
    en: `${what}: ${kr(left).en}`,
  }),
  amountOf: (what: string): Text2 => ({ da: `Beløb for ${what}`, en: `Amount for ${what}` }),
  method: { da: 'Betalt med', en: 'Paid by' },
  branch: { da: 'Filial', en: 'Branch' },
  receive: { da: 'Modtag betaling', en: 'Take payment' },
  chooseSomething: { da: 'Sæt hak ved det, der skal betales.', en: 'Tick what is to be paid.' },
  chooseMethod: { da: 'Vælg, hvordan der betales.', en: 'Choose how it is paid.' },
  chooseBranch: { da: 'Vælg den filial, du er på.', en: 'Choose the branch you are at.' },
  amountWrong: {
    da: 'Skriv et beløb i kroner, for eksempel 120 eller 120,50.',
    en: 'Write an amount in kroner, such as 120 or 120.50.',
  },
  tooMuch: (most: Ore): Text2 => ({
    da: `Det er for meget. Skriv højst ${kr(most).da}`,
    en: `That is too much. Write at most ${kr(most).en}.`,
  }),
  changedMeanwhile: {
    da: 'Der er sket noget med regningen, siden siden blev åbnet. Se den igen, og gør det så om.',
    en: 'Something has happened to the bill since this page was opened. Look at it again, then do it over.',
  },
  toMunicipality: {
    da: 'Kommunen har overtaget regningen. Den betales til kommunen.',
    en: 'The municipality has taken the bill over. It is paid to the municipality.',
  },
  received: { da: 'Betalingen er modtaget', en: 'The payment was received' },
  statement: { da: 'Send kontoudtog', en: 'Send a statement' },
  statementLead: {
    da: 'Kontoudtoget sendes med Digital Post, eller som brev til den, der ikke har det.',
    en: 'The statement goes by Digital Post, or by letter to those without it.',
  },
  statementSent: { da: 'Kontoudtoget er på vej', en: 'The statement is on its way' },
  statementEmpty: {
    da: 'Der er intet at sende: her skyldes ingenting',
    en: 'There is nothing to send: nothing is owed',
  },
  receipts: { da: 'Kvitteringer', en: 'Receipts' },
  receipt: { da: 'Kvittering', en: 'Receipt' },
  receiptNumber: { da: 'Kvittering nr.', en: 'Receipt number' },
  when: { da: 'Hvornår', en: 'When' },
  noReceipts: { da: 'Der er ingen kvitteringer.', en: 'There are no receipts.' },
  paidBackRow: { da: 'Betalt tilbage', en: 'Paid back' },
  total: { da: 'I alt', en: 'In all' },
  mailReceipt: { da: 'Send som e-mail', en: 'Send by e-mail' },
  receiptMailed: { da: 'Kvitteringen er på vej', en: 'The receipt is on its way' },
  noEmail: {
    da: 'Låneren har ingen e-mailadresse. Udskriv kvitteringen i stedet',
    en: 'The patron has no e-mail address. Print the receipt instead',
  },
  printHint: { da: 'Udskriv siden med Ctrl+P.', en: 'Print this page with Ctrl+P.' },
  back: { da: 'Tilbage til mellemværendet', en: 'Back to what is owed' },
  open: { da: 'Ret', en: 'Change' },
  claimTitle: (number: string): Text2 => ({ da: `Regning ${number}`, en: `Bill ${number}` }),
  paid: { da: 'Betalt', en: 'Paid' },
  reduced: { da: 'Nedsat', en: 'Reduced' },
  handling: { da: 'Heraf klargøring', en: 'Of which handling' },
  reduce: { da: 'Nedsæt', en: 'Reduce' },
  reduceLead: {
    da: 'Brug det, når noget ikke skulle have været opkrævet. Det modpostes i regnskabet; det, der er bogført, rettes ikke.',
    en: 'For what should not have been charged. It is countered in the accounts; what is booked is not changed.',
  },
  reducedDone: { da: 'Regningen er nedsat', en: 'The bill was reduced' },
  writeOff: { da: 'Afskriv', en: 'Write off' },
  writeOffLead: {
    da: 'Brug det, når pengene ikke kan fås, selv om de skyldes.',
    en: 'For money that is owed but cannot be had.',
  },
  writtenOff: { da: 'Beløbet er afskrevet', en: 'The amount was written off' },
  payBack: { da: 'Betal tilbage', en: 'Pay back' },
  payBackLead: {
    da: 'Du kan højst betale det tilbage, der er betalt. Er det mere, end låneren har til gode, skylder låneren forskellen igen.',
    en: 'You can pay back what was paid, and no more. If that is more than the library owes the patron, the difference is owed again.',
  },
  paidBackDone: { da: 'Pengene er betalt tilbage', en: 'The money was paid back' },
  financeOnly: {
    da: 'Afskrivning og tilbagebetaling kræver rollen økonomi.',
    en: 'Writing off and paying back need the finance role.',
  },
} as const

/** An amount that may be to the patron's good. */
export function leftText(left: Ore, language: Language): string {
  if (left >= 0) return kronerText(left, language)
  return language === 'da'
    ? `${kronerText(-left as Ore, 'da')} til gode`
    : `${kronerText(-left as Ore, 'en')} to be paid back`
}
