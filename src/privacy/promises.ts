import { dayOf, earlier, type Language, type Text2, unreachable } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'
import { leftStatement, oldestStatement } from './batch.ts'
import { findTable, type Register } from './declare.ts'
import { hasSomethingOpen } from './erase.ts'
import { featureOn } from './features.ts'
import { makeNotice, noticeText } from './notice.ts'
import { periodText } from './period-text.ts'
import { clauseName, isPersonsStep, planRetention, type Step } from './plan.ts'
import type { Clause } from './policy.ts'
import { texts } from './promise-fault-texts.ts'
import { PROGRAM_ROOT, type PromiseEntry, type PromiseStatement, promiseBook } from './promise-files.ts'
import { type PublishedPolicy, policyOf } from './published.ts'
import { lastNight } from './retention.ts'
import { type TestProof, testEvidence } from './test-results.ts'

/** What becomes of a promise, best first; `not-kept` is what a page must be able to say. */
export const PROMISE_STATES = ['clause', 'notice', 'data', 'test', 'organisation', 'not-yet', 'not-kept'] as const
export type PromiseState = (typeof PROMISE_STATES)[number]

/** What a clause does, asked of the rows and of the record of the nights. */
export interface ClauseProof {
  readonly clause: Clause
  readonly lastRun: Temporal.PlainDate | null
  /** The moment of the oldest row that the clause will end; null when there is none. */
  readonly oldest: Temporal.Instant | null
  /** Rows past their end that nothing holds back. */
  readonly overdue: number
  /** Rows past their end that are left for a reason: a legal hold, a restriction, something open. */
  readonly heldBack: number
  /** The rows go by the command that ends them, so that no night runs for them and tests tell instead. */
  readonly byCommand: boolean
}

export interface HeldColumn {
  /** As the entry names it: `patron.name`. */
  readonly name: string
  readonly label: Text2
  readonly table: Text2
}

export interface AccountedPromise {
  readonly statement: PromiseStatement
  readonly state: PromiseState
  /** What `promises/<agency>.yaml` answers; undefined when it says nothing, which is `not-yet`. */
  readonly entry: PromiseEntry | undefined
  /** Why a promise that something is answered for is not kept all the same. */
  readonly faults: readonly Text2[]
  readonly clause?: ClauseProof
  readonly tests?: readonly TestProof[]
  readonly columns?: readonly HeldColumn[]
}

export interface PromiseAccount {
  readonly agency: string
  readonly policyVersion: number
  readonly promises: readonly AccountedPromise[]
  readonly counts: Readonly<Record<PromiseState, number>>
}

/** Longer ago than this and a rule is not being carried out, whatever is left. */
const LAST_RUN_WITHIN_DAYS = 2

/**
 * Accounts for every statement of a library's own notice, with proof as of now: rules are asked of the rows and the
 * record of the nights, the notice is made and read, columns are looked up in the database, tests in the last run.
 * @param root the folder with `promises/`, the tests and their results
 * @throws with every fault when the files in `promises/` cannot be used
 */
export async function accountFor(ctx: Context, register: Register, root = PROGRAM_ROOT): Promise<PromiseAccount> {
  const { statements, entries } = await promiseBook(ctx.agency, root)
  const facts = await readFacts(ctx, register, [...entries.values()], root)
  const promises = statements.map((statement) => account(statement, entries.get(statement.id), facts))
  const counts = Object.fromEntries(
    PROMISE_STATES.map((state) => [state, promises.filter((promise) => promise.state === state).length]),
  ) as Record<PromiseState, number>
  return { agency: ctx.agency, policyVersion: facts.published.number, promises, counts }
}

/** The numbers, and what is not kept with the reasons; for the command line. */
export interface PromisesReport {
  readonly agency: string
  readonly counts: PromiseAccount['counts']
  readonly notKept: readonly { readonly id: string; readonly statement: string; readonly because: readonly string[] }[]
}

export async function promisesReport(ctx: Context, register: Register, root = PROGRAM_ROOT): Promise<PromisesReport> {
  const { agency, counts, promises } = await accountFor(ctx, register, root)
  const notKept = promises
    .filter(({ state }) => state === 'not-kept')
    .map(({ statement: { id, statement }, faults }) => ({ id, statement, because: faults.map(({ en }) => en) }))
  return { agency, counts, notKept }
}

// --- facts: everything that must be asked, asked once for all promises ---

interface Facts {
  readonly register: Register
  readonly published: PublishedPolicy
  readonly today: Temporal.PlainDate
  readonly clauses: ReadonlyMap<string, ClauseProof>
  readonly tests: ReadonlyMap<string, TestProof>
  readonly notice: Readonly<Record<Language, string>>
  /** Columns that are in the database: `patron.name`. */
  readonly stored: ReadonlySet<string>
}

