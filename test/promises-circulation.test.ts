import assert from 'node:assert/strict'
import { after, before, test } from 'node:test'
import type { FastifyInstance } from 'fastify'
import { addBranch } from '#agencies'
import { addStaff, beginPatronSession, patronCookie } from '#auth'
import { addItems, putTitles } from '#catalogue'
import { collectionFile, collectionSetting, prepareCases, sendCases } from '#collection'
import { type Actor, type BranchId, dayOf, at as instantAt, type PatronId, type StaffId, type TitleId } from '#core'
import { sql } from '#db'
import { openClaims, sendStatement } from '#fees'
import { lendingRules, setLendingGroup } from '#lending-rules'
import { checkin, checkout } from '#loans'
import { onceOnly, type Senders, sendWaiting, type WaitingMessage } from '#messages'
import { blocksOf, type Enrolment, enrolPatron, liftLoanBlock, placeLoanBlock, writeNote } from '#patrons'
import { deleteReservation, placeReservation, tellReady } from '#reservations'
import { changeSetting, currentSetting, type Setting } from '#settings'
import { type DigitalPostSimulator, startDigitalPostSimulator } from '#simulators'
import type { Context } from '#vault'
import { connectFiled } from '../src/channels.ts'
import { runNight } from '../src/schedule.ts'
import { createSite } from '../src/site.ts'
import { titleNamed } from './support/cast.ts'
import { openTestLibrary, type TestLibrary } from './support/library.ts'
import { pdfText } from './support/pdf-text.ts'
import { signInAs, visit } from './support/visitor.ts'

// What libraries promise of lending, money and messages. The files in promises/ name these tests; a test that is renamed
// here is renamed there, and test/promises.test.ts sees to it.

const AGENCIES = ['fredensborg', 'glostrup', 'herning', 'ishoj', 'stevns']
const HOME = { address: 'Pilekrogen 7', postcode: '2600', city: 'Prøveby', municipality: '0161' }
const PASSWORD = 'fire store gule løver'
const CLAIMS = ['bill', 'balance-statement']
let library: TestLibrary
let post: DigitalPostSimulator
let channels: ReturnType<typeof connectFiled>
let app: FastifyInstance
const branches = new Map<string, BranchId>()
let last = 0

before(async () => {
  library = await openTestLibrary({ agencies: AGENCIES })
  post = await startDigitalPostSimulator()
  channels = connectFiled(library.installation, { digitalPost: post.config(AGENCIES) }, 'http://127.0.0.1:3000')
  app = await createSite(library.installation)
  for (const agency of AGENCIES) {
    const place = { code: 'A', name: 'Prøven', address: 'Vej 1', postcode: '2600', city: 'By' }
    branches.set(agency, await addBranch(at(agency), place))
  }
})
after(async () => {
  await app?.close()
  channels?.close()
  await post?.close()
  await library.close()
})

function at(agency: string, actor?: Actor): Context {
  return library.context(actor, agency)
}

function deskAt(agency: string): Context {
  const ctx = at(agency)
  return at(agency, { kind: 'staff', id: ctx.random.uuid(ctx.clock.now()) as StaffId, roles: ['desk', 'finance'] })
}

function today(): Temporal.PlainDate {
  return dayOf(library.clock.now())
}

interface Known {
  readonly id: PatronId
  readonly number: string
  readonly cpr: string
}

/** Someone the library knows no more about than it must, and what the test adds; born on the first of January 1970. */
async function enrol(agency: string, more: Partial<Enrolment> = {}): Promise<Known> {
  const cpr = `610170${String(3000 + ++last)}`
  const branch = branches.get(agency)
  assert.ok(branch)
  // Of whoever says when they were born no number is known.
  const person = { ...HOME, name: 'Asta Prøve', ...(more.birthOn ? {} : { cpr }), photoIdSeen: true, ...more }
  const enrolled = await enrolPatron(at(agency), branch, person)
  assert.ok(enrolled.ok, JSON.stringify(enrolled))
  return { ...enrolled.value, cpr }
}

