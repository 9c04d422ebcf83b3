import { type Language, ok, type PatronId, type Result, refuse, systemRandom } from '#core'
import { sql, transact } from '#db'
import type { Context } from '#vault'
import { newsChannels, offeredNews, WAYS } from './queries.ts'
import { isEmail, isPhone } from './rules.ts'

export type NewsRefusal = {
  readonly kind: 'not-offered' | 'nothing-chosen' | 'no-name' | 'bad-address' | 'no-consent' | 'not-allowed'
}

export interface NewsWish {
  readonly newsletters: readonly string[]
  readonly name: string
  /** An e-mail address, or a telephone number. */
  readonly address: string
  readonly language: Language
  /** The words that were said yes to; empty when the box was not ticked. */
  readonly consent: string
}

const KEY_BYTES = 18

/**
 * Signs somebody up for newsletters, with the words they agreed to. An address that is not the account's own is first sent
 * a link to follow, so that nobody is signed up by another. Asking again for the same is one sign-up.
 */
export async function subscribeToNews(ctx: Context, wish: NewsWish): Promise<Result<true, NewsRefusal>> {
  const chosen = await checked(ctx, 'email', wish)
  if (!chosen.ok) return chosen
  const now = ctx.clock.now()
  const patron = ctx.actor.kind === 'patron' ? ctx.actor.id : null
  const own = patron
    ? await ctx.db.maybe<{ email: string | null }>(sql`select email from patron where id = ${patron}`)
    : undefined
  const email = wish.address.trim()
  const isOwn = own?.email?.toLowerCase() === email.toLowerCase()
  return transact(ctx, async (ctx) => {
    for (const newsletter of chosen.value) {
      await ctx.db.run(sql`
        insert into newsletter_subscription
          (id, newsletter_id, patron_id, name, email, language, wording, consented_at, leave_key, confirmed_at)
        values (${ctx.random.uuid(now)}, ${newsletter}, ${patron}, ${wish.name.trim()}, ${email},
          ${wish.language}, ${wish.consent}, ${now}, ${systemRandom().token(KEY_BYTES)}, ${isOwn ? now : null})
        on conflict (newsletter_id, lower(email)) do nothing`)
    }
    return ok(true)
  })
}

/**
 * Signs somebody up for news by text message: a patron themself, with the number of their account, or staff at the word of
 * whoever stands there.
 */
export async function subscribeToSmsNews(ctx: Context, wish: NewsWish): Promise<Result<true, NewsRefusal>> {
  const { actor } = ctx
  const isDesk = actor.kind === 'staff' && actor.roles.includes('desk')
  if (!isDesk && actor.kind !== 'patron') return refuse({ kind: 'not-allowed' })
  const chosen = await checked(ctx, 'sms', wish)
  if (!chosen.ok) return chosen
  const phone = wish.address.trim()
  const patron: PatronId | null = actor.kind === 'patron' ? actor.id : null
  if (patron) {
    const own = await ctx.db.maybe(sql`select from patron where id = ${patron} and phone = ${phone}`)
    if (!own) return refuse({ kind: 'bad-address' })
  }
  const now = ctx.clock.now()
  return transact(ctx, async (ctx) => {
    for (const newsletter of chosen.value) {
      await ctx.db.run(sql`
        insert into sms_news_subscription
          (id, newsletter_id, patron_id, name, phone, language, wording, consented_at, leave_key, entered_by)
        values (${ctx.random.uuid(now)}, ${newsletter}, ${patron}, ${wish.name.trim()}, ${phone}, ${wish.language},
          ${wish.consent}, ${now}, ${systemRandom().token(KEY_BYTES)}, ${isDesk ? actor.id : null})
        on conflict (newsletter_id, phone) do nothing`)
    }
    return ok(true)
  })
}

async function checked(
  ctx: Context,
  channel: 'email' | 'sms',
  wish: NewsWish,
): Promise<Result<readonly string[], NewsRefusal>> {
  if (!(await newsChannels(ctx)).includes(channel)) return refuse({ kind: 'not-offered' })
  const offered = (await offeredNews(ctx)).filter((each) => each.channel === channel).map(({ id }) => id)
  const chosen = offered.filter((id) => wish.newsletters.includes(id))
  if (chosen.length === 0) return refuse({ kind: 'nothing-chosen' })
  if (wish.name.trim() === '') return refuse({ kind: 'no-name' })
  const isGood = channel === 'email' ? isEmail(wish.address) : isPhone(wish.address)
  if (!isGood) return refuse({ kind: 'bad-address' })
  return wish.consent.trim() === '' ? refuse({ kind: 'no-consent' }) : ok(chosen)
}

/** The link in the first e-mail was followed. Answers whether it was one of ours. */
export async function confirm(ctx: Context, key: string): Promise<boolean> {
  const now = ctx.clock.now()
  return (
    (await ctx.db.run(sql`
      update newsletter_subscription set confirmed_at = coalesce(confirmed_at, ${now}) where leave_key = ${key}`)) > 0
  )
}

/** Signs off, by the key that stands in each message: nothing is left of it. Whoever is signed off already is. */
export async function leave(ctx: Context, key: string): Promise<void> {
  for (const { table } of Object.values(WAYS)) {
    await ctx.db.run(sql`delete from ${sql.id(table)} where leave_key = ${key}`)
  }
}

/** Staff sign somebody off who asks them to, by the address it goes to. Answers how many sign-ups there were. */
export async function signOff(ctx: Context, address: string): Promise<number> {
  const given = address.trim()
  const byEmail = await ctx.db.run(sql`delete from newsletter_subscription where lower(email) = lower(${given})`)
  return byEmail + (await ctx.db.run(sql`delete from sms_news_subscription where phone = ${given}`))
}

const CONFIRM_DAYS = 7

/** Whoever has not followed the link within a week did not mean it, or was not asked. Answers how many. */
export function dropUnconfirmed(ctx: Context): Promise<number> {
  const before = ctx.clock.now().subtract({ hours: CONFIRM_DAYS * 24 })
  return ctx.db.run(sql`delete from newsletter_subscription where confirmed_at is null and consented_at < ${before}`)
}
