import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { XMLParser, XMLValidator } from 'fast-xml-parser'
import type { MessageId } from '#core'
import { kombiRequest, MEMO, type Memo, MemoTooLarge, memoOf, memoUuid } from './index.ts'
import { idOfMemo, writtenAt } from './memo.ts'

const ID = '019a0000-0000-7abc-8def-000000000001' as MessageId
const BILL: Memo = {
  uuid: ID,
  sender: { cvr: '12345678', label: 'Fredensborg Bibliotekerne' },
  recipient: { cpr: '7403851048', label: 'Asta Prøve' },
  label: 'Opgørelse over det, du skylder',
  content: { kind: 'text', text: 'Kære Asta\n\nDu skylder 120,00 kr.\nBetal gerne & snart.' },
  language: 'da',
  createdAt: Temporal.Instant.from('2026-11-22T12:00:00.123Z'),
  notification: 'Du har fået Digital Post fra Fredensborg Bibliotekerne.',
  paymentUrl: 'https://bibliotek.example/fredensborg/my/payment',
  mandatory: true,
}

/** How often an element stands there. */
type Times = 'once' | 'maybe'
type Structure = readonly (readonly [
  name: string,
  times: Times,
  what: RegExp | ((text: string) => boolean) | Structure,
])[]

const UUID4 = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const UTC = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/
const upTo = (most: number) => (text: string) => text !== '' && [...text].length <= most

/** MeMo 1.1 as its schema describes it: what stands in what, in which order, and what each may say. */
const STRUCTURE: Structure = [
  [
    'MessageHeader',
    'once',
    [
      ['messageType', 'once', /^(DIGITALPOST|NEMSMS)$/],
      ['messageUUID', 'once', UUID4],
      ['messageID', 'maybe', upTo(256)],
      ['messageCode', 'maybe', upTo(256)],
      ['label', 'once', upTo(256)],
      ['notification', 'maybe', upTo(150)],
      ['additionalNotification', 'maybe', upTo(256)],
      ['reply', 'maybe', /^(true|false)$/],
      ['replyByDateTime', 'maybe', UTC],
      ['doNotDeliverUntilDate', 'maybe', /^\d{4}-\d\d-\d\d$/],
      ['mandatory', 'once', /^(true|false)$/],
      ['legalNotification', 'once', /^(true|false)$/],
      ['postType', 'maybe', upTo(256)],
      [
        'Sender',
        'once',
        [
          ['senderID', 'once', /^\d{8}$/],
          ['idType', 'once', /^CVR$/],
          ['label', 'once', upTo(256)],
        ],
      ],
      [
        'Recipient',
        'once',
        [
          ['recipientID', 'once', /^\d{10}$/],
          ['idType', 'once', /^CPR$/],
          ['label', 'maybe', upTo(256)],
        ],
      ],
    ],
  ],
  [
    'MessageBody',
    'once',
    [
      ['createdDateTime', 'once', UTC],
      [
        'MainDocument',
        'once',
        [
          ['label', 'maybe', upTo(256)],
          [
            'File',
            'once',
            [
              ['encodingFormat', 'once', /^(application\/pdf|text\/html|text\/plain)$/],
              ['filename', 'once', /^[a-z]+\.(pdf|html|txt)$/],
              ['language', 'once', /^(da|en)$/],
              ['content', 'once', /^[A-Za-z0-9+/]+={0,2}$/],
            ],
          ],
          [
            'Action',
            'maybe',
            [
              ['label', 'once', upTo(256)],
              ['actionCode', 'once', /^BETALING$/],
              ['EntryPoint', 'once', [['url', 'once', /^https?:\/\/.{1,248}$/]]],
            ],
          ],
        ],
      ],
    ],
  ],
]

type Node = Record<string, unknown>
const parser = new XMLParser({
  preserveOrder: true,
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseTagValue: false,
  parseAttributeValue: false,
  trimValues: false,
})

function read(xml: string): Node {
  assert.equal(XMLValidator.validate(xml), true)
  const [root] = parser.parse(xml) as Node[]
  assert.ok(root)
  return root
}

function nameOf(node: Node): string {
  return Object.keys(node).find((key) => key !== ':@') ?? ''
}

/** Whether the children are those of the structure, in its order; answers their texts by path. */
function check(children: readonly Node[], structure: Structure, path = '', found = new Map<string, string>()) {
  const rest = [...children]
  for (const [name, times, what] of structure) {
    const here = `${path}/${name}`
    const next = rest[0]
    if (!next || nameOf(next) !== `memo:${name}`) {
      assert.equal(times, 'maybe', `${here} is missing, ${next ? nameOf(next) : 'nothing'} stands there`)
      continue
    }
    rest.shift()
    const inner = next[`memo:${name}`] as Node[]
    if (Array.isArray(what)) {
      check(inner, what as Structure, here, found)
      continue
    }
    const text = inner.map((child) => String(child['#text'] ?? '')).join('')
    assert.ok(what instanceof RegExp ? what.test(text) : (what as (text: string) => boolean)(text), `${here}: ${text}`)
    found.set(here, text)
  }
  assert.deepEqual(rest.map(nameOf), [], `more in ${path} than the structure knows`)
  return found
}

