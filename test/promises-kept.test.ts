import assert from 'node:assert/strict'
import { after, test } from 'node:test'
import { addBranch } from '#agencies'
import { addItems, putTitles } from '#catalogue'
import { at, type BranchId, dayOf, type PatronId, type TitleId } from '#core'
import { sql } from '#db'
import { openClaims, pay } from '#fees'
import { checkin, checkout, remindDueSoon, remindOverdue, renew, settle } from '#loans'
import { type Enrolment, enrolPatron, findPatron, searchPatrons } from '#patrons'
import { eraseOnRequest, runRetention } from '#privacy'
import { deleteReservation, placeReservation, tellReady } from '#reservations'
import type { Context } from '#vault'
import { register } from '../src/rooms.ts'
import { BEGIN, openTestLibrary } from './support/library.ts'

// What libraries promise and no clause can prove. The files in promises/ name these tests; a test that is renamed here
// is renamed there, and test/promises.test.ts sees to it.

const CPR = '740385-1048'
let number = 0
const library = await openTestLibrary({ agencies: ['fredensborg', 'glostrup'] })
after(() => library.close())
const ctx = library.context()

interface House {
  readonly branch: BranchId
  readonly title: TitleId
  /** A barcode that no other test uses. */
  barcode(): Promise<string>
}

const house = await furnish(ctx)
const glostrup = await furnish(library.context(undefined, 'glostrup'))

async function furnish(ctx: Context): Promise<House> {
  const branch = await addBranch(ctx, { code: 'A', name: 'Prøven', address: 'Vej 1', postcode: '3480', city: 'By' })
  const title = await newTitle(ctx)
  const barcode = async () => {
    const barcode = `item-${++number}`
    await addItems(ctx, [{ title_id: title, barcode, branch_id: branch, shelf: null }])
    return barcode
  }
  return { branch, title, barcode }
}

async function newTitle(ctx: Context): Promise<TitleId> {
  const blank = { subtitle: null, author: null, contributors: [], edition: null, publisher: null, series: null }
  const more = { year: 2020, language: 'dan', isbn: [], dk5: '86', subjects: [], volume: null, pages: null }
  const record_id = String(++number)
  const given = { source: 'test', record_id, title: `Bog ${record_id}`, material: 'book', audience: 'adult' } as const
  const [title] = await putTitles(ctx, [{ ...blank, ...more, ...given }])
  assert.ok(title)
  return title.id
}

/** Someone the library knows no more about than it must, and what the test adds. */
async function enrol(
  more: Partial<Enrolment> = {},
  where = ctx,
  home = house,
): Promise<{ id: PatronId; number: string }> {
  const least = {
    name: 'Asta Prøve',
    birthOn: Temporal.PlainDate.from('1985-03-14'),
    address: 'Prøvevej 1',
    municipality: '210',
  }
  const enrolled = await enrolPatron(where, home.branch, { ...least, ...more })
  assert.ok(enrolled.ok, JSON.stringify(enrolled))
  return enrolled.value
}

async function lend(card: string): Promise<string> {
  const barcode = await house.barcode()
  const lent = await checkout(ctx, { card, barcode })
  assert.ok(lent.ok, JSON.stringify(lent))
  return barcode
}

async function messagesTo(patron: PatronId) {
  return ctx.db.all<{ kind: string; channel: string; language: string; recipient: string; subject: string }>(
    sql`select kind, channel, language, recipient, subject from message where patron_id = ${patron} order by id`,
  )
}

function later(days: number): Temporal.PlainDate {
  const day = dayOf(library.clock.now()).add({ days })
  library.clock.moveTo(at(day, '12:00'))
  return day
}

async function owing(): Promise<{ id: PatronId; number: string }> {
  const patron = await enrol()
  const barcode = await lend(patron.number)
  later(40)
  assert.ok((await checkin(ctx, { barcode })).ok)
  assert.equal((await openClaims(ctx, patron.id)).length, 1)
  return patron
}

test('a patron’s number is drawn at random and says nothing about the person', async () => {
  const numbers = []
  for (let person = 0; person < 20; person++) numbers.push((await enrol({ email: 'a@example.org' })).number)
  assert.equal(new Set(numbers).size, 20)
  for (const number of numbers) assert.match(number, /^[1-9]\d{8}$/)
  // Numbers given one after another would come in order, and near each other.
  assert.notDeepEqual(numbers, numbers.toSorted())
  assert.ok(Math.max(...numbers.map(Number)) - Math.min(...numbers.map(Number)) > 10_000_000)
})

