import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { addBranch, closeOn, setOpeningHours } from '#agencies'
import { addItems, putTitles, withdrawItem } from '#catalogue'
import { type BranchId, dayOf, type ItemId, type PatronId, type ReservationId, type StaffId, type TitleId } from '#core'
import { sql } from '#db'
import { checkin, checkout, renew } from '#loans'
import { placeLoanBlock } from '#patrons'
import type { Context } from '#vault'
import { type Cast, castIn, titleNamed } from '../../../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import {
  changeReservation,
  deleteReservation,
  endAbsence,
  expireReservations,
  FBS_RESERVATION_RESULT,
  inTransit,
  notOnShelf,
  pickList,
  pickupShelf,
  placeReservation,
  placeReservations,
  queueLength,
  reservationsOf,
  setAbsence,
  takePicks,
  tellReady,
} from './index.ts'

let library: TestLibrary
let ctx: Context
let cast: Cast
let branch: BranchId
let elsewhere: BranchId
let numbered = 0

before(async () => {
  library = await openTestLibrary()
  ctx = library.context()
  cast = await castIn(ctx)
  branch = cast.branch
  elsewhere = await addBranch(ctx, {
    code: 'B',
    name: 'Filialen',
    address: 'Vej 2',
    postcode: '3050',
    city: 'Humlebæk',
  })
})
after(() => library.close())
beforeEach(async () => {
  await ctx.db.run(sql`delete from message`)
})

const hours = (count: number) => library.clock.moveTo(library.clock.now().add({ hours: count }))
const today = () => dayOf(library.clock.now())

/** A title of its own for each test, so that no queue is another's. */
async function titleWith(barcodes: readonly string[], at: BranchId = branch): Promise<TitleId> {
  numbered += 1
  const [title] = await putTitles(ctx, [titleNamed(`R${numbered}`)])
  assert(title)
  await addItems(
    ctx,
    barcodes.map((barcode) => ({ title_id: title.id, barcode, branch_id: at, shelf: '86' })),
  )
  return title.id
}

async function reserve(patron: PatronId, title: TitleId, pickupBranch = branch): Promise<ReservationId> {
  const placed = await placeReservation(ctx, { patron, title, pickupBranch })
  assert(placed.ok, JSON.stringify(placed))
  hours(1)
  return placed.value
}

async function lendOut(card: string, barcode: string): Promise<void> {
  const lent = await checkout(ctx, { card, barcode })
  assert(lent.ok, JSON.stringify(lent))
}

async function handIn(barcode: string, at = branch) {
  const back = await checkin(ctx, { barcode, at })
  assert(back.ok, JSON.stringify(back))
  return back.value
}

const kinds = () =>
  ctx.db.all<{ kind: string; patron_id: PatronId }>(sql`select kind, patron_id from message order by queued_at, id`)

const rows = (title: TitleId) => ctx.db.all(sql`select id from reservation where title_id = ${title}`)

test('one waits for a title once, and not for what one has on loan (scenario 50)', async () => {
  const title = await titleWith(['50a', '50b'])
  await reserve(cast.asta.id, title)
  const twice = await placeReservation(ctx, { patron: cast.asta.id, title, pickupBranch: branch })
  assert.deepEqual(twice, { ok: false, refusal: { kind: 'already-reserved' } })
  await lendOut(cast.bo.card, '50a')
  const borrowed = await placeReservation(ctx, { patron: cast.bo.id, title, pickupBranch: branch })
  assert.deepEqual(borrowed, { ok: false, refusal: { kind: 'already-borrowed' } })
})

test('what stands on the shelf may be reserved: it is on the pick list until it is fetched (scenario 51)', async () => {
  const title = await titleWith(['51a'])
  await reserve(cast.asta.id, title)
  assert.deepEqual(
    (await pickList(ctx, branch)).filter(({ barcode }) => barcode === '51a').map(({ shelf }) => shelf),
    ['86'],
  )
  const { route } = await handIn('51a')
  assert.equal(route.kind, 'pickup-shelf')
  assert.equal(
    (await pickList(ctx, branch)).some(({ barcode }) => barcode === '51a'),
    false,
  )
})

