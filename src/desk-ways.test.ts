import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { addStaff } from '#auth'
import { dayOf } from '#core'
import { sql } from '#db'
import { checkout, openLoans } from '#loans'
import { type Cast, castIn } from '../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../test/support/library.ts'
import { signInAs, type Visitor, visit } from '../test/support/visitor.ts'
import { createSite } from './site.ts'

const PASSWORD = 'fire store gule løver'
const DESK = '/fredensborg/staff/desk'

let library: TestLibrary
let app: FastifyInstance
let cast: Cast
let desk: Visitor
/** The same member of staff at another desk. */
let other: Visitor

before(async () => {
  library = await openTestLibrary()
  cast = await castIn(library.context())
  app = await createSite(library.installation)
  const operator = library.context({ kind: 'operator', name: 'drift' })
  const person = { username: 'dorte', name: 'Dorte Prøve', email: null, roles: ['desk'] as const, password: PASSWORD }
  assert.ok((await addStaff(operator, person)).ok)
  desk = visit(app)
  other = visit(app, '127.0.6.2')
  for (const visitor of [desk, other]) await signInAs(visitor, 'fredensborg', { username: 'dorte', password: PASSWORD })
})
after(async () => {
  await app?.close()
  await library.close()
})
beforeEach(async () => {
  const { db } = library.context()
  await db.run(sql`delete from group_loan`)
  await db.run(sql`update loan set fee_id = null`)
  for (const table of ['fee', 'bookkeeping_entry', 'loan', 'message', 'in_house_use']) {
    await db.run(sql`delete from ${sql.table(table)}`)
  }
  await db.run(sql`update item set state = 'available', destination_branch_id = null, at_branch_id = branch_id`)
})

const patronAt = (id: string) => `${DESK}/patrons/${id}`

/** Scans with the desk's own form as it stands on the page that is open; answers where it leads. */
async function scan(text: string, open = DESK, fields: Record<string, string> = {}, visitor = desk): Promise<string> {
  const page = await visitor.get(open)
  const given = Object.fromEntries(
    ['_csrf', 'once', 'shown'].flatMap((name) => {
      const form = /<form[^>]*data-scan[\s\S]*?<\/form>/.exec(page.body)?.[0] ?? ''
      const value = new RegExp(`name="${name}" value="([^"]*)"`).exec(form)?.[1]
      return value === undefined ? [] : [[name, value]]
    }),
  )
  const action = open.includes('/patrons/') ? `${open.replace(/\?.*/, '')}/scans` : `${DESK}/searches`
  const answer = await visitor.post(action, { ...given, text, ...fields })
  assert.equal(answer.statusCode, 303, 'a scan is never answered by a page of its own, which a reload would send again')
  return String(answer.headers.location)
}

async function returnsAre(returns: string, on = ''): Promise<string> {
  const answer = await desk.send(DESK, `${DESK}/returns`, { returns, on })
  return answer.statusCode === 303 ? (await desk.get(DESK)).body : answer.body
}

const barcodesOf = async (patron: typeof cast.asta) =>
  (await openLoans(library.context(), patron.id)).map(({ barcode }) => barcode).sort()

test('a form that is sent twice does its work once, and is answered as it was the first time', async () => {
  const at = await scan(cast.asta.card)
  const once = 'AAAAAAAAAAAAAAAA'
  const [first, second] = [await scan('A1', at, { once }), await scan('A1', at, { once })]
  assert.equal(first, second)
  assert.match((await desk.get(first)).body, /Lånt ud/)
  const [loan] = await openLoans(library.context(), cast.asta.id)
  const renewing = { loan: String(loan?.id), renewals: '0', once: 'BBBBBBBBBBBBBBBB' }
  await desk.send(at, `${at}/loans/renew`, renewing)
  await desk.send(at, `${at}/loans/renew`, renewing)
  assert.equal((await openLoans(library.context(), cast.asta.id))[0]?.renewals, 1)
  const undoing = { loan: String(loan?.id), step: 'lent', once: 'CCCCCCCCCCCCCCCC' }
  await library.context().db.run(sql`update loan set renewals = 0`)
  for (const told of [1, 2]) {
    const answer = await desk.send(at, `${DESK}/undo`, undoing)
    assert.match((await desk.get(String(answer.headers.location))).body, /Det er fortrudt/, `sent ${told} times`)
  }
})

