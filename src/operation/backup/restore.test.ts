import assert from 'node:assert/strict'
import { readFile, rm, stat, truncate, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { gunzipSync } from 'node:zlib'
import type { PatronId } from '#core'
import { dropSchema, ensureSchema, migrateAgency, migrationNumber, OperatorProblem, sql } from '#db'
import { buryAgain, foundPolicy } from '#privacy'
import type { Context } from '#vault'
import {
  ASTA,
  type BackupLibrary,
  BO,
  everything,
  fillLibrary,
  namesIn,
  ODD_TEXT,
  openBackupLibrary,
  removePersons,
} from '../../../test/support/backup-library.ts'
import { register } from '../../rooms.ts'
import { type Manifest, manifestText } from './format.ts'
import {
  backupAgency,
  backupKeys,
  finishRestore,
  readManifest,
  restoreAgency,
  restoreKeys,
  restoring,
} from './index.ts'

function backUp(library: BackupLibrary) {
  const { data, agency, folder, clock, ctx } = library
  return backupAgency({ databases: data, vault: ctx.vault, agency, register, folder, clock })
}

interface Said {
  replace?: boolean
  progress?: (table: string, bytes: number) => void
  bury?: (ctx: Context, persons: readonly PatronId[]) => Promise<unknown>
  catchUp?: () => Promise<unknown>
}

function restore(library: BackupLibrary, folder: string, said: Said = { replace: true }) {
  const { ctx, data, keys } = library
  return restoreAgency({ ctx, data, keys, register, folder, ...callbacks(library), ...said })
}

function callbacks(library: BackupLibrary) {
  return {
    bury: async (_ctx: unknown, persons: readonly PatronId[]) => removePersons(library, register, persons),
    catchUp: async () => {},
  }
}

async function openFilled(): Promise<BackupLibrary> {
  const library = await openBackupLibrary()
  try {
    await fillLibrary(library)
  } catch (fault) {
    await library[Symbol.asyncDispose]()
    throw fault
  }
  return library
}

/** What a refused restore must leave as it was. */
async function refused(library: BackupLibrary, folder: string, message: RegExp, said?: Said): Promise<void> {
  const before = await everything(library, register)
  await assert.rejects(restore(library, folder, said), (fault) => {
    assert.ok(fault instanceof OperatorProblem, String(fault))
    assert.match(fault.message, message)
    return true
  })
  assert.deepEqual(await everything(library, register), before)
  assert.equal(await restoring(library.data.owner(), library.agency.name), false)
}

test('what is restored equals what was backed up, row by row', async () => {
  await using library = await openFilled()
  const before = await everything(library, register)
  assert.ok(Object.values(before).filter((rows) => rows.length > 0).length >= 24)
  const { folder, manifest } = await backUp(library)
  assert.equal(manifest.tables.length, register.tables.length)

  await library.ctx.db.run(sql`delete from message`)
  await library.ctx.db.run(sql`update patron set name = 'somebody else'`)
  assert.notDeepEqual(await everything(library, register), before)
  await restore(library, folder)
  assert.deepEqual(await everything(library, register), { ...before, session: [] }, 'nobody stays signed in')
  const patron = await library.ctx.db.one<{ name: string; cpr_sealed: Buffer }>(
    sql`select name, cpr_sealed from patron where id = ${ASTA}`,
  )
  assert.equal(patron.name, ODD_TEXT)
  assert.equal(await library.ctx.vault.open(ASTA, 'patron.cpr_sealed', patron.cpr_sealed), '610190-1234')
})

test('a library that was lost comes back with its place in the register', async () => {
  await using library = await openFilled()
  const before = await everything(library, register)
  const { folder } = await backUp(library)
  await dropSchema(library.data, library.agency.name)
  await library.data.owner().run(sql`delete from shared.agency`)
  await restore(library, folder, {})
  assert.deepEqual(await everything(library, register), { ...before, session: [] })
  assert.equal(await migrationNumber(library.data, library.agency.name), (await readManifest(folder)).migration)
  const agency = await library.data.owner().one(sql`select name, number, title, night_on::text from shared.agency`)
  assert.deepEqual(agency, { ...library.agency, night_on: '2025-11-19' })
})

test('a backup is readable to others only as its owner, and plain enough for psql', async () => {
  await using library = await openFilled()
  const { folder, manifest } = await backUp(library)
  assert.equal((await stat(folder)).mode & 0o777, 0o700)
  for (const name of await namesIn(folder)) assert.equal((await stat(join(folder, name))).mode & 0o777, 0o600, name)
  const patron = manifest.tables.find(({ name }) => name === 'patron')
  const lines = gunzipSync(await readFile(join(folder, 'patron.copy.gz')))
    .toString('utf8')
    .trimEnd()
    .split('\n')
  assert.equal(lines.length, patron?.rows)
  assert.equal(lines[1]?.split('\t')[patron?.columns.indexOf('name') ?? 0], 'Bo \\\\N')
})

test('a backup shows one instant: what changes while it is made is not in it', async () => {
  await using library = await openFilled()
  const { data, agency, folder, clock, ctx } = library
  const vault = ctx.vault
  const state = vault.state.bind(vault)
  // Asked once the snapshot stands.
  vault.state = async () => {
    await ctx.db.run(sql`update patron set name = 'changed meanwhile'`)
    return state()
  }
  const backup = await backupAgency({ databases: data, vault, agency, register, folder, clock })
  await restore(library, backup.folder)
  const { name } = await ctx.db.one<{ name: string }>(sql`select name from patron where id = ${ASTA}`)
  assert.equal(name, ODD_TEXT)
})

test('a person who was erased after the backup is not brought back by it', async () => {
  await using library = await openBackupLibrary()
  const text = await readFile(join(import.meta.dirname, '..', '..', '..', 'policies', 'herning.yaml'), 'utf8')
  assert.ok((await foundPolicy(library.ctx, text, register, 'test')).ok)
  await fillLibrary(library, { policy: false })
  const { folder } = await backUp(library)
  await library.ctx.vault.destroy([ASTA], library.clock.now())
  await removePersons(library, register, [ASTA])
  await library.ctx.vault.finish([ASTA], library.clock.now())

  const seen: string[] = []
  const { buried } = await restore(library, folder, {
    replace: true,
    bury: (ctx, persons) => buryAgain(ctx, register, persons),
    async catchUp() {
      const patrons = await library.ctx.db.all<{ number: string }>(sql`select number from patron`)
      seen.push(...patrons.map(({ number }) => number))
      assert.equal(
        await restoring(library.data.owner(), library.agency.name),
        true,
        'the library is closed till the end',
      )
    },
  })
  assert.equal(buried, 1)
  assert.deepEqual(seen, ['10002'], 'buried before the nights are caught up')
  const all = await everything(library, register)
  assert.ok(JSON.stringify(all).includes(BO))
  const left = Object.entries(all).filter(([, rows]) => rows.some((row) => row.includes(ASTA)))
  assert.deepEqual(
    left.map(([table]) => table),
    ['bookkeeping_entry', 'collection_case'],
    'what the law keeps, and nothing else',
  )
  assert.equal(await restoring(library.data.owner(), library.agency.name), false)
})

test('a broken backup is refused, and the library stays as it is', async () => {
  await using library = await openFilled()
  const cases: [string, (folder: string) => Promise<void>, RegExp][] = [
    ['a file cut off', (folder) => truncate(join(folder, 'loan.copy.gz'), 30), /loan\.copy\.gz is 30 bytes long/],
    ['a byte changed', (folder) => changeByte(join(folder, 'patron.copy.gz')), /patron\.copy\.gz has been changed/],
    ['a file gone', (folder) => rm(join(folder, 'fee.copy.gz')), /fee\.copy\.gz is missing/],
    ['no manifest', (folder) => rm(join(folder, 'manifest.json')), /no backup in .* never finished/],
    ['a changed manifest', (folder) => changeText(folder, '765700', '716100'), /manifest\.json has been changed/],
    ['a cut-off manifest', (folder) => truncate(join(folder, 'manifest.json'), 200), /manifest\.json has been changed/],
    ['a table left out', (folder) => rewrite(folder, ({ tables }) => ({ tables: tables.slice(1) })), /policy_version/],
    [
      'fewer rows than it says',
      (folder) => rewrite(folder, ({ tables }) => ({ tables: tables.map((t) => ({ ...t, rows: t.rows + 1 })) })),
      /holds 1 rows and should hold 2/,
    ],
    [
      'of another library',
      (folder) => rewrite(folder, ({ agency }) => ({ agency: { ...agency, name: 'glostrup' } })),
      /is a backup of glostrup, not of herning/,
    ],
    ['by a newer Kvit', (folder) => rewrite(folder, () => ({ migration: 9000 })), /made by a newer Kvit/],
  ]
  for (const [what, damage, message] of cases) {
    const { folder } = await backUp(library)
    await damage(folder)
    await refused(library, folder, message).catch((fault) => {
      throw new Error(what, { cause: fault })
    })
  }
})

test('a library that is there is replaced only when that is said', async () => {
  await using library = await openFilled()
  const { folder } = await backUp(library)
  await refused(library, folder, /herning exists/, {})
})

test('keys that are older than the data are refused: they would bring back the erased', async () => {
  await using library = await openFilled()
  const { ctx, keys } = library
  await ctx.vault.destroy([BO], library.clock.now())
  await removePersons(library, register, [BO])
  const { folder } = await backUp(library)
  await keys.agency('herning').run(sql`delete from tombstone`)
  await refused(library, folder, /keys of herning are older than the data \(the data know of an erasure/)

  await keys.agency('herning').run(sql`insert into tombstone values (${BO}, ${library.clock.now()}, null)`)
  await keys.agency('herning').run(sql`delete from person_key where person_id = ${ASTA}`)
  await refused(library, folder, /older than the data \(at least 1 persons in patron have sealed values and no key/)

  await dropSchema(keys, 'herning')
  const before = await everything(library, register)
  await assert.rejects(restore(library, folder), /There are no keys of herning/)
  assert.deepEqual(await everything(library, register), before)
  await library.addKeys()
})

test('a restore that breaks half-way leaves the library as it was and open', async () => {
  await using library = await openFilled()
  const before = await everything(library, register)
  const { folder } = await backUp(library)
  const progress = (table: string) => {
    if (table === 'loan') throw new Error('the plug was pulled')
  }
  await assert.rejects(restore(library, folder, { replace: true, progress }), /the plug was pulled/)
  assert.deepEqual(await everything(library, register), before)
  assert.equal(await restoring(library.data.owner(), 'herning'), false)

  await dropSchema(library.data, 'herning')
  await library.data.owner().run(sql`delete from shared.agency`)
  await assert.rejects(restore(library, folder, { progress }), /the plug was pulled/)
  const half = await library.data.owner().maybe(sql`select 1 from pg_namespace where nspname = 'herning'`)
  assert.equal(half, undefined, 'a library that was not there is not there half')
  assert.deepEqual(await library.data.owner().all(sql`select name from shared.agency`), [])
})

test('a library stays closed until the erased are buried again, also after a restore that was killed', async () => {
  await using library = await openFilled()
  const { folder } = await backUp(library)
  const owner = library.data.owner()
  const killed = async () => {
    throw new Error('killed')
  }
  await assert.rejects(restore(library, folder, { replace: true, catchUp: killed }), /killed/)
  assert.equal(await restoring(owner, 'herning'), true)
  await assert.rejects(backUp(library), /is being restored/)

  const progress = () => {
    throw new Error('again')
  }
  await assert.rejects(restore(library, folder, { replace: true, progress }), /again/)
  assert.equal(await restoring(owner, 'herning'), true, 'a second attempt that fails does not open it')

  await finishRestore({ ctx: library.ctx, data: library.data, register, ...callbacks(library) })
  assert.equal(await restoring(owner, 'herning'), false)
})

test('a backup of an earlier Kvit is restored and brought up to date', async () => {
  await using library = await openBackupLibrary()
  await dropSchema(library.data, 'herning')
  await ensureSchema(library.data, 'herning')
  await migrateAgency(library.data, 'herning', 'library', { upTo: 2 })
  const there = await library.ctx.db.all<{ name: string }>(
    sql`select tablename as name from pg_tables where schemaname = current_schema()`,
  )
  const tables = register.tables.filter((table) => there.some(({ name }) => name === table.name))
  await library.ctx.db.run(sql`insert into branch values (gen_random_uuid(), '1', 'Herning', '', '7400', 'Herning')`)
  const { data, agency, folder, clock, ctx } = library
  const backup = await backupAgency({
    databases: data,
    vault: ctx.vault,
    agency,
    register: { tables, files: [] },
    folder,
    clock,
  })
  assert.equal(backup.manifest.migration, 2)
  await restore(library, backup.folder)
  assert.ok((await migrationNumber(data, 'herning')) > 2)
  assert.equal((await everything(library, register)).branch?.length, 1)
})

test('a table that nobody declared stops the backup, since it would be short of it', async () => {
  await using library = await openFilled()
  await library.ctx.db.run(sql`create table forgotten (id int)`)
  await assert.rejects(backUp(library), /declarations and database differ in herning: forgotten/)
  assert.deepEqual(await namesIn(library.folder), [])
})

test('keys come back from their own backup, but not those of persons erased since', async () => {
  await using library = await openFilled()
  const { keys, agency, clock, ctx } = library
  const root = join(library.folder, 'keys-backups')
  const hash = await ctx.vault.lookupHash('cpr', '610190-1234')
  const { folder } = await backupKeys({ keys, agency, folder: root, clock })
  assert.deepEqual(await namesIn(folder), [
    'lookup_key.copy.gz',
    'manifest.json',
    'person_key.copy.gz',
    'tombstone.copy.gz',
  ])

  await ctx.vault.destroy([ASTA], clock.now())
  await restoreKeys({ keys, agency: 'herning', folder })
  assert.deepEqual([...(await ctx.vault.known([ASTA, BO]))], [BO])

  await dropSchema(keys, 'herning')
  await restoreKeys({ keys, agency: 'herning', folder })
  assert.equal((await ctx.vault.known([ASTA, BO])).size, 2)
  assert.deepEqual(await ctx.vault.lookupHash('cpr', '610190-1234'), hash)

  await keys.owner().run(sql`update shared.master_key set fingerprint = '0123456789abcdef'`)
  await assert.rejects(restoreKeys({ keys, agency: 'herning', folder }), /wrapped with another master key/)
  await assert.rejects(restore(library, folder), /holds keys/)
})

async function changeByte(file: string): Promise<void> {
  const bytes = await readFile(file)
  bytes[40] = (bytes[40] ?? 0) ^ 1
  await writeFile(file, bytes)
}

async function changeText(folder: string, from: string, to: string): Promise<void> {
  const file = join(folder, 'manifest.json')
  await writeFile(file, (await readFile(file, 'utf8')).replace(from, to))
}

/** A manifest that is whole but says something else. */
async function rewrite(folder: string, change: (manifest: Manifest) => Partial<Manifest>): Promise<void> {
  const manifest = await readManifest(folder)
  await writeFile(join(folder, 'manifest.json'), manifestText({ ...manifest, ...change(manifest) }))
}
