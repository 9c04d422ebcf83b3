import type { Id, PatronId, TitleId } from '#core'
import { borrowing, type Declaration, declareTable, free, identity, moment, none } from '#privacy'

export type ListId = Id<'list'>

/** A list of titles that a patron has made for themself. */
export interface ListRow {
  id: ListId
  patron_id: PatronId
  name: string
  made_at: Temporal.Instant
}

const list = declareTable<ListRow>({
  name: 'list',
  label: { da: 'lister, du har lavet', en: 'lists you have made' },
  about: 'patron',
  subject: 'patron_id',
  moments: { removed: { column: null, label: { da: 'du sletter listen', en: 'you delete the list' } } },
  actions: ['delete'],
  followsAccount: true,
  onErasure: 'delete',
  columns: {
    id: none,
    patron_id: identity('Låner', 'Patron'),
    name: free('Listens navn', 'Name of the list'),
    made_at: moment('Lavet', 'Made'),
  },
})

/** A title on a list. */
export interface ListEntryRow {
  id: string
  list_id: ListId
  patron_id: PatronId
  title_id: TitleId
  added_at: Temporal.Instant
}

const listEntry = declareTable<ListEntryRow>({
  name: 'list_entry',
  label: { da: 'titler på dine lister', en: 'titles on your lists' },
  about: 'patron',
  subject: 'patron_id',
  moments: {
    removed: { column: null, label: { da: 'du tager titlen af listen', en: 'you take the title off the list' } },
  },
  actions: ['delete'],
  followsAccount: true,
  onErasure: 'delete',
  columns: {
    id: none,
    list_id: none,
    patron_id: identity('Låner', 'Patron'),
    title_id: borrowing('Titel', 'Title'),
    added_at: moment('Sat på listen', 'Put on the list'),
  },
})

export const listsTables: readonly Declaration[] = [list, listEntry]
