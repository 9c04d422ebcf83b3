import assert from 'node:assert/strict'
import { after, beforeEach, test } from 'node:test'
import { type Actor, at, type PatronId, type StaffId } from '#core'
import { openTestLibrary } from '../../test/support/library.ts'
import { emptyLibrary, Planter } from '../../test/support/rows.ts'
import { register } from '../rooms.ts'
import { eraseOnRequest } from './erase.ts'
import { assertUsable, isRestricted, liftRestriction, restrictPatron } from './restriction.ts'

const library = await openTestLibrary()
after(() => library.close())
library.clock.moveTo(at(Temporal.PlainDate.from('2026-02-10'), '12:00'))
const ctx = library.context()
let dines: PatronId

beforeEach(async () => {
  await emptyLibrary(ctx)
  dines = (await (await Planter.of(ctx)).row('patron')) as PatronId
})

test('a restricted patron’s data are used for claims and nothing else', async () => {
  assert.ok((await assertUsable(ctx, dines, 'other')).ok)
  assert.ok((await restrictPatron(ctx, dines, 'Uenig om adressen')).ok)
  const other = await assertUsable(ctx, dines, 'other')
  assert.deepEqual(other, { ok: false, refusal: { kind: 'restricted', rule: 'gdpr-18-2' } })
  assert.ok((await assertUsable(ctx, dines, 'claims')).ok)
})

test('once the restriction is lifted everything may be used again', async () => {
  await restrictPatron(ctx, dines, 'Uenig om adressen')
  assert.equal(await isRestricted(ctx, dines), true)
  assert.ok((await liftRestriction(ctx, dines)).ok)
  assert.equal(await isRestricted(ctx, dines), false)
  assert.ok((await assertUsable(ctx, dines, 'other')).ok)
  const again = await liftRestriction(ctx, dines)
  assert.ok(!again.ok && again.refusal.kind === 'not-restricted')
})

test('a patron is restricted once, also when two ask at once', async () => {
  const results = await Promise.all([1, 2, 3].map(() => restrictPatron(ctx, dines, 'Sag')))
  assert.deepEqual(results.map((result) => (result.ok ? 'ok' : result.refusal.kind)).sort(), [
    'already-restricted',
    'already-restricted',
    'ok',
  ])
})

test('it takes a reason, a patron and somebody who may decide it', async () => {
  const kind = async (by = ctx, patron = dines, reason = 'Sag') => {
    const result = await restrictPatron(by, patron, reason)
    return result.ok ? 'ok' : result.refusal.kind
  }
  const librarian: Actor = { kind: 'staff', id: dines as string as StaffId, roles: ['desk'] }
  assert.equal(await kind(ctx, dines, ' '), 'no-reason')
  assert.equal(await kind(ctx, ctx.random.uuid(ctx.clock.now()) as PatronId), 'unknown')
  assert.equal(await kind(library.context(librarian)), 'not-allowed')
  assert.equal(await kind(library.context({ kind: 'patron', id: dines })), 'not-allowed')
  assert.equal(await isRestricted(ctx, dines), false)
})

test('a restricted patron is not erased, and is told so', async () => {
  await restrictPatron(ctx, dines, 'Sag')
  const erased = await eraseOnRequest(ctx, register, dines)
  assert.ok(!erased.ok && erased.refusal.kind === 'open')
  assert.match(erased.refusal.rows[0]?.because.da ?? '', /begrænset/)
  await liftRestriction(ctx, dines)
  assert.ok((await eraseOnRequest(ctx, register, dines)).ok)
})
