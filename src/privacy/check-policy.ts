import { type Declaration, dataName, type FileDeclaration, findTable, type Limit, type Register } from './declare.ts'
import { PLANNED } from './planned.ts'
import type { Clause, Policy } from './policy.ts'

/** Where in a policy something is, by keys and places in lists. */
export type Path = readonly (string | number)[]
/** Says what is wrong at a place, and what would be allowed there. */
export type Complain = (path: Path, message: string, allowed?: readonly string[]) => void

const LONGEST_DAYS = 36_600

/** What a recipient's field means: a column of a table, something of a kind as a whole, or nothing that is known. */
export type Field =
  | { readonly kind: 'column'; readonly table: Declaration; readonly column: string }
  | { readonly kind: 'whole'; readonly data: string }

/** Names that read better than the column's own. */
const FRIENDLY = new Map([
  ['patron.cpr', 'patron.cpr_sealed'],
  ['patron.group', 'patron.patron_group'],
])

/** Finds what a recipient's field, such as `patron.cpr` or `video-clip`, stands for. */
export function findField(register: Register, field: string): Field | undefined {
  if (Object.hasOwn(PLANNED, field) || findFile(register, field)) return { kind: 'whole', data: field }
  const [data = '', column = '', ...more] = (FRIENDLY.get(field) ?? field).split('.')
  const table = findTable(register, data)
  if (!table || more.length > 0 || !Object.hasOwn(table.columns, column)) return undefined
  return { kind: 'column', table, column }
}

// The meaning.

export function checkMeaning(policy: Policy, register: Register, complain: Complain): void {
  checkDates(policy, complain)
  checkOnce(policy, complain)
  checkDecisions(policy, complain)
  const purposes = policy.purposes.map((purpose) => purpose.id)
  const isPurpose = (path: Path, id: string) => {
    if (!purposes.includes(id)) complain(path, `there is no purpose "${id}"${nearestText(id, purposes)}`, purposes)
  }
  for (const [i, purpose] of policy.purposes.entries()) {
    for (const [j, data] of purpose.data.entries()) {
      if (!isKnown(register, data)) complainUnknown(register, complain, ['purposes', i, 'data', j], data)
    }
  }
  for (const [i, clause] of policy.clauses.entries()) {
    isPurpose(['clauses', i, 'purpose'], clause.purpose)
    checkClause(clause, register, (path, message, allowed) => complain(['clauses', i, ...path], message, allowed))
    const first = policy.clauses.findIndex((other) => sameClause(other, clause))
    if (first < i) {
      complain(
        ['clauses', i, 'data'],
        `${clause.data} already has a clause that counts from "${clause.from}": clauses[${first}]`,
      )
    }
  }
  for (const [i, recipient] of policy.recipients.entries()) {
    isPurpose(['recipients', i, 'purpose'], recipient.purpose)
    for (const [j, field] of recipient.fields.entries()) {
      if (!findField(register, field)) complainField(register, complain, ['recipients', i, 'fields', j], field)
    }
  }
  checkCovered(policy, register, complain)
  checkBackups(policy, complain)
}

function checkDates(policy: Policy, complain: Complain): void {
  if (!isDate(policy.effective)) complain(['effective'], `${policy.effective} is not a day in the calendar`)
  const begins = policy.accounting['year-begins']
  // 2025 is no leap year: an accounting year must be able to begin every year.
  if (!isDate(`2025-${begins}`)) complain(['accounting', 'year-begins'], `${begins} is not a day of every year`)
}

function isDate(text: string): boolean {
  try {
    Temporal.PlainDate.from(text)
    return true
  } catch {
    return false
  }
}

/** What is listed under a name of its own is listed once. */
function checkOnce(policy: Policy, complain: Complain): void {
  const once = (list: string, key: string, names: readonly (string | number)[]) => {
    for (const [i, name] of names.entries()) {
      const first = names.indexOf(name)
      if (first < i) complain([list, i, key], `"${name}" is already there: ${list}[${first}]`)
    }
  }
  once('purposes', 'id', names(policy.purposes, 'id'))
  once('recipients', 'id', names(policy.recipients, 'id'))
  once('information', 'id', names(policy.information, 'id'))
  once('enrolment', 'field', names(policy.enrolment, 'field'))
  once('ages', 'rule', names(policy.ages, 'rule'))
  once('rights', 'right', names(policy.rights, 'right'))
  once('decisions', 'number', names(policy.decisions, 'number'))
}

function names<K extends string>(list: readonly Record<K, string | number>[], key: K): (string | number)[] {
  return list.map((item) => item[key])
}

/** Every "decision 4" is among the decisions, and every decision is said somewhere. */
function checkDecisions(policy: Policy, complain: Complain): void {
  const numbers = new Set(policy.decisions.map((decision) => decision.number))
  const cited = new Set<number>()
  walk(policy, [], (path, value) => {
    const match = path.at(-1) === 'says' && typeof value === 'string' ? /^decision (\d+)$/.exec(value) : null
    if (!match) return
    const number = Number(match[1])
    cited.add(number)
    if (!numbers.has(number)) complain(path, `there is no decision ${number}`, [...numbers].map(String))
  })
  for (const [i, decision] of policy.decisions.entries()) {
    if (!cited.has(decision.number)) {
      complain(['decisions', i, 'number'], `decision ${decision.number} is not cited by anything in the policy`)
    }
  }
}

