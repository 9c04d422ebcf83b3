import type { Text2 } from '#core'

export const ruleTexts = {
  collection: { da: 'Inddrivelse', en: 'Debt collection' },
  rules: { da: 'Regler for inddrivelse', en: 'Rules of debt collection' },
  on: { da: 'Send ubetalte krav til kommunen', en: 'Hand unpaid claims to the municipality' },
  onHint: {
    da: 'Det sker kun, hvis privatlivspolitikken også tillader det.',
    en: 'It is done only if the privacy policy allows it too.',
  },
  afterDays: {
    da: 'Dage efter betalingsfristen, før et krav varsles',
    en: 'Days after the last day to pay before a claim is announced',
  },
  noticeDays: { da: 'Dage til at betale efter varslet', en: 'Days to pay after the notice' },
  least: { da: 'Mindste krav i hele kroner', en: 'Least claim in whole kroner' },
  yes: { da: 'ja', en: 'yes' },
  no: { da: 'nej', en: 'no' },
  history: { da: 'Tidligere udgaver', en: 'Earlier versions' },
  save: { da: 'Gem', en: 'Save' },
  saved: { da: 'Reglerne er gemt', en: 'The rules were saved' },
  change: { da: 'Ret reglerne', en: 'Change the rules' },
  afterDaysWrong: { da: 'Skriv et helt antal dage, mindst 1', en: 'Enter a whole number of days, at least 1' },
  noticeDaysWrong: {
    da: 'Skriv et helt antal dage, mindst 7: skyldneren skal kunne nå at betale',
    en: 'Enter a whole number of days, at least 7: the debtor must have time to pay',
  },
  leastWrong: {
    da: 'Skriv et helt beløb, mindst 100 kr.: mindre krav tager Gældsstyrelsen ikke',
    en: 'Enter a whole amount, at least DKK 100: the state takes no smaller claim',
  },
  changedMeanwhile: {
    da: 'En anden har ændret reglerne imens. Genindlæs siden, og prøv igen.',
    en: 'Somebody else has changed the rules meanwhile. Reload the page and try again.',
  },
} as const satisfies Record<string, Text2>
