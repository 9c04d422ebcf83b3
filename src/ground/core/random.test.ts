import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { isId } from './ids.ts'
import { between, freshUuid, pick, type Random, seededRandom, systemRandom } from './random.ts'

const SHAPE = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const now = Temporal.Instant.from('2026-01-15T12:00:00.123Z')

function sample(random: Random): unknown[] {
  return [random.uuid(now), random.digits(10), random.token(16), random.fraction(), random.uuid(now)]
}

test('the same seed repeats the same run, and another seed another', () => {
  assert.deepEqual(sample(seededRandom('a')), sample(seededRandom('a')))
  assert.notDeepEqual(sample(seededRandom('a')), sample(seededRandom('b')))
})

test('a run without a seed does not repeat', () => {
  assert.notDeepEqual(sample(systemRandom()), sample(systemRandom()))
})

for (const [name, random] of [['seeded', seededRandom('digits')] as const, ['real', systemRandom()] as const]) {
  test(`${name} ids are version 7, carry their instant, and sort by it`, () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 2 ** 42 }), fc.integer({ min: 1, max: 1e9 }), (ms, later) => {
        const first = random.uuid(Temporal.Instant.fromEpochMilliseconds(ms))
        const second = random.uuid(Temporal.Instant.fromEpochMilliseconds(ms + later))
        assert.match(first, SHAPE)
        assert.ok(isId(first))
        assert.equal(Number.parseInt(first.replaceAll('-', '').slice(0, 12), 16), ms)
        assert.ok(first < second)
      }),
    )
  })

  test(`${name} ids of one instant differ`, () => {
    assert.equal(new Set(Array.from({ length: 2000 }, () => random.uuid(now))).size, 2000)
  })

  test(`${name} numbers have as many digits as asked, and never begin with 0`, () => {
    fc.assert(
      fc.property(fc.integer({ min: 1, max: 20 }), (count) => {
        assert.match(random.digits(count), new RegExp(`^[1-9][0-9]{${count - 1}}$`))
      }),
    )
  })

  test(`${name} digits are equally likely, the first among nine and the others among ten`, () => {
    const first = new Map<string, number>()
    const second = new Map<string, number>()
    const draws = 20_000
    for (let i = 0; i < draws; i++) {
      const [a, b] = random.digits(2) as unknown as [string, string]
      first.set(a, (first.get(a) ?? 0) + 1)
      second.set(b, (second.get(b) ?? 0) + 1)
    }
    assert.deepEqual([first.size, second.size], [9, 10])
    // Seven standard deviations: never by chance, always when the last bytes were not thrown away.
    for (const [counts, expected] of [[first, draws / 9] as const, [second, draws / 10] as const]) {
      for (const count of counts.values()) assert.ok(Math.abs(count - expected) < 7 * Math.sqrt(expected), `${count}`)
    }
  })

  test(`${name} tokens hold as many bytes as asked, and can stand in an address`, () => {
    for (const bytes of [1, 16, 32]) {
      const token = random.token(bytes)
      assert.match(token, /^[A-Za-z0-9_-]+$/)
      assert.equal(Buffer.from(token, 'base64url').length, bytes)
    }
  })

  test(`a ${name} choice falls on everything there is, and on nothing else`, () => {
    const seen = new Set(Array.from({ length: 500 }, () => between(random, 3, 7)))
    assert.deepEqual([...seen].sort(), [3, 4, 5, 6, 7])
    const picked = new Set(Array.from({ length: 500 }, () => pick(random, ['a', 'b', 'c'])))
    assert.deepEqual([...picked].sort(), ['a', 'b', 'c'])
    assert.throws(() => pick(random, []))
  })
}

test('a fresh id is version 7', () => {
  assert.match(freshUuid(), SHAPE)
})

test('text from outside is an id only when it has the shape of one', () => {
  const id = freshUuid()
  assert.ok(isId(id))
  for (const text of ['', `${id} `, `x${id}`, id.slice(1), id.toUpperCase(), id.replaceAll('-', ''), `${id}\n`]) {
    assert.equal(isId(text), false, JSON.stringify(text))
  }
})
