import type { Language, PatronId, Text2 } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'
import { dateText, instantText } from '#web'
import { type Declaration, dataName, patronTables, type Register } from './declare.ts'
import { exportTexts as words } from './export-texts.ts'
import { fieldOf, type NameOf } from './export-values.ts'
import { LAW } from './law.ts'
import { fieldTexts } from './notice-holdings.ts'
import { dataLabel, endText } from './notice-period-text.ts'
import { capital, listText, texts } from './notice-texts.ts'
import { ENROLMENT, RIGHTS, SOURCES } from './notice-words.ts'
import { endsOn } from './period.ts'
import type { Clause, Policy } from './policy.ts'
import { policyOf } from './published.ts'

/** One value of a row: as it is stored, and as it is read. */
export interface ExportField {
  readonly column: string
  readonly label: string
  readonly value: string | number | boolean | readonly string[]
  readonly text: string
}

export interface ExportRow {
  readonly fields: readonly ExportField[]
  /** The day whose night takes the row away, when it is known. */
  readonly ends_on: string | null
  /** When the row goes, and what keeps it back, in whole sentences. */
  readonly end: readonly string[]
}

export interface ExportTable {
  readonly data: string
  readonly label: string
  readonly purposes: readonly string[]
  readonly rows: readonly ExportRow[]
}

interface Named {
  readonly name: string
  readonly text: string
}

/** A person's copy of their data and all that Article 15 says must go with it. The same for each of its forms. */
export interface PersonExport {
  readonly language: Language
  readonly title: string
  readonly lead: string
  readonly made: string
  readonly made_at: string
  readonly policy_version: number
  readonly controller: string
  readonly dpo: string
  readonly tables: readonly ExportTable[]
  /** What the library may hold about somebody and does not hold about this person. */
  readonly nothing: readonly string[]
  readonly files: readonly Named[]
  readonly purposes: readonly (Named & { readonly basis: string })[]
  readonly sources: readonly Named[]
  readonly recipients: readonly {
    readonly name: string
    readonly fields: string
    readonly purpose: string
    readonly place: string
    readonly agreement: string
    readonly sub_processors: string
  }[]
  readonly automation: string
  readonly rights: readonly Named[]
}

type Row = Readonly<Record<string, unknown>>

/**
 * All that is held about one person: every row of every declared table, each with the day it goes and why it is kept.
 * Members of staff are not named, and what only proves or finds a person is told as "set". Undefined when there is no
 * such patron.
 * @param nameOf tells a title, an item or a branch by name; without it its id is shown
 */
export async function exportPerson(
  ctx: Context,
  register: Register,
  patron: PatronId,
  language: Language,
  nameOf: NameOf = async () => undefined,
): Promise<PersonExport | undefined> {
  const account = await ctx.db.maybe<Row>(sql`select * from patron where id = ${patron}`)
  if (!account) return undefined
  const { number, policy } = await policyOf(ctx)
  const held = await holdsOf(ctx, patron)
  const restricted =
    (await ctx.db.maybe(sql`
    select 1 from restriction where patron_id = ${patron} and ended_at is null`)) !== undefined
  const teller: Teller = { policy, register, language, held, restricted }
  const tables: ExportTable[] = []
  const nothing: string[] = []
  // The account first, as a reader thinks of it.
  for (const table of patronTables(register).sort((a, b) => Number(b.subject === 'id') - Number(a.subject === 'id'))) {
    const label = capital(table.label[language])
    const rows = await rowsOf(ctx, table, patron)
    if (rows.length === 0) {
      nothing.push(label)
      continue
    }
    const told: ExportRow[] = []
    for (const row of rows) {
      const fields: ExportField[] = []
      for (const column of Object.keys(table.columns)) {
        const field = await fieldOf(ctx, { table, column, value: row[column], person: patron, language, nameOf })
        if (field) fields.push(field)
      }
      told.push({ fields, ...endOf(teller, table, row) })
    }
    tables.push({ data: dataName(table.name), label, purposes: purposesOf(policy, table, language), rows: told })
  }
  const now = ctx.clock.now()
  return {
    language,
    title: words.title[language],
    lead: words.lead[language],
    made: words.made(instantText(now, language), number)[language],
    made_at: now.toString(),
    policy_version: number,
    tables,
    nothing,
    ...surroundings(teller),
  }
}

async function rowsOf(ctx: Context, table: Declaration, patron: PatronId): Promise<Row[]> {
  const order = 'id' in table.columns ? sql`order by id` : sql``
  return ctx.db.all<Row>(
    sql`select * from ${sql.id(table.name)} where ${sql.id(table.subject ?? 'id')} = ${patron} ${order}`,
  )
}

interface Held {
  readonly table_name: string
  readonly row_id: string
  readonly reason: string
  readonly until_on: Temporal.PlainDate | null
}

function holdsOf(ctx: Context, patron: PatronId): Promise<Held[]> {
  return ctx.db.all<Held>(sql`
    select table_name, row_id, reason, until_on from hold where patron_id = ${patron} and ended_at is null`)
}

