import assert from 'node:assert/strict'
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { after, afterEach, before, test } from 'node:test'
import { SMTPServer } from 'smtp-server'
import type { MessageId, PatronId } from '#core'
import { RefusedByChannel, type WaitingMessage } from '#messages'
import { connectSmtp, type Smtp } from './index.ts'

interface Received {
  readonly from: string
  readonly to: readonly string[]
  readonly text: string
}

const received: Received[] = []
let refuse: { code: number; text: string } | undefined
let server: SMTPServer
let smtp: Smtp
let port: number

before(async () => {
  server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo(_address, _session, done) {
      done(refuse ? Object.assign(new Error(refuse.text), { responseCode: refuse.code }) : null)
    },
    onData(stream, session, done) {
      const parts: Buffer[] = []
      stream.on('data', (part: Buffer) => parts.push(part))
      stream.on('end', () => {
        const { mailFrom, rcptTo } = session.envelope
        received.push({
          from: mailFrom ? mailFrom.address : '',
          to: rcptTo.map(({ address }) => address),
          text: Buffer.concat(parts).toString('utf8'),
        })
        done()
      })
    },
  })
  server.listen(0, '127.0.0.1')
  await once(server.server, 'listening')
  port = (server.server.address() as AddressInfo).port
  smtp = connectSmtp(`smtp://127.0.0.1:${port}`, 'noreply@bibliotek.example')
})
after(async () => {
  smtp.close()
  await new Promise<void>((done) => server.close(() => done()))
})
afterEach(() => {
  received.length = 0
  refuse = undefined
})

const MESSAGE: WaitingMessage = {
  id: '019a0000-0000-7000-8000-000000000001' as MessageId,
  patron_id: '019a0000-0000-7000-8000-000000000002' as PatronId,
  kind: 'reservation-ready',
  channel: 'email',
  language: 'da',
  recipient: 'asta@example.org',
  subject: 'Klar til afhentning på Ærø',
  body: 'Din reservering er klar.\nNummer 074.',
}
const sender = () => smtp.sender({ name: 'Ærø Bibliotek', replyTo: 'bibliotek@aeroe.example' })

test('an e-mail arrives whole, from the library, marked as sent by a machine', async () => {
  await sender().send(MESSAGE)
  const [mail] = received
  assert.ok(mail)
  assert.deepEqual([mail.from, mail.to], ['noreply@bibliotek.example', ['asta@example.org']])
  for (const line of [
    /^From: =\?UTF-8\?Q\?=C3=86r=C3=B8_Bibliotek\?= <noreply@bibliotek\.example>/m,
    /^Reply-To: bibliotek@aeroe\.example/m,
    /^Message-ID: <019a0000-0000-7000-8000-000000000001@bibliotek\.example>/m,
    /^Auto-Submitted: auto-generated/m,
    /^Content-Language: da/m,
    /Din reservering er klar\./,
  ]) {
    assert.match(mail.text, line)
  }
})

test('a line break in an address or a subject adds no recipient and no header', async () => {
  await sender().send({ ...MESSAGE, subject: 'Emne\r\nBcc: alle@example.org' })
  assert.deepEqual(received[0]?.to, ['asta@example.org'])
  assert.doesNotMatch(received[0]?.text ?? '', /^Bcc:/m)
  await sender()
    .send({ ...MESSAGE, recipient: 'asta@example.org\r\nRCPT TO:<alle@example.org>' })
    .catch(() => {})
  assert.ok(received.every(({ to }) => !to.includes('alle@example.org')))
})

test('an address the server refuses for good is refused; one it cannot take now is tried again', async () => {
  refuse = { code: 550, text: 'no such mailbox asta@example.org' }
  const final = await sender()
    .send(MESSAGE)
    .catch((fault: unknown) => fault)
  assert.ok(final instanceof RefusedByChannel)
  assert.ok(!final.message.includes('asta'), 'the fault names the address')
  refuse = { code: 451, text: 'greylisted' }
  const later = await sender()
    .send(MESSAGE)
    .catch((fault: unknown) => fault)
  assert.ok(later instanceof Error && !(later instanceof RefusedByChannel))
  await assert.rejects(sender().send({ ...MESSAGE, recipient: null }), RefusedByChannel)
})

test('a server that is not there is not a refusal', async () => {
  const nowhere = connectSmtp('smtp://127.0.0.1:1', 'noreply@bibliotek.example')
  const fault = await nowhere
    .sender({ name: 'B' })
    .send(MESSAGE)
    .catch((fault: unknown) => fault)
  nowhere.close()
  assert.ok(fault instanceof Error && !(fault instanceof RefusedByChannel))
})

test('a password is not sent to a server without TLS', async () => {
  const guarded = connectSmtp(`smtp://bruger:hemmeligt@127.0.0.1:${port}`, 'noreply@bibliotek.example')
  const fault = await guarded
    .sender({ name: 'B' })
    .send(MESSAGE)
    .catch((fault: unknown) => fault)
  guarded.close()
  assert.ok(fault instanceof Error && !(fault instanceof RefusedByChannel))
  assert.equal(received.length, 0)
})

test('an address to send from that is none is refused with what it must be', () => {
  assert.throws(() => connectSmtp('smtp://127.0.0.1:25', 'biblioteket'), /KVIT_MAIL_FROM/)
})
