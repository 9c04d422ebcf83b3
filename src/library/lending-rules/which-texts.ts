import type { Text2 } from '#core'
import type { Precedence } from './rules.ts'

export const whichTexts = {
  lead: {
    da: 'Vælg en låner og et materiale, eller grupper og filial, og se, hvad der gælder, og hvilken regel der bestemmer det.',
    en: 'Choose a patron and an item, or groups and a branch, and see what applies and which rule decides it.',
  },
  card: { da: 'Lånerens kort eller nummer', en: 'The patron’s card or number' },
  cardHint: {
    da: 'Opslaget skrives i den log, låneren selv kan se. Lad feltet stå tomt for at vælge en gruppe.',
    en: 'The look-up is written in the log that the patron can see. Leave it empty to choose a group.',
  },
  barcode: { da: 'Materialets stregkode', en: 'The item’s barcode' },
  barcodeHint: {
    da: 'Materialets egen filial og materialegruppe gælder. Lad feltet stå tomt for at vælge dem.',
    en: 'The item’s own branch and material group apply. Leave it empty to choose them.',
  },
  another: { da: 'Slå noget andet op', en: 'Look up something else' },
  show: { da: 'Vis, hvad der gælder', en: 'Show what applies' },
  nobody: { da: 'Kortet er ikke kendt.', en: 'The card is not known.' },
  noItem: { da: 'Materialet er ikke kendt.', en: 'The item is not known.' },
  anyone: { da: 'ikke valgt', en: 'not chosen' },
  result: { da: 'Det gælder', en: 'What applies' },
  patron: { da: 'Låner', en: 'Patron' },
  item: { da: 'Materiale', en: 'Item' },
  byAge: (group: string): Text2 => ({
    da: `${group} (efter alder eller art)`,
    en: `${group} (by age or kind)`,
  }),
  noRule: {
    da: 'Ingen regel, der passer, siger noget om det.',
    en: 'No rule that fits says anything about it.',
  },
  onlyRule: {
    da: 'Det er den eneste regel, der passer og siger noget om det.',
    en: 'It is the only rule that fits and says anything about it.',
  },
  partOf: (group: string, parent: string): Text2 => ({
    da: `${group} hører under ${parent}.`,
    en: `${group} is part of ${parent}.`,
  }),
  goesBefore: (other: string): Text2 => ({
    da: `Den går forud for reglen om ${other}.`,
    en: `It goes before the rule about ${other}.`,
  }),
  setGroup: { da: 'Lånergruppe for låneren', en: 'The patron’s patron group' },
  setGroupLead: {
    da: 'Uden en valgt gruppe bestemmer alder og art, hvilke regler der gælder.',
    en: 'With no group chosen, age and kind decide which rules apply.',
  },
  byAgeOption: { da: 'efter alder eller art', en: 'by age or kind' },
  setGroupDone: { da: 'Lånerens gruppe er ændret', en: 'The patron’s group is changed' },
  setMaterial: { da: 'Materialegruppe for eksemplaret', en: 'The item’s material group' },
  setMaterialDone: { da: 'Eksemplarets gruppe er ændret', en: 'The item’s group is changed' },
  notDone: {
    da: 'Det blev ikke gjort: låneren, eksemplaret eller gruppen findes ikke mere.',
    en: 'It was not done: the patron, the item or the group is gone.',
  },
  notDoneHeading: { da: 'Gruppen er ikke ændret', en: 'The group is not changed' },
  put: { da: 'Gem gruppen', en: 'Save the group' },
  seen: { da: 'lånernummer og lånergruppe', en: 'patron number and patron group' },
  seenWhy: { da: 'for at se, hvilke regler for udlån der gælder', en: 'to see which lending rules apply' },
  changed: { da: 'lånergruppen, der blev ændret', en: 'the patron group, which was changed' },
  changedWhy: { da: 'andre regler for udlån skal gælde', en: 'other lending rules are to apply' },
} as const satisfies Record<string, Text2 | ((...given: never[]) => Text2)>

/** Why one rule goes before another. */
export const precedenceTexts: Readonly<Record<Precedence, Text2>> = {
  'names-more': { da: 'Den nævner mere.', en: 'It names more.' },
  'material-group': {
    da: 'Begge nævner lige meget, og materialegruppen går forud; af to grupper den nærmeste.',
    en: 'Both name as much, and the material group goes first; of two groups the nearest.',
  },
  'patron-group': {
    da: 'Begge nævner lige meget, og lånergruppen går forud for filialen; af to grupper den nærmeste.',
    en: 'Both name as much, and the patron group goes before the branch; of two groups the nearest.',
  },
  branch: {
    da: 'Begge nævner lige meget, og filialen går forud.',
    en: 'Both name as much, and the branch goes first.',
  },
}
