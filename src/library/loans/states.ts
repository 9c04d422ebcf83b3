import type { LoanRow } from './tables.ts'

export const LOAN_STATES = ['open', 'claimed-returned', 'lost', 'returned', 'settled'] as const
export type LoanState = (typeof LOAN_STATES)[number]

/**
 * What may become of a loan. What was lost may come back; a settled loan is open to one thing only: a charge for damage
 * that is found later, or the return of what had been paid for, after which it is settled anew.
 */
const FOLLOWS: Readonly<Record<LoanState, readonly LoanState[]>> = {
  open: ['claimed-returned', 'lost', 'returned', 'settled'],
  'claimed-returned': ['open', 'lost', 'returned', 'settled'],
  lost: ['returned', 'settled'],
  returned: ['settled', 'open'],
  settled: ['returned', 'open'],
}

export function loanMayBecome(from: LoanState, to: LoanState): boolean {
  return from === to || FOLLOWS[from].includes(to)
}

/** The state a loan's columns say it is in. */
export function loanState(
  loan: Pick<LoanRow, 'returned_at' | 'lost_at' | 'settled_at' | 'claimed_returned_at'>,
): LoanState {
  if (loan.settled_at) return 'settled'
  if (loan.returned_at) return 'returned'
  if (loan.lost_at) return 'lost'
  return loan.claimed_returned_at ? 'claimed-returned' : 'open'
}