test('someone who gives neither telephone nor e-mail is enrolled all the same', async () => {
  const { id } = await enrol()
  const row = await ctx.db.one<{ email: string | null; phone: string | null }>(
    sql`select email, phone from patron where id = ${id}`,
  )
  assert.deepEqual({ ...row }, { email: null, phone: null })
})

test('a library that does not require the CPR number enrols someone without it', async () => {
  await enrol()
  // And one that requires it does not.
  const there = library.context(undefined, 'glostrup')
  const without = await enrolPatron(there, glostrup.branch, {
    name: 'Bo Prøve',
    address: 'Prøvevej 1',
    municipality: '161',
  })
  assert.deepEqual(without, { ok: false, refusal: { kind: 'missing', field: 'cpr' } })
})

test('a CPR number stands nowhere in readable form', async () => {
  const digits = '6103702222'
  const { id } = await enrol({ cpr: digits })
  const { row } = await ctx.db.one<{ row: string }>(sql`select patron::text as row from patron where id = ${id}`)
  assert.ok(row.includes('Asta Prøve'))
  assert.ok(!row.includes(digits) && !row.includes(Buffer.from(digits).toString('hex')))
  const { cpr_sealed } = await ctx.db.one<{ cpr_sealed: Parameters<Context['vault']['open']>[2] }>(
    sql`select cpr_sealed from patron where id = ${id}`,
  )
  assert.equal(await ctx.vault.open(id, 'patron.cpr_sealed', cpr_sealed), digits)
})

test('a protected address is sealed, and the person is not found by name', async () => {
  const address = { address: 'Skjulevej 7', postcode: '3480', city: 'Gemmested' }
  const open = await enrol({ name: 'Dines Prøve', ...address })
  const hidden = await enrol({ name: 'Dines Prøve', ...address, protected: true })
  const rows = await ctx.db.all<{ id: string; row: string }>(
    sql`select id, patron::text as row from patron where id in (${open.id}, ${hidden.id})`,
  )
  const rowOf = (id: PatronId) => rows.find((row) => row.id === id)?.row ?? ''
  assert.ok(rowOf(open.id).includes('Skjulevej'))
  assert.ok(!rowOf(hidden.id).includes('Skjulevej') && !rowOf(hidden.id).includes('Gemmested'))
  const found = await searchPatrons(ctx, 'Dines')
  assert.deepEqual(
    found.map((patron) => patron.id),
    [open.id],
  )
})

test('someone borrows with the CPR number', async () => {
  const { id } = await enrol({ cpr: CPR })
  await lend(CPR)
  assert.equal(await findPatron(ctx, CPR), id)
})

test('one library’s login cannot read another library’s patrons', async () => {
  const there = library.context(undefined, 'glostrup')
  const cpr = '680590-1234'
  await enrol({ cpr, protected: false }, there, glostrup)
  assert.ok(await findPatron(there, cpr))
  assert.equal(await findPatron(ctx, cpr), undefined)
  await assert.rejects(ctx.db.all(sql`select * from glostrup.patron`), /permission denied/)
})

test('someone who gave an e-mail address is reminded before the due date', async () => {
  const { id, number } = await enrol({ email: 'asta@example.org' })
  await lend(number)
  await remindDueSoon(ctx, later(26))
  assert.deepEqual(await messagesTo(id), [])
  await remindDueSoon(ctx, later(1))
  const [message, ...more] = await messagesTo(id)
  assert.equal(more.length, 0)
  assert.equal(message?.kind, 'due-soon')
  assert.equal(message?.recipient, 'asta@example.org')
})

test('someone who gave only a telephone number is written to by text message', async () => {
  const { id, number } = await enrol({ phone: '20 30 40 50' })
  await lend(number)
  await remindDueSoon(ctx, later(28))
  const [message] = await messagesTo(id)
  assert.equal(message?.channel, 'sms')
  assert.equal(message?.recipient, '20 30 40 50')
})

test('someone who gave neither e-mail nor telephone is not reminded to return', async () => {
  const { id, number } = await enrol()
  await lend(number)
  await remindDueSoon(ctx, later(28))
  await remindOverdue(ctx, later(3))
  assert.deepEqual(await messagesTo(id), [])
})

test('someone with an overdue loan is told to return it', async () => {
  const { id, number } = await enrol({ email: 'asta@example.org' })
  await lend(number)
  await remindOverdue(ctx, later(30))
  assert.deepEqual(await messagesTo(id), [])
  await remindOverdue(ctx, later(1))
  const messages = await messagesTo(id)
  assert.deepEqual(
    messages.map(({ kind }) => kind),
    ['overdue'],
  )
})

