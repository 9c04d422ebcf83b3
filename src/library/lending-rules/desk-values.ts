import { type Language, type Text2, unreachable } from '#core'
import { checkbox, type FieldErrors, html, listText, type SafeHtml, selectField, textField } from '#web'
import type { LendingRule, LendingValues } from './rules.ts'
import { valueTexts as texts } from './value-texts.ts'

export type ValueName = keyof LendingValues

/** How a value is typed: a number, a number or none, yes or no, or a few days. */
type Shape =
  | { readonly kind: 'number'; readonly least: number; readonly most: number }
  | { readonly kind: 'optional'; readonly least: number; readonly most: number; readonly none: Text2 }
  | { readonly kind: 'flag' }
  | { readonly kind: 'days'; readonly most: number; readonly none: Text2 }

const DAYS = 3650
const MANY = 10_000
const MOST_STEPS = 5

/** The order in which values are shown and typed. */
export const VALUES: readonly { readonly name: ValueName; readonly shape: Shape; readonly inDays: boolean }[] = [
  { name: 'loanable', shape: { kind: 'flag' }, inDays: false },
  { name: 'leastAge', shape: { kind: 'number', least: 0, most: 99 }, inDays: false },
  { name: 'loanDays', shape: { kind: 'number', least: 1, most: DAYS }, inDays: true },
  { name: 'dueOnOpenDay', shape: { kind: 'flag' }, inDays: false },
  { name: 'renewals', shape: { kind: 'number', least: 0, most: 99 }, inDays: false },
  {
    name: 'renewFromDaysBefore',
    shape: { kind: 'optional', least: 0, most: DAYS, none: texts.anyTime },
    inDays: true,
  },
  { name: 'mostLoans', shape: { kind: 'optional', least: 0, most: MANY, none: texts.noLimit }, inDays: false },
  { name: 'mostOfGroup', shape: { kind: 'optional', least: 0, most: MANY, none: texts.noLimit }, inDays: false },
  { name: 'reservable', shape: { kind: 'flag' }, inDays: false },
  { name: 'mostReservations', shape: { kind: 'optional', least: 0, most: MANY, none: texts.noLimit }, inDays: false },
  { name: 'pickupDays', shape: { kind: 'number', least: 1, most: DAYS }, inDays: true },
  { name: 'interestDays', shape: { kind: 'number', least: 1, most: DAYS }, inDays: true },
  { name: 'remindDaysBefore', shape: { kind: 'optional', least: 0, most: DAYS, none: texts.never }, inDays: true },
  { name: 'overdueAfterDays', shape: { kind: 'days', most: DAYS, none: texts.never }, inDays: true },
  { name: 'lostAfterDays', shape: { kind: 'optional', least: 1, most: DAYS, none: texts.never }, inDays: true },
  { name: 'lateFees', shape: { kind: 'flag' }, inDays: false },
]

export function valueLabel(name: ValueName, language: Language): string {
  return texts.labels[name][language]
}

/** A value in words: `30 dage`, `ingen grænse`, `ja`. */
export function valueText(name: ValueName, value: LendingValues[ValueName], language: Language): string {
  const known = VALUES.find((each) => each.name === name)
  if (typeof value === 'boolean') return (value ? texts.yes : texts.no)[language]
  const shape = known?.shape
  if (value === null || (typeof value === 'object' && value.length === 0)) {
    return shape && 'none' in shape ? shape.none[language] : '–'
  }
  if (typeof value === 'object') {
    const days = [...value].sort((a, b) => a - b).map(String)
    return texts.days(listText(days, language), false)[language]
  }
  if (name === 'leastAge') return value === 0 ? texts.everyone[language] : texts.years(value)[language]
  return known?.inDays ? texts.days(String(value), value === 1)[language] : String(value)
}

/** What was typed into the fields of values, by their names. */
export type Typed = Readonly<Record<string, string>>

