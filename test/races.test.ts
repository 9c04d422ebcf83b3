import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { addBranch } from '#agencies'
import { addItems, putTitles } from '#catalogue'
import {
  type Actor,
  type BranchId,
  dayOf,
  type ItemId,
  type LoanId,
  type PatronId,
  seededRandom,
  type TitleId,
} from '#core'
import { sql } from '#db'
import { openClaims, pay } from '#fees'
import { checkin, checkout, renew, settle } from '#loans'
import { deleteReservation, placeReservation } from '#reservations'
import type { Context } from '#vault'
import { type Cast, castIn, titleNamed } from './support/cast.ts'
import { openTestLibrary, type TestLibrary } from './support/library.ts'

const ROUNDS = process.env.KVIT_FULL ? 1000 : 60
const SEED = process.env.KVIT_SEED ?? 'races'

let library: TestLibrary
let ctx: Context
let cast: Cast
let elsewhere: BranchId

before(async () => {
  library = await openTestLibrary()
  ctx = library.context()
  cast = await castIn(ctx)
  elsewhere = await addBranch(ctx, {
    code: 'B',
    name: 'Filialen',
    address: 'Vej 2',
    postcode: '3050',
    city: 'Humlebæk',
  })
})
after(() => library.close())

const patrons = () => [cast.asta, cast.bo, cast.clara, cast.dines]

/** Two desks, a kiosk and the website: each asks by itself, and all at once. */
function hands(): Context[] {
  const actors: Actor[] = [
    { kind: 'system', job: 'desk one' },
    { kind: 'system', job: 'desk two' },
    { kind: 'terminal', name: 'kiosk' },
    { kind: 'system', job: 'website' },
  ]
  return actors.map((actor) => library.context(actor))
}

test(`two desks, a kiosk and the website race for the last copy ${ROUNDS} times: exactly one gets it`, async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const tried = await Promise.all(
      hands().map((hand, at) => checkout(hand, { card: patrons()[at]?.card ?? '', barcode: 'A1' })),
    )
    const lent = tried.filter((result) => result.ok)
    assert.equal(lent.length, 1, `round ${round}: ${JSON.stringify(tried)}`)
    await holdsTrue(`round ${round}`)
    await checkin(ctx, { barcode: 'A1', at: cast.branch })
  }
})

test(`two returns of the same item at once wake one waiting patron, the head of the queue, ${ROUNDS} times`, async () => {
  for (let round = 0; round < ROUNDS; round++) {
    const [first, second, third] = [cast.bo, cast.clara, cast.dines].map((player) => player.id) as [
      PatronId,
      PatronId,
      PatronId,
    ]
    await lendOut('B1', cast.asta.card)
    await lendOut('B2', cast.asta.card)
    for (const patron of [first, second, third]) {
      const placed = await placeReservation(ctx, { patron, title: cast.titles.B, pickupBranch: cast.branch })
      assert(placed.ok, JSON.stringify(placed))
      library.clock.moveTo(library.clock.now().add({ milliseconds: 5 }))
    }
    await Promise.all(hands().map((hand, at) => checkin(hand, { barcode: at % 2 ? 'B1' : 'B2', at: cast.branch })))
    const kept = await ctx.db.all<{ patron_id: PatronId }>(sql`
      select patron_id from reservation where item_id is not null order by placed_at, id`)
    assert.deepEqual(
      kept.map((row) => row.patron_id),
      [first, second],
      `round ${round}`,
    )
    await holdsTrue(`round ${round}`)
    const all = await ctx.db.all<{ id: Parameters<typeof deleteReservation>[1] }>(sql`select id from reservation`)
    await Promise.all(all.map(({ id }) => deleteReservation(ctx, id)))
    assert.deepEqual(await ctx.db.all(sql`select id from reservation`), [])
    await holdsTrue(`round ${round}, deleted`)
  }
})

