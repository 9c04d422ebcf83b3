import { editItem, type ItemRow, withdrawTitle } from '#catalogue'
import { assert, type BranchId, dayOf, type ItemId, isId, ok, type Result, refuse, type TitleId } from '#core'
import { sql, transact } from '#db'
import { holdsCpr } from '#patrons'
import type { Context } from '#vault'
import { dropUnfillable } from './nightly.ts'
import { passOn } from './trap.ts'

/** How far the library is with what was asked for elsewhere. */
export type InterlibraryState = 'asked' | 'ordered' | 'here' | 'ended'

/** What may become of it. Whether the patron has it, waits for it or has brought it back is told by item and loan. */
export const INTERLIBRARY_STATES: Readonly<Record<InterlibraryState, readonly InterlibraryState[]>> = {
  asked: ['ordered', 'here', 'ended'],
  ordered: ['here', 'ended'],
  here: ['ended'],
  ended: [],
}

/** One of the list; it names nobody. */
export interface ListedInterlibrary {
  readonly title_id: TitleId
  readonly title: string
  readonly author: string | null
  readonly year: number | null
  readonly material: string
  readonly record_id: string | null
  readonly asked_at: Temporal.Instant
  readonly lender: string | null
  readonly ordered_at: Temporal.Instant | null
  readonly return_by_on: Temporal.PlainDate | null
  readonly state: InterlibraryState
  readonly item_id: ItemId
  readonly barcode: string
  readonly item_state: ItemRow['state']
  /** Where the patron wants it; null when nobody waits any more. */
  readonly pickup_branch: string | null
  readonly interest_until_on: Temporal.PlainDate | null
}

/** The state of a row, as an expression: an item that is here has another state than on order. */
export const INTERLIBRARY_STATE = `case when l.ended_at is not null then 'ended' when i.state <> 'on-order' then 'here'
  when l.ordered_at is not null then 'ordered' else 'asked' end`

/** The day on which the library that lent us the items of a title wants them back, as an expression; null of our own. */
export function LENDER_WANTS_BACK(title: string): string {
  return `(select return_by_on from interlibrary where title_id = ${title} and ended_at is null)`
}

/** What is not ended: first what is to be ordered, then what is on its way, then what is here; the oldest first. */
export function interlibraryList(ctx: Context): Promise<ListedInterlibrary[]> {
  return ctx.db.all(
    sql<ListedInterlibrary>`${LISTED}
    order by i.state <> 'on-order', l.ordered_at nulls first, l.asked_at, l.title_id limit 500`,
  )
}

const LISTED = sql`
  select l.title_id, t.title, t.author, t.year, t.material, l.record_id, l.asked_at, l.lender, l.ordered_at,
    l.return_by_on, ${sql.raw(INTERLIBRARY_STATE)} as state, i.id as item_id, i.barcode, i.state as item_state,
    b.name as pickup_branch, r.interest_until_on
  from interlibrary l join title t on t.id = l.title_id join item i on i.title_id = l.title_id
    left join lateral (
      select pickup_branch_id, interest_until_on from reservation where title_id = l.title_id order by placed_at limit 1
    ) r on true left join branch b on b.id = r.pickup_branch_id
  where l.ended_at is null`

export async function readInterlibrary(ctx: Context, title: string): Promise<ListedInterlibrary | undefined> {
  return isId(title) ? ctx.db.maybe(sql<ListedInterlibrary>`${LISTED} and l.title_id = ${title} limit 1`) : undefined
}

export type InterlibraryRefusal =
  | { readonly kind: 'unknown' }
  /** Somebody else was first. */
  | { readonly kind: 'not-from-here'; readonly state: InterlibraryState }
  | { readonly kind: 'no-lender' }
  /** A CPR number stands where the lender or the item’s number is to be. */
  | { readonly kind: 'cpr'; readonly field: 'lender' | 'barcode' }
  | { readonly kind: 'no-barcode' }
  | { readonly kind: 'barcode-taken' }
  /** A patron has it, or it is kept for one. */
  | { readonly kind: 'in-use' }
  | { readonly kind: 'day-past' }

const LONGEST_LENDER = 100
/** A number the items of a library can have. */
const BARCODE = /^[0-9A-Za-zÆØÅæøå-]{1,32}$/

