import { type PatronId, realClock, type StaffId, type Text2 } from '#core'
import type { DbContext } from '#db'

const MINUTES = 30
/** Some desks for half an hour; what is above makes room. */
const MOST = 2000

/** Why a member of staff has a patron in front of them. */
interface Task {
  readonly why: Text2
  /** What to say once, on the next page: that the card which was scanned is blocked. */
  notice?: Text2 | undefined
  readonly until: Temporal.Instant
}

/**
 * In the memory of this process and nowhere else. A reason may be typed, so it belongs neither in an address nor in a
 * cookie; and what the log says of a scanned card must not be something that anybody can write into an address.
 */
const tasks = new Map<string, Task>()

/** From now on this member of staff has this patron before them, for this reason, for half an hour. */
export function takeInHand(
  ctx: DbContext,
  staff: StaffId,
  patron: PatronId,
  task: { readonly why: Text2; readonly notice?: Text2 | undefined },
): void {
  const now = realClock.now()
  for (const [name, { until }] of tasks) {
    if (Temporal.Instant.compare(now, until) < 0 && tasks.size < MOST) break
    tasks.delete(name)
  }
  const name = nameOf(ctx, staff, patron)
  // Deleted first, so that the oldest come first.
  tasks.delete(name)
  tasks.set(name, { ...task, until: now.add({ minutes: MINUTES }) })
}

/** Why they have the patron before them, if they said so or scanned a card. */
export function inHand(ctx: DbContext, staff: StaffId, patron: PatronId): Text2 | undefined {
  const task = tasks.get(nameOf(ctx, staff, patron))
  return task && Temporal.Instant.compare(realClock.now(), task.until) < 0 ? task.why : undefined
}

/** What is to be said of the card that was scanned; only once. */
export function takeNotice(ctx: DbContext, staff: StaffId, patron: PatronId): Text2 | undefined {
  const task = tasks.get(nameOf(ctx, staff, patron))
  const notice = task?.notice
  if (task) task.notice = undefined
  return notice
}

function nameOf(ctx: DbContext, staff: StaffId, patron: PatronId): string {
  return `${ctx.agency} ${staff} ${patron}`
}
