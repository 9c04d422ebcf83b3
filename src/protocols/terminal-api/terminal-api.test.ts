import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { setOpeningHours } from '#agencies'
import { addTerminal, disableTerminal, setPin } from '#auth'
import { at, dayOf } from '#core'
import { sql } from '#db'
import { runRetention } from '#privacy'
import { register } from '../../../src/rooms.ts'
import { createSite } from '../../../src/site.ts'
import { type Cast, castIn } from '../../../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'

let library: TestLibrary
let app: FastifyInstance
let cast: Cast
let door: { readonly id: string; readonly name: string; readonly secret: string }
let kiosk: { readonly id: string; readonly name: string; readonly secret: string }

before(async () => {
  library = await openTestLibrary()
  cast = await castIn(library.context())
  app = await createSite(library.installation, {})
  const operator = library.context({ kind: 'operator', name: 'test' })
  const machine = { name: 'automat-1', kind: 'self-service', branch: cast.branch, withoutPin: false } as const
  const added = await addTerminal(operator, machine)
  assert(added.ok)
  kiosk = added.value
  assert((await setPin(operator, cast.asta.id, '4711', 'desk')).ok)
  const entrance = await addTerminal(operator, { ...machine, name: 'hoveddør', kind: 'door' })
  assert(entrance.ok)
  door = entrance.value
})
after(async () => {
  await app?.close()
  await library?.close()
})

function ask(command: string, body: unknown, { name, secret } = kiosk) {
  return app.inject({
    method: 'POST',
    url: `/fredensborg/terminal/${command}`,
    headers: {
      authorization: `Basic ${Buffer.from(`${name}:${secret}`).toString('base64')}`,
      'content-type': 'application/json',
    },
    payload: typeof body === 'string' ? body : JSON.stringify(body),
  })
}

const given = () => ({ card: cast.asta.card, pin: '4711', barcode: 'A1' })

test('a machine lends to whoever shows card and PIN, takes back, and says where the item goes', async () => {
  const lent = await ask('checkout', given())
  assert.equal(lent.statusCode, 200, lent.body)
  assert.equal(lent.json().due_on, '2025-12-20')
  const again = await ask('checkout', given())
  assert.deepEqual([again.statusCode, again.json().loan], [200, lent.json().loan])
  const back = await ask('checkin', { barcode: 'A1' })
  assert.deepEqual(back.json(), { loan: lent.json().loan, fee_ore: 0, route: { kind: 'shelf', shelf: '86' } })
})

test('a wrong PIN, an unknown card and a card without a PIN are told alike, and nothing is lent', async () => {
  for (const wrong of [{ pin: '1174' }, { card: '21999999999' }, { card: cast.bo.card }, { pin: undefined }]) {
    const answer = await ask('checkout', { ...given(), ...wrong })
    assert.deepEqual([answer.statusCode, answer.json()], [403, { error: 'wrong' }])
  }
  assert.deepEqual(await library.context().db.all(sql`select 1 from loan where returned_at is null`), [])
})

test('a PIN that was changed a moment after it was right lends nothing more, and the new one does', async () => {
  const operator = library.context({ kind: 'operator', name: 'test' })
  assert.equal((await ask('checkout', given())).statusCode, 200)
  assert.equal((await ask('checkin', { barcode: 'A1' })).statusCode, 200)
  // As another process does it, which cannot tell this one to forget.
  const { hash } = await operator.db.one<{ hash: string }>(sql`select hash from pin where patron_id = ${cast.asta.id}`)
  await operator.db.run(sql`update pin set hash = reverse(hash) where patron_id = ${cast.asta.id}`)
  const refused = await ask('checkout', given())
  assert.deepEqual([refused.statusCode, refused.json()], [403, { error: 'wrong' }])
  assert.deepEqual(await operator.db.all(sql`select 1 from loan where returned_at is null`), [])
  await operator.db.run(sql`update pin set hash = ${hash} where patron_id = ${cast.asta.id}`)
  assert.equal((await ask('checkout', given())).statusCode, 200)
  assert.equal((await ask('checkin', { barcode: 'A1' })).statusCode, 200)
})

test('why something is not lent is told in words for machines, all reasons at once', async () => {
  const answer = await ask('checkout', { ...given(), barcode: 'nej' })
  assert.deepEqual([answer.statusCode, answer.json()], [409, { refused: ['unknown-item'] }])
  const back = await ask('checkin', { barcode: 'nej' })
  assert.deepEqual([back.statusCode, back.json()], [409, { refused: ['unknown-item'] }])
})

