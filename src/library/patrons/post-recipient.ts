import { ageOn, dayOf, type PatronId } from '#core'
import { sql } from '#db'
import type { Context, Sealed } from '#vault'
import { readCpr } from './cpr.ts'
import { ADULT_FROM } from './rules.ts'

/** Younger children's post is their guardian's, on paper as in Digital Post (lov om Digital Post, § 3). */
const OWN_POST_FROM = 15

/** Whom post is for that goes to a CPR number. */
export interface PostRecipient {
  readonly cpr: string
  /** Not of anyone with a protected name. */
  readonly name?: string
}

/** A young child's post is for the guardian, and so is a claim on anyone who is not of age: they answer for it. */
export function isForGuardian(bornOn: Temporal.PlainDate | null, today: Temporal.PlainDate, isClaim: boolean): boolean {
  const age = bornOn ? ageOn(bornOn, today) : undefined
  return age !== undefined && (age < OWN_POST_FROM || (isClaim && age < ADULT_FROM))
}

/**
 * By which CPR number a patron is written to: their own, or that of the guardian who answers for them. Undefined when
 * none is known, and of institutions and the dead.
 */
export async function postRecipient(
  ctx: Context,
  patron: PatronId,
  isClaim: boolean,
): Promise<PostRecipient | undefined> {
  const known = await ctx.db.maybe<Standing>(sql`
    select p.name, p.birth_on, p.protected, p.cpr_sealed,
      exists (select from loan_block b where b.patron_id = p.id and b.code = 'deceased') as deceased
    from patron p where p.id = ${patron} and p.kind = 'person'`)
  if (!known || known.deceased) return undefined
  const own = known.cpr_sealed && (await ctx.vault.open(patron, 'patron.cpr_sealed', known.cpr_sealed))
  const bornOn = known.birth_on ?? (own ? readCpr(own)?.bornOn : undefined) ?? null
  if (isForGuardian(bornOn, dayOf(ctx.clock.now()), isClaim)) return guardianOf(ctx, patron)
  return own ? { cpr: own, ...(known.protected ? {} : { name: known.name }) } : undefined
}

interface Standing {
  readonly name: string
  readonly birth_on: Temporal.PlainDate | null
  readonly protected: boolean
  readonly cpr_sealed: Sealed | null
  readonly deceased: boolean
}

/** The guardian who answers for the child longest, of those whose number is known. It is sealed under the child's key. */
async function guardianOf(ctx: Context, child: PatronId): Promise<PostRecipient | undefined> {
  const guardian = await ctx.db.maybe<{ name: string; cpr_sealed: Sealed; protected: boolean }>(sql`
    select g.name, g.cpr_sealed,
      exists (select from patron p where p.cpr_hash = g.cpr_hash and p.protected) as protected
    from guardianship g where g.patron_id = ${child} and g.liable and g.cpr_sealed is not null
    order by g.consented_at, g.id limit 1`)
  const cpr = guardian && (await ctx.vault.open(child, 'guardianship.cpr_sealed', guardian.cpr_sealed))
  return cpr ? { cpr, ...(guardian.protected ? {} : { name: guardian.name }) } : undefined
}
