import { dayOf, type PatronId, realClock, stopwatch } from '#core'
import { sql, sqlState, transact } from '#db'
import type { Context } from '#vault'
import { type BatchResult, batchStatement, carefulBatchStatement, leftStatement, oldestStatement } from './batch.ts'
import { appendSteps, type StepRecord } from './chain.ts'
import type { Register } from './declare.ts'
import { erasePersons, hasSomethingOpen } from './erase.ts'
import { isPersonsStep, planRetention, type Step } from './plan.ts'
import { policyOf } from './published.ts'

/** A batch is kept this short, so that nobody at a desk waits for a row. */
const BATCH_TARGET_MS = 80
const SMALLEST_BATCH = 200
const LARGEST_BATCH = 20_000
/** A batch waits so long for a row somebody works with; then it is done again without that row. */
const BATCH_WAIT_MS = 50
const LOCK_NOT_AVAILABLE = '55P03'
const PERSONS_AT_A_TIME = 100
/** Rows that others were working with are tried again this often before the night is called overdue. */
const ROUNDS = 5

export interface NightReport {
  readonly night_on: Temporal.PlainDate
  readonly outcome: 'kept' | 'overdue'
  readonly late_days: number
  readonly steps: readonly StepRecord[]
  readonly longest_batch_ms: number
}

/**
 * Carries out the published policy for one night: after it, nothing is left that a clause ends on or before that day,
 * save what is held back for a reason the record names. Running it again the same night changes nothing more; a run
 * that was killed is taken up where it stopped and counts the same. `today` is the world's day, for what lives in the
 * world's time.
 */
export async function runRetention(
  ctx: Context,
  register: Register,
  night: Temporal.PlainDate,
  today = dayOf(realClock.now()),
): Promise<NightReport> {
  const done = await ctx.db.maybe<{ outcome: 'kept' | 'overdue' }>(
    sql`select outcome from night where night_on = ${night}`,
  )
  const began_at = ctx.clock.now()
  const { number, policy } = await policyOf(ctx)
  const steps = planRetention(policy, register, night, today)
  await endHolds(ctx, night)
  const oldest = await ctx.db.prepared(oldestStatement(steps))
  const work = { batch: 0 }
  for (const [index, step] of steps.entries()) {
    if (isDue(oldest[index]?.oldest, step)) await runStep(ctx, register, step, work)
  }
  const records = await recordsOf(ctx, register, night, number, steps, oldest)
  const outcome = records.every((record) => record.overdue === 0) ? 'kept' : 'overdue'
  const late_days = Math.max(0, dayOf(began_at).since(night).days)
  const report = { night_on: night, outcome, late_days, steps: records, longest_batch_ms: work.batch } as const
  // A second run of the same night that found nothing more leaves the record as it was.
  if (done && records.every((record) => record.rows_gone === 0)) return { ...report, outcome: done.outcome }
  await transact(ctx, async (ctx) => {
    await appendSteps(ctx, records)
    await ctx.db.run(sql`delete from night_progress`)
    await ctx.db.run(sql`
      insert into night (night_on, began_at, ended_at, policy_version, late_days, outcome)
      values (${night}, ${began_at}, ${ctx.clock.now()}, ${number}, ${late_days}, ${outcome})
      on conflict (night_on) do update set ended_at = excluded.ended_at, outcome = excluded.outcome`)
  })
  if (outcome === 'overdue') {
    ctx.log.error({ agency: ctx.agency, night: night.toString() }, 'the night left rows that should be gone')
  }
  return report
}

/** What a night would do, without doing it: each clause and how many rows it would take. */
export async function dryRun(
  ctx: Context,
  register: Register,
  night: Temporal.PlainDate,
): Promise<
  { clause: string; cutoff: Temporal.Instant; due: number; held: number; restricted: number; still_open: number }[]
> {
  const { policy } = await policyOf(ctx)
  const plan = []
  for (const step of planRetention(policy, register, night)) {
    const left = await ctx.db.one(leftStatement(step, openness(step, register)))
    const { overdue, ...reasons } = left
    plan.push({ clause: step.clause, cutoff: step.cutoff, due: overdue, ...reasons })
  }
  return plan
}

/** The newest night that was run to its end, if any was. */
export async function lastNight(ctx: Context): Promise<Temporal.PlainDate | null> {
  const row = await ctx.db.one<{ night_on: Temporal.PlainDate | null }>(
    sql`select max(night_on) as night_on from night`,
  )
  return row.night_on
}

/** The lock that a night's batches share and a new hold takes alone, so that no row goes while it is being held. */
export function retentionLock(ctx: Context, mode: 'shared' | 'alone') {
  const lock = sql.raw(mode === 'shared' ? 'pg_advisory_xact_lock_shared' : 'pg_advisory_xact_lock')
  return sql`select ${lock}(hashtextextended(${`kvit retention ${ctx.agency}`}, 0))`
}

function isDue(oldest: Temporal.Instant | null | undefined, step: Step): boolean {
  return oldest != null && Temporal.Instant.compare(oldest, step.cutoff) < 0
}

