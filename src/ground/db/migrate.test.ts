import assert from 'node:assert/strict'
import { mkdtemp, readdir, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { test } from 'node:test'
import { openTestDatabase } from '../../../test/support/server.ts'
import { sql } from './db.ts'
import {
  dropSchema,
  ensureSchema,
  MIGRATIONS,
  migrateAgency,
  migrateShared,
  migrationNumber,
  readMigrations,
} from './migrate.ts'

test('migrations are safe when several processes start at once', async () => {
  await using database = await openTestDatabase()
  await database.addSchema('herning')
  const processes = [database.open(), database.open(), database.open()]
  await Promise.all(processes.map((each) => migrateShared(each)))
  await Promise.all(processes.map((each) => ensureSchema(each, 'herning')))
  const counts = await Promise.all(processes.map((each) => migrateAgency(each, 'herning')))
  const files = (await readdir(join(MIGRATIONS, 'library'))).length
  assert.equal(
    counts.reduce((sum, count) => sum + count, 0),
    files,
  )
  assert.equal(await migrationNumber(database.databases, 'herning'), files)
  assert.equal(await migrateAgency(database.databases, 'herning'), 0)
})

test('what a migration makes belongs to the library’s role and lies in its schema', async () => {
  await using database = await openTestDatabase()
  await database.addSchema('herning')
  await migrateAgency(database.databases, 'herning')
  const owners = await database.databases.owner().all<{ owner: string }>(sql`
    select distinct tableowner as owner from pg_tables where schemaname = 'herning'`)
  assert.deepEqual(owners, [{ owner: database.databases.roleOf('herning') }])
})

test('a library migrated by a newer Kvit is left alone', async () => {
  await using database = await openTestDatabase()
  await database.addSchema('herning')
  await migrateAgency(database.databases, 'herning')
  await database.databases.owner().run(sql`
    insert into shared.migration (scope, number, name, applied_at) values ('herning', 900, 'later', '2030-01-01T00:00Z')`)
  await assert.rejects(migrateAgency(database.databases, 'herning'), /made by a newer Kvit/)
})

test('a library that is dropped leaves no schema, no role and no history', async () => {
  await using database = await openTestDatabase()
  const { databases } = database
  await database.addSchema('herning')
  await migrateAgency(databases, 'herning')
  await databases.agency('herning').run(sql`select 1`)
  const traces = () =>
    databases.owner().one<{ traces: number }>(sql`
      select (select count(*) from pg_namespace where nspname = 'herning')
           + (select count(*) from pg_roles where rolname = ${databases.roleOf('herning')})
           + (select count(*) from shared.migration where scope = 'herning') as traces`)
  assert.ok((await traces()).traces > 2)
  await dropSchema(databases, 'herning')
  assert.equal((await traces()).traces, 0)
  await dropSchema(databases, 'herning')
  await database.addSchema('herning')
  assert.ok((await migrateAgency(databases, 'herning')) > 0)
})

test('migrations that are numbered wrongly, or hold what is forbidden, are refused', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'kvit-migrations-'))
  try {
    await writeFile(join(folder, '0001-first.sql'), '-- Why.\ncreate table a (b int);')
    assert.deepEqual(
      (await readMigrations(folder)).map(({ number, name }) => [number, name]),
      [[1, 'first']],
    )
    await writeFile(join(folder, '0003-third.sql'), '-- Why.\n')
    await assert.rejects(readMigrations(folder), /numbered without gaps/)
    await rm(join(folder, '0003-third.sql'))
    await writeFile(join(folder, '0002-second.sql'), '-- Why.\ncreate table b (c jsonb);')
    await assert.rejects(readMigrations(folder), /0002-second\.sql: no JSON/)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
})
