import { type BranchId, dayOf, ok, type PatronId, type Result, refuse } from '#core'
import { sql, sqlState, transact, violated } from '#db'
import { policyOf } from '#privacy'
import type { Context } from '#vault'
import { readCpr } from './cpr.ts'
import { decideEnrolment, type Enrolment, type EnrolmentRefusal } from './rules.ts'

export interface EnrolledPatron {
  readonly id: PatronId
  readonly number: string
}

const PATRON_NUMBER_DIGITS = 9

/**
 * Enrols a person by the library's policy. The patron number is random and says nothing about when or who. The CPR
 * number and a protected address are sealed under a key of the person's own.
 */
export async function enrolPatron(
  ctx: Context,
  homeBranch: BranchId,
  enrolment: Enrolment,
): Promise<Result<EnrolledPatron, EnrolmentRefusal>> {
  const { policy } = await policyOf(ctx)
  const now = ctx.clock.now()
  const cpr = enrolment.cpr === undefined ? undefined : readCpr(enrolment.cpr)
  const decision = decideEnrolment(policy, enrolment, cpr, dayOf(now))
  if (!decision.ok) return decision
  const { birthOn, group } = decision.value
  const id = ctx.random.uuid(now) as PatronId
  const hidden = enrolment.protected ?? false
  const address = [enrolment.address, enrolment.postcode, enrolment.city].filter(Boolean).join('\n')
  const cprSealed = cpr ? await ctx.vault.seal(id, 'patron.cpr_sealed', cpr.digits) : null
  const cprHash = cpr ? await ctx.vault.lookupHash('cpr', cpr.digits) : null
  const addressSealed = hidden && address ? await ctx.vault.seal(id, 'patron.address_sealed', address) : null
  try {
    return await transact(ctx, async (ctx) => {
      const number = await insertPatron()
      await addIdentifier(ctx, id, 'patron-number', number)
      if (enrolment.card) await addIdentifier(ctx, id, 'library-card', enrolment.card)
      return ok({ id, number })

      async function insertPatron(): Promise<string> {
        const number = ctx.random.digits(PATRON_NUMBER_DIGITS)
        await ctx.db.run(sql`
          insert into patron (id, number, name, birth_on, address, postcode, city, protected, address_sealed,
            municipality, cpr_sealed, cpr_hash, email, phone, guardian_name, patron_group, home_branch_id, language,
            enrolled_at, last_active_at)
          values (${id}, ${number}, ${enrolment.name}, ${birthOn},
            ${hidden ? null : (enrolment.address ?? null)}, ${hidden ? null : (enrolment.postcode ?? null)},
            ${hidden ? null : (enrolment.city ?? null)}, ${hidden}, ${addressSealed}, ${enrolment.municipality ?? null},
            ${cprSealed}, ${cprHash}, ${enrolment.email ?? null}, ${enrolment.phone ?? null},
            ${enrolment.guardianName ?? null}, ${group}, ${homeBranch}, ${enrolment.language ?? 'da'},
            ${now}, ${now})`)
        return number
      }
    })
  } catch (fault) {
    const refusal = refusalOf(fault)
    if (!refusal) throw fault
    return refuse(refusal)
  }
}

function refusalOf(fault: unknown): EnrolmentRefusal | undefined {
  if (sqlState(fault) !== '23505') return undefined
  switch (violated(fault)) {
    case 'patron_cpr_hash_key':
      return { kind: 'already-enrolled' }
    case 'identifier_value_key':
      return { kind: 'card-taken' }
    default:
      return undefined
  }
}

async function addIdentifier(
  ctx: Context,
  patron: PatronId,
  kind: 'patron-number' | 'library-card',
  value: string,
): Promise<void> {
  const now = ctx.clock.now()
  await ctx.db.run(sql`
    insert into identifier (id, patron_id, kind, value, added_at)
    values (${ctx.random.uuid(now)}, ${patron}, ${kind}, ${value}, ${now})`)
}