function walk(value: unknown, path: Path, visit: (path: Path, value: unknown) => void): void {
  visit(path, value)
  if (Array.isArray(value)) for (const [i, item] of value.entries()) walk(item, [...path, i], visit)
  else if (typeof value === 'object' && value !== null) {
    for (const [key, item] of Object.entries(value)) walk(item, [...path, key], visit)
  }
}

/** Records name a clause by these two: two ends counted from one moment would also contradict each other. */
function sameClause(a: Clause, b: Clause): boolean {
  return a.data === b.data && a.from === b.from
}

function checkClause(clause: Clause, register: Register, complain: Complain): void {
  checkKeep(clause, complain)
  const planned = Object.hasOwn(PLANNED, clause.data) ? PLANNED[clause.data] : undefined
  const table = findTable(register, clause.data)
  const file = findFile(register, clause.data)
  if (table) checkTableClause(clause, table, complain)
  else if (file) checkFileClause(clause, file, complain)
  else if (planned) checkMoment(clause, planned.moments, complain)
  else complainUnknown(register, complain, ['data'], clause.data)
}

function checkKeep(clause: Clause, complain: Complain): void {
  const keep = duration(clause.keep)
  if (!keep) {
    complain(['keep'], `${clause.keep} is longer than anything can be kept`)
  } else if (clause['round-up'] && (keep.weeks > 0 || keep.days > 0 || keep.hours > 0 || keep.blank)) {
    complain(['round-up'], `a period that begins with an accounting year is whole months or years, not ${clause.keep}`)
  }
}

/** Undefined when it is beyond a hundred years, and so surely a slip. */
function duration(text: string): Temporal.Duration | undefined {
  try {
    const it = Temporal.Duration.from(text)
    const days = it.years * 366 + it.months * 31 + it.weeks * 7 + it.days + it.hours / 24
    return days <= LONGEST_DAYS ? it : undefined
  } catch {
    return undefined
  }
}

function checkTableClause(clause: Clause, table: Declaration, complain: Complain): void {
  const moments = Object.keys(table.moments)
  if (moments.length === 0) {
    const why = table.followsAccount ? 'ends with the account' : 'says nothing about anyone'
    complain(['data'], `${clause.data} ${why}, so there is no clause to give`)
    return
  }
  if (!table.byTheHour) refuseHours(clause, complain)
  if (checkMoment(clause, moments, complain) && table.moments[clause.from]?.column === null) {
    if (!duration(clause.keep)?.blank) {
      complain(['keep'], `${clause.data} goes at once when it has ended, so nothing but P0D can be promised`, ['P0D'])
    }
  }
  if (!table.actions.includes(clause.action)) {
    complain(['action'], `${clause.action} is not possible for ${clause.data}`, table.actions)
  }
  checkCount(clause, table, complain)
  checkLimits(clause, table.limits ?? [], complain)
}

function checkFileClause(clause: Clause, file: FileDeclaration, complain: Complain): void {
  refuseHours(clause, complain)
  checkMoment(clause, [file.moment], complain)
  if (clause.action !== 'delete') complain(['action'], `files are deleted, not ${clause.action}d`, ['delete'])
  if (clause.count) complain(['count'], `${clause.data} has nothing to count`)
  checkLimits(clause, file.limits ?? [], complain)
}

/** What the night removes is promised by the day. Hours are for what a room of its own ends, hour by hour. */
function refuseHours(clause: Clause, complain: Complain): void {
  if (clause.keep.startsWith('PT')) {
    complain(['keep'], `${clause.data} is removed at night, so its period is days, months or years, not ${clause.keep}`)
  }
}

function checkMoment(clause: Clause, moments: readonly string[], complain: Complain): boolean {
  if (moments.includes(clause.from)) return true
  complain(['from'], `${clause.data} has no moment "${clause.from}"${nearestText(clause.from, moments)}`, moments)
  return false
}

function checkCount(clause: Clause, table: Declaration, complain: Complain): void {
  if (!clause.count) return
  const statistics = Object.keys(table.statistics ?? {})
  if (clause.action === 'redact') complain(['count'], 'nothing is counted when a row is redacted')
  for (const [i, name] of clause.count.entries()) {
    if (!statistics.includes(name)) {
      complain(['count', i], `${clause.data} has no statistic "${name}"${nearestText(name, statistics)}`, statistics)
    }
  }
}

