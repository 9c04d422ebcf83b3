import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { findItem } from '#catalogue'
import { sql } from '#db'
import { deleteReservation, placeReservation } from '#reservations'
import type { Context } from '#vault'
import { type Cast, castIn } from '../../../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import { checkin, checkout, renew } from './index.ts'

const RACES = process.env.KVIT_FULL ? 1000 : 25

let library: TestLibrary
let ctx: Context
let cast: Cast

before(async () => {
  library = await openTestLibrary()
  ctx = library.context()
  cast = await castIn(ctx)
  await ctx.db.run(sql`update item set state = 'withdrawn' where barcode in ('A2', 'B2')`)
})
after(() => library.close())

const tidyUp = async () => {
  await ctx.db.run(sql`delete from reservation`)
  await checkin(ctx, { barcode: 'B1' })
  await ctx.db.run(sql`update item set state = 'available', destination_branch_id = null where barcode = 'B1'`)
}

test(`two desks and a kiosk race for the last copy ${RACES} times: exactly one wins`, async (t) => {
  t.diagnostic(`${RACES} races`)
  for (let race = 0; race < RACES; race++) {
    const wish = { patron: cast.dines.id, title: cast.titles.B, pickupBranch: cast.branch }
    const [placed, ...lent] = await Promise.all([
      placeReservation(ctx, wish),
      ...[cast.asta, cast.bo, cast.clara].map(({ card }) => checkout(ctx, { card, barcode: 'B1' })),
    ])
    assert.equal(lent.filter(({ ok }) => ok).length, 1)
    for (const each of lent) if (!each.ok) assert.equal(each.refusal.kind, 'lent-to-another')
    const open = await ctx.db.all(sql`select 1 from loan where returned_at is null`)
    assert.equal(open.length, 1)
    assert(placed.ok)
    await tidyUp()
  }
})

test(`handed in, renewed, lent and given up at once ${RACES} times: the item is in one place`, async () => {
  for (let race = 0; race < RACES; race++) {
    const lent = await checkout(ctx, { card: cast.asta.card, barcode: 'B1' })
    assert(lent.ok, JSON.stringify(lent))
    const wishes = await Promise.all(
      [cast.bo, cast.clara].map(({ id }) =>
        placeReservation(ctx, { patron: id, title: cast.titles.B, pickupBranch: cast.branch }),
      ),
    )
    const [first] = wishes
    assert(first?.ok)
    const [back, again] = await Promise.all([
      checkin(ctx, { barcode: 'B1', at: cast.branch }),
      checkin(ctx, { barcode: 'B1', at: cast.branch }),
      renew(ctx, lent.value.loan),
      deleteReservation(ctx, first.value),
      checkout(ctx, { card: cast.dines.card, barcode: 'B1' }),
    ])
    assert(back.ok && again.ok)
    assert.equal([back, again].filter((each) => each.value.loan === lent.value.loan).length, 1, 'one of them ended it')
    const kept = await ctx.db.all<{ patron_id: string }>(
      sql`select patron_id from reservation where item_id is not null`,
    )
    const open = await ctx.db.all<{ patron_id: string }>(sql`select patron_id from loan where returned_at is null`)
    const item = await findItem(ctx, 'B1')
    assert(kept.length + open.length <= 1, 'kept for one, or lent to one')
    if (kept.length === 1) assert.equal(item?.state, 'on-shelf-for-pickup')
    if (open.length === 1) assert.equal(item?.state, 'on-loan')
    await tidyUp()
  }
})
