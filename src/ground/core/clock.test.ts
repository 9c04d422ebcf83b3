import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { ageOn, at, dayOf, earlier, MovableClock, realClock, ShiftedClock, startOfDay, stopwatch } from './clock.ts'

const instant = Temporal.Instant.from
const date = Temporal.PlainDate.from
const days = fc.integer({ min: 0, max: 80_000 }).map((count) => date('1890-01-01').add({ days: count }))
const instants = fc
  .integer({ min: -2_000_000_000_000, max: 4_000_000_000_000 })
  .map((ms) => Temporal.Instant.fromEpochMilliseconds(ms))
const hours = (day: string) =>
  startOfDay(date(day))
    .until(startOfDay(date(day).add({ days: 1 })))
    .total({ unit: 'hours' })

test('a day lasts 23 hours when summer time begins, 25 when it ends, and else 24', () => {
  assert.deepEqual(['2026-03-28', '2026-03-29', '2026-03-30'].map(hours), [24, 23, 24])
  assert.deepEqual(['2026-10-24', '2026-10-25', '2026-10-26'].map(hours), [24, 25, 24])
})

test('the library’s day is Copenhagen’s, not the server’s', () => {
  const cases: [string, string][] = [
    ['2026-01-14T22:59:59.999999Z', '2026-01-14'],
    ['2026-01-14T23:00:00Z', '2026-01-15'],
    ['2026-07-14T21:59:59.999999Z', '2026-07-14'],
    ['2026-07-14T22:00:00Z', '2026-07-15'],
    ['2026-03-28T22:59:59Z', '2026-03-28'],
    ['2026-03-29T21:59:59Z', '2026-03-29'],
    ['2026-03-29T22:00:00Z', '2026-03-30'],
    ['2026-10-25T22:59:59Z', '2026-10-25'],
    ['2026-10-25T23:00:00Z', '2026-10-26'],
  ]
  for (const [moment, day] of cases) assert.equal(dayOf(instant(moment)).toString(), day, moment)
})

test('every instant lies in its day, and a day begins where the day before ends', () => {
  fc.assert(
    fc.property(instants, (moment) => {
      const day = dayOf(moment)
      assert.ok(Temporal.Instant.compare(startOfDay(day), moment) <= 0)
      assert.ok(Temporal.Instant.compare(moment, startOfDay(day.add({ days: 1 }))) < 0)
    }),
  )
  fc.assert(
    fc.property(days, (day) => {
      assert.ok(dayOf(startOfDay(day)).equals(day))
      assert.ok(dayOf(startOfDay(day).subtract({ microseconds: 1 })).equals(day.subtract({ days: 1 })))
    }),
  )
})

test('a time of day is told on the wall clock, also when it occurs twice or not at all', () => {
  assert.equal(at(date('2026-01-15'), '08:00').toString(), '2026-01-15T07:00:00Z')
  assert.equal(at(date('2026-07-15'), '08:00').toString(), '2026-07-15T06:00:00Z')
  assert.equal(at(date('2026-10-25'), '02:30').toString(), '2026-10-25T00:30:00Z')
  assert.equal(at(date('2026-03-29'), '02:30').toString(), '2026-03-29T01:30:00Z')
})

test('someone is a year older on the birthday itself', () => {
  const asta = date('2008-06-15')
  const ages = ['2026-06-14', '2026-06-15', '2026-06-16', '2008-06-15', '2008-06-14'].map((day) =>
    ageOn(asta, date(day)),
  )
  assert.deepEqual(ages, [17, 18, 18, 0, -1])
})

test('someone born on 29 February comes of age on 1 March in common years', () => {
  const born = date('2008-02-29')
  const ages = ['2026-02-28', '2026-03-01', '2028-02-28', '2028-02-29'].map((day) => ageOn(born, date(day)))
  assert.deepEqual(ages, [17, 18, 19, 20])
})

test('nobody grows younger, and nobody ages two years in one', () => {
  fc.assert(
    fc.property(days, fc.integer({ min: 0, max: 40_000 }), (born, lived) => {
      const day = born.add({ days: lived })
      const step = ageOn(born, day.add({ days: 1 })) - ageOn(born, day)
      assert.ok(step === 0 || step === 1)
      assert.equal(ageOn(born, born.add({ years: 10 }).add({ days: 1 })), 10)
    }),
  )
})

test('the earlier of two days is chosen', () => {
  assert.equal(earlier(date('2026-01-02'), date('2026-01-10')).toString(), '2026-01-02')
  assert.equal(earlier(date('2026-01-10'), date('2026-01-02')).toString(), '2026-01-02')
})

test('a library’s clock stands still until it is moved, and does not go back', () => {
  const clock = new MovableClock(instant('2026-01-01T00:00Z'))
  assert.equal(clock.now().toString(), '2026-01-01T00:00:00Z')
  clock.moveTo(instant('2026-01-01T00:00:00.123456789Z'))
  assert.equal(clock.now().toString(), '2026-01-01T00:00:00.123456Z')
  assert.throws(() => clock.moveTo(instant('2025-12-31T23:59Z')), RangeError)
})

test('clocks show no more than microseconds, which is what the database keeps', () => {
  for (let i = 0; i < 100; i++) assert.equal(realClock.now().epochNanoseconds % 1000n, 0n)
})

test('a shifted clock runs on from where it was set', () => {
  const clock = new ShiftedClock()
  const ahead = instant('2031-01-01T00:00Z')
  clock.showing(ahead)
  const passed = ahead.until(clock.now()).total({ unit: 'seconds' })
  assert.ok(passed >= -0.001 && passed < 5, String(passed))
})

test('a stopwatch goes forward', () => {
  const elapsed = stopwatch()
  const first = elapsed()
  assert.ok(first >= 0 && elapsed() >= first)
})