test('someone who gave an e-mail address is told when a reservation is ready', async () => {
  const { id } = await becomeReady({ email: 'asta@example.org' })
  const messages = await messagesTo(id)
  assert.deepEqual(
    messages.map(({ kind, recipient }) => [kind, recipient]),
    [['reservation-ready', 'asta@example.org']],
  )
})

test('someone who gave neither e-mail nor telephone is not told that a reservation is ready', async () => {
  const { id } = await becomeReady({})
  assert.deepEqual(await messagesTo(id), [])
})

test('someone who gave neither e-mail nor telephone is not told that a reservation is deleted', async () => {
  const { id, reservation } = await becomeReady({})
  assert.ok(await deleteReservation(ctx, reservation))
  assert.deepEqual(await messagesTo(id), [])
})

/** Lends the only item of a title, lets someone reserve it, takes it back, and tells them when others would be told too. */
async function becomeReady(more: Partial<Enrolment>) {
  const title = await newTitle(ctx)
  const barcode = `only-${++number}`
  await addItems(ctx, [{ title_id: title, barcode, branch_id: house.branch, shelf: null }])
  const first = await enrol()
  assert.ok((await checkout(ctx, { card: first.number, barcode })).ok)
  const waiting = await enrol(more)
  const placed = await placeReservation(ctx, { patron: waiting.id, title, pickupBranch: house.branch })
  assert.ok(placed.ok)
  const returned = await checkin(ctx, { barcode })
  assert.ok(returned.ok && returned.value.ready?.patron_id === waiting.id)
  library.clock.moveTo(ctx.clock.now().add({ minutes: 10 }))
  await tellReady(ctx)
  return { ...waiting, reservation: placed.value, barcode, title }
}

test('a message is written in the patron’s language', async () => {
  const danish = await becomeReady({ email: 'da@example.org', language: 'da' })
  const english = await becomeReady({ email: 'en@example.org', language: 'en' })
  assert.equal((await messagesTo(danish.id))[0]?.subject, 'Du kan hente din reservering')
  assert.equal((await messagesTo(english.id))[0]?.subject, 'Your reservation is ready')
})

test('a reservation is gone the moment the material is lent', async () => {
  const { id, number, barcode } = await becomeReady({})
  assert.equal(await reservationsOf(id), 1)
  assert.ok((await checkout(ctx, { card: number, barcode })).ok)
  assert.equal(await reservationsOf(id), 0)
})

test('a reservation that is deleted leaves no row', async () => {
  const { id, reservation } = await becomeReady({})
  assert.equal(await reservationsOf(id), 1)
  await deleteReservation(ctx, reservation)
  assert.equal(await reservationsOf(id), 0)
})

async function reservationsOf(patron: PatronId): Promise<number> {
  const row = await ctx.db.one<{ n: number }>(
    sql`select count(*)::int as n from reservation where patron_id = ${patron}`,
  )
  return row.n
}

test('a child pays the child’s fee by date of birth', async () => {
  const fees = []
  for (const [born, guardianName] of [
    ['1985-03-14', undefined],
    [BEGIN.subtract({ years: 9 }), 'Clara Prøve'],
  ] as const) {
    const birthOn = Temporal.PlainDate.from(born)
    const { number } = await enrol({ birthOn, ...(guardianName ? { guardianName } : {}) })
    const barcode = await lend(number)
    later(31)
    const returned = await checkin(ctx, { barcode })
    assert.ok(returned.ok)
    fees.push(Number(returned.value.fee_ore))
  }
  assert.deepEqual(fees, [2000, 1000])
})

test('what is stored of someone under restriction is used for nothing but claims', async () => {
  const { id, number } = await enrol({ email: 'asta@example.org' })
  const barcode = await lend(number)
  const other = await house.barcode()
  await ctx.db.run(sql`
    insert into restriction (id, patron_id, reason, placed_by, placed_at)
    values (${ctx.random.uuid(ctx.clock.now())}, ${id}, 'prøve', 'test', ${ctx.clock.now()})`)
  const refused = await checkout(ctx, { card: number, barcode: other })
  assert.deepEqual(refused, { ok: false, refusal: { kind: 'restricted' } })
  const loan = await ctx.db.one<{ id: Parameters<typeof renew>[1] }>(
    sql`select id from loan where patron_id = ${id} and returned_at is null`,
  )
  assert.deepEqual(await renew(ctx, loan.id), { ok: false, refusal: { kind: 'restricted' } })
  const reserved = await placeReservation(ctx, { patron: id, title: house.title, pickupBranch: house.branch })
  assert.deepEqual(reserved, { ok: false, refusal: { kind: 'restricted' } })
  await remindDueSoon(ctx, later(28))
  assert.deepEqual(await messagesTo(id), [])
  later(40)
  // A claim is still made, and still ends the loan's days.
  assert.ok((await checkin(ctx, { barcode })).ok)
  assert.equal((await openClaims(ctx, id)).length, 1)
})