/** A title of its own with one item. */
async function newItem(agency: string): Promise<{ title: TitleId; name: string; barcode: string }> {
  const ctx = at(agency)
  const given = titleNamed(`nr. ${++last}`)
  const [record] = await putTitles(ctx, [given])
  const branch_id = branches.get(agency)
  assert.ok(record && branch_id)
  const barcode = `prøve-${last}`
  await addItems(ctx, [{ title_id: record.id, barcode, branch_id, shelf: null }])
  return { title: record.id, name: given.title, barcode }
}

async function borrow(agency: string, { number }: Known) {
  const item = await newItem(agency)
  const lent = await checkout(at(agency), { card: number, barcode: item.barcode })
  assert.ok(lent.ok, JSON.stringify(lent))
  return { ...item, due: lent.value.due_on, loan: lent.value.loan }
}

async function night(agency: string, day: Temporal.PlainDate): Promise<void> {
  library.clock.moveTo(instantAt(day, '02:30'))
  await runNight(at(agency), day, {})
}

/** What goes by e-mail and SMS is caught; Digital Post goes the way the program sends it. */
async function sendAll(agency: string): Promise<WaitingMessage[]> {
  const caught: WaitingMessage[] = []
  const catching = onceOnly(async (message) => {
    caught.push(message)
  })
  const ctx = at(agency)
  const senders: Senders = { email: catching, sms: catching, ...channels.of(ctx, 'Prøvebiblioteket') }
  // No telephone rings at night.
  const noon = instantAt(today(), '12:00')
  if (Temporal.Instant.compare(library.clock.now(), noon) < 0) library.clock.moveTo(noon)
  await sendWaiting(ctx, senders)
  return caught
}

function boxOf({ cpr }: Known) {
  return post.delivered.filter((delivered) => delivered.cpr === cpr)
}

function billsTo(patron: Known) {
  return boxOf(patron).filter(({ label }) => label === 'Regning fra biblioteket')
}

function messagesTo(agency: string, { id }: Known) {
  return at(agency).db.all<{ kind: string; channel: string; recipient: string | null; subject: string; body: string }>(
    sql`select kind, channel, recipient, subject, body from message where patron_id = ${id} order by queued_at, id`,
  )
}

async function decide<Content>(agency: string, setting: Setting<Content>, change: Partial<Content>): Promise<void> {
  const { version, content } = await currentSetting(at(agency), setting)
  const changed = { content: { ...content, ...change }, basedOn: version, by: null }
  const done = await changeSetting(at(agency), setting, changed)
  assert.ok(done.ok, JSON.stringify(done))
}

async function pageOf(agency: string, { id }: Known, path: string): Promise<string> {
  const { token } = await beginPatronSession(at(agency), id, 'pin')
  const page = await app.inject({ url: `/${agency}${path}`, cookies: { [patronCookie(agency)]: token } })
  assert.equal(page.statusCode, 200, path)
  return page.body.replaceAll(/&nbsp;|\u00a0/g, ' ')
}

// Bills and statements

test('someone who gave neither e-mail nor telephone finds the bill for what they did not return in their digital postbox', async () => {
  for (const agency of ['fredensborg', 'glostrup', 'herning', 'stevns']) {
    const patron = await enrol(agency)
    post.register(patron.cpr)
    const { due, name } = await borrow(agency, patron)
    await night(agency, due.add({ days: 34 }))
    await sendAll(agency)
    assert.deepEqual(billsTo(patron), [], 'not before the library counts it as lost')
    await night(agency, due.add({ days: 35 }))
    const caught = await sendAll(agency)
    assert.ok(!caught.some(({ kind }) => CLAIMS.includes(kind)), 'a bill is sent in no other way')
    const [bill, ...more] = billsTo(patron)
    assert.ok(bill)
    assert.equal(more.length, 0)
    assert.match(bill.text ?? '', new RegExp(`Gebyr, regning[^]*Erstatning, regning[^]*${name}[^]*I alt`))
  }
})

