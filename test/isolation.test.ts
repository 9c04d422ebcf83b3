import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import type pg from 'pg'
import { sql, sqlState } from '#db'
import { register } from '../src/rooms.ts'
import { openTestLibrary } from './support/library.ts'

const library = await openTestLibrary({ agencies: ['fredensborg', 'stevns'] })
after(() => library.close())
const { data, keys } = library.installation

const DENIED = '42501'

/** Runs a statement in the library's own login; answers its SQLSTATE, or the number of rows it gave. */
async function attempt(client: pg.Client, statement: string): Promise<string | number | null> {
  return client.query(statement).then(
    (result) => result.rowCount,
    (fault: unknown) => sqlState(fault) ?? String(fault),
  )
}

async function loggedIn<T>(
  databases: typeof data,
  agency: string,
  work: (client: pg.Client) => Promise<T>,
): Promise<T> {
  const client = await databases.connect(agency)
  try {
    return await work(client)
  } finally {
    await client.end()
  }
}

test('a library’s login reads and writes its own tables and no table of another library', async () => {
  await loggedIn(data, 'fredensborg', async (client) => {
    for (const { name } of register.tables) {
      assert.equal(typeof (await attempt(client, `select * from ${name}`)), 'number', name)
      for (const statement of [
        `select * from stevns.${name}`,
        `select count(*) from stevns.${name}`,
        `delete from stevns.${name}`,
        `copy stevns.${name} to stdout`,
        `create table leak as select * from stevns.${name}`,
        `drop table stevns.${name}`,
      ]) {
        assert.equal(await attempt(client, statement), DENIED, statement)
      }
    }
  })
})

test('a library’s login cannot become another, nor make itself more', async () => {
  await loggedIn(data, 'fredensborg', async (client) => {
    const other = data.roleOf('stevns')
    for (const statement of [
      `set role ${other}`,
      `set session authorization ${other}`,
      `grant ${other} to current_user`,
      `alter role ${other} password 'x'`,
      `alter role current_user createdb`,
      `create role helper`,
      `create schema mine`,
      `create table public.leak (a int)`,
      `alter schema stevns owner to current_user`,
      `create function stevns.f() returns int language sql as 'select 1'`,
      `select pg_read_file('/etc/passwd')`,
      `copy agency from program 'id'`,
      `select * from pg_authid`,
      `select * from pg_statistic`,
      `select * from shared.agency`,
      `select * from shared.migration`,
    ]) {
      assert.equal(await attempt(client, statement), DENIED, statement)
    }
  })
})

test('the keys of a library are out of reach for the login of another', async () => {
  await loggedIn(keys, 'fredensborg', async (client) => {
    for (const name of ['person_key', 'lookup_key', 'tombstone']) {
      assert.equal(typeof (await attempt(client, `select * from ${name}`)), 'number', name)
      assert.equal(await attempt(client, `select * from stevns.${name}`), DENIED, name)
      assert.equal(await attempt(client, `delete from stevns.${name}`), DENIED, name)
    }
    assert.equal(await attempt(client, `set role ${keys.roleOf('stevns')}`), DENIED)
    assert.equal(await attempt(client, 'select * from shared.master_key'), DENIED)
  })
})

test('the login to a library’s rows is not the login to its keys', async () => {
  const address = new URL(keys.url)
  assert.notEqual(data.roleOf('fredensborg'), keys.roleOf('fredensborg'))
  assert.notEqual(data.passwordOf('fredensborg'), keys.passwordOf('fredensborg'))
  assert.notEqual(data.passwordOf('fredensborg'), data.passwordOf('stevns'))
  const { default: pg } = await import('pg')
  address.username = data.roleOf('fredensborg')
  address.password = encodeURIComponent(data.passwordOf('fredensborg'))
  const client = new pg.Client({ connectionString: address.href })
  client.on('error', () => {})
  const entered = await client.connect().then(
    () => true,
    () => false,
  )
  if (entered) {
    assert.equal(await attempt(client, 'select * from fredensborg.person_key'), DENIED)
    assert.equal(await attempt(client, `set role ${keys.roleOf('fredensborg')}`), DENIED)
  }
  await client.end()
})

test('the catalogues and statistics of the database show no value of another library', async () => {
  const stevns = data.agency('stevns')
  await stevns.run(sql`
    insert into branch (id, code, name, address, postcode, city)
    select gen_random_uuid(), 'mærkelig-' || n, 'Mærkelig filial', 'Et sted', '4660', 'Store Heddinge'
    from generate_series(1, 200) as n`)
  await stevns.run(sql`analyze branch`)
  const seen = (agency: string) =>
    loggedIn(data, agency, async (client) => {
      const { rows } = await client.query(`
        select (select count(*) from pg_stats where tablename = 'branch' and most_common_vals::text like '%rkelig%')
             + (select count(*) from pg_stats where schemaname = 'stevns')
             + (select count(*) from information_schema.columns where table_schema = 'stevns')
             + (select count(*) from information_schema.table_privileges where table_schema = 'stevns') as seen`)
      return Number(rows[0].seen)
    })
  // Stevns itself sees them: there is something to be seen.
  assert.ok((await seen('stevns')) > 0)
  assert.equal(await seen('fredensborg'), 0)
})

test('what another library’s login is running cannot be read', async () => {
  await loggedIn(data, 'stevns', async (busy) => {
    await busy.query(`select 'a secret search'`)
    const statement = `select count(*)::int as seen from pg_stat_activity where query like '%a secret ' || 'search%'`
    const seen = async (client: pg.Client) => (await client.query(statement)).rows[0].seen
    assert.equal(await loggedIn(data, 'stevns', seen), 1)
    assert.equal(await loggedIn(data, 'fredensborg', seen), 0)
  })
})

test('statements that name no schema end in the library’s own', async () => {
  for (const agency of ['fredensborg', 'stevns']) {
    const [row] = await data
      .agency(agency)
      .all<{ path: string; role: string }>(
        sql`select array_to_string(current_schemas(false), ',') as path, current_user as role`,
      )
    assert.deepEqual(row, { path: agency, role: data.roleOf(agency) })
  }
})
