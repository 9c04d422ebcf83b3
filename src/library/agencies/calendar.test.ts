import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { type Cast, castIn } from '../../../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import {
  type Calendar,
  closeOn,
  isOpenOn,
  nextOpenDay,
  openAgainOn,
  openDaysAfter,
  openDaysBetween,
  readCalendar,
  setOpeningHours,
} from './index.ts'

const day = (text: string) => Temporal.PlainDate.from(text)
const MONDAY_TO_FRIDAY = [1, 2, 3, 4, 5]
const calendar = (weekdays: readonly number[], ...closed: string[]): Calendar => ({ weekdays, closed: new Set(closed) })

test('what falls on a closed day falls on the next open one', () => {
  const christmas = calendar(MONDAY_TO_FRIDAY, '2026-12-24', '2026-12-25', '2026-12-31', '2027-01-01')
  assert.equal(nextOpenDay(christmas, day('2026-12-23')).toString(), '2026-12-23')
  assert.equal(nextOpenDay(christmas, day('2026-12-24')).toString(), '2026-12-28')
  assert.equal(nextOpenDay(christmas, day('2026-12-31')).toString(), '2027-01-04')
})

test('two open days after Friday is Tuesday, and Wednesday when Monday is a holiday', () => {
  assert.equal(openDaysAfter(calendar(MONDAY_TO_FRIDAY), day('2026-05-22'), 2).toString(), '2026-05-26')
  const whitMonday = calendar(MONDAY_TO_FRIDAY, '2026-05-25')
  assert.equal(openDaysAfter(whitMonday, day('2026-05-22'), 2).toString(), '2026-05-27')
})

test('closed days between do not count', () => {
  assert.equal(openDaysBetween(calendar(MONDAY_TO_FRIDAY), day('2026-11-20'), day('2026-11-24')), 2)
  assert.equal(openDaysBetween(calendar([]), day('2026-11-20'), day('2026-11-24')), 4)
  assert.equal(openDaysBetween(calendar([]), day('2026-11-24'), day('2026-11-20')), 0)
})

test('a library that never opens still has due dates', () => {
  const shut = calendar([1], ...Array.from({ length: 500 }, (_, n) => day('2026-01-01').add({ days: n }).toString()))
  assert.equal(nextOpenDay(shut, day('2026-01-01')).toString(), '2026-01-01')
})

const calendars = fc
  .record({
    weekdays: fc.uniqueArray(fc.integer({ min: 1, max: 7 }), { minLength: 1 }),
    closed: fc.uniqueArray(fc.integer({ min: 0, max: 120 }), { maxLength: 40 }),
  })
  .map(({ weekdays, closed }) =>
    calendar(weekdays, ...closed.map((n) => day('2026-03-01').add({ days: n }).toString())),
  )
const days = fc.integer({ min: 0, max: 100 }).map((n) => day('2026-03-01').add({ days: n }))

test('law: the next open day is open, is not before, and none was open in between', () => {
  fc.assert(
    fc.property(calendars, days, (calendar, from) => {
      const next = nextOpenDay(calendar, from)
      assert.ok(isOpenOn(calendar, next))
      assert.ok(Temporal.PlainDate.compare(next, from) >= 0)
      for (let each = from; Temporal.PlainDate.compare(each, next) < 0; each = each.add({ days: 1 })) {
        assert.ok(!isOpenOn(calendar, each))
      }
    }),
  )
})

test('law: counting open days forwards and between agrees', () => {
  fc.assert(
    fc.property(calendars, days, fc.integer({ min: 0, max: 30 }), (calendar, from, count) => {
      assert.equal(openDaysBetween(calendar, from, openDaysAfter(calendar, from, count)), count)
    }),
  )
})

test('law: a deadline in open days is never on a closed day, and never earlier for more days or a later start', () => {
  const later = (a: Temporal.PlainDate, b: Temporal.PlainDate) => Temporal.PlainDate.compare(a, b) >= 0
  fc.assert(
    fc.property(calendars, days, fc.integer({ min: 1, max: 30 }), fc.nat(10), (calendar, from, count, more) => {
      const deadline = openDaysAfter(calendar, from, count)
      assert.ok(isOpenOn(calendar, deadline))
      assert.ok(from.until(deadline).days >= count)
      assert.ok(later(openDaysAfter(calendar, from, count + more), deadline))
      assert.ok(later(openDaysAfter(calendar, from.add({ days: more }), count), deadline))
    }),
  )
})

test('law: days between add up, whatever day they are cut at, and a closed day more never makes them more', () => {
  fc.assert(
    fc.property(calendars, days, fc.nat(40), fc.nat(40), (calendar, from, first, second) => {
      const [cut, to] = [from.add({ days: first }), from.add({ days: first + second })]
      const between = (a: Temporal.PlainDate, b: Temporal.PlainDate, of = calendar) => openDaysBetween(of, a, b)
      assert.equal(between(from, cut) + between(cut, to), between(from, to))
      const fewer = { ...calendar, closed: new Set([...calendar.closed, cut.toString()]) }
      assert.ok(between(from, to, fewer) <= between(from, to))
    }),
  )
})

test('days are counted whole over the nights in which the clocks change (scenario 14)', () => {
  const everyDay = calendar([1, 2, 3, 4, 5, 6, 7])
  for (const night of ['2026-03-28', '2026-10-24']) {
    assert.equal(openDaysBetween(everyDay, day(night), day(night).add({ days: 2 })), 2)
    assert.equal(openDaysAfter(everyDay, day(night), 7).toString(), day(night).add({ days: 7 }).toString())
  }
})

let library: TestLibrary
let cast: Cast
before(async () => {
  library = await openTestLibrary()
  cast = await castIn(library.context())
})
after(() => library.close())

test('a branch is closed by its own closed days and by the library’s, and opens again', async () => {
  const ctx = library.context()
  const from = day('2026-04-01')
  const hours = MONDAY_TO_FRIDAY.map((weekday) => ({ weekday, opens: '10:00', closes: '18:00', staffed: true }))
  await setOpeningHours(ctx, cast.branch, hours)
  const reason = { da: 'Rørskade', en: 'Burst pipe' }
  await closeOn(ctx, { branch: cast.branch, day: day('2026-04-07'), reason })
  await closeOn(ctx, { branch: null, day: day('2026-04-08'), reason })
  await closeOn(ctx, { branch: null, day: day('2026-04-08'), reason: { da: 'Påske', en: 'Easter' } })
  await closeOn(ctx, { branch: null, day: day('2026-03-31'), reason })
  const read = await readCalendar(ctx, cast.branch, from)
  assert.deepEqual(read.weekdays, MONDAY_TO_FRIDAY)
  assert.deepEqual([...read.closed].sort(), ['2026-04-07', '2026-04-08'])
  assert.equal(await openAgainOn(ctx, null, day('2026-04-08')), true)
  assert.equal(await openAgainOn(ctx, null, day('2026-04-08')), false)
  assert.equal(await openAgainOn(ctx, null, day('2026-04-07')), false)
  assert.deepEqual([...(await readCalendar(ctx, cast.branch, from)).closed], ['2026-04-07'])
})
