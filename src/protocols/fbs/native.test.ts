import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { disableTerminal, listTerminals } from '#auth'
import { dayOf, type StaffId } from '#core'
import { sql } from '#db'
import { checkin, checkout } from '#loans'
import { identifiersOf, readPatron, setGuardian } from '#patrons'
import { interlibraryList, takeIn } from '#reservations'
import { AGENCY, FbsScene, PIN } from '../../../test/support/fbs-scene.ts'
import type { LoanDetails } from './schema.ts'
import type { PatronV9 } from './schema-patron.ts'

const BASE = `/external/DK-${AGENCY}`
const OPERATOR = { kind: 'operator', name: 'test' } as const

let scene: FbsScene
before(async () => {
  scene = await FbsScene.open()
})
after(() => scene?.close())

interface Authenticated {
  readonly authenticateStatus: string
  readonly patronId?: number
  readonly patron?: PatronV9
}

test('a server logs in, recognises patrons by card and PIN, and may see those only', async () => {
  const { cast } = scene
  const session = await scene.server('adapter', false)
  const mine = `${BASE}/patrons/${cast.bo.number}/loans/v2`
  assert.equal((await scene.ask('GET', mine, { session })).status, 403)
  for (const version of ['v9', 'v10']) {
    const body = { libraryCardNumber: cast.bo.card, pincode: PIN }
    const { body: said } = await scene.ask('POST', `${BASE}/patrons/authenticate/${version}`, { session, body })
    const { authenticateStatus, patronId, patron } = said as Authenticated
    assert.deepEqual([authenticateStatus, patronId, patron?.patronId], ['VALID', Number(cast.bo.number), patronId])
  }
  assert.equal((await scene.ask('GET', mine, { session })).status, 200)
  assert.equal((await scene.ask('GET', mine.replace(cast.bo.number, cast.asta.number), { session })).status, 403)
  assert.equal((await scene.ask('GET', mine.replace(cast.bo.number, '1'), { session })).status, 404)
  assert.equal((await scene.ask('GET', mine.replace(AGENCY, '716100'), { session })).status, 403)
  assert.equal((await scene.ask('GET', mine, { session: 'of yesterday' })).status, 401)
  const trusting = await scene.ask('POST', `${BASE}/patrons/preauthenticated/v10`, { session, body: cast.bo.card })
  assert.equal(trusting.status, 403)
})

test('wrong PINs count together, wherever they are given', async () => {
  const { cast } = scene
  const session = await scene.server('adapter-2', false)
  const status = async () => {
    const body = { libraryCardNumber: cast.dines.card, pincode: '0000' }
    const { body: said } = await scene.ask('POST', `${BASE}/patrons/authenticate/v10`, { session, body })
    return (said as Authenticated).authenticateStatus
  }
  assert.deepEqual([await status(), await status()], ['INVALID', 'INVALID'])
  for (let tries = 0; tries < 3; tries++) assert.equal(await scene.token(cast.dines.card, '0000'), '')
  assert.equal(await status(), 'LOANER_LOCKED_OUT')
  // Locked is locked for who knows the PIN too.
  assert.equal(await scene.token(cast.dines.card), '')
})

test('a server that vouches for a patron sends a bare text, with quotation marks or without', async () => {
  const { cast } = scene
  const session = await scene.server('vouching')
  const asked = (raw: string) => scene.ask('POST', `${BASE}/patrons/preauthenticated/v10`, { session, raw })
  for (const raw of ['6101700001', '"6101700001"', cast.bo.card, ` ${cast.bo.card} `]) {
    assert.equal(((await asked(raw)).body as Authenticated).patronId, Number(cast.bo.number), raw)
  }
  assert.deepEqual((await asked('0000000000')).body, { authenticateStatus: 'INVALID' })
})

