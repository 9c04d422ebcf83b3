import type { BranchId, StaffId } from '#core'
import { type Declaration, declareTable, none, staffMember } from '#privacy'

export const IMPORT_STATES = ['receiving', 'waiting', 'running', 'stopped', 'failed', 'done'] as const
export type ImportState = (typeof IMPORT_STATES)[number]

/** A file of records on its way into the catalogue. Its name is not kept: it may be anyone's. */
export interface CatalogueImportRow {
  id: string
  started_at: Temporal.Instant
  started_by: StaffId | null
  source: string
  default_branch_id: BranchId | null
  encoding: string | null
  state: ImportState
  failed_because: 'disk-full' | 'fault' | null
  bytes: number
  bytes_done: number
  /** The number of the last record of the file that is dealt with. */
  through: number
  records: number
  new_titles: number
  items: number
  faults: number
  /** In the world's time. */
  moved_at: Temporal.Instant
  worker: string | null
  finished_at: Temporal.Instant | null
}

const nobodys = { about: 'nobody', subject: null, moments: {}, actions: [], onErasure: 'delete' } as const

const catalogueImport = declareTable<CatalogueImportRow>({
  ...nobodys,
  name: 'catalogue_import',
  label: { da: 'import af poster', en: 'imports of records' },
  columns: {
    id: none,
    started_at: none,
    started_by: staffMember('Startet af', 'Started by'),
    source: none,
    default_branch_id: none,
    encoding: none,
    state: none,
    failed_because: none,
    bytes: none,
    bytes_done: none,
    through: none,
    records: none,
    new_titles: none,
    items: none,
    faults: none,
    moved_at: none,
    worker: none,
    finished_at: none,
  },
})

const part = declareTable<{ import_id: string; number: number; bytes: Buffer }>({
  ...nobodys,
  name: 'catalogue_import_part',
  label: { da: 'filer med poster, til de er læst', en: 'files of records until they are read' },
  columns: { import_id: none, number: none, bytes: none },
})

const fault = declareTable<{ import_id: string; number: number; position: number; fault: string }>({
  ...nobodys,
  name: 'catalogue_import_fault',
  label: { da: 'poster, der ikke kunne importeres', en: 'records that could not be imported' },
  columns: { import_id: none, number: none, position: none, fault: none },
})

const warning = declareTable<{ import_id: string; warning: string; number: number; times: number }>({
  ...nobodys,
  name: 'catalogue_import_warning',
  label: { da: 'bemærkninger til import', en: 'notes on imports' },
  columns: { import_id: none, warning: none, number: none, times: none },
})

export const importsTables: readonly Declaration[] = [catalogueImport, part, fault, warning]
