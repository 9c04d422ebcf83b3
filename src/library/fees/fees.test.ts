import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { kroner } from '#core'
import { aboveCap, lateFee, paysChildFee, STATUTORY_CAP } from './rules.ts'

test('nothing is charged on the due date, and from the day after by the law’s three bands', () => {
  const amounts = [0, 1, 7, 8, 30, 31, 400].map((days) => lateFee(STATUTORY_CAP, days, false))
  assert.deepEqual(amounts, [0, 20, 20, 120, 120, 230, 230].map(kroner))
  assert.deepEqual(
    [1, 8, 31].map((days) => lateFee(STATUTORY_CAP, days, true)),
    [10, 55, 120].map(kroner),
  )
})

test('a fee table above the statutory cap is found out, wherever it is above', () => {
  assert.deepEqual(aboveCap(STATUTORY_CAP), [])
  assert.deepEqual(aboveCap([]), [], 'a library may charge nothing')
  assert.deepEqual(aboveCap([{ fromDay: 1, adult: kroner(21), child: kroner(10) }]), [
    { day: 1, of: 'adult', most: kroner(20) },
  ])
  assert(
    aboveCap([{ fromDay: 7, adult: kroner(120), child: kroner(55) }]).length > 0,
    'a band that begins a day too early',
  )
})

test('a table that passes never charges more than the law allows, on any day', () => {
  const band = fc.record({
    fromDay: fc.integer({ min: 1, max: 60 }),
    adult: fc.integer({ min: 0, max: 300 }),
    child: fc.integer({ min: 0, max: 200 }),
  })
  fc.assert(
    fc.property(
      fc.uniqueArray(band, { maxLength: 5, selector: ({ fromDay }) => fromDay }),
      fc.integer({ min: 1, max: 90 }),
      (bands, days) => {
        const table = bands
          .map((b) => ({ ...b, adult: kroner(b.adult), child: kroner(b.child) }))
          .sort((a, b) => a.fromDay - b.fromDay)
        if (aboveCap(table).length > 0) return
        assert(lateFee(table, days, false) <= lateFee(STATUTORY_CAP, days, false))
        assert(lateFee(table, days, true) <= lateFee(STATUTORY_CAP, days, true))
      },
    ),
  )
})

test('the child’s fee ends on the fourteenth birthday', () => {
  const born = Temporal.PlainDate.from('2012-02-29')
  assert(paysChildFee(born, Temporal.PlainDate.from('2026-02-28')))
  assert(!paysChildFee(born, Temporal.PlainDate.from('2026-03-01')))
  assert(!paysChildFee(null, Temporal.PlainDate.from('2026-03-01')))
})