function checked(memo: Memo): Map<string, string> {
  const message = read(memoOf(memo))
  assert.equal(nameOf(message), 'memo:Message')
  assert.deepEqual(message[':@'], { 'xmlns:memo': MEMO, memoVersion: '1.1', memoSchVersion: '1.1.0' })
  return check(message['memo:Message'] as Node[], STRUCTURE)
}

function documentIn(found: Map<string, string>): string {
  return Buffer.from(found.get('/MessageBody/MainDocument/File/content') ?? '', 'base64').toString('utf8')
}

test('a bill is a MeMo of version 1.1 with each element in its place, and a button to pay by', () => {
  const found = checked(BILL)
  assert.equal(found.get('/MessageHeader/messageUUID'), '019a0000-0000-4abc-8def-000000000001')
  assert.equal(found.get('/MessageHeader/mandatory'), 'true')
  assert.equal(found.get('/MessageHeader/legalNotification'), 'false', 'a library serves no process')
  assert.equal(found.get('/MessageBody/createdDateTime'), '2026-11-22T12:00:00Z')
  assert.equal(found.get('/MessageBody/MainDocument/Action/EntryPoint/url'), BILL.paymentUrl)
  const page = documentIn(found)
  assert.match(page, /<html lang="da">/)
  assert.match(page, /<p>Du skylder 120,00 kr\.<br>\nBetal gerne &amp; snart\.<\/p>/)
})

test('a message that asks for no money has no button, and what may be missing is missing', () => {
  const { notification: _n, paymentUrl: _p, mandatory: _m, ...least } = BILL
  const found = checked({ ...least, recipient: { cpr: '7403851048' }, language: 'en' })
  assert.ok(![...found.keys()].some((path) => /notification|Action|Recipient\/label/.test(path)))
  assert.equal(found.get('/MessageHeader/mandatory'), 'false')
})

test('a document may be a PDF, and neither its name nor the notification says what it is about', () => {
  const found = checked({ ...BILL, content: { kind: 'pdf', bytes: Buffer.from('%PDF-1.7 prøve') } })
  assert.equal(found.get('/MessageBody/MainDocument/File/encodingFormat'), 'application/pdf')
  assert.equal(found.get('/MessageBody/MainDocument/File/filename'), 'brev.pdf')
  assert.match(documentIn(found), /^%PDF-/)
})

test('whatever a patron is called and a library writes, the document is well-formed and says it', () => {
  const odd = '<script>&amp;]]>"\'</memo:label> æøå Ł 🐎'
  const found = checked({ ...BILL, label: odd, sender: { cvr: '12345678', label: odd } })
  assert.equal(found.get('/MessageHeader/label'), odd)
  assert.match(documentIn(found), /&lt;script&gt;/)
  const broken = 'før\u0000\u0007\u000b\ud800 midt \udc00\ufffe\uffff efter'
  const cleaned = checked({ ...BILL, label: broken, content: { kind: 'text', text: broken } })
  assert.equal(cleaned.get('/MessageHeader/label'), 'før \ufffd midt \ufffd efter')
  assert.ok(documentIn(cleaned).includes('midt'))
  const text = fc.string({ unit: 'binary', maxLength: 400 })
  fc.assert(
    fc.property(text, text, text, (label, body, name) => {
      const memo = { ...BILL, label: `a${label}`, recipient: { cpr: '7403851048', label: `b${name}` } }
      checked({ ...memo, content: { kind: 'text', text: body } })
    }),
    { numRuns: 60 },
  )
})

test('what is longer than the schema allows is shortened where it is a heading, and refused where it is a way', () => {
  const found = checked({ ...BILL, label: '🐎'.repeat(300), notification: 'x'.repeat(200) })
  assert.equal([...(found.get('/MessageHeader/label') ?? '')].length, 256)
  assert.equal(found.get('/MessageHeader/notification')?.length, 150)
  assert.throws(() => memoOf({ ...BILL, paymentUrl: `https://a.example/${'x'.repeat(256)}` }), RangeError)
})

test('a message larger than Digital Post takes is not made', () => {
  const bytes = Buffer.alloc(75_000_000)
  assert.throws(() => memoOf({ ...BILL, content: { kind: 'pdf', bytes } }), MemoTooLarge)
})

test('the same message gives the same bytes, and its UUID leads back to it', () => {
  assert.equal(memoOf(BILL), memoOf({ ...BILL }))
  assert.equal(idOfMemo(memoUuid(ID)), ID)
  assert.equal(idOfMemo(memoUuid(ID).toUpperCase()), ID)
  for (const foreign of ['', 'x', ID, '8C2EA15D-61FB-1BA9-9366-42F8B194C114'])
    assert.equal(idOfMemo(foreign), undefined)
  assert.equal(writtenAt(ID).epochMilliseconds, 0x019a00000000)
})

test('the request to the municipal service asks for Digital Post and for nothing else', () => {
  const xml = kombiRequest(memoOf(BILL))
  assert.equal(XMLValidator.validate(xml), true)
  assert.match(xml, /^<\?xml [^>]*\?><kombi_request><KombiValgKode>Digital Post<\/KombiValgKode><memo:Message /)
})
