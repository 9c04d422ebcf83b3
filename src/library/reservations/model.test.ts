import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { addBranch } from '#agencies'
import { findItem } from '#catalogue'
import { type BranchId, dayOf, type ItemId, type PatronId, type ReservationId, type StaffId } from '#core'
import { sql } from '#db'
import { checkin, checkout } from '#loans'
import type { Context } from '#vault'
import { type Cast, castIn } from '../../../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import {
  changeReservation,
  deleteReservation,
  endAbsence,
  expireReservations,
  notOnShelf,
  pickList,
  placeReservations,
  type ReservationState,
  reservationMayBecome,
  setAbsence,
  takePicks,
  tellReady,
} from './index.ts'

const RUNS = process.env.KVIT_FULL ? 400 : 30
const TITLES = ['A', 'B', 'C'] as const
const ITEMS = ['A1', 'A2', 'B1', 'B2', 'C1', 'C2'] as const
const PEOPLE = ['asta', 'bo', 'clara', 'dines'] as const
type Title = (typeof TITLES)[number]
type Item = (typeof ITEMS)[number]
type Who = (typeof PEOPLE)[number]
type Desk = 0 | 1

let library: TestLibrary
let ctx: Context
let cast: Cast
let branches: readonly [BranchId, BranchId]
const librarian = 'a0000000-0000-7000-8000-000000000001' as StaffId

before(async () => {
  library = await openTestLibrary()
  ctx = library.context()
  cast = await castIn(ctx)
  const other = { name: 'Filial', address: 'Gaden 1', postcode: '3480', city: 'Fredensborg' }
  branches = [cast.branch, await addBranch(ctx, { code: 'B', ...other })]
})
after(() => library.close())

/** Somebody's place in a queue, and the item that is kept for them. */
interface Place {
  readonly who: Who
  /** Of parallel editions: the first that is lent ends the others. */
  readonly together: number | undefined
  item: Item | undefined
}

/** All that the model knows: the queues in order, who has what, and who is away. */
interface Model {
  readonly queues: Record<Title, Place[]>
  readonly out: Map<Item, Who>
  readonly away: Set<Who>
  wishes: number
}

/** What was seen after the step before. */
class Real {
  readonly states = new Map<ReservationId, ReservationState>()
}

type Command = fc.AsyncCommand<Model, Real>

interface Row {
  readonly id: ReservationId
  readonly title: Title
  readonly patron_id: PatronId
  readonly barcode: Item | null
  readonly state: ReservationState
  readonly item_state: string | null
  readonly item_at: BranchId | null
  readonly item_to: BranchId | null
  readonly pickup_branch_id: BranchId
  readonly pickup_number: string | null
}

function rowsOf(): Promise<Row[]> {
  return ctx.db.all(sql<Row>`
    select r.id, right(t.title, 1) as title, r.patron_id, i.barcode, i.state as item_state, i.at_branch_id as item_at,
      i.destination_branch_id as item_to, r.pickup_branch_id, r.pickup_number,
      case when r.item_id is null then 'waiting' when r.ready_at is null then 'in-transit' else 'ready' end as state
    from reservation r join title t on t.id = r.title_id left join item i on i.id = r.item_id
    order by r.placed_at, r.id`)
}

function whoIs(patron: PatronId): Who {
  const who = PEOPLE.find((each) => cast[each].id === patron)
  assert(who)
  return who
}

function titleOf(item: Item): Title {
  return item[0] as Title
}

function waitingIn(model: Model, title: Title): Place[] {
  return model.queues[title].filter(({ who, item }) => item === undefined && !model.away.has(who))
}

function leave(model: Model, title: Title, who: Who): void {
  model.queues[title] = model.queues[title].filter((place) => place.who !== who)
}

function command(text: string, run: (model: Model) => Promise<void>): Command {
  return {
    check: () => true,
    async run(model, real) {
      // Two reservations of one instant have no order worth a law.
      library.clock.moveTo(ctx.clock.now().add({ minutes: 1 }))
      await run(model)
      await look(model, real)
    },
    toString: () => text,
  }
}

