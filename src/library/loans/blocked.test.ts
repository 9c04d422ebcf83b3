import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { StaffId } from '#core'
import { BLOCK_CODES, liftLoanBlock, placeAccessBan, placeAutomaticBlock, placeLoanBlock } from '#patrons'
import { placeReservation } from '#reservations'
import type { Context } from '#vault'
import { type Cast, castIn, noon } from '../../../test/support/cast.ts'
import { BEGIN, openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import { blockedText, checkin, checkout, renew } from './index.ts'

let library: TestLibrary
let ctx: Context
let desk: Context
let cast: Cast

before(async () => {
  library = await openTestLibrary()
  ctx = library.context()
  cast = await castIn(ctx)
  const id = ctx.random.uuid(ctx.clock.now()) as StaffId
  desk = library.context({ kind: 'staff', id, roles: ['desk'] })
})
after(() => library.close())

const BLOCKED = { ok: false, refusal: { kind: 'blocked', codes: ['card-stolen', 'exclusion'] } }

test('whoever is blocked neither borrows, renews nor reserves, and returns as always', async () => {
  const lent = await checkout(ctx, { card: cast.asta.card, barcode: 'A1' })
  assert(lent.ok)
  const exclusion = await placeLoanBlock(desk, cast.asta.id, { code: 'exclusion', reason: 'r', message: 'm' })
  const stolen = await placeLoanBlock(desk, cast.asta.id, { code: 'card-stolen' })
  assert(exclusion.ok && stolen.ok)
  assert.deepEqual(await checkout(ctx, { card: cast.asta.card, barcode: 'A2' }), BLOCKED)
  assert.deepEqual(await renew(ctx, lent.value.loan), BLOCKED)
  const wish = { patron: cast.asta.id, title: cast.titles.B, pickupBranch: cast.branch }
  assert.deepEqual(await placeReservation(ctx, wish), BLOCKED)
  const again = await checkout(ctx, { card: cast.asta.card, barcode: 'A1' })
  assert(again.ok && again.value.loan === lent.value.loan, 'a machine that resends is told what was lent before')
  assert((await checkin(ctx, { barcode: 'A1' })).ok)
  for (const { value } of [exclusion, stolen]) await liftLoanBlock(desk, value.id)
  assert((await checkout(ctx, { card: cast.asta.card, barcode: 'A1' })).ok, 'lifted is lifted at once')
  assert((await placeReservation(ctx, wish)).ok)
})

test('an access ban stops no loan, no renewal and no reservation', async () => {
  const banned = await placeAccessBan(desk, cast.bo.id, { reason: 'r', message: 'm', fromOn: BEGIN })
  assert(banned.ok)
  const lent = await checkout(ctx, { card: cast.bo.card, barcode: 'C1' })
  assert(lent.ok)
  assert((await renew(ctx, lent.value.loan)).ok)
  assert((await placeReservation(ctx, { patron: cast.bo.id, title: cast.titles.B, pickupBranch: cast.branch })).ok)
})

test('a block that is announced lets borrow until its first day, and one that ends from its last', async () => {
  const sinceOn = Temporal.PlainDate.from('2025-11-27')
  await placeAutomaticBlock(ctx, cast.dines.id, 'debt', { sinceOn })
  library.clock.moveTo(noon('2025-11-26'))
  assert((await checkout(ctx, { card: cast.dines.card, barcode: 'B1' })).ok)
  library.clock.moveTo(noon('2025-11-27'))
  const refused = await checkout(ctx, { card: cast.dines.card, barcode: 'B2' })
  assert.deepEqual(refused, { ok: false, refusal: { kind: 'blocked', codes: ['debt'] } })
  const until = await placeLoanBlock(desk, cast.clara.id, { code: 'other', untilOn: sinceOn.add({ days: 2 }) })
  assert(until.ok)
  library.clock.moveTo(noon('2025-11-28'))
  assert(!(await checkout(ctx, { card: cast.clara.card, barcode: 'B2' })).ok)
  library.clock.moveTo(noon('2025-11-29'))
  assert((await checkout(ctx, { card: cast.clara.card, barcode: 'B2' })).ok)
})

test('a block placed while a checkout is under way comes before it or after it, never between', async () => {
  for (let round = 0; round < 10; round++) {
    const [lent, block] = await Promise.all([
      checkout(ctx, { card: cast.clara.card, barcode: 'C2' }),
      placeLoanBlock(desk, cast.clara.id, { code: 'self-service' }),
    ])
    assert(block.ok)
    if (!lent.ok && lent.refusal.kind !== 'blocked') assert.fail(lent.refusal.kind)
    await checkin(ctx, { barcode: 'C2' })
    assert(!(await checkout(ctx, { card: cast.clara.card, barcode: 'C2' })).ok)
    await liftLoanBlock(desk, block.value.id)
  }
})

test('a refusal names each block in a sentence', () => {
  assert.match(blockedText(['debt'], 'da'), /bibliotekets grænse/)
  assert.match(blockedText(['card-stolen', 'debt'], 'en'), /stolen.*limit/)
  for (const code of BLOCK_CODES) assert(blockedText([code], 'da').length > 20)
})
