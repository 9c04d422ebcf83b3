import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { addBranch } from '#agencies'
import { oreOf } from '#core'
import { sql } from '#db'
import { chargeFee } from '#fees'
import { checkout } from '#loans'
import { placeReservation, reservationsOf } from '#reservations'
import { AGENCY, FbsScene, PIN } from '../../../test/support/fbs-scene.ts'
import type { PatronV7 } from './schema-patron.ts'

// The browser of the national website, with the words its client uses.
const MINE = '/external/agencyid/patrons/patronid'
const WAITS = '/external/v1/agencyid/patrons/patronid/reservations'
const HOME = `DK-${AGENCY}-A`
const OTHER = `DK-${AGENCY}-B`

let scene: FbsScene

before(async () => {
  scene = await FbsScene.open()
  const address = { address: 'Byen 2', postcode: '3480', city: 'Fredensborg' }
  await addBranch(scene.library.context(), { code: 'B', name: 'Filialen', ...address })
})
after(() => scene?.close())

interface Loans {
  readonly isRenewable: boolean
  readonly renewalStatusList: readonly string[]
  readonly loanDetails: { readonly loanId: number; readonly recordId: string; readonly dueDate: string }
}

interface Waiting {
  readonly reservationId: number
  readonly recordId: string
  readonly state: string
  readonly reservationType: string
  readonly transactionId: string
  readonly pickupBranch: string
  readonly expiryDate: string
}

async function profile(token: string): Promise<PatronV7> {
  const { body } = await scene.ask('GET', `${MINE}/v4`, { token })
  const { authenticateStatus, patron } = body as { authenticateStatus: string; patron: PatronV7 }
  assert.equal(authenticateStatus, 'VALID')
  return patron
}

/** What the client sends when a profile is saved: all it was given, with lists of what it knows, and the PIN. */
function saved(patron: PatronV7, more: Record<string, unknown> = {}) {
  return {
    patron: {
      ...patron,
      preferredPickupBranch: patron.preferredPickupBranch,
      emailAddresses: patron.emailAddress
        ? [{ emailAddress: patron.emailAddress, receiveNotification: patron.receiveEmail }]
        : [],
      phoneNumbers: patron.phoneNumber
        ? [{ phoneNumber: patron.phoneNumber, receiveNotification: patron.receiveSms }]
        : [],
      guardianVisibility: false,
      interests: [{ name: 'a', displayName: 'A' }],
      ...more,
    },
    pincodeChange: { pincode: '9999', libraryCardNumber: String(patron.patronId) },
  }
}

