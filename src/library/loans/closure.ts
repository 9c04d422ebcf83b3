import { closeOn, listBranches } from '#agencies'
import { type BranchId, dayOf, isId, ok, type Result, refuse, type StaffId } from '#core'
import { sql, transact } from '#db'
import {
  type AnnouncedClosure,
  type Closure,
  type ClosureReach,
  changeTimetables,
  closureOf,
  closures,
  MOST_CLOSURES,
} from '#lending-rules'
import { REACHABLE } from '#messages'
import { movePickupDeadlines } from '#reservations'
import { changeSetting, currentSetting, readSetting } from '#settings'
import type { Context } from '#vault'
import { moveDueDates } from './move-due.ts'

export type ClosureRefusal =
  | { readonly kind: 'ends-before-it-begins' }
  | { readonly kind: 'too-long'; readonly most: number }
  /** What was due then has been handed in, or has cost what it cost. */
  | { readonly kind: 'too-long-ago'; readonly most: number }
  | { readonly kind: 'no-reason' }
  | { readonly kind: 'unknown-branch' }

const LONGEST_DAYS = 120
const OLDEST_DAYS = 31

/** Whether a closure can be announced. It may have begun: a pipe bursts at night, and the day is over when it is told. */
export function decideClosure(
  { from, to, reason }: Pick<Closure, 'from' | 'to' | 'reason'>,
  today: Temporal.PlainDate,
): Result<true, ClosureRefusal> {
  if (Temporal.PlainDate.compare(to, from) < 0) return refuse({ kind: 'ends-before-it-begins' })
  if (from.until(to).days + 1 > LONGEST_DAYS) return refuse({ kind: 'too-long', most: LONGEST_DAYS })
  if (from.until(today).days > OLDEST_DAYS) return refuse({ kind: 'too-long-ago', most: OLDEST_DAYS })
  if (reason.da.trim() === '' || reason.en.trim() === '') return refuse({ kind: 'no-reason' })
  return ok(true)
}

/** What a closure would move, were it announced now. */
export async function previewClosure(ctx: Context, closure: Closure): Promise<Result<ClosureReach, ClosureRefusal>> {
  const decision = decideClosure(closure, dayOf(ctx.clock.now()))
  if (!decision.ok) return decision
  if (closure.branch && !(await isBranch(ctx, closure.branch))) return refuse({ kind: 'unknown-branch' })
  return ok(await reachOf(ctx, closure, sql`true`, sql`true`))
}

/**
 * Closes the library, or a branch, on short notice: enters the days in the calendar, so that they cost no late fee, and
 * notes that what is due on them moves. {@link goOnMoving} does that, now and until nothing is left.
 * @returns the closure's id
 */
export async function closeSuddenly(
  ctx: Context,
  closure: Closure,
  by: StaffId | null,
): Promise<Result<string, ClosureRefusal>> {
  const preview = await previewClosure(ctx, closure)
  if (!preview.ok) return preview
  const id = ctx.random.uuid(ctx.clock.now())
  const entry = {
    id,
    branch: closure.branch,
    from: closure.from.toString(),
    to: closure.to.toString(),
    reason: closure.reason,
    planned: preview.value,
  }
  for (;;) {
    const { version, content } = await currentSetting(ctx, closures)
    const list = [entry, ...content.closures].slice(0, MOST_CLOSURES)
    const noted = await transact(ctx, async (ctx) => {
      const changed = await changeSetting(ctx, closures, { content: { closures: list }, basedOn: version, by })
      if (!changed.ok) return changed
      await changeTimetables(ctx, by, async (ctx) => {
        for (const day of daysOf(closure)) await closeOn(ctx, { branch: closure.branch, day, reason: closure.reason })
      })
      return changed
    })
    if (noted.ok) return ok(id)
    if (noted.refusal.kind === 'not-valid') return refuse({ kind: 'no-reason' })
    // Somebody else has announced another at the same moment: this one comes after it.
  }
}

/**
 * Moves what falls on the closures announced lately, and tells those concerned, until nothing is left or `enough` says
 * so. To be run by itself every few minutes too: whatever was cut off goes on, and what is done is not done twice.
 * @returns how many were moved
 */
export async function goOnMoving(ctx: Context, enough: () => boolean = () => false): Promise<number> {
  const { closures: announced } = await readSetting(ctx, closures)
  const today = dayOf(ctx.clock.now())
  let all = 0
  for (const each of announced) {
    const closure = closureOf(each)
    if (closure.to.until(today).days > OLDEST_DAYS) continue
    for (const move of [moveDueDates, movePickupDeadlines]) {
      for (let moved = 1; moved > 0; all += moved) {
        if (enough()) return all
        moved = (await move(ctx, closure)).moved
      }
    }
  }
  return all
}

/** What is still to be moved for a closure; nothing when all is done. Days that are open again after all do not count. */
export function leftOf(ctx: Context, announced: AnnouncedClosure): Promise<ClosureReach> {
  const closed = (branch: string, day: string) => sql`
    exists (select from closed_day c where c.day = ${sql.raw(day)} and (c.branch_id is null or c.branch_id = ${sql.raw(branch)}))`
  return reachOf(
    ctx,
    closureOf(announced),
    closed('l.branch_id', 'l.due_on'),
    closed('r.pickup_branch_id', 'r.pickup_until_on'),
  )
}

async function isBranch(ctx: Context, branch: BranchId): Promise<boolean> {
  return isId(branch) && (await listBranches(ctx)).some(({ id }) => id === branch)
}

function daysOf({ from, to }: Closure): Temporal.PlainDate[] {
  return Array.from({ length: from.until(to).days + 1 }, (_, days) => from.add({ days }))
}

type Condition = ReturnType<typeof sql>

function reachOf(
  ctx: Context,
  { branch, from, to }: Closure,
  ofLoans: Condition,
  ofReservations: Condition,
): Promise<ClosureReach> {
  return ctx.db.one(sql<ClosureReach>`
    with loans as (
      select l.patron_id, l.claimed_returned_at is null as told from loan l
      where l.returned_at is null and l.lost_at is null and l.due_on between ${from} and ${to}
        and (${branch}::uuid is null or l.branch_id = ${branch}) and ${ofLoans}),
    reservations as (
      select r.patron_id, true as told from reservation r
      where r.ready_at is not null and r.pickup_until_on between ${from} and ${to}
        and (${branch}::uuid is null or r.pickup_branch_id = ${branch}) and ${ofReservations})
    select (select count(*)::int from loans) as loans, (select count(*)::int from reservations) as reservations,
      (select count(*)::int from patron p
       where p.id in (select patron_id from loans where told union select patron_id from reservations)
         and (${sql.raw(REACHABLE('p'))} or exists (select from push_subscription a where a.patron_id = p.id))
         and not exists (select from loan_block b where b.patron_id = p.id and b.code = 'deceased')
         and not exists (select from restriction x where x.patron_id = p.id and x.ended_at is null)) as people`)
}
