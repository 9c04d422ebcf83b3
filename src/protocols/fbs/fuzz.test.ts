import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import fc from 'fast-check'
import { sql } from '#db'
import { AGENCY, FbsScene } from '../../../test/support/fbs-scene.ts'
import { operations } from './server.ts'

// Whatever is sent, what comes back is JSON with a status that means something, and nobody's data but one's own.

const CASES = 400
const OTHERS = 'Hemmelig Skjoldborg'

let scene: FbsScene
let tokens: readonly (string | undefined)[]
let session: string

before(async () => {
  scene = await FbsScene.open()
  const { cast, library } = scene
  await library.context().db.run(sql`update patron set name = ${OTHERS} where id = ${cast.dines.id}`)
  const person = { cpr: '7105800002', name: 'Ny Prøve' }
  const [bo, anonymous, somebody] = [{ patron: cast.bo.id }, {}, { person }]
  tokens = [undefined, 'x', ...(await Promise.all([bo, anonymous, somebody].map((who) => scene.given(who))))]
  session = await scene.server('fuzz', false)
})
after(() => scene?.close())

const value = fc.letrec((tie) => ({
  any: fc.oneof(
    { maxDepth: 4 },
    fc.string({ unit: 'binary', maxLength: 300 }),
    fc.constantFrom('2026-02-30', '9999-12-31', '-1', '\0', "'; drop table patron; --", '\ud800', `DK-${AGENCY}-A`),
    fc.double(),
    fc.integer(),
    fc.maxSafeInteger(),
    fc.boolean(),
    fc.constant(null),
    fc.array(tie('any'), { maxLength: 5 }),
    fc.dictionary(
      fc.constantFrom(
        'patron',
        'pincodeChange',
        'reservations',
        'recordId',
        'pickupBranch',
        'expiryDate',
        'onHold',
        'from',
        'to',
        'type',
        'pincode',
        'emailAddresses',
        'emailAddress',
        'phoneNumbers',
        'preferredPickupBranch',
        'guardian',
        'personIdentifier',
        'orderId',
        'feeId',
        'consent',
        '__proto__',
        'constructor',
      ),
      tie('any'),
      { maxKeys: 6 },
    ),
  ),
})).any

const body = fc.oneof(
  { weight: 4, arbitrary: value.map((each) => JSON.stringify(each) ?? '') },
  { weight: 1, arbitrary: fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)) },
  {
    weight: 1,
    arbitrary: fc.constantFrom('', '{', '[1,', '"\\ud800"', '[[[[[[', '{"a":1}'.repeat(3), '['.repeat(20_000)),
  },
)

const call = fc.record({
  at: fc.nat({ max: operations.length - 1 }),
  by: fc.nat({ max: 5 }),
  body,
  params: fc.array(
    fc.oneof(fc.constantFrom('agencyid', 'patronid', `DK-${AGENCY}`, '1', '9'.repeat(30)), fc.string()),
    {
      minLength: 3,
      maxLength: 3,
    },
  ),
  query: fc.array(fc.tuple(fc.constantFrom('recordid', 'exclude', 'reservationid', 'includepaid'), fc.string()), {
    maxLength: 3,
  }),
  type: fc.constantFrom(
    'application/json',
    'application/json; charset=utf-8',
    'application/json; charset=iso-8859-1',
    'text/plain',
    'application/x-www-form-urlencoded',
    'multipart/form-data',
    '',
  ),
  header: fc.constantFrom('', 'Bearer', 'Basic eDp5', 'Bearer a b', 'Bearer \u00e6'),
})

test(`${CASES} calls of nonsense are answered, and none with a fault or another’s data`, async () => {
  await fc.assert(
    fc.asyncProperty(call, async ({ at, by, body, params, query, type, header }) => {
      const operation = operations[at]
      assert.ok(operation)
      let next = 0
      const usual: Record<string, string> = { agencyid: 'agencyid', patronid: 'patronid' }
      const path = operation.path.replace(/\{(\w+)\}/g, (_, name: string) => {
        const wild = encodeURIComponent((params[next++] ?? '').toWellFormed()) || '-'
        return by % 2 === 0 ? wild : (usual[name] ?? wild)
      })
      const asked = new URLSearchParams(query.map(([name, text]) => [name, text.toWellFormed()]))
      const token = tokens[by]
      const response = await scene.app.inject({
        method: operation.method,
        url: `${path}?${asked}`,
        headers: {
          ...(type ? { 'content-type': type } : {}),
          ...(token ? { authorization: `Bearer ${token}` } : header ? { authorization: header } : {}),
          ...(by === 5 ? { 'x-session': session } : {}),
        },
        ...(operation.method === 'GET' ? {} : { payload: body }),
      })
      assert.ok(
        response.statusCode < 500 || response.statusCode === 501,
        `${operation.id} answers ${response.statusCode}`,
      )
      assert.ok(!response.body.includes('Skjoldborg'), `${operation.id} tells of somebody else`)
      if (response.body !== '') JSON.parse(response.body)
    }),
    { numRuns: CASES },
  )
})

test('what is too large is refused, and what is in another alphabet', async () => {
  const url = '/external/agencyid/patrons/patronid/v8'
  const token = tokens[2]
  const huge = await scene.ask('PUT', url, { token, raw: `"${'x'.repeat(400_000)}"` })
  assert.equal(huge.status, 413)
  const headers = { 'content-type': 'application/json; charset=iso-8859-1' }
  assert.equal((await scene.ask('PUT', url, { token, headers, raw: '{}' })).status, 415)
  assert.equal((await scene.ask('PUT', url, { token, raw: Buffer.from([0x22, 0xe6, 0x22]) })).status, 400)
})