test('a patron signs in on the national website, sees loans, renews, reserves in parallel, moves, pauses, changes the PIN and deletes', async () => {
  const { cast, library } = scene
  const ctx = library.context()
  assert.ok((await checkout(ctx, { card: cast.asta.card, barcode: 'A1' })).ok)
  library.clock.moveTo(library.clock.now().add({ hours: 48 }))
  const token = await scene.token(cast.asta.card)

  const before = (await scene.ask('GET', `${MINE}/loans/v2`, { token })).body as Loans[]
  assert.equal(before.length, 1)
  assert.deepEqual([before[0]?.isRenewable, before[0]?.renewalStatusList], [true, []])
  const loanId = before[0]?.loanDetails.loanId ?? 0
  const renewed = (await scene.ask('POST', `${MINE}/loans/renew/v2`, { token, body: [loanId, 17] })).body as (Loans & {
    renewalStatus: string[]
  })[]
  assert.deepEqual(
    renewed.map(({ renewalStatus }) => renewalStatus),
    [['renewed'], ['deniedMaterialIsNotFound']],
  )
  assert.ok((renewed[0]?.loanDetails.dueDate ?? '') > (before[0]?.loanDetails.dueDate ?? ''))

  const batch = { reservations: [{ recordId: 'B' }, { recordId: 'C' }, { recordId: 'B' }], type: 'parallel' }
  const placed = (await scene.ask('POST', `${WAITS}/v2`, { token, body: batch })).body as {
    success: boolean
    reservationResults: { result: string; reservationDetails: Waiting }[]
  }
  assert.equal(placed.success, true)
  assert.deepEqual(
    placed.reservationResults.map(({ result }) => result),
    ['success', 'success'],
  )
  const waiting = (await scene.ask('GET', `${WAITS}/v2`, { token })).body as Waiting[]
  assert.deepEqual(new Set(waiting.map(({ reservationType }) => reservationType)), new Set(['parallel']))
  assert.equal(new Set(waiting.map(({ transactionId }) => transactionId)).size, 1)
  assert.ok(waiting.every(({ pickupBranch }) => pickupBranch === HOME))

  const moved = waiting.map(({ reservationId }) => ({ reservationId, pickupBranch: OTHER, expiryDate: '2026-02-01' }))
  const after = (await scene.ask('PUT', WAITS, { token, body: { reservations: moved } })).body as Waiting[]
  assert.deepEqual(
    after.map(({ pickupBranch, expiryDate }) => [pickupBranch, expiryDate]),
    [
      [OTHER, '2026-02-01'],
      [OTHER, '2026-02-01'],
    ],
  )

  const mine = await profile(token)
  assert.equal(mine.onHold, null)
  const pause = saved(mine, { onHold: { from: '2025-12-01', to: '2025-12-24' } })
  assert.equal((await scene.ask('PUT', `${MINE}/v8`, { token, body: pause })).status, 204)
  assert.deepEqual((await profile(token)).onHold, { from: '2025-12-01', to: '2025-12-24' })
  assert.equal((await profile(token)).emailAddress, 'asta@example.org')
  await scene.ask('PUT', `${MINE}/v8`, { token, body: saved(await profile(token), { onHold: {} }) })
  assert.equal((await profile(token)).onHold, null)

  // None of these saves has changed the PIN, whatever was sent beside them.
  assert.notEqual(await scene.token(cast.asta.card), '')
  const elsewhere = await scene.token(cast.asta.card)
  const change = { pincodeChange: { pincode: '1357', libraryCardNumber: String(mine.patronId) } }
  assert.equal((await scene.ask('PUT', `${MINE}/v8`, { token, body: change })).status, 204)
  assert.equal(await scene.token(cast.asta.card), '')
  assert.notEqual(await scene.token(cast.asta.card, '1357'), '')
  // Where it was changed they go on; everywhere else they sign in again.
  assert.equal((await scene.ask('GET', `${MINE}/v4`, { token })).status, 200)
  assert.equal((await scene.ask('GET', `${MINE}/v4`, { token: elsewhere })).status, 403)
  await scene.ask('PUT', `${MINE}/v8`, { token, body: saved(await profile(token)) })
  assert.notEqual(await scene.token(cast.asta.card, '1357'), '', 'the PIN was set back')

  const gone = waiting.map(({ reservationId }) => `reservationid=${reservationId}`).join('&')
  const deleted = await scene.ask('DELETE', `${WAITS}?${gone}`, { token })
  assert.deepEqual([deleted.status, deleted.body], [200, undefined])
  assert.deepEqual((await scene.ask('GET', `${WAITS}/v2`, { token })).body, [])
})

test('availability and holdings answer each record asked for, in that order and letter for letter', async () => {
  const token = await scene.libraryToken()
  const asked = 'recordid=C&recordid=nobody%3A1&recordid=A'
  const there = (await scene.ask('GET', `/external/agencyid/catalog/availability/v3?${asked}`, { token })).body
  assert.deepEqual(there, [
    { recordId: 'C', available: true, reservable: true, reservations: 0 },
    { recordId: 'nobody:1', available: false, reservable: false, reservations: 0 },
    { recordId: 'A', available: true, reservable: true, reservations: 0 },
  ])
  const held = (await scene.ask('GET', `/external/agencyid/catalog/holdingsLogistics/v1?${asked}`, { token })).body as {
    recordId: string
    holdings: { branch: { branchId: string }; materials: { itemNumber: string; available: boolean }[] }[]
  }[]
  assert.deepEqual(
    held.map(({ recordId }) => recordId),
    ['C', 'nobody:1', 'A'],
  )
  assert.deepEqual(
    held[2]?.holdings[0]?.materials.map(({ itemNumber, available }) => [itemNumber, available]),
    [
      ['A1', false],
      ['A2', true],
    ],
  )
  const hidden = `${asked}&exclude=${HOME}`
  const without = (await scene.ask('GET', `/external/agencyid/catalog/availability/v3?${hidden}`, { token })).body
  assert.deepEqual(
    (without as { available: boolean }[]).map(({ available }) => available),
    [false, false, false],
  )
  const branches = (await scene.ask('GET', `/external/v1/agencyid/branches?exclude=${HOME}`, { token })).body
  assert.deepEqual(branches, [{ branchId: OTHER, title: 'Filialen' }])
})

