import type { BranchId, ItemId, Ore, StaffId, TitleId } from '#core'
import { type Declaration, declareTable, moment, none, staffMember } from '#privacy'
import { importsTables } from './imports-tables.ts'
import { searchTables } from './search-tables.ts'

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
  /** Counts the changes, so that of two who change it at once the second is told. */
  version: number
  /** Taken out of the collection. */
  withdrawn_at: Temporal.Instant | null
}

/** The source of titles that another library owns and that were asked for here: no search finds them. */
export const ELSEWHERE = 'interlibrary'

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
    version: none,
    withdrawn_at: none,
  },
})

export const ITEM_STATES = [
  'on-order',
  'available',
  'on-loan',
  'on-shelf-for-pickup',
  'in-transit',
  'claimed-returned',
  'damaged',
  'missing',
  'lost',
  'withdrawn',
] as const
export type ItemState = (typeof ITEM_STATES)[number]

export interface ItemRow {
  id: ItemId
  title_id: TitleId
  barcode: string
  branch_id: BranchId
  shelf: string | null
  state: ItemState
  added_at: Temporal.Instant
  /** Where it was last seen; `branch_id` is where it belongs. */
  at_branch_id: BranchId
  /** Where it is on its way to. */
  destination_branch_id: BranchId | null
  material_group: string
  float_group: string | null
  price_ore: Ore | null
  /** Which issue of a periodical it is, such as `7`; empty for everything else. */
  issue: string
  volume_year: string | null
  last_seen_at: Temporal.Instant | null
  /** Counts the changes by staff, not the loans. */
  version: number
  /** About the thing, such as a part that is missing; never about anyone. */
  note: string
}

const item = declareTable<ItemRow>({
  name: 'item',
  label: { da: 'eksemplarer', en: 'items' },
  about: 'nobody',
  subject: null,
  moments: {},
  actions: [],
  onErasure: 'delete',
  columns: {
    id: none,
    title_id: none,
    barcode: none,
    branch_id: none,
    shelf: none,
    state: none,
    added_at: none,
    at_branch_id: none,
    destination_branch_id: none,
    material_group: none,
    float_group: none,
    price_ore: none,
    issue: none,
    volume_year: none,
    last_seen_at: none,
    version: none,
    note: none,
  },
})

/** Use in the house: a number, and nobody's. */
export interface InHouseUseRow {
  title_id: TitleId
  branch_id: BranchId
  month: Temporal.PlainDate
  uses: number
}

const inHouseUse = declareTable<InHouseUseRow>({
  name: 'in_house_use',
  label: { da: 'brug på stedet', en: 'use in the house' },
  about: 'nobody',
  subject: null,
  moments: {},
  actions: [],
  onErasure: 'delete',
  columns: { title_id: none, branch_id: none, month: none, uses: none },
})

export const CHANGE_KINDS = [
  'added',
  'edited',
  'withdrawn',
  'brought-back',
  'moved',
  'sent',
  'received',
  'damaged',
  'mended',
  'missing',
] as const
export type ChangeKind = (typeof CHANGE_KINDS)[number]

/** What staff have changed in the catalogue by hand. */
export interface CatalogueChangeRow {
  id: string
  title_id: TitleId
  /** Null where the title itself was changed. */
  item_id: ItemId | null
  kind: ChangeKind
  field: string | null
  was: string | null
  became: string | null
  changed_at: Temporal.Instant
  changed_by: StaffId | null
}

const catalogueChange = declareTable<CatalogueChangeRow>({
  name: 'catalogue_change',
  label: { da: 'ændringer i kataloget', en: 'changes to the catalogue' },
  about: 'staff',
  subject: 'changed_by',
  moments: { changed: { column: 'changed_at', label: { da: 'ændringen er lavet', en: 'the change was made' } } },
  actions: ['delete'],
  onErasure: 'delete',
  columns: {
    id: none,
    title_id: none,
    item_id: none,
    kind: none,
    field: none,
    was: none,
    became: none,
    changed_at: moment('Ændret', 'Changed'),
    changed_by: staffMember('Ændret af', 'Changed by'),
  },
})

export const catalogueTables: readonly Declaration[] = [
  title,
  item,
  inHouseUse,
  catalogueChange,
  ...importsTables,
  ...searchTables,
]
