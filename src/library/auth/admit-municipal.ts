import { createHash } from 'node:crypto'
import { type BranchId, type Clock, ok, type Result, realClock, refuse, type StaffId, type StaffRole } from '#core'
import { sql, sqlState, transact } from '#db'
import type { Context } from '#vault'
import { writeRoles } from './add-staff.ts'
import { isUsername, usernameFrom } from './rules.ts'
import { beginSession, endSessionsOf, type Session } from './session.ts'
import type { MunicipalPerson } from './staff-oidc.ts'

export type MunicipalRefusal =
  /** The municipality gives them nothing to do here, or only at branches that there are not. */
  | { readonly kind: 'no-role' }
  /** They left this library. Whoever comes back gets an account anew, by an administrator's hand. */
  | { readonly kind: 'left' }

/**
 * Signs in whoever the municipality's provider has named. Their account is made the first time and follows what the
 * provider says ever after: name, roles, branches. Whoever has no role there any longer is signed out everywhere.
 */
export async function admitMunicipal(
  ctx: Context,
  person: MunicipalPerson,
  clock: Clock = realClock,
): Promise<Result<Session, MunicipalRefusal>> {
  const account = await accountOf(ctx, person).catch((taken: unknown) => {
    // Another took the username, or they themselves came in by a second window, in the moment between.
    if (sqlState(taken) !== '23505') throw taken
    return accountOf(ctx, { ...person, username: undefined })
  })
  return account.ok ? ok(await beginSession(ctx, account.value, clock)) : account
}

function accountOf(ctx: Context, person: MunicipalPerson): Promise<Result<StaffId, MunicipalRefusal>> {
  return transact(ctx, async (ctx): Promise<Result<StaffId, MunicipalRefusal>> => {
    const known = await ctx.db.maybe<Known>(sql`
      select id, roles, branch_ids, left_at from staff
      where issuer = ${person.issuer} and subject = ${person.subject} for update`)
    if (known?.left_at) return refuse({ kind: 'left' })
    const branches = await branchIds(ctx, person.branches)
    const roles = branches ? person.roles : []
    if (known) await writeRoles(ctx, known.id, known, { roles, branch_ids: branches ?? [] })
    if (roles.length === 0) {
      if (known) await endSessionsOf(ctx, known.id)
      return refuse({ kind: 'no-role' })
    }
    const name = person.name?.trim() || person.username?.trim() || person.subject
    if (known) {
      await ctx.db.run(sql`update staff set name = ${name}, email = ${person.email ?? null} where id = ${known.id}`)
      return ok(known.id)
    }
    const now = ctx.clock.now()
    const id = ctx.random.uuid(now) as StaffId
    await ctx.db.run(sql`
      insert into staff (id, username, name, email, issuer, subject, roles, branch_ids, added_at)
      values (${id}, ${await freeUsername(ctx, person)}, ${name}, ${person.email ?? null}, ${person.issuer},
        ${person.subject}, ${roles}::text[], ${branches ?? []}::uuid[], ${now})`)
    return ok(id)
  })
}

/** Undefined when branches are named and none of them is here: an empty list would mean all. */
async function branchIds(ctx: Context, codes: readonly string[]): Promise<readonly BranchId[] | undefined> {
  if (codes.length === 0) return []
  const rows = await ctx.db.all(sql<{ id: BranchId }>`
    select id from branch where code = any(${codes}::text[]) order by id`)
  return rows.length > 0 ? rows.map((row) => row.id) : undefined
}

/** The name the municipality uses, unless a local account has it: that is never taken over. */
async function freeUsername(ctx: Context, person: MunicipalPerson): Promise<string> {
  const wanted = usernameFrom(person.username ?? '')
  const isFree = isUsername(wanted) && !(await ctx.db.maybe(sql`select 1 from staff where username = ${wanted}`))
  if (isFree) return wanted
  const hash = createHash('sha256').update(`${person.issuer}\0${person.subject}`).digest('hex')
  return `kommune-${hash.slice(0, 16)}`
}

interface Known {
  id: StaffId
  roles: StaffRole[]
  branch_ids: BranchId[]
  left_at: Temporal.Instant | null
}
