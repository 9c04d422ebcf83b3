import { type BranchId, isId, type Text2 } from '#core'
import { sql, transact } from '#db'
import type { Context } from '#vault'
import { closeOn } from './calendar.ts'

export interface ListedClosedDay {
  readonly id: string
  readonly branch_id: BranchId | null
  /** None where every branch is closed. */
  readonly branch: string | null
  readonly day: Temporal.PlainDate
  readonly reason: Text2
}

/** The closed days of a year, in order; the whole library's before a branch's. */
export async function closedDaysOf(ctx: Context, year: number): Promise<ListedClosedDay[]> {
  const rows = await ctx.db.all(sql<{
    id: string
    branch_id: BranchId | null
    branch: string | null
    day: Temporal.PlainDate
    reason_da: string
    reason_en: string
  }>`
    select c.id, c.branch_id, b.name as branch, c.day, c.reason_da, c.reason_en
    from closed_day c left join branch b on b.id = c.branch_id
    where c.day between make_date(${year}::int, 1, 1) and make_date(${year}::int, 12, 31)
    order by c.day, c.branch_id is not null, b.name`)
  return rows.map(({ reason_da, reason_en, ...day }) => ({ ...day, reason: { da: reason_da, en: reason_en } }))
}

/** Takes a closed day out of the calendar; false when it is gone already. */
export async function removeClosedDay(ctx: Context, id: string): Promise<boolean> {
  return isId(id) && (await ctx.db.run(sql`delete from closed_day where id = ${id}`)) > 0
}

export interface ClosedDay {
  /** None: every branch. */
  readonly branch: BranchId | null
  readonly day: Temporal.PlainDate
  readonly reason: Text2
}

/** Every closed day there is, in an order that is always the same. */
export async function allClosedDays(ctx: Context): Promise<ClosedDay[]> {
  const rows = await ctx.db.all(
    sql<{
      branch: BranchId | null
      day: Temporal.PlainDate
      reason_da: string
      reason_en: string
    }>`select branch_id as branch, day, reason_da, reason_en from closed_day order by day, branch_id nulls first`,
  )
  return rows.map(({ reason_da, reason_en, ...day }) => ({ ...day, reason: { da: reason_da, en: reason_en } }))
}

/** Replaces all closed days. */
export async function setClosedDays(ctx: Context, days: readonly ClosedDay[]): Promise<void> {
  await transact(ctx, async (ctx) => {
    await ctx.db.run(sql`delete from closed_day`)
    for (const each of days) await closeOn(ctx, each)
  })
}
