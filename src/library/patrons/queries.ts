import { dayOf, type PatronId, startOfDay } from '#core'
import { type Named, sql } from '#db'
import type { Context } from '#vault'
import { readCpr } from './cpr.ts'
import type { PatronRow } from './tables.ts'

/**
 * How a card is looked up: by its number as it stands, or, when it can be a CPR number, by keyed hash. `$1` and `$2` of
 * a statement that uses {@link PATRON_OF_CARD}.
 */
export async function cardKeys(ctx: Context, card: string): Promise<[string, Uint8Array | null]> {
  const cpr = readCpr(card)
  return [card.trim(), cpr ? await ctx.vault.lookupHash('cpr', cpr.digits) : null]
}

/** The patron's id behind a card: an expression over `$1` and `$2` of {@link cardKeys}. */
export const PATRON_OF_CARD = `coalesce(
  (select patron_id from identifier where value = $1), (select id from patron where cpr_hash = $2))`

const FIND: Named = { name: 'patron-of-card', text: `select ${PATRON_OF_CARD} as id` }

/** Whose card this is: a patron number, a library card or a CPR number. */
export async function findPatron(ctx: Context, card: string): Promise<PatronId | undefined> {
  const [row] = await ctx.db.named<{ id: PatronId | null }>(FIND, await cardKeys(ctx, card))
  return row?.id ?? undefined
}

export function readPatron(ctx: Context, id: PatronId): Promise<PatronRow | undefined> {
  return ctx.db.maybe(sql<PatronRow>`select * from patron where id = ${id}`)
}

/** Patrons whose name begins so, or whose number or card it is. At most 20; a protected name is found by number only. */
export async function searchPatrons(ctx: Context, text: string) {
  const wanted = text.trim()
  if (!wanted) return []
  const known = await findPatron(ctx, wanted)
  const prefix = `${wanted.toLowerCase().replace(/[\\%_]/g, '\\$&')}%`
  return ctx.db.all(sql<Pick<PatronRow, 'id' | 'number' | 'name' | 'birth_on' | 'protected'>>`
    select id, number, name, birth_on, protected from patron
    where id = ${known ?? null} or (not protected and lower(name) like ${prefix})
    order by name limit 20`)
}

const TOUCH: Named = {
  name: 'patron-touch',
  text: 'update patron set last_active_at = $2 where id = $1 and last_active_at < $3',
}

/**
 * The patron has used the library: the account's end is counted from this day. Once a day is enough, since a policy
 * counts in days, and every change of an indexed moment costs an entry in each index.
 */
export async function touch(ctx: Context, patron: PatronId): Promise<void> {
  const now = ctx.clock.now()
  await ctx.db.named(TOUCH, [patron, now, startOfDay(dayOf(now))])
}
