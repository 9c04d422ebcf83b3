import type { PatronId, StaffId } from '#core'
import { type Declaration, declareTable, free, identity, moment, none, staffMember } from './declare.ts'
import { rightsCase } from './rights-tables.ts'

export interface PolicyVersionRow {
  number: number
  text: string
  hash: Buffer
  effective_on: Temporal.PlainDate
  published_at: Temporal.Instant
  founded_by: string | null
  proposed_by: StaffId | null
  approved_by: StaffId | null
}

const policyVersion = declareTable<PolicyVersionRow>({
  name: 'policy_version',
  label: { da: 'offentliggjorte politikker', en: 'published policies' },
  about: 'nobody',
  subject: null,
  moments: {},
  actions: [],
  onErasure: 'delete',
  columns: {
    number: none,
    text: none,
    hash: none,
    effective_on: none,
    published_at: none,
    founded_by: none,
    proposed_by: staffMember('Foreslået af', 'Proposed by'),
    approved_by: staffMember('Godkendt af', 'Approved by'),
  },
})

export interface ProposalRow {
  id: string
  text: string
  hash: Buffer
  proposed_by: StaffId
  proposed_at: Temporal.Instant
  approved_by: StaffId | null
  approved_at: Temporal.Instant | null
  confirmed_at: Temporal.Instant | null
  published_number: number | null
  withdrawn_at: Temporal.Instant | null
}

const policyProposal = declareTable<ProposalRow>({
  name: 'policy_proposal',
  label: { da: 'foreslåede politikker', en: 'proposed policies' },
  about: 'nobody',
  subject: null,
  moments: {},
  actions: [],
  onErasure: 'delete',
  columns: {
    id: none,
    text: none,
    hash: none,
    proposed_by: staffMember('Foreslået af', 'Proposed by'),
    proposed_at: none,
    approved_by: staffMember('Godkendt af', 'Approved by'),
    approved_at: none,
    confirmed_at: none,
    published_number: none,
    withdrawn_at: none,
  },
})

export interface NightRow {
  night_on: Temporal.PlainDate
  began_at: Temporal.Instant
  ended_at: Temporal.Instant
  policy_version: number
  late_days: number
  outcome: 'kept' | 'overdue'
}

const night = declareTable<NightRow>({
  name: 'night',
  label: { da: 'kørte nætter', en: 'nights that were run' },
  about: 'nobody',
  subject: null,
  moments: {},
  actions: [],
  onErasure: 'delete',
  columns: { night_on: none, began_at: none, ended_at: none, policy_version: none, late_days: none, outcome: none },
})

interface NightProgressRow {
  clause: string
  rows_gone: number
  batches: number
}

const nightProgress = declareTable<NightProgressRow>({
  name: 'night_progress',
  label: { da: 'nattens arbejde, mens det står på', en: 'the night’s work while it lasts' },
  about: 'nobody',
  subject: null,
  moments: {},
  actions: [],
  onErasure: 'delete',
  columns: { clause: none, rows_gone: none, batches: none },
})

export interface RetentionStepRow {
  number: number
  night_on: Temporal.PlainDate
  policy_version: number
  clause: string
  cutoff_at: Temporal.Instant
  rows_gone: number
  batches: number
  held: number
  restricted: number
  still_open: number
  overdue: number
  oldest_at: Temporal.Instant | null
  ended_at: Temporal.Instant
  previous_hash: Buffer
  hash: Buffer
}

const retentionStep = declareTable<RetentionStepRow>({
  name: 'retention_step',
  label: { da: 'tal for, hvad der er glemt', en: 'numbers of what was forgotten' },
  about: 'nobody',
  subject: null,
  moments: {},
  actions: [],
  onErasure: 'delete',
  columns: {
    number: none,
    night_on: none,
    policy_version: none,
    clause: none,
    cutoff_at: none,
    rows_gone: none,
    batches: none,
    held: none,
    restricted: none,
    still_open: none,
    overdue: none,
    oldest_at: none,
    ended_at: none,
    previous_hash: none,
    hash: none,
  },
})

export interface HoldRow {
  id: string
  table_name: string
  row_id: string
  patron_id: PatronId | null
  reason: string
  placed_by: string
  placed_at: Temporal.Instant
  until_on: Temporal.PlainDate | null
  ended_at: Temporal.Instant | null
}

const hold = declareTable<HoldRow>({
  name: 'hold',
  label: { da: 'juridiske tilbageholdelser', en: 'legal holds' },
  about: 'patron',
  subject: 'patron_id',
  moments: {
    ended: { column: 'ended_at', label: { da: 'tilbageholdelsen er ophævet', en: 'the hold has ended' } },
  },
  actions: ['delete'],
  openUntil: {
    column: 'ended_at',
    because: {
      da: 'oplysninger om dig er tilbageholdt af en juridisk grund',
      en: 'data about you are under a legal hold',
    },
  },
  onErasure: 'delete',
  core: true,
  columns: {
    id: none,
    table_name: identity('Hvad der holdes tilbage', 'What is held'),
    row_id: none,
    patron_id: identity('Låner', 'Patron'),
    reason: free('Begrundelse', 'Reason'),
    placed_by: staffMember('Besluttet af', 'Decided by'),
    placed_at: moment('Fra', 'From'),
    until_on: moment('Til', 'Until'),
    ended_at: moment('Ophævet', 'Ended'),
  },
})

