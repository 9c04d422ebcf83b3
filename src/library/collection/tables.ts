import type { Ore, PatronId } from '#core'
import { coded, type Declaration, declareTable, identity, moment, money, none } from '#privacy'

export const CASE_STATES = [
  'prepared',
  'sent',
  'accepted',
  'rejected',
  'reminded',
  'filed',
  'paid',
  'withdrawn',
  'written-off',
] as const
export type CaseState = (typeof CASE_STATES)[number]

export interface CollectionCaseRow {
  id: string
  patron_id: PatronId
  claim_kind: 'fee' | 'compensation'
  claim_id: string
  reference: string
  amount_ore: Ore
  paid_ore: Ore
  written_down_ore: Ore
  state: CaseState
  reason: string | null
  prepared_at: Temporal.Instant
  sent_at: Temporal.Instant | null
  changed_at: Temporal.Instant
  /** Nothing more is to be told to or heard from anyone. */
  settled_at: Temporal.Instant | null
}

const collectionCase = declareTable<CollectionCaseRow>({
  name: 'collection_case',
  label: { da: 'krav sendt til inddrivelse', en: 'claims handed to debt collection' },
  about: 'patron',
  subject: 'patron_id',
  moments: {
    settled: {
      column: 'settled_at',
      label: { da: 'sagen hos kommunen er afsluttet', en: 'the case at the municipality was closed' },
    },
  },
  actions: ['delete'],
  openUntil: {
    column: 'settled_at',
    because: { da: 'kommunen inddriver et krav hos dig', en: 'the municipality is collecting a claim from you' },
  },
  onErasure: {
    keep: {
      da: 'kommunen skal kunne vise, hvad der er sendt til inddrivelse; sagen nævner hverken navn eller titler',
      en: 'the municipality must be able to show what was sent to collection; the case names neither you nor any title',
    },
  },
  columns: {
    id: none,
    patron_id: identity('Låner', 'Patron'),
    claim_kind: coded('Krav', 'Claim', {
      fee: ['gebyr', 'late fee'],
      compensation: ['erstatning', 'compensation'],
    }),
    claim_id: none,
    reference: money('Sagens nummer hos kommunen', 'Number of the case at the municipality'),
    amount_ore: money('Overdraget beløb i øre', 'Amount handed over in øre'),
    paid_ore: money('Betalt til kommunen i øre', 'Paid to the municipality in øre'),
    written_down_ore: money('Nedskrevet af kommunen i øre', 'Written down by the municipality in øre'),
    state: coded('Tilstand', 'State', {
      prepared: ['varslet', 'announced'],
      sent: ['sendt til kommunen', 'sent to the municipality'],
      accepted: ['modtaget af kommunen', 'accepted by the municipality'],
      rejected: ['afvist af kommunen', 'rejected by the municipality'],
      reminded: ['rykket af kommunen', 'reminded by the municipality'],
      filed: ['sendt til Gældsstyrelsen', 'filed with the Danish Debt Collection Agency'],
      paid: ['betalt', 'paid'],
      withdrawn: ['trukket tilbage', 'withdrawn'],
      'written-off': ['afskrevet', 'written off'],
    }),
    reason: money('Begrundelse', 'Reason'),
    prepared_at: moment('Varslet', 'Announced'),
    sent_at: moment('Sendt', 'Sent'),
    changed_at: moment('Ændret', 'Changed'),
    settled_at: moment('Afsluttet', 'Closed'),
  },
})

export const collectionTables: readonly Declaration[] = [collectionCase]
