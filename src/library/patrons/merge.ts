import { ok, type PatronId, type Result, refuse } from '#core'
import { sql, transact } from '#db'
import { patronTables, type Register, retentionLock } from '#privacy'
import type { Context, Sealed } from '#vault'
import { atDesk } from './blocks.ts'
import { readCpr } from './cpr.ts'
import { mergeTasks, moveRows, patronPlaces, removeBrowsers, setAsideTwice } from './merge-rows.ts'
import { type Account, decideMerge, droppedCpr, fillIn, type MergeRefusal } from './merge-rules.ts'
import type { PatronRow } from './tables.ts'

export interface Merged {
  readonly patron: PatronId
  /** A number of the register that nobody has here any more: whoever follows it there must stop today. */
  readonly droppedCpr: string | undefined
}

/** What lies sealed, opened, and what of it must lie under the key of the one who stays. Made before the transaction. */
interface Unsealed {
  readonly opened: Map<string, string>
  readonly resealed: Map<string, Sealed>
}

const ATTEMPTS = 5

/**
 * Makes one patron of two who are the same person: every row about `away` becomes one about `keep`, old cards find
 * `keep`, and `away` and its key are gone. Loans, fees, payments and the accounts move untouched. Not to be called in a
 * transaction, because the key is destroyed when the rows are safe with their new owner, and not before.
 * @param confirmed staff have seen two CPR numbers, or two kinds of patron, and say it is one all the same
 */
export async function mergePatrons(
  ctx: Context,
  register: Register,
  keep: PatronId,
  away: PatronId,
  { confirmed = false }: { readonly confirmed?: boolean } = {},
): Promise<Result<Merged, MergeRefusal>> {
  if (!atDesk(ctx)) return refuse({ kind: 'not-allowed' })
  if (keep === away) return refuse({ kind: 'same-patron' })
  for (let attempt = 0; attempt < ATTEMPTS; attempt++) {
    const unsealed = await unseal(ctx, register, keep, away)
    if (!unsealed) return refuse({ kind: 'unknown' })
    const merged = await transact(ctx, (ctx) => mergeRows(ctx, register, { keep, away, confirmed, unsealed }))
    if (merged === 'changed') continue
    if (!merged.ok) return merged
    await ctx.vault.destroy([away], ctx.clock.now())
    await ctx.vault.finish([away], ctx.clock.now())
    return merged
  }
  throw new Error('a patron changed each time it was to be merged')
}

interface Merger {
  readonly keep: PatronId
  readonly away: PatronId
  readonly confirmed: boolean
  readonly unsealed: Unsealed
}

/** `changed` when something was sealed meanwhile that has not been opened: it must be begun again. */
async function mergeRows(
  ctx: Context,
  register: Register,
  { keep, away, confirmed, unsealed }: Merger,
): Promise<Result<Merged, MergeRefusal> | 'changed'> {
  // A legal hold is placed alone against this lock: none comes while rows change hands.
  await ctx.db.run(retentionLock(ctx, 'shared'))
  const rows = await readBoth(ctx, keep, away, true)
  if (!rows) return refuse({ kind: 'unknown' })
  const accounts = { keep: accountOf(rows.keep, unsealed), away: accountOf(rows.away, unsealed) }
  if (!accounts.keep || !accounts.away) return 'changed'
  const both = { keep: accounts.keep, away: accounts.away }
  const places = await patronPlaces(ctx, register)
  const facts = {
    ...both,
    ...(await obstacles(ctx, rows)),
    setAsideTwice: await setAsideTwice(ctx, places, keep, away),
  }
  const decision = decideMerge(facts, confirmed)
  if (!decision.ok) return decision
  const whole = fillIn(both.keep, both.away)
  const cpr = whole.cpr && sealedFor(unsealed, 'patron.cpr_sealed', whole.cpr.digits)
  const hidden = whole.hidden && sealedFor(unsealed, 'patron.address_sealed', whole.hidden)
  if ((whole.cpr && !cpr) || (whole.hidden && !hidden)) return 'changed'
  if (!(await resealRows(ctx, register, { keep, away, confirmed, unsealed }))) return 'changed'
  await mergeTasks(ctx, keep, away)
  await removeBrowsers(ctx, register, away)
  await moveRows(ctx, places, keep, away)
  await ctx.db.run(sql`delete from patron where id = ${away}`)
  const fromAway = whole.cpr !== undefined && whole.cpr === both.away.cpr
  await writeWhole(ctx, keep, whole, {
    cpr: cpr ?? null,
    cprHash: fromAway ? rows.away.cpr_hash : rows.keep.cpr_hash,
    hidden: hidden || null,
  })
  return ok({ patron: keep, droppedCpr: droppedCpr(both.away, whole) })
}

/** Both rows, the lower id locked first; undefined when one is not there. */
async function readBoth(ctx: Context, keep: PatronId, away: PatronId, locked: boolean) {
  const rows = await ctx.db.all(sql<PatronRow>`
    select * from patron where id = any(${[keep, away]}::uuid[]) order by id ${sql.raw(locked ? 'for update' : '')}`)
  const one = rows.find(({ id }) => id === keep)
  const other = rows.find(({ id }) => id === away)
  return one && other && { keep: one, away: other }
}

async function obstacles(ctx: Context, rows: { keep: PatronRow; away: PatronRow }) {
  const ids = [rows.keep.id, rows.away.id]
  const hashes = [rows.keep.cpr_hash, rows.away.cpr_hash].filter((hash) => hash !== null)
  return ctx.db.one<{ restricted: boolean; held: boolean; related: boolean }>(sql`
    select
      exists (select from restriction where patron_id = any(${ids}::uuid[]) and ended_at is null) as restricted,
      exists (select from hold where patron_id = any(${ids}::uuid[]) and ended_at is null) as held,
      exists (select from guardianship where patron_id = any(${ids}::uuid[])
              and (guardian_id = any(${ids}::uuid[]) or cpr_hash = any(${hashes}::bytea[])))
        or exists (select from ward where patron_id = any(${ids}::uuid[]) and child_id = any(${ids}::uuid[])) as related`)
}