test('a reservation that is deleted moves the rest up, and leaves no row (scenario 52)', async () => {
  const title = await titleWith(['52a'])
  await lendOut(cast.dines.card, '52a')
  const first = await reserve(cast.asta.id, title)
  await reserve(cast.bo.id, title)
  const place = async (patron: PatronId) =>
    (await reservationsOf(ctx, patron)).find((row) => row.title_id === title)?.place
  assert.equal(await place(cast.bo.id), 2)
  assert.equal(await deleteReservation(ctx, first), true)
  assert.equal(await place(cast.bo.id), 1)
  assert.equal((await rows(title)).length, 1)
  assert.equal(await deleteReservation(ctx, first), false)
})

test('whoever is away is passed over and keeps their place; back again they are the next (scenario 53)', async () => {
  const title = await titleWith(['53a', '53b'])
  await lendOut(cast.dines.card, '53a')
  await lendOut(cast.dines.card, '53b')
  await reserve(cast.asta.id, title)
  await reserve(cast.bo.id, title)
  assert.deepEqual(await setAbsence(ctx, cast.asta.id, { from_on: today(), until_on: null }), { ok: true, value: true })
  assert.equal((await handIn('53a')).ready?.patron_id, cast.bo.id)
  assert.equal(await endAbsence(ctx, cast.asta.id), true)
  assert.equal((await handIn('53b')).ready?.patron_id, cast.asta.id)
})

test('an absence that is over is deleted in the night, and one that ends before it begins is refused', async () => {
  const yesterday = today().subtract({ days: 1 })
  assert.deepEqual(await setAbsence(ctx, cast.asta.id, { from_on: today(), until_on: yesterday }), {
    ok: false,
    refusal: { kind: 'ends-before-it-begins' },
  })
  await setAbsence(ctx, cast.asta.id, { from_on: today(), until_on: today() })
  await expireReservations(ctx, today())
  assert.equal((await ctx.db.all(sql`select 1 from absence`)).length, 1)
  await expireReservations(ctx, today().add({ days: 1 }))
  assert.deepEqual(await ctx.db.all(sql`select 1 from absence`), [])
})

test('a broken copy is kept for nobody, and whoever waited for it goes on waiting (scenario 54)', async () => {
  const title = await titleWith(['54a'])
  await lendOut(cast.dines.card, '54a')
  await reserve(cast.asta.id, title)
  const back = await checkin(ctx, { barcode: '54a', at: branch, damaged: true })
  assert(back.ok && back.value.route.kind === 'repair')
  assert.equal((await reservationsOf(ctx, cast.asta.id)).find((row) => row.title_id === title)?.state, 'waiting')
})

test('an uncollected reservation expires when its open days have passed, not on a closed day, and the next in line gets it (scenarios 55, 56, 57)', async () => {
  const weekdays = [1, 2, 3, 4, 5]
  await setOpeningHours(
    ctx,
    branch,
    weekdays.map((weekday) => ({ weekday, opens: '10:00', closes: '18:00', staffed: true })),
  )
  const title = await titleWith(['55a'])
  await lendOut(cast.dines.card, '55a')
  await reserve(cast.asta.id, title)
  await reserve(cast.bo.id, title)
  const until = (await handIn('55a')).ready?.pickup_until_on
  assert(until)
  assert.ok(until.dayOfWeek <= 5, `${until} is no day to pick anything up`)
  await closeOn(ctx, { branch, day: until, reason: { da: 'Vandskade', en: 'Water damage' } })
  library.clock.moveTo(
    until.add({ days: 1 }).toZonedDateTime({ timeZone: 'Europe/Copenhagen', plainTime: '02:00' }).toInstant(),
  )
  await expireReservations(ctx, until.add({ days: 1 }))
  assert.equal(
    (await reservationsOf(ctx, cast.asta.id)).some((row) => row.title_id === title),
    true,
  )
  const next = until.dayOfWeek === 5 ? until.add({ days: 4 }) : until.add({ days: 3 })
  library.clock.moveTo(next.toZonedDateTime({ timeZone: 'Europe/Copenhagen', plainTime: '02:00' }).toInstant())
  await expireReservations(ctx, next)
  assert.equal(
    (await reservationsOf(ctx, cast.asta.id)).some((row) => row.title_id === title),
    false,
  )
  assert.equal((await reservationsOf(ctx, cast.bo.id)).find((row) => row.title_id === title)?.state, 'ready')
  assert.deepEqual(
    (await kinds()).filter(({ patron_id }) => patron_id === cast.asta.id).map(({ kind }) => kind),
    ['reservation-expired'],
  )
})

