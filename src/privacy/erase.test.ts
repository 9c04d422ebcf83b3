import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { at, type PatronId } from '#core'
import { sql } from '#db'
import { openTestLibrary } from '../../test/support/library.ts'
import { emptyLibrary, killedAfter, Planter, publishAtOnce } from '../../test/support/rows.ts'
import { register } from '../rooms.ts'
import { patronTables } from './declare.ts'
import { eraseOnRequest, finishErasures, openRows } from './erase.ts'
import { endHold, placeHold } from './holds.ts'

const library = await openTestLibrary()
after(() => library.close())
const NOW = at(Temporal.PlainDate.from('2026-02-10'), '12:00')
library.clock.moveTo(NOW)
const ctx = library.context()
let planter: Planter
let asta: PatronId

beforeEach(async () => {
  await emptyLibrary(ctx)
  await ctx.db.run(sql`delete from erasure_receipt`)
  planter = await Planter.of(ctx)
  asta = (await planter.row('patron')) as PatronId
  planter.refer('patron', asta)
})

async function rowsLeft(person = asta): Promise<string[]> {
  const left: string[] = []
  for (const { name, subject } of patronTables(register)) {
    const found = await ctx.db.all(sql`select 1 from ${sql.id(name)} where ${sql.id(subject ?? 'id')} = ${person}`)
    if (found.length > 0) left.push(name)
  }
  return left
}

async function openOf(): Promise<string[]> {
  const erased = await eraseOnRequest(ctx, register, asta)
  if (erased.ok) return []
  assert.equal(erased.refusal.kind, 'open')
  return erased.refusal.kind === 'open' ? erased.refusal.rows.map(({ data }) => data) : []
}

test('somebody the library does not know is not erased', async () => {
  const erased = await eraseOnRequest(ctx, register, ctx.random.uuid(NOW) as PatronId)
  assert.ok(!erased.ok && erased.refusal.kind === 'unknown')
  assert.equal(await openRows(ctx, register, ctx.random.uuid(NOW) as PatronId), undefined)
})

test('a patron with a loan, a debt or a hold is told of each, and is erased when all are closed', async () => {
  await planter.row('loan')
  await planter.row('fee')
  await planter.row('compensation')
  const message = await planter.row('message', { sent_at: NOW })
  const hold = await placeHold(ctx, register, { table: 'message', row: message, reason: 'Sag' })
  assert.ok(hold.ok)
  assert.deepEqual((await openOf()).sort(), ['compensation', 'fee', 'hold', 'loan'])
  await ctx.db.run(sql`update loan set returned_at = ${NOW}`)
  assert.deepEqual((await openOf()).sort(), ['compensation', 'fee', 'hold', 'loan'])
  await ctx.db.run(sql`update loan set settled_at = ${NOW}`)
  await ctx.db.run(sql`update fee set settled_at = ${NOW}, paid_ore = amount_ore`)
  assert.deepEqual((await openOf()).sort(), ['compensation', 'hold'])
  await ctx.db.run(sql`update compensation set settled_at = ${NOW}, paid_ore = amount_ore`)
  assert.deepEqual(await openOf(), ['hold'])
  assert.deepEqual((await rowsLeft()).length, 6)
  assert.ok((await endHold(ctx, hold.value.id)).ok)
  assert.deepEqual(await openOf(), [])
  assert.deepEqual(await rowsLeft(), [])
})

test('what the law keeps is told, and the receipt is known to nobody but who holds it', async () => {
  await planter.row('bookkeeping_entry', { patron_id: asta, settled_at: NOW })
  await planter.row('bookkeeping_entry', { patron_id: asta })
  const erased = await eraseOnRequest(library.context({ kind: 'patron', id: asta }), register, asta)
  assert.ok(erased.ok)
  assert.deepEqual(
    erased.value.kept.map(({ data, rows }) => [data, rows]),
    [['bookkeeping_entry', 2]],
  )
  assert.deepEqual(await rowsLeft(), ['bookkeeping_entry'])
  const receipt = await ctx.db.one<Record<string, unknown>>(sql`select * from erasure_receipt`)
  assert.deepEqual(
    { ...receipt, erased_on: String(receipt.erased_on) },
    {
      id: erased.value.id,
      erased_on: '2026-02-10',
      asked_by: 'patron',
    },
  )
})

