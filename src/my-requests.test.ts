import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { addStaff } from '#auth'
import { dayOf, type StaffRole } from '#core'
import { sql } from '#db'
import { readCase } from '#privacy'
import { type MyPages, openMyPages } from '../test/support/my-pages.ts'
import { signInAs, type Visitor, visit } from '../test/support/visitor.ts'

const RIGHTS = '/fredensborg/me/rights'
const ERASURE = '/fredensborg/me/erasure'
const REQUESTS = '/fredensborg/staff/requests'
const PASSWORD = 'fire store gule løver'

let my: MyPages
let dorte: Visitor
let anne: Visitor
before(async () => {
  my = await openMyPages()
  dorte = await staff('dorte', 'desk')
  anne = await staff('anne', 'data-protection-officer')
})
after(() => my.close())

async function staff(username: string, role: StaffRole): Promise<Visitor> {
  const person = { username, name: `${username} prøve`, email: null, roles: [role], password: PASSWORD }
  assert.ok((await addStaff(my.library.context({ kind: 'operator', name: 'drift' }), person)).ok)
  const visitor = visit(my.app)
  await signInAs(visitor, 'fredensborg', { username, password: PASSWORD })
  return visitor
}

async function caseOf(who: 'asta' | 'bo', kind: string): Promise<string> {
  const row = await my.library.context().db.one<{ id: string }>(sql`
    select id from rights_case where patron_id = ${my.cast[who].id} and kind = ${kind} order by received_at desc limit 1`)
  return row.id
}

test('a patron asks for a correction and reads when the answer is due; asking twice is one request', async () => {
  const asta = await my.signedIn('asta')
  const asked = { kind: 'correction', wish: 'Mit efternavn er stavet forkert' }
  assert.equal((await asta.send(RIGHTS, RIGHTS, asked)).statusCode, 303)
  const { body } = await asta.get(RIGHTS)
  assert.match(body, /Mit efternavn er stavet forkert/)
  assert.match(body, /Venter på svar/)
  const row = await readCase(my.library.context(), await caseOf('asta', 'correction'))
  assert.ok(row)
  assert.equal(String(row.due_on), String(dayOf(row.received_at).add({ months: 1 })))
  const again = await asta.send(RIGHTS, RIGHTS, asked)
  assert.equal(again.statusCode, 422)
  assert.match(again.body, /Du har allerede bedt om det/)
})

test('a request without words, or with a CPR number, is refused and the number is not shown again', async () => {
  const asta = await my.signedIn('asta')
  const empty = await asta.send(RIGHTS, RIGHTS, { kind: 'objection', wish: ' ' })
  assert.equal(empty.statusCode, 422)
  assert.match(empty.body, /href="#wish"/)
  const number = await asta.send(RIGHTS, RIGHTS, { kind: 'objection', wish: 'Jeg er 740385-1048' })
  assert.equal(number.statusCode, 422)
  assert.doesNotMatch(number.body, /740385/)
})

test('staff see the request with the days left and no name, take more time once, and answer with reasons', async () => {
  const id = await caseOf('asta', 'correction')
  const list = await dorte.get(REQUESTS)
  assert.match(list.body, new RegExp(my.cast.asta.number))
  assert.match(list.body, /3[01] dage|28 dage/)
  assert.doesNotMatch(list.body, /Mit efternavn/)
  assert.match((await dorte.get('/fredensborg/staff')).body, /Anmodninger om rettigheder/)
  const page = `${REQUESTS}/${id}`
  assert.match((await dorte.get(page)).body, /Mit efternavn er stavet forkert/)
  const looks = await my.library.context().db.all(sql`
    select 1 from access_log where patron_id = ${my.cast.asta.id} and what = 'en anmodning om dine rettigheder'`)
  assert.equal(looks.length, 1)
  const more = { because: 'Vi venter på svar fra CPR-registret.' }
  assert.equal((await dorte.send(page, `${page}/extension`, more)).statusCode, 303)
  const row = await readCase(my.library.context(), id)
  assert.equal(String(row?.due_on), row && String(dayOf(row.received_at).add({ months: 3 })))
  assert.equal((await dorte.send(page, `${page}/extension`, more)).statusCode, 409)
  const bare = await dorte.send(page, `${page}/answer`, { outcome: 'refused', answer: '' })
  assert.equal(bare.statusCode, 422)
  assert.match(bare.body, /href="#answer"/)
  const answer = 'Navnet er, som det står i CPR-registret.'
  assert.equal((await dorte.send(page, `${page}/answer`, { outcome: 'refused', answer })).statusCode, 303)
  assert.equal((await dorte.send(page, `${page}/answer`, { outcome: 'granted', answer })).statusCode, 409)
  const told = await my.library.context().db.all<{ kind: string; body: string }>(sql`
    select kind, body from message where patron_id = ${my.cast.asta.id} and kind like 'rights-%' order by queued_at, kind`)
  assert.deepEqual(told.map(({ kind }) => kind).sort(), ['rights-answer', 'rights-extended'])
  const decision = told.find(({ kind }) => kind === 'rights-answer')?.body ?? ''
  assert.match(decision, /som det står i CPR-registret/)
  assert.match(decision, /Datatilsynet/, 'a no says where to complain')
  const asta = await my.signedIn('asta')
  const shown = (await asta.get(RIGHTS)).body
  assert.match(shown, /Vi kan ikke gøre det/)
  assert.match(shown, /som det står i CPR-registret/)
})