test('what is being filled is changed no more, and what is gone cannot be (scenario 58)', async () => {
  const title = await titleWith(['58a'])
  const id = await reserve(cast.asta.id, title)
  const given = { id, patron: cast.asta.id, pickupBranch: elsewhere }
  assert.equal((await changeReservation(ctx, given)).ok, true)
  assert.deepEqual(await changeReservation(ctx, { ...given, patron: cast.bo.id }), {
    ok: false,
    refusal: { kind: 'unknown-reservation' },
  })
  await handIn('58a')
  assert.deepEqual(await changeReservation(ctx, given), { ok: false, refusal: { kind: 'being-filled' } })
  await deleteReservation(ctx, id)
  assert.deepEqual(await changeReservation(ctx, given), { ok: false, refusal: { kind: 'unknown-reservation' } })
})

test('when a copy is not on its shelf another one is sought (scenario 60)', async () => {
  const title = await titleWith(['60a', '60b'])
  await reserve(cast.asta.id, title)
  const here = { kind: 'staff', id: '00000000-0000-7000-8000-000000000060' as StaffId, roles: ['desk'] } as const
  const [taken] = (await takePicks(library.context(here), branch, here.id, 50)).filter(({ barcode }) =>
    barcode.startsWith('60'),
  )
  assert(taken)
  assert.equal(await notOnShelf(ctx, taken.item_id), true)
  const left = (await pickList(ctx, branch)).filter(({ barcode }) => barcode.startsWith('60'))
  assert.equal(left.length, 1)
  assert.notEqual(left[0]?.barcode, taken.barcode)
  await ctx.db.run(sql`delete from pick`)
})

test('two who fetch at once never go for the same copy', async () => {
  for (let number = 0; number < 6; number++) await reserve(cast.dines.id, await titleWith([`pick${number}`]))
  const staff = (end: string) => `00000000-0000-7000-8000-0000000000${end}` as StaffId
  const rounds = await Promise.all(['71', '72', '73'].map((end) => takePicks(library.context(), branch, staff(end), 3)))
  const all = rounds.flat().map(({ item_id }) => item_id)
  assert.equal(new Set<ItemId>(all).size, all.length)
  await ctx.db.run(sql`delete from pick`)
  await ctx.db.run(sql`delete from reservation where patron_id = ${cast.dines.id}`)
})

test('of several editions the first that is lent ends the others, and all are reserved or none (scenario 61)', async () => {
  const [hard, soft] = [await titleWith(['61a']), await titleWith(['61b'])]
  const placed = await placeReservations(ctx, {
    patron: cast.asta.id,
    wishes: [{ title: hard }, { title: soft }, { title: hard }],
    parallel: true,
    pickupBranch: branch,
  })
  assert.deepEqual(
    placed.map(({ result }) => result.ok),
    [true, true],
  )
  assert.equal((await handIn('61a')).ready?.patron_id, cast.asta.id)
  assert.equal((await handIn('61b')).ready?.patron_id, cast.asta.id)
  await lendOut(cast.asta.card, '61b')
  assert.deepEqual([...(await rows(hard)), ...(await rows(soft))], [])
  const item = await ctx.db.one<{ state: string }>(sql`select state from item where barcode = '61a'`)
  assert.equal(item.state, 'available')
  const none = await placeReservations(ctx, {
    patron: cast.bo.id,
    wishes: [{ title: hard }, { title: '019a0000-0000-7000-8000-000000000000' as TitleId }],
    pickupBranch: branch,
  })
  assert.deepEqual(
    none.map(({ result }) => (result.ok ? 'ok' : result.refusal.kind)),
    ['ok', 'unknown-title'],
  )
  assert.deepEqual(await rows(hard), [])
})

