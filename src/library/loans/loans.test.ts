import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { oreOf } from '#core'
import { sql } from '#db'
import { openClaims, pay } from '#fees'
import { placeReservation } from '#reservations'
import type { Context } from '#vault'
import { type Cast, castIn, noon } from '../../../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import { checkin, checkout, declareLost, openLoans, remindDueSoon, remindOverdue, renew, settle } from './index.ts'

let library: TestLibrary
let ctx: Context
let cast: Cast

// Each test takes its own day further on, and leaves nothing on loan.
before(async () => {
  library = await openTestLibrary()
  ctx = library.context()
  cast = await castIn(ctx)
})
after(() => library.close())

const day = (text: string) => Temporal.PlainDate.from(text)

async function lend(card: string, barcode: string) {
  const lent = await checkout(ctx, { card, barcode })
  assert(lent.ok, JSON.stringify(lent))
  return lent.value
}

async function payAll(patron: Cast['asta']) {
  for (const claim of await openClaims(ctx, patron.id)) {
    const paid = await pay(ctx, claim.claim, claim.left_ore, 'card')
    assert(paid.ok)
  }
}

test('an item is lent for thirty days, found by card, patron number or CPR number', async () => {
  const lent = await lend(cast.asta.card, 'A1')
  assert.equal(lent.due_on.toString(), '2025-12-20')
  await lend(cast.asta.number, 'A2')
  await lend('7403851048', 'B1')
  assert.equal((await openLoans(ctx, cast.asta.id)).length, 3)
  for (const barcode of ['A1', 'A2', 'B1']) await checkin(ctx, { barcode })
})

test('a kiosk that sends the same checkout again gets the same loan', async () => {
  const first = await lend(cast.asta.card, 'A1')
  assert.deepEqual((await lend(cast.asta.card, 'A1')).loan, first.loan)
  assert.equal((await openLoans(ctx, cast.asta.id)).length, 1)
  await checkin(ctx, { barcode: 'A1' })
})

test('an item on loan is not lent to another, and what is unknown is said to be (scenarios 2, 3)', async () => {
  await lend(cast.asta.card, 'A1')
  assert.deepEqual(await checkout(ctx, { card: cast.bo.card, barcode: 'A1' }), {
    ok: false,
    refusal: { kind: 'lent-to-another' },
  })
  assert.deepEqual(await checkout(ctx, { card: '999', barcode: 'A2' }), {
    ok: false,
    refusal: { kind: 'unknown-patron' },
  })
  assert.deepEqual(await checkout(ctx, { card: cast.bo.card, barcode: 'nej' }), {
    ok: false,
    refusal: { kind: 'unknown-item' },
  })
  await checkin(ctx, { barcode: 'A1' })
})

test('two who take the same item at once: one gets it, the other is refused', async () => {
  for (let round = 0; round < 10; round++) {
    const both = await Promise.all([cast.asta, cast.bo].map(({ card }) => checkout(ctx, { card, barcode: 'C1' })))
    assert.deepEqual(both.map((result) => result.ok).sort(), [false, true])
    await checkin(ctx, { barcode: 'C1' })
  }
})

test('a loan returned in time is settled as it is returned', async () => {
  const { loan } = await lend(cast.asta.card, 'A1')
  const returned = await checkin(ctx, { barcode: 'A1' })
  assert(returned.ok && returned.value.fee_ore === 0)
  const row = await ctx.db.one<{ settled_at: Temporal.Instant }>(sql`select settled_at from loan where id = ${loan}`)
  assert.equal(row.settled_at.toString(), ctx.clock.now().toString())
})

test('an item that is not on loan is taken back all the same, and twice is once', async () => {
  const returned = await checkin(ctx, { barcode: 'B2' })
  assert(returned.ok && returned.value.loan === null)
  assert.deepEqual(await checkin(ctx, { barcode: 'nej' }), { ok: false, refusal: { kind: 'unknown-item' } })
})

test('a late return costs by the law’s bands, and the loan is settled when the last is paid (scenarios 46, 66)', async () => {
  library.clock.moveTo(noon('2025-12-01'))
  const { loan } = await lend(cast.bo.card, 'B1')
  library.clock.moveTo(noon('2026-01-10'))
  const returned = await checkin(ctx, { barcode: 'B1' })
  assert(returned.ok)
  assert.equal(returned.value.fee_ore, 12_000, 'ten days late is the second band')
  await settle(ctx)
  const settled = () =>
    ctx.db.one<{ settled_at: Temporal.Instant | null }>(sql`select settled_at from loan where id = ${loan}`)
  assert.equal((await settled()).settled_at, null, 'while the fee is owed the loan is not settled')
  library.clock.moveTo(noon('2026-01-12'))
  await payAll(cast.bo)
  await settle(ctx)
  assert.equal((await settled()).settled_at?.toString(), noon('2026-01-12').toString())
})

