import type { Agency } from '#agencies'
import type { Clock } from '#core'
import { type Databases, OperatorProblem } from '#db'
import type { Register } from '#privacy'
import type { Vault } from '#vault'
import { restoring } from './lease.ts'
import { type Backup, writeSnapshot } from './snapshot.ts'

/**
 * Writes one library's declared tables, as they are at one instant, into a folder of their own under `folder`. Names
 * and addresses lie in it as clear text, CPR numbers and protected addresses sealed; keys are never in it.
 * @throws OperatorProblem when the disk is full, or while the library is being restored
 */
export async function backupAgency(given: {
  databases: Databases
  vault: Vault
  agency: Agency
  register: Register
  folder: string
  clock: Clock
}): Promise<Backup> {
  const { databases, agency } = given
  if (await restoring(databases.owner(), agency.name)) {
    throw new OperatorProblem(`${agency.name} is being restored; it can be backed up when that is done.`)
  }
  return writeSnapshot({
    ...given,
    holds: 'data',
    tables: given.register.tables.map(({ name, columns }) => ({ name, columns: Object.keys(columns) })),
    async facts() {
      return { newest_erasure: (await given.vault.state()).newest_erasure, master_key: null }
    },
  })
}
