import type { CompensationId, FeeId, LoanId, Ore, PatronId, PaymentId } from '#core'
import { type Declaration, declareTable, identity, moment, money, none } from '#privacy'

const OWED = { da: 'du skylder biblioteket penge', en: 'you owe the library money' }

interface ClaimRow {
  patron_id: PatronId
  loan_id: LoanId | null
  amount_ore: Ore
  paid_ore: Ore
  charged_at: Temporal.Instant
  settled_at: Temporal.Instant | null
}

const claimColumns = {
  id: none,
  patron_id: identity('Låner', 'Patron'),
  loan_id: none,
  reason: money('Grund', 'Reason'),
  amount_ore: money('Beløb i øre', 'Amount in øre'),
  paid_ore: money('Betalt i øre', 'Paid in øre'),
  charged_at: moment('Opkrævet', 'Charged'),
  settled_at: moment('Afviklet', 'Settled'),
} as const

export interface FeeRow extends ClaimRow {
  id: FeeId
  reason: 'overdue'
}

const fee = declareTable<FeeRow>({
  name: 'fee',
  label: { da: 'gebyrer', en: 'late fees' },
  about: 'patron',
  subject: 'patron_id',
  moments: {
    settled: { column: 'settled_at', label: { da: 'gebyret er betalt', en: 'the fee was paid' } },
  },
  actions: ['delete'],
  openUntil: { column: 'settled_at', because: OWED },
  onErasure: 'delete',
  core: true,
  columns: claimColumns,
})

export interface CompensationRow extends ClaimRow {
  id: CompensationId
  reason: 'lost' | 'damaged'
}

const compensation = declareTable<CompensationRow>({
  name: 'compensation',
  label: { da: 'erstatninger', en: 'compensation for lost or damaged materials' },
  about: 'patron',
  subject: 'patron_id',
  moments: {
    settled: { column: 'settled_at', label: { da: 'erstatningen er betalt', en: 'the compensation was paid' } },
  },
  actions: ['delete'],
  openUntil: { column: 'settled_at', because: OWED },
  onErasure: 'delete',
  core: true,
  columns: claimColumns,
})

export interface PaymentRow {
  id: PaymentId
  patron_id: PatronId
  fee_id: FeeId | null
  compensation_id: CompensationId | null
  amount_ore: Ore
  method: 'cash' | 'card' | 'online'
  receipt_number: string
  paid_at: Temporal.Instant
}

const payment = declareTable<PaymentRow>({
  name: 'payment',
  label: { da: 'betalinger og kvitteringer', en: 'payments and receipts' },
  about: 'patron',
  subject: 'patron_id',
  moments: { paid: { column: 'paid_at', label: { da: 'du har betalt', en: 'you paid' } } },
  actions: ['delete'],
  onErasure: 'delete',
  core: true,
  columns: {
    id: none,
    patron_id: identity('Låner', 'Patron'),
    fee_id: none,
    compensation_id: none,
    amount_ore: money('Beløb i øre', 'Amount in øre'),
    method: money('Betalt med', 'Paid by'),
    receipt_number: money('Kvittering nr.', 'Receipt number'),
    paid_at: moment('Betalt', 'Paid'),
  },
})

export interface BookkeepingEntryRow {
  id: string
  patron_id: PatronId
  claim_id: string
  number: string
  account: 'fee' | 'compensation'
  amount_ore: Ore
  booked_at: Temporal.Instant
  settled_at: Temporal.Instant | null
}

const bookkeepingEntry = declareTable<BookkeepingEntryRow>({
  name: 'bookkeeping_entry',
  label: { da: 'bilag i regnskabet', en: 'entries in the accounts' },
  about: 'patron',
  subject: 'patron_id',
  moments: {
    settled: { column: 'settled_at', label: { da: 'kravet er betalt', en: 'the claim was paid' } },
  },
  actions: ['delete'],
  onErasure: {
    keep: {
      da: 'regnskabet skal gemmes efter lovens regler; det nævner hverken navn eller titler',
      en: 'the accounts must be kept by law; they name neither you nor any title',
    },
  },
  limits: [
    {
      moment: 'settled',
      atLeast: 'P3Y',
      roundUp: true,
      law: 'municipal-accounts',
      sentence: {
        da: 'Regnskabsbilag skal gemmes i mindst tre år fra udgangen af regnskabsåret',
        en: 'Entries in the accounts must be kept for at least three years from the end of the accounting year',
      },
    },
  ],
  core: true,
  columns: {
    id: none,
    patron_id: identity('Låner', 'Patron'),
    claim_id: none,
    number: money('Bilag nr.', 'Entry number'),
    account: money('Konto', 'Account'),
    amount_ore: money('Beløb i øre', 'Amount in øre'),
    booked_at: moment('Bogført', 'Booked'),
    settled_at: moment('Kravet betalt', 'Claim paid'),
  },
})

export const feesTables: readonly Declaration[] = [fee, compensation, payment, bookkeepingEntry]
