import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { addBranch } from '#agencies'
import { findItem, type ItemState, itemMayBecome, markMissing, markRepaired } from '#catalogue'
import { type BranchId, dayOf, type LoanId, type StaffId } from '#core'
import { sql } from '#db'
import { openClaims, pay } from '#fees'
import { deleteReservation, placeReservation } from '#reservations'
import type { Context } from '#vault'
import { type Cast, castIn } from '../../../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import {
  checkin,
  checkout,
  claimReturned,
  declareLoanLost,
  declareLost,
  type LoanState,
  loanMayBecome,
  loanState,
  renew,
  settle,
  withdrawClaim,
} from './index.ts'

const RUNS = process.env.KVIT_FULL ? 400 : 30
const ITEMS = ['A1', 'A2', 'B1', 'C1'] as const
const PEOPLE = ['asta', 'bo', 'clara'] as const
type Item = (typeof ITEMS)[number]
type Who = (typeof PEOPLE)[number]

let library: TestLibrary
let ctx: Context
let desk: Context
let cast: Cast
let branches: readonly [BranchId, BranchId]

before(async () => {
  library = await openTestLibrary()
  ctx = library.context()
  cast = await castIn(ctx)
  desk = library.context({ kind: 'staff', id: ctx.random.uuid(ctx.clock.now()) as StaffId, roles: ['desk'] })
  const other = { name: 'Filial', address: 'Gaden 1', postcode: '3480', city: 'Fredensborg' }
  branches = [cast.branch, await addBranch(ctx, { code: 'B', ...other })]
})
after(() => library.close())

/** All that the model knows: who has what, and what of it is said to be returned or counted as lost. */
interface Model {
  readonly out: Map<Item, { who: Who; claimed: boolean }>
  readonly lost: Map<Item, Who>
}

/** What the library is asked about after every step; it remembers the states it saw, to judge the ways between them. */
class Real {
  readonly items = new Map<string, ItemState>()
  readonly loans = new Map<LoanId, LoanState>()
}

type Command = fc.AsyncCommand<Model, Real>

async function loanOf(item: Item): Promise<LoanId> {
  const loan = await ctx.db.one<{ id: LoanId }>(sql`
    select l.id from loan l join item i on i.id = l.item_id
    where i.barcode = ${item} and l.returned_at is null order by l.lent_at desc limit 1`)
  return loan.id
}

function command(text: string, run: (model: Model) => Promise<void>): Command {
  return {
    check: () => true,
    async run(model, real) {
      await run(model)
      await settle(ctx)
      await look(model, real)
    },
    toString: () => text,
  }
}

/** The laws that hold after every step. */
async function look(model: Model, real: Real): Promise<void> {
  for (const barcode of ITEMS) {
    const item = await findItem(ctx, barcode)
    assert(item)
    const before = real.items.get(barcode) ?? item.state
    assert(itemMayBecome(before, item.state), `${barcode}: ${before} became ${item.state}`)
    real.items.set(barcode, item.state)
    const out = model.out.get(barcode)
    const open = await ctx.db.all<{ patron_id: string }>(sql`
      select patron_id from loan where item_id = ${item.id} and returned_at is null and lost_at is null`)
    const kept = await ctx.db.all(sql`select 1 from reservation where item_id = ${item.id}`)
    assert.equal(open.length + kept.length <= 1, true, 'an item is in one place')
    if (kept.length > 0) {
      assert(['on-shelf-for-pickup', 'in-transit'].includes(item.state), `${item.state}, and kept for somebody`)
    }
    assert.deepEqual(
      open.map(({ patron_id }) => patron_id),
      out ? [cast[out.who].id] : [],
    )
    if (out) assert.equal(item.state, out.claimed ? 'claimed-returned' : 'on-loan')
    assert.equal(item.state === 'lost', model.lost.has(barcode) && !out)
  }
  const rows = await ctx.db.all<Parameters<typeof loanState>[0] & { id: LoanId }>(sql`
    select id, returned_at, lost_at, settled_at, claimed_returned_at from loan`)
  for (const row of rows) {
    const state = loanState(row)
    const before = real.loans.get(row.id) ?? state
    assert(loanMayBecome(before, state), `a loan was ${before} and became ${state}`)
    real.loans.set(row.id, state)
  }
  await moneyAddsUp()
}

