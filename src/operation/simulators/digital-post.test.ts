import assert from 'node:assert/strict'
import { test } from 'node:test'
import type { MessageId } from '#core'
import { kombiRequest, memoOf } from '#digital-post'
import { MemoFault, readKombiRequest } from './digital-post-memo.ts'

const REQUEST = kombiRequest(
  memoOf({
    uuid: '019a0000-0000-7abc-8def-000000000001' as MessageId,
    sender: { cvr: '12345678', label: 'Fredensborg Bibliotekerne' },
    recipient: { cpr: '7403851048', label: 'Asta Prøve' },
    label: 'Opgørelse',
    content: { kind: 'text', text: 'Du skylder 120,00 kr.' },
    language: 'da',
    createdAt: Temporal.Instant.from('2026-11-22T12:00:00Z'),
    notification: 'Du har fået Digital Post.',
    paymentUrl: 'https://bibliotek.example/pay',
  }),
)

test('a message that keeps to the schema is taken', () => {
  const memo = readKombiRequest(REQUEST)
  assert.equal(memo.label, 'Opgørelse')
  assert.match(memo.text ?? '', /Du skylder 120,00 kr\./)
})

test('a message that does not keep to the schema is rejected, and nobody is named', () => {
  const swapped = REQUEST.replace(
    /(<memo:mandatory>.*?<\/memo:mandatory>)(<memo:legalNotification>.*?<\/memo:legalNotification>)/,
    '$2$1',
  )
  const without = (name: string) => REQUEST.replace(new RegExp(`<memo:${name}>.*?</memo:${name}>`), '')
  const put = (pattern: string | RegExp, text: string) => REQUEST.replace(pattern, text)
  for (const [why, wrong] of Object.entries({
    'not XML': 'hej',
    'not well-formed': REQUEST.replace('</memo:label>', ''),
    'a document type': REQUEST.replace('<kombi_request>', '<!DOCTYPE x><kombi_request>'),
    'another prefix': REQUEST.replaceAll('memo:', 'm:'),
    'another version': put('memoVersion="1.1"', 'memoVersion="1.0"'),
    'another order': swapped,
    'a control character': put('Opgørelse', 'Opg\u0007relse'),
    'half a letter': put('Opgørelse', 'Opg\ud800relse'),
    'a UUID of version 7': put('0000-4abc', '0000-7abc'),
    'no sender': without('Sender'),
    'no label': without('label'),
    'no content': without('content'),
    'no file': without('File'),
    'no body': without('MessageBody'),
    'not base64': put(/<memo:content>./, '<memo:content>*'),
    'a file that is not what it says': put('text/html', 'application/pdf'),
    'a format nobody shows': put('text/html', 'application/zip'),
    'a short number': put('7403851048', '740385104'),
    'time of a zone': put('12:00:00Z', '13:00:00+01:00'),
    'too long a notification': put('Digital Post.', 'x'.repeat(200)),
    'an action there is not': put('BETALING', 'KØB'),
    'something else besides': put('</memo:MessageHeader>', '<memo:extra>1</memo:extra></memo:MessageHeader>'),
    'another channel': put('<KombiValgKode>Digital Post', '<KombiValgKode>Fysisk Post'),
  })) {
    assert.notEqual(wrong, REQUEST, why)
    assert.throws(
      () => readKombiRequest(wrong),
      (fault) => fault instanceof MemoFault && !/Asta|740385/.test(fault.message),
      why,
    )
  }
})
