import { actorText, dayOf, isId, ok, type PatronId, type Result, refuse } from '#core'
import { sql, transact } from '#db'
import type { Context } from '#vault'
import { type RestrictionRefusal, restrictPatron } from './restriction.ts'
import type { RightsCaseKind, RightsCaseRow } from './rights-tables.ts'

/** GDPR Art. 12(3): an answer within a month, and within three where it is said in time why one is not enough. */
const MONTHS = 1
const MONTHS_EXTENDED = 3

export type AskRightRefusal = { readonly kind: 'unknown' | 'no-wish' | 'already-open' }

export type CaseRefusal =
  | { readonly kind: 'not-allowed' | 'unknown' | 'closed' | 'no-reason' | 'already-extended' | 'too-late' }
  | { readonly kind: 'restriction'; readonly because: RestrictionRefusal['kind'] }

export interface CaseAnswer {
  readonly outcome: 'granted' | 'refused'
  /** With its reasons, as the patron reads it. */
  readonly answer: string
}

/** Enters what a patron asks for. One open case of each kind: whoever has more to say says it to whoever answers. */
export function askRight(
  ctx: Context,
  patron: PatronId,
  asked: { readonly kind: RightsCaseKind; readonly wish: string },
): Promise<Result<{ readonly id: string }, AskRightRefusal>> {
  return transact(ctx, async (ctx) => {
    const wish = asked.wish.trim()
    if (wish === '') return refuse({ kind: 'no-wish' })
    const known = await ctx.db.maybe(sql`select 1 from patron where id = ${patron} for update`)
    if (!known) return refuse({ kind: 'unknown' })
    const open = await ctx.db.maybe(sql`
      select 1 from rights_case where patron_id = ${patron} and kind = ${asked.kind} and closed_at is null`)
    if (open) return refuse({ kind: 'already-open' })
    const now = ctx.clock.now()
    const id = ctx.random.uuid(now)
    await ctx.db.run(sql`
      insert into rights_case (id, patron_id, kind, wish, received_at, due_on)
      values (${id}, ${patron}, ${asked.kind}, ${wish}, ${now}, ${dayOf(now).add({ months: MONTHS })})`)
    return ok({ id })
  })
}

/**
 * Answers a case with reasons. A restriction that is granted begins in the same transaction; the other kinds are carried
 * out on the patron's page before they are answered.
 * @param alongside what follows in the same transaction, such as the message to the patron
 */
export function answerCase(
  ctx: Context,
  id: string,
  given: CaseAnswer,
  alongside: (ctx: Context, row: RightsCaseRow) => Promise<unknown> = async () => {},
): Promise<Result<RightsCaseRow, CaseRefusal>> {
  return transact(ctx, async (ctx) => {
    const found = await lockOpenCase(ctx, id)
    if (!found.ok) return found
    const answer = given.answer.trim()
    if (answer === '') return refuse({ kind: 'no-reason' })
    const { patron_id, kind, wish } = found.value
    if (kind === 'restriction' && given.outcome === 'granted') {
      const restricted = await restrictPatron(ctx, patron_id, wish)
      // Somebody restricted it already: what was asked for is so.
      if (!restricted.ok && restricted.refusal.kind !== 'already-restricted') {
        return refuse({ kind: 'restriction', because: restricted.refusal.kind })
      }
    }
    const now = ctx.clock.now()
    const row = await ctx.db.one<RightsCaseRow>(sql`
      update rights_case set outcome = ${given.outcome}, answer = ${answer}, answered_by = ${actorText(ctx.actor)},
        closed_at = ${now} where id = ${id} returning *`)
    await alongside(ctx, row)
    return ok(row)
  })
}

/** Takes up to three months from the day a case was received, with a reason the patron reads. Once, and in time. */
export function extendCase(
  ctx: Context,
  id: string,
  because: string,
  alongside: (ctx: Context, row: RightsCaseRow) => Promise<unknown> = async () => {},
): Promise<Result<RightsCaseRow, CaseRefusal>> {
  return transact(ctx, async (ctx) => {
    const found = await lockOpenCase(ctx, id)
    if (!found.ok) return found
    if (because.trim() === '') return refuse({ kind: 'no-reason' })
    const { extended_because, received_at, due_on } = found.value
    if (extended_because !== null) return refuse({ kind: 'already-extended' })
    if (Temporal.PlainDate.compare(dayOf(ctx.clock.now()), due_on) > 0) return refuse({ kind: 'too-late' })
    const due = dayOf(received_at).add({ months: MONTHS_EXTENDED })
    const row = await ctx.db.one<RightsCaseRow>(sql`
      update rights_case set extended_because = ${because.trim()}, due_on = ${due} where id = ${id} returning *`)
    await alongside(ctx, row)
    return ok(row)
  })
}

/** The patron no longer asks. Withdrawing twice is withdrawing. */
export async function withdrawCase(ctx: Context, patron: PatronId, id: string): Promise<boolean> {
  if (!isId(id)) return false
  await ctx.db.run(sql`
    update rights_case set outcome = 'withdrawn', closed_at = ${ctx.clock.now()}
    where id = ${id} and patron_id = ${patron} and closed_at is null`)
  const known = await ctx.db.maybe(
    sql`select 1 from rights_case where id = ${id} and patron_id = ${patron} and outcome = 'withdrawn'`,
  )
  return known !== undefined
}

/** A patron's cases, the newest first. */
export function casesOf(ctx: Context, patron: PatronId): Promise<RightsCaseRow[]> {
  return ctx.db.all(sql<RightsCaseRow>`
    select * from rights_case where patron_id = ${patron} order by received_at desc, id desc`)
}

export async function readCase(ctx: Context, id: string): Promise<RightsCaseRow | undefined> {
  return isId(id) ? ctx.db.maybe(sql<RightsCaseRow>`select * from rights_case where id = ${id}`) : undefined
}

export interface WaitingCase extends Pick<RightsCaseRow, 'id' | 'kind' | 'received_at' | 'due_on'> {
  readonly number: string
}

/** The cases to answer, by the day they are due. Of the patron no more than the number. */
export function openCases(ctx: Context): Promise<WaitingCase[]> {
  return ctx.db.all(sql<WaitingCase>`
    select c.id, c.kind, c.received_at, c.due_on, p.number from rights_case c join patron p on p.id = c.patron_id
    where c.closed_at is null order by c.due_on, c.received_at, c.id`)
}

/** Patron before case, as everywhere. */
async function lockOpenCase(ctx: Context, id: string): Promise<Result<RightsCaseRow, CaseRefusal>> {
  if (!mayAnswer(ctx)) return refuse({ kind: 'not-allowed' })
  const whose = await readCase(ctx, id)
  if (!whose) return refuse({ kind: 'unknown' })
  await ctx.db.maybe(sql`select 1 from patron where id = ${whose.patron_id} for update`)
  const row = await ctx.db.maybe(sql<RightsCaseRow>`select * from rights_case where id = ${id} for update`)
  if (!row) return refuse({ kind: 'unknown' })
  return row.closed_at ? refuse({ kind: 'closed' }) : ok(row)
}

function mayAnswer({ actor }: Context): boolean {
  return actor.kind === 'staff' && actor.roles.some((role) => role === 'desk' || role === 'data-protection-officer')
}