interface Teller {
  readonly policy: Policy
  readonly register: Register
  readonly language: Language
  readonly held: readonly Held[]
  readonly restricted: boolean
}

/** What follows the account and is named by no purpose serves those of the account. */
function purposesOf(policy: Policy, table: Declaration, language: Language): string[] {
  const named = (data: string) => policy.purposes.filter((purpose) => purpose.data.includes(data))
  const own = named(dataName(table.name))
  const purposes = own.length === 0 && table.followsAccount ? named('patron') : own
  return purposes.map(({ name }) => name[language])
}

/** When a row goes, in the words of the clause that takes it. */
function endOf(teller: Teller, table: Declaration, row: Row): Pick<ExportRow, 'ends_on' | 'end'> {
  const { policy, language, held, restricted } = teller
  const clauses = policy.clauses.filter(({ data }) => data === dataName(table.name))
  const begun = clauses.flatMap((clause) => {
    const moment = row[table.moments[clause.from]?.column ?? '']
    if (!(moment instanceof Temporal.Instant) || clause.keep.startsWith('PT')) return []
    return [{ clause, day: endsOn(clause, moment, { yearBegins: policy.accounting['year-begins'] }) }]
  })
  // Where several moments have come, whichever ends first takes the row.
  const [first] = begun.sort((a, b) => Temporal.PlainDate.compare(a.day, b.day))
  const isEmptied = table.redacts !== undefined && row[table.redacts.done] !== null
  const sentences: Text2[] = []
  if (isEmptied) sentences.push(words.emptied)
  else if (first) sentences.push(dayOfEnd(table, first.clause, dateText(first.day, language)))
  else if (clauses.length > 0)
    sentences.push(...waiting(clauses, teller.register), ...(table.followsAccount ? [words.withAccount] : []))
  else sentences.push(table.followsAccount ? words.withAccountOnly : words.noClause)
  if (typeof table.onErasure === 'object') sentences.push(words.keptByLaw(table.onErasure.keep))
  for (const { reason, until_on } of held.filter(
    ({ table_name, row_id }) => table_name === table.name && row_id === row.id,
  )) {
    sentences.push(until_on ? words.heldUntil(reason, dateText(until_on, language)) : words.held(reason))
  }
  if (restricted) sentences.push(words.restricted)
  return {
    ends_on: first && !isEmptied && !table.redacts ? first.day.toString() : null,
    end: sentences.map((sentence) => sentence[language]),
  }
}

function dayOfEnd(table: Declaration, clause: Clause, day: string): Text2 {
  if (table.subject === 'id') return words.accountOn(day)
  if (clause.action === 'redact') return words.emptiedOn(day)
  return clause.action === 'anonymise' || clause.count?.length ? words.anonymisedOn(day) : words.forgottenOn(day)
}

function waiting(clauses: readonly Clause[], register: Register): Text2[] {
  return clauses.map((clause, index) => {
    const rule = endText(clause, register)
    return index === 0 ? words.noDayYet(rule) : rule
  })
}

/** What the policy says around the data: purposes, sources, recipients, rights. */
function surroundings({ policy, register, language }: Teller) {
  const { controller, dpo, authority } = policy
  const contact = (parts: readonly (string | undefined)[]) => parts.filter(Boolean).join(', ')
  const nameOfPurpose = (id: string) => policy.purposes.find((purpose) => purpose.id === id)?.name[language] ?? id
  const files = policy.clauses.filter(({ data }) => register.files.some(({ name }) => name === data))
  const profiles = policy.information.some(({ id }) => id === 'automation')
  return {
    controller: contact([
      controller.name,
      controller.unit,
      controller.address,
      controller.email,
      controller.phone,
      controller.website,
    ]),
    dpo: contact([dpo.email, dpo.address, dpo.phone, dpo.website]),
    files: files.map((clause) => ({
      name: capital(dataLabel(register, clause.data)[language]),
      text: endText(clause, register)[language],
    })),
    purposes: policy.purposes.map((purpose) => ({
      name: purpose.name[language],
      text: purpose.text[language],
      basis: capital(listText(purpose.basis.map((law) => LAW[law]))[language]),
    })),
    sources: policy.enrolment.map((field) => ({
      name: ENROLMENT[field.field][language],
      text: SOURCES[field.from][language],
    })),
    recipients: policy.recipients
      .filter(({ active }) => active)
      .map((recipient) => ({
        name: recipient.name,
        fields: capital(listText(fieldTexts(register, recipient.fields))[language]),
        purpose: nameOfPurpose(recipient.purpose),
        place: recipient.place[language],
        agreement: recipient.agreement[language],
        sub_processors: recipient['sub-processors'].join(', '),
      })),
    automation: [texts.automation, profiles ? texts.someProfiling : texts.noProfiling]
      .map((text) => text[language])
      .join(' '),
    rights: policy.rights.map(({ right, how }) => ({
      name: RIGHTS[right][language],
      text:
        right === 'complaint'
          ? `${how[language]} ${texts.authority(authority.name, authority.website)[language]}`
          : how[language],
    })),
  }
}