export interface RestrictionRow {
  id: string
  patron_id: PatronId
  reason: string
  placed_by: string
  placed_at: Temporal.Instant
  ended_at: Temporal.Instant | null
}

const restriction = declareTable<RestrictionRow>({
  name: 'restriction',
  label: { da: 'begrænsninger af behandlingen', en: 'restrictions of processing' },
  about: 'patron',
  subject: 'patron_id',
  moments: {
    ended: { column: 'ended_at', label: { da: 'begrænsningen er ophævet', en: 'the restriction has ended' } },
  },
  actions: ['delete'],
  openUntil: {
    column: 'ended_at',
    because: { da: 'behandlingen af dine oplysninger er begrænset', en: 'the processing of your data is restricted' },
  },
  onErasure: 'delete',
  core: true,
  columns: {
    id: none,
    patron_id: identity('Låner', 'Patron'),
    reason: free('Begrundelse', 'Reason'),
    placed_by: staffMember('Besluttet af', 'Decided by'),
    placed_at: moment('Fra', 'From'),
    ended_at: moment('Ophævet', 'Ended'),
  },
})

export interface ConsentRow {
  id: string
  patron_id: PatronId
  purpose: string
  wording: string
  wording_version: number
  language: 'da' | 'en'
  given_by: 'patron' | 'guardian'
  channel: string
  given_at: Temporal.Instant
  withdrawn_at: Temporal.Instant | null
}

const consent = declareTable<ConsentRow>({
  name: 'consent',
  label: { da: 'samtykker', en: 'consents' },
  about: 'patron',
  subject: 'patron_id',
  moments: {
    withdrawn: {
      column: 'withdrawn_at',
      label: { da: 'samtykket er trukket tilbage', en: 'the consent was withdrawn' },
    },
  },
  actions: ['delete'],
  followsAccount: true,
  onErasure: 'delete',
  core: true,
  columns: {
    id: none,
    patron_id: identity('Låner', 'Patron'),
    purpose: identity('Formål', 'Purpose'),
    wording: free('Teksten, der blev sagt ja til', 'The text agreed to'),
    wording_version: none,
    language: none,
    given_by: identity('Givet af', 'Given by'),
    channel: identity('Givet hvor', 'Given where'),
    given_at: moment('Givet', 'Given'),
    withdrawn_at: moment('Trukket tilbage', 'Withdrawn'),
  },
})

export interface AccessLogRow {
  id: string
  patron_id: PatronId
  staff_id: StaffId
  seen_at: Temporal.Instant
  what: string
  why: string
}

const accessLog = declareTable<AccessLogRow>({
  name: 'access_log',
  label: { da: 'log over, hvornår personalet har set dine oplysninger', en: 'the log of when staff saw your data' },
  about: 'patron',
  subject: 'patron_id',
  moments: { seen: { column: 'seen_at', label: { da: 'opslaget', en: 'the look-up' } } },
  actions: ['delete'],
  followsAccount: true,
  onErasure: 'delete',
  core: true,
  columns: {
    id: none,
    patron_id: identity('Låner', 'Patron'),
    staff_id: staffMember('Set af', 'Seen by'),
    seen_at: moment('Hvornår', 'When'),
    what: free('Hvad', 'What'),
    why: free('Hvorfor', 'Why'),
  },
})

export interface DisclosureRow {
  id: string
  patron_id: PatronId | null
  recipient: string
  fields: string
  purpose: string
  outcome: 'handed-over' | 'refused'
  refused_because: string | null
  made_at: Temporal.Instant
}

const disclosure = declareTable<DisclosureRow>({
  name: 'disclosure',
  label: { da: 'log over, hvad der er givet videre', en: 'the log of what was handed over' },
  about: 'patron',
  subject: 'patron_id',
  moments: { made: { column: 'made_at', label: { da: 'videregivelsen', en: 'the disclosure' } } },
  actions: ['delete'],
  followsAccount: true,
  onErasure: 'delete',
  core: true,
  columns: {
    id: none,
    patron_id: identity('Låner', 'Patron'),
    recipient: identity('Modtager', 'Recipient'),
    fields: identity('Oplysninger', 'Data'),
    purpose: identity('Formål', 'Purpose'),
    outcome: identity('Udfald', 'Outcome'),
    refused_because: free('Afvist fordi', 'Refused because'),
    made_at: moment('Hvornår', 'When'),
  },
})

interface ErasureReceiptRow {
  id: string
  erased_on: Temporal.PlainDate
  asked_by: 'patron' | 'inactivity' | 'operator'
}

const erasureReceipt = declareTable<ErasureReceiptRow>({
  name: 'erasure_receipt',
  label: { da: 'kvitteringer for sletning, uden navn', en: 'receipts of erasure, without names' },
  about: 'nobody',
  subject: null,
  moments: {},
  actions: [],
  onErasure: 'delete',
  columns: { id: none, erased_on: none, asked_by: none },
})

export const privacyTables: readonly Declaration[] = [
  policyVersion,
  policyProposal,
  night,
  nightProgress,
  retentionStep,
  hold,
  restriction,
  consent,
  accessLog,
  disclosure,
  rightsCase,
  erasureReceipt,
]
