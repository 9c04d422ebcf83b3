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
