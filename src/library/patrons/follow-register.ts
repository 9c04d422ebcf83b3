import type { PatronId } from '#core'
import { sql, sqlState, transact, violated } from '#db'
import { dropWaiting } from '#messages'
import type { Context } from '#vault'
import { liftAutomaticBlock, placeAutomaticBlock } from './blocks.ts'
import { type Cpr, readCpr } from './cpr.ts'
import { subscribe } from './enrol.ts'
import { type CprRegister, type RegisterAnswer, RegisterDown, type RegisterPerson } from './register.ts'
import { decideFromRegister, REGISTER_BLOCKS, type RegisterDecision } from './register-rules.ts'
import { raiseTask } from './tasks.ts'

export interface Followed {
  /** Patrons who were brought up to date. */
  readonly updated: number
  /** The register could not be asked to the end; what is left is done next time. */
  readonly down: boolean
}

const AT_A_TIME = 200

/**
 * Follows the CPR register: looks up those it says have changed, and those who were enrolled while it could not be
 * reached, and lets each library decide what follows. Can be run at any time, and again after it was cut off.
 */
export async function followRegister(ctx: Context, register: CprRegister): Promise<Followed> {
  let updated = 0
  try {
    updated += await takeChanges(ctx, register)
    updated += await catchUpWanted(ctx, register)
    return { updated, down: false }
  } catch (fault) {
    if (!(fault instanceof RegisterDown)) throw fault
    return { updated, down: true }
  }
}

async function catchUpWanted(ctx: Context, register: CprRegister): Promise<number> {
  let updated = 0
  let after = '00000000-0000-0000-0000-000000000000'
  for (;;) {
    const rows = await ctx.db.all<{ id: PatronId }>(sql`
      select id from patron where register = 'wanted' and id > ${after}::uuid order by id limit ${AT_A_TIME}`)
    for (const { id } of rows) {
      const cpr = await cprOf(ctx, id)
      const known = cpr && register.serves(cpr) && (await lookUpAndApply(ctx, register, id, cpr))
      // Looked up once more, because the number may be another now.
      const current = known ? await cprOf(ctx, id) : undefined
      if (current) {
        updated++
        await subscribe(ctx, register, id, current)
      } else {
        // Nobody it can tell us about: the desk has been given a task, and asking again every night would say the same.
        await ctx.db.run(sql`update patron set register = 'none' where id = ${id} and register = 'wanted'`)
      }
    }
    const last = rows.at(-1)
    if (!last || rows.length < AT_A_TIME) return updated
    after = last.id
  }
}

async function takeChanges(ctx: Context, register: CprRegister): Promise<number> {
  const cursor = await ctx.db.maybe<{ after: string | null }>(sql`select after from register_cursor`)
  const changes = await register.changes(cursor?.after ?? null)
  let updated = 0
  for (const digits of new Set(changes.cprs)) {
    const cpr = readCpr(digits)
    const patron = cpr && (await patronOfCpr(ctx, cpr))
    if (patron && cpr && (await lookUpAndApply(ctx, register, patron, cpr))) updated++
  }
  // Only now: what was cut off is taken again from where it began.
  await ctx.db.run(sql`
    insert into register_cursor (after, read_at) values (${changes.after}, ${ctx.clock.now()})
    on conflict (only_one) do update set after = excluded.after, read_at = excluded.read_at`)
  return updated
}

async function lookUpAndApply(ctx: Context, register: CprRegister, patron: PatronId, cpr: Cpr): Promise<boolean> {
  const answer: RegisterAnswer = await register.lookup(cpr)
  if (answer.kind !== 'person') {
    await raiseTask(ctx, patron, 'register-unknown')
    return false
  }
  const { person } = answer
  const current = person.currentCpr && person.currentCpr !== cpr.digits ? readCpr(person.currentCpr) : undefined
  const now = current && register.serves(current) ? await register.lookup(current) : undefined
  // What the register keeps under an ended number is old; the person's data are under the number they have now.
  return applyRegister(
    ctx,
    patron,
    now?.kind === 'person' ? { ...now.person, cpr: cpr.digits, currentCpr: now.person.cpr } : person,
  )
}

/** Lets a patron's row follow what the register says of the person. Answers false when there is no such patron. */
export async function applyRegister(ctx: Context, patron: PatronId, told: RegisterPerson): Promise<boolean> {
  const known = await readKnown(ctx, patron, told.cpr)
  if (!known) return false
  const decision = decideFromRegister(known, told)
  const lines = decision.address && [decision.address.address, decision.address.postcode, decision.address.city]
  // Sealed before the transaction, which may be run again; a new number is found by a new hash.
  const sealed = {
    address:
      decision.protected && lines ? await ctx.vault.seal(patron, 'patron.address_sealed', lines.join('\n')) : null,
    cpr: await ctx.vault.seal(patron, 'patron.cpr_sealed', decision.cpr),
    hash: await ctx.vault.lookupHash('cpr', decision.cpr),
  }
  try {
    await transact(ctx, (ctx) => write(ctx, patron, decision, sealed))
  } catch (fault) {
    // The new number is another patron's here: the two are one person, and staff merge them.
    if (sqlState(fault) !== '23505' || violated(fault) !== 'patron_cpr_hash_key') throw fault
    await raiseTask(ctx, patron, 'duplicate')
  }
  return true
}

