import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { MovableClock } from '#core'
import { OperatorProblem } from '#db'
import { type Cpr, RegisterDown, readCpr } from '#patrons'
import { startCprSimulator } from '#simulators'
import { type CprConnection, connectCprService, readCprServiceConfig } from './index.ts'

let folder: string
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'kvit-cpr-'))
  mkdirSync(join(folder, 'keys'))
  for (const file of ['client.crt', 'client.key', 'sftp.key']) writeFileSync(join(folder, 'keys', file), `${file}\n`)
})
after(() => rmSync(folder, { recursive: true, force: true }))

const UUID = '11111111-2222-4333-8444-555555555555'
const GOOD = `
agencies:
  herning:
    lookup:
      url: https://prod.example.dk/service/CPR/PersonBaseDataExtended/4
      service-agreement: ${UUID}
    subscription:
      url: https://prod.example.dk/service/CPRSubscription/CPRSubscription/1/
      service-agreement: ${UUID}
    user-system: ${UUID}
    user: ${UUID}
    municipality-cvr: '01234567'
    tls: { certificate: keys/client.crt, key: keys/client.key }
    changes:
      host: sftp.example.dk
      user: herning
      key: keys/sftp.key
      host-key: SHA256:${'a'.repeat(43)}
      folder: /IN
`
function read(text: string) {
  const path = join(folder, 'cpr.yaml')
  writeFileSync(path, text)
  return readCprServiceConfig(path)
}
function faultIn(text: string): string {
  try {
    read(text)
  } catch (fault) {
    assert.ok(fault instanceof OperatorProblem, `${fault}`)
    return fault.message
  }
  return assert.fail('it was read')
}

test('the file says for each library whom to ask, with which certificate, on which agreement', () => {
  const herning = read(GOOD).agencies.get('herning')
  assert.ok(herning)
  assert.deepEqual(herning.tls, { certificate: 'client.crt\n', key: 'client.key\n', ca: null })
  assert.deepEqual([herning.changes.port, herning.changes.key, herning.municipalityCvr], [22, 'sftp.key\n', '01234567'])
  // The services' own numbers are the same for everybody.
  assert.equal(herning.lookup.service, 'e6be2436-bf35-4df2-83fe-925142825dc2')
  assert.equal(herning.testNumbers, false)
})

test('an operator is told what is wrong in the file, all of it, and where', () => {
  for (const [change, expected] of [
    [[UUID, UUID.toUpperCase().replace('1', 'G')], /lookup\.service-agreement: must be a UUID/],
    [["'01234567'", '01234567'], /municipality-cvr/],
    [['keys/client.key', 'keys/none.key'], /tls\.key: the file keys\/none\.key cannot be read/],
    [
      ['https://prod.example.dk/service/CPR/', 'http://prod.example.dk/service/CPR/'],
      /lookup\.url: must begin with https/,
    ],
    [['    tls: { certificate: keys/client.crt, key: keys/client.key }\n', ''], /client certificate/],
    [[/SHA256:a+/, 'md5:aa'], /host-key: must be a fingerprint/],
    [['folder: /IN', 'folder: IN'], /folder: must begin with a slash/],
    [['    user: 1', '    usr: 1'], /usr|user/],
    [['    changes:', '    test-numbers: true\n    changes:'], /test-numbers: .*simulator on this machine/],
    [['agencies:', 'agencies: ['], /cannot be used/],
  ] as const) {
    assert.match(faultIn(GOOD.replace(change[0], change[1])), expected, String(change[0]))
  }
  assert.match(faultIn(''), /cannot be used/)
  assert.throws(() => readCprServiceConfig(join(folder, 'none.yaml')), /KVIT_CPR_FILE names .*none\.yaml/)
  const both = faultIn(GOOD.replace('keys/sftp.key', 'none').replace('keys/client.crt', 'neither'))
  assert.match(both, /neither[\s\S]*none/)
})

const noOpenssl =
  spawnSync('openssl', ['version']).status === 0 ? false : 'there is no openssl to make certificates with'

test('the service answers us because of our certificate, and we ask only a service we trust', {
  skip: noOpenssl,
}, async () => {
  const openssl = (...given: string[]) => {
    const done = spawnSync('openssl', given, { cwd: folder, encoding: 'utf8' })
    assert.equal(done.status, 0, done.stderr)
  }
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  openssl('req', '-x509', ...ec, '-keyout', 'ca.key', '-out', 'ca.crt', '-subj', '/CN=Kvit test', '-days', '2')
  for (const [name, extension] of [
    ['server', 'subjectAltName=IP:127.0.0.1'],
    ['client', 'extendedKeyUsage=clientAuth'],
  ] as const) {
    writeFileSync(join(folder, `${name}.ext`), `${extension}\n`)
    openssl('req', ...ec, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`)
    openssl(
      'x509',
      '-req',
      '-in',
      `${name}.csr`,
      '-CA',
      'ca.crt',
      '-CAkey',
      'ca.key',
      '-CAcreateserial',
      '-out',
      `${name}.crt`,
      '-days',
      '2',
      '-extfile',
      `${name}.ext`,
    )
  }
  const pem = (file: string) => readFileSync(join(folder, file), 'utf8')
  const cpr = readCpr('6101900012') as Cpr
  const clock = new MovableClock(Temporal.Instant.from('2027-03-10T09:00:00Z'))
  const simulator = await startCprSimulator({
    persons: [{ cpr: cpr.digits, name: { first: 'Asta', last: 'Holm' } }],
    tls: { certificate: pem('server.crt'), key: pem('server.key'), ca: pem('ca.crt') },
    clock,
  })
  try {
    const connection = simulator.config(['herning']).agencies.get('herning') as CprConnection
    const lookUp = (tls: CprConnection['tls']) =>
      connectCprService({ agencies: new Map([['herning', { ...connection, tls }]]) }, { clock })('herning')?.lookup(cpr)
    const known = { certificate: pem('client.crt'), key: pem('client.key') }
    assert.equal((await lookUp({ ...known, ca: pem('ca.crt') }))?.kind, 'person')
    await assert.rejects(async () => await lookUp({ ...known, ca: null }), RegisterDown)
    await assert.rejects(async () => await lookUp(null), RegisterDown)
    openssl('req', '-x509', ...ec, '-keyout', 'other.key', '-out', 'other.crt', '-subj', '/CN=other', '-days', '2')
    const stranger = { certificate: pem('other.crt'), key: pem('other.key'), ca: pem('ca.crt') }
    await assert.rejects(async () => await lookUp(stranger), RegisterDown)
    assert.deepEqual(simulator.asked, ['PersonLookup'])
  } finally {
    await simulator.close()
  }
})
