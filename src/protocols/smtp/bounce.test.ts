import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import fc from 'fast-check'
import type { FastifyInstance } from 'fastify'
import type { Context } from '#vault'
import { testWeb } from '../../../test/support/site.ts'
import { isAddressAtFault, readBounce, registerBounces } from './index.ts'

const ID = '019a0000-0000-7000-8000-000000000001'

/** A report as mail servers write them, with the lines an example is about. */
function report(
  given: { fields?: readonly string[]; original?: readonly string[]; head?: readonly string[]; boundary?: string } = {},
): string {
  const {
    boundary = 'AbC/123.mx',
    fields = ['Final-Recipient: rfc822; asta@example.org', 'Action: failed', 'Status: 5.1.1'],
    original = [
      'Content-Type: text/rfc822-headers',
      '',
      `Message-ID: <${ID}@bibliotek.example>`,
      'Subject: Klar til afhentning',
    ],
    head = ['From: MAILER-DAEMON@mx.example.org', 'Auto-Submitted: auto-replied'],
  } = given
  return [
    ...head,
    'MIME-Version: 1.0',
    `Content-Type: multipart/report; report-type=delivery-status;`,
    `\tboundary="${boundary}"`,
    '',
    'This is a MIME-encapsulated message.',
    '',
    `--${boundary}`,
    'Content-Type: text/plain; charset=us-ascii',
    '',
    'Your message could not be delivered. Status: 2.0.0',
    `--${boundary}`,
    'Content-Type: message/delivery-status',
    '',
    'Reporting-MTA: dns; mx.example.org',
    'Arrival-Date: Thu, 20 Nov 2025 12:00:00 +0100',
    '',
    ...fields,
    '',
    `--${boundary}`,
    ...original,
    '',
    `--${boundary}--`,
    '',
  ].join('\r\n')
}

test('a report says which of our messages did not arrive, and why', () => {
  assert.deepEqual(readBounce(report()), { messageId: `${ID}@bibliotek.example`, status: '5.1.1', final: true })
  const whole = ['Content-Type: message/rfc822', '', `Message-Id:`, ` <${ID}@bibliotek.example>`, '', 'Kære Asta']
  assert.equal(readBounce(report({ original: whole }))?.messageId, `${ID}@bibliotek.example`)
})

test('a report of a delay is not final, and one of a mail that arrived is none', () => {
  const delayed = ['Final-Recipient: rfc822; a@example.org', 'Action: Delayed', 'Status: 4.4.1 (no answer)']
  assert.deepEqual(readBounce(report({ fields: delayed })), {
    messageId: `${ID}@bibliotek.example`,
    status: '4.4.1',
    final: false,
  })
  for (const action of ['delivered', 'relayed', 'expanded']) {
    assert.equal(readBounce(report({ fields: [`Action: ${action}`, 'Status: 2.0.0'] })), undefined)
  }
  const both = ['Action: delayed', 'Status: 4.0.0', '', 'Action: failed', 'Status: 5.2.1']
  assert.equal(readBounce(report({ fields: both }))?.status, '5.2.1')
  assert.equal(readBounce(report({ fields: ['Action: failed', 'Status: odd'] }))?.status, '5.0.0')
})

test('a report that is encoded, against the standard, is read all the same', () => {
  const encoded = (encoding: string, text: string) => [
    'Content-Type: text/rfc822-headers',
    `Content-Transfer-Encoding: ${encoding}`,
    '',
    text,
  ]
  const header = `Subject: x\r\nMessage-ID: <${ID}@bibliotek.example>\r\n`
  const base64 = encoded('base64', Buffer.from(header).toString('base64'))
  assert.equal(readBounce(report({ original: base64 }))?.messageId, `${ID}@bibliotek.example`)
  const quoted = encoded(
    'quoted-printable',
    `Message-ID: <019a0000-0000-7000-8000-=\r\n000000000001=40bibliotek.example>`,
  )
  assert.equal(readBounce(report({ original: quoted }))?.messageId, `${ID}@bibliotek.example`)
})

test('without the mail it is about, the report’s own answer to it must name it', () => {
  const original = ['Content-Type: text/plain', '', 'nothing']
  assert.equal(readBounce(report({ original })), undefined)
  const head = [`In-Reply-To: <${ID}@bibliotek.example>`]
  assert.equal(readBounce(report({ original, head }))?.messageId, `${ID}@bibliotek.example`)
})

test('an answer from an absent reader, or anything else, is no report', () => {
  assert.equal(
    readBounce(`In-Reply-To: <${ID}@x>\nContent-Type: text/plain\n\nAction: failed\nStatus: 5.1.1\n`),
    undefined,
  )
  assert.equal(readBounce(''), undefined)
  assert.equal(readBounce('Content-Type: multipart/report\n\n--\n'), undefined)
})

