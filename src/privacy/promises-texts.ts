import type { Text2 } from '#core'
import { pluralText } from '#web'
import type { PromiseState } from './promises.ts'
import type { TestProof } from './test-results.ts'

export const stateTexts: Readonly<Record<PromiseState, Text2>> = {
  clause: { da: 'Holdes af en regel', en: 'Kept by a rule' },
  notice: { da: 'Står i privatlivspolitikken', en: 'Said in the privacy notice' },
  data: { da: 'Gemmes, som der er sagt', en: 'Held as was said' },
  test: { da: 'Vist af en test', en: 'Shown by a test' },
  organisation: { da: 'Holdes af mennesker', en: 'Seen to by people' },
  'not-yet': { da: 'Ikke endnu', en: 'Not yet' },
  'not-kept': { da: 'Holdes ikke', en: 'Not kept' },
}

/** What each state means, for who reads the chart. */
export const stateMeanings: Readonly<Record<PromiseState, Text2>> = {
  clause: {
    da: 'Programmet sletter efter en regel i politikken. Siden her spørger rækkerne selv, om noget er forsinket.',
    en: 'The program deletes by a rule in the policy. This page asks the rows themselves whether anything is late.',
  },
  notice: {
    da: 'Løftet er at oplyse noget. Privatlivspolitikken er læst igennem lige nu, og det står der på begge sprog.',
    en: 'The promise is to tell something. The privacy notice was read through just now, and it says so in both languages.',
  },
  data: {
    da: 'Der er plads til oplysningen i databasen, politikken siger, hvornår den slettes, og privatlivspolitikken nævner den.',
    en: 'The database has a place for it, the policy says when it is deleted, and the privacy notice mentions it.',
  },
  test: {
    da: 'En automatisk test viser, at programmet gør, som der er sagt.',
    en: 'An automatic test shows that the program does what was said.',
  },
  organisation: {
    da: 'Aftaler, kameraer og det, personalet gør, kan intet program bevise. Her står, hvem der ser til det.',
    en: 'Agreements, cameras and what staff do cannot be proved by a program. It says here who sees to it.',
  },
  'not-yet': {
    da: 'Programmet kan det ikke endnu, eller ingen har vist, at det kan.',
    en: 'The program cannot do it yet, or nobody has shown that it can.',
  },
  'not-kept': {
    da: 'Der er svaret for løftet, men beviset holder ikke lige nu.',
    en: 'The promise is answered for, but the proof does not hold right now.',
  },
}

export const kindTexts: Readonly<Record<string, Text2>> = {
  'access-control': { da: 'Hvem der har adgang', en: 'Who has access' },
  behaviour: { da: 'Hvad biblioteket gør', en: 'What the library does' },
  channel: { da: 'Veje til hinanden', en: 'Ways to reach each other' },
  consent: { da: 'Samtykke', en: 'Consent' },
  contact: { da: 'Kontakt', en: 'Contact' },
  'data-held': { da: 'Hvad der gemmes', en: 'What is held' },
  disclaimer: { da: 'Forbehold', en: 'Disclaimers' },
  'legal-basis': { da: 'Retsgrundlag', en: 'Legal basis' },
  notice: { da: 'Hvad der oplyses', en: 'What is told' },
  precondition: { da: 'Betingelser', en: 'Conditions' },
  purpose: { da: 'Formål', en: 'Purposes' },
  recipient: { da: 'Modtagere', en: 'Recipients' },
  retention: { da: 'Hvor længe', en: 'How long' },
  right: { da: 'Rettigheder', en: 'Rights' },
  security: { da: 'Sikkerhed', en: 'Security' },
  'self-service': { da: 'Selvbetjening', en: 'Self-service' },
  'source-of-data': { da: 'Hvor oplysningerne kommer fra', en: 'Where data come from' },
}

export const standingTexts: Readonly<Record<TestProof['standing'], (proof: { commit: string; when: Text2 }) => Text2>> =
  {
    'proved-here': ({ commit, when }) => ({
      da: `Bevist for den udgave, der kører (${commit}), ${when.da}`,
      en: `Proved at this commit (${commit}), ${when.en}`,
    }),
    'proved-elsewhere': ({ commit, when }) => ({
      da: `Bevist for en anden udgave eller med ændringer (${commit}), ${when.da}`,
      en: `Proved at commit ${commit} or with changes to it, ${when.en}`,
    }),
    'never-run': () => ({ da: 'Aldrig kørt her', en: 'Never run here' }),
    failed: ({ commit, when }) => ({
      da: `Fejlede for ${commit}, ${when.da}`,
      en: `Failed at commit ${commit}, ${when.en}`,
    }),
    missing: () => ({ da: 'Testen findes ikke', en: 'There is no such test' }),
  }

