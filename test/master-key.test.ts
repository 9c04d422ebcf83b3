import assert from 'node:assert/strict'
import { readFile, rm, stat, writeFile } from 'node:fs/promises'
import { after, test } from 'node:test'
import { freshUuid, type PatronId, silentLog } from '#core'
import { OperatorProblem, sql } from '#db'
import { Installation } from '../src/installation.ts'
import { openTestLibrary } from './support/library.ts'

const library = await openTestLibrary({ agencies: ['fredensborg', 'stevns'] })
after(() => library.close())
const { config } = library.installation
const asta = freshUuid() as PatronId
const sealed = await library.context().vault.seal(asta, 'patron.cpr_sealed', '700101-1234')

async function refusal(): Promise<string> {
  const fault = await Installation.open({ config, log: silentLog }).then(
    async (opened) => {
      await opened.close()
      return assert.fail('it started')
    },
    (fault: unknown) => fault,
  )
  assert.ok(fault instanceof OperatorProblem, String(fault))
  return fault.message
}

test('with its master key lost, a system that has sealed data does not start, and makes no other key', async () => {
  const kept = await readFile(config.masterKeyFile, 'utf8')
  await rm(config.masterKeyFile)
  assert.match(await refusal(), /is not there.*bring the file back/)
  await assert.rejects(stat(config.masterKeyFile))
  await writeFile(config.masterKeyFile, kept, { mode: 0o600 })
})

test('with the master key of another system it does not start either', async () => {
  const kept = await readFile(config.masterKeyFile, 'utf8')
  await writeFile(config.masterKeyFile, 'ab'.repeat(32))
  assert.match(await refusal(), /is not the one the data were sealed with/)
  await writeFile(config.masterKeyFile, kept, { mode: 0o600 })
  const opened = await Installation.open({ config, log: silentLog })
  assert.equal(await opened.vault('fredensborg').open(asta, 'patron.cpr_sealed', sealed), '700101-1234')
  await opened.close()
})

test('a new master key opens what was sealed, lets every library in, and shuts the old passwords out', async () => {
  const { installation } = library
  const before = installation.data.passwordOf('fredensborg')
  const fingerprint = installation.master.fingerprint
  await installation.rotateMasterKey()
  assert.notEqual(installation.master.fingerprint, fingerprint)
  assert.equal(installation.master.rotating, false)
  assert.notEqual(installation.data.passwordOf('fredensborg'), before)
  for (const agency of ['fredensborg', 'stevns']) {
    assert.ok((await installation.data.agency(agency).all(sql`select number from policy_version`)).length > 0)
  }
  assert.equal(await installation.vault('fredensborg').open(asta, 'patron.cpr_sealed', sealed), '700101-1234')
  const opened = await Installation.open({ config, log: silentLog })
  assert.equal(await opened.vault('fredensborg').open(asta, 'patron.cpr_sealed', sealed), '700101-1234')
  await opened.close()
})

test('a rotation that was killed half-way is finished by the next, and meanwhile everything opens', async () => {
  class Killed extends Error {}
  const killed = await Installation.open({ config, log: silentLog })
  await assert.rejects(
    killed.rotateMasterKey(() => {
      throw new Killed()
    }),
    Killed,
  )
  await killed.close()
  const opened = await Installation.open({ config, log: silentLog })
  assert.equal(opened.master.rotating, true)
  assert.equal(await opened.vault('fredensborg').open(asta, 'patron.cpr_sealed', sealed), '700101-1234')
  await opened.rotateMasterKey()
  assert.equal(opened.master.rotating, false)
  assert.equal(await opened.vault('fredensborg').open(asta, 'patron.cpr_sealed', sealed), '700101-1234')
  await opened.close()
  await library.installation.data.close()
})
