import assert from 'node:assert/strict'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { freshUuid, type PatronId } from '#core'
import { migrateAgency, sql } from '#db'
import { openTestDatabase } from '../../../test/support/server.ts'
import { MasterKey } from './master-key.ts'
import { Vault } from './vault.ts'

const database = await openTestDatabase()
const folder = await mkdtemp(join(tmpdir(), 'kvit-vault-'))
after(async () => {
  await database[Symbol.asyncDispose]()
  await rm(folder, { recursive: true, force: true })
})
for (const agency of ['herning', 'stevns']) {
  await database.addSchema(agency)
  await migrateAgency(database.databases, agency, 'keys')
}
const db = database.databases.agency('herning')
const master = await MasterKey.load(join(folder, 'master.key'), true)
const vault = new Vault(db, master)
const person = () => freshUuid() as PatronId
const now = Temporal.Instant.from('2026-01-15T12:00Z')
const CPR = '700101-1234'

test('what is sealed opens for the same person and column', async () => {
  const asta = person()
  for (const text of [CPR, '', 'Åvej 1\n4000 Roskilde 🏠', 'x'.repeat(100_000)]) {
    const sealed = await vault.seal(asta, 'patron.cpr_sealed', text)
    assert.equal(await vault.open(asta, 'patron.cpr_sealed', sealed), text)
    // A vault that has just started has the key from the database.
    assert.equal(await new Vault(db, master).open(asta, 'patron.cpr_sealed', sealed), text)
    if (text) assert.ok(!Buffer.from(sealed).includes(Buffer.from(text)))
  }
})

test('a sealed value moved to another person or column does not open', async () => {
  const [asta, bo] = [person(), person()]
  const sealed = await vault.seal(asta, 'patron.cpr_sealed', CPR)
  await vault.seal(bo, 'patron.cpr_sealed', CPR)
  await assert.rejects(vault.open(bo, 'patron.cpr_sealed', sealed))
  await assert.rejects(vault.open(asta, 'patron.address_sealed', sealed))
  assert.equal(await vault.open(asta, 'patron.cpr_sealed', sealed), CPR)
})

test('a person’s key moved to another person does not open', async () => {
  const [asta, bo] = [person(), person()]
  await vault.seal(asta, 'patron.cpr_sealed', CPR)
  const sealed = await vault.seal(bo, 'patron.cpr_sealed', CPR)
  await db.run(
    sql`update person_key set wrapped = (select wrapped from person_key where person_id = ${asta}) where person_id = ${bo}`,
  )
  await assert.rejects(new Vault(db, master).open(bo, 'patron.cpr_sealed', sealed), /does not open/)
  await db.run(sql`delete from person_key where person_id = ${bo}`)
})

test('a pepper is the same after a restart and a rotation, another for each purpose and library, and no look-up hash', async () => {
  const pepper = await vault.pepper('pin')
  assert.equal(pepper.length, 32)
  assert.deepEqual(await new Vault(db, master).pepper('pin'), pepper)
  await vault.rewrap()
  assert.deepEqual(await new Vault(db, master).pepper('pin'), pepper)
  assert.notDeepEqual(await vault.pepper('other'), pepper)
  assert.notDeepEqual(await new Vault(database.databases.agency('stevns'), master).pepper('pin'), pepper)
  for (const [kind, value] of [
    ['pepper', 'pin'],
    ['pin', ''],
    ['', 'pin'],
    ['kvit pepper pin', ''],
  ] as const) {
    assert.notDeepEqual(Buffer.from(await vault.lookupHash(kind, value)), pepper)
  }
})

test('two who seal for a new person at once use the same key', async () => {
  const asta = person()
  const vaults = Array.from({ length: 6 }, () => new Vault(db, master))
  const sealed = await Promise.all(vaults.map((each, i) => each.seal(asta, 'patron.cpr_sealed', `${i}`)))
  for (const [i, value] of sealed.entries()) {
    assert.equal(await new Vault(db, master).open(asta, 'patron.cpr_sealed', value), `${i}`)
  }
})

