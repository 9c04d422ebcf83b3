import assert from 'node:assert/strict'
import { after, afterEach, before, beforeEach, test } from 'node:test'
import { at, type Language, type MessageId, MovableClock, type PatronId, systemRandom } from '#core'
import {
  GoesByAnother,
  queueMessages,
  RefusedByChannel,
  type Sender,
  sendWaiting,
  type WaitingMessage,
  waitingLetters,
} from '#messages'
import { type DigitalPostSimulator, startDigitalPostSimulator } from '#simulators'
import { createWeb } from '#web'
import { castIn } from '../../../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import {
  connectDigitalPost,
  type DigitalPost,
  type DigitalPostFrom,
  memoUuid,
  readReceipt,
  registerReceipts,
  takeReceipt,
} from './index.ts'

const ASTA = '7403851048'
const CHILD = '7212124008'
const clock = new MovableClock(at(Temporal.PlainDate.from('2026-11-22'), '12:00'))
const random = systemRandom()

let library: TestLibrary
let simulator: DigitalPostSimulator
let post: DigitalPost
let sender: Sender
const patron = random.uuid(clock.now()) as PatronId
/** Whose number a patron is known by; nobody's when undefined. */
let recipient: { cpr: string; name?: string } | undefined

before(async () => {
  library = await openTestLibrary()
  simulator = await startDigitalPostSimulator({ registered: [ASTA, CHILD] })
})
after(async () => {
  await simulator?.close()
  await library?.close()
})
beforeEach(() => {
  recipient = { cpr: ASTA, name: 'Asta Prøve' }
  post = connectDigitalPost(simulator.config(['fredensborg']), { clock })
  sender = senderOf()
})
afterEach(() => {
  post.close()
  simulator.comeUp()
  simulator.register(ASTA)
})

function senderOf(more: Partial<DigitalPostFrom> = {}): Sender {
  const found = post.sender({
    agency: 'fredensborg',
    title: 'Fredensborg Bibliotekerne',
    recipientOf: async () => recipient,
    ...more,
  })
  assert.ok(found)
  return found
}

function message(kind = 'bill', language: Language = 'da'): WaitingMessage {
  const id = random.uuid(clock.now()) as MessageId
  const body = 'Kære Asta\n\nDu skylder 120,00 kr. & mere.'
  return { id, patron_id: patron, kind, channel: 'digital-post', language, recipient: null, subject: 'Opgørelse', body }
}

const boxed = ({ id }: WaitingMessage) => simulator.delivered.filter(({ uuid }) => uuid === memoUuid(id))

test('a bill lies in the patron’s box, from the library, with a button to pay by', async () => {
  const bill = message()
  const url = 'https://bibliotek.example/fredensborg/my/payment'
  await senderOf({ paymentUrlOf: () => url, isMandatory: (kind) => kind === 'bill' }).send(bill)
  const [lies] = boxed(bill)
  assert.ok(lies)
  assert.deepEqual(lies.sender, { cvr: '12345678', label: 'Fredensborg Bibliotekerne' })
  assert.equal(lies.cpr, ASTA)
  assert.equal(lies.mandatory, true)
  assert.match(lies.text ?? '', /Du skylder 120,00 kr\. & mere\./)
  assert.deepEqual(lies.actions, [{ label: 'Betal', code: 'BETALING', url }])
  assert.equal(lies.notification, 'Du har fået Digital Post fra Fredensborg Bibliotekerne.')
  assert.equal(lies.createdAt, '2026-11-22T11:00:00Z')
  const page = await (await fetch(simulator.url)).text()
  assert.ok(page.includes('Opgørelse') && !page.includes(ASTA), 'the demonstration shows it, and no whole number')
})

test('who is exempt, younger than 15, or known by no CPR number is written to on paper', async () => {
  const byLetter = (fault: unknown) => fault instanceof GoesByAnother && fault.channel === 'letter'
  simulator.exempt(ASTA)
  const exempted = message()
  await assert.rejects(() => sender.send(exempted), byLetter)
  simulator.register(ASTA)
  await sender.send(exempted)
  recipient = { cpr: CHILD }
  await assert.rejects(() => sender.send(message()), byLetter)
  recipient = undefined
  await assert.rejects(() => sender.send(message()), byLetter)
  recipient = { cpr: 'no number' }
  await assert.rejects(() => sender.send(message()), byLetter)
})

test('a child has a box from the day they turn 15, and not the day before', async () => {
  const eve = new MovableClock(at(Temporal.PlainDate.from('2027-12-11'), '23:59'))
  const early = connectDigitalPost(simulator.config(['fredensborg']), { clock: eve })
  const from = { agency: 'fredensborg', title: 'F', recipientOf: async () => ({ cpr: CHILD }) }
  const letter = message('due-soon')
  await assert.rejects(async () => early.sender(from)?.send(letter), GoesByAnother)
  eve.moveTo(at(Temporal.PlainDate.from('2027-12-12'), '00:01'))
  await early.sender(from)?.send(letter)
  early.close()
  assert.equal(boxed(letter).length, 1)
})