async function write(
  ctx: Context,
  patron: PatronId,
  decision: RegisterDecision,
  sealed: { address: Uint8Array | null; cpr: Uint8Array; hash: Uint8Array },
): Promise<void> {
  const shown = decision.protected ? null : decision.address
  const found = await ctx.db.run(sql`
    update patron set name = ${decision.name}, protected = ${decision.protected}, address = ${shown?.address ?? null},
      postcode = ${shown?.postcode ?? null}, city = ${shown?.city ?? null}, address_sealed = ${sealed.address},
      municipality = ${decision.municipality}, birth_on = coalesce(${decision.bornOn}, birth_on),
      cpr_sealed = ${sealed.cpr}, cpr_hash = ${sealed.hash},
      -- The register tells us about a number, so a new one has to be followed anew.
      register = case when register = 'followed' and cpr_hash <> ${sealed.hash} then 'wanted' else register end
    where id = ${patron}`)
  if (found === 0) return
  for (const code of REGISTER_BLOCKS) {
    if (decision.blocks.includes(code)) await placeAutomaticBlock(ctx, patron, code)
    else await liftAutomaticBlock(ctx, patron, code)
  }
  // Nothing is written to the dead, by this or any later rule; there is no purpose left for these.
  if (decision.dead) await ctx.db.run(sql`update patron set email = null, phone = null where id = ${patron}`)
  for (const kind of decision.tasks) await raiseTask(ctx, patron, kind)
  if (decision.silent) await dropWaiting(ctx, patron)
  for (const cpr of decision.lostCustody) {
    const hash = await ctx.vault.lookupHash('cpr', cpr)
    await ctx.db.run(sql`update guardianship set may_see = false where patron_id = ${patron} and cpr_hash = ${hash}`)
    await ctx.db.run(sql`
      delete from ward where child_id = ${patron} and patron_id in (
        select id from patron where cpr_hash = ${hash}
        union all select guardian_id from guardianship where patron_id = ${patron} and cpr_hash = ${hash})`)
  }
}

/** Asks the register about every patron with a CPR number from the next run on: for the day it is connected. */
export function followAll(ctx: Context): Promise<number> {
  return ctx.db.run(sql`update patron set register = 'wanted' where register = 'none' and cpr_hash is not null`)
}

async function readKnown(ctx: Context, patron: PatronId, cpr: string) {
  const row = await ctx.db.maybe<{ name: string; protected: boolean; municipality: string | null }>(
    sql`select name, protected, municipality from patron where id = ${patron}`,
  )
  if (!row) return undefined
  const guardians: string[] = []
  for (const { cpr_sealed } of await ctx.db.all<{ cpr_sealed: Uint8Array }>(
    sql`select cpr_sealed from guardianship where patron_id = ${patron} and cpr_sealed is not null`,
  )) {
    const opened = await ctx.vault.open(patron, 'guardianship.cpr_sealed', cpr_sealed)
    if (opened) guardians.push(opened)
  }
  return { ...row, cpr, guardians }
}

/**
 * Ends the register's subscriptions for every number that is nobody's here: of whoever was erased, whatever the erasure
 * was cut off by. Asking the register whom it tells us about means that nothing of the erased need be kept for it.
 */
export async function endSubscriptions(ctx: Context, register: CprRegister): Promise<number> {
  const followed = (await register.subscriptions()).flatMap((digits) => readCpr(digits) ?? [])
  let ended = 0
  for (let from = 0; from < followed.length; from += AT_A_TIME) {
    const some = followed.slice(from, from + AT_A_TIME)
    const hashes = await Promise.all(some.map((cpr) => ctx.vault.lookupHash('cpr', cpr.digits)))
    const rows = await ctx.db.all<{ cpr_hash: Buffer }>(
      sql`select cpr_hash from patron where cpr_hash = any(${hashes}::bytea[])`,
    )
    const here = new Set(rows.map(({ cpr_hash }) => cpr_hash.toString('hex')))
    for (const [index, cpr] of some.entries()) {
      if (here.has(Buffer.from(hashes[index] as Uint8Array).toString('hex'))) continue
      await register.unsubscribe(cpr.digits)
      ended++
    }
  }
  return ended
}

/**
 * Does something that may erase a patron, and when they are gone ends the register's subscription at once. Read before,
 * since afterwards nobody can; a register that is down is caught up with by {@link endSubscriptions}.
 */
export async function endingSubscription<T>(
  ctx: Context,
  register: CprRegister | undefined,
  patron: PatronId,
  work: () => Promise<T>,
): Promise<T> {
  const cpr = register && (await cprOf(ctx, patron))
  const done = await work()
  if (!register || !cpr || !register.serves(cpr) || (await patronOfCpr(ctx, cpr))) return done
  await register.unsubscribe(cpr.digits).catch((fault: unknown) => {
    if (!(fault instanceof RegisterDown)) throw fault
    ctx.log.warn({ agency: ctx.agency }, 'the CPR register could not be told of an erasure yet')
  })
  return done
}

async function cprOf(ctx: Context, patron: PatronId): Promise<Cpr | undefined> {
  const row = await ctx.db.maybe<{ cpr_sealed: Uint8Array | null }>(
    sql`select cpr_sealed from patron where id = ${patron}`,
  )
  const digits = row?.cpr_sealed && (await ctx.vault.open(patron, 'patron.cpr_sealed', row.cpr_sealed))
  return digits ? readCpr(digits) : undefined
}

async function patronOfCpr(ctx: Context, cpr: Cpr): Promise<PatronId | undefined> {
  const hash = await ctx.vault.lookupHash('cpr', cpr.digits)
  return (await ctx.db.maybe<{ id: PatronId }>(sql`select id from patron where cpr_hash = ${hash}`))?.id
}