async function moneyAddsUp(): Promise<void> {
  const wrong = await ctx.db.all(sql`
    with claim as (
      select id, patron_id, amount_ore - paid_ore - credited_ore as left_ore, settled_at from fee
      union all select id, patron_id, amount_ore - paid_ore - credited_ore, settled_at from compensation)
    select c.id from claim c
    where c.left_ore <> (select sum(amount_ore) from bookkeeping_entry where claim_id = c.id)
      or (c.settled_at is null) <> (c.left_ore <> 0)`)
  assert.deepEqual(wrong, [], 'the accounts say what the claims say')
  const settledInDebt = await ctx.db.all(sql`
    select l.id from loan l where l.settled_at is not null
      and exists (select from fee where (loan_id = l.id or id = l.fee_id) and settled_at is null)`)
  assert.deepEqual(settledInDebt, [], 'no loan is settled while something is owed for it')
}

const lends = (who: Who, item: Item) =>
  command(`${who} borrows ${item}`, async (model) => {
    const lent = await checkout(ctx, { card: cast[who].card, barcode: item })
    const out = model.out.get(item)
    if (out) return assert.equal(lent.ok, out.who === who, 'what is out is lent to nobody else')
    if (model.lost.has(item)) return assert.equal(lent.ok, false, 'what is lost is handed in first')
    if (lent.ok) model.out.set(item, { who, claimed: false })
  })

const handsIn = (item: Item, at: 0 | 1, foundByLibrary: boolean, damaged: boolean) =>
  command(
    `${item} is handed in at ${at}${foundByLibrary ? ', found' : ''}${damaged ? ', broken' : ''}`,
    async (model) => {
      const returned = await checkin(ctx, { barcode: item, at: branches[at], foundByLibrary, damaged })
      assert(returned.ok)
      assert.equal(returned.value.loan !== null, model.out.has(item) || model.lost.has(item))
      if (damaged) assert.equal(returned.value.route.kind, 'repair')
      if (foundByLibrary && model.out.has(item)) assert.equal(returned.value.fee_ore, 0)
      model.out.delete(item)
      model.lost.delete(item)
    },
  )

const renews = (item: Item) =>
  command(`${item} is renewed`, async (model) => {
    const out = model.out.get(item)
    if (!out) return
    const due = async () =>
      (await ctx.db.one<{ due_on: Temporal.PlainDate }>(sql`select due_on from loan where id = ${await loanOf(item)}`))
        .due_on
    const before = await due()
    const renewed = await renew(ctx, await loanOf(item))
    if (out.claimed) assert.equal(renewed.ok, false)
    const order = Temporal.PlainDate.compare(await due(), before)
    assert(renewed.ok ? order >= 0 : order === 0, 'a renewal never takes days away, and a refusal changes nothing')
  })

const claims = (item: Item) =>
  command(`${item} is said to be returned`, async (model) => {
    const out = model.out.get(item)
    if (!out) return
    assert((await claimReturned(desk, await loanOf(item), { on: dayOf(ctx.clock.now()) })).ok)
    out.claimed = true
  })

const withdraws = (item: Item) =>
  command(`${item} was not returned after all`, async (model) => {
    const out = model.out.get(item)
    if (!out) return
    assert.equal((await withdrawClaim(desk, await loanOf(item))).ok, out.claimed)
    out.claimed = false
  })

const loses = (item: Item) =>
  command(`${item} is declared lost`, async (model) => {
    const out = model.out.get(item)
    if (!out) return
    assert((await declareLoanLost(desk, await loanOf(item))).ok)
    model.out.delete(item)
    model.lost.set(item, out.who)
  })