test('reserving several is all or nothing, and each record says why', async () => {
  const { cast } = scene
  const token = await scene.token(cast.bo.card)
  const body = { reservations: [{ recordId: 'C' }, { recordId: '00000000' }] }
  const { status, body: answer } = await scene.ask('POST', `${WAITS}/v2`, { token, body })
  const { success, reservationResults } = answer as { success: boolean; reservationResults: { result: string }[] }
  assert.deepEqual([status, success], [200, false])
  assert.equal(reservationResults[1]?.result, 'material_not_found')
  assert.deepEqual(await reservationsOf(scene.library.context(), cast.bo.id), [])
  const once = { reservations: [{ recordId: 'C' }] }
  await scene.ask('POST', `${WAITS}/v2`, { token, body: once })
  const twice = (await scene.ask('POST', `${WAITS}/v2`, { token, body: once })).body as typeof answer & {
    reservationResults: { result: string }[]
  }
  assert.equal(twice.reservationResults[0]?.result, 'already_reserved')
})

test('the statuses of a browser’s errors are those its client knows', async () => {
  const token = await scene.token(scene.cast.bo.card)
  const library = await scene.libraryToken()
  const asked = async (method: 'GET' | 'POST', url: string, token?: string, body?: unknown) => {
    const { status, body: said } = await scene.ask(method, url, { token, body })
    return [status, (said as { message: string }).message]
  }
  assert.deepEqual(await asked('POST', '/external/agencyid/patrons/authenticate/v10', token, {}), [404, 'not found'])
  assert.deepEqual(await asked('POST', '/external/agencyid/patrons/preauthenticated/some/path', token), [
    404,
    'not found',
  ])
  assert.deepEqual(await asked('GET', `${MINE}/v4`), [400, "headers should have required property 'authorization'"])
  assert.deepEqual(await asked('GET', `${MINE}/v4`, 'nonsense'), [403, 'invalid token'])
  assert.deepEqual(await asked('GET', `${MINE}/v4`, library), [403, 'user authenticated token is required'])
  const others = MINE.replace('agencyid', '716100')
  assert.deepEqual(await asked('GET', `${others}/v4`, token), [405, 'Method Not Allowed'])
  const catalogue = '/external/DK-716100/catalog/availability/v3?recordid=1'
  assert.deepEqual(await asked('GET', catalogue, library), [405, 'Method Not Allowed'])
  const elsewhere = await scene.given({ client: 'any' })
  assert.equal((await scene.ask('GET', catalogue, { token: elsewhere })).status, 200)
  const enrol = { personIdentifier: '0150000001', pincode: PIN, patron: {} }
  assert.deepEqual(await asked('POST', '/external/agencyid/patrons/v9', library, enrol), [
    403,
    'token does not include a cpr',
  ])
  assert.equal((await asked('GET', `${MINE}/bookings/v1`, token))[0], 501)
  assert.equal((await scene.ask('GET', `/external/agencyid/patrons/123456789/v4`, { token })).status, 403)
  const preflight = await scene.app.inject({ method: 'OPTIONS', url: `${MINE}/v4` })
  assert.equal(preflight.statusCode, 204)
  assert.match(String(preflight.headers['access-control-allow-methods']), /PUT/)
})

test('fees are told with their reason in Danish, and an empty list is a list', async () => {
  const { cast, library } = scene
  const ctx = library.context()
  const token = await scene.token(cast.dines.card)
  const fees = (more: string) => scene.ask('GET', `/external/agencyid/patron/patronid/fees/v2?${more}`, { token })
  assert.deepEqual((await fees('includepaid=false&includenonpayable=true')).body, [])
  const amount_ore = oreOf(2550)
  const lent = await checkout(ctx, { card: cast.dines.card, barcode: 'C2' })
  assert.ok(lent.ok)
  await chargeFee(ctx, { patron_id: cast.dines.id, loan_id: lent.value.loan, amount_ore })
  const [fee] = (await fees('includepaid=false&includenonpayable=true')).body as Record<string, unknown>[]
  assert.equal(fee?.amount, 25.5)
  assert.equal(fee?.reasonMessage, 'Gebyr for at aflevere for sent')
  assert.deepEqual(fee?.materials, [{ recordId: 'C', materialItemNumber: 'C2', materialGroup: { name: 'standard' } }])
  assert.equal((await fees('includepaid=maybe')).status, 400)

  const session = await scene.server('betaling', true, 'payment')
  const { number } = cast.dines
  const url = `/external/DK-${AGENCY}/patron/${number}/payment/v2`
  const pay = async (orderId: string) =>
    (
      (await scene.ask('POST', url, { session, body: { orderId, feeId: [fee?.feeId] } })).body as {
        paymentStatus: string
        confirmationId?: string
      }[]
    )[0]
  const first = await pay('order 1')
  assert.equal(first?.paymentStatus, 'paymentRegistered')
  assert.deepEqual(await pay('order 1'), first)
  const late = await pay('order 2')
  assert.deepEqual([late?.paymentStatus, late?.confirmationId], ['paymentRegisteredByDifferentOrderId', undefined])
  const paid = (await fees('includepaid=true&includenonpayable=true')).body as { paidDate?: string }[]
  assert.ok(paid[0]?.paidDate)
})