test('a replacement number never leaves the house, save to a simulator on this machine', async () => {
  const [[agency, connection] = ['', undefined]] = simulator.config(['fredensborg']).agencies
  assert.ok(connection)
  const strict = connectDigitalPost({ agencies: new Map([[agency, { ...connection, testNumbers: false }]]) }, { clock })
  const before = simulator.asked.length
  const from = { agency, title: 'F', recipientOf: async () => recipient }
  await assert.rejects(async () => strict.sender(from)?.send(message()), GoesByAnother)
  assert.equal(simulator.asked.length, before)
  strict.close()
  assert.throws(
    () =>
      connectDigitalPost(
        { agencies: new Map([[agency, { ...connection, url: 'https://prod.example.dk' }]]) },
        { clock },
      ),
    /certificate.*replacement numbers/s,
  )
})

test('a message whose sending was cut off is sent again and lies in the box once', async () => {
  assert.equal(sender.idempotent, true)
  const bill = message()
  // The service took it and the connection broke before it said so.
  simulator.cutNext(1)
  await sender.send(bill)
  // The process ended before it noted that; another begins anew.
  const other = connectDigitalPost(simulator.config(['fredensborg']), { clock })
  await other
    .sender({ agency: 'fredensborg', title: 'Fredensborg Bibliotekerne', recipientOf: async () => recipient })
    ?.send(bill)
  other.close()
  assert.deepEqual(
    boxed(bill).map(({ times }) => times),
    [3],
  )
})

test('a service that is down or busy gets the message later; one that refuses it for good does not', async () => {
  const bill = message()
  simulator.goDown()
  const notNow = (fault: unknown) => !(fault instanceof RefusedByChannel) && !(fault instanceof GoesByAnother)
  await assert.rejects(() => sender.send(bill), notNow)
  simulator.comeUp()
  for (const status of [500, 503, 429, 404]) {
    simulator.answerNext({ status })
    await assert.rejects(() => sender.send(bill), notNow, String(status))
  }
  simulator.answerNext({ status: 200, body: '<html>welcome</html>' })
  await assert.rejects(() => sender.send(bill), notNow, 'an answer that says nothing is no answer')
  for (const status of [200, 400]) {
    const body = '<kombi_response><Result>false</Result><FejlTekst>ukendt modtager</FejlTekst></kombi_response>'
    simulator.answerNext({ status, body })
    await assert.rejects(() => sender.send(bill), RefusedByChannel, String(status))
  }
  assert.equal(boxed(bill).length, 0)
  await sender.send(bill)
  assert.equal(boxed(bill).length, 1)
})

test('no fault says who it was about', async () => {
  simulator.goDown()
  const faults: unknown[] = []
  for (const each of [message(), message('due-soon')]) await sender.send(each).catch((fault) => faults.push(fault))
  simulator.comeUp()
  simulator.answerNext({ status: 400, body: `<kombi_response><Result>false</Result><T>${ASTA}</T></kombi_response>` })
  await sender.send(message()).catch((fault) => faults.push(fault))
  assert.equal(faults.length, 3)
  for (const fault of faults) {
    assert.ok(fault instanceof Error)
    assert.ok(!`${fault.message} ${fault.stack} ${JSON.stringify(fault)} ${fault.cause}`.includes(ASTA))
  }
})

test('one token serves many messages, and one that is no longer taken is asked for anew', async () => {
  const tokens = () => simulator.asked.filter((each) => each === 'token').length
  const before = tokens()
  for (let count = 0; count < 3; count++) await sender.send(message())
  // One for asking who has a box, one for sending.
  assert.equal(tokens(), before + 2)
  simulator.endTokens()
  const bill = message()
  for (let tries = 0; tries < 2; tries++) await assert.rejects(() => sender.send(bill), /service agreement/)
  await sender.send(bill)
  assert.equal(boxed(bill).length, 1)
})

test('a library without a connection has no such channel', () => {
  const from = { agency: 'herning', title: 'Herning Bibliotekerne', recipientOf: async () => recipient }
  assert.equal(post.sender(from), undefined)
})