test('an account that is shut out has no session any more', async () => {
  const ctx = scene.library.context(OPERATOR)
  const session = await scene.server('stolen')
  const url = `/external/v1/DK-${AGENCY}/branches`
  assert.equal((await scene.ask('GET', url, { session })).status, 200)
  const account = (await listTerminals(ctx)).find(({ name }) => name === 'stolen')
  assert.ok(account && (await disableTerminal(ctx, account.id)).ok)
  assert.equal((await scene.ask('GET', url, { session })).status, 401)
  const login = { username: 'stolen', password: 'x' }
  assert.equal((await scene.ask('POST', `/external/v1/DK-${AGENCY}/authentication/login`, { body: login })).status, 403)
})

test('a patron’s cards can be blocked by the patron, and are told without the CPR number', async () => {
  const { cast } = scene
  const token = await scene.token(cast.asta.card)
  const url = '/external/agencyid/patrons/patronid/identifiers'
  const cards = (await scene.ask('GET', `${url}/v1`, { token })).body as {
    identifierId: number
    identifier: string
    type: string
  }[]
  assert.deepEqual(new Set(cards.map(({ identifier }) => identifier)), new Set([cast.asta.card, cast.asta.number]))
  const card = cards.find(({ type }) => type === 'libraryCard')
  const block = `${url}/${card?.identifierId}/block/v1`
  assert.equal((await scene.ask('POST', block, { token, body: { reason: 'lost' } })).status, 204)
  assert.equal((await scene.ask('POST', block, { token, body: {} })).status, 204)
  assert.equal((await scene.ask('POST', `${url}/1/block/v1`, { token, body: {} })).status, 404)
  const kept = await identifiersOf(scene.library.context(), cast.asta.id)
  assert.deepEqual(
    kept.map(({ kind, blocked_at }) => [kind, blocked_at !== null]),
    [
      ['patron-number', false],
      ['library-card', true],
    ],
  )
})

test('a child is enrolled with the guardian who signed in elsewhere, and never as their own guardian', async () => {
  const session = await scene.server('selvbetjening.nu')
  const { cast } = scene
  const ctx = scene.library.context()
  const child = '7205160003'
  scene.cprRegister.put(child, { name: 'Barn Prøve', bornOn: dayOf(scene.library.clock.now()).subtract({ years: 9 }) })
  const guardian = { personIdentifier: '6101700001', name: 'Bo Prøve', email: 'bo@example.org' }
  const body = {
    personId: child,
    pincode: PIN,
    preferredPickupBranch: `DK-${AGENCY}-A`,
    name: 'Unknown Name',
    guardian,
  }
  const url = `${BASE}/patrons/withGuardian/v4`
  const own = { ...body, guardian: { ...guardian, personIdentifier: child } }
  assert.equal((await scene.ask('POST', url, { session, body: own })).status, 400)
  const made = await scene.ask('POST', url, { session, body })
  assert.equal(made.status, 200, JSON.stringify(made.body))
  assert.equal(typeof made.body, 'number')
  const changed = { patronId: made.body, guardian: { ...guardian, name: 'Bo Ny' } }
  assert.equal((await scene.ask('PUT', url, { session, body: changed })).body, made.body)
  const seen = await scene.ask('POST', `${BASE}/patrons/guardian/v2`, { session, raw: '6101700001' })
  assert.deepEqual([seen.status, seen.body], [200, []], 'a guardian sees a child only where that was agreed')
  const edit = `${BASE}/patrons/${cast.clara.number}/guardian/v2`
  const patron = { emailAddresses: [{ emailAddress: 'ny@example.org', receiveNotification: true }] }
  const asked = { guardianPersonIdentifier: '6101700001', patron }
  assert.equal((await scene.ask('PUT', edit, { session, body: asked })).status, 403, 'not this child’s guardian')
  const { staff } = await ctx.db.one<{ staff: StaffId }>(sql`select gen_random_uuid() as staff`)
  const agreed = { name: 'Bo Prøve', cpr: '6101700001', proof: 'paper', maySee: true } as const
  const desk = { ...ctx, actor: { kind: 'staff', id: staff, roles: ['desk'] } } as const
  assert.ok((await setGuardian(desk, cast.clara.id, agreed)).ok)
  assert.equal((await scene.ask('PUT', edit, { session, body: asked })).status, 204)
  assert.equal((await readPatron(ctx, cast.clara.id))?.email, 'ny@example.org')
})

