import assert from 'node:assert/strict'
import { test } from 'node:test'
import { readKroner, typedKroner } from './kroner.ts'

test('amounts are read as people write them, and never guessed', () => {
  const read = Object.entries({
    '120': 12_000,
    '120,5': 12_050,
    '120,50': 12_050,
    '120.50': 12_050,
    '1.200,00': 120_000,
    ' 20 kr. ': 2_000,
    '0': 0,
  })
  for (const [typed, ore] of read) assert.equal(readKroner(typed), ore, typed)
  for (const typed of ['', '-5', '1.200', '12,345', 'tyve', '1e3', '99999999'])
    assert.equal(readKroner(typed), undefined, typed)
  for (const ore of [0, 1, 99, 100, 12_050, 120_000]) assert.equal(readKroner(typedKroner(ore)), ore)
})
