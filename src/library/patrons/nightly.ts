import type { PatronId } from '#core'
import { sql, transact } from '#db'
import { ADDRESSEE, type Addressee, tell } from '#messages'
import type { Context } from '#vault'
import { ADULT_FROM } from './rules.ts'
import { comeOfAgeMessage, guardianNoLonger } from './templates.ts'

/**
 * Whoever comes of age tonight leaves the children's group: nobody answers for them any more, nobody else may look, and
 * they and their guardians are told.
 */
export function comeOfAge(ctx: Context, night: Temporal.PlainDate): Promise<number> {
  return transact(ctx, async (ctx) => {
    const grown = await ctx.db.all<Addressee>(sql`
      select ${sql.raw(ADDRESSEE('p'))} from patron p
      where p.patron_group = 'child' and p.birth_on <= ${night.subtract({ years: ADULT_FROM })} order by p.id for update`)
    if (grown.length === 0) return 0
    const ids = grown.map(({ patron_id }) => patron_id)
    const guardians = await guardiansToTell(ctx, ids)
    await ctx.db.run(sql`update patron set patron_group = 'adult' where id = any(${ids}::uuid[])`)
    await ctx.db.run(sql`delete from guardianship where patron_id = any(${ids}::uuid[])`)
    await ctx.db.run(sql`delete from ward where child_id = any(${ids}::uuid[])`)
    const each = (to: Addressee) => ({ to, data: {} })
    await tell(ctx, comeOfAgeMessage, grown.map(each))
    await tell(ctx, guardianNoLonger, guardians.map(each))
    return grown.length
  })
}

/**
 * How the guardians are reached. A message to one who is a patron is theirs; to another it lies with the young person's
 * data and goes with them.
 */
function guardiansToTell(ctx: Context, children: readonly PatronId[]): Promise<Addressee[]> {
  return ctx.db.all(sql<Addressee>`
    select coalesce(g.guardian_id, c.id) as patron_id, coalesce(p.language, c.language) as language,
      case when p.id is null or (p.wants_email and p.email_bounced_at is null) then coalesce(p.email, g.email) end as email,
      case when p.id is null or (p.wants_sms and p.phone_bounced_at is null) then coalesce(p.phone, g.phone) end as phone
    from guardianship g join patron c on c.id = g.patron_id left join patron p on p.id = g.guardian_id
    where g.patron_id = any(${[...children]}::uuid[]) order by g.id`)
}