test('what the library does not do is said as plainly as what it does', async () => {
  const { cast } = scene
  const token = await scene.token(cast.bo.card)
  const session = await scene.server('app')
  const me = '/external/agencyid/patrons/patronid'
  const empty = ['languages/v1', 'interests/v1', 'notificationprotocols/v1', 'patrons/patronid/favourites/v1']
  for (const path of empty) {
    const { status, body } = await scene.ask('GET', `/external/agencyid/${path}`, { token })
    assert.deepEqual([path, status, Array.isArray(body)], [path, 200, true])
  }
  for (const word of ['departments', 'sections', 'sublocations']) {
    assert.deepEqual((await scene.ask('GET', `/external/v1/agencyid/${word}`, { token })).body, [])
  }
  const shelves = (await scene.ask('GET', '/external/v1/agencyid/locations', { token })).body
  assert.deepEqual(shelves, [{ locationId: '86', title: '86' }])
  for (const word of ['openinghours', 'closingdates']) {
    assert.equal(
      (await scene.ask('GET', `/external/v1/agencyid/branches/DK-${AGENCY}-A/${word}`, { token })).status,
      200,
    )
    assert.equal((await scene.ask('GET', `/external/v1/agencyid/branches/DK-1/${word}`, { token })).status, 404)
  }
  const history = await scene.ask('GET', `${me}/loans/withhistoricalloans/v1`, { token })
  assert.deepEqual(history.body, { loans: [], historicalMaterialLoans: [] })
  assert.deepEqual((await scene.ask('GET', '/external/agencyid/patrons/consent/patronid/v1', { token })).body, [])
  const consent = `${me}/updateconsent/historicaldata/v2`
  assert.equal((await scene.ask('PUT', consent, { token, body: { consent: true } })).status, 400)
  assert.deepEqual((await scene.ask('PUT', consent, { token, body: { consent: false } })).body, [])
  const wish = { patronId: Number(cast.bo.number), recordId: 'A' }
  const asked = await scene.ask('POST', `${BASE}/ill/requestitem/v1`, { session, body: wish })
  assert.deepEqual(asked.body, { result: 'MATERIAL_NOT_RESERVABLE' }, 'the library has it itself')
  assert.equal((await scene.ask('GET', `${BASE}/bookings/v1`, { session })).status, 501)
  const fees = await scene.ask('GET', '/external/agencyid/patron/patronid/expected-fees/v1', { token })
  assert.deepEqual(fees.body, [])
  // A browser cannot say that it has paid.
  const pay = '/external/agencyid/patron/patronid/payment/v2'
  assert.equal((await scene.ask('POST', pay, { token, body: { orderId: '1', feeId: [1] } })).status, 404)
})

test('the national website orders from another library, and sees the order among reservations and loans', async () => {
  const session = await scene.server('fjernlån')
  const { cast } = scene
  const ctx = scene.library.context()
  const path = `${BASE}/ill/requestitem/v1`
  const order = async (body: object) => (await scene.ask('POST', path, { session, body })).body
  const patronId = Number(cast.bo.number)
  assert.deepEqual(await order({ patronId: 1, recordId: '12345678' }), { result: 'PATRON_NOT_FOUND' })
  assert.deepEqual(await order({ patronId, recordId: '' }), { result: 'RECORD_NOT_FOUND' })
  const ilBibliographicRecord = { recordId: '12345678', mediumType: 'book', title: 'Sjælden bog', author: 'Ukendt, U' }
  const wish = { patronId, recordId: '12345678', ilBibliographicRecord }
  assert.deepEqual(await order(wish), { result: 'OK' })
  assert.deepEqual(await order(wish), { result: 'OK' }, 'the same again is the same order')
  const mine = await scene.token(cast.bo.card)
  const reservations = '/external/v1/agencyid/patrons/patronid/reservations/v2'
  const [waiting, ...more] = (await scene.ask('GET', reservations, { token: mine })).body as Waiting[]
  assert.equal(more.length, 0)
  assert.equal(waiting?.state, 'interLibraryReservation')
  assert.equal(waiting?.reservationType, 'inter_library')
  assert.deepEqual(waiting?.ilBibliographicRecord, ilBibliographicRecord)
  const [row] = await interlibraryList(ctx)
  assert.ok(row)
  assert.ok((await takeIn(ctx, row.title_id, { barcode: 'X77', at: cast.branch })).ok)
  assert.ok((await checkout(ctx, { card: cast.bo.card, barcode: 'X77' })).ok)
  const loans = await scene.ask('GET', '/external/agencyid/patrons/patronid/loans/v2', { token: mine })
  const [lent] = (loans.body as { loanDetails: LoanDetails }[]).map(({ loanDetails }) => loanDetails)
  assert.equal(lent?.loanType, 'interLibraryLoan')
  assert.equal(lent?.recordId, '12345678')
  assert.equal(lent?.ilBibliographicRecord?.title, 'Sjælden bog')
  assert.ok((await checkin(ctx, { barcode: 'X77', at: cast.branch })).ok)
})