test('an item picked up elsewhere is sent there, and is ready when it arrives; told once, of all that came together (scenarios 29, 62)', async () => {
  const [one, two] = [await titleWith(['62a']), await titleWith(['62b'])]
  await tellReady(ctx)
  await ctx.db.run(sql`delete from message`)
  await reserve(cast.asta.id, one, elsewhere)
  await reserve(cast.asta.id, two, elsewhere)
  for (const barcode of ['62a', '62b']) assert.equal((await handIn(barcode)).route.kind, 'transit')
  assert.deepEqual(
    (await reservationsOf(ctx, cast.asta.id))
      .filter((row) => [one, two].includes(row.title_id))
      .map((row) => row.state),
    ['in-transit', 'in-transit'],
  )
  assert.equal((await inTransit(ctx, elsewhere)).filter((row) => row.for_reservation).length, 2)
  for (const barcode of ['62a', '62b']) assert.equal((await handIn(barcode, elsewhere)).route.kind, 'pickup-shelf')
  const numbers = (await pickupShelf(ctx, elsewhere)).map(({ pickup_number }) => pickup_number)
  assert.equal(new Set(numbers).size, 2)
  assert.equal(await tellReady(ctx), 0, 'it waits a little for what else comes')
  hours(1)
  assert.equal(await tellReady(ctx), 1)
  assert.equal(await tellReady(ctx), 0)
  const told = await ctx.db.one<{ body: string }>(sql`select body from message where kind = 'reservation-ready'`)
  for (const number of numbers) assert.ok(told.body.includes(number))
})

test('a renewal is refused only when more wait than other copies can serve (scenarios 15, 23)', async () => {
  const title = await titleWith(['15a', '15b'])
  await lendOut(cast.dines.card, '15a')
  await reserve(cast.asta.id, title)
  const { id } = await ctx.db.one<{ id: Parameters<typeof renew>[1] }>(sql`
    select l.id from loan l join item i on i.id = l.item_id where i.barcode = '15a' and l.returned_at is null`)
  assert.equal((await renew(ctx, id)).ok, true)
  await reserve(cast.bo.id, title)
  const refused = await renew(ctx, id)
  assert(!refused.ok)
  assert.equal(refused.refusal.kind, 'reserved')
})

test('whoever waits for one very copy stops its renewal, and gets no other (scenario 16)', async () => {
  const title = await titleWith(['16a', '16b'])
  await lendOut(cast.dines.card, '16a')
  const { id: item } = await ctx.db.one<{ id: ItemId }>(sql`select id from item where barcode = '16a'`)
  const placed = await placeReservation(ctx, { patron: cast.asta.id, title, item, pickupBranch: branch })
  assert(placed.ok)
  const { id } = await ctx.db.one<{ id: Parameters<typeof renew>[1] }>(sql`
    select id from loan where item_id = ${item} and returned_at is null`)
  const refused = await renew(ctx, id)
  assert(!refused.ok && refused.refusal.kind === 'reserved')
  assert.equal((await handIn('16b')).ready, undefined)
  assert.equal((await handIn('16a')).ready?.patron_id, cast.asta.id)
})

test('when the last copy is withdrawn those who wait are told that it cannot be had', async () => {
  const title = await titleWith(['lost1'])
  await reserve(cast.asta.id, title)
  const keeper = library.context({
    kind: 'staff',
    id: '00000000-0000-7000-8000-000000000081' as StaffId,
    roles: ['catalogue'],
  })
  const gone = await withdrawItem(keeper, 'lost1')
  assert(gone.ok, JSON.stringify(gone))
  await expireReservations(ctx, today())
  assert.deepEqual(await rows(title), [])
  assert.ok((await kinds()).some(({ kind }) => kind === 'cannot-be-obtained'))
})

