import assert from 'node:assert/strict'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { OperatorProblem } from '#db'
import { connectNexi, readNexiConfig } from './index.ts'

let folder: string
before(async () => {
  folder = await mkdtemp(join(tmpdir(), 'kvit-nexi-'))
  await writeFile(join(folder, 'key'), 'live-secret-key-0123\n')
  await writeFile(join(folder, 'hook'), 'abcdefghijklmnop1234567890ABCDEF\n')
  await writeFile(join(folder, 'bad-hook'), 'kort!\n')
})
after(() => rm(folder, { recursive: true, force: true }))

async function configOf(yaml: string): Promise<string> {
  const path = join(folder, 'payment.yaml')
  await writeFile(path, yaml)
  return path
}

const LIBRARY = `agencies:
  herning:
    secret-key-file: key
    webhook-secret-file: hook
    terms-url: https://bibliotek.example/betingelser
`

test('a library is a merchant with its own key, secret and terms; the rest takes no payment online', async () => {
  const config = readNexiConfig(await configOf(LIBRARY))
  assert.deepEqual(config.agencies.get('herning'), {
    url: 'https://api.dibspayment.eu',
    secretKey: 'live-secret-key-0123',
    webhookSecret: 'abcdefghijklmnop1234567890ABCDEF',
    termsUrl: 'https://bibliotek.example/betingelser',
  })
  const nexi = connectNexi(config, 'https://kvit.example')
  assert.equal(nexi.provider('herning')?.name, 'nexi')
  assert.equal(nexi.provider('stevns'), undefined)
  assert(nexi.isAuthorized('herning', 'abcdefghijklmnop1234567890ABCDEF'))
  for (const wrong of ['abcdefghijklmnop1234567890ABCDEf', '', undefined]) {
    assert(!nexi.isAuthorized('herning', wrong))
    assert(!nexi.isAuthorized('stevns', wrong), 'a library without payments has no secret, not an empty one')
  }
})

test('each fault is named, and neither key nor secret is shown', async () => {
  const path =
    await configOf(`${LIBRARY.replace('key\n', 'nowhere\n').replace('hook\n', 'bad-hook\n')}    url: http://api.dibspayment.eu
`)
  assert.throws(
    () => readNexiConfig(path),
    (fault: unknown) => {
      assert(fault instanceof OperatorProblem)
      assert.match(fault.message, /secret-key-file: nowhere cannot be read/)
      assert.match(fault.message, /webhook-secret-file: must hold 16 to 32 letters and digits/)
      assert.match(fault.message, /url: must begin with https:\/\//)
      assert.doesNotMatch(fault.message, /kort!|live-secret/)
      return true
    },
  )
  assert.throws(() => readNexiConfig(join(folder, 'none.yaml')), /cannot be read/)
  const unknown = await configOf('agencies: { herning: { secret: x } }')
  assert.throws(() => readNexiConfig(unknown), /agencies\.herning/)
})
