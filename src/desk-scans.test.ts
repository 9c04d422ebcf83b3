import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { addBranch } from '#agencies'
import { addStaff } from '#auth'
import { type BranchId, dayOf } from '#core'
import { sql } from '#db'
import { openClaims } from '#fees'
import { checkout, openLoans } from '#loans'
import { placeAutomaticBlock } from '#patrons'
import { placeReservation, reservationsOf } from '#reservations'
import { type Cast, castIn } from '../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../test/support/library.ts'
import { signInAs, type Visitor, visit } from '../test/support/visitor.ts'
import { createSite } from './site.ts'

const PASSWORD = 'fire store gule løver'
const DESK = '/fredensborg/staff/desk'

let library: TestLibrary
let app: FastifyInstance | undefined
let cast: Cast
let desk: Visitor
let elsewhere: BranchId

before(async () => {
  library = await openTestLibrary()
  const ctx = library.context()
  cast = await castIn(ctx)
  elsewhere = await addBranch(ctx, {
    code: 'B',
    name: 'Filialen',
    address: 'Vej 2',
    postcode: '3050',
    city: 'Humlebæk',
  })
  app = await createSite(library.installation)
  const operator = library.context({ kind: 'operator', name: 'drift' })
  const person = { username: 'dorte', name: 'Dorte Prøve', email: null, roles: ['desk'] as const, password: PASSWORD }
  assert.ok((await addStaff(operator, person)).ok)
  desk = visit(app)
  await signInAs(desk, 'fredensborg', { username: 'dorte', password: PASSWORD })
})
after(async () => {
  await app?.close()
  await library.close()
})
beforeEach(async () => {
  const { db } = library.context()
  await db.run(sql`delete from reservation`)
  await db.run(sql`update loan set fee_id = null`)
  for (const table of ['fee', 'compensation', 'bookkeeping_entry', 'loan_block', 'loan', 'message']) {
    await db.run(sql`delete from ${sql.table(table)}`)
  }
  await db.run(sql`update item set state = 'available', destination_branch_id = null, at_branch_id = branch_id`)
})

/** Scans at the desk, on the page that stands open, and answers the page that comes. */
async function scan(text: string, open = DESK): Promise<{ status: number; body: string; at: string }> {
  const action = open === DESK ? `${DESK}/searches` : `${open}/scans`
  const answer = await desk.send(open, action, { text, branch: cast.branch })
  const moved = answer.headers.location
  assert.ok(typeof moved === 'string', 'what is scanned is answered by another page, so that nothing is sent again')
  const page = await desk.get(moved)
  return { status: page.statusCode, body: page.body, at: moved.replace(/\?.*/, '') }
}

async function loansOfAsta(): Promise<string[]> {
  return (await openLoans(library.context(), cast.asta.id)).map(({ barcode }) => barcode).sort()
}

test('five items are lent with a card, five scans and Enter, and nothing else', async () => {
  const { at } = await scan(cast.asta.card)
  assert.match(at, /\/patrons\//)
  for (const barcode of ['A1', 'B1', 'C1', 'A2', 'B2']) {
    const page = await scan(barcode, at)
    assert.equal(page.status, 200)
    assert.match(page.body, /data-outcome="ok"/)
    assert.match(page.body, /data-scan-field[^>]*autofocus/)
  }
  assert.deepEqual(await loansOfAsta(), ['A1', 'A2', 'B1', 'B2', 'C1'])
  const done = await scan('', at)
  assert.equal(done.at, DESK)
})

test('an item that is scanned with nobody before one is taken back, and the page says where it goes', async () => {
  const ctx = library.context()
  assert.ok((await checkout(ctx, { card: cast.asta.card, barcode: 'A1' })).ok)
  const back = await scan('A1')
  assert.match(back.body, /data-outcome="ok"/)
  assert.match(back.body, /På plads: 86/)
  assert.deepEqual(await loansOfAsta(), [])
  assert.ok((await placeReservation(ctx, { patron: cast.bo.id, title: cast.titles.B, pickupBranch: elsewhere })).ok)
  const kept = await scan('B1')
  assert.match(kept.body, /data-outcome="attention"/)
  assert.match(kept.body, /Send til Filialen: reserveret/)
})

test('the next card opens the next patron, also from the page of the one before', async () => {
  const asta = await scan(cast.asta.card)
  const bo = await scan(cast.bo.card, asta.at)
  assert.ok(bo.at.endsWith(cast.bo.id))
})

test('what is refused says every reason, and may be lent all the same with a reason the patron can read', async () => {
  const ctx = library.context()
  assert.ok(await placeAutomaticBlock(ctx, cast.asta.id, 'self-enrolled'))
  const { at } = await scan(cast.asta.card)
  const no = await scan('A1', at)
  assert.equal(no.status, 409)
  assert.match(no.body, /data-outcome="refused"/)
  assert.match(no.body, /Lån ud alligevel/)
  const yes = await desk.send(at, `${at}/loans/despite`, { barcode: 'A1', reason: 'Står ved skranken med pas' })
  assert.equal(yes.statusCode, 303, yes.body)
  assert.deepEqual(await loansOfAsta(), ['A1'])
  await ctx.db.run(sql`update item set state = 'damaged' where barcode = 'B1'`)
  const never = await scan('B1', at)
  assert.match(never.body, /Materialet er beskadiget/)
  assert.doesNotMatch(never.body, /Lån ud alligevel/)
  const seen = await ctx.db.all<{ why: string }>(sql`select why from access_log where why like 'Står ved skranken%'`)
  assert.equal(seen.length, 1)
})

test('a checkout that was a mistake is undone, and there was no loan', async () => {
  const { at } = await scan(cast.asta.card)
  const lent = await scan('A1', at)
  const loan = /name="loan" value="([^"]+)"/.exec(lent.body)?.[1] ?? ''
  const undone = await desk.send(at, `${DESK}/undo`, { loan, step: 'lent' })
  assert.equal(undone.statusCode, 303, undone.body)
  assert.deepEqual(await loansOfAsta(), [])
  const item = await library.context().db.one(sql`select state from item where barcode = 'A1'`)
  assert.deepEqual(item, { state: 'available' })
})

