import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Actor, actorText } from './actor.ts'
import type { StaffId } from './ids.ts'
import { kroner, oreOf } from './money.ts'
import { freshUuid } from './random.ts'
import { assert as mustBe, ok, refuse } from './result.ts'

test('money is a whole number of øre', () => {
  for (const amount of [0.5, Number.NaN, Infinity, 2 ** 53, -0.1]) assert.throws(() => oreOf(amount), RangeError)
  assert.equal(oreOf(-250), -250)
})

test('kroner become øre without losing one', () => {
  assert.equal(kroner(19.99), 1999)
  assert.equal(kroner(0.1) + kroner(0.2), kroner(0.3))
  fc.assert(
    fc.property(fc.integer({ min: -1e9, max: 1e9 }), (amount) => {
      assert.equal(kroner(amount / 100), amount)
    }),
  )
})

test('who acted is written without a patron’s identity or a colleague’s name', () => {
  const id = freshUuid()
  const actors: [Actor, string][] = [
    [{ kind: 'staff', id: id as StaffId, roles: ['desk'] }, `staff:${id}`],
    [{ kind: 'patron', id: id as never }, 'patron'],
    [{ kind: 'system', job: 'retention' }, 'system:retention'],
    [{ kind: 'terminal', name: 'door' }, 'terminal:door'],
    [{ kind: 'operator', name: 'root' }, 'operator:root'],
  ]
  for (const [actor, text] of actors) assert.equal(actorText(actor), text)
})

test('a result is a value or a refusal', () => {
  assert.deepEqual(ok(1), { ok: true, value: 1 })
  assert.deepEqual(refuse('no'), { ok: false, refusal: 'no' })
  assert.throws(() => mustBe(false, 'it must be'), /it must be/)
  mustBe(true, 'it is')
})
