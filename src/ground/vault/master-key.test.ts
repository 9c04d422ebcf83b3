import assert from 'node:assert/strict'
import { randomBytes } from 'node:crypto'
import { chmod, mkdtemp, readdir, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, test } from 'node:test'
import { OperatorProblem } from '#db'
import { decrypt, encrypt, MasterKey } from './master-key.ts'

const folder = await mkdtemp(join(tmpdir(), 'kvit-master-'))
after(() => rm(folder, { recursive: true, force: true }))
let count = 0
const fresh = () => join(folder, `${count++}`, 'master.key')

test('a key is made where one may be made, readable by its owner only', async () => {
  const file = fresh()
  const made = await MasterKey.load(file, true)
  assert.equal((await stat(file)).mode & 0o777, 0o600)
  assert.match(await readFile(file, 'utf8'), /^[0-9a-f]{64}\n$/)
  assert.equal((await MasterKey.load(file, false)).fingerprint, made.fingerprint)
  assert.deepEqual(await readdir(join(file, '..')), ['master.key'])
})

test('a key file that is not there is asked for, and no new one is made in its place', async () => {
  const file = fresh()
  await assert.rejects(MasterKey.load(file, false), (fault) => {
    assert.ok(fault instanceof OperatorProblem)
    assert.match(fault.message, /is not there.*bring the file back/)
    return true
  })
  await assert.rejects(stat(file))
})

test('a key file that holds something else is refused, without showing what it holds', async () => {
  const file = join(folder, 'bad.key')
  const good = randomBytes(32).toString('hex')
  for (const text of ['', 'secret words', good.slice(1), `${good}0`, `${good}\n${good}\n${good}`]) {
    await writeFile(file, text)
    await chmod(file, 0o600)
    await assert.rejects(MasterKey.load(file, true), (fault) => {
      assert.ok(fault instanceof OperatorProblem)
      assert.ok(!fault.message.includes('secret words') && !fault.message.includes(good))
      return true
    })
  }
})

test('while the key is changed both open, and afterwards only the new one', async () => {
  const file = fresh()
  const old = await MasterKey.load(file, true)
  const wrapped = old.wrap(Buffer.from('data key'), 'person')
  const both = await old.beginRotation()
  assert.equal((await stat(file)).mode & 0o777, 0o600)
  assert.notEqual(both.fingerprint, old.fingerprint)
  assert.deepEqual(both.fingerprints[1], old.fingerprint)
  assert.equal(both.unwrap(wrapped, 'person').toString(), 'data key')
  // Killed here and started again: the same two keys, and no third.
  const again = await (await MasterKey.load(file, false)).beginRotation()
  assert.deepEqual(again.fingerprints, both.fingerprints)
  const anew = again.wrap(again.unwrap(wrapped, 'person'), 'person')
  const only = await again.finishRotation()
  assert.equal(only.unwrap(anew, 'person').toString(), 'data key')
  assert.throws(() => only.unwrap(wrapped, 'person'), /does not open/)
  assert.deepEqual((await MasterKey.load(file, false)).fingerprints, [only.fingerprint])
})

test('passwords follow the key and the role, and tell neither', async () => {
  const [one, other] = [await MasterKey.load(fresh(), true), await MasterKey.load(fresh(), true)]
  assert.equal(one.passwordOf('kvit_herning'), one.passwordOf('kvit_herning'))
  const all = [one.passwordOf('kvit_herning'), one.passwordOf('kvit_stevns'), other.passwordOf('kvit_herning')]
  assert.equal(new Set([...all, one.derive('kvit_herning')]).size, 4)
})

test('a value that was changed, cut or moved does not open', () => {
  const key = randomBytes(32)
  const sealed = encrypt(key, Buffer.from('1234'), 'here')
  assert.equal(decrypt(key, sealed, 'here').toString(), '1234')
  assert.notDeepEqual(encrypt(key, Buffer.from('1234'), 'here'), sealed)
  for (let i = 0; i < sealed.length; i++) {
    const changed = Buffer.from(sealed)
    changed.writeUInt8(changed.readUInt8(i) ^ 1, i)
    assert.throws(() => decrypt(key, changed, 'here'))
    assert.throws(() => decrypt(key, sealed.subarray(0, i), 'here'))
  }
  assert.throws(() => decrypt(key, sealed, 'there'))
  assert.throws(() => decrypt(randomBytes(32), sealed, 'here'))
})
