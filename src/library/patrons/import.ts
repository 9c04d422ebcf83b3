import { listBranches } from '#agencies'
import { type BranchId, dayOf, ok, type Result, refuse } from '#core'
import { transact } from '#db'
import { type Policy, policyOf } from '#privacy'
import type { Context } from '#vault'
import { readCpr } from './cpr.ts'
import { type CsvFault, CsvStop, type CsvText, readCsv, rowsOf } from './csv.ts'
import { enrolPatron } from './enrol.ts'
import {
  ALWAYS,
  COLUMNS,
  type Column,
  type PatronRecord,
  type RowContext,
  type RowFault,
  readRow,
} from './import-row.ts'
import { type Acquaintance, acquaintances } from './recognise.ts'
import { decideEnrolment, type EnrolmentField, type EnrolmentRefusal } from './rules.ts'

export interface PatronImportOptions {
  /** The home branch of those whose row names none. */
  readonly homeBranch: BranchId
  /** Told how many rows have been checked, and then how many have been entered. */
  readonly progress?: (step: 'checked' | 'entered', rows: number) => void
  /** `false` only checks the file. */
  readonly commit?: boolean
}

export interface PatronImportReport {
  readonly rows: number
  readonly enrolled: number
  /** Enrolled before, by an earlier import of the same file for instance; they are left as they are. */
  readonly known: number
  readonly refused_count: number
  /** The first {@link MOST_TOLD}. */
  readonly refused: readonly (RowFault & { readonly line: number })[]
  readonly encoding: CsvText['encoding']
  readonly delimiter: CsvText['delimiter']
  /** The last line has no end: the file may have been cut off. */
  readonly ends_without_line_break: boolean
}

/** Why a file is not looked at further. Nothing has been written then. */
export type PatronImportRefusal =
  | CsvFault
  | {
      readonly kind: 'wrong-columns'
      readonly unknown: readonly string[]
      readonly twice: readonly string[]
      readonly missing: readonly string[]
      readonly allowed: readonly string[]
    }

const MOST_TOLD = 1000
const BLOCK = 500
const BATCH = 100

/**
 * Enrols the patrons of a CSV file by the library's policy, with the clocks they had. The whole file is gone through
 * first; unless it can be read to its end nothing is written. Rows that are refused are listed by line, the others are
 * entered in batches, each a transaction. Importing the same file again enters only whom it did not enter before.
 */
export async function importPatrons(
  ctx: Context,
  bytes: AsyncIterable<Uint8Array>,
  options: PatronImportOptions,
): Promise<Result<PatronImportReport, PatronImportRefusal>> {
  const csv = await readCsv(bytes)
  if (!csv.ok) return csv
  try {
    return await importRows(ctx, csv.value, options)
  } catch (fault) {
    if (fault instanceof CsvStop) return refuse(fault.fault)
    throw fault
  }
}

async function importRows(
  ctx: Context,
  csv: CsvText,
  options: PatronImportOptions,
): Promise<Result<PatronImportReport, PatronImportRefusal>> {
  const { policy } = await policyOf(ctx)
  const header = await headerOf(csv)
  const wrong = headerFault(header, policy)
  if (wrong) return refuse(wrong)
  const today = dayOf(ctx.clock.now())
  const branches = new Map((await listBranches(ctx)).map(({ code, id }) => [code.toLowerCase(), id]))
  const reading: Reading = {
    csv,
    policy,
    columns: header.flatMap((name) => COLUMNS.find((column) => column === name) ?? []),
    rows: { today, homeBranch: options.homeBranch, branches },
  }
  const account = new Account()
  const wanted = await check(ctx, reading, account, options)
  if (options.commit !== false) await enter(ctx, reading, wanted, account, options)
  return ok({
    ...account.report(),
    encoding: csv.encoding,
    delimiter: csv.delimiter,
    ends_without_line_break: !csv.endsWithLineBreak,
  })
}

interface Reading {
  readonly csv: CsvText
  readonly policy: Policy
  readonly columns: readonly Column[]
  readonly rows: RowContext
}

async function headerOf(csv: CsvText): Promise<string[]> {
  for await (const { fields } of rowsOf(csv)) return fields.map((name) => name.toLowerCase())
  return []
}

function headerFault(
  header: readonly string[],
  policy: Policy,
): Extract<PatronImportRefusal, { kind: 'wrong-columns' }> | undefined {
  const allowed: readonly string[] = COLUMNS
  const unknown = header.filter((name) => !allowed.includes(name))
  const twice = [...new Set(header.filter((name, index) => header.indexOf(name) < index))]
  const missing = wantedColumns(policy)
    .filter((choices) => !choices.some((column) => header.includes(column)))
    .map((choices) => choices.join(' or '))
  if (unknown.length + twice.length + missing.length === 0) return undefined
  return { kind: 'wrong-columns', unknown, twice, missing, allowed }
}

const COLUMN_OF: Partial<Record<EnrolmentField, readonly Column[]>> = {
  cpr: ['cpr'],
  address: ['address'],
  email: ['email'],
  phone: ['phone'],
  municipality: ['municipality'],
  'birth-date': ['birth_on', 'cpr'],
}

/** What there must be a column for, each with its choices: by our own need and by what the library's policy requires. */
function wantedColumns(policy: Policy): (readonly Column[])[] {
  const required = policy.enrolment.filter((rule) => rule.required && rule.from !== 'cpr-register')
  return [
    ...ALWAYS.map((column) => [column]),
    ['number', 'cpr', 'card'],
    ...required.flatMap(({ field }) => {
      const columns = COLUMN_OF[field]
      return columns ? [columns] : []
    }),
  ]
}

