import { type BranchId, type Language, ok, type PatronId, type Result, refuse } from '#core'
import { sql, sqlState } from '#db'
import { isRestricted } from '#privacy'
import type { Context } from '#vault'

/** What a patron decides about themself. What is left out stays as it is; null takes it away. */
export interface NewProfile {
  readonly email?: string | null
  readonly phone?: string | null
  readonly wantsEmail?: boolean
  readonly wantsSms?: boolean
  readonly language?: Language
  readonly homeBranch?: BranchId
}

export interface ProfileRefusal {
  readonly kind: 'not-allowed' | 'unknown' | 'restricted' | 'not-an-email' | 'not-a-phone' | 'unknown-branch'
}

const EMAIL = /^[^\s@]+@[^\s@]+\.[^\s@]+$/
const PHONE = /^\+?[\d ]{4,20}$/

/** Changes how a patron is reached and where they collect, as they have said themselves; their name and address never. */
export async function changeProfile(
  ctx: Context,
  patron: PatronId,
  profile: NewProfile,
): Promise<Result<true, ProfileRefusal>> {
  if (ctx.actor.kind !== 'patron' || ctx.actor.id !== patron) return refuse({ kind: 'not-allowed' })
  const email = profile.email?.trim() || null
  const phone = profile.phone?.trim() || null
  if (email && !EMAIL.test(email)) return refuse({ kind: 'not-an-email' })
  if (phone && !PHONE.test(phone)) return refuse({ kind: 'not-a-phone' })
  if (await isRestricted(ctx, patron)) return refuse({ kind: 'restricted' })
  const { wantsEmail = null, wantsSms = null, language = null, homeBranch = null } = profile
  const [newEmail, newPhone] = [profile.email !== undefined, profile.phone !== undefined]
  try {
    const changed = await ctx.db.run(sql`
      update patron set
        email = case when ${newEmail} then ${email}::text else email end,
        phone = case when ${newPhone} then ${phone}::text else phone end,
        -- Another address has sent nothing back yet.
        email_bounced_at = case when not ${newEmail} or email is not distinct from ${email}::text
          then email_bounced_at end,
        phone_bounced_at = case when not ${newPhone} or phone is not distinct from ${phone}::text
          then phone_bounced_at end,
        wants_email = coalesce(${wantsEmail}::boolean, wants_email),
        wants_sms = coalesce(${wantsSms}::boolean, wants_sms),
        language = coalesce(${language}::text, language),
        home_branch_id = coalesce(${homeBranch}::uuid, home_branch_id)
      where id = ${patron}`)
    return changed === 1 ? ok(true) : refuse({ kind: 'unknown' })
  } catch (fault) {
    if (sqlState(fault) !== '23503') throw fault
    return refuse({ kind: 'unknown-branch' })
  }
}
