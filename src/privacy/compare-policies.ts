import type { Text2 } from '#core'
import { AGES, clauseText, FIELDS, texts } from './compare-texts.ts'
import { findTable, type Register } from './declare.ts'
import { periodText } from './period-text.ts'
import { clauseName } from './plan.ts'
import { PLANNED } from './planned.ts'
import type { Clause, Policy } from './policy.ts'

/** Libraries side by side: what each says of each topic. A cell is null where the library says nothing. */
export interface Comparison {
  readonly agencies: readonly string[]
  readonly rows: readonly {
    /** Such as `loan/settled` or `age/photo-id-from`. */
    readonly id: string
    readonly topic: Text2
    readonly cells: readonly (Text2 | null)[]
    /** Whether all the libraries say the same. */
    readonly alike: boolean
  }[]
}

interface Entry {
  readonly id: string
  readonly topic: Text2
  readonly cell: Text2
}

export function comparePolicies(policies: readonly Policy[], register: Register): Comparison {
  const columns = policies.map((policy) => new Map(entriesOf(policy, register).map((entry) => [entry.id, entry])))
  const topics = new Map(columns.flatMap((column) => [...column.values()].map(({ id, topic }) => [id, topic] as const)))
  return {
    agencies: policies.map((policy) => policy.agency),
    rows: [...topics]
      .map(([id, topic]) => {
        const cells = columns.map((column) => column.get(id)?.cell ?? null)
        return { id, topic, cells, alike: cells.every((cell) => cell?.en === cells[0]?.en) }
      })
      .sort((a, b) => placeOf(a.id) - placeOf(b.id)),
  }
}

/** The groups of topics, in the order they are shown; within one the first library's order holds. */
const GROUPS = ['clause', 'enrolment', 'age', 'recipient', 'backup', 'statistics']

function placeOf(id: string): number {
  return GROUPS.indexOf(id.split(':')[0] ?? '')
}

function entriesOf(policy: Policy, register: Register): Entry[] {
  return [
    ...policy.clauses.map((clause) => ({
      id: `clause:${clauseName(clause)}`,
      topic: clauseTopic(clause, register),
      cell: clauseText(clause),
    })),
    ...policy.enrolment.map((entry) => ({
      id: `enrolment:${entry.field}`,
      topic: texts.onEnrolment(FIELDS[entry.field]),
      cell: entry.required ? texts.required : texts.optional,
    })),
    ...policy.ages.map((age) => ({
      id: `age:${age.rule}`,
      topic: AGES[age.rule],
      cell: periodText(`P${age.years}Y`),
    })),
    ...recipientEntries(policy),
    {
      id: 'backup:data',
      topic: texts.backups,
      cell: periodText(`P${policy.backup['keep-days']}D`),
    },
    {
      id: 'statistics:smallest-cell',
      topic: texts.smallestCell,
      cell: texts.number(policy.statistics['smallest-cell']),
    },
  ]
}

/** Purposes have names of each library's own; their id is what they share. */
function recipientEntries(policy: Policy): Entry[] {
  const active = policy.recipients.filter((recipient) => recipient.active)
  return [...Map.groupBy(active, (recipient) => recipient.purpose)].map(([purpose, recipients]) => {
    const name = policy.purposes.find(({ id }) => id === purpose)?.name ?? { da: purpose, en: purpose }
    const list = [...new Set(recipients.map((recipient) => recipient.name))].sort().join(', ')
    return {
      id: `recipient:${purpose}`,
      topic: texts.recipients(name),
      cell: { da: list, en: list },
    }
  })
}

function clauseTopic(clause: Clause, register: Register): Text2 {
  const table = findTable(register, clause.data)
  const file = register.files.find(({ name }) => name === clause.data)
  const label = table?.label ?? file?.label ?? PLANNED[clause.data]?.label ?? { da: clause.data, en: clause.data }
  const from = table?.moments[clause.from]?.label ?? file?.momentLabel
  return from ? texts.countedFrom(label, from) : label
}
