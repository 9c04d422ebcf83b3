import type { Text2 } from '#core'

/** The work lists of lending. */
export const texts = {
  overdue: { da: 'Over tiden', en: 'Overdue' },
  overdueLead: {
    da: 'Lån, der skulle have været afleveret, ældste først. Lånerne får selv besked.',
    en: 'Loans that should have been returned, oldest first. Patrons are reminded automatically.',
  },
  claimed: { da: 'Siges afleveret', en: 'Said to be returned' },
  claimedLead: {
    da: 'Led efter det på hylden. Finder du det, så scan det ved skranken.',
    en: 'Look for it on its shelf. If you find it, scan it at the desk.',
  },
  lost: { da: 'Bortkommet', en: 'Lost' },
  lostLead: {
    da: 'Materialer, der er erklæret bortkommet eller ikke stod på deres hylde.',
    en: 'Items that were declared lost or were not on their shelf.',
  },
  title: { da: 'Titel', en: 'Title' },
  item: { da: 'Nummer', en: 'Number' },
  shelf: { da: 'Hylde', en: 'Shelf' },
  branch: { da: 'Filial', en: 'Branch' },
  patron: { da: 'Låner', en: 'Patron' },
  showPatron: { da: 'Vis låneren', en: 'Show the patron' },
  due: { da: 'Skulle afleveres', en: 'Was due' },
  saidOn: { da: 'Siges afleveret', en: 'Said to be returned' },
  seenOn: { da: 'Sidst set', en: 'Last seen' },
  noneOverdue: { da: 'Ingen lån er over tiden.', en: 'No loan is overdue.' },
  noneClaimed: { da: 'Der er ikke noget at lede efter.', en: 'There is nothing to look for.' },
  noneLost: { da: 'Ingen materialer er bortkommet.', en: 'No items are lost.' },
  first: (count: string): Text2 => ({ da: `De første ${count} vises.`, en: `The first ${count} are shown.` }),
}
