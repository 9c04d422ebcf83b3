import { createHash } from 'node:crypto'
import { createWriteStream } from 'node:fs'
import { mkdir, open, rename, rm } from 'node:fs/promises'
import { join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { Client } from 'pg'
import { to as copyTo } from 'pg-copy-streams'
import type { Agency } from '#agencies'
import type { Clock } from '#core'
import { type Databases, OperatorProblem } from '#db'
import packageFacts from '../../../package.json' with { type: 'json' }
import { fileOf, folderName, MANIFEST, type Manifest, manifestText, type TableFile } from './format.ts'

/** A finished backup. */
export interface Backup {
  readonly folder: string
  readonly manifest: Manifest
}

export interface TableColumns {
  readonly name: string
  readonly columns: readonly string[]
}

export interface Snapshot {
  readonly databases: Databases
  readonly agency: Agency
  readonly holds: Manifest['holds']
  readonly tables: readonly TableColumns[]
  /** The root under which each backup gets a folder. */
  readonly folder: string
  readonly clock: Clock
  /** Asked once the snapshot stands, so that it is at least as new as what the rows show. */
  facts(): Promise<Pick<Manifest, 'newest_erasure' | 'master_key'>>
}

/** How values are written as text: the same in every backup, whatever the server is set to. */
export const TEXT_SETTINGS = `set local datestyle = 'ISO, YMD'; set local intervalstyle = 'iso_8601';
  set local timezone = 'UTC'; set local bytea_output = 'hex'; set local extra_float_digits = 1`

/**
 * Writes the tables as they are at one instant into a new folder. Either the folder is there and whole, or it is not
 * there under its name.
 */
export async function writeSnapshot(snapshot: Snapshot): Promise<Backup> {
  const { agency, holds } = snapshot
  const taken_at = snapshot.clock.now()
  const making = await makeFolder(snapshot.folder, agency.name, taken_at)
  try {
    const written = await copyAll(snapshot, making)
    const manifest: Manifest = {
      format: 1,
      holds,
      agency,
      taken_at,
      migration: written.migration,
      kvit: packageFacts.version,
      newest_erasure: written.newest_erasure,
      master_key: written.master_key,
      tables: written.tables,
    }
    await writeWhole(making, MANIFEST, manifestText(manifest))
    const folder = making.slice(0, -'.making'.length)
    await rename(making, folder)
    await syncFolder(snapshot.folder)
    return { folder, manifest }
  } catch (fault) {
    await rm(making, { recursive: true, force: true })
    throw problemOf(fault, snapshot.folder)
  }
}

async function copyAll(snapshot: Snapshot, folder: string) {
  const { databases, agency } = snapshot
  const [owner, client] = await Promise.all([databases.connect(''), databases.connect(agency.name)])
  try {
    // The migration number lies with the owner, the rows with the library's role: both see one snapshot.
    await owner.query('begin isolation level repeatable read read only')
    const { rows } = await owner.query<{ snapshot: string; migration: number }>(
      `select pg_export_snapshot() as snapshot,
              (select coalesce(max(number), 0)::int from shared.migration where scope = $1) as migration`,
      [agency.name],
    )
    const { snapshot: id, migration } = rows[0] as { snapshot: string; migration: number }
    await client.query('begin isolation level repeatable read read only')
    await client.query(`set transaction snapshot ${client.escapeLiteral(id)}`)
    await owner.query('commit')
    await client.query(TEXT_SETTINGS)
    const all = await copiedColumns(client, agency.name, snapshot.tables)
    // Held to the end, so that no table is exchanged under the backup.
    await client.query(`lock table ${all.map(({ name }) => qualified(client, agency.name, name))} in access share mode`)
    const facts = await snapshot.facts()
    const tables: TableFile[] = []
    for (const table of all) tables.push(await copyTable(client, agency.name, table, folder))
    await client.query('commit')
    return { migration, tables, ...facts }
  } finally {
    await Promise.all([owner.end(), client.end()])
  }
}

/**
 * The columns to copy: those declared, without those the database computes for itself.
 * @throws when declaration and database differ, for then the backup would be short of something
 */
async function copiedColumns(client: Client, schema: string, tables: readonly TableColumns[]): Promise<TableColumns[]> {
  const { rows } = await client.query<{ name: string; columns: string[]; computed: string[] }>(
    `select c.relname::text as name, array_agg(a.attname::text) as columns,
            coalesce(array_agg(a.attname::text) filter (where a.attgenerated <> ''), '{}') as computed
     from pg_class c join pg_attribute a on a.attrelid = c.oid and a.attnum > 0 and not a.attisdropped
     where c.relnamespace = $1::regnamespace and c.relkind in ('r', 'p') group by c.relname`,
    [client.escapeIdentifier(schema)],
  )
  const there = new Map(rows.map((row) => [row.name, row]))
  const wrong = [
    ...rows.filter(({ name }) => !tables.some((table) => table.name === name)).map(({ name }) => name),
    ...tables.flatMap(({ name, columns }) => {
      const known = there.get(name)?.columns
      if (!known) return [name]
      const declared = new Set(columns)
      return [...declared.symmetricDifference(new Set(known))].map((column) => `${name}.${column}`)
    }),
  ]
  if (wrong.length > 0) throw new Error(`declarations and database differ in ${schema}: ${wrong.join(', ')}`)
  return tables.map(({ name, columns }) => ({
    name,
    columns: columns.filter((column) => !there.get(name)?.computed.includes(column)),
  }))
}

async function copyTable(client: Client, schema: string, table: TableColumns, folder: string): Promise<TableFile> {
  const columns = table.columns.map((column) => client.escapeIdentifier(column)).join(', ')
  const rows = client.query(copyTo(`copy ${qualified(client, schema, table.name)} (${columns}) to stdout`))
  const hash = createHash('sha256')
  let bytes = 0
  const measure = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk)
      bytes += chunk.length
      done(null, chunk)
    },
  })
  const file = createWriteStream(join(folder, fileOf(table.name)), { flags: 'wx', mode: 0o600, flush: true })
  await pipeline(rows, createGzip(), measure, file)
  // Answered only when the server has said how many rows it sent.
  await client.query('select 1')
  return { name: table.name, columns: table.columns, rows: rows.rowCount, bytes, sha256: hash.digest('hex') }
}

