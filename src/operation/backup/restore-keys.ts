import type { Client } from 'pg'
import { type Databases, ensureSchema, migrateAgency, OperatorProblem, sql } from '#db'
import { type Manifest, verifyBackup } from './format.ts'
import { KEYS_TABLES } from './keys-backup.ts'
import { loadTables, ownersTransaction } from './load.ts'
import { qualified } from './snapshot.ts'

/**
 * Adds to a library's keys what a backup of them holds: after the keys database was lost, before the data are
 * restored. What is there stays; a tombstone, whichever of the two holds it, wins over a key.
 * @throws OperatorProblem saying why the backup cannot be used; the keys are then unchanged
 */
export async function restoreKeys(given: { keys: Databases; agency: string; folder: string }): Promise<Manifest> {
  const { keys, agency, folder } = given
  const manifest = await verifyBackup(folder)
  await checkKeysBackup(manifest, given)
  await ensureSchema(keys, agency)
  await migrateAgency(keys, agency, 'keys')
  const client = await keys.connect('')
  try {
    await ownersTransaction(client, async () => {
      // Beside each table an empty one of its kind, as the library's role, gone with the transaction.
      await client.query(`set local role ${client.escapeIdentifier(keys.roleOf(agency))}`)
      for (const { name } of KEYS_TABLES) {
        await client.query(`create table ${restored(client, agency, name)} (like ${qualified(client, agency, name)})`)
      }
      await client.query('reset role')
      await loadTables(client, keys, { folder, manifest, into: (table) => restored(client, agency, table) })
      await merge(client, agency)
    })
  } finally {
    await client.end()
  }
  return manifest
}

async function checkKeysBackup(
  manifest: Manifest,
  { keys, agency, folder }: { keys: Databases; agency: string; folder: string },
): Promise<void> {
  if (manifest.holds !== 'keys') throw new OperatorProblem(`${folder} holds data, not keys.`)
  if (manifest.agency.name !== agency) {
    throw new OperatorProblem(`${folder} is a backup of ${manifest.agency.name}, not of ${agency}.`)
  }
  const differing = new Set(manifest.tables.map(({ name }) => name)).symmetricDifference(
    new Set(KEYS_TABLES.map(({ name }) => name)),
  )
  if (differing.size > 0) throw new OperatorProblem(`${folder} was made by another version of Kvit.`)
  const master = await keys.owner().one<{ fingerprint: string }>(sql`select fingerprint from shared.master_key`)
  if (master.fingerprint !== manifest.master_key) {
    throw new OperatorProblem(
      `The keys in ${folder} are wrapped with another master key (${manifest.master_key}) than is in use (${master.fingerprint}); it was rotated since. Use a newer backup of the keys, or start with the master key of that time.`,
    )
  }
}

async function merge(client: Client, agency: string): Promise<void> {
  const t = (name: string) => qualified(client, agency, name)
  const r = (name: string) => restored(client, agency, name)
  // A library that has neither keys nor erasures has used its lookup key for nothing yet.
  await client.query(`delete from ${t('lookup_key')}
    where not exists (select from ${t('person_key')}) and not exists (select from ${t('tombstone')})
      and exists (select from ${r('lookup_key')})`)
  await client.query(`insert into ${t('lookup_key')} select * from ${r('lookup_key')} on conflict do nothing`)
  await client.query(`insert into ${t('tombstone')} select * from ${r('tombstone')} on conflict do nothing`)
  await client.query(`insert into ${t('person_key')} select * from ${r('person_key')} on conflict do nothing`)
  await client.query(`delete from ${t('person_key')} k using ${t('tombstone')} b where b.person_id = k.person_id`)
  for (const { name } of KEYS_TABLES) await client.query(`drop table ${r(name)}`)
}

function restored(client: Client, agency: string, table: string): string {
  return qualified(client, agency, `restored_${table}`)
}
