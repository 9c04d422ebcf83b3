import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { addBranch } from '#agencies'
import { findItem } from '#catalogue'
import { type BranchId, dayOf, type LoanId, type StaffId } from '#core'
import { sql } from '#db'
import { openClaims, pay } from '#fees'
import { type LendingRules, lendingRules } from '#lending-rules'
import { placeReservation } from '#reservations'
import { changeSetting, currentSetting } from '#settings'
import type { Context } from '#vault'
import { type Cast, castIn, noon } from '../../../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import { returnedWhen } from './checkin.ts'
import { checkin, checkout, claimReturned, declareLost, openLoans } from './index.ts'

let library: TestLibrary
let ctx: Context
let desk: Context
let cast: Cast
let other: BranchId

const day = (text: string) => Temporal.PlainDate.from(text)

before(async () => {
  library = await openTestLibrary()
  ctx = library.context()
  cast = await castIn(ctx)
  desk = library.context({ kind: 'staff', id: ctx.random.uuid(ctx.clock.now()) as StaffId, roles: ['desk'] })
  other = await addBranch(ctx, { code: 'B', name: 'Filial', address: 'Gaden 1', postcode: '3480', city: 'Fredensborg' })
})
after(() => library.close())

async function lend(card: string, barcode: string) {
  const lent = await checkout(ctx, { card, barcode })
  assert(lent.ok, JSON.stringify(lent))
  return lent.value
}

async function handIn(barcode: string, more: Omit<Parameters<typeof checkin>[1], 'barcode'> = {}) {
  const returned = await checkin(ctx, { barcode, ...more })
  assert(returned.ok, JSON.stringify(returned))
  return returned.value
}

const stateOf = async (barcode: string) => (await findItem(ctx, barcode))?.state

async function decideRules(change: (rules: LendingRules) => LendingRules): Promise<void> {
  const { version } = await currentSetting(ctx, lendingRules)
  const content = change(lendingRules.initial)
  assert((await changeSetting(ctx, lendingRules, { content, basedOn: version, by: null })).ok)
}

test('returned twice is returned once, and what was not lent may be handed in too (scenarios 28, 30)', async () => {
  const { loan } = await lend(cast.asta.card, 'A1')
  assert.equal((await handIn('A1')).loan, loan)
  const again = await handIn('A1')
  assert.deepEqual([again.loan, again.route.kind], [null, 'shelf'])
})

test('handed in at another branch it goes home, and is home when it comes there (scenario 31)', async () => {
  await lend(cast.asta.card, 'A1')
  const away = await handIn('A1', { at: other })
  assert.deepEqual(away.route, { kind: 'transit', to: cast.branch, for_reservation: false })
  assert.equal(await stateOf('A1'), 'in-transit')
  assert.deepEqual((await handIn('A1', { at: other })).route.kind, 'transit', 'still to be sent')
  assert.deepEqual((await handIn('A1', { at: cast.branch })).route, { kind: 'shelf', shelf: '86' })
  const item = await findItem(ctx, 'A1')
  assert.deepEqual([item?.state, item?.destination_branch_id], ['available', null])
})

test('what floats stays where it was handed in (scenario 32)', async () => {
  await ctx.db.run(sql`update item set float_group = 'film' where barcode = 'A1'`)
  await lend(cast.asta.card, 'A1')
  assert.equal((await handIn('A1', { at: other })).route.kind, 'shelf')
  const item = await findItem(ctx, 'A1')
  assert.deepEqual([item?.at_branch_id, item?.branch_id], [other, cast.branch])
  await ctx.db.run(sql`update item set float_group = null where barcode = 'A1'`)
  await handIn('A1', { at: cast.branch })
})

test('what was missing is found, what is mended or withdrawn stays so, and what is broken is set aside', async () => {
  await ctx.db.run(sql`update item set state = 'missing' where barcode = 'B1'`)
  assert.equal((await handIn('B1')).route.kind, 'shelf')
  await ctx.db.run(sql`update item set state = 'damaged' where barcode = 'B1'`)
  assert.equal((await handIn('B1')).route.kind, 'repair')
  await ctx.db.run(sql`update item set state = 'withdrawn' where barcode = 'B1'`)
  assert.equal((await handIn('B1')).route.kind, 'withdrawn')
  await ctx.db.run(sql`update item set state = 'on-order' where barcode = 'B1'`)
  assert.equal((await handIn('B1')).route.kind, 'shelf', 'what was ordered has come')
  await lend(cast.asta.card, 'B1')
  assert.equal((await handIn('B1', { damaged: true })).route.kind, 'repair')
  assert.equal(await stateOf('B1'), 'damaged')
  await ctx.db.run(sql`update item set state = 'available' where barcode = 'B1'`)
})

