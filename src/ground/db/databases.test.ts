import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { asOwner, openTestDatabase } from '../../../test/support/server.ts'
import type { Databases } from './databases.ts'
import { sql } from './db.ts'

const database = await openTestDatabase()
after(() => database[Symbol.asyncDispose]())
const AGENCIES = ['a', 'b', 'c', 'd', 'e', 'f'].map((letter) => `library_${letter}`)
for (const agency of AGENCIES) await database.addSchema(agency)
await database.databases.close()

/** The most connections to the test database that were seen at once while `work` ran, by role. */
async function mostOpen(work: () => Promise<unknown>): Promise<{ inAll: number; ofOne: number }> {
  return asOwner(database.serverUrl, async (watch) => {
    const most = { inAll: 0, ofOne: 0 }
    let working = true
    const watching = (async () => {
      while (working) {
        const { rows } = await watch.query(
          'select usename, count(*)::int as open from pg_stat_activity where datname = $1 group by 1',
          [new URL(database.url).pathname.slice(1)],
        )
        const open = rows.map((row) => row.open as number)
        most.ofOne = Math.max(most.ofOne, ...open)
        most.inAll = Math.max(
          most.inAll,
          open.reduce((sum, count) => sum + count, 0),
        )
      }
    })()
    await work().finally(() => {
      working = false
    })
    await watching
    return most
  })
}

const ask = (databases: Databases, agency: string) => databases.agency(agency).run(sql`select pg_sleep(0.02)`)

test('one library never has more connections than its share', async () => {
  const databases = database.open({ forLibrary: 3, inAll: 8 })
  const most = await mostOpen(() => Promise.all(Array.from({ length: 40 }, () => ask(databases, 'library_a'))))
  assert.equal(most.ofOne, 3)
  await databases.close()
})

test('all libraries together never have more connections than there may be, and each gets its answer', async () => {
  const databases = database.open({ forLibrary: 3, inAll: 8 })
  const most = await mostOpen(async () => {
    for (const agency of AGENCIES) await ask(databases, agency)
    await Promise.all(Array.from({ length: 120 }, (_, i) => ask(databases, AGENCIES[i % AGENCIES.length] as string)))
    await Promise.all(
      Array.from({ length: 60 }, (_, i) =>
        databases.agency(AGENCIES[(i * 5) % AGENCIES.length] as string).transact(async (db) => {
          await db.run(sql`select pg_sleep(0.01)`)
          await db.run(sql`select 1`)
        }),
      ),
    )
  })
  assert.ok(most.inAll > 3, 'nothing was seen')
  assert.ok(most.inAll <= 8, `${most.inAll} were open at once`)
  await databases.close()
})

test('the library that was asked longest ago gives up its connections first', async () => {
  const databases = database.open({ forLibrary: 1, inAll: 3 })
  const connected = () =>
    asOwner(database.serverUrl, async (watch) => {
      // A connection is closed a little after it was given up.
      await watch.query('select pg_sleep(0.1)')
      const { rows } = await watch.query(
        "select usename from pg_stat_activity where datname = $1 and usename ~ '_library_' order by 1",
        [databases.name],
      )
      return rows.map((row) => (row.usename as string).at(-1)).join('')
    })
  for (const agency of ['library_a', 'library_b', 'library_c', 'library_a']) await ask(databases, agency)
  assert.equal(await connected(), 'abc')
  await ask(databases, 'library_d')
  assert.equal(await connected(), 'acd')
  await ask(databases, 'library_b')
  assert.equal(await connected(), 'abd')
  await databases.close()
})

test('a library is heard although another asks without end', async () => {
  const databases = database.open({ forLibrary: 2, inAll: 2 })
  let asking = true
  const busy = Promise.all(
    Array.from({ length: 10 }, async () => {
      while (asking) await ask(databases, 'library_a')
    }),
  )
  await ask(databases, 'library_b')
  asking = false
  await busy
  await databases.close()
})

test('connections that the server ended are replaced', async () => {
  const databases = database.open({ forLibrary: 2, inAll: 2 })
  for (let i = 0; i < 5; i++) {
    await Promise.all([ask(databases, 'library_a'), ask(databases, 'library_a')])
    await asOwner(database.serverUrl, (owner) =>
      owner.query('select pg_terminate_backend(pid, 5000) from pg_stat_activity where datname = $1', [databases.name]),
    )
    await new Promise((done) => setTimeout(done, 20))
  }
  await ask(databases, 'library_b')
  await databases.close()
})

test('a connection that cannot be opened fails who asked, and does not use up the limit', async () => {
  const databases = database.open({ forLibrary: 1, inAll: 1 })
  for (let i = 0; i < 3; i++) await assert.rejects(ask(databases, 'nobody'), /authentication failed/)
  await ask(databases, 'library_a')
  await databases.close()
})

test('where the server has no more connections to give, whoever asks waits for one', async () => {
  const databases = database.open({ forLibrary: 2, inAll: 2 })
  const limit = (most: number) =>
    asOwner(database.serverUrl, (owner) =>
      owner.query(`alter role ${databases.roleOf('library_a')} connection limit ${most}`),
    )
  await limit(1)
  const taken = await databases.connect('library_a')
  let answered = false
  const asked = ask(databases, 'library_a').then(() => {
    answered = true
  })
  await ask(databases, 'library_b')
  await taken.query('select pg_sleep(0.3)')
  assert.equal(answered, false)
  await taken.end()
  await asked
  await limit(-1)
  await databases.close()
})

test('closing waits for what is under way', async () => {
  const databases = database.open()
  let done = false
  const work = databases.agency('library_a').transact(async (db) => {
    await db.run(sql`select pg_sleep(0.1)`)
    await db.run(sql`select 1`)
    done = true
  })
  await ask(databases, 'library_b')
  await databases.close()
  assert.equal(done, true)
  await work
})

test('a library that was closed is opened again when it is asked', async () => {
  const databases = database.open()
  await ask(databases, 'library_a')
  await databases.closeAgency('library_a')
  await ask(databases, 'library_a')
  await databases.close()
})

test('a transaction that waits for another library’s connection does not wait for ever', async () => {
  const databases = database.open({ forLibrary: 1, inAll: 2 })
  const done: string[] = []
  await Promise.all(
    AGENCIES.map((agency) =>
      databases.agency(agency).transact(async (db) => {
        await db.run(sql`select pg_sleep(0.02)`)
        done.push(agency)
      }),
    ),
  )
  assert.deepEqual(done.sort(), AGENCIES)
  await databases.close()
})