test('what cannot be read is refused and changes nothing', async () => {
  for (const body of [{}, { ...given(), barcode: 'x'.repeat(65) }, { ...given(), more: 1 }, []]) {
    assert.equal((await ask('checkout', body)).statusCode, 400)
  }
  assert.equal((await ask('checkout', '{"card":')).statusCode, 400)
  assert.equal((await ask('checkin', { barcode: 'y'.repeat(20_000) })).statusCode, 413)
})

test('a machine that is not known, or has been disabled, is let in no more', async () => {
  const stranger = await ask('checkout', given(), { ...kiosk, secret: 'wrong' })
  assert.deepEqual([stranger.statusCode, stranger.json()], [401, { error: 'wrong' }])
  const none = await app.inject({ method: 'POST', url: '/fredensborg/terminal/checkin', payload: { barcode: 'A1' } })
  assert.equal(none.statusCode, 401)
  assert((await disableTerminal(library.context({ kind: 'operator', name: 'test' }), kiosk.id)).ok)
  assert.equal((await ask('checkout', given())).statusCode, 401)
})

/** Asks as the door does; without a body it fetches. */
function atDoor(what: string, body?: unknown, { name, secret } = door) {
  return app.inject({
    method: body === undefined ? 'GET' : 'POST',
    url: `/fredensborg/door/${what}`,
    headers: {
      authorization: `Basic ${Buffer.from(`${name}:${secret}`).toString('base64')}`,
      ...(body === undefined ? {} : { 'content-type': 'application/json' }),
    },
    ...(body === undefined ? {} : { payload: JSON.stringify(body) }),
  })
}

/** A new evening without staff, and surveillance at work. */
async function evening(): Promise<Temporal.PlainDate> {
  const week = [1, 2, 3, 4, 5, 6, 7].map((weekday) => ({ weekday, opens: '18:00', closes: '22:00', staffed: false }))
  await setOpeningHours(library.context(), cast.branch, week)
  const day = dayOf(library.clock.now()).add({ days: 1 })
  library.clock.moveTo(at(day, '20:00'))
  await library.context().db.run(sql`delete from visit`)
  assert.equal((await atDoor('surveillance', { healthy: true })).statusCode, 200)
  return day
}

const visits = () =>
  library.context().db.all(sql<{ patron_id: string; entered_at: Temporal.Instant; during_outage: boolean }>`
    select patron_id, entered_at, during_outage from visit order by entered_at`)

test('a door opens for card or CPR number and PIN, and learns nothing of who came', async () => {
  await evening()
  const came = await atDoor('entry', { card: cast.asta.card, pin: '4711' })
  assert.equal(came.statusCode, 200, came.body)
  assert.deepEqual(Object.keys(came.json()), ['open', 'pass'])
  const { pass } = came.json()
  const sameCard = await atDoor('entry', { card: cast.asta.card, pin: '4711' })
  assert.equal(sameCard.json().pass, pass)
  const health = await atDoor('entry', { card: '7403851048', pin: '4711' })
  assert.equal(health.json().open, true)
  assert.notEqual(health.json().pass, pass)
  assert.doesNotMatch(came.body + health.body, /Asta|Prøve|740385|21000000001/)
  assert.equal((await visits()).length, 1)
})

test('a door says in two languages why it stays shut', async () => {
  await evening()
  await atDoor('surveillance', { healthy: false })
  const shut = await atDoor('entry', { card: cast.asta.card, pin: '4711' })
  assert.deepEqual([shut.statusCode, shut.json().refused], [409, ['surveillance']])
  assert.deepEqual(Object.keys(shut.json().text), ['da', 'en'])
  assert.deepEqual(await visits(), [])
})

test('wrong PINs at a door count together with those at other machines', async () => {
  await evening()
  const operator = library.context({ kind: 'operator', name: 'test' })
  assert((await setPin(operator, cast.dines.id, '4712', 'desk')).ok)
  const other = { name: 'automat-2', kind: 'self-service', branch: cast.branch, withoutPin: false } as const
  const selfService = await addTerminal(operator, other)
  assert(selfService.ok)
  const wrong = { card: cast.dines.card, pin: '1174', barcode: 'A1' }
  const answers: string[] = []
  for (let tried = 0; tried < 8 && answers.at(-1) !== 'locked'; tried++) {
    const { card, pin } = wrong
    const answer = tried % 2 ? await atDoor('entry', { card, pin }) : await ask('checkout', wrong, selfService.value)
    answers.push(answer.json().error)
  }
  assert.equal(answers.at(-1), 'locked')
  assert.equal((await atDoor('entry', { card: cast.dines.card, pin: '4712' })).json().error, 'locked')
})

