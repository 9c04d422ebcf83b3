import { setItemState } from '#catalogue'
import { type BranchId, dayOf, type ItemId, type StaffId } from '#core'
import { sql, transact } from '#db'
import type { Context } from '#vault'
import { FILLABLE } from './trap.ts'

/** An item to fetch from its shelf for somebody who waits. Says nothing of whom. */
export interface ToPick {
  readonly item_id: ItemId
  readonly barcode: string
  readonly title: string
  readonly author: string | null
  readonly shelf: string | null
  /** Where it is to be picked up. */
  readonly pickup_branch: string
  /** Who is fetching it now. */
  readonly taken_by: StaffId | null
}

/**
 * Pairs those who wait with what stands on the shelves: the first in each queue with an item at their pickup branch
 * before one that must travel, each item once. `$1` the branch whose shelves, `$2` the library's day.
 */
const WANTED = `
  select i.id as item_id, i.barcode, t.title, t.author, i.shelf, b.name as pickup_branch, k.taken_by, w.placed_at, w.id
  from (
    select r.id, r.title_id, r.issue, r.pickup_branch_id, r.placed_at,
      row_number() over (partition by r.title_id, r.issue order by r.placed_at, r.id) as place
    from reservation r
    where r.item_id is null and r.wanted_item_id is null and ${FILLABLE('r', '$2')}
  ) w
  join (
    select i.*, row_number() over (partition by i.title_id, i.issue order by i.at_branch_id = $1, i.barcode) as place
    from item i where i.state = 'available'
  ) i on i.title_id = w.title_id and i.issue = w.issue and i.place = w.place and i.at_branch_id = $1
  join title t on t.id = i.title_id join branch b on b.id = w.pickup_branch_id
  left join pick k on k.item_id = i.id`

/** What is to be fetched from a branch's shelves, in the order of the shelves. */
export function pickList(ctx: Context, branch: BranchId): Promise<ToPick[]> {
  return ctx.db.named<ToPick>(
    {
      name: 'pick-list',
      text: `select item_id, barcode, title, author, shelf, pickup_branch, taken_by from (${WANTED}) wanted
        order by shelf nulls last, author nulls last, title, barcode`,
    },
    [branch, dayOf(ctx.clock.now())],
  )
}

/**
 * Takes up to so many items from the list to fetch: what one takes is on nobody else's round. Answers what was taken, the
 * shelves in order.
 */
export function takePicks(ctx: Context, branch: BranchId, staff: StaffId, most: number): Promise<ToPick[]> {
  return transact(ctx, async (ctx) => {
    const free = (await pickList(ctx, branch)).filter(({ taken_by }) => taken_by === null).slice(0, most)
    const taken = await ctx.db.all<{ item_id: ItemId }>(sql`
      insert into pick (item_id, title_id, branch_id, taken_by, taken_at)
      select id, title_id, ${branch}, ${staff}, ${ctx.clock.now()} from item
      where id = any(${free.map(({ item_id }) => item_id)}::uuid[]) and state = 'available'
      on conflict (item_id) do nothing returning item_id`)
    const mine = new Set(taken.map(({ item_id }) => item_id))
    return free.filter(({ item_id }) => mine.has(item_id)).map((pick) => ({ ...pick, taken_by: staff }))
  })
}

/** It is not on its shelf: it is missing from now on, and another item is sought for whoever waits. */
export function notOnShelf(ctx: Context, item: ItemId): Promise<boolean> {
  return transact(ctx, async (ctx) => {
    const gone = await ctx.db.run(sql`delete from pick where item_id = ${item}`)
    const there = await ctx.db.maybe(sql`select 1 from item where id = ${item} and state = 'available' for update`)
    if (gone === 0 || !there) return false
    await setItemState(ctx, item, 'missing')
    return true
  })
}

/** Leaves it to somebody else. */
export async function leavePick(ctx: Context, item: ItemId): Promise<boolean> {
  return (await ctx.db.run(sql`delete from pick where item_id = ${item}`)) === 1
}
