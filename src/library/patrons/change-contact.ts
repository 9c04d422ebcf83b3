import { type BranchId, type Language, ok, type PatronId, type Result, refuse } from '#core'
import { sql, sqlState, transact } from '#db'
import type { Context } from '#vault'
import { atDesk } from './blocks.ts'
import type { PatronRow } from './tables.ts'

export interface NewContact {
  readonly email: string | null
  readonly phone: string | null
  readonly language: Language
  readonly homeBranch: BranchId
  /** Of an institution, a group or a company. */
  readonly contactName?: string | null
  /** Of somebody whom the CPR register does not tell us about; left as it is where it does. */
  readonly name?: string
  readonly address?: Pick<PatronRow, 'address' | 'postcode' | 'city'>
}

export interface ContactRefusal {
  readonly kind: 'not-allowed' | 'unknown' | 'no-name' | 'no-contact-name' | 'unknown-branch'
}

/**
 * Changes how a patron is reached, as staff were told at the desk. The name and address of somebody whom the CPR
 * register follows are the register's; a protected address is not changed here.
 */
export async function changeContact(
  ctx: Context,
  patron: PatronId,
  contact: NewContact,
): Promise<Result<true, ContactRefusal>> {
  if (!atDesk(ctx)) return refuse({ kind: 'not-allowed' })
  try {
    return await transact(ctx, async (ctx): Promise<Result<true, ContactRefusal>> => {
      const known = await ctx.db.maybe<PatronRow>(sql`select * from patron where id = ${patron} for update`)
      if (!known) return refuse({ kind: 'unknown' })
      const isOurs = known.register === 'none'
      const name = isOurs && contact.name !== undefined ? contact.name.trim() : known.name
      if (name === '') return refuse({ kind: 'no-name' })
      const isPerson = known.kind === 'person'
      const contactName = isPerson ? known.contact_name : (contact.contactName ?? known.contact_name)?.trim() || null
      if (!isPerson && !contactName) return refuse({ kind: 'no-contact-name' })
      const home = isOurs && !known.protected && contact.address ? contact.address : known
      await ctx.db.run(sql`
        update patron set email = ${contact.email}, phone = ${contact.phone},
          -- Another address has sent nothing back yet.
          email_bounced_at = case when email is not distinct from ${contact.email} then email_bounced_at end,
          phone_bounced_at = case when phone is not distinct from ${contact.phone} then phone_bounced_at end,
          language = ${contact.language},
          home_branch_id = ${contact.homeBranch}, contact_name = ${contactName}, name = ${name},
          address = ${home.address}, postcode = ${home.postcode}, city = ${home.city}
        where id = ${patron}`)
      return ok(true)
    })
  } catch (fault) {
    if (sqlState(fault) !== '23503') throw fault
    return refuse({ kind: 'unknown-branch' })
  }
}
