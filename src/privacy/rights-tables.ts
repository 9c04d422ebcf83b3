import type { PatronId } from '#core'
import { coded, declareTable, free, identity, moment, none, staffMember } from './declare.ts'

export const RIGHTS_CASE_KINDS = ['correction', 'restriction', 'objection', 'erasure'] as const

export type RightsCaseKind = (typeof RIGHTS_CASE_KINDS)[number]

export interface RightsCaseRow {
  id: string
  patron_id: PatronId
  kind: RightsCaseKind
  wish: string
  received_at: Temporal.Instant
  due_on: Temporal.PlainDate
  extended_because: string | null
  outcome: 'granted' | 'refused' | 'withdrawn' | null
  answer: string | null
  answered_by: string | null
  closed_at: Temporal.Instant | null
}

export const rightsCase = declareTable<RightsCaseRow>({
  name: 'rights_case',
  label: { da: 'sager om dine rettigheder', en: 'cases about your rights' },
  about: 'patron',
  subject: 'patron_id',
  moments: {
    closed: { column: 'closed_at', label: { da: 'sagen er afsluttet', en: 'the case was closed' } },
  },
  actions: ['delete'],
  followsAccount: true,
  onErasure: 'delete',
  core: true,
  columns: {
    id: none,
    patron_id: identity('Låner', 'Patron'),
    kind: coded('Hvad du bad om', 'What you asked for', {
      correction: ['rettelse', 'correction'],
      restriction: ['begrænsning', 'restriction'],
      objection: ['indsigelse', 'objection'],
      erasure: ['sletning', 'erasure'],
    }),
    wish: free('Det, du skrev', 'What you wrote'),
    received_at: moment('Modtaget', 'Received'),
    due_on: moment('Svar senest', 'Answer due'),
    extended_because: free('Forlænget, fordi', 'Extended because'),
    outcome: coded('Udfald', 'Outcome', {
      granted: ['imødekommet', 'granted'],
      refused: ['afvist', 'refused'],
      withdrawn: ['trukket tilbage', 'withdrawn'],
    }),
    answer: free('Svar', 'Answer'),
    answered_by: staffMember('Besvaret af', 'Answered by'),
    closed_at: moment('Afsluttet', 'Closed'),
  },
})
