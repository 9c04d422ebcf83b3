import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { type Actor, at, type PatronId, type StaffId, type StaffRole } from '#core'
import { sql } from '#db'
import { openTestLibrary } from '../../test/support/library.ts'
import { emptyLibrary, Planter } from '../../test/support/rows.ts'
import { register } from '../rooms.ts'
import { endHold, holdableTables, listHolds, placeHold } from './holds.ts'
import { runRetention } from './retention.ts'

const library = await openTestLibrary()
after(() => library.close())
const NIGHT = Temporal.PlainDate.from('2026-02-10')
library.clock.moveTo(at(NIGHT, '02:00'))
const LONG_AGO = Temporal.Instant.from('2020-01-01T12:00Z')

function staff(...roles: StaffRole[]): Actor {
  return { kind: 'staff', id: '00000000-0000-7000-8000-0000000000a1' as StaffId, roles }
}
const officer = library.context(staff('data-protection-officer'))
const ctx = library.context()
let planter: Planter
let asta: PatronId
let loan: string

beforeEach(async () => {
  await emptyLibrary(ctx)
  planter = await Planter.of(ctx)
  asta = (await planter.row('patron', { last_active_at: ctx.clock.now() })) as PatronId
  planter.refer('patron', asta)
  loan = await planter.row('loan', { settled_at: LONG_AGO })
})

async function placed(row = loan): Promise<string> {
  const hold = await placeHold(officer, register, { table: 'loan', row, reason: 'Sag om hærværk' })
  assert.ok(hold.ok, JSON.stringify(hold))
  return hold.value.id
}

async function kindOf(hold: Partial<Parameters<typeof placeHold>[2]>, by = officer): Promise<string> {
  const result = await placeHold(by, register, { table: 'loan', row: loan, reason: 'Sag', ...hold })
  return result.ok ? 'placed' : result.refusal.kind
}

test('a held loan belongs to the patron it is about, and is listed until the hold ends', async () => {
  const id = await placed()
  const [hold, ...more] = await listHolds(ctx, asta)
  assert.deepEqual([hold?.id, hold?.patron_id, hold?.table_name, more.length], [id, asta, 'loan', 0])
  assert.equal((await listHolds(ctx)).length, 1)
  assert.deepEqual(await listHolds(ctx, ctx.random.uuid(LONG_AGO) as PatronId), [])
  assert.ok((await endHold(officer, id)).ok)
  assert.deepEqual(await listHolds(ctx), [])
})

test('a hold needs a reason, a table whose rows end by night, and a row that is there', async () => {
  assert.equal(await kindOf({ reason: '  ' }), 'no-reason')
  for (const table of ['title', 'nowhere', 'reservation', 'session', 'loan; drop table loan']) {
    assert.equal(await kindOf({ table }), 'unknown-table', table)
  }
  for (const row of [ctx.random.uuid(LONG_AGO), 'not-an-id', '']) assert.equal(await kindOf({ row }), 'unknown-row')
  assert.deepEqual(await listHolds(ctx), [])
  assert.ok(holdableTables(register).includes('loan'))
})

test('a librarian, a machine and a patron cannot hold anything back nor end a hold', async () => {
  const id = await placed(await planter.row('loan', { settled_at: LONG_AGO }))
  const others: Actor[] = [staff('desk'), { kind: 'terminal', name: 'door' }, { kind: 'patron', id: asta }]
  for (const actor of others) {
    assert.equal(await kindOf({}, library.context(actor)), 'not-allowed')
    const ended = await endHold(library.context(actor), id)
    assert.ok(!ended.ok && ended.refusal.kind === 'not-allowed')
  }
  assert.equal(await kindOf({}, library.context(staff('system'))), 'placed')
})

test('a row is held once; after the hold has ended it can be held anew', async () => {
  const id = await placed()
  assert.equal(await kindOf({}), 'already-held')
  assert.ok((await endHold(officer, id)).ok)
  assert.equal(await kindOf({}), 'placed')
})

test('two who hold the same row at once make one hold', async () => {
  const results = await Promise.all([1, 2, 3, 4].map(() => kindOf({})))
  assert.deepEqual(results.sort(), ['already-held', 'already-held', 'already-held', 'placed'])
  assert.equal((await listHolds(ctx)).length, 1)
})

test('ending a hold twice is ending it once, and one that never was is unknown', async () => {
  const id = await placed()
  assert.ok((await endHold(officer, id)).ok)
  const first = await ctx.db.one<{ ended_at: Temporal.Instant }>(sql`select ended_at from hold where id = ${id}`)
  library.clock.moveTo(library.clock.now().add({ seconds: 5 }))
  assert.ok((await endHold(officer, id)).ok)
  assert.deepEqual(await ctx.db.one(sql`select ended_at from hold where id = ${id}`), first)
  for (const unknown of [ctx.random.uuid(LONG_AGO), 'nothing']) {
    const ended = await endHold(officer, unknown)
    assert.ok(!ended.ok && ended.refusal.kind === 'unknown')
  }
})

test('whatever a running night is doing, a row that is said to be held is there afterwards', async () => {
  const RACES = process.env.KVIT_FULL ? 40 : 6
  const outcomes = new Set<string>()
  // Until each of the two has won: before that nothing was raced.
  for (let race = 0; race < RACES || (outcomes.size < 2 && race < 100); race++) {
    const rows: string[] = []
    for (let number = 0; number < 60; number++) rows.push(await planter.row('loan', { settled_at: LONG_AGO }))
    const night = runRetention(ctx, register, NIGHT)
    // Each hold is a connection of its own, and none waits for the one before.
    const holds = Promise.all(
      rows.slice(0, 8).map(async (row, index) => {
        for (let wait = 0; wait < index * race; wait++) await ctx.db.all(sql`select 1`)
        return { row, result: await placeHold(officer, register, { table: 'loan', row, reason: 'Sag' }) }
      }),
    )
    await night
    for (const { row, result } of await holds) {
      const there = (await ctx.db.maybe(sql`select 1 from loan where id = ${row}`)) !== undefined
      const outcome = result.ok ? 'held' : result.refusal.kind
      outcomes.add(outcome)
      assert.equal(there, result.ok, `${outcome} in race ${race}`)
      assert.ok(result.ok || result.refusal.kind === 'unknown-row')
    }
    // And the next night leaves them too.
    await runRetention(ctx, register, NIGHT)
    const { left } = await ctx.db.one<{ left: number }>(sql`select count(*)::int as left from loan`)
    assert.equal(left, (await listHolds(ctx)).length)
  }
  assert.deepEqual([...outcomes].sort(), ['held', 'unknown-row'])
})
