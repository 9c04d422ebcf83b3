import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { at, dayOf, startOfDay } from '#core'
import { cutoff, endsOn, isHourly } from './period.ts'
import type { Clause } from './policy.ts'

const date = Temporal.PlainDate.from
const JANUARY = { yearBegins: '01-01' }

function clause(keep: string, roundUp = false): Clause {
  return {
    data: 'loan',
    purpose: 'lending',
    from: 'settled',
    keep,
    action: 'delete',
    basis: ['gdpr-6-1-e'],
    says: 'notice line 1',
    ...(roundUp ? { 'round-up': 'accounting-year' as const } : {}),
  }
}

function ends(keep: string, day: string, time = '12:00', calendar = JANUARY): string {
  return endsOn(clause(keep), at(date(day), time), calendar).toString()
}

function endsWithYear(keep: string, day: string, time = '12:00', yearBegins = '01-01'): string {
  return endsOn(clause(keep, true), at(date(day), time), { yearBegins }).toString()
}

test('thirty days after 1 March is 31 March, whatever the hour', () => {
  for (const time of ['00:00', '12:00', '23:59:59.999999']) assert.equal(ends('P30D', '2026-03-01', time), '2026-03-31')
})

test('the day is Copenhagen’s, on both sides of midnight and of summer time', () => {
  // The clocks go forward at 02:00 on 29 March: half past midnight is still winter time, 23:30 the evening before in UTC.
  assert.equal(endsOn(clause('P30D'), Temporal.Instant.from('2026-03-28T23:30:00Z'), JANUARY).toString(), '2026-04-28')
  assert.equal(endsOn(clause('P30D'), Temporal.Instant.from('2026-03-28T22:30:00Z'), JANUARY).toString(), '2026-04-27')
  // The day is 23 hours long: it ends at 22:00 UTC.
  assert.equal(endsOn(clause('P30D'), Temporal.Instant.from('2026-03-29T21:59:59Z'), JANUARY).toString(), '2026-04-28')
  assert.equal(endsOn(clause('P30D'), Temporal.Instant.from('2026-03-29T22:00:00Z'), JANUARY).toString(), '2026-04-29')
  // On 25 October they go back at 03:00: half past midnight is summer time, and the day is 25 hours long.
  assert.equal(endsOn(clause('P30D'), Temporal.Instant.from('2026-10-24T22:30:00Z'), JANUARY).toString(), '2026-11-24')
  assert.equal(endsOn(clause('P30D'), Temporal.Instant.from('2026-10-24T21:30:00Z'), JANUARY).toString(), '2026-11-23')
  assert.equal(endsOn(clause('P30D'), Temporal.Instant.from('2026-10-25T22:59:59Z'), JANUARY).toString(), '2026-11-24')
  assert.equal(endsOn(clause('P30D'), Temporal.Instant.from('2026-10-25T23:00:00Z'), JANUARY).toString(), '2026-11-25')
})

test('the hour that occurs twice in October belongs to one day', () => {
  assert.equal(endsOn(clause('P1D'), Temporal.Instant.from('2026-10-25T00:30:00Z'), JANUARY).toString(), '2026-10-26')
  assert.equal(endsOn(clause('P1D'), Temporal.Instant.from('2026-10-25T01:30:00Z'), JANUARY).toString(), '2026-10-26')
})

test('a month from the 31st ends on the last day of a shorter month', () => {
  assert.equal(ends('P1M', '2026-01-31'), '2026-02-28')
  assert.equal(ends('P1M', '2028-01-31'), '2028-02-29')
  assert.equal(ends('P6M', '2025-08-31'), '2026-02-28')
})

test('a year from 29 February is 28 February, and four years is 29 February', () => {
  assert.equal(ends('P1Y', '2028-02-29'), '2029-02-28')
  assert.equal(ends('P4Y', '2028-02-29'), '2032-02-29')
  assert.equal(ends('P3Y', '2028-02-29'), '2031-02-28')
  assert.equal(ends('P366D', '2028-02-29'), '2029-03-01')
})

test('nothing is kept beyond the day itself where the period is none', () => {
  assert.equal(ends('P0D', '2026-03-29', '00:30'), '2026-03-29')
})

test('accounts of New Year’s Eve and of New Year’s Day end a year apart', () => {
  // 31 December 2025 belongs to 2025, whose books close as 2026 begins; five years later is 1 January 2031.
  assert.equal(endsWithYear('P5Y', '2025-12-31', '23:59:59.999999'), '2031-01-01')
  assert.equal(endsWithYear('P5Y', '2026-01-01', '00:00'), '2032-01-01')
  assert.equal(endsWithYear('P3Y', '2025-12-31'), '2029-01-01')
  assert.equal(endsWithYear('P3Y', '2025-01-01'), '2029-01-01')
  assert.equal(endsWithYear('P0D', '2025-06-15'), '2026-01-01')
})

test('an accounting year that begins in July is rounded to July', () => {
  assert.equal(endsWithYear('P5Y', '2026-06-30', '12:00', '07-01'), '2031-07-01')
  assert.equal(endsWithYear('P5Y', '2026-07-01', '12:00', '07-01'), '2032-07-01')
})

test('a period of hours is run every hour and has no day', () => {
  assert.equal(isHourly(clause('PT24H')), true)
  assert.equal(isHourly(clause('P1D')), false)
})

test('the night’s limit and the day promised to a person are the same rule, for any period, day and year', () => {
  const number = (most: number) => fc.integer({ min: 0, max: most })
  const keeps = fc
    .tuple(number(12), number(30), number(20), number(800))
    .map(([years, months, weeks, days]) => new Temporal.Duration(years, months, weeks, days).toString())
    .map((keep) => (keep === 'PT0S' ? 'P0D' : keep))
  const days = fc.integer({ min: 0, max: 20_000 }).map((count) => date('1996-01-01').add({ days: count }))
  const begins = fc.constantFrom('01-01', '04-01', '07-01', '12-31')
  fc.assert(
    fc.property(keeps, days, begins, fc.boolean(), number(86_399), (keep, night, yearBegins, roundUp, second) => {
      const one = clause(keep, roundUp)
      const calendar = { yearBegins }
      const limit = cutoff(one, night, calendar)
      const last = dayOf(limit.subtract({ microseconds: 1 }))
      const moments = [
        limit,
        limit.subtract({ microseconds: 1 }),
        startOfDay(last),
        startOfDay(night).add({ seconds: second }),
        limit.subtract({ seconds: second * 400 }),
        limit.add({ seconds: second * 400 }),
      ]
      for (const moment of moments) {
        const isDue = Temporal.Instant.compare(moment, limit) < 0
        const ended = Temporal.PlainDate.compare(endsOn(one, moment, calendar), night) <= 0
        assert.equal(isDue, ended, `${keep}${roundUp ? ' rounded' : ''} ${moment} on the night of ${night}`)
      }
    }),
    { numRuns: process.env.KVIT_FULL ? 20_000 : 1000 },
  )
})