test(`whatever four do at once with a few items, an item is in one place and money adds up, ${ROUNDS} times`, async () => {
  const random = seededRandom(SEED)
  const below = (most: number) => Math.floor(random.fraction() * most)
  const pick = <Each>(list: readonly Each[]): Each => list[below(list.length)] as Each
  const titles = Object.values(cast.titles)
  const [other] = await putTitles(ctx, [titleNamed('R')])
  await addItems(ctx, [{ title_id: other?.id as TitleId, barcode: 'R1', branch_id: elsewhere, shelf: null }])
  const barcodes = ['A1', 'A2', 'B1', 'C1', 'R1']
  const refusals = new Map<string, number>()
  for (let round = 0; round < ROUNDS; round++) {
    // Time moves on now and then, so that there is something to pay.
    if (round % 5 === 4) library.clock.moveTo(library.clock.now().add({ hours: 24 * (1 + below(20)) }))
    const deeds = hands().map((hand) => deed(hand))
    const outcomes = await Promise.all(deeds)
    for (const outcome of outcomes) refusals.set(outcome, (refusals.get(outcome) ?? 0) + 1)
    await settle(ctx)
    await holdsTrue(`seed ${SEED}, round ${round}: ${outcomes.join(', ')}`)
  }
  assert.ok((refusals.get('checkout') ?? 0) > 0 && (refusals.get('checkin') ?? 0) > 0, JSON.stringify([...refusals]))

  async function deed(hand: Context): Promise<string> {
    const patron = pick(patrons())
    const barcode = pick(barcodes)
    switch (below(6)) {
      case 0:
      case 1:
        return told('checkout', await checkout(hand, { card: patron.card, barcode }))
      case 2:
        return told('checkin', await checkin(hand, { barcode, at: pick([cast.branch, elsewhere]) }))
      case 3:
        return told(
          'reserve',
          await placeReservation(hand, {
            patron: patron.id,
            title: pick([...titles, other?.id as TitleId]),
            pickupBranch: pick([cast.branch, elsewhere]),
          }),
        )
      case 4: {
        const loan = await hand.db.maybe<{ id: LoanId }>(sql`
          select id from loan where patron_id = ${patron.id} and returned_at is null and lost_at is null limit 1`)
        return loan ? told('renew', await renew(hand, loan.id)) : 'nothing to renew'
      }
      default: {
        const [claim] = await openClaims(hand, patron.id)
        return claim ? told('pay', await pay(hand, claim.claim, claim.left_ore, 'card')) : 'nothing to pay'
      }
    }
  }
})

function told(what: string, result: { readonly ok: boolean }): string {
  return result.ok ? what : `${what} refused`
}

async function lendOut(barcode: string, card: string): Promise<void> {
  const lent = await checkout(ctx, { card, barcode })
  assert(lent.ok, JSON.stringify(lent))
}

/** What must be true whenever everybody has put down what they had in hand. */
async function holdsTrue(when: string): Promise<void> {
  const broken = await ctx.db.all<{ what: string; id: ItemId }>(sql`
    select 'an item is on loan twice' as what, item_id as id from loan
      where returned_at is null and lost_at is null group by item_id having count(*) > 1
    union all
    select 'its state does not say that it is on loan', i.id from item i join loan l on l.item_id = i.id
      where l.returned_at is null and l.lost_at is null and i.state not in ('on-loan', 'claimed-returned')
    union all
    select 'its state says on loan, and nobody has it', i.id from item i where i.state = 'on-loan' and not exists
      (select from loan l where l.item_id = i.id and l.returned_at is null and l.lost_at is null)
    union all
    select 'it is kept for two', item_id from reservation where item_id is not null group by item_id having count(*) > 1
    union all
    select 'it is kept for somebody, and stands elsewhere', i.id from item i join reservation r on r.item_id = i.id
      where i.state <> case when r.ready_at is null then 'in-transit' else 'on-shelf-for-pickup' end
    union all
    select 'it stands on the pickup shelf for nobody', i.id from item i where i.state = 'on-shelf-for-pickup'
      and not exists (select from reservation r where r.item_id = i.id)
    union all
    select 'a patron waits twice for a title', title_id from reservation group by patron_id, title_id, issue having count(*) > 1
    union all
    select 'a fee does not add up', f.id from fee f where f.amount_ore - f.paid_ore - f.credited_ore <>
      (select coalesce(sum(b.amount_ore), 0) from bookkeeping_entry b where b.claim_id = f.id)
    union all
    select 'a compensation does not add up', c.id from compensation c where c.amount_ore - c.paid_ore - c.credited_ore <>
      (select coalesce(sum(b.amount_ore), 0) from bookkeeping_entry b where b.claim_id = c.id)
    union all
    select 'payments are not what was paid', f.id from fee f where f.paid_ore <>
      (select coalesce(sum(p.amount_ore), 0) from payment p where p.fee_id = f.id)`)
  assert.deepEqual(broken, [], `${when} (${dayOf(ctx.clock.now())})`)
}