test('a door keeps passes for an outage: of those who come here, until they may no more, and for four hours', async () => {
  await evening()
  const { pass } = (await atDoor('entry', { card: cast.asta.card, pin: '4711' })).json()
  const list = (await atDoor('passes')).json()
  assert.deepEqual(list.until, library.clock.now().add({ hours: 4 }).toString())
  assert.deepEqual([list.needs_surveillance, list.hours.length], [true, 1])
  assert.ok(list.passes.includes(pass))
  const operator = library.context({ kind: 'operator', name: 'test' })
  assert((await setPin(operator, cast.asta.id, '4713', 'desk')).ok)
  assert.ok(!(await atDoor('passes')).json().passes.includes(pass))
  assert((await setPin(operator, cast.asta.id, '4711', 'desk')).ok)
  const ban = library.context().random.uuid(library.clock.now())
  await library.context().db.run(sql`
    insert into access_ban (id, patron_id, reason, from_on, decided_by, decided_at)
    values (${ban}, ${cast.asta.id}, 'Hærværk', ${dayOf(library.clock.now())}, ${ban}, ${library.clock.now()})`)
  assert.deepEqual((await atDoor('passes')).json().passes, [])
  await library.context().db.run(sql`delete from access_ban`)
})

test('what a door let in during an outage is written down once, and forgotten thirty days after it happened', async () => {
  const day = await evening()
  const { pass } = (await atDoor('entry', { card: cast.asta.card, pin: '4711' })).json()
  await library.context().db.run(sql`delete from visit`)
  const during = at(day.subtract({ days: 10 }), '19:30')
  const told = [
    { pass, at: during.toString() },
    { pass, at: during.add({ hours: 1 }).toString() },
    { pass: `${pass.slice(0, -2)}AA`, at: during.toString() },
    { pass, at: during.subtract({ hours: 24 * 31 }).toString() },
    { pass, at: library.clock.now().add({ hours: 1 }).toString() },
  ]
  const answer = await atDoor('visits', { visits: told })
  assert.deepEqual(answer.json().outcomes, ['written', 'written', 'nobody', 'forgotten', 'not-yet'])
  const again = await atDoor('visits', { visits: told.slice(0, 2) })
  assert.deepEqual(again.json().outcomes, ['written-before', 'written-before'])
  const written = await visits()
  assert.deepEqual(
    written.map(({ patron_id, entered_at, during_outage }) => [patron_id, entered_at.toString(), during_outage]),
    [
      [cast.asta.id, during.toString(), true],
      [cast.asta.id, during.add({ hours: 1 }).toString(), true],
    ],
  )
  await runRetention(library.context(), register, day.add({ days: 19 }))
  assert.equal((await visits()).length, 2)
  await runRetention(library.context(), register, day.add({ days: 20 }))
  assert.deepEqual(await visits(), [])
})

test('a pass is worth nothing at another door, nor a self-service machine’s secret at any', async () => {
  await evening()
  const operator = library.context({ kind: 'operator', name: 'test' })
  const back = { name: 'bagdør', kind: 'door', branch: cast.branch, withoutPin: false } as const
  const added = await addTerminal(operator, back)
  assert(added.ok)
  const { pass } = (await atDoor('entry', { card: cast.asta.card, pin: '4711' })).json()
  const told = { visits: [{ pass, at: library.clock.now().toString() }] }
  assert.deepEqual((await atDoor('visits', told, added.value)).json().outcomes, ['nobody'])
  const machine = { name: 'automat-3', kind: 'self-service', branch: cast.branch, withoutPin: false } as const
  const kind = await addTerminal(operator, machine)
  assert(kind.ok)
  const answer = await atDoor('entry', { card: cast.asta.card, pin: '4711' }, kind.value)
  assert.deepEqual([answer.statusCode, answer.json()], [403, { error: 'not-a-door' }])
  for (const body of [{}, { card: '' }, { card: cast.asta.card, pin: '4711', more: 1 }]) {
    assert.equal((await atDoor('entry', body)).statusCode, 400)
  }
  assert.equal((await atDoor('visits', { visits: [{ pass, at: 'i går' }] })).statusCode, 400)
})
