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

/** A day on which a branch, or every branch, is closed although the week says otherwise. */
export interface ClosedDayRow {
  id: string
  branch_id: BranchId | null
  day: Temporal.PlainDate
  reason_da: string
  reason_en: string
}

const closedDay = declareTable<ClosedDayRow>({
  name: 'closed_day',
  label: { da: 'lukkedage', en: 'closed days' },
  about: 'nobody',
  subject: null,
  moments: {},
  actions: [],
  onErasure: 'delete',
  columns: { id: none, branch_id: none, day: none, reason_da: none, reason_en: none },
})

export const agenciesTables: readonly Declaration[] = [branch, openingHours, closedDay]