test('a return that was a mistake is undone: the loan goes on, and what it cost is credited', async () => {
  const ctx = library.context()
  assert.ok((await checkout(ctx, { card: cast.asta.card, barcode: 'A1' })).ok)
  library.clock.moveTo(library.clock.now().add({ hours: 24 * 45 }))
  const back = await scan('A1')
  assert.match(back.body, /Gebyr: /)
  assert.equal((await openClaims(ctx, cast.asta.id)).length, 1)
  const loan = /name="loan" value="([^"]+)"/.exec(back.body)?.[1] ?? ''
  assert.equal((await desk.send(DESK, `${DESK}/undo`, { loan, step: 'returned' })).statusCode, 303)
  assert.deepEqual(await loansOfAsta(), ['A1'])
  assert.deepEqual(await openClaims(ctx, cast.asta.id), [])
  const again = await scan('A1')
  assert.match(again.body, /Gebyr: /)
})

test('after ten minutes nothing is undone any more', async () => {
  const { at } = await scan(cast.asta.card)
  const lent = await scan('A1', at)
  const loan = /name="loan" value="([^"]+)"/.exec(lent.body)?.[1] ?? ''
  library.clock.moveTo(library.clock.now().add({ minutes: 11 }))
  const answer = await desk.send(at, `${DESK}/undo`, { loan, step: 'lent' })
  const late = await desk.get(String(answer.headers.location))
  assert.equal(late.statusCode, 409)
  assert.match(late.body, /mere end ti minutter siden/)
  assert.deepEqual(await loansOfAsta(), ['A1'])
})

test('loans are renewed, said to be returned, found at home again, broken and lost, all from the patron’s page', async () => {
  const ctx = library.context()
  for (const barcode of ['A1', 'B1', 'C1']) assert.ok((await checkout(ctx, { card: cast.asta.card, barcode })).ok)
  library.clock.moveTo(library.clock.now().add({ hours: 48 }))
  const { at, body } = await scan(cast.asta.card)
  assert.match(body, /3 lån/)
  const [one, two, three] = (await openLoans(ctx, cast.asta.id)).map(({ id }) => id)
  assert.equal((await desk.send(at, `${at}/loans/renew`, { loan: String(one), renewals: '0' })).statusCode, 303)
  assert.equal((await openLoans(ctx, cast.asta.id)).find(({ id }) => id === one)?.renewals, 1)
  assert.match((await desk.get(`${at}/loans/${one}`)).body, /Låneren siger, det er afleveret/)
  assert.equal((await desk.send(at, `${at}/loans/${one}/claim`, {})).statusCode, 303)
  assert.match((await desk.get('/fredensborg/staff/claimed')).body, /Titel [ABC]/)
  assert.equal((await desk.send(at, `${at}/loans/${one}/withdraw`, {})).statusCode, 303)
  assert.equal((await desk.send(at, `${at}/loans/${two}/damaged`, { charge: 'on' })).statusCode, 303)
  assert.equal((await openClaims(ctx, cast.asta.id)).length, 1)
  assert.equal((await desk.send(at, `${at}/loans/${three}/lost`, {})).statusCode, 303)
  assert.match((await desk.get('/fredensborg/staff/lost')).body, /Titel/)
  assert.equal((await desk.send(at, `${at}/loans/renew-all`, {})).statusCode, 303)
  assert.equal((await desk.send(at, `${at}/loans/${three}/lost`, {})).statusCode, 404)
})

test('a title is found and reserved for the patron at the desk, by its words or by an item in the hand', async () => {
  const ctx = library.context()
  const { at } = await scan(cast.bo.card)
  const found = await desk.send(at, `${at}/reservations/search`, { text: 'B1' })
  assert.match(found.body, new RegExp(`value="${cast.titles.B}"`))
  const placed = await desk.send(at, `${at}/reservations`, { title: cast.titles.B, branch: elsewhere })
  assert.equal(placed.statusCode, 303, placed.body)
  const again = await desk.send(at, `${at}/reservations`, { title: cast.titles.B, branch: elsewhere })
  assert.equal(again.statusCode, 409)
  assert.match(again.body, /allerede reserveret/)
  assert.match((await desk.get(at)).body, /Nummer 1 i køen/)
  const [mine] = await reservationsOf(ctx, cast.bo.id)
  assert.equal((await desk.send(at, `${at}/reservations/delete`, { reservation: String(mine?.id) })).statusCode, 303)
  assert.deepEqual(await reservationsOf(ctx, cast.bo.id), [])
})

test('what is overdue is a list for the round of the shelves, and names nobody', async () => {
  const ctx = library.context()
  assert.ok((await checkout(ctx, { card: cast.asta.card, barcode: 'A1' })).ok)
  await ctx.db.run(sql`update loan set due_on = ${dayOf(ctx.clock.now()).subtract({ days: 3 })}`)
  const list = await desk.get('/fredensborg/staff/overdue')
  assert.match(list.body, /Titel A/)
  assert.doesNotMatch(list.body, /Asta/)
  assert.match((await desk.get('/fredensborg/staff')).body, /Over tiden/)
})
