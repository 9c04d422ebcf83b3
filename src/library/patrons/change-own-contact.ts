import { type BranchId, type Language, ok, type PatronId, type Result, refuse } from '#core'
import { sql, sqlState, transact } from '#db'
import { unsubscribe } from '#messages'
import type { Context } from '#vault'
import type { PatronRow } from './tables.ts'

export interface OwnContact extends Pick<PatronRow, 'email' | 'phone' | 'wants_email' | 'wants_sms' | 'wants_titles'> {
  readonly language: Language
  readonly homeBranch: BranchId
}

export interface OwnContactRefusal {
  readonly kind: 'unknown' | 'unknown-branch'
}

/**
 * Changes how the library reaches a patron, as they say themselves. Whoever leaves neither e-mail nor telephone gets no
 * push messages either, as the notices say: their apps are signed off.
 */
export async function changeOwnContact(
  ctx: Context,
  patron: PatronId,
  contact: OwnContact,
): Promise<Result<true, OwnContactRefusal>> {
  const { email, phone, language, homeBranch, wants_email, wants_sms, wants_titles } = contact
  try {
    return await transact(ctx, async (ctx): Promise<Result<true, OwnContactRefusal>> => {
      const changed = await ctx.db.run(sql`
        update patron set email = ${email}, phone = ${phone},
          -- Another address has sent nothing back yet.
          email_bounced_at = case when email is not distinct from ${email} then email_bounced_at end,
          phone_bounced_at = case when phone is not distinct from ${phone} then phone_bounced_at end,
          language = ${language}, home_branch_id = ${homeBranch},
          wants_email = ${wants_email}, wants_sms = ${wants_sms}, wants_titles = ${wants_titles}
        where id = ${patron}`)
      if (changed === 0) return refuse({ kind: 'unknown' })
      if (email === null && phone === null) await unsubscribe(ctx, patron, 'all')
      return ok(true)
    })
  } catch (fault) {
    if (sqlState(fault) !== '23503') throw fault
    return refuse({ kind: 'unknown-branch' })
  }
}
