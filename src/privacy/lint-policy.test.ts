import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import { clauseOf, type SamplePolicy, sampleClause, sampleText } from '../../test/support/policy.ts'
import { register } from '../rooms.ts'
import { lintPolicy } from './lint-policy.ts'
import { readPolicy } from './read-policy.ts'

function after(change: (policy: SamplePolicy) => void = () => {}): string[] {
  const read = readPolicy(sampleText(change), register)
  assert.ok(read.ok, JSON.stringify(read))
  return lintPolicy(read.value, register).map(({ kind, path }) => `${kind} ${path}`)
}

const first = (list: Record<string, unknown>[]) => list[0] as Record<string, unknown>

test('a policy in order gives nothing to say', () => {
  assert.deepEqual(after(), [])
})

test('a policy without a way to the data protection officer is an error', () => {
  assert.deepEqual(
    after((policy) => {
      delete policy.dpo.email
    }),
    ['error dpo'],
  )
  assert.deepEqual(
    after((policy) => {
      delete policy.dpo.email
      policy.dpo.website = 'https://example.dk/dpo'
    }),
    ['remark dpo'],
  )
})

test('the right to complain must be named', () => {
  assert.deepEqual(
    after((policy) => {
      policy.rights = policy.rights.filter(({ right }) => right !== 'complaint')
    }),
    ['error rights'],
  )
})

test('a right that no ground gives need not be named', () => {
  assert.deepEqual(
    after((policy) => {
      policy.rights = policy.rights.filter(({ right }) => right !== 'portability' && right !== 'withdraw-consent')
    }),
    [],
  )
})

test('a purpose without a ground in Article 6, or without data, is found', () => {
  const findings = after((policy) => {
    policy.purposes.push({ ...first(policy.purposes), id: 'other', basis: ['library-act'], data: [] })
  })
  assert.deepEqual(findings, ['error purposes[1].basis', 'warning purposes[1].data'])
})

test('data that a purpose names and nothing ends are found, planned ones too', () => {
  assert.deepEqual(
    after((policy) => {
      first(policy.purposes).data = [...(first(policy.purposes).data as string[]), 'photo']
    }),
    ['error purposes[0].data[22]'],
  )
})

test('what rests on consent says what happens when it is withdrawn', () => {
  const newsletter = (policy: SamplePolicy) => {
    policy.purposes.push({
      ...first(policy.purposes),
      id: 'newsletter',
      basis: ['gdpr-6-1-a'],
      data: ['reading-history'],
    })
    policy.clauses.push({ ...sampleClause('reading-history', 'lent', 'P1Y'), purpose: 'newsletter' })
  }
  assert.deepEqual(after(newsletter), ['error purposes[1].data[0]'])
  assert.deepEqual(
    after((policy) => {
      newsletter(policy)
      policy.clauses.push({ ...sampleClause('reading-history', 'withdrawn', 'P0D'), purpose: 'newsletter' })
    }),
    [],
  )
})

test('lending does not rest on consent', () => {
  assert.ok(
    after((policy) => {
      first(policy.purposes).basis = ['gdpr-6-1-a', 'dbl-11-1']
    }).includes('error purposes[0].basis'),
  )
})

test('a clause longer or shorter than is usual is a warning, and video longer than the law permits an error', () => {
  assert.deepEqual(
    after((policy) => {
      clauseOf(policy, 'loan').keep = 'P31D'
      clauseOf(policy, 'patron').keep = 'P1Y'
      policy.clauses.push(sampleClause('video-recording', 'recorded', 'P31D'))
      first(policy.purposes).data = [...(first(policy.purposes).data as string[]), 'video-recording']
    }),
    ['warning clauses[0].keep', 'warning clauses[1].keep', 'error clauses[21].keep'],
  )
})

test('a clause whose purpose does not name its data is found', () => {
  assert.deepEqual(
    after((policy) => {
      first(policy.purposes).data = (first(policy.purposes).data as string[]).filter((data) => data !== 'fee')
    }),
    ['warning clauses[3].purpose'],
  )
})

test('an end that no clause gives is found', () => {
  assert.deepEqual(
    after((policy) => {
      policy.clauses = policy.clauses.filter((clause) => clause.from !== 'given-up')
    }),
    ['warning clauses'],
  )
})

test('a required CPR number needs its section of the law', () => {
  assert.deepEqual(
    after((policy) => {
      first(policy.purposes).basis = ['gdpr-6-1-e']
    }),
    ['error enrolment[0]'],
  )
})

test('two suppliers for one list of subscribers contradict each other', () => {
  const twice = (active: boolean) =>
    after((policy) => {
      policy.purposes.push({
        ...first(policy.purposes),
        id: 'newsletter',
        basis: ['gdpr-6-1-a'],
        data: ['newsletter-subscription'],
      })
      policy.clauses.push({
        ...sampleClause('newsletter-subscription', 'withdrawn', 'P0D'),
        purpose: 'newsletter',
      })
      const one = { ...first(policy.recipients), purpose: 'newsletter', fields: ['newsletter-subscription.email'] }
      policy.recipients = [
        { ...one, id: 'one', name: 'Ubivox' },
        { ...one, id: 'two', name: 'Mailchimp', active },
      ]
    })
  assert.deepEqual(twice(true), ['error recipients[1]'])
  assert.deepEqual(twice(false), [])
})

test('another controller that is told what you borrow is a warning', () => {
  assert.deepEqual(
    after((policy) => {
      Object.assign(first(policy.recipients), { role: 'controller', fields: ['patron.name', 'loan.title_id'] })
    }),
    ['warning recipients[0].fields'],
  )
})

test('backups that keep what was erased for long are a warning', () => {
  assert.deepEqual(
    after((policy) => {
      policy.backup = { ...policy.backup, 'keep-days': 60, 'keys-keep-days': 30 }
      clauseOf(policy, 'backup').keep = 'P60D'
      clauseOf(policy, 'keys-backup').keep = 'P30D'
    }),
    ['warning backup.keep-days', 'warning backup.keys-keep-days'],
  )
})

test('the policies of the five libraries meet every duty', async () => {
  for (const agency of ['glostrup', 'stevns', 'fredensborg', 'ishoj', 'herning']) {
    const text = await readFile(join(import.meta.dirname, '..', '..', 'policies', `${agency}.yaml`), 'utf8')
    const read = readPolicy(text, register)
    assert.ok(read.ok)
    const errors = lintPolicy(read.value, register).filter(({ kind }) => kind === 'error')
    assert.deepEqual(errors, [], agency)
  }
})