test('a receipt says what became of a message: arrived, or not and by which code', async () => {
  const { id } = message()
  const uuid = memoUuid(id)
  assert.deepEqual(readReceipt(simulator.receipt(uuid, 'received')), { message: id, state: 'received', code: null })
  assert.deepEqual(readReceipt(simulator.receipt(uuid, 'delivered')), { message: id, state: 'delivered', code: null })
  assert.deepEqual(readReceipt(simulator.receipt(uuid, 'failed', 'DP-4711')), {
    message: id,
    state: 'failed',
    code: 'DP-4711',
  })
  // The states as the code list numbers them, and the receipt without its envelope.
  const bare = (state: string) =>
    `<PKO_PostStatus><MessageUUID>${uuid}</MessageUUID><TransaktionsStatusKode>${state}</TransaktionsStatusKode></PKO_PostStatus>`
  assert.equal(readReceipt(bare('e225a75c-4b63-46c4-9423-77f5c8762445'))?.state, 'failed')
  assert.equal(readReceipt(bare('F7161A89-5068-4023-bc80-d7f4daad2a2e'))?.state, 'delivered')
  for (const foreign of ['', '<x/>', 'not xml', bare('Klar'), `<!DOCTYPE x []>${bare('Fejlet')}`]) {
    assert.equal(readReceipt(foreign), undefined, foreign)
  }
  assert.equal(readReceipt(simulator.receipt('8c2ea15d-61fb-1ba9-9366-42f8b194c114', 'failed')), undefined)
  assert.equal(readReceipt(simulator.receipt(uuid, 'failed', ASTA))?.code, null, 'a number of a person is no code')
})

test('a receipt is noted on its message; what is only under way is not', async () => {
  const noted: string[] = []
  const logged: string[] = []
  const note = (fields: object) => logged.push(JSON.stringify(fields))
  const ctx = { agency: 'fredensborg', log: { info: note, warn: note, error: note } }
  const { id } = message()
  const take = (xml: string) =>
    takeReceipt(ctx, xml, async (_ctx, which, what) => noted.push(`${which === id} ${what}`))
  assert.equal(await take(simulator.receipt(memoUuid(id), 'received')), true)
  assert.equal(await take(simulator.receipt(memoUuid(id), 'delivered')), true)
  assert.equal(await take(simulator.receipt(memoUuid(id), 'failed', '123')), true)
  assert.equal(await take('<x/>'), false)
  assert.deepEqual(noted, ['true delivered', 'true bounced'])
  assert.equal(logged.length, 1)
})

test('the message broker brings receipts to an address only it has been told, and is answered as it wants', async () => {
  const secret = 'a-secret-the-broker-was-told'
  const [[agency, connection] = ['', undefined]] = simulator.config(['fredensborg']).agencies
  assert.ok(connection)
  const noted: string[] = []
  const app = await createWeb({
    siteName: 'Prøve',
    cookieSecret: 'a secret for tests, 32 or more long',
    secureCookies: false,
  })
  registerReceipts(app, {
    config: () => ({ agencies: new Map([[agency, { ...connection, receiptsSecret: secret }]]) }),
    contextOf: async (name) => (name === 'fredensborg' ? library.context() : undefined),
    noteDelivery: async (_ctx, id, what) => noted.push(`${id} ${what}`),
  })
  const bring = (path: string, payload: string, type = 'application/xml') =>
    app.inject({ method: 'POST', url: `/digital-post/receipts/${path}`, payload, headers: { 'content-type': type } })
  const { id } = message()
  const receipt = simulator.receipt(memoUuid(id), 'delivered')
  for (const wrong of [`fredensborg/${secret}x`, `fredensborg/x`, `herning/${secret}`]) {
    assert.equal((await bring(wrong, receipt)).statusCode, 404)
  }
  assert.deepEqual(noted, [])
  for (const type of ['application/xml', 'text/xml; charset=utf-8']) {
    const answer = await bring(`fredensborg/${secret}`, receipt, type)
    assert.equal(answer.statusCode, 200)
    assert.match(answer.body, /<StatusKode>20<\/StatusKode>/)
  }
  assert.equal((await bring(`fredensborg/${secret}`, '<x/>')).statusCode, 200, 'what is none comes no second time')
  assert.equal((await bring(`fredensborg/${secret}`, 'x'.repeat(300_000))).statusCode, 413)
  assert.deepEqual(noted, [`${id} delivered`, `${id} delivered`])
  await app.close()
})

test('a bill to somebody exempt waits as a letter, and one to somebody with a box has been sent', async () => {
  const ctx = library.context()
  const { asta, dines } = await castIn(ctx)
  const text = { language: 'da' as const, recipient: null, subject: 'Opgørelse', body: 'Du skylder.' }
  const to = (patron_id: PatronId) => ({ patron_id, kind: 'bill', channel: 'digital-post' as const, ...text })
  await queueMessages(ctx, [to(asta.id), to(dines.id)])
  const before = simulator.delivered.length
  const numbers = new Map([
    [asta.id, ASTA],
    [dines.id, '6712994000'],
  ])
  const recipientOf = async (whom: PatronId) => ({ cpr: numbers.get(whom) ?? '' })
  assert.equal(await sendWaiting(ctx, { 'digital-post': senderOf({ recipientOf }) }), 1)
  assert.deepEqual(
    (await waitingLetters(ctx)).map(({ patron_id }) => patron_id),
    [dines.id],
  )
  assert.equal(simulator.delivered.length, before + 1)
})
