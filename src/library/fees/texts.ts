import type { Language, Text2 } from '#core'
import type { Claim } from './ledger.ts'
import type { BookkeepingEntryRow, PaymentRow } from './tables.ts'

export const claimKinds: Record<Claim['kind'], Text2> = {
  fee: { da: 'Gebyr', en: 'Late fee' },
  compensation: { da: 'Erstatning', en: 'Compensation' },
}

export const reasons: Record<'overdue' | 'lost' | 'damaged', Text2> = {
  overdue: { da: 'Afleveret for sent', en: 'Returned late' },
  lost: { da: 'Bortkommet', en: 'Lost' },
  damaged: { da: 'Beskadiget', en: 'Damaged' },
}

export const methods: Record<PaymentRow['method'], Text2> = {
  cash: { da: 'Kontant', en: 'Cash' },
  card: { da: 'Kort', en: 'Card' },
  online: { da: 'På nettet', en: 'Online' },
  municipality: { da: 'Til kommunen', en: 'To the municipality' },
}

export const accounts: Record<Claim['kind'], Text2> = {
  fee: { da: 'Gebyrer', en: 'Late fees' },
  compensation: { da: 'Erstatninger', en: 'Compensation' },
}

export const entryKinds: Record<BookkeepingEntryRow['kind'], Text2> = {
  charge: { da: 'Opkrævning', en: 'Charge' },
  payment: { da: 'Betaling', en: 'Payment' },
  credit: { da: 'Nedsættelse', en: 'Reduction' },
  'write-off': { da: 'Afskrivning', en: 'Write-off' },
  refund: { da: 'Tilbagebetaling', en: 'Refund' },
}

export const csvHeads: Record<Language, readonly string[]> = {
  da: ['Bilag', 'Dato', 'Konto', 'Slags', 'Betalt med', 'Filial', 'Beløb'],
  en: ['Entry', 'Date', 'Account', 'Kind', 'Paid by', 'Branch', 'Amount'],
}