const passes = (days: number) =>
  command(`${days} days pass`, async (model) => {
    library.clock.moveTo(ctx.clock.now().add({ hours: 24 * days }))
    const today = dayOf(ctx.clock.now())
    const late = await ctx.db.all<{ barcode: Item }>(sql`
      select i.barcode from loan l join item i on i.id = l.item_id
      where l.returned_at is null and l.lost_at is null and l.claimed_returned_at is null
        and l.due_on <= ${today.subtract({ days: 35 })}`)
    assert.equal(await declareLost(ctx, today), late.length)
    for (const { barcode } of late) {
      model.lost.set(barcode, model.out.get(barcode)?.who as Who)
      model.out.delete(barcode)
    }
  })

const pays = (who: Who) =>
  command(`${who} pays`, async () => {
    for (const { claim, left_ore } of await openClaims(ctx, cast[who].id)) {
      if (left_ore > 0) assert((await pay(ctx, claim, left_ore, 'card')).ok)
    }
  })

const reserves = (who: Who, title: 'A' | 'B' | 'C', at: 0 | 1) =>
  command(`${who} reserves ${title} at ${at}`, async () => {
    await placeReservation(ctx, { patron: cast[who].id, title: cast.titles[title], pickupBranch: branches[at] })
  })

const givesUp = (who: Who) =>
  command(`${who} deletes their reservations`, async () => {
    const mine = await ctx.db.all<{ id: Parameters<typeof deleteReservation>[1] }>(
      sql`select id from reservation where patron_id = ${cast[who].id}`,
    )
    for (const { id } of mine) await deleteReservation(ctx, id)
  })

const misses = (item: Item) =>
  command(`${item} is missing`, async (model) => {
    const marked = await markMissing(ctx, item)
    if (model.out.has(item)) assert.equal(marked.ok, false)
  })

const mends = (item: Item) =>
  command(`${item} is mended`, async () => {
    await markRepaired(ctx, item)
  })

const item = fc.constantFrom(...ITEMS)
const who = fc.constantFrom(...PEOPLE)
const at = fc.constantFrom(0 as const, 1 as const)
const title = fc.constantFrom('A' as const, 'B' as const, 'C' as const)

test('law: whatever is done at the desks, an item is in one place, loans go their permitted ways, and money adds up', async () => {
  await fc.assert(
    fc
      .asyncProperty(
        fc.commands(
          [
            fc.tuple(who, item).map(([a, b]) => lends(a, b)),
            fc.tuple(who, item).map(([a, b]) => lends(a, b)),
            fc.tuple(item, at, fc.boolean(), fc.nat(4)).map(([a, b, c, d]) => handsIn(a, b, c, d === 0)),
            item.map(mends),
            item.map(renews),
            item.map(claims),
            item.map(withdraws),
            item.map(loses),
            fc.integer({ min: 1, max: 40 }).map(passes),
            who.map(pays),
            fc.tuple(who, title, at).map(([a, b, c]) => reserves(a, b, c)),
            who.map(givesUp),
            item.map(misses),
          ],
          { maxCommands: 60, size: 'max' },
        ),
        async (commands) => {
          const setup = () => ({ model: { out: new Map(), lost: new Map() } satisfies Model, real: new Real() })
          await fc.asyncModelRun(setup, commands)
        },
      )
      .beforeEach(async () => {
        await ctx.db.run(sql`delete from reservation`)
        await ctx.db.run(sql`delete from payment`)
        await ctx.db.run(sql`update loan set fee_id = null`)
        await ctx.db.run(sql`delete from fee`)
        await ctx.db.run(sql`delete from compensation`)
        await ctx.db.run(sql`delete from bookkeeping_entry`)
        await ctx.db.run(sql`delete from loan_block`)
        await ctx.db.run(sql`delete from loan`)
        await ctx.db.run(sql`
          update item set state = 'available', destination_branch_id = null, at_branch_id = branch_id`)
      }),
    { numRuns: RUNS },
  )
})
