import { ok, type PatronId, type Result, refuse } from '#core'
import { sql, transact } from '#db'
import type { Context } from '#vault'
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
  const cpr = guardian.cpr === undefined ? undefined : readCpr(guardian.cpr)
  if (guardian.cpr !== undefined && !cpr) return refuse({ kind: 'cpr-not-a-number' })
  const hash = cpr ? await ctx.vault.lookupHash('cpr', cpr.digits) : null
  return transact(ctx, async (ctx): Promise<Result<{ readonly id: string }, GuardianRefusal>> => {
    const known = await ctx.db.maybe<{ patron_group: string; same: boolean | null }>(
      sql`select patron_group, cpr_hash = ${hash} as same from patron where id = ${child} for update`,
    )
    if (!known) return refuse({ kind: 'unknown' })
    if (known.same) return refuse({ kind: 'guardian-is-the-child' })
    if (known.patron_group !== 'child') return refuse({ kind: 'grown-up' })
    await endGuardianships(ctx, child)
    return ok({ id: await insertGuardian(ctx, child, guardian) })
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

/** Writes who answers for a child, in the caller's transaction. A guardian who is a patron here too is linked. */
export async function insertGuardian(ctx: Context, child: PatronId, guardian: GuardianToInsert): Promise<string> {
  const now = ctx.clock.now()
  const id = ctx.random.uuid(now)
  const cpr = guardian.cpr === undefined ? undefined : readCpr(guardian.cpr)
  const hash = cpr ? await ctx.vault.lookupHash('cpr', cpr.digits) : null
  const sealed = cpr ? await ctx.vault.seal(child, 'guardianship.cpr_sealed', cpr.digits) : null
  const holder = hash && (await ctx.db.maybe<{ id: PatronId }>(sql`select id from patron where cpr_hash = ${hash}`))
  const maySee = guardian.maySee ?? false
  await ctx.db.run(sql`
    insert into guardianship (id, patron_id, guardian_id, name, cpr_sealed, cpr_hash, email, phone, liable, may_see,
      proof, consented_at, noted_by)
    values (${id}, ${child}, ${holder?.id ?? null}, ${guardian.name.trim()}, ${sealed}, ${hash},
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
