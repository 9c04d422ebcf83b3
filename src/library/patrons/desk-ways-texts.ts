import type { Text2 } from '#core'

/** How a desk works: receipts, the book drop, what is read in the house, and loans somebody else answers for. */
export const texts = {
  receipt: { da: 'Kvittering', en: 'Receipt' },
  receipts: {
    none: { da: 'Ingen', en: 'None' },
    email: { da: 'På e-mail', en: 'By e-mail' },
    print: { da: 'På papir', en: 'On paper' },
  },
  returns: { da: 'Bogkasse og brug på stedet', en: 'Book drop and use in the house' },
  returnsLead: {
    da: 'Vælges én gang og gælder alt, der scannes uden en låner, til du slår det fra.',
    en: 'Chosen once. It applies to everything scanned without a patron until you switch it off.',
  },
  kind: { da: 'Det, der scannes', en: 'What is scanned' },
  kinds: {
    now: { da: 'Afleveres nu', en: 'Is returned now' },
    since: { da: 'Har ligget i bogkassen siden', en: 'Has lain in the book drop since' },
    'in-house': { da: 'Er brugt på stedet', en: 'Was used in the house' },
  },
  on: { da: 'Dag', en: 'Day' },
  onHint: { da: 'Kun for bogkassen.', en: 'For the book drop only.' },
  onWrong: {
    da: 'Vælg en dag før i dag, højst en måned tilbage',
    en: 'Choose a day before today, a month back at most',
  },
  choose: { da: 'Skift', en: 'Switch' },
  off: { da: 'Slå fra', en: 'Switch off' },
  sinceSign: (day: string): Text2 => ({
    da: `Bogkasse: det, du scanner, er afleveret ${day}`,
    en: `Book drop: what you scan was returned on ${day}`,
  }),
  inHouseSign: {
    da: 'Brug på stedet: det, du scanner, tælles og afleveres ikke',
    en: 'Use in the house: what you scan is counted and not returned',
  },
  nowTold: { da: 'Det, du scanner, afleveres nu', en: 'What you scan is returned now' },
  batch: (count: number): Text2 => ({ da: `Afleveret lige nu: ${count}`, en: `Returned just now: ${count}` }),
  title: { da: 'Titel', en: 'Title' },
  goes: { da: 'Skal hen', en: 'Goes to' },
  printBatch: { da: 'Kvittering for afleveringerne', en: 'Receipt for the returns' },
  handedIn: { da: 'Kvittering for aflevering', en: 'Receipt for returns' },
  handedInOn: (day: string): Text2 => ({ da: `Afleveret ${day}`, en: `Returned on ${day}` }),
  nothingHandedIn: { da: 'Der er ikke afleveret noget for nylig.', en: 'Nothing has been returned lately.' },
  print: { da: 'Udskriv', en: 'Print' },

  groupLoans: { da: 'Gruppelån', en: 'Group loans' },
  groupLead: {
    da: 'En anden låner, for eksempel klassens lærer, kan stå for det, der lånes nu.',
    en: 'Another patron, such as the teacher of the class, can answer for what is borrowed now.',
  },
  groupCard: {
    da: 'Kort eller nummer på den, der står for lånene',
    en: 'Card or number of whoever answers for the loans',
  },
  groupStart: { da: 'Lad dem stå for lånene', en: 'Let them answer for the loans' },
  groupSign: (number: string): Text2 => ({
    da: `Gruppelån: låner ${number} står for det, du scanner`,
    en: `Group loan: patron ${number} answers for what you scan`,
  }),
  groupStarted: { da: 'Gruppelånet er i gang', en: 'The group loan has begun' },
  groupStopped: { da: 'Gruppelånet er slut', en: 'The group loan has ended' },
  groupStop: { da: 'Slut med gruppelån', en: 'No more group loans' },
  groupNobody: { da: 'Ingen låner har det kort eller nummer', en: 'No patron has that card or number' },
  groupSelf: {
    da: 'Det er låneren selv. Scan kortet på den, der skal stå for lånene',
    en: 'That is the patron. Scan the card of whoever is to answer for the loans',
  },
  groupSeen: {
    da: 'dit lånernummer, for at du kan stå for et gruppelån',
    en: 'your patron number, so that you can answer for a group loan',
  },
} as const
