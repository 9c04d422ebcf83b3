import { randomBytes } from 'node:crypto'
import { readdir, rm } from 'node:fs/promises'
import { join } from 'node:path'
import type { Agency } from '#agencies'
import { enterAgency } from '#agencies'
import { at, MovableClock, type PatronId, seededRandom, silentLog } from '#core'
import { Databases, dropSchema, ensureDatabase, ensureSchema, migrateAgency, migrateShared, siblingUrl, sql } from '#db'
import type { Register } from '#privacy'
import { type Context, MasterKey, Vault } from '#vault'
import { asOwner, temporaryFolder, testServer } from './server.ts'

/** The two databases of an installation with one library in them, and nothing above: for backup, restore and scrub. */
export interface BackupLibrary {
  readonly data: Databases
  readonly keys: Databases
  readonly agency: Agency
  readonly clock: MovableClock
  readonly ctx: Context
  /** For backups; empty at first. */
  readonly folder: string
  /** Makes the schema of the keys, when a test has dropped it. */
  addKeys(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

export const HERNING: Agency = { name: 'herning', number: '765700', title: 'Herning Bibliotekerne' }

/** @param url a server to use rather than the tests' own */
export async function openBackupLibrary(url?: string): Promise<BackupLibrary> {
  const server = url ? { url, stop: async () => {} } : await testServer()
  const name = `kvit_test_${randomBytes(6).toString('hex')}`
  const folder = await temporaryFolder('kvit-test-backup-')
  const names = [name, `${name}_keys`]
  for (const each of names) await ensureDatabase(server.url, each)
  const master = await MasterKey.load(join(folder, 'master.key'), true)
  const passwordOf = (role: string) => master.passwordOf(role)
  const data = new Databases(siblingUrl(server.url, name), passwordOf)
  const keys = new Databases(siblingUrl(server.url, `${name}_keys`), passwordOf)
  await migrateShared(data)
  await migrateShared(keys, 'keys-shared')
  await keys.owner().run(sql`insert into shared.master_key (fingerprint) values (${master.fingerprint})`)
  const clock = new MovableClock(at(Temporal.PlainDate.from('2025-11-20'), '12:00'))
  const addKeys = async () => {
    await ensureSchema(keys, HERNING.name)
    await migrateAgency(keys, HERNING.name, 'keys')
  }
  await addKeys()
  await enterAgency(data.owner(), clock, HERNING)
  await ensureSchema(data, HERNING.name)
  await migrateAgency(data, HERNING.name)
  return {
    data,
    keys,
    agency: HERNING,
    clock,
    folder: join(folder, 'backups'),
    addKeys,
    ctx: {
      agency: HERNING.name,
      actor: { kind: 'operator', name: 'test' },
      db: data.agency(HERNING.name),
      // A vault of its own each time it is asked: none remembers a key that another has destroyed.
      get vault() {
        return new Vault(keys.agency(HERNING.name), master)
      },
      clock,
      random: seededRandom('backup'),
      log: silentLog,
    },
    async [Symbol.asyncDispose]() {
      for (const databases of [data, keys]) {
        await dropSchema(databases, HERNING.name)
        await databases.close()
      }
      await asOwner(server.url, async (client) => {
        for (const each of names) await client.query(`drop database if exists "${each}" with (force)`)
      })
      await rm(folder, { recursive: true, force: true })
      await server.stop()
    },
  }
}

export const ASTA = '019aa000-0000-7000-8000-000000000001' as PatronId
export const BO = '019aa000-0000-7000-8000-000000000002' as PatronId

/** Text that a careless copy would change. */
export const ODD_TEXT = 'Blåbær\tgrød\nøl \\n \\. \\N "citat" \'enkelt\' 😀 \r\n\b\\'

/** At least one row in every table of migration 9, with odd text, empty text and nulls. */
export async function fillLibrary(library: BackupLibrary): Promise<void> {
  const { db, vault } = library.ctx
  const [cpr, address] = await Promise.all([
    vault.seal(ASTA, 'patron.cpr_sealed', '610190-1234'),
    vault.seal(BO, 'patron.address_sealed', 'Skovvej 1\n7400 Herning'),
  ])
  const branch = '019aa000-0000-7000-8000-0000000000b1'
  const title = '019aa000-0000-7000-8000-0000000000c1'
  const items = ['019aa000-0000-7000-8000-0000000000d1', '019aa000-0000-7000-8000-0000000000d2']
  const loan = '019aa000-0000-7000-8000-0000000000e1'
  const staff = '019aa000-0000-7000-8000-0000000000f1'
  const other = '019aa000-0000-7000-8000-0000000000f2'
  const when = Temporal.Instant.from('2025-11-19T23:59:59.123456Z')
  await db.transact(async (db) => {
    await db.run(
      sql`insert into policy_version values (1, ${ODD_TEXT}, '\\x00ff', '2025-11-20', ${when}, 'test', null, null)`,
    )
    await db.run(sql`insert into policy_proposal values
      (gen_random_uuid(), '', '\\x01', ${staff}, ${when}, ${other}, ${when}, null, 1, null)`)
    await db.run(sql`insert into night values ('2025-11-19', ${when}, ${when}, 1, 0, 'kept')`)
    await db.run(sql`insert into night_progress values ('loan P30D', 9007199254740993, 2)`)
    await db.run(sql`insert into retention_step values
      (1, '2025-11-19', 1, 'loan', ${when}, 1, 1, 0, 0, 0, 0, null, ${when}, '\\x', '\\x5c78')`)
    await db.run(sql`insert into hold values
      (gen_random_uuid(), 'loan', ${loan}, ${ASTA}, ${ODD_TEXT}, 'operator:test', ${when}, null, null)`)
    await db.run(sql`insert into restriction values (gen_random_uuid(), ${BO}, '', 'operator:test', ${when}, null)`)
    await db.run(sql`insert into consent values
      (gen_random_uuid(), ${ASTA}, 'history', ${ODD_TEXT}, 1, 'da', 'patron', 'web', ${when}, null)`)
    await db.run(sql`insert into access_log values (gen_random_uuid(), ${ASTA}, ${staff}, ${when}, 'page', '')`)
    await db.run(sql`insert into disclosure values
      (gen_random_uuid(), null, 'KMD', 'name', 'claim', 'refused', ${ODD_TEXT}, ${when})`)
    await db.run(sql`insert into erasure_receipt (id, erased_on, asked_by) values (gen_random_uuid(), '2025-11-01', 'patron')`)
    await db.run(sql`insert into branch values (${branch}, '765700', 'Herning', '', '7400', 'Herning')`)
    await db.run(sql`insert into opening_hours values (${branch}, 1, '08:00', '21:30:15', true)`)
    await db.run(sql`insert into patron values
      (${ASTA}, '10001', ${ODD_TEXT}, '1990-01-01', '', null, 'Årre', false, null, '657', ${cpr}, '', null, null,
        'adult', ${branch}, 'da', ${when}, ${when}),
      (${BO}, '10002', 'Bo \\N', null, null, null, null, true, ${address}, null, null, null, '\\', ' ',
        'child', ${branch}, 'en', ${when}, ${when})`)
    await db.run(sql`insert into identifier values
      (gen_random_uuid(), ${ASTA}, 'library-card', 'A-1', ${when}), (gen_random_uuid(), ${BO}, 'cpr', 'ab12', ${when})`)
    await db.run(sql`insert into staff values
      (${staff}, 'inge', 'Inge', null, 'hash', array['librarian', 'a,"b"', ''], ${when}, null)`)
    await db.run(sql`insert into session values
      (gen_random_uuid(), '\\x0011', ${staff}, ${when}, ${when.add({ hours: 8 })})`)
    await db.run(sql`insert into title values
      (${title}, 'bib', '1', ${ODD_TEXT}, '', null, array['Ø', null], null, null, 1999, 'dan', '{}', '86', array['a b'],
        'bog', 'adult', null, null, null, ${when})`)
    for (const [n, item] of items.entries()) {
      await db.run(sql`insert into item values (${item}, ${title}, ${`B${n}`}, ${branch}, null, 'available', ${when})`)
    }
    await db.run(sql`insert into message values
      (gen_random_uuid(), ${ASTA}, 'reminder', 'email', 'da', 'a@example.dk', '', ${ODD_TEXT}, ${when}, null, null, null)`)
    await db.run(sql`insert into loan values
      (${loan}, ${ASTA}, ${items[0]}, ${title}, ${branch}, 'bog', 'adult', '26-45', ${when}, '2025-12-19', 0, null, null,
        0, ${when}, null, ${when})`)
    await db.run(sql`insert into lending values (${title}, ${branch}, '2025-10-01', 2)`)
    await db.run(sql`insert into circulation values (${branch}, 'bog', 'adult', '26-45', '2025-10-01', 2)`)
    await db.run(sql`insert into fee values (gen_random_uuid(), ${ASTA}, ${loan}, 'overdue', 2000, 500, ${when}, null)`)
    await db.run(sql`insert into compensation values (gen_random_uuid(), ${BO}, null, 'lost', 1, 1, ${when}, ${when})`)
    await db.run(
      sql`insert into payment select gen_random_uuid(), ${ASTA}, id, null, 500, 'cash', 'R1', ${when} from fee`,
    )
    await db.run(
      sql`insert into bookkeeping_entry select gen_random_uuid(), ${ASTA}, id, 'N1', 'fee', -2000, ${when}, null from fee`,
    )
    await db.run(sql`insert into reservation values
      (gen_random_uuid(), ${BO}, ${title}, ${branch}, ${when}, '2026-11-19', ${items[1]}, ${when}, '2025-11-27', '7')`)
  })
}

/** Every row of every table as text, so that two states of a library can be compared. */
export async function everything(library: BackupLibrary, register: Register): Promise<Record<string, string[]>> {
  const all: Record<string, string[]> = {}
  for (const { name } of register.tables) {
    const rows = await library.ctx.db.all<{ row: string }>(sql`
      select t::text as row from ${sql.id(name)} t order by t::text`)
    all[name] = rows.map(({ row }) => row)
  }
  return all
}

/** Removes all rows about the persons, as an erasure does, without its reasons and receipts. */
export async function removePersons(
  library: BackupLibrary,
  register: Register,
  persons: readonly PatronId[],
): Promise<void> {
  for (const table of register.tables.filter(({ about }) => about === 'patron').reverse()) {
    await library.ctx.db.run(sql`
      delete from ${sql.id(table.name)} where ${sql.id(table.subject as string)} = any(${persons}::uuid[])`)
  }
}

export async function namesIn(folder: string): Promise<string[]> {
  return (await readdir(folder).catch(() => [])).sort()
}
