import { dayOf, ok, type PatronId, type Result, refuse, type Text2 } from '#core'
import { sql, transact } from '#db'
import type { Context } from '#vault'
import { countInto } from './batch.ts'
import { type Declaration, dataName, patronTables, type Register } from './declare.ts'
import { countersOf } from './plan.ts'
import { policyOf } from './published.ts'
import { retentionLock } from './retention.ts'

/** Why a person cannot be erased now: what is open, and what the law or a decision holds back. */
export type ErasureRefusal =
  | { readonly kind: 'unknown' }
  | {
      readonly kind: 'open'
      readonly rows: readonly { readonly data: string; readonly rows: number; readonly because: Text2 }[]
    }

export interface ErasureReceipt {
  /** Known to whoever is given it and to nobody else. */
  readonly id: string
  readonly erased_on: Temporal.PlainDate
  /** What a law keeps, by table. */
  readonly kept: readonly { readonly data: string; readonly rows: number; readonly because: Text2 }[]
}

/** A condition on a patron's row `t`: something of theirs is still open in any table that declares when it is. */
export function hasSomethingOpen(register: Register) {
  const each = patronTables(register).flatMap((table) => {
    const closed = table.openUntil ? sql`and o.${sql.id(table.openUntil.column)} is null` : sql``
    if ((!table.openUntil && !table.openWhileThere) || !table.subject) return []
    return [sql`exists (select from ${sql.id(table.name)} o where o.${sql.id(table.subject)} = t.id ${closed})`]
  })
  return sql`(${sql.join(each, sql` or `)})`
}

/**
 * Erases one person everywhere: refused with what is open, otherwise at once. Tombstone and key first, then the rows:
 * whatever goes wrong in between is finished at the next start.
 */
export async function eraseOnRequest(
  ctx: Context,
  register: Register,
  patron: PatronId,
): Promise<Result<ErasureReceipt, ErasureRefusal>> {
  const open = await openRows(ctx, register, patron)
  if (open === undefined) return refuse({ kind: 'unknown' })
  if (open.length > 0) return refuse({ kind: 'open', rows: open })
  const [receipt] = await erasePersons(ctx, register, [patron], ctx.actor.kind === 'operator' ? 'operator' : 'patron')
  // Something was opened in the moment between.
  if (!receipt) return refuse({ kind: 'open', rows: (await openRows(ctx, register, patron)) ?? [] })
  const kept = []
  for (const table of patronTables(register)) {
    if (typeof table.onErasure !== 'object') continue
    const rows = await countOf(ctx, table, patron)
    if (rows > 0) kept.push({ data: table.name, rows, because: table.onErasure.keep })
  }
  return ok({ id: receipt, erased_on: dayOf(ctx.clock.now()), kept })
}

/** What is open of a person's, by table; undefined when there is no such person. */
export async function openRows(ctx: Context, register: Register, patron: PatronId) {
  const known = await ctx.db.maybe(sql`select 1 from patron where id = ${patron}`)
  if (!known) return undefined
  const open: { data: string; rows: number; because: Text2 }[] = []
  for (const table of patronTables(register)) {
    const because = table.openUntil?.because ?? table.openWhileThere
    if (!because || !table.subject) continue
    const closed = table.openUntil ? sql`and ${sql.id(table.openUntil.column)} is null` : sql``
    const { rows } = await ctx.db.one<{ rows: number }>(sql`
      select count(*)::int as rows from ${sql.id(table.name)} where ${sql.id(table.subject)} = ${patron} ${closed}`)
    if (rows > 0) open.push({ data: table.name, rows, because })
  }
  return open
}

/**
 * Erases those of the persons who have nothing open; answers a receipt's number for each. For the night and for one.
 * @param alongside what is written in the same transaction, so that a count cannot differ from what was done
 */
export async function erasePersons(
  ctx: Context,
  register: Register,
  persons: readonly PatronId[],
  askedBy: 'patron' | 'inactivity' | 'operator',
  alongside: (ctx: Context, erased: number) => Promise<unknown> = async () => {},
): Promise<string[]> {
  const erased = await transact(ctx, async (ctx) => {
    await ctx.db.run(retentionLock(ctx, 'shared'))
    const locked = await ctx.db.all<{ id: PatronId }>(sql`
      select t.id from patron t where t.id = any(${persons}::uuid[]) order by t.id for update`)
    // Asked again under the lock: a book may have been lent, or a hold placed, since the list was made.
    const free = await ctx.db.all<{ id: PatronId }>(sql`
      select t.id from patron t where t.id = any(${locked.map((row) => row.id)}::uuid[]) and not ${hasSomethingOpen(register)}`)
    const ids = free.map((row) => row.id)
    if (ids.length === 0) return { ids, receipts: [] }
    // The keys lie in another database: destroyed before this transaction commits, they are gone even if it does not,
    // and the tombstone sees to it that the rows follow.
    await ctx.vault.destroy(ids, ctx.clock.now())
    await removeRows(ctx, register, ids)
    const receipts = ids.map(() => ctx.random.uuid(ctx.clock.now()))
    await ctx.db.run(sql`
      insert into erasure_receipt (id, erased_on, asked_by)
      select id, ${dayOf(ctx.clock.now())}, ${askedBy} from unnest(${receipts}::uuid[]) as id`)
    await alongside(ctx, ids.length)
    return { ids, receipts }
  })
  if (erased.ids.length > 0) await ctx.vault.finish(erased.ids, ctx.clock.now())
  return erased.receipts
}

/** Finishes the erasures that were cut off: their keys are gone, their rows must follow. At start and after a restore. */
export async function finishErasures(ctx: Context, register: Register): Promise<number> {
  const persons = await ctx.vault.unfinished()
  await buryAgain(ctx, register, persons)
  return persons.length
}

/** Removes the rows of persons who have been erased before, whatever is open: a restore brings them back for a moment. */
export async function buryAgain(ctx: Context, register: Register, persons: readonly PatronId[]): Promise<void> {
  const SOME = 500
  for (let from = 0; from < persons.length; from += SOME) {
    const some = persons.slice(from, from + SOME)
    await transact(ctx, (ctx) => removeRows(ctx, register, some))
    await ctx.vault.finish(some, ctx.clock.now())
  }
}

/** What refers to others goes before what it refers to: the register lists them the other way round. */
async function removeRows(ctx: Context, register: Register, persons: readonly PatronId[]): Promise<void> {
  const { policy } = await policyOf(ctx)
  for (const table of patronTables(register).reverse()) {
    if (typeof table.onErasure === 'object' || !table.subject) continue
    const clause = policy.clauses.find((clause) => clause.data === dataName(table.name) && table.statistics)
    await ctx.db.run(sql`
      with gone as (delete from ${sql.id(table.name)} where ${sql.id(table.subject)} = any(${persons}::uuid[]) returning *)
      ${countInto(clause ? countersOf(clause, table) : [])}
      select count(*) from gone`)
  }
}

async function countOf(ctx: Context, table: Declaration, patron: PatronId): Promise<number> {
  const row = await ctx.db.one<{ rows: number }>(
    sql`select count(*)::int as rows from ${sql.id(table.name)} where ${sql.id(table.subject as string)} = ${patron}`,
  )
  return row.rows
}
