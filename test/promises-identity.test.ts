import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import { addBranch } from '#agencies'
import { addStaff, beginPatronSession, patronCookie, setPin, verifyPin } from '#auth'
import { type Actor, type BranchId, dayOf, type PatronId, type StaffId } from '#core'
import { sql } from '#db'
import { checkout } from '#loans'
import {
  applyRegister,
  blockCard,
  type CprRegister,
  type Enrolment,
  enrolPatron,
  findPatron,
  followRegister,
  guardiansOf,
  identifiersOf,
  notesOf,
  placeLoanBlock,
  publishTerms,
  type RegisterPerson,
  readPatron,
  writeNote,
} from '#patrons'
import type { Context } from '#vault'
import { createSite } from '../src/site.ts'
import { openTestLibrary, type TestLibrary } from './support/library.ts'
import { patronSite } from './support/patron-site.ts'
import { signInAs, visit } from './support/visitor.ts'

// What libraries promise of who their patrons are and how they sign in. The files in promises/ name these tests; a test
// that is renamed here is renamed there, and test/promises.test.ts sees to it.

const AGENCIES = ['fredensborg', 'glostrup', 'herning', 'stevns']
const HOME = { address: 'Pilekrogen 7', postcode: '2600', city: 'Prøveby', municipality: '0161' }
const BORN = Temporal.PlainDate.from('1970-01-01')
const PIN = '7391'
const PASSWORD = 'fire store gule løver'
let library: TestLibrary
const branches = new Map<string, BranchId>()
let tries = 0
let last = 0

before(async () => {
  library = await openTestLibrary({ agencies: AGENCIES })
  for (const agency of AGENCIES) {
    const place = { code: 'A', name: 'Prøven', address: 'Vej 1', postcode: '2600', city: 'By' }
    branches.set(agency, await addBranch(library.context(undefined, agency), place))
  }
})
after(() => library.close())

function at(agency: string, actor?: Actor): Context {
  return library.context(actor, agency)
}

function deskAt(agency: string): Context {
  const ctx = at(agency)
  return at(agency, { kind: 'staff', id: ctx.random.uuid(ctx.clock.now()) as StaffId, roles: ['desk'] })
}

/** A replacement number that no other test uses; all were born on the first of January 1970. */
function someNumber(): string {
  return `610170${String(1000 + ++last)}`
}

async function tryToEnrol(agency: string, enrolment: Enrolment, register?: CprRegister) {
  const branch = branches.get(agency)
  assert.ok(branch)
  return enrolPatron(at(agency), branch, enrolment, { register })
}

async function enrol(agency: string, more: Partial<Enrolment> = {}, register?: CprRegister) {
  const cpr = someNumber()
  const person = { ...HOME, name: 'Asta Prøve', cpr, birthOn: BORN, photoIdSeen: true, ...more }
  const enrolled = await tryToEnrol(agency, person, register)
  assert.ok(enrolled.ok, JSON.stringify(enrolled))
  return { ...enrolled.value, cpr }
}

async function patronsIn(agency: string): Promise<number> {
  return (await at(agency).db.one<{ n: number }>(sql`select count(*)::int as n from patron`)).n
}

/** Each try from a machine of its own, so that no test uses up the tries of another. */
function signInWith(agency: string, presented: string, pin: string) {
  return verifyPin(at(agency), { presented, pin, terminal: `prøve ${++tries}` })
}

/** A CPR register that knows one person, who can move. */
function registerOf(person: RegisterPerson): CprRegister & { move(address: RegisterPerson['address']): void } {
  let known = person
  let changed: string[] = []
  return {
    move(address) {
      known = { ...known, address }
      changed = [known.cpr]
    },
    serves: () => true,
    lookup: async (cpr) => (cpr.digits === known.cpr ? { kind: 'person', person: known } : { kind: 'unknown' }),
    subscribe: async () => {},
    unsubscribe: async () => {},
    subscriptions: async () => [known.cpr],
    changes: async () => ({ cprs: changed, after: String(changed.length) }),
  }
}

function inRegister(cpr: string, more: Partial<RegisterPerson> = {}): RegisterPerson {
  const address = { address: 'Registervej 3', postcode: '2600', city: 'Registerby' }
  const nothing = { currentCpr: null, protected: false, protectedUntil: null, guardians: [] }
  return { cpr, name: 'Rigtige Navn', bornOn: BORN, status: '01', address, municipality: '0161', ...nothing, ...more }
}

