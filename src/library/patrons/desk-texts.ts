import type { Text2 } from '#core'
import { plural } from '#web'

/** Why a member of staff looks at a patron. A code, so that an address says nothing about anyone. */
export const REASONS = {
  asked: { da: 'Låneren bad om hjælp', en: 'The patron asked for help' },
  rights: {
    da: 'Anmodning om indsigt, sletning eller en anden rettighed',
    en: 'A request for access, erasure or another right',
  },
  complaint: { da: 'Klage eller sag', en: 'A complaint or a case' },
  incident: { da: 'Brud på sikkerheden', en: 'A breach of security' },
  inspection: { da: 'Tilsyn med, at reglerne følges', en: 'Inspection that the rules are kept' },
} as const satisfies Record<string, Text2>

export type Reason = keyof typeof REASONS

/** What was looked at, as the patron reads it in the log. */
export const SEEN = {
  search: { da: 'navn og fødselsdato i en søgning', en: 'name and date of birth in a search' },
  page: { da: 'alt, hvad der er gemt', en: 'all that is held' },
  copy: { da: 'en kopi af alt, hvad der er gemt', en: 'a copy of all that is held' },
  counter: {
    da: 'siden ved skranken: navn, kontakt, kort, spærringer og noter',
    en: 'the page at the desk: name, contact, cards, blocks and notes',
  },
  form: { da: 'navn og nummer i en formular ved skranken', en: 'name and number in a form at the desk' },
  contact: { da: 'navn, adresse, e-mail og telefon', en: 'name, address, e-mail and telephone' },
  guardian: { da: 'hvem der er værge', en: 'who is the guardian' },
  cpr: { da: 'hele CPR-nummeret', en: 'the whole CPR number' },
  address: { da: 'den beskyttede adresse', en: 'the protected address' },
  request: { da: 'en anmodning om dine rettigheder', en: 'a request about your rights' },
  merge: { da: 'sammenligning med en anden låner', en: 'comparison with another patron' },
} as const satisfies Record<string, Text2>

/** A search that listed several, as each of them reads it in the log. */
export function seenInList(listed: number): Text2 {
  if (listed === 1) return SEEN.search
  return {
    da: `navn og fødselsdato i en søgning, der viste ${listed} lånere`,
    en: `name and date of birth in a search that listed ${listed} patrons`,
  }
}

/** Why, when it is not chosen from {@link REASONS}. */
export const TASKS = {
  scanned: { da: 'kort scannet ved skranken', en: 'card scanned at the desk' },
  none: { da: 'uden angivet opgave', en: 'no task given' },
  enrolled: { da: 'oprettet ved skranken', en: 'enrolled at the desk' },
} as const satisfies Record<string, Text2>

