import type { Text2 } from '#core'
import { plural } from '#web'
import type { UndoRefusal } from './undo.ts'

/** A patron's loans at the desk, and what is done with each. */
export const texts = {
  heading: (count: number): Text2 => ({
    da: plural.da(count, '1 lån', `${count} lån`),
    en: plural.en(count, '1 loan', `${count} loans`),
  }),
  none: { da: 'Ingen lån.', en: 'No loans.' },
  loans: { da: 'Lån', en: 'Loans' },
  title: { da: 'Titel', en: 'Title' },
  due: { da: 'Afleveres', en: 'Due' },
  overdue: { da: 'Over tiden', en: 'Overdue' },
  claimed: { da: 'Siges afleveret', en: 'Said to be returned' },
  renew: { da: 'Forny', en: 'Renew' },
  renewNamed: (title: string): Text2 => ({ da: `Forny ${title}`, en: `Renew ${title}` }),
  renewAll: { da: 'Forny alle', en: 'Renew all' },
  more: { da: 'Mere', en: 'More' },
  moreNamed: (title: string): Text2 => ({ da: `Mere om ${title}`, en: `More about ${title}` }),
  renewed: (day: string): Text2 => ({ da: `Fornyet til ${day}`, en: `Renewed until ${day}` }),
  renewedBefore: (day: string): Text2 => ({
    da: `Er allerede fornyet til ${day}`,
    en: `Has already been renewed until ${day}`,
  }),
  renewedMany: (done: number, not: number): Text2 => ({
    da: `${done} fornyet${not > 0 ? `, ${not} kunne ikke fornyes` : ''}`,
    en: `${done} renewed${not > 0 ? `, ${not} could not be renewed` : ''}`,
  }),
  notRenewed: { da: 'Ikke fornyet', en: 'Not renewed' },
  group: { da: 'Lån, låneren står for på andres vegne', en: 'Loans the patron answers for on behalf of others' },
  itemNumber: (barcode: string): Text2 => ({ da: `Materiale ${barcode}`, en: `Item ${barcode}` }),
  dueBack: (day: string): Text2 => ({ da: `afleveres senest ${day}`, en: `due back by ${day}` }),
  undo: { da: 'Fortryd', en: 'Undo' },
  undone: { da: 'Det er fortrudt', en: 'It is undone' },
  notUndone: { da: 'Det kunne ikke fortrydes', en: 'It could not be undone' },
  nothingToUndo: {
    da: 'Det sidste, du gjorde her, kan ikke fortrydes.',
    en: 'The last thing you did here cannot be undone.',
  },
  allTheSame: { da: 'Lån ud alligevel', en: 'Lend all the same' },
  lendDespite: { da: 'Lån ud trods reglerne', en: 'Lend despite the rules' },
  despiteReason: { da: 'Hvorfor?', en: 'Why?' },
  despiteHint: { da: 'Låneren kan læse det, du skriver.', en: 'The patron can read what you write.' },
  back: { da: 'Tilbage til låneren', en: 'Back to the patron' },
  patron: { da: 'Låneren', en: 'The patron' },
  lentOn: { da: 'Lånt den', en: 'Lent on' },
  dueOn: { da: 'Afleveres senest', en: 'Due by' },
  renewals: { da: 'Fornyelser', en: 'Renewals' },
  item: { da: 'Materiale', en: 'Item' },
  whyNot: { da: 'Kan ikke fornyes', en: 'Cannot be renewed' },
  claimHeading: { da: 'Låneren siger, det er afleveret', en: 'The patron says it is returned' },
  claimLead: {
    da: 'Lånet står åbent, mens vi leder. Låneren rykkes ikke, og lånet tæller ikke som bortkommet.',
    en: 'The loan stays open while we look. The patron is not reminded, and the loan does not count as lost.',
  },
  claimDay: { da: 'Afleveret den', en: 'Returned on' },
  claim: { da: 'Noter, at det siges afleveret', en: 'Note that it is said to be returned' },
  claimNoted: { da: 'Det er noteret', en: 'It is noted' },
  withdraw: { da: 'Låneren har det alligevel', en: 'The patron has it after all' },
  withdrawn: { da: 'Lånet løber igen', en: 'The loan goes on' },
  lossHeading: { da: 'Materialet er bortkommet', en: 'The item is lost' },
  lossLead: {
    da: 'Låneren får en regning for erstatningen. Bliver materialet fundet inden et år, gives pengene tilbage.',
    en: 'The patron is billed for it. If the item is found within a year, the money is given back.',
  },
  lose: { da: 'Erklær det bortkommet', en: 'Declare it lost' },
  lost: { da: 'Materialet er bortkommet, og regningen er på vej', en: 'The item is lost, and the bill is on its way' },
  damageHeading: { da: 'Materialet er beskadiget', en: 'The item is damaged' },
  damageLead: {
    da: 'Materialet tages imod og går til reparation, ikke til den, der venter.',
    en: 'The item is taken back and goes to repair, not to whoever waits.',
  },
  damage: { da: 'Tag imod som beskadiget', en: 'Take back as damaged' },
  damaged: { da: 'Materialet er taget imod og går til reparation', en: 'The item is taken back and goes to repair' },
  charge: { da: 'Opkræv erstatning for skaden', en: 'Charge compensation for the damage' },
  notDone: { da: 'Det blev ikke gjort', en: 'It was not done' },
  gone: { da: 'Lånet er afsluttet.', en: 'The loan has ended.' },
  noTask: { da: 'Ingen opgave', en: 'No task' },
  seen: { da: 'dine lån, ved skranken', en: 'your loans, at the desk' },
}

export function undoRefusalText({ kind }: UndoRefusal): Text2 {
  switch (kind) {
    case 'not-allowed':
      return { da: 'Din rolle giver ikke lov til det.', en: 'Your role does not allow it.' }
    case 'unknown-loan':
      return texts.gone
    case 'too-late':
      return {
        da: 'Det er mere end ti minutter siden. Scan materialet i stedet.',
        en: 'It is more than ten minutes ago. Scan the item instead.',
      }
    case 'changed-since':
      return {
        da: 'Der er sket noget med materialet siden. Scan det i stedet.',
        en: 'Something has happened to the item since. Scan it instead.',
      }
    case 'told':
      return {
        da: 'Den, der venter, har fået besked om, at materialet er klar.',
        en: 'Whoever waits has been told that the item is ready.',
      }
    case 'paid':
      return {
        da: 'Gebyret for afleveringen er betalt, eller det gælder flere lån. Ret det under penge.',
        en: 'The fee for the return is paid, or it is for several loans. Put it right under money.',
      }
  }
}
