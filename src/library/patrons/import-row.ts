import { type BranchId, ok, type Result, refuse, startOfDay } from '#core'
import { readCpr } from './cpr.ts'
import type { Migrated } from './enrol.ts'
import { cardNumber } from './health-card.ts'
import type { Enrolment } from './rules.ts'

/** The columns a file of patrons may have; which of them it must have, its library's policy says with {@link ALWAYS}. */
export const COLUMNS = [
  'number',
  'name',
  'cpr',
  'birth_on',
  'address',
  'postcode',
  'city',
  'municipality',
  'protected',
  'email',
  'phone',
  'guardian_name',
  'card',
  'language',
  'branch',
  'enrolled_on',
  'last_active_on',
] as const

export type Column = (typeof COLUMNS)[number]

/** Without the day someone last used the library their account would be kept longer than promised. */
export const ALWAYS: readonly Column[] = ['name', 'last_active_on']

/** Why a row was left out. Never with a value: who reads the list need not read whom it is about. */
export type RowFault =
  | { readonly kind: 'missing'; readonly field: Column }
  | { readonly kind: 'too-long'; readonly field: Column; readonly most: number }
  | { readonly kind: 'not-a-date'; readonly field: Column }
  | { readonly kind: 'in-the-future'; readonly field: Column }
  | { readonly kind: 'not-yes-or-no'; readonly field: Column }
  | { readonly kind: 'not-a-language'; readonly field: Column }
  | { readonly kind: 'unknown-branch'; readonly field: Column }
  | { readonly kind: 'not-a-cpr-number'; readonly field: Column }
  | { readonly kind: 'cpr-as-number'; readonly field: Column }
  | { readonly kind: 'guardian-needed'; readonly field: Column; readonly under: number }
  | { readonly kind: 'twice-in-file'; readonly field: Column; readonly first_line: number }
  | { readonly kind: 'of-another'; readonly field: Column }
  /** Without number, card and CPR number a second import would enrol the same person again. */
  | { readonly kind: 'nothing-to-know-by'; readonly field: Column }

export interface PatronRecord {
  readonly enrolment: Enrolment
  readonly branch: BranchId
  readonly migrated: Migrated
}

export interface RowContext {
  readonly today: Temporal.PlainDate
  readonly homeBranch: BranchId
  /** By code, in lower-case letters. */
  readonly branches: ReadonlyMap<string, BranchId>
}

const LONGEST = 300

/** Reads one row, or says what is wrong with it. Knows nothing of other rows, the policy or the database. */
export function readRow(
  columns: readonly Column[],
  fields: readonly string[],
  given: RowContext,
): Result<PatronRecord, RowFault> {
  const values = new Map(columns.map((column, index) => [column, clean(fields[index] ?? '')]))
  const text = (column: Column) => values.get(column) || undefined
  for (const [field, value] of values)
    if (value.length > LONGEST) return refuse({ kind: 'too-long', field, most: LONGEST })
  for (const field of ALWAYS) if (!text(field)) return refuse({ kind: 'missing', field })

  const dates = new Map<Column, Temporal.PlainDate>()
  for (const field of ['birth_on', 'enrolled_on', 'last_active_on'] as const) {
    const value = text(field)
    if (!value) continue
    const date = readDate(value)
    if (!date) return refuse({ kind: 'not-a-date', field })
    if (Temporal.PlainDate.compare(date, given.today) > 0) return refuse({ kind: 'in-the-future', field })
    dates.set(field, date)
  }
  const hidden = readYesOrNo(text('protected') ?? 'no')
  if (hidden === undefined) return refuse({ kind: 'not-yes-or-no', field: 'protected' })
  const language = text('language')?.toLowerCase()
  if (language !== undefined && language !== 'da' && language !== 'en') {
    return refuse({ kind: 'not-a-language', field: 'language' })
  }
  const branchCode = text('branch')
  const branch = branchCode ? given.branches.get(branchCode.toLowerCase()) : given.homeBranch
  if (!branch) return refuse({ kind: 'unknown-branch', field: 'branch' })
  const cprText = text('cpr')
  const cpr = cprText === undefined ? undefined : readCpr(cprText)
  if (cprText !== undefined && !cpr) return refuse({ kind: 'not-a-cpr-number', field: 'cpr' })
  // Other systems use the CPR number as a card; ours finds it by its hash and keeps it nowhere in clear text.
  const own = (column: Column) => {
    const value = cardNumber(text(column) ?? '')
    return value === '' || value.replace('-', '') === cpr?.digits ? undefined : value
  }
  const [number, card] = [own('number'), own('card')]
  for (const field of ['number', 'card'] as const) {
    if (readCpr(own(field) ?? '')?.checkDigitFits) return refuse({ kind: 'cpr-as-number', field })
  }
  if (!number && !card && !cpr) return refuse({ kind: 'nothing-to-know-by', field: 'number' })

  const lastActiveOn = dates.get('last_active_on') ?? given.today
  const enrolledOn = dates.get('enrolled_on') ?? lastActiveOn
  const birthOn = dates.get('birth_on')
  return ok({
    branch,
    migrated: {
      ...(number && { number }),
      enrolledAt: startOfDay(enrolledOn),
      lastActiveAt: startOfDay(lastActiveOn),
    },
    enrolment: {
      name: text('name') ?? '',
      protected: hidden,
      ...(cpr && { cpr: cpr.digits }),
      ...(birthOn && { birthOn }),
      ...(card && { card }),
      ...(language && { language }),
      ...optional('address', text('address')),
      ...optional('postcode', text('postcode')),
      ...optional('city', text('city')),
      ...optional('municipality', text('municipality')),
      ...optional('email', text('email')),
      ...optional('phone', text('phone')),
      ...optional('guardianName', text('guardian_name')),
    },
  })
}

function optional<K extends keyof Enrolment>(key: K, value: string | undefined): { [P in K]?: string } {
  return (value === undefined ? {} : { [key]: value }) as { [P in K]?: string }
}

function clean(text: string): string {
  return text.normalize('NFC').replace(/\s+/g, ' ').trim()
}

/** As in ISO 8601, or day, month and year as Danes write them. */
function readDate(text: string): Temporal.PlainDate | undefined {
  const iso = /^(\d{4})-(\d\d)-(\d\d)$/.exec(text)
  const danish = /^(\d\d?)[-./](\d\d?)[-./](\d{4})$/.exec(text)
  const [year, month, day] = iso ? [iso[1], iso[2], iso[3]] : danish ? [danish[3], danish[2], danish[1]] : []
  if (!year || !month || !day) return undefined
  try {
    return Temporal.PlainDate.from(
      { year: Number(year), month: Number(month), day: Number(day) },
      { overflow: 'reject' },
    )
  } catch {
    return undefined
  }
}

function readYesOrNo(text: string): boolean | undefined {
  if (/^(yes|ja|true|1|j|y)$/i.test(text)) return true
  if (/^(no|nej|false|0|n)$/i.test(text)) return false
  return undefined
}
