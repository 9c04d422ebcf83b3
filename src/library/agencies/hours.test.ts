import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { at, startOfDay } from '#core'
import { type Cast, castIn } from '../../../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import {
  calendarOf,
  closedDaysOf,
  closeOn,
  easterOf,
  holidaysOf,
  hoursOn,
  hoursText,
  openAt,
  openingHours,
  readHours,
  readTimetable,
  removeClosedDay,
  setOpeningHours,
  type Timetable,
  type WeeklyHours,
} from './index.ts'

const day = (text: string) => Temporal.PlainDate.from(text)
const SPRING = day('2026-03-29')
const AUTUMN = day('2026-10-25')

const everyDay = (opens: string, closes: string, staffed = true): WeeklyHours[] =>
  [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, opens, closes, staffed }))
const timetable = (week: readonly WeeklyHours[], ...closed: string[]): Timetable => ({ week, closed: new Set(closed) })
const hoursOpen = (week: Timetable, day: Temporal.PlainDate) =>
  hoursOn(week, day).reduce((sum, { opens, closes }) => sum + opens.until(closes).total('hours'), 0)

test('a branch open around the clock is open 23 hours when summer time begins, and 25 when it ends', () => {
  const always = timetable(everyDay('00:00', '24:00', false))
  assert.equal(hoursOpen(always, day('2026-03-28')), 24)
  assert.equal(hoursOpen(always, SPRING), 23)
  assert.equal(hoursOpen(always, AUTUMN), 25)
  const [autumn] = hoursOn(always, AUTUMN)
  assert.ok(autumn?.opens.equals(startOfDay(AUTUMN)))
  assert.ok(autumn?.closes.equals(startOfDay(AUTUMN.add({ days: 1 }))))
})

test('ten o’clock is ten o’clock on the wall, in summer and in winter', () => {
  const week = timetable(everyDay('10:00', '18:00'))
  assert.equal(hoursOn(week, day('2026-03-28'))[0]?.opens.toString(), '2026-03-28T09:00:00Z')
  assert.equal(hoursOn(week, SPRING)[0]?.opens.toString(), '2026-03-29T08:00:00Z')
  assert.equal(hoursOn(week, AUTUMN)[0]?.opens.toString(), '2026-10-25T09:00:00Z')
  for (const date of [SPRING, AUTUMN]) assert.equal(hoursOpen(week, date), 8)
})

test('an hour the clock leaps over is not open, and one it shows twice is open both times', () => {
  const nights = timetable(everyDay('02:00', '03:00', false))
  assert.equal(hoursOpen(nights, SPRING), 0)
  assert.equal(hoursOpen(nights, AUTUMN), 2)
  assert.equal(hoursOpen(timetable(everyDay('01:00', '02:30', false)), AUTUMN), 2.5)
})

test('now is staffed, self-service or closed, and on a closed day closed', () => {
  const read = readHours(4, { staffed: '10-18', selfService: '7-22' })
  assert.ok('hours' in read)
  const thursdays = timetable(read.hours, '2026-05-14')
  const then = (time: string, date = '2026-05-07') => openAt(thursdays, at(day(date), time))
  assert.deepEqual(
    ['06:59', '07:00', '09:59', '10:00', '17:59', '18:00', '21:59', '22:00'].map((time) => then(time)),
    ['closed', 'self-service', 'self-service', 'staffed', 'staffed', 'self-service', 'self-service', 'closed'],
  )
  assert.equal(then('12:00', '2026-05-08'), 'closed')
  assert.equal(then('12:00', '2026-05-14'), 'closed')
})

test('hours are read as people write them, and shown so that they can be read again', () => {
  const written: [string, string][] = [
    ['10-18', '10.00–18.00'],
    ['10.30 - 18:00, 19–21', '10.30–18.00, 19.00–21.00'],
    ['9 til 12 og 13 til 17.30', '09.00–12.00, 13.00–17.30'],
    ['0-24', '00.00–24.00'],
    ['', ''],
  ]
  for (const [text, shown] of written) {
    const read = readHours(1, { staffed: text, selfService: '' })
    assert.ok('hours' in read, text)
    assert.equal(hoursText(read.hours, 1, true), shown)
    assert.deepEqual(readHours(1, { staffed: shown, selfService: '' }), read)
  }
})

test('hours that are none, that end before they begin or that overlap are refused', () => {
  const fault = (staffed: string, selfService = '') => {
    const read = readHours(1, { staffed, selfService })
    return 'fault' in read ? `${read.at}: ${read.fault}` : 'good'
  }
  assert.equal(fault('ti til atten'), 'staffed: not-hours')
  assert.equal(fault('10-25'), 'staffed: not-hours')
  assert.equal(fault('10.75-18'), 'staffed: not-hours')
  assert.equal(fault('18-10'), 'staffed: closes-first')
  assert.equal(fault('10-18, 17-20'), 'staffed: overlap')
  assert.equal(fault('10-18', '7-8.'), 'selfService: not-hours')
  assert.equal(fault('10-18', '7-22'), 'good')
})

