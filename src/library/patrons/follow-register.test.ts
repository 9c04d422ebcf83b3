import assert from 'node:assert/strict'
import { after, before, beforeEach, test } from 'node:test'
import { assert as must, type PatronId, type StaffId } from '#core'
import { sql } from '#db'
import { queueMessages } from '#messages'
import { eraseOnRequest } from '#privacy'
import type { Context } from '#vault'
import { register as declared } from '../../../src/rooms.ts'
import { loanBlockCodes } from '../../../test/support/blocks.ts'
import { type Cast, castIn } from '../../../test/support/cast.ts'
import { openTestLibrary, type TestLibrary } from '../../../test/support/library.ts'
import { PaperRegister } from '../../../test/support/register.ts'
import {
  childrenOf,
  endingSubscription,
  endSubscriptions,
  enrolPatron,
  findPatron,
  followAll,
  followRegister,
  openTasks,
  RegisterDown,
  readPatron,
  setGuardian,
} from './index.ts'

let library: TestLibrary
let ctx: Context
let cast: Cast
let register: PaperRegister
let serial = 200

before(async () => {
  library = await openTestLibrary({ agencies: ['glostrup'] })
  ctx = library.context()
  cast = await castIn(ctx)
})
after(() => library.close())
beforeEach(async () => {
  register = new PaperRegister()
  // Each test begins with a register of its own, and so with nothing read of it.
  await ctx.db.run(sql`delete from register_cursor`)
})

const freshCpr = (born = '620380') => `${born}${serial++}1`

async function follow(told: Parameters<PaperRegister['put']>[1] = {}, more: object = {}) {
  const cpr = freshCpr()
  register.put(cpr, told)
  const enrolled = await enrolPatron(ctx, cast.branch, { cpr, email: 'p@example.org', ...more }, { register })
  must(enrolled.ok, JSON.stringify(enrolled))
  return { cpr, id: enrolled.value.id }
}

const tasksOf = async (patron: PatronId) =>
  (await openTasks(ctx)).tasks.flatMap((task) => (task.patron_id === patron ? [task.kind] : [])).sort()

test('a move and a new name in the register are a move and a new name here', async () => {
  const { cpr, id } = await follow()
  register.put(cpr, {
    name: 'Nyt Navn',
    municipality: '0253',
    address: { address: 'Ny Vej 2', postcode: '2670', city: 'Greve' },
  })
  assert.deepEqual(await followRegister(ctx, register), { updated: 1, down: false })
  const row = await readPatron(ctx, id)
  assert.deepEqual([row?.name, row?.address, row?.city, row?.municipality], ['Nyt Navn', 'Ny Vej 2', 'Greve', '0253'])
  assert.deepEqual(await followRegister(ctx, register), { updated: 0, down: false }, 'told once, done once')
})

test('protection seals the address, and opens it again when it ends', async () => {
  const { cpr, id } = await follow()
  register.put(cpr, { protected: true })
  await followRegister(ctx, register)
  const hidden = await readPatron(ctx, id)
  must(hidden?.address_sealed !== null && hidden !== undefined, 'nothing is sealed')
  assert.deepEqual([hidden.protected, hidden.address, hidden.city], [true, null, null])
  assert.match((await ctx.vault.open(id, 'patron.address_sealed', hidden.address_sealed)) ?? '', /^Registervej 1/)
  register.put(cpr, { protected: false })
  await followRegister(ctx, register)
  const shown = await readPatron(ctx, id)
  assert.deepEqual([shown?.protected, shown?.address, shown?.address_sealed], [false, 'Registervej 1', null])
})

test('someone whose CPR number changes stays the same patron, found by the new number', async () => {
  const { cpr, id } = await follow()
  const current = freshCpr()
  register.put(current)
  register.put(cpr, { status: '60', currentCpr: current })
  await followRegister(ctx, register)
  assert.equal(await findPatron(ctx, current), id)
  assert.equal(await findPatron(ctx, cpr), undefined)
  const row = await readPatron(ctx, id)
  must(row?.cpr_sealed !== null && row !== undefined, 'no number')
  assert.equal(row.register, 'followed')
  assert.equal(await ctx.vault.open(id, 'patron.cpr_sealed', row.cpr_sealed), current)
})

