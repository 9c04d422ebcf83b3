import { listBranches } from '#agencies'
import { type BranchId, dayOf, startOfDay, TIME_ZONE } from '#core'
import { sql } from '#db'
import { policyOf } from '#privacy'
import type { Context } from '#vault'
import { type Shown, suppress } from './rules.ts'

export interface LoanCount {
  /** Its first day. */
  readonly month: Temporal.PlainDate
  readonly branch_id: BranchId
  readonly material: string
  readonly loans: number
}

/**
 * Loans begun in each month from `first` to `last`, by branch and material, each counted once: those already forgotten
 * are in the counter, and the statement that puts one there takes its row away. The loans of people whose data are
 * restricted wait until they no longer are (Art. 18).
 */
export function countLoans(
  ctx: Context,
  first: Temporal.PlainYearMonth,
  last: Temporal.PlainYearMonth,
): Promise<LoanCount[]> {
  const from = first.toPlainDate({ day: 1 })
  const before = last.add({ months: 1 }).toPlainDate({ day: 1 })
  return ctx.db.all(sql<LoanCount>`
    select month, branch_id, material, sum(loans)::int as loans
    from (
      select month, branch_id, material, loans from circulation where month >= ${from} and month < ${before}
      union all
      select date_trunc('month', lent_at at time zone ${sql.lit(TIME_ZONE)})::date, branch_id, material, 1 from loan l
      where lent_at >= ${startOfDay(from)} and lent_at < ${startOfDay(before)}
        and not exists (select from restriction r where r.patron_id = l.patron_id and r.ended_at is null)
    ) counted
    group by month, branch_id, material
    order by month, branch_id, material`)
}

/** How many months the public sees. */
const MONTHS = 13

/** What the public may see of the loans of the last thirteen whole months. */
export interface PublicStatistics {
  /** The smallest number that is shown, besides zero. */
  readonly smallestCell: number
  readonly total: number
  readonly months: readonly { readonly month: Temporal.PlainYearMonth; readonly loans: number | null }[]
  readonly materials: readonly string[]
  readonly branches: readonly string[]
  /** By material, then by branch, with the totals of both. */
  readonly cross: Shown
}

/**
 * The public's statistics under the library's policy; undefined while there are too few loans to show anything. The
 * month that is running is left out: a number that is seen to grow from day to day tells of single loans.
 */
export async function publicStatistics(ctx: Context): Promise<PublicStatistics | undefined> {
  const { policy } = await policyOf(ctx)
  const smallestCell = policy.statistics['smallest-cell']
  const last = dayOf(ctx.clock.now()).toPlainYearMonth().subtract({ months: 1 })
  const months = Array.from({ length: MONTHS }, (_, index) => last.subtract({ months: MONTHS - 1 - index }))
  const counts = await countLoans(ctx, months[0] ?? last, last)
  const branches = await listBranches(ctx)
  const materials = [...new Set(counts.map(({ material }) => material))].sort()
  const loansOf = (wanted: (count: LoanCount) => boolean) =>
    counts.filter(wanted).reduce((sum, { loans }) => sum + loans, 0)

  const byMonth = suppress(
    months.map((month) => [loansOf((count) => count.month.toPlainYearMonth().equals(month))]),
    smallestCell,
  )
  const cross = suppress(
    materials.map((material) =>
      branches.map((branch) => loansOf((count) => count.material === material && count.branch_id === branch.id)),
    ),
    smallestCell,
  )
  // The two tables share their total alone: were it withheld in one, the other would give it away.
  const total = byMonth.total === null ? null : cross.total
  if (total === null || total === 0) return undefined
  return {
    smallestCell,
    total,
    months: months.map((month, index) => ({ month, loans: byMonth.cells[index]?.[0] ?? null })),
    materials,
    branches: branches.map(({ name }) => name),
    cross,
  }
}
