import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import fc from 'fast-check'
import { dayOf, type LoanId, oreOf, type PatronId, type StaffId } from '#core'
import { sql, transact } from '#db'
import { blocksOf, placeLoanBlock } from '#patrons'
import { liftRestriction, restrictPatron } from '#privacy'
import { changeSetting, currentSetting } from '#settings'
import type { Context } from '#vault'
import { type Cast, castIn } from '../../../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import { Planter } from '../../../test/support/rows.ts'
import { chargeCompensation, chargeFee, credit, feeTable, openClaims, pay, reviewDebts } from './index.ts'
import { decideDebtBlock } from './rules.ts'

let library: TestLibrary
let ctx: Context
let cast: Cast
let planter: Planter

before(async () => {
  library = await openTestLibrary()
  ctx = library.context()
  cast = await castIn(ctx)
  planter = await Planter.of(ctx)
})
after(() => library.close())
beforeEach(async () => {
  for (const table of ['message', 'loan_block', 'payment', 'bookkeeping_entry', 'fee', 'compensation', 'loan']) {
    await ctx.db.run(sql`delete from ${sql.id(table)}`)
  }
})

async function charge(patron: PatronId, amount: number): Promise<void> {
  const loan_id = (await planter.row('loan', { patron_id: patron, returned_at: ctx.clock.now() })) as LoanId
  await transact(ctx, (ctx) => chargeFee(ctx, { patron_id: patron, loan_id, amount_ore: oreOf(amount) }))
}

async function chargeItem(patron: PatronId, amount: number): Promise<void> {
  const loan_id = (await planter.row('loan', { patron_id: patron, returned_at: ctx.clock.now() })) as LoanId
  await transact(ctx, (ctx) =>
    chargeCompensation(ctx, { patron_id: patron, loan_id, material: 'book', price_ore: oreOf(amount), reason: 'lost' }),
  )
}

async function payOff(patron: PatronId, amount: number): Promise<void> {
  const [claim] = (await openClaims(ctx, patron)).filter(({ claim }) => claim.kind === 'fee')
  assert(claim)
  assert((await pay(ctx, claim.claim, oreOf(amount), 'card')).ok)
}

const codes = async (patron: PatronId) => (await blocksOf(ctx, patron)).map(({ code }) => code)
const notices = () =>
  ctx.db.all<{ channel: string; body: string }>(sql`select channel, body from message where kind = 'debt-notice'`)

test('at two hundred kroner in late fees a written notice goes out, and the block stands seven days later', async () => {
  await charge(cast.asta.id, 19_999)
  assert.deepEqual(await codes(cast.asta.id), [])
  await charge(cast.asta.id, 1)
  const [block] = await blocksOf(ctx, cast.asta.id)
  assert.equal(block?.since_on.toString(), dayOf(ctx.clock.now()).add({ days: 7 }).toString())
  assert.equal(block.stands, false)
  const [notice] = await notices()
  assert.match(notice?.body ?? '', /27\. november 2025/)
  await charge(cast.asta.id, 5_000)
  assert.equal((await notices()).length, 1, 'told once')
})

test('the notice goes by Digital Post or letter, also to someone who gave no address: without notice there is no block', async () => {
  await charge(cast.dines.id, 23_000)
  assert.deepEqual(
    (await notices()).map(({ channel }) => channel),
    ['digital-post'],
  )
})

test('compensation blocks nobody, however large', async () => {
  await chargeItem(cast.bo.id, 500_000)
  await charge(cast.bo.id, 12_000)
  assert.deepEqual(await codes(cast.bo.id), [])
  assert.equal(await reviewDebts(ctx), 0)
})

test('the block is lifted in the payment that takes the debt below the limit, not before', async () => {
  await charge(cast.bo.id, 23_000)
  await payOff(cast.bo.id, 3_000)
  assert.deepEqual(await codes(cast.bo.id), ['debt'], 'two hundred kroner are still owed')
  await payOff(cast.bo.id, 1)
  assert.deepEqual(await codes(cast.bo.id), [])
})

