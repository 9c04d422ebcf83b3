import type { Text2 } from '#core'
import type { Comparison } from './desk-queries.ts'

export const texts = {
  title: { da: 'Tal om biblioteket', en: 'The library in numbers' },
  lead: {
    da: 'Udlån, beholdning og køer. Tallene siger, hvad der sker, aldrig hvem der gør det.',
    en: 'Loans, stock and queues. The numbers say what happens, never who does it.',
  },
  privacy: (k: number): Text2 => ({
    da: `Intet tal fra 1 til ${k - 1} vises, og så mange andre er skjult, at det heller ikke kan regnes ud.`,
    en: `No number from 1 to ${k - 1} is shown, and as many others are hidden as it takes that it cannot be worked out.`,
  }),
  from: { da: 'Fra og med måned', en: 'From month' },
  to: { da: 'Til og med måned', en: 'To month' },
  monthHint: { da: 'Som 2026-11.', en: 'Such as 2026-11.' },
  badMonth: { da: 'Skriv en måned som 2026-11.', en: 'Write a month such as 2026-11.' },
  badOrder: {
    da: 'Vælg højst 24 måneder, og den tidligste først.',
    en: 'Choose at most 24 months, the earliest first.',
  },
  compare: { da: 'Sammenlign med', en: 'Compare with' },
  show: { da: 'Vis tallene', en: 'Show the numbers' },
  loans: { da: 'Lån', en: 'Loans' },
  loansInPeriod: { da: 'Lån i perioden', en: 'Loans in the period' },
  before: { da: 'Lån dengang', en: 'Loans then' },
  change: { da: 'Ændring', en: 'Change' },
  items: { da: 'Materialer', en: 'Items' },
  turnover: { da: 'Lån pr. materiale', en: 'Loans per item' },
  waitingNow: { da: 'Venter på noget reserveret', en: 'Waiting for something reserved' },
  unit: { da: 'lån', en: 'loans' },
  unitWaiting: { da: 'reserveringer', en: 'reservations' },
  months: { da: 'Lån måned for måned', en: 'Loans month by month' },
  month: { da: 'Måned', en: 'Month' },
  days: { da: 'Lån dag for dag, den seneste måned', en: 'Loans day by day, the last month' },
  day: { da: 'Dag', en: 'Day' },
  branches: { da: 'Lån efter filial', en: 'Loans by branch' },
  branch: { da: 'Filial', en: 'Branch' },
  materials: { da: 'Lån efter materialetype', en: 'Loans by material' },
  material: { da: 'Materialetype', en: 'Material' },
  groups: { da: 'Lån efter materialegruppe', en: 'Loans by material group' },
  groupsLead: {
    da: 'Materialegrupper er talt dag for dag, siden biblioteket begyndte på det.',
    en: 'Material groups are counted day by day since the library began to.',
  },
  group: { da: 'Materialegruppe', en: 'Material group' },
  waiting: { da: 'Reserveringer, der venter, dag for dag', en: 'Reservations waiting, day by day' },
  overdue: { da: 'Så meget af det udlånte er overskredet i dag', en: 'How much of what is on loan is overdue today' },
  share: { da: 'Overskredet', en: 'Overdue' },
  hidden: { da: 'skjult', en: 'hidden' },
  someHidden: {
    da: 'Nogle tal er skjult, og er derfor ikke med i tegningen.',
    en: 'Some numbers are hidden and therefore not in the drawing.',
  },
  nothingYet: { da: 'Der er ikke talt nogen dage endnu.', en: 'No days have been counted yet.' },
  csv: { da: 'Hent som regneark (CSV)', en: 'Download for a spreadsheet (CSV)' },
  file: { da: 'statistik', en: 'statistics' },
} as const

export const comparisonTexts: Readonly<Record<Comparison, Text2>> = {
  'year-before': { da: 'Samme måneder året før', en: 'The same months a year earlier' },
  'period-before': { da: 'Månederne lige før', en: 'The months just before' },
  none: { da: 'Ingenting', en: 'Nothing' },
}