/** The fields as they stand for values that are decided; what a rule leaves out stands empty. */
export function typedValues(values: Partial<LendingRule> | LendingValues): Record<string, string> {
  return Object.fromEntries(
    VALUES.flatMap(({ name }) => {
      const value = values[name]
      if (value === undefined) return []
      if (typeof value === 'boolean') return [[name, value ? 'yes' : 'no']]
      if (value === null || (typeof value === 'object' && value.length === 0)) return [[noneOf(name), 'yes']]
      return [[name, typeof value === 'object' ? value.join(', ') : String(value)]]
    }),
  )
}

/** Reads the fields of values. In a rule what stands empty is left to a more general one; of the general ones none may. */
export function readValues(
  typed: Typed,
  of: 'rule' | 'general',
  language: Language,
): { readonly values: Partial<LendingValues>; readonly errors: FieldErrors } {
  const values: Record<string, unknown> = {}
  const errors: Record<string, string> = {}
  for (const { name, shape } of VALUES) {
    const read = readValue(shape, (typed[name] ?? '').trim(), typed[noneOf(name)] === 'yes')
    if (read === 'empty') {
      if (of === 'general') errors[name] = texts.missing[language]
    } else if ('fault' in read) errors[name] = read.fault[language]
    else values[name] = read.value
  }
  return { values: values as Partial<LendingValues>, errors }
}

export function valueFields(typed: Typed, of: 'rule' | 'general', errors: FieldErrors, language: Language): SafeHtml {
  return html`${VALUES.map(({ name, shape }) => valueField(name, shape, typed, of, errors[name], language))}`
}

function valueField(
  name: ValueName,
  shape: Shape,
  typed: Typed,
  of: 'rule' | 'general',
  error: string | undefined,
  language: Language,
): SafeHtml {
  const label = texts.labels[name][language]
  const hint = texts.hints[name]?.[language]
  const value = typed[name] ?? ''
  if (shape.kind === 'flag') {
    const options = [
      ...(of === 'rule' ? [{ value: '', label: texts.leftOpen[language] }] : []),
      { value: 'yes', label: texts.yes[language] },
      { value: 'no', label: texts.no[language] },
    ]
    return selectField({ name, label, hint, options, value, error })
  }
  const field = textField({
    name,
    label,
    hint,
    value,
    error,
    inputmode: 'numeric',
    autocomplete: 'off',
    maxLength: 40,
    short: true,
  })
  if (shape.kind === 'number') return field
  return html`${field}
${checkbox({
  name: noneOf(name),
  label: texts.none(label, shape.none[language])[language],
  checked: typed[noneOf(name)] === 'yes',
})}`
}

function noneOf(name: string): string {
  return `${name}-none`
}

type Read = 'empty' | { readonly fault: Text2 } | { readonly value: LendingValues[ValueName] }

function readValue(shape: Shape, text: string, none: boolean): Read {
  switch (shape.kind) {
    case 'flag':
      return text === 'yes' || text === 'no' ? { value: text === 'yes' } : 'empty'
    case 'number':
      return text === '' ? 'empty' : readNumber(text, shape)
    case 'optional':
      if (none) return text === '' ? { value: null } : { fault: texts.bothTyped }
      return text === '' ? 'empty' : readNumber(text, shape)
    case 'days': {
      if (none) return text === '' ? { value: [] } : { fault: texts.bothTyped }
      if (text === '') return 'empty'
      const days = text.split(/[\s,;]+/).filter((part) => part !== '')
      if (
        days.length > MOST_STEPS ||
        !days.every((each) => /^\d+$/.test(each) && within(Number(each), 1, shape.most))
      ) {
        return { fault: texts.fewDays(MOST_STEPS, shape.most) }
      }
      return { value: [...new Set(days.map(Number))].sort((a, b) => a - b) }
    }
    default:
      return unreachable(shape)
  }
}

function readNumber(text: string, { least, most }: { readonly least: number; readonly most: number }): Read {
  if (!/^\d+$/.test(text) || !within(Number(text), least, most)) return { fault: texts.wholeNumber(least, most) }
  return { value: Number(text) }
}

function within(value: number, least: number, most: number): boolean {
  return value >= least && value <= most
}
