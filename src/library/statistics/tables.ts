import type { BranchId } from '#core'
import { type Declaration, declareTable, none } from '#privacy'

/** What a day has come to at a branch. The stock is null where nobody was there to count when the day was over. */
export interface DayAtBranchRow {
  day: Temporal.PlainDate
  branch_id: BranchId
  loans: number
  returns: number
  items: number | null
  on_loan: number | null
  overdue: number | null
  waiting: number | null
}

export interface DayOfGroupRow {
  day: Temporal.PlainDate
  material_group: string
  loans: number
  items: number | null
  on_loan: number | null
}

const nobodys = { about: 'nobody', subject: null, moments: {}, actions: [], onErasure: 'delete' } as const

const dayAtBranch = declareTable<DayAtBranchRow>({
  ...nobodys,
  name: 'day_at_branch',
  label: { da: 'dagens tal for hver filial', en: 'the day’s numbers for each branch' },
  columns: {
    day: none,
    branch_id: none,
    loans: none,
    returns: none,
    items: none,
    on_loan: none,
    overdue: none,
    waiting: none,
  },
})

const dayOfGroup = declareTable<DayOfGroupRow>({
  ...nobodys,
  name: 'day_of_group',
  label: { da: 'dagens tal for hver materialegruppe', en: 'the day’s numbers for each material group' },
  columns: { day: none, material_group: none, loans: none, items: none, on_loan: none },
})

export const statisticsTables: readonly Declaration[] = [dayAtBranch, dayOfGroup]
