import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { after, before, describe, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { addStaff } from '#auth'
import { at, type StaffRole } from '#core'
import { sql } from '#db'
import { checkin, checkout } from '#loans'
import { policyOf } from '#privacy'
import { type Cast, castIn } from '../test/support/cast.ts'
import { BEGIN, openTestLibrary, type TestLibrary } from '../test/support/library.ts'
import { signInAs, type Visitor, visit } from '../test/support/visitor.ts'
import { NOWHERE } from './demonstrate.ts'
import { runNight } from './schedule.ts'
import { createSite } from './site.ts'

const PASSWORD = 'fire store gule løver'
const DESK = '/fredensborg/staff/privacy'
const PATRONS = '/fredensborg/staff/patrons'

let library: TestLibrary
let app: FastifyInstance | undefined
let cast: Cast
let anne: Visitor
let bent: Visitor
let policy: string

before(async () => {
  library = await openTestLibrary()
  app = await createSite(library.installation)
  cast = await castIn(library.context())
  policy = await readFile(new URL('../policies/fredensborg.yaml', import.meta.url), 'utf8')
  anne = await signedInAs('anne', 'data-protection-officer')
  bent = await signedInAs('bent', 'system')
})
after(async () => {
  await app?.close()
  await library.close()
})

async function signedInAs(username: string, role: StaffRole): Promise<Visitor> {
  assert.ok(app)
  const ctx = library.context({ kind: 'operator', name: 'drift' })
  const person = { username, name: `${username} prøve`, email: null, roles: [role], password: PASSWORD }
  assert.ok((await addStaff(ctx, person)).ok)
  const visitor = visit(app)
  await signInAs(visitor, 'fredensborg', { username, password: PASSWORD })
  return visitor
}

function daysOn(days: number): void {
  library.clock.moveTo(at(BEGIN.add({ days }), '12:00'))
}

/** The policy with loans kept for ten days instead of thirty. */
function shorter(): string {
  const changed = policy.replace(/(data: loan\n(?: {4}.*\n)*? {4}keep: )P30D/, '$1P10D')
  assert.notEqual(changed, policy)
  return changed
}

async function proposed(text: string): Promise<string> {
  const sent = await anne.send(`${DESK}/policy/proposals/new`, `${DESK}/policy/proposals`, { text, do: 'propose' })
  assert.equal(sent.statusCode, 303, sent.body)
  return String(sent.headers.location)
}

describe('the policy', () => {
  test('a faulty policy is shown with the line of each fault and what is allowed there', async () => {
    const text = policy.replace('action: delete', 'action: forget')
    const line = text.split('\n').findIndex((each) => each.includes('action: forget')) + 1
    for (const action of ['preview', 'propose']) {
      const page = await anne.send(`${DESK}/policy/proposals/new`, `${DESK}/policy/proposals`, { text, do: action })
      assert.equal(page.statusCode, 422)
      assert.ok(page.body.includes(`Linje ${line}`))
      assert.match(page.body, /<code>action: forget<\/code>/)
      assert.match(page.body, /anonymise, delete, redact/)
      assert.match(page.body, /href="#text"/)
      assert.match(page.body, /id="text" name="text"[^>]*aria-invalid="true"/s)
    }
    assert.match((await anne.get(`${DESK}/policy`)).body, /Der er ingen forslag/)
  })

  test('a policy can be tried without proposing it', async () => {
    const page = await anne.send(`${DESK}/policy/proposals/new`, `${DESK}/policy/proposals`, {
      text: shorter(),
      do: 'preview',
    })
    assert.equal(page.statusCode, 200)
    assert.match(page.body, /Slettes 30 dage efter/)
    assert.match(page.body, /Slettes 10 dage efter/)
    assert.match((await anne.get(`${DESK}/policy`)).body, /Der er ingen forslag/)
  })

  test('one person alone cannot publish a policy', async () => {
    const page = await proposed(policy.replace('effective: ', '# ændret\neffective: '))
    const alone = await anne.send(page, `${page}/approval`)
    assert.equal(alone.statusCode, 409)
    assert.match(alone.body, /kan ikke selv godkende den/)
    const unapproved = await anne.send(page, `${page}/publication`)
    assert.equal(unapproved.statusCode, 409)
    assert.match(unapproved.body, /skal godkendes af en anden/)
    assert.doesNotMatch((await anne.get(page)).body, /Godkend forslaget/)
    assert.match((await bent.get(page)).body, /Godkend forslaget/)
    assert.equal((await anne.send(page, `${page}/withdrawal`)).statusCode, 303)
    assert.match((await bent.send(page, `${page}/approval`)).body, /er trukket tilbage/)
    assert.equal((await policyOf(library.context())).number, 1)
  })

  test('two people publish a policy, and confirm once more when it would delete much', async () => {
    for (const barcode of ['A1', 'A2']) {
      assert.ok((await checkout(library.context(), { card: cast.asta.card, barcode })).ok)
      await checkin(library.context(), { barcode })
    }
    daysOn(15)
    const page = await proposed(shorter())
    assert.equal((await bent.send(page, `${page}/approval`)).statusCode, 303)
    const asked = await bent.send(page, `${page}/publication`)
    assert.equal(asked.statusCode, 200)
    assert.match(asked.body, /Det vil slette meget/)
    assert.match(asked.body, /100 %/)
    const careless = await bent.send(page, `${page}/publication`, { asked: 'yes' })
    assert.equal(careless.statusCode, 422)
    assert.match(careless.body, /href="#confirmed"/)
    assert.equal((await policyOf(library.context())).number, 1)
    const done = await bent.send(page, `${page}/publication`, { asked: 'yes', confirmed: 'yes' })
    assert.equal(done.statusCode, 303)
    const { number, policy: now } = await policyOf(library.context())
    assert.equal(number, 2)
    assert.equal(now.clauses.find(({ data }) => data === 'loan')?.keep, 'P10D')
    const shown = await anne.get(`${DESK}/policy`)
    assert.match(shown.body, /I kraft: version 2/)
    assert.match(shown.body, /anne prøve/)
    assert.match((await anne.get('/fredensborg/notice')).body, /10 dage/)
  })
})

describe('what is held and what goes', () => {
  test('tonight’s plan shows the loans that will be forgotten, and looking at it forgets none', async () => {
    const before = await library.context().db.all(sql`select id from loan`)
    const page = await anne.get(`${DESK}/tonight`)
    assert.equal(page.statusCode, 200)
    assert.match(page.body, /<th scope="row" >[^<]*lån[^<]*<\/th>/i)
    assert.deepEqual(await library.context().db.all(sql`select id from loan`), before)
    assert.equal(before.length, 2)
  })

  test('a night that was run is shown with what it took, and the chain is whole until someone changes it', async () => {
    const night = BEGIN.add({ days: 16 })
    daysOn(16)
    const report = await runNight(library.context(), night, NOWHERE)
    assert.equal(report.outcome, 'kept')
    const list = await anne.get(`${DESK}/nights`)
    assert.match(list.body, /Kæden er hel/)
    assert.ok(list.body.includes(`${DESK}/nights/${night}`))
    const detail = await anne.get(`${DESK}/nights/${night}`)
    assert.equal(detail.statusCode, 200)
    assert.match(detail.body, /Natten til 6\. december 2025/)
    await library.context().db.run(sql`update retention_step set rows_gone = 7 where number = 1`)
    assert.match((await anne.get(`${DESK}/nights`)).body, /Kæden er brudt/)
    assert.equal((await anne.get(`${DESK}/nights/2025-02-30`)).statusCode, 404)
  })

  test('what is held is counted as the tables count it', async () => {
    const { patrons } = await library
      .context()
      .db.one<{ patrons: number }>(sql`select count(*)::int as patrons from patron`)
    const page = await anne.get(DESK)
    assert.ok(page.body.includes(`<dt>Lånere</dt><dd>${patrons}</dd>`))
    assert.match((await anne.get(`/en${DESK}`)).body, /What we hold/)
  })
})

describe('one patron', () => {
  const page = (query = '?why=rights') => `${PATRONS}/${cast.bo.id}${query}`

  test('nothing of a patron is shown without a reason, and each look is in the log', async () => {
    const asked = await anne.get(page(''))
    assert.equal(asked.statusCode, 200)
    assert.ok(!asked.body.includes(cast.bo.number))
    const search = { text: cast.bo.number, why: '' }
    assert.equal((await anne.send(PATRONS, `${PATRONS}/searches`, search)).statusCode, 422)
    const found = await anne.send(PATRONS, `${PATRONS}/searches`, { ...search, why: 'rights' })
    assert.ok(found.body.includes(page()))
    assert.ok((await anne.get(page())).body.includes(cast.bo.number))
    const looks = await library
      .context()
      .db.all<{ why: string }>(sql`select why from access_log where patron_id = ${cast.bo.id}`)
    assert.equal(looks.length, 2)
    // In the language of whoever may read it.
    assert.ok(looks.some(({ why }) => why.startsWith('A request for access')))
  })

  test('the patron’s copy comes in three forms, and no name is in the name of the file', async () => {
    for (const [form, type] of [
      ['html', 'text/html'],
      ['pdf', 'application/pdf'],
      ['json', 'application/json'],
    ]) {
      const copy = await anne.get(`${PATRONS}/${cast.bo.id}/copy/${form}?why=rights`)
      assert.equal(copy.statusCode, 200)
      assert.ok(String(copy.headers['content-type']).startsWith(String(type)))
      assert.equal(copy.headers['content-disposition'], `attachment; filename="mine-oplysninger.${form}"`)
      assert.equal(copy.headers['cache-control'], 'no-store')
    }
    assert.equal((await anne.get(`${PATRONS}/${cast.bo.id}/copy/pdf`)).statusCode, 303)
  })

  test('a hold needs a reason and a day to come; it is shown, and can be ended', async () => {
    const { id } = await library
      .context()
      .db.one<{ id: string }>(sql`select id from access_log where patron_id = ${cast.bo.id} limit 1`)
    const path = `${PATRONS}/${cast.bo.id}`
    const form = `${path}/holds/new?table=access_log&row=${id}&why=rights`
    const fields = { table: 'access_log', row: id, reason: 'Klage hos Datatilsynet', until: '' }
    const send = (more: Record<string, string>) => anne.send(form, `${path}/holds?why=rights`, { ...fields, ...more })
    assert.match((await send({ reason: ' ' })).body, /href="#reason"/)
    const named = await send({ reason: 'Sag om 740385-1048' })
    assert.match(named.body, /href="#reason"/)
    assert.doesNotMatch(named.body, /740385/)
    assert.match((await send({ until: '2020-01-01' })).body, /href="#until"/)
    assert.equal((await send({})).headers.location, page())
    assert.match((await anne.get(`${DESK}/holds`)).body, /Klage hos Datatilsynet/)
    const shown = (await anne.get(page())).body
    const end = /action="([^"]+\/holds\/[^"]+\/end[^"]*)"/.exec(shown)?.[1] ?? ''
    assert.equal((await anne.send(page(), end)).statusCode, 303)
    assert.match((await anne.get(`${DESK}/holds`)).body, /Intet er tilbageholdt/)
  })

  test('a patron whose processing is restricted cannot borrow until it is lifted', async () => {
    const path = `${PATRONS}/${cast.bo.id}/restriction`
    assert.equal((await anne.send(path, path, { reason: '' })).statusCode, 422)
    assert.equal((await anne.send(path, `${path}?why=rights`, { reason: 'Bestrider en adresse' })).statusCode, 303)
    const refused = await checkout(library.context(), { card: cast.bo.card, barcode: 'B1' })
    assert.equal(refused.ok, false)
    assert.match((await anne.get(page())).body, /Behandlingen er begrænset/)
    assert.equal((await anne.send(page(), `${path}/end?why=rights`)).statusCode, 303)
    assert.equal((await checkout(library.context(), { card: cast.bo.card, barcode: 'B1' })).ok, true)
  })

  test('a patron with a loan is not erased, and is once the item is back', async () => {
    const path = `${PATRONS}/${cast.bo.id}/erasure`
    const refused = await anne.get(path)
    assert.equal(refused.statusCode, 409)
    assert.match(refused.body, /Låneren kan ikke slettes endnu/)
    assert.match(refused.body, /lån/)
    const forced = await anne.send(PATRONS, path, { sure: 'yes' })
    assert.equal(forced.statusCode, 409)
    await checkin(library.context(), { barcode: 'B1' })
    assert.match((await anne.send(path, path)).body, /href="#sure"/)
    const done = await anne.send(path, path, { sure: 'yes' })
    assert.equal(done.statusCode, 200)
    assert.match(done.body, /Kvittering for sletning/)
    const { id } = await library.context().db.one<{ id: string }>(sql`select id from erasure_receipt`)
    assert.ok(done.body.includes(id))
    assert.ok(!done.body.includes(cast.bo.number))
    assert.equal((await anne.get(page())).statusCode, 404)
    assert.equal(await library.context().db.maybe(sql`select 1 from patron where id = ${cast.bo.id}`), undefined)
  })
})
