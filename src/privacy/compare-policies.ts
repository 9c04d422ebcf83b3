import type { Text2 } from '#core'
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
      topic: { da: `Ved indmeldelse: ${FIELDS[entry.field].da}`, en: `On enrolment: ${FIELDS[entry.field].en}` },
      cell: entry.required ? { da: 'krævet', en: 'required' } : { da: 'frivilligt', en: 'optional' },
    })),
    ...policy.ages.map((age) => ({
      id: `age:${age.rule}`,
      topic: AGES[age.rule],
      cell: periodText(`P${age.years}Y`),
    })),
    ...recipientEntries(policy),
    {
      id: 'backup:data',
      topic: { da: 'Sikkerhedskopier gemmes', en: 'Backups are kept' },
      cell: periodText(`P${policy.backup['keep-days']}D`),
    },
    {
      id: 'statistics:smallest-cell',
      topic: { da: 'Mindste tal i offentliggjort statistik', en: 'Smallest number in published statistics' },
      cell: { da: String(policy.statistics['smallest-cell']), en: String(policy.statistics['smallest-cell']) },
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
      topic: { da: `Modtagere: ${name.da}`, en: `Recipients: ${name.en}` },
      cell: { da: list, en: list },
    }
  })
}

function clauseTopic(clause: Clause, register: Register): Text2 {
  const table = findTable(register, clause.data)
  const file = register.files.find(({ name }) => name === clause.data)
  const label = table?.label ?? file?.label ?? PLANNED[clause.data]?.label ?? { da: clause.data, en: clause.data }
  const from = table?.moments[clause.from]?.label ?? file?.momentLabel
  if (!from) return label
  return { da: `${label.da} (regnet fra: ${from.da})`, en: `${label.en} (counted from: ${from.en})` }
}

function clauseText(clause: Clause): Text2 {
  const period = periodText(clause.keep)
  const about = clause.approx ? { da: 'ca. ', en: 'about ' } : { da: '', en: '' }
  const year = clause['round-up']
    ? { da: ' efter regnskabsåret', en: ' after the accounting year' }
    : { da: '', en: '' }
  const action = ACTIONS[clause.action]
  return {
    da: `${about.da}${period.da}${year.da}, ${action.da}`,
    en: `${about.en}${period.en}${year.en}, ${action.en}`,
  }
}

const ACTIONS: Record<Clause['action'], Text2> = {
  delete: { da: 'så slettet', en: 'then deleted' },
  anonymise: { da: 'så kun et tal', en: 'then only a number' },
  redact: { da: 'så uden indhold', en: 'then without content' },
}

const FIELDS: Record<Policy['enrolment'][number]['field'], Text2> = {
  cpr: { da: 'CPR-nummer', en: 'CPR number' },
  name: { da: 'navn', en: 'name' },
  address: { da: 'adresse', en: 'address' },
  email: { da: 'e-mail', en: 'e-mail' },
  phone: { da: 'telefon', en: 'telephone' },
  'birth-date': { da: 'fødselsdato', en: 'date of birth' },
  pin: { da: 'pinkode', en: 'PIN' },
  guardian: { da: 'værge', en: 'guardian' },
  protection: { da: 'navne- og adressebeskyttelse', en: 'protected name and address' },
  'home-branch': { da: 'tilhørsfilial', en: 'home branch' },
  language: { da: 'sprog', en: 'language' },
  municipality: { da: 'kommune', en: 'municipality' },
}

const AGES: Record<Policy['ages'][number]['rule'], Text2> = {
  'guardian-signature-under': { da: 'Værge skriver under for dem under', en: 'A guardian signs for those under' },
  'photo-id-from': { da: 'Billed-id fra', en: 'Photo identification from' },
  'self-enrolment-from': { da: 'Kan melde sig ind selv fra', en: 'May enrol themselves from' },
  'digital-consent-from': { da: 'Kan selv sige ja på nettet fra', en: 'May consent online themselves from' },
  'adult-from': { da: 'Voksen fra', en: 'Adult from' },
  'open-library-from': { da: 'Lukker sig selv ind fra', en: 'Let themselves in from' },
}
