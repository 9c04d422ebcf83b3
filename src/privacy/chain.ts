import { createHash } from 'node:crypto'
import { sql } from '#db'
import type { Context } from '#vault'
import type { RetentionStepRow } from './tables.ts'

/** What a step's record says, before it is chained. */
export type StepRecord = Omit<RetentionStepRow, 'number' | 'previous_hash' | 'hash'>

const BEGINNING = Buffer.alloc(32)

/**
 * The hash of one record: of all it says and of the hash before it. A record changed, taken out or put in later shows,
 * because every hash after it would have to be another.
 */
export function hashOf(number: number, record: StepRecord, previous: Buffer): Buffer {
  const text = [
    number,
    record.night_on,
    record.policy_version,
    record.clause,
    record.cutoff_at,
    record.rows_gone,
    record.batches,
    record.held,
    record.restricted,
    record.still_open,
    record.overdue,
    record.oldest_at ?? '-',
    record.ended_at,
  ].join('|')
  return createHash('sha256').update(previous).update(text).digest()
}

/** Appends records to the chain, within the caller's transaction. */
export async function appendSteps(ctx: Context, records: readonly StepRecord[]): Promise<void> {
  if (records.length === 0) return
  const last = await ctx.db.maybe<{ number: number; hash: Buffer }>(
    sql`select number, hash from retention_step order by number desc limit 1`,
  )
  let number = last?.number ?? 0
  let previous: Buffer = last?.hash ?? BEGINNING
  const chained = records.map((record) => {
    number++
    const hash = hashOf(number, record, previous)
    const row = { ...record, number, previous_hash: previous, hash }
    previous = hash
    return row
  })
  const list = <K extends keyof RetentionStepRow>(key: K) => chained.map((row) => row[key])
  await ctx.db.prepared(sql`
    insert into retention_step (number, night_on, policy_version, clause, cutoff_at, rows_gone, batches, held,
      restricted, still_open, overdue, oldest_at, ended_at, previous_hash, hash)
    select * from unnest(${list('number')}::bigint[], ${list('night_on')}::date[], ${list('policy_version')}::int[],
      ${list('clause')}::text[], ${list('cutoff_at')}::timestamptz[], ${list('rows_gone')}::bigint[],
      ${list('batches')}::int[], ${list('held')}::bigint[], ${list('restricted')}::bigint[],
      ${list('still_open')}::bigint[], ${list('overdue')}::bigint[], ${list('oldest_at')}::timestamptz[],
      ${list('ended_at')}::timestamptz[], ${list('previous_hash')}::bytea[], ${list('hash')}::bytea[])`)
}

export interface ChainReport {
  readonly steps: number
  /** The newest hash, in hexadecimal: published, it lets anyone see later that nothing before it was changed. */
  readonly head: string | null
  readonly faults: readonly string[]
}

const PAGE = 5000

/** Recomputes the whole chain and looks for nights that were left out. */
export async function verifyChain(ctx: Context): Promise<ChainReport> {
  const faults: string[] = []
  let previous: Buffer = BEGINNING
  let number = 0
  for (;;) {
    const rows = await ctx.db.all<RetentionStepRow>(
      sql`select * from retention_step where number > ${number} order by number limit ${PAGE}`,
    )
    for (const row of rows) {
      if (row.number !== number + 1) faults.push(`record ${number + 1} is missing`)
      if (!row.previous_hash.equals(previous)) faults.push(`record ${row.number} does not follow the one before it`)
      if (!hashOf(row.number, row, row.previous_hash).equals(row.hash))
        faults.push(`record ${row.number} has been changed`)
      previous = row.hash
      number = row.number
    }
    if (rows.length < PAGE) break
  }
  const gaps = await ctx.db.all<{ after: Temporal.PlainDate }>(sql`
    select night_on as after from (select night_on, lead(night_on) over (order by night_on) as following from night) n
    where following > night_on + 1`)
  for (const gap of gaps) faults.push(`the night after ${gap.after} is missing`)
  // The newest records are followed by none that would miss them: a night has as many as its policy has clauses.
  const short = await ctx.db.all<{ night_on: Temporal.PlainDate }>(sql`
    select night_on from (
      select n.night_on, count(distinct s.clause) as clauses,
        max(count(distinct s.clause)) over (partition by n.policy_version) as most
      from night n left join retention_step s on s.night_on = n.night_on
      group by n.night_on, n.policy_version) counted
    where clauses < greatest(most, 1) order by night_on`)
  for (const { night_on } of short) faults.push(`records of the night of ${night_on} are missing`)
  return { steps: number, head: number > 0 ? previous.toString('hex') : null, faults }
}
