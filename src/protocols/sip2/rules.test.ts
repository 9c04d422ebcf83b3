import assert from 'node:assert/strict'
import { test } from 'node:test'
import { oreOf } from '#core'
import { partsOf } from './desk.ts'
import type { PatronFacts } from './ports.ts'
import { binFor, type Profile, profileOf, type SortRule, sip2Setup } from './profile.ts'
import { askedLists, page, patronStatus, readAmount } from './rules.ts'

const patron = { restricted: false, blocks: [], loans: 0, most_loans: 100 } as unknown as PatronFacts
const status = (facts: Partial<PatronFacts>, card: 'good' | 'lost' | 'old' | 'unknown' = 'good') =>
  patronStatus({ card }, { ...patron, ...facts }).trimEnd()

test('the signs of a patron’s state are few, since machines read them differently', () => {
  assert.equal(patronStatus({ card: 'good' }, patron), ' '.repeat(14))
  assert.equal(patronStatus({ card: 'unknown' }, undefined), 'YYYY          ')
  assert.equal(status({}, 'lost'), 'YYYYY')
  assert.equal(status({}, 'old'), 'YYYY')
  assert.equal(status({ blocks: ['exclusion'] }), 'YYYY')
  assert.equal(status({ blocks: ['card-stolen'] }), 'YYYYY')
  assert.equal(status({ blocks: ['debt'] }), 'Y         YY')
  assert.equal(status({ loans: 100 }), 'Y    Y')
  assert.equal(status({ loans: 100, most_loans: null }), '')
  assert.equal(status({ restricted: true }), 'YYYY')
})

test('a list is told in pages counted from one, and in whole to who asks for none', () => {
  const list = ['a', 'b', 'c']
  assert.deepEqual(page(list, '', ''), list)
  assert.deepEqual(page(list, '00002', '3'), ['b', 'c'])
  assert.deepEqual(page(list, '2', '2'), ['b'])
  assert.deepEqual(page(list, '3', '1'), [])
  assert.deepEqual(page(list, '9', '12'), [])
  assert.deepEqual(page(list, 'x', '0'), list)
  assert.deepEqual(askedLists('YYYYYYYYY|'), ['ready', 'overdue', 'loans', 'debts', 'recalled', 'waiting'])
  assert.deepEqual(askedLists('  Y'), ['loans'])
})

test('an amount is kroner and øre, and anything else is none', () => {
  assert.deepEqual(['25', '25.5', '25,50', '0.05', '', '-1', '1e3', '1.234,50', 'ti', '12345678'].map(readAmount), [
    2500,
    2550,
    2550,
    5,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
    undefined,
  ])
})

test('a payment is spread over what is owed, oldest first, and never beyond it', () => {
  const debts = ['1', '2'].map((id) => ({ claim: { kind: 'fee', id } as never, left_ore: oreOf(100) }))
  assert.deepEqual(
    partsOf(debts, oreOf(150))?.map(({ amount }) => amount),
    [100, 50],
  )
  assert.equal(partsOf(debts, oreOf(201)), undefined)
})

test('a bin is that of the first rule that fits, and the desk’s where none does', () => {
  const rules: SortRule[] = [
    { to: 'home', branch: 'HU', bin: '7' },
    { to: 'shelf', materialGroup: 'film', bin: '8' },
    { to: 'shelf', shelf: '86', bin: '9' },
  ]
  const item = { to: 'shelf', materialGroup: 'standard', branch: 'HB', shelf: '86.4' } as const
  assert.equal(binFor(rules, item), '9')
  assert.equal(binFor(rules, { ...item, materialGroup: 'film' }), '8')
  assert.equal(binFor(rules, { ...item, to: 'home', branch: 'HU' }), '7')
  assert.equal(binFor(rules, { ...item, to: 'desk' }), '99')
})

test('no setup gives a machine more than its kind may have', () => {
  const all = { name: true, lists: true, money: true, contact: true, birthDate: true, borrower: true }
  const setup = sip2Setup.schema.parse({ general: { shows: all }, machines: {}, sortPlans: {} })
  const shown = (kind: Parameters<typeof profileOf>[0]['kind']): Profile['shows'] =>
    profileOf({ name: 'm', kind }, setup).shows
  const none = { name: false, lists: false, money: false, contact: false, birthDate: false, borrower: false }
  assert.deepEqual(shown('sorter'), none)
  assert.deepEqual(shown('door'), none)
  assert.deepEqual(shown('payment'), { ...none, name: true, money: true })
  assert.deepEqual(shown('self-service'), { ...all, contact: false })
  assert.deepEqual(shown('staff-station'), all)
  assert.equal(profileOf({ name: '__proto__', kind: 'door' }, setup).charset, 'utf-8')
})
