import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { findItem } from '#catalogue'
import type { StaffId } from '#core'
import { sql } from '#db'
import { placeLoanBlock } from '#patrons'
import type { Context } from '#vault'
import { type Cast, castIn, noon } from '../../../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import { checkin, checkout, type OfflineEvent, type OfflineOutcome, openLoans, replayOffline } from './index.ts'
import { markRefusalSeen, unseenRefusals } from './offline.ts'

let library: TestLibrary
let ctx: Context
let cast: Cast

before(async () => {
  library = await openTestLibrary()
  ctx = library.context()
  cast = await castIn(ctx)
})
after(() => library.close())

type Told =
  | { kind: 'checkout'; card: string; barcode: string; at: string }
  | { kind: 'checkin'; barcode: string; at: string }

const event = (told: Told): OfflineEvent => ({
  ...told,
  id: ctx.random.uuid(ctx.clock.now()),
  at: Temporal.Instant.from(told.at),
  branch: cast.branch,
})
const outcomes = async (events: readonly OfflineEvent[]): Promise<OfflineOutcome[]> => {
  const reports = await replayOffline(ctx, events)
  return events.map(({ id }) => {
    const found = reports.find((report) => report.id === id)
    assert(found)
    return found.outcome
  })
}

test('what happened offline is done in the order it happened, whatever the order it is sent in', async () => {
  library.clock.moveTo(noon('2025-11-21'))
  const lent = event({ kind: 'checkout', card: cast.asta.card, barcode: 'A1', at: '2025-11-20T10:00:00Z' })
  const back = event({ kind: 'checkin', barcode: 'A1', at: '2025-11-20T11:00:00Z' })
  const next = event({ kind: 'checkout', card: cast.bo.card, barcode: 'A1', at: '2025-11-20T12:00:00Z' })
  const [third, second, first] = await outcomes([next, back, lent])
  assert.deepEqual([first?.kind, second?.kind, third?.kind], ['lent', 'returned', 'lent'])
  assert(third?.kind === 'lent')
  assert.equal(third.due_on.toString(), '2025-12-20', 'counted from the day it happened')
  const [loan] = await openLoans(ctx, cast.bo.id)
  assert.equal(loan?.id, third.loan)
})

test('sent twice, it is done once', async () => {
  const lent = event({ kind: 'checkout', card: cast.asta.card, barcode: 'B1', at: '2025-11-21T08:00:00Z' })
  assert.equal((await outcomes([lent]))[0]?.kind, 'lent')
  await checkin(ctx, { barcode: 'B1' })
  assert.deepEqual(await outcomes([lent]), [{ kind: 'done-before' }])
  assert.equal((await findItem(ctx, 'B1'))?.state, 'available')
  const both = await Promise.all([1, 2].map(() => replayOffline(ctx, [event({ ...told('B1') }), lent])))
  assert.equal(both.length, 2)
  await checkin(ctx, { barcode: 'B1' })
})

const told = (barcode: string): Told => ({ kind: 'checkin', barcode, at: '2025-11-21T09:00:00Z' })

test('what has been lent to another since stays with the other, and staff are told', async () => {
  library.clock.moveTo(noon('2025-11-22'))
  assert((await checkout(ctx, { card: cast.dines.card, barcode: 'C1' })).ok)
  const stale = event({ kind: 'checkout', card: cast.asta.card, barcode: 'C1', at: '2025-11-22T08:00:00Z' })
  const staleBack = event({ kind: 'checkin', barcode: 'C1', at: '2025-11-22T09:00:00Z' })
  const [lent, back] = await outcomes([stale, staleBack])
  assert.deepEqual(lent, { kind: 'conflict', because: ['lent-to-another', 'seen-since'] })
  assert.deepEqual(back, { kind: 'conflict', because: ['lent-since'] })
  assert.equal((await openLoans(ctx, cast.dines.id)).length, 1)
  await checkin(ctx, { barcode: 'C1' })
  const later = event({ kind: 'checkout', card: cast.asta.card, barcode: 'C1', at: '2025-11-22T08:30:00Z' })
  assert.deepEqual(await outcomes([later]), [{ kind: 'conflict', because: ['seen-since'] }])
})

