import { type BranchId, type Ore, oreOf, startOfDay } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'
import type { BookkeepingEntryRow, PaymentRow } from './tables.ts'

/** What one branch took and handed out in one way on one day. */
export interface Takings {
  readonly day: Temporal.PlainDate
  /** Null for what came in by itself, as online. */
  readonly branch_id: BranchId | null
  readonly branch: string | null
  readonly method: PaymentRow['method']
  readonly paid_ore: Ore
  readonly refunded_ore: Ore
  readonly receipts: number
}

/**
 * What was taken and handed out, by day, branch and method, from one day to another, both included. It is counted from
 * the entries in the accounts, so it stays as it was when the payments themselves are forgotten.
 */
export function takings(ctx: Context, from: Temporal.PlainDate, to: Temporal.PlainDate): Promise<Takings[]> {
  const [begin, end] = between(from, to)
  return ctx.db.all(sql<Takings>`
    select (e.booked_at at time zone 'Europe/Copenhagen')::date as day, e.branch_id, b.name as branch, e.method,
      coalesce(-sum(e.amount_ore) filter (where e.kind = 'payment'), 0)::int as paid_ore,
      coalesce(sum(e.amount_ore) filter (where e.kind = 'refund'), 0)::int as refunded_ore,
      count(*)::int as receipts
    from bookkeeping_entry e left join branch b on b.id = e.branch_id
    where e.kind in ('payment', 'refund') and e.method is not null and e.booked_at >= ${begin} and e.booked_at < ${end}
    group by 1, 2, 3, 4 order by 1, b.name nulls last, e.method`)
}

/** How what is owed to a library changed over some days. */
export interface Movements {
  readonly before_ore: Ore
  readonly charged_ore: Ore
  readonly paid_ore: Ore
  readonly refunded_ore: Ore
  readonly credited_ore: Ore
  readonly written_off_ore: Ore
  readonly after_ore: Ore
}

export async function movements(ctx: Context, from: Temporal.PlainDate, to: Temporal.PlainDate): Promise<Movements> {
  const [begin, end] = between(from, to)
  const row = await ctx.db.one<Record<keyof Movements, number>>(sql`
    select coalesce(sum(amount_ore) filter (where booked_at < ${begin}), 0)::float8 as before_ore,
      coalesce(sum(amount_ore) filter (where kind = 'charge' and booked_at >= ${begin}), 0)::float8 as charged_ore,
      coalesce(-sum(amount_ore) filter (where kind = 'payment' and booked_at >= ${begin}), 0)::float8 as paid_ore,
      coalesce(sum(amount_ore) filter (where kind = 'refund' and booked_at >= ${begin}), 0)::float8 as refunded_ore,
      coalesce(-sum(amount_ore) filter (where kind = 'credit' and booked_at >= ${begin}), 0)::float8 as credited_ore,
      coalesce(-sum(amount_ore) filter (where kind = 'write-off' and booked_at >= ${begin}), 0)::float8 as written_off_ore,
      coalesce(sum(amount_ore), 0)::float8 as after_ore
    from bookkeeping_entry where booked_at < ${end}`)
  return {
    before_ore: oreOf(row.before_ore),
    charged_ore: oreOf(row.charged_ore),
    paid_ore: oreOf(row.paid_ore),
    refunded_ore: oreOf(row.refunded_ore),
    credited_ore: oreOf(row.credited_ore),
    written_off_ore: oreOf(row.written_off_ore),
    after_ore: oreOf(row.after_ore),
  }
}

export interface Reconciliation {
  /** What the accounts say is owed to the library, less what it owes back. */
  readonly accounts_ore: Ore
  /** What the claims say. */
  readonly claims_ore: Ore
  /** How many claims the two do not agree about; none, or something is wrong. */
  readonly differing: number
}

/** Holds the accounts against the claims, as both stand now. A claim that has been forgotten must come to nothing. */
export async function reconcile(ctx: Context): Promise<Reconciliation> {
  const row = await ctx.db.one<{ accounts_ore: number; claims_ore: number; differing: number }>(sql`
    with booked as (select claim_id as id, sum(amount_ore) as ore from bookkeeping_entry group by claim_id),
      claim as (
        select id, amount_ore - paid_ore - credited_ore as ore from fee
        union all
        select id, amount_ore - paid_ore - credited_ore from compensation)
    select coalesce(sum(booked.ore), 0)::float8 as accounts_ore, coalesce(sum(claim.ore), 0)::float8 as claims_ore,
      count(*) filter (where coalesce(booked.ore, 0) <> coalesce(claim.ore, 0))::int as differing
    from booked full join claim on claim.id = booked.id`)
  return { accounts_ore: oreOf(row.accounts_ore), claims_ore: oreOf(row.claims_ore), differing: row.differing }
}

/** A line of the accounts as it leaves the library: neither person nor title. */
export type AccountsLine = Pick<
  BookkeepingEntryRow,
  'number' | 'booked_at' | 'account' | 'kind' | 'method' | 'amount_ore'
> & { readonly branch: string | null }

export function accountsLines(ctx: Context, from: Temporal.PlainDate, to: Temporal.PlainDate): Promise<AccountsLine[]> {
  const [begin, end] = between(from, to)
  return ctx.db.all(sql<AccountsLine>`
    select e.number, e.booked_at, e.account, e.kind, e.method, e.amount_ore, b.name as branch
    from bookkeeping_entry e left join branch b on b.id = e.branch_id
    where e.booked_at >= ${begin} and e.booked_at < ${end} order by e.booked_at, e.number`)
}

function between(from: Temporal.PlainDate, to: Temporal.PlainDate): [Temporal.Instant, Temporal.Instant] {
  return [startOfDay(from), startOfDay(to.add({ days: 1 }))]
}