test('a day to come is not believed, and none is before the loan (scenario 33)', () => {
  const lent_at = noon('2026-01-10')
  const now = noon('2026-01-20')
  const told = (text?: string) => returnedWhen(lent_at, now, text ? day(text) : undefined)
  assert.deepEqual(told('2026-01-25'), { returned_on: day('2026-01-20'), returned_at: now })
  assert.deepEqual(told(), { returned_on: day('2026-01-20'), returned_at: now })
  assert.equal(told('2026-01-18').returned_on.toString(), '2026-01-18')
  assert.equal(dayOf(told('2026-01-18').returned_at).toString(), '2026-01-18')
  assert.equal(told('2026-01-01').returned_on.toString(), '2026-01-10')
  assert(Temporal.Instant.compare(told('2026-01-01').returned_at, lent_at) >= 0)
})

test('what lay in the book drop since the due date costs nothing on Monday', async () => {
  library.clock.moveTo(noon('2025-12-05'))
  await lend(cast.asta.card, 'A1')
  await lend(cast.asta.card, 'B1')
  library.clock.moveTo(noon('2026-01-06'))
  assert.equal((await handIn('A1', { returned_on: day('2026-01-04') })).fee_ore, 0)
  assert.equal((await handIn('B1')).fee_ore, 2_000)
})

test('the same loan day and due date handed in together is one fee, in two goes two (scenario 34 for fees)', async () => {
  library.clock.moveTo(noon('2026-01-07'))
  for (const barcode of ['A1', 'A2', 'B1']) await lend(cast.clara.card, barcode)
  library.clock.moveTo(noon('2026-02-10'))
  const fees = [(await handIn('A1')).fee_ore, (await handIn('A2')).fee_ore]
  library.clock.moveTo(noon('2026-02-11'))
  fees.push((await handIn('B1')).fee_ore)
  assert.deepEqual(fees, [1_000, 0, 1_000])
  assert.equal((await openClaims(ctx, cast.clara.id)).length, 2)
  const shared = await ctx.db.all<{ settled_at: null }>(sql`
    select settled_at from loan where patron_id = ${cast.clara.id} and fee_id is not null`)
  assert.deepEqual(shared, [{ settled_at: null }], 'what shares a fee is not settled while it is owed')
})

test('a return that fails leaves loan, item and account as they were (scenario 36)', async () => {
  const { loan } = await lend(cast.bo.card, 'C1')
  library.clock.moveTo(noon('2026-04-01'))
  await ctx.db.run(sql`alter table bookkeeping_entry add constraint out_of_order check (account <> 'fee') not valid`)
  await assert.rejects(checkin(ctx, { barcode: 'C1' }), /out_of_order/)
  assert.equal((await openLoans(ctx, cast.bo.id))[0]?.id, loan)
  assert.deepEqual(await openClaims(ctx, cast.bo.id), [])
  assert.equal(await stateOf('C1'), 'on-loan')
  await ctx.db.run(sql`alter table bookkeeping_entry drop constraint out_of_order`)
  assert.equal((await handIn('C1')).fee_ore, 12_000)
})

test('found on our own shelf, it costs the patron nothing (scenario 37)', async () => {
  await lend(cast.dines.card, 'C1')
  library.clock.moveTo(noon('2026-06-20'))
  const found = await handIn('C1', { foundByLibrary: true })
  assert.equal(found.fee_ore, 0)
  assert.deepEqual(await openClaims(ctx, cast.dines.id), [])
})

test('what the patron said was back costs nothing from that day on', async () => {
  const { loan } = await lend(cast.dines.card, 'C1')
  library.clock.moveTo(noon('2026-08-01'))
  assert((await claimReturned(desk, loan, { on: day('2026-07-21') })).ok)
  library.clock.moveTo(noon('2026-09-01'))
  assert.equal((await handIn('C1')).fee_ore, 2_000, 'one day late on the day of the claim')
})

