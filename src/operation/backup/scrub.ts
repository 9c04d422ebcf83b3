import { setTimeout as sleep } from 'node:timers/promises'
import type { Client } from 'pg'
import { stopwatch } from '#core'
import { type Databases, OperatorProblem, sqlState } from '#db'
import type { Register } from '#privacy'
import { KEYS_TABLES } from './keys-backup.ts'
import { qualified } from './snapshot.ts'
import { clearStatistics, personalTables } from './statistics.ts'

export interface Scrubbed {
  /** How many tables were rewritten. */
  readonly tables: number
  /** Tables that somebody held too long, as `agency.table`: what was deleted from them may still lie on the disk. */
  readonly busy: readonly string[]
  /** Transactions that were open before and did not end: rows they may still read were kept. */
  readonly open_transactions: number
  readonly bytes_before: number
  readonly bytes_after: number
  /** `not-allowed`: the database user may not; the server does it in its own time. */
  readonly checkpoint: 'done' | 'not-allowed'
  /** `recycled`: the server keeps old WAL files for use again, with what was in them. */
  readonly wal: 'removed' | 'recycled'
  readonly took_ms: number
}

/** Whether nothing that was deleted before can be left in the server's files. */
export function isThorough(scrubbed: Scrubbed): boolean {
  const { busy, open_transactions, checkpoint, wal } = scrubbed
  return busy.length === 0 && open_transactions === 0 && checkpoint === 'done' && wal === 'removed'
}

/** Tables in use are tried again this often. */
const ROUNDS = 5

interface Work {
  tables: number
  readonly busy: string[]
  before: number
  after: number
  readonly lock_timeout_ms: number
}

/**
 * Takes away what deleting leaves behind: rewrites every table about a person with its indexes, and the keys; clears
 * what the planner remembers; and lets go of old WAL. The tables are locked one at a time while they are rewritten.
 * @throws OperatorProblem when another scrub is under way
 */
export async function scrub(given: {
  data: Databases
  keys: Databases
  agencies: readonly string[]
  register: Register
  /** How long to wait for transactions that were open before. */
  patience_ms?: number
  /** How long everyone else may wait because of one table in use. */
  lock_timeout_ms?: number
}): Promise<Scrubbed> {
  const { data, keys, agencies, register, patience_ms = 60_000, lock_timeout_ms = 3_000 } = given
  const elapsed = stopwatch()
  const [owner, keysOwner] = await Promise.all([data.connect(''), keys.connect('')])
  try {
    await takeLock(owner)
    await owner.query(`set lock_timeout = ${lock_timeout_ms}`)
    const work: Work = { tables: 0, busy: [], before: 0, after: 0, lock_timeout_ms }
    // A transaction that began before a row was deleted may still read it, and its version is then kept.
    const open = (await waitForOthers(keysOwner, patience_ms)) + (await waitForOthers(owner, patience_ms))
    const names = KEYS_TABLES.map(({ name }) => name)
    const tables = personalTables(register).map(({ name }) => name)
    const version = await versionOf(owner)
    for (const agency of agencies) {
      await rewriteAll(keys, agency, names, work)
      await rewriteAll(data, agency, tables, work)
      await withClient(data, agency, (client) => clearStatistics(client, agency, tables, version))
    }
    await rewriteSamples(owner)
    const checkpoints = [await dropWal(owner), await dropWal(keysOwner)]
    const recycles = (await recyclesWal(owner)) || (await recyclesWal(keysOwner))
    return {
      tables: work.tables,
      busy: work.busy,
      open_transactions: open,
      bytes_before: work.before,
      bytes_after: work.after,
      checkpoint: checkpoints.every(Boolean) ? 'done' : 'not-allowed',
      wal: recycles ? 'recycled' : 'removed',
      took_ms: Math.round(elapsed()),
    }
  } finally {
    await Promise.all([owner.end(), keysOwner.end()])
  }
}

