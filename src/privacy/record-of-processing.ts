import type { Language, Text2 } from '#core'
import { type Declaration, findTable, type Register } from './declare.ts'
import { featureOn } from './features.ts'
import { LAW } from './law.ts'
import { fieldTexts } from './notice-holdings.ts'
import { dataLabel, endText } from './notice-period-text.ts'
import type { Policy } from './policy.ts'

/** What Article 30(1) of the General Data Protection Regulation asks a controller to have ready, purpose by purpose. */
export interface RecordOfProcessing {
  /** 30(1)(a) */
  readonly controller: Policy['controller']
  readonly dpo: Policy['dpo']
  readonly activities: readonly Activity[]
  /** 30(1)(g), in general words. */
  readonly security: readonly string[]
}

export interface Activity {
  readonly id: string
  /** 30(1)(b) */
  readonly purpose: string
  readonly text: string
  readonly basis: readonly string[]
  /** 30(1)(c) */
  readonly persons: readonly string[]
  readonly data: readonly {
    readonly name: string
    readonly label: string
    readonly columns: readonly string[]
    /** False of what the policy speaks of and no room holds yet. */
    readonly inUse: boolean
    /** 30(1)(f) */
    readonly ends: readonly string[]
  }[]
  /** 30(1)(d) and (e) */
  readonly recipients: readonly {
    readonly name: string
    readonly role: 'processor' | 'controller'
    readonly fields: readonly string[]
    readonly place: string
    readonly agreement: string
    readonly subProcessors: readonly string[]
    readonly active: boolean
  }[]
}

/** Makes the record of processing activities from the policy and what is declared. */
export function recordOfProcessing(policy: Policy, register: Register, language: Language): RecordOfProcessing {
  return {
    controller: policy.controller,
    dpo: policy.dpo,
    activities: policy.purposes.map((purpose) => ({
      id: purpose.id,
      purpose: purpose.name[language],
      text: purpose.text[language],
      basis: purpose.basis.map((law) => LAW[law][language]),
      persons: personsOf(purpose.data, register).map((persons) => PERSONS[persons][language]),
      data: purpose.data.map((name) => ({
        name,
        label: dataLabel(register, name)[language],
        columns: columnsOf(findTable(register, name), language),
        inUse: featureOn(policy, register, name),
        ends: policy.clauses
          .filter((clause) => clause.data === name)
          .map((clause) => endText(clause, register)[language]),
      })),
      recipients: policy.recipients
        .filter((recipient) => recipient.purpose === purpose.id)
        .map((recipient) => ({
          name: recipient.name,
          role: recipient.role,
          fields: fieldTexts(register, recipient.fields).map((text) => text[language]),
          place: recipient.place[language],
          agreement: recipient.agreement[language],
          subProcessors: recipient['sub-processors'],
          active: recipient.active,
        })),
    })),
    security: SECURITY.map((measure) => measure[language]),
  }
}

type Persons = 'patron' | 'staff'

/** Files and what is planned are about patrons unless a declaration says otherwise. */
function personsOf(data: readonly string[], register: Register): Persons[] {
  const about = data.map((name) => findTable(register, name)?.about ?? 'patron')
  return (['patron', 'staff'] as const).filter((persons) => about.includes(persons))
}

function columnsOf(table: Declaration | undefined, language: Language): string[] {
  return Object.values(table?.columns ?? {}).flatMap((column) => column.label?.[language] ?? [])
}

const PERSONS: Readonly<Record<Persons, Text2>> = {
  patron: { da: 'Lånere, og værger for børn', en: 'Patrons, and guardians of children' },
  staff: { da: 'Medarbejdere', en: 'Staff' },
}

const SECURITY: readonly Text2[] = [
  {
    da: 'Hvert bibliotek har sit eget skema og sin egen bruger i databasen og kan ikke se de andres.',
    en: 'Each library has a schema and a user of its own in the database and cannot see the others’.',
  },
  {
    da: 'CPR-numre og beskyttede adresser er krypteret med en nøgle for hver person. Nøglerne ligger i en anden database.',
    en: 'CPR numbers and protected addresses are encrypted with a key for each person. The keys lie in another database.',
  },
  {
    da: 'Personalets opslag på en låner bliver skrevet ned, og låneren kan læse listen.',
    en: 'When staff look at a patron it is written down, and the patron can read the list.',
  },
  {
    da: 'Sletningen kører hver nat efter den offentliggjorte politik, og hver kørsel efterlader tal, der ikke kan ændres uden at det ses.',
    en: 'Deletion runs every night by the published policy, and each run leaves numbers that cannot be changed unseen.',
  },
  {
    da: 'En politik ændres kun, når én medarbejder har foreslået det og en anden har godkendt det.',
    en: 'A policy is changed only when one member of staff has proposed it and another has approved it.',
  },
]
