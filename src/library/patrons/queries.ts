import { dayOf, type PatronId, startOfDay } from '#core'
import { type Named, sql, type Write } from '#db'
import type { Context } from '#vault'
import { readPresented } from './health-card.ts'
import type { PatronRow } from './tables.ts'

/**
 * How a card is looked up: by its number as it stands, or, when it is a health card or can be a CPR number, by keyed
 * hash. `$1` and `$2` of a statement that uses {@link PATRON_OF_CARD}.
 */
export async function cardKeys(ctx: Context, card: string): Promise<[string, Uint8Array | null]> {
  const presented = readPresented(card)
  if (!presented) return ['', null]
  if (presented.kind === 'number') return [presented.value, null]
  // Ten digits may be a library card all the same.
  return [presented.cpr.digits, await ctx.vault.lookupHash('cpr', presented.cpr.digits)]
}

/** The patron's id behind a card that is not blocked: an expression over `$1` and `$2` of {@link cardKeys}. */
export const PATRON_OF_CARD = `coalesce(
  (select patron_id from identifier where value = $1 and blocked_at is null),
  (select id from patron where cpr_hash = $2 and health_card_blocked_at is null))`

const FIND: Named = { name: 'patron-of-card', text: `select ${PATRON_OF_CARD} as id` }

/** Whose card this is: a patron number, a library card or a CPR number. Nobody's when it is blocked. */
export async function findPatron(ctx: Context, card: string): Promise<PatronId | undefined> {
  const [row] = await ctx.db.named<{ id: PatronId | null }>(FIND, await cardKeys(ctx, card))
  return row?.id ?? undefined
}

/** Whose card this is, for staff, who are told of a blocked one what it is. */
export interface Holder {
  readonly id: PatronId
  readonly blocked: 'lost' | 'stolen' | 'replaced' | 'health-card' | null
}

const HOLDER: Named = {
  name: 'holder-of-card',
  text: `select id, blocked from (
      select patron_id as id, blocked_because as blocked, 1 as place from identifier where value = $1
      union all
      select id, case when health_card_blocked_at is not null then 'health-card' end, 2 from patron where cpr_hash = $2
    ) as holder order by place limit 1`,
}

export async function findHolder(ctx: Context, card: string): Promise<Holder | undefined> {
  const [holder] = await ctx.db.named<Holder>(HOLDER, await cardKeys(ctx, card))
  return holder
}

export function readPatron(ctx: Context, id: PatronId): Promise<PatronRow | undefined> {
  return ctx.db.maybe(sql<PatronRow>`select * from patron where id = ${id}`)
}

/** Patrons whose name begins so, or whose number or card it is. At most 20; a protected name is found by number only. */
export async function searchPatrons(ctx: Context, text: string) {
  const wanted = text.trim()
  if (!wanted) return []
  const known = (await findHolder(ctx, wanted))?.id
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
  await ctx.db.write([touched(ctx, patron)])
}

/** {@link touch} as a write that travels with another room's. */
export function touched(ctx: Context, patron: PatronId): Write {
  const now = ctx.clock.now()
  return { ...TOUCH, values: [patron, now, startOfDay(dayOf(now))] }
}

/** Whoever has signed this patron in must do so again, wherever it was. */
export async function signOutAll(ctx: Context, patron: PatronId): Promise<void> {
  await ctx.db.run(sql`update patron set times_signed_out = times_signed_out + 1 where id = ${patron}`)
}

/** An expression: the group whose lending rules hold for a patron, whose alias in the statement is given. */
export function LENDING_GROUP(patron: string): string {
  return `coalesce(${patron}.lending_group, case when ${patron}.kind = 'person' then ${patron}.patron_group else 'institution' end)`
}
