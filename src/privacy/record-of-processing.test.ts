import assert from 'node:assert/strict'
import { test } from 'node:test'
import { type Policy, readPolicy, recordOfProcessing } from '#privacy'
import { sampleClause, sampleText } from '../../test/support/policy.ts'
import { register } from '../rooms.ts'

function sample(): Policy {
  const read = readPolicy(
    sampleText((policy) => {
      policy.clauses.push(sampleClause('photo', 'taken', 'P1D'))
      policy.purposes.push({
        ...policy.purposes[0],
        id: 'doors',
        data: ['photo', 'staff'],
      })
    }),
    register,
  )
  assert.ok(read.ok)
  return read.value
}

test('the record of processing has an activity for each purpose, with all that Article 30 asks for', () => {
  const record = recordOfProcessing(sample(), register, 'da')
  assert.deepEqual(
    record.activities.map(({ id }) => id),
    ['lending', 'doors'],
  )
  const [lending, doors] = record.activities
  assert.equal(record.controller.name, 'Eksempel Kommune')
  assert.deepEqual(doors?.persons, ['Lånere, og værger for børn', 'Medarbejdere'])
  assert.deepEqual(
    lending?.recipients.map(({ name, fields, active }) => ({ name, fields, active })),
    [{ name: 'Trykkeriet', fields: ['navn', 'adresse'], active: true }],
  )
  const loan = lending?.data.find(({ name }) => name === 'loan')
  assert.ok(loan?.columns.includes('Titel'))
  assert.deepEqual(loan?.ends, ['Anonymiseres 30 dage efter, at du har afleveret og intet skylder for lånet.'])
  assert.ok(record.security.length > 0)
})

test('what no room holds yet is in the record as not in use', () => {
  const doors = recordOfProcessing(sample(), register, 'en').activities.find(({ id }) => id === 'doors')
  assert.deepEqual(
    doors?.data.map(({ name, inUse }) => [name, inUse]),
    [
      ['photo', false],
      ['staff', true],
    ],
  )
})
