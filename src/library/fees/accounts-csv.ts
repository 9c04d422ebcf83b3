import { dayOf, type Language } from '#core'
import type { AccountsLine } from './daily-report.ts'
import { accounts, csvHeads, entryKinds, methods } from './texts.ts'

/**
 * The accounts of a period as a spreadsheet takes them in Denmark: semicolons, a comma in amounts, and the mark that says
 * UTF-8. Amounts are as booked: above zero what is owed grows, below zero it shrinks.
 */
export function accountsCsv(lines: readonly AccountsLine[], language: Language): string {
  const rows = lines.map((line) => [
    line.number,
    dayOf(line.booked_at).toString(),
    accounts[line.account][language],
    entryKinds[line.kind][language],
    line.method ? methods[line.method][language] : '',
    line.branch ?? '',
    amount(line.amount_ore),
  ])
  return `\uFEFF${[csvHeads[language], ...rows].map((row) => row.map(cell).join(';')).join('\r\n')}\r\n`
}

function amount(ore: number): string {
  const whole = Math.trunc(Math.abs(ore) / 100)
  return `${ore < 0 ? '-' : ''}${whole},${String(Math.abs(ore) % 100).padStart(2, '0')}`
}

/** A cell that begins like a formula would be worked out by whoever opens the file; an amount is not one. */
function cell(text: string): string {
  const safe = /^[=+@\t\r]|^-(?!\d+,\d\d$)/.test(text) ? `'${text}` : text
  return /[";\r\n]/.test(safe) ? `"${safe.replaceAll('"', '""')}"` : safe
}
