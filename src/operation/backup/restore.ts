import { join } from 'node:path'
import type { Client } from 'pg'
import { enterAgency, listAgencies } from '#agencies'
import type { PatronId } from '#core'
import {
  type Databases,
  type Db,
  dropSchema,
  ensureSchema,
  MIGRATIONS,
  migrateAgency,
  migrationNumber,
  OperatorProblem,
  readMigrations,
  sql,
  sqlState,
} from '#db'
import { applyDeclarations, type Register } from '#privacy'
import type { Context } from '#vault'
import { type Manifest, verifyBackup } from './format.ts'
import { close, reopen } from './lease.ts'
import { loadTables, ownersTransaction, type Progress } from './load.ts'

/** What must happen to restored rows before anyone may see them. */
export interface Afterwards {
  /** Removes the rows of persons who have been erased since, whatever is open. Safe to repeat. */
  bury(ctx: Context, persons: readonly PatronId[]): Promise<unknown>
  /** Runs the nights that the backup has missed. Safe to repeat. */
  catchUp(ctx: Context): Promise<unknown>
}

export interface Restored {
  readonly manifest: Manifest
  readonly rows: number
  /** How many tombstones were replayed. */
  readonly buried: number
}

/** Where browsers that are signed in are kept: nobody stays signed in across a restore. */
const SIGNED_IN = 'session'
const LOCK_TIMEOUT = '60s'

/**
 * Puts a library back as a backup holds it, then buries again everyone erased since and runs the nights it missed,
 * and only then lets it open. Until its rows are all in, which is one transaction, the library is as it was.
 * Needs the library's keys, which must be at least as new as the data.
 * @throws OperatorProblem saying why the backup cannot be used; the library is then unchanged
 */
export async function restoreAgency(
  given: {
    /** The way into the library, as the operator. */
    ctx: Context
    data: Databases
    keys: Databases
    register: Register
    /** The backup's own folder. */
    folder: string
    /** A library that is there is replaced only when this is said. */
    replace?: boolean
    progress?: Progress
  } & Afterwards,
): Promise<Restored> {
  const { ctx, data, keys, folder } = given
  const { agency } = ctx
  const manifest = await verifyBackup(folder)
  await checkBackup(manifest, agency, folder)
  const there = await isThere(data, agency)
  if (there && !given.replace) {
    throw new OperatorProblem(
      `${agency} exists. A restore takes away all it holds now; say so with --replace if that is meant.`,
    )
  }
  await checkKeys(ctx, keys, manifest)
  const client = await data.connect('')
  try {
    await takeLock(client, agency)
    const first = await close(data.owner(), agency, ctx.random.uuid(ctx.clock.now()))
    try {
      await ensureSchema(data, agency)
      await data.closeAgency(agency)
      await exchange(client, manifest, given)
    } catch (fault) {
      if (!there) await dropSchema(data, agency)
      // Closed before by a restore that has not buried the erased yet: it stays closed.
      if (first) await reopen(data.owner(), agency)
      throw readable(fault, agency)
    }
    const buried = await afterwards(given, data)
    return { manifest, rows: manifest.tables.reduce((sum, table) => sum + table.rows, 0), buried }
  } finally {
    await client.end()
  }
}

/**
 * Finishes a restore that was killed after its rows were in: for every start, of each library that is `restoring`.
 * Does no harm when it was killed before. @throws OperatorProblem while the restore still runs
 */
export async function finishRestore(
  given: { ctx: Context; data: Databases; register: Register } & Afterwards,
): Promise<number> {
  const client = await given.data.connect('')
  try {
    await takeLock(client, given.ctx.agency)
    return await afterwards(given, given.data)
  } finally {
    await client.end()
  }
}

async function afterwards(given: { ctx: Context; register: Register } & Afterwards, data: Databases): Promise<number> {
  const { ctx } = given
  await applyDeclarations(ctx.db, given.register.tables)
  const erased = await ctx.vault.buried()
  await given.bury(ctx, erased)
  await given.catchUp(ctx)
  await reopen(data.owner(), ctx.agency)
  return erased.length
}

async function checkBackup(manifest: Manifest, agency: string, folder: string): Promise<void> {
  if (manifest.holds !== 'data') throw new OperatorProblem(`${folder} holds keys; a library is restored from its data.`)
  if (manifest.agency.name !== agency) {
    throw new OperatorProblem(`${folder} is a backup of ${manifest.agency.name}, not of ${agency}.`)
  }
  const known = await readMigrations(join(MIGRATIONS, 'library'))
  if (manifest.migration > known.length) {
    throw new OperatorProblem(
      `${folder} was made by a newer Kvit (${manifest.kvit}, migration ${manifest.migration}); this one knows ${known.length}. Install that version and restore with it.`,
    )
  }
}

async function isThere(data: Databases, agency: string): Promise<boolean> {
  if ((await listAgencies(data.owner())).some(({ name }) => name === agency)) return true
  return (await migrationNumber(data, agency)) > 0
}