test('who was blocked is lent to all the same, because the item has left the house, and staff are told', async () => {
  const desk = library.context({ kind: 'staff', id: ctx.random.uuid(ctx.clock.now()) as StaffId, roles: ['desk'] })
  assert((await placeLoanBlock(desk, cast.clara.id, { code: 'self-service' })).ok)
  library.clock.moveTo(noon('2025-11-23'))
  const lent = event({ kind: 'checkout', card: cast.clara.card, barcode: 'C2', at: '2025-11-23T10:00:00Z' })
  const [outcome] = await outcomes([lent])
  assert(outcome?.kind === 'lent', JSON.stringify(outcome))
  assert.deepEqual(outcome.despite, ['blocked'])
})

test('whoever and whatever is unknown is told of, and a machine ahead of time has not lent to come', async () => {
  const unknown = event({ kind: 'checkout', card: '999', barcode: 'nej', at: '2025-11-23T10:00:00Z' })
  assert.deepEqual(await outcomes([unknown]), [{ kind: 'conflict', because: ['unknown-patron', 'unknown-item'] }])
  const ahead = event({ kind: 'checkout', card: cast.asta.card, barcode: 'B2', at: '2025-11-25T10:00:00Z' })
  const [outcome] = await outcomes([ahead])
  assert(outcome?.kind === 'lent')
  assert.equal(outcome.due_on.toString(), '2025-12-23')
})

test('of what was done offline no card is kept, and an item only until staff have looked at it', async () => {
  const rows = await ctx.db.all<Record<string, unknown>>(sql`select * from offline_event`)
  assert.ok(rows.length > 5)
  const kept = ['id', 'happened_at', 'replayed_at', 'outcome', 'deed', 'branch_id', 'item_id', 'because', 'seen_at']
  for (const row of rows) assert.deepEqual(Object.keys(row), kept)
  assert.deepEqual(
    rows.filter(({ outcome, item_id }) => outcome !== 'conflict' && item_id !== null),
    [],
  )
  const before = await unseenRefusals(ctx)
  assert.deepEqual(
    before.map(({ barcode, because }) => [barcode, because.join(' ')]),
    [
      ['C1', 'lent-to-another seen-since'],
      ['C1', 'seen-since'],
      ['C1', 'lent-since'],
      [null, 'unknown-patron unknown-item'],
    ],
  )
  for (const { id } of before) await markRefusalSeen(ctx, id)
  assert.deepEqual(await unseenRefusals(ctx), [])
  const { items } = await ctx.db.one<{ items: number }>(sql`select count(item_id)::int as items from offline_event`)
  assert.equal(items, 0)
})

test('law: in whatever order a day offline is sent, and in however many parts, the same items are out in the end', async () => {
  for (const barcode of ['A1', 'A2', 'B1', 'B2', 'C1', 'C2']) await checkin(ctx, { barcode })
  let hour = noon('2025-12-01')
  await fc.assert(
    fc.asyncProperty(
      fc.array(fc.record({ who: fc.constantFrom('asta', 'bo'), what: fc.constantFrom('A1', 'A2', 'B1') }), {
        minLength: 1,
        maxLength: 6,
      }),
      fc.infiniteStream(fc.nat()),
      fc.integer({ min: 1, max: 3 }),
      async (visits, order, parts) => {
        const out = new Map<string, string>()
        const events: OfflineEvent[] = []
        for (const { who, what } of visits) {
          const at = hour.toString()
          hour = hour.add({ minutes: 1 })
          const back = out.get(what) !== undefined
          if (back) out.delete(what)
          else out.set(what, who)
          const card = who === 'asta' ? cast.asta.card : cast.bo.card
          events.push(
            event(back ? { kind: 'checkin', barcode: what, at } : { kind: 'checkout', card, barcode: what, at }),
          )
        }
        library.clock.moveTo(hour)
        const shuffled = events
          .map((event) => ({ event, key: order.next().value as number }))
          .sort((a, b) => a.key - b.key)
          .map(({ event }) => event)
        // Sent again in part: only what is new is done, and a part alone is in order because the whole came first.
        await replayOffline(ctx, shuffled)
        await replayOffline(ctx, shuffled.slice(0, parts))
        const lent = await ctx.db.all<{ barcode: string; patron_id: string }>(sql`
          select i.barcode, l.patron_id from loan l join item i on i.id = l.item_id where l.returned_at is null`)
        const expected = [...out].map(([barcode, who]) => [barcode, who === 'asta' ? cast.asta.id : cast.bo.id])
        assert.deepEqual(lent.map((row) => [row.barcode, row.patron_id]).sort(), expected.sort())
        for (const barcode of out.keys()) await checkin(ctx, { barcode })
        hour = hour.add({ minutes: 1 })
        library.clock.moveTo(hour)
      },
    ),
    { numRuns: process.env.KVIT_FULL ? 200 : 15 },
  )
})
