import { type BranchId, dayOf, type ItemId, ok, type Result, refuse } from '#core'
import { sql, transact } from '#db'
import type { Context } from '#vault'
import { lockItem, setItemState, type Whereabouts } from './items.ts'
import { itemMayBecome } from './states.ts'
import type { ItemRow, ItemState } from './tables.ts'

export type ItemRefusal =
  | { readonly kind: 'unknown-item' }
  /** Somebody has it; it is returned or declared lost first. */
  | { readonly kind: 'on-loan' }
  /** It is kept for somebody, on the pickup shelf or on its way there; that reservation gets another first. */
  | { readonly kind: 'kept-for-reservation' }
  | { readonly kind: 'not-from-here'; readonly state: ItemState }

type Changed = Promise<Result<{ readonly item: ItemId }, ItemRefusal>>

/** An item that was ordered has come and is ready for the shelf; what waits for its title finds it there. */
export function receiveItem(ctx: Context, barcode: string, at: BranchId): Changed {
  return change(ctx, barcode, { from: ['on-order'], to: 'available', at })
}

export function markDamaged(ctx: Context, barcode: string): Changed {
  return change(ctx, barcode, { to: 'damaged' })
}

/** Looked for and not found. It is found again by being handed in, or lent by whoever has it in hand. */
export function markMissing(ctx: Context, barcode: string): Changed {
  return change(ctx, barcode, { to: 'missing' })
}

/** Mended, or found in order after all: it may be lent again. */
export function markRepaired(ctx: Context, barcode: string): Changed {
  return change(ctx, barcode, { from: ['damaged'], to: 'available' })
}

/** Taken out of the stock. Its row stays while loans and counters speak of it. */
export function withdrawItem(ctx: Context, barcode: string): Changed {
  return change(ctx, barcode, { to: 'withdrawn' })
}

/** Withdrawn by mistake. */
export function restoreItem(ctx: Context, barcode: string): Changed {
  return change(ctx, barcode, { from: ['withdrawn'], to: 'available' })
}

function change(
  ctx: Context,
  given: string,
  { from, to, ...where }: { readonly from?: readonly ItemState[]; readonly to: ItemState } & Whereabouts,
): Changed {
  return transact(ctx, async (ctx) => {
    const barcode = given.trim()
    await lockItem(ctx, barcode)
    const item = await ctx.db.maybe<Pick<ItemRow, 'id' | 'state'> & { kept: boolean }>(sql`
      select id, state, exists (select from reservation where item_id = item.id) as kept from item where barcode = ${barcode}`)
    if (!item) return refuse({ kind: 'unknown-item' })
    if (item.state === to) return ok({ item: item.id })
    if (item.state === 'on-loan' || item.state === 'claimed-returned') return refuse({ kind: 'on-loan' })
    if (item.kept) return refuse({ kind: 'kept-for-reservation' })
    if (!itemMayBecome(item.state, to) || (from && !from.includes(item.state))) {
      return refuse({ kind: 'not-from-here', state: item.state })
    }
    await setItemState(ctx, item.id, to, where)
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
