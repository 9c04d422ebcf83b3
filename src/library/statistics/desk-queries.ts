import { listBranches } from '#agencies'
import { dayOf } from '#core'
import { sql } from '#db'
import { policyOf } from '#privacy'
import type { Context } from '#vault'
import { countLoans, type LoanCount } from './queries.ts'
import { suppress } from './rules.ts'

type Month = Temporal.PlainYearMonth

/** Whole months, first and last included. */
export interface Period {
  readonly first: Month
  readonly last: Month
}

export const COMPARISONS = ['year-before', 'period-before', 'none'] as const
export type Comparison = (typeof COMPARISONS)[number]

/** What a period is held against. */
export function comparedWith({ first, last }: Period, with_: Comparison): Period | undefined {
  if (with_ === 'none') return undefined
  const months = with_ === 'year-before' ? 12 : monthsIn({ first, last })
  return { first: first.subtract({ months }), last: last.subtract({ months }) }
}

export function monthsIn({ first, last }: Period): number {
  return first.until(last, { largestUnit: 'months' }).months + 1
}

/** One line of a table: null where the number is withheld. */
export interface Line {
  readonly key: string
  readonly value: number | null
  /** The same line of the period it is held against. */
  readonly before?: number | null | undefined
  /** How much there is of it, for turnover. */
  readonly items?: number | undefined
}

export interface DeskStatistics {
  readonly smallestCell: number
  readonly total: number | null
  readonly totalBefore: number | null | undefined
  readonly months: readonly Line[]
  readonly branches: readonly Line[]
  readonly materials: readonly Line[]
  readonly groups: readonly Line[]
  readonly days: readonly Line[]
  /** How many wait, day by day. */
  readonly waiting: readonly Line[]
  /** Of what is lent out, how much is late; null where it is withheld. */
  readonly overdue: readonly { readonly key: string; readonly share: number | null }[]
  readonly items: number
}

export const DAYS_SHOWN = 31

/** Everything the staff's page of numbers shows. Numbers of a few are withheld as on the page for the public. */
export async function deskStatistics(ctx: Context, period: Period, compare: Comparison): Promise<DeskStatistics> {
  const { policy } = await policyOf(ctx)
  const k = policy.statistics['smallest-cell']
  const other = comparedWith(period, compare)
  const counts = await countLoans(ctx, period.first, period.last)
  const before = other ? await countLoans(ctx, other.first, other.last) : undefined
  const branches = await listBranches(ctx)
  const stock = await stockByBranch(ctx)
  const months = Array.from({ length: monthsIn(period) }, (_, at) => period.first.add({ months: at }))
  const materials = [...new Set([...counts, ...(before ?? [])].map(({ material }) => material))].sort()
  const by = (keys: readonly string[], keyOf: (count: LoanCount) => string, shift = 0) => {
    const now = hidden(keys, (key) => sumOf(counts, keyOf, key), k)
    const then = before && hidden(keys, (key) => sumOf(before, keyOf, shifted(key, shift)), k)
    return keys.map((key, at): Line => ({ key, value: now[at] ?? null, before: then ? (then[at] ?? null) : undefined }))
  }
  const monthShift = other ? monthsIn({ first: other.first, last: period.first }) - 1 : 0
  const byBranch = by(
    branches.map(({ id }) => id),
    ({ branch_id }) => branch_id,
  )
  const names = new Map<string, string>(branches.map(({ id, name }) => [id, name]))
  return {
    smallestCell: k,
    total: totalOf(counts, k),
    totalBefore: before && totalOf(before, k),
    months: by(months.map(String), ({ month }) => String(month.toPlainYearMonth()), monthShift),
    branches: byBranch.map((line) => ({
      ...line,
      key: names.get(line.key) ?? '',
      items: stock.get(line.key)?.items ?? 0,
    })),
    materials: by(materials, ({ material }) => material),
    groups: await loansByGroup(ctx, period, k),
    ...(await lastDays(ctx, k)),
    overdue: branches.map(({ id, name }) => ({ key: name, share: shareOf(stock.get(id), k) })),
    items: [...stock.values()].reduce((sum, { items }) => sum + items, 0),
  }
}

function shifted(key: string, months: number): string {
  return months === 0 ? key : String(Temporal.PlainYearMonth.from(key).subtract({ months }))
}

