import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { after, test } from 'node:test'
import { asOwner, testServer } from '../../../test/support/server.ts'
import { OperatorProblem } from './problem.ts'
import { checkServer, ensureDatabase, siblingUrl } from './server.ts'

const server = await testServer()
after(() => server.stop())
const suffix = randomBytes(4).toString('hex')

async function refusal(url: string, createDatabase = true): Promise<string> {
  const fault = await checkServer(url, { createDatabase }).then(
    () => assert.fail('the server was found good'),
    (fault: unknown) => fault,
  )
  assert.ok(fault instanceof OperatorProblem, String(fault))
  assert.ok(!fault.message.includes('s3cret'), 'a password must not be shown')
  return fault.message
}

test('a good server says what it is', async () => {
  const facts = await checkServer(server.url, { createDatabase: true })
  assert.match(facts.version, /^\d+\.\d+/)
  assert.ok(!facts.host.includes('@'))
})

test('a server that cannot be reached is named without its password', async () => {
  const message = await refusal('postgres://kvit:s3cret@127.0.0.1:1/kvit')
  assert.match(message, /127\.0\.0\.1:1\/kvit cannot be reached/)
  assert.match(message, /DATABASE_URL/)
})

test('an address that is none, a wrong password and a database that is not there are told', async () => {
  assert.match(await refusal('s3cret'), /not an address/)
  const wrong = new URL(server.url)
  wrong.password = 's3cret'
  assert.match(await refusal(wrong.href), /cannot be reached: password authentication failed/)
  assert.match(await refusal(siblingUrl(server.url, 'nowhere')), /"nowhere" does not exist/)
})

test('a database that is not UTF8 is refused with the command to make one that is', async () => {
  const name = `kvit_test_latin_${suffix}`
  await asOwner(server.url, async (db) => {
    await db.query(
      `create database ${name} encoding 'LATIN1' template template0 lc_collate 'C' lc_ctype 'C' locale_provider libc`,
    )
    try {
      const message = await refusal(siblingUrl(server.url, name))
      assert.match(message, /is LATIN1; make one with: create database kvit encoding 'UTF8' template template0/)
    } finally {
      await db.query(`drop database ${name} with (force)`)
    }
  })
})

test('a user who lacks rights is told each of them, with the statement that gives it', async () => {
  const name = `kvit_test_user_${suffix}`
  const address = new URL(server.url)
  address.username = name
  address.password = 's3cret'
  await asOwner(server.url, async (db) => {
    await db.query(`create role ${name} login password 's3cret'`)
    const database = (await db.query('select current_database() as name')).rows[0].name
    try {
      const all = await refusal(address.href)
      assert.match(all, new RegExp(`may not make roles: alter role "${name}" createrole`))
      assert.match(all, /may not make schemas: grant create on database/)
      assert.match(all, /may not make the keys database: .* KVIT_KEYS_URL/)
      await db.query(`alter role ${name} createrole`)
      assert.doesNotMatch(await refusal(address.href), /may not make roles/)
      await db.query(`grant create on database ${database} to ${name}`)
      assert.doesNotMatch(await refusal(address.href), /may not make schemas/)
      // With a keys database made beforehand the right to make one is not needed.
      await checkServer(address.href, { createDatabase: false })
      await db.query(`alter role ${name} createdb`)
      await checkServer(address.href, { createDatabase: true })
    } finally {
      // Who may make a role may not drop what it owns before being it.
      await db.query(`grant ${name} to current_user`)
      await db.query(`drop owned by ${name}`)
      await db.query(`drop role ${name}`)
    }
  })
})

test('a database is made once, also when several ask at once', async () => {
  const name = `kvit_test_${suffix}-odd "name"`
  try {
    await Promise.all([1, 2, 3].map(() => ensureDatabase(server.url, name)))
    await ensureDatabase(server.url, name)
    const facts = await checkServer(siblingUrl(server.url, name), { createDatabase: true })
    assert.equal(facts.database, name)
  } finally {
    await asOwner(server.url, (db) => db.query(`drop database if exists ${db.escapeIdentifier(name)}`))
  }
})
