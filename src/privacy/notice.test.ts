import assert from 'node:assert/strict'
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, test } from 'node:test'
import type { Language } from '#core'
import { findField, findTable, makeNotice, type Notice, noticeText, PLANNED, type Policy, readPolicy } from '#privacy'
import { clauseOf, sampleClause, sampleText } from '../../test/support/policy.ts'
import { register } from '../rooms.ts'
import { COUNTERS, FIELDS, PLANNED_MOMENTS } from './notice-words.ts'

const ROOT = join(import.meta.dirname, '..', '..')
const GOLDEN = join(ROOT, 'test', 'golden', 'notice')
const AGENCIES = ['fredensborg', 'glostrup', 'herning', 'ishoj', 'stevns']
const LANGUAGES: readonly Language[] = ['da', 'en']
const DAY = Temporal.PlainDate.from('2025-01-01')

function policyOf(text: string): Policy {
  const read = readPolicy(text, register)
  assert.ok(read.ok, read.ok ? '' : JSON.stringify(read.refusal, null, 2))
  return read.value
}

function noticeOf(policy: Policy, language: Language): Notice {
  return makeNotice({ number: 1, effective_on: DAY, policy }, register, language)
}

function real(agency: string): Policy {
  return policyOf(readFileSync(join(ROOT, 'policies', `${agency}.yaml`), 'utf8'))
}

for (const agency of AGENCIES) {
  for (const language of LANGUAGES) {
    test(`the notice of ${agency} reads as it was approved (${language})`, () => {
      const file = join(GOLDEN, `${agency}.${language}.txt`)
      const text = noticeText(noticeOf(real(agency), language))
      if (process.env.UPDATE_GOLDEN === '1') {
        mkdirSync(GOLDEN, { recursive: true })
        writeFileSync(file, text)
      }
      assert.equal(text, readFileSync(file, 'utf8'))
    })
  }
}

function* sentencesOf(notice: Notice): Generator<{ text: string; source: string }> {
  for (const section of notice.sections) {
    for (const block of section.blocks) {
      if (block.kind === 'paragraph') yield* block.sentences
      if (block.kind === 'list') yield* block.items
      if (block.kind === 'entries') for (const entry of block.entries) yield* entry.sentences
      if (block.kind === 'table') for (const row of block.rows) yield { text: row.cells.join(' '), source: row.source }
    }
  }
}

function textFrom(notice: Notice, source: string): string {
  return [...sentencesOf(notice)]
    .filter((sentence) => sentence.source === source)
    .map(({ text }) => text)
    .join(' ')
}

for (const agency of AGENCIES) {
  test(`all that ${agency} decided is told, and every sentence names where it comes from`, () => {
    const policy = real(agency)
    const notice = noticeOf(policy, 'da')
    const told = new Set([...sentencesOf(notice)].map(({ source }) => source))
    const decided = [
      'controller',
      'dpo',
      'authority',
      'storage',
      'accounting',
      'backup',
      'statistics',
      'publication',
      ...policy.clauses.map((clause) => `clause ${clause.data}/${clause.from}`),
      ...policy.purposes.map(({ id }) => `purpose ${id}`),
      ...policy.enrolment.map(({ field }) => `enrolment ${field}`),
      ...policy.ages.map(({ rule }) => `age ${rule}`),
      ...policy.recipients.filter(({ active }) => active).map(({ id }) => `recipient ${id}`),
      ...policy.rights.map(({ right }) => `right ${right}`),
      ...policy.information.map(({ id }) => `information ${id}`),
      ...policy.decisions.map(({ number }) => `decision ${number}`),
    ]
    assert.deepEqual(
      decided.filter((source) => !told.has(source)),
      [],
    )
    assert.ok([...told].every((source) => /^[a-z-]+( [a-z0-9/_-]+)?$/.test(source)))
  })
}

test('both languages tell the same things in the same order', () => {
  for (const agency of AGENCIES) {
    const policy = real(agency)
    const [da, en] = LANGUAGES.map((language) =>
      [...sentencesOf(noticeOf(policy, language))].map(({ source }) => source),
    )
    assert.deepEqual(da, en)
  }
})

test('a notice says all that Articles 13 and 14 ask for', () => {
  const policy = real('fredensborg')
  const text = noticeText(noticeOf(policy, 'da')).replace(/\s+/g, ' ')
  for (const [asked, answer] of [
    ['13(1)(a) the controller and how to reach it', 'Fredensborg Kommune'],
    ['13(1)(b) the data protection officer', 'E-mail: dpo@fredensborg.dk'],
    ['13(1)(c) purposes and legal basis', 'Det gør vi efter databeskyttelsesforordningens artikel 6, stk. 1, litra e'],
    ['14(1)(d) categories of data', 'Lånernummer (tilfældigt); navn; fødselsdato'],
    ['13(1)(e) recipients', 'Gældsstyrelsen'],
    ['13(1)(f) third countries', 'Nogle kan være uden for EU og EØS; så står grundlaget under aftalen.'],
    ['13(2)(a) how long', 'Slettes 30 dage efter, at du har afleveret'],
    ['13(2)(b) rights', 'Gøre indsigelse'],
    ['13(2)(c) withdrawing a consent', 'Du kan sige nej igen når som helst'],
    ['13(2)(d) complaint', 'Datatilsynet fører tilsyn med os'],
    ['13(2)(e) whether data must be given', 'Ingen lov siger, at du skal være låner.'],
    ['13(2)(f) decisions by a program', 'Derudover træffer intet program afgørelser om dig'],
    ['14(2)(f) the source', 'Kommer fra: CPR-registret'],
  ]) {
    assert.ok(text.includes(answer as string), `${asked}: ${answer}`)
  }
})