async function readFacts(
  ctx: Context,
  register: Register,
  entries: readonly PromiseEntry[],
  root: string,
): Promise<Facts> {
  const published = await policyOf(ctx)
  const named = new Set(entries.flatMap((entry) => (entry.kept === 'clause' ? [entry.clause] : [])))
  const evidence = testEvidence(root)
  const tests = new Set(
    entries.flatMap((entry) => (entry.kept === 'test' || entry.kept === 'clause' ? (entry.tests ?? []) : [])),
  )
  const proofs = await Promise.all([...tests].map((name) => evidence.prove(name)))
  return {
    register,
    published,
    today: dayOf(ctx.clock.now()),
    clauses: await proveClauses(ctx, register, published, named),
    tests: new Map(proofs.map((proof) => [proof.name, proof])),
    notice: {
      da: plain(noticeText(makeNotice(published, register, 'da'))),
      en: plain(noticeText(makeNotice(published, register, 'en'))),
    },
    stored: await storedColumns(ctx),
  }
}

async function proveClauses(
  ctx: Context,
  register: Register,
  { policy }: PublishedPolicy,
  named: ReadonlySet<string>,
): Promise<Map<string, ClauseProof>> {
  const night = await nightThatShouldHaveRun(ctx)
  const steps = planRetention(policy, register, night).filter((step) => named.has(step.clause))
  const oldest = steps.length > 0 ? await ctx.db.all(oldestStatement(steps)) : []
  const runs = await lastRuns(ctx, [...named])
  const proofs = new Map<string, ClauseProof>()
  for (const clause of policy.clauses) {
    const name = clauseName(clause)
    if (!named.has(name)) continue
    const index = steps.findIndex((step) => step.clause === name)
    const step = steps[index]
    const first = oldest[index]?.oldest ?? null
    const left = step && first ? await leftOf(ctx, register, step, first) : { overdue: 0, heldBack: 0 }
    const lastRun = runs.get(name) ?? null
    proofs.set(name, { clause, lastRun, oldest: first, ...left, byCommand: goesByCommand(clause, register) })
  }
  return proofs
}

async function leftOf(ctx: Context, register: Register, step: Step, oldest: Temporal.Instant) {
  if (Temporal.Instant.compare(oldest, step.cutoff) >= 0) return { overdue: 0, heldBack: 0 }
  const open = isPersonsStep(step) ? hasSomethingOpen(register) : sql`false`
  const { overdue, held, restricted, still_open } = await ctx.db.one(leftStatement(step, open))
  return { overdue, heldBack: held + restricted + still_open }
}

/** A row that ends today is not late before the coming night, unless that night has run already. */
async function nightThatShouldHaveRun(ctx: Context): Promise<Temporal.PlainDate> {
  const yesterday = dayOf(ctx.clock.now()).subtract({ days: 1 })
  const last = await lastNight(ctx)
  return last && earlier(last, yesterday) === yesterday ? last : yesterday
}

async function lastRuns(ctx: Context, clauses: readonly string[]): Promise<Map<string, Temporal.PlainDate>> {
  const rows = await ctx.db.all<{ clause: string; night_on: Temporal.PlainDate }>(sql`
    select c.clause, s.night_on
    from unnest(${clauses}::text[]) as c (clause)
    cross join lateral (
      select night_on from retention_step s where s.clause = c.clause order by number desc limit 1) s`)
  return new Map(rows.map((row) => [row.clause, row.night_on]))
}

async function storedColumns(ctx: Context): Promise<Set<string>> {
  const rows = await ctx.db.all<{ place: string }>(sql`
    select table_name || '.' || column_name as place
    from information_schema.columns where table_schema = current_schema()`)
  return new Set(rows.map((row) => row.place))
}

function goesByCommand(clause: Clause, register: Register): boolean {
  return findTable(register, clause.data)?.moments[clause.from]?.column === null
}

// --- the verdict on one promise: no more is asked ---

function account(statement: PromiseStatement, entry: PromiseEntry | undefined, facts: Facts): AccountedPromise {
  if (!entry) return { statement, state: 'not-yet', entry, faults: [] }
  const { faults, ...proof } = judge(statement, entry, facts)
  return { statement, entry, state: faults.length > 0 ? 'not-kept' : entry.kept, faults, ...proof }
}

type Judged = Pick<AccountedPromise, 'faults' | 'clause' | 'tests' | 'columns'>

function judge(statement: PromiseStatement, entry: PromiseEntry, facts: Facts): Judged {
  switch (entry.kept) {
    case 'clause':
      return judgeClause(statement, entry, facts)
    case 'notice':
      return judgeNotice(entry, facts)
    case 'data':
      return judgeColumns(entry.columns, facts)
    case 'test':
      return judgeTests(entry.tests, facts)
    case 'organisation':
      return { faults: [] }
    default:
      return unreachable(entry)
  }
}

