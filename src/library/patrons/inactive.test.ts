import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { at, dayOf, MovableClock, type PatronId } from '#core'
import { sql } from '#db'
import { checkout } from '#loans'
import { restrictPatron, runRetention } from '#privacy'
import type { Context } from '#vault'
import { type Cast, castIn, noon } from '../../../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import { register } from '../../rooms.ts'
import { inactivityOf, readPatron, touch, warnInactive } from './index.ts'

let library: TestLibrary
let ctx: Context
let cast: Cast

// Fredensborg deletes an account three years after its last use.
before(async () => {
  library = await openTestLibrary()
  ctx = library.context()
  cast = await castIn(ctx)
})
after(() => library.close())
beforeEach(async () => {
  for (const table of ['message', 'loan', 'restriction']) await ctx.db.run(sql`delete from ${sql.id(table)}`)
  await ctx.db.run(sql`update patron set inactivity_warned_at = null, last_active_at = ${noon('2040-01-01')}`)
})

const day = (text: string) => Temporal.PlainDate.from(text)

/** Each test has years of its own, so the clock is another in each. */
function moveTo(instant: Temporal.Instant): void {
  ctx = { ...ctx, clock: new MovableClock(instant) }
}

/** The patron was last active on this day, and the night of another has come. */
async function atNight(night: string, lastActive: Record<string, string> = {}): Promise<number> {
  for (const [patron, on] of Object.entries(lastActive)) {
    await ctx.db.run(sql`update patron set last_active_at = ${noon(on)} where id = ${patron}`)
  }
  moveTo(at(day(night), '02:00'))
  return warnInactive(ctx, register, day(night))
}

const warned = async (patron: PatronId) => (await readPatron(ctx, patron))?.inactivity_warned_at?.toString()

function warnings() {
  return ctx.db.all<{ patron_id: PatronId; subject: string; body: string }>(
    sql`select patron_id, subject, body from message where kind = 'inactivity' order by id`,
  )
}

test('an account is warned of its end thirty days before, not thirty-one, and only once', async () => {
  assert.equal(await atNight('2028-10-21', { [cast.asta.id]: '2025-11-21' }), 0)
  assert.equal(await warned(cast.asta.id), undefined)
  assert.equal(await atNight('2028-10-22'), 1)
  assert.equal(await warned(cast.asta.id), ctx.clock.now().toString())
  const [message] = await warnings()
  assert.match(message?.body ?? '', /den 21\. november 2028/)
  assert.equal(await atNight('2028-10-23'), 0)
  assert.equal((await warnings()).length, 1)
})

test('a night that was missed is made up for on the next', async () => {
  assert.equal(await atNight('2028-10-23', { [cast.bo.id]: '2025-11-21' }), 1)
  assert.match((await warnings())[0]?.body ?? '', /account will be deleted on 21 November 2028/)
})

test('whoever was last active on 29 February is warned thirty days before 28 February', async () => {
  assert.equal(await atNight('2031-01-28', { [cast.asta.id]: '2028-02-29' }), 0)
  assert.equal(await atNight('2031-01-29'), 1)
  assert.match((await warnings())[0]?.body ?? '', /28\. februar 2031/)
})

test('nobody is promised a day that has come', async () => {
  assert.equal(await atNight('2028-11-21', { [cast.asta.id]: '2025-11-21' }), 0)
  assert.equal(await atNight('2028-11-20'), 1)
})

test('whoever uses the library again is no longer warned, and is warned anew when the time comes', async () => {
  await atNight('2028-10-22', { [cast.asta.id]: '2025-11-21' })
  moveTo(noon('2028-10-22'))
  await touch(ctx, cast.asta.id)
  assert.deepEqual(await inactivityOf(ctx, register, cast.asta.id), {
    kind: 'ends',
    on: day('2031-10-22'),
    warned_at: null,
  })
  assert.equal(await atNight('2028-10-23'), 0)
  assert.equal(await warned(cast.asta.id), undefined)
  assert.equal(await atNight('2031-09-22'), 1)
  assert.equal((await warnings()).length, 2)
})

test('whoever has something on loan is not warned, and is kept with the reason', async () => {
  moveTo(noon('2025-11-20'))
  const lent = await checkout(ctx, { card: cast.asta.card, barcode: 'A1' })
  assert(lent.ok)
  assert.equal(await atNight('2028-10-22', { [cast.asta.id]: '2025-11-21' }), 0)
  const kept = await inactivityOf(ctx, register, cast.asta.id)
  assert(kept?.kind === 'kept')
  assert.deepEqual(
    kept.because.map(({ data, rows }) => [data, rows]),
    [['loan', 1]],
  )
  assert.match(kept.because[0]?.because.da ?? '', /lånt/)
})

test('whoever was warned and then borrows is kept beyond the day, and gone when nothing was done', async () => {
  await atNight('2028-10-22', { [cast.clara.id]: '2025-11-21', [cast.dines.id]: '2025-11-21' })
  assert(await warned(cast.clara.id))
  const lent = await checkout(ctx, { card: cast.clara.card, barcode: 'B1' })
  assert(lent.ok)
  // As if the loan had left no trace of activity: what is open is reason enough by itself.
  await ctx.db.run(sql`update patron set last_active_at = ${noon('2025-11-21')} where id = ${cast.clara.id}`)
  const kept = await inactivityOf(ctx, register, cast.clara.id)
  assert(kept?.kind === 'kept')
  assert.equal(kept.on.toString(), '2028-11-21')
  moveTo(at(day('2028-11-21'), '02:00'))
  assert((await readPatron(ctx, cast.dines.id)) !== undefined)
  await runRetention(ctx, register, day('2028-11-21'), dayOf(ctx.clock.now()))
  assert((await readPatron(ctx, cast.clara.id)) !== undefined)
  assert.equal(await readPatron(ctx, cast.dines.id), undefined)
  assert.equal(await inactivityOf(ctx, register, cast.dines.id), undefined)
})

test('nobody under restriction is warned, and nobody counts as warned who could not be reached', async () => {
  await ctx.db.run(sql`update patron set email = null where id = ${cast.clara.id}`)
  await restrictPatron(ctx, cast.asta.id, 'prøve')
  const last = { [cast.asta.id]: '2025-11-21', [cast.clara.id]: '2025-11-21' }
  assert.equal(await atNight('2028-10-22', last), 0)
  assert.equal(await warned(cast.clara.id), undefined)
})