test('a changed number is looked up and followed under the new one, and the old one no more', async () => {
  const { cpr, id } = await follow()
  const current = freshCpr()
  register.put(current, { name: 'Under Nyt Nummer', bornOn: Temporal.PlainDate.from('1980-03-03') })
  register.put(cpr, { status: '60', currentCpr: current, address: null })
  await followRegister(ctx, register)
  const row = await readPatron(ctx, id)
  assert.deepEqual(
    [row?.name, row?.address, row?.birth_on?.toString()],
    ['Under Nyt Nummer', 'Registervej 1', '1980-03-03'],
  )
  assert.equal(await endSubscriptions(ctx, register), 1)
  assert.deepEqual([...register.followed], [current])
  register.put(current, { name: 'Endnu Et Navn' })
  await followRegister(ctx, register)
  assert.equal((await readPatron(ctx, id))?.name, 'Endnu Et Navn')
})

test('when the new number is another patron’s here, staff are asked to look at the two', async () => {
  const one = await follow()
  const other = await follow()
  register.put(one.cpr, { status: '60', currentCpr: other.cpr })
  await followRegister(ctx, register)
  assert.deepEqual(await tasksOf(one.id), ['duplicate'])
  assert.equal(await findPatron(ctx, other.cpr), other.id)
})

test('nothing is lent to the dead and nothing is sent, and the desk is told', async () => {
  const { cpr, id } = await follow()
  await queueMessages(ctx, [
    {
      patron_id: id,
      kind: 'due-soon',
      channel: 'email',
      language: 'da',
      recipient: 'p@example.org',
      subject: 'S',
      body: 'B',
    },
  ])
  register.put(cpr, { status: '90' })
  await followRegister(ctx, register)
  assert.deepEqual(await loanBlockCodes(ctx, id), ['deceased'])
  assert.deepEqual(await tasksOf(id), ['deceased'])
  const { waiting } = await ctx.db.one<{ waiting: number }>(
    sql`select count(*)::int as waiting from message where patron_id = ${id}`,
  )
  assert.equal(waiting, 0)
  const row = await readPatron(ctx, id)
  assert.deepEqual([row?.email, row?.phone], [null, null], 'no later rule can write to them either')
})

test('who leaves the country is blocked, and lent to again when they come back', async () => {
  const { cpr, id } = await follow()
  register.put(cpr, { status: '80', address: null })
  await followRegister(ctx, register)
  assert.deepEqual(await loanBlockCodes(ctx, id), ['emigrated'])
  register.put(cpr, { status: '01', address: { address: 'Hjem 1', postcode: '2600', city: 'Glostrup' } })
  await followRegister(ctx, register)
  assert.deepEqual(await loanBlockCodes(ctx, id), [])
  assert.equal((await readPatron(ctx, id))?.address, 'Hjem 1')
})

test('a parent who loses custody no longer sees the child, and the desk is told', async () => {
  const desk = library.context({
    kind: 'staff',
    id: '00000000-0000-7000-8000-0000000000a1' as StaffId,
    roles: ['desk'],
  })
  const parent = await follow()
  const born = library.clock.now().toZonedDateTimeISO('Europe/Copenhagen').toPlainDate().subtract({ years: 9 })
  const child = await follow(
    { guardians: [parent.cpr], bornOn: born },
    { guardian: { name: 'Forælder', cpr: parent.cpr, proof: 'paper', maySee: true } },
  )
  const today = born.add({ years: 9 })
  assert.deepEqual(
    (await childrenOf(ctx, parent.id, today)).map(({ id }) => id),
    [child.id],
  )
  register.put(child.cpr, { guardians: [freshCpr()] })
  await followRegister(ctx, register)
  assert.deepEqual(await childrenOf(ctx, parent.id, today), [])
  assert.deepEqual(await tasksOf(child.id), ['custody-changed'])
  must((await setGuardian(desk, child.id, { name: 'Ny Værge', proof: 'paper' })).ok, 'no new guardian')
})

