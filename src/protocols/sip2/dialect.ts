import { amount, type Call, institutionName } from './call.ts'
import { compactDay } from './dates.ts'
import type { Field } from './messages.ts'
import type { DebtFacts, HoldFacts, ItemFacts, LoanFacts } from './ports.ts'
import { count, type List } from './rules.ts'

/** What is said of a thing in the dialect that machines of one maker read: several values in a field. */
interface Described {
  readonly title: string
  readonly author: string | null
  readonly material: string
  readonly dk5: string | null
}

/** Joins values with the dialect's sign, which none of them may hold. */
export function joined(...values: readonly (string | null)[]): string {
  return values.map((value) => (value ?? '').replaceAll('%', ' ')).join('%')
}

export function described({ title, author, material, dk5 }: Described): string {
  return joined(title, author, material, material, dk5)
}

export function loanValue(call: Call, loan: LoanFacts): string {
  if (call.profile.dialect === 'standard') return loan.barcode
  return `${joined(loan.barcode, compactDay(loan.due_on))}%${described(loan)}`
}

/** A loan that could not be renewed, and why as far as the dialect has a word for it. */
export function deniedValue(call: Call, loan: LoanFacts): string {
  if (call.profile.dialect === 'standard') return loan.barcode
  return `${joined(loan.barcode, 'UNSUCCESSFUL', compactDay(loan.due_on))}%${described(loan)}`
}

export function holdValue(call: Call, hold: HoldFacts): string {
  if (call.profile.dialect === 'standard') return hold.barcode ?? hold.title
  const thing = [hold.title, hold.author] as const
  if (!hold.ready) return joined(hold.record_id, hold.id, compactDay(hold.until_on), ...thing)
  const by = hold.pickup_until_on ? compactDay(hold.pickup_until_on) : ''
  return joined(hold.record_id, hold.id, hold.pickup_number, by, placeName(call, hold.branch_name), ...thing)
}

export function debtValue(call: Call, debt: DebtFacts): string {
  const name = debt.number ?? debt.claim.id
  if (call.profile.dialect === 'standard') return `${name} ${amount(debt.left_ore)}`
  return joined(name, debt.claim.id, compactDay(debt.charged_on), amount(debt.left_ore), debt.titles[0] ?? '')
}

/** A branch as the dialect's machines insist on reading it: the agency's number, and the name. */
export function placeName(call: Call, branch: string): string {
  return `${institutionName(call)} - ${branch.replaceAll('%', ' ')}`
}

/** The fields of the lists, in the order of the summary. */
export const LIST_FIELD: Readonly<Record<List, string>> = {
  ready: 'AS',
  overdue: 'AT',
  loans: 'AU',
  debts: 'AV',
  recalled: 'BU',
  waiting: 'CD',
}

/** An empty list is a missing field; machines of the dialect need it to be there. */
export function listFields(call: Call, list: List, values: readonly string[]): Field[] {
  const id = LIST_FIELD[list]
  if (values.length === 0 && call.profile.dialect === 'fbs') return [[id, '']]
  return values.map((value) => [id, value])
}

/** What is known of the thing, which machines of the dialect take the title from. */
export function properties(call: Call, item: ItemFacts | undefined): Field | undefined {
  return call.profile.dialect === 'fbs' && item ? ['CH', described(item)] : undefined
}

export function limitFields(
  call: Call,
  most: { readonly holds: number | null; readonly loans: number | null },
): Field[] {
  const of = (number: number | null) => (number === null ? undefined : count(number))
  const none = call.profile.dialect === 'fbs' ? '9999' : undefined
  const fields: [string, string | undefined][] = [
    ['BZ', of(most.holds) ?? none],
    ['CA', none],
    ['CB', of(most.loans) ?? none],
  ]
  return fields.flatMap(([id, value]): Field[] => (value === undefined ? [] : [[id, value]]))
}
