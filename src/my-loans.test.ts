import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { assert as must, type PatronId } from '#core'
import { sql } from '#db'
import { setGuardian } from '#patrons'
import { placeReservation } from '#reservations'
import { fieldsOf, type MyPages, openMyPages } from '../test/support/my-pages.ts'
import { visit } from '../test/support/visitor.ts'

const ME = '/fredensborg/me'
const LOANS = `${ME}/loans`

let my: MyPages
before(async () => {
  my = await openMyPages()
})
after(() => my.close())

function dueOf(patron: PatronId): Promise<{ due_on: Temporal.PlainDate; renewals: number }[]> {
  return my.library
    .context()
    .db.all(sql`select due_on, renewals from loan where patron_id = ${patron} order by due_on, id`)
}

test('whoever is not signed in is led to sign in and back to their loans', async () => {
  const answer = await visit(my.app).get(LOANS)
  assert.equal(answer.headers.location, '/fredensborg/sign-in?next=%2Ffredensborg%2Fme%2Floans')
})

test('the front of one’s own page says at once what is on loan and when the first is due', async () => {
  const asta = await my.signedIn('asta')
  assert.match((await asta.get(ME)).body, /Ingen lån/)
  await my.lend(my.cast.asta.card, 'A1')
  await my.lend(my.cast.asta.card, 'B1')
  const me = await asta.get(ME)
  assert.match(me.body, /2 lån/)
  assert.match(me.body, /Første frist er \d+\. \w+ \d{4}/)
  assert.doesNotMatch(me.body, /Titel A/, 'titles stand on the page of loans, not over somebody’s shoulder')
  assert.match((await asta.get(`/en${ME}`)).body, /2 loans/)
})

test('a loan is renewed with one button, and a second tap on the same button renews nothing more', async () => {
  const asta = await my.signedIn('asta')
  my.pass({ hours: 24 * 5 })
  const [before] = await dueOf(my.cast.asta.id)
  const page = await asta.get(LOANS)
  assert.match(page.body, /aria-label="Forny Titel A"/)
  const fields = fieldsOf(page.body, `${LOANS}/renew`)
  const done = await asta.post(`${LOANS}/renew`, fields)
  assert.deepEqual([done.statusCode, done.headers.location], [303, LOANS])
  assert.match((await asta.get(LOANS)).body, /Lånet er fornyet til/)
  const again = await asta.post(`${LOANS}/renew`, fields)
  assert.equal(again.statusCode, 303)
  const rows = await dueOf(my.cast.asta.id)
  assert.deepEqual(rows.map(({ renewals }) => renewals).sort(), [0, 1])
  assert.ok(before && Temporal.PlainDate.compare(rows.at(-1)?.due_on ?? before.due_on, before.due_on) > 0)
})

test('all that can be renewed is renewed at once, and sending it twice changes nothing', async () => {
  const asta = await my.signedIn('asta')
  const page = await asta.get(LOANS)
  const fields = fieldsOf(page.body, `${LOANS}/renew-all`)
  assert.equal((await asta.post(`${LOANS}/renew-all`, fields)).statusCode, 303)
  const once = await dueOf(my.cast.asta.id)
  assert.equal((await asta.post(`${LOANS}/renew-all`, fields)).statusCode, 303)
  assert.deepEqual(await dueOf(my.cast.asta.id), once)
})

test('what somebody else waits for is not renewed, and the page says why in plain words', async () => {
  await my.lend(my.cast.bo.card, 'C1')
  await my.library.context().db.run(sql`update item set state = 'lost' where barcode = 'C2'`)
  must(
    (await placeReservation(my.library.context(), { patron: my.cast.clara.id, title: my.cast.titles.C })).ok,
    'not reserved',
  )
  const bo = await my.signedIn('bo')
  const page = await bo.get(LOANS)
  assert.match(page.body, /Kan ikke fornyes nu: En anden venter på materialet\./)
  assert.doesNotMatch(page.body, /aria-label="Forny Titel C"/)
  const [row] = await my.library
    .context()
    .db.all<{ id: string }>(sql`select id from loan where patron_id = ${my.cast.bo.id}`)
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
  my.pass({ hours: 24 * 60 })
  const bo = await my.signedIn('bo')
  assert.match((await bo.get(ME)).body, /tile-error[\s\S]*1 skulle have været afleveret/)
  assert.match((await bo.get(LOANS)).body, /Overskredet[\s\S]*Skulle have været afleveret .*, for \d+ dage siden/)
})

test('nobody renews another’s loan', async () => {
  const [theirs] = await my.library
    .context()
    .db.all<{ id: string }>(sql`select id from loan where patron_id = ${my.cast.asta.id} and renewals = 1 limit 1`)
  assert.ok(theirs)
  const bo = await my.signedIn('bo')
  const fields = fieldsOf((await bo.get(LOANS)).body, '/fredensborg/sign-out')
  const answer = await bo.post(`${LOANS}/renew`, { ...fields, loan: theirs.id, renewals: '1' })
  assert.equal(answer.statusCode, 422)
  assert.match(answer.body, /ikke blandt dine lån/)
  assert.doesNotMatch(answer.body, /Titel A/)
})

test('a guardian renews a child’s loan while the link stands, and nobody else can', async () => {
  const desk = my.desk()
  const guardian = { name: 'Asta Prøve', cpr: '740385-1048', proof: 'paper', maySee: true } as const
  must((await setGuardian(desk, my.cast.clara.id, guardian)).ok, 'no guardian')
  await my.lend(my.cast.clara.card, 'A2')
  const asta = await my.signedIn('asta')
  const child = `${ME}/children/${my.cast.clara.id}`
  my.pass({ hours: 24 })
  const page = await asta.get(child)
  assert.match(page.body, /Titel A/)
  const fields = fieldsOf(page.body, `${child}/renew`)
  const bo = await my.signedIn('bo')
  const { _csrf = '' } = fieldsOf((await bo.get(ME)).body, '/fredensborg/sign-out')
  assert.equal((await bo.post(`${child}/renew`, { ...fields, _csrf })).statusCode, 404)
  assert.equal((await asta.post(`${child}/renew`, fields)).headers.location, child)
  assert.deepEqual(
    (await dueOf(my.cast.clara.id)).map(({ renewals }) => renewals),
    [1],
  )
})
