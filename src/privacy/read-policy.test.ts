import assert from 'node:assert/strict'
import { readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { test } from 'node:test'
import fc from 'fast-check'
import { clauseOf, type SamplePolicy, sampleClause, samplePolicy, sampleText } from '../../test/support/policy.ts'
import { register } from '../rooms.ts'
import { findField } from './check-policy.ts'
import { faultText, type PolicyFault, readPolicy } from './read-policy.ts'

function faultsOf(text: string, agency?: string): PolicyFault[] {
  const read = readPolicy(text, register, agency ? { agency } : {})
  return read.ok ? [] : read.refusal
}

/** The faults of the sample after a change, as "path: message". */
function after(change: (policy: SamplePolicy) => void): string[] {
  return faultsOf(sampleText(change)).map((fault) => `${fault.path}: ${fault.message}`)
}

function only(change: (policy: SamplePolicy) => void): PolicyFault {
  const faults = faultsOf(sampleText(change))
  assert.equal(faults.length, 1, faults.map((fault) => faultText('sample', fault)).join('\n'))
  return faults[0] as PolicyFault
}

test('a complete policy is read without a fault', () => {
  assert.deepEqual(faultsOf(sampleText()), [])
})

for (const agency of ['glostrup', 'stevns', 'fredensborg', 'ishoj', 'herning']) {
  test(`the policy of ${agency} is read without a fault`, async () => {
    const text = await readFile(join(import.meta.dirname, '..', '..', 'policies', `${agency}.yaml`), 'utf8')
    assert.deepEqual(
      faultsOf(text, agency).map((fault) => faultText(agency, fault)),
      [],
    )
  })
}

test('a fault names file, line, column, place and what is allowed', () => {
  const text = sampleText((policy) => {
    clauseOf(policy, 'fee').action = 'redact'
  })
  const line =
    text.split('\n').findIndex((it, i, all) => it.includes('action: redact') && all[i - 4]?.includes('fee')) + 1
  assert.ok(line > 1)
  const [fault] = faultsOf(text)
  assert.ok(fault)
  assert.equal(
    faultText('policies/sample.yaml', fault),
    `policies/sample.yaml:${line}:13 clauses[3].action: redact is not possible for fee. Allowed: delete.`,
  )
})

test('what is missing is told at the place it is missing from', () => {
  const fault = only((policy) => {
    delete clauseOf(policy, 'loan').keep
  })
  assert.equal(fault.path, 'clauses[1].keep')
  assert.equal(fault.message, 'is missing')
  assert.ok(fault.line > 10)
})

test('an unknown key is refused, and a misspelt one is told its right name', () => {
  const fault = only((policy) => {
    clauseOf(policy, 'loan').kepe = 'P30D'
  })
  assert.match(fault.message, /did you mean "keep"/)
  assert.ok(fault.allowed?.includes('round-up'))
})

test('all faults are told at once, in the order of the text', () => {
  const faults = faultsOf(
    sampleText((policy) => {
      clauseOf(policy, 'session').keep = 'PT24H'
      clauseOf(policy, 'patron').from = 'last-actve'
    }),
  )
  assert.deepEqual(
    faults.map((fault) => fault.path),
    ['clauses[0].from', 'clauses[16].keep'],
  )
})

test('a policy written for another library is refused', () => {
  assert.deepEqual(
    faultsOf(sampleText(), 'herning').map((fault) => fault.path),
    ['agency'],
  )
})

test('data that nobody has declared are refused, with the nearest name', () => {
  const faults = after((policy) => policy.clauses.push(sampleClause('vido-recording', 'recorded', 'P14D')))
  assert.equal(faults.length, 1)
  assert.match(faults[0] ?? '', /^clauses\[21\]\.data: .*did you mean "video-recording"/)
})

test('a clause may speak of data that are only planned, from a moment that is planned', () => {
  assert.deepEqual(
    after((policy) => policy.clauses.push(sampleClause('photo', 'taken', 'P1Y'))),
    [],
  )
  const wrong = only((policy) => policy.clauses.push(sampleClause('photo', 'shown', 'P1Y')))
  assert.deepEqual(wrong.allowed, ['taken'])
})

test('a clause counts only from a moment its table declares', () => {
  const fault = only((policy) => {
    clauseOf(policy, 'loan').from = 'returned'
  })
  assert.equal(fault.path, 'clauses[1].from')
  assert.deepEqual(fault.allowed, ['settled'])
})

test('a reservation can be promised nothing but to go at once', () => {
  const fault = only((policy) => {
    clauseOf(policy, 'reservation').keep = 'P1D'
  })
  assert.deepEqual(fault.allowed, ['P0D'])
})

test('hours are not promised of what goes at night', () => {
  assert.equal(
    only((policy) => {
      clauseOf(policy, 'log-file').keep = 'PT36H'
    }).path,
    'clauses[17].keep',
  )
})

test('a period beyond a hundred years is a slip', () => {
  for (const keep of ['P101Y', 'P99999999999999999999D']) {
    const fault = only((policy) => {
      clauseOf(policy, 'staff').keep = keep
    })
    assert.match(fault.message, /longer than anything/)
  }
})

test('a period that begins with an accounting year is not counted in days', () => {
  const fault = only((policy) => {
    clauseOf(policy, 'payment')['round-up'] = 'accounting-year'
    clauseOf(policy, 'payment').keep = 'P30D'
  })
  assert.equal(fault.path, 'clauses[5].round-up')
})

test('only declared statistics are counted', () => {
  const fault = only((policy) => {
    clauseOf(policy, 'loan').count = ['circulation', 'landing']
  })
  assert.equal(fault.path, 'clauses[1].count[1]')
  assert.deepEqual(fault.allowed, ['lending', 'circulation'])
})

test('two clauses do not end the same data from the same moment', () => {
  const fault = only((policy) => policy.clauses.push(sampleClause('loan', 'settled', 'P60D', 'delete')))
  assert.match(fault.message, /clauses\[1\]/)
})

test('cards and numbers follow the account, so no clause is given for them', () => {
  const fault = only((policy) => policy.clauses.push(sampleClause('identifier', 'added', 'P1Y')))
  assert.match(fault.message, /ends with the account/)
})

test('a table about nobody has no clause', () => {
  assert.match(only((policy) => policy.clauses.push(sampleClause('title', 'changed', 'P1Y'))).message, /about anyone/)
})

test('each kind of data that every library holds must have an end', () => {
  for (const clause of samplePolicy().clauses) {
    const faults = after((policy) => {
      policy.clauses = policy.clauses.filter((other) => other.data !== clause.data)
    })
    assert.deepEqual(faults, [`clauses: no clause ends ${clause.data}, which every library holds`])
  }
})

test('accounts kept for less than the law asks are refused with its sentence', () => {
  for (const keep of ['P2Y', 'P35M']) {
    const fault = only((policy) => {
      clauseOf(policy, 'bookkeeping-entry').keep = keep
    })
    assert.match(fault.message, /at least three years from the end of the accounting year \(municipal-accounts\)/)
  }
  assert.deepEqual(
    after((policy) => {
      clauseOf(policy, 'bookkeeping-entry').keep = 'P36M'
    }),
    [],
  )
})

test('accounts not counted from the end of their year are refused', () => {
  assert.match(
    only((policy) => {
      delete clauseOf(policy, 'bookkeeping-entry')['round-up']
    }).message,
    /"round-up" is missing/,
  )
})

test('what is promised of backups is what backups do', () => {
  assert.equal(
    only((policy) => {
      clauseOf(policy, 'backup').keep = 'P15D'
    }).path,
    'clauses[18].keep',
  )
  assert.deepEqual(
    after((policy) => {
      clauseOf(policy, 'backup').keep = 'P2W'
    }),
    [],
  )
  assert.equal(
    only((policy) => {
      clauseOf(policy, 'keys-backup').keep = 'P1M'
    }).path,
    'clauses[19].keep',
  )
})

test('keys are not kept longer than the data they open', () => {
  const fault = only((policy) => {
    policy.backup['keys-keep-days'] = 15
    clauseOf(policy, 'keys-backup').keep = 'P15D'
  })
  assert.equal(fault.path, 'backup.keys-keep-days')
})

test('a decision that is cited exists, and one that exists is cited', () => {
  const decision = (number: number) => ({ number, about: { da: 'a', en: 'a' }, decided: { da: 'b', en: 'b' } })
  assert.deepEqual(
    after((policy) => {
      policy.decisions = [decision(1), decision(3)]
      clauseOf(policy, 'loan').says = 'decision 1'
      clauseOf(policy, 'fee').says = 'decision 2'
    }),
    [
      'decisions[1].number: decision 3 is not cited by anything in the policy',
      'clauses[3].says: there is no decision 2',
    ],
  )
})

test('clauses and recipients belong to a purpose that is there', () => {
  assert.deepEqual(
    after((policy) => {
      clauseOf(policy, 'loan').purpose = 'lendign'
      for (const recipient of policy.recipients) recipient.purpose = 'printing'
    }),
    [
      'clauses[1].purpose: there is no purpose "lendign" (did you mean "lending"?)',
      'recipients[0].purpose: there is no purpose "printing"',
    ],
  )
})

test('a recipient is given columns that exist, under their own names or the friendly ones', () => {
  assert.equal(findField(register, 'patron.cpr')?.kind, 'column')
  const fields = ['patron.cpr', 'patron.group', 'patron.cpr_sealed', 'video-clip', 'bookkeeping-entry.amount_ore']
  assert.deepEqual(
    after((policy) => {
      for (const recipient of policy.recipients) recipient.fields = fields
    }),
    [],
  )
  for (const field of ['patron', 'patron.pin', 'patron.name.first', 'patron.constructor', 'loan', 'toString']) {
    const faults = after((policy) => {
      for (const recipient of policy.recipients) recipient.fields = [field]
    })
    assert.equal(faults.length, 1, field)
  }
})

test('what has a name of its own is listed once', () => {
  assert.deepEqual(
    after((policy) => policy.rights.push(policy.rights[0] as Record<string, unknown>)),
    ['rights[8].right: "access" is already there: rights[0]'],
  )
})

test('a day that no calendar has is refused', () => {
  assert.deepEqual(
    after((policy) => {
      policy.effective = '2025-02-29'
      policy.accounting = { 'year-begins': '02-29', says: 'notice line 1' }
    }),
    ['effective: 2025-02-29 is not a day in the calendar', 'accounting.year-begins: 02-29 is not a day of every year'],
  )
})

test('a repealed act is not a ground', () => {
  const fault = only((policy) => {
    clauseOf(policy, 'loan').basis = ['persondataloven']
  })
  assert.equal(fault.path, 'clauses[1].basis[0]')
  assert.ok(fault.allowed?.includes('library-act'))
})

test('text that is not a policy is a fault and never an exception', () => {
  const nine = Array(9).fill('*a').join(', ')
  const texts = {
    empty: '',
    'a list': '- 1',
    'a key twice': 'agency: a\nagency: b',
    'a tab': 'controller:\n\tname: x',
    'an anchor nobody set': 'a: *b',
    'an alias bomb': `a: &a [1]\nb: &b [${nine}]\nc: &c [${nine.replaceAll('*a', '*b')}]\nd: [${nine.replaceAll('*a', '*c')}]`,
    'lists without end': '['.repeat(100_000),
    'too large': `# ${'x'.repeat(512 * 1024)}`,
    'broken bytes': Buffer.from([0x61, 0x3a, 0x20, 0xff]).toString('utf8'),
    'a foreign tag': 'a: !!js/function x',
    'two documents': 'a: 1\n---\nb: 2',
    'a name of the language': '__proto__: 1\nconstructor: 2',
  }
  for (const [what, text] of Object.entries(texts)) {
    const faults = faultsOf(text)
    assert.ok(faults.length > 0 && faults.length <= 25, what)
    for (const fault of faults) assert.ok(fault.line >= 1 && fault.column >= 1, what)
  }
})

test('a policy cut off or with a letter changed anywhere is read or refused, never a crash', () => {
  const text = sampleText()
  fc.assert(
    fc.property(fc.nat(text.length - 1), fc.string({ maxLength: 3 }), (at, put) => {
      for (const bent of [text.slice(0, at), text.slice(0, at) + put + text.slice(at + 1)]) {
        for (const fault of faultsOf(bent)) assert.ok(faultText('sample', fault).startsWith('sample:'))
      }
    }),
    { numRuns: 60 },
  )
})
