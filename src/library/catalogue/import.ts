import { listBranches } from '#agencies'
import type { BranchId } from '#core'
import { OperatorProblem, sqlState, transact } from '#db'
import type { Context } from '#vault'
import { addItems, type NewItem, type NewTitle, putTitles } from './items.ts'
import { type BibliographicRecord, type MarcEntry, type MarcOptions, readMarc } from './marc.ts'

export interface MarcImportOptions extends MarcOptions {
  /** Whose numbering the records have, such as `870970`: source and record number together say which record it is. */
  readonly source: string
  /** Where items go whose record names no branch of the library; without it they are left out with a warning. */
  readonly defaultBranch?: BranchId
  /** Told after each batch how many records of the file have been dealt with. */
  readonly progress?: (done: number) => void
  /** The last record that an earlier attempt has dealt with: what comes before and it are passed over. */
  readonly after?: number
  /**
   * Called in the transaction of each batch, so that what is told of it is true whatever happens next. An error it
   * throws takes the batch back and ends the import.
   */
  readonly note?: (ctx: Context, step: ImportStep) => Promise<void>
}

/** What one batch has come to. */
export interface ImportStep {
  /** The number of the last record that is now dealt with, and the byte it begins at. */
  readonly through: number
  readonly position: number
  readonly records: number
  readonly new: number
  readonly items: number
  readonly faults: readonly ImportFault[]
  readonly warnings: readonly { readonly warning: string; readonly number: number }[]
}

export interface ImportFault {
  /** Counts the records of the file from 1. */
  readonly number: number
  /** The byte of the file the record begins at. */
  readonly position: number
  readonly fault: string
}

/** What has become of every record of a file: `read` is the sum of `new`, `updated` and `fault_count`. */
export interface ImportReport {
  readonly read: number
  readonly new: number
  /** Known before, or earlier in the same file: the last one counts. */
  readonly updated: number
  /** Items that were not there before. */
  readonly items: number
  readonly fault_count: number
  /** The first {@link MOST_TOLD}. */
  readonly faults: readonly ImportFault[]
  /** Each warning once, with how often it was given and the first record it was about. */
  readonly warnings: readonly { readonly warning: string; readonly times: number; readonly number: number }[]
}

type Readable = Extract<MarcEntry, { kind: 'record' }>

interface Found extends Readable {
  readonly items: readonly Omit<NewItem, 'title_id'>[]
}

const BATCH = 200
const MOST_TOLD = 1000

/**
 * Enters a file of bibliographic records, and the items that their local fields tell of. Each batch is one
 * transaction: whatever stops the import, whole batches are in and the rest is not, and the same file can be imported
 * again. A record that cannot be read or kept is reported and left out.
 * @throws OperatorProblem when the disk is full; whatever the source throws
 */
export async function importMarc(
  ctx: Context,
  bytes: AsyncIterable<Uint8Array>,
  options: MarcImportOptions,
): Promise<ImportReport> {
  const account = new Account()
  const branchOf = await branchFinder(ctx, options.defaultBranch)
  let batch: Found[] = []
  let last = { number: options.after ?? 0, position: 0 }
  const write = async () => {
    const step = { through: last.number, position: last.position }
    const note = options.note
    try {
      await writeBatch(ctx, batch, {
        source: options.source,
        account,
        note: async (ctx, written) => {
          await note?.(ctx, {
            ...step,
            ...account.untold(),
            records: written.records,
            new: written.isNew,
            items: written.items,
          })
        },
      })
    } catch (fault) {
      throw diskFull(fault) ? account.stopped() : fault
    }
    account.told()
    batch = []
    options.progress?.(account.read)
  }
  for await (const entry of readMarc(bytes, options)) {
    if (entry.number <= (options.after ?? 0)) continue
    last = entry
    if (entry.kind === 'fault') account.fault(entry)
    else {
      for (const warning of entry.warnings) account.warn(warning, entry.number)
      batch.push({ ...entry, items: itemsOf(entry, branchOf, account) })
    }
    if (batch.length >= BATCH || account.untold().faults.length >= BATCH) await write()
  }
  await write()
  return account.report()
}

type BranchOf = (code: string | null) => BranchId | undefined

async function branchFinder(ctx: Context, otherwise: BranchId | undefined): Promise<BranchOf> {
  const byCode = new Map((await listBranches(ctx)).map((branch) => [branch.code.toLowerCase(), branch.id]))
  return (code) => (code === null ? undefined : byCode.get(code.trim().toLowerCase())) ?? otherwise
}

interface Writing {
  readonly source: string
  readonly account: Account
  readonly note: (ctx: Context, written: Written & { readonly records: number }) => Promise<void>
}

const NOTHING = { records: 0, isNew: 0, items: 0 }