interface Line {
  readonly line: number
  readonly record: PatronRecord
}

/** Goes through the whole file without writing; answers the lines to be entered. */
async function check(
  ctx: Context,
  reading: Reading,
  account: Account,
  options: PatronImportOptions,
): Promise<ReadonlySet<number>> {
  const wanted = new Set<number>()
  const seen = new Map<string, number>()
  let block: Line[] = []
  const look = async () => {
    const known = await acquaintances(
      ctx,
      block.map(({ record }) => record),
    )
    for (const [index, { line }] of block.entries()) {
      const found: Acquaintance = known[index] ?? { kind: 'stranger' }
      if (found.kind === 'known') account.known++
      else if (found.kind === 'of-another') account.refuse(line, found)
      else wanted.add(line)
    }
    block = []
    options.progress?.('checked', account.rows)
  }
  for await (const { line, fields } of dataRows(reading.csv)) {
    account.rows++
    const row = readLine(fields, line, reading, seen)
    if (row.ok) block.push({ line, record: row.value })
    else account.refuse(line, row.refusal)
    if (block.length >= BLOCK) await look()
  }
  await look()
  return wanted
}

function readLine(
  fields: readonly string[],
  line: number,
  reading: Reading,
  seen: Map<string, number>,
): Result<PatronRecord, RowFault> {
  const row = readRow(reading.columns, fields, reading.rows)
  if (!row.ok) return row
  const fault = policyFault(row.value, reading) ?? repeated(row.value, line, seen)
  return fault ? refuse(fault) : row
}

async function* dataRows(csv: CsvText) {
  let isHeader = true
  for await (const row of rowsOf(csv)) {
    if (!isHeader) yield row
    isHeader = false
  }
}

function policyFault({ enrolment }: PatronRecord, { policy, rows }: Reading): RowFault | undefined {
  const cpr = enrolment.cpr === undefined ? undefined : readCpr(enrolment.cpr)
  const decision = decideEnrolment(policy, enrolment, {
    cpr,
    told: undefined,
    terms: [],
    moved: true,
    today: rows.today,
  })
  return decision.ok ? undefined : rowFault(decision.refusal)
}

/** A refusal of enrolment, told by the column it is about. */
function rowFault(refusal: EnrolmentRefusal): RowFault {
  switch (refusal.kind) {
    case 'missing':
      return { kind: 'missing', field: COLUMN_OF[refusal.field]?.[0] ?? 'name' }
    case 'guardian-needed':
      return { kind: 'guardian-needed', field: 'guardian_name', under: refusal.under }
    case 'cpr-not-a-number':
      return { kind: 'not-a-cpr-number', field: 'cpr' }
    case 'already-enrolled':
      return { kind: 'of-another', field: 'cpr' }
    case 'card-taken':
      return { kind: 'of-another', field: 'card' }
    default:
      throw new Error(`a file of patrons cannot be refused for ${refusal.kind}`)
  }
}

function repeated(
  { enrolment, migrated }: PatronRecord,
  line: number,
  seen: Map<string, number>,
): RowFault | undefined {
  // Numbers and cards are looked up alike, so none may be the other of somebody else.
  const keys = [
    ['cpr', enrolment.cpr && `cpr ${enrolment.cpr}`],
    ['number', migrated.number],
    ['card', enrolment.card === migrated.number ? undefined : enrolment.card],
  ] as const
  for (const [field, key] of keys) {
    const first_line = key && seen.get(key)
    if (first_line) return { kind: 'twice-in-file', field, first_line }
  }
  for (const [, key] of keys) if (key) seen.set(key, line)
  return undefined
}

async function enter(
  ctx: Context,
  reading: Reading,
  wanted: ReadonlySet<number>,
  account: Account,
  options: PatronImportOptions,
): Promise<void> {
  let batch: Line[] = []
  const write = async () => {
    await enterBatch(ctx, batch, account)
    batch = []
    options.progress?.('entered', account.enrolled)
  }
  for await (const { line, fields } of dataRows(reading.csv)) {
    if (!wanted.has(line)) continue
    const row = readRow(reading.columns, fields, reading.rows)
    if (row.ok) batch.push({ line, record: row.value })
    if (batch.length >= BATCH) await write()
  }
  await write()
}

/** Somebody was enrolled at a desk in the moment between: the batch is undone and its rows are taken one by one. */
class Overtaken extends Error {
  override name = 'Overtaken'
}

async function enterBatch(ctx: Context, batch: readonly Line[], account: Account): Promise<void> {
  const enrol = (ctx: Context, { record }: Line) =>
    enrolPatron(ctx, record.branch, record.enrolment, { migrated: record.migrated })
  try {
    await transact(ctx, async (ctx) => {
      for (const line of batch) if (!(await enrol(ctx, line)).ok) throw new Overtaken()
    })
    account.enrolled += batch.length
  } catch (fault) {
    if (!(fault instanceof Overtaken)) throw fault
    for (const line of batch) {
      const enrolled = await enrol(ctx, line)
      if (enrolled.ok) account.enrolled++
      else account.refuse(line.line, rowFault(enrolled.refusal))
    }
  }
}

class Account {
  rows = 0
  known = 0
  enrolled = 0
  #refusedCount = 0
  readonly #refused: (RowFault & { readonly line: number })[] = []

  refuse(line: number, fault: RowFault): void {
    this.#refusedCount++
    if (this.#refused.length < MOST_TOLD) this.#refused.push({ ...fault, line })
  }

  report() {
    return {
      rows: this.rows,
      known: this.known,
      enrolled: this.enrolled,
      refused_count: this.#refusedCount,
      refused: this.#refused,
    }
  }
}
