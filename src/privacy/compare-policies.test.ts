import assert from 'node:assert/strict'
import { test } from 'node:test'
import { clauseOf, type SamplePolicy, sampleClause, sampleText, two } from '../../test/support/policy.ts'
import { register } from '../rooms.ts'
import { comparePolicies } from './compare-policies.ts'
import { diffPolicies } from './diff-policies.ts'
import { featureOn, plannedClauses } from './features.ts'
import { periodText } from './period-text.ts'
import type { Policy } from './policy.ts'
import { readPolicy } from './read-policy.ts'

function policy(change: (policy: SamplePolicy) => void = () => {}): Policy {
  const read = readPolicy(sampleText(change), register)
  assert.ok(read.ok, JSON.stringify(read))
  return read.value
}

const longer = policy((it) => {
  it.agency = 'herning'
  clauseOf(it, 'loan').keep = 'P60D'
  it.clauses.push(sampleClause('video-recording', 'recorded', 'P14D'))
})

test('a period is said as a librarian would say it', () => {
  assert.deepEqual(periodText('P30D'), { da: '30 dage', en: '30 days' })
  assert.deepEqual(periodText('P1D'), { da: '1 dag', en: '1 day' })
  assert.deepEqual(periodText('P1Y6M'), { da: '1 år og 6 måneder', en: '1 year and 6 months' })
  assert.deepEqual(periodText('PT24H'), { da: '24 timer', en: '24 hours' })
  assert.deepEqual(periodText('P0D'), { da: 'straks', en: 'at once' })
})

test('libraries stand side by side, topic by topic', () => {
  const comparison = comparePolicies([policy(), longer], register)
  assert.deepEqual(comparison.agencies, ['fredensborg', 'herning'])
  const row = (id: string) => comparison.rows.find((one) => one.id === id)
  assert.deepEqual(
    row('clause:loan/settled')?.cells.map((cell) => cell?.da),
    ['30 dage, så kun et tal', '60 dage, så kun et tal'],
  )
  assert.equal(row('clause:loan/settled')?.alike, false)
  assert.equal(row('clause:fee/settled')?.alike, true)
  assert.deepEqual(
    row('clause:video-recording/recorded')?.cells.map((cell) => cell?.en ?? null),
    [null, '14 days, then deleted'],
  )
})

test('a policy does not differ from itself', () => {
  assert.deepEqual(diffPolicies(policy(), policy()), {
    clauses: [],
    recipients: [],
    features: { on: [], off: [] },
    others: [],
  })
})

test('what changes between two policies is listed once, by name', () => {
  const diff = diffPolicies(
    longer,
    policy((it) => {
      it.agency = 'herning'
      clauseOf(it, 'loan').keep = 'P14D'
      it.clauses.push(sampleClause('visit', 'entered', 'P30D'))
      it.recipients = []
      it.dpo.email = 'nyt@example.dk'
      for (const right of it.rights) if (right.right === 'access') right.how = two('Ask at the desk.')
    }),
  )
  assert.deepEqual(
    diff.clauses.map(({ kind, name }) => `${kind} ${name}`),
    ['changed loan/settled', 'removed video-recording/recorded', 'added visit/entered'],
  )
  assert.deepEqual(diff.features, { on: ['visit'], off: ['video-recording'] })
  assert.deepEqual(
    diff.recipients.map(({ kind, name }) => `${kind} ${name}`),
    ['removed printer'],
  )
  assert.deepEqual(
    diff.others.map(({ kind, name }) => `${kind} ${name}`),
    ['changed dpo', 'changed rights.access'],
  )
})

test('moving a clause within the file changes nothing', () => {
  const moved = policy((it) => it.clauses.reverse())
  assert.deepEqual(diffPolicies(policy(), moved).clauses, [])
})

test('a feature is on when the policy says how its rows end', () => {
  assert.equal(featureOn(policy(), register, 'bookkeeping_entry'), true)
  assert.equal(featureOn(policy(), register, 'loan'), true)
  const silent = { ...policy(), clauses: policy().clauses.filter((clause) => clause.data !== 'loan') }
  assert.equal(featureOn(silent, register, 'loan'), false)
})

test('a feature is on when its rows follow the account or are about nobody, and off when it is not built', () => {
  assert.equal(featureOn(policy(), register, 'identifier'), true)
  assert.equal(featureOn(policy(), register, 'title'), true)
  assert.equal(featureOn(policy(), register, 'export-file'), true)
  assert.equal(featureOn(longer, register, 'video_recording'), false)
})

test('clauses that wait for a room are kept and can be listed', () => {
  assert.deepEqual(
    plannedClauses(longer, register).map((clause) => clause.data),
    ['video-recording'],
  )
})
