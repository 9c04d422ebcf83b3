import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { setPin } from '#auth'
import { assert as must, type PatronId, type StaffId } from '#core'
import { sql } from '#db'
import { checkout } from '#loans'
import { setGuardian } from '#patrons'
import { placeReservation } from '#reservations'
import { type Cast, castIn } from '../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../test/support/library.ts'
import { type Visitor, visit } from '../test/support/visitor.ts'
import { createSite } from './site.ts'

const PIN = '7391'
const ME = '/fredensborg/me'
const LOANS = `${ME}/loans`
const DESK = { kind: 'staff', id: '00000000-0000-7000-8000-0000000000a1' as StaffId, roles: ['desk'] } as const

let library: TestLibrary
let app: FastifyInstance
let cast: Cast
let address = 0

before(async () => {
  library = await openTestLibrary()
  cast = await castIn(library.context())
  app = await createSite(library.installation)
  for (const player of [cast.asta, cast.bo, cast.clara]) {
    must((await setPin(library.context(), player.id, PIN, 'desk')).ok, 'no PIN')
  }
})
after(async () => {
  await app.close()
  await library.close()
})

async function signedIn(who: 'asta' | 'bo' | 'clara'): Promise<Visitor> {
  address += 1
  const visitor = visit(app, `192.0.2.${address}`)
  const done = await visitor.send('/fredensborg/sign-in', '/fredensborg/sign-in', {
    presented: cast[who].card,
    pin: PIN,
  })
  assert.equal(done.statusCode, 303)
  await visitor.get(ME)
  return visitor
}

async function lend(card: string, barcode: string): Promise<void> {
  const lent = await checkout(library.context(DESK), { card, barcode })
  must(lent.ok, JSON.stringify(lent))
}

/** What one form on a page sends, by what its address ends with. */
function fieldsOf(body: string, action: string, at = 0): Record<string, string> {
  const found = body.split('<form').filter((part) => part.includes(`action="${action}"`))[at]
  assert.ok(found, `no form for ${action}`)
  return Object.fromEntries(
    [...found.matchAll(/name="([^"]+)" value="([^"]*)"/g)].map(([, name, value]) => [name, value]),
  )
}

function dueOf(patron: PatronId): Promise<{ due_on: Temporal.PlainDate; renewals: number }[]> {
  return library
    .context()
    .db.all(sql`select due_on, renewals from loan where patron_id = ${patron} order by due_on, id`)
}

test('whoever is not signed in is led to sign in and back to their loans', async () => {
  const answer = await visit(app).get(LOANS)
  assert.equal(answer.headers.location, '/fredensborg/sign-in?next=%2Ffredensborg%2Fme%2Floans')
})

test('the front of one’s own page says at once what is on loan and when the first is due', async () => {
  const asta = await signedIn('asta')
  assert.match((await asta.get(ME)).body, /Ingen lån/)
  await lend(cast.asta.card, 'A1')
  await lend(cast.asta.card, 'B1')
  const me = await asta.get(ME)
  assert.match(me.body, /2 lån/)
  assert.match(me.body, /Første frist er \d+\. \w+ \d{4}/)
  assert.doesNotMatch(me.body, /Titel A/, 'titles stand on the page of loans, not over somebody’s shoulder')
  assert.match((await asta.get(`/en${ME}`)).body, /2 loans/)
})

test('a loan is renewed with one button, and a second tap on the same button renews nothing more', async () => {
  const asta = await signedIn('asta')
  library.clock.moveTo(library.clock.now().add({ hours: 24 * 5 }))
  const [before] = await dueOf(cast.asta.id)
  const page = await asta.get(LOANS)
  assert.match(page.body, /aria-label="Forny Titel A"/)
  const fields = fieldsOf(page.body, `${LOANS}/renew`)
  const done = await asta.post(`${LOANS}/renew`, fields)
  assert.deepEqual([done.statusCode, done.headers.location], [303, LOANS])
  assert.match((await asta.get(LOANS)).body, /Lånet er fornyet til/)
  const again = await asta.post(`${LOANS}/renew`, fields)
  assert.equal(again.statusCode, 303)
  const rows = await dueOf(cast.asta.id)
  assert.deepEqual(rows.map(({ renewals }) => renewals).sort(), [0, 1])
  assert.ok(before && Temporal.PlainDate.compare(rows.at(-1)?.due_on ?? before.due_on, before.due_on) > 0)
})