test('whoever was enrolled while the register was down is put right when it is up', async () => {
  const cpr = freshCpr()
  register.down = true
  const given = { name: 'Vist', address: 'V 1', postcode: '2600', city: 'G', municipality: '0161', cpr }
  const enrolled = await enrolPatron(ctx, cast.branch, given, { register })
  must(enrolled.ok, 'not enrolled')
  assert.deepEqual(await followRegister(ctx, register), { updated: 0, down: true })
  register.down = false
  register.put(cpr, { name: 'Fra Registret' })
  assert.deepEqual(await followRegister(ctx, register), { updated: 1, down: false })
  const row = await readPatron(ctx, enrolled.value.id)
  assert.deepEqual([row?.name, row?.register], ['Fra Registret', 'followed'])
  assert.ok(register.followed.has(cpr))
})

test('the day a patron is erased the register stops telling us about them, also when it was down just then', async () => {
  const erase = (id: PatronId) =>
    endingSubscription(ctx, register, id, () =>
      eraseOnRequest(library.context({ kind: 'operator', name: 't' }), declared, id),
    )
  const one = await follow()
  must((await erase(one.id)).ok, 'not erased')
  assert.ok(!register.followed.has(one.cpr))
  const other = await follow()
  const kept = await follow()
  register.down = true
  must((await erase(other.id)).ok, 'not erased')
  register.down = false
  assert.ok(register.followed.has(other.cpr))
  assert.equal(await endSubscriptions(ctx, register), 1)
  assert.deepEqual([register.followed.has(other.cpr), register.followed.has(kept.cpr)], [false, true])
})

test('who was enrolled while the register was down, and is not known there, is a task and not asked about every night', async () => {
  register.down = true
  const given = { name: 'Ukendt', address: 'V 1', postcode: '2600', city: 'G', municipality: '0161', cpr: freshCpr() }
  const enrolled = await enrolPatron(ctx, cast.branch, given, { register })
  must(enrolled.ok, 'not enrolled')
  register.down = false
  await followRegister(ctx, register)
  assert.deepEqual(await tasksOf(enrolled.value.id), ['register-unknown'])
  await followRegister(ctx, register)
  assert.deepEqual([register.asked.length, [...register.followed]], [1, []])
})

test('the day a library connects the register it follows everyone it has a number of, and asks about no replacement number', async () => {
  assert.ok((await followAll(ctx)) >= 4)
  register.serves = ({ replacement }) => !replacement
  assert.deepEqual(await followRegister(ctx, register), { updated: 0, down: false })
  assert.deepEqual(register.asked, [])
  assert.ok((await followAll(ctx)) >= 4)
  const served = new PaperRegister()
  served.put('7403851048', { name: 'Asta Fra Registret' })
  assert.equal((await followRegister(ctx, served)).updated, 1)
  assert.deepEqual([...served.followed], ['7403851048'])
  assert.equal((await readPatron(ctx, cast.asta.id))?.name, 'Asta Fra Registret')
})

test('a change that was cut off by the register going down is taken the next time', async () => {
  const { cpr, id } = await follow()
  register.put(cpr, { name: 'Nyt Navn' })
  const lookup = register.lookup.bind(register)
  register.lookup = async () => {
    throw new RegisterDown('it went down')
  }
  assert.deepEqual(await followRegister(ctx, register), { updated: 0, down: true })
  register.lookup = lookup
  assert.deepEqual(await followRegister(ctx, register), { updated: 1, down: false })
  assert.equal((await readPatron(ctx, id))?.name, 'Nyt Navn')
})
