import type { PatronId } from '#core'
import { sql } from '#db'
import { patronTables, type Register } from '#privacy'
import type { Context } from '#vault'
import { INTENTS, type Intent } from './merge-rules.ts'

/** A column that holds a patron's id, and the unique indexes that stand in the way of writing another's into it. */
export interface Place {
  readonly table: string
  readonly column: string
  readonly unique: readonly { readonly others: readonly string[]; readonly only: string | null }[]
}

/**
 * Every column that holds a patron's id: what the register declares, and what refers to `patron` in the database, such
 * as a child's guardian. Nothing that refers is then left to be deleted with the patron who goes.
 */
export async function patronPlaces(ctx: Context, register: Register): Promise<Place[]> {
  const declared = patronTables(register).flatMap(({ name, subject }) =>
    subject && name !== 'patron' ? [{ table: name, column: subject }] : [],
  )
  const referring = await ctx.db.all<{ table: string; column: string }>(sql`
    select t.relname::text as table, a.attname::text as column
    from pg_constraint c join pg_class t on t.oid = c.conrelid
      join pg_attribute a on a.attrelid = c.conrelid and a.attnum = c.conkey[1]
    where c.contype = 'f' and c.confrelid = 'patron'::regclass
    order by 1, 2`)
  const unique = await ctx.db.all<{ table: string; columns: string[]; only: string | null }>(sql`
    select t.relname::text as table, pg_get_expr(x.indpred, x.indrelid) as only,
      array(select a.attname::text from unnest(x.indkey) k join pg_attribute a on a.attrelid = x.indrelid and a.attnum = k) as columns
    from pg_index x join pg_class t on t.oid = x.indrelid
    where x.indisunique and t.relnamespace = current_schema()::regnamespace
    order by 1`)
  const all = new Map([...declared, ...referring].map((place) => [`${place.table}.${place.column}`, place]))
  return [...all.values()].map(({ table, column }) => ({
    table,
    column,
    unique: unique
      .filter((index) => index.table === table && index.columns.includes(column))
      .map(({ columns, only }) => ({ others: columns.filter((name) => name !== column), only })),
  }))
}

/** What the desk was asked to find out about the two is found out. */
export async function mergeTasks(ctx: Context, keep: PatronId, away: PatronId): Promise<void> {
  await ctx.db.run(sql`
    delete from patron_task where patron_id in (${keep}, ${away}) and kind = 'duplicate' and done_at is null`)
}

/** Whoever is signed in as the one who goes, or has a link to become so, signs in again. */
export async function removeBrowsers(ctx: Context, register: Register, away: PatronId): Promise<void> {
  for (const { name, subject, realTime } of patronTables(register)) {
    if (realTime && subject) await ctx.db.run(sql`delete from ${sql.id(name)} where ${sql.id(subject)} = ${away}`)
  }
}

/** Whether both have something set aside where only one row can stand: someone must first decide which. */
export async function setAsideTwice(
  ctx: Context,
  places: readonly Place[],
  keep: PatronId,
  away: PatronId,
): Promise<boolean> {
  for (const { place, index, intent } of clashes(places)) {
    if (intent.wins !== 'first') continue
    const aside = sql.id(intent.carries[0])
    const twice = await ctx.db.maybe(sql`
      select 1 from ${rivals(place, index, keep, away)} where a.${aside} is not null and k.${aside} is not null limit 1`)
    if (twice) return true
  }
  return false
}

/** Gives all rows of the one to the other, after what cannot stand twice is settled as {@link INTENTS} say. */
export async function moveRows(ctx: Context, places: readonly Place[], keep: PatronId, away: PatronId): Promise<void> {
  for (const { place, index, intent } of clashes(places)) await settleClash(ctx, { place, index, intent, keep, away })
  for (const { table, column } of places) {
    await ctx.db.run(sql`update ${sql.id(table)} set ${sql.id(column)} = ${keep} where ${sql.id(column)} = ${away}`)
  }
}

type Index = Place['unique'][number]

interface Clash {
  readonly place: Place
  readonly index: Index
  readonly intent: Intent
}

function clashes(places: readonly Place[]): Clash[] {
  return places.flatMap((place) =>
    place.unique.map((index) => {
      const intent = INTENTS[place.table]
      if (!intent) throw new Error(`${place.table} can hold one row of its kind for each patron: say which stays`)
      return { place, index, intent }
    }),
  )
}

async function settleClash(ctx: Context, clash: Clash & { keep: PatronId; away: PatronId }): Promise<void> {
  const { place, index, intent, keep, away } = clash
  const table = sql.id(place.table)
  const found = rivals(place, index, keep, away)
  switch (intent.wins) {
    case 'keep':
      await ctx.db.run(sql`delete from ${table} where ctid in (select a.place from ${found})`)
      return
    case 'newest': {
      const by = sql.id(intent.by)
      await ctx.db.run(sql`
        update ${table} t set ${sql.id(intent.ends)} = greatest(r.a_at, r.k_at)
        from (select a.place as a_place, k.place as k_place, a.${by} as a_at, k.${by} as k_at from ${found}) r
        where t.ctid = case when r.a_at > r.k_at then r.k_place else r.a_place end`)
      return
    }
    case 'first': {
      const by = sql.id(intent.by)
      const gone = await ctx.db.all<Record<string, unknown>>(sql`
        delete from ${table} where ctid in (
          select case when a.${by} < k.${by} then k.place else a.place end from ${found}) returning *`)
      for (const row of gone.filter((row) => row[intent.carries[0]] !== null)) {
        const given = intent.carries.map((name) => sql`${sql.id(name)} = ${row[name]}`)
        const same = index.others.map((name) => sql`${sql.id(name)} = ${row[name]}`)
        await ctx.db.run(sql`
          update ${table} set ${sql.join(given)}
          where ${sql.id(place.column)} in (${keep}, ${away}) and ${sql.join(same, sql` and `)}`)
      }
    }
  }
}

/** Rows of the two, `a` and `k`, that a unique index would not let stand side by side. */
function rivals(place: Place, index: Index, keep: PatronId, away: PatronId) {
  const column = sql.id(place.column)
  const rows = (patron: PatronId) => sql`(
    select ctid as place, * from ${sql.id(place.table)}
    where ${column} = ${patron} and ${sql.raw(index.only ?? 'true')})`
  const same = index.others.map((name) => sql`a.${sql.id(name)} = k.${sql.id(name)}`)
  return sql`${rows(away)} a join ${rows(keep)} k on ${sql.join([sql`true`, ...same], sql` and `)}`
}