async function takeLock(owner: Client): Promise<void> {
  const { rows } = await owner.query<{ taken: boolean }>(
    `select pg_try_advisory_lock(hashtextextended('kvit scrub', 0)) as taken`,
  )
  if (!rows[0]?.taken) throw new OperatorProblem('A scrub is under way already.')
}

/** Waits for the transactions that are open now; answers how many outlasted the patience. */
async function waitForOthers(owner: Client, patience_ms: number): Promise<number> {
  const elapsed = stopwatch()
  const { rows } = await owner.query<{ since: string }>('select clock_timestamp()::text as since')
  for (;;) {
    const { rows: left } = await owner.query<{ open: number }>(
      `select count(*)::int as open from pg_stat_activity
       where datname = current_database() and pid <> pg_backend_pid() and xact_start < $1::timestamptz
         and (backend_xmin is not null or backend_xid is not null)`,
      [rows[0]?.since],
    )
    const open = left[0]?.open ?? 0
    if (open === 0 || elapsed() > patience_ms) return open
    await sleep(100)
  }
}

/** Rewrites each table, as the role that owns it. Those in use are tried again when the others are done. */
async function rewriteAll(databases: Databases, agency: string, tables: readonly string[], work: Work): Promise<void> {
  await withClient(databases, agency, async (client) => {
    await client.query(`set lock_timeout = ${work.lock_timeout_ms}`)
    work.before += await sizeOf(client, agency, tables)
    let waiting = tables
    for (let round = 0; round < ROUNDS && waiting.length > 0; round++) {
      const busy: string[] = []
      for (const table of waiting) {
        if (await rewrite(client, agency, table)) work.tables++
        else busy.push(table)
      }
      waiting = busy
    }
    work.busy.push(...waiting.map((table) => `${agency}.${table}`))
    work.after += await sizeOf(client, agency, tables)
  })
}

async function rewrite(client: Client, agency: string, table: string): Promise<boolean> {
  try {
    await client.query(`vacuum (full, analyze) ${qualified(client, agency, table)}`)
    return true
  } catch (fault) {
    if (sqlState(fault) === '55P03') return false
    throw fault
  }
}

async function sizeOf(client: Client, agency: string, tables: readonly string[]): Promise<number> {
  const { rows } = await client.query<{ bytes: number }>(
    `select coalesce(sum(pg_total_relation_size(oid)), 0)::bigint as bytes from pg_class
     where relnamespace = $1::regnamespace and relkind = 'r' and relname = any($2)`,
    [client.escapeIdentifier(agency), tables],
  )
  return rows[0]?.bytes ?? 0
}

/** The planner's samples lie in a table of the server's, where what was cleared lingers as in any other. */
async function rewriteSamples(owner: Client): Promise<void> {
  // A user who may not is only warned; then old samples go with the server's own vacuum.
  await owner.query('vacuum (full) pg_catalog.pg_statistic').catch((fault) => {
    if (sqlState(fault) !== '55P03' && sqlState(fault) !== '42501') throw fault
  })
}

/** Old WAL files go at a checkpoint once a newer file is in use: so twice, and once more. Answers whether it may. */
async function dropWal(owner: Client): Promise<boolean> {
  try {
    await owner.query('checkpoint')
    for (let turn = 0; turn < 2; turn++) {
      await owner.query('select pg_switch_wal()')
      await owner.query('checkpoint')
    }
    return true
  } catch (fault) {
    if (sqlState(fault) !== '42501') throw fault
    return false
  }
}

async function recyclesWal(owner: Client): Promise<boolean> {
  const { rows } = await owner.query<{ recycles: boolean }>(
    `select current_setting('wal_recycle')::bool or current_setting('archive_mode') <> 'off' as recycles`,
  )
  return rows[0]?.recycles ?? true
}

async function versionOf(owner: Client): Promise<number> {
  const { rows } = await owner.query<{ version: number }>(
    `select current_setting('server_version_num')::int as version`,
  )
  return rows[0]?.version ?? 0
}

async function withClient<T>(databases: Databases, agency: string, work: (client: Client) => Promise<T>): Promise<T> {
  const client = await databases.connect(agency)
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}
