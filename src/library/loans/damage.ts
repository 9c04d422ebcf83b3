import { lockItem, markDamaged } from '#catalogue'
import { type ItemId, type LoanId, type Ore, ok, oreOf, type Result, refuse } from '#core'
import { sql, transact } from '#db'
import { chargeCompensation } from '#fees'
import { logAccess } from '#privacy'
import type { Context } from '#vault'
import { servesAtDesk } from './claim-returned.ts'
import { lastBorrower } from './queries.ts'
import { seen } from './texts.ts'

export type DamageRefusal =
  | { readonly kind: 'not-allowed' }
  | { readonly kind: 'unknown-item' }
  /** It is handed in first, as damaged. */
  | { readonly kind: 'on-loan' }
  | { readonly kind: 'kept-for-reservation' }
  | { readonly kind: 'withdrawn' }
  /** The loan is forgotten, or there was none: nobody can be charged. */
  | { readonly kind: 'nobody-to-charge' }
  | { readonly kind: 'charged-already' }

export interface Damage {
  readonly item: ItemId
  /** Whose loan was charged; null when nobody was. */
  readonly loan: LoanId | null
  readonly amount_ore: Ore
}

/**
 * Staff have seen that an item is damaged: it is taken out of use, and, where they say so, whoever had it last is charged
 * compensation, as long as the library still knows who that was. To look at them is written in the access log.
 */
export function reportDamaged(
  ctx: Context,
  barcode: string,
  options: { readonly charge?: boolean } = {},
): Promise<Result<Damage, DamageRefusal>> {
  return transact(ctx, async (ctx): Promise<Result<Damage, DamageRefusal>> => {
    if (!servesAtDesk(ctx)) return refuse({ kind: 'not-allowed' })
    const [item] = await ctx.db.all<{ id: ItemId; price_ore: Ore | null }>(
      sql`select id, price_ore from item where barcode = ${barcode.trim()}`,
    )
    if (!item) return refuse({ kind: 'unknown-item' })
    const last = options.charge ? await lastBorrower(ctx, item.id) : undefined
    if (options.charge && !last?.returned_at) return refuse({ kind: last ? 'on-loan' : 'nobody-to-charge' })
    if (last) await ctx.db.run(sql`select from patron where id = ${last.patron_id} for no key update`)
    await lockItem(ctx, barcode.trim())
    if (last && (await chargedBefore(ctx, last.loan))) return refuse({ kind: 'charged-already' })
    const marked = await markDamaged(ctx, barcode)
    if (!marked.ok) {
      const { kind } = marked.refusal
      return refuse({ kind: kind === 'not-from-here' ? 'withdrawn' : kind })
    }
    if (!last) return ok({ item: item.id, loan: null, amount_ore: oreOf(0) })
    await logAccess(ctx, last.patron_id, seen.lastBorrower.da, seen.damaged.da)
    const { amount_ore } = await chargeCompensation(ctx, {
      patron_id: last.patron_id,
      loan_id: last.loan,
      reason: 'damaged',
      material: last.material,
      material_group: last.material_group,
      price_ore: item.price_ore,
    })
    // Something is owed for it again: its period begins when that is paid.
    await ctx.db.run(sql`update loan set settled_at = null where id = ${last.loan}`)
    return ok({ item: item.id, loan: last.loan, amount_ore })
  })
}

async function chargedBefore(ctx: Context, loan: LoanId): Promise<boolean> {
  const charged = await ctx.db.maybe(
    sql`select 1 from compensation where loan_id = ${loan} and reason = 'damaged' limit 1`,
  )
  return charged !== undefined
}
