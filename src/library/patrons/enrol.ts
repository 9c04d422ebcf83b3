import { type BranchId, dayOf, ok, type PatronId, type Result, refuse } from '#core'
import { sql, sqlState, transact, violated } from '#db'
import { ADDRESSEE, type Addressee, tell } from '#messages'
import { policyOf } from '#privacy'
import type { Context } from '#vault'
import { placeAutomaticBlock } from './blocks.ts'
import { type Cpr, readCpr } from './cpr.ts'
import { insertGuardian, linkChildren, type SealedGuardian, sealGuardian } from './guardians.ts'
import { cardNumber } from './health-card.ts'
import { type CprRegister, RegisterDown, type RegisterPerson } from './register.ts'
import {
  decideEnrolment,
  type Enrolment,
  type EnrolmentDecision,
  type EnrolmentRefusal,
  isInstitution,
} from './rules.ts'
import { raiseTask } from './tasks.ts'
import { welcome } from './templates.ts'
import { newestTerms } from './terms.ts'

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

export interface EnrolmentOptions {
  /** Where name and address come from; without one they are what was given. */
  readonly register?: CprRegister | undefined
  readonly migrated?: Migrated
  /** Writes to the new patron, if there is a way to: not to those whom a library brings along from elsewhere. */
  readonly welcomed?: boolean
}

const PATRON_NUMBER_DIGITS = 9

/**
 * Enrols a person by the library's policy, or an institution. The patron number is random and says nothing about when or
 * who. Name and address are the CPR register's where it knows the number; while it cannot be reached they are what was
 * given, and are put right later. The CPR number and a protected address are sealed under a key of the person's own.
 * Whoever enrols themself on the web cannot borrow until staff have seen them.
 */
export async function enrolPatron(
  ctx: Context,
  homeBranch: BranchId,
  enrolment: Enrolment,
  { register, migrated, welcomed = false }: EnrolmentOptions = {},
): Promise<Result<EnrolledPatron, EnrolmentRefusal>> {
  const { policy } = await policyOf(ctx)
  const isPerson = !isInstitution(enrolment)
  const cpr = enrolment.cpr === undefined || !isPerson ? undefined : readCpr(enrolment.cpr)
  const asked = await ask(register, cpr)
  if (asked.kind === 'unknown') return refuse({ kind: 'register-unknown' })
  const decision = decideEnrolment(policy, enrolment, {
    cpr,
    told: asked.person,
    terms: enrolment.way === 'web' ? await newestTerms(ctx) : [],
    moved: migrated !== undefined,
    today: dayOf(ctx.clock.now()),
  })
  if (!decision.ok) return decision
  const guardianCpr = enrolment.guardian?.cpr === undefined ? undefined : readCpr(enrolment.guardian.cpr)
  if (guardianCpr && guardianCpr.digits === cpr?.digits) return refuse({ kind: 'guardian-is-the-child' })
  const follow = cpr !== undefined && register?.serves(cpr) === true
  const person = await seal(ctx, { enrolment, cpr, told: asked.person, decision: decision.value })
  // A guardian ends with childhood, so an adult gets none.
  const isChild = decision.value.group === 'child'
  const guardian = isChild ? await guardianOf(ctx, person.id, enrolment, migrated !== undefined) : undefined
  try {
    const enrolled = await transact(ctx, async (ctx) => {
      const number = migrated?.number ?? (await freeNumber(ctx))
      await insertPatron(ctx, { person, number, homeBranch, enrolment, migrated, follow })
      await insertIdentifier(ctx, person.id, 'patron-number', number)
      const card = cardNumber(enrolment.card ?? '')
      if (card) await insertIdentifier(ctx, person.id, 'library-card', card)
      if (guardian) await insertGuardian(ctx, person.id, guardian)
      if (person.cprHash) await linkChildren(ctx, person.id, person.cprHash)
      await insertAcceptances(ctx, person.id, enrolment)
      if (enrolment.way === 'web') {
        await placeAutomaticBlock(ctx, person.id, 'self-enrolled')
        await raiseTask(ctx, person.id, 'self-enrolled')
      }
      if (welcomed) await sayWelcome(ctx, person.id, { number, mustShowId: enrolment.way === 'web' })
      return { id: person.id, number }
    })
    if (register && cpr && follow && asked.person) await subscribe(ctx, register, enrolled.id, cpr)
    return ok(enrolled)
  } catch (fault) {
    const refusal = refusalOf(fault)
    if (!refusal) throw fault
    return refuse(refusal)
  }
}

async function sayWelcome(
  ctx: Context,
  patron: PatronId,
  about: { readonly number: string; readonly mustShowId: boolean },
): Promise<void> {
  const { branch, ...to } = await ctx.db.one<Addressee & { branch: string }>(sql`
    select ${sql.raw(ADDRESSEE('p'))}, b.name as branch
    from patron p join branch b on b.id = p.home_branch_id where p.id = ${patron}`)
  await tell(ctx, welcome, [{ to, data: { branch, ...about } }])
}

