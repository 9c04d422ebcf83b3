import assert from 'node:assert/strict'
import { createCipheriv, randomBytes, randomUUID } from 'node:crypto'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { addStaff } from '#auth'
import { addItems } from '#catalogue'
import { sql } from '#db'
import type { Context } from '#vault'
import { createSite } from '../../../src/site.ts'
import { type Cast, castIn } from '../../../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import { signInAs, type Visitor, visit } from '../../../test/support/visitor.ts'
import { checkout, openLoans } from './index.ts'
import { type Batch, replayScans } from './offline-replay.ts'

const PASSWORD = 'fire store gule løver'
const REPLAY = '/fredensborg/staff/offline/replay'
const LIST = '/fredensborg/staff/offline/refusals'

let library: TestLibrary
let app: FastifyInstance
let ctx: Context
let cast: Cast
let dorte: Visitor
let eva: Visitor

before(async () => {
  library = await openTestLibrary()
  ctx = library.context()
  cast = await castIn(ctx)
  const many = Array.from({ length: 40 }, (_, n) => ({
    title_id: cast.titles.A,
    barcode: `M${n}`,
    branch_id: cast.branch,
    shelf: '86',
  }))
  await addItems(ctx, many)
  app = await createSite(library.installation)
  for (const username of ['dorte', 'eva']) {
    const operator = library.context({ kind: 'operator', name: 'test' })
    const person = { username, name: 'Skrankevagt', email: null, roles: ['desk' as const], password: PASSWORD }
    assert.ok((await addStaff(operator, person)).ok)
  }
  dorte = await signedIn('dorte')
  eva = await signedIn('eva')
})
after(async () => {
  await app?.close()
  await library.close()
})

async function signedIn(username: string): Promise<Visitor> {
  const visitor = visit(app)
  await signInAs(visitor, 'fredensborg', { username, password: PASSWORD })
  return visitor
}

async function state(visitor: Visitor): Promise<{ csrf: string; staff: string; clock: number }> {
  return (await visitor.get('/fredensborg/staff/offline/state')).json()
}

interface Key {
  readonly id: string
  readonly staff: string
  readonly key: string
}

async function post(visitor: Visitor, url: string, payload: object) {
  const { csrf = '' } = await state(visitor)
  const headers = { 'x-csrf-token': csrf, 'content-type': 'application/json', accept: 'application/json' }
  return app.inject({ method: 'POST', url, headers, cookies: Object.fromEntries(visitor.cookies), payload })
}

async function keyOf(visitor: Visitor): Promise<Key> {
  return (await post(visitor, '/fredensborg/staff/offline/key', {})).json()
}

let at = 1_700_000_000_000

/** Seals as the browser does. */
function sealed(key: Key, scan: object, id: string = randomUUID()) {
  const iv = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', Buffer.from(key.key, 'base64'), iv).setAAD(
    Buffer.from(`fredensborg ${id}`),
  )
  at += 1000
  const plain = JSON.stringify({ at, branch: cast.branch, ...scan })
  const bytes = Buffer.concat([iv, cipher.update(plain), cipher.final(), cipher.getAuthTag()])
  return { id, key: key.id, tries: 0, sealed: bytes.toString('base64') }
}

const lending = (key: Key, item: string, card = cast.asta.card) => sealed(key, { deed: 'checkout', item, card })

async function replay(visitor: Visitor, scans: Batch['scans']) {
  const answer = await post(visitor, REPLAY, { ahead: 0, scans })
  assert.equal(answer.statusCode, 200, answer.body)
  return answer.json().results as { id: string; outcome: string; text: string }[]
}

test('what was scanned is handed over by whoever is signed in, sealed by whomever', async () => {
  const key = await keyOf(dorte)
  const scans = ['M0', 'M1', 'M2'].map((item) => lending(key, item))
  const results = await replay(eva, scans)
  assert.deepEqual(
    results.map(({ id, outcome }) => [id, outcome]),
    scans.map(({ id }) => [id, 'ok']),
  )
  assert.equal((await openLoans(ctx, cast.asta.id)).length, 3)
  for (const { text } of results) assert.ok(!text.includes(cast.asta.card), 'the answer names no card')
})

test('each key is new, so that nobody can have the key of the one before', async () => {
  const [one, two, other] = [await keyOf(dorte), await keyOf(dorte), await keyOf(eva)]
  assert.equal(new Set([one.key, two.key, other.key]).size, 3)
  assert.equal(one.staff, two.staff)
  assert.notEqual(one.staff, other.staff)
})

