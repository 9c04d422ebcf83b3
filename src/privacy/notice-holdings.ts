import type { Text2 } from '#core'
import { findField } from './check-policy.ts'
import type { Declaration, Register } from './declare.ts'
import { featureOn, plannedClauses } from './features.ts'
import { LAW } from './law.ts'
import { type Block, type Entry, information, type Row, saidBy, sourceOf, type Writer } from './notice-model.ts'
import { dataLabel, endText, leftText } from './notice-period-text.ts'
import { capital, listText, small, texts } from './notice-texts.ts'
import { AGES, ENROLMENT, FIELDS, SOURCES } from './notice-words.ts'
import { periodText } from './period-text.ts'
import type { Clause, Recipient } from './policy.ts'

export function data(w: Writer): Block[] {
  const { policy, language, register } = w
  const rows = policy.enrolment.map(
    (field): Row => ({
      cells: [
        ENROLMENT[field.field][language],
        (field.required ? texts.yes : texts.no)[language],
        SOURCES[field.from][language],
        field.without?.[language] ?? '',
      ],
      source: `enrolment ${field.field}`,
      ...saidBy(field.says, language),
    }),
  )
  // The account first, as a reader thinks of it; what rooms below it hold comes last.
  const account = register.tables.findIndex((table) => table.subject === 'id' && table.about === 'patron')
  const entries = [...register.tables.slice(account), ...register.tables.slice(0, account)]
    .filter((table) => table.about === 'patron' && featureOn(policy, register, table.name))
    .map((table) => ({
      term: capital(table.label[language]),
      sentences: [w.plain(columnsText(table), `table ${table.name}`)],
    }))
  return [
    { kind: 'paragraph', sentences: [w.plain(texts.notObliged, 'law')] },
    {
      kind: 'table',
      caption: texts.enrolmentCaption[language],
      head: texts.enrolmentHead[language],
      rows,
    },
    ...(policy.ages.length > 0
      ? ([
          { kind: 'heading', text: texts.ages[language] },
          {
            kind: 'list',
            items: policy.ages.map((age) => w.said(AGES[age.rule](age.years), `age ${age.rule}`, age.says)),
          },
        ] satisfies Block[])
      : []),
    ...(policy['open-library']?.['needs-surveillance']
      ? ([
          { kind: 'heading', text: texts.openLibrary[language] },
          {
            kind: 'paragraph',
            sentences: [w.said(texts.needsSurveillance, 'open-library', policy['open-library'].says)],
          },
        ] satisfies Block[])
      : []),
    ...information(w, 'data'),
    { kind: 'heading', text: texts.allColumns[language] },
    { kind: 'paragraph', sentences: [w.plain(texts.allColumnsText, 'program')] },
    { kind: 'entries', entries },
  ]
}

/** What a table's rows hold, column by column; whose row it is goes without saying. */
function columnsText(table: Declaration): Text2 {
  const labels = Object.entries(table.columns)
    .filter(([name]) => name !== table.subject)
    .flatMap(([, column]) => column.label ?? [])
  // That an amount is counted in øre matters to who reads a file, not here.
  const da = labels.map((label) => small(label.da.replace(/ i øre$/, '')))
  const en = labels.map((label) => small(label.en.replace(/ in øre$/, '')))
  return { da: `${capital(da.join('; '))}.`, en: `${capital(en.join('; '))}.` }
}

export function purposes(w: Writer): Block[] {
  const { policy, register, language } = w
  const isOff = (name: string) => !featureOn(policy, register, name)
  const entries = policy.purposes.map((purpose): Entry => {
    const source = `purpose ${purpose.id}`
    const allOff = purpose.data.length > 0 && purpose.data.every(isOff)
    const labels = purpose.data.map((name) => {
      const label = dataLabel(register, name)[language]
      return isOff(name) && !allOff ? `${label} (${small(texts.off[language])})` : label
    })
    return {
      id: `purpose-${purpose.id}`,
      term: purpose.name[language],
      ...(allOff ? { mark: texts.off[language] } : {}),
      lines: true,
      sentences: [
        w.said(purpose.text, source, purpose.says),
        ...(purpose.basis.includes('gdpr-6-1-a') ? [w.plain(texts.consent, source)] : []),
        ...(labels.length > 0 ? [w.plain(texts.uses(labels.join('; ')), source)] : []),
        w.plain(texts.basis(listText(purpose.basis.map((law) => LAW[law]))), source),
      ],
    }
  })
  return [{ kind: 'entries', entries }]
}