interface Waiting {
  readonly state: string
  readonly reservationType: string
  readonly ilBibliographicRecord?: object
}

test('a PIN is chosen anew with what came by e-mail, and with nothing else', async () => {
  const session = await scene.server('glemt')
  const body = { libraryCardNumber: scene.cast.clara.card }
  assert.equal((await scene.ask('POST', `${BASE}/patrons/resetpincode/v1`, { session, body })).status, 204)
  const sent = await scene.library.context().db.maybe<{ body: string }>(sql`
    select body from message where kind = 'pin-reset'`)
  const uuid = /token=([\w-]{43})/.exec(sent?.body ?? '')?.[1] ?? ''
  const url = `${BASE}/patrons/updatepincode/v1`
  assert.equal((await scene.ask('POST', url, { session, body: { uuid: 'x', pincode: '2468' } })).status, 404)
  assert.equal((await scene.ask('POST', url, { session, body: { uuid, pincode: 'abcd' } })).status, 400)
  assert.equal((await scene.ask('POST', url, { session, body: { uuid, pincode: '2468' } })).status, 204)
  assert.notEqual(await scene.token(scene.cast.clara.card, '2468'), '')
})

test('digital materials are licensed for who lives in the municipality; the lender of digital books has nothing of ours', async () => {
  const { cast } = scene
  const token = await scene.token(cast.bo.card)
  const url = '/external/agencyid/patrons/patronid/eresourcelicence/v1'
  assert.deepEqual((await scene.ask('GET', url, { token })).body, {
    agencyId: AGENCY,
    municipality: '210',
    municipalityAgencyId: AGENCY,
    licensed: true,
  })
  const told = await scene.app.inject({ url: '/userinfo', headers: { authorization: `Bearer ${token}` } })
  assert.equal(told.json<{ attributes: { municipality: string } }>().attributes.municipality, '210')
  const loans = (await scene.ask('GET', '/publizon/v1/user/loans', { token })).body as {
    code: number
    loans: unknown[]
  }
  assert.deepEqual([loans.code, loans.loans], [101, []])
  const wish = await scene.ask('POST', '/publizon/v1/user/loans/9788700000000', { token })
  assert.deepEqual([wish.status, (wish.body as { code: number }).code], [400, 151])
})

test('a patron is erased at their own word, and not while something is on loan', async () => {
  const { cast, library } = scene
  const token = await scene.given({ patron: cast.asta.id })
  const url = '/external/agencyid/patrons/patronid/v1'
  assert.ok((await checkout(library.context(), { card: cast.bo.card, barcode: 'B1' })).ok)
  const refused = await scene.ask('DELETE', url, { token: await scene.given({ patron: cast.bo.id }) })
  assert.deepEqual([refused.status, refused.body], [400, { message: 'still open: loan' }])
  assert.equal((await scene.ask('DELETE', url, { token })).status, 204)
  assert.equal(await readPatron(library.context(), cast.asta.id), undefined)
  assert.equal((await scene.ask('DELETE', url, { token })).status, 403)
})
