import { type BranchId, dayOf, type ItemId, ok, type Result, refuse } from '#core'
import { sql, transact } from '#db'
import type { Context } from '#vault'
import { noteChange } from './changes.ts'
import { lockItem, setItemState, type Whereabouts } from './items.ts'
import { itemMayBecome } from './states.ts'
import type { ChangeKind, ItemRow, ItemState } from './tables.ts'

export type ItemRefusal =
  | { readonly kind: 'unknown-item' }
  /** Somebody has it; it is returned or declared lost first. */
  | { readonly kind: 'on-loan' }
  /** It is kept for somebody, on the pickup shelf or on its way there; that reservation gets another first. */
  | { readonly kind: 'kept-for-reservation' }
  | { readonly kind: 'not-from-here'; readonly state: ItemState }

export type WithdrawRefusal =
  | ItemRefusal
  /** Somebody waits for the title, and no other item of it is left to fill the queue. */
  | { readonly kind: 'last-for-queue'; readonly waiting: number }

type Changed = Promise<Result<{ readonly item: ItemId }, ItemRefusal>>

/** An item that was ordered has come and is ready for the shelf; what waits for its title finds it there. */
export function receiveItem(ctx: Context, barcode: string, at: BranchId): Changed {
  return change(ctx, barcode, { from: ['on-order'], to: 'available', at, noted: 'received' })
}

export function markDamaged(ctx: Context, barcode: string): Changed {
  return change(ctx, barcode, { to: 'damaged', noted: 'damaged' })
}

/** Looked for and not found. It is found again by being handed in, or lent by whoever has it in hand. */
export function markMissing(ctx: Context, barcode: string): Changed {
  return change(ctx, barcode, { to: 'missing', noted: 'missing' })
}

/** Mended, or found in order after all: it may be lent again. */
export function markRepaired(ctx: Context, barcode: string): Changed {
  return change(ctx, barcode, { from: ['damaged'], to: 'available', noted: 'mended' })
}

/**
 * Taken out of the stock. Its row stays while loans and counters speak of it. Whoever waits for a title that has nothing
 * left is told by the night that it cannot be had.
 * @param options.unlessAwaited refuses to take the last one that somebody waits for, so that staff can be asked
 */
export function withdrawItem(
  ctx: Context,
  barcode: string,
  options: { readonly unlessAwaited?: boolean } = {},
): Promise<Result<{ readonly item: ItemId }, WithdrawRefusal>> {
  return transact(ctx, async (ctx): Promise<Result<{ readonly item: ItemId }, WithdrawRefusal>> => {
    await lockItem(ctx, barcode.trim())
    const waiting = options.unlessAwaited ? await lastFor(ctx, barcode.trim()) : 0
    if (waiting > 0) return refuse({ kind: 'last-for-queue', waiting })
    return change(ctx, barcode, { to: 'withdrawn', noted: 'withdrawn' })
  })
}

/** How many wait for the title of an item when it is the last that could be had; 0 where there is another. */
async function lastFor(ctx: Context, barcode: string): Promise<number> {
  const { waiting } = await ctx.db.one<{ waiting: number }>(sql`
    select count(*)::int as waiting from item i join reservation r on r.title_id = i.title_id and r.item_id is null
    where i.barcode = ${barcode} and i.state <> 'withdrawn' and not exists (
      select from item other where other.title_id = i.title_id and other.id <> i.id
        and other.state not in ('withdrawn', 'lost'))`)
  return waiting
}

/** Withdrawn by mistake. */
export function restoreItem(ctx: Context, barcode: string): Changed {
  return change(ctx, barcode, { from: ['withdrawn'], to: 'available', noted: 'brought-back' })
}

function change(
  ctx: Context,
  given: string,
  {
    from,
    to,
    noted,
    ...where
  }: {
    readonly from?: readonly ItemState[]
    readonly to: ItemState
    readonly noted: ChangeKind
  } & Whereabouts,
): Changed {
  return transact(ctx, async (ctx) => {
    const barcode = given.trim()
    await lockItem(ctx, barcode)
    const item = await ctx.db.maybe<Pick<ItemRow, 'id' | 'title_id' | 'state'> & { kept: boolean }>(sql`
      select id, title_id, state, exists (select from reservation where item_id = item.id) as kept
      from item where barcode = ${barcode}`)
    if (!item) return refuse({ kind: 'unknown-item' })
    if (item.state === to) return ok({ item: item.id })
    if (item.state === 'on-loan' || item.state === 'claimed-returned') return refuse({ kind: 'on-loan' })
    if (item.kept) return refuse({ kind: 'kept-for-reservation' })
    if (!itemMayBecome(item.state, to) || (from && !from.includes(item.state))) {
      return refuse({ kind: 'not-from-here', state: item.state })
    }
    await setItemState(ctx, item.id, to, where)
    if (ctx.actor.kind === 'staff') await noteChange(ctx, { title: item.title_id, item: item.id, kind: noted })
    return ok({ item: item.id })
  })
}

/** Somebody has read or used it in the house: a number for each title, branch and month, and nobody's. */
export function countInHouseUse(ctx: Context, given: string, branch: BranchId): Changed {
  return transact(ctx, async (ctx) => {
    const item = await ctx.db.maybe<Pick<ItemRow, 'id' | 'title_id' | 'state'>>(
      sql`select id, title_id, state from item where barcode = ${given.trim()}`,
    )
    if (!item) return refuse({ kind: 'unknown-item' })
    if (item.state === 'on-loan') return refuse({ kind: 'on-loan' })
    const month = dayOf(ctx.clock.now()).with({ day: 1 })
    await ctx.db.run(sql`
      insert into in_house_use (title_id, branch_id, month, uses) values (${item.title_id}, ${branch}, ${month}, 1)
      on conflict (title_id, branch_id, month) do update set uses = in_house_use.uses + 1`)
    return ok({ item: item.id })
  })
}