describe('a period is told as a person would say it', () => {
  const told = (change: Record<string, unknown>, language: Language = 'da', data = 'fee') => {
    const policy = policyOf(sampleText((sample) => Object.assign(clauseOf(sample, data), change)))
    const { from } = policy.clauses.find((clause) => clause.data === data) ?? { from: '' }
    return textFrom(noticeOf(policy, language), `clause ${data}/${from}`)
  }
  for (const [name, change, da, en] of [
    [
      'days',
      { keep: 'P30D' },
      'Slettes 30 dage efter, at gebyret er betalt.',
      'Deleted 30 days after the fee was paid.',
    ],
    ['one day', { keep: 'P1D' }, 'Slettes 1 dag efter, at gebyret er betalt.', 'Deleted 1 day after the fee was paid.'],
    ['a year', { keep: 'P1Y' }, 'Slettes 1 år efter, at gebyret er betalt.', 'Deleted 1 year after the fee was paid.'],
    [
      'months and years',
      { keep: 'P1Y6M' },
      'Slettes 1 år og 6 måneder efter, at gebyret er betalt.',
      'Deleted 1 year and 6 months after the fee was paid.',
    ],
    [
      'about a week',
      { keep: 'P7D', approx: true },
      'Slettes omkring en uge efter, at gebyret er betalt.',
      'Deleted about a week after the fee was paid.',
    ],
    [
      'from the end of the accounting year',
      { keep: 'P3Y', 'round-up': 'accounting-year' },
      'Slettes 3 år fra udgangen af det regnskabsår, hvor gebyret er betalt.',
      'Deleted 3 years from the end of the accounting year in which the fee was paid.',
    ],
  ] as const) {
    test(name, () => {
      assert.equal(told(change), da)
      assert.equal(told(change, 'en'), en)
    })
  }
  test('at once, by the command that ends it', () => {
    assert.equal(
      told({}, 'da', 'reservation'),
      'Slettes med det samme, når du har lånt materialet, eller reserveringen er slettet.',
    )
  })
  test('the same day, by the nightly work', () => {
    assert.equal(told({ keep: 'P0D' }, 'da', 'session'), 'Slettes senest natten efter, at login er udløbet.')
  })
  test('after a thing rather than something that happens', () => {
    assert.equal(told({}, 'da', 'access-log'), 'Slettes 1 år efter opslaget.')
  })
  test('within hours', () => {
    const hours = { ...sampleClause('pc-session', 'ended', 'PT24H') }
    const policy = policyOf(sampleText((sample) => sample.clauses.push(hours)))
    const text = (language: Language) => textFrom(noticeOf(policy, language), 'clause pc-session/ended')
    assert.equal(text('da'), 'Slettes inden for 24 timer efter, at du har logget af.')
    assert.equal(text('en'), 'Deleted within 24 hours after you logged off.')
  })
})

test('a clause whose data no room holds yet is marked as not in the system', () => {
  const policy = policyOf(sampleText((sample) => sample.clauses.push(sampleClause('photo', 'taken', 'P1D'))))
  const entries = noticeOf(policy, 'da').sections.flatMap(({ blocks }) =>
    blocks.flatMap((block) => (block.kind === 'entries' ? block.entries : [])),
  )
  assert.equal(entries.find(({ id }) => id === 'clause-photo-taken')?.mark, 'Ikke i systemet endnu')
  assert.equal(entries.find(({ id }) => id === 'clause-fee-settled')?.mark, undefined)
})

test('a recipient whose place is not known to be in the EU or EEA takes back the promise that nothing leaves them', () => {
  const text = (place: string) => {
    const policy = policyOf(
      sampleText((sample) => Object.assign(sample.recipients[0] ?? {}, { place: { da: place, en: place } })),
    )
    return noticeText(noticeOf(policy, 'en')).replace(/\s+/g, ' ')
  }
  assert.match(text('Denmark'), /We send no data to countries outside/)
  assert.doesNotMatch(text('USA'), /We send no data to countries outside/)
  assert.doesNotMatch(text('Denmark or the USA'), /We send no data to countries outside/)
})

test('what is planned, counted or handed over has words of its own', () => {
  const planned = Object.entries(PLANNED).flatMap(([data, { moments }]) => moments.map((moment) => `${data}/${moment}`))
  assert.deepEqual(
    planned.filter((name) => !PLANNED_MOMENTS[name]),
    [],
  )
  assert.deepEqual(
    Object.keys(FIELDS).filter((field) => !findField(register, field)),
    [],
  )
  const counters = Object.keys(findTable(register, 'loan')?.statistics ?? {})
  assert.ok(COUNTERS[counters.toSorted().join(' ')])
  for (const counter of counters) assert.ok(COUNTERS[counter])
})

test('no sentence is left with a word of the program in it', () => {
  for (const agency of AGENCIES) {
    for (const language of LANGUAGES) {
      for (const { text } of sentencesOf(noticeOf(real(agency), language))) {
        assert.doesNotMatch(text, /undefined|\bnull\b|\bP\d+[DYM]\b|\w_\w|\[object/)
      }
    }
  }
})