test('someone who gave neither e-mail nor telephone finds the balance statement in their digital postbox', async () => {
  const patron = await enrol('herning')
  post.register(patron.cpr)
  const { due, barcode } = await borrow('herning', patron)
  library.clock.moveTo(instantAt(due.add({ days: 5 }), '12:00'))
  assert.ok((await checkin(at('herning'), { barcode })).ok)
  assert.ok(await sendStatement(at('herning'), patron.id))
  await sendAll('herning')
  const [statement, ...more] = boxOf(patron)
  assert.equal(more.length, 0)
  assert.match(statement?.text ?? '', /Gebyrer i alt: 20,00/)
})

test('what is not returned is told on a statement with what it costs and the notes to the patron, not those for staff', async () => {
  for (const agency of ['fredensborg', 'stevns']) {
    const patron = await enrol(agency, { email: 'asta@example.org' })
    post.register(patron.cpr)
    const { due, name, barcode } = await borrow(agency, patron)
    assert.ok((await writeNote(deskAt(agency), patron.id, 'patron', 'Din taske ligger ved skranken')).ok)
    assert.ok((await writeNote(deskAt(agency), patron.id, 'staff', 'Spørg efter nøglen')).ok)
    await night(agency, due.add({ days: 35 }))
    await sendAll(agency)
    const [statement] = billsTo(patron)
    const text = (statement?.text ?? '').replaceAll('\u00a0', ' ')
    for (const said of [name, barcode, 'Gebyrer i alt: ', 'Erstatninger i alt: ', 'Din taske ligger ved skranken']) {
      assert.ok(text.includes(said), said)
    }
    assert.doesNotMatch(text, /nøglen/)
    const owed = (await openClaims(at(agency), patron.id)).reduce((sum, { left_ore }) => sum + left_ore, 0)
    assert.ok(owed > 0 && text.includes(`I alt: ${(owed / 100).toFixed(2).replace('.', ',')}`))
  }
})

test('whoever is exempt from Digital Post gets the bill as a letter to the address the library has registered', async () => {
  for (const agency of ['glostrup', 'stevns']) {
    const patron = await enrol(agency, { name: 'Bo Brevskriver', address: 'Hasselvænget 12', email: 'bo@example.org' })
    post.exempt(patron.cpr)
    const { due } = await borrow(agency, patron)
    await night(agency, due.add({ days: 35 }))
    const caught = await sendAll(agency)
    assert.ok(!caught.some(({ kind }) => CLAIMS.includes(kind)))
    assert.deepEqual(boxOf(patron), [])
    const colleague = {
      username: 'dorte',
      name: 'Dorte Prøve',
      email: null,
      roles: ['desk'],
      password: PASSWORD,
    } as const
    assert.ok((await addStaff(at(agency, { kind: 'operator', name: 'test' }), colleague)).ok)
    const dorte = visit(app)
    await signInAs(dorte, agency, colleague)
    const page = `/${agency}/staff/letters`
    const printed = await dorte.send(page, `${page}/print`)
    assert.equal(printed.headers['content-type'], 'application/pdf')
    const text = pdfText(printed.rawPayload)
    for (const line of ['Bo Brevskriver', 'Hasselvænget 12', '2600 Prøveby', 'Regning']) {
      assert.ok(text.includes(line.replaceAll(' ', '')), line)
    }
  }
})

// Which way a message goes

