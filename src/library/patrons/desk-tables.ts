import type { PatronId, StaffId } from '#core'
import { coded, type Declaration, declareTable, free, identity, moment, none, staffMember } from '#privacy'

export const BLOCK_CODES = [
  'card-stolen',
  'exclusion',
  'extended-exclusion',
  'self-service',
  'self-enrolled',
  'debt',
  'deceased',
  'emigrated',
  'other',
] as const
export type BlockCode = (typeof BLOCK_CODES)[number]

export interface LoanBlockRow {
  id: string
  patron_id: PatronId
  code: BlockCode
  /** Placed by a rule, and lifted by it when the cause is gone. */
  automatic: boolean
  /** For staff. */
  reason: string | null
  /** For the patron. */
  message: string | null
  since_on: Temporal.PlainDate
  /** The first day on which it no longer stands. */
  until_on: Temporal.PlainDate | null
  placed_by: StaffId | null
  placed_at: Temporal.Instant
}

const loanBlock = declareTable<LoanBlockRow>({
  name: 'loan_block',
  label: { da: 'spærringer for lån', en: 'loan blocks' },
  about: 'patron',
  subject: 'patron_id',
  moments: { ended: { column: null, label: { da: 'spærringen er ophævet', en: 'the block is lifted' } } },
  actions: ['delete'],
  followsAccount: true,
  onErasure: 'delete',
  columns: {
    id: none,
    patron_id: identity('Låner', 'Patron'),
    code: coded('Slags', 'Kind', {
      'card-stolen': ['kort stjålet', 'card stolen'],
      exclusion: ['udelukkelse', 'exclusion'],
      'extended-exclusion': ['forlænget udelukkelse', 'extended exclusion'],
      'self-service': ['spærret af automat', 'blocked by a machine'],
      'self-enrolled': ['oprettet på nettet', 'enrolled on the web'],
      debt: ['skylder for meget', 'owes too much'],
      deceased: ['død', 'deceased'],
      emigrated: ['udrejst', 'emigrated'],
      other: ['andet', 'other'],
    }),
    automatic: identity('Automatisk', 'Automatic'),
    reason: free('Begrundelse', 'Reason'),
    message: free('Besked til dig', 'Message to you'),
    since_on: identity('Fra', 'From'),
    until_on: identity('Til', 'Until'),
    placed_by: staffMember('Besluttet af', 'Decided by'),
    placed_at: moment('Besluttet', 'Decided'),
  },
})

export interface AccessBanRow {
  id: string
  patron_id: PatronId
  reason: string
  message: string | null
  from_on: Temporal.PlainDate
  /** The first day on which it no longer stands. */
  until_on: Temporal.PlainDate | null
  decided_by: StaffId
  decided_at: Temporal.Instant
}

const accessBan = declareTable<AccessBanRow>({
  name: 'access_ban',
  label: { da: 'bortvisninger', en: 'access bans' },
  about: 'patron',
  subject: 'patron_id',
  moments: { ended: { column: null, label: { da: 'bortvisningen er forbi', en: 'the ban is over' } } },
  actions: ['delete'],
  followsAccount: true,
  onErasure: 'delete',
  columns: {
    id: none,
    patron_id: identity('Låner', 'Patron'),
    reason: free('Begrundelse', 'Reason'),
    message: free('Besked til dig', 'Message to you'),
    from_on: identity('Fra', 'From'),
    until_on: identity('Til', 'Until'),
    decided_by: staffMember('Besluttet af', 'Decided by'),
    decided_at: moment('Besluttet', 'Decided'),
  },
})

export interface NoteRow {
  id: string
  patron_id: PatronId
  /** An internal note is for staff; the other kind may be printed on what the patron gets. Both are told in an export. */
  audience: 'staff' | 'patron'
  text: string
  written_by: StaffId
  written_at: Temporal.Instant
}

const note = declareTable<NoteRow>({
  name: 'note',
  label: { da: 'noter om dig', en: 'notes about you' },
  about: 'patron',
  subject: 'patron_id',
  moments: { removed: { column: null, label: { da: 'noten er fjernet', en: 'the note is removed' } } },
  actions: ['delete'],
  followsAccount: true,
  onErasure: 'delete',
  columns: {
    id: none,
    patron_id: identity('Låner', 'Patron'),
    audience: coded('Skrevet til', 'Written for', { staff: ['personalet', 'staff'], patron: ['dig', 'you'] }),
    text: free('Note', 'Note'),
    written_by: staffMember('Skrevet af', 'Written by'),
    written_at: moment('Skrevet', 'Written'),
  },
})

export const TASK_KINDS = [
  'deceased',
  'custody-changed',
  'register-unknown',
  'number-ended',
  'disappeared',
  'emigrated',
  'duplicate',
  'self-enrolled',
] as const
export type TaskKind = (typeof TASK_KINDS)[number]

export interface PatronTaskRow {
  id: string
  patron_id: PatronId
  kind: TaskKind
  made_at: Temporal.Instant
  done_at: Temporal.Instant | null
  done_by: StaffId | null
}

const patronTask = declareTable<PatronTaskRow>({
  name: 'patron_task',
  label: { da: 'opgaver for personalet om dig', en: 'tasks for staff about you' },
  about: 'patron',
  subject: 'patron_id',
  moments: { done: { column: 'done_at', label: { da: 'opgaven er løst', en: 'the task is done' } } },
  actions: ['delete'],
  followsAccount: true,
  onErasure: 'delete',
  columns: {
    id: none,
    patron_id: identity('Låner', 'Patron'),
    kind: coded('Slags', 'Kind', {
      deceased: ['dødsfald', 'a death'],
      'custody-changed': ['ændret forældremyndighed', 'changed custody'],
      'register-unknown': ['ukendt i CPR-registret', 'unknown to the CPR register'],
      'number-ended': ['CPR-nummeret er udgået', 'the CPR number has ended'],
      disappeared: ['forsvundet', 'disappeared'],
      emigrated: ['udrejst', 'emigrated'],
      duplicate: ['måske en dublet', 'perhaps a duplicate'],
      'self-enrolled': ['oprettet på nettet', 'enrolled on the web'],
    }),
    made_at: moment('Oprettet', 'Made'),
    done_at: moment('Løst', 'Done'),
    done_by: staffMember('Løst af', 'Done by'),
  },
})

export const deskTables: readonly Declaration[] = [loanBlock, accessBan, note, patronTask]
