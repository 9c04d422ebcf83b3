import { dayOf, ok, type Result } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'
import { held, restricted } from './batch.ts'
import type { Register } from './declare.ts'
import { diffPolicies, type PolicyDiff } from './diff-policies.ts'
import { hasSomethingOpen } from './erase.ts'
import { isPersonsStep, planRetention, type Step } from './plan.ts'
import type { Policy } from './policy.ts'
import { type PublishedPolicy, policyOf } from './published.ts'
import { type PolicyFault, readPolicy } from './read-policy.ts'

/** What one clause of a new policy would take in its first night that the policy in force would have left. */
export interface Reach {
  /** Such as `loan/settled`. */
  readonly clause: string
  readonly rows: number
  /** All rows the clause could ever end. */
  readonly total: number
  /** Of the total, to one decimal. */
  readonly percent: number
  /** The day of the oldest moment among the rows that would go. */
  readonly oldest_on: Temporal.PlainDate | null
}

export interface Preview {
  readonly policy: Policy
  /** The version it would take over from. */
  readonly current: PublishedPolicy
  /** Its first day, were it published now. */
  readonly effective_on: Temporal.PlainDate
  /** The first night it would decide. */
  readonly night_on: Temporal.PlainDate
  readonly diff: PolicyDiff
  /** The clauses that would decide otherwise, whether or not they take anything at once. */
  readonly reaches: readonly Reach[]
}

/** Shows what a policy would change and what would go in its first night, without changing anything. */
export async function previewPolicy(
  ctx: Context,
  text: string,
  register: Register,
): Promise<Result<Preview, PolicyFault[]>> {
  const read = readPolicy(text, register, { agency: ctx.agency })
  if (!read.ok) return read
  return ok(await preview(ctx, read.value, await policyOf(ctx), register))
}

export async function preview(
  ctx: Context,
  policy: Policy,
  current: PublishedPolicy,
  register: Register,
): Promise<Preview> {
  const today = dayOf(ctx.clock.now())
  const effective_on = firstDay(policy, today)
  const tomorrow = today.add({ days: 1 })
  // The night of today may be over already.
  const night_on = later(effective_on, tomorrow)
  const before = planRetention(current.policy, register, night_on)
  const reaches: Reach[] = []
  for (const step of planRetention(policy, register, night_on)) {
    if (before.some((old) => decidesAlike(old, step))) continue
    reaches.push(await reachOf(ctx, step, before, register))
  }
  return { policy, current, effective_on, night_on, diff: diffPolicies(current.policy, policy), reaches }
}

/** A policy is never in force before the day it is published. */
export function firstDay(policy: Policy, today: Temporal.PlainDate): Temporal.PlainDate {
  return later(Temporal.PlainDate.from(policy.effective), today)
}

function later(a: Temporal.PlainDate, b: Temporal.PlainDate): Temporal.PlainDate {
  return Temporal.PlainDate.compare(a, b) >= 0 ? a : b
}

function decidesAlike(a: Step, b: Step): boolean {
  return a.clause === b.clause && takesAsMuch(a, b) && a.cutoff.equals(b.cutoff)
}

/** Whether what the first step did to a row leaves nothing for the second to take. */
function takesAsMuch(a: Step, b: Step): boolean {
  return a.action !== 'redact' || b.action === 'redact'
}

async function reachOf(ctx: Context, step: Step, before: readonly Step[], register: Register): Promise<Reach> {
  const done = step.action === 'redact' ? step.table.redacts?.done : undefined
  const goesAnyway = before
    .filter((old) => old.table === step.table && takesAsMuch(old, step))
    .map((old) => sql`and (t.${sql.id(old.column)} < ${old.cutoff}) is not true`)
  const open = isPersonsStep(step) ? hasSomethingOpen(register) : sql`false`
  const counted = await ctx.db.one<{ total: number; rows: number; oldest: Temporal.Instant | null }>(sql`
    select count(*) as total,
           count(*) filter (where goes) as rows,
           min(moment) filter (where goes) as oldest
    from (
      select t.${sql.id(step.column)} as moment,
             t.${sql.id(step.column)} < ${step.cutoff} ${sql.join(goesAnyway, sql` `)}
               and not ${held(step.table)} and not ${restricted(step.table)} and not ${open} as goes
      from ${sql.id(step.table.name)} t
      ${done ? sql`where t.${sql.id(done)} is null` : sql``}
    ) all_rows`)
  return {
    clause: step.clause,
    rows: counted.rows,
    total: counted.total,
    percent: counted.total === 0 ? 0 : Math.round((counted.rows * 1000) / counted.total) / 10,
    oldest_on: counted.oldest && dayOf(counted.oldest),
  }
}