test('the statistics keep the loans of somebody erased as the policy says, and nothing when it says nothing', async () => {
  const erasedLoans = async () => {
    await planter.row('loan', { settled_at: NOW })
    assert.ok((await eraseOnRequest(ctx, register, asta)).ok)
    return ctx.db.one(sql`
      select (select count(*)::int from lending) as lending, (select count(*)::int from circulation) as circulation`)
  }
  // Fredensborg counts how many loans there were, and not of which title.
  assert.deepEqual(await erasedLoans(), { lending: 0, circulation: 1 })
  await ctx.db.run(sql`delete from circulation`)
  await publishAtOnce(ctx, (policy) => {
    for (const clause of policy.clauses) if (clause.data === 'loan') delete clause.count
  })
  asta = (await planter.row('patron')) as PatronId
  planter.refer('patron', asta)
  assert.deepEqual(await erasedLoans(), { lending: 0, circulation: 0 })
})

test('nobody else loses anything', async () => {
  const bo = (await planter.row('patron')) as PatronId
  // What says something of both, such as whose guardian somebody is, goes with either: here each has only their own.
  planter.refer('patron', bo)
  for (const { name, subject } of patronTables(register)) {
    if (subject !== 'id') await planter.full(name, 'Bo', bo)
  }
  const before = await rowsLeft(bo)
  assert.ok((await eraseOnRequest(ctx, register, asta)).ok)
  assert.deepEqual(await rowsLeft(bo), before)
})

test('what was sealed cannot be opened afterwards, not even from an old copy of the row', async () => {
  const sealed = await ctx.vault.seal(asta, 'patron.cpr_sealed', '6101500001')
  assert.equal(await ctx.vault.open(asta, 'patron.cpr_sealed', sealed), '6101500001')
  assert.ok((await eraseOnRequest(ctx, register, asta)).ok)
  assert.equal(await ctx.vault.open(asta, 'patron.cpr_sealed', sealed), undefined)
  await assert.rejects(ctx.vault.seal(asta, 'patron.cpr_sealed', '6101500001'), /erased/)
})

test('an erasure that is cut off, wherever it was, is finished at the next start', async () => {
  let unfinished = 0
  for (let left = 0; left < 60; left++) {
    const person = (await planter.row('patron')) as PatronId
    planter.refer('patron', person)
    await planter.row('identifier')
    await planter.row('loan', { settled_at: NOW })
    await ctx.vault.seal(person, 'patron.cpr_sealed', '6101500001')
    const killed = { ...ctx, db: killedAfter({ left }, ctx.db) }
    const cut = await eraseOnRequest(killed, register, person).catch((fault: Error) => fault.message)
    const keys = await ctx.vault.known([person])
    const tombstones = await ctx.vault.unfinished()
    if (tombstones.includes(person)) unfinished += 1
    // Either nothing has happened yet, or the key is gone and the rows will be.
    assert.equal(
      keys.size === 0,
      tombstones.includes(person) || (await rowsLeft(person)).length === 0,
      `${left} ${cut}`,
    )
    await finishErasures(ctx, register)
    assert.equal((await rowsLeft(person)).length === 0, keys.size === 0, `${left}`)
    assert.deepEqual(await ctx.vault.unfinished(), [])
  }
  assert.ok(unfinished > 0)
})

test('two who erase the same person at once erase them once', async () => {
  const results = await Promise.all([1, 2, 3].map(() => eraseOnRequest(ctx, register, asta)))
  assert.equal(results.filter(({ ok }) => ok).length, 1)
  assert.deepEqual(await ctx.db.one(sql`select count(*)::int as receipts from erasure_receipt`), { receipts: 1 })
})

test('a loan made while a person is being erased is either theirs, and they stay, or is not made', async () => {
  for (let race = 0; race < 8; race++) {
    const person = (await planter.row('patron')) as PatronId
    planter.refer('patron', person)
    await planter.row('item')
    const loan = planter.row('loan').then(
      () => true,
      () => false,
    )
    const [lent, erased] = await Promise.all([loan, eraseOnRequest(ctx, register, person)])
    assert.equal(lent, !erased.ok, `race ${race}`)
    assert.deepEqual(await rowsLeft(person), lent ? ['patron', 'loan'] : [])
  }
})
