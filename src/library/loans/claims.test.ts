import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { findItem } from '#catalogue'
import type { ItemId, LoanId, StaffId } from '#core'
import { sql } from '#db'
import { openClaims, pay } from '#fees'
import { runRetention } from '#privacy'
import type { Context } from '#vault'
import { register } from '../../../src/rooms.ts'
import { type Cast, castIn, noon } from '../../../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import {
  checkin,
  checkout,
  claimReturned,
  declareLoanLost,
  declareLost,
  lastBorrower,
  remindOverdue,
  renew,
  reportDamaged,
  settle,
  withdrawClaim,
} from './index.ts'

let library: TestLibrary
let ctx: Context
let desk: Context
let cast: Cast

const day = (text: string) => Temporal.PlainDate.from(text)
const refused = (kind: string) => ({ ok: false, refusal: { kind } })

before(async () => {
  library = await openTestLibrary()
  ctx = library.context()
  cast = await castIn(ctx)
  desk = library.context({ kind: 'staff', id: ctx.random.uuid(ctx.clock.now()) as StaffId, roles: ['desk'] })
})
after(() => library.close())

async function lend(card: string, barcode: string): Promise<LoanId> {
  const lent = await checkout(ctx, { card, barcode })
  assert(lent.ok, JSON.stringify(lent))
  return lent.value.loan
}

const idOf = async (barcode: string) => (await findItem(ctx, barcode))?.id as ItemId

test('said to be returned, a loan stays open, is not renewed, reminded of or counted as lost (scenarios 38, 40)', async () => {
  const loan = await lend(cast.asta.card, 'A1')
  assert.deepEqual(await claimReturned(ctx, loan, { on: day('2025-11-20') }), refused('not-allowed'))
  assert((await claimReturned(desk, loan, { on: day('2025-11-20') })).ok)
  assert.equal((await findItem(ctx, 'A1'))?.state, 'claimed-returned')
  assert.deepEqual(await renew(ctx, loan), refused('claimed-returned'))
  library.clock.moveTo(noon('2026-03-01'))
  assert.equal(await remindOverdue(ctx, day('2026-03-01')), 0)
  assert.equal(await declareLost(ctx, day('2026-03-01')), 0)
  assert((await withdrawClaim(desk, loan)).ok)
  assert.equal((await findItem(ctx, 'A1'))?.state, 'on-loan')
  assert.deepEqual(await withdrawClaim(desk, loan), refused('not-claimed'))
  assert.equal(await declareLost(ctx, day('2026-03-01')), 1, 'without the claim it is lost')
})

test('a claim needs a day that can be, and an open loan (scenario 39)', async () => {
  const loan = await lend(cast.asta.card, 'A2')
  const claim = (on: string) => claimReturned(desk, loan, { on: day(on) })
  assert.deepEqual(await claim('2026-03-02'), refused('day-cannot-be'))
  assert.deepEqual(await claim('2026-02-28'), refused('day-cannot-be'))
  await checkin(ctx, { barcode: 'A2' })
  assert.deepEqual(await claim('2026-03-01'), refused('not-on-loan'))
  const unknown = ctx.random.uuid(ctx.clock.now()) as LoanId
  assert.deepEqual(await claimReturned(desk, unknown, { on: day('2026-03-01') }), refused('unknown-loan'))
})

test('a claim does not undo that a loan is lost (scenario 38)', async () => {
  const lost = await ctx.db.one<{ id: LoanId }>(sql`select id from loan where lost_at is not null`)
  assert.deepEqual(await claimReturned(desk, lost.id, { on: day('2026-03-01') }), refused('lost'))
  assert.equal((await findItem(ctx, 'A1'))?.state, 'lost')
})

test('staff count a loan as lost once, with compensation and no fee before it is late (scenario 42)', async () => {
  const loan = await lend(cast.bo.card, 'B1')
  assert.deepEqual(await declareLoanLost(ctx, loan), refused('not-allowed'))
  const lost = await declareLoanLost(desk, loan)
  assert(lost.ok)
  assert.deepEqual(lost.value, { fee_ore: 0, compensation_ore: 25_500 })
  assert.deepEqual(await declareLoanLost(desk, loan), refused('lost-already'))
  assert.deepEqual(await declareLost(ctx, day('2026-12-01')), 0, 'nor does the night count it again (scenario 41)')
  assert.deepEqual(await renew(ctx, loan), refused('lost'))
  const bills = await ctx.db.all(sql`select 1 from message where kind = 'bill' and patron_id = ${cast.bo.id}`)
  assert.equal(bills.length, 1)
})

test('what was looked for in vain after a claim may be counted as lost, with a fee up to the day of the claim', async () => {
  const loan = await lend(cast.dines.card, 'B2')
  library.clock.moveTo(noon('2026-04-03'))
  assert((await claimReturned(desk, loan, { on: day('2026-04-01') })).ok)
  library.clock.moveTo(noon('2026-06-01'))
  const lost = await declareLoanLost(desk, loan)
  assert(lost.ok)
  assert.deepEqual(lost.value, { fee_ore: 2_000, compensation_ore: 25_500 })
})

test('who had a damaged item last is known while the policy keeps the loan, and no longer', async () => {
  const loan = await lend(cast.clara.card, 'C1')
  await checkin(ctx, { barcode: 'C1' })
  const item = await idOf('C1')
  assert.equal((await lastBorrower(ctx, item))?.patron_id, cast.clara.id)
  const seenOn = day('2026-06-20')
  library.clock.moveTo(noon('2026-06-20'))
  await settle(ctx)
  await runRetention(ctx, register, seenOn)
  assert.equal((await lastBorrower(ctx, item))?.loan, loan, 'for thirty days')
  library.clock.moveTo(noon('2026-07-15'))
  await runRetention(ctx, register, day('2026-07-15'))
  assert.equal(await lastBorrower(ctx, item), undefined)
  assert.deepEqual(await reportDamaged(desk, 'C1', { charge: true }), refused('nobody-to-charge'))
  assert((await reportDamaged(desk, 'C1')).ok, 'it is set aside all the same')
  assert.equal((await findItem(ctx, 'C1'))?.state, 'damaged')
})

test('charged for damage, a loan is settled again only when that is paid, and never charged twice', async () => {
  const loan = await lend(cast.clara.card, 'C2')
  assert.deepEqual(await reportDamaged(desk, 'C2', { charge: true }), refused('on-loan'))
  await checkin(ctx, { barcode: 'C2', damaged: true })
  const charged = await reportDamaged(desk, 'C2', { charge: true })
  assert(charged.ok)
  assert.deepEqual([charged.value.loan, charged.value.amount_ore], [loan, 25_500])
  assert.deepEqual(await reportDamaged(desk, 'C2', { charge: true }), refused('charged-already'))
  const settled = () =>
    ctx.db.one<{ settled_at: Temporal.Instant | null }>(sql`select settled_at from loan where id = ${loan}`)
  await settle(ctx)
  assert.equal((await settled()).settled_at, null)
  for (const { claim, left_ore } of await openClaims(ctx, cast.clara.id)) await pay(ctx, claim, left_ore, 'card')
  await settle(ctx)
  assert.notEqual((await settled()).settled_at, null)
})