test('in Glostrup and Stevns nobody is enrolled without CPR number, name and address, and nothing is kept of who tried', async () => {
  for (const agency of ['glostrup', 'stevns']) {
    const before = await patronsIn(agency)
    const { address, ...noAddress } = HOME
    const whole = { ...HOME, name: 'Bo Prøve', cpr: someNumber() }
    const { cpr, ...noNumber } = whole
    const { name, ...noName } = whole
    for (const [field, given] of [
      ['cpr', noNumber],
      ['name', noName],
      ['address', { ...noAddress, name, cpr }],
    ] as const) {
      assert.deepEqual(await tryToEnrol(agency, given), { ok: false, refusal: { kind: 'missing', field } })
    }
    assert.equal(await patronsIn(agency), before)
    assert.ok((await tryToEnrol(agency, { ...whole, address })).ok)
  }
})

test('in Glostrup a child is enrolled with a parent’s signature through the last day before eighteen, and without it after', async () => {
  const today = dayOf(library.clock.now())
  const child = {
    ...HOME,
    name: 'Clara Prøve',
    cpr: someNumber(),
    birthOn: today.subtract({ years: 18 }).add({ days: 1 }),
  }
  assert.deepEqual(await tryToEnrol('glostrup', child), { ok: false, refusal: { kind: 'guardian-needed', under: 18 } })
  const signed = await tryToEnrol('glostrup', { ...child, guardian: { name: 'Carl Prøve', proof: 'paper' } })
  assert.ok(signed.ok)
  const [guardian, ...others] = await guardiansOf(at('glostrup'), signed.value.id)
  assert.deepEqual([guardian?.name, guardian?.proof, others.length], ['Carl Prøve', 'paper', 0])
  const grown = { ...child, cpr: someNumber(), birthOn: today.subtract({ years: 18 }) }
  assert.ok((await tryToEnrol('glostrup', grown)).ok)
})

test('in Herning whoever has turned fourteen shows photo identification to be enrolled, and whoever is younger need not', async () => {
  const today = dayOf(library.clock.now())
  const turned = { ...HOME, name: 'Dan Prøve', cpr: someNumber(), birthOn: today.subtract({ years: 14 }) }
  assert.deepEqual(await tryToEnrol('herning', turned), { ok: false, refusal: { kind: 'photo-id-needed', from: 14 } })
  const shown = await tryToEnrol('herning', { ...turned, photoIdSeen: true })
  assert.ok(shown.ok)
  assert.ok((await readPatron(at('herning'), shown.value.id))?.photo_id_at)
  const younger = { ...turned, cpr: someNumber(), birthOn: turned.birthOn.add({ days: 1 }) }
  assert.ok((await tryToEnrol('herning', younger)).ok)
})

test('name and address come from the CPR register when the number is given, not from the form', async () => {
  for (const agency of ['fredensborg', 'glostrup', 'herning', 'stevns']) {
    const cpr = someNumber()
    const { id } = await enrol(agency, { cpr, name: 'Skrevet Forkert' }, registerOf(inRegister(cpr)))
    const patron = await readPatron(at(agency), id)
    assert.equal(patron?.name, 'Rigtige Navn')
    assert.deepEqual([patron?.address, patron?.postcode, patron?.city], ['Registervej 3', '2600', 'Registerby'])
  }
})

test('whoever moves gets the new address from the CPR register, and staff do nothing', async () => {
  for (const agency of ['glostrup', 'stevns']) {
    const cpr = someNumber()
    const register = registerOf(inRegister(cpr))
    const { id } = await enrol(agency, { cpr }, register)
    await followRegister(at(agency), register)
    register.move({ address: 'Nygade 9', postcode: '4660', city: 'Nyby' })
    assert.deepEqual(await followRegister(at(agency), register), { updated: 1, down: false })
    const patron = await readPatron(at(agency), id)
    assert.deepEqual([patron?.address, patron?.postcode, patron?.city], ['Nygade 9', '4660', 'Nyby'])
  }
})

test('protection in the CPR register is taken over at enrolment and when it comes later, and seals the address', async () => {
  const ctx = at('fredensborg')
  const addressOf = async (id: PatronId) => {
    const { row } = await ctx.db.one<{ row: string }>(sql`select patron::text as row from patron where id = ${id}`)
    return row.includes('Registervej') ? 'readable' : 'sealed'
  }
  const hidden = someNumber()
  const from = await enrol('fredensborg', { cpr: hidden }, registerOf(inRegister(hidden, { protected: true })))
  assert.equal(await addressOf(from.id), 'sealed')
  const open = someNumber()
  const later = await enrol('fredensborg', { cpr: open }, registerOf(inRegister(open)))
  assert.equal(await addressOf(later.id), 'readable')
  assert.ok(await applyRegister(ctx, later.id, inRegister(open, { protected: true })))
  assert.equal(await addressOf(later.id), 'sealed')
})