/** The laws that hold after every step; then the model learns which item serves whom. */
async function look(model: Model, real: Real): Promise<void> {
  const rows = await rowsOf()
  for (const title of TITLES) {
    const queue = rows.filter((row) => row.title === title)
    assert.deepEqual(
      queue.map(({ patron_id }) => whoIs(patron_id)),
      model.queues[title].map(({ who }) => who),
      `who waits for ${title}, in order`,
    )
    const skipped = new Set<Who>()
    for (const [at, row] of queue.entries()) {
      const place = model.queues[title][at] as Place
      const isNew = row.barcode !== null && place.item !== row.barcode
      if (isNew) {
        assert(!model.away.has(place.who), `${place.who} is away and was served`)
        assert.deepEqual([...skipped], [], `${place.who} was served before others`)
      }
      if (row.barcode === null && !model.away.has(place.who)) skipped.add(place.who)
      if (place.item !== undefined) assert.equal(row.barcode, place.item, 'what is kept for somebody stays theirs')
      place.item = row.barcode ?? undefined
    }
  }
  for (const row of rows) {
    if (row.state === 'ready') {
      assert.deepEqual([row.item_state, row.item_at], ['on-shelf-for-pickup', row.pickup_branch_id])
      assert(row.pickup_number)
    }
    if (row.state === 'in-transit')
      assert.deepEqual([row.item_state, row.item_to], ['in-transit', row.pickup_branch_id])
    const before = real.states.get(row.id) ?? row.state
    assert(before === row.state || reservationMayBecome(before, row.state), `${before} became ${row.state}`)
  }
  for (const [id, before] of real.states) {
    if (!rows.some((row) => row.id === id)) assert(reservationMayBecome(before, 'gone'))
  }
  real.states.clear()
  for (const { id, state } of rows) real.states.set(id, state)
  const kept = rows.flatMap(({ barcode }) => barcode ?? [])
  assert.equal(new Set(kept).size, kept.length, 'an item is kept for one')
  for (const barcode of ITEMS) {
    const item = await findItem(ctx, barcode)
    assert.equal(item?.state === 'on-loan', model.out.has(barcode))
    assert(!(model.out.has(barcode) && kept.includes(barcode)), 'what is lent is kept for nobody')
    assert.equal(item?.state === 'on-shelf-for-pickup', kept.includes(barcode) && item?.state !== 'in-transit')
  }
}

const reserves = (who: Who, titles: readonly Title[], at: Desk) =>
  command(`${who} reserves ${titles.join(' or ')} at ${at}`, async (model) => {
    const placed = await placeReservations(ctx, {
      patron: cast[who].id,
      wishes: titles.map((title) => ({ title: cast.titles[title] })),
      pickupBranch: branches[at],
      parallel: titles.length > 1,
    })
    const free = (title: Title) =>
      !model.queues[title].some((place) => place.who === who) &&
      ![...model.out].some(([item, borrower]) => borrower === who && titleOf(item) === title)
    assert.deepEqual(
      placed.map(({ result }) => result.ok),
      titles.map(free),
      'once for each title, and not of what one has',
    )
    if (!titles.every(free)) return
    model.wishes += 1
    const together = titles.length > 1 ? model.wishes : undefined
    for (const title of titles) model.queues[title].push({ who, together, item: undefined })
  })

const lends = (who: Who, item: Item) =>
  command(`${who} borrows ${item}`, async (model) => {
    const keeper = model.queues[titleOf(item)].find((place) => place.item === item)
    const state = (await findItem(ctx, item))?.state
    const lent = await checkout(ctx, { card: cast[who].card, barcode: item })
    const out = model.out.get(item)
    if (out) return assert.equal(lent.ok, out === who)
    if (keeper && keeper.who !== who) return assert.equal(lent.ok, false, 'what is kept for another is not lent')
    if (state === 'available' || state === 'on-shelf-for-pickup') assert(lent.ok, `${state}, and not lent`)
    if (!lent.ok) return
    model.out.set(item, who)
    const mine = model.queues[titleOf(item)].find((place) => place.who === who)
    leave(model, titleOf(item), who)
    if (mine?.together === undefined) return
    for (const title of TITLES) {
      model.queues[title] = model.queues[title].filter(({ together }) => together !== mine.together)
    }
  })

const handsIn = (item: Item, at: Desk) =>
  command(`${item} is handed in at ${at}`, async (model) => {
    const keeper = model.queues[titleOf(item)].find((place) => place.item === item)
    const next = keeper ?? waitingIn(model, titleOf(item))[0]
    const returned = await checkin(ctx, { barcode: item, at: branches[at] })
    assert(returned.ok)
    assert.equal(returned.value.loan !== null, model.out.delete(item))
    const row = (await rowsOf()).find(({ barcode }) => barcode === item)
    assert.equal(row && whoIs(row.patron_id), next?.who, 'it goes to the first who can be served')
  })

const deletes = (who: Who, title: Title) =>
  command(`${who} no longer wants ${title}`, async (model) => {
    const row = (await rowsOf()).find((each) => each.title === title && each.patron_id === cast[who].id)
    if (!row) return
    assert.equal(await deleteReservation(ctx, row.id), true)
    leave(model, title, who)
    const freed = row.barcode && (await findItem(ctx, row.barcode))
    if (freed && freed.state === 'available') assert.deepEqual(waitingIn(model, title), [], 'somebody waits for it')
    assert.equal(await deleteReservation(ctx, row.id), false)
  })

