import { ok, type Result, refuse } from '#core'
import { sql, transact } from '#db'
import { holdsCpr } from '#patrons'
import type { Context } from '#vault'
import { type NewsChannel, newsChannels } from './queries.ts'
import type { NewsletterId } from './tables.ts'

export type IssueRefusal = { readonly kind: 'not-offered' | 'empty' | 'cpr-in-text' | 'unknown' }

export async function makeNewsletter(
  ctx: Context,
  { channel, name, about }: { readonly channel: NewsChannel; readonly name: string; readonly about: string },
): Promise<Result<NewsletterId, IssueRefusal>> {
  if (!(await newsChannels(ctx)).includes(channel)) return refuse({ kind: 'not-offered' })
  if (name.trim() === '') return refuse({ kind: 'empty' })
  if (holdsCpr(`${name}\n${about}`)) return refuse({ kind: 'cpr-in-text' })
  const now = ctx.clock.now()
  const id = ctx.random.uuid(now) as NewsletterId
  await ctx.db.run(sql`
    insert into newsletter (id, channel, name, about, made_at)
    values (${id}, ${channel}, ${name.trim()}, ${about.trim()}, ${now})`)
  return ok(id)
}

/** Nobody gets it any more, and nobody is kept as somebody who would. */
export function closeNewsletter(ctx: Context, id: string): Promise<Result<true, IssueRefusal>> {
  return transact(ctx, async (ctx): Promise<Result<true, IssueRefusal>> => {
    const now = ctx.clock.now()
    const closed = await ctx.db.run(
      sql`update newsletter set closed_at = ${now} where id = ${id} and closed_at is null`,
    )
    if (closed === 0) return refuse({ kind: 'unknown' })
    await ctx.db.run(sql`delete from newsletter_subscription where newsletter_id = ${id}`)
    await ctx.db.run(sql`delete from sms_news_subscription where newsletter_id = ${id}`)
    await ctx.db.run(sql`
      update news_issue set finished_at = ${now} where newsletter_id = ${id} and finished_at is null`)
    return ok(true)
  })
}

/** Writes a letter, which then goes to everyone who has signed up by now. */
export async function writeIssue(
  ctx: Context,
  { newsletter, subject, body }: { readonly newsletter: string; readonly subject: string; readonly body: string },
): Promise<Result<true, IssueRefusal>> {
  const channels = await newsChannels(ctx)
  const about = await ctx.db.maybe<{ channel: NewsChannel }>(sql`
    select channel from newsletter where id::text = ${newsletter} and closed_at is null`)
  if (!about) return refuse({ kind: 'unknown' })
  if (!channels.includes(about.channel)) return refuse({ kind: 'not-offered' })
  if (body.trim() === '' || (about.channel === 'email' && subject.trim() === '')) return refuse({ kind: 'empty' })
  if (holdsCpr(`${subject}\n${body}`)) return refuse({ kind: 'cpr-in-text' })
  const now = ctx.clock.now()
  await ctx.db.run(sql`
    insert into news_issue (id, newsletter_id, subject, body, written_at)
    values (${ctx.random.uuid(now)}, ${newsletter}, ${subject.trim()}, ${body.trim()}, ${now})`)
  return ok(true)
}
