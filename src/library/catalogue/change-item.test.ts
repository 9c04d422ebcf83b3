import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { sql } from '#db'
import type { Context } from '#vault'
import { type Cast, castIn } from '../../../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import {
  addItems,
  countInHouseUse,
  findItem,
  ITEM_STATES,
  type ItemState,
  isLendable,
  itemMayBecome,
  markDamaged,
  markMissing,
  markRepaired,
  receiveItem,
  restoreItem,
  withdrawItem,
} from './index.ts'

let library: TestLibrary
let ctx: Context
let cast: Cast

before(async () => {
  library = await openTestLibrary()
  ctx = library.context()
  cast = await castIn(ctx)
})
after(() => library.close())

const put = (barcode: string, state: ItemState) =>
  ctx.db.run(sql`
    update item set state = ${state}, destination_branch_id = ${state === 'in-transit' ? cast.branch : null}
    where barcode = ${barcode}`)
const stateOf = async (barcode: string) => (await findItem(ctx, barcode))?.state
const refused = (refusal: object) => ({ ok: false, refusal })

test('what was ordered is received once, then broken, mended, missed and withdrawn', async () => {
  await put('A1', 'on-order')
  assert((await receiveItem(ctx, 'A1', cast.branch)).ok)
  assert.equal(await stateOf('A1'), 'available')
  assert((await receiveItem(ctx, 'A1', cast.branch)).ok, 'twice is once')
  assert((await markDamaged(ctx, 'A1')).ok)
  assert((await markRepaired(ctx, 'A1')).ok)
  assert((await markMissing(ctx, 'A1')).ok)
  assert.deepEqual(await markRepaired(ctx, 'A1'), refused({ kind: 'not-from-here', state: 'missing' }))
  assert((await withdrawItem(ctx, 'A1')).ok)
  assert.deepEqual(await markDamaged(ctx, 'A1'), refused({ kind: 'not-from-here', state: 'withdrawn' }))
  assert((await restoreItem(ctx, 'A1')).ok)
  assert.equal(await stateOf('A1'), 'available')
})

test('what somebody has, or what is kept for somebody, is not withdrawn or set aside', async () => {
  await put('A2', 'on-loan')
  assert.deepEqual(await withdrawItem(ctx, 'A2'), refused({ kind: 'on-loan' }))
  await put('A2', 'claimed-returned')
  assert.deepEqual(await markMissing(ctx, 'A2'), refused({ kind: 'on-loan' }))
  await put('A2', 'on-shelf-for-pickup')
  await ctx.db.run(sql`
    insert into reservation (id, transaction_id, patron_id, title_id, pickup_branch_id, placed_at, interest_until_on, item_id)
    select ${ctx.random.uuid(ctx.clock.now())}, ${ctx.random.uuid(ctx.clock.now())}, ${cast.asta.id}, title_id, branch_id,
      ${ctx.clock.now()}, '2030-01-01', id from item where barcode = 'A2'`)
  assert.deepEqual(await markDamaged(ctx, 'A2'), refused({ kind: 'kept-for-reservation' }))
  assert.deepEqual(await markDamaged(ctx, 'nej'), refused({ kind: 'unknown-item' }))
})

test('no change of an item leads where the table has no way', async () => {
  const [title_id, branch_id] = [cast.titles.A, cast.branch]
  await addItems(ctx, [{ title_id, branch_id, barcode: 'X1', shelf: null }])
  const commands = [
    (barcode: string) => receiveItem(ctx, barcode, branch_id),
    ...[markDamaged, markMissing, markRepaired, withdrawItem, restoreItem].map(
      (command) => (barcode: string) => command(ctx, barcode),
    ),
  ]
  for (const from of ITEM_STATES) {
    for (const command of commands) {
      await put('X1', from)
      const result = await command('X1')
      const to = (await stateOf('X1')) as ItemState
      assert(itemMayBecome(from, to), `${from} became ${to}`)
      if (!result.ok) assert.equal(to, from)
    }
  }
})

test('law: every state can be left for the shelf, save a loan by a return, and nothing withdrawn is lent', () => {
  fc.assert(
    fc.property(fc.constantFrom(...ITEM_STATES), (state) => {
      assert.ok(itemMayBecome(state, 'available'))
      assert.ok(itemMayBecome(state, state))
    }),
  )
  assert.deepEqual(ITEM_STATES.filter(isLendable), [
    'available',
    'on-loan',
    'on-shelf-for-pickup',
    'in-transit',
    'missing',
  ])
})

test('use in the house is a number for a title, a branch and a month, and says nobody', async () => {
  assert((await countInHouseUse(ctx, 'B1', cast.branch)).ok)
  assert((await countInHouseUse(ctx, 'B2', cast.branch)).ok)
  assert.deepEqual(await countInHouseUse(ctx, 'nej', cast.branch), refused({ kind: 'unknown-item' }))
  await put('B1', 'on-loan')
  assert.deepEqual(await countInHouseUse(ctx, 'B1', cast.branch), refused({ kind: 'on-loan' }))
  const rows = await ctx.db.all<{ month: Temporal.PlainDate; uses: number }>(sql`select month, uses from in_house_use`)
  assert.deepEqual(
    rows.map(({ month, uses }) => [month.toString(), uses]),
    [['2025-11-01', 2]],
  )
})