test('e-mail, mobile number and digital postbox are each used to write to whoever can be reached so', async () => {
  for (const agency of ['glostrup', 'stevns']) {
    const byEmail = await enrol(agency, { email: 'asta@example.org' })
    const bySms = await enrol(agency, { phone: '+4520000001' })
    const byPost = await enrol(agency)
    post.register(byPost.cpr)
    const { due } = await borrow(agency, byEmail)
    for (const patron of [bySms, byPost]) await borrow(agency, patron)
    await night(agency, due.subtract({ days: 3 }))
    const reminders = await sendAll(agency)
    const to = ({ id }: Known) =>
      reminders
        .filter(({ patron_id }) => patron_id === id)
        .map(({ kind, channel, recipient }) => [kind, channel, recipient])
    assert.deepEqual(to(byEmail), [['due-soon', 'email', 'asta@example.org']])
    assert.deepEqual(to(bySms), [['due-soon', 'sms', '+4520000001']])
    assert.deepEqual(to(byPost), [])
    await night(agency, due.add({ days: 35 }))
    await sendAll(agency)
    assert.equal(billsTo(byPost).length, 1)
  }
})

test('someone who gave a mobile number gets text messages about reservations and returns, and no title is in them', async () => {
  for (const agency of ['ishoj', 'stevns']) {
    const patron = await enrol(agency, { phone: '+4520000002' })
    const { due } = await borrow(agency, patron)
    await becomeReady(agency, patron)
    const told = await sendAll(agency)
    await night(agency, due.subtract({ days: 3 }))
    const texts = [...told, ...(await sendAll(agency))].filter(({ patron_id }) => patron_id === patron.id)
    const kinds = new Set(texts.map(({ kind }) => kind))
    assert.ok(kinds.has('due-soon') && kinds.has('reservation-ready'))
    for (const { channel, recipient } of texts) assert.deepEqual([channel, recipient], ['sms', '+4520000002'])
    for (const { subject, body } of texts) assert.doesNotMatch(subject + body, /Titel/)
  }
})

/** Lets someone reserve what another has, takes it back, and tells whoever is to be told within a quarter of an hour. */
async function becomeReady(agency: string, patron: Known) {
  const first = await enrol(agency)
  const { title, barcode } = await borrow(agency, first)
  const placed = await placeReservation(at(agency), { patron: patron.id, title })
  assert.ok(placed.ok, JSON.stringify(placed))
  assert.ok((await checkin(at(agency), { barcode })).ok)
  library.clock.moveTo(library.clock.now().add({ minutes: 15 }))
  await tellReady(at(agency))
  return placed.value
}

test('whoever takes messages is told within a quarter of an hour that a reservation can be collected, and nobody else is', async () => {
  for (const way of [{ email: 'asta@example.org' }, { phone: '+4520000003' }]) {
    const patron = await enrol('stevns', way)
    await becomeReady('stevns', patron)
    assert.deepEqual(
      (await messagesTo('stevns', patron)).map(({ kind }) => kind),
      ['reservation-ready'],
    )
    await wantsNone('stevns', patron)
    await becomeReady('stevns', patron)
    assert.equal((await messagesTo('stevns', patron)).length, 1)
  }
})

test('whoever takes messages is reminded before a loan is due, and nobody else is', async () => {
  const takes = await enrol('stevns', { email: 'asta@example.org', phone: '+4520000004' })
  const takesNone = await enrol('stevns', { email: 'bo@example.org', phone: '+4520000005' })
  await wantsNone('stevns', takesNone)
  const { due } = await borrow('stevns', takes)
  await borrow('stevns', takesNone)
  await night('stevns', due.subtract({ days: 3 }))
  assert.deepEqual(
    (await messagesTo('stevns', takes)).map(({ kind }) => kind),
    ['due-soon'],
  )
  assert.deepEqual(await messagesTo('stevns', takesNone), [])
})

async function wantsNone(agency: string, { id }: Known): Promise<void> {
  await at(agency).db.run(sql`update patron set wants_email = false, wants_sms = false where id = ${id}`)
}

