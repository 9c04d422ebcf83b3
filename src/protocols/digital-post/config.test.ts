import assert from 'node:assert/strict'
import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { after, before, test } from 'node:test'
import { type MessageId, MovableClock, type PatronId } from '#core'
import { OperatorProblem } from '#db'
import type { WaitingMessage } from '#messages'
import { startDigitalPostSimulator } from '#simulators'
import { connectDigitalPost, type DigitalPostConnection, readDigitalPostConfig } from './index.ts'

const skip = spawnSync('openssl', ['version']).status === 0 ? false : 'there is no openssl to make certificates with'

let folder: string
before(() => {
  folder = mkdtempSync(join(tmpdir(), 'kvit-digital-post-'))
  mkdirSync(join(folder, 'keys'))
  writeFileSync(join(folder, 'keys', 'secret'), 'a-secret-the-broker-was-told\n')
  writeFileSync(join(folder, 'keys', 'short'), 'short')
  if (skip === false) makeCertificates()
})
after(() => rmSync(folder, { recursive: true, force: true }))

function makeCertificates(): void {
  const openssl = (...given: string[]) => {
    const done = spawnSync('openssl', given, { cwd: join(folder, 'keys'), encoding: 'utf8' })
    assert.equal(done.status, 0, done.stderr)
  }
  const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:P-256', '-nodes']
  openssl('req', '-x509', ...ec, '-keyout', 'ca.key', '-out', 'ca.crt', '-subj', '/CN=Kvit test', '-days', '2')
  for (const [name, extension] of [
    ['server', 'subjectAltName=IP:127.0.0.1'],
    ['client', 'extendedKeyUsage=clientAuth'],
  ] as const) {
    writeFileSync(join(folder, 'keys', `${name}.ext`), `${extension}\n`)
    openssl('req', ...ec, '-keyout', `${name}.key`, '-out', `${name}.csr`, '-subj', `/CN=${name}`)
    const signed = ['-CA', 'ca.crt', '-CAkey', 'ca.key', '-CAcreateserial', '-days', '2', '-extfile', `${name}.ext`]
    openssl('x509', '-req', '-in', `${name}.csr`, '-out', `${name}.crt`, ...signed)
  }
}

const GOOD = `
agencies:
  herning:
    url: https://prod.example.dk/
    tokens: https://sts.example.dk/runtime/api/rest/wstrust/v1/issue
    cvr: '01234567'
    tls: { certificate: keys/client.crt, key: keys/client.key }
    receipts-secret-file: keys/secret
`
function read(text: string) {
  const path = join(folder, 'digital-post.yaml')
  writeFileSync(path, text)
  return readDigitalPostConfig(path)
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

test('the file says for each library where Digital Post is, for which municipality, with which certificate', {
  skip,
}, () => {
  const herning = read(GOOD).agencies.get('herning')
  assert.ok(herning)
  assert.equal(herning.url, 'https://prod.example.dk')
  assert.deepEqual(
    [herning.cvr, herning.receiptsSecret, herning.testNumbers],
    ['01234567', 'a-secret-the-broker-was-told', false],
  )
  assert.match(herning.tls?.certificate ?? '', /BEGIN CERTIFICATE/)
})

test('an operator is told what is wrong in the file, all of it, and where', { skip }, () => {
  for (const [change, expected] of [
    [["'01234567'", '01234567'], /cvr/],
    [['keys/client.key', 'keys/none.key'], /tls\.key: the file keys\/none\.key cannot be read/],
    [['keys/client.crt', 'keys/client.key'], /tls\.certificate: is no certificate/],
    [['https://prod', 'http://prod'], /url: must begin with https/],
    [['https://sts', 'http://sts'], /tokens: must begin with https/],
    [['    tls: { certificate: keys/client.crt, key: keys/client.key }\n', ''], /client certificate/],
    [['    cvr:', '    test-numbers: true\n    cvr:'], /test-numbers: .*simulator on this machine/],
    [['keys/secret', 'keys/short'], /receipts-secret-file: must hold at least/],
    [['    cvr:', '    cvrr: 1\n    cvr:'], /cvrr/],
    [['agencies:', 'agencies: ['], /cannot be used/],
  ] as const) {
    assert.match(faultIn(GOOD.replace(change[0], change[1])), expected, String(change[0]))
  }
  assert.match(faultIn(''), /cannot be used/)
  assert.throws(() => readDigitalPostConfig(join(folder, 'none.yaml')), /KVIT_DIGITAL_POST_FILE names .*none\.yaml/)
})

test('the service takes our post because of our certificate, and we send only to a service we trust', {
  skip,
}, async () => {
  const pem = (file: string) => readFileSync(join(folder, 'keys', file), 'utf8')
  const clock = new MovableClock(Temporal.Instant.from('2027-03-10T09:00:00Z'))
  const simulator = await startDigitalPostSimulator({
    registered: ['7403851048'],
    tls: { certificate: pem('server.crt'), key: pem('server.key'), ca: pem('ca.crt') },
    clock,
  })
  const connection = simulator.config(['herning']).agencies.get('herning')
  assert.ok(connection)
  const message: WaitingMessage = {
    id: '019a0000-0000-7abc-8def-000000000001' as MessageId,
    patron_id: '019a0000-0000-7abc-8def-000000000002' as PatronId,
    kind: 'bill',
    channel: 'digital-post',
    language: 'da',
    recipient: null,
    subject: 'Opgørelse',
    body: 'Du skylder.',
  }
  const send = async (tls: DigitalPostConnection['tls']) => {
    const post = connectDigitalPost({ agencies: new Map([['herning', { ...connection, tls }]]) }, { clock })
    const recipientOf = async () => ({ cpr: '7403851048' })
    try {
      await post.sender({ agency: 'herning', title: 'Herning Bibliotekerne', recipientOf })?.send(message)
    } finally {
      post.close()
    }
  }
  try {
    const ours = { certificate: pem('client.crt'), key: pem('client.key') }
    await assert.rejects(() => send({ ...ours, ca: null }), /cannot be reached/, 'a service nobody vouches for')
    assert.equal(simulator.delivered.length, 0)
    await assert.rejects(() => send(null), /certificate|cannot be reached/)
    await send({ ...ours, ca: pem('ca.crt') })
    assert.equal(simulator.delivered.length, 1)
  } finally {
    await simulator.close()
  }
})
