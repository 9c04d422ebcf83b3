import type { BranchId, Text2 } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'

/** When a branch is open: the days of its week, 1 for Monday, and the days it is closed all the same. */
export interface Calendar {
  /** Empty where no opening hours are known: every day then counts as open, or nothing would ever be due. */
  readonly weekdays: readonly number[]
  /** As ISO dates. */
  readonly closed: ReadonlySet<string>
}

/** A library that has closed for more than this is closed for good, and days are counted as they come. */
const LONGEST_CLOSURE_DAYS = 366

export function isOpenOn(calendar: Calendar, day: Temporal.PlainDate): boolean {
  if (calendar.closed.has(day.toString())) return false
  return calendar.weekdays.length === 0 || calendar.weekdays.includes(day.dayOfWeek)
}

/** The day itself when the branch is open on it, else the first day after it on which it is. */
export function nextOpenDay(calendar: Calendar, day: Temporal.PlainDate): Temporal.PlainDate {
  let open = day
  for (let tried = 0; tried < LONGEST_CLOSURE_DAYS; tried++) {
    if (isOpenOn(calendar, open)) return open
    open = open.add({ days: 1 })
  }
  return day
}

/** The day after `count` open days have passed, itself an open day: on Friday, two open days later may be Tuesday. */
export function openDaysAfter(calendar: Calendar, day: Temporal.PlainDate, count: number): Temporal.PlainDate {
  let open = day
  for (let passed = 0; passed < count; passed++) open = nextOpenDay(calendar, open.add({ days: 1 }))
  return open
}

/** How many days after `from`, up to and including `to`, the branch was open: a closed day costs nobody anything. */
export function openDaysBetween(calendar: Calendar, from: Temporal.PlainDate, to: Temporal.PlainDate): number {
  let count = 0
  for (let day = from.add({ days: 1 }); Temporal.PlainDate.compare(day, to) <= 0; day = day.add({ days: 1 })) {
    if (isOpenOn(calendar, day)) count++
  }
  return count
}

/** A branch's week, and its closed days from a day on. */
export async function readCalendar(ctx: Context, branch: BranchId, from: Temporal.PlainDate): Promise<Calendar> {
  const [week, closed] = await Promise.all([
    ctx.db.all<{ weekday: number }>(
      sql`select distinct weekday from opening_hours where branch_id = ${branch} order by weekday`,
    ),
    ctx.db.all<{ day: Temporal.PlainDate }>(sql`
      select distinct day from closed_day where (branch_id = ${branch} or branch_id is null) and day >= ${from}`),
  ])
  return {
    weekdays: week.map(({ weekday }) => weekday),
    closed: new Set(closed.map(({ day }) => day.toString())),
  }
}

/** Closes a branch, or with none named the whole library, on a day. Closing twice is closing, for the newer reason. */
export async function closeOn(
  ctx: Context,
  closure: { readonly branch: BranchId | null; readonly day: Temporal.PlainDate; readonly reason: Text2 },
): Promise<void> {
  const { branch, day, reason } = closure
  await ctx.db.run(sql`
    insert into closed_day (id, branch_id, day, reason_da, reason_en)
    values (${ctx.random.uuid(ctx.clock.now())}, ${branch}, ${day}, ${reason.da}, ${reason.en})
    on conflict (branch_id, day) do update set reason_da = excluded.reason_da, reason_en = excluded.reason_en`)
}

export async function openAgainOn(ctx: Context, branch: BranchId | null, day: Temporal.PlainDate): Promise<boolean> {
  const opened = await ctx.db.run(
    sql`delete from closed_day where branch_id is not distinct from ${branch} and day = ${day}`,
  )
  return opened > 0
}
