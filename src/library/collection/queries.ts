import { type Ore, oreOf, type PatronId } from '#core'
import { sql } from '#db'
import type { Claim } from '#fees'
import type { Context } from '#vault'
import type { CollectionCaseRow } from './tables.ts'

const CASE = sql.raw(`id, patron_id, claim_kind, claim_id, reference, amount_ore, paid_ore, written_down_ore, state,
  reason, prepared_at, sent_at, changed_at, settled_at`)

export function claimOf({ claim_kind, claim_id }: Pick<CollectionCaseRow, 'claim_kind' | 'claim_id'>): Claim {
  return { kind: claim_kind, id: claim_id } as Claim
}

/** In the order their patrons are locked in. */
export function openCases(ctx: Context): Promise<CollectionCaseRow[]> {
  return ctx.db.all(sql<CollectionCaseRow>`
    select ${CASE} from collection_case where settled_at is null order by patron_id, prepared_at, id`)
}

export function closedCases(ctx: Context, most: number): Promise<CollectionCaseRow[]> {
  return ctx.db.all(sql<CollectionCaseRow>`
    select ${CASE} from collection_case where settled_at is not null order by settled_at desc, id desc limit ${most}`)
}

export function readCase(ctx: Context, id: string): Promise<CollectionCaseRow | undefined> {
  return ctx.db.maybe(sql<CollectionCaseRow>`select ${CASE} from collection_case where id = ${id}`)
}

/** Locks a case whose patron and claim are locked already. */
export function lockCase(ctx: Context, id: string): Promise<CollectionCaseRow | undefined> {
  return ctx.db.maybe(sql<CollectionCaseRow>`select ${CASE} from collection_case where id = ${id} for update`)
}

export function casesNamed(ctx: Context, references: readonly string[]): Promise<CollectionCaseRow[]> {
  return ctx.db.all(sql<CollectionCaseRow>`
    select ${CASE} from collection_case where reference = any(${references}::text[]) order by patron_id, id`)
}

// The municipality must be told of it: it had the claim, and the reason is ours.
const RECALLED = sql.raw(`(state = 'withdrawn' and sent_at is not null and reason in ('reduced', 'by-staff'))`)

/** What stands in the file of one hand-over: claims that were sent then, and recalls that were. */
export function casesOfBatch(ctx: Context, sentAt: Temporal.Instant): Promise<CollectionCaseRow[]> {
  return ctx.db.all(sql<CollectionCaseRow>`
    select ${CASE} from collection_case
    where (sent_at = ${sentAt} and state = 'sent') or (${RECALLED} and settled_at = ${sentAt})
    order by state = 'sent' desc, reference`)
}

export interface Batch {
  readonly sent_at: Temporal.Instant
  readonly lines: number
}

/** The hand-overs whose file may still be needed: those the municipality has not answered, newest first. */
export function batches(ctx: Context, since: Temporal.Instant): Promise<Batch[]> {
  return ctx.db.all(sql<Batch>`
    select at as sent_at, count(*)::int as lines from (
      select sent_at as at from collection_case where state = 'sent'
      union all
      select settled_at from collection_case where ${RECALLED} and settled_at is not null
    ) line where at >= ${since} group by at order by at desc`)
}

export interface Candidate {
  readonly claim: Claim
  readonly patron_id: PatronId
  readonly left_ore: Ore
  readonly number: string | null
}

/** Claims that should have been paid by a day and were not. One that was a case before is not made one again by itself. */
export async function overdueClaims(ctx: Context, due: Temporal.PlainDate, least: number): Promise<Candidate[]> {
  const of = (kind: Claim['kind']) => sql`
    select ${kind} as kind, c.id, c.patron_id, c.number, c.amount_ore - c.paid_ore - c.credited_ore as left_ore
    from ${sql.id(kind)} c
    where c.settled_at is null and c.handed_over_at is null and c.pay_by_on <= ${due}
      and c.amount_ore - c.paid_ore - c.credited_ore >= ${least}
      and not exists (select from collection_case k where k.claim_id = c.id
        and (k.settled_at is null or k.reason is distinct from 'reduced'))`
  const rows = await ctx.db.all(sql<{
    kind: string
    id: string
    patron_id: PatronId
    number: string | null
    left_ore: number
  }>`
    ${of('fee')} union all ${of('compensation')} order by patron_id, kind, id`)
  return rows.map(({ kind, id, patron_id, number, left_ore }) => ({
    claim: { kind, id } as Claim,
    patron_id,
    number,
    left_ore: oreOf(left_ore),
  }))
}
