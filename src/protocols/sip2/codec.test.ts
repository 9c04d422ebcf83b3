import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { CHARSETS, type Charset, decodeText, encodeText } from './charset.ts'
import { checksumOf } from './checksum.ts'
import { cutValue, encodeMessage, parseAnswer, parseRequest } from './codec.ts'
import { readSipDate, sipDate, sipDay } from './dates.ts'
import { type Arrived, LineReader } from './framing.ts'
import { PLAIN_WIRE, readLine, writeLine } from './line.ts'
import { ANSWERS, type Answer, type Field, field, given, REQUESTS, type Request } from './messages.ts'

const wire = (charset: Charset) => ({ charset, lineEnd: '\r' as const, lenientChecksum: false })
const sign = fc.constantFrom(...'ABCXYZabcæøåÆØÅéü0123456789 .,:;-_/%&<>"\'=()'.split(''))
const value = fc.array(sign, { maxLength: 30 }).map((signs) => signs.join(''))
const id = fc.constantFrom('AA', 'AB', 'AC', 'AD', 'AF', 'AJ', 'AS', 'BP', 'CH', 'XQ')
const body: fc.Arbitrary<Field[]> = fc.array(fc.tuple(id, value), { maxLength: 12 })

type Shapes = Readonly<Record<string, { readonly fixed: Readonly<Record<string, number>> }>>

/** Any message of the given shapes: parts in front of the right length, the institution first, and any fields. */
function messages(shapes: Shapes): fc.Arbitrary<Request | Answer> {
  return fc.constantFrom(...Object.keys(shapes)).chain((kind) => {
    const parts = Object.entries(shapes[kind]?.fixed ?? {}).map(([name, length]) =>
      fc
        .array(fc.constantFrom(...'0123456789YNU '.split('')), { minLength: length, maxLength: length })
        .map((signs) => [name, signs.join('')] as const),
    )
    return fc
      .tuple(fc.tuple(...parts), body)
      .map(
        ([fixed, fields]) =>
          ({ kind, fixed: Object.fromEntries(fixed), fields: [['AO', '721000'], ...fields] }) as unknown as
            | Request
            | Answer,
      )
  })
}

test('every message is read as it was written', () => {
  fc.assert(
    fc.property(messages(REQUESTS), (message) => {
      assert.deepEqual(parseRequest(encodeMessage(message)), { ok: true, value: message })
    }),
    { numRuns: 500 },
  )
  fc.assert(
    fc.property(messages(ANSWERS), (message) => {
      assert.deepEqual(parseAnswer(encodeMessage(message)), { ok: true, value: message })
    }),
    { numRuns: 500 },
  )
})

test('a line keeps its message, its digit and a right checksum in all three charsets', () => {
  const digit = fc.constantFrom(...'0123456789'.split(''))
  fc.assert(
    fc.property(messages(REQUESTS), digit, fc.constantFrom(...CHARSETS), (message, sequence, charset) => {
      const text = encodeMessage(message)
      const bytes = writeLine(text, { sequence }, wire(charset))
      assert.equal(bytes.at(-1), 0x0d)
      assert.deepEqual(readLine(bytes, wire(charset)), { text, sequence, checksum: 'right' })
    }),
    { numRuns: 500 },
  )
})

test('whatever bytes come, reading them is a value and never an exception', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.constantFrom(...CHARSETS), (bytes, charset) => {
      const line = readLine(bytes, wire(charset))
      parseRequest(line.text)
      parseAnswer(line.text)
      assert.ok(['none', 'right', 'wrong'].includes(line.checksum))
    }),
    { numRuns: 2000 },
  )
})

test('checksums are those of machines that work', () => {
  for (const [text, sum] of [
    ['9900302.0E|AY1AZ', 'FC14'],
    ['941AY1AZ', 'FDFC'],
    ['9900302.00AY2AZ', 'FCA4'],
  ] as const) {
    assert.equal(checksumOf(Buffer.from(text)), sum)
    assert.equal(readLine(Buffer.from(text + sum), PLAIN_WIRE).checksum, 'right')
    assert.equal(readLine(Buffer.from(text + sum.toLowerCase()), PLAIN_WIRE).checksum, 'right')
  }
})

test('one changed byte anywhere in a message with a checksum is noticed', () => {
  const bytes = writeLine('23009YYYYMMDD    120000AO721000|AA21000000001|AD1234|', { sequence: '3' }, PLAIN_WIRE)
  const line = bytes.subarray(0, -1)
  for (let at = 0; at < line.length; at++) {
    for (const change of [1, 2, 4, 8, 16, 32, 64, 128]) {
      const noisy = Buffer.from(line)
      noisy[at] = (noisy[at] ?? 0) ^ change
      // The sum may be written in small letters.
      if (at >= line.length - 4 && /[A-F]/.test(String.fromCharCode(line[at] ?? 0)) && change === 32) continue
      assert.equal(readLine(noisy, PLAIN_WIRE).checksum, 'wrong', `${at} ${change} ${noisy.toString('latin1')}`)
    }
  }
})

test('a machine that adds up characters is believed only where it is set up so', () => {
  const text = '23009                  AO721000|AASøren|AY1AZ'
  let sum = 0
  for (const one of text) sum += one.charCodeAt(0)
  const bytes = Buffer.from(text + (-sum & 0xffff).toString(16).toUpperCase())
  assert.equal(readLine(bytes, PLAIN_WIRE).checksum, 'wrong')
  assert.equal(readLine(bytes, { ...PLAIN_WIRE, lenientChecksum: true }).checksum, 'right')
})

