import assert from 'node:assert/strict'
import { test } from 'node:test'
import fc from 'fast-check'
import { oreOf } from '#core'
import { amountText, readAnswer } from './file.ts'
import { decideLine, isWithMunicipality, mayFollow, STEPS } from './rules.ts'
import { CASE_STATES } from './tables.ts'

const state = fc.constantFrom(...CASE_STATES)
const status = fc.constantFrom(
  ...(['accepted', 'rejected', 'reminded', 'filed', 'paid', 'withdrawn', 'written-off'] as const),
)

test('every case can come to an end, and what has ended stays so', () => {
  const ends = CASE_STATES.filter((each) => STEPS[each].length === 0)
  assert.deepEqual(ends, ['paid', 'withdrawn', 'written-off'])
  for (const from of CASE_STATES) if (!ends.includes(from)) assert(mayFollow(from, 'withdrawn'), from)
})

test('only what is with the municipality can be paid to it', () => {
  for (const from of CASE_STATES) if (mayFollow(from, 'paid')) assert(isWithMunicipality(from), from)
})

test('a line that is taken never books more than is left, nor moves a case where it may not go', () => {
  fc.assert(
    fc.property(state, status, fc.array(fc.nat({ max: 300 }), { minLength: 6, maxLength: 6 }), (from, to, numbers) => {
      const [amount = 0, paid = 0, down = 0, paidNow = 0, downNow = 0, credited = 0] = numbers
      fc.pre(amount > 0 && paid + down + credited <= amount)
      const left_ore = amount - paid - down - credited
      const known = { state: from, amount_ore: amount, paid_ore: paid, written_down_ore: down, left_ore }
      const told = { reference: '1', status: to, paid_ore: paidNow, written_down_ore: downNow, reason: null }
      const decision = decideLine(known, told)
      if (!decision.ok) return
      const { pay_ore, write_off_ore, to: next } = decision.value
      assert(pay_ore >= 0 && write_off_ore >= 0 && pay_ore + write_off_ore <= left_ore)
      assert(mayFollow(from, next) || (next === from && isWithMunicipality(from)))
      assert.equal(next === 'paid' || next === 'written-off', paidNow + downNow === amount)
      const after = { ...known, state: next, paid_ore: paidNow, written_down_ore: downNow }
      const again = decideLine({ ...after, left_ore: left_ore - pay_ore - write_off_ore }, told)
      assert(!again.ok || (again.value.pay_ore === 0 && again.value.write_off_ore === 0), 'the same line books once')
    }),
    { numRuns: 2_000 },
  )
})

test('amounts are written as the municipality reads them, and read as it writes them', () => {
  assert.deepEqual(
    [0, 5, 100, 23_000, 123_456].map((ore) => amountText(oreOf(ore))),
    ['0,00', '0,05', '1,00', '230,00', '1234,56'],
  )
  fc.assert(
    fc.property(fc.nat({ max: 99_999_999 }), (ore) => {
      const [line] = readAnswer(`123456789012;modtaget;${amountText(oreOf(ore))};;`)
      assert(line?.told.ok)
      assert.equal(line.told.value.paid_ore, ore)
    }),
  )
  for (const wrong of ['1.00', '1,0', '-1,00', '1 000', '1e3', '１']) {
    assert.equal(readAnswer(`123456789012;modtaget;${wrong};;`)[0]?.told.ok, false, wrong)
  }
})

test('a file from another system’s hand is read: byte-order mark, quotes, other line ends, capitals', () => {
  const read = readAnswer(
    '\uFEFFSag;status;betalt;nedskrevet;grund\r"123456789012";Modtaget;;;\r\n\n123456789013;BETALT;1,00;0,00;k-1',
  )
  assert.deepEqual(
    read.map(({ line, told }) => [line, told.ok && told.value.status]),
    [
      [2, 'accepted'],
      [4, 'paid'],
    ],
  )
})
