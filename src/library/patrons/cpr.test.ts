import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { readCpr } from './cpr.ts'

/** The seventh digits that the CPR Office gives to each span of years of birth. */
const SPANS = [
  { from: 1858, to: 1899, sevenths: [5, 6, 7, 8] },
  { from: 1900, to: 1936, sevenths: [0, 1, 2, 3] },
  { from: 1937, to: 1999, sevenths: [0, 1, 2, 3, 4, 9] },
  { from: 2000, to: 2036, sevenths: [4, 9, 5, 6, 7, 8] },
  { from: 2037, to: 2057, sevenths: [5, 6, 7, 8] },
] as const

const two = (number: number) => String(number).padStart(2, '0')

/** A replacement number of someone born on a day that exists. */
const numbers = fc.constantFrom(...SPANS).chain(({ from, to, sevenths }) =>
  fc
    .record({
      year: fc.integer({ min: from, max: to }),
      dayOfYear: fc.integer({ min: 0, max: 364 }),
      seventh: fc.constantFrom(...sevenths),
      rest: fc.integer({ min: 0, max: 999 }),
    })
    .map(({ year, dayOfYear, seventh, rest }) => {
      const born = Temporal.PlainDate.from({ year, month: 1, day: 1 }).add({ days: dayOfYear })
      const digits = `${two(born.day + 60)}${two(born.month)}${two(year % 100)}${seventh}${String(rest).padStart(3, '0')}`
      return { born, digits }
    }),
)

test('law: the birth date, century and all, follows from the number, with or without hyphen', () => {
  fc.assert(
    fc.property(numbers, ({ born, digits }) => {
      for (const text of [digits, `${digits.slice(0, 6)}-${digits.slice(6)}`, ` ${digits} `]) {
        const cpr = readCpr(text)
        assert.deepEqual([cpr?.bornOn.toString(), cpr?.digits, cpr?.replacement], [born.toString(), digits, true])
      }
    }),
  )
})

test('law: of a number whose check digit fits, none with one other digit fits; yet it is a number all the same', () => {
  const change = fc.record({ at: fc.integer({ min: 6, max: 9 }), by: fc.integer({ min: 1, max: 9 }) })
  fc.assert(
    fc.property(change, ({ at, by }) => {
      const fits = '6101700001'
      const wrong = `${fits.slice(0, at)}${(Number(fits[at]) + by) % 10}${fits.slice(at + 1)}`
      assert.equal(readCpr(fits)?.checkDigitFits, true)
      const read = readCpr(wrong)
      assert.ok(read, wrong)
      assert.equal(read.checkDigitFits, false, wrong)
    }),
  )
})

test('law: no text makes reading fail, and what is read is ten digits of a day that exists', () => {
  const almost = fc.stringMatching(/^[0-9 -]{0,14}$/)
  fc.assert(
    fc.property(fc.oneof(almost, fc.string({ maxLength: 40 }), fc.string({ unit: 'binary' })), (text) => {
      const read = readCpr(text)
      if (read) assert.match(read.digits, /^\d{10}$/)
    }),
    { numRuns: 1000 },
  )
})