test('a renewal whose form comes again after the program has started anew is not counted twice', async () => {
  const at = await scan(cast.asta.card)
  await scan('A1', at)
  const page = (await desk.get(at)).body
  const shown = (name: string) => new RegExp(`name="${name}" value="([^"]+)"`).exec(page)?.[1] ?? ''
  const one = { loan: shown('loan'), renewals: shown('renewals') }
  const renewals = async () => (await openLoans(library.context(), cast.asta.id))[0]?.renewals
  // Of the token of a form a new process knows nothing: each of these has one of its own.
  await desk.send(at, `${at}/loans/renew`, one)
  assert.equal(await renewals(), 1)
  const again = await desk.send(at, `${at}/loans/renew`, one)
  assert.match((await desk.get(String(again.headers.location))).body, /Er allerede fornyet til/)
  await desk.send(at, `${at}/loans/renew-all`, { seen: `${one.loan}:0` })
  assert.match((await desk.get(await scan('+', at))).body, /1 fornyet/, 'a moment ago')
  assert.equal(await renewals(), 1)
  await desk.send(at, `${at}/loans/renew-all`, { seen: `${one.loan}:1` })
  assert.equal(await renewals(), 2)
})

test('what a scan came to can be looked at again, and makes its sound the first time only', async () => {
  const told = await scan('A1')
  assert.match((await desk.get(told)).body, /data-outcome="ok"/)
  const again = (await desk.get(told)).body
  assert.match(again, /På plads: 86/)
  assert.doesNotMatch(again, /data-outcome/)
  assert.doesNotMatch(
    (await other.get(told.replace(/scan=.*/, 'scan=ZZZZZZZZZZZZZZZZ'))).body,
    /På plads/,
    'what is not known says nothing',
  )
})

test('the book drop: a day sticks for the batch, is seen while it is on, and no fee is taken for its days', async () => {
  const ctx = library.context()
  const today = dayOf(ctx.clock.now())
  assert.ok((await checkout(ctx, { card: cast.asta.card, barcode: 'A1' })).ok)
  assert.ok((await checkout(ctx, { card: cast.asta.card, barcode: 'B1' })).ok)
  await ctx.db.run(sql`update loan set lent_at = lent_at - interval '40 days', due_on = ${today.subtract({ days: 1 })}`)
  for (const wrong of [today, today.add({ days: 1 }), today.subtract({ days: 90 })]) {
    assert.match(await returnsAre('since', wrong.toString()), /Vælg en dag før i dag/, `${wrong} was taken`)
  }
  assert.match(
    await returnsAre('since', today.subtract({ days: 2 }).toString()),
    /Bogkasse: det, du scanner, er afleveret/,
  )
  for (const barcode of ['A1', 'B1']) {
    const page = (await desk.get(await scan(barcode))).body
    assert.match(page, /data-outcome="ok"/)
    assert.match(page, /Bogkasse: det, du scanner/)
  }
  const back = await ctx.db.all<{ on: string }>(sql`select returned_at::date::text as on from loan`)
  assert.deepEqual(new Set(back.map(({ on }) => on)), new Set([today.subtract({ days: 2 }).toString()]))
  assert.match((await desk.get(`${DESK}/handed-in`)).body, /Titel A[\s\S]*Titel B|Titel B[\s\S]*Titel A/)
  assert.doesNotMatch(
    (await other.get(DESK)).body,
    /Bogkasse: det, du scanner/,
    'the desk beside it takes back as ever',
  )
  assert.doesNotMatch(await returnsAre('now'), /Bogkasse: det, du scanner/)
})

test('what was used in the house is counted and stays where it is; what is on loan is not counted', async () => {
  const ctx = library.context()
  assert.match(await returnsAre('in-house'), /Brug på stedet: det, du scanner, tælles/)
  assert.match((await desk.get(await scan('A1'))).body, /Talt som brugt på stedet/)
  assert.ok((await checkout(ctx, { card: cast.asta.card, barcode: 'B1' })).ok)
  assert.match((await desk.get(await scan('B1'))).body, /Materialet er udlånt/)
  assert.deepEqual(await ctx.db.all(sql`select uses from in_house_use`), [{ uses: 1 }])
  assert.deepEqual(await barcodesOf(cast.asta), ['B1'])
  await returnsAre('now')
})