async function runStep(ctx: Context, register: Register, step: Step, work: { batch: number }): Promise<void> {
  if (isPersonsStep(step)) return runPersons(ctx, register, step)
  let size = 2_000
  for (let round = 0; round < ROUNDS; round++) {
    let from: Temporal.Instant | null = null
    let taken = 0
    let passedOver = false
    for (;;) {
      const elapsed = stopwatch()
      const result = await runBatch(ctx, step, { from, size })
      const took = elapsed()
      work.batch = Math.max(work.batch, took)
      taken += result.rows
      passedOver ||= result.careful
      if (result.reached === null) break
      from = result.reached
      size = nextSize(size, took)
    }
    // Looking again costs a walk over all that was just taken, so it is done only where a row may have been passed over.
    if (!passedOver || taken === 0) return
  }
}

async function runBatch(
  ctx: Context,
  step: Step,
  given: { from: Temporal.Instant | null; size: number },
): Promise<BatchResult & { careful: boolean }> {
  const batch = { ...given, at: ctx.clock.now() }
  try {
    const result = await inBatch(ctx, batchStatement(step, batch), BATCH_WAIT_MS)
    const isStuck = batch.from && result.reached?.equals(batch.from)
    if (!isStuck) return { ...result, careful: false }
  } catch (fault) {
    if (sqlState(fault) !== LOCK_NOT_AVAILABLE) throw fault
  }
  return { ...(await inBatch(ctx, carefulBatchStatement(step, batch), 0)), careful: true }
}

function inBatch(ctx: Context, statement: ReturnType<typeof batchStatement>, wait_ms: number): Promise<BatchResult> {
  return transact(ctx, async (ctx) => {
    // They travel together; the time limit comes after the lock, for which a batch waits as long as it takes.
    const [, , [result]] = await Promise.all([
      ctx.db.run(retentionLock(ctx, 'shared')),
      ctx.db.run(sql`select set_config('lock_timeout', ${`${wait_ms}ms`}, true)`),
      ctx.db.prepared(statement),
    ])
    return result as BatchResult
  })
}

function nextSize(size: number, took: number): number {
  const aimed = Math.round((size * BATCH_TARGET_MS) / Math.max(took, 1))
  return Math.min(LARGEST_BATCH, Math.max(SMALLEST_BATCH, Math.min(aimed, size * 2)))
}

async function runPersons(ctx: Context, register: Register, step: Step): Promise<void> {
  for (;;) {
    const due = await ctx.db.prepared<{ id: PatronId }>(sql`
      select t.id from ${sql.id(step.table.name)} t
      where t.${sql.id(step.column)} < ${step.cutoff}
        and not ${hasSomethingOpen(register)}
      order by t.${sql.id(step.column)} limit ${PERSONS_AT_A_TIME}`)
    if (due.length === 0) return
    const persons = due.map((row) => row.id)
    const receipts = await erasePersons(ctx, register, persons, 'inactivity', (ctx, erased) =>
      ctx.db.run(sql`
        insert into night_progress (clause, rows_gone, batches) values (${step.clause}, ${erased}, 1)
        on conflict (clause) do update set
          rows_gone = night_progress.rows_gone + excluded.rows_gone, batches = night_progress.batches + 1`),
    )
    if (receipts.length === 0) return
  }
}

async function endHolds(ctx: Context, night: Temporal.PlainDate): Promise<void> {
  await ctx.db.run(sql`
    update hold set ended_at = ${ctx.clock.now()} where ended_at is null and until_on is not null and until_on <= ${night}`)
}

function openness(step: Step, register: Register) {
  return isPersonsStep(step) ? hasSomethingOpen(register) : sql`false`
}

async function recordsOf(
  ctx: Context,
  register: Register,
  night: Temporal.PlainDate,
  policy_version: number,
  steps: readonly Step[],
  before: readonly { oldest: Temporal.Instant | null }[],
): Promise<StepRecord[]> {
  const progress = new Map(
    (
      await ctx.db.all<{ clause: string; rows_gone: number; batches: number }>(
        sql`select clause, rows_gone, batches from night_progress`,
      )
    ).map((row) => [row.clause, row]),
  )
  // Whoever is erased takes along rows of every other clause.
  const erased = steps.some((step) => isPersonsStep(step) && progress.has(step.clause))
  const worked = steps.filter(
    (step, index) => erased || isDue(before[index]?.oldest, step) || progress.has(step.clause),
  )
  const after = worked.length > 0 ? await ctx.db.prepared(oldestStatement(worked)) : []
  const records: StepRecord[] = []
  for (const [index, step] of steps.entries()) {
    const at = worked.indexOf(step)
    const oldest_at = (at >= 0 ? after[at]?.oldest : before[index]?.oldest) ?? null
    const left = isDue(oldest_at, step)
      ? await ctx.db.one(leftStatement(step, openness(step, register)))
      : { held: 0, restricted: 0, still_open: 0, overdue: 0 }
    const done = progress.get(step.clause)
    records.push({
      night_on: night,
      policy_version,
      clause: step.clause,
      cutoff_at: step.cutoff,
      rows_gone: done?.rows_gone ?? 0,
      batches: done?.batches ?? 0,
      ...left,
      oldest_at,
      ended_at: ctx.clock.now(),
    })
  }
  return records
}
