import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import fc from 'fast-check'
import { openTestDatabase } from '../../../test/support/server.ts'
import { sql } from './db.ts'

const database = await openTestDatabase()
after(() => database[Symbol.asyncDispose]())
const db = database.databases.owner()

async function roundTrip<T>(value: T, type: string): Promise<T> {
  const { back } = await db.one<{ back: T }>(sql`select ${value}::${sql.raw(type)} as back`)
  return back
}

const runs = { numRuns: process.env.KVIT_FULL ? 2000 : 100 }

test('an instant comes back as it was, to the microsecond', async () => {
  for (const text of [
    '2026-01-15T12:00:00.123456Z',
    '2026-03-29T00:59:59.999999Z',
    '2026-03-29T01:00:00Z',
    '2026-10-25T00:30:00Z',
    '2026-10-25T01:30:00Z',
    '1893-12-31T23:00:00Z',
    '1850-06-15T12:34:56.000001Z',
    '0099-01-01T00:00:00Z',
    '9999-12-31T23:59:59.999999Z',
  ]) {
    assert.equal((await roundTrip(Temporal.Instant.from(text), 'timestamptz')).toString(), text)
  }
})

test('an instant comes back the same whatever time zone the connection is in', async () => {
  // Copenhagen kept local mean time, with seconds in its offset, until 1894.
  for (const zone of ['UTC', 'Europe/Copenhagen', 'America/St_Johns', 'Asia/Kolkata']) {
    await db.transact(async (tx) => {
      await tx.run(sql`set local timezone = ${sql.lit(zone)}`)
      for (const text of ['2026-10-25T00:30:00.5Z', '2026-10-25T01:30:00.5Z', '1890-05-01T10:00:00Z']) {
        const row = await tx.one<{ back: Temporal.Instant }>(sql`select ${text}::timestamptz as back`)
        assert.equal(row.back.toString(), text, zone)
      }
    })
  }
})

test('any instant comes back', async () => {
  await fc.assert(
    fc.asyncProperty(fc.bigInt({ min: -62_000_000_000_000_000n, max: 250_000_000_000_000_000n }), async (us) => {
      const moment = Temporal.Instant.fromEpochNanoseconds(us * 1000n)
      assert.ok((await roundTrip(moment, 'timestamptz')).equals(moment))
    }),
    runs,
  )
})

test('any day comes back, also before 1900', async () => {
  await fc.assert(
    fc.asyncProperty(fc.integer({ min: -700_000, max: 2_900_000 }), async (offset) => {
      const day = Temporal.PlainDate.from('1970-01-01').add({ days: offset })
      assert.ok((await roundTrip(day, 'date')).equals(day))
    }),
    runs,
  )
  assert.equal((await roundTrip(Temporal.PlainDate.from('1887-02-28'), 'date')).toString(), '1887-02-28')
})

test('a period comes back in the units it was given in', async () => {
  for (const text of ['P30D', 'P1M', 'P5Y', 'P1Y2M3DT4H5M6.789S', 'PT90S', '-P1D']) {
    const back = await roundTrip(Temporal.Duration.from(text), 'interval')
    const [a, b] = [Temporal.Duration.from(text), back].map((each) => ({
      months: each.years * 12 + each.months,
      days: each.weeks * 7 + each.days,
      seconds: Temporal.Duration.from({
        hours: each.hours,
        minutes: each.minutes,
        seconds: each.seconds,
        milliseconds: each.milliseconds,
        microseconds: each.microseconds,
      }).total('seconds'),
    }))
    assert.deepEqual(b, a, text)
  }
})

test('numbers, bytes, lists and nothing come back as they were', async () => {
  assert.equal(await roundTrip(2 ** 52, 'bigint'), 2 ** 52)
  assert.equal(await roundTrip(12.5, 'numeric'), 12.5)
  assert.equal(await roundTrip(null, 'text'), null)
  const nothing: unknown = await roundTrip(undefined, 'text')
  assert.equal(nothing, null)
  const bytes = await roundTrip(new Uint8Array([0, 255, 39, 92]), 'bytea')
  assert.deepEqual([...bytes], [0, 255, 39, 92])
  assert.deepEqual(await roundTrip(['æ', '"', ',', '{}', 'null'], 'text[]'), ['æ', '"', ',', '{}', 'null'])
  assert.deepEqual(await roundTrip([], 'text[]'), [])
})

test('lists of days and of instants can be asked for', async () => {
  const days = ['2026-01-01', '1899-12-31'].map((day) => Temporal.PlainDate.from(day))
  const rows = await db.all<{ day: Temporal.PlainDate }>(sql`select day from unnest(${days}::date[]) as day`)
  assert.deepEqual(
    rows.map(({ day }) => day.toString()),
    ['2026-01-01', '1899-12-31'],
  )
  const moments = ['2026-01-01T00:00:00.000001Z'].map((text) => Temporal.Instant.from(text))
  const found = await db.all<{ at: Temporal.Instant }>(sql`select at from unnest(${moments}::timestamptz[]) as at`)
  assert.deepEqual(
    found.map(({ at }) => at.toString()),
    ['2026-01-01T00:00:00.000001Z'],
  )
})

test('the text that breaks statements is only text', async () => {
  for (const text of [`'; drop table loan; --`, '\\', '$1', 'æøå 🦉', '%'])
    assert.equal(await roundTrip(text, 'text'), text)
})
