import type { Language, Text2 } from '#core'
import { dateText } from '#web'

/** Why a promise is not kept. */
export const texts = {
  noClause: (clause: string): Text2 => ({
    da: `Reglen ${clause} står ikke i den politik, der gælder.`,
    en: `The rule ${clause} is not in the policy in force.`,
  }),
  notBuilt: { da: 'Det, reglen handler om, er ikke bygget.', en: 'What the rule is about is not built.' },
  noTest: { da: 'Ingen test viser, at reglen holdes.', en: 'No test shows that the rule is kept.' },
  overdue: (count: number): Text2 => ({
    da: `${count} skulle være væk, men er her endnu.`,
    en: `${count} should be gone but are still here.`,
  }),
  neverRun: { da: 'Reglen er aldrig kørt.', en: 'The rule has never run.' },
  notRunSince: (day: Temporal.PlainDate): Text2 => ({
    da: `Reglen er ikke kørt siden ${dateText(day, 'da')}.`,
    en: `The rule has not run since ${dateText(day, 'en')}.`,
  }),
  otherPeriod: (promised: Text2, kept: Text2): Text2 => ({
    da: `Løftet siger ${promised.da}, reglen ${kept.da}.`,
    en: `The promise says ${promised.en}, the rule ${kept.en}.`,
  }),
  otherAction: (promised: string, kept: string): Text2 => ({
    da: `Løftet siger »${promised}«, reglen »${kept}«.`,
    en: `The promise says “${promised}”, the rule “${kept}”.`,
  }),
  otherYear: {
    da: 'Løftet regner fra regnskabsårets udgang, det gør reglen ikke.',
    en: 'The promise counts from the end of the accounting year, the rule does not.',
  },
  danishSilent: (words: string): Text2 => ({
    da: `Den danske privatlivspolitik siger ikke “${words}”.`,
    en: `The Danish notice does not say “${words}”.`,
  }),
  englishSilent: (words: string): Text2 => ({
    da: `Den engelske privatlivspolitik siger ikke “${words}”.`,
    en: `The English notice does not say “${words}”.`,
  }),
  noColumn: (name: string): Text2 => ({
    da: `Ingen tabel om personer har ${name}.`,
    en: `No table about persons has ${name}.`,
  }),
  notStored: (name: string): Text2 => ({ da: `Databasen har ikke ${name}.`, en: `The database has no ${name}.` }),
  noEnd: (table: Text2): Text2 => ({
    da: `Politikken siger ikke, hvornår ${table.da} slettes.`,
    en: `The policy does not say when ${table.en} is deleted.`,
  }),
  notTold: (language: Language, table: Text2, column: Text2): Text2 => ({
    da: `Privatlivspolitikken (${language}) nævner ikke ${table.da}: ${column.da}.`,
    en: `The notice (${language}) does not mention ${table.en}: ${column.en}.`,
  }),
  noSuchTest: (name: string): Text2 => ({ da: `Testen findes ikke: ${name}`, en: `There is no such test: ${name}` }),
  testFails: (name: string): Text2 => ({ da: `Testen fejler: ${name}`, en: `The test fails: ${name}` }),
} as const satisfies Record<string, unknown>
