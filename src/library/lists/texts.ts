import { type Text2, unreachable } from '#core'
import { plural } from '#web'
import type { ListRefusal } from './change.ts'

export const texts = {
  me: { da: 'Min side', en: 'My page' },
  lists: { da: 'Mine lister', en: 'My lists' },
  lead: {
    da: 'Sæt titler, du vil huske, på en liste. Listerne er dine, og det, du fjerner, slettes med det samme.',
    en: 'Put titles you want to remember on a list. The lists are yours, and what you remove is deleted at once.',
  },
  none: { da: 'Du har ingen lister endnu.', en: 'You have no lists yet.' },
  remembered: { da: 'Huskeliste', en: 'Remember list' },
  titles: (count: number): Text2 => ({
    da: plural.da(count, '1 titel', `${count} titler`),
    en: plural.en(count, '1 title', `${count} titles`),
  }),
  make: { da: 'Lav en liste', en: 'Make a list' },
  name: { da: 'Listens navn', en: 'Name of the list' },
  made: { da: 'Listen er lavet.', en: 'The list is made.' },
  empty: { da: 'Der er ikke noget på listen.', en: 'There is nothing on the list.' },
  find: { da: 'Find noget at sætte på listen', en: 'Find something to put on the list' },
  takeOff: { da: 'Fjern', en: 'Remove' },
  takeOffNamed: (title: string): Text2 => ({ da: `Fjern ${title} fra listen`, en: `Remove ${title} from the list` }),
  takenOff: { da: 'Titlen er fjernet fra listen.', en: 'The title is removed from the list.' },
  deleteHeading: { da: 'Slet listen', en: 'Delete the list' },
  deleteLead: {
    da: 'Listen og alt på den slettes med det samme.',
    en: 'The list and all that is on it is deleted at once.',
  },
  delete: { da: 'Slet listen', en: 'Delete the list' },
  deleted: { da: 'Listen er slettet.', en: 'The list is deleted.' },
  remember: { da: 'Sæt på liste', en: 'Put on a list' },
  rememberNamed: (title: string): Text2 => ({ da: `Sæt ${title} på en liste`, en: `Put ${title} on a list` }),
  which: { da: 'Hvilken liste?', en: 'Which list?' },
  newName: { da: 'Eller navnet på en ny liste', en: 'Or the name of a new list' },
  put: { da: 'Titlen står på listen.', en: 'The title is on the list.' },
  standsOn: { da: 'Står på din liste', en: 'On your list' },
} as const

export function listText(refusal: ListRefusal): Text2 {
  switch (refusal.kind) {
    case 'feature-off':
      return { da: 'Biblioteket gemmer ikke lister.', en: 'The library keeps no lists.' }
    case 'unknown':
      return { da: 'Listen eller titlen findes ikke mere.', en: 'The list or the title is no longer there.' }
    case 'no-name':
      return { da: 'Skriv, hvad listen skal hedde.', en: 'Write what the list is to be called.' }
    case 'too-many-lists':
      return {
        da: `Du kan højst have ${refusal.most} lister. Slet en af dem først.`,
        en: `You can have at most ${refusal.most} lists. Delete one of them first.`,
      }
    case 'too-many-titles':
      return {
        da: `Der er plads til ${refusal.most} titler på en liste. Fjern en af dem først.`,
        en: `A list has room for ${refusal.most} titles. Remove one of them first.`,
      }
    default:
      return unreachable(refusal)
  }
}
