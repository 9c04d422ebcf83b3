import { type BranchId, type Text2, unreachable } from '#core'
import type { Route } from './route.ts'

export const texts = {
  lent: { da: 'Lånt ud', en: 'Lent' },
  lentAlready: { da: 'Låneren har det allerede', en: 'The patron has it already' },
  notLent: { da: 'Ikke lånt ud', en: 'Not lent' },
  notTakenBack: { da: 'Ikke afleveret', en: 'Not taken back' },
  wasNotLent: { da: 'Materialet var ikke udlånt.', en: 'The item was not on loan.' },
  fee: (amount: string): Text2 => ({ da: `Gebyr: ${amount}`, en: `Late fee: ${amount}` }),
  owedBack: (amount: string): Text2 => ({
    da: `Materialet var betalt som bortkommet. Låneren skal have ${amount} tilbage.`,
    en: `The item had been paid for as lost. The patron is to have ${amount} back.`,
  }),
  counted: { da: 'Talt som brugt på stedet', en: 'Counted as used in the house' },
  notCounted: { da: 'Ikke talt', en: 'Not counted' },
  lentNow: {
    da: 'Materialet er udlånt. Slå brug på stedet fra, og tag det imod.',
    en: 'The item is on loan. Switch use in the house off and take it back.',
  },
  receipt: { da: 'Kvittering for lån', en: 'Receipt for loans' },
  receiptOn: (day: string): Text2 => ({ da: `Lånt ${day}`, en: `Borrowed on ${day}` }),
  receiptDue: (day: string): Text2 => ({ da: `Afleveres senest ${day}`, en: `Due by ${day}` }),
  receiptSeen: { da: 'dagens lån, til en kvittering på papir', en: 'the day’s loans, for a receipt on paper' },
  toDesk: { da: 'Næste låner', en: 'Next patron' },
  find: { da: 'Find', en: 'Find' },
  toReceipt: { da: 'Kvittering på papir for dagens lån', en: 'Receipt on paper for today’s loans' },
  seenLending: { da: 'udlån ved skranken', en: 'lending at the desk' },
  route(route: Route, nameOf: (branch: BranchId) => string): Text2 {
    switch (route.kind) {
      case 'pickup-shelf':
        return {
          da: `Til afhentningshylden, nummer ${route.number ?? ''}`,
          en: `To the pickup shelf, number ${route.number ?? ''}`,
        }
      case 'transit':
        return route.for_reservation
          ? { da: `Send til ${nameOf(route.to)}: reserveret`, en: `Send to ${nameOf(route.to)}: reserved` }
          : {
              da: `Send til ${nameOf(route.to)}: hører hjemme der`,
              en: `Send to ${nameOf(route.to)}: it belongs there`,
            }
      case 'shelf':
        return { da: `På plads: ${route.shelf ?? 'hylden'}`, en: `To its shelf: ${route.shelf ?? 'the shelf'}` }
      case 'repair':
        return { da: 'Til reparation', en: 'To repair' }
      case 'withdrawn':
        return { da: 'Kasseret: ikke på hylden', en: 'Withdrawn: not to the shelf' }
      default:
        return unreachable(route)
    }
  },
}