test('someone who owes money is not erased, and is told why', async () => {
  const { id } = await owing()
  const refused = await eraseOnRequest(ctx, register, id)
  assert.ok(!refused.ok && refused.refusal.kind === 'open')
  assert.ok(refused.refusal.rows.some(({ data, because }) => data === 'fee' && because.da.includes('skylder')))
})

test('someone with a loan is not erased, and is told why', async () => {
  const { id, number } = await enrol()
  await lend(number)
  const refused = await eraseOnRequest(ctx, register, id)
  assert.ok(!refused.ok && refused.refusal.kind === 'open')
  assert.deepEqual(
    refused.refusal.rows.map(({ data }) => data),
    ['loan'],
  )
})

test('someone with nothing open is erased at any time, before any period ends', async () => {
  const { id, number } = await enrol({ name: 'Forsvind Prøve' })
  const barcode = await lend(number)
  assert.ok((await checkin(ctx, { barcode })).ok)
  const before = await ctx.db.one<{ n: number }>(sql`select count(*)::int as n from loan where patron_id = ${id}`)
  assert.equal(before.n, 1)
  assert.ok((await eraseOnRequest(ctx, register, id)).ok)
  const left = await ctx.db.one<{ n: number }>(sql`
    select (select count(*) from patron where id = ${id})::int + (select count(*) from loan where patron_id = ${id})::int
      + (select count(*) from identifier where patron_id = ${id})::int as n`)
  assert.equal(left.n, 0)
})

test('a loan is counted in the same moment as it is forgotten', async () => {
  const there = library.context(undefined, 'glostrup')
  const { id, number } = await enrol({ cpr: '710286-4321', protected: false }, there, glostrup)
  const barcode = await glostrup.barcode()
  assert.ok((await checkout(there, { card: number, barcode })).ok)
  assert.ok((await checkin(there, { barcode })).ok)
  const state = () =>
    there.db.one<{ loans: number; counted: number }>(sql`
      select (select count(*) from loan where patron_id = ${id})::int as loans,
        (select coalesce(sum(loans), 0) from circulation)::int as counted`)
  await runRetention(there, register, later(29))
  const before = await state()
  assert.equal(before.loans, 1)
  await runRetention(there, register, later(1))
  assert.deepEqual({ ...(await state()) }, { loans: 0, counted: before.counted + 1 })
})

test('a message’s content goes and that it was sent stays', async () => {
  const { id } = await becomeReady({ email: 'asta@example.org' })
  await ctx.db.run(sql`update message set sent_at = ${ctx.clock.now()} where patron_id = ${id}`)
  const content = () =>
    ctx.db.all<{ kind: string; body: string | null; recipient: string | null; sent: boolean }>(
      sql`select kind, body, recipient, sent_at is not null as sent from message where patron_id = ${id}`,
    )
  await runRetention(ctx, register, later(29))
  assert.equal((await content())[0]?.recipient, 'asta@example.org')
  await runRetention(ctx, register, later(1))
  const after = await content()
  assert.deepEqual(
    after.map((row) => ({ ...row })),
    [{ kind: 'reservation-ready', body: null, recipient: null, sent: true }],
  )
})

// The last, because it moves the clock by years.
test('an inactive patron who still owes something is not deleted', async () => {
  const { id: debtor } = await owing()
  const { id: inactive } = await enrol()
  await settle(ctx)
  const night = later(3 * 366)
  await runRetention(ctx, register, night)
  assert.equal(await isThere(inactive), false)
  assert.equal(await isThere(debtor), true)
  for (const { claim, left_ore } of await openClaims(ctx, debtor)) await pay(ctx, claim, left_ore, 'card')
  await settle(ctx)
  await runRetention(ctx, register, later(1))
  assert.equal(await isThere(debtor), false)
})

async function isThere(patron: PatronId): Promise<boolean> {
  return (await ctx.db.maybe(sql`select 1 from patron where id = ${patron}`)) !== undefined
}
