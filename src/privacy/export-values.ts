import { type Language, oreOf, type PatronId } from '#core'
import type { Context } from '#vault'
import { dateText, instantText, kronerText, numberText } from '#web'
import type { Declaration } from './declare.ts'
import type { ExportField } from './export.ts'
import { exportTexts as words } from './export-texts.ts'

/** Tells by name what a column holds the id of; undefined when it knows no better. */
export type NameOf = (table: string, column: string, id: string) => Promise<string | undefined>

interface Cell {
  readonly table: Declaration
  readonly column: string
  readonly value: unknown
  readonly person: PatronId
  readonly language: Language
  readonly nameOf: NameOf
}

/**
 * One value as the person sees it; undefined when it is empty, says nothing of anyone, or is only whose row it is.
 */
export async function fieldOf(ctx: Context, cell: Cell): Promise<ExportField | undefined> {
  const { table, column, value, language } = cell
  const declared = table.columns[column]
  if (value === null || value === undefined || !declared?.label) return undefined
  if (column === table.subject && column !== 'id') return undefined
  const label = declared.label[language]
  const said = (text: string) => ({ column, label, value: text, text })
  switch (declared.class) {
    case 'none':
      return undefined
    case 'secret':
      return said(words.set[language])
    case 'staff':
      return said(words.staffMember[language])
    case 'sealed': {
      const opened = await ctx.vault.open(cell.person, `${table.name}.${column}`, bytes(value))
      return said(opened ?? words.unreadable[language])
    }
    default: {
      const shown = await showing(cell)
      // An amount is stored in øre, and read in kroner.
      return column.endsWith('_ore')
        ? { ...shown, column, label: label.replace(/ i(n)? øre$/, '') }
        : { ...shown, column, label }
    }
  }
}

async function showing(cell: Cell): Promise<Pick<ExportField, 'value' | 'text'>> {
  const { value, language, column, table, nameOf } = cell
  if (value instanceof Temporal.Instant) return { value: value.toString(), text: instantText(value, language) }
  if (value instanceof Temporal.PlainDate) return { value: value.toString(), text: dateText(value, language) }
  if (typeof value === 'boolean') return { value, text: (value ? words.yes : words.no)[language] }
  if (typeof value === 'number') {
    return { value, text: column.endsWith('_ore') ? kronerText(oreOf(value), language) : numberText(value, language) }
  }
  if (Array.isArray(value)) return { value: value.map(String), text: value.join(', ') }
  const text = String(value)
  const word = table.columns[column]?.words?.[text]
  if (word) return { value: text, text: word[language] }
  return { value: text, text: (column.endsWith('_id') ? await nameOf(table.name, column, text) : undefined) ?? text }
}

function bytes(value: unknown): Uint8Array {
  if (value instanceof Uint8Array) return value
  throw new Error('a sealed value is bytes')
}