test('someone who gave e-mail or telephone is told when a reservation is deleted, by staff or because it was not collected', async () => {
  for (const agency of ['fredensborg', 'herning']) {
    for (const way of [{ email: 'asta@example.org' }, { phone: '+4520000006' }]) {
      const patron = await enrol(agency, way)
      await becomeReady(agency, patron)
      const deleted = await becomeReady(agency, patron)
      assert.ok(await deleteReservation(deskAt(agency), deleted))
      await night(agency, today().add({ days: 20 }))
      const told = (await messagesTo(agency, patron)).filter(({ kind }) => kind !== 'reservation-ready')
      assert.deepEqual(
        told.map(({ kind, recipient }) => [kind, recipient]),
        [
          ['reservation-deleted', way.email ?? way.phone],
          ['reservation-expired', way.email ?? way.phone],
        ],
      )
    }
  }
})

// What the account decides and shows

test('the patron group decides how long one borrows, whether one is reminded, and whether lateness costs', async () => {
  const agency = 'fredensborg'
  const { patronGroups, rules } = lendingRules.initial
  const spared = { patronGroup: 'spared', loanDays: 60, remindDaysBefore: null, overdueAfterDays: [], lateFees: false }
  await decide(agency, lendingRules, {
    patronGroups: [...patronGroups, { code: 'spared', name: { da: 'Skånet', en: 'Spared' } }],
    rules: [...rules, spared],
  })
  const grown = await enrol(agency, { email: 'asta@example.org' })
  const other = await enrol(agency, { email: 'bo@example.org' })
  assert.ok((await setLendingGroup(deskAt(agency), other.id, 'spared')).ok)
  const begin = today()
  const [one, two] = [await borrow(agency, grown), await borrow(agency, other)]
  assert.deepEqual([begin.until(one.due).days, begin.until(two.due).days], [30, 60])
  for (const { due, barcode } of [one, two]) {
    await night(agency, due.subtract({ days: 3 }))
    await night(agency, due.add({ days: 5 }))
    assert.ok((await checkin(at(agency), { barcode })).ok)
  }
  assert.deepEqual(
    (await messagesTo(agency, grown)).map(({ kind }) => kind),
    ['due-soon', 'overdue'],
  )
  assert.deepEqual(await messagesTo(agency, other), [])
  assert.equal((await openClaims(at(agency), grown.id)).length, 1)
  assert.deepEqual(await openClaims(at(agency), other.id), [])
})

test('whoever is younger than a material’s age limit does not borrow it, and does from the birthday on', async () => {
  const agency = 'fredensborg'
  const rules = lendingRules.initial.rules.map((rule) =>
    rule.materialGroup === 'quick' ? { ...rule, leastAge: 15 } : rule,
  )
  await decide(agency, lendingRules, { rules })
  const young = await enrol(agency, {
    birthOn: today().subtract({ years: 15 }).add({ days: 1 }),
    guardian: { name: 'Carl Prøve', proof: 'paper' },
  })
  const item = await newItem(agency)
  await at(agency).db.run(sql`update item set material_group = 'quick' where barcode = ${item.barcode}`)
  const asked = () => checkout(at(agency), { card: young.number, barcode: item.barcode })
  const early = await asked()
  assert.match(JSON.stringify(early), /"too-young","age":15/)
  library.clock.moveTo(library.clock.now().add({ hours: 24 }))
  assert.ok((await asked()).ok)
})

test('a patron who is signed in sees whether anything is owed, how much, and for what', async () => {
  for (const agency of ['fredensborg', 'stevns']) {
    const patron = await enrol(agency)
    assert.match(await pageOf(agency, patron, '/me'), /Du skylder ikke biblioteket noget/)
    const { due } = await borrow(agency, patron)
    await night(agency, due.add({ days: 35 }))
    const claims = await openClaims(at(agency), patron.id)
    assert.deepEqual(claims.map(({ claim }) => claim.kind).sort(), ['compensation', 'fee'])
    const sum = (claims.reduce((sum, { left_ore }) => sum + left_ore, 0) / 100).toFixed(2).replace('.', ',')
    assert.ok((await pageOf(agency, patron, '/me')).includes(sum))
    const bills = await pageOf(agency, patron, '/me/money')
    assert.ok(bills.includes(`I alt skylder du ${sum}`))
    for (const { number } of claims) assert.ok(number && bills.includes(number))
  }
})

