import { ok, type PatronId, type Result, refuse } from '#core'
import { sql } from '#db'
import type { Context } from '#vault'
import { atDesk } from './blocks.ts'
import type { PatronTaskRow, TaskKind } from './desk-tables.ts'

/** Gives the desk something to look at about a patron, once until it is done. Answers whether it is new. */
export async function raiseTask(ctx: Context, patron: PatronId, kind: TaskKind): Promise<boolean> {
  const now = ctx.clock.now()
  const raised = await ctx.db.run(sql`
    insert into patron_task (id, patron_id, kind, made_at)
    select ${ctx.random.uuid(now)}, id, ${kind}, ${now} from patron where id = ${patron}
    on conflict (patron_id, kind) where done_at is null do nothing`)
  return raised > 0
}

/** Someone at the desk has looked at it. Finishing a task that is done changes nothing. */
export async function finishTask(
  ctx: Context,
  id: string,
): Promise<Result<{ readonly id: string }, { readonly kind: 'not-allowed' | 'unknown' }>> {
  const staff = atDesk(ctx)
  if (!staff) return refuse({ kind: 'not-allowed' })
  await ctx.db.run(sql`
    update patron_task set done_at = ${ctx.clock.now()}, done_by = ${staff} where id = ${id} and done_at is null`)
  const known = await ctx.db.maybe(sql`select 1 from patron_task where id = ${id}`)
  return known ? ok({ id }) : refuse({ kind: 'unknown' })
}

/** Of a task, and of a patron no more than the number: whoever opens the patron is logged as having done so. */
export interface OpenTask extends Pick<PatronTaskRow, 'id' | 'patron_id' | 'kind' | 'made_at'> {
  readonly number: string
}

export interface OpenTasks {
  readonly tasks: readonly OpenTask[]
  /** Of the kinds there is something of. */
  readonly count: ReadonlyMap<TaskKind, number>
}

/** What the desk has to look at, oldest first, and how much of each kind. */
export async function openTasks(ctx: Context): Promise<OpenTasks> {
  const tasks = await ctx.db.all(sql<OpenTask>`
    select t.id, t.patron_id, t.kind, t.made_at, p.number from patron_task t join patron p on p.id = t.patron_id
    where t.done_at is null order by t.made_at, t.id`)
  const count = new Map<TaskKind, number>()
  for (const { kind } of tasks) count.set(kind, (count.get(kind) ?? 0) + 1)
  return { tasks, count }
}