test('the same number is found in one library and cannot be compared with another', async () => {
  const stevns = new Vault(database.databases.agency('stevns'), master)
  const hash = await vault.lookupHash('cpr', CPR)
  assert.deepEqual(await new Vault(db, master).lookupHash('cpr', CPR), hash)
  assert.notDeepEqual(await stevns.lookupHash('cpr', CPR), hash)
  assert.notDeepEqual(await vault.lookupHash('card', CPR), hash)
  assert.notDeepEqual(await vault.lookupHash('cpr', '700101-1235'), hash)
})

test('who is destroyed cannot be read, gets no new key, and is remembered as buried', async () => {
  const [asta, bo] = [person(), person()]
  const sealed = await vault.seal(asta, 'patron.cpr_sealed', CPR)
  const kept = await vault.seal(bo, 'patron.cpr_sealed', CPR)
  assert.deepEqual(await vault.known([asta, bo]), new Set([asta, bo]))
  await vault.destroy([asta], now)
  for (const each of [vault, new Vault(db, master)]) {
    assert.equal(await each.open(asta, 'patron.cpr_sealed', sealed), undefined)
    await assert.rejects(each.seal(asta, 'patron.cpr_sealed', CPR), /has been erased/)
    assert.equal(await each.open(bo, 'patron.cpr_sealed', kept), CPR)
  }
  assert.deepEqual(await vault.known([asta, bo]), new Set([bo]))
  assert.ok((await vault.buried()).includes(asta))
})

test('an erasure that was begun and not finished is found, and its tombstone outlives the backups', async () => {
  const asta = person()
  await vault.seal(asta, 'patron.cpr_sealed', CPR)
  await vault.destroy([asta], now)
  assert.ok((await vault.unfinished()).includes(asta))
  assert.equal(await vault.forgetTombstones(now.add({ hours: 1 })), 0)
  await vault.finish([asta], now)
  assert.ok(!(await vault.unfinished()).includes(asta))
  assert.equal(await vault.forgetTombstones(now), 0)
  assert.ok((await vault.buried()).includes(asta))
  assert.equal(await vault.forgetTombstones(now.add({ microseconds: 1 })), 1)
  assert.ok(!(await vault.buried()).includes(asta))
})

test('the master key is changed under everything that is sealed, also when it is killed half-way', async () => {
  const file = join(folder, 'rotated.key')
  const stevns = database.databases.agency('stevns')
  const first = await MasterKey.load(file, true)
  await stevns.run(sql`delete from lookup_key`)
  const before = new Vault(stevns, first)
  const persons = Array.from({ length: 1201 }, person)
  const sealed = new Map<PatronId, Uint8Array>()
  for (const each of persons) sealed.set(each, await before.seal(each, 'patron.cpr_sealed', each))
  const hash = await before.lookupHash('cpr', CPR)

  const both = await first.beginRotation()
  class Killed extends Error {}
  await assert.rejects(
    new Vault(stevns, both).rewrap(() => {
      throw new Killed()
    }),
    Killed,
  )
  // Some keys are under the new master key and some under the old: with both in the file everything opens.
  const resumed = await MasterKey.load(file, false)
  assert.equal(resumed.rotating, true)
  const during = new Vault(stevns, resumed)
  for (const [each, value] of sealed) assert.equal(await during.open(each, 'patron.cpr_sealed', value), each)
  assert.equal(await new Vault(stevns, resumed).rewrap(), persons.length)

  const last = await resumed.finishRotation()
  const after = new Vault(stevns, last)
  for (const [each, value] of sealed) assert.equal(await after.open(each, 'patron.cpr_sealed', value), each)
  assert.deepEqual(await after.lookupHash('cpr', CPR), hash)
  // The old key by itself opens nothing any more.
  const [asta] = persons as [PatronId]
  await assert.rejects(new Vault(stevns, first).open(asta, 'patron.cpr_sealed', sealed.get(asta) as Uint8Array))
})