export const texts = {
  patrons: { da: 'Lånere', en: 'Patrons' },
  counter: { da: 'Skranken', en: 'The desk' },
  hiddenName: { da: 'Beskyttet', en: 'Protected' },
  cprInText: {
    da: 'Der står et CPR-nummer i teksten. Fjern det, og send igen.',
    en: 'There is a CPR number in the text. Remove it and send again.',
  },
  find: { da: 'Find en låner', en: 'Find a patron' },
  lead: {
    da: 'Hvert opslag skrives i en log, som låneren selv kan se: hvornår, hvad og hvorfor.',
    en: 'Each look-up is written to a log that the patron can read: when, what and why.',
  },
  text: { da: 'Navn, lånernummer, kort eller CPR-nummer', en: 'Name, patron number, card or CPR number' },
  textHint: {
    da: 'Skriv hele navnet eller begyndelsen af det. En låner med beskyttet navn findes kun på nummer.',
    en: 'Enter the whole name or the beginning of it. A patron with a protected name is found by number only.',
  },
  noText: { da: 'Skriv et navn eller et nummer', en: 'Enter a name or a number' },
  why: { da: 'Hvorfor slår du op?', en: 'Why do you look?' },
  whyMissing: { da: 'Vælg, hvorfor du slår op', en: 'Choose why you look' },
  choose: { da: 'Vælg …', en: 'Choose …' },
  search: { da: 'Søg', en: 'Search' },
  found: (count: number): Text2 => ({
    da: plural.da(count, '1 låner', `${count} lånere`),
    en: plural.en(count, '1 patron', `${count} patrons`),
  }),
  tooMany: {
    da: 'Kun de første 20 vises. Skriv mere af navnet.',
    en: 'Only the first 20 are shown. Enter more of the name.',
  },
  nobody: { da: 'Ingen låner passer. Prøv med nummeret.', en: 'No patron fits. Try the number.' },
  name: { da: 'Navn', en: 'Name' },
  number: { da: 'Lånernummer', en: 'Patron number' },
  born: { da: 'Født', en: 'Born' },
  protected: { da: 'beskyttet', en: 'protected' },
  reasonTitle: { da: 'Hvorfor vil du se låneren?', en: 'Why do you want to see the patron?' },
  see: { da: 'Se låneren', en: 'See the patron' },
  seenBecause: (why: string): Text2 => ({
    da: `Opslaget er skrevet i loggen. Grund: ${why}.`,
    en: `The look-up is in the log. Reason: ${why}.`,
  }),

  rights: { da: 'Lånerens rettigheder', en: 'The patron’s rights' },
  copyLead: {
    da: 'Indsigt: en kopi af alt, hvad der er gemt om låneren, med formål, modtagere og den dag, det forsvinder.',
    en: 'Access: a copy of all that is held about the patron, with purposes, recipients and the day it goes.',
  },
  copyHtml: { da: 'Kopi som side', en: 'Copy as a page' },
  copyPdf: { da: 'Kopi som PDF', en: 'Copy as a PDF' },
  copyJson: { da: 'Kopi som JSON', en: 'Copy as JSON' },
  copyFile: { da: 'mine-oplysninger', en: 'my-data' },

  held: { da: 'Hvad der er gemt', en: 'What is held' },
  goes: { da: 'Hvornår det forsvinder', en: 'When it goes' },
  nothingHeld: { da: 'Intet er gemt om', en: 'Nothing is held of' },
  keep: { da: 'Hold tilbage', en: 'Hold back' },
  keepOf: (what: string): Text2 => ({ da: `Hold tilbage: ${what}`, en: `Hold back: ${what}` }),
  isHeld: { da: 'tilbageholdt', en: 'held' },
  holds: { da: 'Juridiske tilbageholdelser', en: 'Legal holds' },
  noHolds: { da: 'Intet er tilbageholdt.', en: 'Nothing is held back.' },
  holdTitle: { da: 'Hold noget tilbage fra sletning', en: 'Hold something back from deletion' },
  holdLead: {
    da: 'Det tilbageholdte slettes ikke, før tilbageholdelsen ophører. Låneren kan se den og grunden.',
    en: 'What is held is not deleted until the hold ends. The patron can see it and the reason.',
  },
  reason: { da: 'Begrundelse', en: 'Reason' },
  reasonHint: {
    da: 'Den lov eller sag, det sker for. Skriv intet om andre personer.',
    en: 'The law or the case it is for. Write nothing about other persons.',
  },
  reasonMissing: { da: 'Skriv en begrundelse', en: 'Enter a reason' },
  untilField: { da: 'Indtil (kan stå tom)', en: 'Until (may be left empty)' },
  untilHint: {
    da: 'Natten til den dag ophæves tilbageholdelsen af sig selv.',
    en: 'The night to that day the hold ends by itself.',
  },
  untilWrong: {
    da: 'Vælg en dag efter i dag, eller lad feltet stå tomt',
    en: 'Choose a day after today, or leave it empty',
  },
  holdPlaced: { da: 'Det er nu tilbageholdt', en: 'It is now held' },
  holdEnded: {
    da: 'Tilbageholdelsen er ophævet. Er fristen overskredet, forsvinder det næste nat.',
    en: 'The hold is ended. If its time has passed, it goes the next night.',
  },
  endHold: { da: 'Ophæv', en: 'End' },
  from: { da: 'Fra', en: 'From' },
  until: { da: 'Til', en: 'Until' },
  untilFurther: { da: 'indtil den ophæves', en: 'until it is ended' },
  decidedBy: { da: 'Besluttet af', en: 'Decided by' },
  end: { da: 'Handling', en: 'Action' },
  holdRefusals: {
    'not-allowed': { da: 'Din rolle giver ikke lov til det.', en: 'Your role does not allow it.' },
    'unknown-row': { da: 'Det er ikke længere her.', en: 'It is no longer here.' },
    'already-held': { da: 'Det er tilbageholdt i forvejen.', en: 'It is held already.' },
    'no-reason': { da: 'Skriv en begrundelse', en: 'Enter a reason' },
    'unknown-table': { da: 'Den slags oplysninger kan ikke holdes tilbage.', en: 'Data of that kind cannot be held.' },
  },

  restriction: { da: 'Begrænsning af behandlingen', en: 'Restriction of processing' },
  isRestricted: { da: 'Behandlingen er begrænset', en: 'Processing is restricted' },
  restrictedText: {
    da: 'Oplysningerne gemmes og bruges kun til retskrav. Låneren kan ikke låne, reservere eller få beskeder imens.',
    en: 'The data are stored and used for legal claims only. The patron cannot borrow, reserve or get messages meanwhile.',
  },
  restrict: { da: 'Begræns behandlingen', en: 'Restrict processing' },
  restricted: { da: 'Behandlingen er nu begrænset', en: 'Processing is now restricted' },
  lift: { da: 'Ophæv begrænsningen', en: 'Lift the restriction' },
  lifted: { da: 'Begrænsningen er ophævet', en: 'The restriction is lifted' },
  restrictionRefusals: {
    'not-allowed': { da: 'Din rolle giver ikke lov til det.', en: 'Your role does not allow it.' },
    unknown: { da: 'Låneren findes ikke længere.', en: 'The patron is no longer here.' },
    'no-reason': { da: 'Skriv en begrundelse', en: 'Enter a reason' },
    'already-restricted': { da: 'Behandlingen er begrænset i forvejen.', en: 'Processing is restricted already.' },
    'not-restricted': { da: 'Behandlingen er ikke begrænset.', en: 'Processing is not restricted.' },
  },
  notDone: { da: 'Det blev ikke gjort', en: 'It was not done' },

  looks: { da: 'Hvem har set låneren', en: 'Who has seen the patron' },
  sealed: {
    da: 'forseglet; står i lånerens kopi',
    en: 'sealed; it is in the patron’s copy',
  },

  erase: { da: 'Slet låneren', en: 'Erase the patron' },
  eraseTitle: { da: 'Slet låneren og alt om låneren', en: 'Erase the patron and everything about them' },
  eraseLead: {
    da: 'Sletningen sker med det samme og overalt, og den gentages, hvis en sikkerhedskopi hentes ind. Den kan ikke fortrydes.',
    en: 'Erasure is at once and everywhere, and is repeated if a backup is restored. It cannot be undone.',
  },
  eraseNow: { da: 'Slet nu', en: 'Erase now' },
  eraseSure: {
    da: 'Låneren har bedt om at blive slettet, og jeg har sikret mig, at det er den rigtige',
    en: 'The patron asked to be erased, and I have made sure that it is the right one',
  },
  eraseSureMissing: { da: 'Sæt kryds, før du sletter', en: 'Tick the box before you erase' },
  cannotErase: { da: 'Låneren kan ikke slettes endnu', en: 'The patron cannot be erased yet' },
  cannotEraseText: {
    da: 'Noget er stadig åbent. Når det er afsluttet, kan låneren slettes.',
    en: 'Something is still open. When it is settled, the patron can be erased.',
  },
  openThings: { da: 'Åbent lige nu', en: 'Open right now' },
  data: { da: 'Oplysninger', en: 'Data' },
  count: { da: 'Antal', en: 'Number' },
  because: { da: 'Begrundelse til låneren', en: 'Reason to the patron' },
  erased: { da: 'Låneren er slettet', en: 'The patron is erased' },
  receipt: { da: 'Kvittering for sletning', en: 'Receipt of erasure' },
  receiptLead: {
    da: 'Giv kvitteringen til den, der er slettet. Nummeret siger intet om nogen og vises kun her.',
    en: 'Give the receipt to whoever was erased. The number says nothing about anyone and is shown only here.',
  },
  receiptNumber: { da: 'Kvitteringens nummer', en: 'Number of the receipt' },
  erasedOn: { da: 'Slettet', en: 'Erased' },
  library: { da: 'Bibliotek', en: 'Library' },
  keptByLaw: { da: 'Hvad loven kræver gemt', en: 'What the law requires to be kept' },
  nothingKept: { da: 'Intet om personen er gemt.', en: 'Nothing about the person is kept.' },
  keptUntil: { da: 'Forsvinder', en: 'Goes' },
  back: { da: 'Tilbage til låneren', en: 'Back to the patron' },
} as const
