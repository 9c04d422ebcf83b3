import { type BranchId, type Text2, unreachable } from '#core'
import type { Route } from './route.ts'

export const texts = {
  title: { da: 'Udlån og aflevering', en: 'Lending and returns' },
  lend: { da: 'Lån ud', en: 'Lend' },
  takeBack: { da: 'Tag imod', en: 'Take back' },
  card: { da: 'Lånerkort', en: 'Library card' },
  otherCard: { da: 'Et andet lånerkort', en: 'Another library card' },
  patron: (number: string): Text2 => ({ da: `Låner ${number}`, en: `Patron ${number}` }),
  barcode: { da: 'Materialets nummer', en: 'The item’s number' },
  branch: { da: 'Filial', en: 'Branch' },
  receipt: { da: 'Send kvittering på e-mail', en: 'Send a receipt by e-mail' },
  returnedOn: { da: 'Afleveret den', en: 'Handed in on' },
  returnedOnHint: {
    da: 'Kun når materialet har ligget i afleveringskassen siden en anden dag.',
    en: 'Only when the item has lain in the book drop since another day.',
  },
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