test('all that can be renewed is renewed at once, and sending it twice changes nothing', async () => {
  const asta = await signedIn('asta')
  const page = await asta.get(LOANS)
  const fields = fieldsOf(page.body, `${LOANS}/renew-all`)
  assert.equal((await asta.post(`${LOANS}/renew-all`, fields)).statusCode, 303)
  const once = await dueOf(cast.asta.id)
  assert.equal((await asta.post(`${LOANS}/renew-all`, fields)).statusCode, 303)
  assert.deepEqual(await dueOf(cast.asta.id), once)
})

test('what somebody else waits for is not renewed, and the page says why in plain words', async () => {
  await lend(cast.bo.card, 'C1')
  await library.context().db.run(sql`update item set state = 'lost' where barcode = 'C2'`)
  must((await placeReservation(library.context(), { patron: cast.clara.id, title: cast.titles.C })).ok, 'not reserved')
  const bo = await signedIn('bo')
  const page = await bo.get(LOANS)
  assert.match(page.body, /Kan ikke fornyes nu: En anden venter på materialet\./)
  assert.doesNotMatch(page.body, /aria-label="Forny Titel C"/)
  const [row] = await library.context().db.all<{ id: string }>(sql`select id from loan where patron_id = ${cast.bo.id}`)
  assert.ok(row)
  const refused = await bo.post(`${LOANS}/renew`, {
    ...fieldsOf(page.body, '/fredensborg/sign-out'),
    loan: row.id,
    renewals: '0',
  })
  assert.equal(refused.statusCode, 422)
  assert.match(refused.body, /Lånet blev ikke fornyet/)
})

test('an overdue loan is marked, and the front says so before anything else', async () => {
  library.clock.moveTo(library.clock.now().add({ hours: 24 * 60 }))
  const bo = await signedIn('bo')
  assert.match((await bo.get(ME)).body, /tile-error[\s\S]*1 skulle have været afleveret/)
  assert.match((await bo.get(LOANS)).body, /Overskredet[\s\S]*Skulle have været afleveret .*, for \d+ dage siden/)
})

test('nobody renews another’s loan', async () => {
  const [theirs] = await library
    .context()
    .db.all<{ id: string }>(sql`select id from loan where patron_id = ${cast.asta.id} and renewals = 1 limit 1`)
  assert.ok(theirs)
  const bo = await signedIn('bo')
  const fields = fieldsOf((await bo.get(LOANS)).body, '/fredensborg/sign-out')
  const answer = await bo.post(`${LOANS}/renew`, { ...fields, loan: theirs.id, renewals: '1' })
  assert.equal(answer.statusCode, 422)
  assert.match(answer.body, /ikke blandt dine lån/)
  assert.doesNotMatch(answer.body, /Titel A/)
})

test('a guardian renews a child’s loan while the link stands, and nobody else can', async () => {
  const desk = library.context(DESK)
  const guardian = { name: 'Asta Prøve', cpr: '740385-1048', proof: 'paper', maySee: true } as const
  must((await setGuardian(desk, cast.clara.id, guardian)).ok, 'no guardian')
  await lend(cast.clara.card, 'A2')
  const asta = await signedIn('asta')
  const child = `${ME}/children/${cast.clara.id}`
  library.clock.moveTo(library.clock.now().add({ hours: 24 }))
  const page = await asta.get(child)
  assert.match(page.body, /Titel A/)
  const fields = fieldsOf(page.body, `${child}/renew`)
  const bo = await signedIn('bo')
  const { _csrf = '' } = fieldsOf((await bo.get(ME)).body, '/fredensborg/sign-out')
  assert.equal((await bo.post(`${child}/renew`, { ...fields, _csrf })).statusCode, 404)
  assert.equal((await asta.post(`${child}/renew`, fields)).headers.location, child)
  assert.deepEqual(
    (await dueOf(cast.clara.id)).map(({ renewals }) => renewals),
    [1],
  )
})