function checkLimits(clause: Clause, limits: readonly Limit[], complain: Complain): void {
  const keep = duration(clause.keep)
  if (!keep || keep.hours > 0) return
  for (const limit of limits) {
    if (limit.moment !== clause.from) continue
    const says = `${limit.sentence.en} (${limit.law})`
    if (limit.atLeast && isShorter(keep, Temporal.Duration.from(limit.atLeast))) {
      complain(['keep'], `${clause.keep} is too short. ${says}`, [`${limit.atLeast} or more`])
    }
    if (limit.atMost && isShorter(Temporal.Duration.from(limit.atMost), keep)) {
      complain(['keep'], `${clause.keep} is too long. ${says}`, [`${limit.atMost} or less`])
    }
    if (limit.roundUp && !clause['round-up']) {
      complain(['data'], `"round-up" is missing. ${says}`, ['round-up: accounting-year'])
    }
  }
}

/** Whether there is any day from which the first period ends before the second: months and years are not all equal. */
export function isShorter(a: Temporal.Duration, b: Temporal.Duration): boolean {
  for (let month = 0; month < 48; month++) {
    const from = Temporal.PlainDate.from('2024-01-01').add({ months: month })
    if (Temporal.PlainDate.compare(from.add(a), from.add(b)) < 0) return true
  }
  return false
}

/** The core is covered: a policy that is silent about it would be a library without a promise. */
function checkCovered(policy: Policy, register: Register, complain: Complain): void {
  const covered = new Set(policy.clauses.map((clause) => clause.data))
  const core = [
    ...register.tables.filter((table) => table.core).map((table) => dataName(table.name)),
    ...register.files.map((file) => file.name),
  ]
  for (const data of core) {
    if (!covered.has(data)) complain(['clauses'], `no clause ends ${data}, which every library holds`)
  }
}

/** What the clauses promise of backups is what the backups do. */
function checkBackups(policy: Policy, complain: Complain): void {
  const days = policy.backup['keep-days']
  const keyDays = policy.backup['keys-keep-days']
  if (keyDays > days) {
    complain(
      ['backup', 'keys-keep-days'],
      `the keys would be kept longer (${keyDays} days) than the data (${days} days)`,
    )
  }
  for (const [data, name, wanted] of [
    ['backup', 'keep-days', days],
    ['keys-backup', 'keys-keep-days', keyDays],
  ] as const) {
    for (const [i, clause] of policy.clauses.entries()) {
      if (clause.data !== data) continue
      const keep = duration(clause.keep)
      if (!keep || keep.years > 0 || keep.months > 0 || keep.weeks * 7 + keep.days !== wanted) {
        complain(['clauses', i, 'keep'], `${clause.keep} does not agree with backup.${name}: ${wanted}`, [
          `P${wanted}D`,
        ])
      }
    }
  }
}

// Names.

function findFile(register: Register, data: string): FileDeclaration | undefined {
  return register.files.find((file) => file.name === data)
}

function isKnown(register: Register, data: string): boolean {
  return knownData(register).includes(data)
}

/** Every name of data a policy may use: declared tables, files, and what is planned. */
function knownData(register: Register): string[] {
  const tables = register.tables.map((table) => dataName(table.name))
  return [...tables, ...register.files.map((file) => file.name), ...Object.keys(PLANNED)]
}

function complainUnknown(register: Register, complain: Complain, path: Path, data: string): void {
  const known = knownData(register)
  const persons = known.filter((name) => findTable(register, name)?.about !== 'nobody')
  complain(path, `there are no data called "${data}"${nearestText(data, known)}`, persons)
}

function complainField(register: Register, complain: Complain, path: Path, field: string): void {
  const [data = ''] = field.split('.')
  const table = findTable(register, data)
  if (!table) {
    const allowed = ['table.column', ...Object.keys(PLANNED)]
    complain(path, `there is no field "${field}"${nearestText(field, knownData(register))}`, allowed)
    return
  }
  const friendly = [...FRIENDLY.keys()].filter((name) => name.startsWith(`${data}.`))
  const columns = [
    ...Object.entries(table.columns)
      .filter(([, column]) => column.class !== 'none')
      .map(([column]) => `${data}.${column}`),
    ...friendly,
  ]
  complain(path, `there is no field "${field}"${nearestText(field, columns)}`, columns)
}

/** Names what a slip of a letter or two was meant to be. */
export function nearestText(wrong: string, names: readonly string[]): string {
  let nearest = ''
  let least = Math.max(2, Math.floor(wrong.length / 3)) + 1
  for (const name of names) {
    const distance = editDistance(wrong, name)
    if (distance < least) [nearest, least] = [name, distance]
  }
  return nearest ? ` (did you mean "${nearest}"?)` : ''
}

/** How many letters must be put in, taken out, changed or swapped with their neighbour. */
function editDistance(a: string, b: string): number {
  const rows = [Array.from({ length: b.length + 1 }, (_, j) => j)]
  const known = (i: number, j: number) => rows[i]?.[j] ?? 0
  for (let i = 1; i <= a.length; i++) {
    const row = [i]
    rows.push(row)
    for (let j = 1; j <= b.length; j++) {
      const changed = known(i - 1, j - 1) + (a[i - 1] === b[j - 1] ? 0 : 1)
      row.push(Math.min(known(i - 1, j) + 1, known(i, j - 1) + 1, changed))
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1]) {
        row[j] = Math.min(known(i, j), known(i - 2, j - 2) + 1)
      }
    }
  }
  return known(a.length, b.length)
}
