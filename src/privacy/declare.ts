import type { Text2 } from '#core'
import type { Law } from './law.ts'

/**
 * What a column says about a person.
 * - `none`: nothing about anyone
 * - `identity`, `contact`, `borrowing`, `money`, `moment`, `free`: personal, exported under its label
 * - `sealed`: personal, readable only through the vault; exported opened
 * - `secret`: proves or finds a person without being readable, such as a hash; exported as "set"
 * - `staff`: which member of staff acted; exported without naming them
 */
export type ColumnClass =
  | 'none'
  | 'identity'
  | 'contact'
  | 'borrowing'
  | 'money'
  | 'moment'
  | 'free'
  | 'sealed'
  | 'secret'
  | 'staff'

export interface Column {
  readonly class: ColumnClass
  readonly label: Text2 | undefined
  /** How the words a column is limited to are told to people; one that is not named is told as it stands. */
  readonly words?: Readonly<Record<string, Text2>>
}

/** How a counter's column is made from the row: as it is, or cut to its month in Copenhagen. */
export type Coarse = 'whole' | 'month'

export interface Statistic<Row> {
  /** The counter's table; its columns are those of `by` (a month is called `month`) and `loans`. */
  readonly by: { readonly [K in keyof Row & string]?: Coarse }
}

export interface Moment<Row> {
  /** Null when the row goes by the command that ends it, so that only P0D can be promised. */
  readonly column: (keyof Row & string) | null
  /** Ends a sentence of the notice: "30 dage efter *at du har afleveret …*". */
  readonly label: Text2
}

/** What the law says of how long something is kept: a policy outside it is refused with the sentence. */
export interface Limit {
  readonly moment: string
  readonly atLeast?: string
  readonly atMost?: string
  readonly roundUp?: true
  readonly law: Law
  readonly sentence: Text2
}

export interface Declaration<Row = Record<string, unknown>> {
  /** The table's name; in a policy with hyphens for underscores. */
  readonly name: string
  /** Names the rows in a sentence of the notice: "lånte og afleverede materialer". */
  readonly label: Text2
  /** Whose row it is. `nobody`: the table says nothing about anyone. */
  readonly about: 'patron' | 'staff' | 'nobody'
  /** The column that holds the person's id; in `patron` and `staff` it is `id` itself. */
  readonly subject: (keyof Row & string) | null
  readonly moments: Readonly<Record<string, Moment<Row>>>
  readonly actions: readonly ('delete' | 'anonymise' | 'redact')[]
  /** While this column is null the row is open: its patron is not erased, and is told why. */
  readonly openUntil?: { readonly column: keyof Row & string; readonly because: Text2 }
  /** Every row is open as long as it exists. */
  readonly openWhileThere?: Text2
  /** Ends with the account when no clause of its own ends it sooner. */
  readonly followsAccount?: true
  /** What becomes of the rows when the person is erased; `keep` only where a law says so. */
  readonly onErasure: 'delete' | 'anonymise' | { readonly keep: Text2 }
  readonly statistics?: Readonly<Record<string, Statistic<Row>>>
  /** For `redact`: the columns emptied, and the one that then says when. */
  readonly redacts?: { readonly columns: readonly (keyof Row & string)[]; readonly done: keyof Row & string }
  readonly limits?: readonly Limit[]
  /** Its room ends its rows by the hour, so that a clause may count hours; no night runs for such a clause. */
  readonly byTheHour?: true
  /** Its moments are in the world's time, which no time machine moves: sessions, for one. */
  readonly realTime?: true
  /** A policy that is silent about it is refused; of any other table silence keeps the feature off. */
  readonly core?: true
  readonly columns: { readonly [K in keyof Row & string]-?: Column }
}

/** Personal data that lie in files rather than rows. A clause ends them too; their room removes them. */
export interface FileDeclaration {
  readonly name: string
  readonly label: Text2
  readonly moment: string
  readonly momentLabel: Text2
  readonly limits?: readonly Limit[]
}

/** Declares a table. A column left out does not compile. */
export function declareTable<Row>(declaration: Declaration<Row>): Declaration {
  return declaration as unknown as Declaration
}

export const none: Column = { class: 'none', label: undefined }

function labelled(kind: ColumnClass): (da: string, en: string) => Column {
  return (da, en) => ({ class: kind, label: { da, en } })
}

export const identity = labelled('identity')
export const contact = labelled('contact')
export const borrowing = labelled('borrowing')
export const money = labelled('money')
export const moment = labelled('moment')
export const free = labelled('free')
export const sealed = labelled('sealed')
export const secret = labelled('secret')
export const staffMember = labelled('staff')

/** One of a few words about who somebody is here, each told in Danish and English. */
export function coded(
  da: string,
  en: string,
  words: Readonly<Record<string, readonly [da: string, en: string]>>,
): Column {
  const told = Object.entries(words).map(([word, [da, en]]): [string, Text2] => [word, { da, en }])
  return { ...identity(da, en), words: Object.fromEntries(told) }
}

/** `bookkeeping_entry` in SQL is `bookkeeping-entry` in a policy. */
export function dataName(table: string): string {
  return table.replaceAll('_', '-')
}

/** All that is declared, in the order of the rooms: later tables refer to earlier ones. */
export interface Register {
  readonly tables: readonly Declaration[]
  readonly files: readonly FileDeclaration[]
}

export function findTable(register: Register, data: string): Declaration | undefined {
  return register.tables.find((table) => dataName(table.name) === data)
}

/** Tables that hold rows about patrons, the patron's own last. */
export function patronTables(register: Register): Declaration[] {
  return register.tables.filter((table) => table.about === 'patron')
}
