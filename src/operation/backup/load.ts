import { createReadStream } from 'node:fs'
import { join } from 'node:path'
import { Transform } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip } from 'node:zlib'
import type { Client } from 'pg'
import { from as copyFrom } from 'pg-copy-streams'
import { type Databases, Db, OperatorProblem } from '#db'
import { fileOf, type Manifest, type TableFile } from './format.ts'
import { qualified, TEXT_SETTINGS } from './snapshot.ts'

/** Told as the rows go in; what it throws stops the restore and undoes it. */
export type Progress = (table: string, bytes: number) => void

/** The owner's one connection, with a transaction open on it. */
export interface OwnersTransaction {
  readonly client: Client
  readonly db: Db
}

/** Runs `work` in one transaction of the owner on a connection of its own, which COPY needs. */
export async function ownersTransaction<T>(
  client: Client,
  work: (transaction: OwnersTransaction) => Promise<T>,
): Promise<T> {
  const db = new Db(
    () => {
      throw new Error('a restore has one connection')
    },
    Object.assign(client, { release() {} }),
  )
  await client.query('begin')
  try {
    const value = await work({ client, db })
    await client.query('commit')
    return value
  } catch (fault) {
    // Waited for, so that the library is as it was when this answers.
    await client.query('rollback').catch(() => {})
    throw fault
  }
}

/** Copies a backup's tables into empty ones, as the library's role. */
export async function loadTables(
  client: Client,
  databases: Databases,
  from: { folder: string; manifest: Manifest; into?: (table: string) => string; progress?: Progress | undefined },
): Promise<void> {
  const { folder, manifest } = from
  const agency = manifest.agency.name
  await client.query(TEXT_SETTINGS)
  await client.query(`set local role ${client.escapeIdentifier(databases.roleOf(agency))}`)
  for (const table of manifest.tables) {
    const into = from.into?.(table.name) ?? qualified(client, agency, table.name)
    await loadTable(client, into, table, folder, from.progress)
  }
  await client.query('reset role')
}

async function loadTable(
  client: Client,
  into: string,
  table: TableFile,
  folder: string,
  progress: Progress | undefined,
): Promise<void> {
  const columns = table.columns.map((column) => client.escapeIdentifier(column)).join(', ')
  const rows = client.query(copyFrom(`copy ${into} (${columns}) from stdin`))
  let bytes = 0
  const watch = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length
      try {
        progress?.(table.name, bytes)
        done(null, chunk)
      } catch (fault) {
        done(fault instanceof Error ? fault : new Error(String(fault)))
      }
    },
  })
  await pipeline(createReadStream(join(folder, fileOf(table.name))), createGunzip(), watch, rows)
  if (rows.rowCount !== table.rows) {
    throw new OperatorProblem(
      `${join(folder, fileOf(table.name))} holds ${rows.rowCount} rows and should hold ${table.rows}.`,
    )
  }
}