test('the patron whom staff delete a reservation for is told, and who deletes their own is not', async () => {
  const title = await titleWith(['del1'])
  const desk = library.context({
    kind: 'staff',
    id: '00000000-0000-7000-8000-000000000082' as StaffId,
    roles: ['desk'],
  })
  await deleteReservation(desk, await reserve(cast.asta.id, title))
  assert.deepEqual(
    (await kinds()).map(({ kind }) => kind),
    ['reservation-deleted'],
  )
  await deleteReservation(ctx, await reserve(cast.asta.id, title))
  assert.equal((await kinds()).length, 1)
})

test('what nobody may lend cannot be reserved, in the words of the national website', async () => {
  const none = await titleWith([])
  const refused = async (title: TitleId) => {
    const placed = await placeReservation(ctx, { patron: cast.bo.id, title, pickupBranch: branch })
    return placed.ok ? 'ok' : FBS_RESERVATION_RESULT[placed.refusal.kind]
  }
  assert.equal(await refused(none), 'no_reservable_materials')
  const quick = await titleWith(['quick1'])
  await ctx.db.run(sql`update item set material_group = 'quick' where barcode = 'quick1'`)
  assert.equal(await refused(quick), 'material_not_reservable')
  const house = await titleWith(['house1'])
  await ctx.db.run(sql`update item set material_group = 'reference' where barcode = 'house1'`)
  assert.equal(await refused(house), 'material_not_loanable')
  const lost = await titleWith(['gone1'])
  await ctx.db.run(sql`update item set state = 'lost' where barcode = 'gone1'`)
  assert.equal(await refused(lost), 'material_lost')
  const ordered = await titleWith(['order1'])
  await ctx.db.run(sql`update item set state = 'on-order' where barcode = 'order1'`)
  assert.equal(await refused(ordered), 'ok')
  await placeLoanBlock(
    library.context({ kind: 'staff', id: '00000000-0000-7000-8000-000000000083' as StaffId, roles: ['desk'] }),
    cast.bo.id,
    {
      code: 'other',
      reason: 'prøve',
      message: 'prøve',
    },
  )
  assert.equal(await refused(await titleWith(['block1'])), 'patron_is_blocked')
})

test('a queue of five hundred is as deep as it is long, and its head is still served first', async () => {
  const title = await titleWith(['many1'])
  await lendOut(cast.dines.card, 'many1')
  const first = await reserve(cast.asta.id, title)
  await ctx.db.run(sql`
    insert into patron (id, number, name, protected, patron_group, home_branch_id, language, enrolled_at, last_active_at)
    select gen_random_uuid(), (700000000 + n)::text, 'Prøve ' || n, false, 'adult', ${branch}, 'da', ${library.clock.now()},
      ${library.clock.now()} from generate_series(1, 500) n`)
  await ctx.db.run(sql`
    insert into reservation (id, transaction_id, patron_id, title_id, pickup_branch_id, placed_at, interest_until_on)
    select id, id, id, ${title}, ${branch}, ${library.clock.now()}, ${today().add({ days: 90 })} from patron
    where number like '7000%'`)
  assert.equal(await queueLength(ctx, title), 501)
  assert.equal((await handIn('many1')).ready?.id, first)
})

test('word that something is ready is taken back when it was collected before the word went out', async () => {
  const title = await titleWith(['W1'])
  // Of nobody else's is anything ready from the tests before.
  await ctx.db.run(sql`delete from reservation`)
  await lendOut(cast.dines.card, 'W1')
  await reserve(cast.asta.id, title)
  assert((await checkin(ctx, { barcode: 'W1', at: branch })).ok)
  hours(1)
  assert.equal(await tellReady(ctx), 1)
  const waits = () => ctx.db.all(sql`select kind from message where sent_at is null and given_up_at is null`)
  assert.deepEqual(await waits(), [{ kind: 'reservation-ready' }])
  await lendOut(cast.asta.card, 'W1')
  assert.deepEqual(await waits(), [])
})