test('two fees charged at the same moment are counted together', async () => {
  for (let round = 0; round < 5; round++) {
    await Promise.all([charge(cast.clara.id, 12_000), charge(cast.clara.id, 12_000)])
    assert.deepEqual(await codes(cast.clara.id), ['debt'])
    await Promise.all([payOff(cast.clara.id, 12_000), payOffLast(cast.clara.id, 12_000)])
    assert.deepEqual(await codes(cast.clara.id), [])
  }
})

async function payOffLast(patron: PatronId, amount: number): Promise<void> {
  const claim = (await openClaims(ctx, patron)).at(-1)
  assert(claim)
  assert((await pay(ctx, claim.claim, oreOf(amount), 'card')).ok)
}

test('a reduction that takes the debt below the limit lifts the block too', async () => {
  await charge(cast.bo.id, 21_000)
  const [claim] = await openClaims(ctx, cast.bo.id)
  assert(claim && (await credit(ctx, claim.claim, oreOf(1_000), 'credit')).ok)
  assert.deepEqual(await codes(cast.bo.id), ['debt'], 'two hundred kroner are still owed')
  assert((await credit(ctx, claim.claim, oreOf(1), 'write-off')).ok)
  assert.deepEqual(await codes(cast.bo.id), [])
})

test('a library’s own limit and notice are those that count, and the notice says them', async () => {
  const { version, content } = await currentSetting(ctx, feeTable)
  const block = { atOre: oreOf(23_000), noticeDays: 14 }
  assert((await changeSetting(ctx, feeTable, { content: { ...content, block }, basedOn: version, by: null })).ok)
  await charge(cast.asta.id, 22_999)
  assert.deepEqual(await codes(cast.asta.id), [])
  await charge(cast.asta.id, 1)
  const [placed] = await blocksOf(ctx, cast.asta.id)
  assert.equal(placed?.since_on.toString(), dayOf(ctx.clock.now()).add({ days: 14 }).toString())
  const [notice] = await notices()
  assert.match(notice?.body ?? '', /gebyrer for 230,00\skr\. eller mere[\s\S]*fra 4\. december 2025/)
  assert((await changeSetting(ctx, feeTable, { content, basedOn: version + 1, by: null })).ok)
})

test('a block that staff placed is not lifted by a payment', async () => {
  const id = ctx.random.uuid(ctx.clock.now()) as StaffId
  const desk = library.context({ kind: 'staff', id, roles: ['desk'] })
  await placeLoanBlock(desk, cast.asta.id, { code: 'exclusion', reason: 'r', message: 'm' })
  await charge(cast.asta.id, 20_000)
  await payOff(cast.asta.id, 20_000)
  assert.deepEqual(await codes(cast.asta.id), ['exclusion'])
})

test('whoever is under restriction gets neither notice nor block, until it is lifted and the night looks', async () => {
  await restrictPatron(ctx, cast.asta.id, 'prøve')
  await charge(cast.asta.id, 23_000)
  assert.deepEqual(await codes(cast.asta.id), [])
  await liftRestriction(ctx, cast.asta.id)
  assert.equal(await reviewDebts(ctx), 1)
  assert.deepEqual(await codes(cast.asta.id), ['debt'])
  assert.equal((await notices()).length, 1)
  assert.equal(await reviewDebts(ctx), 0)
})

test('a debt is blocked at the limit and above, and nobody below it stays blocked', () => {
  const today = Temporal.PlainDate.from('2026-02-22')
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 40_000 }),
      fc.boolean(),
      fc.boolean(),
      (late_fees_ore, blocked, restricted) => {
        const { kind } = decideDebtBlock({ late_fees_ore, blocked, restricted }, feeTable.initial.block, today)
        if (late_fees_ore < 20_000) assert.equal(kind, blocked ? 'lift' : 'nothing')
        else assert.equal(kind, blocked || restricted ? 'nothing' : 'announce')
      },
    ),
  )
})