function judgeClause(
  statement: PromiseStatement,
  entry: Extract<PromiseEntry, { kept: 'clause' }>,
  facts: Facts,
): Judged {
  const proof = facts.clauses.get(entry.clause)
  if (!proof) {
    return { faults: [texts.noClause(entry.clause)] }
  }
  const tests = judgeTests(entry.tests ?? [], facts)
  const faults = [...disagreements(statement, proof.clause), ...tests.faults]
  if (!findTable(facts.register, proof.clause.data)) {
    faults.push(texts.notBuilt)
    return { faults, clause: proof }
  }
  if (proof.byCommand) {
    if (!entry.tests) {
      faults.push(texts.noTest)
    }
  } else {
    if (proof.overdue > 0) {
      faults.push(texts.overdue(proof.overdue))
    }
    faults.push(...notRunLately(proof, facts))
  }
  return { faults, clause: proof, ...(entry.tests ? { tests: tests.tests ?? [] } : {}) }
}

function notRunLately(proof: ClauseProof, { published, today }: Facts): Text2[] {
  const since = proof.lastRun ?? dayOf(published.published_at)
  if (since.until(today).days <= LAST_RUN_WITHIN_DAYS) return []
  const { lastRun } = proof
  if (!lastRun) return [texts.neverRun]
  return [texts.notRunSince(lastRun)]
}

/** Where the clause does something else than was promised. Each is empty when the statement names no period or action. */
function disagreements(statement: PromiseStatement, clause: Clause): Text2[] {
  const faults: Text2[] = []
  if (statement.period && !samePeriod(statement.period, clause.keep)) {
    faults.push(texts.otherPeriod(periodText(statement.period), periodText(clause.keep)))
  }
  const actions = statement.action ? DOES[statement.action] : undefined
  if (actions && !actions.includes(clause.action)) {
    faults.push(texts.otherAction(String(statement.action), clause.action))
  }
  if (statement.trigger?.startsWith('end of the accounting year') && !clause['round-up']) {
    faults.push(texts.otherYear)
  }
  return faults
}

/**
 * What a clause may do to keep a statement's word. What is anonymised here is counted and then deleted, and a message's
 * content that is redacted is gone; what is promised kept for a time may go when the time is over.
 */
const DOES: Readonly<Record<string, readonly Clause['action'][]>> = {
  delete: ['delete', 'anonymise', 'redact'],
  anonymise: ['anonymise', 'delete'],
  keep: ['delete', 'anonymise', 'redact'],
}

/** A week is seven days; a month is not thirty. */
export function samePeriod(a: string, b: string): boolean {
  const [one, other] = [a, b].map((text) => {
    const { years, months, weeks, days, hours, minutes, seconds } = Temporal.Duration.from(text)
    return [years, months, weeks * 7 + days, hours, minutes, seconds].join()
  })
  return one === other
}

function judgeNotice(entry: Extract<PromiseEntry, { kept: 'notice' }>, facts: Facts): Judged {
  const missing = (language: Language) =>
    [entry.contains[language]].flat().filter((words) => !facts.notice[language].includes(plain(words)))
  const faults = [...missing('da').map(texts.danishSilent), ...missing('en').map(texts.englishSilent)]
  return { faults }
}

function judgeColumns(names: readonly string[], facts: Facts): Judged {
  const faults: Text2[] = []
  const columns: HeldColumn[] = []
  for (const name of names) {
    const [tableName = '', columnName = ''] = name.split('.')
    const table = facts.register.tables.find((table) => table.name === tableName)
    const label = table && Object.hasOwn(table.columns, columnName) ? table.columns[columnName]?.label : undefined
    if (!table || !label || table.about === 'nobody') {
      faults.push(texts.noColumn(name))
      continue
    }
    columns.push({ name, label, table: table.label })
    if (!facts.stored.has(name)) {
      faults.push(texts.notStored(name))
    }
    if (!featureOn(facts.published.policy, facts.register, tableName)) {
      faults.push(texts.noEnd(table.label))
    }
    for (const language of ['da', 'en'] as const) {
      const told = [table.label, label].every((words) => facts.notice[language].includes(asTold(words[language])))
      if (told) continue
      faults.push(texts.notTold(language, table.label, label))
    }
  }
  return { faults, columns }
}

function judgeTests(names: readonly string[], facts: Facts): Judged {
  const tests = names.flatMap((name) => facts.tests.get(name) ?? [])
  const faults = tests.flatMap(({ name, standing }): Text2[] => {
    switch (standing) {
      case 'missing':
        return [texts.noSuchTest(name)]
      case 'failed':
        return [texts.testFails(name)]
      case 'proved-here':
      case 'proved-elsewhere':
      case 'never-run':
        return []
      default:
        return unreachable(standing)
    }
  })
  return { faults, tests }
}

/** A column's label as the notice tells it: that an amount is counted in øre is left out there. */
function asTold(label: string): string {
  return plain(label.replace(/ (i|in) øre$/, ''))
}

/** Words as a reader compares them: line breaks and capitals do not matter. */
function plain(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim().toLowerCase()
}
