import assert from 'node:assert/strict'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { type Policy, readPublishedPolicy } from '#privacy'
import { readCpr } from './cpr.ts'
import type { RegisterPerson } from './register.ts'
import { decideFromRegister } from './register-rules.ts'
import { decideEnrolment, type Enrolment, type EnrolmentFacts } from './rules.ts'

const policies = new Map(
  ['fredensborg', 'glostrup', 'herning', 'ishoj', 'stevns'].map((agency) => {
    const text = readFileSync(join(import.meta.dirname, '../../..', 'policies', `${agency}.yaml`), 'utf8')
    return [agency, readPublishedPolicy(text)] as const
  }),
)

const days = fc
  .integer({ min: 0, max: 120 * 366 })
  .map((offset) => Temporal.PlainDate.from('1920-01-01').add({ days: offset }))

const ENROLMENT: Enrolment = {
  name: 'Prøve',
  cpr: '6101700001',
  address: 'Vej 1',
  municipality: '0161',
}

function decide(policy: Policy, today: Temporal.PlainDate, enrolment: Enrolment, facts: Partial<EnrolmentFacts> = {}) {
  const cpr = enrolment.cpr === undefined ? undefined : readCpr(enrolment.cpr)
  return decideEnrolment(policy, enrolment, { cpr, told: undefined, terms: [], moved: false, today, ...facts })
}

function refusal(policy: Policy, today: Temporal.PlainDate, enrolment: Enrolment) {
  const decision = decide(policy, today, enrolment)
  return decision.ok ? 'enrolled' : decision.refusal.kind
}

test('law: each age rule of each policy turns on the birthday itself, and not on the day before', () => {
  fc.assert(
    fc.property(fc.constantFrom(...policies.values()), days, (policy, birthOn) => {
      const years = (rule: Policy['ages'][number]['rule']) => policy.ages.find((age) => age.rule === rule)?.years
      // Someone born on a leap day has their birthday on 1 March in a year that has none.
      const birthday = (age: number) => {
        const day = birthOn.add({ years: age })
        return day.day === birthOn.day ? day : day.add({ days: 1 })
      }
      const someone = { ...ENROLMENT, birthOn }
      const signature = years('guardian-signature-under')
      if (signature !== undefined) {
        const seen = { ...someone, photoIdSeen: true }
        assert.equal(refusal(policy, birthday(signature).subtract({ days: 1 }), seen), 'guardian-needed')
        assert.equal(refusal(policy, birthday(signature), seen), 'enrolled')
      }
      const photo = years('photo-id-from')
      if (photo !== undefined) {
        const signed = { ...someone, guardianName: 'Værge' }
        assert.equal(refusal(policy, birthday(photo).subtract({ days: 1 }), signed), 'enrolled')
        assert.equal(refusal(policy, birthday(photo), signed), 'photo-id-needed')
      }
      const alone = years('self-enrolment-from') ?? 18
      const online = { ...someone, way: 'web' as const }
      assert.equal(refusal(policy, birthday(alone).subtract({ days: 1 }), online), 'too-young')
      assert.equal(refusal(policy, birthday(alone), online), 'enrolled')
    }),
  )
})

test('law: whatever is left out, nobody is enrolled without what the policy requires', () => {
  const fields = ['cpr', 'name', 'address', 'municipality'] as const
  const today = Temporal.PlainDate.from('2025-11-20')
  fc.assert(
    fc.property(fc.constantFrom(...policies), fc.subarray([...fields]), ([agency, policy], without) => {
      const given: Record<string, unknown> = { ...ENROLMENT, photoIdSeen: true }
      given.birthOn = Temporal.PlainDate.from('1970-01-01')
      for (const field of without) delete given[field]
      const decision = decide(policy, today, given)
      const required = without.filter((field) => policy.enrolment.some((rule) => rule.field === field && rule.required))
      assert.equal(decision.ok, required.length === 0, `${agency} without ${without}`)
      if (!decision.ok) assert.equal(decision.refusal.kind, 'missing')
    }),
  )
})

test('what the register has told need not be given; from another system it may be missing', () => {
  const policy = policies.get('stevns')
  assert.ok(policy)
  const today = Temporal.PlainDate.from('2025-11-20')
  const least: Enrolment = { cpr: '6101700001' }
  assert.equal(refusal(policy, today, least), 'missing')
  assert.ok(decide(policy, today, least, { told: told({}) }).ok)
  const moved = decide(policy, today, { ...least, name: 'Flyttet' }, { moved: true })
  assert.ok(moved.ok)
})

function told(more: Partial<RegisterPerson>): RegisterPerson {
  return {
    cpr: '6101700001',
    currentCpr: null,
    name: 'Navn',
    bornOn: null,
    status: '01',
    protected: false,
    protectedUntil: null,
    address: { address: 'Vej 1', postcode: '2600', city: 'Glostrup' },
    municipality: '0161',
    guardians: [],
    ...more,
  }
}

test('law: the register takes custody from nobody it does not speak of, and the same word twice decides the same', () => {
  const people = ['6101700001', '7403851048', '6712994000', '9006125007']
  const facts = fc.record({
    status: fc.constantFrom('01', '03', '05', '07', '20', '30', '50', '60', '70', '80', '90', '??'),
    guardians: fc.subarray(people),
    protected: fc.boolean(),
    currentCpr: fc.constantFrom(null, ...people),
  })
  fc.assert(
    fc.property(facts, fc.subarray(people), (given, guardians) => {
      const known = { name: 'Navn', protected: false, municipality: '0161', cpr: '6101700001', guardians }
      const decision = decideFromRegister(known, told(given))
      const lost = guardians.filter((cpr) => !given.guardians.includes(cpr))
      assert.deepEqual(decision.lostCustody, given.guardians.length === 0 ? [] : lost)
      assert.equal(decision.tasks.includes('custody-changed'), decision.lostCustody.length > 0)
      assert.equal(decision.protected, given.protected)
      assert.equal(decision.blocks.includes('deceased'), given.status === '90')
      const again = decideFromRegister({ ...known, cpr: decision.cpr, name: decision.name }, told(given))
      assert.deepEqual(again, decision)
    }),
  )
})
