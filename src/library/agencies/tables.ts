import type { BranchId } from '#core'
import { type Declaration, declareTable, none } from '#privacy'

export interface BranchRow {
  id: BranchId
  code: string
  name: string
  address: string
  postcode: string
  city: string
}

const branch = declareTable<BranchRow>({
  name: 'branch',
  label: { da: 'filialer', en: 'branches' },
  about: 'nobody',
  subject: null,
  moments: {},
  actions: [],
  onErasure: 'delete',
  columns: { id: none, code: none, name: none, address: none, postcode: none, city: none },
})

export interface OpeningHoursRow {
  branch_id: BranchId
  /** 1 is Monday, as in ISO 8601. */
  weekday: number
  opens: string
  closes: string
  staffed: boolean
}

const openingHours = declareTable<OpeningHoursRow>({
  name: 'opening_hours',
  label: { da: 'åbningstider', en: 'opening hours' },
  about: 'nobody',
  subject: null,
  moments: {},
  actions: [],
  onErasure: 'delete',
  columns: { branch_id: none, weekday: none, opens: none, closes: none, staffed: none },
})

export const agenciesTables: readonly Declaration[] = [branch, openingHours]
