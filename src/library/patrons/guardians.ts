import { ok, type PatronId, type Result, refuse } from '#core'
import { sql, transact } from '#db'
import type { Context, Sealed } from '#vault'
import { atDesk } from './blocks.ts'
import { readCpr } from './cpr.ts'
import { ADULT_FROM, type NewGuardian } from './rules.ts'
import type { GuardianshipRow } from './tables.ts'

export type GuardianRefusal = {
  readonly kind: 'not-allowed' | 'unknown' | 'no-name' | 'cpr-not-a-number' | 'guardian-is-the-child' | 'grown-up'
}

/** Someone from another system comes with the name alone; there is then no proof but that it was moved. */
type GuardianToInsert = Omit<NewGuardian, 'proof'> & { readonly proof: GuardianshipRow['proof'] }

/**
 * Sets who answers for a child, instead of whoever did: their signature on paper has been seen, or they used MitID. The
 * guardian's CPR number is sealed under the child's key. Refuses a guardian for someone of 18.
 */
export async function setGuardian(
  ctx: Context,
  child: PatronId,
  guardian: NewGuardian,
): Promise<Result<{ readonly id: string }, GuardianRefusal>> {
  if (!atDesk(ctx) && guardian.proof !== 'mitid') return refuse({ kind: 'not-allowed' })
  if (guardian.name.trim() === '') return refuse({ kind: 'no-name' })
  if (guardian.cpr !== undefined && !readCpr(guardian.cpr)) return refuse({ kind: 'cpr-not-a-number' })
  // Before the key of somebody who is not there is made.
  const there = await ctx.db.maybe(sql`select 1 from patron where id = ${child}`)
  if (!there) return refuse({ kind: 'unknown' })
  const sealed = await sealGuardian(ctx, child, guardian)
  return transact(ctx, async (ctx): Promise<Result<{ readonly id: string }, GuardianRefusal>> => {
    const known = await ctx.db.maybe<{ patron_group: string; same: boolean | null }>(
      sql`select patron_group, cpr_hash = ${sealed.cprHash} as same from patron where id = ${child} for update`,
    )
    if (!known) return refuse({ kind: 'unknown' })
    if (known.same) return refuse({ kind: 'guardian-is-the-child' })
    if (known.patron_group !== 'child') return refuse({ kind: 'grown-up' })
    await endGuardianships(ctx, child)
    return ok({ id: await insertGuardian(ctx, child, sealed) })
  })
}

/** Nobody answers for the child any more; by staff, as when custody has changed. Ending what has ended changes nothing. */
export async function endGuardian(ctx: Context, child: PatronId): Promise<Result<true, GuardianRefusal>> {
  if (!atDesk(ctx)) return refuse({ kind: 'not-allowed' })
  await transact(ctx, (ctx) => endGuardianships(ctx, child))
  return ok(true)
}

async function endGuardianships(ctx: Context, child: PatronId): Promise<void> {
  await ctx.db.run(sql`delete from guardianship where patron_id = ${child}`)
  await ctx.db.run(sql`delete from ward where child_id = ${child}`)
}

/** A guardian as written: their CPR number sealed under the child's key. */
export interface SealedGuardian extends Omit<GuardianToInsert, 'cpr'> {
  readonly cprSealed: Sealed | null
  readonly cprHash: Uint8Array | null
}

/** To be called before any transaction: it may make the child's key. */
export async function sealGuardian(
  ctx: Context,
  child: PatronId,
  { cpr: text, ...guardian }: GuardianToInsert,
): Promise<SealedGuardian> {
  const cpr = text === undefined ? undefined : readCpr(text)
  return {
    ...guardian,
    cprSealed: cpr ? await ctx.vault.seal(child, 'guardianship.cpr_sealed', cpr.digits) : null,
    cprHash: cpr ? await ctx.vault.lookupHash('cpr', cpr.digits) : null,
  }
}

/** Writes who answers for a child, in the caller's transaction. A guardian who is a patron here too is linked. */
export async function insertGuardian(ctx: Context, child: PatronId, guardian: SealedGuardian): Promise<string> {
  const now = ctx.clock.now()
  const id = ctx.random.uuid(now)
  const hash = guardian.cprHash
  const holder = hash && (await ctx.db.maybe<{ id: PatronId }>(sql`select id from patron where cpr_hash = ${hash}`))
  const maySee = guardian.maySee ?? false
  await ctx.db.run(sql`
    insert into guardianship (id, patron_id, guardian_id, name, cpr_sealed, cpr_hash, email, phone, liable, may_see,
      proof, consented_at, noted_by)
    values (${id}, ${child}, ${holder?.id ?? null}, ${guardian.name.trim()}, ${guardian.cprSealed}, ${hash},
      ${guardian.email ?? null}, ${guardian.phone ?? null}, true, ${maySee}, ${guardian.proof}, ${now},
      ${ctx.actor.kind === 'staff' ? ctx.actor.id : null})`)
  if (holder && maySee) {
    await ctx.db.run(sql`
      insert into ward (id, patron_id, child_id, since_at) values (${ctx.random.uuid(now)}, ${holder.id}, ${child}, ${now})
      on conflict do nothing`)
  }
  return id
}

/** Whoever answers for a child and becomes a patron is linked to it, and may see what they were allowed to. */
export async function linkChildren(ctx: Context, guardian: PatronId, cprHash: Uint8Array): Promise<void> {
  const linked = await ctx.db.all<{ patron_id: PatronId; may_see: boolean }>(sql`
    update guardianship set guardian_id = ${guardian}
    where cpr_hash = ${cprHash} and guardian_id is null and patron_id <> ${guardian} returning patron_id, may_see`)
  const now = ctx.clock.now()
  for (const { patron_id, may_see } of linked) {
    if (!may_see) continue
    await ctx.db.run(sql`
      insert into ward (id, patron_id, child_id, since_at)
      values (${ctx.random.uuid(now)}, ${guardian}, ${patron_id}, ${now}) on conflict do nothing`)
  }
}

/** Who answers for a child. */
export function guardiansOf(ctx: Context, child: PatronId): Promise<GuardianshipRow[]> {
  return ctx.db.all(
    sql<GuardianshipRow>`select * from guardianship where patron_id = ${child} order by consented_at, id`,
  )
}

export interface Ward {
  readonly id: PatronId
  readonly name: string
  readonly number: string
}

/**
 * The children a guardian may look at. Never an address: it may be protected, and the other parent's. Nobody who has
 * turned 18 is among them, also in the hours before the night has ended the link.
 */
export function childrenOf(ctx: Context, guardian: PatronId, today: Temporal.PlainDate): Promise<Ward[]> {
  return ctx.db.all(sql<Ward>`
    select c.id, c.name, c.number from ward w join patron c on c.id = w.child_id
    where w.patron_id = ${guardian} and c.patron_group = 'child'
      and (c.birth_on is null or c.birth_on > ${today.subtract({ years: ADULT_FROM })})
    order by c.name, c.id`)
}