/** Keys from before an erasure would make the person readable again, and could not bury them. */
async function checkKeys(ctx: Context, keys: Databases, manifest: Manifest): Promise<void> {
  if ((await migrationNumber(keys, ctx.agency)) === 0) {
    throw new OperatorProblem(`There are no keys of ${ctx.agency}. Restore the newest backup of its keys first.`)
  }
  const { newest_erasure: wanted } = manifest
  const { newest_erasure: found } = await ctx.vault.state()
  if (wanted && (!found || Temporal.Instant.compare(found, wanted) < 0)) {
    throw keysAreOlder(ctx.agency, `the data know of an erasure at ${wanted}, the keys of none so late`)
  }
}

function keysAreOlder(agency: string, because: string): OperatorProblem {
  return new OperatorProblem(
    `The keys of ${agency} are older than the data (${because}). Restoring would bring back persons who have been erased. Restore the newest backup of the keys first.`,
  )
}

/** Empties the library's schema and fills it, in one transaction: whatever goes wrong, nothing has happened. */
async function exchange(
  client: Client,
  manifest: Manifest,
  given: { ctx: Context; data: Databases; register: Register; folder: string; progress?: Progress },
): Promise<void> {
  const { ctx, data, register, folder, progress } = given
  const { agency } = ctx
  await ownersTransaction(client, async ({ db }) => {
    await db.run(sql`set local lock_timeout = ${sql.lit(LOCK_TIMEOUT)}`)
    await enterAgency(db, ctx.clock, manifest.agency)
    await db.run(sql`drop schema ${sql.id(agency)} cascade`)
    await db.run(sql`delete from shared.migration where scope = ${agency}`)
    await db.run(sql`create schema ${sql.id(agency)} authorization ${sql.id(data.roleOf(agency))}`)
    await migrateAgency(data, agency, 'library', { upTo: manifest.migration, within: db })
    await checkTables(db, manifest)
    await loadTables(client, data, { folder, manifest, progress })
    await checkSealed(ctx, db, register, manifest)
    const [signedIn] = manifest.tables.filter(({ name }) => name === SIGNED_IN)
    if (signedIn) await db.run(sql`delete from ${sql.id(agency, SIGNED_IN)}`)
    await db.run(sql`
      update shared.agency set night_on = (select max(night_on) from ${sql.id(agency, 'night')}) where name = ${agency}`)
    await migrateAgency(data, agency, 'library', { within: db })
  })
}

/** A table that the backup is short of would be restored empty without a word. */
async function checkTables(db: Db, manifest: Manifest): Promise<void> {
  const rows = await db.all<{ name: string }>(sql`
    select tablename::text as name from pg_tables where schemaname = ${manifest.agency.name}`)
  const made = new Set(rows.map(({ name }) => name))
  const held = new Set(manifest.tables.map(({ name }) => name))
  const differing = [...made.symmetricDifference(held)]
  if (differing.length === 0) return
  throw new OperatorProblem(
    `The backup does not hold the tables of migration ${manifest.migration}: ${differing.join(', ')}. Use another backup.`,
  )
}

const PERSONS_AT_A_TIME = 1000

/** Everyone with a sealed value has a key, or has been erased; otherwise the keys are from before they came. */
async function checkSealed(ctx: Context, db: Db, register: Register, manifest: Manifest): Promise<void> {
  const buried = new Set(await ctx.vault.buried())
  for (const table of manifest.tables) {
    const declared = register.tables.find(({ name }) => name === table.name)
    const sealed = table.columns.filter((column) => declared?.columns[column]?.class === 'sealed')
    if (!declared?.subject || sealed.length === 0) continue
    const person = sql.id(declared.subject)
    const holds = sql.join(
      sealed.map((column) => sql`${sql.id(column)} is not null`),
      sql` or `,
    )
    let after = '00000000-0000-0000-0000-000000000000'
    for (;;) {
      const rows = await db.all<{ id: PatronId }>(sql`
        select distinct ${person} as id from ${sql.id(ctx.agency, table.name)}
        where ${person} > ${after}::uuid and (${holds}) order by id limit ${PERSONS_AT_A_TIME}`)
      const persons = rows.map((row) => row.id)
      const last = persons.at(-1)
      if (!last) break
      after = last
      const known = await ctx.vault.known(persons)
      const lost = persons.filter((id) => !known.has(id) && !buried.has(id)).length
      if (lost > 0) {
        throw keysAreOlder(ctx.agency, `at least ${lost} persons in ${table.name} have sealed values and no key`)
      }
    }
  }
}

/** Two restores of one library would undo each other. Held by the connection, so that a killed one leaves nothing. */
async function takeLock(client: Client, agency: string): Promise<void> {
  const { rows } = await client.query<{ taken: boolean }>(
    'select pg_try_advisory_lock(hashtextextended($1, 0)) as taken',
    [`kvit restore ${agency}`],
  )
  if (!rows[0]?.taken) throw new OperatorProblem(`Another restore of ${agency} is under way.`)
}

function readable(fault: unknown, agency: string): unknown {
  if (sqlState(fault) !== '55P03') return fault
  return new OperatorProblem(
    `${agency} is in use, and its tables were not given up in ${LOCK_TIMEOUT}. Stop what works with it and try again.`,
  )
}