test('a patron who is signed in sees all their reservations, and none that is gone', async () => {
  const agency = 'fredensborg'
  const patron = await enrol(agency)
  const wanted = [await newItem(agency), await newItem(agency)]
  const placed = []
  for (const { title } of wanted) {
    const one = await placeReservation(at(agency), { patron: patron.id, title })
    assert.ok(one.ok)
    placed.push(one.value)
  }
  const shown = async () => {
    const page = await pageOf(agency, patron, '/me/data')
    return wanted.map(({ name }) => page.includes(name))
  }
  assert.deepEqual(await shown(), [true, true])
  const [first] = placed
  assert.ok(first && (await deleteReservation(at(agency, { kind: 'patron', id: patron.id }), first)))
  assert.deepEqual(await shown(), [false, true])
})

test('whoever is blocked neither borrows nor reserves from that moment, and does again when the block is lifted', async () => {
  const agency = 'fredensborg'
  const patron = await enrol(agency)
  const { barcode, title } = await newItem(agency)
  assert.ok((await placeLoanBlock(deskAt(agency), patron.id, { code: 'card-stolen' })).ok)
  assert.equal((await checkout(at(agency), { card: patron.number, barcode })).ok, false)
  assert.equal((await placeReservation(at(agency), { patron: patron.id, title })).ok, false)
  const [block] = await blocksOf(at(agency), patron.id)
  assert.ok(block && (await liftLoanBlock(deskAt(agency), block.id)).ok)
  assert.ok((await checkout(at(agency), { card: patron.number, barcode })).ok)
})

// Debt collection

test('what is not paid is handed over to be collected: CPR number, name and amount, never a title, and it is noted to whom', async () => {
  const recipients = {
    fredensborg: 'gaeldsstyrelsen',
    herning: 'municipal-collection',
    ishoj: 'municipal-finance',
    stevns: 'municipal-collection',
  }
  for (const [agency, recipient] of Object.entries(recipients)) {
    await decide(agency, collectionSetting, { on: true })
    const patron = await enrol(agency, { name: 'Carla Skyldner' })
    const { due, name } = await borrow(agency, patron)
    await night(agency, due.add({ days: 35 }))
    const owed = (await openClaims(at(agency), patron.id)).filter(({ left_ore }) => left_ore >= 10_000)
    assert.ok(owed.length > 0)
    library.clock.moveTo(instantAt(today().add({ days: 61 }), '12:00'))
    assert.ok((await prepareCases(deskAt(agency))).ok)
    library.clock.moveTo(instantAt(today().add({ days: 15 }), '12:00'))
    const sent = await sendCases(deskAt(agency))
    assert.ok(sent.ok && sent.value.at, JSON.stringify(sent))
    const file = await collectionFile(deskAt(agency), sent.value.at)
    assert.ok(file.ok)
    const lines = file.value.text.split('\r\n').filter((line) => line.includes(patron.cpr))
    assert.equal(lines.length, owed.length)
    for (const { left_ore } of owed) {
      const amount = (left_ore / 100).toFixed(2).replace('.', ',')
      assert.ok(lines.some((line) => line.includes(`;Carla Skyldner;${amount};`)))
    }
    assert.ok(!file.value.text.includes(name) && !file.value.text.includes(HOME.address))
    const noted = await at(agency).db.all<{ recipient: string; purpose: string }>(
      sql`select distinct recipient, purpose from disclosure where patron_id = ${patron.id}`,
    )
    assert.deepEqual(
      noted.map((row) => ({ ...row })),
      [{ recipient, purpose: 'collection' }],
    )
  }
})