function sumOf(counts: readonly LoanCount[], keyOf: (count: LoanCount) => string, key: string): number {
  return counts.filter((count) => keyOf(count) === key).reduce((sum, { loans }) => sum + loans, 0)
}

function small(value: number, k: number): number | null {
  return value > 0 && value < k ? null : value
}

/** The numbers of a list as they may be shown beside their total. */
function hidden(keys: readonly string[], numberOf: (key: string) => number, k: number): (number | null)[] {
  if (keys.length === 0) return []
  return suppressed(keys.map(numberOf), k).cells.map(([cell]) => cell ?? null)
}

function suppressed(numbers: readonly number[], k: number) {
  return suppress(
    numbers.map((number) => [number]),
    k,
  )
}

/** The lists share their total: were it withheld in one, another would give it away. */
function totalOf(counts: readonly LoanCount[], k: number): number | null {
  const keysOf: readonly ((count: LoanCount) => string)[] = [
    ({ month }) => String(month),
    ({ branch_id }) => branch_id,
    ({ material }) => material,
  ]
  const totals = keysOf.map((keyOf) => {
    const keys = [...new Set(counts.map(keyOf))]
    return keys.length === 0
      ? 0
      : suppressed(
          keys.map((key) => sumOf(counts, keyOf, key)),
          k,
        ).total
  })
  return totals.includes(null) ? null : (totals[0] ?? 0)
}

interface Stock {
  readonly branch_id: string
  readonly items: number
  readonly on_loan: number
  readonly overdue: number
}

async function stockByBranch(ctx: Context): Promise<ReadonlyMap<string, Stock>> {
  const today = dayOf(ctx.clock.now())
  const rows = await ctx.db.all(sql<Stock>`
    select i.branch_id, count(*)::int as items,
      count(*) filter (where i.state in ('on-loan', 'claimed-returned'))::int as on_loan,
      coalesce(max(late.overdue), 0)::int as overdue
    from item i left join (select o.branch_id, count(*) as overdue from loan l join item o on o.id = l.item_id
        where l.returned_at is null and l.lost_at is null and l.due_on < ${today} group by 1) late
      on late.branch_id = i.branch_id
    where i.state not in ('withdrawn', 'lost', 'on-order') group by i.branch_id`)
  return new Map(rows.map((row) => [row.branch_id, row]))
}

/** Where either number is of a few, the share would tell it. */
function shareOf(stock: Stock | undefined, k: number): number | null {
  if (!stock || stock.on_loan === 0) return 0
  const { overdue, on_loan } = stock
  return small(overdue, k) === null || small(on_loan - overdue, k) === null ? null : overdue / on_loan
}

async function loansByGroup(ctx: Context, { first, last }: Period, k: number): Promise<Line[]> {
  const rows = await ctx.db.all<{ material_group: string; loans: number; items: number }>(sql`
    select d.material_group, sum(d.loans)::int as loans,
      (select count(*)::int from item i where i.material_group = d.material_group
        and i.state not in ('withdrawn', 'lost', 'on-order')) as items
    from day_of_group d where d.day >= ${first.toPlainDate({ day: 1 })}
      and d.day < ${last.add({ months: 1 }).toPlainDate({ day: 1 })}
    group by d.material_group order by d.material_group`)
  const keys = rows.map(({ material_group }) => material_group)
  const values = hidden(keys, (key) => rows.find((row) => row.material_group === key)?.loans ?? 0, k)
  return rows.map(({ material_group, items }, at) => ({ key: material_group, value: values[at] ?? null, items }))
}

async function lastDays(ctx: Context, k: number): Promise<Pick<DeskStatistics, 'days' | 'waiting'>> {
  const today = dayOf(ctx.clock.now())
  const rows = await ctx.db.all<{ day: Temporal.PlainDate; loans: number; waiting: number | null }>(sql`
    select day, sum(loans)::int as loans, sum(waiting)::int as waiting from day_at_branch
    where day >= ${today.subtract({ days: DAYS_SHOWN })} and day < ${today} group by day order by day`)
  const keys = rows.map(({ day }) => String(day))
  const loans = hidden(keys, (key) => rows.find(({ day }) => String(day) === key)?.loans ?? 0, k)
  return {
    days: keys.map((key, at) => ({ key, value: loans[at] ?? null })),
    waiting: rows.flatMap(({ day, waiting }) =>
      waiting === null ? [] : [{ key: String(day), value: small(waiting, k) }],
    ),
  }
}
