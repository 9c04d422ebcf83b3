import type { BranchId, FeeId, ItemId, LoanId, PatronId, TitleId } from '#core'
import { borrowing, coded, type Declaration, declareTable, identity, moment, none } from '#privacy'

/** Ages in bands wide enough that a counter by band points at nobody. */
export const AGE_BANDS = ['0-13', '14-17', '18-29', '30-49', '50-66', '67+', 'unknown'] as const
export type AgeBand = (typeof AGE_BANDS)[number]

export interface LoanRow {
  id: LoanId
  patron_id: PatronId
  item_id: ItemId
  title_id: TitleId
  branch_id: BranchId
  material: string
  patron_group: string
  age_band: AgeBand
  lent_at: Temporal.Instant
  due_on: Temporal.PlainDate
  renewals: number
  renewed_at: Temporal.Instant | null
  reminded_at: Temporal.Instant | null
  overdue_step: number
  returned_at: Temporal.Instant | null
  lost_at: Temporal.Instant | null
  settled_at: Temporal.Instant | null
  material_group: string
  /** The patron says it is returned: the loan stays open, nobody is reminded, and it is not counted as lost. */
  claimed_returned_at: Temporal.Instant | null
  /** The late fee it shares with loans that came back together, where another of them is the one it was charged for. */
  fee_id: FeeId | null
  /** The patron wants a receipt and has not had it yet. */
  receipt_wanted_at: Temporal.Instant | null
}

const loan = declareTable<LoanRow>({
  name: 'loan',
  label: { da: 'materialer, du har lånt og afleveret', en: 'materials you have borrowed and returned' },
  about: 'patron',
  subject: 'patron_id',
  moments: {
    settled: {
      column: 'settled_at',
      label: {
        da: 'du har afleveret og intet skylder for lånet',
        en: 'you have returned it and owe nothing for the loan',
      },
    },
  },
  actions: ['anonymise', 'delete'],
  openUntil: {
    column: 'settled_at',
    because: {
      da: 'du har lånt noget, der ikke er afleveret eller betalt',
      en: 'you have a loan that is not returned or paid for',
    },
  },
  onErasure: 'anonymise',
  statistics: {
    lending: { by: { title_id: 'whole', branch_id: 'whole', lent_at: 'month' } },
    circulation: {
      by: { branch_id: 'whole', material: 'whole', patron_group: 'whole', age_band: 'whole', lent_at: 'month' },
    },
  },
  core: true,
  columns: {
    id: none,
    patron_id: identity('Låner', 'Patron'),
    item_id: borrowing('Eksemplar', 'Item'),
    title_id: borrowing('Titel', 'Title'),
    branch_id: borrowing('Filial', 'Branch'),
    material: borrowing('Materiale', 'Material'),
    patron_group: coded('Lånergruppe', 'Patron group', { adult: ['voksen', 'adult'], child: ['barn', 'child'] }),
    age_band: identity('Aldersgruppe', 'Age band'),
    lent_at: moment('Lånt', 'Lent'),
    due_on: moment('Afleveres senest', 'Due'),
    renewals: borrowing('Fornyelser', 'Renewals'),
    renewed_at: moment('Sidst fornyet', 'Last renewed'),
    reminded_at: moment('Påmindet', 'Reminded'),
    overdue_step: none,
    returned_at: moment('Afleveret', 'Returned'),
    lost_at: moment('Erklæret bortkommet', 'Declared lost'),
    settled_at: moment('Afsluttet', 'Settled'),
    material_group: borrowing('Materialegruppe', 'Material group'),
    claimed_returned_at: moment('Du siger, det er afleveret', 'You say it is returned'),
    fee_id: none,
    receipt_wanted_at: moment('Kvittering ønsket', 'Receipt wanted'),
  },
})

/** A loan that somebody else answers to the desk for, such as the teacher of a class. */
export interface GroupLoanRow {
  loan_id: LoanId
  patron_id: PatronId
  since_at: Temporal.Instant
}

const groupLoan = declareTable<GroupLoanRow>({
  name: 'group_loan',
  label: { da: 'lån, du står for på en gruppes vegne', en: 'loans you answer for on behalf of a group' },
  about: 'patron',
  subject: 'patron_id',
  moments: { ended: { column: null, label: { da: 'lånet er afsluttet', en: 'the loan is settled' } } },
  actions: ['delete'],
  openWhileThere: {
    da: 'du står for lån på en gruppes vegne',
    en: 'you answer for loans on behalf of a group',
  },
  onErasure: 'delete',
  columns: {
    loan_id: borrowing('Lån', 'Loan'),
    patron_id: identity('Låner', 'Patron'),
    since_at: moment('Siden', 'Since'),
  },
})

/** What a desk or machine did while Kvit was out of reach, done here once. No card is kept. */
export interface OfflineEventRow {
  id: string
  happened_at: Temporal.Instant
  replayed_at: Temporal.Instant
  outcome: string
  deed: string | null
  branch_id: BranchId | null
  /** The item that staff must look at, until they have. */
  item_id: ItemId | null
  because: string[]
  seen_at: Temporal.Instant | null
}

const offlineEvent = declareTable<OfflineEventRow>({
  name: 'offline_event',
  label: { da: 'hvad der blev gjort uden forbindelse', en: 'what was done offline' },
  about: 'nobody',
  subject: null,
  moments: {},
  actions: [],
  onErasure: 'delete',
  columns: {
    id: none,
    happened_at: none,
    replayed_at: none,
    outcome: none,
    deed: none,
    branch_id: none,
    item_id: none,
    because: none,
    seen_at: none,
  },
})

interface LendingRow {
  title_id: TitleId
  branch_id: BranchId
  month: Temporal.PlainDate
  loans: number
}

const lending = declareTable<LendingRow>({
  name: 'lending',
  label: { da: 'antal lån af hver titel', en: 'number of loans of each title' },
  about: 'nobody',
  subject: null,
  moments: {},
  actions: [],
  onErasure: 'delete',
  columns: { title_id: none, branch_id: none, month: none, loans: none },
})

interface CirculationRow {
  branch_id: BranchId
  material: string
  patron_group: string
  age_band: AgeBand
  month: Temporal.PlainDate
  loans: number
}

const circulation = declareTable<CirculationRow>({
  name: 'circulation',
  label: { da: 'antal lån i hver måned', en: 'number of loans in each month' },
  about: 'nobody',
  subject: null,
  moments: {},
  actions: [],
  onErasure: 'delete',
  columns: { branch_id: none, material: none, patron_group: none, age_band: none, month: none, loans: none },
})

export const loansTables: readonly Declaration[] = [loan, groupLoan, offlineEvent, lending, circulation]