test('what machines send that is not quite the standard is understood', () => {
  const read = (text: string) => {
    const parsed = parseRequest(text)
    assert.ok(parsed.ok, text)
    return parsed.value
  }
  const date = '20251120    120000'
  // A bar after the front, and as the tenth sign of the summary (BibBox).
  const status = read(`23009${date}|AODK-721000|AA21|AC|AD1234|`)
  assert.deepEqual([status.kind, field(status, 'AO'), field(status, 'AD')], ['patron-status', 'DK-721000', '1234'])
  const information = read(`63009${date}YYYYYYYYY|AODK-721000|AA21|`)
  assert.equal(information.kind === 'patron-information' && information.fixed.summary, 'YYYYYYYYY|')
  assert.equal(field(information, 'AO'), 'DK-721000')
  // Letters where digits belong (BibBox), and a stray bar before the digit.
  const heartbeat = read('990xxx2.00')
  assert.deepEqual(heartbeat, {
    kind: 'sc-status',
    fixed: { status: '0', width: 'xxx', version: '2.00' },
    fields: [],
  })
  // Three letters of language too much (Koha), and no date at all (php-sip2).
  assert.equal(field(read(`17${date}DANAO721000|ABA1|`), 'AB'), 'A1')
  const all = read('65AO721000|AA21000000001|AD1234|')
  assert.deepEqual([field(all, 'AO'), field(all, 'AA')], ['721000', '21000000001'])
  // Fields in another order, twice, unknown, empty, with blanks or control signs before them; some missing.
  const mixed = read(`11NN${date}${date}AB A1 |ZZ?|AB A2|\n AA21|AC|AD|`)
  assert.deepEqual(
    [field(mixed, 'AB'), field(mixed, 'AA'), given(mixed, 'AC'), given(mixed, 'AO')],
    ['A1', '21', '', undefined],
  )
  assert.deepEqual(parseRequest('41xx'), { ok: false, refusal: { kind: 'unknown-code', code: '41' } })
  assert.deepEqual(parseRequest('GET / HTTP/1.1'), { ok: false, refusal: { kind: 'garbage' } })
})

test('a field that looks like error detection is one only at the end of the line', () => {
  const none = (text: string) => assert.equal(readLine(Buffer.from(text), PLAIN_WIRE).checksum, 'none', text)
  none('17                  AO721000|ABXAZ1234|')
  none('17                  AO721000|AB1AY2345|')
  none('9900302.00|AY')
  assert.equal(readLine(Buffer.from('9900302.00|AY1AZFC28|||'), PLAIN_WIRE).sequence, '1')
})

test('nothing that is said can end a line or a field', () => {
  const text = encodeMessage({
    kind: 'login-answer',
    fixed: { ok: '1' },
    fields: [['AF', 'to|tre\r\n96\u0000\u2028']],
  })
  assert.equal(text, '941AFto tre  96  |')
})

test('a long value is cut between two signs', () => {
  assert.equal(cutValue('æ'.repeat(300)).length, 255)
  assert.equal(Array.from(cutValue('𝄞'.repeat(300))).length, 255)
})

test('Danish letters have the bytes their machines expect, and what is lacking has a letter like it', () => {
  assert.equal(encodeText('æøåÆØÅ', 'cp850').toString('hex'), '919b86929d8f')
  assert.equal(encodeText('æøåÆØÅ', 'iso-8859-1').toString('hex'), 'e6f8e5c6d8c5')
  assert.equal(
    encodeText('Čapek – “Łódź” €𝄞', 'cp850')
      .toString('latin1')
      .replace(/[\x80-\xff]/g, '·'),
    'Capek - "L·dz" E?',
  )
  for (const charset of CHARSETS) {
    const all = Buffer.from(Array.from({ length: charset === 'utf-8' ? 128 : 256 }, (_, byte) => byte))
    assert.deepEqual(encodeText(decodeText(all, charset), charset), all, charset)
  }
})

test('lines are the same however the stream is cut into packets', () => {
  const stream = Buffer.from('9900302.00\r\n93\n\r\r\n  \n2300\r')
  const whole = new LineReader().push(stream).map(shown)
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: stream.length }), { maxLength: 8 }), (cuts) => {
      const reader = new LineReader()
      const ends = [...cuts.sort((a, b) => a - b), stream.length]
      const lines = ends.flatMap((end, at) => reader.push(stream.subarray(ends[at - 1] ?? 0, end)))
      assert.deepEqual(lines.map(shown), whole)
    }),
  )
  assert.deepEqual(whole, ['9900302.00', '93', '  ', '2300'])
})

function shown(arrived: Arrived): string {
  return arrived.kind === 'line' ? Buffer.from(arrived.bytes).toString() : arrived.kind
}

test('a line without end is not kept, and the next one is read', () => {
  const reader = new LineReader(100)
  for (let sent = 0; sent < 1000; sent++) assert.deepEqual(reader.push(Buffer.from('x'.repeat(50))), [])
  assert.deepEqual(reader.push(Buffer.from('\r9900302.00\r')).map(shown), ['too-long', '9900302.00'])
})

test('dates are told on Copenhagen’s clock, and read in the zone they name', () => {
  const instant = Temporal.Instant.from('2026-07-01T10:30:05Z')
  assert.equal(sipDate(instant), '20260701    123005')
  assert.equal(sipDay(Temporal.PlainDate.from('2026-01-31')), '20260131    000000')
  assert.equal(readSipDate('20260701    123005')?.toString(), '2026-07-01T10:30:05Z')
  assert.equal(readSipDate('20260701   Z103005')?.toString(), '2026-07-01T10:30:05Z')
  for (const none of [' '.repeat(18), '20260230    120000', '20260701    250000', 'x'.repeat(18), '']) {
    assert.equal(readSipDate(none), undefined, none)
  }
})
