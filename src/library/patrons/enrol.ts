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

/** What someone already was elsewhere, when their library moves here: their number, and the clocks that are running. */
export interface Migrated {
  readonly number?: string
  readonly enrolledAt: Temporal.Instant
  readonly lastActiveAt: Temporal.Instant
}

const PATRON_NUMBER_DIGITS = 9

/**
 * Enrols a person by the library's policy. The patron number is random and says nothing about when or who. The CPR
 * number and a protected address are sealed under a key of the person's own. Whoever comes from another system keeps
 * their number and their clocks (`migrated`).
 */
export async function enrolPatron(
  ctx: Context,
  homeBranch: BranchId,
  enrolment: Enrolment,
  migrated?: Migrated,
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
      const number = migrated?.number ?? (await freeNumber(ctx))
      await insertPatron(number)
      await addIdentifier(ctx, id, 'patron-number', number)
      if (enrolment.card) await addIdentifier(ctx, id, 'library-card', enrolment.card)
      if (enrolment.guardianName) {
        await ctx.db.run(sql`
          insert into guardianship (id, patron_id, name, liable, may_see, proof, consented_at)
          values (${ctx.random.uuid(now)}, ${id}, ${enrolment.guardianName}, true, false,
            ${migrated ? 'moved' : 'paper'}, ${now})`)
      }
      return ok({ id, number })

      async function insertPatron(number: string): Promise<void> {
        await ctx.db.run(sql`
          insert into patron (id, number, name, birth_on, address, postcode, city, protected, address_sealed,
            municipality, cpr_sealed, cpr_hash, email, phone, patron_group, home_branch_id, language,
            enrolled_at, last_active_at)
          values (${id}, ${number}, ${enrolment.name}, ${birthOn},
            ${hidden ? null : (enrolment.address ?? null)}, ${hidden ? null : (enrolment.postcode ?? null)},
            ${hidden ? null : (enrolment.city ?? null)}, ${hidden}, ${addressSealed}, ${enrolment.municipality ?? null},
            ${cprSealed}, ${cprHash}, ${enrolment.email ?? null}, ${enrolment.phone ?? null},
            ${group}, ${homeBranch}, ${enrolment.language ?? 'da'},
            ${migrated?.enrolledAt ?? now}, ${migrated?.lastActiveAt ?? now})`)
      }
    })
  } catch (fault) {
    const refusal = refusalOf(fault)
    if (!refusal) throw fault
    return refuse(refusal)
  }
}

/** In a large library chance alone meets a number that is taken, sooner than one would think. */
async function freeNumber(ctx: Context): Promise<string> {
  for (;;) {
    const number = ctx.random.digits(PATRON_NUMBER_DIGITS)
    const taken = await ctx.db.maybe(sql`select 1 from identifier where value = ${number}`)
    if (!taken) return number
  }
}

function refusalOf(fault: unknown): EnrolmentRefusal | undefined {
  if (sqlState(fault) !== '23505') return undefined
  switch (violated(fault)) {
    case 'patron_cpr_hash_key':
      return { kind: 'already-enrolled' }
    case 'identifier_value_key':
    case 'patron_number_key':
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
