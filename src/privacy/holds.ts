import { actorText, isId, ok, type PatronId, type Result, refuse } from '#core'
import { sql, transact } from '#db'
import type { Context } from '#vault'
import type { Register } from './declare.ts'
import { retentionLock } from './retention.ts'
import type { HoldRow } from './tables.ts'

export type HoldRefusal =
  | { readonly kind: 'not-allowed' | 'unknown-row' | 'already-held' | 'no-reason' }
  /** Also a table that says nothing about anyone, or whose rows go by the command that ends them. */
  | { readonly kind: 'unknown-table'; readonly allowed: readonly string[] }

export interface NewHold {
  readonly table: string
  readonly row: string
  readonly reason: string
  /** The night of this day ends the hold and catches the row up. Left out, the hold lasts until it is ended. */
  readonly until?: Temporal.PlainDate
}

/** Tables whose rows can be held: personal, with an id, and ended by a night rather than by their own command. */
export function holdableTables(register: Register): string[] {
  return register.tables
    .filter(({ about, columns, moments }) => {
      const endsByNight = Object.values(moments).some(({ column }) => column !== null)
      return about === 'patron' && 'id' in columns && endsByNight
    })
    .map(({ name }) => name)
}

/**
 * Keeps a row from being forgotten for as long as a matter needs it. It is taken alone against the night's batches: a
 * hold that was acknowledged is on a row that is there.
 */
export function placeHold(
  ctx: Context,
  register: Register,
  hold: NewHold,
): Promise<Result<{ readonly id: string }, HoldRefusal>> {
  return transact(ctx, async (ctx) => {
    if (!mayDecide(ctx)) return refuse({ kind: 'not-allowed' })
    if (hold.reason.trim() === '') return refuse({ kind: 'no-reason' })
    const allowed = holdableTables(register)
    const table = register.tables.find(({ name }) => name === hold.table && allowed.includes(name))
    if (!table?.subject) return refuse({ kind: 'unknown-table', allowed })
    if (!isId(hold.row)) return refuse({ kind: 'unknown-row' })
    await ctx.db.run(retentionLock(ctx, 'alone'))
    const row = await ctx.db.maybe<{ patron_id: PatronId | null }>(sql`
      select ${sql.id(table.subject)} as patron_id from ${sql.id(table.name)} where id = ${hold.row}`)
    if (!row) return refuse({ kind: 'unknown-row' })
    const held = await ctx.db.maybe(sql`
      select 1 from hold where table_name = ${table.name} and row_id = ${hold.row} and ended_at is null`)
    if (held) return refuse({ kind: 'already-held' })
    const id = ctx.random.uuid(ctx.clock.now())
    await ctx.db.run(sql`
      insert into hold (id, table_name, row_id, patron_id, reason, placed_by, placed_at, until_on)
      values (${id}, ${table.name}, ${hold.row}, ${row.patron_id}, ${hold.reason.trim()}, ${actorText(ctx.actor)},
        ${ctx.clock.now()}, ${hold.until ?? null})`)
    return ok({ id })
  })
}

/** Ends a hold; what was held is caught up the next night. Ending one that has ended changes nothing. */
export async function endHold(
  ctx: Context,
  id: string,
): Promise<Result<{ readonly id: string }, { readonly kind: 'not-allowed' | 'unknown' }>> {
  if (!mayDecide(ctx)) return refuse({ kind: 'not-allowed' })
  if (!isId(id)) return refuse({ kind: 'unknown' })
  await ctx.db.run(sql`update hold set ended_at = ${ctx.clock.now()} where id = ${id} and ended_at is null`)
  const known = await ctx.db.maybe(sql`select 1 from hold where id = ${id}`)
  return known ? ok({ id }) : refuse({ kind: 'unknown' })
}

/** The holds in force, of all patrons or of one. */
export function listHolds(ctx: Context, patron?: PatronId): Promise<HoldRow[]> {
  return ctx.db.all(sql<HoldRow>`
    select * from hold where ended_at is null and (${patron ?? null}::uuid is null or patron_id = ${patron ?? null}::uuid)
    order by placed_at, id`)
}

/** Holds and restrictions are decisions about a person: staff with the role make them, the operator and the program. */
export function mayDecide(ctx: Context): boolean {
  const { actor } = ctx
  if (actor.kind !== 'staff') return actor.kind === 'operator' || actor.kind === 'system'
  return actor.roles.some((role) => role === 'data-protection-officer' || role === 'system')
}
