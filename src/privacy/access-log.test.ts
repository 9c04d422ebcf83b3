import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { type Actor, at, type PatronId, type StaffId } from '#core'
import { openTestLibrary } from '../../test/support/library.ts'
import { emptyLibrary, Planter } from '../../test/support/rows.ts'
import { accessesOf, logAccess } from './access-log.ts'

const library = await openTestLibrary()
after(() => library.close())
library.clock.moveTo(at(Temporal.PlainDate.from('2026-02-10'), '12:00'))
const LIBRARIAN: Actor = { kind: 'staff', id: '00000000-0000-7000-8000-0000000000a1' as StaffId, roles: ['desk'] }
const ctx = library.context(LIBRARIAN)
let asta: PatronId
let hidden: PatronId

beforeEach(async () => {
  await emptyLibrary(ctx)
  const planter = await Planter.of(ctx)
  asta = (await planter.row('patron')) as PatronId
  hidden = (await planter.row('patron', { protected: true })) as PatronId
})

test('each look at a patron leaves a line that the patron can read, the newest first', async () => {
  assert.ok((await logAccess(ctx, asta, 'profil', 'spørgsmål om gebyr')).ok)
  library.clock.moveTo(library.clock.now().add({ minutes: 1 }))
  assert.ok((await logAccess(ctx, asta, 'profil', '')).ok)
  const lines = await accessesOf(ctx, asta)
  assert.deepEqual(
    lines.map(({ what, why }) => [what, why]),
    [
      ['profil', ''],
      ['profil', 'spørgsmål om gebyr'],
    ],
  )
  assert.deepEqual(await accessesOf(ctx, hidden), [])
})

test('the patron is not told which member of staff it was', async () => {
  await logAccess(ctx, asta, 'lån', '')
  assert.ok(!JSON.stringify(await accessesOf(ctx, asta)).includes('0000000000a1'))
})

test('a protected patron is shown to nobody who does not say why', async () => {
  for (const why of ['', '   ']) {
    const refused = await logAccess(ctx, hidden, 'profil', why)
    assert.ok(!refused.ok && refused.refusal.kind === 'reason-needed')
  }
  assert.deepEqual(await accessesOf(ctx, hidden), [])
  assert.ok((await logAccess(ctx, hidden, 'profil', 'står ved skranken')).ok)
  assert.equal((await accessesOf(ctx, hidden)).length, 1)
})

test('patrons, machines and the program’s own work leave no line', async () => {
  const others: Actor[] = [
    { kind: 'patron', id: asta },
    { kind: 'terminal', name: 'automat' },
    { kind: 'system', job: 'night' },
    { kind: 'operator', name: 'drift' },
  ]
  for (const actor of others) assert.ok((await logAccess(library.context(actor), asta, 'profil', '')).ok)
  assert.deepEqual(await accessesOf(ctx, asta), [])
})

test('there is no line about somebody who is not a patron', async () => {
  const stranger = ctx.random.uuid(ctx.clock.now()) as PatronId
  const refused = await logAccess(ctx, stranger, 'profil', 'søgning')
  assert.ok(!refused.ok && refused.refusal.kind === 'unknown')
  assert.deepEqual(await accessesOf(ctx, stranger), [])
})