export const texts = {
  title: { da: 'Holder vi, hvad vi lover?', en: 'Do we keep what we promise?' },
  description: {
    da: 'Hvert løfte i bibliotekets egen privatlivspolitik, og beviset for det.',
    en: 'Each promise in the library’s own privacy notice, and the proof of it.',
  },
  crumb: { da: 'Løfter', en: 'Promises' },
  lead: (library: string): Text2 => ({
    da: `Vi har læst den privatlivspolitik, ${library} selv har offentliggjort, linje for linje, og skrevet hvert løfte op. Her kan du se, hvad der er blevet af dem. Svarene er fra lige nu: Siden spørger databasen, hver gang den vises.`,
    en: `We have read the privacy notice that ${library} itself has published, line by line, and written down each promise. Here you can see what has become of them. The answers are from right now: the page asks the database each time it is shown.`,
  }),
  inEnglish: {
    da: 'Løfterne er skrevet op på engelsk.',
    en: 'The promises were written down in English.',
  },
  toNotice: { da: 'Privatlivspolitikken, som den er nu', en: 'The privacy notice as it is now' },
  nobodyRead: {
    da: 'Ingen har endnu læst dette biblioteks egen tekst igennem og skrevet dens løfter op.',
    en: 'Nobody has yet read through this library’s own text and written down its promises.',
  },
  promises: { da: 'Løfter', en: 'Promises' },
  kept: { da: 'Holdes', en: 'Kept' },
  notKeptHeading: (count: number): Text2 =>
    pluralText(
      count,
      { da: 'Ét løfte holdes ikke', en: 'One promise is not kept' },
      { da: `${count} løfter holdes ikke`, en: `${count} promises are not kept` },
    ),
  notKeptBody: { da: 'Se dem', en: 'See them' },
  allKeptHeading: { da: 'Hvert løfte, der er svaret for, holdes', en: 'Each promise that is answered for is kept' },
  chartTitle: { da: 'Hvad der er blevet af løfterne', en: 'What has become of the promises' },
  chartUnit: { da: 'løfter', en: 'promises' },
  meanings: { da: 'Hvad ordene betyder', en: 'What the words mean' },

  recordHeading: { da: 'Optegnelsen over nætterne', en: 'The record of the nights' },
  recordText: {
    da: 'Hver nat skriver programmet, hvor meget hver regel har fjernet. Hver linje bærer et fingeraftryk af linjen før. Ændres eller fjernes en linje bagefter, passer det sidste fingeraftryk ikke mere.',
    en: 'Each night the program writes how much each rule has removed. Each line bears a fingerprint of the line before. If a line is changed or taken out afterwards, the last fingerprint no longer fits.',
  },
  recordLines: { da: 'Linjer', en: 'Lines' },
  recordHead: { da: 'Sidste fingeraftryk', en: 'Last fingerprint' },
  recordChecked: { da: 'Regnet efter', en: 'Worked out again' },
  recordVerdict: { da: 'Resultat', en: 'Result' },
  recordWhole: { da: 'Hel, ingen nat mangler', en: 'Whole, no night missing' },
  recordBroken: { da: 'Passer ikke', en: 'Does not fit' },
  recordBrokenHeading: {
    da: 'Optegnelsen over nætterne er ændret eller mangler noget',
    en: 'The record of the nights has been changed or lacks something',
  },
  recordEmpty: { da: 'Ingen nat er kørt endnu', en: 'No night has been run yet' },

  filterHeading: { da: 'Løfterne', en: 'The promises' },
  filterState: { da: 'Vis', en: 'Show' },
  filterKind: { da: 'Om', en: 'About' },
  all: { da: 'Alle', en: 'All' },
  filterButton: { da: 'Vis', en: 'Show' },
  shown: (count: number, of: number): Text2 => ({
    da: `${count} af ${of} løfter.`,
    en: `${count} of ${of} promises.`,
  }),
  lines: (lines: readonly number[]): Text2 =>
    pluralText(
      lines.length,
      { da: `Bibliotekets egen tekst, linje ${lines[0]}`, en: `The library’s own text, line ${lines[0]}` },
      {
        da: `Bibliotekets egen tekst, linje ${lines.slice(0, -1).join(', ')} og ${lines.at(-1)}`,
        en: `The library’s own text, lines ${lines.slice(0, -1).join(', ')} and ${lines.at(-1)}`,
      },
    ),
  proof: { da: 'Bevis', en: 'Proof' },
  because: { da: 'Holdes ikke, fordi', en: 'Not kept because' },
  note: { da: 'Bemærk', en: 'Note' },
  rule: { da: 'Regel', en: 'Rule' },
  lastRun: { da: 'Kørte sidst', en: 'Last ran' },
  lastRunNight: (day: Text2): Text2 => ({ da: `natten til ${day.da}`, en: `the night to ${day.en}` }),
  neverRan: { da: 'Den første nat er ikke kommet endnu', en: 'The first night has not come yet' },
  byCommand: {
    da: 'Sker med det samme, når det sker, så ingen nat skal rydde op',
    en: 'Happens at once when it happens, so no night has to clear up',
  },
  oldest: { da: 'Ældste, der er gemt', en: 'Oldest still held' },
  nothingHeld: { da: 'Intet', en: 'Nothing' },
  overdue: { da: 'Forsinket', en: 'Late' },
  heldBack: { da: 'Holdt tilbage af en grund', en: 'Held back for a reason' },
  tests: { da: 'Test', en: 'Tests' },
  says: { da: 'Privatlivspolitikken siger', en: 'The privacy notice says' },
  held: { da: 'Gemmes som', en: 'Held as' },
  by: { da: 'Hvem ser til det', en: 'Who sees to it' },
  neverRunHere: { da: 'Aldrig kørt her', en: 'Never run here' },
  provedElsewhere: { da: 'Bevist for en anden udgave', en: 'Proved at another commit' },
  provedHere: { da: 'Bevist for denne udgave', en: 'Proved at this commit' },
  unknownCommit: { da: 'ukendt', en: 'unknown' },
} as const
