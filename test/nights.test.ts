import assert from 'node:assert/strict'
import { test } from 'node:test'
import { at } from '#core'
import { sql } from '#db'
import { checkin, checkout } from '#loans'
import { onceOnly } from '#messages'
import { lastNight, verifyChain } from '#privacy'
import { catchUp, NIGHT_AT, nightDue } from '../src/schedule.ts'
import { castIn, noon } from './support/cast.ts'
import { openTestLibrary } from './support/library.ts'

const send = { email: onceOnly(async () => {}) }

test('a night is due at two in the morning, Copenhagen time', () => {
  const day = Temporal.PlainDate.from('2026-03-29')
  assert.equal(nightDue(at(day, '01:59')).toString(), '2026-03-28')
  assert.equal(NIGHT_AT, '02:00')
  // In that night two o'clock does not exist: the clock jumps from it to three.
  assert.equal(nightDue(Temporal.Instant.from('2026-03-29T00:59:59Z')).toString(), '2026-03-28')
  assert.equal(nightDue(Temporal.Instant.from('2026-03-29T01:00:00Z')).toString(), '2026-03-29')
})

test('off for forty days, the nights that were missed are run in order before anyone is served, and it says so', async () => {
  await using library = await openTestLibrary()
  const ctx = library.context()
  const cast = await castIn(ctx)
  await catchUp(ctx, send)
  await checkout(ctx, { card: cast.asta.card, barcode: 'A1' })
  await checkin(ctx, { barcode: 'A1' })
  library.clock.moveTo(noon('2025-12-30'))
  const reports = await catchUp(ctx, send)
  assert.equal(reports.length, 40)
  assert.deepEqual(reports.map((night) => night.night_on.toString()).slice(0, 2), ['2025-11-21', '2025-11-22'])
  assert.equal(reports[0]?.late_days, 39)
  assert.equal(reports.at(-1)?.late_days, 0)
  const forgotten = reports.find((night) =>
    night.steps.some((step) => step.clause === 'loan/settled' && step.rows_gone === 1),
  )
  assert.equal(
    forgotten?.night_on.toString(),
    '2025-12-20',
    'the loan went in the night it was due, thirty days after it was settled',
  )
  assert.equal(
    (await ctx.db.one<{ late: number }>(sql`select count(*)::int as late from night where late_days > 0`)).late,
    39,
  )
  assert.equal((await lastNight(ctx))?.toString(), '2025-12-30')
  assert.deepEqual((await verifyChain(ctx)).faults, [])
  assert.deepEqual(await catchUp(ctx, send), [], 'what has been run is not run again')
})

test('a night that two processes run at once is run to the same end', async () => {
  await using library = await openTestLibrary()
  const ctx = library.context()
  const cast = await castIn(ctx)
  await checkout(ctx, { card: cast.asta.card, barcode: 'A1' })
  await checkin(ctx, { barcode: 'A1' })
  library.clock.moveTo(noon('2026-01-30'))
  await Promise.allSettled([catchUp(ctx, send), catchUp(ctx, send)])
  assert.equal((await ctx.db.all(sql`select 1 from loan`)).length, 0)
  const counted = await ctx.db.one<{ loans: number }>(sql`select sum(loans)::int as loans from circulation`)
  assert.equal(counted.loans, 1)
  assert.deepEqual((await verifyChain(ctx)).faults, [])
})