test('someone MitID tells of is no patron, becomes one, and waits for staff to see them', async () => {
  const person = { cpr: '7105800002', name: 'Ny Prøve' }
  const token = await scene.given({ person })
  assert.deepEqual((await scene.ask('GET', `${MINE}/v4`, { token })).body, { authenticateStatus: 'INVALID' })
  assert.equal((await scene.ask('GET', `${MINE}/loans/v2`, { token })).status, 200)
  const patron = { preferredPickupBranch: HOME, guardianVisibility: false, receivePostalMail: false }
  const nobody = { personIdentifier: 1, pincode: PIN, patron }
  assert.equal((await scene.ask('POST', '/external/agencyid/patrons/v9', { token, body: nobody })).status, 404)
  scene.cprRegister.put(person.cpr, { name: 'Ny Prøve', municipality: '0210' })
  // Whom the body says it is, and whether as a number that has lost its nought, is not looked at.
  const body = { personIdentifier: 150000001, pincode: PIN, patron }
  const bad = await scene.ask('POST', '/external/agencyid/patrons/v9', { token, body: { ...body, pincode: 'abc' } })
  assert.equal(bad.status, 400)
  const made = await scene.ask('POST', '/external/agencyid/patrons/v9', { token, body })
  assert.equal(made.status, 200, JSON.stringify(made.body))
  const answer = made.body as { patron: PatronV7 }
  assert.deepEqual(
    answer.patron.blockStatus.map(({ blockedReason }) => blockedReason),
    ['W'],
  )
  assert.equal((await profile(token)).patronId, answer.patron.patronId)
  const again = await scene.ask('POST', '/external/agencyid/patrons/v9', { token, body })
  assert.deepEqual((again.body as { patron: PatronV7 }).patron.patronId, answer.patron.patronId)
})

test('a protected patron’s name and address are told to nobody, and one whose data are restricted is told little', async () => {
  const { cast, library } = scene
  const ctx = library.context()
  const token = await scene.token(cast.clara.card)
  assert.equal((await profile(token)).name, 'Clara Prøve')
  await ctx.db.run(
    sql`update patron set protected = true, address = null, postcode = null, city = null where id = ${cast.clara.id}`,
  )
  const session = await scene.server('nabo')
  const path = `/external/DK-${AGENCY}/patrons/${cast.clara.number}/v4`
  for (const answer of [
    await profile(token),
    ((await scene.ask('GET', path, { session })).body as { patron: PatronV7 }).patron,
  ]) {
    assert.equal(answer.name, undefined)
    assert.equal(answer.address, undefined)
  }
  assert.ok((await placeReservation(ctx, { patron: cast.clara.id, title: cast.titles.A })).ok)
  assert.equal(((await scene.ask('GET', `${WAITS}/v2`, { token })).body as unknown[]).length, 1)
  await ctx.db.run(sql`
    insert into restriction (id, patron_id, reason, placed_by, placed_at)
    values (${ctx.random.uuid(ctx.clock.now())}, ${cast.clara.id}, 'other', 'test', ${ctx.clock.now()})`)
  const { emailAddress, blockStatus } = await profile(token)
  assert.deepEqual([emailAddress, blockStatus.length], [undefined, 1])
  assert.deepEqual((await scene.ask('GET', `${WAITS}/v2`, { token })).body, [])
  const body = { patron: { emailAddresses: [] } }
  assert.equal((await scene.ask('PUT', `${MINE}/v8`, { token, body })).status, 403)
})