async function writeBatch(ctx: Context, batch: readonly Found[], writing: Writing): Promise<void> {
  const { source, account, note } = writing
  if (batch.length === 0) return transact(ctx, (ctx) => note(ctx, NOTHING))
  try {
    const written = await transact(ctx, async (ctx) => {
      const written = await writeRecords(ctx, batch, source)
      await note(ctx, { ...written, records: batch.length })
      return written
    })
    account.wrote(batch.length, written)
  } catch (fault) {
    if (!isAboutValues(fault)) throw fault
    // One record holds something no column takes: the others shall not suffer for it.
    const sum = { ...NOTHING }
    for (const found of batch) {
      const written = await writeAlone(ctx, found, source, account)
      sum.records += written ? 1 : 0
      sum.isNew += written?.isNew ?? 0
      sum.items += written?.items ?? 0
    }
    await transact(ctx, (ctx) => note(ctx, sum))
  }
}

async function writeAlone(ctx: Context, found: Found, source: string, account: Account): Promise<Written | undefined> {
  try {
    const written = await writeRecords(ctx, [found], source)
    account.wrote(1, written)
    return written
  } catch (fault) {
    if (!isAboutValues(fault)) throw fault
    const { number, position } = found
    account.fault({ number, position, fault: `The database does not take it (${sqlState(fault)}).` })
    return undefined
  }
}

interface Written {
  readonly isNew: number
  readonly items: number
}

function writeRecords(ctx: Context, batch: readonly Found[], source: string): Promise<Written> {
  // In the order of their numbers, so that two imports at once do not wait for each other crosswise.
  const found = [...new Map(batch.map((entry) => [entry.record.record_id, entry])).values()].sort((a, b) =>
    a.record.record_id < b.record.record_id ? -1 : 1,
  )
  return transact(ctx, async (ctx) => {
    const titles = await putTitles(
      ctx,
      found.map(({ record }) => titleOf(record, source)),
    )
    const items = titles.flatMap(({ id }, index) =>
      (found[index]?.items ?? []).map((item) => ({ ...item, title_id: id })),
    )
    const added = items.length > 0 ? await addItems(ctx, items) : 0
    return { isNew: titles.filter(({ isNew }) => isNew).length, items: added }
  })
}

function itemsOf({ record, number }: Readable, branchOf: BranchOf, account: Account): Found['items'] {
  return record.items.flatMap(({ barcode, branch, shelf }) => {
    const branch_id = branchOf(branch)
    if (branch_id) return [{ barcode, branch_id, shelf }]
    account.warn(
      branch === null
        ? 'Items that name no branch are left out.'
        : `Items of the branch "${branch}", which the library does not have, are left out.`,
      number,
    )
    return []
  })
}

function titleOf(record: BibliographicRecord, source: string): NewTitle {
  const { agency_code: _agency, items: _items, contributors, isbn, subjects, ...rest } = record
  return { ...rest, source, contributors: [...contributors], isbn: [...isbn], subjects: [...subjects] }
}

/** What PostgreSQL says of a value it cannot keep: data exceptions, and rows too large for an index. */
function isAboutValues(fault: unknown): boolean {
  return /^(22|23|54)/.test(sqlState(fault) ?? '')
}

function diskFull(fault: unknown): boolean {
  return ['53100', 'ENOSPC'].includes(sqlState(fault) ?? '')
}

/** Keeps count while a file is read. */
class Account {
  #new = 0
  #written = 0
  #items = 0
  #faultCount = 0
  readonly #faults: ImportFault[] = []
  readonly #warnings = new Map<string, { times: number; number: number }>()
  #untoldFaults: ImportFault[] = []
  #untoldWarnings: { warning: string; number: number }[] = []

  get read(): number {
    return this.#written + this.#faultCount
  }

  wrote(records: number, { isNew, items }: Written): void {
    this.#written += records
    this.#new += isNew
    this.#items += items
  }

  fault({ number, position, fault }: ImportFault): void {
    this.#faultCount++
    this.#untoldFaults.push({ number, position, fault })
    if (this.#faults.length < MOST_TOLD) this.#faults.push({ number, position, fault })
  }

  warn(warning: string, number: number): void {
    this.#untoldWarnings.push({ warning, number })
    const known = this.#warnings.get(warning)
    if (known) known.times++
    else if (this.#warnings.size < MOST_TOLD) this.#warnings.set(warning, { times: 1, number })
  }

  /** What has been found since the last batch was written. */
  untold(): Pick<ImportStep, 'faults' | 'warnings'> {
    return { faults: this.#untoldFaults, warnings: this.#untoldWarnings }
  }

  told(): void {
    this.#untoldFaults = []
    this.#untoldWarnings = []
  }

  stopped(): OperatorProblem {
    return new OperatorProblem(
      `The database’s disk is full. ${this.#written} records are in, whole; none is half in. Make room and import the file again.`,
    )
  }

  report(): ImportReport {
    return {
      read: this.read,
      new: this.#new,
      updated: this.#written - this.#new,
      items: this.#items,
      fault_count: this.#faultCount,
      faults: this.#faults,
      warnings: [...this.#warnings].map(([warning, { times, number }]) => ({ warning, times, number })),
    }
  }
}
