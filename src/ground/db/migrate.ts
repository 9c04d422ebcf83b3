import { readdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { realClock } from '#core'
import type { Databases } from './databases.ts'
import { type Db, sql } from './db.ts'
import { lintMigration } from './lint.ts'

/** One numbered file of SQL. Forward only: a file that has landed is never edited. */
export interface Migration {
  readonly number: number
  readonly name: string
  readonly text: string
}

export const MIGRATIONS = join(import.meta.dirname, '..', '..', '..', 'migrations')

/** Reads `NNNN-name.sql` files in order. @throws when a number is missing, doubled, or a statement is not allowed */
export async function readMigrations(folder: string): Promise<Migration[]> {
  const names = (await readdir(folder)).filter((name) => name.endsWith('.sql')).sort()
  return Promise.all(
    names.map(async (file, index) => {
      const match = /^(\d{4})-([a-z0-9-]+)\.sql$/.exec(file)
      if (!match || Number(match[1]) !== index + 1) {
        throw new Error(`migrations must be numbered without gaps, as 0001-name.sql: ${join(folder, file)}`)
      }
      const text = await readFile(join(folder, file), 'utf8')
      const faults = lintMigration(text)
      if (faults.length > 0) throw new Error(`${join(folder, file)}: ${faults.join('; ')}`)
      return { number: index + 1, name: match[2] as string, text }
    }),
  )
}

/** Brings the register up to date. Safe when two processes start at once: one waits, and finds it done. */
export async function migrateShared(databases: Databases, folder = 'shared'): Promise<number> {
  await databases.owner().transact(async (db) => {
    await lock(db, 'shared')
    await db.run(sql`create schema if not exists shared`)
    await db.run(sql`
      create table if not exists shared.migration (
        scope text not null, number int not null, name text not null,
        applied_at timestamptz not null, primary key (scope, number))`)
  })
  const migrations = await readMigrations(join(MIGRATIONS, folder))
  return apply(databases.owner(), 'shared', migrations, migrations.length, async (db, text) => {
    await db.run(sql`set local search_path = shared`)
    await db.run(sql.raw(text))
  })
}

/**
 * Brings one library's schema up to date, as its own role, so that the role owns what is made. A restore goes only as
 * far as its backup had come (`upTo`), in the transaction it is in (`within`, a transaction of the owner).
 */
export async function migrateAgency(
  databases: Databases,
  agency: string,
  folder = 'library',
  only: { upTo?: number; within?: Db } = {},
): Promise<number> {
  const migrations = await readMigrations(join(MIGRATIONS, folder))
  const owner = only.within ?? databases.owner()
  return apply(owner, agency, migrations, only.upTo ?? migrations.length, async (db, text) => {
    await db.run(sql`set local role ${sql.id(databases.roleOf(agency))}`)
    await db.run(sql`set local search_path = ${sql.id(agency)}`)
    await db.run(sql.raw(text))
    await db.run(sql`reset role`)
  })
}

/** How far a library's schema has come; a backup holds it, and a restore needs the same or less. */
export async function migrationNumber(databases: Databases, agency: string): Promise<number> {
  const row = await databases
    .owner()
    .one<{ number: number }>(
      sql`select coalesce(max(number), 0)::int as number from shared.migration where scope = ${agency}`,
    )
  return row.number
}

async function apply(
  owner: Db,
  scope: string,
  migrations: readonly Migration[],
  upTo: number,
  execute: (db: Db, text: string) => Promise<void>,
): Promise<number> {
  const applied = () =>
    owner.all<{ number: number }>(sql`select number from shared.migration where scope = ${scope} order by number`)
  const known = await applied()
  const newest = known.at(-1)?.number ?? 0
  if (newest > migrations.length) {
    throw new Error(`${scope} is at migration ${newest}, made by a newer Kvit; this one knows ${migrations.length}`)
  }
  let count = 0
  for (const migration of migrations.slice(known.length, upTo)) {
    await owner.transact(async (db) => {
      await lock(db, scope)
      const done = await db.maybe(
        sql`select 1 from shared.migration where scope = ${scope} and number = ${migration.number}`,
      )
      if (done) return
      await execute(db, migration.text)
      await db.run(
        sql`insert into shared.migration (scope, number, name, applied_at)
            values (${scope}, ${migration.number}, ${migration.name}, ${realClock.now()})`,
      )
      count++
    })
  }
  return count
}

async function lock(db: Db, scope: string): Promise<void> {
  await db.run(sql`select pg_advisory_xact_lock(hashtextextended(${`kvit migrate ${scope}`}, 0))`)
}

/** Makes the login role and schema of a library, unless they are there. Safe to repeat. */
export async function ensureSchema(databases: Databases, agency: string): Promise<void> {
  const role = databases.roleOf(agency)
  await databases.owner().transact(async (db) => {
    await lock(db, 'roles')
    const known = await db.maybe(sql`select 1 from pg_roles where rolname = ${role}`)
    const password = sql.lit(databases.passwordOf(agency))
    await db.run(
      known
        ? sql`alter role ${sql.id(role)} login password ${password}`
        : sql`create role ${sql.id(role)} login password ${password} nosuperuser nocreatedb nocreaterole`,
    )
    await db.run(sql`grant ${sql.id(role)} to current_user`)
    await db.run(sql`create schema if not exists ${sql.id(agency)} authorization ${sql.id(role)}`)
    await db.run(
      sql`alter role ${sql.id(role)} in database ${sql.id(databases.name)} set search_path = ${sql.id(agency)}`,
    )
  })
}

/** Takes away a library's schema and role, and with them all it holds. */
export async function dropSchema(databases: Databases, agency: string): Promise<void> {
  const role = databases.roleOf(agency)
  await databases.closeAgency(agency)
  await databases.owner().transact(async (db) => {
    await lock(db, 'roles')
    await db.run(sql`drop schema if exists ${sql.id(agency)} cascade`)
    await db.run(sql`delete from shared.migration where scope = ${agency}`)
    const known = await db.maybe(sql`select 1 from pg_roles where rolname = ${role}`)
    if (!known) return
    await db.run(sql`drop owned by ${sql.id(role)}`)
    await db.run(sql`drop role ${sql.id(role)}`)
  })
}