export function qualified(client: Client, schema: string, table: string): string {
  return `${client.escapeIdentifier(schema)}.${client.escapeIdentifier(table)}`
}

/** Two backups of one second get different names. */
async function makeFolder(root: string, agency: string, taken_at: Temporal.Instant): Promise<string> {
  try {
    await mkdir(root, { recursive: true, mode: 0o700 })
    for (let again = 0; ; again++) {
      const folder = join(root, folderName(agency, taken_at, again))
      const making = `${folder}.making`
      if (await exists(folder)) continue
      try {
        await mkdir(making, { mode: 0o700 })
        return making
      } catch (fault) {
        if (codeOf(fault) !== 'EEXIST') throw fault
      }
    }
  } catch (fault) {
    throw problemOf(fault, root)
  }
}

async function writeWhole(folder: string, name: string, text: string): Promise<void> {
  const handle = await open(join(folder, `${name}.new`), 'wx', 0o600)
  try {
    await handle.writeFile(text)
    await handle.sync()
  } finally {
    await handle.close()
  }
  await rename(join(folder, `${name}.new`), join(folder, name))
  await syncFolder(folder)
}

/** Names are on the disk only when their folder is. Windows has no such thing and needs none. */
async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, 'r').catch(() => undefined)
  await handle?.sync().catch(() => {})
  await handle?.close()
}

async function exists(path: string): Promise<boolean> {
  const handle = await open(path, 'r').catch(() => undefined)
  await handle?.close()
  return handle !== undefined
}

function problemOf(fault: unknown, folder: string): unknown {
  switch (codeOf(fault)) {
    case 'ENOSPC':
    case 'EDQUOT':
      return new OperatorProblem(`The disk of ${folder} is full; no backup was made. Make room and try again.`)
    case 'EACCES':
    case 'EPERM':
    case 'EROFS':
    case 'ENOTDIR':
      return new OperatorProblem(`Backups cannot be written to ${folder}: ${String(fault)}`)
    default:
      return fault
  }
}

export function codeOf(fault: unknown): string | undefined {
  return fault instanceof Error && 'code' in fault && typeof fault.code === 'string' ? fault.code : undefined
}