/** Another library has been asked for it. */
export function orderElsewhere(
  ctx: Context,
  title: TitleId,
  given: { readonly lender: string },
): Promise<Result<null, InterlibraryRefusal>> {
  const lender = given.lender.trim().slice(0, LONGEST_LENDER)
  if (lender === '') return Promise.resolve(refuse({ kind: 'no-lender' }))
  if (holdsCpr(lender)) return Promise.resolve(refuse({ kind: 'cpr', field: 'lender' }))
  return step(ctx, title, 'ordered', async (ctx) => {
    await ctx.db.run(sql`
      update interlibrary set lender = ${lender}, ordered_at = ${ctx.clock.now()} where title_id = ${title}`)
    return ok(null)
  })
}

/** It has come: it gets the lender's number and goes to the pickup shelf, or to the branch where it is wanted. */
export function takeIn(
  ctx: Context,
  title: TitleId,
  given: { readonly barcode: string; readonly at: BranchId; readonly returnBy?: Temporal.PlainDate | undefined },
): Promise<Result<null, InterlibraryRefusal>> {
  const barcode = given.barcode.trim()
  const { returnBy, at } = given
  if (holdsCpr(barcode)) return Promise.resolve(refuse({ kind: 'cpr', field: 'barcode' }))
  if (!BARCODE.test(barcode)) return Promise.resolve(refuse({ kind: 'no-barcode' }))
  if (returnBy && Temporal.PlainDate.compare(returnBy, dayOf(ctx.clock.now())) < 0) {
    return Promise.resolve(refuse({ kind: 'day-past' }))
  }
  return step(ctx, title, 'here', async (ctx, { item_id }) => {
    const taken = await ctx.db.maybe(sql`select 1 from item where barcode = ${barcode} and id <> ${item_id}`)
    if (taken) return refuse({ kind: 'barcode-taken' })
    const item = await ctx.db.one<ItemRow>(sql`select * from item where id = ${item_id}`)
    const written = { ...item, barcode, branch_id: at }
    const edited = await editItem(ctx, { item: item_id, version: item.version, written: writtenOf(written) })
    assert(edited.ok, 'an item that is locked was not changed')
    await ctx.db.run(sql`update interlibrary set return_by_on = ${returnBy ?? null} where title_id = ${title}`)
    await passOn(ctx, item_id, title, at)
    return ok(null)
  })
}

function writtenOf(item: ItemRow) {
  const { barcode, branch_id, shelf, material_group, price_ore, issue, volume_year, float_group, note } = item
  return { barcode, branch_id, shelf, material_group, price_ore, issue, volume_year, float_group, note }
}

/** It goes home to its owner, or it cannot be had: whoever waits still is told so at once. */
export function endInterlibrary(ctx: Context, title: TitleId): Promise<Result<null, InterlibraryRefusal>> {
  return step(ctx, title, 'ended', async (ctx) => {
    const gone = await withdrawTitle(ctx, title, { evenIfAwaited: true })
    if (!gone.ok) return refuse({ kind: 'in-use' })
    await ctx.db.run(sql`update interlibrary set ended_at = ${ctx.clock.now()} where title_id = ${title}`)
    await dropUnfillable(ctx)
    return ok(null)
  })
}

/** One step, if it may be taken from where things stand; two who take it at once are told apart by the lock. */
function step(
  ctx: Context,
  title: TitleId,
  to: InterlibraryState,
  work: (ctx: Context, row: ListedInterlibrary) => Promise<Result<null, InterlibraryRefusal>>,
): Promise<Result<null, InterlibraryRefusal>> {
  return transact(ctx, async (ctx): Promise<Result<null, InterlibraryRefusal>> => {
    if (!isId(title)) return refuse({ kind: 'unknown' })
    await ctx.db.run(sql`select from item where title_id = ${title} order by id for update`)
    await ctx.db.run(sql`select from interlibrary where title_id = ${title} for update`)
    const row = await readInterlibrary(ctx, title)
    if (!row) {
      const ended = await ctx.db.maybe(sql`select 1 from interlibrary where title_id = ${title}`)
      return refuse(ended ? { kind: 'not-from-here', state: 'ended' } : { kind: 'unknown' })
    }
    if (!INTERLIBRARY_STATES[row.state].includes(to)) return refuse({ kind: 'not-from-here', state: row.state })
    return work(ctx, row)
  })
}