test('a PIN has exactly four digits', async () => {
  for (const agency of ['glostrup', 'herning']) {
    const { id, number } = await enrol(agency)
    for (const pin of ['739', '73911', '739a', '']) {
      const set = await setPin(deskAt(agency), id, pin, 'desk')
      assert.ok(!set.ok && set.refusal.kind === 'bad-pin')
    }
    assert.ok((await setPin(deskAt(agency), id, PIN, 'desk')).ok)
    assert.deepEqual(await signInWith(agency, number, PIN), { ok: true, value: id })
  }
})

test('who has chosen a PIN signs in with it, and with no other', async () => {
  for (const agency of AGENCIES) {
    const { id, number } = await enrol(agency)
    assert.ok((await setPin(deskAt(agency), id, PIN, 'desk')).ok)
    assert.equal((await signInWith(agency, number, '7392')).ok, false)
    assert.deepEqual(await signInWith(agency, number, PIN), { ok: true, value: id })
  }
})

test('a PIN is typed into a field that shows no digits, and stands on no page', async () => {
  const { id, number } = await enrol('glostrup')
  assert.ok((await setPin(deskAt('glostrup'), id, PIN, 'desk')).ok)
  const app = await patronSite(library)
  const visitor = visit(app)
  const { token } = await beginPatronSession(at('glostrup'), id, 'pin')
  const own = (path: string) => app.inject({ url: path, cookies: { [patronCookie('glostrup')]: token } })
  const wrong = await visitor.send('/glostrup/sign-in', '/glostrup/sign-in', { presented: number, pin: '7392' })
  const pages = [await app.inject('/glostrup/sign-in'), wrong, await own('/glostrup/pin'), await own('/glostrup/me')]
  assert.deepEqual(
    pages.map(({ statusCode }) => statusCode),
    [200, 422, 200, 200],
  )
  let fields = 0
  for (const { body } of pages) {
    assert.doesNotMatch(body, /7391|7392/)
    for (const [field] of body.matchAll(/<input[^>]*name="(?:pin|again|current)"[^>]*>/g)) {
      assert.match(field, /type="password"/)
      fields++
    }
  }
  assert.ok(fields >= 4, 'sign-in has one, and choosing a PIN has more')
  await app.close()
})

test('a patron signs in with CPR number, library card or patron number, and with nothing else that is known of them', async () => {
  const email = 'asta@example.org'
  const phone = '+4520000001'
  const { id, cpr, number } = await enrol('stevns', { card: '21000000077', email, phone })
  assert.ok((await setPin(deskAt('stevns'), id, PIN, 'desk')).ok)
  for (const presented of [cpr, '21000000077', number]) {
    assert.deepEqual(await signInWith('stevns', presented, PIN), { ok: true, value: id })
  }
  for (const presented of [email, phone, 'Asta Prøve', id]) {
    assert.equal((await signInWith('stevns', presented, PIN)).ok, false)
  }
})

test('health card and library card are the same patron, whichever is shown', async () => {
  const { id, cpr } = await enrol('stevns', { card: '21000000078' })
  assert.ok((await setPin(deskAt('stevns'), id, PIN, 'desk')).ok)
  for (const card of [cpr, '21000000078']) {
    assert.equal(await findPatron(at('stevns'), card), id)
    assert.deepEqual(await signInWith('stevns', card, PIN), { ok: true, value: id })
  }
})

test('nobody but staff comes to the pages about a patron, not even another patron', async () => {
  const app = await createSite(library.installation)
  for (const agency of ['glostrup', 'stevns']) {
    const { id, number } = await enrol(agency, { name: 'Kendt Navn' })
    const other = await enrol(agency)
    const { token } = await beginPatronSession(at(agency), other.id, 'pin')
    const colleague = {
      username: 'dorte',
      name: 'Dorte Prøve',
      email: null,
      roles: ['desk', 'data-protection-officer'],
      password: PASSWORD,
    } as const
    assert.ok((await addStaff(at(agency, { kind: 'operator', name: 'test' }), colleague)).ok)
    const dorte = visit(app)
    await signInAs(dorte, agency, colleague)
    const shown = await dorte.get(`/${agency}/staff/patrons/${id}?why=asked`)
    assert.ok(shown.body.includes('Kendt Navn'), 'staff see whom they look up')
    for (const cookies of [{}, { [patronCookie(agency)]: token }]) {
      for (const path of [`patrons/${id}?why=asked`, 'patrons', `patrons/${id}/copy/html?why=asked`]) {
        const answer = await app.inject({ url: `/${agency}/staff/${path}`, cookies })
        assert.ok([303, 403].includes(answer.statusCode), `${path}: ${answer.statusCode}`)
        assert.ok(!answer.body.includes('Kendt Navn') && !answer.body.includes(number))
      }
    }
  }
  await app.close()
})