test('a patron withdraws their own request and nobody else’s', async () => {
  const asta = await my.signedIn('asta')
  assert.equal((await asta.send(RIGHTS, RIGHTS, { kind: 'objection', wish: 'Ingen nyhedsbreve' })).statusCode, 303)
  const id = await caseOf('asta', 'objection')
  const bo = await my.signedIn('bo')
  assert.equal((await bo.send(RIGHTS, `${RIGHTS}/withdrawals`, { id })).statusCode, 404)
  assert.equal((await asta.send(RIGHTS, `${RIGHTS}/withdrawals`, { id })).statusCode, 303)
  assert.equal((await readCase(my.library.context(), id))?.outcome, 'withdrawn')
})

test('a restriction that is granted begins with the answer, and only where the officer gives it', async () => {
  const bo = await my.signedIn('bo')
  assert.equal((await bo.send(RIGHTS, RIGHTS, { kind: 'restriction', wish: 'Gælden er ikke min' })).statusCode, 303)
  const page = `${REQUESTS}/${await caseOf('bo', 'restriction')}`
  const yes = { outcome: 'granted', answer: 'Vi undersøger det.' }
  const restrictions = () =>
    my.library.context().db.all(sql`select 1 from restriction where patron_id = ${my.cast.bo.id} and ended_at is null`)
  const refused = await dorte.send(page, `${page}/answer`, yes)
  assert.equal(refused.statusCode, 409)
  assert.match(refused.body, /Kun databeskyttelsesrådgiveren/)
  assert.equal((await restrictions()).length, 0)
  assert.equal((await anne.send(page, `${page}/answer`, yes)).statusCode, 303)
  assert.equal((await restrictions()).length, 1)
})

test('somebody with a loan is told that it stands in the way, and is not deleted', async () => {
  await my.lend(my.cast.dines.card, 'B1')
  const dines = await my.signedIn('dines')
  const page = await dines.get(ERASURE)
  assert.match(page.body, /Din konto kan ikke slettes endnu/)
  assert.doesNotMatch(page.body, /name="pin"/)
  assert.equal((await dines.send(RIGHTS, ERASURE, { pin: '7391' })).statusCode, 409)
  assert.ok(await my.library.context().db.maybe(sql`select 1 from patron where id = ${my.cast.dines.id}`))
})

test('whoever has nothing open is deleted at once, when the PIN is given again and is right', async () => {
  const asta = await my.signedIn('asta')
  const exists = () => my.library.context().db.maybe(sql`select 1 from patron where id = ${my.cast.asta.id}`)
  const wrong = await asta.send(ERASURE, ERASURE, { pin: '1111' })
  assert.equal(wrong.statusCode, 422)
  assert.match(wrong.body, /href="#pin"/)
  assert.ok(await exists(), 'a wrong PIN deletes nobody')
  const done = await asta.send(ERASURE, ERASURE, { pin: '7391' })
  assert.equal(done.statusCode, 200)
  assert.match(done.body, /Kvittering|kvittering/)
  assert.equal(await exists(), undefined)
  const cases = await my.library.context().db.all(sql`select 1 from rights_case where patron_id = ${my.cast.asta.id}`)
  assert.equal(cases.length, 0)
  assert.equal((await asta.get('/fredensborg/me')).statusCode, 303, 'the session is over')
})
