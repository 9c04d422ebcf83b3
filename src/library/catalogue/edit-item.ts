import { listBranches } from '#agencies'
import { type BranchId, type ItemId, isId, ok, type Result, refuse, type TitleId } from '#core'
import { sql, transact, violated } from '#db'
import type { Context } from '#vault'
import { differences, noteChange } from './changes.ts'
import type { WrittenItem } from './item-rules.ts'
import { lockItem, setItemState } from './items.ts'
import type { ItemRow } from './tables.ts'

export type EditItemRefusal =
  | { readonly kind: 'unknown-title' }
  | { readonly kind: 'unknown-item' }
  /** A title that was withdrawn gets no new items before it is brought back. */
  | { readonly kind: 'title-withdrawn' }
  | { readonly kind: 'barcode-taken' }
  | { readonly kind: 'changed-meanwhile' }

/** Takes a new item into the stock of a title, on the shelf or still to come. */
export async function addItem(
  ctx: Context,
  title: TitleId,
  item: WrittenItem,
  options: { readonly onOrder?: boolean } = {},
): Promise<Result<ItemId, EditItemRefusal>> {
  return taken(() =>
    transact(ctx, async (ctx): Promise<Result<ItemId, EditItemRefusal>> => {
      const there = isId(title)
        ? await ctx.db.maybe<{ withdrawn: boolean }>(
            sql`select withdrawn_at is not null as withdrawn from title where id = ${title} for key share`,
          )
        : undefined
      if (!there) return refuse({ kind: 'unknown-title' })
      if (there.withdrawn) return refuse({ kind: 'title-withdrawn' })
      const now = ctx.clock.now()
      const id = ctx.random.uuid(now) as ItemId
      await ctx.db.run(sql`
        insert into item (id, title_id, barcode, branch_id, at_branch_id, shelf, state, added_at, material_group,
          float_group, price_ore, issue, volume_year, note)
        values (${id}, ${title}, ${item.barcode}, ${item.branch_id}, ${item.branch_id}, ${item.shelf},
          ${options.onOrder ? 'on-order' : 'available'}, ${now}, ${item.material_group}, ${item.float_group},
          ${item.price_ore}, ${item.issue}, ${item.volume_year}, ${item.note})`)
      await noteChange(ctx, { title, item: id, kind: 'added' })
      return ok(id)
    }),
  )
}

/** @param change.version the one that was read: two who change it at once do not undo each other unawares */
export async function editItem(
  ctx: Context,
  change: { readonly item: ItemId; readonly version: number; readonly written: WrittenItem },
): Promise<Result<ItemId, EditItemRefusal>> {
  const { written } = change
  return taken(() =>
    transact(ctx, async (ctx): Promise<Result<ItemId, EditItemRefusal>> => {
      const before = await lockById(ctx, change.item)
      if (!before) return refuse({ kind: 'unknown-item' })
      if (before.version !== change.version) return refuse({ kind: 'changed-meanwhile' })
      const fields = differences(pickWritten(before, written), written)
      if (fields.length === 0) return ok(before.id)
      await ctx.db.run(sql`
        update item set barcode = ${written.barcode}, branch_id = ${written.branch_id}, shelf = ${written.shelf},
          material_group = ${written.material_group}, float_group = ${written.float_group},
          price_ore = ${written.price_ore}, issue = ${written.issue}, volume_year = ${written.volume_year},
          note = ${written.note}, version = version + 1
        where id = ${before.id}`)
      await noteChange(ctx, { title: before.title_id, item: before.id, kind: 'edited', fields })
      return ok(before.id)
    }),
  )
}

function pickWritten(row: ItemRow, like: WrittenItem): WrittenItem {
  return Object.fromEntries(Object.keys(like).map((key) => [key, row[key as keyof ItemRow]])) as unknown as WrittenItem
}

/** The database is who knows that a barcode is unique; two who scan the same one at once are told by it. */
async function taken<Value>(
  work: () => Promise<Result<Value, EditItemRefusal>>,
): Promise<Result<Value, EditItemRefusal>> {
  try {
    return await work()
  } catch (fault) {
    if (violated(fault) === 'item_barcode_key') return refuse({ kind: 'barcode-taken' })
    throw fault
  }
}

async function lockById(ctx: Context, id: ItemId): Promise<ItemRow | undefined> {
  if (!isId(id)) return undefined
  await ctx.db.run(sql`select from item where id = ${id} for update`)
  return ctx.db.maybe(sql<ItemRow>`select * from item where id = ${id}`)
}

export interface Move {
  /** Where it belongs from now on. */
  readonly to: BranchId
  /** Its new place there; as it was unless named. */
  readonly shelf?: string | undefined
  /** It stands at the other branch already; else it is sent there. */
  readonly isThere: boolean
}

export type MoveRefusal =
  | { readonly kind: 'unknown-item' }
  | { readonly kind: 'unknown-branch' }
  | { readonly kind: 'withdrawn' }

/** What became of an item that was moved: it stands there, is on its way, or follows when it is handed in. */
export type Moved = 'there' | 'sent' | 'when-back'

/**
 * Gives an item another branch. What is on the shelf is sent there, or stands there already; what is lent out, kept for
 * somebody or away belongs there from now on, and goes there when it comes back.
 */
export function moveItem(ctx: Context, barcode: string, move: Move): Promise<Result<Moved, MoveRefusal>> {
  return transact(ctx, async (ctx): Promise<Result<Moved, MoveRefusal>> => {
    const branches = await listBranches(ctx)
    if (!branches.some(({ id }) => id === move.to)) return refuse({ kind: 'unknown-branch' })
    await lockItem(ctx, barcode)
    const item = await ctx.db.maybe(sql<ItemRow>`select * from item where barcode = ${barcode}`)
    if (!item) return refuse({ kind: 'unknown-item' })
    if (item.state === 'withdrawn') return refuse({ kind: 'withdrawn' })
    const after = { branch_id: move.to, shelf: move.shelf || item.shelf }
    const fields = differences({ branch_id: item.branch_id, shelf: item.shelf }, after)
    if (fields.length > 0) {
      await ctx.db.run(sql`
        update item set branch_id = ${after.branch_id}, shelf = ${after.shelf}, version = version + 1
        where id = ${item.id}`)
      await noteChange(ctx, { title: item.title_id, item: item.id, kind: 'moved', fields })
    }
    return ok(await follow(ctx, item, move))
  })
}

async function follow(ctx: Context, item: ItemRow, { to, isThere }: Move): Promise<Moved> {
  if (item.state !== 'available')
    return item.state === 'in-transit' && item.destination_branch_id === to ? 'sent' : 'when-back'
  if (isThere || item.at_branch_id === to) {
    await setItemState(ctx, item.id, 'available', { at: to })
    return 'there'
  }
  await setItemState(ctx, item.id, 'in-transit', { destination: to })
  await noteChange(ctx, { title: item.title_id, item: item.id, kind: 'sent' })
  return 'sent'
}