/** Asked before any transaction: a register may take seconds. */
async function ask(
  register: CprRegister | undefined,
  cpr: Cpr | undefined,
): Promise<{ kind: 'told' | 'not-asked' | 'unknown'; person?: RegisterPerson }> {
  if (!register || !cpr || !register.serves(cpr)) return { kind: 'not-asked' }
  try {
    const answer = await register.lookup(cpr)
    return answer.kind === 'person' ? { kind: 'told', person: answer.person } : { kind: 'unknown' }
  } catch (fault) {
    if (fault instanceof RegisterDown) return { kind: 'not-asked' }
    throw fault
  }
}

/** Tells the register to keep us informed; where it cannot be told now, the patron stays marked for it. */
export async function subscribe(ctx: Context, register: CprRegister, patron: PatronId, cpr: Cpr): Promise<boolean> {
  try {
    await register.subscribe(cpr)
  } catch (fault) {
    if (!(fault instanceof RegisterDown)) throw fault
    return false
  }
  await ctx.db.run(sql`update patron set register = 'followed' where id = ${patron}`)
  return true
}

interface SealedPerson {
  readonly id: PatronId
  readonly name: string
  readonly hidden: boolean
  readonly address: { address: string | null; postcode: string | null; city: string | null }
  readonly addressSealed: Uint8Array | null
  readonly municipality: string | null
  readonly cprSealed: Uint8Array | null
  readonly cprHash: Uint8Array | null
  readonly decision: EnrolmentDecision
}

async function seal(
  ctx: Context,
  given: { enrolment: Enrolment; cpr: Cpr | undefined; told: RegisterPerson | undefined; decision: EnrolmentDecision },
): Promise<SealedPerson> {
  const { enrolment, cpr, told, decision } = given
  const id = ctx.random.uuid(ctx.clock.now()) as PatronId
  const hidden = told?.protected ?? enrolment.protected ?? false
  const home = told
    ? told.address
    : { address: enrolment.address ?? null, postcode: enrolment.postcode ?? null, city: enrolment.city ?? null }
  const lines = [home?.address, home?.postcode, home?.city].filter(Boolean).join('\n')
  return {
    id,
    name: told?.name ?? enrolment.name ?? '',
    hidden,
    address: hidden || !home ? { address: null, postcode: null, city: null } : home,
    addressSealed: hidden && lines ? await ctx.vault.seal(id, 'patron.address_sealed', lines) : null,
    municipality: told ? told.municipality : (enrolment.municipality ?? null),
    cprSealed: cpr ? await ctx.vault.seal(id, 'patron.cpr_sealed', cpr.digits) : null,
    cprHash: cpr ? await ctx.vault.lookupHash('cpr', cpr.digits) : null,
    decision,
  }
}

async function insertPatron(
  ctx: Context,
  given: {
    person: SealedPerson
    number: string
    homeBranch: BranchId
    enrolment: Enrolment
    migrated: Migrated | undefined
    follow: boolean
  },
): Promise<void> {
  const { person, number, homeBranch, enrolment, migrated, follow } = given
  const now = ctx.clock.now()
  await ctx.db.run(sql`
    insert into patron (id, number, name, birth_on, address, postcode, city, protected, address_sealed, municipality,
      cpr_sealed, cpr_hash, email, phone, patron_group, home_branch_id, language, enrolled_at, last_active_at, kind,
      contact_name, photo_id_at, register)
    values (${person.id}, ${number}, ${person.name}, ${person.decision.birthOn}, ${person.address.address},
      ${person.address.postcode}, ${person.address.city}, ${person.hidden}, ${person.addressSealed},
      ${person.municipality}, ${person.cprSealed}, ${person.cprHash}, ${enrolment.email ?? null},
      ${enrolment.phone ?? null}, ${person.decision.group}, ${homeBranch}, ${enrolment.language ?? 'da'},
      ${migrated?.enrolledAt ?? now}, ${migrated?.lastActiveAt ?? now}, ${isInstitution(enrolment) ? enrolment.kind : 'person'},
      ${enrolment.contactName ?? null}, ${enrolment.photoIdSeen ? now : null}, ${follow ? 'wanted' : 'none'})`)
}

async function guardianOf(
  ctx: Context,
  child: PatronId,
  { guardian, guardianName }: Enrolment,
  moved: boolean,
): Promise<SealedGuardian | undefined> {
  if (guardian) return sealGuardian(ctx, child, guardian)
  return guardianName ? sealGuardian(ctx, child, { name: guardianName, proof: moved ? 'moved' : 'paper' }) : undefined
}

async function insertAcceptances(ctx: Context, patron: PatronId, enrolment: Enrolment): Promise<void> {
  const now = ctx.clock.now()
  for (const { document, version } of enrolment.accepts ?? []) {
    await ctx.db.run(sql`
      insert into acceptance (id, patron_id, document, version, accepted_by, channel, accepted_at)
      select ${ctx.random.uuid(now)}, ${patron}, document, version, ${enrolment.acceptedBy ?? 'patron'},
        ${enrolment.way ?? 'desk'}, ${now} from terms where document = ${document} and version = ${version}
      on conflict do nothing`)
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

async function insertIdentifier(
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