test('a child pays the child’s fee', async () => {
  library.clock.moveTo(noon('2026-01-13'))
  await lend(cast.clara.card, 'B1')
  library.clock.moveTo(noon('2026-02-13'))
  const returned = await checkin(ctx, { barcode: 'B1' })
  assert(returned.ok)
  assert.equal(returned.value.fee_ore, 1_000)
  await payAll(cast.clara)
})

test('who owes two hundred kroner in late fees may borrow for the week of notice, then not, and again once it is paid', async () => {
  library.clock.moveTo(noon('2026-02-14'))
  await lend(cast.bo.card, 'A1')
  // Lent on another day: loans of one day that come back together have one fee.
  library.clock.moveTo(noon('2026-02-15'))
  await lend(cast.bo.card, 'A2')
  library.clock.moveTo(noon('2026-03-30'))
  await checkin(ctx, { barcode: 'A1' })
  await checkin(ctx, { barcode: 'A2' })
  library.clock.moveTo(noon('2026-04-05'))
  const { loan } = await lend(cast.bo.card, 'A1')
  library.clock.moveTo(noon('2026-04-06'))
  const blocked = { ok: false, refusal: { kind: 'blocked', codes: ['debt'] } }
  assert.deepEqual(await checkout(ctx, { card: cast.bo.card, barcode: 'A2' }), blocked)
  assert.deepEqual(await renew(ctx, loan), blocked)
  const wish = { patron: cast.bo.id, title: cast.titles.B, pickupBranch: cast.branch }
  assert.deepEqual(await placeReservation(ctx, wish), blocked)
  await payAll(cast.bo)
  await lend(cast.bo.card, 'A2')
  for (const barcode of ['A1', 'A2']) await checkin(ctx, { barcode })
})

test('a loan is renewed three times, and not at all while someone waits (scenarios 15, 20)', async () => {
  library.clock.moveTo(noon('2026-04-07'))
  const { loan } = await lend(cast.asta.card, 'C1')
  await lend(cast.bo.card, 'C2')
  library.clock.moveTo(noon('2026-04-10'))
  const renewed = await renew(ctx, loan)
  assert(renewed.ok)
  assert.equal(renewed.value.due_on.toString(), '2026-05-10')
  const placed = await placeReservation(ctx, { patron: cast.dines.id, title: cast.titles.C, pickupBranch: cast.branch })
  assert(placed.ok)
  assert.deepEqual(await renew(ctx, loan), { ok: false, refusal: { kind: 'reserved' } })
  await ctx.db.run(sql`delete from reservation`)
  assert((await renew(ctx, loan)).ok)
  assert((await renew(ctx, loan)).ok)
  assert.deepEqual(await renew(ctx, loan), { ok: false, refusal: { kind: 'too-many-renewals', limit: 3 } })
  await checkin(ctx, { barcode: 'C1' })
  await checkin(ctx, { barcode: 'C2' })
  assert.deepEqual(await renew(ctx, loan), { ok: false, refusal: { kind: 'not-on-loan' } })
})

test('a returned item that someone waits for is kept for them, and the reservation is gone as it is lent', async () => {
  library.clock.moveTo(noon('2026-04-20'))
  await lend(cast.asta.card, 'C1')
  await placeReservation(ctx, { patron: cast.bo.id, title: cast.titles.C, pickupBranch: cast.branch })
  const returned = await checkin(ctx, { barcode: 'C1' })
  assert(returned.ok && returned.value.ready?.patron_id === cast.bo.id)
  assert.deepEqual(await checkout(ctx, { card: cast.asta.card, barcode: 'C1' }), {
    ok: false,
    refusal: { kind: 'reserved-for-another' },
  })
  await lend(cast.bo.card, 'C1')
  assert.equal((await ctx.db.all(sql`select 1 from reservation`)).length, 0)
  await checkin(ctx, { barcode: 'C1' })
})