test('staff block a card that is misused, and it is good for nothing from that moment', async () => {
  const card = '21000000079'
  const { id } = await enrol('glostrup', { card })
  const desk = deskAt('glostrup')
  assert.ok((await setPin(desk, id, PIN, 'desk')).ok)
  assert.ok((await signInWith('glostrup', card, PIN)).ok)
  const row = (await identifiersOf(desk, id)).find(({ value }) => value === card)
  assert.ok(row)
  // There is no such item: what matters is whether the card got that far.
  const lentWith = async () => {
    const lent = await checkout(desk, { card, barcode: 'no such item' })
    return lent.ok ? 'lent' : lent.refusal.kind
  }
  assert.equal(await lentWith(), 'unknown-item')
  assert.ok((await blockCard(desk, row.id, 'stolen')).ok)
  assert.equal((await signInWith('glostrup', card, PIN)).ok, false)
  assert.equal(await findPatron(desk, card), undefined)
  assert.equal(await lentWith(), 'unknown-patron')
})

test('a block is kept with its kind, its reason and its date, and both fees and a stolen card are kinds', async () => {
  const desk = deskAt('fredensborg')
  const { id } = await enrol('fredensborg')
  assert.equal((await placeLoanBlock(desk, id, { code: 'exclusion' })).ok, false, 'without a reason')
  assert.ok((await placeLoanBlock(desk, id, { code: 'exclusion', reason: 'Råb', message: 'Du råbte.' })).ok)
  assert.ok((await placeLoanBlock(desk, id, { code: 'card-stolen' })).ok)
  const rows = await desk.db.all<{ code: string; reason: string | null; since_on: Temporal.PlainDate }>(
    sql`select code, reason, since_on from loan_block where patron_id = ${id} order by code`,
  )
  const today = dayOf(desk.clock.now()).toString()
  assert.deepEqual(
    rows.map(({ code, reason, since_on }) => [code, reason, since_on.toString()]),
    [
      ['card-stolen', null, today],
      ['exclusion', 'Råb', today],
    ],
  )
})

test('staff write notes about a patron, and no patron does', async () => {
  for (const agency of ['fredensborg', 'stevns']) {
    const { id } = await enrol(agency)
    assert.ok((await writeNote(deskAt(agency), id, 'staff', 'Glemt kort ligger i skuffen')).ok)
    const own = at(agency, { kind: 'patron', id })
    assert.deepEqual(await writeNote(own, id, 'staff', 'Ros'), { ok: false, refusal: { kind: 'not-allowed' } })
    assert.deepEqual(
      (await notesOf(at(agency), id)).map(({ text }) => text),
      ['Glemt kort ligger i skuffen'],
    )
  }
})

test('whoever enrols themself in Herning has turned eighteen', async () => {
  const today = dayOf(library.clock.now())
  const self = { ...HOME, name: 'Bo Prøve', cpr: someNumber(), way: 'web' } as const
  const almost = today.subtract({ years: 18 }).add({ days: 1 })
  assert.deepEqual(await tryToEnrol('herning', { ...self, birthOn: almost }), {
    ok: false,
    refusal: { kind: 'too-young', from: 18 },
  })
  assert.ok((await tryToEnrol('herning', { ...self, birthOn: almost.subtract({ days: 1 }) })).ok)
})

test('whoever enrols themself accepts rules and prices, and it is kept which versions', async () => {
  const operator = at('herning', { kind: 'operator', name: 'test' })
  for (const document of ['rules', 'prices'] as const) {
    assert.ok((await publishTerms(operator, document, { da: `${document} 1`, en: `${document} 1` })).ok)
  }
  const self = { ...HOME, name: 'Bo Prøve', cpr: someNumber(), birthOn: BORN, way: 'web' } as const
  const rules = { document: 'rules', version: 1 } as const
  const prices = { document: 'prices', version: 1 } as const
  const onlyRules = await tryToEnrol('herning', { ...self, accepts: [rules] })
  assert.ok(!onlyRules.ok && onlyRules.refusal.kind === 'terms-not-accepted')
  const both = await tryToEnrol('herning', { ...self, accepts: [rules, prices] })
  assert.ok(both.ok)
  const kept = await operator.db.all<{ document: string; version: number; channel: string }>(
    sql`select document, version, channel from acceptance where patron_id = ${both.value.id} order by document`,
  )
  assert.deepEqual(
    kept.map((row) => ({ ...row })),
    [
      { ...prices, channel: 'web' },
      { ...rules, channel: 'web' },
    ],
  )
})
