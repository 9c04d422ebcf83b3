import { type Ore, type Text2, unreachable } from '#core'
import { kronerText } from '#web'
import { readAboveCap } from './fee-table.ts'

export const texts = {
  title: { da: 'Gebyrer og erstatninger', en: 'Fees and compensation' },
  settings: { da: 'Indstillinger', en: 'Settings' },
  lead: {
    da: 'Hvad det koster at aflevere for sent og at miste noget, og hvornår gæld spærrer for lån.',
    en: 'What it costs to return late and to lose something, and when a debt blocks borrowing.',
  },
  capHeading: { da: 'Lovens loft', en: 'The law’s cap' },
  capLead: {
    da: 'Biblioteksloven § 21 siger, hvor meget biblioteket højst må tage. En tabel over loftet kan ikke gemmes. Der kan ikke tages gebyr for reserveringer, der ikke hentes.',
    en: 'The Library Act § 21 says what the library may take at most. A table above the cap cannot be saved. No fee can be taken for reservations that are not collected.',
  },
  late: { da: 'For sent afleveret', en: 'Returned late' },
  adult: { da: 'Voksen', en: 'Adult' },
  child: { da: 'Barn under 14', en: 'Child under 14' },
  childHere: { da: 'Barn', en: 'Child' },
  fromDay: { da: 'Fra dag', en: 'From day' },
  fromDayText: (day: number): Text2 => ({ da: `Fra dag ${day}`, en: `From day ${day}` }),
  bands: { da: 'Gebyr for sen aflevering', en: 'Late fee' },
  bandsLead: {
    da: 'Et trin afløser det forrige; de lægges ikke sammen. Lad en linje stå tom for at udelade den. Uden linjer er der ingen gebyrer.',
    en: 'A step replaces the one before it; they are not added up. Leave a line empty to leave it out. Without lines there are no late fees.',
  },
  step: { da: 'Trin', en: 'Step' },
  stepNumber: (at: number): Text2 => ({ da: `Trin ${at}`, en: `Step ${at}` }),
  line: { da: 'Linje', en: 'Line' },
  prices: { da: 'Priser', en: 'Prices' },
  childUnder: { da: 'Børnetakst, til barnet fylder', en: 'Children’s rate until the age of' },
  childUnderHint: { da: 'Mindst 14', en: 'At least 14' },
  closedDays: { da: 'Lukkedage tæller med', en: 'Closed days count' },
  closedDaysHint: {
    da: 'Uden hak tæller dage, hvor filialen er lukket, ikke som forsinkelse.',
    en: 'Without a tick, days when the branch is closed do not make a loan later.',
  },
  payWithin: { da: 'Antal dage til at betale en regning', en: 'Days in which to pay a bill' },
  compensation: { da: 'Erstatning', en: 'Compensation' },
  compensationLead: {
    da: 'Et materiales egen pris går forud for priserne her.',
    en: 'An item’s own price comes before the prices here.',
  },
  standard: { da: 'Almindelig pris', en: 'Ordinary price' },
  handling: { da: 'Klargøring oven i prisen', en: 'Handling, on top of the price' },
  refundHandling: {
    da: 'Klargøring bortfalder også, når materialet findes igen',
    en: 'Handling is dropped too when the item is found again',
  },
  foundWithin: {
    da: 'Antal dage, hvor erstatningen bortfalder, hvis materialet findes',
    en: 'Days in which compensation is dropped if the item is found',
  },
  price: (at: number): Text2 => ({ da: `Pris ${at}`, en: `Price ${at}` }),
  material: { da: 'Materialetype', en: 'Material' },
  materialGroup: { da: 'Materialegruppe', en: 'Material group' },
  amount: { da: 'Beløb i kroner', en: 'Amount in kroner' },
  block: { da: 'Spærring for gæld', en: 'Block for debt' },
  blockLead: {
    da: 'Kun gebyrer tæller: loven tillader ikke en grænse for erstatninger alene.',
    en: 'Only late fees count: the law allows no limit on compensation alone.',
  },
  blockAt: { da: 'Spærres ved gebyrer for', en: 'Blocked at late fees of' },
  notice: { da: 'Varsel i dage', en: 'Notice in days' },
  save: { da: 'Gem', en: 'Save' },
  saved: {
    da: 'Gebyrer og erstatninger er gemt og gælder fra nu',
    en: 'Fees and compensation are saved and apply from now on',
  },
  readOnly: { da: 'Rollen system eller økonomi kan ændre det.', en: 'The system or finance role can change this.' },
  changedMeanwhile: {
    da: 'En anden har ændret tabellen, siden du åbnede siden. Åbn den igen, og se, hvad der står.',
    en: 'Somebody else has changed the table since you opened this page. Open it again and see what it says.',
  },
  history: { da: 'Tidligere udgaver', en: 'Earlier versions' },
  bandText: (adult: string, child: string): Text2 => ({
    da: `${adult} for voksne, ${child} for børn`,
    en: `${adult} for adults, ${child} for children`,
  }),
  yes: { da: 'ja', en: 'yes' },
  no: { da: 'nej', en: 'no' },
  anyMaterial: { da: 'Alle', en: 'All' },
  notAmount: {
    da: 'Skriv et beløb i kroner, som 20 eller 20,50.',
    en: 'Write an amount in kroner, such as 20 or 20.50.',
  },
  notNumber: { da: 'Skriv et helt tal.', en: 'Write a whole number.' },
  lineIncomplete: {
    da: 'Udfyld hele linjen, eller lad den stå tom.',
    en: 'Fill in the whole line, or leave it empty.',
  },
} as const

const AGES = { adult: texts.adult, child: texts.child } as const

/** What a fault of the document says, in words. */
export function faultText(message: string): Text2 {
  const above = readAboveCap(message)
  if (above) return aboveCapText(above.day, above.of, above.most)
  switch (message) {
    case 'days-must-rise':
      return { da: 'Dagene skal stige fra trin til trin.', en: 'The days must rise from step to step.' }
    case 'below-child-age':
      return {
        da: 'Loven giver børn under 14 den lave takst. Skriv 14 eller mere.',
        en: 'The law gives children under 14 the lower rate. Write 14 or more.',
      }
    case 'about-nothing':
      return {
        da: 'Skriv en materialetype eller en materialegruppe.',
        en: 'Write a material or a material group.',
      }
    case 'twice':
      return { da: 'En anden linje siger det samme.', en: 'Another line is about the same.' }
    case 'must-cost':
      return { da: 'Skriv et beløb over nul.', en: 'Write an amount above zero.' }
    default:
      return { da: 'Tallet er for stort eller for lille.', en: 'The number is too large or too small.' }
  }
}

function aboveCapText(day: number, of: 'adult' | 'child', most: Ore): Text2 {
  switch (of) {
    case 'adult':
    case 'child':
      return {
        da: `Over lovens loft: ${AGES[of].da.toLowerCase()} må på dag ${day} højst betale ${kronerText(most, 'da')}`,
        en: `Above the law’s cap: on day ${day} ${AGES[of].en.toLowerCase()} may pay at most ${kronerText(most, 'en')}.`,
      }
    default:
      return unreachable(of)
  }
}