const loanRow = (id: LoanId) =>
  ctx.db.one<{ returned_at: Temporal.Instant | null; settled_at: Temporal.Instant | null }>(
    sql`select returned_at, settled_at from loan where id = ${id}`,
  )

test('a lost item found in time cancels its compensation, the fee stays, and too late it cancels nothing (scenario 43)', async () => {
  library.clock.moveTo(noon('2026-09-02'))
  const early = await lend(cast.asta.card, 'A1')
  const late = await lend(cast.bo.card, 'B1')
  library.clock.moveTo(noon('2026-11-10'))
  assert.equal(await declareLost(ctx, day('2026-11-10')), 2)
  const kinds = async (patron: Cast['asta']) => (await openClaims(ctx, patron.id)).map(({ claim }) => claim.kind)
  assert.ok((await kinds(cast.asta)).includes('compensation'))
  library.clock.moveTo(noon('2026-12-01'))
  const found = await handIn('A1')
  assert.deepEqual([found.loan, found.fee_ore, found.route.kind], [early.loan, 0, 'shelf'])
  assert.ok(!(await kinds(cast.asta)).includes('compensation'))
  assert.ok((await kinds(cast.asta)).includes('fee'))
  const row = await loanRow(early.loan)
  assert.equal(row.settled_at, null, 'the fee is still owed')
  assert.equal(row.returned_at?.toString(), noon('2026-12-01').toString())
  library.clock.moveTo(noon('2027-11-20'))
  assert.equal((await handIn('B1')).loan, late.loan)
  assert.ok((await kinds(cast.bo)).includes('compensation'))
  assert.equal(await stateOf('B1'), 'available')
})

async function payAll(patron: Cast['asta']) {
  for (const { claim, left_ore } of await openClaims(ctx, patron.id)) {
    if (left_ore > 0) assert((await pay(ctx, claim, left_ore, 'card')).ok)
  }
}

test('somebody else handed it in: the patron is told; by the patron’s own hand nobody is', async () => {
  await payAll(cast.asta)
  await decideRules((rules) => ({ ...rules, general: { ...rules.general, lateFees: false } }))
  const told = () =>
    ctx.db.all<{ kind: string }>(sql`
      select kind from message where kind in ('returned-by-another', 'return-receipt') order by queued_at, id`)
  await lend(cast.asta.card, 'A1')
  await handIn('A1', { by: cast.bo.id })
  assert.deepEqual(await told(), [{ kind: 'returned-by-another' }])
  await lend(cast.asta.card, 'A1')
  await handIn('A1', { by: cast.asta.id })
  assert.equal((await told()).length, 1)
  await lend(cast.asta.card, 'A1')
  await handIn('A1', { by: cast.asta.id, receipt: true })
  assert.equal((await told()).length, 2)
})

test('a library without late fees charges none', async () => {
  await lend(cast.asta.card, 'A1')
  const before = (await openClaims(ctx, cast.asta.id)).length
  library.clock.moveTo(noon('2027-12-30'))
  assert.equal((await handIn('A1')).fee_ore, 0)
  assert.equal((await openClaims(ctx, cast.asta.id)).length, before)
})

test('an item somebody waits for at another branch is sent there, and is ready when it comes (scenario 29)', async () => {
  await lend(cast.asta.card, 'C1')
  await lend(cast.asta.card, 'C2')
  const placed = await placeReservation(ctx, { patron: cast.dines.id, title: cast.titles.C, pickupBranch: other })
  assert(placed.ok, JSON.stringify(placed))
  const sent = await handIn('C1', { at: cast.branch })
  assert.deepEqual(sent.route, { kind: 'transit', to: other, for_reservation: true })
  assert.equal(await stateOf('C1'), 'in-transit')
  assert.equal((await handIn('C2', { at: cast.branch })).route.kind, 'shelf', 'one reservation takes one item')
  const there = await handIn('C1', { at: other })
  assert.equal(there.route.kind, 'pickup-shelf')
  assert.equal(await stateOf('C1'), 'on-shelf-for-pickup')
  assert.deepEqual(await handIn('C1', { at: other }), { ...there, ready: undefined })
})
