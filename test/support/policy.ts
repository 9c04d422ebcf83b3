import { stringify } from 'yaml'

/** A policy as plain values, to be bent by a test before it becomes text. */
export interface SamplePolicy {
  [key: string]: unknown
  clauses: Record<string, unknown>[]
  purposes: Record<string, unknown>[]
  recipients: Record<string, unknown>[]
  decisions: Record<string, unknown>[]
  rights: Record<string, unknown>[]
  backup: Record<string, unknown>
  dpo: Record<string, unknown>
}

export const NOTICE = 'notice line 1'

export function two(text: string): { da: string; en: string } {
  return { da: `${text} (da)`, en: text }
}

export function sampleClause(data: string, from: string, keep: string, action = 'delete'): Record<string, unknown> {
  return { data, purpose: 'lending', from, keep, action, basis: ['gdpr-6-1-e'], says: NOTICE }
}

const CLAUSES = [
  sampleClause('patron', 'last-active', 'P3Y'),
  sampleClause('loan', 'settled', 'P30D', 'anonymise'),
  sampleClause('reservation', 'ended', 'P0D'),
  sampleClause('fee', 'settled', 'P30D'),
  sampleClause('compensation', 'settled', 'P1Y'),
  sampleClause('payment', 'paid', 'P1Y'),
  {
    ...sampleClause('bookkeeping-entry', 'settled', 'P5Y'),
    'round-up': 'accounting-year',
    basis: ['municipal-accounts'],
  },
  sampleClause('message', 'sent', 'P30D', 'redact'),
  sampleClause('message', 'given-up', 'P30D', 'redact'),
  sampleClause('consent', 'withdrawn', 'P2Y'),
  sampleClause('rights-case', 'closed', 'P2Y'),
  sampleClause('access-log', 'seen', 'P1Y'),
  sampleClause('hold', 'ended', 'P1Y'),
  sampleClause('restriction', 'ended', 'P1Y'),
  sampleClause('disclosure', 'made', 'P1Y'),
  sampleClause('staff', 'left', 'P30D'),
  sampleClause('session', 'expires', 'P1D'),
  sampleClause('log-file', 'written', 'P14D'),
  sampleClause('backup', 'taken', 'P14D'),
  sampleClause('keys-backup', 'taken', 'P7D'),
  sampleClause('export-file', 'made', 'P7D'),
]

/** A faultless policy of an invented library, complete and no larger than it must be. */
export function samplePolicy(): SamplePolicy {
  return {
    agency: 'fredensborg',
    effective: '2025-01-01',
    languages: ['da', 'en'],
    controller: {
      name: 'Eksempel Kommune',
      unit: 'Eksempel Bibliotek',
      phone: '12 34 56 78',
      email: 'bibliotek@example.dk',
      website: 'https://example.dk',
      says: NOTICE,
    },
    dpo: { email: 'dpo@example.dk', says: NOTICE },
    authority: { name: 'Datatilsynet', website: 'https://www.datatilsynet.dk', says: NOTICE },
    storage: { place: two('In Denmark'), says: NOTICE },
    accounting: { 'year-begins': '01-01', says: NOTICE },
    decisions: [],
    enrolment: [{ field: 'cpr', required: true, from: 'patron', says: NOTICE }],
    ages: [{ rule: 'guardian-signature-under', years: 18, says: NOTICE }],
    purposes: [
      {
        id: 'lending',
        name: two('Lending'),
        text: two('We lend you materials.'),
        basis: ['gdpr-6-1-e', 'dbl-11-1'],
        data: ['identifier', ...CLAUSES.map(({ data }) => data)],
        says: NOTICE,
      },
    ],
    clauses: CLAUSES.map((clause) => ({ ...clause })),
    backup: { number: 7, 'keep-days': 14, 'keys-keep-days': 7, says: NOTICE },
    statistics: { 'smallest-cell': 5, says: NOTICE },
    publication: { 'stop-above-percent': 10, says: NOTICE },
    recipients: [
      {
        id: 'printer',
        name: 'Trykkeriet',
        role: 'processor',
        purpose: 'lending',
        fields: ['patron.name', 'patron.address'],
        place: two('Denmark'),
        agreement: two('A data processing agreement'),
        says: NOTICE,
      },
    ],
    rights: [
      'access',
      'rectification',
      'erasure',
      'restriction',
      'objection',
      'portability',
      'withdraw-consent',
      'complaint',
    ].map((right) => ({ right, how: two('Write to us.'), says: NOTICE })),
    information: [],
  }
}

/** The sample as YAML, after `change` has bent it. */
export function sampleText(change: (policy: SamplePolicy) => void = () => {}): string {
  const policy = samplePolicy()
  change(policy)
  return stringify(policy)
}

/** The clause of the sample that ends a kind of data. */
export function clauseOf(policy: SamplePolicy, data: string): Record<string, unknown> {
  const clause = policy.clauses.find((one) => one.data === data)
  if (!clause) throw new Error(`no clause for ${data}`)
  return clause
}
