import type { ItemId, StaffId, TitleId } from '#core'
import { sql } from '#db'
import { requireFeature } from '#privacy'
import type { Context } from '#vault'
import type { CatalogueChangeRow, ChangeKind } from './tables.ts'

interface Change {
  readonly title: TitleId
  readonly item?: ItemId | undefined
  readonly kind: ChangeKind
  readonly fields?: readonly FieldChange[]
}

export interface FieldChange {
  readonly field: string
  readonly was: string
  readonly became: string
}

/** Notes what a member of staff has changed; what a machine or an import changes is told elsewhere. */
export async function noteChange(ctx: Context, { title, item, kind, fields = [] }: Change): Promise<void> {
  const now = ctx.clock.now()
  // Where the policy says nothing of when the line ends, it names nobody.
  const isNamed = ctx.actor.kind === 'staff' && (await requireFeature(ctx, 'catalogue_change')).ok
  const by: StaffId | null = isNamed && ctx.actor.kind === 'staff' ? ctx.actor.id : null
  const lines: readonly Partial<FieldChange>[] = fields.length > 0 ? fields : [{}]
  for (const { field, was, became } of lines) {
    await ctx.db.run(sql`
      insert into catalogue_change (id, title_id, item_id, kind, field, was, became, changed_at, changed_by)
      values (${ctx.random.uuid(now)}, ${title}, ${item ?? null}, ${kind}, ${field ?? null}, ${was ?? null},
        ${became ?? null}, ${now}, ${by})`)
  }
}

/** Which fields differ, as text. */
export function differences<Row extends object>(before: Row, after: Row): FieldChange[] {
  return Object.entries(after).flatMap(([field, value]) => {
    const was = asText((before as Record<string, unknown>)[field])
    const became = asText(value)
    return was === became ? [] : [{ field, was, became }]
  })
}

function asText(value: unknown): string {
  if (Array.isArray(value)) return value.join('; ')
  return value === null || value === undefined ? '' : String(value)
}

const MOST_SHOWN = 50

export type ShownChange = Omit<CatalogueChangeRow, 'id' | 'title_id' | 'item_id'>

/** The last changes of a title, or of an item. */
export function changesOf(
  ctx: Context,
  of: { readonly title: TitleId } | { readonly item: ItemId },
): Promise<ShownChange[]> {
  const which = 'title' in of ? sql`title_id = ${of.title} and item_id is null` : sql`item_id = ${of.item}`
  return ctx.db.all(sql<ShownChange>`
    select kind, field, was, became, changed_at, changed_by from catalogue_change
    where ${which} order by changed_at desc, id desc limit ${MOST_SHOWN}`)
}
