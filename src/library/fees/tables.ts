import type { BranchId, CompensationId, FeeId, LoanId, Ore, PatronId, PaymentId, PaymentOrderId, StaffId } from '#core'
import { coded, type Declaration, declareTable, identity, moment, money, none, staffMember } from '#privacy'

const OWED = { da: 'du skylder biblioteket penge', en: 'you owe the library money' }

interface ClaimRow {
  patron_id: PatronId
  loan_id: LoanId | null
  amount_ore: Ore
  paid_ore: Ore
  /** Reduced, cancelled or written off. What is left is amount - paid - credited; below zero the library owes it back. */
  credited_ore: Ore
  /** The bill's number; none of what was charged before bills had one. */
  number: string | null
  pay_by_on: Temporal.PlainDate | null
  charged_at: Temporal.Instant
  settled_at: Temporal.Instant | null
  /** Since when the municipality collects it; nobody pays it here meanwhile. */
  handed_over_at: Temporal.Instant | null
}

const claimColumns = {
  id: none,
  patron_id: identity('Låner', 'Patron'),
  loan_id: none,
  reason: money('Grund', 'Reason'),
  amount_ore: money('Beløb i øre', 'Amount in øre'),
  paid_ore: money('Betalt i øre', 'Paid in øre'),
  credited_ore: money('Nedsat i øre', 'Reduced in øre'),
  number: money('Regning nr.', 'Bill number'),
  pay_by_on: moment('Betales senest', 'Pay by'),
  charged_at: moment('Opkrævet', 'Charged'),
  settled_at: moment('Afviklet', 'Settled'),
  handed_over_at: moment('Overdraget til kommunen', 'Handed over to the municipality'),
} as const

export interface FeeRow extends ClaimRow {
  id: FeeId
  reason: 'overdue'
  /** The day of the loan or of its last renewal, when it was due, and when it came back or was renewed. */
  loaned_on: Temporal.PlainDate | null
  due_on: Temporal.PlainDate | null
  returned_on: Temporal.PlainDate | null
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
  columns: {
    ...claimColumns,
    loaned_on: moment('Lånt eller fornyet', 'Lent or renewed'),
    due_on: moment('Skulle afleveres', 'Was due'),
    returned_on: moment('Afleveret', 'Returned'),
  },
})

export interface CompensationRow extends ClaimRow {
  id: CompensationId
  reason: 'lost' | 'damaged'
  /** How much of the amount is for making a new copy ready. */
  handling_ore: Ore
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
  columns: { ...claimColumns, handling_ore: money('Heraf klargøring i øre', 'Of which handling in øre') },
})

export interface PaymentRow {
  id: PaymentId
  patron_id: PatronId
  fee_id: FeeId | null
  compensation_id: CompensationId | null
  /** Below zero when it was paid back. */
  amount_ore: Ore
  /** `municipality`: paid to the municipality after it had taken the claim over. */
  method: 'cash' | 'card' | 'online' | 'municipality'
  receipt_number: string
  paid_at: Temporal.Instant
  order_id: PaymentOrderId | null
  branch_id: BranchId | null
  taken_by: StaffId | null
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
    method: coded('Betalt med', 'Paid by', {
      cash: ['kontanter', 'cash'],
      card: ['kort', 'card'],
      online: ['betaling på nettet', 'payment online'],
      municipality: ['betaling til kommunen', 'payment to the municipality'],
    }),
    receipt_number: money('Kvittering nr.', 'Receipt number'),
    paid_at: moment('Betalt', 'Paid'),
    order_id: none,
    branch_id: money('Filial', 'Branch'),
    taken_by: staffMember('Modtaget af', 'Taken by'),
  },
})

/** A payment on the way through the provider's page. Whole claims only. */
export interface PaymentOrderRow {
  id: PaymentOrderId
  patron_id: PatronId
  provider: string
  provider_id: string | null
  state: 'created' | 'open' | 'paid' | 'failed' | 'cancelled'
  amount_ore: Ore
  fee_ids: FeeId[]
  compensation_ids: CompensationId[]
  created_at: Temporal.Instant
  /** Null while the provider has our question or owes the patron a refund. */
  ended_at: Temporal.Instant | null
  page_url: string | null
  /** Came in though it was paid elsewhere meanwhile: goes back. */
  refund_ore: Ore
  refunded_at: Temporal.Instant | null
}

const paymentOrder = declareTable<PaymentOrderRow>({
  name: 'payment_order',
  label: { da: 'betalinger på nettet', en: 'payments online' },
  about: 'patron',
  subject: 'patron_id',
  moments: {
    ended: {
      column: 'ended_at',
      label: { da: 'betalingen er gennemført eller opgivet', en: 'the payment was completed or given up' },
    },
  },
  actions: ['delete'],
  openUntil: {
    column: 'ended_at',
    because: { da: 'du er i gang med at betale på nettet', en: 'you are in the middle of a payment online' },
  },
  onErasure: 'delete',
  columns: {
    id: none,
    patron_id: identity('Låner', 'Patron'),
    provider: money('Betalt gennem', 'Paid through'),
    provider_id: money('Betalingens nummer', 'Number of the payment'),
    state: coded('Tilstand', 'State', {
      created: ['begyndt', 'begun'],
      open: ['i gang', 'under way'],
      paid: ['betalt', 'paid'],
      failed: ['mislykkedes', 'failed'],
      cancelled: ['afbrudt', 'cancelled'],
    }),
    amount_ore: money('Beløb i øre', 'Amount in øre'),
    fee_ids: none,
    compensation_ids: none,
    created_at: moment('Begyndt', 'Begun'),
    ended_at: moment('Afsluttet', 'Ended'),
    page_url: none,
    refund_ore: money('Betalt tilbage i øre', 'Paid back in øre'),
    refunded_at: moment('Tilbagebetalt', 'Refunded'),
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
  kind: 'charge' | 'payment' | 'credit' | 'write-off' | 'refund'
  method: PaymentRow['method'] | null
  branch_id: BranchId | null
  /** Who at the desk took, gave back, reduced or wrote off; null of what the program or the patron did. */
  made_by: StaffId | null
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
    kind: coded('Slags', 'Kind', {
      charge: ['opkrævning', 'charge'],
      payment: ['betaling', 'payment'],
      credit: ['nedsættelse', 'reduction'],
      'write-off': ['afskrivning', 'write-off'],
      refund: ['tilbagebetaling', 'refund'],
    }),
    method: money('Betalt med', 'Paid by'),
    branch_id: money('Filial', 'Branch'),
    made_by: staffMember('Bogført af', 'Entered by'),
  },
})

export const feesTables: readonly Declaration[] = [fee, compensation, payment, bookkeepingEntry, paymentOrder]