test('a desk that gives receipts on paper ends each visit with one, and it names nobody', async () => {
  const at = await scan(cast.asta.card)
  const lent = await scan('A1', at, { receipt: 'print' })
  const page = await desk.get(lent)
  assert.match(page.body, /value="print" selected/, 'the desk remembers it')
  const end = await scan('', at, {})
  assert.match(end, /\/receipt$/)
  const receipt = (await desk.get(end)).body
  assert.match(receipt, /data-print="now"/)
  assert.match(receipt, /Titel A/)
  assert.doesNotMatch(receipt.replace(/<title>.*<\/title>/, ''), /Asta|21000000001/)
  await scan('A2', at, { receipt: 'email' })
  const wanted = await library.context().db.all(sql`select 1 from loan where receipt_wanted_at is not null`)
  assert.equal(wanted.length, 1, 'only what was lent after that')
  assert.equal(await scan('', at, { receipt: 'none' }), DESK)
})

test('a teacher answers for what a class borrows, until the visit ends; nobody answers for themselves', async () => {
  const ctx = library.context()
  const at = patronAt(cast.clara.id)
  assert.match((await desk.send(at, `${at}/group`, { primary: cast.clara.card })).body, /Det er låneren selv/)
  assert.match((await desk.send(at, `${at}/group`, { primary: '9999' })).body, /Ingen låner har det kort/)
  assert.equal((await desk.send(at, `${at}/group`, { primary: cast.asta.card })).statusCode, 303)
  assert.match((await desk.get(at)).body, /Gruppelån: låner/)
  await scan('A1', at)
  await scan('', at)
  await scan('B1', at)
  const group = await ctx.db.all(sql`
    select i.barcode, g.patron_id from group_loan g join loan l on l.id = g.loan_id join item i on i.id = l.item_id`)
  assert.deepEqual(group, [{ barcode: 'A1', patron_id: cast.asta.id }])
  assert.match((await desk.get(patronAt(cast.asta.id))).body, /Titel A/)
})

test('the signs: undone, renewed, and every work list is a sign away', async () => {
  const at = await scan(cast.asta.card)
  const told = await scan('A1', at)
  await desk.get(told)
  assert.match((await desk.get(await scan('-', told))).body, /Det er fortrudt/)
  assert.deepEqual(await barcodesOf(cast.asta), [])
  assert.match((await desk.get(await scan('-', at))).body, /kan ikke fortrydes/)
  await scan('A1', at)
  assert.match((await desk.get(await scan('+', at))).body, /1 fornyet/)
  assert.match(await scan('*', at), /\/money$/)
  const keys = await desk.get(await scan('?'))
  assert.match(keys.body, /Genveje ved skranken/)
  const lists = [
    ...(await desk.get(DESK)).body.matchAll(
      /href="([^"]+)">[^<]+<\/a>\s*<span class="desk-count">\d+<\/span> <kbd>(\/\d+)/g,
    ),
  ]
  assert.ok(lists.length > 10)
  for (const [, path, sign] of lists) {
    assert.equal(await scan(String(sign)), path)
    assert.equal((await desk.get(String(path))).statusCode, 200, String(sign))
  }
})

test('a scan that finds nobody, or somebody by name, can be looked at again without sending it', async () => {
  const nobody = await scan('4444444444')
  assert.equal((await desk.get(nobody)).statusCode, 422)
  assert.ok(!nobody.includes('4444'), 'what was scanned stands in no address')
  const named = await scan('Asta')
  assert.ok(!named.includes('Asta'))
  assert.match((await desk.get(named)).body, /Asta Prøve/)
  assert.match((await desk.get(named)).body, /Asta Prøve/)
})

test('the scripts of the desk lend and take back as the desk is set', async () => {
  const ctx = library.context()
  const json = async (path: string, payload: object) => {
    const csrf = /name="_csrf" value="([^"]+)"/.exec((await desk.get(DESK)).body)?.[1] ?? ''
    const headers = { 'x-csrf-token': csrf, 'content-type': 'application/json', accept: 'application/json' }
    const cookies = Object.fromEntries(desk.cookies)
    return app.inject({ method: 'POST', url: `${DESK}/${path}`, headers, cookies, payload })
  }
  assert.equal((await json('checkout', { card: cast.asta.card, barcode: 'A1' })).statusCode, 200)
  const no = await json('checkout', { card: cast.bo.card, barcode: 'A1' })
  assert.deepEqual([no.statusCode, no.json().refused], [409, ['lent-to-another']])
  assert.match((await json('checkin', { barcode: 'A1' })).json().told, /På plads: 86\./)
  await returnsAre('in-house')
  assert.match((await json('checkin', { barcode: 'A1' })).json().told, /Talt som brugt/)
  await returnsAre('now')
  assert.equal((await json('checkin', { barcode: 'nothing' })).statusCode, 409)
  assert.deepEqual(await openLoans(ctx, cast.asta.id), [])
  assert.equal((await desk.get('/fredensborg/staff/lending')).headers.location, DESK)
})
