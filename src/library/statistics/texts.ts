import type { Language, Text2 } from '#core'
import { monthText as monthIn } from '#web'

export const texts = {
  title: { da: 'Udlånsstatistik', en: 'Lending statistics' },
  lead: (first: Text2, last: Text2): Text2 => ({
    da: `Så meget er der lånt fra og med ${first.da} til og med ${last.da}. Tallene siger, hvad der er lånt, aldrig hvem der har lånt det.`,
    en: `This is how much was borrowed from ${first.en} to ${last.en}. The numbers say what was borrowed, never who borrowed it.`,
  }),
  privacy: (k: number): Text2 => ({
    da: `Vi viser intet tal fra 1 til ${k - 1}, og vi skjuler så mange andre, at det heller ikke kan regnes ud. Den måned, vi er i, er ikke med.`,
    en: `We show no number from 1 to ${k - 1}, and hide as many others as it takes that it cannot be worked out. The current month is left out.`,
  }),
  toNotice: { da: 'Læs mere i privatlivspolitikken', en: 'Read more in the privacy notice' },
  tooFew: {
    da: 'Der er endnu for få lån til, at vi kan vise tal uden at røbe noget om en enkelt låner.',
    en: 'There are still too few loans for us to show numbers without giving away anything about a single patron.',
  },
  total: { da: 'Lån i alt', en: 'Loans in all' },
  unit: { da: 'lån', en: 'loans' },
  inMonth: (month: Text2): Text2 => ({ da: `Lån i ${month.da}`, en: `Loans in ${month.en}` }),
  monthHeading: { da: 'Måned for måned', en: 'Month by month' },
  materialHeading: { da: 'Hvad der lånes', en: 'What is borrowed' },
  branchHeading: { da: 'Hvor der lånes', en: 'Where it is borrowed' },
  bothHeading: { da: 'Hvad der lånes hvor', en: 'What is borrowed where' },
  byMonth: { da: 'Lån måned for måned', en: 'Loans month by month' },
  byMaterial: { da: 'Lån efter materiale', en: 'Loans by material' },
  byBranch: { da: 'Lån efter bibliotek', en: 'Loans by branch' },
  byBoth: { da: 'Lån efter materiale og bibliotek', en: 'Loans by material and branch' },
  materialHead: { da: 'Materiale', en: 'Material' },
  all: { da: 'I alt', en: 'Total' },
  hidden: { da: 'skjult', en: 'hidden' },
  someHidden: (names: string): Text2 => ({
    da: `Tallet er skjult for ${names}, som derfor ikke er med i tegningen.`,
    en: `The number is hidden for ${names}, which is therefore not in the drawing.`,
  }),
} as const

const MATERIALS: Readonly<Record<string, Text2>> = {
  book: { da: 'Bøger', en: 'Books' },
  audiobook: { da: 'Lydbøger', en: 'Audiobooks' },
  film: { da: 'Film', en: 'Films' },
  game: { da: 'Spil', en: 'Games' },
  music: { da: 'Musik', en: 'Music' },
  magazine: { da: 'Tidsskrifter', en: 'Magazines' },
  comic: { da: 'Tegneserier', en: 'Comics' },
  'e-book': { da: 'E-bøger', en: 'E-books' },
  other: { da: 'Andet', en: 'Other' },
}

export function materialText(material: string, language: Language): string {
  return MATERIALS[material]?.[language] ?? material
}

/** `november 2026`, or `nov. 2026` where there is little room. */
export function monthText(month: Temporal.PlainYearMonth, length: 'long' | 'short' = 'long'): Text2 {
  return { da: monthIn(month, 'da', length), en: monthIn(month, 'en', length) }
}