test('law: self-service written around staffed hours never overlaps them, and no open minute is lost', () => {
  const time = fc.integer({ min: 0, max: 1439 })
  const span = fc.tuple(time, time).filter(([a, b]) => a !== b)
  const text = (minutes: number) => `${Math.floor(minutes / 60)}.${String(minutes % 60).padStart(2, '0')}`
  const written = ([a, b]: [number, number]) => `${text(Math.min(a, b))}-${text(Math.max(a, b))}`
  fc.assert(
    fc.property(span, span, (staffed, around) => {
      const read = readHours(1, { staffed: written(staffed), selfService: written(around) })
      assert.ok('hours' in read)
      const covered = new Set<number>()
      const minute = (clock: string) => Number(clock.slice(0, 2)) * 60 + Number(clock.slice(3))
      for (const { opens, closes } of read.hours) {
        for (let each = minute(opens); each < minute(closes); each++) {
          assert.ok(!covered.has(each))
          covered.add(each)
        }
      }
      const within = (each: number, [a, b]: [number, number]) => each >= Math.min(a, b) && each < Math.max(a, b)
      for (let each = 0; each < 1440; each++) {
        assert.equal(covered.has(each), within(each, staffed) || within(each, around))
      }
    }),
    { numRuns: 50 },
  )
})

test('a library may count days without staff as closed; a branch that never has staff is open all the same', () => {
  const week = [...everyDay('07:00', '22:00', false), { weekday: 2, opens: '10:00', closes: '16:00', staffed: true }]
  assert.deepEqual(calendarOf(timetable(week), true).weekdays, [1, 2, 3, 4, 5, 6, 7])
  assert.deepEqual(calendarOf(timetable(week), false).weekdays, [2])
  assert.deepEqual(calendarOf(timetable(everyDay('07:00', '22:00', false)), false).weekdays, [1, 2, 3, 4, 5, 6, 7])
  assert.deepEqual(calendarOf(timetable([]), false).weekdays, [])
})

test('Easter falls on the Sundays the church says', () => {
  const known = ['1961-04-02', '2000-04-23', '2008-03-23', '2024-03-31', '2025-04-20', '2026-04-05', '2027-03-28']
  for (const easter of [...known, '2038-04-25', '2049-04-18', '2076-04-19', '2285-03-22']) {
    assert.equal(easterOf(day(easter).year).toString(), easter)
  }
})

test('law: Easter is a Sunday from 22 March to 25 April', () => {
  fc.assert(
    fc.property(fc.integer({ min: 1900, max: 2399 }), (year) => {
      const easter = easterOf(year)
      assert.equal(easter.dayOfWeek, 7)
      assert.ok(easter.toString().slice(5) >= '03-22' && easter.toString().slice(5) <= '04-25')
    }),
  )
})

test('Great Prayer Day is no holiday after 2023, and 1 May, 5 June and Christmas Eve are the library’s choice', () => {
  const names = (year: number) => holidaysOf(year).map(({ name }) => name.da)
  assert.ok(names(2023).includes('Store bededag'))
  assert.ok(!names(2024).includes('Store bededag'))
  const of2026 = holidaysOf(2026)
  assert.deepEqual(
    of2026.filter(({ isPublic }) => isPublic).map(({ day }) => day.toString().slice(5)),
    ['01-01', '04-02', '04-03', '04-05', '04-06', '05-14', '05-24', '05-25', '12-25', '12-26'],
  )
  assert.deepEqual(
    of2026.filter(({ isPublic }) => !isPublic).map(({ day }) => day.toString().slice(5)),
    ['05-01', '06-05', '12-24', '12-31'],
  )
})

let library: TestLibrary
let cast: Cast
before(async () => {
  library = await openTestLibrary()
  cast = await castIn(library.context())
})
after(() => library.close())

test('a branch’s hours are kept, and midnight too', async () => {
  const ctx = library.context()
  const week = [
    { weekday: 1, opens: '07:00', closes: '10:00', staffed: false },
    { weekday: 1, opens: '10:00', closes: '24:00', staffed: true },
  ]
  await setOpeningHours(ctx, cast.branch, week)
  assert.deepEqual(await openingHours(ctx, cast.branch), week)
  await closeOn(ctx, { branch: cast.branch, day: day('2026-04-06'), reason: { da: 'Påske', en: 'Easter' } })
  const read = await readTimetable(ctx, cast.branch, day('2026-01-01'))
  assert.deepEqual(read.week, week)
  assert.equal(hoursOn(read, day('2026-04-06')).length, 0)
  assert.equal(hoursOn(read, day('2026-04-13')).length, 2)
})

test('a year’s closed days are listed with their branch, and one that is taken out is gone', async () => {
  const ctx = library.context()
  const reason = { da: 'Sommer', en: 'Summer' }
  await closeOn(ctx, { branch: null, day: day('2027-07-01'), reason })
  await closeOn(ctx, { branch: cast.branch, day: day('2027-07-02'), reason })
  const listed = await closedDaysOf(ctx, 2027)
  assert.deepEqual(
    listed.map(({ day, branch, reason }) => [day.toString(), branch, reason.en]),
    [
      ['2027-07-01', null, 'Summer'],
      ['2027-07-02', 'Hovedbibliotek', 'Summer'],
    ],
  )
  assert.ok(await removeClosedDay(ctx, listed[0]?.id ?? ''))
  assert.ok(!(await removeClosedDay(ctx, listed[0]?.id ?? '')))
  assert.ok(!(await removeClosedDay(ctx, 'nonsense')))
  assert.equal((await closedDaysOf(ctx, 2027)).length, 1)
})