/** The row with what lies sealed opened; undefined when it holds something that was sealed since. */
function accountOf(row: PatronRow, { opened }: Unsealed): Account | undefined {
  const read = (sealed: Sealed | null) => (sealed ? opened.get(keyOf(sealed)) : undefined)
  const cpr = read(row.cpr_sealed)
  const hidden = read(row.address_sealed)
  if ((row.cpr_sealed && cpr === undefined) || (row.address_sealed && hidden === undefined)) return undefined
  return { ...row, cpr: cpr === undefined ? undefined : readCpr(cpr), hidden }
}

/** Opens all that is sealed about either, and seals for `keep` what will be about `keep`. */
async function unseal(ctx: Context, register: Register, keep: PatronId, away: PatronId): Promise<Unsealed | undefined> {
  const rows = await readBoth(ctx, keep, away, false)
  if (!rows) return undefined
  const unsealed: Unsealed = { opened: new Map(), resealed: new Map() }
  for (const { table, subject, column } of sealedPlaces(register)) {
    const name = `${table}.${column}`
    for (const patron of table === 'patron' ? [keep, away] : [away]) {
      for (const sealed of await sealedValues(ctx, { table, subject, column }, patron)) {
        const plain = await ctx.vault.open(patron, name, sealed)
        // The key is being destroyed: this is an erasure under way, and there is nobody to merge.
        if (plain === undefined) return undefined
        unsealed.opened.set(keyOf(sealed), plain)
        await sealAgain(ctx, unsealed, keep, name, plain)
      }
    }
  }
  const accounts = [accountOf(rows.keep, unsealed), accountOf(rows.away, unsealed)]
  if (accounts[0] && accounts[1]) {
    const { hidden } = fillIn(accounts[0], accounts[1])
    if (hidden) await sealAgain(ctx, unsealed, keep, 'patron.address_sealed', hidden)
  }
  return unsealed
}

async function sealAgain(
  ctx: Context,
  { resealed }: Unsealed,
  keep: PatronId,
  column: string,
  plain: string,
): Promise<void> {
  const key = `${column} ${plain}`
  if (!resealed.has(key)) resealed.set(key, await ctx.vault.seal(keep, column, plain))
}

function sealedFor({ resealed }: Unsealed, column: string, plain: string): Sealed | undefined {
  return resealed.get(`${column} ${plain}`)
}

interface SealedPlace {
  readonly table: string
  readonly subject: string
  readonly column: string
}

function sealedPlaces(register: Register): SealedPlace[] {
  return patronTables(register).flatMap(({ name, subject, columns }) =>
    Object.entries(columns).flatMap(([column, { class: kind }]) =>
      kind === 'sealed' && subject ? [{ table: name, subject, column }] : [],
    ),
  )
}

async function sealedValues(ctx: Context, place: SealedPlace, patron: PatronId): Promise<Sealed[]> {
  const column = sql.id(place.column)
  const rows = await ctx.db.all<{ sealed: Sealed }>(sql`
    select ${column} as sealed from ${sql.id(place.table)}
    where ${sql.id(place.subject)} = ${patron} and ${column} is not null`)
  return rows.map(({ sealed }) => sealed)
}

/** Puts what is sealed in the other rows about `away` under the new key. False when something was sealed since. */
async function resealRows(ctx: Context, register: Register, { away, unsealed }: Merger): Promise<boolean> {
  for (const place of sealedPlaces(register).filter(({ table }) => table !== 'patron')) {
    for (const sealed of await sealedValues(ctx, place, away)) {
      const plain = unsealed.opened.get(keyOf(sealed))
      const again = plain === undefined ? undefined : sealedFor(unsealed, `${place.table}.${place.column}`, plain)
      if (!again) return false
      const column = sql.id(place.column)
      await ctx.db.run(sql`
        update ${sql.id(place.table)} set ${column} = ${again}
        where ${sql.id(place.subject)} = ${away} and ${column} = ${sealed}`)
    }
  }
  return true
}

async function writeWhole(
  ctx: Context,
  keep: PatronId,
  whole: Account,
  sealed: { cpr: Sealed | null; cprHash: Buffer | null; hidden: Sealed | null },
): Promise<void> {
  await ctx.db.run(sql`
    update patron set birth_on = ${whole.birth_on}, patron_group = ${whole.patron_group}, address = ${whole.address},
      postcode = ${whole.postcode}, city = ${whole.city}, protected = ${whole.protected},
      address_sealed = ${sealed.hidden}, municipality = ${whole.municipality}, cpr_sealed = ${sealed.cpr},
      cpr_hash = ${sealed.cprHash}, email = ${whole.email}, phone = ${whole.phone},
      email_bounced_at = case when email is not distinct from ${whole.email} then email_bounced_at end,
      phone_bounced_at = case when phone is not distinct from ${whole.phone} then phone_bounced_at end,
      contact_name = ${whole.contact_name}, photo_id_at = ${whole.photo_id_at},
      health_card_blocked_at = ${whole.health_card_blocked_at}, inactivity_warned_at = ${whole.inactivity_warned_at},
      register = ${whole.register}, enrolled_at = ${whole.enrolled_at}, last_active_at = ${whole.last_active_at}
    where id = ${keep}`)
}

function keyOf(sealed: Sealed): string {
  return Buffer.from(sealed).toString('base64')
}
