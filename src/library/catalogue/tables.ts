import type { BranchId, ItemId, TitleId } from '#core'
import { type Declaration, declareTable, none } from '#privacy'

export interface TitleRow {
  id: TitleId
  source: string
  record_id: string
  title: string
  subtitle: string | null
  author: string | null
  contributors: string[]
  edition: string | null
  publisher: string | null
  year: number | null
  language: string | null
  isbn: string[]
  dk5: string | null
  subjects: string[]
  material: string
  audience: 'adult' | 'child'
  series: string | null
  volume: string | null
  pages: string | null
  changed_at: Temporal.Instant
}

const title = declareTable<TitleRow>({
  name: 'title',
  label: { da: 'titler', en: 'titles' },
  about: 'nobody',
  subject: null,
  moments: {},
  actions: [],
  onErasure: 'delete',
  columns: {
    id: none,
    source: none,
    record_id: none,
    title: none,
    subtitle: none,
    author: none,
    contributors: none,
    edition: none,
    publisher: none,
    year: none,
    language: none,
    isbn: none,
    dk5: none,
    subjects: none,
    material: none,
    audience: none,
    series: none,
    volume: none,
    pages: none,
    changed_at: none,
  },
})

export type ItemState = 'available' | 'on-loan' | 'on-shelf-for-pickup' | 'lost' | 'withdrawn'

export interface ItemRow {
  id: ItemId
  title_id: TitleId
  barcode: string
  branch_id: BranchId
  shelf: string | null
  state: ItemState
  added_at: Temporal.Instant
}

const item = declareTable<ItemRow>({
  name: 'item',
  label: { da: 'eksemplarer', en: 'items' },
  about: 'nobody',
  subject: null,
  moments: {},
  actions: [],
  onErasure: 'delete',
  columns: { id: none, title_id: none, barcode: none, branch_id: none, shelf: none, state: none, added_at: none },
})

export const catalogueTables: readonly Declaration[] = [title, item]