const moves = (who: Who, title: Title, at: Desk) =>
  command(`${who} wants to pick ${title} up at ${at}`, async () => {
    const row = (await rowsOf()).find((each) => each.title === title && each.patron_id === cast[who].id)
    if (!row) return
    const changed = await changeReservation(ctx, { id: row.id, patron: cast[who].id, pickupBranch: branches[at] })
    assert.equal(changed.ok, row.state === 'waiting', 'until something is kept for them')
  })

const goes = (who: Who) =>
  command(`${who} goes away`, async (model) => {
    const set = await setAbsence(ctx, cast[who].id, { from_on: dayOf(ctx.clock.now()), until_on: null })
    assert(set.ok, JSON.stringify(set))
    model.away.add(who)
  })

const returns = (who: Who) =>
  command(`${who} is back`, async (model) => {
    assert.equal(await endAbsence(ctx, cast[who].id), model.away.delete(who))
  })

const fetches = (at: Desk, finds: boolean) =>
  command(`the shelves of ${at} are gone through, and the items are ${finds ? '' : 'not '}there`, async (model) => {
    const list = await pickList(ctx, branches[at])
    const taken = await takePicks(ctx, branches[at], librarian, 2)
    assert.equal(taken.length, Math.min(2, list.filter(({ taken_by }) => taken_by === null).length))
    for (const { item_id, barcode } of taken) {
      const item = barcode as Item
      if (!finds) {
        assert.equal(await notOnShelf(ctx, item_id as ItemId), true)
        continue
      }
      // It may have been wanted by one who was served by the item fetched before it.
      const next = waitingIn(model, titleOf(item))[0]
      const { ok } = await checkin(ctx, { barcode: item, at: branches[at] })
      assert(ok)
      if (next) next.item = item
    }
  })

const passes = (days: number) =>
  command(`${days} days pass`, async (model) => {
    library.clock.moveTo(ctx.clock.now().add({ hours: 24 * days }))
    const night = dayOf(ctx.clock.now())
    const over = await ctx.db.all<{ title: Title; patron_id: PatronId }>(sql`
      select right(t.title, 1) as title, r.patron_id from reservation r join title t on t.id = r.title_id
      where r.pickup_until_on < ${night} or (r.item_id is null and r.interest_until_on < ${night})`)
    const ended = await expireReservations(ctx, night)
    assert.equal(ended, over.length)
    for (const { title, patron_id } of over) leave(model, title, whoIs(patron_id))
    // What became ready for one patron within the hour is told in one message.
    library.clock.moveTo(ctx.clock.now().add({ hours: 1 }))
    await tellReady(ctx)
    const untold = await ctx.db.all(sql`select 1 from reservation where ready_at is not null and told_at is null`)
    assert.deepEqual(untold, [], 'whoever has something on the shelf has been told')
  })

const who = fc.constantFrom(...PEOPLE)
const item = fc.constantFrom(...ITEMS)
const title = fc.constantFrom(...TITLES)
const at = fc.constantFrom(0 as const, 1 as const)

test('law: whatever is reserved, lent and fetched, each queue is served in order and nobody is skipped', async () => {
  await fc.assert(
    fc
      .asyncProperty(
        fc.commands(
          [
            fc.tuple(who, title, at).map(([a, b, c]) => reserves(a, [b], c)),
            fc.tuple(who, title, at).map(([a, b, c]) => reserves(a, [b], c)),
            fc.tuple(who, fc.subarray([...TITLES], { minLength: 2 }), at).map(([a, b, c]) => reserves(a, b, c)),
            fc.tuple(who, item).map(([a, b]) => lends(a, b)),
            fc.tuple(item, at).map(([a, b]) => handsIn(a, b)),
            fc.tuple(item, at).map(([a, b]) => handsIn(a, b)),
            fc.tuple(who, title).map(([a, b]) => deletes(a, b)),
            fc.tuple(who, title, at).map(([a, b, c]) => moves(a, b, c)),
            who.map(goes),
            who.map(returns),
            fc.tuple(at, fc.boolean()).map(([a, b]) => fetches(a, b)),
            fc.integer({ min: 1, max: 12 }).map(passes),
          ],
          { maxCommands: 60, size: 'max' },
        ),
        async (commands) => {
          const setup = () => ({
            model: {
              queues: { A: [], B: [], C: [] },
              out: new Map(),
              away: new Set(),
              wishes: 0,
            } satisfies Model,
            real: new Real(),
          })
          await fc.asyncModelRun(setup, commands)
        },
      )
      .beforeEach(async () => {
        for (const table of ['reservation', 'absence', 'pick', 'payment'])
          await ctx.db.run(sql`delete from ${sql.table(table)}`)
        await ctx.db.run(sql`update loan set fee_id = null`)
        for (const table of ['fee', 'bookkeeping_entry', 'loan_block', 'loan', 'message']) {
          await ctx.db.run(sql`delete from ${sql.table(table)}`)
        }
        await ctx.db.run(sql`
          update item set state = 'available', destination_branch_id = null, at_branch_id = branch_id`)
      }),
    { numRuns: RUNS },
  )
})