export function periods(w: Writer): Block[] {
  const { policy, register, language } = w
  const planned = new Set(plannedClauses(policy, register))
  const active = policy.clauses.filter((clause) => !planned.has(clause))
  const { accounting, backup, statistics } = policy
  const followers = register.tables.filter((table) => table.followsAccount)
  return [
    {
      kind: 'paragraph',
      sentences: [w.plain(texts.periodsText, 'program'), w.plain(texts.periodsExceptions, 'program')],
    },
    { kind: 'entries', entries: active.map((clause) => clauseEntry(w, clause)) },
    {
      kind: 'list',
      items: [
        w.plain(texts.follows(followers.map((table) => table.label[language]).join('; ')), 'clause patron/last-active'),
        w.said(texts.accountingYear(dayText(accounting['year-begins'])), 'accounting', accounting.says),
        w.said(
          texts.backups(
            backup.number,
            periodText(`P${backup['keep-days']}D`),
            periodText(`P${backup['keys-keep-days']}D`),
          ),
          'backup',
          backup.says,
        ),
        w.said(texts.smallestCell(statistics['smallest-cell']), 'statistics', statistics.says),
      ],
    },
    ...information(w, 'periods'),
    ...(planned.size > 0
      ? ([
          { kind: 'heading', text: texts.offHeading[language] },
          { kind: 'paragraph', sentences: [w.plain(texts.offText, 'program')] },
          {
            kind: 'entries',
            entries: [...planned].map((clause) => ({ ...clauseEntry(w, clause), mark: texts.off[language] })),
          },
        ] satisfies Block[])
      : []),
  ]
}

function clauseEntry(w: Writer, clause: Clause): Entry {
  const source = sourceOf(clause)
  const left = leftText(clause, w.register)
  return {
    id: `clause-${clause.data}-${clause.from}`,
    term: capital(dataLabel(w.register, clause.data)[w.language]),
    lines: true,
    sentences: [
      w.said(endText(clause, w.register), source, clause.says),
      ...(left ? [w.plain(left, source)] : []),
      ...(clause.why ? [w.plain(texts.why(clause.why), source)] : []),
    ],
  }
}

/** A day of the year, `01-01`, in words. */
function dayText(monthDay: string): Text2 {
  const { da, en } = texts.onDay(Temporal.PlainDate.from(`2025-${monthDay}`))
  return { da: da.replace(/ 2025$/, ''), en: en.replace(/ 2025$/, '') }
}

/** A place said in other words may lie anywhere, so that the notice does not promise it away. */
const INSIDE = /^(in )?(Denmark|(the )?EU( (or|and) (the )?EEA)?)$/i

export function recipients(w: Writer): Block[] {
  const { policy, language } = w
  const active = policy.recipients.filter((recipient) => recipient.active)
  const inactive = policy.recipients.filter((recipient) => !recipient.active)
  const said = new Set(inactive.map((recipient) => recipient.says))
  const off = texts.inactive(inactive.map((recipient) => recipient.name).join(', '))
  const inEurope = active.every((recipient) => INSIDE.test(recipient.place.en))
  return [
    ...(active.length === 0
      ? ([{ kind: 'paragraph', sentences: [w.plain(texts.noRecipients, 'recipients')] }] satisfies Block[])
      : ([
          { kind: 'paragraph', sentences: [w.plain(texts.recipientsText, 'law')] },
          {
            kind: 'table',
            caption: texts.recipientsCaption[language],
            head: texts.recipientsHead[language],
            rows: active.map((recipient) => recipientRow(w, recipient)),
          },
          {
            kind: 'paragraph',
            sentences: [w.plain(inEurope ? texts.noThirdCountry : texts.somePlaces, 'recipients')],
          },
        ] satisfies Block[])),
    ...(inactive.length > 0
      ? ([
          {
            kind: 'paragraph',
            sentences: [said.size === 1 ? w.said(off, 'recipients', [...said].join()) : w.plain(off, 'recipients')],
          },
        ] satisfies Block[])
      : []),
    ...information(w, 'recipients'),
  ]
}

function recipientRow(w: Writer, recipient: Recipient): Row {
  const { policy, register, language } = w
  const purpose = policy.purposes.find(({ id }) => id === recipient.purpose)
  const role = recipient.role === 'processor' ? texts.processor : texts.ownController
  const sub = recipient['sub-processors']
  const agreement = recipient.agreement[language].replace(/\.$/, '')
  const subText = sub.length > 0 ? `. ${texts.subProcessors(sub.join(', '))[language]}` : ''
  return {
    cells: [
      recipient.name,
      capital(listText(fieldTexts(register, recipient.fields))[language]),
      purpose?.name[language] ?? recipient.purpose,
      recipient.place[language],
      role[language],
      `${agreement}${subText}`,
    ],
    source: `recipient ${recipient.id}`,
    ...saidBy(recipient.says, language),
  }
}

/** What a recipient gets, as a reader says it: `patron.cpr` is "CPR-nummer". */
/** What fields are called, each word once: a bill has a number whether it is for a fee or for a loss. */
export function fieldTexts(register: Register, fields: readonly string[]): Text2[] {
  const texts = fields.map((field) => fieldText(register, field))
  return texts.filter(({ da }, at) => texts.findIndex((other) => other.da === da) === at)
}

export function fieldText(register: Register, field: string): Text2 {
  const known = FIELDS[field]
  if (known) return known
  const found = findField(register, field)
  if (found?.kind !== 'column') return dataLabel(register, field)
  const label = found.table.columns[found.column]?.label ?? { da: field, en: field }
  return { da: small(label.da), en: small(label.en) }
}
