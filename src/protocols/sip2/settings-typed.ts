import { CHARSETS } from './charset.ts'
import { type Sip2Setup, SORT_GOALS, type SortRule } from './profile.ts'
import type { MachineField } from './settings-texts.ts'

type Machine = Sip2Setup['general']
export type MachineTyped = Readonly<Record<MachineField, string>>

const SHOWN = ['name', 'lists', 'money', 'contact', 'birthDate', 'borrower'] as const
const FLAGS = ['lenientChecksum', 'acceptsNotLent', 'fillsRouting'] as const

/** What a field offers besides leaving the answer to others; none for fields that are written. */
export const CHOICES: Readonly<Partial<Record<MachineField, readonly string[]>>> = {
  charset: CHARSETS,
  lineEnd: ['cr', 'crlf'],
  language: ['da', 'en'],
  dialect: ['standard', 'fbs'],
  ...Object.fromEntries([...SHOWN, ...FLAGS].map((name) => [name, ['yes', 'no']])),
}

export function typedMachine(machine: Machine): MachineTyped {
  const flag = (value: boolean | undefined) => (value === undefined ? '' : value ? 'yes' : 'no')
  const shows = Object.fromEntries(SHOWN.map((name) => [name, flag(machine.shows?.[name])])) as Record<
    (typeof SHOWN)[number],
    string
  >
  const flags = Object.fromEntries(FLAGS.map((name) => [name, flag(machine[name])])) as Record<
    (typeof FLAGS)[number],
    string
  >
  const { charset = '', lineEnd = '', language = '', dialect = '', sort = '', from = [], turnSeconds = '' } = machine
  return {
    ...shows,
    ...flags,
    charset,
    lineEnd,
    language,
    dialect,
    sort,
    from: from.join('\n'),
    turnSeconds: String(turnSeconds),
  }
}

/** What was chosen as a document has it; a schema says whether it is right. An answer that was left to others is left out. */
export function machineFrom(typed: Readonly<Partial<Record<string, string>>>): Record<string, unknown> {
  const shows = Object.fromEntries(
    SHOWN.flatMap((name) => (typed[name] === 'yes' || typed[name] === 'no' ? [[name, typed[name] === 'yes']] : [])),
  )
  const flags = FLAGS.flatMap((name) =>
    typed[name] === 'yes' || typed[name] === 'no' ? [[name, typed[name] === 'yes']] : [],
  )
  const words = (['charset', 'lineEnd', 'language', 'dialect', 'sort'] as const).flatMap((name) => {
    const value = typed[name]?.trim()
    return value ? [[name, value]] : []
  })
  const seconds = typed.turnSeconds?.trim() ?? ''
  const from = (typed.from ?? '').split(/[\s,]+/).filter((each) => each !== '')
  return {
    ...Object.fromEntries([...flags, ...words]),
    ...(Object.keys(shows).length > 0 ? { shows } : {}),
    ...(from.length > 0 ? { from } : {}),
    ...(seconds === '' ? {} : { turnSeconds: Number(seconds) }),
  }
}

export function planText(rules: readonly SortRule[]): string {
  return rules
    .map(({ bin, to = '', materialGroup = '', branch = '', shelf = '' }) =>
      [bin, to, materialGroup, branch, shelf].join('; ').replace(/(; )+$/, ''),
    )
    .join('\n')
}

/** The lines of a plan, or the number of the first that is none. */
export function planFrom(text: string): readonly SortRule[] | number {
  const rules: SortRule[] = []
  for (const [at, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '') continue
    const [bin = '', goal = '', materialGroup, branch, shelf, ...more] = line.split(';').map((part) => part.trim())
    const to = SORT_GOALS.find((each) => each === goal)
    if (!/^[\p{L}\p{N}._-]{1,12}$/u.test(bin) || (goal !== '' && !to) || more.length > 0) return at + 1
    rules.push({
      bin,
      ...(to ? { to } : {}),
      ...(materialGroup ? { materialGroup } : {}),
      ...(branch ? { branch } : {}),
      ...(shelf ? { shelf } : {}),
    })
  }
  return rules
}
