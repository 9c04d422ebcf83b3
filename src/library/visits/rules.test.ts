import assert from 'node:assert/strict'
import { test } from 'node:test'
import {
  decideEntry,
  decidePerson,
  decideSurveillance,
  type EntryTerms,
  type HouseNow,
  type PersonAtDoor,
} from './rules.ts'

const today = Temporal.PlainDate.from('2025-11-20')
const open: HouseNow = {
  offered: true,
  hours: 'self-service',
  surveillance: 'not-needed',
  capacity: null,
  inside: 0,
}
const terms: EntryTerms = { youngest: 15, houseRules: 2 }
const grown: PersonAtDoor = { born: Temporal.PlainDate.from('1985-03-14'), banned: false, acceptedRules: 2 }

function verdict(house: Partial<HouseNow> = {}, person: Partial<PersonAtDoor> = {}, asked: Partial<EntryTerms> = {}) {
  const decided = decideEntry({ ...open, ...house }, { ...terms, ...asked }, { ...grown, ...person }, today)
  return decided.ok ? decided.value : decided.refusal.kind
}

test('in hours without staff the door opens for whoever is old enough and has accepted the house rules', () => {
  assert.deepEqual(verdict(), { recorded: true })
  assert.equal(verdict({}, { acceptedRules: 1 }), 'house-rules')
  assert.equal(verdict({}, { acceptedRules: null }), 'house-rules')
  assert.deepEqual(verdict({}, { acceptedRules: null }, { houseRules: null }), { recorded: true })
})

test('on the birthday itself the door opens, and the day before it does not', () => {
  const born = (day: string) => ({ born: Temporal.PlainDate.from(day) })
  assert.deepEqual(verdict({}, born('2010-11-20')), { recorded: true })
  assert.equal(verdict({}, born('2010-11-21')), 'too-young')
  assert.equal(verdict({}, { born: null }), 'age-unknown')
  assert.deepEqual(verdict({}, { born: null }, { youngest: null }), { recorded: true })
})

test('while there are staff the door asks neither age nor rules, writes nobody down, and stays shut to the banned', () => {
  const strict = { surveillance: 'silent', capacity: 1, inside: 1, offered: false } as const
  assert.deepEqual(verdict({ hours: 'staffed', ...strict }, { born: null, acceptedRules: null }), { recorded: false })
  assert.equal(verdict({ hours: 'staffed' }, { banned: true }), 'banned')
})

test('at night, and where the policy says nothing of visits, nobody comes in', () => {
  assert.equal(verdict({ hours: 'closed' }), 'closed')
  assert.equal(verdict({ offered: false }), 'not-offered')
})

test('a full house lets in nobody more, and one place left is a place', () => {
  assert.deepEqual(verdict({ capacity: 10, inside: 9 }), { recorded: true })
  assert.equal(verdict({ capacity: 10, inside: 10 }), 'full')
})

test('surveillance that is faulty, silent or was last heard of too long ago keeps the door shut', () => {
  const now = Temporal.Instant.from('2025-11-20T20:00:00Z')
  const report = (healthy: boolean, at: string) => ({ healthy, reported_at: Temporal.Instant.from(at) })
  assert.equal(decideSurveillance(true, report(true, '2025-11-20T19:50:00Z'), 10, now), 'healthy')
  assert.equal(decideSurveillance(true, report(true, '2025-11-20T19:49:59Z'), 10, now), 'silent')
  assert.equal(decideSurveillance(true, report(false, '2025-11-20T19:59:00Z'), 10, now), 'faulty')
  assert.equal(decideSurveillance(true, undefined, 10, now), 'silent')
  assert.equal(decideSurveillance(false, undefined, 10, now), 'not-needed')
  assert.equal(verdict({ surveillance: 'faulty' }), 'surveillance')
  assert.equal(verdict({ surveillance: 'silent' }), 'surveillance')
  assert.deepEqual(verdict({ surveillance: 'healthy' }), { recorded: true })
})

test('who may be on the list a door keeps is decided as at the door', () => {
  assert.equal(decidePerson(terms, grown, today).ok, true)
  assert.equal(decidePerson(terms, { ...grown, banned: true }, today).ok, false)
  assert.equal(decidePerson(terms, { ...grown, acceptedRules: 1 }, today).ok, false)
})