test('whoever is not signed in at the desk gets no key and hands nothing over', async () => {
  const nobody = visit(app)
  for (const path of ['key', 'state']) {
    const url = `/fredensborg/staff/offline/${path}`
    const answer = path === 'state' ? await nobody.get(url) : await app.inject({ method: 'POST', url })
    assert.ok([401, 403].includes(answer.statusCode), path)
    assert.doesNotMatch(answer.body, /"key"|csrf":/)
  }
  const answer = await post(nobody, REPLAY, { ahead: 0, scans: [lending(await keyOf(dorte), 'M3')] })
  assert.ok([401, 403].includes(answer.statusCode))
})

test('a batch that is sent again, by two at once, and in parts, lends each item once and in the order of the scans', async () => {
  const key = await keyOf(dorte)
  const items = Array.from({ length: 12 }, (_, n) => `M${10 + n}`)
  const scans = items.flatMap((item) => [
    lending(key, item, cast.asta.card),
    sealed(key, { deed: 'checkin', item }),
    lending(key, item, cast.bo.card),
  ])
  const both = await Promise.all([
    replay(dorte, scans),
    replay(eva, [...scans].reverse()),
    replay(dorte, scans.slice(0, 7)),
  ])
  for (const results of both) {
    assert.ok(
      results.every(({ outcome }) => outcome !== 'refused' && outcome !== 'later'),
      JSON.stringify(results),
    )
  }
  const loans = await ctx.db.all<{ barcode: string; patron_id: string; back: boolean }>(sql`
    select i.barcode, l.patron_id, l.returned_at is not null as back from loan l join item i on i.id = l.item_id
    where i.barcode = any(${items}) order by i.barcode, l.lent_at`)
  assert.deepEqual(
    loans.map(({ barcode, patron_id, back }) => [barcode, patron_id, back]),
    items.flatMap((item) => [
      [item, cast.asta.id, true],
      [item, cast.bo.id, false],
    ]),
  )
})

test('what cannot be done is told, and stays on a list until staff have looked at it', async () => {
  const key = await keyOf(dorte)
  assert.ok((await checkout(ctx, { card: cast.dines.card, barcode: 'M30' })).ok)
  const [refused, strange] = [lending(key, 'M30'), lending(key, '0703614028')]
  const changed = { ...lending(key, 'M31'), id: randomUUID() }
  const results = await replay(dorte, [refused, strange, changed])
  assert.deepEqual(
    new Map(results.map(({ id, outcome }) => [id, outcome])),
    new Map([
      [changed.id, 'refused'],
      [refused.id, 'refused'],
      [strange.id, 'refused'],
    ]),
  )
  const list = await dorte.get(LIST)
  assert.match(list.body, /M30/)
  assert.match(list.body, /udlånt til en anden/)
  assert.match(list.body, /kunne ikke læses/)
  assert.doesNotMatch(list.body, /0703614028/, 'what is no item of ours may be a CPR number, and is not kept')
  const front = await dorte.get('/fredensborg/staff')
  assert.match(front.body, /Scanninger, der skal ses på/)
  await dorte.send(LIST, LIST, { scan: refused.id })
  assert.doesNotMatch((await dorte.get(LIST)).body, /M30/)
  assert.equal((await dorte.send(LIST, LIST, { scan: 'nonsense' })).statusCode, 303)
})

test('a scan that Kvit fails at holds up the rest until it has failed three times, and is then left to staff', async () => {
  const key = await keyOf(dorte)
  // A branch that the library had when it was asked, and has no more.
  const gone = randomUUID()
  const place = { language: 'da' as const, branches: new Map([[gone, 'Nedlagt']]), branch: cast.branch }
  const bad = sealed(key, { deed: 'checkout', item: 'M32', card: cast.asta.card, branch: gone })
  const good = lending(key, 'M33')
  const outcomes = async (tries: number) =>
    (await replayScans(ctx, { ahead: 0, scans: [{ ...bad, tries }, good] }, place)).map(({ outcome }) => outcome)
  assert.deepEqual(await outcomes(0), ['later'])
  assert.deepEqual(await outcomes(1), ['later'])
  assert.deepEqual(await outcomes(2), ['refused', 'ok'])
  assert.deepEqual(await outcomes(2), ['ok', 'ok'])
  assert.equal((await openLoans(ctx, cast.asta.id)).filter(({ barcode }) => barcode === 'M33').length, 1)
})

test('the page that a browser may keep is the same whoever asks', async () => {
  const nobody = visit(app)
  const page = (await nobody.get('/fredensborg/staff/offline')).body
  assert.doesNotMatch(page, /_csrf|Skrankevagt/)
  const worker = await nobody.get('/en/fredensborg/staff/offline.js')
  assert.match(String(worker.headers['content-type']), /javascript/)
  assert.match(worker.body, /"page":"\/en\/fredensborg\/staff\/offline"/)
})
