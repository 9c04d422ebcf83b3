import type { Text2 } from '#core'
import type { ImportState } from './imports-tables.ts'

export const texts = {
  imports: { da: 'Importér poster', en: 'Import records' },
  lead: {
    da: 'Hent titler og eksemplarer fra en fil med MARC-poster: MARC 21 eller danMARC2, i ISO 2709 eller MARCXML. Filen læses i baggrunden, så du kan arbejde videre imens.',
    en: 'Bring in titles and items from a file of MARC records: MARC 21 or danMARC2, in ISO 2709 or MARCXML. The file is read in the background, so you can go on working.',
  },
  known: {
    da: 'En post, biblioteket har i forvejen, bliver rettet efter filen. Titlen beholder sine eksemplarer og reserveringer.',
    en: 'A record the library has already is updated from the file. The title keeps its items and reservations.',
  },
  source: { da: 'Hvem har nummereret posterne?', en: 'Who has numbered the records?' },
  sourceHint: {
    da: 'For eksempel 870970 for den nationale base. Samme svar hver gang, så bliver poster rettet og ikke dobbelte.',
    en: 'Such as 870970 for the national base. The same answer each time, so that records are updated and not doubled.',
  },
  sourceFault: {
    da: 'Skriv et navn eller nummer på højst 40 tegn.',
    en: 'Write a name or number of at most 40 characters.',
  },
  branch: { da: 'Filial for eksemplarer uden filial', en: 'Branch of items that name none' },
  noBranch: { da: 'Udelad dem', en: 'Leave them out' },
  encoding: { da: 'Tegnsæt', en: 'Character encoding' },
  guess: { da: 'Find selv ud af det', en: 'Find out' },
  file: { da: 'Fil', en: 'File' },
  fileHint: { da: 'Højst 2 GB, ikke pakket.', en: 'At most 2 GB, not compressed.' },
  noFile: { da: 'Vælg en fil, der ikke er tom.', en: 'Choose a file that is not empty.' },
  tooLarge: { da: 'Filen er større end 2 GB. Del den.', en: 'The file is larger than 2 GB. Divide it.' },
  begin: { da: 'Importér', en: 'Import' },
  begun: { da: 'Filen er modtaget og bliver læst', en: 'The file was received and is being read' },
  last: { da: 'Seneste import', en: 'Latest imports' },
  none: { da: 'Der er ikke importeret noget endnu.', en: 'Nothing has been imported yet.' },
  when: { da: 'Begyndt', en: 'Begun' },
  who: { da: 'Af', en: 'By' },
  state: { da: 'Status', en: 'State' },
  done: { da: 'Poster', en: 'Records' },
  faults: { da: 'Udeladt', en: 'Left out' },
  importOf: (when: string): Text2 => ({ da: `Import ${when}`, en: `Import of ${when}` }),
  readSoFar: { da: 'Læst af filen', en: 'Read of the file' },
  records: { da: 'Poster i alt', en: 'Records in all' },
  newTitles: { da: 'Nye titler', en: 'New titles' },
  updated: { da: 'Rettede titler', en: 'Titles updated' },
  items: { da: 'Nye eksemplarer', en: 'New items' },
  leftOut: { da: 'Poster, der er udeladt', en: 'Records left out' },
  leftOutMost: (shown: string, of: string): Text2 => ({
    da: `Her er de første ${shown} af ${of}. De andre er udeladt af samme slags grunde.`,
    en: `These are the first ${shown} of ${of}. The others were left out for the same kinds of reasons.`,
  }),
  noneLeftOut: { da: 'Ingen poster er udeladt.', en: 'No records were left out.' },
  number: { da: 'Post nummer', en: 'Record number' },
  position: { da: 'Ved byte', en: 'At byte' },
  why: { da: 'Hvorfor', en: 'Why' },
  notes: { da: 'Bemærkninger', en: 'Notes' },
  times: { da: 'Antal gange', en: 'Times' },
  firstIn: { da: 'Først i post', en: 'First in record' },
  stop: { da: 'Stop', en: 'Stop' },
  goOn: { da: 'Fortsæt, hvor den slap', en: 'Go on where it stopped' },
  stopped: {
    da: 'Importen er stoppet. Det, der er læst, er taget ind.',
    en: 'The import was stopped. What was read is in.',
  },
  goesOn: { da: 'Importen fortsætter', en: 'The import goes on' },
  diskFull: {
    da: 'Databasens disk er fuld. Det, der er læst, er taget ind helt. Få den driftsansvarlige til at skaffe plads, og fortsæt.',
    en: 'The database’s disk is full. What was read is in, whole. Have the operator make room, then go on.',
  },
  fault: {
    da: 'Der skete en fejl i programmet. Det, der er læst, er taget ind helt. Prøv at fortsætte, og sig det til den driftsansvarlige, hvis det sker igen.',
    en: 'Something went wrong in the program. What was read is in, whole. Try to go on, and tell the operator if it happens again.',
  },
  refresh: { da: 'Vis, hvor langt den er', en: 'Show how far it is' },
} as const

export const stateTexts: Readonly<Record<ImportState, Text2>> = {
  receiving: { da: 'Modtages', en: 'Being received' },
  waiting: { da: 'Venter', en: 'Waiting' },
  running: { da: 'Læses', en: 'Being read' },
  stopped: { da: 'Stoppet', en: 'Stopped' },
  failed: { da: 'Gik i stå', en: 'Failed' },
  done: { da: 'Færdig', en: 'Done' },
}
