import type { Agency } from '#agencies'
import type { Clock } from '#core'
import { type Databases, sql } from '#db'
import { type Backup, type TableColumns, writeSnapshot } from './snapshot.ts'

/** The keys database is not declared: it holds nobody's values, only what makes them readable. */
export const KEYS_TABLES: readonly TableColumns[] = [
  { name: 'lookup_key', columns: ['only_one', 'wrapped'] },
  { name: 'person_key', columns: ['person_id', 'wrapped'] },
  { name: 'tombstone', columns: ['person_id', 'erased_at', 'finished_at'] },
]

/**
 * Writes one library's wrapped keys and its tombstones. The folder must be another than that of the data, on another
 * disk if there is one, and its backups short-lived: as long as one is kept, an erasure since then can be undone.
 */
export function backupKeys(given: { keys: Databases; agency: Agency; folder: string; clock: Clock }): Promise<Backup> {
  const { keys, agency } = given
  return writeSnapshot({
    ...given,
    databases: keys,
    holds: 'keys',
    tables: KEYS_TABLES,
    async facts() {
      const [newest, master] = await Promise.all([
        keys
          .agency(agency.name)
          .one<{ erased_at: Temporal.Instant | null }>(sql`select max(erased_at) as erased_at from tombstone`),
        keys.owner().one<{ fingerprint: string }>(sql`select fingerprint from shared.master_key`),
      ])
      return { newest_erasure: newest.erased_at, master_key: master.fingerprint }
    },
  })
}