test('an address is blamed for what it says itself, not for a server’s trouble or a mail it did not like', () => {
  const blamed = (status: string, final = true) => isAddressAtFault({ messageId: 'x', status, final })
  for (const status of ['5.1.1', '5.1.10', '5.2.1', '5.2.2', '5.4.4', '5.0.0']) assert.ok(blamed(status), status)
  for (const status of ['5.7.1', '5.3.4', '5.6.0', '4.4.7', '5.2.3']) assert.ok(!blamed(status), status)
  assert.ok(!blamed('5.1.1', false))
})

test('no mail makes the reading fail or take long, and a report cut off anywhere is the same report or none', () => {
  const whole = report()
  for (let end = 0; end <= whole.length; end += 7) {
    const found = readBounce(whole.slice(0, end))
    if (found) assert.ok(found.messageId.startsWith('019a0000'), `cut at ${end}`)
  }
  const line = fc.oneof(
    fc.constantFrom(
      ...whole.split('\r\n'),
      '--',
      '--AbC/123.mx',
      'Content-Type: multipart/report; boundary=AbC/123.mx',
      ' ',
      '\t',
      ':',
    ),
    fc.string(),
  )
  fc.assert(
    fc.property(fc.array(line, { maxLength: 60 }), fc.constantFrom('\n', '\r\n', '\r'), (lines, end) => {
      const found = readBounce(lines.join(end))
      assert.ok(found === undefined || /^[45]\.\d{1,3}\.\d{1,3}$|^2\./.test(found.status))
    }),
    { numRuns: 2000 },
  )
  for (const piece of ['\n', ' \n', 'a:b\n', '--AbC/123.mx\n', 'x', '=', '<', '\n\n', '; boundary=']) {
    const long = `Content-Type: multipart/report; boundary=AbC/123.mx\n\n${piece.repeat(1_000_000 / piece.length)}`
    assert.equal(readBounce(long), undefined)
    readBounce(piece.repeat(1_000_000 / piece.length))
  }
})

const TOKEN = 'for-tests-only-0123456789abcdef'
const noted: string[] = []
let web: FastifyInstance
let token: string | undefined

before(async () => {
  web = await testWeb()
  const at = (agency: string) => ({ agency, log: { warn() {} } }) as unknown as Context
  registerBounces(web, {
    token: () => token,
    contexts: async () => [at('glostrup'), at('stevns'), at('ishoj')],
    async noteDelivery({ agency }, id, what) {
      noted.push(`${agency} ${id} ${what}`)
      return agency === 'stevns'
    },
  })
})
after(() => web.close())
afterEach(() => {
  noted.length = 0
  token = TOKEN
})

const bring = (payload: string, authorization = `Bearer ${TOKEN}`, type = 'message/rfc822') =>
  web.inject({ method: 'POST', url: '/mail/bounces', headers: { authorization, 'content-type': type }, payload })

test('the mail server may bring what came back, and whoever has no token finds nothing there', async () => {
  token = undefined
  assert.equal((await bring(report())).statusCode, 404, 'there is no such address without a token')
  token = TOKEN
  for (const type of [
    'message/rfc822',
    'application/octet-stream',
    'text/plain',
    'application/x-www-form-urlencoded',
  ]) {
    noted.length = 0
    const answer = await bring(report(), `Bearer ${TOKEN}`, type)
    assert.deepEqual([answer.statusCode, answer.json()], [200, { noted: true }], type)
    assert.deepEqual(noted, [`glostrup ${ID} bounced`, `stevns ${ID} bounced`], 'the library that sent it is found')
  }
  noted.length = 0
  for (const wrong of ['', TOKEN, 'Bearer', 'Bearer x', `Bearer ${TOKEN}x`]) {
    assert.equal((await bring(report(), wrong)).statusCode, 404)
  }
  assert.deepEqual(noted, [])
})

test('what is no report, and what only tells of a delay, is answered and noted nowhere', async () => {
  for (const mail of ['hej', report({ fields: ['Action: delayed', 'Status: 4.4.1'] })]) {
    assert.deepEqual((await bring(mail)).json(), { noted: false })
  }
  const foreign = ['Content-Type: text/rfc822-headers', '', 'Message-ID: <someone@elsewhere.example>']
  assert.deepEqual((await bring(report({ original: foreign }))).json(), { noted: false })
  assert.equal(noted.length, 0)
  await bring(report({ fields: ['Action: failed', 'Status: 5.7.1'] }))
  assert.ok(noted.length > 0 && noted.every((what) => what.endsWith('not-delivered')))
})
