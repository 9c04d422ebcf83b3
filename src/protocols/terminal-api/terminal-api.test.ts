import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { addTerminal, disableTerminal, setPin } from '#auth'
import { sql } from '#db'
import { createSite } from '../../../src/site.ts'
import { type Cast, castIn } from '../../../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'

let library: TestLibrary
let app: FastifyInstance
let cast: Cast
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
})
after(async () => {
  await app?.close()
  await library?.close()
})

function ask(command: string, body: unknown, secret = kiosk.secret) {
  return app.inject({
    method: 'POST',
    url: `/fredensborg/terminal/${command}`,
    headers: {
      authorization: `Basic ${Buffer.from(`${kiosk.name}:${secret}`).toString('base64')}`,
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
  const stranger = await ask('checkout', given(), 'wrong')
  assert.deepEqual([stranger.statusCode, stranger.json()], [401, { error: 'wrong' }])
  const none = await app.inject({ method: 'POST', url: '/fredensborg/terminal/checkin', payload: { barcode: 'A1' } })
  assert.equal(none.statusCode, 401)
  assert((await disableTerminal(library.context({ kind: 'operator', name: 'test' }), kiosk.id)).ok)
  assert.equal((await ask('checkout', given())).statusCode, 401)
})
