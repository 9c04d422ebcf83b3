import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readPresented } from './health-card.ts'

/** The stripe of a health card, as a reader types it: two tracks, 116 characters (all of it invented). */
function stripe(cpr: string): string {
  const first = `%${'PR\\VE^ASTA'.padEnd(34)}${'PILEKROGEN 7'.padEnd(34)}${'161'}${'2600'}?`
  const second = `;9${'208'}1${'101'}${cpr}1${'012345'}${'084'}${'161'}${'010120'}?`
  return first + second
}

test('a health card gives its CPR number and nothing else of what stands on it', () => {
  const whole = stripe('7509206028')
  assert.equal(whole.indexOf('7509206028'), 86)
  const read = readPresented(whole)
  assert.equal(read?.kind === 'cpr' && read.cpr.digits, '7509206028')
  const told = JSON.stringify(read)
  for (const other of ['ASTA', 'PILEKROGEN', '2600', '012345']) assert.ok(!told.includes(other), other)
})

test('a stripe that a reader cut or that cannot be read is no card number either', () => {
  const cut = stripe('7509206028').slice(0, 70)
  assert.equal(readPresented(cut), undefined)
  assert.equal(readPresented(stripe('9999999999')), undefined)
  const dropped = `%PR\\VE^ASTA?;92081101${'7509206028'}1012345?`
  assert.equal(readPresented(dropped)?.kind, 'cpr')
})

test('a CPR number is one however it is written; other numbers are cards', () => {
  for (const typed of ['7509206028', '750920-6028', ' 750920-6028 ', '750920 6028', '750920–6028']) {
    const read = readPresented(typed)
    assert.equal(read?.kind === 'cpr' && read.cpr.digits, '7509206028', typed)
  }
  assert.deepEqual(readPresented('2161 0000001'), { kind: 'number', value: '21610000001' })
  assert.deepEqual(readPresented('0012345'), { kind: 'number', value: '0012345' })
  for (const nothing of ['', '   ', '\u0000\u0001', 'x'.repeat(41), '1'.repeat(500)]) {
    assert.equal(readPresented(nothing), undefined, JSON.stringify(nothing))
  }
})

test('the digits are found where a reader puts its own signs around them, and in the second track alone', () => {
  const second = stripe('7509206028').slice(77)
  for (const scanned of [']C07509206028', 'A7509206028B', '*7509206028*', second]) {
    const read = readPresented(scanned)
    assert.equal(read?.kind === 'cpr' && read.cpr.digits, '7509206028', scanned)
  }
  // A longer number is another number, although a CPR number stands in it.
  assert.deepEqual(readPresented('2175092060281'), { kind: 'number', value: '2175092060281' })
})

test('law: whoever stands on a health card, their CPR number is read and nothing else is told', () => {
  const part = (length: number) =>
    fc.stringMatching(/^[A-Z0-9 ^[\]\\]*$/, { maxLength: length }).map((text) => text.slice(0, length).padEnd(length))
  const digits = (length: number) => fc.stringMatching(new RegExp(`^\\d{${length}}$`))
  const cards = fc.record({ name: part(34), address: part(34), home: digits(7), kind: digits(8), rest: digits(19) })
  fc.assert(
    fc.property(cards, ({ name, address, home, kind, rest }) => {
      const text = `%${name}${address}${home}?;${kind}6101700001${rest}?`
      assert.equal(text.length, 116)
      const read = readPresented(text)
      assert.ok(read?.kind === 'cpr')
      assert.deepEqual([read.cpr.digits, Object.keys(read.cpr).length], ['6101700001', 4])
    }),
    { numRuns: 200 },
  )
})

test('law: whatever is scanned or typed, it is read or not, and of a stripe no more than a CPR number is told', () => {
  fc.assert(
    fc.property(fc.oneof(fc.string({ maxLength: 300 }), fc.string({ unit: 'binary', maxLength: 300 })), (text) => {
      const read = readPresented(`%${text}`)
      assert.ok(read === undefined || read.kind === 'cpr')
      readPresented(text)
    }),
    { numRuns: 500 },
  )
})
