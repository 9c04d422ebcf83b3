import assert from 'node:assert/strict'
import { after, afterEach, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { z } from 'zod'
import { type MessageId, MovableClock, type PatronId } from '#core'
import { RefusedByChannel, type Sender, type WaitingMessage } from '#messages'
import { connectSms, type DeliveryReportDeps, registerDeliveryReports, type Sms } from '#sms'
import type { Context } from '#vault'
import { testWeb } from '../../../test/support/site.ts'
import { type SmsGateway, startSmsGateway } from './index.ts'

// The adapter against the gateway's stand-in, both over real sockets, and its reports against our own web server.

const KEY = 'for-tests-only'
const clock = new MovableClock(Temporal.Instant.from('2027-03-10T09:00:00Z'))
const noted: [agency: string, id: string, what: string][] = []
const known = { agency: 'glostrup' } as Context
let gateway: SmsGateway
let web: FastifyInstance
let publicUrl: string
let sms: Sms
let sender: Sender

before(async () => {
  gateway = await startSmsGateway({ clock })
  const noteDelivery: DeliveryReportDeps['noteDelivery'] = async (ctx, id, what) => {
    noted.push([ctx.agency, id, what])
    return true
  }
  web = await testWeb()
  registerDeliveryReports(web, {
    reportKey: KEY,
    noteDelivery,
    contextOf: (agency) => (agency === 'glostrup' ? known : undefined),
  })
  publicUrl = await web.listen({ port: 0, host: '127.0.0.1' })
  sms = connectSms(gateway.config(['glostrup', 'stevns']), { publicUrl, reportKey: KEY, clock })
  sender = sms.sender({ agency: 'glostrup', name: 'Glostrup Bibliotek' }) as Sender
})
after(async () => {
  sms.close()
  await gateway.close()
  await web.close()
})
afterEach(async () => {
  await gateway.reported()
  noted.length = 0
  gateway.setCredit(Number.POSITIVE_INFINITY)
  // The gateway's log may be read again.
  clock.moveTo(clock.now().add({ minutes: 5 }))
})

let count = 0
type Handed = WaitingMessage & { readonly tries: number }
function message(about: Partial<Handed> = {}): Handed {
  count++
  return {
    id: `019a0000-0000-7000-8000-${String(count).padStart(12, '0')}` as MessageId,
    patron_id: '019a0000-0000-7000-8000-00000000abcd' as PatronId,
    kind: 'reservation-ready',
    channel: 'sms',
    language: 'da',
    recipient: '22 33 44 55',
    subject: 'Klar',
    body: 'Din reservering er klar på Ærø.\nNummer 074.',
    tries: 1,
    ...about,
  }
}
const faultOf = (handed: Handed) =>
  sender.send(handed).then(
    () => undefined,
    (fault: Error & { code?: string }) => fault,
  )
const sendAgain = (handed: Handed) => faultOf({ ...handed, tries: 2 })
const sentTo = (id: MessageId) => gateway.inbox.filter(({ reference }) => reference === id.replaceAll('-', ''))

test('an SMS arrives from the library, whole, and the gateway tells that it did', async () => {
  const handed = message()
  await sender.send(handed)
  const [received] = sentTo(handed.id)
  assert.ok(received)
  assert.deepEqual(
    [received.to, received.from, received.message, received.user],
    ['4522334455', 'Glostrup', handed.body, 'glostrup'],
  )
  await gateway.reported()
  assert.deepEqual(noted, [['glostrup', handed.id, 'delivered']])
})

test('a telephone that is not there marks the number; one that is switched off says nothing until it is on', async () => {
  gateway.setTelephone('4500000099', 2)
  gateway.setTelephone('4500000098', 3)
  const [gone, off] = [message({ recipient: '+45 0000 0099' }), message({ recipient: '0045 00000098' })]
  await sender.send(gone)
  await sender.send(off)
  await gateway.reported()
  assert.deepEqual(noted, [['glostrup', gone.id, 'bounced']])
  const reference = off.id.replaceAll('-', '')
  assert.equal(await gateway.report(reference, 1), 200)
  assert.equal(await gateway.report(reference, 1), 200, 'a report that comes twice is answered twice')
  assert.deepEqual(noted.slice(1), [
    ['glostrup', off.id, 'delivered'],
    ['glostrup', off.id, 'delivered'],
  ])
})

test('a foreign number is sent as it is; a number that is none is given up, and not named in the fault', async () => {
  const foreign = message({ recipient: '+46 70 123 45 67' })
  await sender.send(foreign)
  assert.equal(sentTo(foreign.id)[0]?.to, '46701234567')
  const before = gateway.asked.length
  for (const recipient of [null, '', '1234', '70123456789', '+45 123', 'asta@example.org']) {
    assert.ok((await faultOf(message({ recipient }))) instanceof RefusedByChannel, String(recipient))
  }
  assert.equal(gateway.asked.length, before, 'the gateway was asked about no number')
  // Nine digits after 46 are right to us; the gateway knows better.
  const refused = await faultOf(message({ recipient: '+46 70 123 45' }))
  assert.ok(refused instanceof RefusedByChannel)
  assert.ok(!refused.message.includes('70'), 'the fault names the number')
})

test('a text longer than ten messages is given up; one that fills them goes', async () => {
  const fits = message({ body: 'a'.repeat(1530) })
  await sender.send(fits)
  assert.equal(sentTo(fits.id)[0]?.segments, 10)
  assert.ok((await faultOf(message({ body: 'a'.repeat(1531) }))) instanceof RefusedByChannel)
  assert.ok((await faultOf(message({ body: '€'.repeat(766) }))) instanceof RefusedByChannel, 'a euro takes two')
})

test('a wrong key, no credit, a fault of theirs or a sender they dislike is no fault of the patron’s: tried again', async () => {
  const config = gateway.config(['glostrup'])
  const [[agency, account]] = [...config.agencies] as [[string, never]]
  const wrong = connectSms(
    { agencies: new Map([[agency, { ...(account as object), key: 'another' } as never]]) },
    { reportKey: KEY, clock },
  )
  const refused = await wrong
    .sender({ agency: 'glostrup', name: 'G' })
    ?.send(message())
    .catch((fault: unknown) => fault)
  assert.ok(refused instanceof Error && !(refused instanceof RefusedByChannel))
  assert.equal((refused as Error & { code?: string }).code, '401')
  gateway.setCredit(0)
  assert.equal((await faultOf(message()))?.code, '402')
  gateway.setCredit(100)
  for (const [status, body, code] of [
    [500, '', '500'],
    [503, '<html>', '503'],
    [403, '{"error":{"code":403,"message":"IP validation"}}', '403'],
    [400, '{"error":{"code":400,"message":"Sender not approved"}}', '400'],
    [200, 'not JSON', 'answer'],
    [200, '{"success":[{"to":"4599999999","cost":1}]}', 'answer'],
  ] as const) {
    gateway.troubleNext({ kind: 'answer', status, body })
    const fault = await faultOf(message())
    assert.ok(fault && !(fault instanceof RefusedByChannel), `${status} ${body}`)
    assert.equal(fault.code, code)
  }
  gateway.troubleNext({
    kind: 'answer',
    status: 200,
    body: '{"error":{"code":400,"message":"Phone number should be specified as a number"}}',
  })
  assert.ok((await faultOf(message())) instanceof RefusedByChannel, 'a fault about the number that came under 200')
})

test('an answer with some taken and some not (207) is read for our own number', async () => {
  const [good, bad] = [message(), message()]
  const success = [{ to: '4522334455', cost: 1 }]
  const error = [{ errorCode: 400, errMsg: 'No.', to: '4522334456' }]
  gateway.troubleNext({ kind: 'answer', status: 207, body: JSON.stringify({ success, error }) })
  assert.equal(await faultOf(good), undefined)
  gateway.troubleNext({ kind: 'answer', status: 207, body: JSON.stringify({ success, error }) })
  assert.ok((await faultOf({ ...bad, recipient: '22334456' })) instanceof RefusedByChannel)
})

test('a message whose answer was lost is not sent twice: the gateway’s log is asked first', async () => {
  const [taken, lost] = [message(), message()]
  gateway.troubleNext({ kind: 'cut', taken: true })
  assert.ok(await faultOf(taken))
  gateway.troubleNext({ kind: 'cut', taken: false })
  assert.ok(await faultOf(lost))
  assert.deepEqual([sentTo(taken.id).length, sentTo(lost.id).length], [1, 0])
  clock.moveTo(clock.now().add({ minutes: 5 }))
  assert.equal(await sendAgain(taken), undefined)
  assert.equal(await sendAgain(lost), undefined)
  assert.deepEqual([sentTo(taken.id).length, sentTo(lost.id).length], [1, 1])
  const logs = gateway.asked.filter((asked) => asked.startsWith('GET /v2/getlog'))
  assert.equal(logs.length, 1, 'one look serves all that were cut off')
})

test('while the log cannot be read, nothing that may have been sent is sent', async () => {
  const handed = message({ tries: 2 })
  gateway.troubleNext({ kind: 'answer', status: 500, body: '' })
  assert.equal((await faultOf(handed))?.code, 'log-500')
  assert.equal((await faultOf(handed))?.code, 'log-not-yet', 'and it is not asked more often than it answers')
  assert.equal(sentTo(handed.id).length, 0)
  clock.moveTo(clock.now().add({ minutes: 2 }))
  assert.equal(await faultOf(handed), undefined)
  assert.equal(sentTo(handed.id).length, 1)
})

test('what may have been sent after the log was read is not believed to be missing from it', async () => {
  assert.equal(await faultOf(message({ tries: 2 })), undefined)
  const unsure = message()
  gateway.troubleNext({ kind: 'cut', taken: true })
  assert.ok(await faultOf(unsure))
  assert.equal((await faultOf({ ...unsure, tries: 2 }))?.code, 'log-not-yet')
  clock.moveTo(clock.now().add({ minutes: 2 }))
  assert.equal(await faultOf({ ...unsure, tries: 2 }), undefined)
  assert.equal(sentTo(unsure.id).length, 1)
})

test('a gateway that is not there is tried again; a library without an account has no sender', async () => {
  const closed = await startSmsGateway()
  await closed.close()
  const nowhere = connectSms(
    { agencies: new Map([['glostrup', { url: closed.inboxUrl, user: 'u', key: 'k', from: null }]]) },
    { reportKey: KEY, clock },
  )
  const fault = await nowhere
    .sender({ agency: 'glostrup', name: 'G' })
    ?.send(message())
    .catch((fault: unknown) => fault)
  assert.equal((fault as { code?: string }).code, 'unreachable')
  assert.equal(nowhere.sender({ agency: 'herning', name: 'H' }), undefined)
})

test('the page of telephones shows what was sent, and runs nothing that stands in it', async () => {
  await sender.send(message({ body: '<script>alert(1)</script> 3 titler' }))
  const page = await (await fetch(gateway.inboxUrl)).text()
  assert.match(page, /\+4522334455/)
  assert.match(page, /&lt;script&gt;alert\(1\)&lt;\/script&gt; 3 titler/)
  assert.doesNotMatch(page, /<script>/)
  assert.match(page, /font: 16px/, 'the style is not escaped')
})

test('the gateway’s stand-in refuses what the real one does, with its words for it', async () => {
  const account = gateway.config(['stevns']).agencies.get('stevns')
  assert.ok(account)
  const authorization = `Basic ${btoa(`${account.user}:${account.key}`)}`
  const ask = async (path: string, body?: unknown, headers: Record<string, string> = { authorization }) => {
    const answer = await fetch(`${account.url}${path}`, {
      headers,
      ...(body === undefined ? {} : { method: 'POST', body: JSON.stringify(body) }),
    })
    return [answer.status, (await answer.json()) as unknown] as const
  }
  const sms = { to: '4500000001', message: 'Hej', from: 'Stevns' }
  assert.deepEqual(await ask('/send', sms), [200, { success: [{ to: '4500000001', cost: 1 }] }])
  assert.deepEqual(await ask('/send', { ...sms, to: ['4500000001', '450000', 'x'] }), [
    207,
    {
      success: [{ to: '4500000001', cost: 1 }],
      error: [
        { errorCode: 400, errMsg: 'Phone number length and country code do not match.', to: '450000' },
        { errorCode: 400, errMsg: 'Phone number should be specified as a number.', to: 'x' },
      ],
    },
  ])
  for (const [wrong, status] of [
    [{ ...sms, message: 'a'.repeat(1531) }, 400],
    [{ ...sms, from: 'Et for langt navn' }, 400],
    [{ ...sms, reference: 'r'.repeat(33) }, 400],
    [{ ...sms, dlr_url: 'ftp://example.org' }, 400],
    [{ message: 'Hej' }, 400],
  ] as const) {
    assert.equal((await ask('/send', wrong))[0], status, JSON.stringify(wrong).slice(0, 80))
  }
  assert.equal((await ask('/send', sms, {}))[0], 401)
  assert.equal((await ask('/nothing'))[0], 404)
  const [status, log] = await ask('/getlog')
  assert.equal(status, 200)
  assert.equal(z.array(z.object({ to: z.string(), userReference: z.null() })).parse(log).length, 2)
  assert.equal((await ask('/getlog'))[0], 406, 'the log may be read once in two minutes')
})