test('one reminder three days before, one for each patron, none to someone who gave neither e-mail nor telephone', async () => {
  library.clock.moveTo(noon('2026-05-01'))
  for (const barcode of ['A1', 'B1']) await lend(cast.asta.card, barcode)
  await lend(cast.dines.card, 'C1')
  library.clock.moveTo(noon('2026-05-27'))
  assert.equal(await remindDueSoon(ctx, day('2026-05-27')), 0, 'four days before is too early')
  library.clock.moveTo(noon('2026-05-28'))
  assert.equal(await remindDueSoon(ctx, day('2026-05-28')), 1)
  assert.equal(await remindDueSoon(ctx, day('2026-05-28')), 0, 'the same night again reminds nobody twice')
  const reminder = await ctx.db.one<{ recipient: string; body: string }>(
    sql`select recipient, body from message where kind = 'due-soon'`,
  )
  assert.equal(reminder.recipient, 'asta@example.org')
  assert.match(reminder.body, /2 lån skal afleveres senest 31\. maj 2026/)
})

test('overdue loans are told of twice, then counted as lost with one bill by Digital Post', async () => {
  library.clock.moveTo(noon('2026-06-01'))
  assert.equal(await remindOverdue(ctx, day('2026-06-01')), 1)
  assert.equal(await remindOverdue(ctx, day('2026-06-02')), 0)
  assert.equal(await remindOverdue(ctx, day('2026-06-14')), 1)
  assert.equal(await declareLost(ctx, day('2026-07-04')), 0, 'thirty-four days late is still overdue')
  library.clock.moveTo(noon('2026-07-05'))
  assert.equal(await declareLost(ctx, day('2026-07-05')), 3)
  const claims = await openClaims(ctx, cast.asta.id)
  assert.deepEqual(claims.map(({ claim, amount_ore }) => [claim.kind, amount_ore]).sort(), [
    ['compensation', 25_500],
    ['compensation', 25_500],
    ['fee', 23_000],
  ])
  const bills = await ctx.db.all<{ patron_id: string; channel: string; body: string }>(
    sql`select patron_id, channel, body from message where kind = 'bill'`,
  )
  assert.equal(bills.length, 2, 'one bill for each patron, also for the one who gave no e-mail or telephone')
  assert(bills.every(({ channel }) => channel === 'digital-post'))
  assert.match(bills.find(({ patron_id }) => patron_id === cast.asta.id)?.body ?? '', /740,00/)
})

test('a lost loan is settled on the day its last claim is paid, whichever that is (scenario 47)', async () => {
  const claims = await openClaims(ctx, cast.dines.id)
  for (const [index, claim] of claims.entries()) {
    library.clock.moveTo(noon(`2026-07-${10 + index}`))
    await pay(ctx, claim.claim, claim.left_ore, 'cash')
    await settle(ctx)
  }
  const loan = await ctx.db.one<{ settled_at: Temporal.Instant | null }>(sql`
    select settled_at from loan where patron_id = ${cast.dines.id}`)
  assert.equal(loan.settled_at?.toString(), noon('2026-07-11').toString())
})

test('a person under restriction is lent nothing and written to about nothing but claims', async () => {
  library.clock.moveTo(noon('2026-07-15'))
  await ctx.db.run(sql`
    insert into restriction (id, patron_id, reason, placed_by, placed_at)
    values (${ctx.random.uuid(ctx.clock.now())}, ${cast.clara.id}, 'prøve', 'test', ${ctx.clock.now()})`)
  assert.deepEqual(await checkout(ctx, { card: cast.clara.card, barcode: 'A2' }), {
    ok: false,
    refusal: { kind: 'restricted' },
  })
  assert.deepEqual(
    await placeReservation(ctx, { patron: cast.clara.id, title: cast.titles.A, pickupBranch: cast.branch }),
    {
      ok: false,
      refusal: { kind: 'restricted' },
    },
  )
})

test('no more is taken than is owed, also when two pay at once', async () => {
  const [claim] = await openClaims(ctx, cast.asta.id)
  assert(claim)
  assert.deepEqual(await pay(ctx, claim.claim, oreOf(claim.left_ore + 1), 'card'), {
    ok: false,
    refusal: { kind: 'more-than-owed', owed: claim.left_ore },
  })
  const both = await Promise.all([1, 2].map(() => pay(ctx, claim.claim, claim.left_ore, 'card')))
  assert.deepEqual(both.map((result) => result.ok).sort(), [false, true])
})
